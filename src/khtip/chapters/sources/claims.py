"""Does a printed change, share or difference follow from the counts? Exact arithmetic only.

Percentages are checked as `fractions.Fraction` against the decimals that were printed, never as
floats: a figure is consistent when rounding gives it (a half may go up or to the even digit) and
truncated when cutting the digits off gives it. The test that some whole number must lie behind a
printed percentage is the GRIM test (Brown and Heathers 2017, Social Psychological and
Personality Science 8:363, doi:10.1177/1948550616673876).
"""

import math
from collections import defaultdict
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

import pandas as pd

from khtip.ledger import periods

VERDICTS = ("consistent", "truncated", "wrong_base", "wrong_sign", "inconsistent", "cannot_check")
ABOUT = (
    *("figure_id", "source_id", "reporting_body", "ref_area", "period_start", "period_end"),
    *("measure", "dimension", "category", "printed", "qualifier", "wording"),
)
COLUMNS = (
    *(*ABOUT[:7], "of_measure", *ABOUT[7:]),
    *("claimed", "claimed_low", "claimed_high", "base", "reference", "recomputed"),
    *("recomputed_low", "recomputed_high", "verdict", "why", "base_id", "reference_id"),
    *("counts_from", "pairs", "other_verdicts", "depends_on_choice"),
    *("implied", "implied_low", "implied_high"),
)
TEXTS = ("base_id", "reference_id", "counts_from", "other_verdicts", "implied")
COUNTS_FROM = {1: "same source", 2: "same body", 3: "preferred row"}
NAMED_MULTIPLE = Fraction(1, 8)
"""A multiple given in words that are not transcribed may be off by an eighth either way."""


class Judgement(NamedTuple):
    """What was recomputed (percent or counts), the verdict, and why."""

    recomputed: Fraction | None
    verdict: str
    why: str


class Count(NamedTuple):
    """One count that may stand behind a claim; the smaller `rank`, the nearer to the claim."""

    figure_id: str
    measure: str
    low: float
    high: float
    rank: tuple


class Counts:
    """The counts of a ledger by area and period, so that a claim looks only at those near it."""

    def __init__(self, counts: pd.DataFrame) -> None:
        self._rows: dict[str, dict] = defaultdict(lambda: defaultdict(list))
        self._series: dict[tuple, set] = defaultdict(set)
        for row in counts.itertuples():
            self._rows[row.ref_area][row.period_start, row.period_end].append(row)
            self._series[row.ref_area, row.measure].add((row.crime_scope, row.series))

    def near(self, claim: Any, kind: str, start: str, end: str) -> list:
        """Return the counts of a period that may be what a claim is about, whatever their part.

        They are of the claim's area and scope, and have the stated base measure; in the same
        source also another measure of its series. A claim that names no measure is about whatever
        its own source splits in the same way.
        """
        about = self._series[claim.ref_area, claim.base_measure]
        series = {one for scope, one in about if periods.scopes_agree(scope, claim.crime_scope)}
        return [
            row
            for (first, last), rows in self._rows[claim.ref_area].items()
            if periods.same(first, last, start, end)
            for row in rows
            if periods.scopes_agree(row.crime_scope, claim.crime_scope)
            and _measure_fits(claim, kind, row, series - {""})
        ]


def _measure_fits(claim: Any, kind: str, row: Any, series: set[str]) -> bool:
    here = row.source_id == claim.source_id
    if claim.base_measure:
        return row.measure == claim.base_measure or (here and row.series in series)
    if kind == "share":
        stem = set(claim.measure.removeprefix("share_of_").split("_"))
        return stem <= set(row.measure.split("_")) or row.series in stem
    return here and claim.part_dimension != ""


def _alike(claim: Any) -> tuple:
    """Return what a stated percentage and a stated difference of one change have in common."""
    about = ("ref_area", "crime_scope", "base_measure", "part_dimension", "part_category")
    dates = ("period_start", "period_end", "base_period_start", "base_period_end")
    return tuple(getattr(claim, name) for name in (*about, *dates))


def agreement(value: Fraction, printed: str) -> str:
    """Return how `printed` follows from `value`: ``rounded``, ``truncated`` or nothing.

    Examples
    --------
    >>> agreement(Fraction(6700, 92), "72.82"), agreement(Fraction(5, 2), "2")
    ('truncated', 'rounded')
    """
    scale = 10 ** _decimals(printed)
    sign = -1 if value < 0 else 1
    size = abs(value) * scale
    whole = math.floor(size)
    rest = size - whole
    rounded = {whole} if rest < Fraction(1, 2) else {whole + 1}
    if rest == Fraction(1, 2) and whole % 2 == 0:
        rounded.add(whole)
    said = Fraction(printed) * scale
    if said in {sign * number for number in rounded}:
        return "rounded"
    return "truncated" if said == sign * whole else ""


def _decimals(printed: str) -> int:
    return len(printed.partition(".")[2])


def _judge_rounding(printed: str, value: Fraction, said: str, others: dict) -> Judgement:
    """Judge `printed` against `value`, then against the named mistakes in `others`."""
    shown = f"{said} = {float(value):.6g}"
    how = agreement(value, printed)
    if how == "rounded":
        return Judgement(value, "consistent", shown)
    if how:
        return Judgement(value, "truncated", f"{shown}: cut off, not rounded")
    if value and agreement(-value, printed):
        return Judgement(value, "wrong_sign", f"{shown}: the sign is the other way round")
    for mistake, wrong in others.items():
        if agreement(wrong, printed):
            return Judgement(value, "wrong_base", f"{shown}; {mistake} = {float(wrong):.6g}")
    return Judgement(value, "inconsistent", shown)


def judge_change(
    printed: str, base: Fraction, reference: Fraction, *, unit: str = "count"
) -> Judgement:
    """Judge a stated percentage change; `unit` is ``percent`` where percentages changed.

    Examples
    --------
    >>> judge_change("16.34", Fraction(87), Fraction(104)).why
    '100 × (104 − 87) / 87 = 19.5402; divided by the new count = 16.3462'
    """
    if base == 0:
        return Judgement(None, "cannot_check", "the base is zero: no percentage change exists")
    value = 100 * (reference - base) / base
    others: dict[str, Fraction] = {}
    if reference:
        others["divided by the new count"] = 100 * (reference - base) / reference
        others["the old as a share of the new"] = 100 * base / reference
    others["the ratio given as a change"] = 100 * reference / base
    if unit == "percent":
        others["percentage points given as percent"] = reference - base
    said = f"100 × ({_number(reference)} − {_number(base)}) / {_number(base)}"
    return _judge_rounding(printed, value, said, others)


def judge_share(printed: str, part: Fraction, whole: Fraction) -> Judgement:
    """Judge a stated percentage share of `part` in `whole`."""
    if whole == 0:
        return Judgement(None, "cannot_check", "the whole is zero: no share exists")
    others = {}
    if part != whole:
        others["against the rest instead of the whole"] = 100 * part / (whole - part)
    if part:
        others["the whole against the part"] = 100 * whole / part
    said = f"100 × {_number(part)} / {_number(whole)}"
    return _judge_rounding(printed, 100 * part / whole, said, others)


def judge_difference(printed: str, base: Fraction, reference: Fraction) -> Judgement:
    """Judge a stated difference between two counts."""
    others = {"a percentage given as a count": 100 * (reference - base) / base} if base else {}
    said = f"{_number(reference)} − {_number(base)}"
    return _judge_rounding(printed, reference - base, said, others)


def _number(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else f"{float(value):.6g}"


def judge_interval(claimed: tuple, low: float, high: float, said: str) -> tuple[str, str]:
    """Judge a hedged or worded claim (lowest, highest) against the recomputed interval.

    Examples
    --------
    >>> judge_interval((75.0, 100.0), 131.6, 131.6, "nearly doubled")[0]
    'inconsistent'
    """
    shown = f"{low:.4g}" if low == high else f"{low:.4g} to {high:.4g}"
    meaning = f"{said} means {claimed[0]:.4g} to {claimed[1]:.4g}; recomputed {shown}"
    if low <= claimed[1] and claimed[0] <= high:
        return "consistent", meaning
    one_sign = low > 0 or high < 0
    if one_sign and -high <= claimed[1] and claimed[0] <= -low:
        return "wrong_sign", meaning
    return "inconsistent", meaning


def implied_bases(printed: str, reference: Fraction) -> tuple[Fraction, Fraction]:
    """Return the interval of bases from which an exact percentage change could come.

    Both rounding and truncation are allowed. An interval without a whole number means that no
    count of cases or persons can be behind the claim.

    Examples
    --------
    >>> low, high = implied_bases("16.34", Fraction(104))
    >>> round(float(low), 3), round(float(high), 3)
    (89.385, 89.397)
    """
    step = Fraction(1, 10 ** _decimals(printed))
    said = Fraction(printed)
    toward = 1 if said >= 0 else -1
    ends = (said - toward * step / 2, said + toward * step)
    bases = [100 * reference / (100 + end) for end in ends if end > -100]
    return min(bases, default=Fraction(0)), max(bases, default=Fraction(0))


# Every stated change or share, recomputed from the counts of the ledger.


def check_claims(
    observations: pd.DataFrame, *, wordings: pd.DataFrame | None = None
) -> pd.DataFrame:
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
        `VERDICTS`; ``implied`` says which count an unchecked claim implies and between which
        bounds. The order in which sources are asked for the counts is this collection's rule.
    """
    frame = periods.with_split(observations)
    is_claim = periods.is_claim(frame)
    claims, counts = frame[is_claim], frame[~is_claim & frame["low"].notna()]
    changes = claims[claims["measure"].str.endswith("_change") & claims["unit"].ne("percent")]
    meanings = {}
    if wordings is not None:
        ratios = wordings[["low_ratio", "high_ratio"]].astype(float)
        meanings = dict(zip(wordings["wording"], ratios.itertuples(index=False), strict=True))
    known = Counts(counts)
    stated = defaultdict(list)
    for change in changes.itertuples():
        stated[_alike(change)].append(change)
    rows = [_check_one(claim, known, stated, meanings) for claim in claims.itertuples()]
    return pd.DataFrame(rows, columns=list(COLUMNS)).sort_values("figure_id", ignore_index=True)


def _check_one(claim: Any, counts: Counts, changes: Mapping, meanings: Mapping) -> dict:
    kind = claim_kind(claim.measure, claim.unit)
    references, bases = map(_once, _candidates(claim, kind, counts))
    pairs = [(b, r) for b in bases for r in references if kind != "share" or b.measure == r.measure]
    if kind == "percent" and not pairs and references:
        pairs = _implied_pairs(claim, references, changes)
    bounds, said = _claimed(claim, kind, meanings)
    row = {name: getattr(claim, name) for name in ABOUT} | dict.fromkeys(TEXTS, "")
    row |= {"claimed": claim.value, "claimed_low": bounds[0], "claimed_high": bounds[1]}
    nearest: dict[tuple, tuple] = {}
    for base, now in sorted(pairs, key=_nearness):
        nearest.setdefault((base.low, base.high, now.low, now.high), (base, now))
    row["pairs"] = len(nearest)
    if not pairs:
        row |= {"of_measure": claim.base_measure, "depends_on_choice": False}
        return row | _unchecked(claim, kind, bounds, bases, references)
    judged = [_judge(claim, kind, pair, bounds, said) for pair in nearest.values()]
    others = sorted({one["verdict"] for one in judged[1:]} - {judged[0]["verdict"]})
    row |= {"other_verdicts": ";".join(others), "depends_on_choice": bool(others)}
    return row | judged[0]


def claim_kind(measure: str, unit: str) -> str:
    """Return ``percent``, ``difference`` or ``share``: what kind of claim a row is."""
    if measure.startswith("share_of_"):
        return "share"
    return "percent" if unit == "percent" else "difference"


def _candidates(claim: Any, kind: str, counts: Counts) -> tuple[list[Count], list[Count]]:
    """Return the counts that may be the claim's reference and its base."""
    now = counts.near(claim, kind, claim.period_start, claim.period_end)
    if kind == "share":
        parts = [row for row in now if row.part_dimension and _own_part(row, claim)]
        return _ranked(parts, claim), _ranked([r for r in now if not r.part_dimension], claim)
    then = (claim.base_period_start, claim.base_period_end)
    bases = counts.near(claim, kind, *then) if all(then) else []
    bases = [row for row in bases if _own_part(row, claim)]
    return _ranked(_or_one_place(now, claim), claim), _ranked(bases, claim)


def _own_part(row: Any, claim: Any) -> bool:
    own = (claim.part_dimension, claim.part_category)
    return (row.part_dimension, row.part_category) == own


def _or_one_place(now: list, claim: Any) -> list:
    """Return the claim's own counts, or those of the only place its source counts."""
    own = [row for row in now if _own_part(row, claim)]
    here = [row for row in now if row.source_id == claim.source_id]
    here = [row for row in here if row.part_dimension in periods.PLACES]
    one_place = len({(row.part_dimension, row.part_category) for row in here}) == 1
    return here if not own and not claim.part_dimension and one_place else own


def _once(counts: list[Count]) -> list[Count]:
    """Return the first of those that are alike in all but their ids, as reposts are."""
    found: dict[tuple, Count] = {}
    for one in sorted(counts):
        found.setdefault((*one[1:4], one.rank[:4]), one)
    return list(found.values())


def _ranked(rows: list, claim: Any) -> list[Count]:
    """Return admissible counts: same source, same body, or preferred; exact before hedged."""
    found = []
    for row in rows:
        tier = 3
        if row.source_id == claim.source_id:
            tier = 1
        elif row.reporting_body == claim.reporting_body:
            tier = 2
        elif not row.preferred:
            continue
        other = bool(claim.base_measure) and row.measure != claim.base_measure
        scope = row.crime_scope != claim.crime_scope
        rank = (tier, row.low != row.high, other, scope, row.figure_id)
        found.append(Count(row.figure_id, row.measure, row.low, row.high, rank))
    exact = {one.rank[0] for one in found if not one.rank[1]}
    return [one for one in found if not one.rank[1] or one.rank[0] not in exact]


def _nearness(pair: tuple[Count, Count]) -> tuple:
    base, reference = pair
    each = list(zip(base.rank[:4], reference.rank[:4], strict=True))
    sums = [sum(both) for both in each]
    return max(each[0]), sums[0], base.measure != reference.measure, *sums[1:], base, reference


def _implied_pairs(claim: Any, references: list[Count], changes: Mapping) -> list:
    """Return pairs whose base follows from a stated difference in the same report or body."""
    stated = [row._replace(measure=claim.base_measure) for row in changes.get(_alike(claim), [])]
    return [
        (change._replace(low=now.low - change.high, high=now.high - change.low), now)
        for change in _once(_ranked(stated, claim))
        for now in references
    ]


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
    if worded or claim.low != claim.high or low != high:
        verdict, why = judge_interval(bounds, low, high, said)
        middle = low if low == high < math.inf else math.nan
        return row | {"recomputed": middle, "verdict": verdict, "why": why}
    judges: dict[str, Callable[..., Any]] = {"percent": judge_change, "share": judge_share}
    numbers = [_exact(now), _exact(base)] if kind == "share" else [_exact(base), _exact(now)]
    result = judges.get(kind, judge_difference)(claim.printed, *numbers)
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
    why = f"the ledger has no {' and no '.join(absent)} for it"
    if not absent:
        why = f"the {' and the '.join(names)} in the ledger are not of one measure"
    if absent != ["base"]:
        return {"verdict": "cannot_check", "why": why}
    if not claim.base_period_start:
        why = "the claim names no base period"
    known = min(references, key=lambda one: one.rank)
    low, high = _implied(claim, kind, bounds, known)
    row = {"verdict": "cannot_check", "why": why, "implied": "base", "implied_low": low}
    row |= {"implied_high": high, "reference_id": known.figure_id, "reference": known.low}
    open_ended = math.isinf(low) or math.isinf(high)
    whole = open_ended or math.floor(high) >= math.ceil(low)
    if claim.low == claim.high and claim.qualifier == "exact" and not whole:
        row |= {"verdict": "inconsistent", "why": "no whole number as base gives this percentage"}
    return row


def _implied(claim: Any, kind: str, bounds: Any, now: Count) -> tuple[float, float]:
    if kind == "difference":
        return now.low - bounds[1], now.high - bounds[0]
    if bounds[0] == bounds[1] and now.low == now.high:
        first, last = implied_bases(claim.printed, _exact(now))
        return float(first), float(last)
    ends = [100 + bound for bound in bounds]
    low = 100 * now.low / ends[1] if ends[1] > 0 else math.inf
    return low, 100 * now.high / ends[0] if ends[0] > 0 else math.inf
