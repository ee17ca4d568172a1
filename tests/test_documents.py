"""The pages people read first: short, current, and without dead links."""

import re
import tomllib

import pandas as pd
import pytest
import yaml

from khtip import files

ROOT = files.root()
PAGES = ["README.md", "CONTRIBUTING.md"]


def text(name):
    """Return a page's text."""
    return (ROOT / name).read_text(encoding="utf-8")


def written_by_people(page):
    """Return a page without its generated blocks."""
    return re.sub(r"(<!-- (\w+):start -->).*?(<!-- \2:end -->)", r"\1\n\3", page, flags=re.DOTALL)


def test_readme_is_one_screen():
    assert len(written_by_people(text("README.md")).splitlines()) <= 70


def test_the_two_commands_come_first():
    commands = re.findall(r"^make .*?(?=\s{2}|$)", text("README.md"), flags=re.MULTILINE)
    assert commands[:2] == ["make run", "make test"]


def test_commands_exist():
    targets = re.findall(r"^([a-z-]+):", text("Makefile"), flags=re.MULTILINE)
    named = re.findall(
        r"\bmake ([a-z-]+)",
        "".join(
            re.findall(
                r"`[^`]*`|```.*?```", text("README.md") + text("CONTRIBUTING.md"), flags=re.DOTALL
            )
        ),
    )
    assert set(named) <= set(targets)


def test_the_scenario_of_the_example_exists():
    (name,) = re.findall(r"SCENARIO=(\S+)", text("README.md"))
    assert (ROOT / "scenarios" / f"{name}.yml").is_file()


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    links = re.findall(r"\]\(([^)#]+)\)", written_by_people(text(page)))
    missing = [link for link in links if "://" not in link and not (ROOT / link).exists()]
    assert missing == []


@pytest.mark.parametrize("page", [*PAGES, "LICENSE-data", "CITATION.cff"])
def test_no_path_of_a_machine(page):
    assert not re.search(r"(?<![\w.:/])/(home|root|work|tmp|Users)/|[A-Z]:\\", text(page))


def test_numbers_in_the_readme_are_about_right():
    for words, table in (("published figures", "figures"), ("public sources", "sources")):
        (number,) = re.findall(
            rf"about ([\d,]+)\s+{words.replace(' ', chr(92) + 's+')}", text("README.md")
        )
        rows = len(pd.read_csv(ROOT / f"data/reported/{table}.csv", dtype=str))
        assert int(number.replace(",", "")) == pytest.approx(rows, rel=0.08), table


def test_citation_is_complete():
    citation = yaml.safe_load(text("CITATION.cff"))
    assert citation["cff-version"] == "1.2.0"
    assert {"message", "title", "authors", "license"} <= set(citation)
    assert citation["authors"] == [{"name": "The khtip maintainers"}]
    project = tomllib.loads(text("pyproject.toml"))["project"]
    assert citation["version"] == project["version"]


def test_every_foreign_table_has_its_terms():
    ours = {"sources.csv", "countries.csv"}
    foreign = {path.name for path in (ROOT / "data/context").glob("*.csv")} - ours
    assert [
        name for name in sorted(foreign) if f"data/context/{name}" not in text("LICENSE-data")
    ] == []
