"""What a name on the command line means: a figure, a finding, a statement, or a row of a table."""

from __future__ import annotations

import argparse
import difflib
import json
import re
from dataclasses import dataclass
from pathlib import PurePosixPath

import pandas as pd

from khtip import files, tables
from khtip.ledger import lineage
from khtip.ledger.splits import period_words

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
        Ids; the statements may be `khtip.ledger.lineage.EVERY`.
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
    folder = files.root() / "figures"
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


# The published statements behind a name, each with its source, locator and address.


__all__ = ["COLUMNS", "UnknownName", "basis", "statements"]

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
STATEMENT, SOURCE_ONLY = "statement", "source only"
# How a hedge reads before a number; the others read as they are written in the ledger.
HEDGES = {"exact": "", "including": "", "worded": "in words "}


def statements(figure: str) -> pd.DataFrame:
    """Return the published statements that a figure rests on.

    Parameters
    ----------
    figure : str
        Name of a committed figure, such as ``05-flow-home``, or the path of one of its files.

    Returns
    -------
    DataFrame
        One row a statement, all columns text (`COLUMNS`): ``figure_id, says, locator, source_id,
        publisher, title, published, address, known``. First the statements, in the order of the
        ledger; then each source of which no single statement is recorded, with ``known`` equal to
        ``source only`` and an empty ``figure_id``: the context data, and words quoted from a page.

    Raises
    ------
    UnknownName
        For a name that is no committed figure.

    Examples
    --------
    >>> rows = statements("05-flow-home")
    >>> sorted(set(rows["source_id"])), set(rows["known"])
    (['ppp-2018-ncct-annual'], {'statement'})
    """
    slug = slug_of(figure)
    if slug not in figure_names():
        raise UnknownName(f"{figure!r} is no figure. Known: {', '.join(figure_names())}")
    return basis(find(slug))


def basis(found: Traced) -> pd.DataFrame:
    """Return the statements and sources behind what a name stands for, as `statements` does."""
    ledger = tables.read_text_table(LEDGER)
    every = lineage.EVERY in found.statements
    rows = ledger if every else ledger[ledger["figure_id"].isin(found.statements)]
    known = pd.DataFrame(
        {
            "figure_id": rows["figure_id"],
            "says": [says(row) for _, row in rows.iterrows()],
            "locator": rows["locator"].where(rows["locator"].str.contains("row"), "paragraph ")
            + rows["locator"].where(~rows["locator"].str.contains("row"), ""),
            "source_id": rows["source_id"],
            "known": STATEMENT,
        }
    )
    told = set(rows["source_id"])
    rest = [one for one in found.sources if one not in told]
    others = pd.DataFrame({"source_id": rest}).assign(known=SOURCE_ONLY)
    both = pd.concat([known, others], ignore_index=True).merge(
        _sources(), on="source_id", how="left"
    )
    both["locator"] = both["locator"].fillna(both["read_from"])
    return both.reindex(columns=list(COLUMNS)).astype(object).fillna("").astype(str)


def says(row: pd.Series) -> str:
    """Return one statement of the ledger in words, with the number as it was printed.

    Parameters
    ----------
    row : Series
        One row of ``data/reported/figures.csv`` as text.

    Examples
    --------
    >>> says(pd.Series({"value": "300", "qualifier": "more_than", "unit": "count",
    ...     "measure": "victims_rescued", "dimension": "", "category": "", "ref_area": "KHM",
    ...     "period_start": "2017-01-01", "period_end": "2017-12-31", "reporting_body": "NCCT"}))
    'more than 300: victims rescued, 2017, NCCT'
    """
    hedge = HEDGES.get(row["qualifier"], row["qualifier"].replace("_", " ") + " ")
    split = f", {row['dimension']} {row['category']}" if row["dimension"] else ""
    where = f", {row['ref_area']}" if row["ref_area"] != "KHM" else ""
    number = f"{hedge}{row['value']}" + ("" if row["unit"] == "count" else f" {row['unit']}")
    what = row["measure"].replace("_", " ")
    when = period_words(row["period_start"], row["period_end"])
    return f"{number}: {what}{split}{where}, {when}, {row['reporting_body']}"


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


# The command ``khtip trace``: what a name rests on, on the screen or as a file.


FORMATS = ("table", "csv", "json", "markdown")


def trace(options: argparse.Namespace) -> int:
    """Print the statements behind a name; exit status 0."""
    found = find(options.name)
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
    known = rows[rows["known"].eq(STATEMENT)]
    only = rows.loc[rows["known"].eq(SOURCE_ONLY), "source_id"]
    heading = [f"{found.kind} {found.name}{': ' if found.words else ''}{found.words}", ""]
    if len(known):
        told = known["source_id"].nunique()
        heading.append(f"Rests on {_count(len(known), 'statement')} of {_count(told, 'source')}:")
        heading += ["", _table(known[["figure_id", "says", "locator"]]), ""]
    if len(only):
        heading += [
            f"Rests on these sources, no single statement is recorded: {', '.join(only)}",
            "",
        ]
    if rows.empty:
        return "\n".join([*heading, "No statement and no source is recorded.", ""])
    sources = rows.drop_duplicates("source_id")[["source_id", "publisher", "published", "address"]]
    return "\n".join([*heading, "Sources:", "", _table(sources), ""])


def _table(frame: pd.DataFrame) -> str:
    words = frame.rename(columns=lambda name: name.replace("_", " "))
    return str(words.to_markdown(index=False, tablefmt="simple", disable_numparse=True))


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
