"""The steps of a run: check the data, execute a notebook, collect the figures.

Each step leaves the project as it was unless it finished.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from khtip import files as files_module
from khtip.runner import execute, notebooks, staging
from khtip.runner import notebooks as runner_notebooks
from khtip.runner.manifest import FIGURE_SUFFIXES, INDEX, MANIFEST, Manifest, Notebook
from khtip.runner.progress import Progress

# What the running process reports to; `khtip run` replaces it.
progress = Progress(total=0)
# Whether the run only explains; `khtip run --explain` sets it.
explaining = False


def check_data(root: Path) -> None:
    """Check every input table, all failures at once, and the sweep that notebook 07 reads.

    Raises
    ------
    khtip.ledger.problems.DataProblems
        Naming file, line, column and remedy of each.
    khtip.parameters.ParameterError
        When the sweep is wrong.
    """
    execute.warm_up()  # the fork server imports its libraries while the tables are checked
    from khtip.ledger import validation
    from khtip.runner import warm
    from khtip.runner.sweep import sweep_file

    try:
        validation.check_tables(root)
        sweep_file.check_sweep(root)
    except ValueError:
        warm.server.stop()  # or the command would wait for a server that nobody needs
        raise


def check_places(root: Path) -> None:
    """Refuse folders, devices, links out of the project and huge files among the inputs.

    This comes before the graph reads every input for its hash.

    Raises
    ------
    khtip.ledger.problems.DataProblems
        Naming each file.
    """
    from khtip.ledger import csvtext
    from khtip.ledger.problems import DataProblems

    problems = [
        problem
        for folder in ("data/reported", "data/context", "data/lookups", "scenarios")
        for path in sorted((root / folder).glob("*.*"))
        for problem in csvtext.place_problems(path, path.relative_to(root).as_posix())
    ]
    if problems:
        raise DataProblems(problems)


def run_notebook(manifest: Manifest, one: Notebook) -> list[str]:
    """Execute a notebook with its own parameters, publish what it made, return what changed.

    Raises
    ------
    NotebookFailed
        When it fails, or writes or reads other files than the manifest says.
    """
    started = time.monotonic()
    folder = manifest.root / staging.STAGING / one.name
    workplace = execute.Workplace(manifest.root, folder / "products", folder)
    progress.start(one.name)
    notebook = notebooks.notebook(manifest, one)
    before = (manifest.root / one.path).read_bytes()
    on_cell = partial(progress.cell, one.name)
    done = execute.execute(notebook, one.name, workplace, on_cell=on_cell)
    if (manifest.root / one.path).read_bytes() != before:
        raise execute.NotebookFailed(f"{one.path} was saved while it ran. Run again.")
    staging.check_writes(one, staging.files_below(workplace.products))
    staging.check_reads(one, _below_project(manifest.root, workplace))
    _write_notebook(done, workplace.products / one.path)
    changed = staging.publish(workplace.products, manifest.root, one.name)
    staging.drop(folder)
    progress.done(one.name, time.monotonic() - started, changed)
    return changed


def run_with_parameters(
    manifest: Manifest,
    one: Notebook,
    folder: Path,
    parameters: Mapping[str, Any],
    *,
    complete: bool,
) -> None:
    """Execute a notebook of a scenario; its products stay below ``folder/products``.

    Parameters
    ----------
    manifest, one : Manifest, Notebook
        The collection and the notebook.
    folder : Path
        The scenario's own staging folder, shared by its notebooks.
    parameters : mapping
        Checked values that differ from the notebook's own.
    complete : bool
        Whether every figure must be there.
    """
    started = time.monotonic()
    root, products = manifest.root, folder / "products"
    scratch = folder / one.name
    workplace = execute.Workplace(root, products, scratch)
    progress.start(one.name)
    before = staging.files_below(products)
    notebook = notebooks.notebook(manifest, one)
    on_cell = partial(progress.cell, one.name)
    done = execute.execute(notebook, one.name, workplace, parameters=parameters, on_cell=on_cell)
    staging.check_writes(one, staging.files_below(products) - before, complete=complete)
    check_scenario_reads(manifest, one, workplace, complete=complete)
    _write_notebook(done, products / one.path)
    progress.done(one.name, time.monotonic() - started, [])


def check_scenario_reads(
    manifest: Manifest, one: Notebook, workplace: execute.Workplace, *, complete: bool
) -> None:
    """Hold what a notebook of a scenario opened against what the manifest says that it reads.

    Raises
    ------
    NotebookFailed
        Also when it took a product of the published scenario for one of its own.
    """
    inputs = _below_project(manifest.root, workplace)
    foreign = sorted(inputs & set(manifest.makers()))
    if foreign:
        raise execute.NotebookFailed(
            f"{one.name} read {foreign[0]} of the published scenario, because this scenario has "
            "none.\n  next: the notebook that writes it must always write it, with no rows if "
            "there are none"
        )
    read = staging.opened_below(workplace.products, workplace.opened)
    staging.check_reads(one, read | inputs, complete=complete)


def _write_notebook(notebook: dict[str, Any], target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(notebooks.dumps(notebook), encoding="utf-8")


def _below_project(root: Path, workplace: execute.Workplace) -> set[str]:
    opened = staging.opened_below(root, workplace.opened)
    return {path for path in opened if not path.startswith(("build/", "runs/"))}


def index_figures(manifest: Manifest, root: Path) -> None:
    """Write ``figures/index.json`` below `root`: every figure's description, in order."""
    entries = []
    for one in manifest.notebooks:
        for name in one.figures:
            described = root / "figures" / f"{name}.json"
            if described.is_file():
                files = [f"figures/{name}{suffix}" for suffix in FIGURE_SUFFIXES]
                content = json.loads(described.read_text(encoding="utf-8"))
                entries.append({"name": name, "notebook": one.path, "files": files} | content)
    target = root / INDEX
    target.parent.mkdir(parents=True, exist_ok=True)
    files_module.write_text(target, json.dumps(entries, indent=1, ensure_ascii=False) + "\n")


# The manifest's entry for a notebook, found by running it and looking at what it did.


def entry(name: str, root: Path) -> str:
    """Run a notebook aside and return the entry that it needs in ``pipeline.yml``.

    Parameters
    ----------
    name : str
        The notebook's name or number, with or without folder and suffix.
    root : Path
        The project. Its products are read where they are and stay as they are.

    Raises
    ------
    FileNotFoundError
        When there is no such notebook.
    NotebookFailed
        When it fails.
    """
    start = Path(name).name.removesuffix(".ipynb")
    notebooks = sorted((root / "notebooks").glob("*.ipynb"))
    found_paths = [path for path in notebooks if start and path.name.startswith(start)]
    if not found_paths:
        raise FileNotFoundError(f"notebooks/{start}.ipynb: no such notebook.")
    path = found_paths[0]
    with tempfile.TemporaryDirectory(prefix="khtip-") as folder:
        workplace = execute.Workplace(root, Path(folder) / "products", Path(folder))
        execute.execute(runner_notebooks.read_notebook(path), path.stem, workplace)
        written = staging.files_below(workplace.products)
        read = staging.opened_below(root, workplace.opened) - written
    figures = sorted({Path(one).stem for one in written if one.startswith("figures/")})
    found = {
        "name": path.stem,
        "title": "…",
        "asks": "…",
        "reads": sorted(read),
        "tables": sorted(one for one in written if not one.startswith("figures/")),
        "figures": figures,
    }
    kept = {key: value for key, value in found.items() if value}
    return f"# for {MANIFEST}\n" + yaml.safe_dump([kept], sort_keys=False, allow_unicode=True)
