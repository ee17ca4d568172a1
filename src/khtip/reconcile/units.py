"""What is being counted: cases or persons? Statements that mix the two, and unusual ratios.

Three signs are looked for: words of two units in one statement, one number that a body gives for
one period under two labels, and more victims or suspects per case than the ledger usually has.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from typing import Any

import pandas as pd

from khtip.reconcile import periods

CASE_NOUNS = {"case", "cases", "crimes", "offences", "felonies", "incidents"}
REPORT_NOUNS = {"complaints", "reports", "requests"}
ACT_NOUNS = {"arrests", "convictions", "prosecutions", "deportations", "operations"}
"""Acts upon persons: they agree with a count of cases as well as with a count of persons."""
OTHER_NOUNS = {"countries", "nations", "nationalities", "companies", "institutions"}
EVENT_UNITS = {"cases", "complaints"}
LEAST = 10
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
    frame = frame[frame["low"].ge(LEAST) & frame["unit"].eq("count")]
    groups = defaultdict(list)
    for row in frame.sort_values("figure_id").itertuples():
        groups[row.reporting_body, row.ref_area, row.part_dimension, row.low].append(row)
    rows = []
    for group in groups.values():
        for one, two in combinations(group, 2):
            label, names = _difference(one, two)
            if label and one.source_id != two.source_id and _same_period(one, two):
                first, second = (name.replace("_", " ") for name in sorted(names))
                why = f"{one.printed} once for {first} and once for {second}"
                rows.append([one.figure_id, two.figure_id, label, why])
    return pd.DataFrame(rows, columns=["figure_id_a", "figure_id_b", "label", "why"])


def _same_period(one: Any, two: Any) -> bool:
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
