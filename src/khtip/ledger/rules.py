"""Rules that one cell cannot show: between columns of a row, between rows, between tables.

Every rule takes frames of text with the line numbers as index, and returns problems.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pandas as pd

from khtip.ledger.csvtext import DIGITS, YEARS_OF_LEDGER
from khtip.ledger.declarations import Table
from khtip.ledger.problems import Problem, did_you_mean, plain_number
from khtip.ledger.statements import last_day

Tables = dict[str, pd.DataFrame]

FIGURES = "data/reported/figures.csv"
CLAIMS = ("percent_change", "cases_change", "suspects_change", "repatriations_change")
_UNITS = {"percent": "percent", "usd": "usd", "rate": "per_100000"}


def row_problems(tables: Tables) -> list[Problem]:
    """Return what is inconsistent in ``data/reported/figures.csv``.

    Parameters
    ----------
    tables : dict of str to DataFrame
        Text tables by resource name, index = line. Lookups that could not be read may be absent;
        the rules that need them are then left out.
    """
    figures = tables.get("reported-figures")
    if figures is None:
        return []
    measures, wordings = tables.get("lookups-measures"), tables.get("lookups-wordings")
    units = {} if measures is None else measures.set_index("measure")["unit_of_count"].to_dict()
    phrases = None if wordings is None else wordings["wording"].tolist()
    known, published = _known_categories(tables), _published(tables)
    return [
        problem
        for line, row in zip(figures.index, figures.to_dict("records"), strict=True)
        for problem in (
            *_period(line, row, "period_start", "period_end"),
            *_period(line, row, "base_period_start", "base_period_end"),
            *_published_later(line, row, published),
            *_identity(line, row),
            *_value(line, row, units),
            *_claim(line, row),
            *_split(line, row),
            *_wording(line, row, phrases),
            *_category(line, row, known),
        )
    ] + [*_repeated_statements(figures), *_wholes(figures)]


def _problem(line: int, column: str, value: str, expected: str, remedy: str) -> Problem:
    return Problem(FIGURES, line, column, value, expected, remedy)


def _period(line: int, row: dict, start: str, end: str) -> Iterator[Problem]:
    days: dict[str, Any] = {}
    for column in (start, end):
        days[column] = last_day(row[column])
    if days[start] and days[end] and days[start] > days[end]:
        expected = f"a day on or after {start} {row[start]}"
        yield _problem(line, end, row[end], expected, "exchange the two dates or correct one")
    if bool(row[start]) != bool(row[end]):
        empty = start if not row[start] else end
        remedy = "give both days, or leave both empty if the source does not say"
        yield _problem(line, empty, "", "both days of the period", remedy)


def _published(tables: Tables) -> dict[str, str]:
    """Return the day of each source, and under an empty name the day of the newest."""
    sources = tables.get("reported-sources")
    if sources is None:
        return {}
    dates = sources.set_index("source_id")["published_date"]
    return dates.to_dict() | {"": max(dates, default="")}


def _published_later(line: int, row: dict, published: dict[str, str]) -> Iterator[Problem]:
    """Find a period that ends after its source appeared; without a date, after every source."""
    own = last_day(published.get(row["source_id"], ""))
    day = own or last_day(published.get("", ""))
    end = last_day(row["period_end"])
    if day and end and end > day:
        when = (
            f"when the source appears ({day})" if own else f"by {day}, the day of the newest source"
        )
        expected = f"a period that is over {when}"
        remedy = "end the period at the day the figure speaks of, or correct published_date"
        yield _problem(line, "period_end", row["period_end"], expected, remedy)


def _identity(line: int, row: dict) -> Iterator[Problem]:
    prefix, _, number = row["figure_id"].rpartition("-")
    if row["source_id"] and (prefix != row["source_id"] or not number.isdigit()):
        expected = "the source_id, a hyphen and a running number"
        remedy = f"write '{row['source_id']}-001' or the next free number"
        yield _problem(line, "figure_id", row["figure_id"], expected, remedy)


def _value(line: int, row: dict, units: dict[str, str]) -> Iterator[Problem]:
    unit = _UNITS.get(units.get(row["measure"], ""), "count")
    if row["measure"] in units and row["unit"] != unit:
        expected = f"'{unit}', the unit of the measure {row['measure']}"
        yield _problem(line, "unit", row["unit"], expected, f"write '{unit}', or another measure")
    if row["value"].startswith("<") and (row["unit"] != "count" or row["qualifier"] != "exact"):
        expected = "a suppressed number such as <5 only for an exact count"
        yield _problem(line, "value", row["value"], expected, "write the number that is printed")
    yield from _range(line, row)
    if not _plain(row["value"]):
        return  # the cell's own rule tells what is wrong with it
    value = float(row["value"])
    if value < 0 and row["measure"] not in CLAIMS:
        remedy = (
            "if it stands for a missing number, leave the row out; "
            "a decrease needs a measure of change such as cases_change"
        )
        yield _problem(line, "value", row["value"], "a count of 0 or more", remedy)
    if value == 0 and row["value"] != "0":
        yield _problem(line, "value", row["value"], "0 without a sign or decimals", "write '0'")
    if row["unit"] == "count" and "." in row["value"]:
        yield _problem(line, "value", row["value"], "a whole number", "counts have no decimals")
    low, high = (-100, float("inf")) if row["measure"] == "percent_change" else (0, 100)
    if row["unit"] == "percent" and not low <= value <= high:
        expected = f"a percentage from {low} to {high}".replace(" to inf", " upwards")
        yield _problem(line, "value", row["value"], expected, "correct the percentage")


def _range(line: int, row: dict) -> Iterator[Problem]:
    """Find a range without its two ends, or two ends without the qualifier of a range."""
    ends = row["value"].split("-")
    two = len(ends) == 2 and all(map(_plain, ends))
    if row["qualifier"] == "range" and not two:
        remedy = "write both ends as printed, such as 20-30, or the qualifier that was printed"
        yield _problem(line, "value", row["value"], "two numbers joined by a hyphen", remedy)
    elif two and row["qualifier"] != "range":
        expected = "the qualifier 'range' beside two numbers"
        yield _problem(line, "qualifier", row["qualifier"], expected, "write 'range'")
    elif two and not float(ends[0]) < float(ends[1]):
        remedy = "read the source again: which two numbers are printed?"
        yield _problem(line, "value", row["value"], "the smaller number first", remedy)


def _plain(text: str) -> bool:
    """Return whether a text is a plain number that a float can hold."""
    return plain_number(text) == text != "" and sum(map(str.isdigit, text)) <= DIGITS


def _claim(line: int, row: dict) -> Iterator[Problem]:
    if row["measure"] in CLAIMS and not row["base_measure"]:
        remedy = "name the measure whose change is claimed, such as cases"
        yield _problem(line, "base_measure", "", "a claim says of what it is the change", remedy)
    if row["base_measure"] in CLAIMS:
        remedy = "name the count whose change is claimed, such as cases"
        expected = "a count: a change of a change is not recomputed"
        yield _problem(line, "base_measure", row["base_measure"], expected, remedy)
    start, end = last_day(row["period_start"]), last_day(row["base_period_end"])
    if start and end and end >= start:
        expected = f"a base that ends before {row['period_start']}, the start of the period"
        remedy = "exchange the two periods or correct one"
        yield _problem(line, "base_period_end", row["base_period_end"], expected, remedy)
    if row["measure"] not in CLAIMS:
        for column in ("base_measure", "base_period_start", "base_period_end"):
            if row[column]:
                remedy = "empty the cell; use dimension and category to split a count"
                expected = "empty: only claims of change have a base"
                yield _problem(line, column, row[column], expected, remedy)


def _split(line: int, row: dict) -> Iterator[Problem]:
    dimensions, categories = row["dimension"].split(";"), row["category"].split(";")
    if bool(row["dimension"]) != bool(row["category"]):
        empty = "dimension" if not row["dimension"] else "category"
        remedy = "fill both for a part, or leave both empty for the total"
        yield _problem(line, empty, "", "dimension and category together", remedy)
    elif len(dimensions) != len(categories):
        expected = (
            f"{len(dimensions)} categories, one for each of {row['dimension']}, in that order"
        )
        remedy = "write as many categories as dimensions, joined by semicolons"
        yield _problem(line, "category", row["category"], expected, remedy)
    if len(set(dimensions)) < len(dimensions):
        remedy = "name each dimension once"
        yield _problem(line, "dimension", row["dimension"], "different dimensions", remedy)
    for dimension, category in zip(dimensions, categories, strict=False):
        if dimension == "province" and category == row["ref_area"]:
            remedy = "leave dimension and category empty: ref_area says it already"
            yield _problem(line, "category", category, "a part of ref_area", remedy)
        if dimension == "destination" and category == row["ref_area"]:
            expected = f"another place than {row['ref_area']}, of which the row speaks"
            remedy = "write the country the persons came back from, as the source names it"
            yield _problem(line, "category", category, expected, remedy)


def _wording(line: int, row: dict, known: list[str] | None) -> Iterator[Problem]:
    if row["qualifier"] != "worded" or known is None:
        return
    if row["wording"] not in known:
        hint = did_you_mean(row["wording"], known)
        remedy = hint or "give the words as printed, and add them to data/lookups/wordings.csv"
        expected = "a phrase of data/lookups/wordings.csv for a worded number"
        yield _problem(line, "wording", row["wording"], expected, remedy)


def names_of(lookup: pd.DataFrame, key: str) -> dict[str, str]:
    """Return the name of each code of a lookup table; the code itself where it has no name."""
    column = next((one for one in ("name", "full_name", "label") if one in lookup), key)
    return dict(zip(lookup[key], lookup[column], strict=True))


def _known_categories(tables: Tables) -> dict[str, tuple[str, dict[str, str]]]:
    """Return, for each dimension, the lookup file and the names of its categories by code."""
    categories, areas = tables.get("lookups-categories"), tables.get("lookups-areas")
    if categories is None or areas is None:
        return {}
    known = {}
    for dimension, group in categories.groupby("dimension"):
        names, file = names_of(group, "category"), "categories.csv"
        if "*" in names:
            levels = ("province", "district") if dimension == "province" else ("country",)
            places = areas[areas["level"].isin(levels)]
            names, file = names_of(places, "ref_area"), "areas.csv"
        known[str(dimension)] = (f"data/lookups/{file}", names)
    return known


def _category(line: int, row: dict, known: dict[str, tuple[str, dict]]) -> Iterator[Problem]:
    if not (known and row["dimension"] and row["category"]):
        return
    pairs = zip(row["dimension"].split(";"), row["category"].split(";"), strict=False)
    for dimension, category in pairs:
        if dimension not in known:
            remedy = did_you_mean(dimension, known) or "add it to data/lookups/categories.csv"
            expected = f"one of {', '.join(known)}"
            yield _problem(line, "dimension", dimension, expected, remedy)
        elif category not in known[dimension][1]:
            file, names = known[dimension]
            remedy = did_you_mean(category, names, names) or f"add it to {file}"
            expected = f"a category of '{dimension}' in {file}"
            yield _problem(line, "category", category, expected, remedy)


def _wholes(figures: pd.DataFrame) -> Iterator[Problem]:
    """Find parts of a statement of another source, and parts that lie in themselves."""
    above = dict(zip(figures["figure_id"], figures["part_of"], strict=True))
    sources = dict(zip(figures["figure_id"], figures["source_id"], strict=True))
    for line, one, whole in zip(
        figures.index, figures["figure_id"], figures["part_of"], strict=True
    ):
        if whole and sources.get(whole, sources[one]) != sources[one]:
            remedy = "name the statement of the same source, or leave the cell empty"
            yield _problem(line, "part_of", whole, f"a statement of {sources[one]}", remedy)
        if whole and _in_cycle(one, above):
            remedy = "correct the cell: this statement is a part of itself"
            yield _problem(line, "part_of", whole, "a statement that holds this one", remedy)


def _repeated_statements(figures: pd.DataFrame) -> list[Problem]:
    """Find a statement typed twice: all but the id and the remarks are equal."""
    told = figures.drop(columns=["figure_id", "note", "unit_words", "wording"])
    remedy = "delete one of the two rows, or say what differs (locator, category)"
    first: dict[tuple, int] = {}
    problems = []
    for line, statement in zip(told.index, told.itertuples(index=False, name=None), strict=True):
        original = first.setdefault(statement, line)
        if original != line:
            identity = figures.at[line, "figure_id"]
            problems.append(_problem(line, "", identity, f"a row unlike line {original}", remedy))
    return problems


def unique_problems(table: pd.DataFrame, path: str, key: Sequence[str]) -> list[Problem]:
    """Return one problem a row whose key stands in an earlier row.

    Parameters
    ----------
    table : DataFrame
        Text, index = line.
    path : str
        File, for the message.
    key : sequence of str
        Columns that together identify a row.
    """
    if not key or table.empty:
        return []
    seen: dict[tuple, int] = {}
    problems = []
    keys = table[list(key)].itertuples(index=False, name=None)
    for line, values in zip(table.index, keys, strict=True):
        original = seen.setdefault(values, line)
        if original != line:
            remedy = "give the row a key of its own, or delete the repeated row"
            expected = f"a key used once; line {original} has it already"
            problems.append(Problem(path, line, key[0], "; ".join(values), expected, remedy))
    return problems


# Rules for lookups and context tables that one cell cannot show: cycles, limits, order of years.


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
    for name, table in tables.items():
        if name.startswith("lookups-") or name == "reported-sources":
            found += _alike_codes(_path(name), table)
    return found


def _alike_codes(path: str, table: pd.DataFrame) -> Iterator[Problem]:
    """Find two codes of one table that differ by case, width or spaces only: one, typed twice."""
    column = str(table.columns[0])
    first: dict[str, str] = {}
    for line, code in table[column].items():
        folded = "".join(unicodedata.normalize("NFKC", code).casefold().split())
        if first.setdefault(folded, code) != code:
            expected = f"codes that differ by more than case and spaces; '{first[folded]}' is one"
            remedy = "give it the other code, or a code of its own"
            yield Problem(path, line, column, code, expected, remedy)


def year_problems(frame: pd.DataFrame, table: Table) -> Iterator[Problem]:
    """Yield a problem for each day or year that no source read here can speak of.

    Parameters
    ----------
    frame : DataFrame
        Text, index = line.
    table : Table
        Its declaration: columns of type date, and whole numbers whose name ends in ``year``.
    """
    first, last = YEARS_OF_LEDGER
    expected = f"a year from {first} to {last}"
    for field in table.fields:
        dated = field.kind == "date" or field.name.endswith("_date")
        if not dated and not (field.kind == "integer" and field.name.endswith("year")):
            continue
        for line, cell in frame[field.name].items():
            year = cell[:4]
            plain = len(year) == 4 and year.isascii() and year.isdigit()
            if plain and not first <= int(year) <= last:
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
                remedy = did_you_mean(wider, within) or f"add it to {path} first"
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
