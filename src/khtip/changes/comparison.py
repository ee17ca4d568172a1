"""The whole comparison of two states: tables, findings, figures, other files."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from khtip.changes import figures, findings, tables
from khtip.changes.figures import FigureChange
from khtip.changes.states import State
from khtip.changes.tables import TableChange

FINDINGS = "data/results/findings.csv"
LOCK = "requirements.lock"
_FIGURE = re.compile(r"figures/(\d\d-[a-z0-9-]+)\.(csv|json|png|svg)")
_ROOMS = {
    "data/reported/": "written by people",
    "data/context/": "written by people",
    "data/lookups/": "written by people",
    "data/clean/": "cleaned and checked",
    "data/results/": "results",
}


@dataclass
class Comparison:
    """What moved between two states; everything that is the same is left out.

    Attributes
    ----------
    before, after : str
        Names of the states.
    tables : list of TableChange
        Tables below ``data``.
    findings : DataFrame
        As `khtip.changes.findings.compare` returns it.
    figures : list of FigureChange
    others : list of (path, status)
        Other files.
    lock_moved : bool
        Whether the two states have different locks: then pixels may move alone.
    figures_compared : int
        How many figures either state has.
    """

    before: str
    after: str
    tables: list[TableChange] = field(default_factory=list)
    findings: pd.DataFrame = field(default_factory=lambda: findings.compare(None, None))
    figures: list[FigureChange] = field(default_factory=list)
    others: list[tuple[str, str]] = field(default_factory=list)
    lock_moved: bool = False
    figures_compared: int = 0

    @property
    def moved(self) -> bool:
        """Whether anything is different."""
        return bool(self.tables or len(self.findings) or self.figures or self.others)

    def in_room(self, room: str) -> list[TableChange]:
        """Return the tables ``written by people``, ``cleaned and checked`` or of ``results``."""
        return [one for one in self.tables if room_of(one.path) == room]


def room_of(path: str) -> str:
    """Return which kind of table a path is.

    Examples
    --------
    >>> room_of("data/reported/figures.csv")
    'written by people'
    """
    return next((room for start, room in _ROOMS.items() if path.startswith(start)), "other")


def compare(before: State, after: State, *, only_figures: bool = False) -> Comparison:
    """Compare two states of the products.

    Parameters
    ----------
    before, after : State
        From `khtip.changes.states`.
    only_figures : bool
        Leave out tables, findings and other files.
    """
    old, new = before.files(), after.files()
    found = Comparison(before.name, after.name)
    found.lock_moved = LOCK in old and LOCK in new and not _same(old[LOCK], new[LOCK])
    _compare_figures(found, old, new)
    if only_figures:
        return found
    keys = before.keys(), after.keys()
    for path in sorted({*old, *new}):
        if not (path.startswith("data/") and path.endswith(".csv")):
            continue
        change = _compare_table(path, old.get(path), new.get(path), keys)
        if change.moved:
            found.tables.append(change)
    found.findings = findings.compare(
        tables.read(old.get(FINDINGS)), tables.read(new.get(FINDINGS))
    )
    found.others = [
        (path, _status(path, old, new))
        for path in sorted({*old, *new})
        if not path.endswith(".csv")
        and not path.startswith("figures/")
        and _status(path, old, new) != "same"
    ]
    return found


def _compare_table(
    path: str,
    old: Path | None,
    new: Path | None,
    keys: tuple[dict[str, list[str]], dict[str, list[str]]],
) -> TableChange:
    if old and new and _same(old, new):
        return TableChange(path, [])
    return tables.compare(
        path,
        tables.read(old),
        tables.read(new),
        keys_before=keys[0].get(path),
        keys_after=keys[1].get(path),
    )


def _compare_figures(found: Comparison, old: dict[str, Path], new: dict[str, Path]) -> None:
    states = [_by_figure(files) for files in (old, new)]
    names = sorted({*states[0], *states[1]})
    found.figures_compared = len(names)
    for name in names:
        one, other = (state.get(name, {}) for state in states)
        if set(one) == set(other) and all(_same(one[kind], other[kind]) for kind in one):
            continue
        change = figures.compare(name, one, other)
        if change.moved:
            found.figures.append(change)


def _by_figure(files: dict[str, Path]) -> dict[str, dict[str, Path]]:
    """Return the files of each figure by kind."""
    found: dict[str, dict[str, Path]] = {}
    for path, file in files.items():
        match = _FIGURE.fullmatch(path)
        if match:
            found.setdefault(match[1], {})[match[2]] = file
    return found


def _status(path: str, old: dict[str, Path], new: dict[str, Path]) -> str:
    if path not in old or path not in new:
        return "added" if path in new else "removed"
    return "same" if _same(old[path], new[path]) else "changed"


def _same(one: Path, other: Path) -> bool:
    return one.read_bytes() == other.read_bytes()
