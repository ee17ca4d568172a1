"""Trends against published fits, hand calculation and refusals."""

import math
import warnings

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import stats

from khtip.statistics import trend as statistics_trend

YEARS = list(range(2012, 2020))
PROPERTY = settings(deadline=None, max_examples=40, derandomize=True)


def test_published_aids_series_of_belgium():
    # Wood (2017), Generalized Additive Models, new AIDS cases 1981 to 1993:
    # glm(y ~ t, poisson) prints 3.140590 and 0.202121 with standard error 0.007771
    counts = [12, 14, 33, 50, 67, 74, 123, 141, 165, 204, 253, 246, 240]
    trend = statistics_trend.fit(list(range(1981, 1994)), counts)
    assert math.log1p(trend.annual_change) == pytest.approx(0.2021212, abs=1e-6)
    half = (math.log1p(trend.high) - math.log1p(trend.low)) / 2
    t = stats.t.ppf(0.975, 11)
    assert half == pytest.approx(0.007771 * math.sqrt(trend.dispersion) * t, rel=1e-3)
    assert trend.n == 13 and trend.verdict == "rose"


def test_overdispersion_by_hand():
    # A flat series: the slope is zero by symmetry, every fitted value is the mean 100, and
    # Pearson's chi-square is (20^2 + 20^2 + 0 + 20^2 + 20^2) / 100 = 16 on 3 degrees of freedom.
    trend = statistics_trend.fit([1, 2, 3, 4, 5], [120, 80, 100, 80, 120])
    assert trend.annual_change == pytest.approx(0, abs=1e-9)
    assert trend.dispersion == pytest.approx(16 / 3)
    # information on the slope is 100 * (4 + 1 + 0 + 1 + 4); t with 3 degrees of freedom
    half = stats.t.ppf(0.975, 3) * math.sqrt(16 / 3 / 1000)
    assert trend.high == pytest.approx(math.expm1(half)) and trend.p_value == pytest.approx(1)


def test_same_as_the_library_scale_x2():
    counts = [135, 93, 94, 94, 92, 159, 134, 163]
    trend = statistics_trend.fit(YEARS, counts, confidence=0.9)
    model = sm.GLM(counts, sm.add_constant(YEARS), family=sm.families.Poisson())
    result = model.fit(scale="X2", use_t=True)
    assert trend.dispersion == pytest.approx(result.scale, rel=1e-6)
    low, high = result.conf_int(alpha=0.1)[1]
    assert (trend.low, trend.high) == pytest.approx((math.expm1(low), math.expm1(high)), rel=1e-4)
    assert trend.p_value == pytest.approx(result.pvalues[1], rel=1e-4)


def test_dispersion_is_floored_and_t_is_kept():
    # Doubling without a residual: dispersion 0. Information on the slope by hand: 361.935.
    counts = np.array([10, 20, 40, 80, 160])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        trend = statistics_trend.fit([1, 2, 3, 4, 5], counts)
    x = np.arange(5) - (np.arange(5) * counts).sum() / counts.sum()
    half = stats.t.ppf(0.975, 3) / math.sqrt((counts * x**2).sum())
    assert trend.dispersion == pytest.approx(0, abs=1e-9) and trend.dispersion_used == 1
    assert trend.annual_change == pytest.approx(1)
    assert math.log1p(trend.high) == pytest.approx(math.log(2) + half, rel=1e-6)


def test_months_are_an_offset():
    whole = statistics_trend.fit(YEARS, [10, 12, 14, 18, 20, 26, 30, 36])
    half = statistics_trend.fit(YEARS, [10, 6, 14, 9, 20, 13, 30, 18], months=[12, 6] * 4)
    assert half.annual_change == pytest.approx(whole.annual_change, rel=0.02)
    assert half.theil_sen == pytest.approx(whole.theil_sen)
    assert half.kendall_tau == pytest.approx(1)


def test_kendall_without_ties_is_exact():
    trend = statistics_trend.fit([1, 2, 3, 4, 5], [1, 2, 3, 4, 5])
    assert trend.kendall_tau == pytest.approx(1) and trend.kendall_p == pytest.approx(
        2 / math.factorial(5)
    )


def test_kendall_with_ties_counts_permutations():
    # Five counts, one tie: 60 different orders, of which one has the highest concordance.
    trend = statistics_trend.fit([1, 2, 3, 4, 5], [1, 2, 3, 4, 4])
    assert trend.kendall_p == pytest.approx(2 * 2 / math.factorial(5))


def test_theil_sen_is_not_moved_by_one_year():
    counts = [100 * 1.1**n for n in range(8)]
    counts[5] *= 6
    trend = statistics_trend.fit(YEARS, counts)
    assert trend.theil_sen == pytest.approx(0.1, abs=0.02) and trend.annual_change > 0.12


def test_same_seed_same_p():
    years, counts = list(range(2012, 2022)), [5, 7, 7, 9, 6, 8, 8, 11, 9, 12]
    first = statistics_trend.fit(years, counts, seed=1)
    assert first == statistics_trend.fit(years, counts, seed=1)


def test_below_five_years_there_is_no_number_at_all():
    trend = statistics_trend.fit([2012, 2013, 2014, 2015], [1, 2, 4, 8])
    assert trend.verdict == "too few years" and trend.n == 4
    numbers = [trend.annual_change, trend.low, trend.high, trend.p_value, trend.kendall_p]
    assert all(math.isnan(number) for number in numbers)


@pytest.mark.parametrize(
    ("years", "counts", "months", "words"),
    [
        ([1, 2, 3, 4], [1, 2, 3, 4, 5], None, "expected equal"),
        ([1, 2, 3, 4, 4], [1, 2, 3, 4, 5], None, "given twice"),
        ([1, 2, 3, 4, 5], [1, 2, 3, 4, math.nan], None, "none missing"),
        ([1, 2, 3, 4, 5], [1, 2, 3, 4, -5], None, "0 or more"),
        ([1, 2, 3, 4, 5], [1, 2, 3, 4, 5], [12, 12, 12, 12, 0], "above 0"),
    ],
)
def test_bad_input_is_refused(years, counts, months, words):
    with pytest.raises(ValueError, match=words):
        statistics_trend.fit(years, counts, months=months)


def test_zeros_alone_have_no_trend_and_one_count_beside_them_an_open_one():
    zeros = statistics_trend.fit(range(2012, 2017), [0] * 5)
    assert zeros.verdict == statistics_trend.ALL_ZERO and math.isnan(zeros.annual_change)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        jump = statistics_trend.fit(range(2012, 2018), [17_000_000, 92, 159, 134, 163, 155])
    assert jump.verdict == "not distinguishable" and math.isinf(jump.high)


def test_more_choices_than_a_number_holds_are_drawn_at_random():
    rows = pd.DataFrame(
        [(year, 100 + voice, 12.0) for year in range(2000, 2030) for voice in range(10)],
        columns=["year", "value", "months"],
    )
    found = statistics_trend.over_choices(rows)
    assert found.attrs["combinations"] == 10**30 and len(found) == statistics_trend.MOST_FITS
    assert found["annual_change"].nunique() > 400


def test_equal_counts_have_no_rank_correlation():
    trend = statistics_trend.fit([1, 2, 3, 4, 5], [7, 7, 7, 7, 7])
    assert math.isnan(trend.kendall_tau) and trend.verdict == "not distinguishable"


@PROPERTY
@given(counts=st.lists(st.integers(20, 900), min_size=5, max_size=12), factor=st.integers(2, 9))
def test_reversing_time_inverts_the_change(counts, factor):
    years = list(range(2010, 2010 + len(counts)))
    forward = statistics_trend.fit(years, counts, companions=False)
    backward = statistics_trend.fit(years, counts[::-1], companions=False)
    product = (1 + forward.annual_change) * (1 + backward.annual_change)
    assert product == pytest.approx(1, rel=1e-5)
    assert (1 + forward.low) * (1 + backward.high) == pytest.approx(1, rel=1e-4)
    same = statistics_trend.fit(years, [count * factor for count in counts], companions=False)
    assert same.annual_change == pytest.approx(forward.annual_change, rel=1e-5, abs=1e-9)


def test_the_order_of_the_rows_does_not_matter():
    given, months = [(2014, 30), (2012, 10), (2016, 55), (2013, 20), (2015, 41)], [12, 6, 12, 9, 12]
    order = np.argsort([year for year, _ in given])
    years, counts = np.array(given).T
    shuffled = statistics_trend.fit(years, counts, months=months)
    assert shuffled == statistics_trend.fit(
        years[order], counts[order], months=np.array(months)[order]
    )


@PROPERTY
@given(counts=st.lists(st.integers(1, 900), min_size=5, max_size=12))
@example(counts=[481, 1, 1, 1, 1])
def test_intervals_hold_the_change_and_widen(counts):
    years = list(range(2010, 2010 + len(counts)))
    inner = statistics_trend.fit(years, counts, confidence=0.8, companions=False)
    outer = statistics_trend.fit(years, counts, confidence=0.99, companions=False)
    # A fall by almost everything: both lower ends are -100 per cent in floating point.
    assert outer.low < inner.low or inner.low == -1
    assert inner.low < inner.annual_change < inner.high < outer.high
    assert (outer.p_value < 0.01) == (outer.verdict in ("rose", "fell"))


def test_false_alarms_are_rare_where_poisson_gives_many():
    # Overdispersed counts without a trend, eight years: gamma-Poisson with variance 6 x mean.
    rng = np.random.default_rng(7)
    quasi = poisson = 0
    for _ in range(150):
        counts = rng.poisson(rng.gamma(100 / 5, 5, size=8))
        trend = statistics_trend.fit(YEARS, counts, companions=False)
        quasi += trend.p_value < 0.05
        poisson += trend.p_value < 1 and abs(math.log1p(trend.annual_change)) > 1.96 / math.sqrt(
            counts.mean() * 42
        )
    assert quasi / 150 < 0.11 and poisson / 150 > 0.25


def admissible(**values):
    rows = [(int(y[1:]), v, 12.0) for y, several in values.items() for v in several]
    return pd.DataFrame(rows, columns=["year", "value", "months"])


def test_every_choice_is_fitted_once():
    table = admissible(y2012=[90], y2013=[95], y2014=[92, 97], y2015=[94], y2016=[92, 120, 140])
    found = statistics_trend.over_choices(table)
    assert len(found) == found.attrs["combinations"] == 6
    top = statistics_trend.fit(
        [2012, 2013, 2014, 2015, 2016], [90, 95, 92, 94, 140], companions=False
    )
    assert found["annual_change"].max() == pytest.approx(top.annual_change)


def test_many_choices_are_sampled_by_the_seed(monkeypatch):
    monkeypatch.setattr(statistics_trend, "MOST_FITS", 10)
    table = admissible(y1=[1, 2, 3], y2=[2, 3, 4], y3=[5, 6, 7], y4=[3, 4, 5], y5=[6, 7, 8])
    found = statistics_trend.over_choices(table, seed=3)
    assert len(found) == 10 and found.attrs["combinations"] == 3**5
    pd.testing.assert_frame_equal(found, statistics_trend.over_choices(table, seed=3))
    assert not found.equals(statistics_trend.over_choices(table, seed=4))


def test_too_few_years_give_no_choices():
    found = statistics_trend.over_choices(admissible(y1=[1, 2], y2=[3]))
    assert found.empty and found.attrs["combinations"] == 2


def test_counts_that_no_line_fits_are_told_and_stop_nothing(monkeypatch):
    """Counts of very different size may send the search away: when, depends on rounding."""

    def lost(*_, **__):
        raise ValueError("NaN, inf or invalid value detected in weights, estimation infeasible.")

    monkeypatch.setattr(statistics_trend.GLM, "fit", lost)
    found = statistics_trend.fit(range(1912, 1920), [95, 101, 94, 94, 92, 159, 230, 10**9])
    assert found.verdict == statistics_trend.NO_LINE and math.isnan(found.annual_change)
