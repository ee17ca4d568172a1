"""The data dictionary ``data/dictionary.md``: every table and column, from the Data Package.

The Data Package is for programs; this page says the same to people. Nobody edits it by hand.
"""

import json
from pathlib import Path
from typing import Any

from khtip import files
from khtip.ledger.declarations import PACKAGE

DICTIONARY = "data/dictionary.md"

HEAD = """# Data dictionary

Written by `khtip dictionary --write` from [datapackage.json](datapackage.json). Do not edit it.

All counts are what authorities say they did. They measure enforcement and reporting, not how much
trafficking there is. An empty cell is *not published*; it is never a zero.

"""


def package(root: Path) -> dict[str, Any]:
    """Return the Data Package's descriptor.

    Raises
    ------
    FileNotFoundError
        When there is none below `root`.
    """
    path = root / PACKAGE
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such file. Restore it from git.")
    return dict(json.loads(path.read_text(encoding="utf-8")))


def text(descriptor: dict[str, Any]) -> str:
    """Return the page: a list of tables, then each table with its columns.

    Parameters
    ----------
    descriptor : dict
        A Data Package whose resources carry ``path``, ``title``, ``description``, ``licenses``
        and a schema.
    """
    resources = descriptor["resources"]
    index = ["| table | what it holds | columns |", "| --- | --- | --- |"]
    for one in resources:
        many = len(one["schema"]["fields"])
        link = f"[{one['path']}](#{_anchor(one['path'])})"
        index.append(f"| {link} | {_cell(one['title'])} | {many} |")
    return HEAD + "\n".join(index) + "\n" + "".join(map(_section, resources))


def stale(root: Path) -> bool:
    """Return whether the committed page differs from what the Data Package says."""
    path = root / DICTIONARY
    return not path.is_file() or path.read_text(encoding="utf-8") != text(package(root))


def write(root: Path) -> None:
    """Write the page; a reader never sees half of it."""
    files.write_text(root / DICTIONARY, text(package(root)))


def _section(resource: dict[str, Any]) -> str:
    schema = resource["schema"]
    licences = ", ".join(
        f"[{one.get('title', one.get('name'))}]({one['path']})" if one.get("path") else one["title"]
        for one in resource["licenses"]
    )
    sources = "; ".join(one["title"] for one in resource.get("sources", []))
    lines = [
        f"\n## {resource['path']}\n",
        f"{resource['description']}\n",
        f"Key: {_key(schema)}. Licence: {licences}. Origin: {sources}.\n",
        "| column | type | meaning | allowed | HXL |",
        "| --- | --- | --- | --- | --- |",
        *(_row(field) for field in schema["fields"]),
    ]
    return "\n".join(lines) + "\n"


def _key(schema: dict[str, Any]) -> str:
    key = schema.get("primaryKey", [])
    names = [key] if isinstance(key, str) else key
    return ", ".join(f"`{name}`" for name in names) or "none"


def _row(field: dict[str, Any]) -> str:
    limits = field.get("constraints", {})
    need = "required" if limits.get("required") else ""
    cells = [
        f"`{field['name']}`",
        field["type"],
        _cell(field["description"]),
        _cell("; ".join(filter(None, [need, _allowed(field, limits)]))),
        f"`{field['hxl']}`",
    ]
    return f"| {' | '.join(cells)} |"


def _allowed(field: dict[str, Any], limits: dict[str, Any]) -> str:
    if "enum" in limits:
        return f"one of: {', '.join(limits['enum'])}"
    if "lookup" in field:
        return f"a `{field['lookup']['field']}` of {field['lookup']['resource']}"
    return str(field.get("expected", ""))


def _cell(words: str) -> str:
    """Return text that cannot end its cell or become HTML."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|").strip()


def _anchor(heading: str) -> str:
    """Return the anchor that GitHub gives a heading.

    Examples
    --------
    >>> _anchor("clean/observations.csv")
    'cleanobservationscsv'
    """
    kept = "".join(sign for sign in heading.lower() if sign.isalnum() or sign in " -_")
    return kept.replace(" ", "-")
