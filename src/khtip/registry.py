"""Every parameter that a notebook may declare: type, allowed values, meaning, default.

Add one here first; `khtip.parameters` checks every name and value against it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from khtip import paths
from khtip.inputs.csvtext import read_records
from khtip.inputs.problems import DataProblems, Problem

BODIES = "data/lookups/bodies.csv"

Value = bool | int | float | str


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
        Inclusive limits of a number.
    choices : tuple of str
        Every allowed text. A text parameter always has choices, so no free text reaches code.
    bodies : bool
        Whether the reporting bodies of ``data/lookups/bodies.csv`` are choices too.
    """

    default: Value
    meaning: str
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    bodies: bool = False

    @property
    def type(self) -> type:
        """The exact type a value must have."""
        return type(self.default)

    def all_choices(self) -> tuple[str, ...]:
        """Return every allowed text, with the reporting bodies where they count."""
        return self.choices + (_bodies(paths.root() / BODIES) if self.bodies else ())

    def allowed(self) -> str:
        """Return the allowed values in words."""
        if self.type is bool:
            return "true or false"
        if self.type is str:
            more = " or a reporting body" if self.bodies else ""
            return ", ".join(self.choices) + more
        kind = "whole number" if self.type is int else "number"
        return f"{kind}, {self.low} to {self.high}"


REGISTRY: dict[str, Parameter] = {
    "base_year": Parameter(2016, "the year compared with", low=2012, high=2025),
    "reference_year": Parameter(2017, "the year that is described", low=2012, high=2025),
    "confidence": Parameter(0.95, "confidence level of every interval", low=0.5, high=0.999),
    "preferred_body": Parameter(
        "as-documented",
        "whose count is preferred where several differ",
        choices=("as-documented",),
        bodies=True,
    ),
    "exclude_breaks": Parameter(False, "leave out the years in data/lookups/breaks.csv"),
    "stock_edition": Parameter(
        "2017",
        "revision of the UN migrant stock in the rates",
        choices=("2015", "2017", "2019", "2020"),
    ),
    "weights": Parameter(
        "equal",
        "weights of the indicators in the composite",
        choices=("equal", "random"),
    ),
    "aggregation": Parameter(
        "linear", "how indicators are put together", choices=("linear", "geometric")
    ),
    "normalisation": Parameter(
        "min-max",
        "how indicators are brought to one scale",
        choices=("min-max", "z-score", "percentile"),
    ),
    "income_year": Parameter(2017, "year of the income figures", low=2012, high=2025),
    "draws": Parameter(2000, "random draws of a simulation", low=16, high=100_000),
    "seed": Parameter(20180101, "start of the random numbers", low=0, high=2**32 - 1),
}


def _bodies(table: Path) -> tuple[str, ...]:
    """Return the names of the bodies; a table that cannot be read is a fault of the data."""
    if not table.exists():
        return ()
    records = read_records(table, BODIES)
    if records.problems or "reporting_body" not in records.header:
        wrong = Problem(BODIES, 1, "reporting_body", "", "the column", "restore it from git")
        raise DataProblems(records.problems or [wrong])
    column = records.header.index("reporting_body")
    return tuple(cells[column] for _, cells in records.rows)
