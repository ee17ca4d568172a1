"""Claims: every stated change or share, recomputed from the counts of the ledger.

A claim is a ``percent_change``, a ``*_change`` or a ``share_of_*`` row. The counts behind it are
looked for in the same source first, then with the same reporting body, then among the preferred
rows of any body. Every admissible pair is tried, so that the table says whether the verdict
depends on which counts are taken.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from khtip.reconcile import arithmetic, periods

COLUMNS = (
    *("figure_id", "source_id", "reporting_body", "ref_area", "period_start", "period_end"),
    *("measure", "of_measure", "dimension", "category", "printed", "qualifier", "wording"),
    *("claimed", "claimed_low", "claimed_high", "base", "reference", "recomputed"),
    *("recomputed_low", "recomputed_high", "verdict", "why", "base_id", "reference_id"),
    *("counts_from", "pairs", "other_verdicts", "depends_on_choice"),
    *("implied", "implied_low", "implied_high"),
)
COUNTS_FROM = {1: "same source", 2: "same body", 3: "preferred row"}
NAMED_MULTIPLE = Fraction(1, 8)
"""A multiple given in words that are not transcribed may be off by an eighth either way."""


class Count(NamedTuple):
    """One count that may stand behind a claim; the smaller `rank`, the nearer to the claim."""

    figure_id: str
    measure: str
    low: float
    high: float
    rank: tuple


def check(observations: pd.DataFrame, *, wordings: pd.DataFrame | None = None) -> pd.DataFrame:
    """Recompute every claim of the ledger and give each a verdict.

    Parameters
    ----------
    observations : DataFrame
        The cleaned ledger; counts in their own unit, percentages in percent.
    wordings : DataFrame, optional
        ``wording, low_ratio, high_ratio``: what a phrase means as reference divided by base.

    Returns
    -------
    DataFrame
        One row a claim, sorted by ``figure_id``, with `COLUMNS`. ``verdict`` is one of
        `arithmetic.VERDICTS`; ``implied`` says which count an unchecked claim implies and
        between which bounds.

    Notes
    -----
    Arithmetic as in `arithmetic`; the order of sources is this collection's own rule.
    """
    frame = periods.with_split(observations)
    claims = frame[periods.is_claim(frame)]
    counts = frame[~periods.is_claim(frame) & frame["low"].notna()]
    changes = claims[claims["measure"].str.endswith("_change") & claims["unit"].ne("percent")]
    meanings = {} if wordings is None else _meanings(wordings)
    rows = [_check_one(claim, counts, changes, meanings) for claim in claims.itertuples()]
    return pd.DataFrame(rows, columns=list(COLUMNS)).sort_values("figure_id", ignore_index=True)


def _meanings(wordings: pd.DataFrame) -> dict[str, tuple[float, float]]:
    ratios = wordings[["low_ratio", "high_ratio"]].astype(float)
    return dict(zip(wordings["wording"], ratios.itertuples(index=False, name=None), strict=True))


def _check_one(claim: Any, counts: Any, changes: Any, meanings: Mapping) -> dict:
    """Return the row of one claim."""
    kind = claim_kind(claim.measure, claim.unit)
    references, bases = _candidates(claim, kind, counts)
    pairs = [(b, r) for b in bases for r in references if kind != "share" or b.measure == r.measure]
    if kind == "percent" and not pairs and references:
        pairs = _implied_pairs(claim, references, changes)
    bounds, said = _claimed(claim, kind, meanings)
    row = {name: getattr(claim, name, "") for name in COLUMNS}
    row |= {"claimed": claim.value, "claimed_low": bounds[0], "claimed_high": bounds[1]}
    values = {(base.low, base.high, now.low, now.high) for base, now in pairs}
    row |= {"pairs": len(values), "other_verdicts": "", "depends_on_choice": False}
    row |= dict.fromkeys(("base", "reference", "recomputed", "recomputed_low"), math.nan)
    row |= {"recomputed_high": math.nan, "base_id": "", "reference_id": "", "counts_from": ""}
    row |= {"of_measure": claim.base_measure, "implied": ""}
    row |= dict.fromkeys(("implied_low", "implied_high"), math.nan)
    if not pairs:
        return row | _unchecked(claim, kind, bounds, bases, references)
    pairs.sort(key=_nearness)
    judged = [_judge(claim, kind, pair, bounds, said) for pair in pairs]
    others = sorted({one["verdict"] for one in judged[1:]} - {judged[0]["verdict"]})
    row |= {"other_verdicts": ";".join(others), "depends_on_choice": bool(others)}
    return row | judged[0]


def claim_kind(measure: str, unit: str) -> str:
    """Return ``percent``, ``difference`` or ``share``: what kind of claim a row is.

    Examples
    --------
    >>> claim_kind("cases_change", "count"), claim_kind("percent_change", "percent")
    ('difference', 'percent')
    """
    if measure.startswith("share_of_"):
        return "share"
    return "percent" if unit == "percent" else "difference"


def _candidates(claim: Any, kind: str, counts: pd.DataFrame) -> tuple[list[Count], list[Count]]:
    """Return the counts that may be the claim's reference and its base."""
    scopes = periods.with_scope(counts, claim.crime_scope)
    near = counts[counts["ref_area"].eq(claim.ref_area) & scopes]
    near = near[_measures(claim, kind, near)]
    own_part = near["part_dimension"].eq(claim.part_dimension)
    own_part &= near["part_category"].eq(claim.part_category)
    now = (claim.period_start, claim.period_end)
    if kind == "share":
        in_period = _in_period(near, *now)
        whole = near["part_dimension"].eq("")
        parts = own_part & ~whole
        return _ranked(near[in_period & parts], claim), _ranked(near[in_period & whole], claim)
    then = (claim.base_period_start, claim.base_period_end)
    references = _or_one_place(near[_in_period(near, *now)], own_part, claim)
    bases = near[own_part & _in_period(near, *then)] if all(then) else near.iloc[:0]
    return _ranked(references, claim), _ranked(bases, claim)


def _or_one_place(near: pd.DataFrame, own_part: pd.Series, claim: Any) -> pd.DataFrame:
    """Return the claim's own counts, or those of the only place its source counts."""
    own = near[own_part.reindex(near.index)]
    here = near[near["source_id"].eq(claim.source_id) & near["part_dimension"].isin(periods.PLACES)]
    one_place = len(here[["part_dimension", "part_category"]].drop_duplicates()) == 1
    return here if own.empty and not claim.part_dimension and one_place else own


def _in_period(counts: pd.DataFrame, start: str, end: str) -> np.ndarray:
    pairs = zip(counts["period_start"], counts["period_end"], strict=True)
    return np.array([periods.same(first, last, start, end) for first, last in pairs], bool)


def _measures(claim: Any, kind: str, counts: pd.DataFrame) -> pd.Series:
    """Return which counts have a measure that the claim can be about.

    The stated base measure; in the same source also another measure of its series. A claim that
    names no measure is about whatever its own source splits in the same way.
    """
    here = counts["source_id"].eq(claim.source_id)
    measure = counts["measure"]
    if claim.base_measure:
        series = set(counts.loc[measure.eq(claim.base_measure), "series"]) - {""}
        return measure.eq(claim.base_measure) | (here & counts["series"].isin(series))
    if kind == "share":
        stem = set(claim.measure.removeprefix("share_of_").split("_"))
        named = pd.Series([stem <= set(one.split("_")) for one in measure], measure.index, bool)
        return named | counts["series"].isin(stem)
    return here & (claim.part_dimension != "")


def _ranked(rows: pd.DataFrame, claim: Any) -> list[Count]:
    """Return admissible counts: same source, same body, or preferred; exact before hedged."""
    found = []
    for row in rows.itertuples():
        if row.source_id == claim.source_id:
            tier = 1
        elif row.reporting_body == claim.reporting_body:
            tier = 2
        elif row.preferred:
            tier = 3
        else:
            continue
        hedged = row.low != row.high
        other = bool(claim.base_measure) and row.measure != claim.base_measure
        rank = (tier, hedged, other, row.crime_scope != claim.crime_scope, row.figure_id)
        found.append(Count(row.figure_id, row.measure, row.low, row.high, rank))
    exact = {one.rank[0] for one in found if not one.rank[1]}
    return [one for one in found if not one.rank[1] or one.rank[0] not in exact]


def _nearness(pair: tuple[Count, Count]) -> tuple:
    base, reference = pair
    each = list(zip(base.rank[:4], reference.rank[:4], strict=True))
    worst = max(each[0])
    sums = [sum(both) for both in each]
    return worst, sums[0], base.measure != reference.measure, *sums[1:], base[0], reference[0]


def _implied_pairs(claim: Any, references: list[Count], changes: pd.DataFrame) -> list:
    """Return pairs whose base follows from a stated difference in the same report or body."""
    fits = changes["ref_area"].eq(claim.ref_area) & changes["crime_scope"].eq(claim.crime_scope)
    for name in ("base_measure", "part_dimension", "part_category"):
        fits &= changes[name].eq(getattr(claim, name))
    for name in ("period_start", "period_end", "base_period_start", "base_period_end"):
        fits &= changes[name].eq(getattr(claim, name))
    pairs = []
    for change in _ranked(changes[fits].assign(measure=claim.base_measure), claim):
        for now in references:
            base = change._replace(low=now.low - change.high, high=now.high - change.low)
            pairs.append((base, now))
    return pairs


def _claimed(claim: Any, kind: str, meanings: Mapping) -> tuple[tuple[float, float], str]:
    """Return what the claim says as an interval, and the words for it."""
    ratios = meanings.get(claim.wording.strip().lower()) if claim.wording else None
    said = claim.wording or f"{claim.qualifier.replace('_', ' ')} {claim.printed}"
    if ratios is None and claim.qualifier == "worded" and kind == "percent":
        multiple = 1 + Fraction(claim.printed) / 100
        ratios = (multiple * (1 - NAMED_MULTIPLE), multiple * (1 + NAMED_MULTIPLE))
        said = f"words not transcribed, read as {float(multiple):.4g} times, which"
    if ratios is not None and kind == "percent":
        return (float(100 * ratios[0] - 100), float(100 * ratios[1] - 100)), said
    return (claim.low, claim.high), said


def _judge(claim: Any, kind: str, pair: tuple[Count, Count], bounds: Any, said: str) -> dict:
    """Return the columns that depend on one pair of counts."""
    base, now = pair
    tier = max(base.rank[0], now.rank[0])
    row: dict[str, Any] = {"base_id": base.figure_id, "reference_id": now.figure_id}
    row |= {"of_measure": base.measure, "counts_from": COUNTS_FROM[tier]}
    row |= {"base": base.low if base.low == base.high else math.nan}
    row |= {"reference": now.low if now.low == now.high else math.nan}
    low, high = _recomputed(kind, base, now)
    row |= {"recomputed_low": low, "recomputed_high": high}
    worded = bool(claim.wording) or claim.qualifier == "worded"
    exact = claim.low == claim.high and low == high and not worded
    if not exact:
        verdict, why = arithmetic.judge_interval(bounds, low, high, said)
        middle = low if low == high else math.nan
        return row | {"recomputed": middle, "verdict": verdict, "why": why}
    judge: dict[str, Callable[..., Any]] = {
        "percent": arithmetic.judge_change,
        "share": arithmetic.judge_share,
    }
    result = judge.get(kind, arithmetic.judge_difference)(
        claim.printed, *((_exact(now), _exact(base)) if kind == "share" else map(_exact, pair))
    )
    value = math.nan if result.recomputed is None else float(result.recomputed)
    return row | {"recomputed": value, "verdict": result.verdict, "why": result.why}


def _exact(count: Count) -> Fraction:
    return Fraction(str(count.low))


def _recomputed(kind: str, base: Count, now: Count) -> tuple[float, float]:
    """Return the recomputed change or share as an interval over the bounds of both counts."""
    if kind == "difference":
        return now.low - base.high, now.high - base.low
    ratios = [now.low / base.high if base.high else math.inf]
    ratios.append(now.high / base.low if base.low else math.inf)
    shift = 0 if kind == "share" else 100
    return 100 * min(ratios) - shift, 100 * max(ratios) - shift


def _unchecked(
    claim: Any, kind: str, bounds: Any, bases: list[Count], references: list[Count]
) -> dict:
    """Return the verdict of a claim with a count missing, and what that count would have to be."""
    names = ("part", "whole") if kind == "share" else ("reference", "base")
    absent = [name for name, found in zip(names, (references, bases), strict=True) if not found]
    row: dict[str, Any] = {
        "verdict": "cannot_check",
        "why": f"the ledger has no {' and no '.join(absent)} for it",
    }
    if absent == ["base"] and not claim.base_period_start:
        row["why"] = "the claim names no base period"
    known = sorted(references, key=lambda one: one.rank)
    if absent != ["base"]:
        return row
    low, high = _implied(claim, kind, bounds, known[0])
    row |= {"implied": "base", "implied_low": low, "implied_high": high}
    row |= {"reference_id": known[0].figure_id, "reference": known[0].low}
    whole = math.floor(high) >= math.ceil(low)
    if claim.low == claim.high and claim.qualifier == "exact" and not whole:
        row |= {"verdict": "inconsistent", "why": "no whole number as base gives this percentage"}
    return row


def _implied(claim: Any, kind: str, bounds: Any, now: Count) -> tuple[float, float]:
    if kind == "difference":
        return now.low - bounds[1], now.high - bounds[0]
    if bounds[0] == bounds[1] and now.low == now.high:
        first, last = arithmetic.implied_bases(claim.printed, _exact(now))
        return float(first), float(last)
    ends = [100 + bound for bound in bounds]
    low = 100 * now.low / ends[1] if ends[1] > 0 else math.inf
    return low, 100 * now.high / ends[0] if ends[0] > 0 else math.inf
