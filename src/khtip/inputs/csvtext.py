"""CSV files as text: what must be right before a table can be read at all.

pandas shifts columns when a row is too long, pads short rows, guesses encodings and skips blank
lines. Here every such thing is a problem with its line, and nothing is guessed.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from pathlib import Path

from khtip.inputs.filetext import read_text
from khtip.inputs.problems import Problem, did_you_mean

LONGEST = 2000
"""Characters of one cell: a paragraph; no statement has needed a quarter of it."""
DIGITS = 15
"""Digits of one number; more do not survive in a float."""

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_MARKUP = re.compile(r"<[A-Za-z/!?]|\b(javascript|vbscript):|\bdata:\w+/", re.IGNORECASE)


@dataclass
class Records:
    """Rows of one file, each with the line it starts on.

    Attributes
    ----------
    header : list of str
        Column names; empty when the file could not be read.
    rows : list of tuple (int, list of str)
        Line and cells of every row with the right number of cells.
    problems : list of Problem
        What is wrong with the file.
    whole : bool
        Whether every row of the file is among the rows.
    """

    header: list[str] = field(default_factory=list)
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    whole: bool = True


def read_records(path: Path, name: str, columns: list[str] | None = None) -> Records:
    """Read a CSV file strictly.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        How messages call it, relative to the project.
    columns : list of str, optional
        The declared columns, in order; without them any header is taken.

    Returns
    -------
    Records
        Rows are empty when the header or the encoding is wrong; other rows are still returned
        when single rows are wrong, so that all mistakes are seen at once.
    """
    text, problems = read_text(path, name)
    found = Records(problems=problems)
    if text is None:
        return found
    lines = _split(text, name, found)
    if lines:
        _take_header(lines[0][1], name, columns or lines[0][1], found)
    if found.header:
        _take_rows(lines[1:], name, found)
    return found


def _split(text: str, name: str, found: Records) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines, start = [], 1
    try:
        for cells in reader:
            lines.append((start, cells))
            start = reader.line_num + 1
    except csv.Error as error:
        remedy = 'close the quotation mark, and write a quotation mark inside a cell as ""'
        if "field limit" in str(error):
            remedy = "shorten the cell, or close the quotation mark that opens it"
        expected = f"balanced quotation marks ({error})"
        found.whole = False
        found.problems.append(Problem(name, start, "", "", expected, remedy))
    return lines


def _take_header(header: list[str], name: str, columns: list[str], found: Records) -> None:
    if header == columns:
        found.header = header
        return
    expected = f"the {len(columns)} columns of data/datapackage.json in order"
    if len(header) > 2 * len(columns):
        remedy = "restore the header from git; a line end may be missing after it"
        value = f"{len(header)} columns"
        found.problems.append(Problem(name, 1, "", value, expected, remedy))
        return
    before = len(found.problems)
    for column in columns:
        if column not in header:
            remedy = f"add the column '{column}' after '{_previous(columns, column)}'"
            found.problems.append(Problem(name, 1, column, "missing column", expected, remedy))
    for column in header:
        if column not in columns:
            hint = did_you_mean(column, columns)
            remedy = f"{hint or 'take the column out'}".strip()
            found.problems.append(Problem(name, 1, column, column, expected, remedy))
    if len(found.problems) == before:
        remedy = f"put the columns in this order, each once: {','.join(columns)}"
        found.problems.append(Problem(name, 1, "", ",".join(header), expected, remedy))


def _previous(columns: list[str], column: str) -> str:
    return columns[columns.index(column) - 1] if columns.index(column) else "the line's start"


def _take_rows(lines: list[tuple[int, list[str]]], name: str, found: Records) -> None:
    width = len(found.header)
    if not lines:
        found.problems.append(
            Problem(name, 2, "", "", "at least one row", "restore the rows: only a header is left")
        )
    for line, cells in lines:
        if cells == found.header:
            expected = "a row; the header stands in line 1"
            problem = Problem(name, line, "", cells[0], expected, "delete the repeated header")
            found.problems.append(problem)
            continue
        if len(cells) != width:
            found.whole = False
            remedy = (
                'write text that holds a comma between quotation marks: "a, b"'
                if len(cells) > width
                else "complete the row; an empty cell still needs its comma"
            )
            value = f"{len(cells)} cells"
            found.problems.append(Problem(name, line, "", value, f"{width} cells", remedy))
            continue
        found.rows.append((line, cells))
        found.problems += _suspect_cells(line, cells, name, found.header)


def _suspect_cells(line: int, cells: list[str], name: str, header: list[str]) -> list[Problem]:
    """Find cells that would be read otherwise by a spreadsheet, a browser or a float."""
    return [
        Problem(name, line, column, cell, *found)
        for column, cell in zip(header, cells, strict=True)
        if cell and (found := _suspicion(cell))
    ]


def _suspicion(cell: str) -> tuple[str, str] | None:
    """Return what would be right and what to do, or None for a plain cell."""
    if cell != cell.strip():
        return "no spaces before or after", f"write '{cell.strip()}'"
    if len(cell) > LONGEST:
        return f"at most {LONGEST} characters", "shorten the text; is a quotation mark missing?"
    number = _NUMBER.fullmatch(cell.removeprefix("<"))
    if number and sum(sign.isdigit() for sign in cell) > DIGITS:
        return f"a number of at most {DIGITS} digits", "write the number that is printed"
    if cell[0] in "=+@-" and not number:
        remedy = f"write '{cell.lstrip('=+@-').strip()}'"
        return "text that no spreadsheet takes for a formula", remedy
    if "<" in cell or ":" in cell:
        markup = _MARKUP.search(cell)
        if markup:
            remedy = f"take '{markup[0]}' out; write the words only"
            return "text without HTML or script", remedy
    return None
