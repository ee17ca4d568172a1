"""What was reported, by whom and when: the gaps are a finding.

A cell of the coverage table is one measure in one calendar year. It holds a mark for every body
that gave a national total for the whole year, or for a part of it. An empty cell means that none
of the sources read here states a total; it says nothing about how many there were.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from khtip.ledger.statements import count_keys
from khtip.remember import remembered

WHOLE, PART = "whole year", "part of the year"
FIRST, REPEAT = "first report", "repeat of a report"
STEP = 0.29
"""Distance of two marks in one cell, in years."""


@remembered
def national_totals(observations: pd.DataFrame) -> pd.DataFrame:
    """Return the counts of the whole country: no parts, no claims, no shares.

    Parameters
    ----------
    observations : DataFrame
        ``data/clean/observations.csv``.
    """
    counts = observations["unit"].eq("count") & observations["base_measure"].fillna("").eq("")
    plain = observations["dimension"].fillna("").eq("")
    return observations[counts & plain & observations["ref_area"].eq("KHM")]


@remembered
def coverage(observations: pd.DataFrame, measures: Sequence[str]) -> pd.DataFrame:
    """Return one row a measure, year and body that gave a national total.

    Parameters
    ----------
    observations : DataFrame
        ``data/clean/observations.csv``.
    measures : sequence of str
        The measures to look at, in order.

    Returns
    -------
    DataFrame
        measure, year, reporting_body, extent (`WHOLE` or `PART`), statements, sources (ids),
        figure_ids, at (the year, shifted so that marks of one cell stand side by side). Totals that
        span two years or more are left out.

    Examples
    --------
    >>> row = {"measure": "cases", "year": 2017, "period_start": "2017-01-01", "value": 159,
    ...        "period_end": "2017-12-31", "reporting_body": "NCCT", "source_id": "a",
    ...        "figure_id": "a-001",
    ...        "unit": "count", "base_measure": "", "dimension": "", "ref_area": "KHM"}
    >>> coverage(pd.DataFrame([row]), ["cases"])[["year", "extent", "at"]].values.tolist()
    [[2017, 'whole year', 2017.0]]
    """
    totals = national_totals(observations)
    totals = totals[totals["measure"].isin(measures)]
    start, end = (totals[column].str[:4].astype(int) for column in ("period_start", "period_end"))
    whole = totals["year"].notna()
    totals = totals.assign(
        year=totals["year"].where(whole, end).astype(int),
        extent=np.where(whole, WHOLE, PART),
    )[whole | start.eq(end)]
    keys = ["measure", "year", "reporting_body"]
    totals = totals.sort_values("extent", ascending=False)  # the whole year hides its parts
    table = totals.groupby(keys, as_index=False).agg(
        extent=("extent", "first"),
        statements=("source_id", "size"),
        sources=("source_id", lambda ids: ";".join(dict.fromkeys(ids))),
        figure_ids=("figure_id", ";".join),
    )
    table["rank"] = table["measure"].map({name: n for n, name in enumerate(measures)})
    table["order"] = table["reporting_body"].map(body_order(table))
    table = table.sort_values(["rank", "year", "order"], ignore_index=True)
    cell = table.groupby(["measure", "year"])
    shift = cell.cumcount() - (cell["year"].transform("size") - 1) / 2
    table["at"] = table["year"] + shift * STEP
    return table.drop(columns=["rank", "order"])


def main_measures(
    observations: pd.DataFrame, measures: pd.DataFrame, *, least: int = 4
) -> list[str]:
    """Return the flows with national totals in at least `least` years, as ``measures`` has them.

    Counts of nationalities, countries and operations are left out: they describe other counts.
    """
    counted = measures["unit_of_count"].isin(["cases", "persons", "complaints"])
    flows = measures.loc[counted & measures["stock_or_flow"].eq("flow"), "measure"].tolist()
    years = coverage(observations, flows).groupby("measure")["year"].nunique()
    return [measure for measure in flows if years.get(measure, 0) >= least]


def body_order(table: pd.DataFrame) -> dict[str, int]:
    counts = table["reporting_body"].value_counts()
    names = sorted(counts.index, key=lambda name: (-counts[name], name))
    return {name: place for place, name in enumerate(names)}


@remembered
def gaps(table: pd.DataFrame, measures: Sequence[str], years: Sequence[int]) -> pd.DataFrame:
    """Return, for each measure, the number of years with a whole, a partial and no total.

    Parameters
    ----------
    table : DataFrame
        As `coverage` returns it.
    measures, years : sequence
        The rows and columns that are expected.

    Returns
    -------
    DataFrame
        Index measure; columns whole_years, only_part, none, bodies (how many give a whole year),
        longest_body (the body with most whole years) and its_years.
    """
    rows = {}
    for measure in measures:
        mine = table[table["measure"].eq(measure) & table["year"].isin(years)]
        whole = mine[mine["extent"].eq(WHOLE)]
        part = set(mine["year"]) - set(whole["year"])
        longest = whole.groupby("reporting_body")["year"].nunique().sort_index().sort_values(
            ascending=False, kind="stable"
        )  # fmt: skip
        rows[measure] = {
            "whole_years": whole["year"].nunique(),
            "only_part": len(part),
            "none": len(years) - mine["year"].nunique(),
            "bodies": whole["reporting_body"].nunique(),
            "longest_body": longest.index[0] if len(longest) else "",
            "its_years": int(longest.iloc[0]) if len(longest) else 0,
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("measure")


@remembered
def voices(observations: pd.DataFrame) -> pd.Series:
    """Return for each statement whether it is a first report or the repeat of one.

    Statements of one body that give the same number for the same count and period are one voice,
    however many papers print it (METHODS: reposts are not confirmations). The first is the one
    that stands first in the ledger.
    """
    span = observations["period_start"] + "/" + observations["period_end"]
    period = observations["year"].astype("Float64").astype("string").fillna(span)
    parts = ["reporting_body", "measure", "ref_area", "dimension", "category", "printed"]
    parts += ["qualifier", "base_measure", "base_period_start"]
    keys = observations[parts].fillna("").assign(period=period)
    return pd.Series(np.where(keys.duplicated(), REPEAT, FIRST), index=observations.index)


def reports_by_year(observations: pd.DataFrame) -> pd.DataFrame:
    """Return, for each year in which periods end, first reports and repeats.

    Returns
    -------
    DataFrame
        year, first (statements), repeats, total, sources (publications), figure_ids.
    """
    frame = observations.assign(
        ends=observations["period_end"].str[:4].astype(int), voice=voices(observations)
    )
    years = frame.groupby("ends").agg(
        first=("voice", lambda kinds: int(kinds.eq(FIRST).sum())),
        repeats=("voice", lambda kinds: int(kinds.eq(REPEAT).sum())),
        total=("voice", "size"),
        sources=("source_id", "nunique"),
        figure_ids=("figure_id", ";".join),
    )
    return years.rename_axis("year").reset_index()


def two_years(
    observations: pd.DataFrame,
    measures: pd.DataFrame,
    scopes: pd.DataFrame,
    *,
    base_year: int,
    reference_year: int,
) -> pd.DataFrame:
    """Return the whole-year national totals of two years: preferred value and range.

    Parameters
    ----------
    observations : DataFrame
        ``data/clean/observations.csv``.
    measures, scopes : DataFrame
        Lookups.
    base_year, reference_year : int
        The two years.

    Returns
    -------
    DataFrame
        Index measure (label), scope (label), year; columns preferred, body, lowest, highest,
        statements. The range is over all statements of the same count.
    """
    totals = national_totals(observations)
    totals = totals[totals["year"].isin([base_year, reference_year])]
    totals = totals[totals["measure"].isin(main_measures(observations, measures))]
    named = measures.set_index("measure")["label"], scopes.set_index("crime_scope")["label"]
    rows = []
    for _, group in totals.groupby(count_keys(totals, scopes=scopes), sort=False):
        best = group.loc[group["preferred"].idxmax()]
        rows.append(
            {
                "measure": named[0][best["measure"]], "scope": named[1][best["crime_scope"]],
                "year": int(best["year"]), "preferred": int(best["value"]),
                "body": best["reporting_body"], "lowest": group["low"].min(),
                "highest": group["high"].max(), "statements": len(group),
            }
        )  # fmt: skip
    columns = ["measure", "scope", "year", "preferred", "body", "lowest", "highest", "statements"]
    table = pd.DataFrame(rows, columns=columns)
    return table.set_index(columns[:3]).sort_index()
