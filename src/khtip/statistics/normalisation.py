"""Indicators in different units on one scale; step 5 of a composite index, see `composite`.

Scores have one direction: higher means more of what the index is about. Missing stays missing.
"""

from __future__ import annotations

import numpy as np

NORMALISATIONS = ("min-max", "z-score", "percentile")


def normalise(
    values: np.ndarray,
    *,
    method: str,
    directions: np.ndarray,
    goalposts: np.ndarray | None = None,
    floor: float = 0.0,
) -> np.ndarray:
    """Bring every indicator to one scale on which higher means more.

    Parameters
    ----------
    values : array (..., units, indicators)
        NaN where missing.
    method : {"min-max", "z-score", "percentile"}
        ``min-max``: `floor` at the lower goalpost, 100 at the upper, cut off outside.
        ``z-score``: 100 + 10 z with the sample deviation (n - 1); the shift keeps scores positive
        (De Muro, Mazziotta and Pareto 2011, *Social Indicators Research* 104, 1-18).
        ``percentile``: 100 rank / n from the lowest, ties in the middle of their places.
    directions : array (indicators,)
        +1 where a higher value means more, -1 where it means less.
    goalposts : array (indicators, 2), optional
        Lower and upper end in the unit of the indicator; NaN stands for the observed end.
    floor : float
        Lowest min-max score. A geometric mean needs one above zero.

    Returns
    -------
    array
        The shape of `values`. An indicator with the same value everywhere tells units nothing
        apart: all of them get one middle score.

    Raises
    ------
    ValueError
        For another method.

    Examples
    --------
    >>> normalise(np.array([[7.1], [12.0], [9.4]]), method="min-max",
    ...           directions=np.array([1])).round(0).ravel().tolist()
    [0.0, 100.0, 47.0]
    """
    signed = np.asarray(values, dtype=float) * directions
    if method == "min-max":
        return _min_max(signed, _signed_goalposts(goalposts, directions), floor)
    if method == "z-score":
        return 100 + 10 * _z_score(signed)
    if method == "percentile":
        return _percentile(signed)
    raise ValueError(f"normalisation {method!r}: expected one of {', '.join(NORMALISATIONS)}")


def _signed_goalposts(goalposts: np.ndarray | None, directions: np.ndarray) -> np.ndarray:
    if goalposts is None:
        return np.full((len(directions), 2), np.nan)
    ends = np.asarray(goalposts, dtype=float)
    return np.where(np.asarray(directions)[:, None] < 0, -ends[:, ::-1], ends)


def _observed(values: np.ndarray, function: np.ufunc, empty: float) -> np.ndarray:
    filled = np.where(np.isnan(values), empty, values)
    return function.reduce(filled, axis=-2, keepdims=True, initial=empty)


def _min_max(values: np.ndarray, goalposts: np.ndarray, floor: float) -> np.ndarray:
    lowest = _observed(values, np.minimum, np.inf)
    highest = _observed(values, np.maximum, -np.inf)
    low = np.where(np.isnan(goalposts[:, 0]), lowest, goalposts[:, 0])
    high = np.where(np.isnan(goalposts[:, 1]), highest, goalposts[:, 1])
    span = high - low
    flat = ~(span > 0)
    share = np.where(flat, 0.5, (values - low) / np.where(flat, 1.0, span))
    return floor + (100 - floor) * np.where(np.isnan(values), np.nan, np.clip(share, 0, 1))


def _z_score(values: np.ndarray) -> np.ndarray:
    known = ~np.isnan(values)
    count = known.sum(axis=-2, keepdims=True)
    mean = np.where(known, values, 0).sum(axis=-2, keepdims=True) / np.maximum(count, 1)
    apart = np.where(known, values - mean, 0)
    deviation = np.sqrt((apart**2).sum(axis=-2, keepdims=True) / np.maximum(count - 1, 1))
    flat = deviation <= 1e-12 * np.maximum(1, np.abs(mean))
    return np.where(known, np.where(flat, 0, apart / np.where(flat, 1, deviation)), np.nan)


def _percentile(values: np.ndarray) -> np.ndarray:
    known = ~np.isnan(values)
    count = np.maximum(known.sum(axis=-2, keepdims=True), 1)
    twice = np.ones(values.shape)
    # Unit after unit: comparing all pairs at once takes three times as long, for its memory.
    for one in np.moveaxis(values, -2, 0):
        other = one[..., None, :]
        twice += other < values
        twice += other <= values
    return np.where(known, 50 * twice / count, np.nan)
