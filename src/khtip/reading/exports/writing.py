"""The exports, written into one folder (``khtip export``), and what no cell of them may hold.

A spreadsheet takes a cell that starts with one of `STARTS` for a formula, also in a CSV file. An
escape (an apostrophe, a space) would change what a source said, and one row is one published
statement. So nothing is escaped: such a cell is refused, in the input tables by
`khtip.ledger.csvtext`, and here in everything that leaves the project.
"""

import re
import shutil
from pathlib import Path

import pandas as pd

from khtip.files import clear_swaps, drafted, swapped, write_text
from khtip.ledger.problems import DataProblems, Problem
from khtip.reading.exports import crate, dictionary, interchange
from khtip.reading.folders import claimed

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""First characters of a formula, the full-width ones of East Asian spreadsheets among them."""

NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?|-INF")
"""What may start with a minus sign: a number, or the Data Package's word for minus infinity."""


def is_formula(cell: str) -> bool:
    """Return whether a spreadsheet would run a cell.

    Examples
    --------
    >>> [is_formula(cell) for cell in ("=1+1", "-5.2", "-INF", "- none", "@SUM(A1)", "<5", "")]
    [True, False, False, True, True, False, False]
    """
    return cell.startswith(STARTS) and not NUMBER.fullmatch(cell)


def refuse_formulas(frame: pd.DataFrame, name: str, *, first_line: int = 2) -> None:
    """Raise when a heading or a cell of the table `name` would be run by a spreadsheet.

    Raises
    ------
    DataProblems
        Naming every such cell by line (the first row stands in `first_line`) and column.
    """
    columns = [str(column) for column in frame]
    problems = [_problem(name, 1, column, column) for column in columns if is_formula(column)]
    for column in columns:
        for line, cell in enumerate(frame[column].astype(str), start=first_line):
            if is_formula(cell):
                problems.append(_problem(name, line, column, cell))
    if problems:
        raise DataProblems(sorted(problems))


def _problem(name: str, line: int, column: str, cell: str) -> Problem:
    expected = "text that no spreadsheet takes for a formula"
    remedy = "reword the cell in the table it comes from, so that it starts with a letter or digit"
    return Problem(name, line, column, cell, expected, remedy)


OBSERVATIONS = "data/clean/observations.csv"
SOURCES = "data/reported/sources.csv"
AREAS = "data/lookups/areas.csv"
FOLDER = "build/exports"
FORMATS = ("sdmx", "hxl", "rocrate")
NAMES = {"sdmx": "observations-sdmx.csv", "hxl": "observations-hxl.csv", "rocrate": "ro-crate"}
STRUCTURE = "structure-sdmx.xml"
README = "README.txt"
NOTE = """Reported counter-trafficking figures for Cambodia: exports

One row is one published statement. The counts are what authorities say they did. They measure
enforcement and reporting, not how much trafficking there is. An empty value is not published; it
is never a zero. Rows overlap (parts and totals, repeated and disagreeing sources): never add them
up without reading what each one counts.

Licence of the compilation: CC BY 4.0. Cite the original publication beside it.
What the columns mean: docs/exports.md and data/dictionary.md in the project.
"""


class ExportError(ValueError):
    """An export cannot be made; the message says why."""


def export(root: Path, out: Path, formats: tuple[str, ...] = FORMATS) -> list[Path]:
    """Write the chosen exports (`FORMATS`) of the project's committed tables, and return them.

    Raises
    ------
    khtip.reading.folders.UnfitFolder
        When `out` must not be written into.
    khtip.ledger.problems.DataProblems
        When a spreadsheet would run a cell.
    FileNotFoundError
        When a table is missing, or for a crate of what is no git checkout.
    """
    out = claimed(out, root, made=README, starts=NOTE.splitlines()[0])
    tables = {one: _MAKERS[one](root) for one in formats if one in _MAKERS}
    for one, frame in tables.items():
        refuse_formulas(frame, NAMES[one])
    out.mkdir(parents=True, exist_ok=True)
    write_text(out / README, NOTE)
    written = [_write_table(frame, out / NAMES[one]) for one, frame in tables.items()]
    if "sdmx" in tables:
        write_text(out / STRUCTURE, sdmx_structure(root, tables["sdmx"]))
        written.append(out / STRUCTURE)
    if "rocrate" in formats:
        written.append(_write_crate(root, out / NAMES["rocrate"]))
    return written


def sdmx_table(root: Path) -> pd.DataFrame:
    """Return the SDMX-named observations of a project."""
    return interchange.sdmx_observations(_read(root, OBSERVATIONS), _read(root, SOURCES))


def sdmx_structure(root: Path, statements: pd.DataFrame) -> str:
    """Return the structure of `sdmx_table`, with the names of the project's lookups."""
    measures, areas, scopes, categories = (
        _read(root, f"data/lookups/{name}.csv")
        for name in ("measures", "areas", "scopes", "categories")
    )
    names = {
        **dict(zip(categories["category"], categories["label"], strict=True)),
        **dict(zip(scopes["crime_scope"], scopes["label"], strict=True)),
        **dict(zip(measures["measure"], measures["label"], strict=True)),
        **dict(zip(areas["ref_area"], areas["name"], strict=True)),
    }
    title = dictionary.package(root)["title"]
    newest = _read(root, SOURCES)["published_date"].max()
    return interchange.structure(statements, names, title=title, day=newest)


def hxl_table(root: Path) -> pd.DataFrame:
    """Return the HXL-tagged observations of a project."""
    resources = dictionary.package(root)["resources"]
    (fields,) = (
        one["schema"]["fields"] for one in resources if f"data/{one['path']}" == OBSERVATIONS
    )
    hashtags = {field["name"]: field["hxl"] for field in fields}
    return interchange.hxl_observations(_read(root, OBSERVATIONS), hashtags, _read(root, AREAS))


_MAKERS = {"sdmx": sdmx_table, "hxl": hxl_table}


def _read(root: Path, path: str) -> pd.DataFrame:
    if not (root / path).is_file():
        raise FileNotFoundError(f"{root / path}: no such file. Make it: make run")
    return pd.read_csv(root / path, dtype=str, keep_default_na=False, encoding="utf-8")


def _write_table(frame: pd.DataFrame, target: Path) -> Path:
    with drafted(target) as [draft]:
        frame.to_csv(draft, index=False, lineterminator="\n", encoding="utf-8")
    return target


def _write_crate(root: Path, target: Path) -> Path:
    """Write the crate beside `target`, then swap it in; replace nothing but a crate."""
    claimed(target, root, made="ro-crate-metadata.json")
    clear_swaps(target.parent, target.name)
    with swapped(target) as (scratch, made):
        crate.write(root, made)
        archive = Path(shutil.make_archive(str(scratch / "crate"), "zip", made))
        archive.replace(target.with_name(target.name + ".zip"))
    return target
