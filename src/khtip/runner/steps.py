"""The steps of a run: check the data, execute a notebook, publish what it made, list the figures.

One run works in a checkout at a time. ``build/staging/NAME`` belongs to it; what a finished
notebook made moves to ``build/publishing/NAME``, and from there file by file into place. What a
killed run left in staging is dropped; what it left in publishing was complete, so it is moved on.
"""

import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from khtip import files
from khtip.runner import execute, notebooks
from khtip.runner.execute import NotebookFailed, Workplace
from khtip.runner.manifest import FIGURE_SUFFIXES, INDEX, MANIFEST, Manifest, Notebook
from khtip.runner.progress import Progress

STAGING, PUBLISHING, RUNS = "build/staging", "build/publishing", "runs"

# What the running process reports to; `khtip run` replaces it.
progress = Progress(total=0)
# Whether the run only explains; `khtip run --explain` sets it.
explaining = False


@contextmanager
def only_run(root: Path) -> Iterator[None]:
    """Hold the checkout for one run; clear up after one that was killed, and print what was done.

    Raises
    ------
    Busy
        When another run holds it.
    """
    build = root / "build"
    build.mkdir(exist_ok=True)
    with (build / "run.lock").open("a+") as lock:

        def busy() -> str:
            lock.seek(0)
            who = lock.read().strip() or "unknown"
            return (
                f"Another run (process {who}) works in this checkout. Wait until it has finished."
            )

        with files.held(lock.fileno(), busy):
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            for words in clear_up(root):
                print(words)
            yield


def clear_up(root: Path) -> list[str]:
    """Finish what a killed run was publishing, drop what it was still making; say both."""
    said = []
    for folder in sorted((root / PUBLISHING).glob("*")):
        _, kept = files.finish(folder, root)
        said.append(f"finished publishing {folder.name}, which an earlier run was stopped in")
        said += [f"  but kept {path}, which was changed since" for path in kept]
    for folder in sorted((root / STAGING).glob("*")):
        shutil.rmtree(folder)
        said.append(f"dropped the unfinished {folder.name} of an earlier run")
    return said + files.clear_swaps(root / RUNS)


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


def run_notebook(manifest: Manifest, one: Notebook) -> None:
    """Execute a notebook with its own parameters and publish what it made.

    Raises
    ------
    NotebookFailed
        When it fails, writes or reads other files than the manifest says, or was saved meanwhile.
    """
    started = time.monotonic()
    folder = manifest.root / STAGING / one.name
    workplace = Workplace(manifest.root, folder / "products", folder)
    before = (manifest.root / one.path).read_bytes()
    done = _executed(manifest, one, workplace)
    if (manifest.root / one.path).read_bytes() != before:
        raise NotebookFailed(f"{one.path} was saved while it ran. Run again.")
    check_writes(one, files.below(workplace.products))
    check_reads(one, _inputs(workplace))
    notebooks.save(done, workplace.products / one.path)
    changed = files.publish(
        workplace.products, manifest.root, manifest.root / PUBLISHING / one.name
    )
    shutil.rmtree(folder, ignore_errors=True)  # a kernel that is just ending may still write there
    progress.done(one.name, time.monotonic() - started, changed)


def run_with_parameters(
    manifest: Manifest,
    one: Notebook,
    workplace: Workplace,
    parameters: Mapping[str, Any],
    *,
    complete: bool,
) -> None:
    """Execute a notebook of a scenario; its products stay in the workplace.

    Parameters
    ----------
    manifest, one : Manifest, Notebook
        The collection and the notebook.
    workplace : Workplace
        Its products are shared by the scenario's notebooks.
    parameters : mapping
        Checked values that differ from the notebook's own.
    complete : bool
        Whether every figure must be there.
    """
    started = time.monotonic()
    before = files.below(workplace.products)
    done = _executed(manifest, one, workplace, parameters)
    check_scenario(manifest, one, workplace, before, complete=complete)
    notebooks.save(done, workplace.products / one.path)
    progress.done(one.name, time.monotonic() - started, [])


def _executed(
    manifest: Manifest, one: Notebook, workplace: Workplace, parameters: Mapping[str, Any] = {}
) -> dict[str, Any]:
    progress.start(one.name)
    notebook, on_cell = notebooks.notebook(manifest, one), partial(progress.cell, one.name)
    return execute.execute(notebook, one.name, workplace, parameters=parameters, on_cell=on_cell)


# What a notebook did, held against what the manifest says.


def check_writes(one: Notebook, written: set[str], *, complete: bool = True) -> None:
    """Refuse a notebook that wrote other files than the manifest says, relative to the project.

    Unless `complete`, figures may be missing: a scenario without data may leave some out.

    Raises
    ------
    NotebookFailed
        Naming every file that is too many or missing.
    """
    missing = set(one.writes if complete else one.tables) - written
    _refuse(one, "wrote", written - set(one.writes), "did not write", missing, "tables, figures")


def check_reads(one: Notebook, read: set[str], *, complete: bool = True) -> None:
    """Refuse a notebook that opened other files than the manifest says; see `check_writes`."""
    read = read - set(one.writes)
    missing = set(one.reads) - read if complete else set()
    _refuse(one, "read", read - set(one.reads), "did not read", missing, "reads")


def check_scenario(
    manifest: Manifest, one: Notebook, workplace: Workplace, before: set[str], *, complete: bool
) -> None:
    """Refuse a notebook of a scenario that wrote or opened other files than the manifest says.

    Raises
    ------
    NotebookFailed
        Also when it took a product of the published scenario for one of its own.
    """
    check_writes(one, files.below(workplace.products) - before, complete=complete)
    inputs = _inputs(workplace)
    foreign = sorted(inputs & set(manifest.makers()))
    if foreign:
        raise NotebookFailed(
            f"{one.name} read {foreign[0]} of the published scenario, because this scenario has "
            "none.\n  next: the notebook that writes it must always write it, with no rows if "
            "there are none"
        )
    read = _opened_below(workplace.products, workplace)
    check_reads(one, read | inputs, complete=complete)


def _refuse(
    one: Notebook, did: str, extra: set[str], did_not: str, missing: set[str], key: str
) -> None:
    if not extra and not missing:
        return
    lines = [f"{one.name} does not do what {MANIFEST} says; products are as they were"]
    lines += [f"  {did}, but not named there:  {path}" for path in sorted(extra)]
    lines += [f"  named there, but {did_not}:  {path}" for path in sorted(missing)]
    lines += [f"  next: mend '{key}' of {one.name} in {MANIFEST}, or the notebook"]
    raise NotebookFailed("\n".join(lines))


def _inputs(workplace: Workplace) -> set[str]:
    opened = _opened_below(workplace.root, workplace)
    return {path for path in opened if not path.startswith(("build/", f"{RUNS}/"))}


def _opened_below(folder: Path, workplace: Workplace) -> set[str]:
    """Return which files below `folder` the kernel opened, relative to the folder."""
    if not workplace.opened.is_file():
        return set()
    start = f"{folder}{os.sep}"
    lines = workplace.opened.read_text(encoding="utf-8").splitlines()
    return {Path(line[len(start) :]).as_posix() for line in lines if line.startswith(start)}


def index_figures(manifest: Manifest, root: Path) -> None:
    """Write ``figures/index.json`` below `root`: every figure's description, in order."""
    entries = []
    for one in manifest.notebooks:
        for name in one.figures:
            described = root / "figures" / f"{name}.json"
            if described.is_file():
                made = [f"figures/{name}{suffix}" for suffix in FIGURE_SUFFIXES]
                content = json.loads(described.read_text(encoding="utf-8"))
                entries.append({"name": name, "notebook": one.path, "files": made} | content)
    target = root / INDEX
    target.parent.mkdir(parents=True, exist_ok=True)
    files.write_text(target, json.dumps(entries, indent=1, ensure_ascii=False) + "\n")


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
    there = sorted((root / "notebooks").glob("*.ipynb"))
    path = next((path for path in there if start and path.name.startswith(start)), None)
    if path is None:
        raise FileNotFoundError(f"notebooks/{start}.ipynb: no such notebook.")
    with tempfile.TemporaryDirectory(prefix="khtip-") as folder:
        workplace = Workplace(root, Path(folder) / "products", Path(folder))
        execute.execute(notebooks.read_notebook(path), path.stem, workplace)
        written = files.below(workplace.products)
        read = _opened_below(root, workplace) - written
    found = {
        "name": path.stem,
        "title": "…",
        "asks": "…",
        "reads": sorted(read),
        "tables": sorted(one for one in written if not one.startswith("figures/")),
        "figures": sorted({Path(one).stem for one in written if one.startswith("figures/")}),
    }
    kept = {key: value for key, value in found.items() if value}
    return f"# for {MANIFEST}\n" + yaml.safe_dump([kept], sort_keys=False, allow_unicode=True)
