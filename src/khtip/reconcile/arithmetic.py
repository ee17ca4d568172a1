"""Does a printed change, share or difference follow from the counts? Exact arithmetic only.

Percentages are checked as `fractions.Fraction` against the decimals that were printed, never as
floats: a figure is consistent when rounding gives it (a half may go up or to the even digit) and
truncated when cutting the digits off gives it. The test that some whole number must lie behind a
printed percentage is the GRIM test (Brown and Heathers 2017, Social Psychological and
Personality Science 8:363, doi:10.1177/1948550616673876).
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import NamedTuple

VERDICTS = ("consistent", "truncated", "wrong_base", "wrong_sign", "inconsistent", "cannot_check")


class Judgement(NamedTuple):
    """What was recomputed (percent or counts), the verdict, and why."""

    recomputed: Fraction | None
    verdict: str
    why: str


def decimals(printed: str) -> int:
    """Return how many decimals a number was printed with.

    Examples
    --------
    >>> decimals("-48.19"), decimals("25")
    (2, 0)
    """
    return len(printed.partition(".")[2])


def agreement(value: Fraction, printed: str) -> str:
    """Return how `printed` follows from `value`: ``rounded``, ``truncated`` or nothing.

    Examples
    --------
    >>> agreement(Fraction(6700, 92), "72.82"), agreement(Fraction(5, 2), "2")
    ('truncated', 'rounded')
    """
    scale = 10 ** decimals(printed)
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


def _judge(printed: str, value: Fraction, said: str, others: dict[str, Fraction]) -> Judgement:
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
    """Judge a stated percentage change from `base` to `reference`.

    Parameters
    ----------
    printed : str
        The percentage as printed, a decrease with a minus sign.
    base, reference : Fraction
        The two counts.
    unit : str
        ``percent`` when base and reference are percentages themselves.

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
    return _judge(printed, value, said, others)


def judge_share(printed: str, part: Fraction, whole: Fraction) -> Judgement:
    """Judge a stated percentage share of `part` in `whole`.

    Examples
    --------
    >>> judge_share("43.97", Fraction(230), Fraction(523)).verdict
    'truncated'
    """
    if whole == 0:
        return Judgement(None, "cannot_check", "the whole is zero: no share exists")
    others = {}
    if part != whole:
        others["against the rest instead of the whole"] = 100 * part / (whole - part)
    if part:
        others["the whole against the part"] = 100 * whole / part
    said = f"100 × {_number(part)} / {_number(whole)}"
    return _judge(printed, 100 * part / whole, said, others)


def judge_difference(printed: str, base: Fraction, reference: Fraction) -> Judgement:
    """Judge a stated difference between two counts.

    Examples
    --------
    >>> judge_difference("29", Fraction(134), Fraction(163)).verdict
    'consistent'
    """
    others = {"a percentage given as a count": 100 * (reference - base) / base} if base else {}
    said = f"{_number(reference)} − {_number(base)}"
    return _judge(printed, reference - base, said, others)


def judge_interval(
    claimed: tuple[float, float], low: float, high: float, said: str
) -> tuple[str, str]:
    """Judge a hedged or worded claim against the recomputed interval [low, high].

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
    step = Fraction(1, 10 ** decimals(printed))
    said = Fraction(printed)
    toward = 1 if said >= 0 else -1
    ends = (said - toward * step / 2, said + toward * step)
    bases = [100 * reference / (100 + end) for end in ends if end > -100]
    return min(bases), max(bases)


def _number(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else f"{float(value):.6g}"
