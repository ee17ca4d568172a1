"""The candidates for the regional risk index: what each indicator is, and why it is in or out.

Nothing that UNODC says about risk is among them, because the index is later put beside it. What
an indicator is worth for a country is the business of `khtip.subjects.indicator_values`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Indicator:
    """One candidate.

    Attributes
    ----------
    code, label, unit : str
        Column name, words for readers, unit of the value.
    direction : int
        +1 when a higher value means more risk, -1 when it means less, 0 when it could mean both
        or must not be used.
    why, limits : str
        Why it is in or out; what it does not show.
    goalposts : tuple of float, optional
        Ends of the scale, where the scale itself has ends.
    short_unit : str
        The unit in two or three words, for the head of a column.
    """

    code: str
    label: str
    unit: str
    direction: int
    why: str
    limits: str
    goalposts: tuple[float, float] | None = None
    short_unit: str = ""


CATALOGUE: dict[str, Indicator] = {
    one.code: one
    for one in (
        Indicator(
            "income_gap",
            "Income gap",
            "times own income (logarithm)",
            1,
            "The more a job abroad pays, the more people leave, also through brokers.",
            "Averages hide who is poor. One gap for all: distance and visas are left out.",
            short_unit="× own income",
        ),
        Indicator(
            "vulnerability",
            "Vulnerability",
            "score 0 to 100",
            1,
            "Walk Free's model of conditions under which people are exploited.",
            "A model, published without an error. One edition serves every reference year.",
            short_unit="score",
        ),
        Indicator(
            "response",
            "Government response",
            "percent",
            -1,
            "Laws, support for victims and checks make exploitation harder.",
            "Rates what is on paper as well. One edition serves every reference year.",
            short_unit="%",
        ),
        Indicator(
            "tier",
            "TIP Report tier",
            "step 0 (Tier 1) to 3 (Tier 3)",
            1,
            "A second view of government effort, by the US State Department.",
            "Rates effort by US law, not how much trafficking there is.",
            goalposts=(0, 3),
            short_unit="US rating",
        ),
        Indicator(
            "convictions",
            "Convictions",
            "persons convicted per 100 victims detected",
            -1,
            "Detection and conviction together: how often a detected crime has a consequence.",
            "Both counts follow effort and definitions; one case has many victims.",
            short_unit="per 100 victims",
        ),
        Indicator(
            "emigrants",
            "Emigrants",
            "per 100 inhabitants",
            1,
            "Exposure: who lives abroad can be exploited abroad.",
            "Only Cambodia's stock is in the data, so countries cannot be compared.",
        ),
        Indicator(
            "detections",
            "Victims detected",
            "persons",
            0,
            "Left out: more detections can mean more trafficking or more police work.",
            "It has no direction. It counts only inside the convictions indicator.",
        ),
        Indicator(
            "prevalence",
            "Estimated prevalence",
            "per 1,000 inhabitants",
            0,
            "Left out: a modelled estimate of the outcome, made partly from vulnerability.",
            "It would put the answer into the question.",
        ),
    )
}
ORIGIN = ("income_gap", "vulnerability", "response", "tier", "convictions", "emigrants")
DESTINATION = ("vulnerability", "response", "tier", "convictions")


def directions(codes: Iterable[str]) -> dict[str, int]:
    """Return which way each indicator points: +1 when more of it means more risk.

    Raises
    ------
    ValueError
        For a candidate without a direction, which cannot enter an index.

    Examples
    --------
    >>> directions(["income_gap", "response"])
    {'income_gap': 1, 'response': -1}
    """
    codes = list(codes)
    without = [code for code in codes if CATALOGUE[code].direction == 0]
    if without:
        raise ValueError(f"{', '.join(without)}: no direction, so not fit for an index")
    return {code: CATALOGUE[code].direction for code in codes}


def goalposts(codes: Iterable[str]) -> dict[str, tuple[float, float]]:
    """Return the ends of those scales that have ends of their own.

    Examples
    --------
    >>> goalposts(["income_gap", "tier"])
    {'tier': (0, 3)}
    """
    ends = {code: CATALOGUE[code].goalposts for code in codes}
    return {code: pair for code, pair in ends.items() if pair is not None}


def labels(codes: Iterable[str]) -> dict[str, str]:
    """Return the words for readers of each indicator.

    Examples
    --------
    >>> labels(["tier"])
    {'tier': 'TIP Report tier'}
    """
    return {code: CATALOGUE[code].label for code in codes}
