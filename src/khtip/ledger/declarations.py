"""What ``data/datapackage.json`` declares about each table.

The Data Package is the one place where columns are declared. ``frictionless validate`` reads it,
and so does `khtip.ledger.validation`, which also checks the text of every cell first
(field properties ``textPattern`` and ``expected``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from khtip.ledger.csvtext import read_text
from khtip.ledger.problems import DataProblems, Problem

PACKAGE = "data/datapackage.json"
INPUTS = ("reported/", "context/", "lookups/")
KINDS = ("string", "integer", "number", "date", "boolean")

_PATH = re.compile(r"data/(reported|context|lookups)/([a-z0-9]+(?:_[a-z0-9]+)*)\.csv")
_REMEDY = "restore the entry from git"


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
        When the Data Package cannot be read, or declares its tables so that they could not be
        checked: no path or a path elsewhere, a pattern that is no regular expression, codes of a
        table that is not there, a table that is left out.
    """
    text, problems = read_text(root / PACKAGE, PACKAGE)
    if text is None or problems:
        raise DataProblems(problems)
    try:
        package = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 0)
        words = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        problem = Problem(PACKAGE, line, "", words, "valid JSON, each key once", _REMEDY)
        raise DataProblems([problem]) from None
    try:
        tables = [_table(one) for one in _resources(package)]
    except _Undeclared as fault:
        raise DataProblems([_problem(*fault.args)]) from None
    problems = [*_wrong_paths(tables), *_left_out(root, tables), *_wrong_fields(tables)]
    if problems:
        raise DataProblems(problems)
    return tables


class _Undeclared(ValueError):
    """Something is missing in the Data Package, or of another kind: what, and where."""


def _problem(where: str, value: str, expected: str, remedy: str = _REMEDY) -> Problem:
    return Problem(PACKAGE, 0, where, value, expected, remedy)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of JSON, and refuse a key that stands twice: the first would be lost."""
    known = dict(pairs)
    if len(known) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key '{twice}' twice in one object")
    return known


def _resources(package: Any) -> list[dict[str, Any]]:
    resources = _part(package, "resources", list, "the Data Package")
    paths = [_part(one, "path", str, f"resources[{n}]") for n, one in enumerate(resources)]
    return [one for one, path in zip(resources, paths, strict=True) if path.startswith(INPUTS)]


def _part(holder: Any, key: str, kind: type, where: str) -> Any:
    """Return ``holder[key]`` when it is there and of the right kind."""
    value = holder.get(key) if isinstance(holder, dict) else None
    if not isinstance(value, kind):
        names: dict[type, str] = {str: "a text", list: "a list", dict: "an object"}
        words = names[kind]
        raise _Undeclared(f"{where}.{key}", "" if value is None else str(value)[:60], words)
    return value


def _table(resource: dict[str, Any]) -> Table:
    path = resource["path"]
    schema = _part(resource, "schema", dict, path)
    key = schema.get("primaryKey", [])
    names = [key] if isinstance(key, str) else key
    if not (isinstance(names, list) and all(isinstance(one, str) for one in names)):
        raise _Undeclared(f"{path}.primaryKey", str(key)[:60], "names of columns")
    return Table(
        name=_part(resource, "name", str, path),
        path=f"data/{path}",
        title=_part(resource, "title", str, path),
        description=_part(resource, "description", str, path),
        fields=tuple(_field(one, path) for one in _part(schema, "fields", list, path)),
        key=tuple(names),
    )


def _field(field: Any, path: str) -> Field:
    name = _part(field, "name", str, f"{path}.fields")
    where = f"{path}.{name}"
    limits, lookup = field.get("constraints", {}), field.get("lookup", {})
    enum = limits.get("enum", ()) if isinstance(limits, dict) else None
    if not isinstance(enum, list | tuple):
        raise _Undeclared(f"{where}.constraints", str(limits)[:60], "an object with a list 'enum'")
    if lookup:
        lookup = tuple(_part(lookup, key, str, f"{where}.lookup") for key in ("resource", "field"))
    return Field(
        name=name,
        description=_part(field, "description", str, where),
        required=limits.get("required", False) is True,
        pattern=_part({"textPattern": "", **field}, "textPattern", str, where),
        expected=_part({"expected": "", **field}, "expected", str, where),
        enum=tuple(enum),
        lookup=lookup or (),
        many=field.get("many", False) is True,
        kind=_part(field, "type", str, where),
    )


def _wrong_paths(tables: list[Table]) -> Iterator[Problem]:
    """Find paths out of the data folder, and names that the rules would not know."""
    seen: dict[str, str] = {}
    for table in tables:
        match = _PATH.fullmatch(table.path)
        if not match:
            expected = "a path such as reported/figures.csv, in lower case and without '..'"
            yield _problem("path", table.path.removeprefix("data/"), expected)
            continue
        name = f"{match[1]}-{match[2].replace('_', '-')}"
        if table.name != name:
            yield _problem(f"{table.path}.name", table.name, f"'{name}'", f"write '{name}'")
        if seen.setdefault(table.path, table.name) is not table.name:
            yield _problem("path", table.path, "every table once", "delete one of the two entries")


def _left_out(root: Path, tables: list[Table]) -> Iterator[Problem]:
    """Find tables that lie among the inputs and that nobody would check."""
    known = {table.path for table in tables}
    for folder in INPUTS:
        for path in sorted((root / "data" / folder).glob("*")):
            name = path.relative_to(root).as_posix()
            if name not in known and not path.name.startswith("."):
                remedy = f"declare the table in {PACKAGE}, or move the file away"
                yield Problem(name, 0, "", "", f"only tables that {PACKAGE} declares", remedy)


def _wrong_fields(tables: list[Table]) -> Iterator[Problem]:
    columns = {table.name: table.columns for table in tables}
    for table in tables:
        if not table.fields or len(set(table.columns)) < len(table.columns):
            yield _problem(f"{table.path}.fields", "", "one field a column, each name once")
        for key in table.key:
            if key not in table.columns:
                yield _problem(f"{table.path}.primaryKey", key, "names of columns")
        for field in table.fields:
            where = f"{table.path}.{field.name}"
            try:
                re.compile(field.pattern, re.ASCII)
            except (re.error, RecursionError, OverflowError) as error:
                expected = f"a regular expression ({error})"
                yield _problem(f"{where}.textPattern", field.pattern, expected)
            if field.kind not in KINDS:
                yield _problem(f"{where}.type", field.kind, f"one of {', '.join(KINDS)}")
            if field.lookup and field.lookup[1] not in columns.get(field.lookup[0], ()):
                yield _problem(f"{where}.lookup", "/".join(field.lookup), "a declared column")
