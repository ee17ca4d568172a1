"""One share in several reports: can they have the same composition?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy import stats

from khtip.statistics import checks


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

    Parameters
    ----------
    counts, totals : sequence of int
        One pair a report; at least two reports.
    design_effect : float
        As in `composition.share`.

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
    pairs = [checks.part("count", k, n) for k, n in zip(counts, totals, strict=True)]
    if len(pairs) < 2:
        raise ValueError(f"{len(pairs)} report(s): a comparison needs at least two")
    table = [[k for k, _ in pairs], [n - k for k, n in pairs]]
    if not all(sum(row) for row in table):
        raise ValueError("the class is empty, or is everybody, in every report: nothing to compare")
    test = stats.chi2_contingency(table, correction=False)
    statistic = float(test.statistic) / checks.design_effect(design_effect)
    return Homogeneity(
        statistic=statistic,
        dof=int(test.dof),
        p_value=float(stats.chi2.sf(statistic, test.dof)),
        cramers_v=math.sqrt(float(test.statistic) / sum(n for _, n in pairs)),
        smallest_expected=float(test.expected_freq.min()),
    )
