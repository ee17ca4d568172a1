"""The change between two periods, measure by measure, with everything that limits it.

A row compares one count with another of the same measure, scope and length. The preferred pair
comes first; every body that gave both years itself follows, because a change within one body's
own books needs no trust in a second body. What is missing gets a row with a plain sentence.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from khtip.subjects import pairs
from khtip.subjects.series import AS_DOCUMENTED, SERIES

# Measures of the two-year table, in the order shown. The second group gets a row only when both
# years have a count; the first group also says when it has none.
ALWAYS = ("cases", "arrests", "victims_rescued", "victims_repatriated")
ALSO = ("suspects_sent_to_court", "offenders_foreign", "prosecutions", "convictions")
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

MISSING = "not reported"

COLUMNS = [
    "measure",
    "label",
    "window",
    "base_period",
    "reference_period",
    "base",
    "reference",
    "base_body",
    "reference_body",
    "preferred",
    "base_days",
    "reference_days",
    "ratio",
    "low",
    "high",
    "tipping_dispersion",
    "tipping_effort",
    "effort_low",
    "effort_high",
    "dispersion_seen",
    "wide_low",
    "wide_high",
    "mid_p_low",
    "mid_p_high",
    "score_low",
    "score_high",
    "e_test_p",
    "ratio_lowest",
    "ratio_highest",
    "verdict",
    "gap",
    "sentence",
    "figure_ids",
    "source_ids",
]


def two_years(
    totals: pd.DataFrame,
    *,
    base_year: int,
    reference_year: int,
    labels: Mapping[str, str],
    confidence: float = 0.95,
    preferred_body: str = AS_DOCUMENTED,
    dispersions: Mapping[str, float] | None = None,
    methods: bool = True,
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
        Series to the overdispersion seen around its trend.
    methods : bool
        As for `compare`; without them, their columns are missing values.

    Returns
    -------
    DataFrame
        `COLUMNS`. ``preferred`` is true for one row a measure: the first body in the documented
        order (or the wanted body) that gave both years. ``ratio_lowest`` and
        ``ratio_highest`` are the smallest and largest ratio that any two admissible counts give.
    """
    series_of = {measure: name for name, several in SERIES.items() for measure in several}
    years = (base_year, reference_year)
    stated = pairs.statements(totals, years, preferred_body)
    rows = []
    for measure in ORDER:
        sides = [stated[measure, year] for year in years]
        common = {
            "measure": measure, "label": labels.get(measure, measure), "window": "year",
            "base_period": str(base_year), "reference_period": str(reference_year),
        }  # fmt: skip
        counted = [[one for one in side if one["counted"]] for side in sides]
        if not all(counted):
            if measure in ALWAYS:
                gap = pairs.gap(sides, years)
                words = f"{common['label']}: {gap}, so no ratio is computed."
                missing = {"verdict": MISSING, "gap": gap, "sentence": words}
                rows.append({**common, "preferred": True, **missing})
            continue
        dispersion = (dispersions or {}).get(series_of.get(measure, ""), math.nan)
        for number, (left, right) in enumerate(pairs.by_body(*counted)):
            pair = pairs.compared(
                left, right, confidence=confidence, dispersion=dispersion, methods=methods
            )
            span = pairs.span(*counted) if number == 0 else {}
            rows.append({**common, **pair, "preferred": number == 0, **span})
    return pd.DataFrame(rows, columns=COLUMNS)


def like_for_like(
    parts: pd.DataFrame, *, labels: Mapping[str, str], confidence: float = 0.95
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
            same = left["measure"] == right["measure"]
            if not same or left["reporting_body"] != right["reporting_body"]:
                continue
            label = labels.get(right["measure"], right["measure"])
            periods = [f"{window} {side['year']}" for side in (left, right)]
            rows.append({
                "measure": right["measure"], "label": label, "window": window,
                "base_period": periods[0], "reference_period": periods[1], "preferred": True,
                **pairs.compared(left, right, confidence=confidence),
            })  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)


def by_method(compared: pd.DataFrame) -> pd.DataFrame:
    """Return the intervals of every method side by side, as text, one row a preferred pair.

    Parameters
    ----------
    compared : DataFrame
        From `two_years`.

    Returns
    -------
    DataFrame
        Index: the measure in words. Columns ``exact``, ``mid-p``, ``score`` (intervals), ``ratio
        over sources`` (smallest and largest ratio of any two admissible counts), ``E-test p``. A
        measure without a ratio has the reason in the first and nothing in the others.
    """
    methods = {
        "exact": ("low", "high"),
        "mid-p": ("mid_p_low", "mid_p_high"),
        "score": ("score_low", "score_high"),
        "ratio over sources": ("ratio_lowest", "ratio_highest"),
    }
    columns = [*methods, "E-test p"]
    rows = {}
    for _, row in compared[compared["preferred"].astype(bool)].iterrows():
        if row["verdict"] == MISSING:
            rows[row["label"]] = dict.fromkeys(columns, "") | {"exact": row["gap"]}
            continue
        texts = {
            name: f"{row[low]:.2f} to {row[high]:.2f}" for name, (low, high) in methods.items()
        }
        p = "below 0.0001" if row["e_test_p"] < 0.0001 else f"{row['e_test_p']:.4f}"
        rows[row["label"]] = {**texts, "E-test p": p}
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)
