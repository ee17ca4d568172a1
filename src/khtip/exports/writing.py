"""Write the exports into one folder: ``khtip export``.

Each export is made whole under a temporary name and then moved into place.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pandas as pd

from khtip.drafts import drafted, write_text
from khtip.exports import cells, crate, dictionary, humanitarian, sdmx

OBSERVATIONS = "data/clean/observations.csv"
SOURCES = "data/reported/sources.csv"
FOLDER = "build/exports"
FORMATS = ("sdmx", "hxl", "rocrate")
NAMES = {"sdmx": "observations-sdmx.csv", "hxl": "observations-hxl.csv", "rocrate": "ro-crate"}
NOTE = """Reported counter-trafficking figures for Cambodia: exports

One row is one published statement. The counts are what authorities say they did. They measure
enforcement and reporting, not how much trafficking there is. An empty value is not published; it
is never a zero. Rows overlap (parts and totals, repeated and disagreeing sources): never add them
up without reading what each one counts.

Licence of the compilation: CC BY 4.0. Cite the original publication beside it.
What the columns mean: docs/exports.md and data/dictionary.md in the project.
"""


class ExportError(ValueError):
    """An export cannot be put where it was asked for; the message says why."""


def export(root: Path, out: Path, formats: tuple[str, ...] = FORMATS) -> list[Path]:
    """Write the chosen exports below `out` and return what was written.

    Parameters
    ----------
    root : Path
        The project; its committed tables are read.
    out : Path
        A folder; it is made when it does not exist.
    formats : tuple of str
        Out of `FORMATS`.

    Raises
    ------
    ExportError
        When `out` is a file, or something else stands where the crate would go.
    khtip.inputs.problems.DataProblems
        When a spreadsheet would run a cell.
    FileNotFoundError
        When a table is missing, or for a crate of what is no git checkout.
    """
    if out.exists() and not out.is_dir():
        raise ExportError(f"{out}: is a file. Name a folder: khtip export --out build/exports")
    out.mkdir(parents=True, exist_ok=True)
    tables = [one for one in formats if one in _MAKERS]
    written = [_write_table(_MAKERS[one](root), out / NAMES[one]) for one in tables]
    if "rocrate" in formats:
        written.append(_write_crate(root, out / NAMES["rocrate"]))
    write_text(out / "README.txt", NOTE)
    return written


def sdmx_table(root: Path) -> pd.DataFrame:
    """Return the SDMX-named observations of a project."""
    return sdmx.table(_read(root, OBSERVATIONS), _read(root, SOURCES))


def hxl_table(root: Path) -> pd.DataFrame:
    """Return the HXL-tagged observations of a project."""
    resources = dictionary.package(root)["resources"]
    (fields,) = (
        one["schema"]["fields"] for one in resources if f"data/{one['path']}" == OBSERVATIONS
    )
    return humanitarian.table(
        _read(root, OBSERVATIONS), {field["name"]: field["hxl"] for field in fields}
    )


_MAKERS = {"sdmx": sdmx_table, "hxl": hxl_table}


def _read(root: Path, path: str) -> pd.DataFrame:
    if not (root / path).is_file():
        raise FileNotFoundError(f"{root / path}: no such file. Make it: make run")
    return pd.read_csv(root / path, dtype=str, keep_default_na=False, encoding="utf-8")


def _write_table(frame: pd.DataFrame, target: Path) -> Path:
    cells.refuse_formulas(frame, target.name)
    with drafted(target) as [draft]:
        frame.to_csv(draft, index=False, lineterminator="\n", encoding="utf-8")
    return target


def _write_crate(root: Path, target: Path) -> Path:
    """Write the crate beside `target`, then swap it in; replace nothing but a crate."""
    if target.exists() and not (target / "ro-crate-metadata.json").is_file():
        raise ExportError(f"{target}: holds something that is no crate. Move it away first.")
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".ro-crate-") as folder:
        made = Path(folder) / "new"
        crate.write(root, made)
        archive = Path(shutil.make_archive(str(made), "zip", made))
        if target.exists():
            target.replace(Path(folder) / "old")
        made.replace(target)
        archive.replace(target.with_name(target.name + ".zip"))
    return target
