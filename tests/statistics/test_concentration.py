import itertools
import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khtip.statistics.concentration import bootstrap_herfindahl, herfindahl, theil, top_share

SPLITS = st.lists(st.integers(1, 200), min_size=1, max_size=6)


def series(sizes):
    return pd.Series(sizes, index=[f"c{i}" for i in range(len(sizes))])


def test_index_of_the_merger_guidelines():
    # Four firms with 30, 30, 20 and 20 per cent: 2,600 in the guidelines' units of 10,000.
    assert herfindahl(series([30, 30, 20, 20])).lowest * 10_000 == pytest.approx(2600)


def test_equal_countries_give_their_number():
    found = herfindahl(series([7, 7, 7, 7]))
    assert (found.lowest, found.one_unnamed, found.highest) == (0.25, 0.25, 0.25)
    assert found.effective_number == (4, 4)


@pytest.mark.parametrize(("sizes", "left"), [((5, 3), 3), ((2, 1, 1), 4), ((1,), 4), ((4, 4), 2)])
def test_bounds_against_every_split_of_the_residual(sizes, left):
    # By brute force: every way to give the residual to the named and to `left` unnamed countries.
    n, slots = sum(sizes) + left, list(sizes) + [0] * left
    values = [
        sum(((k + extra) / n) ** 2 for k, extra in zip(slots, extras, strict=True))
        for extras in itertools.product(range(left + 1), repeat=len(slots))
        if sum(extras) == left
    ]
    found = herfindahl(series(list(sizes)), total=n)
    assert found.residual == left
    assert found.lowest == pytest.approx(min(values))
    assert found.highest == pytest.approx(max(values))
    assert found.lowest <= found.one_unnamed <= found.highest


def test_top_share_by_hand():
    found = top_share(series([351, 260, 50]), 1, total=757)
    assert found.value == 351 / 757

    def wilson(k, sign, n=757, z=1.959964):
        middle, spread = k + z * z / 2, z * math.sqrt(k * (n - k) / n + z * z / 4)
        return (middle + sign * spread) / (n + z * z)

    # Below, chance alone; above, the 96 unnamed persons could all belong to the largest country.
    assert found.low == pytest.approx(wilson(351, -1))
    assert found.high == pytest.approx(wilson(351 + 96, 1))


def test_bootstrap_is_the_same_every_time_and_close_to_the_delta_method():
    many = series([351, 260, 50, 33])
    first = bootstrap_herfindahl(many, draws=300, seed=3)
    assert first == bootstrap_herfindahl(many, draws=300, seed=3)
    assert first != bootstrap_herfindahl(many, draws=300, seed=4)
    one = bootstrap_herfindahl(series([60, 40]), draws=2000, seed=3)
    # Delta method by hand for two classes: index 1 - 2 p q, sd = 2 |p - q| sqrt(p q / n).
    sd = 2 * 0.2 * math.sqrt(0.24 / 100)
    assert one.value == pytest.approx(0.52)
    assert one.high == pytest.approx(0.52 + 1.96 * sd, abs=0.02)
    assert one.low >= 0.5


def test_bootstrap_spreads_the_residual_thin():
    counts = series([40, 30])
    found = bootstrap_herfindahl(counts, total=90, draws=200, seed=1)
    assert found.value == pytest.approx(herfindahl(counts, total=90).lowest)


def test_theil_by_hand():
    assert theil(series([5, 5, 5]), classes=3) == pytest.approx(0)
    assert theil(series([8, 0]), classes=2) == pytest.approx(math.log(2))
    expected = 0.75 * math.log(2 * 0.75) + 0.25 * math.log(2 * 0.25)
    assert theil(series([3, 1]), classes=2) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: herfindahl(series([5, 6]), total=10), "sum to 11, more than the total 10"),
        (lambda: herfindahl(series([])), "no class"),
        (lambda: herfindahl(series([0, 0])), "total is 0"),
        (lambda: top_share(series([5, 6]), 3), "k is 3; expected 1 to 2"),
        (lambda: top_share(series([5, 6]), 0), "k is 0"),
        (lambda: theil(series([5, 6]), classes=3), "2 classes given, 3 stated"),
        (lambda: bootstrap_herfindahl(series([9])), "nothing to draw"),
    ],
)
def test_refuses(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@given(SPLITS, st.integers(0, 60))
def test_bounds_are_ordered_and_within_limits(sizes, left):
    found = herfindahl(series(sizes), total=sum(sizes) + left)
    assert 1 / (len(sizes) + left) <= found.lowest + 1e-12
    assert found.lowest <= found.one_unnamed + 1e-12
    assert found.one_unnamed <= found.highest + 1e-12
    assert found.highest <= 1
    low, high = found.effective_number
    assert low <= high


@given(SPLITS, st.integers(0, 60), st.randoms(use_true_random=False))
def test_names_and_order_do_not_matter(sizes, left, random):
    shuffled = sizes[:]
    random.shuffle(shuffled)
    total = sum(sizes) + left
    assert herfindahl(series(sizes), total=total) == herfindahl(series(shuffled), total=total)
    assert theil(series(sizes), classes=len(sizes)) == pytest.approx(
        theil(series(shuffled), classes=len(sizes))
    )


@given(SPLITS, st.integers(2, 5))
def test_the_index_has_no_unit(sizes, factor):
    found = herfindahl(series([k * factor for k in sizes]))
    assert found.lowest == pytest.approx(herfindahl(series(sizes)).lowest)


@settings(max_examples=5, deadline=None)
@given(st.lists(st.integers(5, 30), min_size=2, max_size=3))
def test_a_bootstrap_interval_holds_its_index(sizes):
    found = bootstrap_herfindahl(series(sizes), draws=200, seed=1)
    assert found.low <= found.value + 0.02
    assert found.high >= found.value - 0.02
