"""Files as a whole: missing, empty, cut, in another encoding, a link, a folder, too large."""

from __future__ import annotations

import os
from pathlib import Path

from corruptions.corruption import (
    FIGURES,
    PACKAGE,
    SOURCES,
    Corruption,
    Edit,
    at,
    content,
    text,
    written,
)

MEASURES = "data/lookups/measures.csv"
STOCK = "data/context/migrant_stock.csv"
UTF8 = "save the file as UTF-8 without a byte order mark"
RESTORE = "restore the file"
BIG = 6_000_000


def _gone(file: str) -> Edit:
    return lambda root: (root / file).unlink()


def _linked(file: str, target: str) -> Edit:
    def edit(root: Path) -> None:
        (root / file).unlink()
        (root / file).symlink_to(target)

    return edit


def _linked_out(file: str) -> Edit:
    def edit(root: Path) -> None:
        outside = root.parent / "outside.csv"
        outside.write_bytes((root / file).read_bytes())
        (root / file).unlink()
        (root / file).symlink_to(outside)

    return edit


def _folder(file: str) -> Edit:
    def edit(root: Path) -> None:
        (root / file).unlink()
        (root / file).mkdir()

    return edit


def _pipe(root: Path) -> None:
    (root / SOURCES).unlink()
    os.mkfifo(root / SOURCES)


def _sparse(file: str, size: int) -> Edit:
    return lambda root: os.truncate(root / file, size)


def _unreadable(root: Path) -> None:
    (root / FIGURES).chmod(0)


def _encoded(file: str, name: str) -> Edit:
    """Save a file in another encoding; a sign that it lacks is replaced, as editors do."""
    return text_to_bytes(file, lambda whole: whole.replace("The", "Thé", 1).encode(name, "replace"))


def text_to_bytes(file: str, change) -> Edit:  # noqa: ANN001
    return content(file, lambda data: change(data.decode("utf-8")))


def _long(whole: str) -> str:
    lines = whole.splitlines(keepends=True)
    return whole + lines[1] * (BIG // len(lines[1]))


CORRUPTIONS = [
    Corruption("missing file", "no ledger", _gone(FIGURES), f"{FIGURES}:", RESTORE),
    Corruption("missing file", "no sources", _gone(SOURCES), f"{SOURCES}:", RESTORE),
    Corruption("missing file", "no lookup of measures", _gone(MEASURES), f"{MEASURES}:", RESTORE),
    Corruption("missing file", "no context table", _gone(STOCK), f"{STOCK}:", RESTORE, wide=True),
    Corruption("missing file", "no data package", _gone(PACKAGE), f"{PACKAGE}:", RESTORE),
    Corruption("empty file", "empty ledger", written(FIGURES, ""), at(FIGURES, 1), "it is empty"),
    Corruption("empty file", "only blanks", written(SOURCES, "\n \n"), at(SOURCES, 1), RESTORE),
    Corruption(
        "empty file",
        "only a header",
        text(FIGURES, lambda t: t.split("\n")[0] + "\n"),
        at(FIGURES, 2),
        "only a header is left",
    ),
    Corruption("empty file", "empty data package", written(PACKAGE, ""), at(PACKAGE, 1), RESTORE),
    Corruption(
        "cut file",
        "in the middle of a row",
        text(FIGURES, lambda t: t[: t.index("72.82")]),
        at(FIGURES, 4),
        "check that the last row is whole",
    ),
    Corruption(
        "cut file",
        "without the last line feed",
        text(SOURCES, lambda t: t.rstrip("\n")),
        f"{SOURCES}:",
        "end it with a line feed",
    ),
    Corruption(
        "cut file",
        "in the middle of a character",
        content(SOURCES, lambda d: d[:80] + "é".encode()[:1]),
        at(SOURCES, 1),
        UTF8,
    ),
    Corruption(
        "cut file",
        "data package cut in half",
        text(PACKAGE, lambda t: t[: len(t) // 2]),
        f"{PACKAGE}:",
        "check that the last row is whole",
    ),
    Corruption(
        "byte order mark",
        "ledger with a mark",
        content(FIGURES, b"\xef\xbb\xbf".__add__),
        at(FIGURES, 1),
        UTF8,
    ),
    Corruption(
        "byte order mark",
        "package with a mark",
        content(PACKAGE, b"\xef\xbb\xbf".__add__),
        at(PACKAGE, 1),
        UTF8,
    ),
    Corruption(
        "byte order mark",
        "mark in the middle",
        text(FIGURES, lambda t: t.replace(",159,", ",\ufeff159,", 1)),
        at(FIGURES, 2),
        "invisible character U+FEFF",
    ),
    *(
        Corruption("encoding", f"sources in {name}", _encoded(SOURCES, name), f"{SOURCES}:", UTF8)
        for name in ("latin-1", "cp1252", "utf-16", "utf-32", "cp037")
    ),
    Corruption(
        "encoding",
        "bytes of UTF-8 cut by a database",
        content(SOURCES, lambda d: d.replace(b"The", b"Th\xc3", 1)),
        at(SOURCES, 2),
        UTF8,
    ),
    Corruption(
        "encoding",
        "a surrogate written as UTF-8",
        content(SOURCES, lambda d: d.replace(b"The", b"Th\xed\xa0\x80", 1)),
        at(SOURCES, 2),
        UTF8,
    ),
    Corruption(
        "encoding",
        "a character lost before",
        text(SOURCES, lambda t: t.replace("The", "Th\ufffd", 1)),
        at(SOURCES, 2),
        "type the lost character again",
    ),
    Corruption(
        "encoding",
        "an accent as a sign of its own",
        text(SOURCES, lambda t: t.replace("The", "The\u0301", 1)),
        at(SOURCES, 2),
        "NFC",
    ),
    Corruption(
        "line ends",
        "CRLF",
        text(FIGURES, lambda t: t.replace("\n", "\r\n")),
        at(FIGURES, 1),
        "line ends LF",
    ),
    Corruption(
        "line ends",
        "CR only",
        text(FIGURES, lambda t: t.replace("\n", "\r")),
        at(FIGURES, 1),
        "line ends LF",
    ),
    Corruption(
        "line ends",
        "CR in one row",
        text(FIGURES, lambda t: t.replace(",159,", ",15\r9,")),
        at(FIGURES, 2),
        "line ends LF",
    ),
    Corruption(
        "line ends",
        "a line separator of Unicode",
        text(SOURCES, lambda t: t.replace("The", "The\u2028", 1)),
        at(SOURCES, 2),
        "invisible character U+2028",
    ),
    Corruption(
        "NUL",
        "in the ledger",
        text(FIGURES, lambda t: t.replace("159", "1\x0059", 1)),
        at(FIGURES, 2),
        UTF8,
    ),
    Corruption(
        "NUL",
        "in the data package",
        text(PACKAGE, lambda t: t.replace("name", "n\x00", 1)),
        f"{PACKAGE}:",
        UTF8,
    ),
    Corruption(
        "control character",
        "a bell",
        text(SOURCES, lambda t: t.replace("The", "T\ahe", 1)),
        at(SOURCES, 2),
        "invisible character U+0007",
    ),
    Corruption(
        "control character",
        "colours of a terminal",
        text(SOURCES, lambda t: t.replace("The", "\x1b[31mThe", 1)),
        at(SOURCES, 2),
        "invisible character U+001B",
    ),
    Corruption("folder in place of a file", "ledger", _folder(FIGURES), f"{FIGURES}:", "folder"),
    Corruption("folder in place of a file", "package", _folder(PACKAGE), f"{PACKAGE}:", "folder"),
    Corruption(
        "device in place of a file",
        "a pipe without end",
        _pipe,
        f"{SOURCES}:",
        "restore the file from git",
    ),
    Corruption("unreadable file", "no right to read", _unreadable, f"{FIGURES}:", "chmod u+r"),
    Corruption(
        "symbolic link",
        "out of the project",
        _linked_out(FIGURES),
        f"{FIGURES}:",
        "copy the file itself",
    ),
    Corruption(
        "symbolic link",
        "to the users of the machine",
        _linked(SOURCES, "/etc/passwd"),
        f"{SOURCES}:",
        "copy the file itself",
    ),
    Corruption(
        "symbolic link",
        "to an endless device",
        _linked(SOURCES, "/dev/zero"),
        f"{SOURCES}:",
        "restore the file from git",
    ),
    Corruption(
        "symbolic link",
        "that leads nowhere",
        _linked(SOURCES, "nowhere.csv"),
        f"{SOURCES}:",
        "restore the file",
    ),
    Corruption(
        "symbolic link",
        "to itself",
        _linked(SOURCES, "sources.csv"),
        f"{SOURCES}:",
        "restore the file",
    ),
    Corruption(
        "huge file",
        "a table of 6 MB",
        text(FIGURES, _long),
        f"{FIGURES}:",
        "enter only the rows that are used",
    ),
    Corruption(
        "huge file",
        "a hole of 8 GB",
        _sparse(SOURCES, 8 * 2**30),
        f"{SOURCES}:",
        "keep raw files elsewhere",
    ),
    Corruption(
        "huge file",
        "a data package of 8 GB",
        _sparse(PACKAGE, 8 * 2**30),
        f"{PACKAGE}:",
        "keep raw files elsewhere",
    ),
    Corruption(
        "undeclared file",
        "a second ledger",
        written("data/reported/figures2.csv", "a\n"),
        "data/reported/figures2.csv:",
        "declare the table in data/datapackage.json",
    ),
    Corruption(
        "undeclared file",
        "a spreadsheet",
        written("data/reported/figures.xlsx", b"PK"),
        "data/reported/figures.xlsx:",
        "move the file away",
    ),
    Corruption(
        "undeclared file",
        "a lock of LibreOffice is passed over",
        written("data/reported/.~lock.figures.csv#", "x"),
        "docs/bad-input.md",
        "names start with a dot",
        "accepted",
    ),
]
