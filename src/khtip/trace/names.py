"""What a name on the command line means: a figure, a finding, a statement, or a row of a table."""

from __future__ import annotations

import difflib
import json
import re
from dataclasses import dataclass
from pathlib import PurePosixPath

import pandas as pd

from khtip import lineage, paths, tables

LEDGER = "data/reported/figures.csv"
FINDINGS = "data/results/findings.csv"
_ROW = re.compile(r"(data/(?:clean|results)/[\w-]+\.csv)(?::(\d+))?")
_SUFFIXES = {".png", ".svg", ".csv", ".json"}


class UnknownName(ValueError):
    """A name that is none of a figure, a finding, a statement or a row, with the nearest ones."""


@dataclass(frozen=True)
class Traced:
    """What was found under a name.

    Attributes
    ----------
    kind : str
        ``figure``, ``finding``, ``statement``, ``row`` or ``table``.
    name : str
        As the project writes it.
    words : str
        Its title or sentence.
    statements, sources : list of str
        Ids; the statements may be `khtip.lineage.EVERY`.
    """

    kind: str
    name: str
    words: str
    statements: list[str]
    sources: list[str]


def find(name: str) -> Traced:
    """Return what a name stands for.

    Parameters
    ----------
    name : str
        ``05-flow-home`` or any of its files, ``03-cases-ratio``, ``ppp-2018-ncct-annual-001``,
        ``data/results/trends.csv:2`` (a line of the file; the header is line 1) or the table.

    Raises
    ------
    UnknownName
        With the nearest names that exist.
    """
    asked = name.strip()
    row = _ROW.search(asked.replace("\\", "/"))
    if row:
        return _row(row[1], row[2])
    slug = slug_of(asked)
    for look in (_figure, _finding, _statement):
        found = look(slug)
        if found:
            return found
    raise UnknownName(_unknown(asked, slug))


def slug_of(name: str) -> str:
    """Return the bare name of a figure's file.

    Examples
    --------
    >>> slug_of("figures/05-flow-home.png"), slug_of("03-cases-ratio")
    ('05-flow-home', '03-cases-ratio')
    """
    path = PurePosixPath(name.replace("\\", "/"))
    return path.stem if path.suffix in _SUFFIXES else path.name


def figure_names() -> list[str]:
    """Return the name of every committed figure."""
    folder = paths.root() / "figures"
    return sorted(path.stem for path in folder.glob("[0-9][0-9]-*.json"))


def _figure(slug: str) -> Traced | None:
    if slug not in figure_names():
        return None
    card = json.loads(tables.locate(f"figures/{slug}.json").read_text(encoding="utf-8"))
    statements = card.get("statements", [])
    return Traced("figure", slug, card["title"], statements, card["sources"])


def _finding(slug: str) -> Traced | None:
    findings = tables.read_text_table(FINDINGS)
    own = findings[findings["finding_id"].eq(slug)]
    if own.empty:
        return None
    one = own.iloc[0]
    ids = lineage.split(one["figure_ids"])
    return Traced("finding", slug, one["sentence"], ids, lineage.split(one["sources"]))


def _statement(slug: str) -> Traced | None:
    ledger = tables.read_text_table(LEDGER)
    if slug not in set(ledger["figure_id"]):
        return None
    return Traced("statement", slug, "", [slug], [lineage.source_of(slug)])


def _row(path: str, line: str | None) -> Traced:
    """Return a row of a product, or the whole table."""
    try:
        frame = tables.read_text_table(path)
    except FileNotFoundError as fault:
        raise UnknownName(_unknown(path, path)) from fault
    rows: pd.DataFrame = frame
    if line is not None:
        number = int(line) - 2
        if not 0 <= number < len(frame):
            raise UnknownName(
                f"{path}:{line}: the table has lines 2 to {len(frame) + 1} (line 1 is the header)"
            )
        rows = frame.iloc[[number]]
    found = lineage.rests_on(rows)
    name = path if line is None else f"{path}:{line}"
    kind = "table" if line is None else "row"
    return Traced(kind, name, "", found["statements"], found["sources"])


def _unknown(asked: str, slug: str) -> str:
    """Say what was expected, and which names are near."""
    products = [
        f"data/{room}/{path.name}"
        for room in ("clean", "results")
        for path in sorted((paths.root() / "data" / room).glob("*.csv"))
    ]
    known = [*figure_names(), *tables.read_text_table(FINDINGS)["finding_id"], *products]
    near = difflib.get_close_matches(slug, known, n=3) or difflib.get_close_matches(
        slug, tables.read_text_table(LEDGER)["figure_id"].tolist(), n=3
    )
    hint = f" Did you mean {', '.join(near)}?" if near else ""
    return (
        f"{asked!r} is no figure, finding, statement or row.{hint} Expected a figure such as "
        "figures/05-flow-home.png, a finding such as 03-cases-ratio, a figure_id of "
        f"{LEDGER}, or a line such as data/results/trends.csv:2."
    )
