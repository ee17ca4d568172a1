"""Two counts of one measure: their ratio by every method, and what would make it no change."""

from __future__ import annotations

import math
from typing import Any

from khtip.statistics import rates

ROSE, FELL, UNCLEAR = "rose", "fell", "not distinguishable"


def compare(
    base: float,
    reference: float,
    *,
    base_days: float,
    reference_days: float,
    confidence: float,
    dispersion: float = math.nan,
    methods: bool = True,
) -> dict[str, float | str]:
    """Return all that is computed for one pair of counts.

    Parameters
    ----------
    base, reference : int
        Counts.
    base_days, reference_days : float
        Length of the periods in days.
    confidence : float
        Between 0 and 1.
    dispersion : float
        Overdispersion of the series, if known: gives ``wide_low`` and ``wide_high``.
    methods : bool
        Whether the exact method, on which the verdict rests, has the others beside it.

    Examples
    --------
    >>> compare(92, 159, base_days=366, reference_days=365, confidence=0.95)["verdict"]
    'rose'
    """
    days: dict[str, Any] = {"base_days": base_days, "reference_days": reference_days}
    level: dict[str, Any] = {"confidence": confidence}
    ratio = rates.rate_ratio(base, reference, **days, **level)
    effort = rates.tipping_effort(ratio)
    wide = rates.Interval(math.nan, math.nan, math.nan)
    if min(base, reference) > 0 and dispersion >= 1:
        wide = rates.overdispersed_ratio(base, reference, dispersion=dispersion, **days, **level)
    return {
        "ratio": ratio.value, "low": ratio.low, "high": ratio.high,
        "tipping_dispersion": rates.tipping_dispersion(base, reference, **days, **level),
        "tipping_effort": effort.value, "effort_low": effort.low, "effort_high": effort.high,
        "dispersion_seen": dispersion, "wide_low": wide.low, "wide_high": wide.high,
        **(_other_methods(base, reference, days, level) if methods else {}),
        "verdict": ROSE if ratio.low > 1 else FELL if ratio.high < 1 else UNCLEAR,
    }  # fmt: skip


def _other_methods(
    base: float, reference: float, days: dict[str, Any], level: dict[str, Any]
) -> dict[str, float]:
    mid, score = (
        rates.rate_ratio(base, reference, **days, **level, method=method)
        for method in ("mid-p", "score")
    )
    return {
        "mid_p_low": mid.low, "mid_p_high": mid.high,
        "score_low": score.low, "score_high": score.high,
        "e_test_p": rates.e_test(base, reference, **days),
    }  # fmt: skip
