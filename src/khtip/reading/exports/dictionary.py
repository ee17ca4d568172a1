"""The data dictionary ``data/dictionary.md``: every table and column, from the Data Package.

The Data Package is for programs; this page says the same to people. Nobody edits it by hand.
"""

import json
from pathlib import Path
from typing import Any

from khtip import files
from khtip.ledger.declarations import PACKAGE
from khtip.reading.templates import template

DICTIONARY = "data/dictionary.md"


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
    words = {"cell": _cell, "anchor": _anchor, "allowed": _allowed}
    page = template(__file__, "dictionary.md.jinja", escape=False, **words)
    return page.render(resources=descriptor["resources"])


def stale(root: Path) -> bool:
    """Return whether the committed page differs from what the Data Package says."""
    path = root / DICTIONARY
    return not path.is_file() or path.read_text(encoding="utf-8") != text(package(root))


def write(root: Path) -> None:
    """Write the page; a reader never sees half of it."""
    files.write_text(root / DICTIONARY, text(package(root)))


def _allowed(field: dict[str, Any]) -> str:
    limits = field.get("constraints", {})
    said = str(field.get("expected", ""))
    if "enum" in limits:
        said = f"one of: {', '.join(limits['enum'])}"
    elif "lookup" in field:
        said = f"a `{field['lookup']['field']}` of {field['lookup']['resource']}"
    return "; ".join(filter(None, ["required" if limits.get("required") else "", said]))


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
