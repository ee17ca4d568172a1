"""The Data Package: frictionless accepts it, and it declares all that is there."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from frictionless import Package, system

from khtip.ledger import validation
from khtip.ledger.declarations import declared

ROOT = Path(__file__).parents[1]
DATA = ROOT / "data"
RESOURCES = json.loads((DATA / "datapackage.json").read_text("utf-8"))["resources"]


def test_frictionless_accepts_the_package():
    with system.use_context(trusted=True):
        report = Package(str(DATA / "datapackage.json")).validate()
    assert report.valid, report.to_summary()


def test_every_table_is_declared_and_every_declaration_has_a_table():
    there = {str(path.relative_to(DATA)) for path in DATA.rglob("*.csv")}
    assert {one["path"] for one in RESOURCES} == there


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda one: one["name"])
def test_every_field_is_described_and_tagged(resource):
    assert resource["licenses"] and resource["description"]
    for field in resource["schema"]["fields"]:
        assert field["description"].endswith("."), field
        assert field["hxl"].startswith("#"), field
    numbers = [one for one in resource["schema"]["fields"] if one["type"] in ("number", "integer")]
    for field in numbers:
        assert "nit:" in field["description"] or "year" in field["name"], field


def test_ledger_and_package_declare_the_same_inputs():
    inputs = [
        one["name"] for one in RESOURCES if one["path"].split("/")[0] not in ("clean", "results")
    ]
    assert [table.name for table in declared(ROOT)] == inputs


def test_lookups_cover_every_code_in_use():
    figures = validation.read_figures()
    assert set(figures["measure"]) <= set(validation.read_lookup("measures")["measure"])
    assert set(figures["reporting_body"]) == set(validation.read_lookup("bodies")["reporting_body"])


def test_exhaustive_sets_do_not_overlap():
    """No category of a set may lie within another category of the same set."""
    categories = validation.read_lookup("categories")
    sets: dict[str, set[str]] = {}
    for row in categories.itertuples():
        for name in filter(None, row.exhaustive_set.split(";")):
            sets.setdefault(f"{row.dimension}/{name}", set()).add(row.category)
    within = dict(zip(categories["category"], categories["within"], strict=True))
    assert sets["age_band/age-3"] == {"<15", "15-17", "18+"}
    for members in sets.values():
        assert not [one for one in members if within[one] in members]


def test_the_readme_lists_every_table():
    text = (DATA / "README.md").read_text("utf-8")
    for resource in RESOURCES:
        if not resource["path"].startswith("results/"):
            assert Path(resource["path"]).name in text, resource["path"]


def test_frictionless_refuses_digits_of_other_scripts(tmp_path):
    shutil.copytree(DATA, tmp_path / "data")
    figures = tmp_path / "data" / "reported" / "figures.csv"
    figures.write_text(figures.read_text("utf-8").replace(",159,", ",１５９,", 1), "utf-8")
    with system.use_context(trusted=True):
        report = Package(str(tmp_path / "data" / "datapackage.json")).validate()
    assert not report.valid


def test_the_worked_example_of_the_readme_is_valid(tmp_path):
    """Whoever follows the five minutes of the README gets no complaint."""
    shutil.copytree(DATA, tmp_path / "data")
    text = (DATA / "README.md").read_text("utf-8")
    lines = re.findall(r"^ +(example-2026-annual\S*,.*)$", text, re.MULTILINE)
    assert len(lines) == 3
    for line in lines:
        name = "sources.csv" if ",https://" in line else "figures.csv"
        with (tmp_path / "data" / "reported" / name).open("a", encoding="utf-8") as stream:
            stream.write(line + "\n")
    assert validation.validate(tmp_path) == []
