"""The Data Package: what declares the tables must not be believed unseen either."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from corruptions.corruption import PACKAGE, Corruption, Edit, replaced, written

RESTORE = "restore the entry from git"


def _package(change: Callable[[dict[str, Any]], object]) -> Edit:
    def edit(root: Path) -> None:
        content = json.loads((root / PACKAGE).read_text("utf-8"))
        change(content)
        (root / PACKAGE).write_text(json.dumps(content) + "\n", "utf-8")

    return edit


def _figures(change: Callable[[dict[str, Any]], object]) -> Edit:
    """Return an edit of the declaration of the ledger."""
    return _package(lambda package: change(package["resources"][0]))


def _field(number: int, **values: object) -> Edit:
    return _figures(lambda ledger: ledger["schema"]["fields"][number].update(values))


def _wrong(name: str, edit: Edit, place: str, words: str = RESTORE) -> Corruption:
    return Corruption("data package", name, edit, f"{PACKAGE}{place}", words)


def _key(name: str) -> str:
    return f": column '{name}':"


CORRUPTIONS = [
    _wrong("no JSON", written(PACKAGE, "resources: []\n"), ":1:"),
    _wrong("a list", written(PACKAGE, "[]\n"), _key("the Data Package.resources")),
    _wrong("a number", written(PACKAGE, "42\n"), _key("the Data Package.resources")),
    _wrong("a comma at the end", replaced(PACKAGE, '"resources": [', '"resources": [,'), ":"),
    _wrong("brackets a million deep", written(PACKAGE, "[" * 1_000_000 + "\n"), ":"),
    _wrong("a key twice", replaced(PACKAGE, '"resources"', '"name": "b", "resources"'), ":"),
    _wrong(
        "no resources", _package(lambda p: p.pop("resources")), _key("the Data Package.resources")
    ),
    _wrong(
        "resources of another kind",
        _package(lambda p: p.update(resources={"a": 1})),
        _key("the Data Package.resources"),
    ),
    _wrong(
        "a resource without a path", _figures(lambda r: r.pop("path")), _key("resources[0].path")
    ),
    _wrong(
        "a path that is a list",
        _figures(lambda r: r.update(path=["a.csv"])),
        _key("resources[0].path"),
    ),
    _wrong("no schema", _figures(lambda r: r.pop("schema")), _key("reported/figures.csv.schema")),
    _wrong(
        "a schema elsewhere",
        _figures(lambda r: r.update(schema="http://example.org/s.json")),
        _key("reported/figures.csv.schema"),
    ),
    _wrong(
        "no fields",
        _figures(lambda r: r["schema"].update(fields=[])),
        _key("data/reported/figures.csv.fields"),
    ),
    _wrong(
        "a field that is a text",
        _figures(lambda r: r["schema"]["fields"].append("x")),
        _key("reported/figures.csv.fields.name"),
    ),
    _wrong(
        "a field twice",
        _figures(lambda r: r["schema"]["fields"].append(r["schema"]["fields"][0])),
        _key("data/reported/figures.csv.fields"),
    ),
    _wrong(
        "a type that there is not",
        _field(12, type="nubmer"),
        _key("data/reported/figures.csv.value.type"),
    ),
    _wrong(
        "a pattern that is none",
        _field(0, textPattern="([a-z]"),
        _key("data/reported/figures.csv.figure_id.textPattern"),
    ),
    _wrong(
        "a pattern that is a number",
        _field(0, textPattern=5),
        _key("reported/figures.csv.figure_id.textPattern"),
    ),
    _wrong(
        "constraints that are a text",
        _field(0, constraints="required"),
        _key("reported/figures.csv.figure_id.constraints"),
    ),
    _wrong(
        "a key that is no column",
        _figures(lambda r: r["schema"].update(primaryKey="id")),
        _key("data/reported/figures.csv.primaryKey"),
    ),
    _wrong(
        "a key that is a number",
        _figures(lambda r: r["schema"].update(primaryKey=1)),
        _key("reported/figures.csv.primaryKey"),
    ),
    _wrong(
        "codes of a table that is not there",
        _field(1, lookup={"resource": "x", "field": "y"}),
        _key("data/reported/figures.csv.source_id.lookup"),
    ),
    _wrong(
        "codes of a column that is not there",
        _field(1, lookup={"resource": "reported-sources", "field": "y"}),
        _key("data/reported/figures.csv.source_id.lookup"),
    ),
    _wrong(
        "the ledger under another name",
        _figures(lambda r: r.update(name="figures")),
        _key("data/reported/figures.csv.name"),
        "write 'reported-figures'",
    ),
    Corruption(
        "data package",
        "the ledger left out",
        _package(lambda p: p["resources"].pop(0)),
        "data/reported/figures.csv:",
        "declare the table",
    ),
    _wrong(
        "a table twice",
        _package(lambda p: p["resources"].append(p["resources"][0])),
        _key("path"),
        "delete one of the two entries",
    ),
    Corruption(
        "path traversal",
        "a table out of the project",
        _figures(lambda r: r.update(path="reported/../../../etc/passwd")),
        f"{PACKAGE}: column 'path'",
        RESTORE,
    ),
    Corruption(
        "path traversal",
        "a table by its full name",
        _figures(lambda r: r.update(path="/etc/passwd")),
        "data/reported/figures.csv:",
        "declare the table",
    ),
    Corruption(
        "path traversal",
        "a table of the network",
        _figures(lambda r: r.update(path="https://example.org/figures.csv")),
        "data/reported/figures.csv:",
        "declare the table",
    ),
    _wrong(
        "capitals in a path",
        _figures(lambda r: r.update(path="reported/Figures.csv")),
        _key("path"),
    ),
    Corruption(
        "data package",
        "properties that the tool does not know",
        _package(lambda p: p.update(colour="blue")),
        "docs/bad-input.md",
        "properties it does not know",
        "accepted",
    ),
]
