"""Regional risk: which countries are looked at, and how their index can be varied.

Two views. The *origin view* ranks the countries of South-East Asia by the risk that people who
leave are exploited. The *destination view* looks at the countries to which Cambodians go: how
hazardous conditions there are, kept apart from how many Cambodians live there (exposure).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from khtip.chapters.risk.indicators import (
    CATALOGUE,
    coverage,
    directions,
    goalposts,
    labels,
    pulled_in,
    used_values,
)
from khtip.remember import remembered
from khtip.statistics.composite import (
    AGGREGATIONS,
    NORMALISATIONS,
    RANKED,
    composite,
    indexed,
    normalise,
    random_weights,
    rank,
)
from khtip.statistics.sensitivity import (
    ERROR_COLUMNS,
    Problem,
    design_ranks,
    monte_carlo,
    rank_distribution,
    sobol_indices,
)

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


def region_destinations(
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
        As `khtip.chapters.risk.indicators.cells` returns it.
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
        As `khtip.chapters.risk.indicators.cells` returns it.
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
        As `khtip.ledger.context.unodc_statements` reads it.
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


# Simulated rankings of a problem, each made once in a sweep that asks for it again and again.


@remembered
def simulated(given: Problem, *, draws: int, seed: int) -> np.ndarray:
    """Return `monte_carlo` ranks (draws, units)."""
    return monte_carlo(given, draws=draws, seed=seed)


@remembered
def _designed(given: Problem, *, draws: int, seed: int) -> np.ndarray:
    return design_ranks(given, base=base_size(draws), seed=seed)


def sobol(
    given: Problem, reference: np.ndarray, *, draws: int, seed: int, confidence: float
) -> pd.DataFrame:
    """Return `sobol_indices` of a design of the size that fits `draws`."""
    return sobol_indices(
        given,
        reference,
        base=base_size(draws),
        seed=seed,
        confidence=confidence,
        ranks=_designed(given, draws=draws, seed=seed),
    )


# Tables behind the figures of notebook 06: results joined with names and words for readers.


NO_LABEL = "not read"


def candidates(table: pd.DataFrame, publishers: Mapping[str, str]) -> pd.DataFrame:
    """Return one row a candidate indicator: what it is, whether it is used, and why.

    Parameters
    ----------
    table : DataFrame
        As `khtip.chapters.risk.indicators.cells` returns it.
    publishers : mapping
        Source id to publisher.

    Returns
    -------
    DataFrame
        Columns for readers; candidates that are no indicators of `table` come last.
    """
    covered = coverage(table).set_index("indicator")
    changed = Counter(code for _, code in pulled_in(table))
    pointing = {1: "more risk", -1: "less risk", 0: "unclear"}
    rows = []
    for code, one in CATALOGUE.items():
        known = covered.loc[code] if code in covered.index else None
        ids = known["sources"].split(";") if known is not None and known["sources"] else []
        rows.append(
            {
                "indicator": one.label,
                "unit": one.unit,
                "more of it means": pointing[one.direction],
                "years": "–" if known is None else known["periods"],
                "known": "–" if known is None else f"{known['known']} of {known['countries']}",
                "published by": ", ".join(dict.fromkeys(publishers[i] for i in ids)) or "–",
                "outliers pulled in": changed[code],
                "used": "yes" if known is not None and known["used"] else "no",
                "why": one.why,
                "what it does not show": one.limits,
            }
        )
    return pd.DataFrame(rows)


def markdown_table(frame: pd.DataFrame) -> str:
    """Return a table as Markdown, with every word of every cell.

    Examples
    --------
    >>> print(markdown_table(pd.DataFrame({"a": ["x|y"], "b": [1]})))
    | a | b |
    | --- | --- |
    | x\\|y | 1 |
    """
    rows = [list(frame.columns), ["---"] * frame.shape[1], *frame.to_numpy().tolist()]
    cells = [[str(cell).replace("|", "\\|") for cell in row] for row in rows]
    return "\n".join("| " + " | ".join(row) + " |" for row in cells)


def heat(table: pd.DataFrame, index: pd.DataFrame, named: Mapping[str, str]) -> pd.DataFrame:
    """Return every cell with its min-max score, countries in the order of `index`.

    Returns
    -------
    DataFrame
        `table` with ``country``, ``label`` (marked where an indicator is not used) and ``score``
        (0 to 100; missing where the indicator is not used or the value is missing).
    """
    values = used_values(table).loc[index.index]
    ends = goalposts(values)
    scores = pd.DataFrame(
        normalise(
            values.to_numpy(),
            method="min-max",
            directions=pd.Series(directions(values))[values.columns].to_numpy(),
            goalposts=pd.DataFrame(
                [ends.get(code, (float("nan"), float("nan"))) for code in values]
            ).to_numpy(),
        ),
        index=values.index,
        columns=values.columns,
    )
    long = scores.rename_axis("ref_area").reset_index().melt("ref_area", value_name="score")
    words = {
        code: f"{_broken(label)}\n({CATALOGUE[code].short_unit if code in values else 'not used'})"
        for code, label in labels(table["indicator"].unique()).items()
    }
    joined = table.merge(long, how="left", on=["ref_area", "indicator"])
    joined["label"], joined["country"] = (
        joined["indicator"].map(words),
        joined["ref_area"].map(named),
    )
    order = pd.Categorical(joined["ref_area"], categories=list(index.index), ordered=True)
    return joined.iloc[order.argsort(kind="stable")].reset_index(drop=True)


def _broken(label: str) -> str:
    return "\n".join(label.rsplit(" ", 1)) if len(label) > 12 else label


def bars(index: pd.DataFrame, named: Mapping[str, str]) -> pd.DataFrame:
    """Return the ranked countries of an index with words for the chart, highest first."""
    ranked = index[index["status"] == RANKED]
    parts = sum(name.startswith("part_") for name in index)
    return ranked.assign(
        country=[named[area] for area in ranked.index],
        index_value=ranked["index"],
        known_words=[f"{known} of {parts} known" for known in ranked["known"]],
    ).drop(columns="index")


def results(index: pd.DataFrame, summary: pd.DataFrame) -> pd.DataFrame:
    """Return the index with the spread of places beside it, one row a country.

    The rank of one set of choices is called ``baseline_rank``; it is not to be quoted without
    ``median``, ``low`` and ``high``.
    """
    spread = summary.set_index("unit")
    table = index.rename(columns={"rank": "baseline_rank"}).join(spread)
    return table.rename_axis("ref_area").reset_index()


def places(ranks: Mapping[str, np.ndarray], problems: Mapping[str, Problem]) -> pd.DataFrame:
    """Return how often each country has each rank, in every view: ``view, unit, rank, share``."""
    return pd.concat(
        [
            rank_distribution(ranks[view], list(problems[view].values.index)).assign(view=view)
            for view in ranks
        ]
    )[["view", "unit", "rank", "share"]]


def parts_of(index: pd.DataFrame) -> dict[str, str]:
    """Return the columns of an index that hold parts, and the words for them."""
    columns = [name for name in index if str(name).startswith("part_")]
    return {name: CATALOGUE[name.removeprefix("part_")].label for name in columns}


def by_median(summary: pd.DataFrame, named: Mapping[str, str]) -> pd.DataFrame:
    """Return a rank summary with names, the most often high-ranked countries first."""
    ordered = summary.sort_values(["median", "p_top"], ascending=[True, False], kind="stable")
    return ordered.assign(country=ordered["unit"].map(named)).reset_index(drop=True)


def choices_of(by_choice: pd.DataFrame, area: str) -> pd.DataFrame:
    """Return one country's rank for each method and each indicator left out, with words."""
    left_out = {"": "none"} | {code: _broken(one.label) for code, one in CATALOGUE.items()}
    return pd.DataFrame(
        {
            "method": by_choice["normalisation"] + ", " + by_choice["aggregation"],
            "left_out": by_choice["left_out"].map(left_out),
            "rank": by_choice[area].astype(int),
        }
    )


def factors(sobol: pd.DataFrame) -> pd.DataFrame:
    """Return Sobol indices with words for readers in the column ``factor``."""
    words = {"second measure": "income in PPP or US$", "data error": "error of the counts"}
    return sobol.assign(factor=sobol["factor"].replace(words))


def beside(summary: pd.DataFrame, said: pd.DataFrame, named: Mapping[str, str]) -> pd.DataFrame:
    """Return the rank summary with what UNODC says of each country, as quoted.

    Parameters
    ----------
    summary : DataFrame
        As `khtip.statistics.sensitivity.rank_summary` returns it.
    said : DataFrame
        As `khtip.chapters.risk.results.quoted` returns it.
    named : mapping
        Country code to name.

    Returns
    -------
    DataFrame
        With ``named`` (true for the origins UNODC names), ``labelled`` (a label was read),
        ``quoted_by``, and ``level`` and ``direction``: UNODC's words where they were read, else
        `NO_LABEL`.
    """
    origins = set(said.loc[said["statement"] == NAMED_ORIGIN, "ref_area"])
    label = said[said["statement"] == RISK_LABEL].set_index("ref_area")["value"]
    words = {area: split_label(value) for area, value in label.items()}
    table = by_median(summary, named)
    nothing = {"level": NO_LABEL, "direction": NO_LABEL}
    table["named"] = table["unit"].isin(origins)
    table["labelled"] = table["unit"].isin(words)
    table["quoted_by"] = said["quoted_by"].iloc[0]
    for part in nothing:
        table[part] = [words.get(area, nothing)[part] for area in table["unit"]]
    return table


def destination_places(
    summary: pd.DataFrame,
    places: list[str],
    stock: pd.DataFrame,
    gap: pd.DataFrame,
    said: pd.DataFrame,
    named: Mapping[str, str],
) -> pd.DataFrame:
    """Return hazard, exposure and pull of each destination, the most hazardous first.

    Parameters
    ----------
    summary : DataFrame
        Rank summary of the ranked destinations.
    places : list of str
        All destinations, also those without a rank.
    stock : DataFrame
        As `khtip.chapters.risk.results.stock_of` returns it.
    gap : DataFrame
        Cells of the income gap, measured against Cambodia.
    said : DataFrame
        As `khtip.chapters.risk.results.quoted` returns it.
    named : mapping
        Country code to name.

    Returns
    -------
    DataFrame
        ``unit, country, median, low, high, p_top, stock, stock_year, income_times, named``; a
        dagger follows the names of destinations that UNODC names.
    """
    table = pd.DataFrame({"unit": places}).merge(summary, how="left", on="unit")
    table = table.join(stock[["stock", "stock_year"]], on="unit")
    times = 1 / gap.set_index("ref_area")["number"]
    pointed = set(said.loc[said["statement"] == NAMED_DESTINATION, "ref_area"])
    table = table.assign(
        country=[named[area] + (" †" if area in pointed else "") for area in table["unit"]],
        income_times=table["unit"].map(times),
        named=table["unit"].isin(pointed),
    )
    order = ["median", "p_top"]
    return table.sort_values(order, ascending=[True, False], kind="stable").reset_index(drop=True)
