"""The choices behind a ranking, and the ranking that follows from each set of choices.

A `Problem` holds the values and everything about them that could have been otherwise. A row of
U(0, 1) numbers then decides at the same time the normalisation, the aggregation, which indicator
is left out, the weights, what is done with missing values, which of two measures is used, and
where within its error each value lies. `simulate` turns many rows into many rankings; whether the
rows are random (Monte Carlo) or designed (Sobol) is not its concern.

Method: OECD and JRC (2008), *Handbook on Constructing Composite Indicators*, step 7; Saisana,
Saltelli and Tarantola (2005), *Journal of the Royal Statistical Society A* 168, 307-323.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from SALib.analyze import sobol as sobol_analysis
from scipy.special import gammaincinv
from scipy.stats import qmc

from khtip.statistics.composite import (
    AGGREGATIONS,
    NORMALISATIONS,
    aggregate,
    normalise,
    random_weights,
    rank,
)

ERROR_COLUMNS = ("unit", "indicator", "kind", "low", "high", "base_low", "base_high")


@dataclass(frozen=True, eq=False)
class Problem:
    """A ranking and everything about it that could have been otherwise.

    Attributes
    ----------
    values : DataFrame
        One row a unit, one column an indicator, NaN where missing. Only units that are ranked.
    directions : mapping
        Column to +1 or -1.
    goalposts : mapping
        Column to (low, high); see `khtip.statistics.composite.composite`.
    alternatives : mapping
        Column to a second measure of the same thing, used in every other draw.
    errors : DataFrame
        One row a value that is known with an error; columns `ERROR_COLUMNS`. ``kind`` is
        ``step`` (a whole number from `low` to `high`, each as likely) or ``per_100``
        (one count per 100 of another; each count lies between its bounds and has the gamma
        posterior of a Poisson mean under Jeffreys' prior).
    """

    values: pd.DataFrame
    directions: Mapping[str, int]
    goalposts: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    alternatives: Mapping[str, pd.Series] = field(default_factory=dict)
    errors: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=ERROR_COLUMNS))

    def __post_init__(self) -> None:
        """Refuse units that could lose their only indicator when one is left out."""
        known = self.values.notna().sum(axis=1)
        poor = list(known.index[known < 2])
        if poor:
            raise ValueError(
                f"{', '.join(map(str, poor))}: fewer than two known indicators. A ranking in which "
                "indicators are left out in turn needs two; leave these units out, as not ranked."
            )


def factors(problem: Problem) -> dict[str, slice]:
    """Return the uncertain factors and the columns of uniform numbers that each one takes.

    A factor that could change nothing here (no value is missing, no second measure) is left out.

    Examples
    --------
    >>> values = pd.DataFrame({"a": [1.0, 2, 3], "b": [2.0, 1, 3]})
    >>> list(factors(Problem(values, {"a": 1, "b": 1})))
    ['normalisation', 'aggregation', 'indicator left out', 'weights']
    """
    missing = int(problem.values.isna().to_numpy().sum())
    kinds = problem.errors["kind"]
    sizes = {
        "normalisation": 1,
        "aggregation": 1,
        "indicator left out": 1,
        "weights": problem.values.shape[1],
        "missing values": missing + 1 if missing else 0,
        "second measure": 1 if problem.alternatives else 0,
        "data error": int((kinds == "step").sum() + 4 * (kinds == "per_100").sum()),
    }
    ends = np.cumsum([0, *sizes.values()])
    return {
        name: slice(int(ends[i]), int(ends[i + 1]))
        for i, (name, size) in enumerate(sizes.items())
        if size
    }


def simulate(problem: Problem, uniforms: np.ndarray) -> np.ndarray:
    """Return the ranks of all units under every row of choices.

    `uniforms` are U(0, 1) numbers (draws, columns), the columns as `factors` lays them out. The
    ranks are (draws, units), 1 for the highest.
    """
    parts = {name: uniforms[:, columns] for name, columns in factors(problem).items()}
    values = _draw_values(problem, parts, len(uniforms))
    weights = random_weights(parts["weights"])
    left_out = _pick(parts["indicator left out"][:, 0], values.shape[2] + 1)
    weights[left_out[:, None] == np.arange(1, values.shape[2] + 1)] = 0

    names = list(problem.values.columns)
    directions = np.array([problem.directions[name] for name in names])
    ends = np.array([problem.goalposts.get(name, (np.nan, np.nan)) for name in names])
    scale = _pick(parts["normalisation"][:, 0], len(NORMALISATIONS))
    way = _pick(parts["aggregation"][:, 0], len(AGGREGATIONS))
    index = np.full(values.shape[:2], np.nan)
    for i, method in enumerate(NORMALISATIONS):
        for j, aggregation in enumerate(AGGREGATIONS):
            chosen = (scale == i) & (way == j)
            scores = normalise(
                values[chosen],
                method=method,
                directions=directions,
                goalposts=ends,
                floor=1.0 if aggregation == "geometric" else 0.0,
            )
            index[chosen] = aggregate(scores, weights[chosen], method=aggregation)
    return rank(index)


def _pick(uniforms: np.ndarray, classes: int) -> np.ndarray:
    """Cut U(0, 1) into classes of equal size, numbered from 0."""
    return np.minimum((uniforms * classes).astype(int), classes - 1)


def _draw_values(problem: Problem, parts: Mapping[str, np.ndarray], draws: int) -> np.ndarray:
    values = np.repeat(problem.values.to_numpy(dtype=float)[None], draws, axis=0)
    names, units = list(problem.values.columns), list(problem.values.index)
    if "second measure" in parts:
        second = _pick(parts["second measure"][:, 0], 2) == 1
        for name, other in problem.alternatives.items():
            values[second, :, names.index(name)] = other.reindex(units).to_numpy(dtype=float)
    column = 0
    for row in problem.errors.itertuples():
        taken = 1 if row.kind == "step" else 4
        numbers = parts["data error"][:, column : column + taken]
        values[:, units.index(row.unit), names.index(row.indicator)] = _draw_error(row, numbers)
        column += taken
    if "missing values" in parts:
        _fill(values, problem.values.isna().to_numpy(), parts["missing values"])
    return values


def _draw_error(row: Any, numbers: np.ndarray) -> np.ndarray:
    if row.kind == "step":
        return row.low + _pick(numbers[:, 0], int(row.high - row.low) + 1)
    top = _draw_mean(row.low, row.high, numbers[:, 0], numbers[:, 1])
    base = _draw_mean(row.base_low, row.base_high, numbers[:, 2], numbers[:, 3])
    return 100 * top / np.maximum(base, 1e-9)


def _draw_mean(low: float, high: float, which: np.ndarray, where: np.ndarray) -> np.ndarray:
    count = low + _pick(which, int(high - low) + 1)
    inside = np.clip(where, 1e-9, 1 - 1e-9)
    # A Sobol design repeats its numbers, and the quantile takes longest of all. A complex number
    # is a pair that sorts fast.
    pairs, places = np.unique(count + 1j * inside, return_inverse=True)
    return gammaincinv(pairs.real + 0.5, pairs.imag)[places]


def _fill(values: np.ndarray, missing: np.ndarray, numbers: np.ndarray) -> None:
    """In every other draw, give each missing value that of another unit, taken at random."""
    filled = _pick(numbers[:, 0], 2) == 1
    for place, (unit, indicator) in enumerate(np.argwhere(missing), start=1):
        donors = values[:, ~missing[:, indicator], indicator]
        donor = _pick(numbers[:, place], donors.shape[1])
        drawn = donors[np.arange(len(values)), donor]
        values[filled, unit, indicator] = drawn[filled]


# How far does a ranking depend on the choices behind it?

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

    Returns
    -------
    DataFrame
        One row a unit, in the order of the columns of `ranks`: ``unit``, ``median``, ``low`` and
        ``high`` (5th and 95th percentile of its ranks), ``p_top`` (share of draws in which it is
        among the first `top`) and its Monte Carlo standard error ``p_top_se``.
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

    Shifts are counted from the ranking `reference`. `base` is the size of the design, a power of
    two; the model runs ``base * (factors + 2)`` times. `seed` starts the design and the bootstrap,
    whose intervals have the level `confidence`. `ranks` from `design_ranks` can be given where they
    are known already.

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
