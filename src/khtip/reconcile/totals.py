"""Totals and their parts: does a list add up to the number printed above it?

Sums are interval sums (a suppressed ``<5`` is 0 to 4, "more than 300" starts at 301), so a
verdict holds for every number that the words allow. Only statements of one source and one
reporting body are added up, for the same measure, period, area and crime scope. A list
that holds every category of an exhaustive set must add up; another list may go on.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

import pandas as pd

from khtip.reconcile import periods, sums

COLUMNS = (
    *("figure_id", "check", "source_id", "reporting_body", "ref_area", "period_start"),
    *("period_end", "measure", "crime_scope", "dimension", "parts", "part_ids", "list_is"),
    *("stated", "stated_low", "stated_high", "sum_of_parts", "sum_low", "sum_high"),
    *("residual", "residual_low", "residual_high", "share", "verdict", "hint"),
)
LISTS = ("exhaustive", "unmarked", "partial")
"""A list holds every category there is, does not say that it is partial, or is partial."""
CARRIERS = (*periods.PLACES, "crime_type")
"""Dimensions whose only category may stand for the whole where no plain total is printed."""


class Listing(NamedTuple):
    """The parts printed below a total along one dimension, and whether they claim to be all."""

    dimension: str
    kind: str  # one of LISTS
    parts: dict[str, Any]  # category to row


def check(
    observations: pd.DataFrame,
    *,
    categories: pd.DataFrame,
    areas: pd.DataFrame,
    measures: pd.DataFrame,
) -> pd.DataFrame:
    """Compare every total of the ledger with the parts its own source gives for it.

    Parameters
    ----------
    observations : DataFrame
        The cleaned ledger; counts with ``low`` and ``high``, missing where not published.
    categories : DataFrame
        ``dimension, category, exhaustive_set`` (``;`` between sets), ``within``.
    areas : DataFrame
        ``ref_area, parent``.
    measures : DataFrame
        ``measure, subject``: a count introduced by "including" is a part of a wider measure
        of the same subject.

    Returns
    -------
    DataFrame
        `COLUMNS`, one row a total, dimension and set of categories, sorted. ``list_is`` is
        one of `LISTS`; ``share`` is the sum over the total, in per cent.
    """
    frame = periods.with_split(observations)
    frame = frame[frame["unit"].ne("percent")]
    frame = frame.assign(
        parent=frame["ref_area"].map(areas.set_index("ref_area")["parent"]).fillna(""),
        topic=frame["measure"].map(measures.set_index("measure")["subject"]).fillna(""),
        is_change=periods.is_claim(frame),
    )
    sets = _exhaustive_sets(categories)
    reports = defaultdict(list)
    for row in frame.sort_values("figure_id").itertuples():
        reports[row.source_id, row.reporting_body, row.period_start, row.period_end].append(row)
    rows = [
        _row(total, listing)
        for report in reports.values()
        for total in _totals(report)
        for listing in _listings(total, report, sets)
        # parts of a signed change may cancel out: a partial list says nothing
        if listing.kind != "partial" or not total.is_change
    ]
    result = pd.DataFrame(rows, columns=list(COLUMNS))
    return result.sort_values(["figure_id", "dimension", "part_ids"], ignore_index=True)


def _exhaustive_sets(categories: pd.DataFrame) -> dict[str, list]:
    """Return for each dimension its exhaustive sets and, last, what each category lies within."""
    known: dict[str, list] = {}
    for dimension, rows in categories.groupby("dimension"):
        sets: dict[str, set] = defaultdict(set)
        for row in rows.itertuples():
            for name in filter(None, str(row.exhaustive_set).split(";")):
                sets[name].add(row.category)
        known[str(dimension)] = [*sorted(sets.values(), key=sorted)]
        known[f"{dimension} within"] = [dict(zip(rows["category"], rows["within"], strict=True))]
    return known


def _totals(report: list) -> Iterator:
    """Yield the rows of one report that may be totals: plain ones, else the widest carrier."""
    groups = defaultdict(list)
    for row in report:
        groups[row.measure, row.ref_area, row.crime_scope].append(row)
    for group in groups.values():
        plain = [row for row in group if not row.part_dimension]
        if plain:
            yield from plain
            continue
        lone = []
        for dimension in CARRIERS:
            rows = [row for row in group if row.part_dimension == dimension]
            if len({row.part_category for row in rows}) == 1:
                lone.append(rows)
        yield from max(lone, key=_widest, default=[])


def _widest(rows: list) -> float:
    return max((row.high for row in rows if not math.isnan(row.high)), default=-1.0)


def _listings(total: Any, report: list, sets: dict[str, list]) -> Iterator[Listing]:
    """Yield every list of parts that one report gives for one total."""
    others = [
        row
        for row in report
        if row.figure_id != total.figure_id
        and periods.scopes_agree(row.crime_scope, total.crime_scope)
    ]
    here = [row for row in others if row.ref_area == total.ref_area]
    same = [row for row in here if row.measure == total.measure and row.part_dimension]
    for dimension in dict.fromkeys(row.part_dimension for row in same):
        if dimension not in (total.part_dimension, "crime_type"):
            parts = [(row.part_category, row) for row in same if row.part_dimension == dimension]
            yield from _sets(dimension, parts, sets)
    yield from _sets("crime_type", _crime_types(total, report), sets)
    inside = [row for row in others if row.parent == total.ref_area and not row.part_dimension]
    provinces = [(row.ref_area, row) for row in inside if row.measure == total.measure]
    yield from _sets("province", provinces, sets)
    narrower = [(row.measure, row) for row in here if _is_narrower(row, total)]
    yield from _sets("measure", narrower, sets)


def _crime_types(total: Any, report: list) -> list[tuple[str, Any]]:
    """Return the kinds of crime below a total; a narrower scope counts as a kind of crime."""
    if total.dimension == "crime_type":
        return []
    wide = total.crime_scope in (periods.BOTH_SCOPES, periods.UNSTATED_SCOPE)
    found = []
    for row in report:
        if row.measure != total.measure or row.ref_area != total.ref_area:
            continue
        if row.dimension == "crime_type":
            found.append((row.category, row))
            continue
        alike = (row.dimension, row.category) == (total.dimension, total.category)
        not_narrow = (total.crime_scope, periods.BOTH_SCOPES, periods.UNSTATED_SCOPE)
        if wide and alike and row.crime_scope not in not_narrow:
            found.append((row.crime_scope, row))
    return found


def _is_narrower(row: Any, total: Any) -> bool:
    """Return whether a row counts a narrower measure: by its name, or said to be included."""
    if row.is_change or row.measure == total.measure:
        return False
    alike = (row.part_dimension, row.part_category) == (total.part_dimension, total.part_category)
    if row.measure.startswith(total.measure + "_"):
        return alike or not row.part_dimension
    included = row.qualifier == "including" != total.qualifier
    return included and alike and row.topic == total.topic


def _sets(dimension: str, rows: list[tuple[str, Any]], sets: dict[str, list]) -> Iterator[Listing]:
    """Split the parts along one dimension into sets whose categories do not overlap."""
    parts: dict[str, Any] = {}
    for category, row in sorted(
        rows, key=lambda pair: (pair[1].low != pair[1].high, pair[1].figure_id)
    ):
        parts.setdefault(category, row)
    given, left = set(parts), set(parts)
    known = sets.get(dimension, [])
    for members in known:
        if members <= given:
            yield Listing(dimension, "exhaustive", {name: parts[name] for name in members})
            left -= members
    begun = {frozenset(members & given) for members in known if members & left}
    begun = {found for found in begun if not any(members == found for members in known)}
    for found in sorted(begun, key=sorted):
        if not any(found < other for other in begun):
            yield Listing(dimension, "partial", {name: parts[name] for name in found})
            left -= found
    (within,) = sets.get(f"{dimension} within", [{}])
    left = {name for name in left if within.get(name, "") not in given}
    if left:
        said = any(parts[name].qualifier == "including" for name in left)
        lone = len(left) == 1 or dimension == "measure" or said
        kind = "partial" if lone else "unmarked"
        yield Listing(dimension, kind, {name: parts[name] for name in left})


def _exact_first(row: Any) -> tuple:
    return row.low != row.high, row.figure_id


def _row(total: Any, listing: Listing) -> dict:
    """Return the row of one total and one list of its parts."""
    parts = sorted(listing.parts.values(), key=lambda part: part.figure_id)
    row = {name: getattr(total, name, "") for name in COLUMNS}
    row |= {"check": "parts", "dimension": listing.dimension, "list_is": listing.kind}
    row |= {"parts": len(parts), "part_ids": ";".join(part.figure_id for part in parts)}
    bounds = [(part.low, part.high) for part in parts]
    return row | sums.compare((total.low, total.high), bounds, listing.kind)
