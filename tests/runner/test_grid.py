"""The grid of settings, against the plain product that it must equal."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khtip import parameters

PUBLISHED = {"base_year": 2016, "reference_year": 2017, "a": 0, "b": 0, "c": 0}
VALUES = st.lists(st.integers(0, 3), min_size=1, max_size=4, unique=True)
PAIRS = st.lists(st.tuples(st.integers(2014, 2017), st.integers(2017, 2019)), max_size=3)


@settings(deadline=None)
@given(
    vary=st.dictionaries(st.sampled_from("abc"), VALUES),
    years=PAIRS,
    together=st.one_of(st.just("all"), st.integers(0, 3)),
    cross=st.booleans(),
)
def test_the_grid_is_the_product_with_few_enough_differences(vary, years, together, cross):
    found = list(parameters.settings(PUBLISHED, vary, years, together=together, cross=cross))
    keys = [tuple(one.items()) for one in found]
    assert keys[0] == tuple(PUBLISHED.items())
    assert len(set(keys)) == len(keys), "a setting came twice"

    most = len(vary) if together == "all" else together
    combined = {
        tuple((PUBLISHED | dict(zip(vary, choice, strict=True))).items())
        for choice in itertools.product(*({0, *values} for values in vary.values()))
        if sum(value != 0 for value in choice) <= most
    }
    same = {key for key in keys if dict(key)["base_year"] == 2016}
    same = {key for key in same if dict(key)["reference_year"] == 2017}
    assert same == combined
    moved = set(years) - {(2016, 2017)}
    assert len(keys) - len(same) == len(moved) * (len(combined) if cross else 1)
    assert parameters.count(PUBLISHED, vary, years, together=together, cross=cross) == len(keys)


@settings(deadline=None)
@given(vary=st.dictionaries(st.sampled_from("abc"), VALUES), years=PAIRS, cross=st.booleans())
def test_what_a_notebook_sees_of_the_grid_is_its_own_grid(vary, years, cross):
    names = ("reference_year", "b")
    own = {name: PUBLISHED[name] for name in names}
    seen = {
        tuple(one[name] for name in names)
        for one in parameters.settings(PUBLISHED, vary, years, together=2, cross=cross)
    }
    alone = parameters.settings(own, vary, years, together=2, cross=cross)
    assert seen == {tuple(one.values()) for one in alone}


def test_years_are_pairs():
    with pytest.raises(ValueError, match="go into 'years'"):
        list(parameters.settings(PUBLISHED, {"base_year": [2015]}))


def test_a_large_grid_is_not_held():
    vary = {f"p{number}": list(range(10)) for number in range(12)}
    endless = parameters.settings(dict.fromkeys(vary, 0), vary)
    assert len(list(itertools.islice(endless, 1000))) == 1000


def test_neighbours_are_all_years_next_to_each_other_that_the_ledger_has():
    year = {number: (f"{number}-01-01", f"{number}-12-31") for number in (2014, 2015, 2017, 2018)}
    part = ("2016-01-01", "2016-06-30")
    police = ("2018-12-25", "2019-12-31")  # a year with some days before it
    found = parameters.pairs_of_years("neighbours", [*year.values(), part, police])
    assert found == [(2014, 2015), (2017, 2018), (2018, 2019)]


def test_neighbours_of_the_published_ledger_never_skip_a_year():
    found = parameters.pairs_of_years(parameters.NEIGHBOURS)
    assert found and all(reference == base + 1 for base, reference in found)
