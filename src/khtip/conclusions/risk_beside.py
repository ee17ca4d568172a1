"""What notebook 06 says beside its index: UNODC's words, and the destinations of Cambodians."""

from __future__ import annotations

import numpy as np
import pandas as pd

from khtip.findings import Finding, finding
from khtip.statistics.choices import Problem
from khtip.statistics.sensitivity import rank_summary
from khtip.subjects import regional
from khtip.subjects.indicator_values import GSI_EDITION

SURE = 0.95
INSIDE = 0.9  # share of the draws between the 5th and the 95th percentile


def upper_half(ranks: np.ndarray, units: list[str]) -> float:
    """Return the share of draws in which Cambodia is in the upper half of the ranking."""
    return float((ranks[:, units.index(regional.HOME)] <= len(units) / 2).mean())


def unodc_words(
    ranks: np.ndarray,
    problem: Problem,
    statements: pd.DataFrame,
    sources: pd.DataFrame,
    named: dict[str, str],
    ids: list[str],
) -> list[Finding]:
    """Say how the level, the direction and the origins that UNODC names sit beside the index."""
    units = list(problem.values.index)
    said = regional.quoted(statements, sources)
    label = said[said["statement"] == regional.RISK_LABEL].iloc[0]
    parts = regional.split_label(label["value"])
    share = upper_half(ranks, units)
    level = finding(
        "06-unodc-level",
        "UNODC called the level of risk in {where} “{level}” in {when}, as quoted by {who}; the "
        "index has it in the upper half in {value:.0%} of the sets of choices, which {verdict} "
        "the word.",
        verdict="supports"
        if share >= SURE
        else "contradicts"
        if share <= 1 - SURE
        else "neither supports nor contradicts",
        value=share,
        sources=[*ids, label["source_id"]],
        where=named[label["ref_area"]],
        level=parts["level"],
        when=label["year"],
        who=label["quoted_by"],
    )
    fixed = problem.values.columns.isin(["vulnerability", "response"]).sum()
    direction = finding(
        "06-unodc-direction",
        "UNODC's direction, “{direction}” (as quoted by {who}), {verdict} with this index: "
        "{fixed} of its {value:.0f} indicators come from one edition ({edition}) and cannot move.",
        verdict="cannot be checked",
        value=problem.values.shape[1],
        sources=[*ids, label["source_id"]],
        direction=parts["direction"],
        who=label["quoted_by"],
        fixed=fixed,
        edition="Global Slavery Index " + GSI_EDITION.removeprefix("GSI "),
    )
    return [level, direction, named_origins(ranks, units, said, ids)]


def named_origins(
    ranks: np.ndarray, units: list[str], said: pd.DataFrame, ids: list[str]
) -> Finding:
    """Say how many of the origins that UNODC names are among the first places."""
    rows = said[said["statement"] == regional.NAMED_ORIGIN]
    group = [area for area in rows["ref_area"] if area in units]
    counts = regional.share_among_top(ranks, units, group)
    low, median, high = np.quantile(counts, [0.05, 0.5, 0.95], method="inverted_cdf")
    chance = len(group) ** 2 / len(units)
    return finding(
        "06-named-origins",
        "Of the {count} origins that UNODC names (as quoted by {who}), {value:.0f} are among the "
        "first {count} places of the index (from {low:.0f} to {high:.0f} in {inside:.0%} of the "
        "sets of choices; {chance:.1f} would be there by chance): {verdict}.",
        verdict="more than by chance" if low > chance else "not clearly more than by chance",
        value=median,
        low=low,
        high=high,
        sources=[*ids, *rows["source_id"].unique()],
        count=len(group),
        who=rows["quoted_by"].iloc[0],
        inside=INSIDE,
        chance=chance,
    )


def largest_exposure(
    ranks: np.ndarray,
    units: list[str],
    stock: pd.DataFrame,
    named: dict[str, str],
    ids: list[str],
) -> Finding:
    """Say where most of the known people of Cambodian origin live, and how hazardous it is."""
    known = stock["stock"].dropna()
    most = known.idxmax()
    share = known[most] / known.sum()
    row = rank_summary(ranks, units, top=1).set_index("unit").reindex([most]).iloc[0]
    return finding(
        "06-largest-exposure",
        "Exposure is another matter than hazard: {share:.0%} of the people of Cambodian origin in "
        "the destinations with a published stock live in {verdict}, whose median place for hazard "
        "among {count} ranked destinations is {value:.0f} (from {low:.0f} to {high:.0f}).",
        verdict=named[most],
        value=row["median"],
        low=row["low"],
        high=row["high"],
        sources=[*ids, *stock["context_source_id"].unique()],
        share=share,
        count=len(units),
    )


def destination_gaps(index: pd.DataFrame, stock: pd.DataFrame, named: dict[str, str]) -> Finding:
    """Name the destinations without a published stock, and those that cannot be ranked."""
    unknown = [named[area] for area in stock.index[stock["stock"].isna()]]
    unranked = [named[area] for area in index.index[index["rank"].isna()]]
    return finding(
        "06-destination-gaps",
        "For {value:.0f} of {count} destinations no stock of Cambodian origin is published "
        "({unknown}); not ranked for want of indicators: {unranked}.",
        verdict="gaps" if unknown or unranked else "no gaps",
        value=len(unknown),
        sources=stock["context_source_id"].unique(),
        count=len(stock),
        unknown=", ".join(unknown) or "none",
        unranked=", ".join(unranked) or "none",
    )
