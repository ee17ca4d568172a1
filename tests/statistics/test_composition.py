import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from khtip.statistics.shares import (
    composition,
    difference,
    group_size,
    homogeneity,
    majority,
    share,
    tipping_design_effect,
)

PARTS = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
LEVELS = st.sampled_from([0.8, 0.9, 0.95, 0.99])
SPLITS = st.lists(st.integers(0, 300), min_size=2, max_size=6).filter(sum)


# Newcombe (1998), Statistics in Medicine 17, 857-872, Table I, method 3.
@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_agrees_with_newcombes_table(count, total, low, high):
    found = share(count, total)
    assert found.value == count / total
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


# Newcombe (1998), Statistics in Medicine 17, 873-890, Table II, method 10, examples (a) to (h).
@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0000),
        ((10, 10), (0, 10), 0.6075, 1.0000),
    ],
)
def test_difference_agrees_with_newcombes_table(first, second, low, high):
    found = difference(*second, *first)
    assert found.value == first[0] / first[1] - second[0] / second[1]
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_goodman_limits_solve_his_equation_on_the_data_of_may_and_johnson():
    # 220 psychiatric patients in four classes (May and Johnson 1997). Each limit is a root of
    # n (p - pi)^2 = chi2(1 - alpha / k, 1) pi (1 - pi), which is how Goodman defines it.
    counts = pd.Series({"neurotic": 91, "depressed": 49, "schizophrenic": 37, "personality": 43})
    frame = composition(counts)
    quantile = stats.chi2.isf(0.05 / 4, 1)
    for limit in ("low_together", "high_together"):
        left = 220 * (frame["share"] - frame[limit]) ** 2
        assert left.tolist() == pytest.approx(
            (quantile * frame[limit] * (1 - frame[limit])).tolist()
        )
    assert frame["low_together"].round(3).tolist() == [0.334, 0.161, 0.115, 0.137]
    assert frame["high_together"].round(3).tolist() == [0.498, 0.300, 0.240, 0.270]


def test_homogeneity_agrees_with_the_documentation_of_r():
    found = homogeneity([83, 90, 129, 70], [86, 93, 136, 82])
    assert (round(found.statistic, 4), found.dof) == (12.6004, 3)
    assert round(found.p_value, 6) == 0.005585


def test_homogeneity_by_hand():
    # 10 of 20 and 15 of 20: expected 12.5 each, chi2 = 4 * 2.5^2 / ... = 2.6667, V = sqrt(chi2/40).
    found = homogeneity([10, 15], [20, 20])
    assert found.statistic == pytest.approx(2 * 2.5**2 / 12.5 + 2 * 2.5**2 / 7.5)
    assert found.cramers_v == pytest.approx(math.sqrt(found.statistic / 40))
    assert found.smallest_expected == 7.5
    assert homogeneity([10, 15], [20, 20], design_effect=2).statistic == found.statistic / 2


def test_a_design_effect_of_two_is_half_the_persons():
    assert share(30, 50, design_effect=2).low == pytest.approx(share(15, 25).low)
    assert share(30, 50, design_effect=2).value == 0.6
    clustered = difference(30, 50, 20, 40, design_effect=2)
    assert clustered.low == pytest.approx(difference(15, 25, 10, 20).low)


def test_the_residual_stays_a_class():
    frame = composition(pd.Series({"a": 10, "b": 5}), total=20, residual="unknown")
    assert frame["category"].tolist() == ["a", "b", "unknown"]
    assert frame["count"].tolist() == [10, 5, 5]
    assert frame["share"].sum() == 1
    assert "unknown" not in composition(pd.Series({"a": 15, "b": 5}))["category"].tolist()


def test_edges():
    assert share(0, 20).low == 0
    assert share(20, 20).high == 1
    alone = composition(pd.Series({"all": 7}))
    assert alone[["share", "low_together", "high_together"]].to_numpy().tolist() == [[1, 1, 1]]
    empty = composition(pd.Series({"a": 0, "b": 9}))
    assert empty["low_together"].iloc[0] == 0
    assert empty["high_together"].iloc[1] == 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: share(5, 3), "count is 5, more than its total 3"),
        (lambda: share(0, 0), "total is 0"),
        (lambda: share(-1, 3), "count is -1"),
        (lambda: share(1.5, 3), "count is 1.5"),
        (lambda: share(math.nan, 3), "count is nan"),
        (lambda: share(True, 3), "count is True"),
        (lambda: share(1, 3, confidence=95), "confidence is 95"),
        (lambda: share(1, 3, design_effect=0.5), "design_effect is 0.5"),
        (lambda: composition(pd.Series(dtype=int)), "no class is given"),
        (lambda: composition(pd.Series({"a": 9, "b": 9}), total=10), "sum to 18, more than"),
        (lambda: composition(pd.Series([1, 2], index=["a", "a"])), "repeated: \\['a'\\]"),
        (lambda: composition(pd.Series({"not stated": 1}), total=2), "already called"),
        (lambda: composition(pd.Series({"a": 0})), "total is 0"),
        (lambda: homogeneity([1], [2]), "at least two"),
        (lambda: homogeneity([0, 0], [2, 3]), "nothing to compare"),
        (lambda: homogeneity([2, 3], [2, 3]), "nothing to compare"),
        (lambda: group_size(3, 0), "0 cases"),
        (lambda: group_size(3, 4), "3 victims in 4 cases"),
        (lambda: majority(0.6, 0.4), "expected 0 <= low"),
    ],
)
def test_refuses(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@given(PARTS, LEVELS)
def test_at_the_tipping_design_effect_a_limit_is_one_half(parts, level):
    tipping = tipping_design_effect(*parts, confidence=level)
    if tipping >= 1:
        found = share(*parts, confidence=level, design_effect=tipping)
        limit = found.low if found.value > 0.5 else found.high
        assert limit == pytest.approx(0.5)
        assert majority(*limits_of(parts, level, 1.0)) != "not distinguishable" or tipping < 1.001
    else:
        assert majority(*limits_of(parts, level, 1.0)) == "not distinguishable"


def limits_of(parts, level, deff):
    found = share(*parts, confidence=level, design_effect=deff)
    return found.low, found.high


def test_majority():
    assert majority(0.501, 0.7) == "majority"
    assert majority(0.2, 0.499) == "minority"
    assert majority(0.5, 0.7) == "not distinguishable"
    assert majority(0.3, 0.5) == "not distinguishable"


@given(PARTS, LEVELS)
def test_an_interval_holds_its_share_and_stays_within_bounds(parts, level):
    found = share(*parts, confidence=level)
    assert 0 <= found.low <= found.value <= found.high <= 1


@given(PARTS, st.floats(1, 5))
def test_intervals_widen_with_confidence_and_design_effect(parts, deff):
    narrow, wide = share(*parts, confidence=0.8), share(*parts, confidence=0.99)
    clustered = share(*parts, confidence=0.8, design_effect=deff)
    for other in (wide, clustered):
        assert other.low <= narrow.low + 1e-12
        assert other.high >= narrow.high - 1e-12


@given(PARTS, PARTS)
def test_a_difference_turns_round_with_its_reports(first, second):
    one, other = difference(*first, *second), difference(*second, *first)
    assert one.value == pytest.approx(-other.value)
    assert (one.low, one.high) == pytest.approx((-other.high, -other.low))
    assert one.low - 1e-12 <= one.value <= one.high + 1e-12


@given(SPLITS, st.randoms(use_true_random=False))
def test_relabelling_permutes_the_rows(sizes, random):
    counts = pd.Series(sizes, index=[f"c{i}" for i in range(len(sizes))])
    order = list(counts.index)
    random.shuffle(order)
    plain = composition(counts).set_index("category").loc[order]
    shuffled = composition(counts.loc[order]).set_index("category")
    pd.testing.assert_frame_equal(plain, shuffled)


@given(SPLITS, st.integers(0, 50))
def test_simultaneous_intervals_hold_the_single_ones(sizes, left):
    counts = pd.Series(sizes, index=[f"c{i}" for i in range(len(sizes))])
    frame = composition(counts, total=sum(sizes) + left)
    assert (frame["low_together"] <= frame["low"] + 1e-12).all()
    assert (frame["high_together"] >= frame["high"] - 1e-12).all()
    assert frame["count"].sum() == sum(sizes) + left
