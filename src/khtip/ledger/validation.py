"""Read and validate the tables that people write: reported figures, context, lookups.

`validate` looks at every cell of every table and returns all problems at once; `check` raises
them as `DataProblems`. Nothing is converted and nothing is written. The columns are declared in
``data/datapackage.json``; pandera checks them on text, because number parsers accept digits of
other scripts, underscores and spaces without a word.
"""

from __future__ import annotations

import functools
import re
from datetime import date
from pathlib import Path

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from khtip import files
from khtip.imports import without
from khtip.ledger import rules as ledger_rules
from khtip.ledger.csvtext import Records, read_records
from khtip.ledger.declarations import Field, Table, declared
from khtip.ledger.problems import DataProblems, Problem, did_you_mean, plain_number

# Its checks can also make up data, for which they load hypothesis where that is installed.
with without("hypothesis"):
    import pandera.backends.pandas.builtin_checks  # noqa: F401

__all__ = ["DataProblems", "Problem", "check_tables", "read_figures", "read_lookup", "read_sources"]
__all__ += ["rules", "validate"]


def validate(root: Path | None = None) -> list[Problem]:
    """Return every problem in every input table, in order of file and line.

    Parameters
    ----------
    root : Path, optional
        The project; by default `khtip.files.root`.

    Returns
    -------
    list of Problem
        Empty when all is well.

    Raises
    ------
    DataProblems
        Only when ``data/datapackage.json`` itself cannot be read.
    """
    return _validated(root)[0]


def _validated(root: Path | None) -> tuple[list[Problem], int]:
    """Return every problem, and how many rows were read."""
    root = root or files.root()
    declarations = declared(root)
    problems: list[Problem] = []
    frames: dict[str, pd.DataFrame] = {}
    known: dict[str, pd.DataFrame] = {}  # a lookup that lost rows would make codes unknown
    for table in declarations:
        records = read_records(root / table.path, table.path, table.columns)
        problems += records.problems
        if records.header:
            frames[table.name] = _frame(records)
            if records.whole:
                known[table.name] = frames[table.name]
    for table in declarations:
        if table.name in frames:
            frame = frames[table.name]
            problems += _cell_problems(frame, table)
            problems += ledger_rules.unique_problems(frame, table.path, table.key or table.columns)
            problems += ledger_rules.year_problems(frame, table)
            problems += _unknown_codes(frame, table, known)
    ledger = {name: frames[name] for name in ("reported-figures",) if name in frames}
    problems += ledger_rules.row_problems(known | ledger)
    problems += ledger_rules.problems(frames)
    return sorted(set(problems)), sum(map(len, frames.values()))


def check_tables(root: Path | None = None) -> int:
    """Validate every input table and return the number of rows that were read.

    Raises
    ------
    DataProblems
        Naming file, line, column, value and remedy of every problem.
    """
    problems, rows = _validated(root)
    if problems:
        raise DataProblems(problems)
    return rows


def read_figures() -> pd.DataFrame:
    """Return ``data/reported/figures.csv`` as text, one row a published statement.

    Raises
    ------
    DataProblems
        When the file cannot be read as it stands. What its cells hold is the business of `check`.
    """
    return _read_or_raise("data/reported/figures.csv")


def read_sources() -> pd.DataFrame:
    """Return ``data/reported/sources.csv`` as text, one row a publication."""
    return _read_or_raise("data/reported/sources.csv")


def read_lookup(name: str) -> pd.DataFrame:
    """Return a table of ``data/lookups`` as text, for example ``read_lookup("measures")``.

    Raises
    ------
    DataProblems
        When there is no such table, or it cannot be read as it stands.
    """
    return _read_or_raise(f"data/lookups/{name}.csv")


def rules() -> pd.DataFrame:
    """Return what the ledger asks of each column: a table for the notebook.

    Returns
    -------
    DataFrame
        table, column, required (yes or no), rule in words.
    """
    rows = [
        (table.path, field.name, "yes" if field.required else "no", _rule(field))
        for table in declared(files.root())
        for field in table.fields
    ]
    return pd.DataFrame(rows, columns=["table", "column", "required", "rule"])


def _rule(field: Field) -> str:
    if field.enum:
        return f"one of: {', '.join(field.enum)}"
    if field.lookup:
        return f"a code of {_lookup_file(field)}"
    return field.expected or "free text"


def _lookup_file(field: Field) -> str:
    folder, name = field.lookup[0].split("-", 1)
    return f"data/{folder}/{name.replace('-', '_')}.csv"


def _read_or_raise(path: str) -> pd.DataFrame:
    records = read_records(files.root() / path, path)
    if records.problems:
        raise DataProblems(records.problems)
    return _frame(records).reset_index(drop=True)


def _frame(records: Records) -> pd.DataFrame:
    """Return the rows as text, with their lines as index."""
    lines = [line for line, _ in records.rows]
    cells = [row for _, row in records.rows]
    return pd.DataFrame(cells, columns=records.header, index=lines, dtype=str)


@functools.cache
def _schema(table: Table) -> pa.DataFrameSchema:
    """Build the pandera schema of the columns that are more than free text.

    `_frame` made every cell a text and every column a declared one, so neither is asked again.
    """
    checks = {field.name: _checks(field) for field in table.fields}
    return pa.DataFrameSchema({name: pa.Column(None, one) for name, one in checks.items() if one})


def _checks(field: Field) -> list[pa.Check]:
    checks = []
    if field.required:
        checks.append(pa.Check(lambda cells: cells != "", error="required"))
    if field.pattern:
        whole = rf"\A(?:{field.pattern})?\Z"
        checks.append(pa.Check.str_matches(re.compile(whole, re.ASCII), error="pattern"))
    if field.kind == "date" or field.name.endswith("_date"):
        checks.append(pa.Check(lambda cells: cells.map(_may_be_a_day), error="day"))
    if field.enum:
        checks.append(pa.Check.isin([*field.enum, ""], error="enum"))
    return checks


def _may_be_a_day(text: str) -> bool:
    """Return False for a well-formed date that no calendar has, such as 2017-02-30."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) is None
    return True


def _cell_problems(frame: pd.DataFrame, table: Table) -> list[Problem]:
    try:
        _schema(table).validate(frame, lazy=True)
    except SchemaErrors as errors:
        fields = {field.name: field for field in table.fields}
        return [
            _cell_problem(table.path, fields[case["column"]], case)
            for case in errors.failure_cases.to_dict("records")
        ]
    return []


def _cell_problem(path: str, field: Field, case: dict) -> Problem:
    value, line = str(case["failure_case"]), int(case["index"])
    if case["check"] == "required":
        remedy = "fill the cell; missing is never zero, so leave out what nobody stated"
        return Problem(path, line, field.name, "", field.expected or "a value", remedy)
    if case["check"] == "day":
        return Problem(path, line, field.name, value, "a day that exists", "correct the date")
    if case["check"] == "enum":
        remedy = did_you_mean(value, field.enum) or "use one of the values named"
        return Problem(path, line, field.name, value, _rule(field), remedy)
    number = plain_number(value)
    fits = number and re.fullmatch(field.pattern, number)
    remedy = f"write '{number}'" if fits else "rewrite the cell in that form"
    if field.lookup:
        remedy = f"use a code of {_lookup_file(field)}"
    return Problem(path, line, field.name, value, field.expected, remedy)


def _unknown_codes(
    frame: pd.DataFrame, table: Table, frames: dict[str, pd.DataFrame]
) -> list[Problem]:
    problems = []
    for field in table.fields:
        if not field.lookup or field.lookup[0] not in frames:
            continue
        lookup = frames[field.lookup[0]]
        names = ledger_rules.names_of(lookup, field.lookup[1])
        for line, cell in frame[field.name].items():
            codes = cell.split(";") if field.many else [cell]
            for code in codes:
                if cell and code not in names:
                    problems.append(_unknown(table.path, line, field, code, names))
    return problems


def _unknown(path: str, line: int, field: Field, code: str, names: dict[str, str]) -> Problem:
    file = _lookup_file(field)
    hint = did_you_mean(code, names, names)
    remedy = f"{hint} If not, add it to {file}" if hint else f"add it to {file} first"
    return Problem(path, line, field.name, code, f"a code of {file}", remedy)
