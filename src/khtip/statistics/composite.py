"""Indicators in different units on one scale; step 5 of a composite index, see `composite`.

Scores have one direction: higher means more of what the index is about. Missing stays missing.
"""

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import stats

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


# Outliers of an indicator: the rule that finds them, and the treatment that pulls them in.


def needs_treatment(values: np.ndarray, *, skew: float = 2.0, kurtosis: float = 3.5) -> bool:
    """Say whether outliers dominate: skewness and kurtosis are both beyond their limits.

    The rule is the one of the JRC's practice, with the sample-size corrected moments
    (Groeneveld and Meeden 1984, *The Statistician* 33, 391-399; R package COINr,
    ``check_SkewKurt``). Fewer than four known values are never treated.

    Examples
    --------
    >>> needs_treatment(np.array([*range(1, 11), 30, 100]))
    True
    >>> needs_treatment(np.arange(12.0))
    False
    """
    known = values[~np.isnan(values)]
    if len(known) < 4 or np.ptp(known) == 0:
        return False
    skewness = stats.skew(known, bias=False)
    return bool(abs(skewness) > skew and stats.kurtosis(known, bias=False) > kurtosis)


def winsorise(values: np.ndarray, *, most: int = 5) -> tuple[np.ndarray, int]:
    """Pull in the most extreme values, one after another, until the moments are within limits.

    The highest value (the lowest, where the tail is to the left) gets the value next to it.

    Returns a changed copy of one indicator, and how many values were changed: `most` at most.

    Examples
    --------
    >>> winsorise(np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 100]))[0].max()
    np.float64(10.0)
    """
    treated = np.array(values, dtype=float)
    changed = 0
    while changed < most and needs_treatment(treated):
        upward = stats.skew(treated[~np.isnan(treated)], bias=False) > 0
        end = np.nanmax(treated) if upward else np.nanmin(treated)
        extreme = treated == end
        inside = treated[~extreme & ~np.isnan(treated)]
        treated[extreme] = inside.max() if upward else inside.min()
        changed = int(np.sum(treated != values) - np.sum(np.isnan(treated)))
    return treated, changed


# Composite indices: several indicators on one scale, weighted, put together, ranked.


AGGREGATIONS = ("linear", "geometric")
RANKED = "ranked"


def aggregate(scores: np.ndarray, weights: np.ndarray, *, method: str) -> np.ndarray:
    """Put the scores of each unit together; missing ones pass their weight to the known ones.

    Parameters
    ----------
    scores : array (..., units, indicators)
        NaN where missing.
    weights : array (..., indicators)
        Not negative; they need not sum to one.
    method : {"linear", "geometric"}
        Weighted arithmetic mean, in which a low score is made up for by a high one, or weighted
        geometric mean, in which it is so only in part (Handbook, sections 6.10 and 6.11).

    Returns
    -------
    array (..., units)
        NaN where no indicator with a weight is known.

    Raises
    ------
    ValueError
        For another method, a negative weight, or a geometric mean of a score not above zero.

    Examples
    --------
    The Handbook's example: 21, 1, 1, 1 against 6, 6, 6, 6.

    >>> pair = np.array([[21.0, 1, 1, 1], [6, 6, 6, 6]])
    >>> aggregate(pair, np.ones(4), method="linear").tolist()
    [6.0, 6.0]
    >>> aggregate(pair, np.ones(4), method="geometric").round(2).tolist()
    [2.14, 6.0]
    """
    scores, weights = np.asarray(scores, dtype=float), np.asarray(weights, dtype=float)
    if method not in AGGREGATIONS:
        raise ValueError(f"aggregation {method!r}: expected one of {', '.join(AGGREGATIONS)}")
    if np.any(weights < 0) or np.any(np.isnan(weights)):
        raise ValueError("weights must be known and not negative")
    known = ~np.isnan(scores)
    if method == "geometric":
        if np.any(scores[known] <= 0):
            raise ValueError("a geometric mean needs scores above zero; give normalise a floor")
        scores = np.log(np.where(known, scores, 1))
    shared = np.where(known, weights[..., None, :], 0)
    total = shared.sum(axis=-1)
    mean = (shared * np.where(known, scores, 0)).sum(axis=-1) / np.where(total > 0, total, 1)
    return np.where(total > 0, np.exp(mean) if method == "geometric" else mean, np.nan)


def rank(index: np.ndarray) -> np.ndarray:
    """Rank units, 1 for the highest; ties share the better rank, missing stays missing.

    Differences below one part in 10**9 are rounding, not order.

    Examples
    --------
    >>> rank(np.array([70.0, np.nan, 90, 70])).tolist()
    [2.0, nan, 1.0, 2.0]
    """
    rounded = np.round(np.asarray(index, dtype=float), 9)
    places = np.ones(rounded.shape)
    for one in np.moveaxis(rounded, -1, 0):
        places += one[..., None] > rounded
    return np.where(np.isnan(rounded), np.nan, places)


def random_weights(uniforms: np.ndarray) -> np.ndarray:
    """Turn independent U(0, 1) numbers into weights spread evenly over all possible weightings.

    -log u of each (..., indicators), divided by the sum: a Dirichlet distribution with all
    parameters one.

    Examples
    --------
    >>> random_weights(np.full(4, 0.3)).tolist()
    [0.25, 0.25, 0.25, 0.25]
    """
    inside = np.clip(np.asarray(uniforms, dtype=float), 1e-12, 1 - 1e-12)
    shares = -np.log(inside)
    return shares / shares.sum(axis=-1, keepdims=True)


def composite(
    values: pd.DataFrame,
    directions: Mapping[str, int],
    *,
    normalisation: str = "min-max",
    aggregation: str = "linear",
    weights: Mapping[str, float] | None = None,
    goalposts: Mapping[str, tuple[float, float]] | None = None,
    least: int | None = None,
) -> pd.DataFrame:
    """Return index, rank and status of every unit.

    Parameters
    ----------
    values : DataFrame
        One row a unit, one column an indicator; NaN where missing.
    directions : mapping
        Column to +1 or -1, see `normalise`.
    normalisation, aggregation : str
        One of `normalisation.NORMALISATIONS` and one of `AGGREGATIONS`.
    weights : mapping, optional
        Column to weight; equal without it.
    goalposts : mapping, optional
        Column to (low, high) in its unit; the observed ends for columns not named.
    least : int, optional
        A unit with fewer known indicators gets no index and no rank. Three quarters of the
        indicators, rounded up, when not given.

    Returns
    -------
    DataFrame
        The index of `values`; ``index`` (higher means more), ``rank`` (1 = highest), ``known``
        (number of indicators), ``status`` (``ranked`` or the reason why not), and one column
        ``part_<indicator>`` with each indicator's contribution to a linear index.

    Raises
    ------
    ValueError
        When the columns of `values` and the names in `directions` or `weights` differ, or a
        direction is neither +1 nor -1.

    Examples
    --------
    >>> values = pd.DataFrame({"gap": [4.0, 2, None], "effort": [30.0, 50, 40]}, index=list("ABC"))
    >>> composite(values, {"gap": 1, "effort": -1})[["index", "rank", "status"]]
       index  rank                             status
    A  100.0   1.0                             ranked
    B    0.0   2.0                             ranked
    C    NaN   NaN  not ranked: 1 of 2 indicators known
    """
    names = list(values.columns)
    _check_names(names, directions, "directions")
    if not set(directions.values()) <= {-1, 1}:
        raise ValueError(f"directions must be +1 or -1, got {dict(directions)}")
    weights = dict.fromkeys(names, 1.0) if weights is None else weights
    _check_names(names, weights, "weights")
    least = math.ceil(0.75 * len(names)) if least is None else least
    known = values.notna().sum(axis=1)
    enough = (known >= least).to_numpy()

    index, scores = indexed(
        np.where(enough[:, None], values.to_numpy(dtype=float), np.nan),
        names,
        directions,
        goalposts=goalposts,
        weights=weights,
        normalisation=normalisation,
        aggregation=aggregation,
    )
    reason = [f"not ranked: {count} of {len(names)} indicators known" for count in known]
    result = pd.DataFrame(
        {
            "index": index,
            "rank": rank(index),
            "known": known.to_numpy(),
            "status": np.where(~np.isnan(index), RANKED, reason),
        },
        index=values.index,
    )
    given = np.array([weights[name] for name in names], dtype=float)
    shares = np.where(np.isnan(scores), 0, given)
    shares = shares / np.maximum(shares.sum(axis=1, keepdims=True), 1e-300)
    parts = pd.DataFrame(shares * scores, index=values.index, columns=names).add_prefix("part_")
    return result.join(parts)


def indexed(
    values: np.ndarray,
    names: list[str],
    directions: Mapping[str, int],
    *,
    normalisation: str,
    aggregation: str,
    weights: Mapping[str, float] | None = None,
    goalposts: Mapping[str, tuple[float, float]] | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the index of every unit, and the scores behind it, as arrays.

    `values` and the scores are (units, indicators), NaN where missing, the index (units,); `names`
    are the indicators. All else as for `composite`.
    """
    scores = normalise(
        values,
        method=normalisation,
        directions=np.array([directions[name] for name in names]),
        goalposts=np.reshape(
            [(goalposts or {}).get(name, (np.nan, np.nan)) for name in names], (-1, 2)
        ),
        floor=1.0 if aggregation == "geometric" else 0.0,
    )
    given = np.array([1.0 if weights is None else weights[name] for name in names], dtype=float)
    return aggregate(scores, given, method=aggregation), scores


def _check_names(names: list[str], given: Mapping[str, object], what: str) -> None:
    if set(names) != set(given):
        raise ValueError(f"{what} name {sorted(given)}, but the columns are {sorted(names)}")
