"""How much of a reported total falls on few countries, with the unnamed part kept in view.

A list of countries rarely adds up to its total. What it leaves over, the residual, could belong
to countries that were not named, to one of them, or to a country on the list. Every measure here
is therefore a pair of bounds over all these cases, and shares are always over the stated total.
"""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from khtip.statistics import guards
from khtip.statistics.rates import Interval
from khtip.statistics.shares import share


@dataclass(frozen=True)
class Concentration:
    """Bounds of the Herfindahl-Hirschman index over every split of the residual.

    Attributes
    ----------
    total, residual : int
        The stated total, and what the named countries leave of it.
    lowest, one_unnamed, highest : float
        The index (0 to 1) when the residual is spread thin, one person a country; when it is all
        one further country; and when it all belongs to the largest named country.
    """

    total: int
    residual: int
    lowest: float
    one_unnamed: float
    highest: float

    @property
    def effective_number(self) -> tuple[float, float]:
        """Return the bounds of 1 / index: how many equal countries would be as concentrated."""
        return 1 / self.highest, 1 / self.lowest


def herfindahl(counts: pd.Series, *, total: float | None = None) -> Concentration:
    """Return the Herfindahl-Hirschman index of a split, with bounds over its residual.

    The index is the sum of squared shares: 1 when all is one country, ``1/K`` for K equal ones.
    The lower bound holds because a person in a new country adds less than a person in a country
    already counted; the upper bound because squares grow fastest in the largest class.

    `counts` are persons by country; without a stated `total` the list is taken as complete.

    Raises
    ------
    ValueError
        For broken counts, a total of zero, or countries that exceed the total.

    References
    ----------
    Hirschman (1964), American Economic Review 54, 761-762. Adelman (1969), Review of Economics
    and Statistics 51, 99-101, for the effective number.

    Examples
    --------
    Four firms with 30, 30, 20 and 20 per cent, the example of the US merger guidelines (0.26,
    there written 2,600):

    >>> herfindahl(pd.Series({"a": 30, "b": 30, "c": 20, "d": 20})).lowest
    0.26
    >>> bounds = herfindahl(pd.Series({"a": 5, "b": 3}), total=10)
    >>> bounds.lowest, bounds.one_unnamed, bounds.highest
    (0.36, 0.38, 0.58)
    """
    named = guards.classes(counts)
    n, left = guards.left_over(named, total)
    sizes = list(named.values())
    squares = sum(k * k for k in sizes)
    largest = max(sizes)
    return Concentration(
        total=n,
        residual=left,
        lowest=(squares + left) / n**2,
        one_unnamed=(squares + left**2) / n**2,
        highest=(squares - largest**2 + (largest + left) ** 2) / n**2,
    )


def top_share(
    counts: pd.Series, k: int, *, total: float | None = None, confidence: float = 0.95
) -> Interval:
    """Return the share of the k largest named countries in the stated total.

    The interval covers chance (Wilson) *and* the residual: its upper limit lets all unnamed
    persons belong to those k countries.

    Raises
    ------
    ValueError
        For a k that is not between 1 and the number of named countries.

    Examples
    --------
    >>> s = top_share(pd.Series({"a": 5, "b": 3, "c": 1}), 2, total=10)
    >>> print(f"{s.value:.2f} [{s.low:.2f}, {s.high:.2f}]")
    0.80 [0.49, 0.98]
    """
    named = guards.classes(counts)
    n, left = guards.left_over(named, total)
    if not 1 <= k <= len(named):
        raise ValueError(f"k is {k}; expected 1 to {len(named)}, the number of named countries")
    top = sum(sorted(named.values(), reverse=True)[:k])
    least = share(top, n, confidence=confidence)
    most = share(top + left, n, confidence=confidence)
    return Interval(least.value, least.low, most.high)


def bootstrap_herfindahl(
    counts: pd.Series,
    *,
    total: float | None = None,
    confidence: float = 0.95,
    draws: int = 2000,
    seed: int = 0,
) -> Interval:
    """Return the index with a bias-corrected and accelerated bootstrap interval.

    Persons are drawn again as if they were independent, so this is chance alone. The residual is
    spread thin (the lowest index); `herfindahl` gives what the residual itself can do.

    `seed` makes the interval from so many `draws` the same every time.

    Raises
    ------
    ValueError
        As `herfindahl`, and when everybody is in one country: there is nothing to draw.

    References
    ----------
    Efron (1987), Better bootstrap confidence intervals, JASA 82, 171-185.

    Examples
    --------
    >>> i = bootstrap_herfindahl(pd.Series({"a": 60, "b": 40}), draws=500, seed=1)
    >>> 0.5 <= i.low < i.value < i.high < 1
    True
    """
    named = guards.classes(counts)
    n, left = guards.left_over(named, total)
    sizes = [k for k in named.values() if k] + [1] * left
    if len(sizes) < 2:
        raise ValueError("everybody is in one country: the index is 1, with nothing to draw")
    persons = np.repeat(np.arange(len(sizes)), sizes)

    def index(sample: np.ndarray, axis: int = -1) -> np.ndarray:
        shares = [(sample == country).mean(axis=axis) for country in range(len(sizes))]
        return np.sum(np.square(shares), axis=0)

    result = stats.bootstrap(
        (persons,),
        index,
        vectorized=True,
        method="BCa",
        n_resamples=draws,
        batch=200,  # keeps the arrays small on a small machine
        confidence_level=guards.level(confidence),
        rng=np.random.default_rng(seed),
    )
    limits = result.confidence_interval
    return Interval(float(index(persons)), float(limits.low), float(limits.high))


def theil(counts: pd.Series, *, classes: int) -> float:
    """Return Theil's T of a split over a stated number of classes: 0 for equal, ln K for one.

    T grows with the number of classes, so two splits are comparable only over the same K: name
    it. Countries that are counted as zero belong to the K; countries that are not reported do
    not, because missing is not zero.

    Raises
    ------
    ValueError
        When `classes` is not the number of classes given.

    References
    ----------
    Theil (1967), Economics and Information Theory, chapter 4.

    Examples
    --------
    >>> round(theil(pd.Series({"a": 3, "b": 1}), classes=2), 4)
    0.1308
    """
    named = guards.classes(counts)
    if classes != len(named):
        raise ValueError(
            f"{len(named)} classes given, {classes} stated: Theil's T is compared only over the "
            "same classes; give one count, possibly zero, for each"
        )
    n, _ = guards.left_over(named, None)
    return sum(k / n * math.log(classes * k / n) for k in named.values() if k)
