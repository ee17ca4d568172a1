"""Tests of khtip.statistics.composite and khtip.statistics.composite.

The worked example is the Technology Achievement Index of the OECD/JRC Handbook (2008), Table A.2
(data of 23 countries), Table 15 (three normalisations), Tables 22, 23 and 38 (rankings), with the
goalposts of Saisana, Saltelli and Tarantola (2005), Table 1.
"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from khtip.statistics.composite import (
    aggregate,
    composite,
    needs_treatment,
    normalise,
    random_weights,
    rank,
    winsorise,
)

# country: patents, royalties, internet, exports, log telephones, log electricity, schooling,
# university; and the published ranks with equal, budget-allocation, factor-analysis and AHP
# weights, and with geometric aggregation of the raw values.
TAI = """
Finland        187 125.6 200.2 50.7 3.08 4.15 10.0 27.4 |  1  1  1  1  2
United_States  289 130.0 179.1 66.2 3.00 4.07 12.0 13.9 |  2  2  2  3  1
Sweden         271 156.6 125.8 59.7 3.10 4.14 11.4 15.3 |  3  3  3  4  3
Japan          994  64.6  49.0 80.8 3.00 3.86  9.5 10.0 |  4  5  4  5  4
Korea          779   9.8   4.8 66.7 2.97 3.65 10.8 23.2 |  5  4  5  2 16
Netherlands    189 151.2 136.0 50.9 3.02 3.77  9.4  9.5 |  6  8  6 11  5
United_Kingdom  82 134.0  57.4 61.9 3.02 3.73  9.4 14.9 |  7  7  8  7  6
Singapore        8  25.5  72.3 74.9 2.95 3.83  7.1 24.2 |  8  6 11  6 18
Canada          31  38.6 108.0 48.7 2.94 4.18 11.6 14.2 |  9 10 10 10 13
Australia       75  18.2 125.9 16.2 2.94 3.94 10.9 25.3 | 10 11  7  9 14
Germany        235  36.8  41.2 64.2 2.94 3.75 10.2 14.4 | 11  9 12  8  8
Norway         103  20.2 193.6 19.0 3.12 4.39 11.9 11.2 | 12 13  9 16 11
Ireland        106 110.3  48.6 53.6 2.97 3.68  9.4 12.3 | 13 12 14 12  7
Belgium         72  73.9  58.9 47.6 2.91 3.86  9.3 13.6 | 14 14 15 13  9
New_Zealand    103  13.0 146.7 15.4 2.86 3.91 11.7 13.1 | 15 17 13 18 17
Austria        165  14.8  84.2 50.3 2.99 3.79  8.4 13.6 | 16 15 16 15 12
France         205  33.6  36.4 58.9 2.97 3.80  7.9 12.6 | 17 16 17 14 10
Israel          74  43.6  43.2 45.0 2.96 3.74  9.6 11.0 | 18 18 18 17 15
Spain           42   8.6  21.0 53.4 2.86 3.62  7.3 15.6 | 19 19 19 19 19
Italy           13   9.8  30.4 51.0 3.00 3.65  7.2 13.0 | 20 21 20 21 21
Czech_Republic  28   4.2  25.0 51.7 2.75 3.68  9.5  8.2 | 21 22 21 22 23
Hungary         26   6.2  21.6 63.5 2.73 3.46  9.1  7.7 | 22 20 23 20 22
Slovenia       105   4.0  20.3 49.5 2.84 3.71  7.1 10.6 | 23 23 22 23 20
"""
GOALPOSTS = {
    "patents": (0, 994),
    "royalties": (0, 272.6),
    "internet": (0, 232.4),
    "exports": (0, 80.8),
    "telephones": (0, np.log10(901)),
    "electricity": (np.log10(22), np.log10(6969)),
    "schooling": (0.8, 12),
    "university": (0.1, 27.4),
}
NAMES = list(GOALPOSTS)
BUDGET = [0.11, 0.11, 0.11, 0.18, 0.10, 0.06, 0.15, 0.18]
FACTOR = [0.17, 0.15, 0.11, 0.06, 0.08, 0.13, 0.13, 0.17]
AHP = [0.09, 0.10, 0.07, 0.21, 0.05, 0.06, 0.18, 0.25]
UP = dict.fromkeys(NAMES, 1)


@pytest.fixture(scope="module")
def tai() -> tuple[pd.DataFrame, pd.DataFrame]:
    rows = [line.split() for line in TAI.strip().splitlines()]
    countries = [row[0] for row in rows]
    data = pd.DataFrame([row[1:9] for row in rows], index=countries, columns=NAMES).astype(float)
    published = ["equal", "budget", "factor", "ahp", "geometric"]
    ranks = pd.DataFrame([row[10:] for row in rows], index=countries, columns=published)
    return data, ranks.astype(int)


def test_normalisations_of_schooling_are_the_handbooks_table_15(tai):
    schooling = tai[0][["schooling"]].to_numpy()
    up = np.array([1])
    some = {"Finland": 0, "United_States": 1, "Sweden": 2, "Japan": 3, "Slovenia": 22}
    z = (normalise(schooling, method="z-score", directions=up)[:, 0] - 100) / 10
    assert {c: round(z[i], 2) for c, i in some.items()} == {
        "Finland": 0.26,
        "United_States": 1.52,  # 1.56 with a divisor of n, so the sample deviation is meant
        "Sweden": 1.14,
        "Japan": -0.06,
        "Slovenia": -1.58,
    }
    scaled = normalise(schooling, method="min-max", directions=up)[:, 0] / 100
    assert [round(scaled[i], 2) for i in some.values()] == [0.59, 1.00, 0.88, 0.49, 0.00]
    place = normalise(schooling, method="percentile", directions=up)[:, 0]
    # Japan and the Czech Republic tie, as do Singapore and Slovenia: the Handbook gives both the
    # lower place (52.2; 4.3), here they share the middle of their places (12.5 / 23; 1.5 / 23).
    assert [round(place[i], 1) for i in some.values()] == [65.2, 100.0, 82.6, 54.3, 6.5]


def test_index_values_are_those_published_for_2001(tai):
    index = composite(tai[0], UP, goalposts=GOALPOSTS)["index"] / 100
    published = {
        "Finland": 0.744,
        "United_States": 0.733,
        "Sweden": 0.703,
        "Japan": 0.698,
        "Korea": 0.666,
        "Netherlands": 0.630,
    }
    for country, value in published.items():
        assert index[country] == pytest.approx(value, abs=0.0015)  # the logarithms are rounded


def test_rankings_with_equal_and_budget_weights_are_the_handbooks_table_23(tai):
    data, published = tai
    equal = composite(data, UP, goalposts=GOALPOSTS)["rank"]
    assert equal.astype(int).tolist() == published["equal"].tolist()
    weights = dict(zip(NAMES, BUDGET, strict=True))
    budget = composite(data, UP, goalposts=GOALPOSTS, weights=weights)["rank"]
    assert budget.astype(int).tolist() == published["budget"].tolist()


@pytest.mark.parametrize(("column", "weights"), [("factor", FACTOR), ("ahp", AHP)])
def test_rankings_with_other_weights_agree_as_far_as_the_printed_weights_allow(
    tai, column, weights
):
    # The weights are printed with two decimals, so two or three close neighbours change places.
    given_weights = dict(zip(NAMES, weights, strict=True))
    result = composite(tai[0], UP, goalposts=GOALPOSTS, weights=given_weights)
    shift = (result["rank"] - tai[1][column]).abs()
    assert shift.max() <= 2
    assert shift.sum() <= 4


def test_ranking_by_geometric_mean_is_the_handbooks_table_38(tai):
    data, published = tai
    raw = aggregate(data.to_numpy(), np.ones(8), method="geometric")
    assert rank(raw).astype(int).tolist() == published["geometric"].tolist()


def test_geometric_mean_rewards_balance_as_in_section_6_11():
    rows = np.array([[21.0, 1, 1, 1], [6, 6, 6, 6], [21, 2, 1, 1], [6, 7, 6, 6]])
    means = aggregate(rows, np.ones(4), method="geometric")
    assert means.round(2).tolist() == [2.14, 6.0, 2.55, 6.24]  # the Handbook cuts off: 2.54, 6.23
    assert aggregate(rows, np.ones(4), method="linear")[:2].tolist() == [6, 6]


def test_outlier_rule_gives_the_moments_printed_by_coinr():
    from scipy import stats

    values = np.array([*range(1, 11), 30, 100], dtype=float)
    assert stats.skew(values, bias=False) == pytest.approx(3.063241, abs=1e-6)
    assert stats.kurtosis(values, bias=False) == pytest.approx(9.741391, abs=1e-6)
    assert needs_treatment(values)


def test_winsorising_as_in_coinrs_tests():
    values = np.array([*range(1, 11), 100], dtype=float)
    treated, changed = winsorise(values)
    assert changed == 1
    assert treated.tolist() == [*range(1, 11), 10]
    assert values[-1] == 100  # the input is not changed
    left, changed = winsorise(-values)
    assert (left.tolist(), changed) == ([*range(-1, -11, -1), -10], 1)


def test_winsorising_stops_at_its_limit_and_keeps_what_is_missing():
    values = np.array([*range(1, 21), 100, 200, np.nan], dtype=float)
    treated, changed = winsorise(values, most=1)
    assert (changed, np.nanmax(treated)) == (1, 100)
    assert np.isnan(treated[-1])
    assert not needs_treatment(np.array([1.0, 1, 1, 1, 1]))
    assert not needs_treatment(np.array([1.0, 2, 1000]))


@pytest.mark.parametrize("normalisation", ["min-max", "z-score", "percentile"])
@pytest.mark.parametrize("aggregation", ["linear", "geometric"])
def test_indicator_equal_everywhere_changes_no_rank(normalisation, aggregation):
    values = pd.DataFrame({"a": [3.0, 1, 2], "same": [5.0, 5, 5]}, index=list("XYZ"))
    both = {"a": 1, "same": -1}
    options = {"normalisation": normalisation, "aggregation": aggregation}
    result = composite(values, both, **options)
    assert result["rank"].tolist() == [1, 3, 2]
    assert result["part_same"].nunique() == 1
    alone = composite(values[["same"]], {"same": 1}, **options)
    assert alone["rank"].tolist() == [1, 1, 1]


def test_one_country_and_no_country():
    one = composite(pd.DataFrame({"a": [7.0]}, index=["X"]), {"a": 1})
    assert one.loc["X", ["index", "rank", "status"]].tolist() == [50, 1, "ranked"]
    none = composite(pd.DataFrame({"a": pd.Series(dtype=float)}), {"a": 1})
    assert none.empty


def test_ties_share_the_better_rank():
    values = pd.DataFrame({"a": [1.0, 1, 0, 2]}, index=list("WXYZ"))
    assert composite(values, {"a": 1})["rank"].tolist() == [2, 2, 4, 1]
    assert rank(np.array([0.1 + 0.2, 0.3])).tolist() == [1, 1]


def test_missing_value_passes_its_weight_on_and_is_not_zero():
    values = pd.DataFrame({"a": [0.0, 10, 10], "b": [0.0, 10, np.nan]}, index=list("XYZ"))
    result = composite(values, {"a": 1, "b": 1}, least=1)
    assert result["index"].tolist() == [0, 100, 100]
    assert np.isnan(result.loc["Z", "part_b"])
    assert result.loc["Z", "known"] == 1


def test_unit_with_too_few_indicators_is_not_ranked_and_sets_no_goalpost():
    values = pd.DataFrame(
        {"a": [1.0, 2, 99], "b": [1.0, 2, np.nan], "c": [2.0, 1, np.nan], "d": [1, 2, 3]},
        index=list("XYZ"),
    )
    result = composite(values, dict.fromkeys("abcd", 1))
    assert result.loc["Z", "status"] == "not ranked: 2 of 4 indicators known"
    assert np.isnan(result.loc["Z", "index"])
    assert np.isnan(result.loc["Z", "rank"])
    assert result.loc["Y", "part_a"] == 25  # the full score: 99 was not the upper goalpost


def test_direction_and_goalposts():
    values = pd.DataFrame({"effort": [20.0, 60, 90]}, index=list("XYZ"))
    result = composite(values, {"effort": -1}, goalposts={"effort": (0, 80)})
    assert result["index"].tolist() == [75, 25, 0]  # 90 is beyond the goalpost and cut off
    half = composite(values, {"effort": -1}, goalposts={"effort": (0, np.nan)})
    assert half["index"].round(1).tolist() == [77.8, 33.3, 0.0]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda v: composite(v, {"a": 1}), "directions name"),
        (lambda v: composite(v, {"a": 1, "b": 2}), r"\+1 or -1"),
        (lambda v: composite(v, {"a": 1, "b": 1}, weights={"a": 1}), "weights name"),
        (lambda v: composite(v, {"a": 1, "b": 1}, weights={"a": 1, "b": -1}), "not negative"),
        (lambda v: composite(v, {"a": 1, "b": 1}, normalisation="minmax"), "min-max"),
        (lambda v: composite(v, {"a": 1, "b": 1}, aggregation="mean"), "linear, geometric"),
        (lambda v: aggregate(v.to_numpy() * 0, np.ones(2), method="geometric"), "above zero"),
    ],
)
def test_wrong_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call(pd.DataFrame({"a": [1.0, 2], "b": [2.0, 1]}))


def test_many_indices_at_once_equal_one_at_a_time():
    values = np.random.default_rng(1).normal(size=(4, 6, 3))
    values[2, 1, 0] = np.nan
    down = np.array([1, -1, 1])
    for method in ("min-max", "z-score", "percentile"):
        together = normalise(values, method=method, directions=down)
        for draw in range(4):
            alone = normalise(values[draw], method=method, directions=down)
            np.testing.assert_allclose(together[draw], alone)


_VALUES = arrays(float, (7, 3), elements=st.floats(-1000, 1000).map(lambda x: round(x, 3)))
_METHODS = st.sampled_from(["min-max", "z-score", "percentile"])
_WAYS = st.sampled_from(["linear", "geometric"])


def _frame(values: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(values, index=list("ABCDEFG"), columns=list("xyz"))


@settings(max_examples=60, deadline=None)
@given(_VALUES, _METHODS, _WAYS, st.permutations(range(7)))
def test_relabelling_countries_permutes_the_ranks(values, method, way, order):
    options = {"normalisation": method, "aggregation": way}
    up = {"x": 1, "y": -1, "z": 1}
    straight = composite(_frame(values), up, **options)
    shuffled = composite(_frame(values).iloc[list(order)], up, **options)
    np.testing.assert_allclose(shuffled["index"], straight["index"].iloc[list(order)], atol=1e-7)
    assert straight["rank"].between(1, 7).all()
    assert straight["rank"].min() == 1


@settings(max_examples=60, deadline=None)
@given(_VALUES, st.sampled_from(["min-max", "z-score"]), st.floats(0.01, 100), st.floats(-50, 50))
def test_change_of_unit_changes_nothing(values, method, factor, shift):
    up = np.array([1, -1, 1])
    spread = np.ptp(values, axis=0)
    values = np.where((spread > 0) & (spread < 0.01), 1.0, values)  # floats, not the method, fail
    before = normalise(values, method=method, directions=up)
    after = normalise(values * factor + shift, method=method, directions=up)
    np.testing.assert_allclose(after, before, atol=1e-4)


@settings(max_examples=60, deadline=None)
@given(_VALUES)
def test_percentiles_survive_any_rising_change_of_scale(values):
    up = np.array([1, 1, -1])
    before = normalise(values, method="percentile", directions=up)
    after = normalise(values**3, method="percentile", directions=up)
    np.testing.assert_allclose(after, before)


@settings(max_examples=60, deadline=None)
@given(arrays(float, (5, 4), elements=st.floats(0, 1)))
def test_random_weights_sum_to_one(uniforms):
    weights = random_weights(uniforms)
    assert (weights >= 0).all()
    np.testing.assert_allclose(weights.sum(axis=1), 1)


def test_random_weights_are_spread_evenly():
    weights = random_weights(np.random.default_rng(7).uniform(size=(20_000, 5)))
    # Dirichlet(1, ..., 1) of five: mean 1/5, variance (1/5)(4/5)/6.
    np.testing.assert_allclose(weights.mean(axis=0), 0.2, atol=0.005)
    np.testing.assert_allclose(weights.var(axis=0), 0.16 / 6, rtol=0.05)
