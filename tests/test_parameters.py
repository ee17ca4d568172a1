"""Parameters: only known names and plain, allowed values pass."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khtip import parameters
from khtip.parameters import REGISTRY, ParameterError, check_parameters, check_value


def test_every_default_is_allowed_and_described():
    assert check_parameters({name: one.default for name, one in REGISTRY.items()})
    for one in REGISTRY.values():
        assert 5 < len(one.meaning) <= 50  # a longer text would be cut off in the table
        assert one.type is not str or one.all_choices()  # no free text may reach code
        assert one.type in (bool, str) or (one.low is not None and one.high is not None)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("base_yaer", 2016, "Did you mean 'base_year'?"),
        ("BASE_YEAR", 2016, "Did you mean 'base_year'?"),
        ("x = 1; import os; y", 1, "not a plain name"),
        ("jahr", 1, "Known: aggregation"),
        ("class", 1, "unknown parameter 'class'"),
        ("bаse_year", 2016, "not a plain name"),  # a Cyrillic letter
        ("base_year", True, "got the truth value True"),
        ("base_year", "2017", "got the text '2017'"),
        ("base_year", 2017.0, "got the number 2017.0"),
        ("base_year", 1989, "out of range. Allowed: whole number, 1990 to 2035"),
        ("base_year", None, "expected a whole number"),
        ("confidence", float("nan"), "out of range"),
        ("confidence", 95, "out of range"),
        ("exclude_breaks", 1, "expected true or false"),
        ("stock_edition", 2017, 'Write it in quotes: "2017"'),
        ("weights", "equals", "Did you mean 'equal'?"),
        ("seed", [1], "got a list"),
    ],
)
def test_refused_with_a_remedy(name, value, words):
    with pytest.raises(ParameterError) as caught:
        check_value(name, value)
    assert words in str(caught.value)


def test_all_faults_come_together():
    with pytest.raises(ParameterError) as caught:
        check_parameters({"base_yaer": 1, "seed": -1})
    assert len(str(caught.value).splitlines()) == 2


def test_years_must_differ_also_from_a_default():
    with pytest.raises(ParameterError, match="both 2017"):
        check_parameters({"base_year": 2017})


def test_a_reporting_body_is_allowed_when_the_table_names_it(tmp_path, monkeypatch):
    monkeypatch.setenv("KHTIP_ROOT", str(tmp_path))
    (tmp_path / "data/reported").mkdir(parents=True)
    with pytest.raises(ParameterError):
        check_value("preferred_body", "NCCT")
    (tmp_path / "data/lookups").mkdir(parents=True)
    (tmp_path / "data/lookups/bodies.csv").write_text("reporting_body,full_name\nNCCT,x\n")
    assert check_value("preferred_body", "NCCT") == "NCCT"


@given(st.one_of(st.text(), st.floats(), st.integers(), st.booleans(), st.none()))
def test_whatever_passes_is_in_range(value):
    try:
        passed = check_value("confidence", value)
    except ParameterError:
        return
    assert type(passed) is float
    assert 0.5 <= passed <= 0.999


def test_command_line_values_take_the_parameters_type():
    assert parameters.parse("stock_edition=2019") == ("stock_edition", "2019")
    assert parameters.parse("exclude_breaks=true") == ("exclude_breaks", True)
    assert parameters.parse("confidence = 0.9") == ("confidence", 0.9)
    for wrong in ("base_year", "base_year=soon", "base_year=__import__('os')", "seed=1e3"):
        with pytest.raises(ParameterError):
            parameters.parse(wrong)


def test_declarations_are_read_without_running_them():
    assert parameters.declared("seed: int = 3  # start\nconfidence: float = 0.9\n") == {
        "seed": 3,
        "confidence": 0.9,
    }
    for wrong in (
        "seed = 3",
        "seed: float = 3.0",
        "seed: int = 1 + int('2')",
        "import os",
        "sede: int = 1",
        "seed: int",
    ):
        with pytest.raises(ParameterError):
            parameters.declared(wrong)


def test_show_parameters_checks_what_the_notebook_declared():
    shown = parameters.show_parameters({"base_year": 2015, "confidence": 0.9, "other": 1})
    assert list(shown["parameter"]) == ["base_year", "confidence"]
    assert list(shown.columns) == ["parameter", "value", "allowed", "meaning"]
    with pytest.raises(ParameterError, match="Did you mean 'base_year'"):
        parameters.show_parameters({"__annotations__": {"base_yaer": int}, "base_yaer": 2016})
    with pytest.raises(ParameterError, match="got the text"):
        parameters.show_parameters({"base_year": "2016"})
