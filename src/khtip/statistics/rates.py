"""Ratios of two reported counts, and rates per population, with honest intervals.

A count is treated *as if* it were one draw of a Poisson process with that mean. It is a register
entry and no sample, so an interval says how far chance alone could move the count; it says
nothing about how much trafficking there is. Poisson intervals are a lower bound on uncertainty:
victims come in groups and raids in campaigns. `tipping_dispersion` and `overdispersed_ratio`
show how much of that a conclusion survives.
"""

import math
import sys
import warnings
from dataclasses import dataclass
from functools import lru_cache
from numbers import Real

import numpy as np
import pandas as pd
from scipy import optimize, special, stats
from statsmodels.discrete.discrete_model import NegativeBinomial
from statsmodels.stats import rates as sm_rates
from statsmodels.stats.proportion import proportion_confint
from statsmodels.tools.sm_exceptions import HessianInversionWarning

from khtip.statistics import guards
from khtip.statistics.guards import level, whole

METHODS = ("exact", "mid-p", "score")

# A relative error above 30 % is reached below 11 events (1 / sqrt(11) = 0.30). Below 5 events,
# or with fewer than 1,000 people to divide by, only the interval means anything.
STABLE_FROM, RATE_FROM, POPULATION_FROM = 11, 5, 1_000

LARGEST_E_TEST = 20_000
"""Geometric mean of two counts up to which their likely pairs are gone through in half a second."""
_LARGEST_POWER = math.log(sys.float_info.max)


@dataclass(frozen=True)
class Interval:
    """An estimate with its limits; ``high`` may be infinite."""

    value: float
    low: float
    high: float

    @property
    def excludes_one(self) -> bool:
        """Tell whether a ratio of one lies outside the limits."""
        return self.low > 1 or self.high < 1


@dataclass(frozen=True)
class Rate(Interval):
    """A rate with its limits and how it may be read.

    ``reading`` is ``stable``, ``unstable`` (print the rate with a mark) or ``interval only``
    (print no point value).
    """

    reading: str = "stable"


@lru_cache(maxsize=1024, typed=True)
def rate_ratio(
    base: float,
    reference: float,
    *,
    base_days: float = 365,
    reference_days: float = 365,
    confidence: float = 0.95,
    method: str = "exact",
) -> Interval:
    """Return the ratio of two counts per day, reference over base, with its interval.

    Given their sum, the reference count is binomial; the limits of that binomial share become
    limits of the ratio. ``exact`` uses Clopper-Pearson limits and is the one to report;
    ``mid-p`` counts half of the observed probability and ``score`` inverts the score test. Both
    are for sensitivity.

    Parameters
    ----------
    base, reference : int
        The two counts. With ``base=0`` the ratio and the upper limit are infinite; with
        ``reference=0`` the ratio and the lower limit are zero.
    base_days, reference_days : float
        Length of each period in days.
    confidence : float
        Between 0 and 1.
    method : str
        ``exact``, ``mid-p`` or ``score``.

    Raises
    ------
    ValueError
        For a count that is negative, missing or no whole number; for two zero counts; for a
        period that is not positive.

    References
    ----------
    Przyborowski and Wilenski (1940), Biometrika 31, 313-323. Gu, Ng, Tang and Schucany (2008),
    Biometrical Journal 50, 283-298.

    Examples
    --------
    Deaths in two groups, 41 and 15, over 28,010 and 19,017 person-years:

    >>> r = rate_ratio(15, 41, base_days=19017, reference_days=28010)
    >>> print(f"{r.value:.4f} [{r.low:.4f}, {r.high:.4f}]")
    1.8558 [1.0057, 3.6093]
    """
    a, b, t_a, t_b = _pair(base, reference, base_days, reference_days)
    covered = level(confidence)
    value = math.inf if a == 0 else (b / t_b) / (a / t_a)
    if method == "mid-p":
        shares = _mid_p_shares(b, a + b, covered)
    elif method in METHODS:
        # The score limits of the ratio are Wilson's limits of the share: (b - a*r)^2 = z^2 (a+b) r
        # is Wilson's equation with share = r / (1 + r). This closed form needs no root search.
        kind = "beta" if method == "exact" else "wilson"
        shares = proportion_confint(b, a + b, alpha=1 - covered, method=kind)
    else:
        raise ValueError(f"method {method!r}: expected one of {', '.join(METHODS)}")
    low, high = (s / (1 - s) * t_a / t_b if s < 1 else math.inf for s in shares)
    return Interval(value, 0.0 if b == 0 else float(low), math.inf if a == 0 else float(high))


@lru_cache(maxsize=1024, typed=True)
def e_test(
    base: float, reference: float, *, base_days: float = 365, reference_days: float = 365
) -> float:
    """Return the two-sided p-value of the E-test that both daily rates are equal.

    It does not condition on the sum and is less conservative than the exact test. It sums over
    all likely pairs of counts; where these are too many (`LARGEST_E_TEST`), its normal limit stands
    for it, which agrees there to five digits.

    References
    ----------
    Krishnamoorthy and Thomson (2004), Journal of Statistical Planning and Inference 119, 23-35.

    Examples
    --------
    No weed seed in one sack, three in another of the same size:

    >>> round(e_test(0, 3, base_days=100, reference_days=100), 4)
    0.0884
    """
    a, b, t_a, t_b = _pair(base, reference, base_days, reference_days)
    if math.sqrt(a * b) > LARGEST_E_TEST:
        error = math.sqrt(a / t_a**2 + b / t_b**2)
        return float(2 * stats.norm.sf(abs(b / t_b - a / t_a) / error))
    return float(stats.poisson_means_test(b, t_b, a, t_a).pvalue)


def tipping_dispersion(
    base: float,
    reference: float,
    *,
    base_days: float = 365,
    reference_days: float = 365,
    confidence: float = 0.95,
) -> float:
    """Return the overdispersion at which the ratio can no longer be told from one.

    ``(log ratio / (z * SE)) ** 2`` with ``SE = sqrt(1/base + 1/reference)``. A value of 4 means
    that counts four times as variable as Poisson counts would just hide the change; a value
    below 1 means that plain chance already hides it. Missing (NaN) when a count is zero.

    References
    ----------
    Overdispersion as a factor on the variance: McCullagh and Nelder (1989), Generalized Linear
    Models, section 6.2. Asking for the factor that overturns a result follows the tipping-point
    analyses of missing data: Yan, Lee and Li (2009), J. Biopharmaceutical Statistics 19.

    Examples
    --------
    >>> round(tipping_dispersion(92, 159), 2)
    4.54
    """
    a, b, t_a, t_b = _pair(base, reference, base_days, reference_days)
    if a == 0 or b == 0:
        return math.nan
    z = stats.norm.isf((1 - level(confidence)) / 2)
    return float((math.log(b / t_b * t_a / a) / (z * math.sqrt(1 / a + 1 / b))) ** 2)


def overdispersed_ratio(
    base: float,
    reference: float,
    *,
    dispersion: float,
    base_days: float = 365,
    reference_days: float = 365,
    confidence: float = 0.95,
) -> Interval:
    """Return the ratio with an interval for counts `dispersion` times as variable as Poisson.

    ``exp(log ratio +- z * sqrt(dispersion) * SE)``, a Wald interval on the log scale. At the
    tipping dispersion one limit is exactly 1. A width that no number holds gives 0 and infinity.

    Raises
    ------
    ValueError
        As `rate_ratio`, and for a zero count or a dispersion below 1 (counts steadier than
        chance are not assumed).

    Examples
    --------
    >>> r = overdispersed_ratio(92, 159, dispersion=2)
    >>> print(f"{r.value:.2f} [{r.low:.2f}, {r.high:.2f}]")
    1.73 [1.20, 2.48]
    """
    a, b, t_a, t_b = _pair(base, reference, base_days, reference_days)
    if a == 0 or b == 0:
        raise ValueError("no overdispersed interval with a zero count: its logarithm is infinite")
    if _positive("dispersion", dispersion) < 1:
        raise ValueError(f"dispersion is {dispersion}; expected 1 (Poisson) or more")
    z = stats.norm.isf((1 - level(confidence)) / 2)
    value = b / t_b * t_a / a
    power = z * math.sqrt(dispersion * (1 / a + 1 / b))
    width = math.exp(power) if power < _LARGEST_POWER else math.inf
    return Interval(value, value / width, value * width)


def tipping_effort(ratio: Interval) -> Interval:
    """Return the growth in enforcement effort that alone would explain a ratio.

    A count is effort times what effort finds. If what it finds stayed the same, the effort must
    have grown by ``ratio - 1``. The lower limit is the smallest growth that leaves no change to
    be told from chance. Values are shares: 0.73 is 73 per cent more effort, -0.2 is a fifth
    less.

    Examples
    --------
    >>> round(tipping_effort(rate_ratio(92, 159)).value, 2)
    0.73
    """
    return Interval(ratio.value - 1, ratio.low - 1, ratio.high - 1)


def rate_per(
    count: float, population: float, *, per: float = 10_000, confidence: float = 0.95
) -> Rate:
    """Return events per so many people, with Garwood's exact interval and a reading.

    Parameters
    ----------
    count : int
        Events.
    population : float
        People they are set against.
    per : float
        Unit of the rate, 10,000 people by default.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    Rate
        ``reading`` is ``unstable`` below 11 events (relative error above 30 per cent) and
        ``interval only`` below 5 events or 1,000 people.

    Raises
    ------
    ValueError
        For a bad count or a population that is missing, zero or negative.

    References
    ----------
    Garwood (1936), Fiducial limits for the Poisson distribution, Biometrika 28, 437-442.

    Examples
    --------
    >>> r = rate_per(25, 1, per=1)
    >>> print(f"{r.low:.2f} to {r.high:.2f}, {r.reading}")
    16.18 to 36.90, interval only
    """
    k, people, unit = whole("count", count), _positive("population", population), per
    _positive("per", unit)
    low, high = sm_rates.confint_poisson(k, people, method="exact-c", alpha=1 - level(confidence))
    # The gamma distribution has no lower limit at zero events; the exact one is zero.
    low = 0.0 if k == 0 else float(low)
    reading = "stable" if k >= STABLE_FROM else "unstable"
    if k < RATE_FROM or people < POPULATION_FROM:
        reading = "interval only"
    return Rate(k / people * unit, low * unit, float(high) * unit, reading)


def _mid_p_shares(k: int, n: int, covered: float) -> tuple[float, float]:
    """Return mid-p limits of a binomial share (Lancaster 1961): half the observed probability."""
    tail = (1 - covered) / 2

    def above(p: float) -> float:  # P(X > k) + P(X = k) / 2
        return (_beyond(k, n, p) + _beyond(k - 1, n, p)) / 2

    low = 0.0 if k == 0 else optimize.brentq(lambda p: above(p) - tail, 0, k / n, xtol=1e-14)
    high = 1.0 if k == n else optimize.brentq(lambda p: above(p) - 1 + tail, k / n, 1, xtol=1e-14)
    return low, high


def _beyond(k: int, n: int, p: float) -> float:
    """Return P(X > k) of a binomial; unlike ``bdtrc`` for counts of any size."""
    return 1.0 if k < 0 else 0.0 if k >= n else float(special.betainc(k + 1, n - k, p))


def _pair(
    base: float, reference: float, base_days: float, reference_days: float
) -> tuple[int, int, float, float]:
    a, b = whole("base", base), whole("reference", reference)
    if a + b == 0:
        raise ValueError("base and reference are both zero: there is nothing to compare")
    return a, b, _positive("base_days", base_days), _positive("reference_days", reference_days)


def _positive(name: str, value: float) -> float:
    real = isinstance(value, Real) and not isinstance(value, bool)
    if not real or not math.isfinite(value) or value <= 0:
        raise ValueError(f"{name} is {value!r}; expected a number above 0")
    return float(value)


# Rates drawn towards their common mean, as a sensitivity of rates from small counts.

# Below this the fitted rates differ less than chance makes them: they are pooled into one.
NO_SPREAD = 1e-6


@dataclass(frozen=True)
class Prior:
    """The gamma distribution of rates that fits a set of counts best.

    Attributes
    ----------
    mean : float
        Mean rate, in events per unit of exposure.
    alpha : float
        Squared coefficient of variation of the rates; 0 when one rate fits all.
    """

    mean: float
    alpha: float

    @property
    def shape(self) -> float:
        """Return the shape of the gamma distribution."""
        return np.inf if self.alpha == 0 else 1 / self.alpha

    @property
    def rate(self) -> float:
        """Return the rate (inverse scale), in units of exposure."""
        return self.shape / self.mean


def fit_prior(counts: pd.Series, exposure: pd.Series) -> Prior:
    """Fit the gamma distribution of rates by maximum likelihood (negative binomial, NB2).

    `counts` of events and the `exposure` they are divided by have the same index.

    Raises
    ------
    ValueError
        For fewer than two classes, no event at all, or an exposure that is not positive.

    References
    ----------
    Clayton and Kaldor (1987), Biometrics 43, 671-681. The example is Gaver and O'Muircheartaigh
    (1987), Technometrics 29, 1-15: failures of ten pumps, shape 0.82 and rate 1.26.

    Examples
    --------
    >>> failures = pd.Series([5, 1, 5, 14, 3, 19, 1, 1, 4, 22])
    >>> hours = pd.Series([94.3, 15.7, 62.9, 126, 5.24, 31.4, 1.05, 1.05, 2.1, 10.5])
    >>> prior = fit_prior(failures, hours)
    >>> round(prior.shape, 2), round(prior.rate, 2)
    (0.82, 1.26)
    """
    k = np.array(list(guards.classes(counts).values()), dtype=float)
    t = exposure.reindex(counts.index).to_numpy(dtype=float)
    if len(k) < 2 or k.sum() == 0:
        raise ValueError("shrinkage needs at least two classes and one event")
    if not (np.isfinite(t) & (t > 0)).all():
        raise ValueError("every exposure must be a number above 0; leave out classes without one")
    pooled = k.sum() / t.sum()
    # Expected counts as exposure keep the optimiser near one, whatever the unit of exposure is.
    model = NegativeBinomial(k, np.ones((len(k), 1)), offset=np.log(t * pooled))
    with warnings.catch_warnings():
        # Only the estimates are used; at the boundary alpha = 0 they have no standard error.
        warnings.simplefilter("ignore", HessianInversionWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        start = [float(np.log((k / (t * pooled)).mean())), 1.0]
        fit = model.fit(
            start_params=start, method="nm", maxiter=5000, disp=False, xtol=1e-9, ftol=1e-11
        )
    log_mean, alpha = (float(value) for value in fit.params)
    if alpha < NO_SPREAD:
        return Prior(mean=float(pooled), alpha=0.0)
    return Prior(mean=float(np.exp(log_mean) * pooled), alpha=alpha)


def shrunken_rates(
    counts: pd.Series, exposure: pd.Series, *, per: float = 10_000, confidence: float = 0.95
) -> pd.DataFrame:
    """Return each rate drawn towards the common mean, with its posterior interval.

    Returns
    -------
    DataFrame
        ``category, count, exposure, rate`` (plain), ``shrunken, low, high`` (posterior mean and
        limits), all `per` so many units of exposure, and ``weight``: the part of the shrunken
        rate that comes from the class itself (0 to 1).

    Notes
    -----
    The fitted prior is taken as known, so the intervals are somewhat too short with few classes.

    Examples
    --------
    >>> shrunken_rates(pd.Series({"a": 90, "b": 1}), pd.Series({"a": 1000, "b": 100}),
    ...                per=100)[["category", "rate"]].round(1)
      category  rate
    0        a   9.0
    1        b   1.0
    """
    prior = fit_prior(counts, exposure)
    k = np.array(list(guards.classes(counts).values()), dtype=float)
    t = exposure.reindex(counts.index).to_numpy(dtype=float)
    tail = (1 - guards.level(confidence)) / 2
    if prior.alpha == 0:
        mean = low = high = np.full(len(k), prior.mean)
        weight = np.zeros(len(k))
    else:
        posterior = stats.gamma(prior.shape + k, scale=1 / (prior.rate + t))
        mean, low, high = posterior.mean(), posterior.ppf(tail), posterior.ppf(1 - tail)
        weight = t / (prior.rate + t)
    return pd.DataFrame(
        {
            "category": [str(name) for name in counts.index],
            "count": k.astype(int),
            "exposure": t,
            "rate": k / t * per,
            "shrunken": mean * per,
            "low": low * per,
            "high": high * per,
            "weight": weight,
        }
    )
