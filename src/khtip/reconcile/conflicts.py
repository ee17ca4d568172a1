"""Conflicts: each count that several statements give, and the signs that something is mixed up.

Reposts and digests of one report are one voice: statements of one body with one value for one
period are counted once. Nothing is averaged; the table shows the lowest and the highest value.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations

import pandas as pd

from khtip.reconcile import comparisons, periods, running, units

COLUMNS = (
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


def check(observations: pd.DataFrame, *, measures: pd.DataFrame) -> pd.DataFrame:
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
    result = pd.DataFrame(rows, columns=list(COLUMNS))
    order = [KINDS.index(kind) for kind in result["kind"]]
    keys = ["order", "measure", "ref_area", "period_start", "dimension", "category", "figure_ids"]
    result = result.assign(order=order).sort_values(keys, ignore_index=True)
    return result.drop(columns="order")


def _row(kind: str, rows: list, verdict: str, why: str) -> dict:
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
                    found.append(_row("count", rows, *_verdict(rows)))
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
    verdicts = {comparisons.judge(one, two, "same") for one, two in combinations(rows, 2)}
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
                found.append(_row("recycled", one + two, "recycled?", why))
    return found


def _mixed(observations: pd.DataFrame, by_id: dict) -> list[dict]:
    """Return rows for mixed units of count, differing labels and unusual ratios."""
    found = []
    for sign in units.mixed_words(observations).itertuples():
        found.append(_row("label", [by_id[sign.figure_id]], "unit_mixed", sign.why))
    signs: dict[tuple, dict] = defaultdict(dict)
    for sign in units.same_number(observations).itertuples():
        pair = {one: by_id[one] for one in (sign.figure_id_a, sign.figure_id_b)}
        verdict = "unit_mixed" if sign.label == "unit" else "label_differs"
        body = by_id[sign.figure_id_a].reporting_body
        signs[verdict, body, f"{sign.label}: {sign.why}"] |= pair
    found += _merged("label", signs)
    table = units.ratios(observations)
    for sign in table[table["unusual"]].itertuples():
        why = (
            f"{sign.ratio:.1f} {sign.kind}; the ledger's usual range is {sign.usual_low:.1f} "
            f"to {sign.usual_high:.1f}"
        )
        two = [by_id[sign.figure_id], by_id[sign.cases_id]]
        found.append(_row("ratio", two, "unusual_ratio", why))
    return found


def _merged(kind: str, signs: dict[tuple, dict]) -> list[dict]:
    """Return one row for all statements, reposts among them, that show one contradiction.

    The keys start with the verdict and end with the reason.
    """
    return [
        _row(kind, list(rows.values()), verdict, why) for (verdict, *_, why), rows in signs.items()
    ]


def _running(observations: pd.DataFrame, measures: pd.DataFrame, by_id: dict) -> list[dict]:
    """Return rows for running totals that fall, or grow by less than what lies between."""
    signs: dict[tuple, dict] = defaultdict(dict)
    steps = running.check(observations, measures=measures)
    for sign in steps[steps["step"].eq("falls")].itertuples():
        why = (
            f"from {sign.period_start}: {sign.against_value:g} by {sign.against_end}, "
            f"but {sign.value:g} by {sign.period_end}"
        )
        key = ("falls", sign.measure, sign.ref_area, sign.category, why)
        signs[key] |= {one: by_id[one] for one in (sign.figure_id, sign.against_id)}
    grown = running.growth(observations, measures=measures)
    for sign in grown[grown["verdict"].eq("infeasible")].itertuples():
        flow = by_id[sign.figure_id]
        why = f"{sign.value:g} in between, but the running total grew by {sign.grown_high:g}"
        key = ("infeasible", flow.measure, flow.ref_area, flow.part_category, why)
        signs[key] |= {one: by_id[one] for one in (sign.figure_id, sign.earlier_id, sign.later_id)}
    return _merged("running", signs)
