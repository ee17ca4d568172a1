"""Problems found in tables, and how they are told: where, what, what was expected, how to mend."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

SHOWN = 20
"""So many problems fit on one screen; the rest are counted."""

_LONGEST_VALUE = 60
_LONG_WORD = 4  # a shorter code is one letter away from several others
_ONE_SLIP = 0.82  # male and female, at most and at least are less alike than this
_SIGNS = re.compile(r"[<>=+]")
_SEPARATOR = r"[\s,_'\u00a0\u202f]"
# Groups of three digits, or of two before the last three, as in India.
_GROUPS = re.compile(rf"-?\d{{1,3}}(?:{_SEPARATOR}\d{{2,3}})*{_SEPARATOR}\d{{3}}(?:\.\d+)?")


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


def did_you_mean(value: str, known: Iterable[str], names: Mapping[str, str] | None = None) -> str:
    """Return a suggestion from the known codes, or an empty string.

    A suggestion is made only where it cannot change what was meant: the same word in another case,
    the name of a code, or a word of five letters or more that is one slip away from one code.
    Short codes are all alike (ETH, THA), and so are opposites (at_most, at_least).

    Parameters
    ----------
    value : str
        What stands there.
    known : iterable of str
        Codes.
    names : mapping of str to str, optional
        Code to name: a name, or the initials of its words, leads to the code.

    Examples
    --------
    >>> did_you_mean("victims_resqued", ["cases", "victims_rescued"])
    "did you mean 'victims_rescued'?"
    >>> did_you_mean("ETH", ["THA"]), did_you_mean("Thailand", ["THA"], {"THA": "Thailand"})
    ('', "did you mean 'THA'?")
    """
    called = [(key, code) for code, name in (names or {}).items() for key in _called(name)]
    often = Counter(key for key, _ in called)
    folded = {key: code for key, code in called if often[key] == 1}
    folded |= {_folded(code): code for code in known}
    word = _folded(value)
    if word not in folded and len(word) >= _LONG_WORD and not _SIGNS.search(word):
        digits = re.findall(r"\d", word)
        likely = [one for one in folded if re.findall(r"\d", one) == digits]
        near = difflib.get_close_matches(word, likely, n=2, cutoff=_ONE_SLIP)
        word = near[0] if len({folded[one] for one in near}) == 1 else ""
    return f"did you mean '{folded[word]}'?" if word in folded else ""


def _folded(text: str) -> str:
    return re.sub(r"[\s_-]+", " ", text.strip().casefold().replace(".", ""))


def _called(name: str) -> set[str]:
    """Return the name of a code and its initials, as somebody may have typed them instead."""
    words = re.split(r"[\s-]+", name)
    initials = (
        "".join(word[:1] for word in words),
        "".join(w[0] for w in words if w[:1].isupper()),
    )
    return {_folded(name), *(one.casefold() for one in initials if len(one) > 1)}


def plain_number(value: str) -> str:
    """Return the number that is meant beyond doubt, in ASCII digits, or an empty string.

    Digits of other scripts, a plus and separators between groups of three digits are undone. A
    comma before one or two digits may be a decimal comma, and a raised digit a footnote: nothing
    is guessed there.

    Examples
    --------
    >>> plain_number("1,234"), plain_number("１２３"), plain_number("about 5")
    ('1234', '123', '')
    >>> plain_number("72,82"), plain_number("159²")
    ('', '')
    """
    digits = "".join(
        str(unicodedata.decimal(sign)) if unicodedata.decimal(sign, None) is not None else sign
        for sign in value.strip()
    )
    compact = digits.removeprefix("+")
    if _GROUPS.fullmatch(compact):
        compact = re.sub(_SEPARATOR, "", compact)
    return compact if re.fullmatch(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?", compact) else ""
