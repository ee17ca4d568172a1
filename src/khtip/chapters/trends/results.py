"""Two counts of one measure: their ratio by every method, and what would make it no change."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict
from typing import Any

import pandas as pd

from khtip.chapters.trends.series import AS_DOCUMENTED, SERIES, choices, in_order, yearly
from khtip.ledger.lineage import joined
from khtip.remember import remembered
from khtip.statistics import rates
from khtip.statistics.trend import FEWEST_YEARS, Trend, fit, over_choices

ROSE, FELL, UNCLEAR = "rose", "fell", "not distinguishable"


def compare_two_counts(
    base: float,
    reference: float,
    *,
    base_days: float,
    reference_days: float,
    confidence: float,
    dispersion: float = math.nan,
    methods: bool = True,
) -> dict[str, float | str]:
    """Return all that is computed for one pair of counts.

    Parameters
    ----------
    base, reference : int
        Counts.
    base_days, reference_days : float
        Length of the periods in days.
    confidence : float
        Between 0 and 1.
    dispersion : float
        Overdispersion of the series, if known: gives ``wide_low`` and ``wide_high``.
    methods : bool
        Whether the exact method, on which the verdict rests, has the others beside it.

    Examples
    --------
    >>> compare_two_counts(92, 159, base_days=366, reference_days=365, confidence=0.95)["verdict"]
    'rose'
    """
    days: dict[str, Any] = {"base_days": base_days, "reference_days": reference_days}
    level: dict[str, Any] = {"confidence": confidence}
    ratio = rates.rate_ratio(base, reference, **days, **level)
    effort = rates.tipping_effort(ratio)
    wide = rates.Interval(math.nan, math.nan, math.nan)
    if min(base, reference) > 0 and dispersion >= 1:
        wide = rates.overdispersed_ratio(base, reference, dispersion=dispersion, **days, **level)
    return {
        "ratio": ratio.value, "low": ratio.low, "high": ratio.high,
        "tipping_dispersion": rates.tipping_dispersion(base, reference, **days, **level),
        "tipping_effort": effort.value, "effort_low": effort.low, "effort_high": effort.high,
        "dispersion_seen": dispersion, "wide_low": wide.low, "wide_high": wide.high,
        **(_other_methods(base, reference, days, level) if methods else {}),
        "verdict": ROSE if ratio.low > 1 else FELL if ratio.high < 1 else UNCLEAR,
    }  # fmt: skip


def _other_methods(
    base: float, reference: float, days: dict[str, Any], level: dict[str, Any]
) -> dict[str, float]:
    mid, score = (
        rates.rate_ratio(base, reference, **days, **level, method=method)
        for method in ("mid-p", "score")
    )
    return {
        "mid_p_low": mid.low, "mid_p_high": mid.high,
        "score_low": score.low, "score_high": score.high,
        "e_test_p": rates.e_test(base, reference, **days),
    }  # fmt: skip


# Statements on two periods, put into pairs: which belong together, and what a pair gives.


Statement = dict[str, Any]


def statements(
    totals: pd.DataFrame, years: tuple[int, int], preferred_body: str
) -> dict[tuple[str, int], list[Statement]]:
    """Return the statements on each measure and year, the one to use first; often there is none."""
    found: dict[tuple[str, int], list[Statement]] = defaultdict(list)
    rows = in_order(totals[totals["year"].isin(years)], preferred_body=preferred_body)
    for one in rows.to_dict("records"):
        found[one["measure"], int(one["year"])].append(one)
    return found


def span_of_pairs(bases: list[Statement], references: list[Statement]) -> dict[str, float]:
    """Return the smallest and the largest ratio that any two admissible counts give."""
    before, after = ([one["value"] / one["days"] for one in side] for side in (bases, references))
    return {
        "ratio_lowest": min(after) / max(before) if max(before) else math.nan,
        "ratio_highest": max(after) / min(before) if min(before) else math.inf,
    }


def by_body(
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
    found = [(before[body], after[body]) for body in bodies if body in after]
    return found or [(bases[0], references[0])]


def compared(left: Statement, right: Statement, **options: Any) -> dict[str, object]:
    """Return what a row of `changes.two_years` says of one pair; `options` as for `compare`."""
    numbers = compare_two_counts(
        left["value"], right["value"], base_days=left["days"], reference_days=right["days"],
        **options,
    )  # fmt: skip
    bodies = list(dict.fromkeys([left["reporting_body"], right["reporting_body"]]))
    words = {
        ROSE: "the count rose beyond what chance alone would give",
        FELL: "the count fell beyond what chance alone would give",
        UNCLEAR: "the difference is within what chance alone would give",
    }[str(numbers["verdict"])]
    return {
        "base": left["value"], "reference": right["value"],
        "base_body": left["reporting_body"], "reference_body": right["reporting_body"],
        "base_days": left["days"], "reference_days": right["days"], **numbers,
        "sentence": f"As reported by {' and '.join(bodies)}, {words}."
        + (" Two bodies counted, so their difference is in the ratio." if len(bodies) > 1 else ""),
        "figure_ids": ";".join(dict.fromkeys([left["figure_id"], right["figure_id"]])),
        "source_ids": ";".join(dict.fromkeys([left["source_id"], right["source_id"]])),
    }  # fmt: skip


def missing_side(sides: list[list[Statement]], years: tuple[int, int]) -> str:
    """Say for which year a measure has no count, and whether it has a bound."""
    empty = [str(year) for side, year in zip(sides, years, strict=True) if not side]
    words = [f"no comparable count for {' or '.join(empty)}"] if empty else []
    for side, year in zip(sides, years, strict=True):
        if side and not any(one["counted"] for one in side):
            words.append(f"only {side[0]['low']:,.0f} or more for {year}")
    return " and ".join(words)


# The change between two periods, measure by measure, with everything that limits it.


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

CHANGE_COLUMNS = [
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
    stated = statements(totals, years, preferred_body)
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
                gap = missing_side(sides, years)
                words = f"{common['label']}: {gap}, so no ratio is computed."
                missing = {"verdict": MISSING, "gap": gap, "sentence": words}
                rows.append({**common, "preferred": True, **missing})
            continue
        dispersion = (dispersions or {}).get(series_of.get(measure, ""), math.nan)
        for number, (left, right) in enumerate(by_body(*counted)):
            pair = compared(
                left, right, confidence=confidence, dispersion=dispersion, methods=methods
            )
            span = span_of_pairs(*counted) if number == 0 else {}
            rows.append({**common, **pair, "preferred": number == 0, **span})
    return pd.DataFrame(rows, columns=CHANGE_COLUMNS)


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
                **compared(left, right, confidence=confidence),
            })  # fmt: skip
    return pd.DataFrame(rows, columns=CHANGE_COLUMNS)


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


# The table of trends: every series, with and without its named breaks, over every choice.


ALL_YEARS = "all years"
NO_BREAKS = "without any named break"

# A break of one of these kinds changes what is counted, so its years can be left out. A change of
# the counting body is met otherwise: by fitting the counts of one body alone.
LEFT_OUT = ("exclude", "new_population")

TREND_COLUMNS = [
    "series", "treatment", "n", "years", "annual_change", "low", "high", "dispersion",
    "dispersion_used", "p_value", "kendall_tau", "kendall_p", "theil_sen", "choices", "fitted",
    "change_lowest", "change_highest", "share_excluding_zero", "verdict", "sentence",
    "figure_ids", "other_ids", "source_ids",
]  # fmt: skip


def left_out_years(breaks: pd.DataFrame, series: str, *, last: int) -> dict[str, set[int]]:
    """Return the years that each named break leaves out of a series.

    Parameters
    ----------
    breaks : DataFrame
        ``break_id, first_year, last_year, measures, effect`` as text; an empty last year means
        that the break still holds.
    series : str
        A key of `series.SERIES`.
    last : int
        Last year of the data.

    Returns
    -------
    dict
        Break in words to its years, in the order of the table.

    Examples
    --------
    >>> breaks = pd.DataFrame({"break_id": ["border-closure"], "first_year": ["2020"],
    ...                        "last_year": ["2021"], "measures": ["cases;arrests"],
    ...                        "effect": ["exclude"]})
    >>> left_out_years(breaks, "cases", last=2024)
    {'border closure': {2020, 2021}}
    """
    found: dict[str, set[int]] = {}
    for row in breaks.itertuples():
        touched = set(SERIES[series]) & set(str(row.measures).split(";"))
        if row.effect in LEFT_OUT and touched:
            end = int(row.last_year) if str(row.last_year).strip() else last
            found[str(row.break_id).replace("-", " ")] = set(range(int(row.first_year), end + 1))
    return found


def treatments(
    totals: pd.DataFrame, breaks: pd.DataFrame, series: str
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Give each way to treat the breaks of a series, with the statements that it leaves.

    All years; without each named break; without all of them; and the counts of each body alone
    that has at least five years of its own.
    """
    rows = totals[totals["measure"].isin(SERIES[series]) & totals["year"].notna()]
    yield ALL_YEARS, rows
    out = left_out_years(breaks, series, last=int(rows["year"].max()) if len(rows) else 0)
    for name, years in out.items():
        yield f"without {name}", rows[~rows["year"].isin(years)]
    yield NO_BREAKS, rows[~rows["year"].isin(set().union(*out.values()))]
    for body, own in rows[rows["counted"]].groupby("reporting_body"):
        if own["year"].nunique() >= FEWEST_YEARS:
            yield f"only {body}", own


@remembered
def trend_table(
    totals: pd.DataFrame,
    breaks: pd.DataFrame,
    *,
    preferred_body: str = AS_DOCUMENTED,
    confidence: float = 0.95,
    seed: int = 20180101,
    only: Collection[str] = (),
) -> pd.DataFrame:
    """Fit every series under every treatment of its breaks and over all admissible choices.

    Parameters
    ----------
    totals : DataFrame
        From `series.national`.
    breaks : DataFrame
        ``data/lookups/breaks.csv`` as text.
    preferred_body, confidence, seed
        See `series.yearly` and `trends.fit`.
    only : collection of str
        Names of treatments to keep; all of them when empty.

    Returns
    -------
    DataFrame
        One row for each series and treatment: `Trend`'s fields; ``choices`` (how many ways there
        are to choose one count a year), ``fitted`` (how many of them were fitted),
        ``change_lowest``, ``change_highest`` (range of the annual change over them),
        ``share_excluding_zero`` (share whose interval leaves out zero), ``sentence``;
        ``figure_ids`` (the counts that were fitted), ``other_ids`` (the other counts that the
        choices go over), ``source_ids`` (of both).
    """
    rows = []
    for series in SERIES:
        for treatment, kept in treatments(totals, breaks, series):
            if only and treatment not in only:
                continue
            preferred = yearly(kept, series, preferred_body=preferred_body)
            trend = fit(preferred["year"], preferred["value"], months=preferred["months"],
                        confidence=confidence, seed=seed)  # fmt: skip
            admissible = choices(kept, series)
            many = over_choices(admissible, confidence=confidence, seed=seed)
            others = admissible[["figure_ids", "source_ids"]].agg(joined)
            rows.append({
                "series": series, "treatment": treatment, **asdict(trend),
                "choices": many.attrs["combinations"], "fitted": len(many),
                "change_lowest": many["annual_change"].min(),
                "change_highest": many["annual_change"].max(),
                "share_excluding_zero": many["verdict"].isin(["rose", "fell"]).mean(),
                "sentence": _sentence(series, treatment, trend, confidence),
                "figure_ids": joined(preferred["figure_id"]),
                "other_ids": others["figure_ids"],
                "source_ids": joined([*preferred["source_id"], others["source_ids"]]),
            })  # fmt: skip
    return pd.DataFrame(rows, columns=TREND_COLUMNS)


def _sentence(series: str, treatment: str, trend: Trend, confidence: float) -> str:
    if trend.n < FEWEST_YEARS:
        return (
            f"{series.capitalize()}, {treatment}: {trend.n} years have a count; below "
            f"{FEWEST_YEARS} no trend is computed."
        )
    words = {
        "rose": "an upward trend that chance and overdispersion do not explain",
        "fell": "a downward trend that chance and overdispersion do not explain",
    }.get(trend.verdict, "no trend that can be told from chance and overdispersion")
    return (
        f"{series.capitalize()}, {treatment}: {trend.annual_change:+.1%} a year, "
        f"{confidence:.0%} interval {trend.low:+.1%} to {trend.high:+.1%}, over {trend.n} years: "
        f"{words}."
    )
