"""Regional risk: which countries are looked at, and how their index can be varied.

Two views. The *origin view* ranks the countries of South-East Asia by the risk that people who
leave are exploited. The *destination view* looks at the countries to which Cambodians go: how
hazardous conditions there are, kept apart from how many Cambodians live there (exposure).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from khtip.remember import remembered
from khtip.statistics.choices import ERROR_COLUMNS, Problem
from khtip.statistics.composite import (
    AGGREGATIONS,
    RANKED,
    composite,
    indexed,
    random_weights,
    rank,
)
from khtip.statistics.normalisation import NORMALISATIONS
from khtip.subjects.indicator_values import pulled_in, used_values
from khtip.subjects.indicators import directions, goalposts

HOME = "KHM"
REGION = "South-eastern Asia"
FEWEST_MIGRANTS = 1000
RISK_LABEL = "risk_label"
NAMED_ORIGIN = "named_origin_of_unskilled_labour"
NAMED_DESTINATION = "named_destination_of_unskilled_labour"


def region(countries: pd.DataFrame) -> list[str]:
    """Return the countries of South-East Asia (UN M49), in the order of their names."""
    inside = countries[countries["subregion"] == REGION]
    return inside.sort_values("country")["ref_area"].tolist()


def names(countries: pd.DataFrame) -> dict[str, str]:
    """Return the name of each country by its ISO 3166-1 alpha-3 code."""
    return dict(zip(countries["ref_area"], countries["country"], strict=True))


def named_places(statements: pd.DataFrame, statement: str) -> list[str]:
    """Return the countries that UNODC names in a statement, sorted."""
    return sorted(statements.loc[statements["statement"] == statement, "ref_area"])


@remembered
def stock_of(migrant_stock: pd.DataFrame, edition: str, year: int) -> pd.DataFrame:
    """Return the stock of Cambodian origin in one revision, for its year nearest to `year`.

    Returns
    -------
    DataFrame
        By ``ref_area``: ``stock`` (persons; missing where no estimate was published),
        ``stock_year``, ``context_source_id``.
    """
    rows = migrant_stock[migrant_stock["revision"] == int(edition)]
    nearest = min(rows["year"].unique(), key=lambda one: (abs(one - year), -one))
    rows = rows[rows["year"] == nearest].set_index("ref_area").drop(index="WLD", errors="ignore")
    kept = rows[["value", "year", "context_source_id"]]
    return kept.set_axis(["stock", "stock_year", "context_source_id"], axis="columns")


def destinations(
    figures: pd.DataFrame,
    statements: pd.DataFrame,
    stock: pd.DataFrame,
    countries: pd.DataFrame,
) -> list[str]:
    """Return the destinations of Cambodians for which there are indicators.

    A country counts when a source of the ledger names it as a place from where victims were
    brought back, when UNODC names it as a destination, or when at least `FEWEST_MIGRANTS` people
    of Cambodian origin live there.
    """
    brought_back = figures[
        (figures["dimension"] == "destination") & (figures["measure"] == "victims_repatriated")
    ]
    wanted = set(brought_back["category"])
    wanted |= set(named_places(statements, NAMED_DESTINATION))
    wanted |= set(stock.index[stock["stock"] >= FEWEST_MIGRANTS])
    known = countries[countries["ref_area"].isin(wanted - {HOME})]
    return known.sort_values("country")["ref_area"].tolist()


def chosen_weights(codes: list[str], weights: str, seed: int) -> dict[str, float]:
    """Return equal weights, or one set of random ones that `seed` determines.

    Examples
    --------
    >>> chosen_weights(["a", "b"], "equal", 1)
    {'a': 1.0, 'b': 1.0}
    """
    if weights == "equal":
        return dict.fromkeys(codes, 1.0)
    drawn = random_weights(np.random.default_rng(seed).uniform(size=len(codes)))
    return dict(zip(codes, drawn.tolist(), strict=True))


@remembered
def baseline(
    table: pd.DataFrame,
    *,
    normalisation: str = "min-max",
    aggregation: str = "linear",
    weights: str = "equal",
    seed: int = 20180101,
) -> pd.DataFrame:
    """Return the index of the countries under one set of choices.

    Parameters
    ----------
    table : DataFrame
        As `khtip.subjects.indicator_values.cells` returns it.
    normalisation, aggregation, weights : str
        The choices; `weights` is ``equal`` or ``random``.
    seed : int
        Which random weights.

    Returns
    -------
    DataFrame
        As `composite.composite`, with ``ref_area`` as index, highest first, countries that
        are not ranked last.
    """
    values = used_values(table)
    result = composite(
        values,
        directions(values),
        goalposts=goalposts(values),
        normalisation=normalisation,
        aggregation=aggregation,
        weights=chosen_weights(list(values), weights, seed),
    )
    return result.sort_values("index", ascending=False, kind="stable", na_position="last")


def problem(
    table: pd.DataFrame, index: pd.DataFrame, *, second: pd.DataFrame | None = None
) -> Problem:
    """Return everything about a ranking that could have been otherwise.

    Parameters
    ----------
    table : DataFrame
        As `khtip.subjects.indicator_values.cells` returns it.
    index : DataFrame
        As `baseline` returns it; only its ranked countries take part, in the order of `table`,
        so that the simulation does not depend on the choices of the baseline. A value that was
        pulled in as an outlier is taken without an error.
    second : DataFrame, optional
        Cells of indicators measured in a second way.
    """
    ranked = index.index[index["status"].eq(RANKED)]
    return _problem(table, tuple(sorted(ranked)), second)


@remembered
def _problem(
    table: pd.DataFrame, countries: tuple[str, ...], second: pd.DataFrame | None
) -> Problem:
    values = used_values(table)
    values = values[values.index.isin(countries)]
    ranked = list(values.index)
    inside = table["ref_area"].isin(ranked) & table["indicator"].isin(values.columns)
    changed = pulled_in(table)
    cell = zip(table["ref_area"], table["indicator"], strict=True)
    inside &= np.array([one not in changed for one in cell])
    uncertain = table[inside & (table["base_low"].notna() | (table["high"] > table["low"]))]
    errors = uncertain.rename(columns={"ref_area": "unit"}).assign(
        kind=np.where(uncertain["base_low"].notna(), "per_100", "step")
    )
    others = {}
    if second is not None:
        wide = second.pivot(index="ref_area", columns="indicator", values="value").loc[ranked]
        others = {code: wide[code] for code in wide if code in values and wide[code].notna().all()}
    return Problem(
        values,
        directions(values),
        goalposts=goalposts(values),
        alternatives=others,
        errors=errors[list(ERROR_COLUMNS)],
    )


@remembered
def without(given: Problem, indicator: str) -> Problem:
    """Return the same ranking problem without one indicator (unchanged when it has none such)."""
    if indicator not in given.values or given.values.shape[1] < 3:
        return given
    kept = given.values.drop(columns=indicator)
    errors = given.errors[given.errors["indicator"] != indicator]
    others = {code: one for code, one in given.alternatives.items() if code != indicator}
    ends = {code: pair for code, pair in given.goalposts.items() if code != indicator}
    return Problem(kept, directions(kept), goalposts=ends, alternatives=others, errors=errors)


@remembered
def rank_by_choice(given: Problem) -> pd.DataFrame:
    """Return the ranks under each method, at equal weights, with each indicator left out in turn.

    Returns
    -------
    DataFrame
        One row a method and an indicator left out: ``normalisation``, ``aggregation``,
        ``left_out`` (empty for none), and one column a country with its rank.
    """
    rows = []
    for left_out in ["", *given.values.columns]:
        kept = given.values.drop(columns=left_out) if left_out else given.values
        for normalisation in NORMALISATIONS:
            for aggregation in AGGREGATIONS:
                method: dict[str, Any] = {
                    "normalisation": normalisation,
                    "aggregation": aggregation,
                }
                index, _ = indexed(
                    kept.to_numpy(dtype=float),
                    list(kept),
                    directions(kept),
                    goalposts=goalposts(kept),
                    **method,
                )
                ranks = dict(zip(kept.index, rank(index), strict=True))
                rows.append({**method, "left_out": left_out, **ranks})
    return pd.DataFrame(rows)


def base_size(draws: int) -> int:
    """Return the size of a Sobol design: a power of two not above `draws`, at most 1024.

    Examples
    --------
    >>> base_size(2000)
    1024
    >>> base_size(100)
    64
    """
    return min(1024, 1 << (max(draws, 2).bit_length() - 1))


def split_label(label: str) -> dict[str, str]:
    """Split a risk label in UNODC's words into its level and its direction.

    Examples
    --------
    >>> split_label("high rising")
    {'level': 'high', 'direction': 'rising'}
    >>> split_label("medium")
    {'level': 'medium', 'direction': 'not stated'}
    """
    level, _, direction = label.strip().partition(" ")
    return {"level": level or "not stated", "direction": direction or "not stated"}


def share_among_top(ranks: np.ndarray, units: list[str], group: list[str]) -> np.ndarray:
    """Count, for every draw, how many countries of a group are among the first ``len(group)``.

    Examples
    --------
    >>> share_among_top(np.array([[1, 2, 3]]), ["A", "B", "C"], ["A", "C"]).tolist()
    [1]
    """
    inside = [place for place, unit in enumerate(units) if unit in group]
    return (ranks[:, inside] <= len(inside)).sum(axis=1)


@remembered
def quoted(statements: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """Return UNODC's words on risk, origins and destinations, and who quotes them.

    Parameters
    ----------
    statements : DataFrame
        As `khtip.inputs.context.unodc_statements` reads it.
    sources : DataFrame
        ``data/reported/sources.csv``: names the publisher of each address.

    Returns
    -------
    DataFrame
        ``ref_area, statement, year, value, second_hand``, and of the page it was read on
        ``source_id`` and ``quoted_by`` (its publisher).
    """
    wanted = statements["statement"].isin([RISK_LABEL, NAMED_ORIGIN, NAMED_DESTINATION])
    pages = sources.drop_duplicates("url").set_index("url")[["source_id", "publisher"]]
    rows = statements[wanted].join(pages, on="url", how="left")
    kept = ["ref_area", "statement", "year", "value", "second_hand", "source_id", "publisher"]
    return rows[kept].rename(columns={"publisher": "quoted_by"}).reset_index(drop=True)
