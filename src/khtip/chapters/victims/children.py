"""The children among the victims of each report: their share, each person alone and in groups."""

import math
from functools import cache

import numpy as np
import pandas as pd

from khtip.ledger.ledger import Ledger
from khtip.ledger.lineage import joined
from khtip.ledger.splits import COLUMNS, splits
from khtip.statistics.shares import group_size, majority, share, tipping_design_effect

RESCUED = ("victims_rescued", "victims_identified")
PART = ["category", "value", "low", "high", "qualifier"]
REPORT = [name for name in COLUMNS if name not in PART]
JUDGED = ["share", "tipping", "cases", "group_size", "low", "high", "verdict"]
JUDGED += ["low_grouped", "high_grouped", "verdict_grouped"]
CONTRADICTS = "parts contradict the total"
SAME_CASE = ["reporting_body", "ref_area", "period_start", "period_end", "crime_scope"]


@cache
def children_by_report(ledger: Ledger, confidence: float) -> pd.DataFrame:
    """Return the children among the victims of each report that gives ages and one total.

    Returns
    -------
    DataFrame
        One row a report, sorted by period: `REPORT` (see `khtip.ledger.splits.splits`);
        ``least, most`` (children: a range when the ages of some are not given), ``basis`` (which
        bands); ``share`` (NaN unless ``least == most``), ``tipping`` (the design effect at which
        it can no longer be told from one half), ``cases, group_size`` (NaN when the report gives
        no cases), ``low, high, verdict`` (Wilson's limits, every person alone, and whether they
        show a majority, or `CONTRADICTS` without limits), and the same with ``_grouped`` (design
        effect = group size).
    """
    rows = []
    parts = splits(ledger.observations, "age_band", measures=RESCUED)
    for _, report in parts[parts["total"].notna()].groupby("report", sort=False):
        first = report.iloc[0]
        least, most, basis = _count(report)
        if not basis:
            continue
        cases, counted = _cases_of(ledger, first)
        about = {
            "figure_ids": joined([*report["figure_ids"], counted]),
            "preferred": report["preferred"].any(),
            "least": least,
            "most": most,
            "basis": basis,
        }
        judged = _judged(least, most, first["total"], cases, confidence)
        rows.append(first[REPORT].to_dict() | about | judged)
    return pd.DataFrame(rows, columns=[*REPORT, "least", "most", "basis", *JUDGED])


def _count(report: pd.DataFrame) -> tuple[float, float, str]:
    """Return the least and the most children that a report's age bands allow, and which bands.

    A band that is given twice lies between its two numbers.
    """
    bands = report.groupby("category")["value"]
    low, high = bands.min(), bands.max()
    open_list = set(report.loc[report["qualifier"].ne("exact"), "category"])
    rest = report["total"].iloc[0] - low.get("18+", 0)
    if "<18" in low:
        return low["<18"], rest if "<18" in open_list else high["<18"], "under 18"
    if {"<15", "15-17"} <= set(low.index):
        both = ["<15", "15-17"]
        return low[both].sum(), high[both].sum(), "under 15, and 15 to 17"
    if "<15" in low:
        return low["<15"], rest, "under 15 only"
    return math.nan, math.nan, ""


def _cases_of(ledger: Ledger, report: pd.Series) -> tuple[float, str]:
    """Return the exact number of cases in the same report, or NaN, and the statements of it."""
    rows = whole_counts(ledger, "cases")
    same = rows["qualifier"].eq("exact") & rows["source_id"].isin(report["source_ids"].split(";"))
    same &= rows[SAME_CASE].eq(report[SAME_CASE]).all(axis=1)
    values = rows.loc[same, "value"].unique()
    if len(values) != 1:
        return math.nan, ""
    return float(values[0]), joined(rows.loc[same, "figure_id"])


def _judged(
    least: float, most: float, total: float, cases: float, confidence: float
) -> dict[str, object]:
    """Return share, limits and verdict with every person alone, and with whole cases alike."""
    found: dict[str, object] = dict.fromkeys(JUDGED, math.nan)
    found |= {"cases": cases, "verdict": CONTRADICTS, "verdict_grouped": ""}
    if not 0 <= least <= most <= total or not total:
        return found
    size = group_size(total, cases) if 0 < cases <= total else math.nan
    found["group_size"] = size
    if least == most:
        found["share"] = least / total
        found["tipping"] = tipping_design_effect(least, total, confidence=confidence)
    for name, deff in (("", 1.0), ("_grouped", size)):
        if not math.isnan(deff):
            low = share(least, total, confidence=confidence, design_effect=deff).low
            high = share(most, total, confidence=confidence, design_effect=deff).high
            limits = {"low": low, "high": high, "verdict": majority(low, high)}
            found |= {f"{side}{name}": limit for side, limit in limits.items()}
    return found


@cache
def whole_counts(ledger: Ledger, *measures: str) -> pd.DataFrame:
    """Return the statements of some measures that are not about a part."""
    rows = ledger.observations
    return rows[rows["measure"].isin(measures) & rows["dimension"].fillna("").eq("")]


@cache
def separate(ledger: Ledger, confidence: float) -> pd.DataFrame:
    """Return reports with one number of children whose periods do not overlap.

    So no person is counted twice. Of two that overlap, the longer is kept; of two equal ones, the
    first.
    """
    reports = children_by_report(ledger, confidence)
    reports = reports[reports["share"].notna()]
    kept: list = []
    for index, row in reports.sort_values("months", ascending=False, kind="stable").iterrows():
        others = reports.loc[kept]
        meets = others["period_start"].le(row["period_end"])
        if not (meets & others["period_end"].ge(row["period_start"])).any():
            kept.append(index)
    return reports.loc[sorted(kept)]


def design_effects(reports: pd.DataFrame, confidence: float, points: int = 41) -> pd.DataFrame:
    """Return how each report's interval widens from design effect 1 to its mean group size.

    Returns
    -------
    DataFrame
        ``report, reporting_body, source_ids, figure_ids, total_ids, group_size, tipping,
        design_effect, share, low, high, one_half``; only reports with one number of children and
        with cases.
    """
    kept = ["report", "reporting_body", "source_ids", "figure_ids", "total_ids", "group_size"]
    reports = reports[reports["share"].notna() & reports["group_size"].gt(1)]
    rows = []
    for one in reports.itertuples():
        for deff in np.linspace(1, one.group_size, points):
            found = share(one.least, one.total, confidence=confidence, design_effect=deff)
            rows.append((one.Index, deff, found.value, found.low, found.high, 0.5))
    names = ["place", "design_effect", "share", "low", "high", "one_half"]
    curves = pd.DataFrame(rows, columns=names)
    about = reports.reindex(curves.pop("place"))[[*kept, "tipping"]].reset_index(drop=True)
    return pd.concat([about, curves], axis=1)
