"""Ratios and rates against published examples, hand calculation and properties."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.rates import confint_poisson_2indep

from khtip.statistics import rates

COUNTS = st.integers(1, 2_000)
DAYS = st.floats(20, 800)
LEVELS = st.floats(0.5, 0.995)
PROPERTY = settings(deadline=None, max_examples=60, derandomize=True)


def close(left, right, digits=5):
    return left == pytest.approx(right, rel=10**-digits)


def test_r_documentation_two_samples():
    # R, stats::poisson.test(c(11, 6+8+7), c(800, 1083+1050+878)): Fredericia against three cities
    r = rates.rate_ratio(21, 11, base_days=3011, reference_days=800)
    assert close(r.value, 1.971488) and close(r.low, 0.8584264) and close(r.high, 4.2772659)
    assert not r.excludes_one


def test_r_documentation_one_sample():
    # R, stats::poisson.test(137, 24.19893): Welsh nickel workers
    r = rates.rate_per(137, 24.19893, per=1)
    assert close(r.value, 5.661407) and close(r.low, 4.753125) and close(r.high, 6.692709)


def test_stata_manual_incidence_rates():
    # Stata, iri 41 15 28010 19017: exact limits and the mid-p value
    days = {"base_days": 19017, "reference_days": 28010}
    r = rates.rate_ratio(15, 41, **days)
    assert close(r.value, 1.855759) and close(r.low, 1.005684) and close(r.high, 3.6093)
    # the two-sided mid-p value is 0.0355, so mid-p limits at that level touch one
    assert rates.rate_ratio(15, 41, **days, confidence=1 - 0.0355, method="mid-p").low == (
        pytest.approx(1, abs=2e-4)
    )


def test_gu_2008_first_example():
    # R exactci, central: 1.339735721772650, 3.388365573616252; R ratesci, score: 1.365962, 3.259306
    days = {"base_days": 54308.7, "reference_days": 51477.5}
    exact = rates.rate_ratio(30, 60, **days)
    assert close(exact.value, 2.10999757175465, 9)
    assert close(exact.low, 1.339735721772650, 9) and close(exact.high, 3.388365573616252, 9)
    score = rates.rate_ratio(30, 60, **days, method="score")
    assert close(score.low, 1.365962) and close(score.high, 3.259306)
    by_search = confint_poisson_2indep(60, 51477.5, 30, 54308.7, method="score", compare="ratio")
    assert (score.low, score.high) == pytest.approx(by_search, rel=1e-6)
    # one-sided p for a ratio of one is 0.000310 in the paper: twice that is the level at one
    mid = rates.rate_ratio(30, 60, **days, confidence=1 - 2 * 0.000310, method="mid-p")
    assert mid.low == pytest.approx(1, abs=3e-3)


def test_gu_2008_e_test():
    # 0.000298 is printed for one side; the two-sided E-test doubles it up to discreteness
    days = {"base_days": 54308.7, "reference_days": 51477.5}
    assert rates.e_test(30, 60, **days) == pytest.approx(2 * 0.000298, rel=0.15)


def test_krishnamoorthy_thomson_weed_seeds():
    p = rates.e_test(0, 3, base_days=100, reference_days=100)
    assert p == pytest.approx(0.08837900929018157, rel=1e-7)


def test_garwood_tables():
    # GraphPad QuickCalcs (Garwood) prints these limits for a count of 25
    for level, low, high in ((0.90, 17.38, 34.92), (0.95, 16.18, 36.90), (0.99, 14.00, 41.00)):
        r = rates.rate_per(25, 1, per=1, confidence=level)
        assert r.low == pytest.approx(low, abs=0.006) and r.high == pytest.approx(high, abs=0.006)
    # R DescTools::PoissonCI(15, 400) and survival::cipoisson(4)
    r = rates.rate_per(15, 400, per=1)
    assert close(r.low, 0.0209884653319583, 9) and close(r.high, 0.0618505471787146, 9)
    r = rates.rate_per(4, 1, per=1)
    assert close(r.low, 1.089865) and close(r.high, 10.24153)


def test_rate_of_nothing_has_an_upper_limit():
    r = rates.rate_per(0, 50_000, per=10_000)
    # R epitools::pois.exact(0): 3.689 events
    assert (r.value, r.low) == (0, 0) and r.high == pytest.approx(3.689 / 5, rel=1e-3)


@pytest.mark.parametrize(
    ("count", "population", "reading"),
    [
        (4, 1e6, "interval only"),
        (5, 1e6, "unstable"),
        (10, 1e6, "unstable"),
        (11, 1e6, "stable"),
        (500, 999, "interval only"),
        (500, 1000, "stable"),
    ],
)
def test_reading_of_a_rate(count, population, reading):
    assert rates.rate_per(count, population).reading == reading


def test_zero_counts():
    none_before = rates.rate_ratio(0, 7)
    assert none_before.value == math.inf and none_before.high == math.inf
    # by hand: 7 of 7, lower share 0.025 ** (1 / 7), ratio = share / (1 - share)
    share = 0.025 ** (1 / 7)
    assert close(none_before.low, share / (1 - share))
    none_after = rates.rate_ratio(7, 0)
    assert (none_after.value, none_after.low) == (0, 0)
    assert close(none_after.high, (1 - share) / share)
    assert math.isnan(rates.tipping_dispersion(0, 7))
    for method in rates.METHODS:
        assert rates.rate_ratio(0, 7, method=method).high == math.inf
        assert rates.rate_ratio(7, 0, method=method).low == 0


def test_tipping_dispersion_by_hand_and_at_its_own_limit():
    phi = rates.tipping_dispersion(92, 159)
    by_hand = (math.log(159 / 92) / (1.959964 * math.sqrt(1 / 92 + 1 / 159))) ** 2
    assert close(phi, by_hand)
    assert rates.overdispersed_ratio(92, 159, dispersion=phi).low == pytest.approx(1, abs=1e-9)


def test_tipping_effort_moves_with_the_ratio():
    effort = rates.tipping_effort(rates.Interval(1.5, 1.2, 1.9))
    assert (effort.value, effort.low, effort.high) == pytest.approx((0.5, 0.2, 0.9))


@pytest.mark.parametrize("bad", [-1, 1.5, math.nan, math.inf, None, "12", True])
def test_bad_counts_are_refused(bad):
    for call in (
        lambda: rates.rate_ratio(bad, 3),
        lambda: rates.rate_ratio(3, bad),
        lambda: rates.e_test(bad, 3),
        lambda: rates.tipping_dispersion(3, bad),
        lambda: rates.overdispersed_ratio(bad, 3, dispersion=2),
        lambda: rates.rate_per(bad, 1000),
    ):
        with pytest.raises(ValueError, match="expected a whole number"):
            call()


@pytest.mark.parametrize("bad", [0, -5, math.nan, None])
def test_bad_exposures_are_refused(bad):
    with pytest.raises(ValueError, match="reference_days"):
        rates.rate_ratio(3, 4, reference_days=bad)
    with pytest.raises(ValueError, match="population"):
        rates.rate_per(3, bad)


def test_other_refusals():
    with pytest.raises(ValueError, match="both zero"):
        rates.rate_ratio(0, 0)
    with pytest.raises(ValueError, match="expected one of exact"):
        rates.rate_ratio(4, 5, method="wald")
    with pytest.raises(ValueError, match="zero count"):
        rates.overdispersed_ratio(0, 5, dispersion=2)
    with pytest.raises(ValueError, match="dispersion"):
        rates.overdispersed_ratio(4, 5, dispersion=0.5)
    for level in (0, 1, 95, math.nan):
        with pytest.raises(ValueError, match="confidence"):
            rates.rate_ratio(4, 5, confidence=level)


@PROPERTY
@given(a=COUNTS, b=COUNTS, s=DAYS, t=DAYS, level=LEVELS, method=st.sampled_from(rates.METHODS))
def test_swapping_the_years_inverts_the_ratio(a, b, s, t, level, method):
    there = rates.rate_ratio(a, b, base_days=s, reference_days=t, confidence=level, method=method)
    back = rates.rate_ratio(b, a, base_days=t, reference_days=s, confidence=level, method=method)
    assert close(there.value * back.value, 1, 9)
    assert close(there.low * back.high, 1, 4) and close(there.high * back.low, 1, 4)


@PROPERTY
@given(a=COUNTS, b=COUNTS, s=DAYS, t=DAYS, factor=st.floats(0.1, 10))
def test_only_the_proportion_of_exposures_matters(a, b, s, t, factor):
    one = rates.rate_ratio(a, b, base_days=s, reference_days=t)
    same = rates.rate_ratio(a, b, base_days=s * factor, reference_days=t * factor)
    assert close(one.value, same.value, 9) and close(one.low, same.low, 6)
    longer = rates.rate_ratio(a, b, base_days=s, reference_days=t * factor)
    assert close(longer.value * factor, one.value, 9) and close(longer.high * factor, one.high, 6)


@PROPERTY
@given(a=COUNTS, b=COUNTS, method=st.sampled_from(rates.METHODS))
def test_intervals_hold_the_ratio_and_widen_with_confidence(a, b, method):
    inner = rates.rate_ratio(a, b, confidence=0.8, method=method)
    outer = rates.rate_ratio(a, b, confidence=0.95, method=method)
    assert outer.low < inner.low < inner.value < inner.high < outer.high


@PROPERTY
@given(a=COUNTS, b=COUNTS)
def test_exact_is_the_widest_and_agrees_with_its_test(a, b):
    exact, mid = rates.rate_ratio(a, b), rates.rate_ratio(a, b, method="mid-p")
    assert exact.low <= mid.low and mid.high <= exact.high
    tails = (stats.binom.cdf(b, a + b, 0.5), stats.binom.sf(b - 1, a + b, 0.5))
    assert exact.excludes_one == (min(tails) < 0.025)


@PROPERTY
@given(k=st.integers(0, 5_000), people=st.floats(1, 1e7), level=LEVELS)
def test_rates_hold_their_value(k, people, level):
    r = rates.rate_per(k, people, confidence=level)
    assert r.low <= r.value < r.high
    assert close(rates.rate_per(k, people, per=1).high * 1e4, rates.rate_per(k, people).high, 9)


def test_the_e_test_goes_over_into_its_normal_limit(monkeypatch):
    summed = rates.e_test(15_000, 15_300)
    monkeypatch.setattr(rates, "LARGEST_E_TEST", 0)
    limit = rates.e_test.__wrapped__(15_000, 15_300)
    assert limit == pytest.approx(summed, rel=1e-4)


def test_counts_of_any_size_have_every_interval():
    for method in rates.METHODS:
        found = rates.rate_ratio(10**12, 10**12 + 5, method=method)
        assert 0.99999 < found.low < 1 < found.high < 1.00001
    wide = rates.overdispersed_ratio(92, 17_000_000, dispersion=1e9)
    assert (wide.low, wide.high) == (0, math.inf)
