"""Tables behind the figures of notebook 06: results joined with names and words for readers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np
import pandas as pd

from khtip.statistics.choices import Problem
from khtip.statistics.composite import RANKED
from khtip.statistics.normalisation import normalise
from khtip.statistics.sensitivity import rank_distribution
from khtip.subjects import regional
from khtip.subjects.indicator_values import coverage, pulled_in, used_values
from khtip.subjects.indicators import CATALOGUE, directions, goalposts, labels

NO_LABEL = "not read"


def candidates(table: pd.DataFrame, publishers: Mapping[str, str]) -> pd.DataFrame:
    """Return one row a candidate indicator: what it is, whether it is used, and why.

    Parameters
    ----------
    table : DataFrame
        As `khtip.subjects.indicator_values.cells` returns it.
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
        As `khtip.subjects.regional.quoted` returns it.
    named : mapping
        Country code to name.

    Returns
    -------
    DataFrame
        With ``named`` (true for the origins UNODC names), ``labelled`` (a label was read),
        ``quoted_by``, and ``level`` and ``direction``: UNODC's words where they were read, else
        `NO_LABEL`.
    """
    origins = set(said.loc[said["statement"] == regional.NAMED_ORIGIN, "ref_area"])
    label = said[said["statement"] == regional.RISK_LABEL].set_index("ref_area")["value"]
    words = {area: regional.split_label(value) for area, value in label.items()}
    table = by_median(summary, named)
    nothing = {"level": NO_LABEL, "direction": NO_LABEL}
    table["named"] = table["unit"].isin(origins)
    table["labelled"] = table["unit"].isin(words)
    table["quoted_by"] = said["quoted_by"].iloc[0]
    for part in nothing:
        table[part] = [words.get(area, nothing)[part] for area in table["unit"]]
    return table


def destinations(
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
        As `khtip.subjects.regional.stock_of` returns it.
    gap : DataFrame
        Cells of the income gap, measured against Cambodia.
    said : DataFrame
        As `khtip.subjects.regional.quoted` returns it.
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
    pointed = set(said.loc[said["statement"] == regional.NAMED_DESTINATION, "ref_area"])
    table = table.assign(
        country=[named[area] + (" †" if area in pointed else "") for area in table["unit"]],
        income_times=table["unit"].map(times),
        named=table["unit"].isin(pointed),
    )
    order = ["median", "p_top"]
    return table.sort_values(order, ascending=[True, False], kind="stable").reset_index(drop=True)
