"""One corruption: how it is made, and what the tool must answer."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

FIGURES = "data/reported/figures.csv"
SOURCES = "data/reported/sources.csv"
PACKAGE = "data/datapackage.json"
CHECK = ("check-data",)

Edit = Callable[[Path], object]


@dataclass(frozen=True)
class Corruption:
    """A mistake in what people write, and the answer that it must get.

    Attributes
    ----------
    kind : str
        The group it belongs to, in the words of the field.
    name : str
        What is wrong, in a few words.
    edit : callable
        Makes the mistake in the project below the folder it is given.
    place : str
        How the line of the answer starts that names the place; for a verdict the table and the
        statement; for an acceptance the page and a phrase of it that says so.
    words : str
        A part of that line: the remedy; for a verdict the verdict.
    answer : {"refused", "verdict", "accepted"}
    command : tuple of str
        What is called.
    wide : bool
        Whether every input table must be there, or the ledger and its lookups are enough.
    """

    kind: str
    name: str
    edit: Edit
    place: str
    words: str
    answer: str = "refused"
    command: tuple[str, ...] = field(default=CHECK)
    wide: bool = False


def nothing(root: Path) -> None:
    """Leave every file as it is: the mistake is in the command."""


def written(file: str, content: str | bytes) -> Edit:
    """Return an edit that replaces a file's content."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    return lambda root: (root / file).write_bytes(data)


def content(file: str, change: Callable[[bytes], bytes]) -> Edit:
    """Return an edit of a file's bytes."""

    def edit(root: Path) -> None:
        before = (root / file).read_bytes()
        after = change(before)
        assert after != before, "the corruption changes nothing"
        (root / file).write_bytes(after)

    return edit


def text(file: str, change: Callable[[str], str]) -> Edit:
    """Return an edit of a file's text."""
    return content(file, lambda data: change(data.decode("utf-8")).encode("utf-8"))


def replaced(file: str, old: str, new: str) -> Edit:
    """Return an edit that replaces the first occurrence of `old`."""
    return text(file, lambda whole: whole.replace(old, new, 1))


def line(file: str, number: int, change: Callable[[str], str]) -> Edit:
    """Return an edit of one line, counted as an editor does."""

    def edit(whole: str) -> str:
        lines = whole.split("\n")
        lines[number - 1] = change(lines[number - 1])
        return "\n".join(lines)

    return text(file, edit)


def table(file: str, change: Callable[[list[list[str]]], object]) -> Edit:
    """Return an edit of a table as rows of cells; the header is the first."""

    def edit(whole: str) -> str:
        found = list(csv.reader(io.StringIO(whole, newline="")))
        change(found)
        stream = io.StringIO()
        csv.writer(stream, lineterminator="\n").writerows(found)
        return stream.getvalue()

    return text(file, edit)


def cell(file: str, number: int, column: str, value: str) -> Edit:
    """Return an edit of one cell, by line and column."""

    def edit(found: list[list[str]]) -> None:
        found[number - 1][found[0].index(column)] = value

    return table(file, edit)


def added(file: str, number: int, **values: str) -> Edit:
    """Return an edit that appends a copy of a line with other values."""

    def edit(found: list[list[str]]) -> None:
        copy = dict(zip(found[0], found[number - 1], strict=True)) | values
        found.append(list(copy.values()))

    return table(file, edit)


def both(*edits: Edit) -> Edit:
    """Return an edit that makes several."""

    def edit(root: Path) -> None:
        for one in edits:
            one(root)

    return edit


def at(file: str, number: int, column: str = "") -> str:
    """Return how a message names a place in a table."""
    return f"{file}:{number}: column '{column}':" if column else f"{file}:{number}:"
