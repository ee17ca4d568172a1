"""A tiny collection whose notebooks state findings, and what a sweep of it ran and left."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import yaml

from khtip.runner.sweep import store

# Each run leaves a line when it begins, so that a test can count the runs.
LOG = """with Path("../executed.txt").open("a") as log:
    log.write("{name} " + repr({values}) + "\\n")
output = Path(os.environ["KHTIP_OUTPUT"])
for folder in ("clean", "results"):
    (output / "data" / folder).mkdir(parents=True, exist_ok=True)
"""
FINDING = """(output / "data/results/findings-{number}.csv").write_text(
    "finding_id,notebook,sentence,verdict,value,low,high,sources\\n"
    f"{number}-a,{number},Words.,{{verdict}},1,,,s\\n")
"""
FIRST = (
    LOG.format(name="01", values="base_year")
    + 'rows = len(Path("../data/reported/figures.csv").read_text().splitlines())\n'
    + '(output / "data/clean/first.csv").write_text(f"{rows}\\n")\n'
    + "verdict = base_year\n"
    + FINDING.format(number="01")
)
SECOND = (
    LOG.format(name="02", values="(reference_year, confidence)")
    + 'read = (output / "data/clean/first.csv").read_text()\n'
    + "import time; time.sleep(float(os.environ.get('SLOW', '0')))\n"
    + "assert confidence != 0.8, 'too unsure'\n"
    + 'verdict = f"{reference_year}/{confidence}"\n'
    + FINDING.format(number="02")
)
# A shell without job control starts background jobs deaf to Ctrl-C, and they hand that on.
CALL = (
    "import signal, sys; from khtip import cli; from khtip.runner import steps; "
    "signal.signal(signal.SIGINT, signal.default_int_handler); "
    "steps.check_data = lambda root: None; sys.exit(cli.main(sys.argv[1:]))"
)


def make(project):
    """Turn the tiny project into one with two notebooks that state findings."""
    results = "data/results/findings-{}.csv"
    project.entries = [
        project.entry(
            "01-first",
            ["data/reported/figures.csv"],
            ["data/clean/first.csv", results.format("01")],
        ),
        project.entry("02-second", ["data/clean/first.csv"], [results.format("02")]),
        project.entry("03-third", [], []),
    ]
    project.save()
    project.write("01-first", "base_year: int = 2016", FIRST)
    project.write("02-second", "reference_year: int = 2017\nconfidence: float = 0.95", SECOND)
    return project


def define(project, **content) -> str:
    """Write a sweep and return its file."""
    (project.root / "scenarios/sweep.yml").write_text(yaml.safe_dump(content))
    return "scenarios/sweep.yml"


def executed(project) -> Counter[str]:
    log = project.root / "executed.txt"
    return Counter(log.read_text().splitlines() if log.is_file() else [])


def rows(project, name: str = store.FINDINGS) -> list[dict[str, str]]:
    with (project.root / "runs/sweeps/sweep" / name).open(newline="") as file:
        return list(csv.DictReader(file))


def left(root: Path) -> list[int]:
    """Return the processes that were started for a project, and are no zombies."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            mine = f"KHTIP_ROOT={root}\0".encode() in (folder / "environ").read_bytes()
            zombie = (folder / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
        except OSError:
            continue
        if mine and not zombie and int(folder.name) != os.getpid():
            found.append(int(folder.name))
    return found


def until(true, seconds: float = 300) -> None:
    """Wait until something is so, or fail."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def start(project, *arguments: str, **variables: str) -> subprocess.Popen:
    environment = os.environ | {"KHTIP_ROOT": str(project.root)} | variables
    return subprocess.Popen(
        [sys.executable, "-c", CALL, "sweep", *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def khtip(project, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Call the command on a tiny project, in a process of its own, and wait."""
    environment = os.environ | {"KHTIP_ROOT": str(project.root)} | variables
    command = [sys.executable, "-c", CALL, *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True)


def busy(project, run: subprocess.Popen, least: int) -> bool:
    """Return whether a sweep has begun so many runs, or has ended."""
    return executed(project).total() >= least or run.poll() is not None
