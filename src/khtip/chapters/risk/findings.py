"""What notebook 06 says beside its index: UNODC's words, and the destinations of Cambodians."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from khtip.chapters.risk import indicators, results
from khtip.chapters.risk.indicators import GSI_EDITION, cells, usable
from khtip.chapters.sentences import NOT_REPORTED, Finding, finding
from khtip.statistics.sensitivity import Problem, leading_factor, rank_summary

SURE = 0.95
INSIDE = 0.9  # share of the draws between the 5th and the 95th percentile


def upper_half(ranks: np.ndarray, units: list[str]) -> float:
    """Return the share of draws in which Cambodia is in the upper half of the ranking."""
    return float((ranks[:, units.index(results.HOME)] <= len(units) / 2).mean())


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
    said = results.quoted(statements, sources)
    label = said[said["statement"] == results.RISK_LABEL].iloc[0]
    parts = results.split_label(label["value"])
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
    rows = said[said["statement"] == results.NAMED_ORIGIN]
    group = [area for area in rows["ref_area"] if area in units]
    counts = results.share_among_top(ranks, units, group)
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


# What notebook 06 says: where Cambodia stands in its region, and how far that holds.


TOP = 3


def conclude(
    *,
    observations: pd.DataFrame,
    sources: pd.DataFrame,
    countries: pd.DataFrame,
    wdi: pd.DataFrame,
    tip_tiers: pd.DataFrame,
    gsi: pd.DataFrame,
    unodc: pd.DataFrame,
    unodc_statements: pd.DataFrame,
    migrant_stock: pd.DataFrame,
    reference_year: int = 2017,
    stock_edition: str = "2017",
    normalisation: str = "min-max",
    aggregation: str = "linear",
    weights: str = "equal",
    confidence: float = 0.95,
    draws: int = 2000,
    seed: int = 20180101,
) -> list[Finding]:
    """State the findings of notebook 06.

    Parameters
    ----------
    observations, sources : DataFrame
        ``data/clean/observations.csv`` and ``data/reported/sources.csv``.
    countries, wdi, tip_tiers, gsi, unodc, unodc_statements, migrant_stock : DataFrame
        As `khtip.ledger.context` reads them.
    reference_year, stock_edition, normalisation, aggregation, weights, confidence, draws, seed
        The notebook's parameters.

    Returns
    -------
    list of Finding
        Cambodia's place and what moves it, what UNODC says beside it, and the destinations.
    """
    tables = {"wdi": wdi, "tip_tiers": tip_tiers, "gsi": gsi, "unodc": unodc}
    given = {**tables, "migrant_stock": migrant_stock, "year": reference_year}
    given["stock_edition"] = stock_edition
    method = {"normalisation": normalisation, "aggregation": aggregation, "weights": weights}
    named = results.names(countries)

    stock = results.stock_of(migrant_stock, stock_edition, reference_year)
    places = results.region_destinations(observations, unodc_statements, stock, countries)
    areas = results.region(countries)
    table = cells(indicators.ORIGIN, areas, income_of=places, **given)
    second = cells(("income_gap",), areas, income_of=places, income="gdp_per_capita_usd", **given)
    index = results.baseline(table, seed=seed, **method)
    problem = results.problem(table, index, second=second)
    ranks = results.simulated(problem, draws=draws, seed=seed)
    ids = cited(table)
    if results.HOME not in problem.values.index:
        return [_not_ranked(reference_year)]

    reference = index.loc[problem.values.index, "rank"].to_numpy()
    sobol = results.sobol(problem, reference, draws=draws, seed=seed, confidence=confidence)
    table_there = cells(indicators.DESTINATION, places, income_of=[results.HOME], **given)
    index_there = results.baseline(table_there, seed=seed, **method)
    problem_there = results.problem(table_there, index_there)
    ranks_there = results.simulated(problem_there, draws=draws, seed=seed)
    units, units_there = list(problem.values.index), list(problem_there.values.index)
    return [
        _rank(ranks, units, reference_year, ids),
        _half(ranks, units, ids),
        _single_choices(problem, method, reference[units.index(results.HOME)], ids),
        _sure("06-sure-first", "country of the region", ranks, units, named, ids),
        _mover(sobol, confidence, ids),
        _missing_counts(table, reference_year, unodc),
        _without_counts(problem, draws, seed, reference_year, ids),
        *unodc_words(ranks, problem, unodc_statements, sources, named, ids),
        _sure("06-sure-hazard", "destination", ranks_there, units_there, named, cited(table_there)),
        largest_exposure(ranks_there, units_there, stock.loc[places], named, cited(table_there)),
        destination_gaps(index_there, stock.loc[places], named),
    ]


def cited(table: pd.DataFrame) -> list[str]:
    """Return the source ids behind the known values of the indicators that are used."""
    known = table[table["indicator"].isin(usable(table)) & table["value"].notna()]
    return sorted(set(known["context_source_id"]))


def home_summary(ranks: np.ndarray, units: list[str]) -> pd.Series:
    """Return Cambodia's row of the rank summary."""
    return rank_summary(ranks, units, top=TOP).set_index("unit").loc[results.HOME]


def _belongs(share: float) -> str:
    if share >= SURE:
        return "belongs to them"
    return "does not belong to them" if share <= 1 - SURE else "may or may not belong to them"


def _not_ranked(year: int) -> Finding:
    return finding(
        "06-cambodia-rank",
        "For {year} too few indicators are known to rank Cambodia.",
        verdict=NOT_REPORTED,
        year=year,
    )


def _rank(ranks: np.ndarray, units: list[str], year: int, ids: list[str]) -> Finding:
    row = home_summary(ranks, units)
    return finding(
        "06-cambodia-rank",
        "Among the {count} countries of South-East Asia that can be ranked for {year}, Cambodia's "
        "median place is {value:.0f} (place {first} means the highest risk), and from {low:.0f} "
        "to {high:.0f} in {inside:.0%} of the simulated sets of choices. It is among the first "
        "{top} in {share:.0%} of them, so it {verdict}.",
        verdict=_belongs(row["p_top"]),
        value=row["median"],
        low=row["low"],
        high=row["high"],
        sources=ids,
        count=len(units),
        year=year,
        first=1,
        inside=INSIDE,
        top=TOP,
        share=row["p_top"],
    )


def _half(ranks: np.ndarray, units: list[str], ids: list[str]) -> Finding:
    share = upper_half(ranks, units)
    settled = "upper half" if share >= SURE else "lower half" if share <= 1 - SURE else "unsettled"
    words = {
        "upper half": "it is in the upper half whatever is chosen",
        "lower half": "it is in the lower half whatever is chosen",
        "unsettled": "even this depends on the choices",
    }
    return finding(
        "06-cambodia-half",
        "Cambodia is in the upper half of the ranking in {value:.0%} of the sets of choices: "
        "{words}.",
        verdict=settled,
        value=share,
        sources=ids,
        words=words[settled],
    )


def _single_choices(
    problem: Problem, method: dict[str, str], place: float, ids: list[str]
) -> Finding:
    places = results.rank_by_choice(problem)[results.HOME]
    low, high = places.min(), places.max()
    return finding(
        "06-cambodia-single-choices",
        "One set of choices alone ({normalisation}, {aggregation}, {weights} weights) would give "
        "Cambodia place {value:.0f}; other methods, and leaving out one indicator, give places "
        "from {low:.0f} to {high:.0f}, so the place {verdict}.",
        verdict="depends on the method" if low < high else "does not depend on the method",
        value=place,
        low=low,
        high=high,
        sources=ids,
        **method,
    )


def _sure(
    finding_id: str,
    kind: str,
    ranks: np.ndarray,
    units: list[str],
    named: dict[str, str],
    ids: list[str],
) -> Finding:
    summary = rank_summary(ranks, units, top=TOP)
    sure = summary.loc[summary["p_top"] >= SURE, "unit"].map(named).tolist()
    sentence = (
        "{verdict}: among the first {top} in at least {level:.0%} of the sets of choices."
        if sure
        else "No {kind} is among the first {top} in at least {level:.0%} of the sets of choices; "
        "the most frequent one, {who}, is there in {value:.0%}."
    )
    first = summary["p_top"].idxmax()
    words: dict[str, Any] = {} if sure else {"kind": kind, "who": named[summary.loc[first, "unit"]]}
    return finding(
        finding_id,
        sentence,
        verdict=", ".join(sure) or "none",
        value=summary["p_top"].max(),
        sources=ids,
        top=TOP,
        level=SURE,
        **words,
    )


def _mover(sobol: pd.DataFrame, confidence: float, ids: list[str]) -> Finding:
    leader = leading_factor(sobol)
    if leader is None:
        return finding(
            "06-what-moves-ranks",
            "No single choice stands clear of the others in moving the ranking.",
            verdict="none",
            sources=ids,
        )
    row = sobol.set_index("factor").loc[leader]
    return finding(
        "06-what-moves-ranks",
        "What moves the ranking most is the choice of “{verdict}”: alone and together with other "
        "choices it stands for {value:.0%} of the variance of the average rank shift "
        "({level:.0%} interval {low:.0%} to {high:.0%}).",
        verdict=leader,
        value=row["total"],
        low=row["total_low"],
        high=row["total_high"],
        sources=ids,
        level=confidence,
    )


def _missing_counts(table: pd.DataFrame, year: int, unodc: pd.DataFrame) -> Finding:
    rows = table[table["indicator"] == "convictions"].set_index("ref_area")["value"]
    there = pd.notna(rows[results.HOME])
    return finding(
        "06-detection-and-conviction",
        "UNODC's data portal holds counts of both detected victims and convicted persons, up to "
        "{year} and large enough to compare, for {value:.0f} of {count} countries of the region; "
        "for Cambodia it holds {held}.",
        verdict="published" if there else "not published",
        value=rows.notna().sum(),
        sources=unodc["context_source_id"].unique(),
        year=year,
        count=len(rows),
        held="them" if there else "none",
    )


def _without_counts(problem: Problem, draws: int, seed: int, year: int, ids: list[str]) -> Finding:
    if "convictions" not in problem.values:
        return finding(
            "06-without-unodc-counts",
            "For {year} too few countries have UNODC's counts, so the index holds none of them.",
            verdict=NOT_REPORTED,
            year=year,
        )
    fewer = results.without(problem, "convictions")
    row = home_summary(results.simulated(fewer, draws=draws, seed=seed), list(fewer.values.index))
    return finding(
        "06-without-unodc-counts",
        "Without the indicator that rests on UNODC's counts, Cambodia's median place is "
        "{value:.0f} (from {low:.0f} to {high:.0f}); it is among the first {top} in {share:.0%} of "
        "the sets of choices, so it {verdict}.",
        verdict=_belongs(row["p_top"]),
        value=row["median"],
        low=row["low"],
        high=row["high"],
        sources=ids,
        top=TOP,
        share=row["p_top"],
    )
