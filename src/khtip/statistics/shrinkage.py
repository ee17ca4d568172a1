"""Rates drawn towards their common mean, as a sensitivity of rates from small counts.

A rate from five persons moves with every person. If the rates of all countries came from one
gamma distribution, a small count would borrow strength from the others. That is an assumption, so
shrunken rates stand beside the plain ones and never replace them.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.discrete.discrete_model import NegativeBinomial
from statsmodels.tools.sm_exceptions import HessianInversionWarning

from khtip.statistics import checks

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

    Parameters
    ----------
    counts, exposure : Series
        Events and what they are divided by, same index, at least two classes.

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
    k = np.array(list(checks.classes(counts).values()), dtype=float)
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
    k = np.array(list(checks.classes(counts).values()), dtype=float)
    t = exposure.reindex(counts.index).to_numpy(dtype=float)
    tail = (1 - checks.level(confidence)) / 2
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
