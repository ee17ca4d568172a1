"""Rules for lookups and context tables that one cell cannot show: cycles, limits, order of years.

Every rule takes frames of text with the line numbers as index, and returns problems.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pandas as pd

from khtip.inputs.declarations import Table
from khtip.inputs.problems import Problem, did_you_mean

FIRST_YEAR, LAST_YEAR = 1990, 2035

_LIMITS = {
    ("context-countries", "label_latitude"): (-90.0, 90.0, "degrees north"),
    ("context-countries", "label_longitude"): (-180.0, 180.0, "degrees east"),
    ("lookups-wordings", "low_ratio"): (0.0, 100.0, "a ratio"),
    ("lookups-wordings", "high_ratio"): (0.0, 100.0, "a ratio"),
}


def problems(tables: dict[str, pd.DataFrame]) -> list[Problem]:
    """Return what is inconsistent in the lookups and context tables.

    Parameters
    ----------
    tables : dict of str to DataFrame
        Text tables by resource name, index = line; tables that could not be read are absent.
    """
    found = [one for key, limits in _LIMITS.items() for one in _outside(tables, key, *limits)]
    for name, rule in _RULES.items():
        if name in tables:
            found += rule(tables[name])
    return found


def year_problems(frame: pd.DataFrame, table: Table) -> Iterator[Problem]:
    """Yield a problem for each day or year that no source read here can speak of.

    Parameters
    ----------
    frame : DataFrame
        Text, index = line.
    table : Table
        Its declaration: columns of type date, and whole numbers whose name ends in ``year``.
    """
    expected = f"a year from {FIRST_YEAR} to {LAST_YEAR}"
    for field in table.fields:
        if field.kind != "date" and not (field.kind == "integer" and field.name.endswith("year")):
            continue
        for line, cell in frame[field.name].items():
            year = cell[:4]
            plain = len(year) == 4 and year.isascii() and year.isdigit()
            if plain and not FIRST_YEAR <= int(year) <= LAST_YEAR:
                yield Problem(table.path, line, field.name, cell, expected, "correct the year")


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None  # the cell's own rule tells what is wrong with it


def _outside(
    tables: dict[str, pd.DataFrame], key: tuple[str, str], low: float, high: float, unit: str
) -> Iterator[Problem]:
    name, column = key
    for line, cell in tables.get(name, pd.DataFrame(columns=[column]))[column].items():
        number = _number(cell)
        if number is not None and not low <= number <= high:
            expected = f"{unit}, from {low:g} to {high:g}"
            remedy = "correct the number; are two columns exchanged?"
            yield Problem(_path(name), line, column, cell, expected, remedy)


def _path(name: str) -> str:
    folder, _, table = name.partition("-")
    return f"data/{folder}/{table.replace('-', '_')}.csv"


def _areas(areas: pd.DataFrame) -> Iterator[Problem]:
    parents = dict(zip(areas["ref_area"], areas["parent"], strict=True))
    for line, code in areas["ref_area"].items():
        if _in_cycle(code, parents):
            expected = "a larger area, up to WLD, which has no parent"
            remedy = "correct the parent: this area lies in itself"
            yield Problem(_path("lookups-areas"), line, "parent", parents[code], expected, remedy)


def _categories(categories: pd.DataFrame) -> Iterator[Problem]:
    path = _path("lookups-categories")
    for dimension, rows in categories.groupby("dimension", sort=False):
        within = dict(zip(rows["category"], rows["within"], strict=True))
        for line, category, wider in zip(rows.index, rows["category"], rows["within"], strict=True):
            if wider and wider not in within and "*" not in within:
                remedy = did_you_mean(wider, list(within)) or f"add it to {path} first"
                expected = f"a category of '{dimension}'"
                yield Problem(path, line, "within", wider, expected, remedy)
            elif _in_cycle(category, within):
                remedy = "correct the cell: this category lies within itself"
                yield Problem(path, line, "within", wider, "a wider category, or empty", remedy)


def _in_cycle(start: str, above: dict[str, str]) -> bool:
    """Return whether going up from `start` leads back to it."""
    seen, here = {start}, above.get(start, "")
    while here and here not in seen:
        seen.add(here)
        here = above.get(here, "")
    return here == start


def _wordings(wordings: pd.DataFrame) -> Iterator[Problem]:
    for line, row in zip(wordings.index, wordings.to_dict("records"), strict=True):
        low, high = _number(row["low_ratio"]), _number(row["high_ratio"])
        if low is not None and high is not None and low > high:
            expected = f"a ratio of at least low_ratio {row['low_ratio']}"
            remedy = "exchange the two ratios or correct one"
            path = _path("lookups-wordings")
            yield Problem(path, line, "high_ratio", row["high_ratio"], expected, remedy)


def _breaks(breaks: pd.DataFrame) -> Iterator[Problem]:
    for line, row in zip(breaks.index, breaks.to_dict("records"), strict=True):
        if row["last_year"] and row["last_year"] < row["first_year"]:
            expected = f"a year from {row['first_year']} on, or empty while it lasts"
            remedy = "exchange the two years or correct one"
            path = _path("lookups-breaks")
            yield Problem(path, line, "last_year", row["last_year"], expected, remedy)


_RULES: dict[str, Callable[[pd.DataFrame], Iterator[Problem]]] = {
    "lookups-areas": _areas,
    "lookups-categories": _categories,
    "lookups-wordings": _wordings,
    "lookups-breaks": _breaks,
}
