"""Two counts of one measure: which belong together, their ratio, and what would make it no change.

`two_years` compares two years and `like_for_like` two equal parts of a year. Both give the columns
of `COLUMNS`.
"""

import math
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import pandas as pd

from khtip.chapters.trends.series import SERIES_OF, in_order
from khtip.ledger.lineage import joined
from khtip.ledger.statements import AS_DOCUMENTED
from khtip.statistics import rates

ROSE, FELL, UNCLEAR, MISSING = "rose", "fell", "not distinguishable", "not reported"
_WORDS = {
    ROSE: "the count rose beyond what chance alone would give",
    FELL: "the count fell beyond what chance alone would give",
    UNCLEAR: "the difference is within what chance alone would give",
}

ORDER = (
    "cases",
    "arrests",
    "suspects_sent_to_court",
    "offenders_foreign",
    "prosecutions",
    "convictions",
    "victims_rescued",
    "victims_repatriated",
)
"""Measures in the order shown; only those in `ALWAYS` also get a row when they have no pair."""
ALWAYS = ("cases", "arrests", "victims_rescued", "victims_repatriated")

METHODS = {
    "exact": ("low", "high"),
    "mid-p": ("mid_p_low", "mid_p_high"),
    "score": ("score_low", "score_high"),
    "ratio over sources": ("ratio_lowest", "ratio_highest"),
}
COLUMNS = (
    *("measure", "label", "window", "base_period", "reference_period", "base", "reference"),
    *("base_body", "reference_body", "preferred", "base_days", "reference_days"),
    *("ratio", "low", "high", "tipping_dispersion", "tipping_effort", "effort_low", "effort_high"),
    *("dispersion_seen", "wide_low", "wide_high"),
    *("mid_p_low", "mid_p_high", "score_low", "score_high", "e_test_p"),
    *("ratio_lowest", "ratio_highest", "verdict", "gap", "sentence", "figure_ids", "source_ids"),
)

Statement = dict[str, Any]


def two_years(
    totals: pd.DataFrame,
    *,
    base_year: int,
    reference_year: int,
    labels: Mapping[str, str],
    confidence: float,
    preferred_body: str = AS_DOCUMENTED,
    dispersions: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Compare two years for every measure that both years have, and say what is missing.

    Parameters
    ----------
    totals : DataFrame
        From `series.national`.
    base_year, reference_year : int
        The year compared with, and the year described.
    labels : mapping
        Measure to its name in words.
    confidence : float
        Between 0 and 1.
    preferred_body : str
        See `series.yearly`.
    dispersions : mapping, optional
        Series to the overdispersion seen around its trend: gives ``wide_low`` and ``wide_high``.

    Returns
    -------
    DataFrame
        `COLUMNS`, with those of `other_methods` missing. ``preferred`` is true for one row a
        measure: the first body in the documented order (or the wanted body) that gave both years.
        ``ratio_lowest`` and ``ratio_highest`` are the smallest and largest ratio that any two
        admissible counts give.
    """
    years = (base_year, reference_year)
    stated = _statements(totals, years, preferred_body)
    rows = []
    for measure in ORDER:
        sides = [stated[measure, year] for year in years]
        counted = [[one for one in side if one["counted"]] for side in sides]
        common = {
            "measure": measure,
            "label": labels.get(measure, measure),
            "window": "year",
            "base_period": str(base_year),
            "reference_period": str(reference_year),
        }
        if all(counted):
            dispersion = (dispersions or {}).get(SERIES_OF.get(measure, ""), math.nan)
            for number, pair in enumerate(_pairs_by_body(*counted)):
                compared = _compared(
                    *pair, label=common["label"], confidence=confidence, dispersion=dispersion
                )
                span = {} if number else _span_of_ratios(*counted)
                rows.append({**common, **compared, "preferred": number == 0, **span})
        elif measure in ALWAYS:
            gap = _without_ratio(common["label"], _gap(sides, years))
            rows.append({**common, "preferred": True, **gap})
    return pd.DataFrame(rows, columns=COLUMNS)


def like_for_like(
    parts: pd.DataFrame, *, labels: Mapping[str, str], confidence: float
) -> pd.DataFrame:
    """Compare each part-year with the next reported one of the same window, measure and body.

    Parameters
    ----------
    parts : DataFrame
        From `series.part_years`.
    labels : mapping
        Measure to its name in words.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    DataFrame
        `COLUMNS`; periods read like ``January to June 2018``.
    """
    rows = []
    for (_, window), group in parts.groupby(["series", "window"], sort=False):
        records = group.sort_values("year").to_dict("records")
        for left, right in zip(records, records[1:], strict=False):
            if any(left[name] != right[name] for name in ("measure", "reporting_body")):
                continue
            label = labels.get(right["measure"], right["measure"])
            row = {
                "measure": right["measure"],
                "label": label,
                "window": window,
                "base_period": f"{window} {left['year']}",
                "reference_period": f"{window} {right['year']}",
                "preferred": True,
            }
            rows.append(row | _compared(left, right, label=label, confidence=confidence))
    return pd.DataFrame(rows, columns=COLUMNS)


def as_range(low: float, high: float, form: str = ".2f") -> str:
    """Return an interval in words.

    Examples
    --------
    >>> as_range(1.329, 2.265), as_range(1.5, math.inf), as_range(-0.02, 0.141, "+.1%")
    ('1.33 to 2.27', '1.50 or more', '-2.0% to +14.1%')
    """
    return f"{low:{form}} or more" if math.isinf(high) else f"{low:{form}} to {high:{form}}"


def with_other_methods(compared: pd.DataFrame, *, confidence: float) -> pd.DataFrame:
    """Return the table with the columns of the methods that stand beside the exact one."""
    found = {}
    for place, row in compared[compared["ratio"].notna()].iterrows():
        counts = row["base"], row["reference"]
        days = {name: row[name] for name in ("base_days", "reference_days")}
        mid, score = (
            rates.rate_ratio(*counts, **days, confidence=confidence, method=method)
            for method in ("mid-p", "score")
        )
        found[place] = [mid.low, mid.high, score.low, score.high, rates.e_test(*counts, **days)]
    names = ["mid_p_low", "mid_p_high", "score_low", "score_high", "e_test_p"]
    methods = pd.DataFrame.from_dict(found, orient="index", columns=names)
    return compared.drop(columns=names).join(methods)[list(COLUMNS)]


def by_method(compared: pd.DataFrame) -> pd.DataFrame:
    """Return the intervals of every method side by side, as text, one row a preferred pair.

    Parameters
    ----------
    compared : DataFrame
        From `two_years`, `with_other_methods`.

    Returns
    -------
    DataFrame
        Index: the measure in words. Columns ``exact``, ``mid-p``, ``score`` (intervals), ``ratio
        over sources`` (smallest and largest ratio of any two admissible counts), ``E-test p``. A
        measure without a ratio has the reason in the first and nothing in the others.
    """
    columns = [*METHODS, "E-test p"]
    rows = {}
    for _, row in compared[compared["preferred"].astype(bool)].iterrows():
        if row["verdict"] == MISSING:
            rows[row["label"]] = dict.fromkeys(columns, "") | {"exact": row["gap"]}
            continue
        texts = {name: as_range(row[low], row[high]) for name, (low, high) in METHODS.items()}
        p = "below 0.0001" if row["e_test_p"] < 0.0001 else f"{row['e_test_p']:.4f}"
        rows[row["label"]] = {**texts, "E-test p": p}
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


def _statements(
    totals: pd.DataFrame, years: tuple[int, int], preferred_body: str
) -> dict[tuple[str, int], list[Statement]]:
    """Return the statements on each measure and year, the one to use first; often there is none."""
    found: dict[tuple[str, int], list[Statement]] = defaultdict(list)
    rows = in_order(totals[totals["year"].isin(years)], preferred_body=preferred_body)
    for one in rows.to_dict("records"):
        found[one["measure"], int(one["year"])].append(one)
    return found


def _pairs_by_body(
    bases: list[Statement], references: list[Statement]
) -> list[tuple[Statement, Statement]]:
    """Return the preferred pair, then the pair of every other body that gave both years.

    A pair from one body's books goes before a pair from two bodies, whose difference would be in
    the ratio as well.
    """
    before, after = (
        {one["reporting_body"]: one for one in reversed(side)} for side in (bases, references)
    )
    bodies = dict.fromkeys(one["reporting_body"] for one in bases)
    return [(before[one], after[one]) for one in bodies if one in after] or [
        (bases[0], references[0])
    ]


def _compared(
    left: Statement,
    right: Statement,
    *,
    label: str,
    confidence: float,
    dispersion: float = math.nan,
) -> dict[str, object]:
    """Return what a row says of one pair of statements."""
    bodies = list(dict.fromkeys([left["reporting_body"], right["reporting_body"]]))
    row = {
        "base": left["value"],
        "reference": right["value"],
        "base_body": left["reporting_body"],
        "reference_body": right["reporting_body"],
        "base_days": left["days"],
        "reference_days": right["days"],
        "figure_ids": joined([left["figure_id"], right["figure_id"]]),
        "source_ids": joined([left["source_id"], right["source_id"]]),
    }
    if not (left["value"] or right["value"]):
        return row | _without_ratio(label, f"both counts of {' and '.join(bodies)} are zero")
    numbers = _ratio(left, right, confidence=confidence, dispersion=dispersion)
    verdict = ROSE if numbers["low"] > 1 else FELL if numbers["high"] < 1 else UNCLEAR
    mixed = " Two bodies counted, so their difference is in the ratio." if len(bodies) > 1 else ""
    sentence = f"As reported by {' and '.join(bodies)}, {_WORDS[verdict]}.{mixed}"
    return row | numbers | {"verdict": verdict, "sentence": sentence}


def _ratio(
    left: Statement, right: Statement, *, confidence: float, dispersion: float
) -> dict[str, float]:
    counts = left["value"], right["value"]
    days = {"base_days": left["days"], "reference_days": right["days"]}
    ratio = rates.rate_ratio(*counts, **days, confidence=confidence)
    effort = rates.tipping_effort(ratio)
    wide = rates.Interval(math.nan, math.nan, math.nan)
    if min(counts) > 0 and dispersion >= 1:
        level: dict[str, float] = {"dispersion": dispersion, "confidence": confidence}
        wide = rates.overdispersed_ratio(*counts, **days | level)
    return {
        "ratio": ratio.value,
        "low": ratio.low,
        "high": ratio.high,
        "tipping_dispersion": rates.tipping_dispersion(*counts, **days, confidence=confidence),
        "tipping_effort": effort.value,
        "effort_low": effort.low,
        "effort_high": effort.high,
        "dispersion_seen": dispersion,
        "wide_low": wide.low,
        "wide_high": wide.high,
    }


def _without_ratio(label: str, gap: str) -> dict[str, object]:
    words = f"{label}: {gap}, so no ratio is computed."
    return {"verdict": MISSING, "gap": gap, "sentence": words}


def _span_of_ratios(bases: list[Statement], references: list[Statement]) -> dict[str, float]:
    before, after = ([one["value"] / one["days"] for one in side] for side in (bases, references))
    return {
        "ratio_lowest": min(after) / max(before) if max(before) else math.nan,
        "ratio_highest": max(after) / min(before) if min(before) else math.inf,
    }


def _gap(sides: list[list[Statement]], years: tuple[int, int]) -> str:
    """Say for which year a measure has no count, and whether it has a bound."""
    empty = [str(year) for side, year in zip(sides, years, strict=True) if not side]
    words = [f"no comparable count for {' or '.join(empty)}"] if empty else []
    for side, year in zip(sides, years, strict=True):
        if side and not any(one["counted"] for one in side):
            low, high = side[0]["low"], side[0]["high"]
            end = "or more" if math.isinf(high) else f"to {high:,.0f}"
            words.append(f"only {low:,.0f} {end} for {year}")
    return " and ".join(words)
