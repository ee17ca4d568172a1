"""The manifest: its faults, the collection's agreement with it, and what is made from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from khtip.runner import graph, manifest, notebooks
from khtip.runner.manifest import ManifestError

ROOT = Path(__file__).parents[2]
PLAN = manifest.read_manifest(ROOT)


def fault(project, changes: dict) -> str:
    project.entries[1] |= changes
    project.save()
    with pytest.raises(ManifestError) as caught:
        manifest.read_manifest(project.root)
    return str(caught.value)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"read": []}, "unknown key ['read']"),
        ({"reads": "data/clean/first.csv"}, "must be a list"),
        ({"reads": ["data/clean/frist.csv"]}, "no such input, and no notebook before"),
        ({"reads": ["data/reported/none.csv"]}, "no such input"),
        ({"reads": ["data/results/second.csv"]}, "does not run before"),
        ({"tables": ["data/clean/first.csv"]}, "is written by 01-first already"),
        ({"tables": ["data/reported/x.csv"]}, "a table is data/clean"),
        ({"tables": ["data/clean/../../x.csv"]}, "a table is data/clean"),
        ({"figures": ["01-mine"]}, "a figure's name starts with 02-"),
        ({"figures": ["02-a", "02-a"]}, "names one file twice"),
        ({"name": "00-first"}, "order of their numbers"),
        ({"name": "02-other"}, "no file notebooks/02-other.ipynb"),
        ({"name": "second"}, "NN-verb-object"),
        ({7: 1, "colour": 2}, "unknown key ['7', 'colour']"),
        ({"asks": ["What?"]}, "'asks' must be a text, got ['What?']"),
        ({"title": None}, "'title' must be a text, got None"),
        ({"title": " "}, "'title' must be a text"),
    ],
)
def test_faults_are_named(project, changes, words):
    assert words in fault(project, changes)


def test_all_faults_come_together(project):
    said = fault(project, {"reads": ["data/reported/x.csv"], "tables": ["x.csv"]})
    assert len(said.splitlines()) == 2


def test_not_yaml_and_not_there(project):
    path = project.root / manifest.MANIFEST
    path.write_text("notebooks: [")
    with pytest.raises(ManifestError, match="not valid YAML"):
        manifest.read_manifest(project.root)
    path.write_text("- a")
    with pytest.raises(ManifestError, match="expected one key"):
        manifest.read_manifest(project.root)
    for nothing in ("[]", "", "{}"):
        path.write_text(f"notebooks: {nothing}\n")
        with pytest.raises(ManifestError, match="lists none|must be a list"):
            manifest.read_manifest(project.root)
    path.unlink()
    with pytest.raises(ManifestError, match="no such file"):
        manifest.read_manifest(project.root)


def test_get_suggests(project):
    plan = manifest.read_manifest(project.root)
    assert plan.get("02").name == "02-second"
    with pytest.raises(ManifestError, match="Did you mean '02-second'"):
        plan.get("02-secnd")


def test_generated_cells_are_written_once(project):
    plan = manifest.read_manifest(project.root)
    assert notebooks.stale(plan) == [one.path for one in plan.notebooks]
    start, end = "<!-- notebooks:start -->", "<!-- notebooks:end -->"
    (project.root / "README.md").write_text(f"a\n{start}\nold\n{end}\nb\n")
    notebooks.write(plan)
    assert notebooks.stale(plan) == []
    text = project.path("02-second").read_text()
    assert "[first.csv](../data/clean/first.csv)" in text
    assert "01-first.ipynb" in text
    assert "03-third.ipynb" in text
    readme = (project.root / "README.md").read_text()
    assert "[03-third](notebooks/03-third.ipynb)" in readme
    assert "old" not in readme
    assert readme.endswith(f"{end}\nb\n")


def test_a_bar_and_brackets_break_no_table_and_no_link(project):
    project.entries[0] |= {"asks": "This | or that?", "title": "One [of] two"}
    project.save()
    plan = manifest.read_manifest(project.root)
    *_, first, _, _ = notebooks.blocks(plan)["notebooks"].splitlines()
    assert first == "| [01-first](notebooks/01-first.ipynb) | This \\| or that? |"
    assert "← [One \\[of\\] two](01-first.ipynb)" in notebooks.navigation(plan, plan.get("02"))


def test_what_has_just_run_is_not_written_again(project):
    plan = manifest.read_manifest(project.root)
    notebooks.write(plan, ran=["02-second"])
    assert notebooks.stale(plan) == ["notebooks/02-second.ipynb"]


def test_code_of_a_notebook_is_what_it_imports(project):
    package = project.root / "src/khtip"
    for name, content in {
        "__init__": "",
        "a": "def f():\n    from . import b\n",
        "b": "import khtip.c.d as d  # why\nfrom khtip.f import (\n    one,\n    two,\n)\n",
        "c/__init__": "",
        "c/d": "from ..e import x\n",
        "e": "",
        "f": "from .g import x as y\n",
        "g": "'''\nfrom khtip.unused import nothing but words\n'''",
        "unused": "",
    }.items():
        (package / name).parent.mkdir(exist_ok=True)
        (package / f"{name}.py").write_text(content)
    (package / "style.json").write_text("{}")
    (package / "elsewhere").mkdir()
    (package / "elsewhere/template.html").write_text("of a room that the notebook does not use")
    project.write("03-third", "seed: int = 1", "%time 1\nfrom khtip import a")
    plan = manifest.read_manifest(project.root)
    names = ["__init__", "a", "b", "c/__init__", "c/d", "e", "f", "g"]
    expected = [f"src/khtip/{name}.py" for name in names] + ["src/khtip/style.json"]
    assert graph.code_of(project.root, plan.get("03")) == expected


# The collection itself.


def test_every_notebook_is_listed_and_in_order():
    files = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
    assert [one.name for one in PLAN.notebooks] == files


def test_every_product_is_there_and_nothing_else():
    found = {
        path.relative_to(ROOT).as_posix()
        for folder in ("data/clean", "data/results", "figures")
        for path in (ROOT / folder).rglob("*")
        if path.is_file()
    }
    assert found - {manifest.INDEX} == set(PLAN.makers())


def test_generated_parts_and_normal_form_are_current():
    assert notebooks.stale(PLAN) == [], "run: khtip manifest --write"


@pytest.mark.parametrize("one", PLAN.notebooks, ids=lambda one: one.name)
def test_every_notebook_has_the_generated_cells(one):
    notebook = notebooks.read_notebook(ROOT / one.path)
    tags = [tag for cell in notebook["cells"] for tag in cell["metadata"].get("tags", [])]
    assert tags.count("needs-makes") == 1
    assert tags.count("navigation") == 1
