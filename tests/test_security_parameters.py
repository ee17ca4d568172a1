"""Parameters never become code: whatever passes is a literal of its own type, nothing else."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from papermill.translators import PythonTranslator

from khtip import parameters
from khtip.cli import main
from khtip.parameters import REGISTRY, ParameterError
from khtip.runner import scenarios

ROOT = Path(__file__).parents[1]

CODE = [
    "__import__('os').system('touch hacked')",
    "1\nimport os; os.system('touch hacked')",
    "2016); open('hacked', 'w'); (1",
    "2016; open('hacked', 'w')",
    '"; open("hacked", "w"); "',
    "'''+open('hacked','w').name+'''",
    "{open('hacked', 'w')}",
    'f\'{open("hacked", "w")}\'',
    "lambda: 1",
    "$(touch hacked)",
    "`touch hacked`",
    "%%bash\ntouch hacked",
    "!touch hacked",
    "\\\nimport os",
]
anything = st.one_of(
    st.text(),
    st.sampled_from(CODE),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.none(),
    st.lists(st.text(), max_size=2),
    st.dictionaries(st.text(), st.text(), max_size=2),
    st.binary(max_size=5),
)


def injected(values: dict[str, object]) -> list[tuple[str, object]]:
    """Return the assignments that papermill would paste into a notebook, read without running."""
    found = []
    for line in ast.parse(PythonTranslator.codify(values, comment="Parameters")).body:
        assert isinstance(line, ast.Assign), ast.dump(line)
        (target,) = line.targets
        assert isinstance(target, ast.Name)
        found.append((target.id, ast.literal_eval(line.value)))
    return found


@given(st.sampled_from(list(REGISTRY)), anything)
def test_whatever_passes_is_injected_as_one_plain_literal(name, value):
    try:
        checked = parameters.check_value(name, value)
    except ParameterError:
        return
    ((target, read),) = injected({name: checked})
    assert (target, read, type(read)) == (name, checked, type(checked))


@given(st.one_of(st.text(), st.sampled_from(CODE)))
def test_a_name_passes_only_when_it_is_registered(name):
    assume(name not in REGISTRY)
    with pytest.raises(ParameterError):
        parameters.check_parameters({name: 1})


@pytest.mark.parametrize("text", CODE)
@pytest.mark.parametrize("name", list(REGISTRY))
def test_code_is_no_value_of_any_parameter(name, text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KHTIP_ROOT", str(ROOT))
    with pytest.raises(ParameterError):
        parameters.parse(f"{name}={text}")
    with pytest.raises(ParameterError):
        parameters.check_parameters({name: text})
    assert list(tmp_path.iterdir()) == [], "it was run"


@pytest.mark.parametrize("text", CODE)
def test_code_in_a_parameter_cell_is_read_and_not_run(text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for cell in (f"base_year: int = {text}", text):
        with pytest.raises((ParameterError, SyntaxError)):
            parameters.declared(cell)
    assert list(tmp_path.iterdir()) == [], "it was run"


def test_every_choice_is_a_plain_text():
    """A choice comes from the code or from bodies.csv; neither may leave its quotes."""
    for name, one in REGISTRY.items():
        for choice in one.all_choices():
            assert injected({name: choice}) == [(name, choice)]


@pytest.mark.parametrize(
    "body", ['"; open("hacked", "w"); "', "'''", "\\", "a\nb", "{x}", "\u2028"]
)
def test_a_reporting_body_with_code_in_its_name_stays_a_text(body):
    assert injected({"preferred_body": body}) == [("preferred_body", body)]


TAGS = [
    "!!python/object/apply:os.system ['touch hacked']",
    "!!python/name:os.system",
    "!!python/module:os",
    "!!python/object/new:os.system ['touch hacked']",
]


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("place", ["title: {}", "parameters: {}", "parameters:\n  seed: {}", "{}"])
def test_yaml_builds_no_objects(project, tag, place, capsys, monkeypatch):
    monkeypatch.chdir(project.root)
    (project.root / "scenarios/evil.yml").write_text(place.format(tag) + "\n")
    assert main(["run", "--scenario", "evil"]) == 2
    assert "scenarios/evil.yml" in capsys.readouterr().err
    assert not list(project.root.rglob("hacked"))


@pytest.mark.parametrize("name", ["../evil", "/etc/passwd", "evil.yml", "a/../published", "", "*"])
def test_a_scenario_is_one_of_the_files_there(project, name):
    (project.root / "evil.yml").write_text("parameters: {}\n")
    with pytest.raises(ParameterError, match="no scenario"):
        scenarios.read_scenario(name, project.root)


@given(st.sampled_from(list(REGISTRY)), anything)
def test_the_folder_of_a_scenario_stays_below_runs(name, value):
    try:
        made = scenarios.with_overrides(None, {name: parameters.check_value(name, value)})
    except ParameterError:
        return
    assert "/" not in made.name
    assert made.name not in ("", ".", "..")


def test_a_notebook_gets_values_and_not_code(project, monkeypatch):
    """From the command line into the notebook that was executed."""
    assert main(["run", "-p", "base_year=2018"]) == 0
    (made,) = (project.root / "runs").rglob("01-first.ipynb")
    cells = json.loads(made.read_text("utf-8"))["cells"]
    (cell,) = [one for one in cells if "injected-parameters" in one["metadata"].get("tags", [])]
    lines = ast.parse("".join(cell["source"])).body
    assert [ast.unparse(line) for line in lines] == ["base_year = 2018"]
