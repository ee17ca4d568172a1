"""Running totals: counts from one start that must never fall, and what they leave for a year.

A count "since April 2014" or "since January" can only grow. Where a later total is smaller than
an earlier one, or grows by less than what was reported for the time between, the two cannot both
be right.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pandas as pd

from khtip.reconcile import periods

COLUMNS = (
    *("measure", "ref_area", "dimension", "category", "period_start", "period_end"),
    *("figure_id", "source_id", "reporting_body", "crime_scope", "value", "low", "high"),
    *("step", "against_id", "against_value", "against_end"),
)


def check(observations: pd.DataFrame, *, measures: pd.DataFrame) -> pd.DataFrame:
    """Put counts with one start in order of their ends and say which fall.

    Parameters
    ----------
    observations : DataFrame
        The cleaned ledger.
    measures : DataFrame
        ``measure, stock_or_flow``: only flows can be summed over time.

    Returns
    -------
    DataFrame
        `COLUMNS`, one row a statement of a series with at least two ends. ``step`` is ``first``,
        ``not_lower`` or ``falls``; a fall names the largest earlier total with a comparable
        scope (``against_*``).
    """
    rows = []
    for series in _series(observations, measures).values():
        if len({row.period_end for row in series}) > 1:
            rows += [_step(row, series) for row in series]
    result = pd.DataFrame(rows, columns=list(COLUMNS))
    order = ["measure", "ref_area", "dimension", "category", "period_start", "period_end"]
    return result.sort_values([*order, "figure_id"], ignore_index=True)


def _series(observations: pd.DataFrame, measures: pd.DataFrame) -> dict[tuple, list]:
    """Return the statements on flows by what they count and the day they start from."""
    frame = periods.with_split(observations)
    flows = set(measures.loc[measures["stock_or_flow"].eq("flow"), "measure"])
    frame = frame[frame["measure"].isin(flows) & frame["low"].notna() & frame["unit"].eq("count")]
    series = defaultdict(list)
    for row in frame.sort_values(["period_end", "figure_id"]).itertuples():
        key = (row.measure, row.ref_area, row.part_dimension, row.part_category)
        series[*key, row.period_start].append(row)
    return series


def _step(row: Any, series: list) -> dict:
    """Return the row of one statement, compared with the earlier ones of its series."""
    earlier = [one for one in series if one.period_end < row.period_end]
    earlier = [one for one in earlier if periods.scopes_agree(one.crime_scope, row.crime_scope)]
    top: Any = max(earlier, key=lambda one: (one.low, one.figure_id), default=None)
    falls = top is not None and top.low > row.high
    found = {name: getattr(row, name, "") for name in COLUMNS}
    found |= {"dimension": row.part_dimension, "category": row.part_category}
    found["step"] = "falls" if falls else "not_lower" if earlier else "first"
    against = (top.figure_id, top.value, top.period_end) if falls else ("", float("nan"), "")
    return found | dict(zip(("against_id", "against_value", "against_end"), against, strict=True))


def growth(observations: pd.DataFrame, *, measures: pd.DataFrame) -> pd.DataFrame:
    """Compare the growth of a running total with what was reported for the time between.

    Parameters
    ----------
    observations, measures : DataFrame
        As for `check`.

    Returns
    -------
    DataFrame
        ``figure_id`` (the count of the time between), ``earlier_id, later_id, grown_low,
        grown_high, value, low, high, verdict``; one row for each count that lies between two
        ends of a running total of the same body. ``verdict`` is ``compatible``, or
        ``infeasible`` when the count is more than the whole growth.
    """
    everything = _series(observations, measures)
    rows = []
    for (*what, start), series in everything.items():
        if series[0].unit_of_count == "countries":  # one country may come back in every period
            continue
        flows = [
            row
            for (*other, begin), found in everything.items()
            if other == what and begin > start
            for row in found
        ]
        for number, early in enumerate(series):
            for late in series[number + 1 :]:
                rows += [_grown(early, late, flow) for flow in flows if _between(early, late, flow)]
    columns = ["figure_id", "earlier_id", "later_id", "grown_low", "grown_high", "value", "low"]
    result = pd.DataFrame(rows, columns=[*columns, "high", "verdict"])
    return result.sort_values(columns[:3], ignore_index=True)


def _between(early: Any, late: Any, flow: Any) -> bool:
    """Return whether a count of the same body lies in the time between two running totals."""
    bodies = {early.reporting_body, late.reporting_body, flow.reporting_body}
    scopes = {early.crime_scope, late.crime_scope, flow.crime_scope} - {periods.UNSTATED_SCOPE}
    inside = early.period_end < flow.period_start and flow.period_end <= late.period_end
    return inside and len(scopes) <= 1 and len(bodies) == 1


def _grown(early: Any, late: Any, flow: Any) -> list:
    low, high = late.low - early.high, late.high - early.low
    verdict = "infeasible" if flow.low > high else "compatible"
    ids = [flow.figure_id, early.figure_id, late.figure_id]
    return [*ids, low, high, flow.value, flow.low, flow.high, verdict]
