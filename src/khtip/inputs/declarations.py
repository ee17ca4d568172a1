"""What ``data/datapackage.json`` declares about each table.

The Data Package is the one place where columns are declared. ``frictionless validate`` reads it,
and so does `khtip.inputs.ledger`, which also checks the text of every cell before any conversion
(field properties ``textPattern`` and ``expected``).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from khtip.inputs.problems import DataProblems, Problem

PACKAGE = "data/datapackage.json"
INPUTS = ("reported/", "context/", "lookups/")


@dataclass(frozen=True)
class Field:
    """One declared column.

    Attributes
    ----------
    name, description : str
    required : bool
        No empty cells.
    pattern : str
        Regular expression for the whole cell, or empty.
    expected : str
        What the pattern accepts, in words.
    enum : tuple of str
        The only values allowed, or empty.
    lookup : tuple of str
        Resource and column that hold the known codes, or empty.
    many : bool
        The cell lists several codes, separated by semicolons.
    kind : str
        Frictionless type: string, integer, number, date.
    """

    name: str
    description: str
    required: bool
    pattern: str
    expected: str
    enum: tuple[str, ...]
    lookup: tuple[str, ...]
    many: bool
    kind: str


@dataclass(frozen=True)
class Table:
    """One declared table: resource name, path below the project, fields and key columns."""

    name: str
    path: str
    title: str
    description: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]

    @property
    def columns(self) -> list[str]:
        """Names of the columns, in order."""
        return [field.name for field in self.fields]


def declared(root: Path) -> list[Table]:
    """Return the input tables (reported, context, lookups) that the Data Package declares.

    Parameters
    ----------
    root : Path
        The project.

    Raises
    ------
    DataProblems
        When the Data Package is missing or is not valid JSON.
    """
    try:
        package = json.loads((root / PACKAGE).read_text(encoding="utf-8"))
        resources = package["resources"]
        return [_table(one) for one in resources if one["path"].startswith(INPUTS)]
    except (OSError, ValueError, KeyError, TypeError) as error:
        line = getattr(error, "lineno", 0)
        remedy = "restore the file from git"
        problem = Problem(PACKAGE, line, "", str(error)[:60], "a valid Data Package", remedy)
        raise DataProblems([problem]) from error


def _table(resource: dict) -> Table:
    schema = resource["schema"]
    key = schema.get("primaryKey", [])
    return Table(
        name=resource["name"],
        path=f"data/{resource['path']}",
        title=resource["title"],
        description=resource["description"],
        fields=tuple(_field(one) for one in schema["fields"]),
        key=tuple([key] if isinstance(key, str) else key),
    )


def _field(field: dict) -> Field:
    limits = field.get("constraints", {})
    lookup = field.get("lookup", {})
    return Field(
        name=field["name"],
        description=field["description"],
        required=limits.get("required", False),
        pattern=field.get("textPattern", ""),
        expected=field.get("expected", ""),
        enum=tuple(limits.get("enum", ())),
        lookup=(lookup["resource"], lookup["field"]) if lookup else (),
        many=field.get("many", False),
        kind=field["type"],
    )
