"""The committed notebooks: executed, clean, of one shape, and repeatable byte by byte.

nbval compares outputs of cells (make test); it passes notebooks without outputs in silence, so
the guard here refuses those.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import portable
import pytest

from khtip import parameters
from khtip.runner import manifest, notebooks
from khtip.runner.manifest import INDEX

ROOT = Path(__file__).parents[1]
PLAN = manifest.read_manifest(ROOT)
EVERY = pytest.mark.parametrize("one", PLAN.notebooks, ids=lambda one: one.name)
WORKING = pytest.mark.parametrize(
    "one", [one for one in PLAN.notebooks if one.number != "00"], ids=lambda one: one.name
)


def cells(one: manifest.Notebook, kind: str) -> list[str]:
    notebook = notebooks.read_notebook(ROOT / one.path)
    return [notebooks.text(c["source"]) for c in notebook["cells"] if c["cell_type"] == kind]


# Outputs.


@EVERY
def test_outputs_are_there_and_can_be_repeated(one):
    wrong = list(notebooks.complaints(notebooks.read_notebook(ROOT / one.path)))
    assert wrong == [], "run: make run"


CODE = {"cell_type": "code", "source": "1", "metadata": {}, "execution_count": 1, "outputs": []}


def out(text: str, **more: str) -> dict:
    return {"outputs": [{"output_type": "stream", "name": "stdout", "text": text} | more]}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"execution_count": None}, "was not executed"),
        ({"execution_count": 2}, "was executed as [2], expected [1]"),
        ({"source": " "}, "empty code cell"),
        (out("careful", name="stderr"), "wrote on stderr: careful"),
        ({"outputs": [{"output_type": "error", "ename": "E", "evalue": "x"}]}, "ended with E: x"),
        (out("<function f at 0x7f2b1c0d>"), "an address in memory"),
        (out("/home/a/b.csv"), "a path of this machine"),
        (out("see C:\\Users\\a"), "a path of this machine"),
        (out("CPU times: user 1 s"), "a duration"),
        (out("done in 3.2 seconds"), "a duration"),
    ],
)
def test_the_guard_refuses(change, words):
    (number, said), *_ = notebooks.complaints({"cells": [CODE | change]})
    assert number == 1
    assert words in said


def test_the_guard_lets_a_good_cell_pass():
    html = {"output_type": "display_data", "data": {"text/html": "<a href='../data/x.csv'>/</a>"}}
    good = [CODE, CODE | {"execution_count": 2, "outputs": [html]}, CODE | {"cell_type": "raw"}]
    assert list(notebooks.complaints({"cells": good})) == []


@pytest.mark.parametrize("planted", ["", "another byte", "missing"])
def test_other_bytes_are_noticed(tmp_path, planted):
    """conftest.py asks this behind each notebook that nbval has executed."""
    one = next(one for one in PLAN.notebooks if one.tables)
    for path in one.writes:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes((ROOT / path).read_bytes())
    table = tmp_path / one.tables[0]
    if planted == "another byte":
        table.write_bytes(table.read_bytes() + b"\n")
    elif planted:
        table.unlink()
    differ = portable.other_bytes(tmp_path, ROOT, one.writes)
    assert differ == ([one.tables[0]] if planted else [])


def test_behind_every_notebook_stand_its_products():
    paths = [one.path for one in PLAN.notebooks]
    command = [sys.executable, "-m", "pytest", "--nbval", "--collect-only", "-q", *paths]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    listed = [line.partition("::") for line in said.splitlines() if "::" in line]
    last = {name: rest for name, _, rest in listed}
    assert len(last) == len(paths)
    assert all(rest.endswith("Products") for rest in last.values())


@pytest.mark.locked
def test_the_runner_makes_the_same_bytes_again(rerun):
    paths = [one.path for one in PLAN.notebooks] + list(PLAN.makers()) + [INDEX]
    assert portable.other_bytes(rerun, ROOT, paths) == []


def test_every_allowed_version_makes_the_same_values(rerun):
    tables = [path for path in PLAN.makers() if path.endswith(".csv")]
    assert tables
    assert portable.differences(rerun, ROOT, tables) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [("1.7329958", "1.7330"), (",rose,", ",fell,"), ("cases,", "case,"), ("1.7329958", "")],
)
def test_another_value_or_word_is_noticed(tmp_path, old, new):
    path = "data/results/rate_ratios.csv"
    (tmp_path / path).parent.mkdir(parents=True)
    text = (ROOT / path).read_text("utf-8")
    assert old in text
    (tmp_path / path).write_text(text.replace("1.7329958", "1.7329959"), "utf-8")
    assert portable.differences(tmp_path, ROOT, [path]) == []  # within the tolerance
    (tmp_path / path).write_text(text.replace(old, new), "utf-8")
    (said,) = portable.differences(tmp_path, ROOT, [path])
    assert said.startswith(path)


def test_a_table_that_was_not_made_is_noticed(tmp_path):
    (said,) = portable.differences(tmp_path, ROOT, ["data/results/trends.csv"])
    assert said == "data/results/trends.csv: was not made"


def test_the_committed_state_is_current():
    environment = {k: v for k, v in os.environ.items() if not k.startswith("KHTIP_")}
    command = [sys.executable, "-m", "khtip", "run", "--explain"]
    said = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert said.stdout.startswith("Nothing would run"), "run: make run"


# Anatomy.


@EVERY
def test_one_title_at_the_top(one):
    markdown = cells(one, "markdown")
    titles = [line for cell in markdown for line in cell.splitlines() if line.startswith("# ")]
    assert len(titles) == 1
    assert notebooks.read_notebook(ROOT / one.path)["cells"][0]["cell_type"] == "markdown"
    assert markdown[0].startswith(titles[0])


@EVERY
def test_code_is_short(one):
    code = cells(one, "code")
    lines = [[line for line in cell.splitlines() if line.strip()] for cell in code]
    assert max(map(len, lines), default=0) <= 15
    assert sum(map(len, lines)) <= 120
    assert not [cell for cell in code if cell.rstrip().endswith(";")]
    assert not [cell for cell in code if re.search(r"^\s*[%!]", cell, re.MULTILINE)]


@WORKING
def test_size(one):
    assert 16 <= len(notebooks.read_notebook(ROOT / one.path)["cells"]) <= 30


def parameter_cell(one: manifest.Notebook) -> str:
    notebook = notebooks.read_notebook(ROOT / one.path)
    (cell,) = [
        cell for cell in notebook["cells"] if "parameters" in cell["metadata"].get("tags", [])
    ]
    return notebooks.text(cell["source"])


@WORKING
def test_parameters_are_the_published_scenario(one):
    declared = parameters.declared(parameter_cell(one))
    for name, value in declared.items():
        assert value == parameters.REGISTRY[name].default
    assert all("#" in line for line in parameter_cell(one).splitlines()), "say what each means"
    assert any("show_parameters(globals())" in cell for cell in cells(one, "code"))


def test_parameters_are_few_and_the_summary_has_all_of_them():
    *working, summary = [
        set(parameters.declared(parameter_cell(one))) for one in PLAN.notebooks[1:]
    ]
    assert all(1 <= len(names) <= 8 for names in working)
    assert summary == set().union(*working)


@WORKING
def test_every_figure_says_what_it_does_not_show(one):
    said = "\n".join(cells(one, "markdown"))
    assert said.count("How to read") >= len(one.figures)
    assert len(re.findall(r"do(es)? not show", said)) >= len(one.figures)


@WORKING
def test_products_carry_the_number(one):
    assert all(name.startswith(f"{one.number}-") for name in one.figures)
    for path in one.tables:
        number = re.search(r"findings-(\d\d)", path)
        assert not number or number[1] == one.number


@EVERY
def test_navigation_is_last(one):
    last = notebooks.read_notebook(ROOT / one.path)["cells"][-1]
    assert "navigation" in last["metadata"].get("tags", [])
