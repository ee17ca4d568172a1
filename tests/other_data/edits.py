"""How a ledger is edited: statements found by what they say, statements and sources added."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from khtip.ledger.statements import last_day
from other_data.project import Tables

WIDER = "trafficking_and_sexual_exploitation"
PLAIN = {
    "locator": "1",
    "ref_area": "KHM",
    "measure": "cases",
    "crime_scope": WIDER,
    "qualifier": "exact",
    "unit": "count",
}
TOTAL = {"ref_area": "KHM", "dimension": ""}


def whole(year: int) -> dict[str, str]:
    """Return the period of a calendar year."""
    return {"period_start": f"{year}-01-01", "period_end": f"{year}-12-31"}


def half(year: int) -> dict[str, str]:
    """Return the period of the first half of a year."""
    return {"period_start": f"{year}-01-01", "period_end": f"{year}-06-30"}


def where(tables: Tables, table: str = "reported/figures", **columns: object) -> pd.Series:
    """Return which rows of a table have these values in these columns."""
    frame = tables[table]
    found = pd.Series(True, index=frame.index)
    for name, value in columns.items():
        found &= frame[name].eq(value)
    return found


def change(
    tables: Tables, rows: pd.Series, table: str = "reported/figures", **columns: str
) -> None:
    """Put other values into the columns of some rows; there must be such rows."""
    assert rows.any(), "no row to change: the ledger no longer has it"
    for name, value in columns.items():
        tables[table].loc[rows, name] = value


def append(tables: Tables, table: str, *rows: dict[str, str]) -> None:
    """Add rows at the end of a table; what they do not say stays empty."""
    frame = tables[table]
    more = [{column: row.get(column, "") for column in frame} for row in rows]
    tables[table] = pd.concat([frame, pd.DataFrame(more, columns=frame.columns)], ignore_index=True)


def source(tables: Tables, name: str = "example", **columns: str) -> str:
    """Add a publication of its own and return its id."""
    known = set(tables["reported/sources"]["source_id"])
    number = next(n for n in range(1, 10_000) if f"{name}-{n}" not in known)
    row = {
        "source_id": f"{name}-{number}",
        "publisher": "The Example Times",
        "title": "Example figures",
        "url": f"https://example.org/{name}-{number}",
        "kind": "news",
        "language": "en",
    }
    append(tables, "reported/sources", row | columns)
    return row["source_id"]


def state(tables: Tables, source_id: str, *statements: dict[str, object]) -> list[str]:
    """Add statements to a publication and return their ids.

    Each names a value and a period; for the rest it is a national total of cases by the body that
    goes first.
    """
    bodies = tables["lookups/bodies"]
    first = bodies.loc[bodies["preference"].astype(int).idxmin(), "reporting_body"]
    used = tables["reported/figures"].query("source_id == @source_id")["figure_id"]
    start = used.str.rpartition("-")[2].astype(int).max() + 1 if len(used) else 1
    ids = [f"{source_id}-{number:03d}" for number in range(start, start + len(statements))]
    rows = [
        PLAIN
        | {"figure_id": one, "source_id": source_id, "reporting_body": first}
        | {column: str(value) for column, value in said.items()}
        for one, said in zip(ids, statements, strict=True)
    ]
    append(tables, "reported/figures", *rows)
    date_sources(tables)
    return ids


def part(dimension: str, category: str) -> dict[str, str]:
    """Return the columns of a part."""
    return {"dimension": dimension, "category": category}


def keep(tables: Tables, rows: pd.Series) -> None:
    """Keep some statements, but no part whose whole goes, and the publications they come from."""
    kept = tables["reported/figures"][rows]
    while not (whole := kept["part_of"].isin({"", *kept["figure_id"]})).all():
        kept = kept[whole]
    tables["reported/figures"] = kept.reset_index(drop=True)
    keep_used_sources(tables)
    date_sources(tables)


def date_sources(tables: Tables) -> None:
    """Give publications without a date one, where they speak of days after all that have one."""
    sources = tables["reported/sources"]
    newest = last_day(sources["published_date"].max())
    ends = tables["reported/figures"].groupby("source_id")["period_end"].max()
    ends = sources["source_id"].map(ends).fillna("")
    late = sources["published_date"].eq("") & ends.gt(str(newest or "9"))
    sources.loc[late, "published_date"] = ends[late]


def keep_used_sources(tables: Tables) -> None:
    """Drop publications without a statement, and the breaks that cite them."""
    used = tables["reported/figures"]["source_id"]
    for name in ("reported/sources", "lookups/breaks"):
        frame = tables[name]
        tables[name] = frame[frame["source_id"].isin(used)].reset_index(drop=True)


def rename(tables: Tables, column: str, new: Callable[[str], str]) -> dict[str, str]:
    """Give every value of a key another name wherever it stands; return old and new names.

    Parameters
    ----------
    tables : dict of str to DataFrame
        Changed in place.
    column : str
        ``source_id`` (the ids of statements follow) or ``reporting_body``.
    new : callable
        From the old name to the new one.
    """
    home = {"source_id": "reported/sources", "reporting_body": "lookups/bodies"}[column]
    names = {old: new(old) for old in tables[home][column]}
    for frame in tables.values():
        if column in frame:
            frame[column] = frame[column].map(names)
    if column == "source_id":
        figures = tables["reported/figures"]
        number = figures["figure_id"].str.rpartition("-")[2]
        renamed = figures["source_id"] + "-" + number
        ids = dict(zip(figures["figure_id"], renamed, strict=True)) | {"": ""}
        for one in ("figure_id", "part_of"):
            figures[one] = figures[one].map(ids)
    return names
