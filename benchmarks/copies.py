"""Copies of the project that the benchmark runs in, so that the committed files stay as they are.

Each run gets a fresh copy, made before the clock starts: ``committed`` is what git knows or would
add, ``empty`` the same without tables, figures, outputs and ``pytask.lock``, ``clone`` a clone of
the last commit with an environment of its own, since the tests look at the history and at where the
package is installed.
"""

import shlex
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import yaml

from benchmarks import checks
from benchmarks.processes import Run, personal_left_out, run
from khtip.runner import manifest, notebooks


class Copies:
    """A template of the project, or of its `first` notebooks, and fresh copies of it to run in."""

    def __init__(self, root: Path, scratch: Path, log: Path, first: int | None = None) -> None:
        self.root, self.scratch, self.template = root, scratch, scratch / "template"
        self.call = partial(run, environment=personal_left_out(scratch), log=log)
        for name in git(root, "ls-files", "--cached", "--others", "--exclude-standard"):
            if (root / name).is_file():
                (self.template / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(root / name, self.template / name)
        (self.template / ".venv").symlink_to(root / ".venv")
        (self.template / "build/made").mkdir(parents=True)
        if first:
            for one in manifest.read_manifest(self.template).notebooks[first:]:
                for name in (one.path, *one.writes):
                    (self.template / name).unlink(missing_ok=True)
            path = self.template / manifest.MANIFEST
            entries = yaml.safe_load(path.read_text(encoding="utf-8"))["notebooks"]
            path.write_text(yaml.safe_dump({"notebooks": entries[:first]}), encoding="utf-8")

    def run(self, one, *, watch: bool = False) -> tuple[Run, tuple[bool | None, str]]:
        """Run a row of the plan in a fresh copy, and check what it made."""
        copy = self.fresh(one.state, one.measure)
        check = getattr(checks, one.check)(copy, one.units)
        next(check)
        done = self.call(one.command, copy, watch=watch)
        return done, check.send(done)

    def fresh(self, state: str, name: str) -> Path:
        """Return a new copy called `name`, in place of an older one; a clone is swept instead."""
        folder = self.scratch / name
        if state == "clone":
            if not folder.exists():
                folder.mkdir()
                self.call(f"git clone --quiet {shlex.quote(str(self.root))} .", folder)
                self.call(f"make environment PYTHON={shlex.quote(sys.executable)}", folder)
            self.call("git reset --quiet --hard", folder)
            self.call("git clean -xdfq --exclude=.venv --exclude=__pycache__", folder)
            return folder
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.template, folder, symlinks=True)
        if state == "empty":
            plan = manifest.read_manifest(folder)
            for path in (*plan.makers(), manifest.INDEX, "pytask.lock"):
                (folder / path).unlink(missing_ok=True)
            for one in plan.notebooks:
                notebook = notebooks.read_notebook(folder / one.path)
                for cell in notebook["cells"]:
                    if cell["cell_type"] == "code":
                        cell |= {"outputs": [], "execution_count": None}
                (folder / one.path).write_text(notebooks.dumps(notebook), encoding="utf-8")
        return folder


def git(root: Path, *words: str) -> list[str]:
    """Return what a command of git lists about `root`, whatever signs a name may hold."""
    said = subprocess.run(["git", *words, "-z"], cwd=root, capture_output=True, check=True).stdout
    return list(filter(None, said.decode().split("\0")))
