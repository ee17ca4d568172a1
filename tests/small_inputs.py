"""A small project with real declarations: the first rows of every table, and one notebook."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import nbformat
import yaml

ROOT = Path(__file__).parents[1]
KEPT = 40
LEDGER = ("reported-figures", "reported-sources", "lookups-measures", "lookups-bodies")
LEDGER += ("lookups-areas", "lookups-scopes", "lookups-categories", "lookups-wordings")
WHOLE = ("sources", "measures", "bodies", "areas", "scopes", "categories", "wordings")
PARAMETERS = """base_year: int = 2016
reference_year: int = 2017
preferred_body: str = "as-documented"
confidence: float = 0.95
exclude_breaks: bool = False
stock_edition: str = "2017"
weights: str = "equal"
seed: int = 1"""
PRODUCTS = ("data/clean/first.csv", "data/results/old.csv", "figures/01-first.png", "README.md")


def make(root: Path, *, wide: bool) -> Path:
    """Write the project below `root` and return it.

    Parameters
    ----------
    root : Path
        A folder that does not exist yet.
    wide : bool
        Every input table, or only the ledger with its sources and the lookups that it needs.
    """
    package = json.loads((ROOT / "data/datapackage.json").read_text("utf-8"))
    inputs = [one for one in package["resources"] if not one["path"].startswith(("clean", "resu"))]
    package["resources"] = [one for one in inputs if wide or one["name"] in LEDGER]
    for one in package["resources"]:
        _copy(f"data/{one['path']}", root)
    for product in PRODUCTS:
        (root / product).parent.mkdir(parents=True, exist_ok=True)
        (root / product).write_text("made by an earlier run\n", "utf-8")
    (root / "data/datapackage.json").write_text(json.dumps(package, indent=1) + "\n", "utf-8")
    (root / "scenarios").mkdir()
    (root / "scenarios/plain.yml").write_text("parameters: {base_year: 2015}\n", "utf-8")
    shutil.copy(ROOT / "scenarios/sweep.yml", root / "scenarios")
    _notebook(root)
    return root


def _copy(file: str, root: Path) -> None:
    lines = (ROOT / file).read_text("utf-8").splitlines(keepends=True)
    kept = lines if Path(file).stem in WHOLE else lines[: KEPT + 1]
    (root / file).parent.mkdir(parents=True, exist_ok=True)
    (root / file).write_text("".join(kept), "utf-8")


def _notebook(root: Path) -> None:
    (root / "notebooks").mkdir()
    shutil.copy(ROOT / "notebooks/task_notebooks.py", root / "notebooks")
    (root / "pyproject.toml").write_text("[tool.pytask.ini_options]\n", "utf-8")
    cells = [
        nbformat.v4.new_code_cell(PARAMETERS, id="parameters", metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell("open('kernel-started', 'w')", id="code"),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), root / "notebooks/01-first.ipynb")
    entry = {
        "name": "01-first",
        "title": "first",
        "asks": "What?",
        "reads": ["data/reported/figures.csv"],
        "tables": ["data/clean/first.csv"],
    }
    text = yaml.safe_dump({"notebooks": [entry]}, sort_keys=False)
    (root / "notebooks/pipeline.yml").write_text(text, "utf-8")


def state(root: Path) -> dict[str, tuple[int, bytes | str]]:
    """Return what lies below `root`: of each file its time and its bytes, of a link its target.

    What runs leave behind for themselves, and git never sees, is left out.
    """
    found: dict[str, tuple[int, bytes | str]] = {}
    for path in sorted(root.rglob("*")):
        status = path.lstat()
        if path.is_symlink():
            found[str(path)] = (status.st_mtime_ns, str(path.readlink()))
        elif path.is_file() and status.st_size < 10_000_000 and status.st_mode & 0o400:
            found[str(path)] = (status.st_mtime_ns, path.read_bytes())
        else:
            found[str(path)] = (status.st_mtime_ns, f"{status.st_mode} {status.st_size}")
    scratch = (str(root / "build"), str(root / ".pytask"))
    return {name: one for name, one in found.items() if not name.startswith(scratch)}
