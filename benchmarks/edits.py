"""The small changes after which the benchmark measures a run, and what should follow from them."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from khtip.runner import manifest, notebooks
from khtip.runner.manifest import Manifest

FIGURES = "data/reported/figures.csv"
GENERATED = {"needs-makes", "navigation"}

_RAN = re.compile(r"^(\d\d-[\w-]+)  [\d.]+ s$", re.MULTILINE)


def change_one_figure(root: Path) -> str:
    """Add one to a province's reported number of cases, and say which.

    A province's count is in no claim and no sum of the main report, so the data stay sound.

    Raises
    ------
    ValueError
        When no figure of that kind is there.
    """
    path = root / FIGURES
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    columns = next(csv.reader(lines[:1]))
    for number, line in enumerate(lines[1:], 1):
        cells = next(csv.reader([line]))
        row = dict(zip(columns, cells, strict=True))
        if _may_change(row):
            before, after = row["value"], str(int(row["value"]) + 1)
            cells[columns.index("value")] = after
            lines[number] = _as_line(cells)
            path.write_text("".join(lines), encoding="utf-8")
            return f"{row['figure_id']} from {before} to {after}"
    raise ValueError(f"{FIGURES}: no exact count of cases in a province that could be changed.")


def _may_change(row: dict[str, str]) -> bool:
    plain = row["qualifier"] == "exact" and row["unit"] == "count" and row["value"].isdecimal()
    return plain and row["measure"] == "cases" and row["ref_area"].startswith("KH-")


def _as_line(cells: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()


def change_markdown(root: Path) -> str:
    """Add a sentence to a Markdown cell that people wrote, and say in which notebook."""
    one = manifest.read_manifest(root).notebooks[-1]
    notebook = notebooks.read_notebook(root / one.path)
    cell = next(
        cell
        for cell in notebook["cells"][1:]
        if cell["cell_type"] == "markdown" and not GENERATED & set(cell["metadata"].get("tags", []))
    )
    cell["source"] = notebooks.text(cell["source"]) + "\n\nOne more sentence."
    (root / one.path).write_text(notebooks.dumps(notebook), encoding="utf-8")
    return one.name


def dependents(plan: Manifest, path: str) -> list[str]:
    """Return the notebooks that read `path`, or what such a notebook writes, in order.

    Examples
    --------
    >>> from khtip.runner.manifest import Notebook
    >>> plan = Manifest(Path(), (
    ...     Notebook("01-a", "A", "?", reads=("in.csv",), tables=("a.csv",)),
    ...     Notebook("02-b", "B", "?", reads=("other.csv",)),
    ...     Notebook("03-c", "C", "?", reads=("a.csv",))))
    >>> dependents(plan, "in.csv")
    ['01-a', '03-c']
    """
    changed, names = {path}, []
    for one in plan.notebooks:
        if changed & set(one.reads):
            names.append(one.name)
            changed |= set(one.writes)
    return names


def ran(said: str) -> list[str]:
    """Return the notebooks that a run says it has run.

    Examples
    --------
    >>> ran("01-clean  2.5 s\\nRan 1 of 2 notebooks in 4 s; 1 file changed.")
    ['01-clean']
    """
    return _RAN.findall(said)


def write_plain_script(root: Path, target: Path) -> None:
    """Write the code cells of every notebook, in order, into one Python script."""
    parts = []
    for one in manifest.read_manifest(root).notebooks:
        cells = notebooks.read_notebook(root / one.path)["cells"]
        code = [notebooks.text(c["source"]) for c in cells if c["cell_type"] == "code"]
        parts += [f"# {one.name}", *code]
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
