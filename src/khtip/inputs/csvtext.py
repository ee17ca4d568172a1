"""CSV files as text: what must be right before a table can be read at all.

pandas shifts columns when a row is too long, pads short rows, guesses encodings and skips blank
lines. Here every such thing is a problem with its line, and nothing is guessed.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from khtip.inputs.problems import Problem, did_you_mean

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_ENCODING = "save the file as UTF-8 without a byte order mark"


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
    """

    header: list[str] = field(default_factory=list)
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


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
    if not path.is_file():
        remedy = "restore the file, or take the table out of data/datapackage.json"
        return Records(problems=[Problem(name, 0, "", "", "the file to exist", remedy)])
    text, problems = _decode(path.read_bytes(), name)
    if text is None:
        return Records(problems=problems)
    found = Records(problems=problems + _stray_characters(text, name))
    lines = _split(text, name, found)
    if lines:
        _take_header(lines[0][1], name, columns or lines[0][1], found)
    if found.header:
        _take_rows(lines[1:], name, found)
    return found


def _decode(content: bytes, name: str) -> tuple[str | None, list[Problem]]:
    def problem(line: int, value: str, expected: str, remedy: str) -> list[Problem]:
        return [Problem(name, line, "", value, expected, remedy)]

    if not content.strip():
        return None, problem(1, "", "a header and rows", "restore the file: it is empty")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in content:
        line = content[: content.find(b"\x00")].count(b"\n") + 1
        return None, problem(line, "NUL or UTF-16", "text in UTF-8", _ENCODING)
    if content.startswith(b"\xef\xbb\xbf"):
        return None, problem(1, "byte order mark", "text in UTF-8 without a mark", _ENCODING)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        value = f"byte 0x{content[error.start]:02x}"
        return None, problem(line, value, "text in UTF-8", _ENCODING)
    problems = []
    if "\r" in text:
        line = text[: text.index("\r")].count("\n") + 1
        remedy = "save the file with line ends LF, as git does with .gitattributes"
        problems = problem(line, "carriage return", "line ends LF only", remedy)
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.endswith("\n"):
        last = text.count("\n") + 1
        remedy = "check that the last row is whole, and end it with a line feed"
        problems += problem(last, text.rsplit("\n", 1)[-1][:40], "a line end: cut file?", remedy)
    return text, problems


def _stray_characters(text: str, name: str) -> list[Problem]:
    """Find characters that nobody sees: controls, direction marks, zero-width marks."""
    problems = []
    for number, line in enumerate(text.split("\n"), start=1):
        hidden = [sign for sign in line if unicodedata.category(sign) in {"Cc", "Cf"}]
        if hidden:
            code = f"U+{ord(hidden[0]):04X}"
            expected = "no control, zero-width or text direction character"
            remedy = f"delete the invisible character {code}"
            problems.append(Problem(name, number, "", code, expected, remedy))
    return problems


def _split(text: str, name: str, found: Records) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines, start = [], 1
    try:
        for cells in reader:
            lines.append((start, cells))
            start = reader.line_num + 1
    except csv.Error as error:
        remedy = 'close the quotation mark, and write a quotation mark inside a cell as ""'
        expected = f"balanced quotation marks ({error})"
        found.problems.append(Problem(name, start, "", "", expected, remedy))
    return lines


def _take_header(header: list[str], name: str, columns: list[str], found: Records) -> None:
    if header == columns:
        found.header = header
        return
    expected = f"the {len(columns)} columns of data/datapackage.json in order"
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
        if len(cells) != width:
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
    """Find cells with spaces around them, or that a spreadsheet would run as a formula."""
    problems = []
    for column, cell in zip(header, cells, strict=True):
        if cell != cell.strip():
            remedy = f"write '{cell.strip()}'"
            expected = "no spaces before or after"
            problems.append(Problem(name, line, column, cell, expected, remedy))
        elif cell[:1] in "=+@-" and cell and not _NUMBER.fullmatch(cell):
            remedy = f"write '{cell.lstrip('=+@-').strip()}'"
            expected = "text that no spreadsheet takes for a formula"
            problems.append(Problem(name, line, column, cell, expected, remedy))
    return problems
