"""Stated numbers of nationalities or countries against the nationalities or countries named.

"Eight nationalities" above a list of seven leaves one nationality for everybody who is left.
By the pigeonhole principle some unnamed country then has at least the residual divided by the
number of unnamed countries, rounded up. Where that is more than any named country has, although
the list runs from the largest number down, the statement is implausible.
"""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from khtip.reconcile import periods, sums
from khtip.reconcile.totals import COLUMNS

COUNTED = {
    "nationalities": "nationality",
    "countries_of_origin": "nationality",
    "destination_countries": "destination",
}


def check(observations: pd.DataFrame) -> pd.DataFrame:
    """Compare every stated number of countries with the list of the same report.

    Parameters
    ----------
    observations : DataFrame
        The cleaned ledger.

    Returns
    -------
    DataFrame
        Columns of `totals.COLUMNS`; ``stated`` is the number of countries stated,
        ``sum_of_parts`` the number named, ``residual`` the number not named. ``verdict`` is
        ``exact``, ``compatible``, ``implausible``, ``infeasible`` or ``open_residual`` (no total
        of persons to check against); ``hint`` says how many persons are left for how many
        countries.
    """
    frame = periods.with_split(observations)
    frame = frame[~periods.is_claim(frame)]
    stated = frame[frame["measure"].isin(COUNTED) & frame["low"].notna()]
    rows = []
    for number in stated.itertuples():
        report = frame[_same_report(frame, number)]
        listed = report[report["part_dimension"].eq(COUNTED[number.measure])]
        for measure, named in listed.groupby("measure"):
            totals = report[report["measure"].eq(measure) & report["part_dimension"].eq("")]
            rows.append(_row(number, named.sort_values("figure_id"), totals))
    result = pd.DataFrame(rows, columns=list(COLUMNS))
    return result.sort_values(["figure_id", "part_ids"], ignore_index=True)


def _same_report(frame: pd.DataFrame, number: Any) -> pd.Series:
    fits = periods.with_scope(frame, number.crime_scope)
    for name in ("source_id", "reporting_body", "ref_area", "period_start", "period_end"):
        fits &= frame[name].eq(getattr(number, name))
    if number.base_measure:
        fits &= frame["measure"].eq(number.base_measure)
    return fits


def _row(number: Any, named: pd.DataFrame, totals: pd.DataFrame) -> dict:
    """Return the row of one stated number and one list of countries."""
    row = {name: getattr(number, name, "") for name in COLUMNS}
    countries = named["part_category"].nunique()
    row |= sums.compare((number.low, number.high), [(countries, countries)], "partial")
    row |= {"check": "categories", "dimension": COUNTED[number.measure], "list_is": "partial"}
    row |= {"parts": countries, "part_ids": ";".join(named["figure_id"])}
    bounds = list(zip(named["low"], named["high"], strict=True))
    best = totals.assign(hedged=totals["low"].ne(totals["high"]))
    best = best.sort_values(["hedged", "figure_id"]).head(1)
    if row["verdict"] in ("over_total", "compatible") or best.empty or number.low != number.high:
        row["verdict"] = "infeasible" if row["verdict"] == "over_total" else row["verdict"]
        return row
    people = sums.compare(
        (best["low"].item(), best["high"].item()),
        bounds,
        "exhaustive" if number.low == countries else "partial",
    )
    verdict, hint = judge(int(number.low) - countries, people, [high for _, high in bounds])
    return row | {"verdict": verdict, "hint": hint}


def judge(unnamed: int, people: dict, named: list[float]) -> tuple[str, str]:
    """Return verdict and hint for a number of countries that the list leaves unnamed.

    Parameters
    ----------
    unnamed : int
        Countries stated but not named.
    people : dict
        What `sums.compare` says of the persons: ``residual_low``, ``residual_high``.
    named : list of float
        Persons of each named country, in the order of the list.

    Examples
    --------
    >>> left = {"residual_low": 9.0, "residual_high": 9.0}
    >>> judge(1, left, [3, 2, 2, 1, 1, 1, 1])
    ('implausible', '9 persons left for 1 unnamed country: more than any named country has')
    """
    low, high = people["residual_low"], people["residual_high"]
    left = f"{low:g}" if low == high else f"{low:g} to {high:g}"
    said = f"{left} persons left for {unnamed} unnamed {'country' if unnamed == 1 else 'countries'}"
    if unnamed == 0:
        fits = low <= 0 <= high
        return ("exact", "all named") if fits else ("infeasible", f"all named, yet {left} left")
    if high < unnamed:
        return "infeasible", f"{said}: fewer persons than countries"
    largest = math.ceil(low / unnamed)
    falling = len(named) > 1 and all(a >= b for a, b in zip(named, named[1:], strict=False))
    if falling and largest > max(named):
        some = "" if unnamed == 1 else f" at least {largest} in one of them,"
        return "implausible", f"{said}:{some} more than any named country has"
    return "compatible", said
