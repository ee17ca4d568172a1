"""Problems found in tables, and how they are told: where, what, what was expected, how to mend."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

SHOWN = 20
"""So many problems fit on one screen; the rest are counted."""

_LONGEST_VALUE = 60


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake in one cell, line or file.

    Attributes
    ----------
    file : str
        Path below the project, for example ``data/reported/figures.csv``.
    line : int
        Line in the file as an editor counts it, the header being line 1; 0 for the whole file.
    column : str
        Name of the column, or empty when the problem is not in one column.
    value : str
        What stands there.
    expected : str
        What would be right.
    remedy : str
        What to do.
    """

    file: str
    line: int
    column: str
    value: str
    expected: str
    remedy: str

    def __str__(self) -> str:
        """Return the problem as one line: ``file:line: column 'x': value 'v' — expected …``."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        column = f" column '{self.column}':" if self.column else ""
        return f"{place}:{column} value {shown(self.value)} — expected {self.expected}; " + (
            f"mend: {self.remedy}"
        )


class DataProblems(ValueError):
    """Raised when tables hold mistakes; the message lists them, at most one screen.

    Attributes
    ----------
    problems : list of Problem
        All of them, in order of file and line.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(problems)
        many = len(self.problems)
        lines = [f"{many} problem{'s' if many != 1 else ''} in the tables; nothing was written."]
        alike = list(_alike(self.problems))
        for group in alike[:SHOWN]:
            others = f" (and in {len(group) - 1} more lines)" if len(group) > 1 else ""
            lines.append(f"  {group[0]}{others}")
        rest = sum(map(len, alike[SHOWN:]))
        if rest:
            lines.append(f"  … and {rest} more. Mend these first and check again.")
        super().__init__("\n".join(lines))


def _alike(problems: Iterable[Problem]) -> Iterable[list[Problem]]:
    """Put the problems together that differ in their line only: one cause, told once."""
    groups: dict[Problem, list[Problem]] = {}
    for problem in problems:
        groups.setdefault(replace(problem, line=0), []).append(problem)
    return groups.values()


def shown(value: str) -> str:
    """Return a value for a message: quoted, invisible characters visible, long text cut.

    Examples
    --------
    >>> shown(" 12 ")
    "' 12 '"
    """
    text = value if len(value) <= _LONGEST_VALUE else value[: _LONGEST_VALUE - 1] + "…"
    hidden = {"Cc", "Cf", "Zs", "Zl", "Zp"}
    parts = (
        f"\\u{ord(sign):04x}" if sign != " " and unicodedata.category(sign) in hidden else sign
        for sign in text
    )
    return f"'{''.join(parts)}'"


def did_you_mean(value: str, known: Sequence[str]) -> str:
    """Return a suggestion from the known codes, or an empty string.

    Examples
    --------
    >>> did_you_mean("victims_resqued", ["cases", "victims_rescued"])
    "did you mean 'victims_rescued'?"
    """
    folded = {code.casefold(): code for code in known}
    near = difflib.get_close_matches(value.strip().casefold(), list(folded), n=1, cutoff=0.6)
    return f"did you mean '{folded[near[0]]}'?" if near else ""


def plain_number(value: str) -> str:
    """Return the number somebody probably meant, in ASCII digits, or an empty string.

    Thousands separators, spaces and the digits of other scripts are undone; nothing is guessed
    beyond that.

    Examples
    --------
    >>> plain_number("1,234"), plain_number("１２３"), plain_number("about 5")
    ('1234', '123', '')
    """
    digits = "".join(
        str(unicodedata.digit(sign)) if unicodedata.digit(sign, None) is not None else sign
        for sign in value
    )
    compact = re.sub(r"[\s,_'\u00a0\u202f]", "", digits).removeprefix("+")
    return compact if re.fullmatch(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?", compact) else ""
