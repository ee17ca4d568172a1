"""How far does a ranking depend on the choices behind it? Uncertainty and sensitivity analysis.

Method: OECD and JRC (2008), *Handbook on Constructing Composite Indicators*, step 7. Sobol indices
are computed by SALib (Iwanaga, Usher and Herman 2022, *Socio-Environmental Systems Modelling* 4,
18155). The model that turns choices into ranks is `khtip.statistics.choices`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from SALib.analyze import sobol as sobol_analysis
from scipy.stats import qmc

from khtip.statistics.choices import Problem, factors, simulate

_SOBOL_COLUMNS = ("first", "first_low", "first_high", "total", "total_low", "total_high")


def monte_carlo(problem: Problem, *, draws: int, seed: int) -> np.ndarray:
    """Return simulated ranks (draws, units) with all choices made at random.

    Examples
    --------
    >>> values = pd.DataFrame({"a": [1.0, 2, 3], "b": [1.0, 2, 3]}, index=list("XYZ"))
    >>> monte_carlo(Problem(values, {"a": 1, "b": 1}), draws=3, seed=1).astype(int).tolist()
    [[3, 2, 1], [3, 2, 1], [3, 2, 1]]
    """
    columns = max(part.stop for part in factors(problem).values())
    return simulate(problem, np.random.default_rng(seed).uniform(size=(draws, columns)))


def rank_summary(ranks: np.ndarray, units: list[str], *, top: int = 3) -> pd.DataFrame:
    """Summarise simulated ranks of each unit.

    Parameters
    ----------
    ranks : array (draws, units)
        As `monte_carlo` returns them.
    units : list of str
        Names, in the order of the columns of `ranks`.
    top : int
        The places of "among the first ...".

    Returns
    -------
    DataFrame
        One row a unit: ``unit``, ``median``, ``low`` and ``high`` (5th and 95th percentile of its
        ranks), ``p_top`` (share of draws in which it is among the first `top`) and its Monte Carlo
        standard error ``p_top_se``.
    """
    low, median, high = np.quantile(ranks, [0.05, 0.5, 0.95], axis=0, method="inverted_cdf")
    share = (ranks <= top).mean(axis=0)
    return pd.DataFrame(
        {
            "unit": units,
            "median": median,
            "low": low,
            "high": high,
            "p_top": share,
            "p_top_se": np.sqrt(share * (1 - share) / len(ranks)),
        }
    )


def rank_distribution(ranks: np.ndarray, units: list[str]) -> pd.DataFrame:
    """Return the share of draws in which each unit has each rank: ``unit, rank, share``."""
    places = np.arange(1, ranks.shape[1] + 1)
    shares = (ranks[:, :, None] == places).mean(axis=0)
    return pd.DataFrame(
        {
            "unit": np.repeat(units, len(places)),
            "rank": np.tile(places, len(units)),
            "share": shares.ravel(),
        }
    )


def average_shift(ranks: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """Return, for every draw, the mean number of places by which units moved (Handbook, eq. 38).

    Examples
    --------
    >>> average_shift(np.array([[1, 2, 3], [3, 2, 1]]), np.array([1, 2, 3])).round(2).tolist()
    [0.0, 1.33]
    """
    return np.abs(np.asarray(ranks) - np.asarray(reference)).mean(axis=1)


def design_ranks(problem: Problem, *, base: int, seed: int) -> np.ndarray:
    """Return the ranks (runs, units) of the Sobol design that `sobol_indices` looks at."""
    return simulate(problem, _design(_groups(problem), base, seed)[1])


def sobol_indices(
    problem: Problem,
    reference: np.ndarray,
    *,
    base: int,
    seed: int,
    confidence: float = 0.95,
    ranks: np.ndarray | None = None,
) -> pd.DataFrame:
    """Split the variance of the average rank shift between the uncertain factors.

    Parameters
    ----------
    problem : Problem
        The ranking and its choices.
    reference : array (units,)
        The ranking from which shifts are counted.
    base : int
        Size of the design, a power of two; the model runs ``base * (factors + 2)`` times.
    seed : int
        Start of the random numbers of the design and of the bootstrap.
    confidence : float
        Level of the bootstrap intervals.
    ranks : array (runs, units), optional
        From `design_ranks`, where they are known already: they depend on nothing but the first
        argument, `base` and `seed`.

    Returns
    -------
    DataFrame
        One row a factor, in the order of `factors`, not of size: ``factor``, ``first`` (S_1, what
        the factor does alone), ``first_low``, ``first_high``, ``total`` (S_T, with all its
        interactions), ``total_low``, ``total_high``. NaN when no choice moves any rank.

    Raises
    ------
    ValueError
        When `base` is not a power of two.
    """
    if base < 2 or base & (base - 1):
        raise ValueError(f"base {base}: the Sobol design needs a power of two, such as 1024")
    ranks = design_ranks(problem, base=base, seed=seed) if ranks is None else ranks
    shift = average_shift(ranks, reference)
    table = pd.DataFrame({"factor": list(factors(problem))})
    if np.ptp(shift) == 0:
        return table.assign(**dict.fromkeys(_SOBOL_COLUMNS, np.nan))
    # SALib takes a seed of 0 for "no seed", hence the 1.
    found = sobol_analysis.analyze(
        _design(_groups(problem), base, seed)[0],
        shift,
        calc_second_order=False,
        conf_level=confidence,
        seed=seed + 1,
    )
    for name, key in (("first", "S1"), ("total", "ST")):
        half = found[f"{key}_conf"]
        table[name] = found[key]
        table[f"{name}_low"], table[f"{name}_high"] = found[key] - half, found[key] + half
    return table


def _groups(problem: Problem) -> tuple[str, ...]:
    """Return for each column of uniform numbers the factor that takes it."""
    parts = factors(problem).items()
    return tuple(name for name, part in parts for _ in range(part.stop - part.start))


@lru_cache(maxsize=16)
def _design(groups: tuple[str, ...], base: int, seed: int) -> tuple[dict[str, Any], np.ndarray]:
    """Return SALib's problem and its sample: for each point A, A with a group of B, and B.

    The library's function for this goes through the table cell by cell, and takes longer than the
    model; a test holds the two equal.
    """
    size = len(groups)
    design = {
        "num_vars": size,
        "names": [f"u{i}" for i in range(size)],
        "bounds": [[0.0, 1.0]] * size,
        "groups": list(groups),
    }
    points = qmc.Sobol(2 * size, seed=seed).random(base)
    a, b = points[:, :size], points[:, size:]
    mixed = [np.where(np.array(groups) == group, b, a) for group in dict.fromkeys(groups)]
    rows = np.stack([a, *mixed, b], axis=1).reshape(-1, size)
    rows.flags.writeable = False
    return design, rows


def leading_factor(indices: pd.DataFrame) -> str | None:
    """Return the factor whose total index lies above all others with its whole interval, if any.

    Factors whose intervals overlap are not put in an order.

    Examples
    --------
    >>> leading_factor(pd.DataFrame({"factor": ["a", "b"], "total": [0.7, 0.2],
    ...                              "total_low": [0.6, 0.1], "total_high": [0.8, 0.3]}))
    'a'
    """
    if indices["total"].isna().any() or len(indices) < 2:
        return None
    first = indices["total"].idxmax()
    others = indices.drop(index=first)
    clear = indices.loc[first, "total_low"] > others["total_high"].max()
    return str(indices.loc[first, "factor"]) if clear else None
