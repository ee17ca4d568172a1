"""Copies of the project that the benchmark runs in, so that the committed files stay as they are.

Each run gets a fresh copy, made before the clock starts:

- ``committed``: what a clone holds, with every product in place;
- ``empty``: the same without any product: no tables, no figures, no outputs, no ``pytask.lock``;
- ``clone``: a clone by git of the last commit, with an environment of its own. The tests need it:
  they look at the history and at where the package is installed.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

from benchmarks import processes
from khtip.runner import manifest
from khtip.runner import notebooks as runner_notebooks
from khtip.runner.manifest import INDEX, MANIFEST

COMMITTED, EMPTY, CLONE = "committed", "empty", "clone"
FOREIGN = {"build", ".venv", ".pytask", "__pycache__", ".ipynb_checkpoints"}


class Clones:
    """Templates of the project in a scratch folder, and fresh copies of them.

    Parameters
    ----------
    root : Path
        The project.
    scratch : Path
        An empty folder that the caller deletes.
    first : int, optional
        Keep only the first notebooks of the manifest; all of them by default.
    """

    def __init__(self, root: Path, scratch: Path, *, first: int | None = None) -> None:
        self.root, self.scratch = root, scratch
        self.template = scratch / "template"
        _copy_known_files(root, self.template)
        (self.template / ".venv").symlink_to(root / ".venv")
        if first:
            _keep_first(self.template, first)

    def fresh(self, state: str, name: str) -> Path:
        """Return a new copy called `name`; an older one of that name is deleted.

        There is one `clone` alone, whatever it is called, since installing it takes a minute.
        """
        if state == CLONE:
            return clone(self.root, self.scratch)
        folder = self.scratch / name
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.template, folder, symlinks=True)
        if state == EMPTY:
            empty(folder)
        return folder


def clone(root: Path, scratch: Path) -> Path:
    """Return a clone of `root`'s last commit below `scratch`, installed.

    It is made once; later only what a run has left is removed.
    """
    folder = scratch / CLONE
    called = {"folder": folder, "log": scratch / f"{CLONE}.txt", "limit": 1800.0}
    called["environment"] = processes.personal_left_out(scratch)
    if not folder.exists():
        folder.mkdir()
        processes.run(["git", "clone", "--quiet", str(root), "."], **called)
        processes.run(["make", "environment", f"PYTHON={sys.executable}"], **called)
    processes.run(["git", "reset", "--quiet", "--hard"], **called)
    left = ["git", "clean", "-xdfq", "--exclude=.venv", "--exclude=__pycache__"]
    processes.run(left, **called)
    return folder


def uncommitted(root: Path) -> list[str]:
    """Return the files below `root` that differ from the last commit."""
    return [line[3:] for line in _git_lists(root, "status", "--porcelain", "--no-renames")]


def _git_lists(root: Path, *words: str) -> list[str]:
    """Return what a command of git lists about `root`, whatever signs a name may hold."""
    said = subprocess.run(["git", *words, "-z"], cwd=root, capture_output=True, check=True).stdout
    return list(filter(None, said.decode().split("\0")))


def _copy_known_files(root: Path, target: Path) -> None:
    """Copy what git knows or would add, as it is now: no environment, no leftovers of runs."""
    for name in _git_lists(root, "ls-files", "--cached", "--others", "--exclude-standard"):
        if (root / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, target / name)


def _keep_first(root: Path, first: int) -> None:
    plan = manifest.read_manifest(root)
    entries = yaml.safe_load((root / MANIFEST).read_text(encoding="utf-8"))["notebooks"]
    for one in plan.notebooks[first:]:
        for path in (one.path, *one.writes):
            (root / path).unlink(missing_ok=True)
    text = yaml.safe_dump({"notebooks": entries[:first]}, sort_keys=False, allow_unicode=True)
    (root / MANIFEST).write_text(text, encoding="utf-8")


def empty(root: Path) -> None:
    """Delete every product below `root`: tables, figures, outputs of cells, the lock."""
    plan = manifest.read_manifest(root)
    for path in (*plan.makers(), INDEX, "pytask.lock"):
        (root / path).unlink(missing_ok=True)
    for one in plan.notebooks:
        notebook = runner_notebooks.read_notebook(root / one.path)
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                cell["outputs"], cell["execution_count"] = [], None
        (root / one.path).write_text(runner_notebooks.dumps(notebook), encoding="utf-8")


def products(root: Path) -> list[str]:
    """Return every file that the notebooks of the manifest write, without the notebooks."""
    return list(manifest.read_manifest(root).makers())


def everything(root: Path) -> list[str]:
    """Return every product: tables, figures, their index, notebooks with outputs, the README."""
    notebooks = [one.path for one in manifest.read_manifest(root).notebooks]
    return [*products(root), INDEX, *notebooks, "README.md"]


def digests(root: Path, paths: list[str]) -> dict[str, str]:
    """Return the hash of each file; the empty text for one that is missing."""
    return {path: _digest(root / path) for path in paths}


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def different(one: dict[str, str], other: dict[str, str]) -> list[str]:
    """Return the paths whose hashes differ or that are missing on a side.

    Examples
    --------
    >>> different({"a": "1", "b": "2"}, {"a": "1", "b": "3", "c": "4"})
    ['b', 'c']
    """
    missing = object()
    return sorted(p for p in one.keys() | other.keys() if one.get(p, missing) != other.get(p))


def moments(root: Path) -> dict[str, str]:
    """Return inode, time and size of every file that is committed: what a touch would change."""
    found = {}
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root)
        if path.is_file() and not FOREIGN & set(inside.parts):
            state = path.stat()
            found[inside.as_posix()] = f"{state.st_ino} {state.st_mtime_ns} {state.st_size}"
    return found
