"""Statements against each other: pairs of sources, and running totals that must never fall."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import combinations, groupby, product
from operator import attrgetter
from typing import Any

import pandas as pd

from khtip.ledger import periods

VERDICTS = ("equal", "within_rounding", "compatible", "conflict", "not_comparable")
COLUMNS = (
    *("figure_id_a", "figure_id_b", "source_a", "source_b", "body_a", "body_b", "measure_a"),
    *("measure_b", "ref_area", "dimension", "category", "period_a", "period_b", "relation"),
    *("value_a", "value_b", "ratio", "span", "verdict", "reason", "scope_note", "one_voice"),
)
RUNNING_COLUMNS = (
    *("measure", "ref_area", "dimension", "category", "period_start", "period_end"),
    *("figure_id", "source_id", "reporting_body", "crime_scope", "value", "low", "high"),
    *("step", "against_id", "against_value", "against_end"),
)
SAID = (
    *("reporting_body", "ref_area", "period_start", "period_end", "measure", "crime_scope"),
    *("dimension", "category", "low", "high", "printed", "wider"),
)
"""What two statements have in common where one only repeats the other."""
PRO_RATA = 2.0
"""A later running total may have grown this many times faster than in the time before."""
ROUNDING = 0.05
"""A round number further than this from another, relative to it, is more than a rounding."""


def compare_sources(observations: pd.DataFrame) -> pd.DataFrame:
    """Compare every two statements on one measure or series that several voices make.

    Two bodies are two voices, in one source as well. A body is compared with itself in one source
    only where it gives two numbers for one count. Claims are left out:
    `khtip.chapters.sources.claims` recomputes them.

    Returns
    -------
    DataFrame
        `COLUMNS`, one row a pair whose periods overlap and whose dimension and category agree.
        ``ratio`` is the larger over the smaller value, ``span`` their difference, both only
        where the pair is comparable. ``one_voice`` marks equal values of one body for one
        period: a repetition, not a confirmation.
    """
    frame = periods.with_split(observations)
    frame = frame[~periods.is_claim(frame) & frame["low"].notna()].sort_values("figure_id")
    rows = [
        _comparison_row(first, second)
        for group in periods.grouped(frame, "subject", "part_dimension", "part_category")
        for first, second in combinations(group, 2)
        if _overlap(first, second) and (two_voices(first, second) or two_numbers(first, second))
    ]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.sort_values(["figure_id_a", "figure_id_b"], ignore_index=True)


def _overlap(first: Any, second: Any) -> bool:
    return first.period_start <= second.period_end and second.period_start <= first.period_end


def two_voices(first: Any, second: Any) -> bool:
    """Return whether two statements come from two sources, or from two bodies in one."""
    return (first.source_id, first.reporting_body) != (second.source_id, second.reporting_body)


def two_numbers(first: Any, second: Any) -> bool:
    """Return whether one body gives two numbers in one source that cannot both be the count."""
    dates = (first.period_start, first.period_end, second.period_start, second.period_end)
    one_count = dates[:2] == dates[2:] and first.crime_scope == second.crime_scope
    if two_voices(first, second) or not one_count:
        return False
    return judge_pair(first, second, "same")[0] == "conflict"


def _comparison_row(first: Any, second: Any) -> dict:
    """Return the row of one pair; `first` has the smaller figure id."""
    dates = (first.period_start, first.period_end, second.period_start, second.period_end)
    relation = periods.relation(*dates)
    verdict, reason = judge_pair(first, second, relation)
    comparable = verdict != "not_comparable"
    low, high = sorted([first.value, second.value])
    scopes = sorted({first.crime_scope, second.crime_scope} - {periods.UNSTATED_SCOPE})
    stated = first.crime_scope == second.crime_scope
    voice = relation == "same" and first.low == second.low and first.high == second.high
    row: dict[str, Any] = {
        "ref_area": ";".join(dict.fromkeys([first.ref_area, second.ref_area])),
        "dimension": first.part_dimension,
        "category": first.part_category,
        "relation": relation,
        "ratio": high / low if comparable and low > 0 else float("nan"),
        "span": high - low if comparable else float("nan"),
        "verdict": verdict,
        "reason": reason,
        "scope_note": "" if stated or not comparable else f"one scope unstated, other {scopes[0]}",
        "one_voice": voice and comparable and first.reporting_body == second.reporting_body,
    }
    for side, one in (("a", first), ("b", second)):
        row |= {f"figure_id_{side}": one.figure_id, f"source_{side}": one.source_id}
        row |= {f"body_{side}": one.reporting_body, f"measure_{side}": one.measure}
        row |= {f"period_{side}": f"{one.period_start}/{one.period_end}"}
        row |= {f"value_{side}": one.value}
    return row


def judge_pair(first: Any, second: Any, relation: str) -> tuple[str, str]:
    """Return verdict and reason for two rows of the observations.

    `relation` is one of `periods.RELATIONS`, of the first period to the second.
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
    exact = first.low == first.high and second.low == second.high
    if exact and first.low == second.low:
        return "equal", ""
    if not exact:
        if first.low <= second.high and second.low <= first.high:
            open_end = float("inf") in (first.high, second.high)
            return ("compatible", "one is a bound") if open_end else ("within_rounding", "hedged")
        return _running_pair(first, second, "the bounds do not meet")
    if _rounds(first.low, second.low) or _rounds(second.low, first.low):
        return "within_rounding", "one is the other, rounded to hundreds or more"
    return _running_pair(first, second, "same period")


def _rounds(round_number: float, number: float) -> bool:
    """Return whether a number ending in two zeros or more is the other one, slightly rounded."""
    place = 1
    while round_number and round_number % (place * 10) == 0:
        place *= 10
    gap = abs(round_number - number)
    return place >= 100 and gap <= place / 2 and gap <= ROUNDING * number


def _running_pair(first: Any, second: Any, otherwise: str) -> tuple[str, str]:
    """Return the verdict for two unequal counts whose periods almost agree.

    From one start to two ends a few days apart, a running total may grow, but not shrink, and
    not much faster than before.
    """
    if first.period_start != second.period_start or first.period_end == second.period_end:
        return "conflict", otherwise
    early, late = sorted([first, second], key=lambda row: row.period_end)
    length = periods.days(early.period_start, early.period_end)
    extra = periods.days(late.period_start, late.period_end) - length
    grown = late.value - early.value
    if pd.isna(grown):  # a number known between bounds only
        grown = late.high - early.low if late.high < early.low else late.low - early.high
    growth = f"{grown:+g} in {extra} days"
    if late.high < early.low:
        return "conflict", f"running total went back: {growth}"
    if late.low - early.high <= PRO_RATA * early.high * extra / length:
        return "compatible", f"running total: {growth}"
    return "conflict", f"same period within days: {growth}"


# Running totals: counts from one start that must never fall, and what they leave for a year.


def check_running_totals(observations: pd.DataFrame, *, measures: pd.DataFrame) -> pd.DataFrame:
    """Put flows (``measures.stock_or_flow``) with one start in order of their ends.

    Returns
    -------
    DataFrame
        `RUNNING_COLUMNS`, one row a statement of a series with at least two ends. ``step`` is
        ``first``, ``not_lower`` or ``falls``; a fall names the largest earlier total with a
        comparable scope (``against_*``).
    """
    rows: list[dict] = []
    for series in _series(observations, measures).values():
        if len({row.period_end for row in series}) > 1:
            rows += _steps(series)
    table = pd.DataFrame(rows, columns=list(RUNNING_COLUMNS))
    return table.sort_values(list(RUNNING_COLUMNS[:7]), ignore_index=True)


def _series(observations: pd.DataFrame, measures: pd.DataFrame) -> dict[tuple, list]:
    """Return the statements on flows by what they count and the day they start from."""
    flows = periods.flows(observations, measures).sort_values(["period_end", "figure_id"])
    series = defaultdict(list)
    for row in flows.itertuples():
        key = (row.measure, row.ref_area, row.part_dimension, row.part_category)
        series[*key, row.period_start].append(row)
    return series


def _steps(series: list) -> Iterator[dict]:
    """Yield the rows of a series, each held against the largest earlier total of each scope."""
    tops: dict[str, Any] = {}
    for _, rows in groupby(series, key=attrgetter("period_end")):
        ending = list(rows)
        for row in ending:
            yield _step(row, tops)
        for row in ending:
            earlier = tops.get(row.crime_scope, row)
            tops[row.crime_scope] = max(earlier, row, key=_size)


def _size(total: Any) -> tuple[float, str]:
    return total.low, total.figure_id


def _step(row: Any, tops: Mapping[str, Any]) -> dict:
    """Return the row of one statement, whose earlier ones have `tops` by their scope."""
    earlier = [top for scope, top in tops.items() if periods.scopes_agree(scope, row.crime_scope)]
    top: Any = max(earlier, key=_size, default=None)
    falls = top is not None and top.low > row.high
    found = {name: getattr(row, name, "") for name in RUNNING_COLUMNS}
    found |= {"dimension": row.part_dimension, "category": row.part_category}
    found["step"] = "falls" if falls else "not_lower" if earlier else "first"
    against = (top.figure_id, top.value, top.period_end) if falls else ("", float("nan"), "")
    return found | dict(zip(("against_id", "against_value", "against_end"), against, strict=True))


def growth(observations: pd.DataFrame, *, measures: pd.DataFrame) -> pd.DataFrame:
    """Compare the growth of a running total with what was reported for the time between.

    Returns
    -------
    DataFrame
        ``figure_id`` (the count of the time between), ``earlier_id, later_id, grown_low,
        grown_high, value, low, high, verdict``; one row for each count that lies between two
        ends of a running total of the same body. Reposts of one number are one row, with all
        their ids joined by semicolons. ``verdict`` is ``compatible``, or ``infeasible`` when the
        count is more than the whole growth.
    """
    bodies = defaultdict(list)
    for (*what, start), rows in _series(observations, measures).items():
        if rows[0].unit_of_count == "countries":  # one country may come back in every period
            continue
        for reposts in reposted(rows):
            bodies[*what, reposts[0].reporting_body].append((start, reposts))
    found = [row for counts in bodies.values() for row in _growths(sorted(counts, key=_start))]
    columns = ["figure_id", "earlier_id", "later_id", "grown_low", "grown_high", "value", "low"]
    table = pd.DataFrame(found, columns=[*columns, "high", "verdict"])
    return table.sort_values(columns[:3], ignore_index=True)


def reposted(rows: list) -> list[list]:
    """Return the rows in groups that say the same: one body's number for one count and period.

    Between two such groups every pair has the same verdict, so one row can stand for its group.
    """
    groups = defaultdict(list)
    for row in rows:
        groups[tuple(getattr(row, name) for name in SAID)].append(row)
    return list(groups.values())


def _start(count: tuple[str, list]) -> str:
    return count[0]


def _growths(counts: list[tuple[str, list]]) -> Iterator[list]:
    """Yield the rows of one body's counts, which are in order of their first day."""
    starts = [start for start, _ in counts]
    for start, series in groupby(counts, key=_start):
        totals = [reposts for _, reposts in series]
        last = max(reposts[0].period_end for reposts in totals)
        inside = counts[bisect_right(starts, start) : bisect_right(starts, last)]
        for (_, flow), early, late in product(inside, totals, totals):
            if _between(early[0], late[0], flow[0]):
                yield _grown(early, late, flow)


def _between(early: Any, late: Any, flow: Any) -> bool:
    """Return whether a count lies in the time between two running totals."""
    scopes = {early.crime_scope, late.crime_scope, flow.crime_scope} - {periods.UNSTATED_SCOPE}
    inside = early.period_end < flow.period_start and flow.period_end <= late.period_end
    return inside and len(scopes) <= 1


def _grown(*voices: list) -> list:
    """Return the row of two running totals and of the count between them, each with its reposts."""
    (early, *_), (late, *_), (flow, *_) = voices
    low, high = late.low - early.high, late.high - early.low
    verdict = "infeasible" if flow.low > high else "compatible"
    earlier, later, counts = (";".join(row.figure_id for row in rows) for rows in voices)
    return [counts, earlier, later, low, high, flow.value, flow.low, flow.high, verdict]
