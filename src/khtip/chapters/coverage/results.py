"""What notebook 01 computes: what was reported, by whom and when. The gaps are a finding.

A cell of the coverage table is one measure in one calendar year. It holds a mark for every body
that gave a national total for the whole year, or for a part of it. An empty cell means that none
of the sources read here states a total; it says nothing about how many there were.
"""

from functools import cache, cached_property

import numpy as np
import pandas as pd

from khtip.ledger.ledger import Ledger
from khtip.ledger.statements import count_keys

CORE = ("cases", "arrests", "suspects_sent_to_court", "victims_rescued", "victims_repatriated")
WHOLE, PART = "whole year", "part of the year"
FIRST, REPEAT = "first report", "repeat of a report"
LEAST = 4
"""A main measure has national totals in so many years, or in as many as any measure has."""
STEP, WIDEST = 0.29, 0.64
"""Distance of two marks in one cell, in years, and of the first from the last at most."""


class Results:
    """What is reported and what is missing.

    Attributes
    ----------
    over : list of int
        The years that could hold a whole-year total: from the first that does to the last.
    years : list of int
        The years drawn: `over`, and those of which only a part is reported.
    labels : dict of str to str
        The main measures and their labels, in the order of ``measures.csv``.
    coverage, core : DataFrame
        `coverage` of the main and of the `CORE` measures.
    missing, core_missing : DataFrame
        `gaps` of the main measures in `years`, and of the `CORE` measures in `over`.
    voices : Series of str
        `FIRST` or `REPEAT` for each statement.
    reports : DataFrame
        For each of `years`: year, first (statements), repeats, total, sources (publications),
        figure_ids.
    """

    def __init__(self, ledger: Ledger, *, base_year: int, reference_year: int) -> None:
        self.ledger = ledger
        self.base_year, self.reference_year = base_year, reference_year
        shown = main_measures(ledger)
        self.labels = ledger.measures.set_index("measure")["label"].reindex(shown).to_dict()
        self.coverage, self.core = coverage(ledger, shown), coverage(ledger, CORE)
        whole = set(national_totals(ledger)["year"].dropna().astype(int))
        self.over = _every(whole)
        self.years = _every(whole | set(self.coverage["year"]))
        self.missing = gaps(ledger, shown, tuple(self.years))
        self.core_missing = gaps(ledger, CORE, tuple(self.over))
        self.voices = voices(ledger)

    @cached_property
    def reported(self) -> pd.DataFrame:
        """The statements on the years drawn, or all where none is; ``ends`` is the year."""
        ends = self.ledger.observations["period_end"].str[:4].astype(int)
        rows = self.ledger.observations.assign(ends=ends, first=self.voices.eq(FIRST))
        return rows[ends.isin(self.years)] if self.years else rows

    @cached_property
    def reports(self) -> pd.DataFrame:
        """First reports and repeats by the year in which the period ends."""
        years = self.reported.groupby("ends").agg(
            first=("first", "sum"),
            repeats=("first", lambda first: int((~first).sum())),
            total=("first", "size"),
            sources=("source_id", "nunique"),
            figure_ids=("figure_id", ";".join),
        )
        return years.rename_axis("year").reset_index()

    @cached_property
    def two_years(self) -> pd.DataFrame:
        """The main measures of the two years: preferred whole-year national total and range.

        Index measure (label), scope (label), year; columns preferred, body, lowest, highest,
        statements. The range is over all statements of the same count.
        """
        totals = national_totals(self.ledger)
        totals = totals[totals["year"].isin([self.base_year, self.reference_year])]
        totals = totals[totals["measure"].isin(list(self.labels))]
        scopes = self.ledger.scopes.set_index("crime_scope")["label"]
        rows = []
        for _, group in totals.groupby(count_keys(totals, scopes=self.ledger.scopes), sort=False):
            best = group.loc[group["preferred"].idxmax()]
            about = [self.labels[best["measure"]], scopes[best["crime_scope"]], int(best["year"])]
            stated = [best["printed"] if pd.isna(best["value"]) else int(best["value"])]
            stated += [best["reporting_body"], group["low"].min(), group["high"].max()]
            rows.append([*about, *stated, len(group)])
        index = ["measure", "scope", "year"]
        columns = [*index, "preferred", "body", "lowest", "highest", "statements"]
        return pd.DataFrame(rows, columns=columns).set_index(index).sort_index()


def _every(years: set[int]) -> list[int]:
    """Return every year from the first to the last."""
    return list(range(min(years), max(years) + 1)) if years else []


def analyse(ledger: Ledger, *, base_year: int, reference_year: int) -> Results:
    """Compute what notebook 01 shows and says; see `Results`."""
    return Results(ledger, base_year=base_year, reference_year=reference_year)


@cache
def national_totals(ledger: Ledger) -> pd.DataFrame:
    """Return the counts of the whole country: no parts, no claims, no shares."""
    rows = ledger.observations
    counts = rows["unit"].eq("count") & rows["base_measure"].fillna("").eq("")
    plain = rows["dimension"].fillna("").eq("")
    return rows[counts & plain & rows["ref_area"].eq("KHM")]


@cache
def coverage(ledger: Ledger, measures: tuple[str, ...]) -> pd.DataFrame:
    """Return one row a measure (in the order given), year and body that gave a national total.

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
    >>> ledger = Ledger(observations=pd.DataFrame([row]))
    >>> coverage(ledger, ("cases",))[["year", "extent", "at"]].values.tolist()
    [[2017, 'whole year', 2017.0]]
    """
    totals = national_totals(ledger)
    totals = totals[totals["measure"].isin(measures)]
    start, end = (totals[column].str[:4].astype(int) for column in ("period_start", "period_end"))
    whole = totals["year"].notna()
    totals = totals.assign(
        year=totals["year"].where(whole, end).astype(int),
        extent=np.where(whole, WHOLE, PART),
    )[whole | start.eq(end)]
    totals = totals.sort_values("extent", ascending=False)  # the whole year hides its parts
    table = totals.groupby(["measure", "year", "reporting_body"], as_index=False).agg(
        extent=("extent", "first"),
        statements=("source_id", "size"),
        sources=("source_id", lambda ids: ";".join(dict.fromkeys(ids))),
        figure_ids=("figure_id", ";".join),
    )
    bodies = body_order(table)
    order = [table["measure"].map(measures.index), table["year"]]
    order.append(table["reporting_body"].map(bodies.index))
    table = table.iloc[np.lexsort(order[::-1])].reset_index(drop=True)
    cell = table.groupby(["measure", "year"])
    gaps = cell["year"].transform("size") - 1
    step = (WIDEST / gaps.clip(lower=1)).clip(upper=STEP)
    return table.assign(at=table["year"] + (cell.cumcount() - gaps / 2) * step)


def body_order(table: pd.DataFrame) -> list[str]:
    """Return the bodies of a coverage table, those with the most cells first."""
    counts = table["reporting_body"].value_counts()
    return sorted(counts.index, key=lambda name: (-counts[name], name))


@cache
def main_measures(ledger: Ledger) -> tuple[str, ...]:
    """Return the flows with national totals in most years (`LEAST`), as ``measures`` has them.

    Counts of nationalities, countries and operations are left out: they describe other counts.
    """
    counted = ledger.measures["unit_of_count"].isin(["cases", "persons", "complaints"])
    flows = ledger.measures[counted & ledger.measures["stock_or_flow"].eq("flow")]["measure"]
    years = coverage(ledger, tuple(flows)).groupby("measure")["year"].nunique()
    least = min(LEAST, years.max()) if len(years) else LEAST
    return tuple(measure for measure in flows if years.get(measure, 0) >= least)


@cache
def gaps(ledger: Ledger, measures: tuple[str, ...], years: tuple[int, ...]) -> pd.DataFrame:
    """Return, for each measure, the number of years with a whole, a partial and no total.

    Returns
    -------
    DataFrame
        Index measure; columns whole_years, only_part, none, bodies (how many give a whole year),
        longest_body (the body with most whole years) and its_years.
    """
    table = coverage(ledger, measures)
    table = table[table["year"].isin(years)]
    rows = {}
    for measure in measures:
        mine = table[table["measure"].eq(measure)]
        whole = mine[mine["extent"].eq(WHOLE)]
        bodies = whole.groupby("reporting_body")["year"].nunique()
        rows[measure] = {
            "whole_years": whole["year"].nunique(),
            "only_part": len(set(mine["year"]) - set(whole["year"])),
            "none": len(years) - mine["year"].nunique(),
            "bodies": len(bodies),
            "longest_body": bodies.idxmax() if len(bodies) else "",
            "its_years": bodies.max() if len(bodies) else 0,
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("measure")


@cache
def voices(ledger: Ledger) -> pd.Series:
    """Return for each statement whether it is a first report or the repeat of one.

    Statements of one body that give the same number for the same count and period are one voice,
    however many papers print it (METHODS: reposts are not confirmations). The first is the one
    that stands first in the ledger.
    """
    rows = ledger.observations
    span = rows["period_start"] + "/" + rows["period_end"]
    period = rows["year"].astype("Float64").astype("string").fillna(span)
    parts = ["reporting_body", "measure", "ref_area", "dimension", "category", "printed"]
    keys = rows[[*parts, "qualifier", "base_measure", "base_period_start"]].fillna("")
    return pd.Series(np.where(keys.assign(period=period).duplicated(), REPEAT, FIRST), rows.index)
