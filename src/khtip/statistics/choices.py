"""The choices behind a ranking, and the ranking that follows from each set of choices.

A `Problem` holds the values and everything about them that could have been otherwise. A row of
U(0, 1) numbers then decides at the same time the normalisation, the aggregation, which indicator
is left out, the weights, what is done with missing values, which of two measures is used, and
where within its error each value lies. `simulate` turns many rows into many rankings; whether the
rows are random (Monte Carlo) or designed (Sobol) is not its concern.

Method: OECD and JRC (2008), *Handbook on Constructing Composite Indicators*, step 7; Saisana,
Saltelli and Tarantola (2005), *Journal of the Royal Statistical Society A* 168, 307-323.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import gammaincinv

from khtip.statistics.composite import (
    AGGREGATIONS,
    aggregate,
    random_weights,
    rank,
)
from khtip.statistics.normalisation import NORMALISATIONS, normalise

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

    Parameters
    ----------
    problem : Problem
        The ranking and its choices.
    uniforms : array (draws, columns)
        U(0, 1) numbers; the columns as `factors` lays them out.

    Returns
    -------
    array (draws, units)
        1 = highest.
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
