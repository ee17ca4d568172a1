"""Guards on numbers, because the statistics libraries answer NaN or nonsense to broken counts."""

import math
from numbers import Real

import pandas as pd


def whole(name: str, value: float) -> int:
    """Return a count as an int, or say what is wrong with it.

    Examples
    --------
    >>> whole("victims", 345.0)
    345
    >>> whole("victims", -1)
    Traceback (most recent call last):
    ValueError: victims is -1; expected a whole number of 0 or more
    """
    # numpy's integers are Real too; a missing value is NaN and must not pass as a number.
    real = isinstance(value, Real) and not isinstance(value, bool)
    if not real or not math.isfinite(value) or value < 0 or value != int(value):
        raise ValueError(f"{name} is {value!r}; expected a whole number of 0 or more")
    return int(value)


def part(name: str, count: float, total: float) -> tuple[int, int]:
    """Return a class and its total, refusing an empty total and a class larger than it."""
    k, n = whole(name, count), whole("total", total)
    if n == 0:
        raise ValueError("total is 0: a share of nothing is not defined")
    if k > n:
        raise ValueError(f"{name} is {k}, more than its total {n}; check both figures")
    return k, n


def classes(counts: pd.Series) -> dict[str, int]:
    """Return the classes of a split as a dictionary, refusing none, repeated or broken ones."""
    if len(counts) == 0:
        raise ValueError("no class is given: at least one is needed")
    repeated = counts.index[counts.index.duplicated()].tolist()
    if repeated:
        raise ValueError(f"classes must be unique; repeated: {repeated}")
    return {str(name): whole(f"count of {name}", k) for name, k in counts.items()}


def left_over(named: dict[str, int], total: float | None) -> tuple[int, int]:
    """Return the total and what the classes leave of it; without a total nothing is left."""
    together = sum(named.values())
    n = together if total is None else whole("total", total)
    if n == 0:
        raise ValueError("total is 0: a share of nothing is not defined")
    if together > n:
        raise ValueError(
            f"the classes sum to {together}, more than the total {n}; they overlap or one is wrong"
        )
    return n, n - together


def level(confidence: float) -> float:
    """Return a confidence level between 0 and 1."""
    if not isinstance(confidence, Real) or not 0 < confidence < 1:
        raise ValueError(f"confidence is {confidence!r}; expected a number between 0 and 1")
    return float(confidence)


def design_effect(value: float) -> float:
    """Return a design effect of 1 or more."""
    if not isinstance(value, Real) or not math.isfinite(value) or value < 1:
        raise ValueError(f"design_effect is {value!r}; expected 1 (independent persons) or more")
    return float(value)
