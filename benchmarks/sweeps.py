"""Many scenarios of one notebook: ``khtip sweep`` against one papermill command each."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas as pd
import yaml

from benchmarks.checks import Finding, WrongResult
from benchmarks.clones import COMMITTED
from benchmarks.measures import MADE, Measure, shell_loop
from benchmarks.processes import Run
from khtip.parameters import REGISTRY

NOTEBOOK = "03-describe-trends"
PARAMETER = "confidence"
LOOP, SWEEP, WITH_FIGURES = "papermill-scenario", "sweep", "sweep-figures"
BY_HAND = 5  # scenarios of the loop in a round: each costs the same, so a few are enough
NAME = "sweep-benchmark"
FINDINGS = f"runs/sweeps/{NAME}/findings.csv"
FLAT = 1.25  # how much more memory the larger sweep may hold and still be called flat


def values(number: int) -> list[float]:
    """Return `number` different confidence levels, from the published one downwards.

    The published scenario belongs to every sweep, so with it there are exactly `number`.

    Examples
    --------
    >>> values(3)
    [0.95, 0.8, 0.65]
    """
    one = REGISTRY[PARAMETER]
    high, low = float(one.default), float(one.low or 0)
    return [round(high - (high - low) * place / number, 6) for place in range(number)]


def write_grid(clone: Path, number: int) -> None:
    """Write the file that ``khtip sweep`` reads, with `number` scenarios."""
    content = {"title": "Benchmark", "vary": {PARAMETER: values(number)}}
    text = yaml.safe_dump(content, sort_keys=False)
    (clone / "scenarios" / f"{NAME}.yml").write_text(text, encoding="utf-8")


def missing(names: list[str]) -> str:
    """Return why sweeps cannot be measured here, in words; the empty text when they can."""
    if NOTEBOOK not in names:
        return f"{NOTEBOOK} is not among the notebooks of this run"
    asked = [sys.executable, "-m", "khtip", "sweep", "--help"]
    if subprocess.run(asked, capture_output=True).returncode != 0:
        return "there is no command khtip sweep"
    return ""


def timed(scenarios: int) -> list[Measure]:
    """Return the loop of the papermill command line and the sweeps; all count per scenario."""
    papermill = Path(sys.executable).parent / "papermill"
    one = (
        f'"{papermill}" {NOTEBOOK}.ipynb "{MADE}/$one.ipynb" '
        f'-p {PARAMETER} "$one" --no-progress-bar'
    )
    loop = Measure(
        LOOP,
        "sweep",
        "papermill, one command a scenario",
        shell_loop(one, [str(level) for level in values(BY_HAND)]),
        state=COMMITTED,
        folder="notebooks",
        against=LOOP,
        units=BY_HAND,
        prepare=_folder_for_notebooks,
    )
    # Nothing is promised of a sweep with figures, and it takes long: a quarter is enough.
    few = max(scenarios // 4, 1)
    return [loop, sweep(scenarios, at_most=0.08), sweep(few, figures=True)]


def sweep(scenarios: int, *, at_most: float | None = None, figures: bool = False) -> Measure:
    """Return the measure of one sweep from nothing; papermill's loop makes figures, too."""
    command = [sys.executable, "-m", "khtip", "sweep", f"scenarios/{NAME}.yml"]
    command += ["--notebook", NOTEBOOK, *(["--figures"] if figures else [])]
    made = "with figures" if figures else "findings only"
    return Measure(
        WITH_FIGURES if figures else SWEEP,
        "sweep",
        f"khtip sweep, {scenarios} scenarios, {made}",
        command,
        state=COMMITTED,
        against=LOOP,
        at_most=at_most,
        units=scenarios,
        prepare=partial(write_grid, number=scenarios),
        check=partial(complete, number=scenarios),
    )


def complete(clone: Path, prepared: object, run: Run, *, number: int) -> Finding:
    """Refuse a sweep that has not a row of findings for each scenario."""
    path = clone / FINDINGS
    if not path.is_file():
        raise WrongResult(f"{FINDINGS} was not made")
    found = pd.read_csv(path)["scenario"].nunique()
    if found != number:
        raise WrongResult(f"{FINDINGS} holds {found} scenarios, expected {number}")
    return Finding(None, f"findings of all {number} scenarios")


def memory(peak_of: Callable[[Measure], int], few: int, many: int) -> dict[str, object]:
    """Return the table's row on memory: the peak of a large sweep against that of a small one.

    Parameters
    ----------
    peak_of : callable
        Runs a measure and returns the largest memory of all its processes together, in bytes.
    few, many : int
        Scenarios of the two sweeps.
    """
    ratio = peak_of(sweep(many)) / peak_of(sweep(few))
    return {
        "group": "sweep",
        "measure": "sweep-memory",
        "what": f"peak memory of a sweep, {many} scenarios",
        "against": f"peak memory of a sweep, {few} scenarios",
        "rounds": 1,
        **dict.fromkeys(("ratio", "low", "high"), ratio),
        "at_most": FLAT,
        "promise": f"at most {FLAT}",
        "met": "yes" if ratio <= FLAT else "no",
        "note": "memory of all processes together; pages shared by forks count once",
    }


def _folder_for_notebooks(clone: Path) -> None:
    (clone / "build" / "made").mkdir(parents=True)
