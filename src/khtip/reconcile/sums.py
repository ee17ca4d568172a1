"""Sums of numbers that are known between bounds, and what they say of the total above them."""

from __future__ import annotations

import math
from collections.abc import Iterator

VERDICTS = ("exact", "compatible", "open_residual", "residual", "over_total", "infeasible")


def compare(
    total: tuple[float, float], parts: list[tuple[float, float]], list_is: str
) -> dict[str, object]:
    """Return the columns from ``stated`` to ``hint`` for a total and its parts, all as bounds.

    A missing part (NaN) is unknown, between zero and infinity; it never becomes zero.

    Examples
    --------
    >>> compare((345, 345), [(138, 138), (40, 40), (167, 167)], "exhaustive")["verdict"]
    'exact'
    >>> compare((20, 20), [(11, 11), (0, 4)], "unmarked")["residual_high"]
    9.0
    """
    ends = [(0.0, math.inf) if math.isnan(low) else (low, high) for low, high in [total, *parts]]
    (low, high), known = ends[0], ends[1:]
    sum_low, sum_high = sum(one[0] for one in known), sum(one[1] for one in known)
    residual_low = low - sum_high if math.isfinite(sum_high) else -math.inf
    row: dict[str, object] = {"stated_low": float(low), "stated_high": float(high)}
    row |= {"stated": _point(low, high), "sum_of_parts": _point(sum_low, sum_high)}
    row |= {"sum_low": float(sum_low), "sum_high": float(sum_high)}
    row |= {"residual_low": float(residual_low), "residual_high": float(high - sum_low)}
    row |= {"residual": _point(residual_low, high - sum_low), "share": math.nan, "hint": ""}
    exact = low == high and sum_low == sum_high
    if exact and low:
        row["share"] = 100 * sum_low / low
    row["verdict"] = _verdict(residual_low, high - sum_low, list_is, exact)
    if exact and len(known) > 1:
        row["hint"] = transposition([low, *(one[0] for one in known)])
    return row


def _point(low: float, high: float) -> float:
    return float(low) if low == high else math.nan


def _verdict(residual_low: float, residual_high: float, list_is: str, exact: bool) -> str:
    if residual_high < 0:
        return "over_total"
    if exact and residual_low == 0:
        return "exact"
    if residual_low <= 0:
        return "compatible"
    if list_is == "partial":
        return "open_residual"
    return "infeasible" if list_is == "exhaustive" and not exact else "residual"


def transposition(numbers: list[float]) -> str:
    """Return a hint when swapped digits may explain that a total misses the sum of its parts.

    Swapping two digits changes a number by a multiple of nine, so only such a residual is
    looked at; the hint names the neighbouring swap that closes the gap, where there is one.

    Parameters
    ----------
    numbers : list of float
        The total, then its parts.

    Examples
    --------
    >>> transposition([151, 34, 108])
    'residual divisible by 9: transposed digits? 34 read for 43'
    >>> transposition([757, 752])
    ''
    """
    total, *parts = (int(number) for number in numbers)
    residual = total - sum(parts)
    if residual == 0 or residual % 9:
        return ""
    swaps = [f"{one} read for {two}" for one, two in _swaps(total) if two - one == -residual]
    for part in parts:
        swaps += [f"{one} read for {two}" for one, two in _swaps(part) if two - one == residual]
    closing = "; ".join(dict.fromkeys(swaps)) or "no swap of two neighbours in one number closes it"
    return f"residual divisible by 9: transposed digits? {closing}"


def _swaps(number: int) -> Iterator[tuple[int, int]]:
    text = str(number)
    for place in range(len(text) - 1):
        swapped = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
        if swapped != text and swapped[0] != "0":
            yield number, int(swapped)
