"""Outliers of an indicator: the rule that finds them, and the treatment that pulls them in.

An outlier is treated before indicators are brought to one scale, because one extreme value would
press all others together (OECD and JRC 2008, *Handbook on Constructing Composite Indicators*,
section 5.1). Where a logarithm is natural, such as for income, it comes first.
"""

from __future__ import annotations

import numpy as np
from scipy import stats


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

    Parameters
    ----------
    values : array of float
        One indicator; NaN where missing.
    most : int
        At most so many values are changed.

    Returns
    -------
    (array, int)
        A changed copy, and how many values were changed.

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
