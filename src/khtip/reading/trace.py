"""What a name on the command line means: a figure, a finding, a statement, or a row of a table.

Then the published statements behind it, each with its source, locator and address; and the command
``khtip trace``, which prints them. The words of a statement are those of the site.
"""

import argparse
import difflib
import json
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import pandas as pd

from khtip import files, tables
from khtip.ledger import lineage
from khtip.ledger.splits import period_words
from khtip.ledger.statements import hedged
from khtip.reading.templates import counted

LEDGER = "data/reported/figures.csv"
FINDINGS = "data/results/findings.csv"
PREFIX = "finding:"
FORMATS = ("table", "csv", "json", "markdown")
STATEMENT, SOURCE_ONLY = "statement", "source only"
COLUMNS: dict[str, str] = {
    "figure_id": "id in data/reported/figures.csv; empty where only the source is known",
    "says": "the statement: number as printed, what it counts, period, who reported it",
    "locator": "where in the source it stands; for context data how the copy was read",
    "source_id": "id in data/reported/sources.csv or data/context/sources.csv",
    "publisher": "who published it",
    "title": "title of the publication",
    "published": "date of publication, or edition of the data",
    "address": "URL",
    "known": "`statement` where the row is known, `source only` where only the source is",
}
_ROW = re.compile(r"(data/(?:clean|results)/[\w-]+\.csv)(?::(\d+))?")
_SUFFIXES = {".png", ".svg", ".csv", ".json"}


class UnknownName(ValueError):
    """A name that is none of a figure, a finding, a statement or a row, with the nearest ones."""


@dataclass(frozen=True)
class Traced:
    """What was found under a name.

    ``kind`` is ``figure``, ``finding``, ``statement``, ``row`` or ``table``, ``name`` is spelled as
    in the project, ``words`` its title or sentence. ``statements`` and ``sources`` are ids; the
    statements may be `khtip.ledger.lineage.EVERY`.
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
        ``05-flow-home`` or any of its files, ``03-cases-ratio`` (``finding:03-cases-ratio`` where
        a figure has the same name), ``ppp-2018-ncct-annual-001``,
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
    slug = slug_of(asked.removeprefix(PREFIX))
    if slug in figure_names() and not asked.startswith(PREFIX):
        path = f"figures/{slug}.json"
        card = _json(path)
        if not {"title", "sources"} <= card.keys():
            raise UnknownName(f"{path}: no title and sources of a figure. Make it: make run")
        return Traced("figure", slug, card["title"], card.get("statements", []), card["sources"])
    findings = tables.read_text_table(FINDINGS)
    for _, one in findings[findings["finding_id"].eq(slug)].iterrows():
        ids, sources = (lineage.split(one[column]) for column in ("figure_ids", "sources"))
        return Traced("finding", slug, one["sentence"], ids, sources)
    ledger = tables.read_text_table(LEDGER).set_index("figure_id")
    if slug in ledger.index:
        return Traced("statement", slug, "", [slug], [])
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
    folder = files.root() / "figures"
    return sorted(path.stem for path in folder.glob("[0-9][0-9]-*.json"))


def _json(path: str) -> dict[str, Any]:
    try:
        card = json.loads(tables.locate(path).read_text(encoding="utf-8"))
    except ValueError as fault:
        raise UnknownName(f"{path}: cannot be read ({fault}). Make it again: make run") from None
    return card if isinstance(card, dict) else {}


def _row(path: str, line: str | None) -> Traced:
    """Return a row of a product, or the whole table."""
    try:
        rows = tables.read_text_table(path)
    except FileNotFoundError as fault:
        raise UnknownName(_unknown(path, path)) from fault
    except ValueError as fault:
        raise UnknownName(f"{path}: no table ({fault}). Make it again: make run") from None
    if line is not None:
        number = int(line) - 2
        if not 0 <= number < len(rows):
            raise UnknownName(
                f"{path}:{line}: the table has lines 2 to {len(rows) + 1} (line 1 is the header)"
            )
        rows = rows.iloc[[number]]
    found = lineage.rests_on(rows)
    name, kind = (path, "table") if line is None else (f"{path}:{line}", "row")
    return Traced(kind, name, "", found["statements"], found["sources"])


def _unknown(asked: str, slug: str) -> str:
    """Say what was expected, and which names are near."""
    products = [
        f"data/{room}/{path.name}"
        for room in ("clean", "results")
        for path in sorted((files.root() / "data" / room).glob("*.csv"))
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


def basis(found: Traced) -> pd.DataFrame:
    """Return the published statements and sources behind what a name stands for.

    Returns
    -------
    DataFrame
        One row a statement, all columns text (`COLUMNS`): ``figure_id, says, locator, source_id,
        publisher, title, published, address, known``. First the statements, by source in the order
        of the ledger; then each source of which no single statement is recorded, with ``known``
        equal to ``source only`` and an empty ``figure_id``: the context data, and words quoted
        from a page.

    Raises
    ------
    UnknownName
        When an id is not in the ledger, or twice.

    Examples
    --------
    >>> rows = basis(find("05-flow-home"))
    >>> sorted(set(rows["source_id"])), set(rows["known"])
    (['ppp-2018-ncct-annual'], {'statement'})
    """
    ledger = tables.read_text_table(LEDGER)
    try:
        known = lineage.by_id(ledger.to_dict("records"))
        behind = lineage.behind(found.statements, found.sources, known)
    except lineage.UnclearId as fault:
        raise UnknownName(f"{found.kind} {found.name}: {fault}") from None
    rows = pd.DataFrame(
        [(figure_id, source) for source, ids in behind.items() for figure_id in ids or [""]],
        columns=["figure_id", "source_id"],
    )
    told = ledger[ledger["figure_id"].isin(rows["figure_id"])]
    told = pd.DataFrame(
        {
            "figure_id": told["figure_id"],
            "says": [says(row) for row in told.to_dict("records")],
            "locator": told["locator"].map(located),
        }
    )
    both = rows.merge(told, on="figure_id", how="left").merge(
        _sources(), on="source_id", how="left"
    )
    both["locator"] = both["locator"].fillna(both["read_from"])
    both["known"] = both["figure_id"].ne("").map({True: STATEMENT, False: SOURCE_ONLY})
    return both.reindex(columns=list(COLUMNS)).astype(object).fillna("").astype(str)


def says(row: Mapping[str, str]) -> str:
    """Return one statement of the ledger in words, with the number as it was printed.

    Parameters
    ----------
    row : mapping
        One row of ``data/reported/figures.csv`` as text.

    Examples
    --------
    >>> says({"value": "300", "qualifier": "more_than", "unit": "count", "wording": "",
    ...     "measure": "victims_rescued", "dimension": "", "category": "", "ref_area": "KHM",
    ...     "period_start": "2017-01-01", "period_end": "2017-12-31", "reporting_body": "NCCT"})
    'more than 300: victims rescued, 2017, NCCT'
    """
    split = f", {row['dimension']} {row['category']}" if row["dimension"] else ""
    where = f", {row['ref_area']}" if row["ref_area"] != "KHM" else ""
    what = row["measure"].replace("_", " ")
    when = period_words(row["period_start"], row["period_end"])
    return f"{printed(row)}: {what}{split}{where}, {when}, {row['reporting_body']}"


def printed(row: Mapping[str, str]) -> str:
    """Return the number of a row of the ledger as it was printed, with its hedge.

    Examples
    --------
    >>> printed({"value": "300", "qualifier": "more_than", "unit": "count", "wording": ""})
    'more than 300'
    >>> printed({"value": "100", "qualifier": "worded", "unit": "percent", "wording": "doubled"})
    'doubled'
    """
    if row["qualifier"] == "worded" and row["wording"]:
        return row["wording"]
    unit = {"count": "", "percent": " %"}.get(row["unit"], f" {row['unit']}")
    return hedged(f"{row['value']}{unit}", row["qualifier"])


def located(locator: str) -> str:
    """Return a locator as a reader says it.

    Examples
    --------
    >>> located("9"), located("table row 3")
    ('paragraph 9', 'table row 3')
    """
    return f"paragraph {locator}" if locator.isdecimal() else locator


def _sources() -> pd.DataFrame:
    """Return publisher, title, date, address and way of reading of every source."""
    reported = tables.read_text_table("data/reported/sources.csv").rename(
        columns={"published_date": "published", "url": "address"}
    )
    context = tables.read_text_table("data/context/sources.csv").rename(
        columns={
            "context_source_id": "source_id",
            "source_title": "title",
            "edition": "published",
            "url": "address",
            "provenance": "read_from",
        }
    )
    columns = ["source_id", "publisher", "title", "published", "address", "read_from"]
    return pd.concat([reported, context], ignore_index=True)[columns]


def trace(options: argparse.Namespace) -> int:
    """Print the statements behind a name; exit status 0."""
    found = find(options.name)
    if found.kind == "figure" and found.name in set(tables.read_text_table(FINDINGS)["finding_id"]):
        print(f"A finding has this name too: khtip trace {PREFIX}{found.name}", file=sys.stderr)
    print(written(found, basis(found), options.format), end="")
    return 0


def written(found: Traced, rows: pd.DataFrame, form: str) -> str:
    """Return the statements as text of one of `FORMATS`."""
    if form == "csv":
        return str(rows.to_csv(index=False, lineterminator="\n"))
    if form == "json":
        return f"{json.dumps(rows.to_dict('records'), indent=1, ensure_ascii=False)}\n"
    if form == "markdown":
        cells = rows.replace({r"\|": r"\\|", r"\s+": " "}, regex=True)
        return f"{cells.to_markdown(index=False, disable_numparse=True)}\n"
    return _screen(found, rows)


def _screen(found: Traced, rows: pd.DataFrame) -> str:
    """Return a table of the statements and one of their sources."""
    lines = [f"{found.kind} {found.name}{': ' if found.words else ''}{found.words}", ""]
    if rows.empty:
        return "\n".join([*lines, "No statement and no source is recorded.", ""])
    known = rows[rows["known"].eq(STATEMENT)]
    only = rows.loc[rows["known"].eq(SOURCE_ONLY), "source_id"]
    if len(known):
        told = known["source_id"].nunique()
        lines += [f"Rests on {counted(len(known), 'statement')} of {counted(told, 'source')}:", ""]
        lines += [_table(known[["figure_id", "says", "locator"]]), ""]
    if len(only):
        words = "Rests on these sources, no single statement is recorded"
        lines += [f"{words}: {', '.join(only)}", ""]
    sources = rows.drop_duplicates("source_id")[["source_id", "publisher", "published", "address"]]
    return "\n".join([*lines, "Sources:", "", _table(sources), ""])


def _table(frame: pd.DataFrame) -> str:
    words = frame.rename(columns=lambda name: name.replace("_", " "))
    return str(words.to_markdown(index=False, tablefmt="simple", disable_numparse=True))
