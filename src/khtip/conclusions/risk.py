"""What notebook 06 says: where Cambodia stands in its region, and how far that holds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from khtip.conclusions.risk_beside import (
    INSIDE,
    SURE,
    destination_gaps,
    largest_exposure,
    unodc_words,
    upper_half,
)
from khtip.findings import NOT_REPORTED, Finding, finding
from khtip.statistics.choices import Problem
from khtip.statistics.sensitivity import leading_factor, rank_summary
from khtip.subjects import indicators, regional, simulations
from khtip.subjects.indicator_values import cells, usable

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
        As `khtip.inputs.context` reads them.
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
    named = regional.names(countries)

    stock = regional.stock_of(migrant_stock, stock_edition, reference_year)
    places = regional.destinations(observations, unodc_statements, stock, countries)
    areas = regional.region(countries)
    table = cells(indicators.ORIGIN, areas, income_of=places, **given)
    second = cells(("income_gap",), areas, income_of=places, income="gdp_per_capita_usd", **given)
    index = regional.baseline(table, seed=seed, **method)
    problem = regional.problem(table, index, second=second)
    ranks = simulations.simulated(problem, draws=draws, seed=seed)
    ids = cited(table)
    if regional.HOME not in problem.values.index:
        return [_not_ranked(reference_year)]

    reference = index.loc[problem.values.index, "rank"].to_numpy()
    sobol = simulations.sobol(problem, reference, draws=draws, seed=seed, confidence=confidence)
    table_there = cells(indicators.DESTINATION, places, income_of=[regional.HOME], **given)
    index_there = regional.baseline(table_there, seed=seed, **method)
    problem_there = regional.problem(table_there, index_there)
    ranks_there = simulations.simulated(problem_there, draws=draws, seed=seed)
    units, units_there = list(problem.values.index), list(problem_there.values.index)
    return [
        _rank(ranks, units, reference_year, ids),
        _half(ranks, units, ids),
        _single_choices(problem, method, reference[units.index(regional.HOME)], ids),
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
    return rank_summary(ranks, units, top=TOP).set_index("unit").loc[regional.HOME]


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
    places = regional.rank_by_choice(problem)[regional.HOME]
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
    there = pd.notna(rows[regional.HOME])
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
    fewer = regional.without(problem, "convictions")
    row = home_summary(
        simulations.simulated(fewer, draws=draws, seed=seed), list(fewer.values.index)
    )
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
