"""Splits of a total as one report gives them: its parts, its own total, and what is left over.

A share needs a part and a total that belong together, so a part is divided only by the total of
the *same* report: same source, body, area, period, measure and scope. A report that several
sources repeat is one voice.
"""

from __future__ import annotations

import calendar
import math
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from operator import attrgetter
from typing import Any

import pandas as pd

from khtip.ledger.lineage import joined
from khtip.ledger.periods import with_part
from khtip.ledger.statements import AS_DOCUMENTED

REPORT = ["source_id", "reporting_body", "ref_area", "period_start", "period_end", "measure"]
# Traits of the persons counted, as against where they were or what happened to them.
PERSONAL = ("age_band", "sex")
HEADINGS = ("destination", "nationality", "province", "crime_type")
_REPORT_OF = attrgetter(*REPORT)
_RANKED = ["reporting_body", "year", "months", "preferred"]
_USED = [
    *["figure_id", *REPORT, "crime_scope", "series", "dimension", "category", "year", "months"],
    *["value", "low", "high", "unit", "qualifier", "preferred"],
]

COLUMNS = [
    *["report", "source_ids", "figure_ids", "total_ids", "reporting_body", "ref_area"],
    *["period_start", "period_end"],
    *["period", "year", "months", "measure", "crime_scope", "dimension", "category"],
    *["value", "low", "high", "qualifier", "total", "total_low", "total_qualifier", "preferred"],
]


def splits(
    observations: pd.DataFrame, dimension: str, *, measures: Iterable[str] | None = None
) -> pd.DataFrame:
    """Return every part of every report's split along one dimension, beside its own total.

    Parameters
    ----------
    observations : DataFrame
        The cleaned table, ``data/clean/observations.csv``.
    dimension : str
        For example ``age_band`` or ``destination``.
    measures : iterable of str, optional
        Only these measures.

    Returns
    -------
    DataFrame
        One row a part: ``report`` (a key, the same for all parts of one report), ``source_ids``
        (all that repeat it, joined by semicolons), ``figure_ids`` (its statement and the repeats)
        and ``total_ids`` (the total's), the columns of the observation, ``period`` (in
        words), ``total`` (NaN unless the report gives one exact number), ``total_low`` (the least
        that a hedged total can be) and ``total_qualifier``. Sorted by period.

    Examples
    --------
    >>> rows = pd.DataFrame({
    ...     "figure_id": ["a-1", "a-2"], "source_id": "a", "reporting_body": "NCCT",
    ...     "ref_area": "KHM", "period_start": "2017-01-01", "period_end": "2017-12-31",
    ...     "months": 12.0, "year": 2017, "measure": "victims_rescued", "series": "victims",
    ...     "crime_scope": "trafficking", "dimension": ["", "age_band"], "category": ["", "<18"],
    ...     "value": [345.0, 178.0], "low": [345.0, 178.0], "high": [345.0, 178.0],
    ...     "unit": "count", "qualifier": "exact", "preferred": True, "note": ""})
    >>> splits(rows, "age_band")[["period", "category", "value", "total"]]
      period category  value  total
    0   2017      <18  178.0  345.0
    """
    rows = observations[observations["value"].notna() & observations["unit"].eq("count")]
    if measures is not None:
        rows = rows[rows["measure"].isin(list(measures))]
    parts = rows["dimension"].eq(dimension)
    rows = with_part(rows.loc[rows["source_id"].isin(rows.loc[parts, "source_id"]), _USED])
    parts = rows[rows["dimension"].eq(dimension)]
    if parts.empty:
        return pd.DataFrame(columns=COLUMNS)
    reports = defaultdict(list)
    for row in rows.itertuples():
        reports[_REPORT_OF(row)].append(row)
    totals = [_total(reports[_REPORT_OF(part)], part) for part in parts.itertuples()]
    parts = parts.assign(
        figure_ids=parts["figure_id"],
        total_ids=["" if row is None else row.figure_id for row in totals],
        total=[_exact(row) for row in totals],
        total_low=[math.nan if row is None else float(row.low) for row in totals],
        total_qualifier=["" if row is None else row.qualifier for row in totals],
        period=list(map(period_words, parts["period_start"], parts["period_end"])),
    )
    voices = _one_voice(parts)
    order = ["period_start", "period_end", "reporting_body", "report"]
    return voices.sort_values(order, kind="stable")[COLUMNS].reset_index(drop=True)


def choose(parts: pd.DataFrame, *, year: int, preferred_body: str = AS_DOCUMENTED) -> pd.DataFrame:
    """Return the parts of the one report to use for a year; empty when there is none.

    First a report of the wanted body, if it gives one; then a full year before the longest part
    of the year; then the report with most parts preferred in the ledger; then most parts.

    Parameters
    ----------
    parts : DataFrame
        From `splits`, or any table with its report columns.
    year : int
        A report counts when it is that year, or lies within it.
    preferred_body : str
        A reporting body, or ``as-documented``.
    """
    reports = defaultdict(list)
    columns = [parts[name] for name in ("report", "period_start", "period_end", *_RANKED)]
    for report, start, end, *ranked in zip(*columns, strict=True):
        if start[:4] == end[:4] == str(year) or ranked[1] == year:
            reports[report].append(ranked)
    if not reports:
        return parts.head(0)

    def standing(report: str) -> tuple:
        bodies, years, months, preferred = zip(*reports[report], strict=True)
        full = all(map(pd.notna, years))
        return bodies[0] == preferred_body, full, months[0], sum(map(bool, preferred)), len(years)

    best = max(sorted(reports), key=standing)
    return parts[parts["report"].eq(best)].reset_index(drop=True)


@cache
def period_words(start: str, end: str) -> str:
    """Name a period in few words.

    A period from 25 December to 25 December is a police year and gets the year it ends in.

    Examples
    --------
    >>> period_words("2017-01-01", "2017-12-31"), period_words("2015-12-25", "2016-12-25")
    ('2017', '2016 (police year)')
    >>> period_words("2019-01-01", "2019-06-30"), period_words("2020-04-01", "2021-03-31")
    ('Jan–Jun 2019', 'Apr 2020–Mar 2021')
    """
    first, last = pd.Timestamp(start), pd.Timestamp(end)
    names = calendar.month_abbr
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        return str(first.year) if first.year == last.year else f"{first.year}–{last.year}"
    if (first.month, first.day) == (last.month, last.day) == (12, 25):
        return f"{last.year} (police year)"
    whole = first.day == 1 and last.is_month_end
    began = names[first.month] if whole else f"{first.day} {names[first.month]}"
    ended = names[last.month] if whole else f"{last.day} {names[last.month]}"
    if first.year != last.year:
        return f"{began} {first.year}–{ended} {last.year}"
    return f"{began} {last.year}" if began == ended else f"{began}–{ended} {last.year}"


def accounts(parts: pd.DataFrame) -> pd.DataFrame:
    """Return one row a report: what its named parts sum to and what they leave of the total.

    Returns
    -------
    DataFrame
        The report's columns, ``named`` (sum of the parts), ``classes`` (how many), ``left``
        (total - named; negative when the parts exceed it; NaN without an exact total).
    """
    if parts.empty:
        return pd.DataFrame(columns=[*COLUMNS, "named", "classes", "left"])
    groups = parts.groupby("report", sort=False)
    frame = groups.first()
    frame["figure_ids"] = groups["figure_ids"].agg(joined)
    frame["total_ids"] = groups["total_ids"].agg(joined)
    frame["named"] = groups["value"].sum()
    frame["classes"] = groups.size()
    frame["left"] = frame["total"] - frame["named"]
    dropped = ["category", "value", "low", "high", "qualifier", "preferred"]
    return frame.drop(columns=dropped).reset_index()


def _total(report: list[Any], part: Any) -> Any | None:
    """Return the row that gives the total of a part within its own report."""
    if part.dimension == "crime_type":
        whole = [row for row in report if not row.dimension]
    else:
        plain = [
            row for row in report if not row.part_dimension and row.dimension != part.dimension
        ]
        whole = [row for row in plain if row.crime_scope == part.crime_scope]
        if not whole and part.crime_scope == "unspecified":
            whole = plain
    if not whole and part.dimension in PERSONAL:
        # Some reports give the total only under another heading, such as the country of return.
        other = [
            row
            for row in report
            if row.dimension in HEADINGS and row.crime_scope == part.crime_scope
        ]
        whole = other if len(other) == 1 else []
    exact = [row for row in whole if row.qualifier == "exact"]
    return min(exact or whole, key=attrgetter("figure_id"), default=None)


def _exact(row: Any | None) -> float:
    return float(row.value) if row is not None and row.qualifier == "exact" else math.nan


def _one_voice(parts: pd.DataFrame) -> pd.DataFrame:
    """Merge reports of one body: one that only repeats parts of a longer one is no new voice."""
    scope = parts["crime_scope"].mask(parts["dimension"].eq("crime_type"), "")
    groups = defaultdict(list)
    for place, key in enumerate(zip(*(parts[name] for name in REPORT), scope, strict=True)):
        groups[key].append(place)
    named = list(zip(parts["category"], parts["value"], strict=True))
    totals = parts["total"].tolist()
    figure_ids, total_ids = parts["figure_ids"].tolist(), parts["total_ids"].tolist()
    report, source_ids = [""] * len(parts), [""] * len(parts)
    kept: dict[tuple, list[tuple]] = defaultdict(list)  # by body, area, period, measure, scope

    def fullest_first(item: tuple[tuple, list[int]]) -> tuple:
        return -len(item[1]), math.isnan(totals[item[1][0]]), item[0]

    for key, places in sorted(groups.items(), key=fullest_first):
        given, total = {named[place] for place in places}, totals[places[0]]
        for others, other_given, other_total in kept[key[1:]]:
            same_total = math.isnan(total) or total == other_total
            if given <= other_given and same_total:
                again = {named[place]: figure_ids[place] for place in reversed(places)}
                of_total = [total_ids[place] for place in places]
                for place in others:
                    source_ids[place] += f";{key[0]}"
                    figure_ids[place] = joined([figure_ids[place], again.get(named[place])])
                    total_ids[place] = joined([total_ids[place], *of_total])
                break
        else:
            kept[key[1:]].append((places, given, total))
            for place in places:
                report[place], source_ids[place] = " | ".join(map(str, key)), key[0]
    parts = parts.assign(
        report=report, source_ids=source_ids, figure_ids=figure_ids, total_ids=total_ids
    )
    return parts[parts["report"].ne("")]
