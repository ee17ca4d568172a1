"""The published statements behind a name, each with its source, locator and address."""

from __future__ import annotations

import pandas as pd

from khtip import lineage, tables
from khtip.reconcile.splits import period_words
from khtip.trace.names import LEDGER, Traced, UnknownName, figure_names, find, slug_of

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
