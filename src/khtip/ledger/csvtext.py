"""A file that people wrote as text: what must be right before anything in it can be read.

Tables, the Data Package and scenarios all come through `read_text`, so that no link out of the
project, no huge file and no other encoding reaches a parser. Nothing is guessed and nothing is
mended silently.
"""

from __future__ import annotations

import csv
import io
import os
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from khtip.ledger.problems import Problem, did_you_mean, shown

LARGEST = 5_000_000
"""Bytes; forty times the ledger of 700 statements. A larger file is no table typed by people."""

_ENCODING = "save the file as UTF-8 without a byte order mark"
_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
_REPLACED = "\ufffd"
_MERGE = re.compile(r"^(?:<{7}|>{7}|\|{7}) .*$", re.MULTILINE)


def read_text(path: Path, name: str) -> tuple[str | None, list[Problem]]:
    """Read a file strictly as UTF-8 with line feeds.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        How messages call it: its path relative to the project.

    Returns
    -------
    text : str or None
        None when nothing can be read; otherwise the text with line feeds, so that its lines can
        be looked at even when single characters are wrong.
    problems : list of Problem
        What is wrong with the file.
    """
    problems = place_problems(path, name)
    if problems:
        return None, problems
    text, problems = _decode(path.read_bytes(), name)
    if text is None:
        return None, problems
    left = _MERGE.search(text)
    if left:
        line, expected = text[: left.start()].count("\n") + 1, "a file whose merge is finished"
        remedy = "choose between the two versions, and delete the lines of <, = and >"
        return None, [Problem(name, line, "", left[0], expected, remedy)]
    return text, problems + _stray_characters(text, name)


def place_problems(path: Path, name: str) -> list[Problem]:
    """Return why this is no file of the project that could be read; nothing is opened.

    Parameters
    ----------
    path, name : Path, str
        As for `read_text`.

    Returns
    -------
    list of Problem
        One at most: a folder, a device, a link out of the project, a size beyond `LARGEST`, a
        file without the right to read it.
    """

    def problem(value: str, expected: str, remedy: str) -> list[Problem]:
        return [Problem(name, 0, "", value, expected, remedy)]

    if path.is_dir():
        return problem("a folder", "a file", "move the folder away and restore the file from git")
    if path.exists() and not path.is_file():
        return problem("a device or pipe", "a file", "delete it and restore the file from git")
    if not path.is_file():
        value = "a link that leads nowhere" if path.is_symlink() else ""
        remedy = "restore the file from git, or take it out of data/datapackage.json"
        return problem(value, "the file to exist", remedy)
    project = path.parents[len(Path(name).parts) - 1].resolve()
    if not path.resolve().is_relative_to(project):
        remedy = "copy the file itself into its place; a link is not kept with the project"
        return problem("a link out of the project", "a file of the project", remedy)
    size = path.stat().st_size
    if size > LARGEST:
        remedy = "keep raw files elsewhere, and enter only the rows that are used"
        return problem(f"{size:,} bytes", f"at most {LARGEST:,} bytes", remedy)
    if not os.access(path, os.R_OK):
        remedy = f"give yourself the right to read it: chmod u+r {name}"
        return problem("no right to read", "a file that can be read", remedy)
    return []


def _decode(content: bytes, name: str) -> tuple[str | None, list[Problem]]:
    def problem(line: int, value: str, expected: str, remedy: str) -> list[Problem]:
        return [Problem(name, line, "", value, expected, remedy)]

    if not content.strip():
        return None, problem(1, "", "content", "restore the file: it is empty")
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
    """Find signs that nobody sees, signs lost in another encoding, and two spellings of one."""
    problems = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.isprintable():
            hidden = [sign for sign in line if unicodedata.category(sign) in _HIDDEN]
            if hidden:
                code = f"U+{ord(hidden[0]):04X}"
                expected = "no control, zero-width or text direction character"
                remedy = f"delete the invisible character {code}"
                problems.append(Problem(name, number, "", code, expected, remedy))
        if line.isascii():
            continue
        if _REPLACED in line:
            expected = "every character as it was; U+FFFD stands for one that was lost"
            remedy = "type the lost character again, from the source"
            problems.append(Problem(name, number, "", "U+FFFD", expected, remedy))
        if not unicodedata.is_normalized("NFC", line):
            expected = "accented letters as single characters (Unicode NFC)"
            remedy = "type the accented letters again, or normalise the file to NFC"
            problems.append(Problem(name, number, "", _unnormalised(line), expected, remedy))
    return problems


def _unnormalised(line: str) -> str:
    """Return the first word that is spelt in another way than NFC."""
    return next((word for word in line.split() if not unicodedata.is_normalized("NFC", word)), line)


def edition_year(edition: str) -> int | None:
    """Return the year that an edition is called by: the first one in its name.

    Examples
    --------
    >>> edition_year("POP/DB/MIG/Stock/Rev.2015 (December 2015)"), edition_year("first edition")
    (2015, None)
    """
    found = re.search(r"(?<!\d)(?:19|20)\d{2}(?!\d)", edition)
    return int(found[0]) if found else None


# CSV files as text: what must be right before a table can be read at all.


LONGEST = 2000
"""Characters of one cell: a paragraph; no statement has needed a quarter of it."""
YEARS_OF_LEDGER = (1990, 2035)
"""A year before or after these is a slip; move them when the time comes."""
DIGITS = 15
"""Digits of one number; more do not survive in a float."""

CHOICES = tuple(f"data/lookups/{name}.csv" for name in ("breaks", "headlines", "plausibility"))
"""Tables of choices: without a row, nothing is chosen."""

REMARKS = ("note", "notes")
"""Columns in which people write freely of what they read."""
# Titles and roles before a name, not officials' offices: docs/ethics.md.
_PERSON = re.compile(
    r"[\w.+-]+@[\w-]+\.\w+"
    r"|(?<![\w,.-])(?!\d{4}-\d\d-\d\d)\+?\(?\d{2,4}\)?(?:[ .-]\d{2,4}){2,4}(?![\w,.-]*\d)"
    r"|\b(?:Mr|Mrs|Ms|Miss|Mister|Madam|Lok|Neang|Bong)\.? [A-Z]\w+"
    r"|\b(?i:victim|suspect|survivor|defendant|accused|girl|boy|woman|man)s? (?:named |called )?"
    r"(?-i:[A-Z][a-z]+ [A-Z][a-z]+)"
)
_NO_PERSON = re.compile(r"\[no person: [^]]*\]")

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
    if len(header) == 1 and header[0].split(";") == columns:
        remedy = "save the file with commas between the cells; this one has semicolons"
        found.problems.append(Problem(name, 1, "", "semicolons", expected, remedy))
        return
    if len(header) > 2 * len(columns):
        remedy = "restore the header from git; a line end may be missing after it"
        value = f"{len(header)} columns"
        found.problems.append(Problem(name, 1, "", value, expected, remedy))
        return
    twice = sorted({column for column in header if column in columns and header.count(column) > 1})
    if twice:
        remedy = f"keep one column '{twice[0]}'; the other may have lost its name"
        found.problems.append(Problem(name, 1, twice[0], "two columns", expected, remedy))
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
    if not lines and name not in CHOICES:
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
        if cell and (found := _suspicion(cell) or _person(column, cell))
    ]


def _person(column: str, cell: str) -> tuple[str, str] | None:
    """Find what points at one person in a remark: a telephone number, an address, a name."""
    if column not in REMARKS:
        return None
    found = _PERSON.search(_NO_PERSON.sub("", cell))
    if not found:
        return None
    expected = f"nothing that points at a person, such as {shown(found[0])}"
    return expected, "take it out; if it is no person, write it as [no person: the words]"


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
        remedy = "begin with a letter or a digit; if nothing was published, leave the cell empty"
        return "text that no spreadsheet takes for a formula", remedy
    if "<" in cell or ":" in cell:
        markup = _MARKUP.search(cell)
        if markup:
            remedy = f"take '{markup[0]}' out; write the words only"
            return "text without HTML or script", remedy
    return None
