"""Tests of khtip.statistics.sensitivity and khtip.statistics.sensitivity."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from SALib.sample import sobol as sobol_sample
from scipy import stats

from khtip.statistics import sensitivity
from khtip.statistics.composite import composite
from khtip.statistics.sensitivity import (
    ERROR_COLUMNS,
    Problem,
    average_shift,
    factors,
    leading_factor,
    monte_carlo,
    rank_distribution,
    rank_summary,
    simulate,
    sobol_indices,
)

UP = {"a": 1, "b": -1, "c": 1}


def _values() -> pd.DataFrame:
    rows = [[4.0, 30, 1], [2, 50, 3], [1, 40, np.nan], [3, 45, 2], [2.5, 20, 0]]
    return pd.DataFrame(rows, index=list("VWXYZ"), columns=list("abc"))


def _row(problem: Problem, **chosen: float | list[float]) -> np.ndarray:
    """One row of uniforms: 0.3 everywhere (equal weights), except for the named factors."""
    parts = factors(problem)
    row = np.full(max(part.stop for part in parts.values()), 0.3)
    for name, value in chosen.items():
        row[parts[name.replace("_", " ")]] = value
    return row[None]


@pytest.mark.parametrize(
    ("at", "method"), [(0.1, "min-max"), (0.5, "z-score"), (0.9, "percentile")]
)
@pytest.mark.parametrize(("way_at", "way"), [(0.2, "linear"), (0.8, "geometric")])
def test_each_choice_is_the_composite_with_that_choice(at, method, way_at, way):
    problem = Problem(_values(), UP)
    row = _row(
        problem,
        normalisation=at,
        aggregation=way_at,
        indicator_left_out=0.1,  # the first of four classes: none
        missing_values=0.1,
    )
    expected = composite(_values(), UP, normalisation=method, aggregation=way, least=2)["rank"]
    assert simulate(problem, row)[0].tolist() == expected.tolist()


@pytest.mark.parametrize(("at", "left_out"), [(0.3, "a"), (0.6, "b"), (0.9, "c"), (1.0, "c")])
def test_an_indicator_is_left_out(at, left_out):
    problem = Problem(_values(), UP)
    row = _row(
        problem,
        normalisation=0.1,
        aggregation=0.1,
        indicator_left_out=at,
        missing_values=0.1,
    )
    kept = [name for name in "abc" if name != left_out]
    expected = composite(_values()[kept], {name: UP[name] for name in kept}, least=1)["rank"]
    assert simulate(problem, row)[0].tolist() == expected.tolist()


def test_weights_are_minus_log_u():
    problem = Problem(_values().dropna(), UP)
    uniforms = [0.9, 0.01, 0.5]
    row = _row(
        problem, normalisation=0.1, aggregation=0.1, indicator_left_out=0.1, weights=uniforms
    )
    weights = dict(zip("abc", -np.log(uniforms), strict=True))
    expected = composite(_values().dropna(), UP, weights=weights)["rank"]
    assert simulate(problem, row)[0].tolist() == expected.tolist()


def test_missing_value_is_filled_from_another_unit():
    problem = Problem(_values(), UP)
    settled = {"normalisation": 0.1, "aggregation": 0.1, "indicator_left_out": 0.1}
    filled = _values()
    filled.loc["X", "c"] = 3  # the second of the four known values, in the order of the rows
    row = _row(problem, **settled, missing_values=[0.9, 0.3])
    expected = composite(filled, UP)["rank"]
    assert simulate(problem, row)[0].tolist() == expected.tolist()


def test_second_measure_replaces_the_first():
    other = pd.Series([1.0, 2, 3, 4, 5], index=list("ZYXWV"))
    problem = Problem(_values().fillna(1), UP, alternatives={"a": other})
    settled = {"normalisation": 0.1, "aggregation": 0.1, "indicator_left_out": 0.1}
    expected = composite(_values().fillna(1).assign(a=other), UP)["rank"]
    second = simulate(problem, _row(problem, **settled, second_measure=0.9))
    assert second[0].tolist() == expected.tolist()
    first = simulate(problem, _row(problem, **settled, second_measure=0.1))
    assert first[0].tolist() == composite(_values().fillna(1), UP)["rank"].tolist()


def test_counts_have_the_gamma_posterior_and_steps_are_even():
    from khtip.statistics.sensitivity import _draw_error

    numbers = np.random.default_rng(3).uniform(size=(40_000, 4))
    row = {"kind": "per_100", "low": 0, "high": 4, "base_low": 400, "base_high": 400}
    drawn = _draw_error(pd.Series(row), numbers)
    # The mean of k + 0.5 over k = 0 to 4 is 2.5; the mean of one over a gamma variate of shape s
    # is 1 / (s - 1).
    assert drawn.mean() == pytest.approx(100 * 2.5 / 399.5, rel=0.02)
    drawn = _draw_error(pd.Series(row | {"low": 4, "base_low": 10**6, "base_high": 10**6}), numbers)
    expected = 100 * stats.gamma(4.5).ppf([0.05, 0.95]) / 10**6
    assert np.quantile(drawn, [0.05, 0.95]) == pytest.approx(expected, rel=0.02)
    step = _draw_error(pd.Series({"kind": "step", "low": 0, "high": 1}), numbers)
    assert set(step) == {0, 1}
    assert step.mean() == pytest.approx(0.5, abs=0.01)


def test_data_errors_move_the_named_cell_only():
    errors = pd.DataFrame([["X", "a", "step", 100, 100, np.nan, np.nan]], columns=ERROR_COLUMNS)
    problem = Problem(_values().fillna(1), UP, errors=errors)
    settled = {"normalisation": 0.1, "aggregation": 0.1, "indicator_left_out": 0.1}
    changed = _values().fillna(1)
    changed.loc["X", "a"] = 100
    ranks = simulate(problem, _row(problem, **settled, data_error=0.5))
    assert ranks[0].tolist() == composite(changed, UP)["rank"].tolist()


def test_unit_that_could_lose_its_only_indicator_is_refused():
    values = _values()
    values.loc["X", ["b", "c"]] = np.nan
    with pytest.raises(ValueError, match="X: fewer than two known indicators"):
        Problem(values, UP)


def test_same_seed_same_ranks():
    problem = Problem(_values(), UP)
    once, again = (monte_carlo(problem, draws=200, seed=4) for _ in range(2))
    np.testing.assert_array_equal(once, again)
    assert not np.array_equal(once, monte_carlo(problem, draws=200, seed=5))


@settings(max_examples=15, deadline=None)
@given(st.permutations(range(5)), st.integers(0, 1000))
def test_ranks_lie_in_range_and_follow_the_labels(order, seed):
    values = _values().fillna(1.5)
    ranks = monte_carlo(Problem(values, UP), draws=50, seed=seed)
    assert ((ranks >= 1) & (ranks <= 5)).all()
    assert (ranks.min(axis=1) == 1).all()
    shuffled = monte_carlo(Problem(values.iloc[list(order)], UP), draws=50, seed=seed)
    np.testing.assert_array_equal(shuffled, ranks[:, list(order)])


def test_unit_worst_everywhere_is_always_first():
    values = pd.DataFrame({"a": [9.0, 1, 2, 3], "b": [0.0, 5, 6, 7], "c": [9.0, 3, 2, 1]})
    ranks = monte_carlo(Problem(values, UP), draws=300, seed=1)
    summary = rank_summary(ranks, list("WXYZ"), top=1)
    assert summary.loc[0, ["median", "low", "high", "p_top", "p_top_se"]].tolist() == [
        1,
        1,
        1,
        1,
        0,
    ]
    assert summary["p_top"].sum() == pytest.approx(1)


def test_summary_and_distribution_by_hand():
    ranks = np.array([[1, 2, 3]] * 90 + [[3, 2, 1]] * 10)
    summary = rank_summary(ranks, list("ABC"), top=2).set_index("unit")
    assert summary["median"].tolist() == [1, 2, 3]
    assert summary.loc["A", ["low", "high", "p_top"]].tolist() == [1, 3, 0.9]
    assert summary.loc["A", "p_top_se"] == pytest.approx(0.03)
    shares = rank_distribution(ranks, list("ABC")).set_index(["unit", "rank"])["share"]
    assert shares["A", 1] == pytest.approx(0.9)
    assert shares["C", 1] == pytest.approx(0.1)
    assert shares.groupby(level="unit").sum().tolist() == pytest.approx([1, 1, 1])


def test_average_shift_is_the_handbooks_equation_38():
    # Table 38 of the Handbook: linear against geometric ranks of the first five countries.
    assert average_shift([[2, 1, 3, 4, 16]], [1, 2, 3, 4, 5]).tolist() == [13 / 5]


def test_sobol_finds_the_only_factor_that_matters():
    # Two indicators in exact opposition: only which one is left out, and the weights, decide.
    values = pd.DataFrame({"a": [1.0, 2, 3, 4], "b": [1.0, 2, 3, 4]}, index=list("WXYZ"))
    problem = Problem(values, {"a": 1, "b": -1})
    found = sobol_indices(problem, np.array([4, 3, 2, 1]), base=512, seed=1).set_index("factor")
    assert found.loc[["normalisation", "aggregation"], "total"].max() < 0.1
    assert found.loc[["weights", "indicator left out"], "total"].min() > 0.3
    assert (found["total_low"] <= found["total"]).all()
    assert list(found.index) == list(factors(problem))


def test_sobol_of_a_ranking_that_nothing_moves_is_missing_not_zero():
    values = pd.DataFrame({"a": [1.0, 2, 3], "b": [1.0, 2, 3]})
    found = sobol_indices(Problem(values, {"a": 1, "b": 1}), np.array([3, 2, 1]), base=16, seed=1)
    assert found.drop(columns="factor").isna().all(axis=None)
    assert leading_factor(found) is None


def test_sobol_is_reproducible_even_with_seed_zero():
    problem = Problem(_values(), UP)
    reference = np.array([1, 2, 3, 4, 5])
    once, again = (sobol_indices(problem, reference, base=64, seed=0) for _ in range(2))
    pd.testing.assert_frame_equal(once, again)


@pytest.mark.parametrize("groups", [("a", "b", "b", "c"), ("one",), ("z", "y", "z")])
@pytest.mark.parametrize("seed", [1, 20180101])
def test_the_design_is_the_librarys(groups, seed):
    design, rows = sensitivity._design(groups, 32, seed)
    wanted = sobol_sample.sample(design, 32, calc_second_order=False, seed=seed)
    np.testing.assert_array_equal(rows, wanted)


def test_sobol_wants_a_power_of_two():
    with pytest.raises(ValueError, match="power of two"):
        sobol_indices(Problem(_values(), UP), np.arange(5), base=1000, seed=1)


def test_overlapping_factors_are_not_put_in_an_order():
    table = pd.DataFrame(
        {
            "factor": list("ab"),
            "total": [0.5, 0.4],
            "total_low": [0.4, 0.3],
            "total_high": [0.6, 0.5],
        }
    )
    assert leading_factor(table) is None
    assert leading_factor(table.assign(total_high=[0.6, 0.39])) == "a"
