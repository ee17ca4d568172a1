"""Part-years against years: no part of a year can hold more than the year.

A half-year is never doubled and never compared with a year as if it were one; it is a bound. The
bound holds between any two reports on the same count, so this check crosses sources and bodies.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pandas as pd

from khtip.reconcile import periods, sums
from khtip.reconcile.splits import period_words
from khtip.reconcile.totals import COLUMNS


def check(observations: pd.DataFrame, *, measures: pd.DataFrame) -> pd.DataFrame:
    """Compare every count of a year with the part-years that lie inside it.

    Parts of one source and body that do not overlap are added up first, unless they count
    countries: one country may come back in every part.

    Parameters
    ----------
    observations : DataFrame
        The cleaned ledger.
    measures : DataFrame
        ``measure, stock_or_flow``: only flows add up over time.

    Returns
    -------
    DataFrame
        Columns of `totals.COLUMNS`, one row a year's figure and report of part-years;
        ``dimension`` is ``period``; ``verdict`` is ``compatible`` or ``infeasible``; ``hint``
        names the part of the year, and its body when it is not the body of the year.
    """
    frame = periods.with_split(observations)
    flows = set(measures.loc[measures["stock_or_flow"].eq("flow"), "measure"])
    frame = frame[frame["measure"].isin(flows) & frame["low"].notna() & frame["unit"].eq("count")]
    rows = []
    for counts in periods.grouped(frame.sort_values("figure_id"), *periods.COUNTED):
        for year in counts:
            if pd.notna(year.year):
                rows += [_row(year, parts) for parts in _parts(year, counts)]
    result = pd.DataFrame(rows, columns=list(COLUMNS))
    return result.sort_values(["figure_id", "part_ids"], ignore_index=True)


def _parts(year: Any, counts: list) -> list[list]:
    """Return lists of part-years to compare with `year`, each from one source and body."""
    reports = defaultdict(list)
    for row in counts:
        inside = periods.relation(
            row.period_start, row.period_end, year.period_start, year.period_end
        )
        if inside == "a_in_b" and periods.scopes_agree(row.crime_scope, year.crime_scope):
            reports[row.source_id, row.reporting_body, row.crime_scope].append(row)
    found = []
    for report in reports.values():
        report.sort(key=lambda row: (row.period_start, row.period_end, row.figure_id))
        pairs = zip(report, report[1:], strict=False)
        apart = all(first.period_end < second.period_start for first, second in pairs)
        apart &= year.unit_of_count != "countries"
        found += [report] if apart else [[row] for row in report]
    return found


def _row(year: Any, parts: list) -> dict:
    """Return the row of one year's figure and one report's part-years."""
    row = {name: getattr(year, name, "") for name in COLUMNS}
    bounds = [(part.low, part.high) for part in parts]
    row |= sums.compare((year.low, year.high), bounds, "partial")
    row |= {"check": "period", "dimension": "period", "list_is": "partial", "parts": len(parts)}
    row |= {"part_ids": ";".join(part.figure_id for part in parts)}
    over = row["verdict"] == "over_total"
    body = parts[0].reporting_body
    whose = "" if body == year.reporting_body else f", counted by {body}"
    row["hint"] = period_words(parts[0].period_start, parts[-1].period_end) + whose
    return row | {"verdict": "infeasible" if over else "compatible"}
