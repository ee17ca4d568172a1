"""What a measured command must have done: a fast run that does the wrong thing is no result.

A check is a generator over one copy. What stands before its first ``yield`` is done before the
clock starts; there it gets the finished run, and the next thing it yields is what it found: whether
the command did what the project promises (None when nothing is promised), and words for the table.
"""

import csv
import filecmp
import io
import re
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pandas as pd
import yaml

from benchmarks.processes import CommandFailed, Run, personal_left_out
from khtip.parameters import REGISTRY
from khtip.runner import manifest, notebooks

Check = Generator[tuple[bool | None, str] | None, Run, None]
FIGURES = "data/reported/figures.csv"
PARAMETER = "confidence"  # what a sweep varies
GRID = "scenarios/sweep-benchmark.yml"
FINDINGS = "runs/sweeps/sweep-benchmark/findings.csv"
FOREIGN = {"build", ".venv", ".pytask", "__pycache__", ".ipynb_checkpoints"}
GENERATED = {"needs-makes", "navigation"}  # cells that nobody writes
RAN = re.compile(r"^(\d\d-[\w-]+)  [\d.]+ s$", re.MULTILINE)


def nothing(copy: Path, units: int) -> Check:
    """Demand only that the command ends without an error."""
    yield
    yield None, ""


def same_products(copy: Path, units: int) -> Check:
    """Refuse a command that did not make every table and figure; say whether they are equal."""
    yield
    template = copy.with_name("template")
    names = list(manifest.read_manifest(template).makers())
    if missing := [name for name in names if not (copy / name).is_file()]:
        raise CommandFailed(f"{len(missing)} products were not made, first {missing[0]}")
    if wrong := different(copy, template, names):
        yield None, f"{len(wrong)} of {len(names)} tables and figures have other bytes"
    yield None, "makes the same tables and figures"


def plain_script(copy: Path, units: int) -> Check:
    """Write the code cells of every notebook, in order, into one Python script."""
    parts = []
    for one in manifest.read_manifest(copy).notebooks:
        cells = notebooks.read_notebook(copy / one.path)["cells"]
        code = [notebooks.text(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        parts += [f"# {one.name}", *code]
    (copy / "build/made/plain.py").write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    yield from same_products(copy, units)


def same_bytes(copy: Path, units: int) -> Check:
    """Hold every product, also the notebooks with their outputs, against the committed one."""
    yield
    template = copy.with_name("template")
    names = products(template)
    if wrong := different(copy, template, names):
        yield False, f"{len(wrong)} of {len(names)} products differ, first {wrong[0]}"
    yield True, f"{len(names)} products equal byte for byte to the committed ones"


def untouched(copy: Path, units: int) -> Check:
    """Check that no notebook ran, and that no file was written, made or deleted."""
    before = moments(copy)
    ran = RAN.findall((yield).said)
    touched = sorted({name for name, *_ in before ^ moments(copy)})
    if touched or ran:
        yield False, f"{len(ran)} notebooks ran; touched: {', '.join(touched[:3])}"
    yield True, "no file touched"


def nothing_ran(copy: Path, units: int) -> Check:
    """Add a sentence to a Markdown cell that people wrote; check that no notebook ran."""
    one = manifest.read_manifest(copy).notebooks[-1]
    notebook = notebooks.read_notebook(copy / one.path)
    written = [
        cell
        for cell in notebook["cells"][1:]
        if cell["cell_type"] == "markdown" and not GENERATED & set(cell["metadata"].get("tags", []))
    ]
    written[0]["source"] = notebooks.text(written[0]["source"]) + "\n\nOne more sentence."
    (copy / one.path).write_text(notebooks.dumps(notebook), encoding="utf-8")
    ran = RAN.findall((yield).said)
    yield not ran, f"changed in {one.name}; {len(ran)} notebooks ran"


def only_dependents_ran(copy: Path, units: int) -> Check:
    """Change a reported figure; check that ``--explain`` names its file and only dependents run."""
    words = change_one_figure(copy)
    explain = [sys.executable, "-m", "khtip", "run", "--explain"]
    own = personal_left_out(copy.parent)
    said = subprocess.run(explain, cwd=copy, env=own, capture_output=True, text=True, check=True)
    ran, notebooks = RAN.findall((yield).said), manifest.read_manifest(copy).notebooks
    named = f"{FIGURES} changed" in said.stdout
    cause = f"--explain {'named' if named else 'did not name'} the file"
    good = named and bool(ran) and set(ran) <= set(dependents(notebooks, FIGURES))
    yield good, f"{words}: {len(ran)} of {len(notebooks)} notebooks ran; {cause}"


def dependents(notebooks: tuple[manifest.Notebook, ...], name: str) -> list[str]:
    """Return the notebooks that read the file `name`, or what such a notebook writes, in order."""
    changed, names = {name}, []
    for one in notebooks:
        if changed & set(one.reads):
            names.append(one.name)
            changed |= set(one.writes)
    return names


def change_one_figure(root: Path) -> str:
    """Add one to a province's reported number of cases, and say which.

    A province's count is in no claim and no sum of the main report, so the data stay sound.
    """
    path = root / FIGURES
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    for number, row in enumerate(csv.DictReader(lines), 1):
        kind = (row["qualifier"], row["unit"], row["measure"], row["ref_area"][:3])
        if kind == ("exact", "count", "cases", "KH-") and row["value"].isdecimal():
            more, line = str(int(row["value"]) + 1), io.StringIO()
            csv.writer(line, lineterminator="\n").writerow((row | {"value": more}).values())
            lines[number] = line.getvalue()
            path.write_text("".join(lines), encoding="utf-8")
            return f"{row['figure_id']} from {row['value']} to {more}"
    raise ValueError(f"{FIGURES}: no exact count of cases in a province that could be changed.")


def whole_sweep(copy: Path, units: int) -> Check:
    """Write a sweep's file; refuse a sweep that has not a row of findings for each scenario."""
    content = yaml.safe_dump({"title": "Benchmark", "vary": {PARAMETER: levels(units)}})
    (copy / GRID).write_text(content, encoding="utf-8")
    yield
    if not (copy / FINDINGS).is_file():
        raise CommandFailed(f"{FINDINGS} was not made")
    found = pd.read_csv(copy / FINDINGS)["scenario"].nunique()
    if found != units:
        raise CommandFailed(f"{FINDINGS} holds {found} scenarios, expected {units}")
    yield None, f"findings of all {found} scenarios"


def levels(number: int) -> list[float]:
    """Return `number` confidence levels downwards from the published, which is in every sweep."""
    one = REGISTRY[PARAMETER]
    high, low = float(one.default), float(one.low or 0)
    return [round(high - (high - low) * place / number, 6) for place in range(number)]


def products(root: Path) -> list[str]:
    """Return every product: tables, figures, their index, notebooks with outputs, the README."""
    plan = manifest.read_manifest(root)
    return [*plan.makers(), manifest.INDEX, *(one.path for one in plan.notebooks), "README.md"]


def different(one: Path, other: Path, names: list[str]) -> list[str]:
    """Return the files whose bytes differ in two copies, or that a copy has not."""
    _, unlike, missing = filecmp.cmpfiles(one, other, names, shallow=False)
    return sorted(unlike + missing)


def moments(root: Path) -> set[tuple[str, int, int, int]]:
    """Return name, inode, time and size of every file that is committed: what a touch changes."""
    files = {path.relative_to(root): path.stat() for path in root.rglob("*") if path.is_file()}
    return {
        (str(path), state.st_ino, state.st_mtime_ns, state.st_size)
        for path, state in files.items()
        if not FOREIGN & set(path.parts)
    }
