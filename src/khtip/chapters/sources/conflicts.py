"""Counts that several sources give, and signs that something is mixed up.

These signs are looked for: two numbers of one body for one count in one source, words of two units
in one statement, one number that a body gives under two labels or for two periods, more victims or
suspects per case than the ledger usually has, and running totals that fall or grow by too little.
"""

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pandas as pd

from khtip.chapters.sources import pairs
from khtip.ledger import lineage, periods

COLUMNS = (
    *("kind", "measure", "crime_scope", "ref_area", "period_start", "period_end", "dimension"),
    *("category", "figure_ids", "bodies", "statements", "voices", "lowest", "highest", "ratio"),
    *("verdict", "why"),
)
KINDS = ("count", "source", "recycled", "label", "ratio", "running")
"""A count of several voices, or one of the signs of a mistake."""
IN_TIME = ["period_start", "period_end", "figure_id"]
LEAST = 1000
"""The same number for two periods is called recycled from here; smaller ones repeat by chance."""
DOUBT = r"(?:start|end|period|year|dates?|day)\b.*(?:assum|approximat|not stated|infer|not known)"
CASE_NOUNS = {"case", "cases", "crimes", "offences", "felonies", "incidents", "investigations"}
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
        kinds ``two_numbers``, ``recycled?``, ``unit_mixed``, ``people_mixed``,
        ``label_differs``, ``unusual_ratio``, ``falls`` or ``infeasible``. ``ratio`` is highest
        over lowest.
    """
    frame = periods.with_split(observations)
    frame["note"] = frame.get("note", "")
    frame = frame[~periods.is_claim(frame) & frame["low"].notna()].sort_values(IN_TIME)
    by_id = {row.figure_id: row for row in frame.itertuples()}
    rows = [*_counts(frame), *_two_numbers(frame), *_recycled(frame), *_mixed(observations, by_id)]
    rows += _running(observations, measures, by_id)
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    keys = ["order", "measure", "ref_area", "period_start", "dimension", "category", "figure_ids"]
    table = table.assign(order=table["kind"].map(KINDS.index))
    return table.sort_values(keys, ignore_index=True).drop(columns="order")


def _conflict_row(kind: str, rows: list, verdict: str, why: str) -> dict:
    """Return the row of one group of statements."""
    rows = sorted(rows, key=lambda row: row.figure_id)
    lowest = min(row.low if pd.isna(row.value) else row.value for row in rows)
    highest = max(row.high if pd.isna(row.value) else row.value for row in rows)
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


# Counts that are given more than once.


def _counts(frame: pd.DataFrame) -> Iterator[dict]:
    """Yield one row for each count that two sources state, or two bodies in one source."""
    for group in periods.grouped(frame, *periods.COUNTED):
        for same_period in _periods(group):
            for rows in _scopes(same_period):
                if len({(row.source_id, row.reporting_body) for row in rows}) > 1:
                    yield _conflict_row("count", rows, *_verdict(rows))


def _two_numbers(frame: pd.DataFrame) -> Iterator[dict]:
    """Yield the numbers of one body in one source that cannot both be the count."""
    report = ("source_id", "reporting_body", "period_start", "period_end", "crime_scope")
    for group in periods.grouped(frame, *report, *periods.COUNTED):
        apart = [pair for pair in combinations(group, 2) if pairs.two_numbers(*pair)]
        rows = {row.figure_id: row for pair in apart for row in pair}
        if rows:
            why = " and ".join(row.printed for row in rows.values())
            yield _conflict_row("source", [*rows.values()], "two_numbers", f"{why} in one source")


def _periods(group: list) -> list[list]:
    """Split statements into those of one period: the calendar year, or nearly the same days."""
    clusters: list[list] = []
    for row in group:
        for cluster in clusters:
            if _one_period(cluster[0], row):
                cluster.append(row)
                break
        else:
            clusters.append([row])
    return clusters


def _one_period(one: Any, two: Any) -> bool:
    return periods.same(one.period_start, one.period_end, two.period_start, two.period_end)


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
    doubtful = int(pd.Series([row.note for row in rows]).str.contains(DOUBT, case=False).sum())
    if doubtful:
        notes.append(f"period of {doubtful} as read by the compiler")
    if len({(row.reporting_body, row.low, row.high) for row in rows}) == 1:
        return "one_voice", "; ".join(["repeated, not confirmed", *notes])
    two_of_each = [row for reposts in pairs.reposted(rows) for row in reposts[:2]]
    verdicts = {pairs.judge_pair(*pair, "same") for pair in combinations(two_of_each, 2)}
    for verdict in ("conflict", "compatible", "within_rounding"):
        reasons = sorted({reason for found, reason in verdicts if found == verdict})
        if reasons:
            return verdict, "; ".join([*reasons, *notes])
    return "equal", "; ".join(notes)


# Signs of a mistake.


def _recycled(frame: pd.DataFrame) -> Iterator[dict]:
    """Yield numbers that one body gives for two periods that do not overlap."""
    exact = frame["low"].eq(frame["high"]) & frame["low"].ge(LEAST) & frame["unit"].eq("count")
    for group in periods.grouped(frame[exact], "reporting_body", *periods.COUNTED, "low"):
        for one, two in combinations(_periods(group), 2):
            if one[0].period_end < two[0].period_start:
                spans = [f"{rows[0].period_start} to {rows[0].period_end}" for rows in (one, two)]
                why = f"the same number for {spans[0]} and for {spans[1]}"
                yield _conflict_row("recycled", one + two, "recycled?", why)


def _mixed(observations: pd.DataFrame, by_id: dict) -> Iterator[dict]:
    """Yield rows for mixed units of count, differing labels and unusual ratios."""
    for sign in mixed_words(observations).itertuples():
        yield _conflict_row("label", [by_id[sign.figure_id]], sign.verdict, sign.why)
    signs: dict[tuple, dict] = defaultdict(dict)
    for sign in same_number(observations).itertuples():
        pair = {one: by_id[one] for one in (sign.figure_id_a, sign.figure_id_b)}
        verdict = "unit_mixed" if sign.label == "unit" else "label_differs"
        body = by_id[sign.figure_id_a].reporting_body
        signs[verdict, body, f"{sign.label}: {sign.why}"] |= pair
    yield from _merged("label", signs)
    signs = defaultdict(dict)
    table = ratios(observations)
    for sign in table[table["unusual"]].itertuples():
        why = (
            f"{sign.ratio:.1f} {sign.kind}; the ledger's usual range is {sign.usual_low:.1f} "
            f"to {sign.usual_high:.1f}"
        )
        persons, cases = by_id[sign.figure_id], by_id[sign.cases_id]
        about = (persons.reporting_body, persons.period_start, persons.period_end)
        numbers = (persons.measure, persons.low, cases.low)
        pair = {persons.figure_id: persons, cases.figure_id: cases}
        signs["unusual_ratio", *about, *numbers, why] |= pair
    yield from _merged("ratio", signs)


def _merged(kind: str, signs: dict[tuple, dict]) -> Iterator[dict]:
    """Yield one row for all statements, reposts among them, that show one contradiction.

    The keys start with the verdict and end with the reason.
    """
    for (verdict, *_, why), rows in signs.items():
        yield _conflict_row(kind, list(rows.values()), verdict, why)


def _running(observations: pd.DataFrame, measures: pd.DataFrame, by_id: dict) -> Iterator[dict]:
    """Yield rows for running totals that fall, or grow by less than what lies between."""
    signs: dict[tuple, dict] = defaultdict(dict)
    steps = pairs.check_running_totals(observations, measures=measures)
    for sign in steps[steps["step"].eq("falls")].itertuples():
        pair = {one: by_id[one] for one in (sign.figure_id, sign.against_id)}
        now, before = (row.printed for row in pair.values())
        why = (
            f"from {sign.period_start}: {before} by {sign.against_end}, "
            f"but {now} by {sign.period_end}"
        )
        signs["falls", sign.measure, sign.ref_area, sign.category, why] |= pair
    grown = pairs.growth(observations, measures=measures)
    for sign in grown[grown["verdict"].eq("infeasible")].itertuples():
        ids = lineage.split(lineage.joined([sign.figure_id, sign.earlier_id, sign.later_id]))
        flow = by_id[ids[0]]
        why = f"{flow.printed} in between, but the running total grew by {sign.grown_high:g}"
        key = ("infeasible", flow.measure, flow.ref_area, flow.part_category, why)
        signs[key] |= {one: by_id[one] for one in ids}
    yield from _merged("running", signs)


# What is being counted: cases or persons?


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
    """Return statements whose own words contradict what they are filed as.

    They mix cases and persons or contradict the measure's unit (``unit_mixed``), or speak of
    foreigners where Cambodians are counted who came home (``people_mixed``). The words stand in
    ``unit_words`` (``;`` between nouns, empty where not transcribed). Claims are left out. Columns
    ``figure_id, verdict, why``.
    """
    rows = []
    for row in observations[~periods.is_claim(observations)].itertuples():
        words = [word for word in str(row.unit_words or "").split(";") if word.strip()]
        classes = {noun_class(word) for word in words} - {"acts", "other"}
        unit = "events" if row.unit_of_count in EVENT_UNITS else "persons"
        if row.unit_of_count in {*EVENT_UNITS, "persons"} and classes - {unit}:
            said = " and ".join(words)
            why = f"counts {row.unit_of_count}, but the statement speaks of {said}"
            rows.append([row.figure_id, "unit_mixed", why])
        home = "destination" in str(row.dimension) or row.series == "repatriated"
        foreign = [word for word in words if word.strip().lower().startswith("foreign")]
        if home and foreign:
            why = f"counts Cambodians brought home, but the statement speaks of {foreign[0]}"
            rows.append([row.figure_id, "people_mixed", why])
    return pd.DataFrame(rows, columns=["figure_id", "verdict", "why"])


def same_number(observations: pd.DataFrame) -> pd.DataFrame:
    """Return numbers that one body gives for one period under two different labels.

    Numbers below `LEAST_OF_UNITS` and pairs within one source are left out.

    Returns
    -------
    DataFrame
        ``figure_id_a, figure_id_b, label, why``; ``label`` says what differs: ``unit``,
        ``measure`` (of one series), ``category`` (of one measure) or ``scope`` (both stated).
    """
    frame = periods.with_split(observations)
    frame = frame[~periods.is_claim(frame) & frame["low"].eq(frame["high"])]
    frame = frame[frame["low"].ge(LEAST_OF_UNITS) & frame["unit"].eq("count")]
    alike = ("reporting_body", "ref_area", "part_dimension", "low")
    rows = []
    for group in periods.grouped(frame.sort_values("figure_id"), *alike):
        for one, two in combinations(group, 2):
            label, names = _difference(one, two)
            if label and one.source_id != two.source_id and _one_period(one, two):
                first, second = (name.replace("_", " ") for name in sorted(names))
                why = f"{one.printed} once for {first} and once for {second}"
                rows.append([one.figure_id, two.figure_id, label, why])
    return pd.DataFrame(rows, columns=["figure_id_a", "figure_id_b", "label", "why"])


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
    return "" if periods.scopes_agree(*scopes) else "scope", scopes


def ratios(observations: pd.DataFrame) -> pd.DataFrame:
    """Return victims per case and suspects per case of every report that gives both.

    Descriptive only: numerator and denominator are made by the same operations.

    Returns
    -------
    DataFrame
        ``kind, figure_id, cases_id, ratio, usual_low, usual_high, unusual``: one row a report,
        area, period and scope. The usual range runs from half the lower to twice the upper
        quartile of all distinct ratios of that kind.
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
    distinct = both.drop_duplicates(one_voice).groupby("kind")["ratio"]
    both["usual_low"] = both["kind"].map(distinct.quantile(0.25)) / TIMES
    both["usual_high"] = both["kind"].map(distinct.quantile(0.75)) * TIMES
    both["unusual"] = ~both["ratio"].between(both["usual_low"], both["usual_high"])
    both = both.rename(columns={"figure_id_cases": "cases_id"})
    columns = ["kind", "figure_id", "cases_id", "ratio", "usual_low", "usual_high", "unusual"]
    return both[columns].sort_values(columns[:3], ignore_index=True)
