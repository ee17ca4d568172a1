"""Citation, Zenodo, changelog, dictionary, Data Package: valid, and saying the same thing."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import jsonschema
import pytest
import yaml
from check_jsonschema.builtin_schemas import get_builtin_schema
from frictionless import Package, system

from khtip.cli import main
from khtip.reading.exports import dictionary

ROOT = Path(__file__).parents[2]
ZENODO_SCHEMA = ROOT / "tests/schemas/zenodo.json"
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
ZENODO = json.loads((ROOT / ".zenodo.json").read_text("utf-8"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PACKAGE = dictionary.package(ROOT)


def faults(content: object, schema: dict) -> list[str]:
    """Return what speaks against some metadata, each fault with its place."""
    validator = jsonschema.validators.validator_for(schema)(schema)
    return [f"{one.json_path}: {one.message}" for one in validator.iter_errors(content)]


def test_the_citation_keeps_the_published_schema():
    """check-jsonschema brings the schema of the Citation File Format 1.2.0 along."""
    schema = get_builtin_schema("vendor.citation-file-format")
    assert faults(CITATION, schema) == []
    assert CITATION["cff-version"] == "1.2.0"
    wrong = {key: value for key, value in CITATION.items() if key != "authors"}
    assert faults(wrong, schema) == ["$: 'authors' is a required property"]
    assert faults(CITATION | {"date-released": "soon"}, schema) != []


@pytest.mark.parametrize(
    "change",
    [{}, {"upload_type": "code"}, {"creators": []}, {"version": "first"}, {"licence": "MIT"}],
)
def test_zenodo_keeps_its_rules(change):
    schema = json.loads(ZENODO_SCHEMA.read_text("utf-8"))
    assert bool(faults(ZENODO | change, schema)) == bool(change)


def test_zenodo_and_the_citation_say_the_same():
    def plain(text: str) -> str:
        return " ".join(re.sub(r"<[^>]+>", "", text).split())

    assert ZENODO["title"] == CITATION["title"]
    assert [one["name"] for one in ZENODO["creators"]] == [
        one["name"] for one in CITATION["authors"]
    ]
    assert plain(ZENODO["description"]) == plain(CITATION["abstract"])
    assert ZENODO["keywords"] == CITATION["keywords"]
    assert ZENODO["license"] == CITATION["license"]
    assert ZENODO["upload_type"] == CITATION["type"]


def test_one_version_everywhere():
    versions = {CITATION["version"], ZENODO["version"], PROJECT["version"], PACKAGE["version"]}
    assert len(versions) == 1


# Changelog.

HEADING = re.compile(r"^## \[(?P<name>Unreleased|\d+\.\d+\.\d+)\](?: - (?P<day>[\d-]+))?$")
KINDS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_the_changelog_has_the_known_layout():
    lines = (ROOT / "CHANGELOG.md").read_text("utf-8").splitlines()
    headings = [line for line in lines if line.startswith("## ")]
    releases = [HEADING.match(line) for line in headings]
    assert lines[0] == "# Changelog"
    assert all(releases), headings
    assert releases[0]["name"] == "Unreleased"
    for one in releases[1:]:
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", one["day"] or ""), one[0]
    assert {line[4:] for line in lines if line.startswith("### ")} <= KINDS
    if releases[1:]:
        assert releases[1]["name"] == PROJECT["version"], "the newest release is not this version"


# Data Package and dictionary.


def test_the_data_package_follows_version_2():
    assert PACKAGE["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert not any("profile" in one for one in (PACKAGE, *PACKAGE["resources"]))
    with system.use_context(trusted=True):
        package = Package(str(ROOT / "data/datapackage.json"))
        upgraded = package.to_descriptor(upgrade=True)
    # What the upgrade of frictionless would still move is only the spelling of keys as lists.
    assert set(upgraded) - set(PACKAGE) == set()
    assert {one["name"] for one in upgraded["resources"]} == {
        one["name"] for one in PACKAGE["resources"]
    }


def test_the_dictionary_is_what_the_package_says():
    assert (ROOT / dictionary.DICTIONARY).read_text("utf-8") == dictionary.text(PACKAGE), (
        "run: khtip dictionary --write"
    )


def test_the_dictionary_names_every_column_and_its_anchors_exist():
    text = (ROOT / dictionary.DICTIONARY).read_text("utf-8")
    sections = dict(re.findall(r"^## (\S+)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL))
    for resource in PACKAGE["resources"]:
        rows = re.findall(r"^\| `(\w+)` \|", sections[resource["path"]], re.MULTILINE)
        assert rows == [field["name"] for field in resource["schema"]["fields"]]
    tables = [line for line in text.splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in tables} == {4, 6}


def test_a_stale_dictionary_is_told_and_mended(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("KHTIP_ROOT", str(tmp_path))
    (tmp_path / "data/reported").mkdir(parents=True)
    (tmp_path / "data/datapackage.json").write_text(json.dumps(PACKAGE))
    assert main(["dictionary"]) == 1
    assert "khtip dictionary --write" in capsys.readouterr().out
    assert main(["dictionary", "--write"]) == 0
    assert main(["dictionary"]) == 0


def test_words_cannot_break_the_dictionary():
    field = {
        "name": "x",
        "type": "string",
        "description": "a | b <script>",
        "hxl": "#meta",
        "constraints": {"enum": ["<5", "a|b"]},
    }
    resource = {
        "path": "a.csv",
        "title": "A",
        "description": "D.",
        "licenses": [{"title": "L"}],
        "schema": {"fields": [field]},
    }
    text = dictionary.text({"resources": [resource]})
    assert "a \\| b &lt;script>" in text
    assert "one of: &lt;5, a\\|b" in text


def test_a_missing_package_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="Restore it from git"):
        dictionary.package(tmp_path)


# Pages for people.


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("CODE_OF_CONDUCT.md", ["respect", "Report a vulnerability"]),
        ("SECURITY.md", ["Report a vulnerability", "supported"]),
        (
            "docs/ethics.md",
            ["contacts.csv", "suppressed", "small numbers", "do no harm"],
        ),
        ("docs/threat-model.md", ["Trusted", "Not trusted", "test_security"]),
        ("docs/exports.md", ["SDMX-CSV 2.0", "HXL", "RO-Crate 1.1", "P9M"]),
        ("CONTRIBUTING.md", ["Add a source", "Add a notebook", "Add a drawing"]),
    ],
)
def test_a_page_says_what_it_is_for_and_its_links_lead_somewhere(page, words):
    text = (ROOT / page).read_text("utf-8")
    assert [word for word in words if word.lower() not in text.lower()] == []
    links = re.findall(r"\]\(([^)#]+)\)", text)
    local = [link for link in links if "://" not in link]
    assert [link for link in local if not ((ROOT / page).parent / link).exists()] == []
    assert "@" not in re.sub(r"`[^`]*`", "", text), "no invented mail addresses"
