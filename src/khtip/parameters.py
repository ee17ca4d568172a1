"""The parameters of the notebooks: names, types, allowed values, meaning; and settings of a sweep.

What is allowed comes from the tables: a body that reports, a year of which something was reported,
an edition of a table. A new parameter is added to `REGISTRY` first; every name and value is checked
against it before a kernel starts.
"""

import ast
import difflib
import keyword
import re
import reprlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from khtip import files
from khtip.ledger.csvtext import YEARS_OF_LEDGER, Records, edition_year, read_records
from khtip.ledger.problems import DataProblems, Problem

if TYPE_CHECKING:
    import pandas as pd

Value = bool | int | float | str
Column = tuple[str, str]


@dataclass(frozen=True)
class Parameter:
    """What one parameter may be.

    Attributes
    ----------
    default : bool, int, float or str
        Its value in the published scenario; its type is the parameter's type.
    meaning : str
        One short phrase for readers.
    low, high : int or float, optional
        Inclusive limits of a number; a year is one that the ledger may speak of, and one without
        data gives findings that say so.
    choices : tuple of str
        Every allowed text. A text parameter always has choices, so no free text reaches code.
    column : (str, str), optional
        A table and a column of it, whose texts are choices too; of editions their years.
    or_a : str
        What the texts of the column are, in words.
    """

    default: Value
    meaning: str
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    column: Column | None = None
    or_a: str = ""

    @property
    def type(self) -> type:
        """The exact type a value must have."""
        return type(self.default)

    def all_choices(self) -> tuple[str, ...]:
        """Return every allowed text."""
        if self.column is None:
            return self.choices
        texts = _cells(*self.column)
        if self.column[1] == "edition":
            years = {str(edition_year(text)) for text in texts}
            texts = sorted(years - {"None"} | {str(self.default)})
        return tuple(dict.fromkeys([*self.choices, *texts]))

    def allowed(self) -> str:
        """Return the allowed values in words."""
        if self.type is bool:
            return "true or false"
        if self.type is str:
            own = self.choices or self.all_choices()
            return ", ".join(own) + (f" or {self.or_a}" if self.or_a else "")
        kind = "whole number" if self.type is int else "number"
        return f"{kind}, {self.low} to {self.high}"


REGISTRY: dict[str, Parameter] = {
    "base_year": Parameter(2016, "the year compared with", *YEARS_OF_LEDGER),
    "reference_year": Parameter(2017, "the year that is described", *YEARS_OF_LEDGER),
    "confidence": Parameter(0.95, "confidence level of every interval", low=0.5, high=0.999),
    "preferred_body": Parameter(
        "as-documented",
        "whose count is preferred where several differ",
        choices=("as-documented",),
        column=("data/lookups/bodies.csv", "reporting_body"),
        or_a="a reporting body",
    ),
    "exclude_breaks": Parameter(False, "leave out the years in data/lookups/breaks.csv"),
    "stock_edition": Parameter(
        "2017",
        "revision of the UN migrant stock in the rates",
        column=("data/context/migrant_stock.csv", "edition"),
    ),
    "weights": Parameter(
        "equal", "weights of the indicators in the composite", choices=("equal", "random")
    ),
    "aggregation": Parameter(
        "linear", "how indicators are put together", choices=("linear", "geometric")
    ),
    "normalisation": Parameter(
        "min-max",
        "how indicators are brought to one scale",
        choices=("min-max", "z-score", "percentile"),
    ),
    "income_year": Parameter(2017, "year of the income figures", *YEARS_OF_LEDGER),
    "draws": Parameter(2000, "random draws of a simulation", low=16, high=100_000),
    "seed": Parameter(20180101, "start of the random numbers", low=0, high=2**32 - 1),
}


def _cells(path: str, column: str) -> list[str]:
    """Return the cells of a column; a table that cannot be read is a fault of the data."""
    table = files.root() / path
    if not table.exists():
        return []
    now = table.stat()
    records = _records(table, path, (now.st_mtime_ns, now.st_size))
    if records.problems or column not in records.header:
        wrong = Problem(path, 1, column, "", "the column", "restore it from git")
        raise DataProblems(records.problems or [wrong])
    place = records.header.index(column)
    return [cells[place] for _, cells in records.rows]


@lru_cache(maxsize=8)
def _records(table: Path, path: str, state: tuple[int, int]) -> Records:
    return read_records(table, path)


_EXACT = 2**53
"""Up to here every whole number is a float; a larger one may not fit in a float at all."""
_PLAIN_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?", re.ASCII)
_SHOWN = 15
"""So many allowed words are named in a message."""
_LONGEST = 100
"""Characters of one value on the command line."""


class ParameterError(ValueError):
    """A parameter's name or value is wrong; the message says what is allowed."""


def _did_you_mean(word: str, known: list[str]) -> str:
    close = difflib.get_close_matches(word.lower(), [one.lower() for one in known], n=1)
    if found := next((one for one in known if close and one.lower() == close[0]), None):
        return f" Did you mean {found!r}?"
    rest = f" and {len(known) - _SHOWN} more" if len(known) > _SHOWN else ""
    return f" Known: {', '.join(sorted(known)[:_SHOWN])}{rest}."


def check_name(name: object, known: list[str] | None = None) -> str:
    """Return `name` when it is a known parameter.

    Raises
    ------
    ParameterError
        For a name that is not a plain identifier, or not among `known` (default: `REGISTRY`).

    Examples
    --------
    >>> check_name("base_yaer")
    Traceback (most recent call last):
    ...
    khtip.parameters.ParameterError: unknown parameter 'base_yaer'. Did you mean 'base_year'?
    """
    known = list(REGISTRY) if known is None else known
    if not (isinstance(name, str) and name.isascii() and name.isidentifier()):
        raise ParameterError(
            f"parameter name {_shown(name)} is not a plain name (letters, digits, _)."
        )
    if keyword.iskeyword(name) or name not in known:
        raise ParameterError(f"unknown parameter {_shown(name)}.{_did_you_mean(name, known)}")
    return name


def check_value(name: str, value: object) -> Value:
    """Return `value` when parameter `name` may have it; a whole number serves as a float.

    Raises
    ------
    ParameterError
        For another type (``True`` is not a number, ``"2017"`` not a year) or a value that is
        not allowed.

    Examples
    --------
    >>> check_value("base_year", 2019)
    2019
    >>> check_value("base_year", "2019")
    Traceback (most recent call last):
    ...
    khtip.parameters.ParameterError: base_year: expected a whole number, got the text '2019'. \
Allowed: whole number, 1990 to 2035.
    """
    parameter = REGISTRY[check_name(name)]
    if parameter.type is float and type(value) is int and abs(value) <= _EXACT:
        value = float(value)
    if type(value) is not parameter.type:
        quotes = "" if parameter.type is not str else f' Write it in quotes: "{value}".'
        raise ParameterError(
            f"{name}: expected {_kind(parameter.type)}, got {_described(value)}. "
            f"Allowed: {parameter.allowed()}.{quotes}"
        )
    if parameter.type is str and value not in parameter.all_choices():
        hint = _did_you_mean(str(value), list(parameter.all_choices()))
        raise ParameterError(f"{name}: {_shown(value)} is not allowed.{hint}")
    # "not (low <= value <= high)" also refuses nan, which no comparison accepts.
    if parameter.low is not None and not parameter.low <= value <= parameter.high:  # type: ignore
        raise ParameterError(
            f"{name}: {_shown(value)} is out of range. Allowed: {parameter.allowed()}."
        )
    return value  # type: ignore[return-value]


def _kind(wanted: type) -> str:
    return {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}[wanted]


def _described(value: object) -> str:
    names = {bool: "the truth value", int: "the whole number", float: "the number", str: "the text"}
    kind = names.get(type(value), f"a {type(value).__name__}:")
    return f"{kind} {_shown(value)}"


def _shown(value: object) -> str:
    """Return a value for a message, cut: a hostile one may be of any length."""
    try:
        return reprlib.repr(value)
    except ValueError:  # Python writes no whole number of more than 4300 digits
        return f"a {type(value).__name__} too large to be shown"


def check_parameters(values: Mapping[str, object], *, defaults: bool = True) -> dict[str, Value]:
    """Return `values` checked one by one and together; all faults come in one error.

    Parameters
    ----------
    values : mapping of str to value
        Some or all parameters.
    defaults : bool
        Whether the registry's defaults stand for the others. A notebook that declares only one of
        the two years has no other year to differ from.

    Raises
    ------
    ParameterError
        One line for each fault.

    Examples
    --------
    >>> check_parameters({"base_year": 2018, "reference_year": 2019})
    {'base_year': 2018, 'reference_year': 2019}
    """
    checked, faults = {}, []
    for name, value in values.items():
        try:
            checked[name] = check_value(name, value)
        except ParameterError as fault:
            faults.append(str(fault))
    others = {name: parameter.default for name, parameter in REGISTRY.items()} if defaults else {}
    whole = others | checked
    year = whole.get("reference_year")
    if not faults and year is not None and whole.get("base_year") == year:
        faults.append(f"base_year and reference_year are both {year}: they must differ.")
    if faults:
        raise ParameterError("\n".join(faults))
    return checked


def parse(assignment: str) -> tuple[str, Value]:
    """Return the name and value of ``name=value`` as typed on a command line.

    Raises
    ------
    ParameterError
        When it has no ``=``, or the text is not of the parameter's type.

    Examples
    --------
    >>> parse("base_year=2018")
    ('base_year', 2018)
    """
    name, sign, text = (part.strip() for part in assignment.partition("="))
    if not sign or len(assignment) > _LONGEST:
        raise ParameterError(f"{_shown(assignment)}: expected name=value, such as base_year=2018.")
    wanted = REGISTRY[check_name(name)].type
    if wanted is str:
        return name, check_value(name, text)
    words: dict[str, object] = {"true": True, "false": False}
    value: object = words.get(text.lower(), text)
    if _PLAIN_NUMBER.fullmatch(text):
        value = float(text) if "." in text else int(text)
    return name, check_value(name, value)


def parse_all(assignments: Iterable[str]) -> dict[str, Value]:
    """Return the values of several ``name=value``, checked one by one and together.

    Raises
    ------
    ParameterError
        As `parse`, and for a name that is given twice: which value is meant cannot be told.

    Examples
    --------
    >>> parse_all(["base_year=2018", "reference_year=2019"])
    {'base_year': 2018, 'reference_year': 2019}
    """
    found: dict[str, Value] = {}
    for name, value in map(parse, assignments):
        if name in found:
            raise ParameterError(f"{name} is given twice: {found[name]} and {value}. Keep one.")
        found[name] = value
    return check_parameters(found)


def declared(source: str) -> dict[str, Value]:
    """Return what a notebook's parameter cell declares, read without running it.

    Parameters
    ----------
    source : str
        Lines such as ``base_year: int = 2016  # the year compared with``, nothing else.

    Raises
    ------
    ParameterError
        For any other statement, an annotation that is not the parameter's type, or a value that
        is not allowed.

    Examples
    --------
    >>> declared("base_year: int = 2016")
    {'base_year': 2016}
    """
    found: dict[str, object] = {}
    try:
        lines = ast.parse(source).body
    except (SyntaxError, ValueError) as error:
        where = getattr(error, "lineno", None) or 1
        raise ParameterError(
            f"parameter cell, line {where}: expected 'name: type = value', as Python reads it."
        ) from None
    for line in lines:
        if not (isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name)):
            raise ParameterError(
                f"parameter cell, line {line.lineno}: expected 'name: type = value'."
            )
        name = check_name(line.target.id)
        wanted = REGISTRY[name].type.__name__
        if ast.unparse(line.annotation) != wanted:
            raise ParameterError(f"parameter cell, line {line.lineno}: {name} is of type {wanted}.")
        try:
            found[name] = ast.literal_eval(line.value) if line.value else None
        except ValueError:
            raise ParameterError(
                f"parameter cell, line {line.lineno}: {name} must be a plain value."
            ) from None
    return check_parameters(found)


def show_parameters(namespace: Mapping[str, object]) -> "pd.DataFrame":
    """Check every parameter that a notebook declared and return them as a table.

    Parameters
    ----------
    namespace : mapping
        The notebook's ``globals()``. An annotated name (``base_year: int = 2016``) is a
        declaration, and so is every known parameter's name.

    Returns
    -------
    DataFrame
        Columns ``parameter``, ``value``, ``allowed``, ``meaning``, in the order of declaration.

    Raises
    ------
    ParameterError
        For an unknown name, a wrong type, or a value that is not allowed.

    Examples
    --------
    >>> show_parameters({"base_year": 2016})[["parameter", "value"]]
       parameter  value
    0  base_year   2016
    """
    import pandas as pd

    annotated = namespace.get("__annotations__")
    names = list(annotated) if isinstance(annotated, Mapping) else []
    names += [name for name in namespace if name in REGISTRY and name not in names]
    checked = check_parameters({name: namespace.get(name) for name in names}, defaults=False)
    rows = [
        (name, value, REGISTRY[name].allowed(), REGISTRY[name].meaning)
        for name, value in checked.items()
    ]
    return pd.DataFrame(rows, columns=["parameter", "value", "allowed", "meaning"])


# The settings of a sweep: which choices are tried, one after another, each once.


YEARS = ("base_year", "reference_year")
ALL = "all"
NEIGHBOURS = "neighbours"
FIGURES = "data/reported/figures.csv"


def spelled_out(vary: Mapping[str, Sequence[object] | str] | None) -> dict[str, list[object]]:
    """Return what a sweep varies, with every choice of a parameter where it says ``all``.

    Examples
    --------
    >>> spelled_out({"weights": "all", "confidence": [0.9]})
    {'weights': ['equal', 'random'], 'confidence': [0.9]}
    """
    return {
        name: list(REGISTRY[name].all_choices()) if values == ALL else list(values)
        for name, values in (vary or {}).items()
    }


def pairs_of_years(
    years: str | Iterable[Sequence[int]] | None,
    periods: Iterable[tuple[str, str]] | None = None,
) -> list[tuple[int, int]]:
    """Return the pairs that a sweep asks for, base year first.

    Parameters
    ----------
    years : list of pairs, or "neighbours"
        The word stands for every two years next to each other of which the ledger has statements
        on the whole year, so that a new year comes in by itself.
    periods : iterable of (first day, last day), optional
        Periods of the statements, as ISO text; by default those of ``data/reported/figures.csv``.

    Examples
    --------
    >>> pairs_of_years([[2018, 2019]])
    [(2018, 2019)]
    >>> whole = [("2016-01-01", "2016-12-31"), ("2016-12-25", "2018-12-31")]
    >>> pairs_of_years("neighbours", whole)
    [(2016, 2017), (2017, 2018)]
    """
    if not isinstance(years, str):
        return [(int(base), int(reference)) for base, reference in years or []]
    whole = set()
    for first, last in periods if periods is not None else _reported_periods():
        between = range(int(first[:4]), int(last[:4]) + 1)
        whole |= {y for y in between if first <= f"{y}-01-01" and f"{y}-12-31" <= last}
    low, high = (getattr(REGISTRY["reference_year"], name) for name in ("low", "high"))
    return [(year, year + 1) for year in sorted(whole) if year + 1 in whole and low <= year < high]


def _reported_periods() -> Iterator[tuple[str, str]]:
    records = read_records(files.root() / FIGURES, FIGURES)
    start, end = (records.header.index(name) for name in ("period_start", "period_end"))
    return ((cells[start], cells[end]) for _, cells in records.rows)


def settings(
    published: Mapping[str, object],
    vary: Mapping[str, Sequence[object]],
    years: Iterable[Sequence[int]] = (),
    *,
    together: int | str = ALL,
    cross: bool = False,
) -> Iterator[dict[str, object]]:
    """Yield the settings to try: other choices for the same years, then other pairs of years.

    Parameters
    ----------
    published : mapping
        Parameter name to the value of the published scenario.
    vary : mapping
        Parameter name to the values to try. Names that `published` lacks are passed over: they
        belong to another notebook. The two years belong into `years`.
    years : iterable of (base_year, reference_year)
        Other pairs.
    together : int or "all"
        How many choices may differ from the published ones at once.
    cross : bool
        Whether other pairs of years are tried with every combination of choices, and not with
        the published choices alone.

    Yields
    ------
    dict
        A value for every name of `published`; the published setting first, none twice.

    Raises
    ------
    ValueError
        When `vary` names a year.

    Examples
    --------
    >>> published = {"base_year": 2016, "reference_year": 2017, "confidence": 0.95}
    >>> for one in settings(published, {"confidence": [0.9, 0.95]}, [(2018, 2019)]):
    ...     print(*one.values())
    2016 2017 0.95
    2016 2017 0.9
    2018 2019 0.95
    """
    if set(YEARS) & set(vary):
        raise ValueError(f"{' and '.join(YEARS)} go into 'years', as pairs, not into 'vary'")
    names = [name for name in vary if name in published]
    most = len(names) if together == ALL else int(together)
    chosen = {name: published[name] for name in names}

    def choices() -> Iterator[dict[str, object]]:
        yield from _choices(published, vary, names, most)

    yield dict(published)
    yield from ({**published, **choice} for choice in choices() if choice != chosen)
    for moved in _moves(published, years):
        for choice in choices() if cross else [chosen]:
            yield {**published, **choice, **moved}


def count(
    published: Mapping[str, object],
    vary: Mapping[str, Sequence[object]],
    years: Iterable[Sequence[int]] = (),
    *,
    together: int | str = ALL,
    cross: bool = False,
) -> int:
    """Return how many settings `settings` yields, without making them.

    For a notebook that takes fewer parameters, give those only: its settings are fewer.

    Examples
    --------
    >>> count({"confidence": 0.95, "weights": "equal"}, {"confidence": [0.9, 0.95]})
    2
    """
    # How many settings differ in 0, 1, 2 … choices: the product of (1 + others * x).
    differ = [1]
    for name in vary:
        if name in published:
            others = len({*vary[name]} - {published[name]})
            differ = [a + others * b for a, b in zip([*differ, 0], [0, *differ], strict=True)]
    most = len(differ) if together == ALL else int(together) + 1
    choices = sum(differ[:most])
    return choices + len(_moves(published, years)) * (choices if cross else 1)


def _choices(
    published: Mapping[str, object],
    vary: Mapping[str, Sequence[object]],
    names: Sequence[str],
    most: int,
) -> Iterator[dict[str, object]]:
    """Yield combinations in the order of a nested loop, at most `most` values not published."""
    if not names:
        yield {}
        return
    name = names[0]
    values = dict.fromkeys(vary[name])
    if published[name] not in values:
        values = dict.fromkeys([published[name], *vary[name]])
    for value in values:
        left = most - (value != published[name])
        if left >= 0:
            for others in _choices(published, vary, names[1:], left):
                yield {name: value, **others}


def _moves(
    published: Mapping[str, object], years: Iterable[Sequence[int]]
) -> list[dict[str, object]]:
    """Return other pairs as far as `published` has the two years, each once."""
    own = {name: published[name] for name in YEARS if name in published}
    moves: list[dict[str, object]] = []
    for pair in years:
        move = {name: year for name, year in zip(YEARS, pair, strict=True) if name in own}
        if move not in [own, *moves]:
            moves.append(dict(move))
    return moves
