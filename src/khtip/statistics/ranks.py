"""Rank sets: the places a country may hold, given chance; never a bare rank.

Two countries are ordered only if an exact test says that their order is not chance. All pairs are
tested together, so the whole table of rank sets holds at once with the stated confidence.
"""

import numpy as np
import pandas as pd
from scipy import stats

from khtip.statistics import guards


def rank_sets(
    counts: pd.Series, *, exposure: pd.Series | None = None, confidence: float = 0.95
) -> pd.DataFrame:
    """Return for each class the best and the worst rank that the counts allow.

    For every ordered pair the one-sided hypothesis "the first is not above the second" is tested
    given the sum of both: binomial with one half for counts, and with the share of the exposure
    for rates. Holm's step-down procedure keeps the chance of any false order at
    ``1 - confidence``. Then a class ranks between 1 + (classes significantly above it) and
    K - (classes significantly below it).

    Parameters
    ----------
    counts : Series of int
        One count a class, index = class.
    exposure : Series of float, optional
        What each count is divided by, for ranks of rates. Same index; every value above 0. Leave
        out classes without an exposure: without it there is no rate and no rank.
    confidence : float
        Of the whole table.

    Returns
    -------
    DataFrame
        ``category, count, exposure, value`` (count, or count / exposure), ``best, worst`` (rank
        1 is the largest), ``above, below`` (classes significantly above and below). Sorted by
        value, ties by name.

    Raises
    ------
    ValueError
        For broken counts, repeated classes, or an exposure that is missing or not positive.

    References
    ----------
    Bazylik, Mogstad, Romano, Shaikh and Wilhelm (2021), Finite- and large-sample inference for
    ranks using multinomial data with an application to ranking political parties, NBER working
    paper 29519. Holm (1979), Scandinavian Journal of Statistics 6, 65-70. Przyborowski and
    Wilenski (1940), Biometrika 31, 313-323, for rates.

    Examples
    --------
    >>> rank_sets(pd.Series({"a": 90, "b": 40, "c": 33}))[["category", "best", "worst"]]
      category  best  worst
    0        a     1      1
    1        b     2      3
    2        c     2      3
    """
    named = guards.classes(counts)
    exposed = _exposures(named, exposure)
    above = _significantly_above(
        np.array(list(named.values())), np.array(list(exposed.values())), guards.level(confidence)
    )
    frame = pd.DataFrame(
        {
            "category": list(named),
            "count": list(named.values()),
            "exposure": [exposed[name] for name in named] if exposure is not None else np.nan,
            "value": [k / exposed[name] for name, k in named.items()],
            "best": 1 + above.sum(axis=0),
            "worst": len(named) - above.sum(axis=1),
            "above": above.sum(axis=0),
            "below": above.sum(axis=1),
        }
    )
    return frame.sort_values(["value", "category"], ascending=[False, True], ignore_index=True)


def top_set(sets: pd.DataFrame, k: int) -> list[str]:
    """Return the classes that may be among the k largest.

    Examples
    --------
    >>> top_set(rank_sets(pd.Series({"a": 90, "b": 40, "c": 33})), 2)
    ['a', 'b', 'c']
    """
    return sets.loc[sets["best"] <= k, "category"].tolist()


def holm(p_values: np.ndarray, *, alpha: float) -> np.ndarray:
    """Return which hypotheses Holm's step-down procedure rejects.

    The library function for this (statsmodels, `multipletests`) collects garbage at each call,
    which takes longer than everything else here; a test holds the two equal.

    Examples
    --------
    >>> holm(np.array([0.01, 0.04, 0.03]), alpha=0.05).tolist()
    [True, False, False]
    """
    order = np.argsort(p_values, kind="stable")
    passed = p_values[order] <= alpha / (len(p_values) - np.arange(len(p_values)))
    reject = np.zeros(len(p_values), dtype=bool)
    reject[order] = np.logical_and.accumulate(passed)
    return reject


def _significantly_above(k: np.ndarray, t: np.ndarray, level: float) -> np.ndarray:
    """Return a matrix whose cell (i, j) says that i is significantly above j.

    The exact conditional test is a binomial tail, the same as `scipy.stats.binomtest` for counts
    and `statsmodels.stats.rates.test_poisson_2indep(method="exact-cond")` for rates.
    """
    result = np.zeros((len(k), len(k)), dtype=bool)
    first, second = np.nonzero(~np.eye(len(k), dtype=bool))
    if len(first):
        share = t[first] / (t[first] + t[second])
        p_values = stats.binom.sf(k[first] - 1, k[first] + k[second], share)
        result[first, second] = holm(p_values, alpha=1 - level)
    return result


def _exposures(named: dict[str, int], exposure: pd.Series | None) -> dict[str, float]:
    if exposure is None:
        return dict.fromkeys(named, 1.0)
    found = {str(name): value for name, value in exposure.items()}
    for name in named:
        value = found.get(name, float("nan"))
        if not (np.isfinite(value) and value > 0):
            raise ValueError(
                f"exposure of {name} is {value}; expected a number above 0. Leave out classes "
                "without one and list them by name: no exposure, no rate"
            )
    return {name: float(found[name]) for name in named}
