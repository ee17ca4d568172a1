"""Sources against each other: every pair of statements that may speak of the same count.

A pair gets a verdict only when area, unit, measure, period and crime scope agree; otherwise it is
``not_comparable``, with the reason. A period inside another gives a bound, not an equality.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from typing import Any

import pandas as pd

from khtip.reconcile import periods

VERDICTS = ("equal", "within_rounding", "compatible", "conflict", "not_comparable")
COLUMNS = (
    *("figure_id_a", "figure_id_b", "source_a", "source_b", "body_a", "body_b", "measure_a"),
    *("measure_b", "ref_area", "dimension", "category", "period_a", "period_b", "relation"),
    *("value_a", "value_b", "ratio", "span", "verdict", "reason", "scope_note", "one_voice"),
)
PRO_RATA = 2.0
"""A later running total may have grown this many times faster than in the time before."""
ROUNDING = 0.05
"""A round number further than this from another, relative to it, is more than a rounding."""


def check(observations: pd.DataFrame) -> pd.DataFrame:
    """Compare every two statements of different sources on one measure or series.

    Parameters
    ----------
    observations : DataFrame
        The cleaned ledger. Claims are left out: `khtip.reconcile.claims` recomputes them.

    Returns
    -------
    DataFrame
        `COLUMNS`, one row a pair whose periods overlap and whose dimension and category agree.
        ``ratio`` is the larger over the smaller value, ``span`` their difference, both only
        where the pair is comparable. ``one_voice`` marks equal values of one body for one
        period: a repetition, not a confirmation.
    """
    frame = periods.with_split(observations)
    frame = frame[~periods.is_claim(frame) & frame["low"].notna()]
    groups = defaultdict(list)
    for row in frame.sort_values("figure_id").itertuples():
        groups[row.subject, row.part_dimension, row.part_category].append(row)
    rows = [
        _row(first, second)
        for group in groups.values()
        for first, second in combinations(group, 2)
        if first.source_id != second.source_id and _overlap(first, second)
    ]
    result = pd.DataFrame(rows, columns=list(COLUMNS))
    return result.sort_values(["figure_id_a", "figure_id_b"], ignore_index=True)


def _overlap(first: Any, second: Any) -> bool:
    return first.period_start <= second.period_end and second.period_start <= first.period_end


def _row(first: Any, second: Any) -> dict:
    """Return the row of one pair; `first` has the smaller figure id."""
    relation = periods.relation(
        first.period_start, first.period_end, second.period_start, second.period_end
    )
    verdict, reason = judge(first, second, relation)
    comparable = verdict != "not_comparable"
    low, high = sorted([first.value, second.value])
    stated = first.crime_scope == second.crime_scope
    scopes = sorted({first.crime_scope, second.crime_scope} - {periods.UNSTATED_SCOPE})
    voice = relation == "same" and first.low == second.low and first.high == second.high
    return {
        "figure_id_a": first.figure_id,
        "figure_id_b": second.figure_id,
        "source_a": first.source_id,
        "source_b": second.source_id,
        "body_a": first.reporting_body,
        "body_b": second.reporting_body,
        "measure_a": first.measure,
        "measure_b": second.measure,
        "ref_area": ";".join(dict.fromkeys([first.ref_area, second.ref_area])),
        "dimension": first.part_dimension,
        "category": first.part_category,
        "period_a": f"{first.period_start}/{first.period_end}",
        "period_b": f"{second.period_start}/{second.period_end}",
        "relation": relation,
        "value_a": first.value,
        "value_b": second.value,
        "ratio": high / low if comparable and low > 0 else float("nan"),
        "span": high - low if comparable else float("nan"),
        "verdict": verdict,
        "reason": reason,
        "scope_note": "" if stated or not comparable else f"one scope unstated, other {scopes[0]}",
        "one_voice": voice and comparable and first.reporting_body == second.reporting_body,
    }


def judge(first: Any, second: Any, relation: str) -> tuple[str, str]:
    """Return verdict and reason for two statements with a known relation of their periods.

    Parameters
    ----------
    first, second : named tuples
        Rows of the observations.
    relation : str
        One of `periods.RELATIONS`, of the first period to the second.
    """
    for name, reason in (("ref_area", "area"), ("unit_of_count", "unit"), ("measure", "measure")):
        if getattr(first, name) != getattr(second, name):
            return "not_comparable", reason
    if not _scopes_agree(first, second):
        return "not_comparable", "scope"
    if relation == "overlap":
        return "not_comparable", "period"
    if relation == "same":
        return _same_period(first, second)
    part, whole = (first, second) if relation == "a_in_b" else (second, first)
    kind = "running total" if part.period_start == whole.period_start else "part of the period"
    if part.low > whole.high:
        return "conflict", f"{kind}: the part is more than the whole"
    return "compatible", kind


def _scopes_agree(first: Any, second: Any) -> bool:
    """Return whether the scopes agree.

    A kind of crime is never the same count as one of unstated scope, nor is a stated scope where
    the unstated count was printed beside a stated one.
    """
    if first.crime_scope == second.crime_scope:
        return True
    kinds = "crime_type" in (first.dimension, second.dimension)
    apart = kinds or first.wider or second.wider
    return not apart and periods.scopes_agree(first.crime_scope, second.crime_scope)


def _same_period(first: Any, second: Any) -> tuple[str, str]:
    """Return the verdict for two statements on the same period."""
    exact = first.low == first.high and second.low == second.high
    if exact and first.low == second.low:
        return "equal", ""
    if not exact:
        if first.low <= second.high and second.low <= first.high:
            open_end = float("inf") in (first.high, second.high)
            return ("compatible", "one is a bound") if open_end else ("within_rounding", "hedged")
        return _running(first, second, "the bounds do not meet")
    if _rounds(first.low, second.low) or _rounds(second.low, first.low):
        return "within_rounding", "one is the other, rounded to hundreds or more"
    return _running(first, second, "same period")


def _rounds(round_number: float, number: float) -> bool:
    """Return whether a number ending in two zeros or more is the other one, slightly rounded."""
    place = 1
    while round_number and round_number % (place * 10) == 0:
        place *= 10
    gap = abs(round_number - number)
    return place >= 100 and gap <= place / 2 and gap <= ROUNDING * number


def _running(first: Any, second: Any, otherwise: str) -> tuple[str, str]:
    """Return the verdict for two unequal counts whose periods almost agree.

    From one start to two ends a few days apart, a running total may grow, but not shrink, and
    not much faster than before.
    """
    if first.period_start != second.period_start or first.period_end == second.period_end:
        return "conflict", otherwise
    early, late = sorted([first, second], key=lambda row: row.period_end)
    length = periods.days(early.period_start, early.period_end)
    extra = periods.days(late.period_start, late.period_end) - length
    growth = f"{late.value - early.value:+g} in {extra} days"
    if late.high < early.low:
        return "conflict", f"running total went back: {growth}"
    if late.low - early.high <= PRO_RATA * early.high * extra / length:
        return "compatible", f"running total: {growth}"
    return "conflict", f"same period within days: {growth}"
