"""Who the reported victims were, report by report: children, kinds of exploitation, foreigners.

Every function takes the cleaned observations and returns one row a report. A report's part is
divided only by its own total (`splits`). Where a report leaves some ages or kinds open, the
count becomes a range, and a share is given only when the range is one number.
"""

from __future__ import annotations

import math

import pandas as pd

from khtip.lineage import joined
from khtip.reconcile.splits import accounts, splits
from khtip.remember import remembered
from khtip.statistics.composition import group_size, majority, share, tipping_design_effect

RESCUED = ("victims_rescued", "victims_identified")

# How reports name sexual exploitation; the wording decides what is in it, so both are kept apart.
SEXUAL = {"sexual_exploitation": "sexual exploitation", "sex_trafficking": "sex trafficking"}

FOREIGNERS = ("offenders_foreign", "foreigners_involved", "foreigners_arrested")


@remembered
def children(
    observations: pd.DataFrame,
    *,
    measures: tuple[str, ...] = RESCUED,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Return the children among the victims of each report that gives ages and one total.

    Parameters
    ----------
    observations : DataFrame
        ``data/clean/observations.csv``.
    measures : tuple of str
        What counts as a victim.
    confidence : float
        Of the intervals.

    Returns
    -------
    DataFrame
        One row a report, sorted by period: the columns of `splits.splits`; ``least, most``
        (children: a range when the ages of some are not given), ``basis`` (which bands);
        ``share`` (NaN unless ``least == most``), ``low, high`` (Wilson, every person alone),
        ``verdict`` (majority or not), ``tipping`` (the design effect at which the share can no
        longer be told from one half); ``cases, group_size`` (NaN when the report gives no cases),
        ``low_grouped, high_grouped, verdict_grouped`` (design effect = group size).
    """
    parts = splits(observations, "age_band", measures=measures)
    rows = []
    for _, report in parts.groupby("report", sort=False):
        least, most, basis = _count_children(report)
        first = report.iloc[0]
        if math.isnan(first["total"]) or math.isnan(least):
            continue
        cases, counted = _cases_of(observations, first)
        rows.append(
            {
                **first.drop(["category", "value", "low", "high", "qualifier"]).to_dict(),
                "figure_ids": joined([*report["figure_ids"], counted]),
                "preferred": report["preferred"].any(),
                "least": least,
                "most": most,
                "basis": basis,
                **_judged(least, most, first["total"], cases, confidence),
            }
        )
    return pd.DataFrame(rows, columns=_children_columns(parts))


def separate(reports: pd.DataFrame) -> pd.DataFrame:
    """Return reports whose periods do not overlap, so that no person is counted twice.

    Of two that overlap, the longer is kept; of two equal ones, the first.

    Parameters
    ----------
    reports : DataFrame
        With ``period_start, period_end, months``.

    Examples
    --------
    >>> half = {"period_start": "2024-01-01", "period_end": "2024-06-30", "months": 6.0}
    >>> year = {"period_start": "2024-01-01", "period_end": "2024-12-31", "months": 12.0}
    >>> separate(pd.DataFrame([half, year]))["months"].tolist()
    [12.0]
    """
    kept: list = []
    for index, row in reports.sort_values("months", ascending=False, kind="stable").iterrows():
        if not any(
            row["period_start"] <= reports.at[other, "period_end"]
            and reports.at[other, "period_start"] <= row["period_end"]
            for other in kept
        ):
            kept.append(index)
    return reports.loc[sorted(kept)]


@remembered
def kinds(
    observations: pd.DataFrame,
    *,
    measures: tuple[str, ...] = ("cases", "victims_rescued"),
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Return how each report splits its total by kind of exploitation.

    Returns
    -------
    DataFrame
        One row a report and measure: the report's columns; ``sexual`` and ``wording`` (what the
        report files under sexual exploitation, or calls sex trafficking), ``trafficking``
        (NaN when not given), ``whole`` (the stated total, or the sum of both parts when the total
        is only a bound), ``whole_kind``; ``share, low, high`` of the sexual part.
    """
    parts = splits(observations, "crime_type", measures=measures)
    rows = []
    for (_, measure), report in parts.groupby(["report", "measure"], sort=False):
        values = report.set_index("category")["value"]
        found = [name for name in SEXUAL if name in values.index]
        first = report.iloc[0]
        if not found or values.index.has_duplicates:
            continue
        sexual, trafficking = values[found[0]], values.get("trafficking", math.nan)
        whole, whole_kind = first["total"], "stated total"
        if math.isnan(whole):
            whole, whole_kind = sexual + trafficking, "sum of the parts"
        if math.isnan(whole):
            continue
        part = share(sexual, whole, confidence=confidence)
        rows.append(
            {
                **{name: first[name] for name in _REPORT},
                "figure_ids": joined(report["figure_ids"]),
                "measure": measure,
                "preferred": report["preferred"].any(),
                "sexual": sexual,
                "wording": SEXUAL[found[0]],
                "trafficking": trafficking,
                "whole": whole,
                "whole_kind": whole_kind,
                "share": part.value,
                "low": part.low,
                "high": part.high,
            }
        )
    names = [
        "preferred",
        "sexual",
        "wording",
        "trafficking",
        "whole",
        "whole_kind",
        "share",
        "low",
        "high",
    ]
    return pd.DataFrame(rows, columns=[*_REPORT, "measure", *names])


@remembered
def traits(
    observations: pd.DataFrame,
    dimension: str,
    *,
    measures: tuple[str, ...] = RESCUED,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Return the share of each stated class, for example of women and girls, report by report.

    Returns
    -------
    DataFrame
        One row a class of a report with an exact total: the columns of `splits` with
        ``share, share_low, share_high`` (Wilson).
    """
    parts = splits(observations, dimension, measures=measures)
    parts = parts[parts["total"].notna() & parts["value"].le(parts["total"])].copy()
    found = [share(part.value, part.total, confidence=confidence) for part in parts.itertuples()]
    parts["share"] = [one.value for one in found]
    parts["share_low"] = [one.low for one in found]
    parts["share_high"] = [one.high for one in found]
    return parts.reset_index(drop=True)


@remembered
def foreigners(
    observations: pd.DataFrame, *, measures: tuple[str, ...] = FOREIGNERS
) -> pd.DataFrame:
    """Return how far the nationalities named in a report account for its foreigners.

    Returns
    -------
    DataFrame
        One row a report with a list and an exact total, as `khtip.reconcile.splits.accounts`, with
        ``stated`` (the number of nationalities the report says there are; NaN if it does not).
    """
    frame = accounts(splits(observations, "nationality", measures=measures))
    frame = frame[frame["total"].notna()].reset_index(drop=True)
    said = observations[
        observations["measure"].eq("nationalities") & observations["dimension"].fillna("").eq("")
    ]
    key = ["source_id", "period_start", "period_end"]
    stated = {
        tuple(row[:3]): row[3:]
        for row in said[[*key, "value", "figure_id"]].itertuples(index=False)
    }
    found = [
        next(
            (
                stated[one, row.period_start, row.period_end]
                for one in row.source_ids.split(";")
                if (one, row.period_start, row.period_end) in stated
            ),
            (math.nan, ""),
        )
        for row in frame.itertuples()
    ]
    frame["stated"] = [value for value, _ in found]
    pairs = zip(frame["figure_ids"], found, strict=True)
    frame["figure_ids"] = [joined([ids, statement]) for ids, (_, statement) in pairs]
    return frame


_REPORT = [
    *[
        "report",
        "source_ids",
        "figure_ids",
        "total_ids",
        "reporting_body",
        "ref_area",
        "period_start",
        "period_end",
    ],
    *["period", "year", "months", "crime_scope"],
]


def _count_children(report: pd.DataFrame) -> tuple[float, float, str]:
    """Return the least and the most children that a report's age bands allow, and which bands."""
    values = report.set_index("category")["value"]
    open_list = set(report.loc[report["qualifier"].ne("exact"), "category"])
    rest = report["total"].iloc[0] - values.get("18+", 0)
    if "<18" in values:
        return values["<18"], rest if "<18" in open_list else values["<18"], "under 18"
    if {"<15", "15-17"} <= set(values.index):
        together = values["<15"] + values["15-17"]
        return together, together, "under 15, and 15 to 17"
    if "<15" in values:
        return values["<15"], rest, "under 15 only"
    return math.nan, math.nan, ""


def _judged(
    least: float, most: float, total: float, cases: float, confidence: float
) -> dict[str, object]:
    """Return share, limits and verdict with every person alone, and with whole cases alike."""
    size = math.nan if math.isnan(cases) or not 0 < cases <= total else group_size(total, cases)
    limits: dict[str, object] = {}
    for name, deff in (("", 1.0), ("_grouped", size)):
        if math.isnan(deff):
            limits |= {f"low{name}": math.nan, f"high{name}": math.nan, f"verdict{name}": ""}
            continue
        options = {"confidence": confidence, "design_effect": deff}
        low, high = share(least, total, **options).low, share(most, total, **options).high
        limits |= {f"low{name}": low, f"high{name}": high, f"verdict{name}": majority(low, high)}
    alone, tipping = math.nan, math.nan
    if least == most:
        alone = least / total
        tipping = tipping_design_effect(least, total, confidence=confidence)
    return {"share": alone, "tipping": tipping, "cases": cases, "group_size": size, **limits}


def _cases_of(observations: pd.DataFrame, report: pd.Series) -> tuple[float, str]:
    """Return the exact number of cases in the same report, or NaN, and the statements of it."""
    same = observations["measure"].eq("cases") & observations["qualifier"].eq("exact")
    same &= observations["dimension"].fillna("").eq("")
    same &= observations["source_id"].isin(report["source_ids"].split(";"))
    for name in ("reporting_body", "ref_area", "period_start", "period_end", "crime_scope"):
        same &= observations[name].eq(report[name])
    values = observations.loc[same, "value"].unique()
    if len(values) != 1:
        return math.nan, ""
    return float(values[0]), joined(observations.loc[same, "figure_id"])


def _children_columns(parts: pd.DataFrame) -> list[str]:
    kept = [c for c in parts if c not in ("category", "value", "low", "high", "qualifier")]
    return [
        *kept,
        *[
            "least",
            "most",
            "basis",
            "share",
            "tipping",
            "cases",
            "group_size",
            "low",
            "high",
            "verdict",
        ],
        *["low_grouped", "high_grouped", "verdict_grouped"],
    ]
