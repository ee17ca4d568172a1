"""Shares of a reported total: one class, all classes together, two reports, and groups.

A reported total is a register, not a sample. An interval here says how far chance alone could
move the share *as if* each person were one independent draw. Victims are found in groups (one
raid, one boat, one family), so that interval is too short. `group_size` gives the other end: if
everybody in a case is alike, a case is one draw, and the design effect is the mean group size.
Both ends are shown side by side; the truth lies between them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from scipy import stats
from statsmodels.stats import proportion

from khtip.statistics import guards
from khtip.statistics.rates import Interval

MAJORITY, MINORITY, UNDECIDED = "majority", "minority", "not distinguishable"

RESIDUAL = "not stated"


def share(
    count: float, total: float, *, confidence: float = 0.95, design_effect: float = 1.0
) -> Interval:
    """Return the share of one class with Wilson's score interval.

    Parameters
    ----------
    count, total : int
        Persons in the class and in all. ``0 <= count <= total`` and ``total > 0``.
    confidence : float
        Between 0 and 1.
    design_effect : float
        1 or more. The interval is the one of ``total / design_effect`` independent draws.

    Raises
    ------
    ValueError
        For a class larger than its total, an empty total, a negative or broken count, or a
        design effect below 1. The library behind this answers NaN instead.

    References
    ----------
    Wilson (1927), JASA 22, 209-212. Newcombe (1998), Statistics in Medicine 17, 857-872,
    method 3. The design effect follows Kish (1965), Survey Sampling, section 8.2.

    Examples
    --------
    Newcombe's first example, 81 of 263:

    >>> s = share(81, 263)
    >>> print(f"{s.value:.4f} [{s.low:.4f}, {s.high:.4f}]")
    0.3080 [0.2553, 0.3662]
    """
    k, n = guards.part("count", count, total)
    deff = guards.design_effect(design_effect)
    low, high = proportion.proportion_confint(
        k / deff, n / deff, alpha=1 - guards.level(confidence), method="wilson"
    )
    # Rounding leaves dust such as 1e-17 where the limit is exactly zero or one.
    return Interval(k / n, 0.0 if k == 0 else float(low), 1.0 if k == n else float(high))


def composition(
    counts: pd.Series,
    *,
    total: float | None = None,
    confidence: float = 0.95,
    design_effect: float = 1.0,
    residual: str = RESIDUAL,
) -> pd.DataFrame:
    """Return all shares of a total with single and simultaneous intervals.

    What the named classes leave over stays a class of its own: a person whose class is not
    stated is neither zero nor spread over the others.

    Parameters
    ----------
    counts : Series of int
        One value a class, index = class.
    total : int, optional
        The stated total; without it, the sum of the classes.
    residual : str
        Name of the class for ``total - sum``; it appears only when that is above zero.
    confidence, design_effect : float
        As in `share`.

    Returns
    -------
    DataFrame
        ``category, count, total, share`` (0 to 1), ``low, high`` (Wilson, this class alone) and
        ``low_together, high_together`` (Goodman, all classes at once).

    Raises
    ------
    ValueError
        For no class, repeated classes, broken counts, or classes that exceed the total.

    References
    ----------
    Goodman (1965), Technometrics 7, 247-254. May and Johnson (1997), Computer Methods and
    Programs in Biomedicine 53, 153-162, compare it with others: it keeps its level with small
    classes.

    Examples
    --------
    >>> composition(pd.Series({"a": 6, "b": 2}), total=10).round(2)[
    ...     ["category", "count", "share", "low_together", "high_together"]]
         category  count  share  low_together  high_together
    0           a      6    0.6          0.27           0.86
    1           b      2    0.2          0.04           0.57
    2  not stated      2    0.2          0.04           0.57
    """
    named = guards.classes(counts)
    n, left = guards.left_over(named, total)
    if left:
        if residual in named:
            raise ValueError(f"a class is already called {residual!r}; choose another residual")
        named[residual] = left
    single = [
        share(k, n, confidence=confidence, design_effect=design_effect) for k in named.values()
    ]
    together = _goodman(list(named.values()), confidence, design_effect)
    return pd.DataFrame(
        {
            "category": list(named),
            "count": list(named.values()),
            "total": n,
            "share": [s.value for s in single],
            "low": [s.low for s in single],
            "high": [s.high for s in single],
            "low_together": [low for low, _ in together],
            "high_together": [high for _, high in together],
        }
    )


def difference(
    count_a: float,
    total_a: float,
    count_b: float,
    total_b: float,
    *,
    confidence: float = 0.95,
    design_effect: float = 1.0,
) -> Interval:
    """Return the share in b less the share in a, with Newcombe's interval.

    References
    ----------
    Newcombe (1998), Statistics in Medicine 17, 873-890, method 10 (without continuity
    correction).

    Examples
    --------
    Newcombe's example (a), 56 of 70 less 48 of 80:

    >>> d = difference(48, 80, 56, 70)
    >>> print(f"{d.value:.4f} [{d.low:.4f}, {d.high:.4f}]")
    0.2000 [0.0524, 0.3339]
    """
    k_a, n_a = guards.part("count_a", count_a, total_a)
    k_b, n_b = guards.part("count_b", count_b, total_b)
    deff = guards.design_effect(design_effect)
    low, high = proportion.confint_proportions_2indep(
        k_b / deff,
        n_b / deff,
        k_a / deff,
        n_a / deff,
        method="newcomb",
        compare="diff",
        alpha=1 - guards.level(confidence),
    )
    return Interval(k_b / n_b - k_a / n_a, float(low), float(high))


def majority(low: float, high: float) -> str:
    """Say whether a share with these limits is a majority.

    Returns
    -------
    str
        ``majority`` when both limits lie above one half, ``minority`` when both lie below, and
        ``not distinguishable`` when one half lies between them.

    Examples
    --------
    >>> majority(0.46, 0.57), majority(0.33, 0.44)
    ('not distinguishable', 'minority')
    """
    if not 0 <= low <= high <= 1:
        raise ValueError(f"limits {low} and {high}: expected 0 <= low <= high <= 1")
    if low > 0.5:
        return MAJORITY
    return MINORITY if high < 0.5 else UNDECIDED


def group_size(victims: float, cases: float) -> float:
    """Return the mean number of victims in a case, the largest plausible design effect.

    With groups of equal size m whose members are all alike, Kish's design effect 1 + (m - 1) rho
    reaches m. Unequal groups can exceed it; the sizes are not published, so m is what can be said.

    Raises
    ------
    ValueError
        For no case, or fewer victims than cases: then the two counts do not belong together.

    Examples
    --------
    >>> round(group_size(345, 159), 2)
    2.17
    """
    v, c = guards.whole("victims", victims), guards.whole("cases", cases)
    if c == 0 or v < c:
        raise ValueError(f"{v} victims in {c} cases: expected at least one victim in each case")
    return v / c


def tipping_design_effect(count: float, total: float, *, confidence: float = 0.95) -> float:
    """Return the design effect at which a share can no longer be told from one half.

    Wilson's interval leaves out one half as long as ``|share - 1/2|`` exceeds
    ``z * sqrt(design effect / (4 * total))``. Below 1 the share cannot be told from one half even
    if every person is an independent draw.

    Examples
    --------
    >>> round(tipping_design_effect(230, 523), 2)
    1.98
    """
    k, n = guards.part("count", count, total)
    z = stats.norm.isf((1 - guards.level(confidence)) / 2)
    return float(4 * n * (k / n - 0.5) ** 2 / z**2)


def _goodman(
    counts: list[int], confidence: float, design_effect: float
) -> list[tuple[float, float]]:
    """Return Goodman's limits; a single class is the whole, so its share is one."""
    if len(counts) == 1:
        return [(1.0, 1.0)]
    deff = guards.design_effect(design_effect)
    limits = proportion.multinomial_proportions_confint(
        [k / deff for k in counts], alpha=1 - guards.level(confidence), method="goodman"
    )
    n = sum(counts)
    return [
        (0.0 if k == 0 else float(low), 1.0 if k == n else float(high))
        for k, (low, high) in zip(counts, limits, strict=True)
    ]


# One share in several reports: can they have the same composition?


@dataclass(frozen=True)
class Homogeneity:
    """Whether several reports can share one composition.

    Attributes
    ----------
    statistic, dof, p_value : float
        Pearson's chi-squared (divided by the design effect), its degrees of freedom, its p-value.
    cramers_v : float
        Strength of the difference, 0 (none) to 1; it does not depend on the design effect.
    smallest_expected : float
        Smallest expected count; below 5 the p-value is rough.
    """

    statistic: float
    dof: int
    p_value: float
    cramers_v: float
    smallest_expected: float


def homogeneity(
    counts: Sequence[float], totals: Sequence[float], *, design_effect: float = 1.0
) -> Homogeneity:
    """Test whether one class has the same share in several reports.

    Pearson's chi-squared without continuity correction, divided by the design effect (the
    first-order correction of Rao and Scott).

    `counts` and `totals` are one pair a report; `design_effect` as for `share`.

    Raises
    ------
    ValueError
        For fewer than two reports, broken counts, or a class that nobody or everybody is in:
        then there is nothing to compare.

    References
    ----------
    Rao and Scott (1981), JASA 76, 221-230. Cramer (1946), Mathematical Methods of Statistics.

    Examples
    --------
    Smokers among lung cancer patients in four hospitals, from R's documentation of prop.test:

    >>> h = homogeneity([83, 90, 129, 70], [86, 93, 136, 82])
    >>> print(f"{h.statistic:.4f} on {h.dof}, p = {h.p_value:.6f}")
    12.6004 on 3, p = 0.005585
    """
    pairs = [guards.part("count", k, n) for k, n in zip(counts, totals, strict=True)]
    if len(pairs) < 2:
        raise ValueError(f"{len(pairs)} report(s): a comparison needs at least two")
    table = [[k for k, _ in pairs], [n - k for k, n in pairs]]
    if not all(sum(row) for row in table):
        raise ValueError("the class is empty, or is everybody, in every report: nothing to compare")
    test = stats.chi2_contingency(table, correction=False)
    statistic = float(test.statistic) / guards.design_effect(design_effect)
    return Homogeneity(
        statistic=statistic,
        dof=int(test.dof),
        p_value=float(stats.chi2.sf(statistic, test.dof)),
        cramers_v=math.sqrt(float(test.statistic) / sum(n for _, n in pairs)),
        smallest_expected=float(test.expected_freq.min()),
    )
