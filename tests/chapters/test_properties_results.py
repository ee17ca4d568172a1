"""Properties of results: scale, confidence, names of countries, order of rows, new sources."""

from __future__ import annotations

import random

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from khtip.chapters.destinations.rated import destination_rates, stock_of
from khtip.chapters.summary import results
from khtip.ledger.ledger import Ledger
from khtip.statistics.composite import composite
from khtip.statistics.concentration import herfindahl, top_share
from khtip.statistics.ranks import rank_sets
from khtip.statistics.rates import rate_per, rate_ratio, shrunken_rates
from khtip.statistics.shares import difference
from khtip.statistics.trend import fit

COUNTS = st.integers(0, 900)
SOME = st.integers(1, 900)
SCALES = st.integers(2, 50)
LEVELS = st.tuples(st.floats(0.5, 0.98), st.floats(0.002, 0.018)).map(lambda p: (p[0], sum(p)))
COUNTRIES = ("MYS", "THA", "CHN", "VNM", "JPN", "IDN")


def home(counts: list[int]) -> pd.DataFrame:
    """Return a list of destinations as `destinations.brought_home` returns it."""
    rows = {"category": COUNTRIES[: len(counts)], "value": counts, "total": sum(counts)}
    return pd.DataFrame(rows)


def stock(numbers: list[int]) -> pd.DataFrame:
    """Return one revision of the migrant stock."""
    return pd.DataFrame(
        {
            "revision": 2017,
            "year": 2017,
            "ref_area": COUNTRIES[: len(numbers)],
            "value": [float(number) for number in numbers],
            "context_source_id": "ctx-02",
        }
    )


DESTINATIONS = st.lists(st.tuples(SOME, st.integers(1000, 10**6)), min_size=2, max_size=6)


def rates(counts, numbers) -> pd.DataFrame:  # noqa: ANN001
    living = stock_of(stock(numbers), edition="2017", year=2017)
    return destination_rates(home(counts), living, 0.95).set_index("destination")


# scale


@settings(max_examples=25, deadline=None)
@given(DESTINATIONS, SCALES)
def test_a_stock_k_times_as_large_gives_rates_one_kth_as_large(places, k):
    counts, numbers = map(list, zip(*places, strict=True))
    plain, scaled = rates(counts, numbers), rates(counts, [k * n for n in numbers])
    limits = ["rate_per_10000", "low", "high"]
    assert plain.index.tolist() == scaled.index.tolist()
    np.testing.assert_allclose(plain[limits], scaled[limits] * k, rtol=1e-9)


@settings(max_examples=25, deadline=None)
@given(DESTINATIONS, SCALES)
def test_a_scaled_exposure_changes_no_rank(places, k):
    counts, numbers = (
        pd.Series(list(one), index=COUNTRIES[: len(places)]) for one in zip(*places, strict=True)
    )
    plain = rank_sets(counts, exposure=numbers)
    pd.testing.assert_frame_equal(
        plain[["category", "best", "worst"]],
        rank_sets(counts, exposure=numbers * k)[["category", "best", "worst"]],
    )


def test_a_scaled_exposure_scales_shrunken_rates():
    counts = pd.Series([351, 260, 50, 17, 4], index=COUNTRIES[:5])
    numbers = pd.Series([14409, 680686, 20000, 1035, 3518], index=COUNTRIES[:5])
    plain, scaled = shrunken_rates(counts, numbers), shrunken_rates(counts, numbers * 7)
    limits = ["shrunken", "low", "high"]
    np.testing.assert_allclose(plain[limits], scaled[limits] * 7, rtol=1e-4)


# intervals


def _ratio(a, b, level):  # noqa: ANN001
    return rate_ratio(a, b, confidence=level)


def _rate(a, b, level):  # noqa: ANN001
    return rate_per(a, b + 1, confidence=level)


def _difference(a, b, level):  # noqa: ANN001
    return difference(min(a, b), max(a, b), min(a, 7), 9, confidence=level)


def _top(a, b, level):  # noqa: ANN001
    return top_share(pd.Series({"x": a, "y": b}), 1, total=a + b + 3, confidence=level)


@settings(max_examples=25, deadline=None)
@pytest.mark.parametrize("method", [_ratio, _rate, _difference, _top])
@given(a=SOME, b=SOME, levels=LEVELS)
def test_an_interval_holds_its_estimate_and_widens_with_confidence(method, a, b, levels):
    narrow, wide = (method(a, b, level) for level in levels)
    assert narrow.value == wide.value
    assert narrow.low - 1e-9 <= narrow.value <= narrow.high + 1e-9
    assert wide.low <= narrow.low + 1e-9 and narrow.high <= wide.high + 1e-9
    assert wide.low < narrow.low or narrow.high < wide.high, "another confidence, another width"


@settings(max_examples=25, deadline=None)
@given(a=COUNTS, b=COUNTS, levels=LEVELS, method=st.sampled_from(["mid-p", "score"]))
def test_the_other_intervals_of_a_ratio_widen_too(a, b, levels, method):
    assume(a + b > 0)
    narrow, wide = (rate_ratio(a, b, confidence=one, method=method) for one in levels)
    assert wide.low <= narrow.low + 1e-9 and narrow.high <= wide.high + 1e-9


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(20, 900), min_size=6, max_size=10))
def test_the_interval_of_a_trend_widens_with_confidence(counts):
    years = list(range(2012, 2012 + len(counts)))
    narrow, wide = (fit(years, counts, confidence=level) for level in (0.8, 0.99))
    assert narrow.annual_change == wide.annual_change
    assert wide.low < narrow.low <= narrow.annual_change <= narrow.high < wide.high


@settings(max_examples=20, deadline=None)
@given(st.lists(SOME, min_size=2, max_size=6))
def test_sets_of_ranks_widen_with_confidence(counts):
    series = pd.Series(counts, index=COUNTRIES[: len(counts)])
    narrow, wide = (
        rank_sets(series, confidence=level).set_index("category") for level in (0.8, 0.99)
    )
    assert (wide["best"] <= narrow["best"]).all() and (wide["worst"] >= narrow["worst"]).all()


# names and order


@settings(max_examples=20, deadline=None)
@given(DESTINATIONS, st.randoms(use_true_random=False))
def test_other_names_for_countries_permute_the_results(places, chance):
    counts, numbers = map(list, zip(*places, strict=True))
    names = list(COUNTRIES[: len(places)])
    others = chance.sample(names, len(names))
    new = dict(zip(names, others, strict=True))
    plain = rates(counts, numbers).rename(index=new)
    living = stock_of(stock(numbers).replace({"ref_area": new}), edition="2017", year=2017)
    renamed = destination_rates(home(counts).replace({"category": new}), living, 0.95)
    renamed = renamed.set_index("destination")
    pd.testing.assert_frame_equal(plain.sort_index(), renamed.sort_index())
    series = pd.Series(counts, index=names)
    assert herfindahl(series) == herfindahl(series.rename(new))
    ranks = [
        rank_sets(one).set_index("category")[["best", "worst"]].sort_index()
        for one in (series.rename(new), series.rename(new).iloc[::-1])
    ]
    pd.testing.assert_frame_equal(*ranks)


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(5)))
def test_other_names_permute_a_composite(order):
    values = pd.DataFrame(
        [[1.0, 5.0], [2.0, 3.0], [4.0, 4.0], [8.0, 1.0], [6.0, 2.0]],
        index=list("abcde"),
        columns=["x", "y"],
    )
    signs = {"x": 1, "y": -1}
    plain, mixed = composite(values, signs), composite(values.iloc[list(order)], signs)
    pd.testing.assert_frame_equal(plain.sort_index(), mixed.sort_index())


# findings


@pytest.mark.parametrize("chapter", results.CHAPTERS.values())
def test_the_order_of_rows_changes_no_finding(chapter):
    chosen = results.published_setting(chapter, {"draws": 64})
    ledger = Ledger()
    plain = {one.finding_id: one for one in results.stated(chapter, ledger, chosen)}
    mixed = {name: _mixed(table) for name, table in vars(ledger).items()}
    after = {one.finding_id: one for one in results.stated(chapter, Ledger(**mixed), chosen)}
    assert list(plain) == list(after)
    for name, one in plain.items():
        assert (after[name].sentence, after[name].verdict) == (one.sentence, one.verdict)
        assert after[name].value == pytest.approx(one.value, nan_ok=True)


def _mixed(frame: pd.DataFrame) -> pd.DataFrame:
    order = list(range(len(frame)))
    random.Random(4711).shuffle(order)
    return frame.iloc[order].reset_index(drop=True)
