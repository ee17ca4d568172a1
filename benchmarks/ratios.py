"""From seconds to ratios: pairs within a round, the median of the rounds, and their spread."""

from __future__ import annotations

import pandas as pd


def paired(seconds: pd.DataFrame, measure: str, against: str) -> pd.Series:
    """Return the ratio of two measures in each round, so that a slow round slows both.

    Parameters
    ----------
    seconds : DataFrame
        One row a run: ``round`` (int), ``measure`` (str), ``seconds`` (float) and ``units``
        (int: how many notebooks' worth, scenarios, or 1; the seconds are divided by it).
    measure, against : str
        The numerator and the denominator.

    Returns
    -------
    Series
        Indexed by ``round``; only rounds that have both.

    Raises
    ------
    ValueError
        When a round holds a measure twice.

    Examples
    --------
    >>> seconds = pd.DataFrame({
    ...     "round": [1, 1, 2, 2], "measure": ["loop", "ours", "loop", "ours"],
    ...     "seconds": [40.0, 10.0, 80.0, 16.0], "units": [1, 1, 1, 1]})
    >>> paired(seconds, "ours", "loop").tolist()
    [0.25, 0.2]
    """
    each = seconds.assign(each=seconds["seconds"] / seconds["units"])
    wide = each.pivot(index="round", columns="measure", values="each")
    wide = wide.reindex(columns=wide.columns.union(sorted({measure, against})))
    return (wide[measure] / wide[against]).dropna().rename("ratio")


def spread(ratios: pd.Series) -> dict[str, float]:
    """Return the number of rounds, the median ratio, and the smallest and the largest.

    With a handful of rounds quartiles would hide the worst one, so the whole range is kept.

    Examples
    --------
    >>> spread(pd.Series([0.3, 0.1, 0.2]))
    {'rounds': 3, 'ratio': 0.2, 'low': 0.1, 'high': 0.3}
    """
    if ratios.empty:
        raise ValueError("no round holds both measures")
    found = {"ratio": ratios.median(), "low": ratios.min(), "high": ratios.max()}
    return {"rounds": len(ratios)} | {name: float(value) for name, value in found.items()}


def rotated(items: list[str], turn: int) -> list[str]:
    """Return the items starting with another one each turn, so that none is always first.

    Examples
    --------
    >>> rotated(["a", "b", "c"], 1)
    ['b', 'c', 'a']
    """
    start = turn % len(items) if items else 0
    return items[start:] + items[:start]
