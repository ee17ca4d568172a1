import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats
from statsmodels.stats import rates as sm_rates
from statsmodels.stats.multitest import multipletests

from khtip.statistics.ranks import holm, rank_sets, top_set
from khtip.statistics.rates import fit_prior, shrunken_rates

SIZES = st.lists(st.integers(0, 120), min_size=2, max_size=5).filter(sum)


def series(values):
    return pd.Series(values, index=[f"c{i}" for i in range(len(values))])


def sets_of(frame):
    return {row.category: (row.best, row.worst) for row in frame.itertuples()}


def test_two_classes_by_hand():
    # 8 against 2: P(X >= 8 | 10, 1/2) = 56 / 1024 = 0.0547. Holm over two tests needs 0.025.
    assert sets_of(rank_sets(series([8, 2]))) == {"c0": (1, 2), "c1": (1, 2)}
    # 9 against 1: 11 / 1024 = 0.0107, below 0.025.
    assert sets_of(rank_sets(series([9, 1]))) == {"c0": (1, 1), "c1": (2, 2)}
    assert sets_of(rank_sets(series([8, 2]), confidence=0.85)) == {"c0": (1, 1), "c1": (2, 2)}


def test_holm_steps_down_by_hand():
    # Three classes, six one-sided tests, level 0.05: thresholds 0.05/6, 0.05/5, 0.05/4, ...
    # 20 against 2: p = 0.00006 < 0.0083; 20 against 8: p = 0.0178 > 0.05/5 = 0.01: stop.
    p_low = stats.binom.sf(19, 22, 0.5)
    p_mid = stats.binom.sf(19, 28, 0.5)
    assert p_low < 0.05 / 6
    assert 0.05 / 5 < p_mid < 0.05
    assert sets_of(rank_sets(series([20, 8, 2]))) == {"c0": (1, 2), "c1": (1, 3), "c2": (2, 3)}


def test_the_published_procedure_on_a_plain_ranking():
    # Bazylik et al. (2021): a rank lies in [1 + significantly above, K - significantly below].
    frame = rank_sets(series([1000, 100, 10]))
    assert sets_of(frame) == {"c0": (1, 1), "c1": (2, 2), "c2": (3, 3)}
    assert frame["above"].tolist() == [0, 1, 2]
    assert frame["below"].tolist() == [2, 1, 0]


def test_ties_zeros_and_one_class():
    assert sets_of(rank_sets(series([30, 30]))) == {"c0": (1, 2), "c1": (1, 2)}
    assert sets_of(rank_sets(series([0, 0]))) == {"c0": (1, 2), "c1": (1, 2)}
    assert sets_of(rank_sets(series([12, 0]))) == {"c0": (1, 1), "c1": (2, 2)}
    assert sets_of(rank_sets(series([5]))) == {"c0": (1, 1)}
    assert rank_sets(series([30, 30]))["category"].tolist() == ["c0", "c1"]


def test_rates_can_turn_counts_round():
    counts, stock = pd.Series({"big": 260, "small": 33}), pd.Series({"big": 680686, "small": 1069})
    assert sets_of(rank_sets(counts)) == {"big": (1, 1), "small": (2, 2)}
    assert sets_of(rank_sets(counts, exposure=stock)) == {"small": (1, 1), "big": (2, 2)}


def test_rates_condition_on_the_share_of_the_exposure():
    # 9 events in 3 units against 3 in 3 is 9 of 12 at one half; with 9 units it is 9 of 12 at 3/4.
    even = rank_sets(series([9, 3]), exposure=series([3.0, 3.0]), confidence=0.8)
    skew = rank_sets(series([9, 3]), exposure=series([9.0, 3.0]), confidence=0.8)
    assert stats.binom.sf(8, 12, 0.5) < 0.1 < stats.binom.sf(8, 12, 0.75)
    assert sets_of(even) == {"c0": (1, 1), "c1": (2, 2)}
    assert sets_of(skew) == {"c0": (1, 2), "c1": (1, 2)}


@pytest.mark.filterwarnings("ignore:divide by zero")
@pytest.mark.parametrize(
    ("k", "t"), [((9, 3), (3.0, 9.0)), ((26, 13), (68.0, 10.6)), ((0, 4), (1.0, 2.0))]
)
def test_p_values_are_those_of_the_libraries(k, t):
    # At level alpha / 2 (two tests, Holm) the order is kept exactly when the libraries reject.
    for exposure in (None, series(list(t))):
        if exposure is None:
            p = stats.binomtest(k[1], sum(k), 0.5, alternative="greater").pvalue
            q = stats.binomtest(k[0], sum(k), 0.5, alternative="greater").pvalue
        else:
            kinds = {"method": "exact-cond", "compare": "ratio", "alternative": "larger"}
            p = sm_rates.test_poisson_2indep(k[1], t[1], k[0], t[0], **kinds).pvalue
            q = sm_rates.test_poisson_2indep(k[0], t[0], k[1], t[1], **kinds).pvalue
        smaller = min(p, q)
        for nudge, decided in ((1.01, True), (0.99, False)):
            alpha = min(2 * smaller * nudge, 0.99)
            frame = rank_sets(series(list(k)), exposure=exposure, confidence=1 - alpha)
            assert bool((frame["best"] == frame["worst"]).all()) is decided


@settings(deadline=None, max_examples=15)  # the library collects garbage at each call
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12), st.sampled_from([0.01, 0.05, 0.2]))
def test_holm_is_the_one_of_statsmodels(p_values, alpha):
    expected = multipletests(p_values, alpha=alpha, method="holm")[0]
    assert holm(np.array(p_values), alpha=alpha).tolist() == expected.tolist()


def test_holm_stops_at_the_first_that_is_not_rejected():
    # Thresholds 0.05/3, 0.05/2, 0.05: the last would pass alone, but the first already fails.
    assert holm(np.array([0.045, 0.03, 0.04]), alpha=0.05).tolist() == [False, False, False]


def test_top_set_names_all_that_may_lead():
    assert top_set(rank_sets(series([30, 28, 2])), 1) == ["c0", "c1"]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: rank_sets(series([])), "no class"),
        (lambda: rank_sets(series([-1, 2])), "count of c0 is -1"),
        (lambda: rank_sets(series([1, math.nan])), "count of c1 is nan"),
        (lambda: rank_sets(series([1, 2]), exposure=series([1.0, math.nan])), "exposure of c1"),
        (lambda: rank_sets(series([1, 2]), exposure=series([1.0])), "exposure of c1 is nan"),
        (lambda: rank_sets(series([1, 2]), exposure=series([1.0, 0.0])), "exposure of c1 is 0"),
        (lambda: rank_sets(series([1, 2]), confidence=1), "confidence is 1"),
        (lambda: fit_prior(series([1]), series([1.0])), "at least two classes"),
        (lambda: fit_prior(series([0, 0]), series([1.0, 1.0])), "one event"),
        (lambda: fit_prior(series([1, 2]), series([1.0, math.nan])), "exposure must be"),
    ],
)
def test_refuses(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@settings(deadline=None, max_examples=40)
@given(SIZES, st.randoms(use_true_random=False))
def test_relabelling_permutes_the_sets(sizes, random):
    counts = series(sizes)
    order = list(counts.index)
    random.shuffle(order)
    assert sets_of(rank_sets(counts)) == sets_of(rank_sets(counts.loc[order]))


@settings(deadline=None, max_examples=40)
@given(SIZES)
def test_sets_hold_the_observed_rank_and_widen_with_confidence(sizes):
    counts = series(sizes)
    usual, strict = rank_sets(counts), rank_sets(counts, confidence=0.999)
    first = counts.rank(method="min", ascending=False)
    last = counts.rank(method="max", ascending=False)
    for row in usual.itertuples():
        assert row.best <= first[row.category]
        assert last[row.category] <= row.worst
    wide = sets_of(strict)
    for name, (best, worst) in sets_of(usual).items():
        assert wide[name][0] <= best
        assert worst <= wide[name][1]


@settings(deadline=None, max_examples=40)
@given(SIZES, st.integers(2, 9))
def test_scaling_the_stock_divides_the_rates_and_moves_no_rank(sizes, factor):
    counts = series(sizes)
    stock = series([1000.0 * (i + 1) for i in range(len(sizes))])
    one, other = rank_sets(counts, exposure=stock), rank_sets(counts, exposure=stock * factor)
    assert sets_of(one) == sets_of(other)
    assert one["value"].tolist() == pytest.approx((other["value"] * factor).tolist())


PUMPS = pd.Series([5, 1, 5, 14, 3, 19, 1, 1, 4, 22])
HOURS = pd.Series([94.3, 15.7, 62.9, 126, 5.24, 31.4, 1.05, 1.05, 2.1, 10.5])


def test_prior_of_the_ten_pumps():
    prior = fit_prior(PUMPS, HOURS)
    assert (round(prior.shape, 2), round(prior.rate, 2)) == (0.82, 1.26)

    # The same maximum by a direct search over the negative binomial likelihood.
    def loss(logs):
        shape, rate = math.exp(logs[0]), math.exp(logs[1])
        return -stats.nbinom.logpmf(PUMPS, shape, rate / (rate + HOURS)).sum()

    best = optimize.minimize(loss, [0.0, 0.0], method="Nelder-Mead", options={"xatol": 1e-8})
    assert prior.shape == pytest.approx(math.exp(best.x[0]), rel=1e-3)
    assert prior.rate == pytest.approx(math.exp(best.x[1]), rel=1e-3)


def test_posterior_of_the_ten_pumps_by_hand():
    frame = shrunken_rates(PUMPS, HOURS, per=1)
    prior = fit_prior(PUMPS, HOURS)
    first = frame.iloc[0]
    assert first["shrunken"] == pytest.approx((prior.shape + 5) / (prior.rate + 94.3))
    assert first["weight"] == pytest.approx(94.3 / (prior.rate + 94.3))
    assert first["low"] == pytest.approx(
        stats.gamma.ppf(0.025, prior.shape + 5) / (prior.rate + 94.3)
    )
    assert (frame["low"] < frame["shrunken"]).all()
    assert (frame["shrunken"] < frame["high"]).all()


def test_equal_rates_are_pooled():
    frame = shrunken_rates(series([10, 20, 30]), series([1000.0, 2000.0, 3000.0]))
    assert frame["shrunken"].tolist() == [100.0, 100.0, 100.0]
    assert frame["weight"].tolist() == [0, 0, 0]


def test_shrunken_rates_lie_between_their_own_and_the_common_mean():
    counts, stock = series([90, 3, 40]), series([1000.0, 50.0, 900.0])
    prior = fit_prior(counts, stock)
    for row in shrunken_rates(counts, stock, per=1).itertuples():
        low, high = sorted([row.rate, prior.mean])
        assert low <= row.shrunken <= high


@settings(deadline=None, max_examples=8)
@given(st.integers(2, 50))
def test_scaling_the_exposure_divides_shrunken_rates(factor):
    counts, stock = series([90, 3, 40]), series([1000.0, 50.0, 900.0])
    one, other = shrunken_rates(counts, stock), shrunken_rates(counts, stock * factor)
    assert one["shrunken"].tolist() == pytest.approx(
        (other["shrunken"] * factor).tolist(), rel=1e-3
    )
