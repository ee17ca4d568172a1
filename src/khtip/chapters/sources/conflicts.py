"""What is being counted: cases or persons? Statements that mix the two, and unusual ratios.

Three signs are looked for: words of two units in one statement, one number that a body gives for
one period under two labels, and more victims or suspects per case than the ledger usually has.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from typing import Any

import pandas as pd

from khtip.chapters.sources import sums
from khtip.chapters.sources.sums import COLUMNS
from khtip.ledger import periods
from khtip.ledger.splits import period_words

CASE_NOUNS = {"case", "cases", "crimes", "offences", "felonies", "incidents"}
REPORT_NOUNS = {"complaints", "reports", "requests"}
ACT_NOUNS = {"arrests", "convictions", "prosecutions", "deportations", "operations"}
"""Acts upon persons: they agree with a count of cases as well as with a count of persons."""
OTHER_NOUNS = {"countries", "nations", "nationalities", "companies", "institutions"}
EVENT_UNITS = {"cases", "complaints"}
LEAST_OF_UNITS = 10
"""Below this, the same number under two labels is likely to be chance."""
TIMES = 2.0
"""A ratio is unusual beyond this many times the upper quartile, or below its part of the lower."""
RATIOS = {"victims": "victims per case", "suspects": "suspects per case"}


def noun_class(word: str) -> str:
    """Return what a counting noun counts: ``events``, ``persons``, ``acts`` or ``other``.

    Examples
    --------
    >>> [noun_class(word) for word in ("criminal cases", "women", "arrests", "countries")]
    ['events', 'persons', 'acts', 'other']
    """
    head = word.strip().lower().split()[-1]
    if head in CASE_NOUNS | REPORT_NOUNS:
        return "events"
    if head in ACT_NOUNS:
        return "acts"
    return "other" if head in OTHER_NOUNS else "persons"


def mixed_words(observations: pd.DataFrame) -> pd.DataFrame:
    """Return statements whose own words mix cases and persons, or contradict the measure's unit.

    Parameters
    ----------
    observations : DataFrame
        With ``unit_words`` (``;`` between nouns, empty where not transcribed) and
        ``unit_of_count``. Claims are left out.

    Returns
    -------
    DataFrame
        ``figure_id, measure, unit_of_count, unit_words, why``.
    """
    frame = observations[~periods.is_claim(observations)]
    rows = []
    for row in frame.sort_values("figure_id").itertuples():
        words = [word for word in str(row.unit_words or "").split(";") if word.strip()]
        classes = {noun_class(word) for word in words} - {"acts", "other"}
        unit = "events" if row.unit_of_count in EVENT_UNITS else "persons"
        if row.unit_of_count not in {*EVENT_UNITS, "persons"} or not classes - {unit}:
            continue
        said = " and ".join(words)
        why = f"counts {row.unit_of_count}, but the statement speaks of {said}"
        rows.append([row.figure_id, row.measure, row.unit_of_count, row.unit_words, why])
    columns = ["figure_id", "measure", "unit_of_count", "unit_words", "why"]
    return pd.DataFrame(rows, columns=columns)


def same_number(observations: pd.DataFrame) -> pd.DataFrame:
    """Return numbers that one body gives for one period under two different labels.

    Parameters
    ----------
    observations : DataFrame
        The cleaned ledger. Numbers below `LEAST` and pairs within one source are left out.

    Returns
    -------
    DataFrame
        ``figure_id_a, figure_id_b, label, why``; ``label`` says what differs: ``unit``,
        ``measure`` (of one series), ``category`` (of one measure) or ``scope`` (both stated).
    """
    frame = periods.with_split(observations)
    frame = frame[~periods.is_claim(frame) & frame["low"].eq(frame["high"])]
    frame = frame[frame["low"].ge(LEAST_OF_UNITS) & frame["unit"].eq("count")]
    groups = defaultdict(list)
    for row in frame.sort_values("figure_id").itertuples():
        groups[row.reporting_body, row.ref_area, row.part_dimension, row.low].append(row)
    rows = []
    for group in groups.values():
        for one, two in combinations(group, 2):
            label, names = _difference(one, two)
            if label and one.source_id != two.source_id and _one_period(one, two):
                first, second = (name.replace("_", " ") for name in sorted(names))
                why = f"{one.printed} once for {first} and once for {second}"
                rows.append([one.figure_id, two.figure_id, label, why])
    return pd.DataFrame(rows, columns=["figure_id_a", "figure_id_b", "label", "why"])


def _one_period(one: Any, two: Any) -> bool:
    return periods.same(one.period_start, one.period_end, two.period_start, two.period_end)


def _difference(one: Any, two: Any) -> tuple[str, tuple[str, str]]:
    """Return the first label in which two statements of one number differ."""
    scopes = (one.crime_scope, two.crime_scope)
    if one.part_category != two.part_category:
        alike = one.measure == two.measure
        return "category" if alike else "", (one.part_category, two.part_category)
    if one.unit_of_count != two.unit_of_count:
        return "unit", (one.unit_of_count, two.unit_of_count)
    if one.measure != two.measure:
        return "measure" if one.subject == two.subject else "", (one.measure, two.measure)
    agree = periods.scopes_agree(*scopes)
    return "" if agree else "scope", scopes


def ratios(observations: pd.DataFrame) -> pd.DataFrame:
    """Return victims per case and suspects per case of every report that gives both.

    Parameters
    ----------
    observations : DataFrame
        The cleaned ledger.

    Returns
    -------
    DataFrame
        ``kind, figure_id, cases_id, persons, cases, ratio, usual_low, usual_high, unusual``: one
        row a report, area, period and scope. The usual range runs from half the lower to twice
        the upper quartile of all distinct ratios of that kind.

    Notes
    -----
    Descriptive only: numerator and denominator are made by the same operations.
    """
    frame = periods.with_split(observations)
    frame = frame[frame["low"].eq(frame["high"]) & ~periods.is_claim(frame)]
    keys = ["source_id", "reporting_body", "ref_area", "period_start", "period_end"]
    keys += ["crime_scope", "part_dimension", "part_category"]
    cases = frame[frame["measure"].eq("cases") & frame["low"].gt(0)]
    persons = frame[frame["series"].isin(RATIOS)]
    both = persons.merge(cases[[*keys, "figure_id", "low"]], on=keys, suffixes=("", "_cases"))
    both = both.assign(kind=both["series"].map(RATIOS), ratio=both["low"] / both["low_cases"])
    one_voice = ["kind", "reporting_body", "period_start", "period_end", "ratio"]
    quartiles = both.drop_duplicates(one_voice).groupby("kind")["ratio"].quantile([0.25, 0.75])
    quartiles = quartiles.unstack().reindex(both["kind"]).reset_index(drop=True)
    if both.empty:
        quartiles = pd.DataFrame({0.25: [], 0.75: []}, dtype=float)
    result = pd.DataFrame(
        {
            "kind": both["kind"],
            "figure_id": both["figure_id"],
            "cases_id": both["figure_id_cases"],
            "persons": both["low"],
            "cases": both["low_cases"],
            "ratio": both["ratio"],
            "usual_low": quartiles[0.25] / TIMES,
            "usual_high": quartiles[0.75] * TIMES,
        }
    )
    result["unusual"] = ~result["ratio"].between(result["usual_low"], result["usual_high"])
    return result.sort_values(["kind", "figure_id", "cases_id"], ignore_index=True)


# Sources against each other: every pair of statements that may speak of the same count.


VERDICTS = ("equal", "within_rounding", "compatible", "conflict", "not_comparable")
COMPARISON_COLUMNS = (
    *("figure_id_a", "figure_id_b", "source_a", "source_b", "body_a", "body_b", "measure_a"),
    *("measure_b", "ref_area", "dimension", "category", "period_a", "period_b", "relation"),
    *("value_a", "value_b", "ratio", "span", "verdict", "reason", "scope_note", "one_voice"),
)
PRO_RATA = 2.0
"""A later running total may have grown this many times faster than in the time before."""
ROUNDING = 0.05
"""A round number further than this from another, relative to it, is more than a rounding."""


def compare_sources(observations: pd.DataFrame) -> pd.DataFrame:
    """Compare every two statements of different sources on one measure or series.

    Parameters
    ----------
    observations : DataFrame
        The cleaned ledger. Claims are left out: `khtip.chapters.sources.claims` recomputes them.

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
        _comparison_row(first, second)
        for group in groups.values()
        for first, second in combinations(group, 2)
        if first.source_id != second.source_id and _overlap(first, second)
    ]
    result = pd.DataFrame(rows, columns=list(COMPARISON_COLUMNS))
    return result.sort_values(["figure_id_a", "figure_id_b"], ignore_index=True)


def _overlap(first: Any, second: Any) -> bool:
    return first.period_start <= second.period_end and second.period_start <= first.period_end


def _comparison_row(first: Any, second: Any) -> dict:
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
    growth = f"{late.value - early.value:+g} in {extra} days"
    if late.high < early.low:
        return "conflict", f"running total went back: {growth}"
    if late.low - early.high <= PRO_RATA * early.high * extra / length:
        return "compatible", f"running total: {growth}"
    return "conflict", f"same period within days: {growth}"


# Running totals: counts from one start that must never fall, and what they leave for a year.


RUNNING_COLUMNS = (
    *("measure", "ref_area", "dimension", "category", "period_start", "period_end"),
    *("figure_id", "source_id", "reporting_body", "crime_scope", "value", "low", "high"),
    *("step", "against_id", "against_value", "against_end"),
)


def check_running_totals(observations: pd.DataFrame, *, measures: pd.DataFrame) -> pd.DataFrame:
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
    result = pd.DataFrame(rows, columns=list(RUNNING_COLUMNS))
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
    found = {name: getattr(row, name, "") for name in RUNNING_COLUMNS}
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


# Conflicts: each count that several statements give, and the signs that something is mixed up.


CONFLICT_COLUMNS = (
    *("kind", "measure", "crime_scope", "ref_area", "period_start", "period_end", "dimension"),
    *("category", "figure_ids", "bodies", "statements", "voices", "lowest", "highest", "ratio"),
    *("verdict", "why"),
)
KINDS = ("count", "recycled", "label", "ratio", "running")
"""A count of several statements, or one of the four signs of a mistake."""
IN_TIME = ["period_start", "period_end", "figure_id"]
LEAST = 1000
"""The same number for two periods is called recycled from here; smaller ones repeat by chance."""
DOUBT = r"(?:start|end|period|year|dates?|day)\b.*(?:assum|approximat|not stated|infer|not known)"


def find_conflicts(observations: pd.DataFrame, *, measures: pd.DataFrame) -> pd.DataFrame:
    """Return one row a count that several sources give, and one a sign of a mistake.

    Parameters
    ----------
    observations : DataFrame
        The cleaned ledger.
    measures : DataFrame
        ``measure, stock_or_flow``.

    Returns
    -------
    DataFrame
        `COLUMNS`. For ``kind`` ``count`` the verdict is ``one_voice`` (one body, one value,
        repeated), ``equal``, ``within_rounding``, ``compatible`` or ``conflict``; for the other
        kinds ``recycled?``, ``unit_mixed``, ``label_differs``, ``unusual_ratio``, ``falls`` or
        ``infeasible``.
        ``ratio`` is highest over lowest.
    """
    frame = periods.with_split(observations)
    frame["note"] = frame.get("note", "")
    frame = frame[~periods.is_claim(frame) & frame["low"].notna()]
    by_id = {row.figure_id: row for row in frame.itertuples()}
    rows = [*_counts(frame), *_recycled(frame), *_mixed(observations, by_id)]
    rows += _running(observations, measures, by_id)
    result = pd.DataFrame(rows, columns=list(CONFLICT_COLUMNS))
    order = [KINDS.index(kind) for kind in result["kind"]]
    keys = ["order", "measure", "ref_area", "period_start", "dimension", "category", "figure_ids"]
    result = result.assign(order=order).sort_values(keys, ignore_index=True)
    return result.drop(columns="order")


def _conflict_row(kind: str, rows: list, verdict: str, why: str) -> dict:
    """Return the row of one group of statements."""
    rows = sorted(rows, key=lambda row: row.figure_id)
    values = [row.value for row in rows if row.value == row.value]
    lowest, highest = min(values), max(values)
    one_count = len({row.measure for row in rows}) == 1 and verdict != "infeasible"
    scopes = sorted({row.crime_scope for row in rows} - {periods.UNSTATED_SCOPE})
    return {
        "kind": kind,
        "measure": ";".join(sorted({row.measure for row in rows})),
        "crime_scope": ";".join(scopes) or periods.UNSTATED_SCOPE,
        "ref_area": ";".join(sorted({row.ref_area for row in rows})),
        "period_start": min(row.period_start for row in rows),
        "period_end": max(row.period_end for row in rows),
        "dimension": rows[0].part_dimension,
        "category": rows[0].part_category,
        "figure_ids": ";".join(row.figure_id for row in rows),
        "bodies": ";".join(sorted({row.reporting_body for row in rows})),
        "statements": len(rows),
        "voices": len({(row.reporting_body, row.low, row.high, row.measure) for row in rows}),
        "lowest": lowest,
        "highest": highest,
        "ratio": highest / lowest if lowest > 0 and one_count else float("nan"),
        "verdict": verdict,
        "why": why,
    }


def _counts(frame: pd.DataFrame) -> list[dict]:
    """Return one row for each count that at least two sources state."""
    found = []
    for group in periods.grouped(frame.sort_values(IN_TIME), *periods.COUNTED):
        for same_period in _periods(group):
            for rows in _scopes(same_period):
                if len({row.source_id for row in rows}) > 1:
                    found.append(_conflict_row("count", rows, *_verdict(rows)))
    return found


def _periods(group: list) -> list[list]:
    """Split statements into those of one period: the calendar year, or nearly the same days."""
    clusters: list[list] = []
    for row in group:
        for cluster in clusters:
            first = cluster[0]
            if periods.same(first.period_start, first.period_end, row.period_start, row.period_end):
                cluster.append(row)
                break
        else:
            clusters.append([row])
    return clusters


def _scopes(rows: list) -> list[list]:
    """Split statements by crime scope; unstated scopes join the widest scope that is stated.

    They stay apart when one report gives an unstated and a stated scope side by side.
    """
    by_scope = defaultdict(list)
    for row in rows:
        by_scope[row.crime_scope].append(row)
    unstated = by_scope.pop(periods.UNSTATED_SCOPE, [])
    wide = [scope for scope in by_scope if scope == periods.BOTH_SCOPES]
    plain = {row.crime_scope for row in rows if row.dimension != "crime_type"}
    welcoming = wide or [scope for scope in by_scope if scope in plain]
    if not welcoming or any(row.wider for row in unstated):
        return [*by_scope.values(), unstated]
    return [found + (unstated if scope in welcoming else []) for scope, found in by_scope.items()]


def _verdict(rows: list) -> tuple[str, str]:
    """Return the verdict over all pairs of a group, and what a reader must know of it."""
    notes = []
    if len({row.crime_scope for row in rows}) > 1:
        notes.append("one scope unstated")
    doubtful = sum(bool(pd.Series([row.note]).str.contains(DOUBT, case=False)[0]) for row in rows)
    if doubtful:
        notes.append(f"period of {doubtful} as read by the compiler")
    if len({(row.reporting_body, row.low, row.high) for row in rows}) == 1:
        return "one_voice", "; ".join(["repeated, not confirmed", *notes])
    verdicts = {judge(one, two, "same") for one, two in combinations(rows, 2)}
    for verdict in ("conflict", "compatible", "within_rounding"):
        reasons = sorted({reason for found, reason in verdicts if found == verdict})
        if reasons:
            return verdict, "; ".join([*reasons, *notes])
    return "equal", "; ".join(notes)


def _recycled(frame: pd.DataFrame) -> list[dict]:
    """Return numbers that one body gives for two periods that do not overlap."""
    exact = frame[frame["low"].eq(frame["high"]) & frame["low"].ge(LEAST)]
    found = []
    exact = exact[exact["unit"].eq("count")].sort_values(IN_TIME)
    for group in periods.grouped(exact, "reporting_body", *periods.COUNTED, "low"):
        clusters = _periods(group)
        for one, two in combinations(clusters, 2):
            if one[0].period_end < two[0].period_start:
                spans = [f"{rows[0].period_start} to {rows[0].period_end}" for rows in (one, two)]
                why = f"the same number for {spans[0]} and for {spans[1]}"
                found.append(_conflict_row("recycled", one + two, "recycled?", why))
    return found


def _mixed(observations: pd.DataFrame, by_id: dict) -> list[dict]:
    """Return rows for mixed units of count, differing labels and unusual ratios."""
    found = []
    for sign in mixed_words(observations).itertuples():
        found.append(_conflict_row("label", [by_id[sign.figure_id]], "unit_mixed", sign.why))
    signs: dict[tuple, dict] = defaultdict(dict)
    for sign in same_number(observations).itertuples():
        pair = {one: by_id[one] for one in (sign.figure_id_a, sign.figure_id_b)}
        verdict = "unit_mixed" if sign.label == "unit" else "label_differs"
        body = by_id[sign.figure_id_a].reporting_body
        signs[verdict, body, f"{sign.label}: {sign.why}"] |= pair
    found += _merged("label", signs)
    table = ratios(observations)
    for sign in table[table["unusual"]].itertuples():
        why = (
            f"{sign.ratio:.1f} {sign.kind}; the ledger's usual range is {sign.usual_low:.1f} "
            f"to {sign.usual_high:.1f}"
        )
        two = [by_id[sign.figure_id], by_id[sign.cases_id]]
        found.append(_conflict_row("ratio", two, "unusual_ratio", why))
    return found


def _merged(kind: str, signs: dict[tuple, dict]) -> list[dict]:
    """Return one row for all statements, reposts among them, that show one contradiction.

    The keys start with the verdict and end with the reason.
    """
    return [
        _conflict_row(kind, list(rows.values()), verdict, why)
        for (verdict, *_, why), rows in signs.items()
    ]


def _running(observations: pd.DataFrame, measures: pd.DataFrame, by_id: dict) -> list[dict]:
    """Return rows for running totals that fall, or grow by less than what lies between."""
    signs: dict[tuple, dict] = defaultdict(dict)
    steps = check_running_totals(observations, measures=measures)
    for sign in steps[steps["step"].eq("falls")].itertuples():
        why = (
            f"from {sign.period_start}: {sign.against_value:g} by {sign.against_end}, "
            f"but {sign.value:g} by {sign.period_end}"
        )
        key = ("falls", sign.measure, sign.ref_area, sign.category, why)
        signs[key] |= {one: by_id[one] for one in (sign.figure_id, sign.against_id)}
    grown = growth(observations, measures=measures)
    for sign in grown[grown["verdict"].eq("infeasible")].itertuples():
        flow = by_id[sign.figure_id]
        why = f"{sign.value:g} in between, but the running total grew by {sign.grown_high:g}"
        key = ("infeasible", flow.measure, flow.ref_area, flow.part_category, why)
        signs[key] |= {one: by_id[one] for one in (sign.figure_id, sign.earlier_id, sign.later_id)}
    return _merged("running", signs)


# Part-years against years: no part of a year can hold more than the year.


def check_part_years(observations: pd.DataFrame, *, measures: pd.DataFrame) -> pd.DataFrame:
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
                rows += [_part_year_row(year, parts) for parts in _parts(year, counts)]
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


def _part_year_row(year: Any, parts: list) -> dict:
    """Return the row of one year's figure and one report's part-years."""
    row = {name: getattr(year, name, "") for name in COLUMNS}
    bounds = [(part.low, part.high) for part in parts]
    row |= sums.compare_sum((year.low, year.high), bounds, "partial")
    row |= {"check": "period", "dimension": "period", "list_is": "partial", "parts": len(parts)}
    row |= {"part_ids": ";".join(part.figure_id for part in parts)}
    over = row["verdict"] == "over_total"
    body = parts[0].reporting_body
    whose = "" if body == year.reporting_body else f", counted by {body}"
    row["hint"] = period_words(parts[0].period_start, parts[-1].period_end) + whose
    return row | {"verdict": "infeasible" if over else "compatible"}
