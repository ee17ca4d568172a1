"""Small projects that have an old state, a change to the input, and the new state it leads to."""

from __future__ import annotations

import importlib.util
import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from faults.checks import State, state
from faults.commands import TESTS, Command
from khtip.runner import manifest, notebooks

REPOSITORY = TESTS.parent
LARGE = """
for number in range(3):
    target.with_name(f"large-{number}.csv").write_text(f"{len(rows)},{number}\\n" * 40_000)"""
FIGURE = """folder = Path(os.environ["KHTIP_OUTPUT"]) / "figures"
folder.mkdir(parents=True, exist_ok=True)
for kind in ("png", "svg", "csv", "json"):
    (folder / f"03-third.{kind}").write_text('{"seed": "' + str(seed) * 9_000 + '"}')
seed"""
STATE = """
(output / "data/results/findings-{number}.csv").parent.mkdir(parents=True, exist_ok=True)
(output / "data/results/findings-{number}.csv").write_text(
    "finding_id,notebook,sentence,verdict,value,low,high,sources\\n"
    f"{number}-a,{number},Words.,{{{value}}},1,,,s\\n")"""


@dataclass
class Case:
    """A command on a project: what it is given, and what it makes when nothing goes wrong.

    Attributes
    ----------
    name : str
        ``run``, ``sweep`` or ``site``.
    template : Path
        The project in its old state, the input already changed; copied for each try.
    words : tuple of str
        What stands after ``khtip``.
    variables : dict
        Environment of the command.
    below : str
        The folder that is compared; empty for every product.
    old, new : dict
        The products before and after.
    seconds, changes : float, int
        How long the command takes, and how many changes of files it makes.
    """

    name: str
    template: Path
    words: tuple[str, ...]
    variables: dict[str, str | None] = field(default_factory=dict)
    below: str = ""
    old: State = field(default_factory=dict)
    new: State = field(default_factory=dict)
    seconds: float = 0.0
    changes: int = 0

    def copy(self, target: Path) -> Path:
        """Copy the project to `target`, which does not exist yet, and return it."""
        return Path(shutil.copytree(self.template, target, symlinks=True))

    def command(self, root: Path, **variables: str | None) -> Command:
        """Return the command for a copy at `root`."""
        return Command(root, self.words, self.variables | variables)

    def state(self, root: Path) -> State:
        """Return the products of a copy at `root`."""
        return state(root, below=self.below)

    def measure(self, scratch: Path) -> Case:
        """Run it once without a fault, and remember what it makes."""
        root, count = self.copy(scratch / f"{self.name}-reference"), scratch / f"{self.name}-count"
        self.old = self.state(root)
        start = time.monotonic()
        done = self.command(root, FAULT_COUNT=str(count)).result()
        self.seconds = time.monotonic() - start
        if done.status or done.left:
            raise RuntimeError(f"{self.name} fails without any fault:\n{done.out}{done.said}")
        self.new, self.changes = self.state(root), int(count.read_text("utf-8"))
        if self.new == self.old:
            raise RuntimeError(f"{self.name} changes nothing, so nothing can be seen")
        return self


def tiny(root: Path, *, fresh: bool = False) -> Any:
    """Return the tests' tiny project at `root`; their conftest has a name that is not unique."""
    found = importlib.util.spec_from_file_location("faults_tiny_project", TESTS / "conftest.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    root.mkdir(parents=True, exist_ok=True)
    return module.Project(root, fresh=fresh)


NO_CHECK: dict[str, str | None] = {"FAULT_NO_DATA_CHECK": "1"}


def run_case(scratch: Path, *words: str) -> Case:
    """Return ``khtip run`` on three notebooks with five tables and a figure, all of them stale.

    Parameters
    ----------
    scratch : Path
        Where the project is made.
    *words : str
        More words for the command, such as ``--jobs 1``: then every change of a file has a
        number of its own.
    """
    project = tiny(scratch / "run-template", fresh=True)
    clean = [f"data/clean/{name}.csv" for name in ("first", "large-0", "large-1", "large-2")]
    project.entries[0]["tables"] = clean
    project.entries[2]["figures"] = ["03-third"]
    project.save()
    code = project.first.replace("\nlen(rows)", f"{LARGE}\nlen(rows)")
    project.write("01-first", "base_year: int = 2016", code)
    project.write("03-third", "seed: int = 1", FIGURE)
    figures = [f"figures/03-third.{kind}" for kind in ("png", "svg", "csv", "json")]
    for product in [*clean, "data/results/second.csv", *figures, "figures/index.json"]:
        (project.root / product).parent.mkdir(parents=True, exist_ok=True)
        (project.root / product).write_text("made by an earlier run\n", "utf-8")
    notebooks.write(
        manifest.read_manifest(project.root)
    )  # or a run does it, and there are three states
    return Case("run", project.root, ("run", *words), dict(NO_CHECK)).measure(scratch)


def sweep_case(scratch: Path) -> Case:
    """Return ``khtip sweep`` over four scenarios of two notebooks that state findings."""
    project = tiny(scratch / "sweep-template", fresh=True)
    results = "data/results/findings-{}.csv"
    project.entries[0]["tables"] = ["data/clean/first.csv", results.format("01")]
    project.entries[1]["tables"] = [results.format("02")]
    project.save()
    output = 'output = Path(os.environ["KHTIP_OUTPUT"])\n'
    first = output + project.first + STATE.format(number="01", value="base_year")
    second = f'{output}read = (output / "data/clean/first.csv").read_text()' + STATE.format(
        number="02", value="reference_year"
    )
    project.write("01-first", "base_year: int = 2016", first)
    project.write("02-second", "reference_year: int = 2017", second)
    grid = {"years": [[2012, 2013], [2013, 2014], [2014, 2015]]}
    (project.root / "scenarios/sweep.yml").write_text(yaml.safe_dump(grid), "utf-8")
    words = ("sweep", "scenarios/sweep.yml", "--workers", "2")
    return Case("sweep", project.root, words, dict(NO_CHECK)).measure(scratch)


def site_case(scratch: Path) -> Case:
    """Return ``khtip site`` on a copy of what is committed, one page of it changed."""
    root = scratch / "site-template"
    for name in ("data", "docs", "figures", "notebooks", "scenarios"):
        shutil.copytree(REPOSITORY / name, root / name)
    for path in REPOSITORY.iterdir():  # pages link to these
        if path.is_file():
            shutil.copy(path, root)
    shutil.copytree(REPOSITORY / "src", root / "src", ignore=shutil.ignore_patterns("__pycache__"))
    done = Command(root, ("site",)).result()
    if done.status:
        raise RuntimeError(f"the site is not built:\n{done.out}{done.said}")
    with (root / "docs/methods.md").open("a", encoding="utf-8") as page:
        page.write("\nOne more sentence.\n")
    return Case("site", root, ("site",), below="build/site").measure(scratch)


CASES = {"run": run_case, "sweep": sweep_case, "site": site_case}
