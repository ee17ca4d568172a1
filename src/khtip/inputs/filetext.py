"""A file that people wrote as text: what must be right before anything in it can be read.

Tables, the Data Package and scenarios all come through `read_text`, so that no link out of the
project, no huge file and no other encoding reaches a parser. Nothing is guessed and nothing is
mended silently.
"""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

from khtip.inputs.problems import Problem

LARGEST = 5_000_000
"""Bytes; forty times the ledger of 700 statements. A larger file is no table typed by people."""

_ENCODING = "save the file as UTF-8 without a byte order mark"
_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
_REPLACED = "\ufffd"


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
