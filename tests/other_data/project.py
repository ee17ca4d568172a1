"""A copy of the project with another ledger: the tables people write, and a run over them."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import nbformat
import pandas as pd
import yaml

from khtip.runner import manifest, steps
from khtip.runner.execute import CELL_TIMEOUT, NotebookFailed, Workplace
from khtip.runner.progress import Progress

ROOT = Path(__file__).parents[2]
FOLDERS = ("reported", "lookups", "context")
Tables = dict[str, pd.DataFrame]

# What a cell ends with because an earlier one was taken out, or an earlier notebook failed.
_FOLLOWS = re.compile(r"NameError|is not defined|FileNotFoundError|did not (write|read)")
_MOST = 12
_LIMIT = {CELL_TIMEOUT: "120"}  # a cell that a number makes so long has stopped too


@dataclass(frozen=True)
class Stop:
    """Where a notebook stopped."""

    notebook: str
    cell: int | None
    error: str
    function: str = ""

    def __str__(self) -> str:
        where = f"cell {self.cell}" if self.cell else "as a whole"
        where += f", {self.function}" if self.function else ""
        lines = [line.strip() for line in self.error.splitlines() if line.strip()]
        return f"{self.notebook.partition('-')[0]} {where}: {' | '.join(lines)[:400]}"


def read(root: Path = ROOT) -> Tables:
    """Return every table that people write, as text, by folder and name: ``reported/figures``."""
    return {
        f"{folder}/{path.stem}": pd.read_csv(path, dtype=str, keep_default_na=False)
        for folder in FOLDERS
        for path in sorted((root / "data" / folder).glob("*.csv"))
    }


def declared(column: str) -> dict[str, Any]:
    """Return what the Data Package allows in a column of the reported figures."""
    package = json.loads((ROOT / "data/datapackage.json").read_text("utf-8"))
    (table,) = (one for one in package["resources"] if one["name"] == "reported-figures")
    (field,) = (one for one in table["schema"]["fields"] if one["name"] == column)
    return field["constraints"]


def copied(tables: Tables) -> Tables:
    """Return the tables, to be changed without touching the others."""
    return {name: table.copy() for name, table in tables.items()}


def place(tables: Tables, root: Path) -> Path:
    """Write a project with these tables below `root`, without any product, and return `root`."""
    (root / "notebooks").mkdir(parents=True)
    for path in (ROOT / "notebooks").glob("*.*"):
        shutil.copy(path, root / "notebooks")
    (root / "scenarios").mkdir()
    for path in (ROOT / "scenarios").glob("*.yml"):
        content = yaml.safe_load(path.read_text("utf-8"))
        vary = content.get("vary", {})
        if "preferred_body" in vary:  # a person who renames a body does so here too
            known = {"as-documented", *tables["lookups/bodies"]["reporting_body"]}
            vary["preferred_body"] = [one for one in vary["preferred_body"] if one in known]
        (root / "scenarios" / path.name).write_text(
            yaml.safe_dump(content, sort_keys=False), "utf-8"
        )
    for name, table in tables.items():
        path = root / "data" / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        table.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")
    shutil.copy(ROOT / "data/datapackage.json", root / "data")
    return root


def run(
    root: Path,
    values: Mapping[str, Any] | None = None,
    *,
    only: Collection[str] = (),
    figures: bool = True,
) -> list[Stop]:
    """Run the notebooks of a project aside, into `products`, and return where they stopped.

    A cell that stops is taken out of the copy and the notebook runs again, so that one ledger
    shows every stop and not only the first. What follows from a stop is not told.

    Parameters
    ----------
    root : Path
        As from `place`.
    values : mapping, optional
        Parameters that differ from the published ones.
    only : collection of str
        Numbers of the notebooks to run; all of them when it is empty. For those that clean the
        ledger and are not among them, what is committed stands in.
    figures : bool
        Whether figures are drawn.

    Raises
    ------
    ValueError
        When the ledger is refused.
    """
    steps.check_data(root)
    plan = manifest.read_manifest(root)
    chosen = [one for one in plan.notebooks if not only or one.number in only]
    if chosen and chosen[0].number > "01":
        shutil.copytree(ROOT / "data/clean", products(root) / "data/clean")
    quiet = Progress(total=len(chosen), stream=io.StringIO())
    with patch.object(steps, "progress", quiet), patch.dict(os.environ, _LIMIT):
        return [stop for one in chosen for stop in _run(plan, one, values or {}, figures)]


def _run(
    plan: manifest.Manifest, one: manifest.Notebook, values: Mapping, figures: bool
) -> Iterator[Stop]:
    """Run one notebook until nothing stops it."""
    parameters = _parameters(plan.root / one.path)
    own = {name: value for name, value in values.items() if name in parameters}
    folder = plan.root / "build/run"
    place = Workplace(plan.root, folder / "products", folder / one.name, figures=figures)
    for attempt in range(_MOST):
        try:
            complete = figures and not attempt and not values
            steps.run_with_parameters(plan, one, place, own, complete=complete)
        except NotebookFailed as failed:
            told = not _FOLLOWS.search(failed.error) or (not attempt and failed.cell is None)
            number = failed.cell and _take_out(plan.root, one, failed.cell)
            if told:
                yield Stop(one.name, number, failed.error, _function(plan.root, one))
            if not number:
                return
        else:
            return


def _parameters(path: Path) -> str:
    cells = nbformat.read(path, as_version=4)["cells"]
    return "".join(c["source"] for c in cells if "parameters" in c["metadata"].get("tags", []))


def _kept(root: Path, one: manifest.Notebook) -> Path:
    """Return the copy of a notebook that failed."""
    return root / "build/failed" / f"{one.name}.ipynb"


def _function(root: Path, one: manifest.Notebook) -> str:
    """Return the innermost function of the package in the trace of the copy that was kept."""
    kept = _kept(root, one)
    cells = nbformat.read(kept, as_version=4)["cells"] if kept.is_file() else []
    traces = ("\n".join(out.get("traceback", [])) for c in cells for out in c.get("outputs", []))
    text = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(traces))
    frames = re.findall(r"/khtip/([\w/]+)\.py:(\d+), in ([\w<>.]+)", text)
    return "{}:{} {}".format(*frames[-1]) if frames else ""


def _take_out(root: Path, one: manifest.Notebook, number: int) -> int:
    """Empty the cell that failed and return its number in the notebook.

    The copy that was kept may have one cell more, with parameters.
    """
    failed = nbformat.read(_kept(root, one), as_version=4)["cells"][number - 1]
    notebook = nbformat.read(root / one.path, as_version=4)
    place = [cell["source"] for cell in notebook["cells"]].index(failed["source"])
    notebook["cells"][place]["source"] = f"pass  # cell {place + 1} stopped"
    nbformat.write(notebook, root / one.path)
    return place + 1


def products(root: Path) -> Path:
    """Return the folder of what a run made."""
    return root / "build/run/products"
