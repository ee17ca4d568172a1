"""What is measured: each entry is one command, the copy it runs in, and what must come out of it.

Every command does the whole work of its kind over all notebooks. Options that a user would not
type are left out, so each tool runs as its manual says.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import checks
from benchmarks.clones import CLONE, COMMITTED, EMPTY

BASELINE = "papermill-command"
PLAIN = "plain-script"
ORDINARY, WARM = "khtip-ordinary", "khtip-warm"
HERE = Path(__file__).parent
MADE = "../build/made"


@dataclass(frozen=True)
class Measure:
    """One command to be timed.

    Attributes
    ----------
    name, group, what : str
        Its id, the group of rows it belongs to, and words for readers.
    command : list of str
        Program and arguments.
    state : str
        Which copy it starts from: `clones.COMMITTED`, `clones.EMPTY` or `clones.CLONE`.
    folder : str
        Where in the copy it works.
    environment : dict
        Variables it needs.
    against : str
        The measure that is 1.00; its own name for a baseline.
    at_most : float, optional
        The largest ratio that is allowed.
    seconds_at_most : float, optional
        The largest time that is allowed, in seconds; the project promises very few of these.
    units : int
        Into how many equal parts the time is divided: scenarios of a sweep.
    prepare : callable, optional
        Called with the copy before the clock starts; what it returns goes to `check`.
    check : callable, optional
        Called with the copy, what `prepare` returned, and the finished run; returns a `Finding`.
    limit : float
        Seconds after which the command is killed.
    """

    name: str
    group: str
    what: str
    command: list[str]
    state: str = EMPTY
    folder: str = "."
    environment: dict[str, str] = field(default_factory=dict)
    against: str = BASELINE
    at_most: float | None = None
    seconds_at_most: float | None = None
    units: int = 1
    prepare: Callable[..., object] = checks.nothing
    check: Callable[..., checks.Finding] = checks.no_demand
    limit: float = 1800.0


def _bin(name: str) -> str:
    return str(Path(sys.executable).parent / name)


def shell_loop(command: str, names: list[str]) -> list[str]:
    """Return a shell that runs `command` with ``$one`` as each of `names`, until one fails."""
    return ["sh", "-ec", f'for one in "$@"; do {command}; done', "loop", *names]


def regeneration(names: list[str]) -> list[Measure]:
    """Return the measures of a run from nothing, the baseline first."""
    make = ["make", "--no-print-directory", "run"]
    papermill = f'"{_bin("papermill")}" "$one.ipynb" "{MADE}/$one.ipynb" --no-progress-bar'
    nbconvert = f'"{_bin("jupyter")}" nbconvert --to notebook --execute --output-dir {MADE}'
    files = [f"{name}.ipynb" for name in names]

    def other(name: str, what: str, command: list[str], **more: object) -> Measure:
        kept = {"folder": "notebooks", "prepare": checks.committed, "check": checks.same_products}
        return Measure(name, "regeneration", what, command, **(kept | more))

    def library(kind: str) -> list[str]:
        return [sys.executable, str(HERE / "loops.py"), kind, *names]

    def ours(name: str, what: str, **more: object) -> Measure:
        kept = {"folder": ".", "prepare": checks.committed, "check": checks.same_bytes}
        return Measure(name, "regeneration", what, make, **(kept | more))

    return [
        other(BASELINE, "papermill, one command a notebook", shell_loop(papermill, names)),
        other(
            "papermill-function", "papermill's function, one process", library("papermill-default")
        ),
        other(
            "papermill-immediate",
            "papermill's function, immediate shutdown",
            library("papermill-immediate"),
        ),
        other("nbclient", "nbclient, one process", library("nbclient")),
        other(
            "nbconvert-command",
            "nbconvert, one command a notebook",
            shell_loop(f'{nbconvert} "$one.ipynb"', names),
        ),
        other(
            "nbconvert-all",
            "nbconvert, one command for all",
            ["sh", "-ec", f'{nbconvert} "$@"', "all", *files],
        ),
        other(
            PLAIN,
            "the same code as one plain script",
            [sys.executable, f"{MADE}/plain.py"],
            environment={"MPLBACKEND": "agg"},
            prepare=checks.plain_script,
        ),
        ours(ORDINARY, "make run, ordinary kernels", environment={"KHTIP_WARM": "0"}),
        ours(WARM, "make run, warm kernels", at_most=0.25),
    ]


def increment() -> list[Measure]:
    """Return the measures of a run in an up-to-date copy after a small change, or none."""
    make = ["make", "--no-print-directory", "run"]

    def after(name: str, what: str, **more: object) -> Measure:
        return Measure(name, "increment", what, make, state=COMMITTED, **more)

    return [
        after(
            "nothing-changed",
            "make run, nothing changed",
            seconds_at_most=2.0,
            prepare=checks.touchable,
            check=checks.untouched,
        ),
        after(
            "markdown-changed",
            "make run, one Markdown cell changed",
            prepare=checks.markdown_change,
            check=checks.nothing_ran,
        ),
        after(
            "one-figure-changed",
            "make run, one reported figure changed",
            prepare=checks.figure_change,
            check=checks.only_dependents_ran,
        ),
    ]


def suites(names: list[str], *, whole: bool) -> list[Measure]:
    """Return the measures of the tests; the whole suite needs every notebook."""
    notebooks = [f"notebooks/{name}.ipynb" for name in names]
    nbval = [sys.executable, "-m", "pytest", "-q", "--nbval", *notebooks]
    found = [
        Measure(
            "nbval-ordinary",
            "tests",
            "nbval, ordinary kernels",
            nbval,
            state=COMMITTED,
            environment={"KHTIP_WARM": "0"},
        ),
        Measure("nbval-warm", "tests", "nbval, warm kernels", nbval, state=COMMITTED),
    ]
    if whole:
        make = ["make", "--no-print-directory", "test"]
        words = "make test, everything"
        found.append(Measure("make-test", "tests", words, make, state=CLONE, seconds_at_most=180.0))
    return found
