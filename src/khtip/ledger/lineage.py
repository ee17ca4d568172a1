"""Which published statements a row rests on: the columns that say so, and how to read them.

A statement is a row of ``data/reported/figures.csv``; its ``figure_id`` is the id of its source and
a running number. Tables carry the ids along, several joined by semicolons, in the columns
`COLUMNS`. The figures, the findings and ``khtip trace`` all read them through this module.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

EVERY = "*"
"""Stands for every row of the ledger, where a finding counts them all."""

COLUMNS: dict[str, str] = {
    "figure_id": "the statement itself",
    "figure_ids": "the statements behind the row's numbers",
    "figure_id_a": "the first of two statements that are compared",
    "figure_id_b": "the second of them",
    "total_ids": "the total that parts belong to",
    "part_ids": "the parts of a total",
    "other_ids": "other counts that the row's range goes over",
    "base_id": "the count that a claim starts from",
    "reference_id": "the count that a claim ends with",
    "against_id": "the earlier running total",
    "earlier_id": "the earlier of two running totals",
    "later_id": "the later of them",
}
_SOURCES = ("source_ids", "source_id", "context_source_id", "sources")


def split(several: object) -> list[str]:
    """Return the ids of one cell, each once.

    Examples
    --------
    >>> split("a-001;b-002;a-001"), split(float("nan"))
    (['a-001', 'b-002'], [])
    """
    text = several if isinstance(several, str) else ""
    return list(dict.fromkeys(filter(None, text.split(";"))))


def joined(several: Iterable[object]) -> str:
    """Return the ids of several cells as one cell, each once, in order.

    Examples
    --------
    >>> joined(["a-001;b-002", "a-001", None])
    'a-001;b-002'
    """
    return ";".join(dict.fromkeys(one for cell in several for one in split(cell)))


def source_of(figure_id: str) -> str:
    """Return the source of a statement.

    Examples
    --------
    >>> source_of("ppp-2018-ncct-annual-001")
    'ppp-2018-ncct-annual'
    """
    return figure_id.rpartition("-")[0]


def statements_of(rows: pd.DataFrame | pd.Series, columns: Iterable[str] = COLUMNS) -> list[str]:
    """Return the ids of every statement that a table (or one row) says it rests on.

    Parameters
    ----------
    rows : DataFrame or Series
        With any of the columns `COLUMNS`; without one, the answer is empty.
    columns : iterable of str
        Only these of them.

    Examples
    --------
    >>> statements_of(pd.DataFrame({"figure_ids": ["a-001;a-002"], "total_ids": ["a-003"]}))
    ['a-001', 'a-002', 'a-003']
    """
    return split(joined(_cells(rows, columns)))


def rests_on(*several: pd.DataFrame | pd.Series) -> dict[str, Any]:
    """Return the sources and statements of tables or rows, as a finding takes them.

    Examples
    --------
    >>> rests_on(pd.Series({"source_ids": "a;ctx-01", "figure_ids": "a-001", "total_ids": "b-2"}))
    {'sources': ['a', 'ctx-01', 'b'], 'statements': ['a-001', 'b-2']}
    """
    statements = split(joined(one for rows in several for one in statements_of(rows)))
    named = joined(cell for rows in several for cell in _cells(rows, _SOURCES))
    sources = split(joined([named, *map(source_of, statements)]))
    return {"sources": sources, "statements": statements}


class UnclearId(ValueError):
    """An id that names no published statement, or two of them; the message says which."""


def by_id(rows: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Return the source of each statement of the ledger, by the statement's ``figure_id``.

    Raises
    ------
    UnclearId
        For an id that stands twice.

    Examples
    --------
    >>> by_id([{"figure_id": "a-001", "source_id": "a"}])
    {'a-001': 'a'}
    """
    found: dict[str, str] = {}
    for row in rows:
        if row["figure_id"] in found:
            raise UnclearId(
                f"data/reported/figures.csv: {row['figure_id']} stands twice, so it names no "
                "single statement. Give one of the rows another figure_id: make check-data"
            )
        found[row["figure_id"]] = row["source_id"]
    return found


def behind(
    statements: Iterable[str], sources: Iterable[str], ledger: Mapping[str, str]
) -> dict[str, list[str]]:
    """Return what something rests on: each of its sources with its statements.

    Every reader of a figure's card or of a finding takes it from here.

    Parameters
    ----------
    statements, sources : iterable of str
        As `rests_on` names them; `EVERY` among the statements stands for all of the ledger.
    ledger : mapping
        What `by_id` returns.

    Returns
    -------
    dict
        In the order of the ledger; then the sources of which no statement is named (context data,
        words quoted from a page), with an empty list.

    Raises
    ------
    UnclearId
        For a statement that is not in the ledger.

    Examples
    --------
    >>> behind(["b-1"], ["ctx-01", "b"], {"a-1": "a", "b-1": "b"})
    {'b': ['b-1'], 'ctx-01': []}
    >>> behind([EVERY], [], {"a-1": "a", "b-1": "b"})
    {'a': ['a-1'], 'b': ['b-1']}
    """
    named = set(statements)
    unknown = sorted(named - {EVERY} - ledger.keys())
    if unknown:
        more = f" and {len(unknown) - 3} more" if len(unknown) > 3 else ""
        raise UnclearId(
            f"{', '.join(unknown[:3])}{more}: no such figure_id in data/reported/figures.csv. "
            "It was renamed or removed after the products were made. Run: make run"
        )
    found: dict[str, list[str]] = {}
    for figure_id, source_id in ledger.items():
        if EVERY in named or figure_id in named:
            found.setdefault(source_id, []).append(figure_id)
    return found | {source_id: [] for source_id in sources if source_id not in found}


def _cells(rows: pd.DataFrame | pd.Series, columns: Iterable[str]) -> list[object]:
    """Return the cells of those columns that are there, column by column."""
    found = [rows[name] for name in columns if name in rows]
    return [cell for one in found for cell in (one if isinstance(one, pd.Series) else [one])]
