"""Where a sweep keeps what is done, below ``runs/sweeps``.

``done/NOTEBOOK/ab/abcd…``
    One finished run: the tables it made and ``run.json``. Shared by all sweeps.
``staging``
    Runs that are being made; a folder moves to ``done`` as a whole, or not at all.
``NAME``
    One sweep: ``findings.csv``, ``failures.csv``, ``finished.json``, ``failed/…``.
"""

import csv
import json
import shutil
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from khtip import files
from khtip.files import drafted

RUN, FAILURE, FINISHED = "run.json", "failure.json", "finished.json"


@dataclass(frozen=True)
class Failure:
    """Why a notebook did not finish: the cell to blame, from 1, and the executed copy, if any."""

    notebook: str
    cell: int | None
    error: str
    kept: str = ""


@dataclass(frozen=True)
class Outcome:
    """What one run gave: the hash of each table it made, or else a failure."""

    digests: Mapping[str, str] = field(default_factory=dict)
    failure: Failure | None = None


@dataclass(frozen=True)
class Store:
    """The folders of the sweep of one name, in the project at `root`."""

    root: Path
    sweep: str

    @property
    def base(self) -> Path:
        """The folder of all sweeps."""
        return self.root / "runs" / "sweeps"

    @property
    def folder(self) -> Path:
        """The folder of this sweep."""
        return self.base / self.sweep

    def run(self, notebook: str, key: str) -> Path:
        """Return the folder of a finished run; a level between keeps folders short."""
        return self.base / "done" / notebook / key[:2] / key

    def failed(self, key: str) -> Path:
        """Return the folder in which a failing run is kept."""
        return self.folder / "failed" / key

    def find(self, notebook: str, key: str) -> Outcome | None:
        """Return what a run gave, if it is done or has failed since the sweep began."""
        done = read_json(self.run(notebook, key) / RUN)
        if done is not None:
            return Outcome(done["digests"])
        failure = read_json(self.failed(key) / FAILURE)
        return None if failure is None else Outcome(failure=Failure(**failure))

    def measured(self, notebook: str, most: int = 200) -> list[float]:
        """Return the seconds that finished runs of a notebook took, of at most so many runs."""
        folder = self.base / "done" / notebook
        found = (path for one in sorted(folder.glob("*")) for path in one.glob(f"*/{RUN}"))
        records = (read_json(path) for path, _ in zip(found, range(most), strict=False))
        return [record["seconds"] for record in records if record]

    def record_failure(self, key: str, failure: Failure) -> Outcome:
        """Keep a failure where `find` looks, and return it."""
        write_json(self.failed(key) / FAILURE, asdict(failure))
        return Outcome(failure=failure)

    @contextmanager
    def staging(self, key: str) -> Iterator[Path]:
        """Give an empty folder of its own to one try of a run; what stays in it is dropped."""
        folder = self.base / "staging" / f"{key}-{uuid.uuid4().hex[:8]}"
        folder.mkdir(parents=True)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def publish(self, made: Path, notebook: str, key: str, record: Mapping[str, Any]) -> None:
        """Move a run into place as a whole; when another try was first, its result stays."""
        write_json(made / RUN, record)
        files.put_once(made, self.run(notebook, key), RUN)

    def begin(self) -> list[str]:
        """Drop what a stopped sweep was still making, and the failures of earlier tries; say so."""
        left = len(list((self.base / "staging").glob("*")))
        shutil.rmtree(self.base / "staging", ignore_errors=True)
        shutil.rmtree(self.folder / "failed", ignore_errors=True)
        (self.folder / FINISHED).unlink(missing_ok=True)
        self.folder.mkdir(parents=True, exist_ok=True)
        return [f"dropped {left} unfinished runs of an earlier sweep"] if left else []


def read_json(path: Path) -> Any:
    """Return the content of a file, or None when there is no such file."""
    try:
        return json.loads(path.read_bytes())
    except FileNotFoundError:
        return None


def write_json(path: Path, content: Any) -> None:
    """Write a file as a whole, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    files.write_text(path, json.dumps(content, indent=1, ensure_ascii=False) + "\n")


# Finished scenarios become rows: ``findings.csv`` and ``failures.csv``, in the sweep's order.


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
    """The two tables of a sweep while they grow; each of the `parameters` is a column."""

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
        """Add one scenario with its values, the tables of its findings, and what went wrong."""
        own = [scenario, *(values[name] for name in self.parameters)]
        for table in stated:
            self.findings.writerows([*own, *row] for row in _rows(table))
        self.failures.writerows([*own, *asdict(failure).values()] for failure in failed)


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
