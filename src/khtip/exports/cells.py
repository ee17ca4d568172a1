"""Cells that a spreadsheet would run instead of show.

A spreadsheet takes a cell that starts with one of `STARTS` for a formula, also in a CSV file. An
escape (an apostrophe, a space) would change what a source said, and one row is one published
statement. So nothing is escaped: such a cell is refused, in the input tables by
`khtip.inputs.csvtext`, and here in everything that leaves the project.
"""

from __future__ import annotations

import re

import pandas as pd

from khtip.inputs.problems import DataProblems, Problem

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""First characters of a formula, the full-width ones of East Asian spreadsheets among them."""

NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?|-INF")
"""What may start with a minus sign: a number, or the Data Package's word for minus infinity."""


def is_formula(cell: str) -> bool:
    """Return whether a spreadsheet would run a cell.

    Examples
    --------
    >>> [is_formula(cell) for cell in ("=1+1", "-5.2", "-INF", "- none", "@SUM(A1)", "<5", "")]
    [True, False, False, True, True, False, False]
    """
    return cell.startswith(STARTS) and not NUMBER.fullmatch(cell)


def refuse_formulas(frame: pd.DataFrame, name: str, *, first_line: int = 2) -> None:
    """Raise when a heading or a cell of a table would be run by a spreadsheet.

    Parameters
    ----------
    frame : DataFrame
        Text columns, an empty cell as the empty string.
    name : str
        How messages call the table.
    first_line : int
        The line of its first row in the file.

    Raises
    ------
    DataProblems
        Naming every such cell by line and column.
    """
    columns = [str(column) for column in frame]
    problems = [_problem(name, 1, column, column) for column in columns if is_formula(column)]
    for column in columns:
        for line, cell in enumerate(frame[column].astype(str), start=first_line):
            if is_formula(cell):
                problems.append(_problem(name, line, column, cell))
    if problems:
        raise DataProblems(sorted(problems))


def _problem(name: str, line: int, column: str, cell: str) -> Problem:
    expected = "text that no spreadsheet takes for a formula"
    remedy = "reword the cell in the table it comes from, so that it starts with a letter or digit"
    return Problem(name, line, column, cell, expected, remedy)
