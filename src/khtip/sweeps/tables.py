"""Finished scenarios become rows: ``findings.csv`` and ``failures.csv``, in the sweep's order.

Both grow as drafts and take their place at the end, so a reader never sees half a table.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from khtip.drafts import drafted
from khtip.sweeps.store import Failure, Store

FINDINGS, FAILURES = "findings.csv", "failures.csv"
# As in data/results/findings.csv; what notebook 07 adds there is what a sweep is for.
COLUMNS = (
    "finding_id",
    "notebook",
    "sentence",
    "verdict",
    "value",
    "low",
    "high",
    "sources",
    "figure_ids",
)


@dataclass
class Tables:
    """The two tables of a sweep while they grow.

    Attributes
    ----------
    parameters : list of str
        Names of the parameters; each is a column.
    """

    parameters: list[str]
    findings: Any
    failures: Any

    def add(
        self,
        scenario: str,
        values: Mapping[str, object],
        stated: Iterable[Path],
        failed: Iterable[Failure],
    ) -> None:
        """Add one scenario.

        Parameters
        ----------
        scenario : str
            Its name.
        values : mapping
            Its parameters.
        stated : iterable of Path
            The tables of findings of its notebooks.
        failed : iterable of Failure
            What went wrong under it.
        """
        own = [scenario, *(values[name] for name in self.parameters)]
        for table in stated:
            self.findings.writerows([*own, *row] for row in _rows(table))
        self.failures.writerows([*own, *_row(failure)] for failure in failed)


@contextmanager
def writing(store: Store, parameters: list[str]) -> Iterator[Tables]:
    """Open both tables as drafts and put them into place when the block ends without an error."""
    own = ["scenario", *parameters]
    with drafted(store.folder / FINDINGS, store.folder / FAILURES) as drafts, ExitStack() as stack:
        writers = [
            csv.writer(
                stack.enter_context(draft.open("w", encoding="utf-8", newline="")),
                lineterminator="\n",
            )
            for draft in drafts
        ]
        writers[0].writerow([*own, *COLUMNS])
        writers[1].writerow([*own, *(one.name for one in fields(Failure))])
        yield Tables(parameters, *writers)


@lru_cache(maxsize=512)
def _rows(table: Path) -> tuple[tuple[str, ...], ...]:
    """Return the rows of one run's findings, as text; many scenarios share a run."""
    with table.open(encoding="utf-8", newline="") as file:
        return tuple(tuple(row.get(name, "") for name in COLUMNS) for row in csv.DictReader(file))


def _row(failure: Failure) -> list[object]:
    return [getattr(failure, one.name) for one in fields(failure)]
