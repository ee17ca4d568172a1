"""How far a sweep is: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean

from khtip.parameters import ParameterError, Value
from khtip.runner import graph, manifest, staging, steps
from khtip.runner.sweep import plan as sweep_plan
from khtip.runner.sweep import store as sweep_store
from khtip.runner.sweep.plan import Course, Stage
from khtip.runner.sweep.store import FINISHED, Failure, Store, read_json, write_json
from khtip.runner.sweep.sweep_file import Sweep, read_sweep
from khtip.runner.sweep.work import connect, cores

WIDTH, STEPS = 30, 10


@dataclass
class Bar:
    """The progress of one sweep.

    The time left is what the scenarios so far took, for as many as are left. Scenarios that were
    there before do not count: they take no time.

    Attributes
    ----------
    total : int
        How many scenarios there are.
    clock : callable
        Seconds that only grow.
    done, runs : int
        Finished scenarios, and runs made.
    """

    total: int
    clock: Callable[[], float] = time.monotonic
    done: int = 0
    runs: int = 0
    _began: tuple[float, int] | None = field(default=None)
    _said: int = 0

    def begin(self) -> None:
        """Start the clock: from here on, scenarios take time."""
        if self._began is None:
            self._began = (self.clock(), self.done)

    def show(self, runs: int) -> None:
        """Say how far it is, after `runs` runs."""
        self.runs = runs
        step = self.done * STEPS // max(1, self.total)
        if self._live():
            print(f"\r\x1b[K{self.line()}", end="", flush=True)
        elif runs and step > self._said:
            self._said = step
            print(self.line(), flush=True)

    def clear(self) -> None:
        """Empty the live line."""
        if self._live():
            print("\r\x1b[K", end="", flush=True)

    def line(self) -> str:
        """Return the bar with its words.

        Examples
        --------
        >>> Bar(total=200, done=50, runs=61).line()
        '[#######-----------------------]  50 of 200 scenarios, 61 runs'
        """
        full = WIDTH * self.done // max(1, self.total)
        number = str(self.done).rjust(len(str(self.total)))
        bar = "#" * full + "-" * (WIDTH - full)
        left = self.seconds_left()
        words = "" if left is None else f", about {duration(left)} left"
        return f"[{bar}] {number} of {self.total} scenarios, {self.runs} runs{words}"

    def seconds_left(self) -> float | None:
        """Return how long the rest will take, or None while nothing is measured."""
        if self._began is None:
            return None
        moment, before = self._began
        if self.done <= before:
            return None
        return (self.clock() - moment) / (self.done - before) * (self.total - self.done)

    @staticmethod
    def _live() -> bool:
        return sys.stdout.isatty() and os.environ.get("CI", "").lower() not in ("1", "true")


def duration(seconds: float) -> str:
    """Return a time in the words that a person would use.

    Examples
    --------
    >>> [duration(one) for one in (3, 75, 7_000, 400_000)]
    ['3 s', '1 min 15 s', '1 h 56 min', '4 d 15 h']
    """
    whole = max(1, round(seconds))
    units = (("d", 86400), ("h", 3600), ("min", 60), ("s", 1))
    for (name, size), (smaller, part) in zip(units, units[1:], strict=False):
        if whole >= size:
            rest = whole % size // part
            return f"{whole // size} {name}" + (f" {rest} {smaller}" if rest else "")
    return f"{whole} s"


# ``khtip sweep``: what a user sees of a sweep.


LARGE = (10_000, 1_000_000)
SHOWN = 5


@dataclass(frozen=True)
class Plan:
    """A sweep that is ready to begin.

    Attributes
    ----------
    sweep, stages, store : Sweep, list of Stage, Store
        What runs, the notebooks in order, and where results go.
    chosen : set of str
        The notebooks whose findings are collected.
    """

    sweep: Sweep
    stages: list[Stage]
    store: Store
    chosen: set[str]


def run(options: argparse.Namespace) -> int:
    """Run or explain a sweep and return the exit status.

    Raises
    ------
    ParameterError, ManifestError, FileNotFoundError, NoScheduler
        Before anything starts.
    """
    workers = cores() if options.workers is None else options.workers
    if workers < 1:
        raise ParameterError(f"--workers {workers}: expected a whole number from 1.")
    if options.workers is not None and options.scheduler:
        raise ParameterError("--workers starts processes here; it does not go with --scheduler.")
    plan = prepare(options.file, options.notebook)
    if options.explain:
        print("\n".join(explanation(plan, workers)))
        return 0
    with staging.only_run(plan.store.root) as cleared:
        for words in cleared:
            print(words)
        return _run(plan, options, workers)


def prepare(file: Path, chosen: list[str]) -> Plan:
    """Read and check everything that a sweep needs."""
    collected = manifest.read_manifest()
    stages = sweep_plan.stages(collected, chosen)
    names = {collected.get(name).name for name in chosen}
    names = names or {one.notebook.name for one in stages if one.findings}
    published: dict[str, Value] = {}
    for one in stages:
        published = one.own | published
    known = {name for one in collected.notebooks for name in sweep_plan.stage(collected, one).own}
    sweep = read_sweep(file, published, known)
    return Plan(sweep, stages, Store(collected.root, sweep.name), names)


def explanation(plan: Plan, workers: int) -> list[str]:
    """Return how many scenarios and runs there are, and how long they may take, in lines.

    The time comes from the runs that are done already; nothing is guessed without one.
    """
    total = plan.sweep.count()
    taken = sweep_plan.ancestors(plan.stages)
    lines = [f"{total:,} scenarios in {plan.sweep.name}."]
    seconds, unmeasured, runs = 0.0, [], 0
    for one in plan.stages:
        name = one.notebook.name
        most = plan.sweep.count(taken[name])
        measured = plan.store.measured(name)
        cost = f"{mean(measured):.2f} s each, measured" if measured else "not measured yet"
        lines.append(f"  {name}  at most {most:,} runs, {cost}")
        runs += most
        seconds += most * mean(measured) if measured else 0
        unmeasured += [] if measured else [name]
    plain = total * len(plan.stages)
    lines.append(f"At most {runs:,} runs instead of {plain:,}: scenarios share what is the same.")
    if unmeasured:
        lines.append("The time is not known before each notebook has run once.")
        return lines
    lines.append(f"About {duration(seconds / workers)} on {workers} workers, from nothing.")
    lines += [
        f"{many:,} scenarios like these: about {duration(seconds / total * many / workers)}."
        for many in LARGE
    ]
    return lines


def _run(plan: Plan, options: argparse.Namespace, workers: int) -> int:
    course = Course(
        plan.sweep, plan.stages, plan.store, figures=options.figures, keep=options.keep_notebooks
    )
    stamp = _stamp(plan, course)
    shown = plan.store.folder.relative_to(plan.store.root).as_posix()
    if _finished(plan, stamp):
        print(f"Nothing to do: {shown}/{sweep_store.FINDINGS} is complete.")
        return 0
    steps.check_data(plan.store.root)
    for words in plan.store.begin():
        print(words)
    started, failures = time.monotonic(), Counter[str]()
    try:
        _follow(plan, course, options.scheduler, workers, failures)
    except KeyboardInterrupt:
        print("Stopped. What is done stays; the same command goes on.", file=sys.stderr)
        return 130
    print(
        f"{plan.sweep.count():,} scenarios, {course.made:,} runs made now, in "
        f"{duration(time.monotonic() - started)}: {shown}/{sweep_store.FINDINGS}"
    )
    if failures:
        _say_failures(failures, f"{shown}/{sweep_store.FAILURES}")
        return 1
    write_json(plan.store.folder / FINISHED, {"stamp": stamp} | _state(plan))
    return 0


def _follow(
    plan: Plan, course: Course, scheduler: str | None, workers: int, failures: Counter[str]
) -> None:
    """Run all scenarios and write the tables; count under each failure how many it stopped."""
    bar = Bar(plan.sweep.count())
    findings = {one.notebook.name: one.findings for one in plan.stages if one.findings}
    with (
        connect(scheduler, workers) as client,
        sweep_store.writing(plan.store, sorted(plan.sweep.published)) as table,
    ):
        bar.begin()
        try:
            for scenario in course.follow(client, lambda: bar.show(course.made)):
                stated = [
                    plan.store.run(name, scenario.keys[name]) / findings[name]
                    for name, outcome in sorted(scenario.outcomes.items())
                    if name in plan.chosen and outcome.digests
                ]
                table.add(scenario.label, scenario.values, stated, scenario.failures)
                failures.update(_words(one) for one in scenario.failures)
                bar.done += 1
                bar.show(course.made)
        finally:
            bar.clear()


def _words(failure: Failure) -> str:
    cell = f" in cell {failure.cell}" if failure.cell else ""
    error = failure.error.splitlines()[-1] if failure.error else ""
    kept = f"\n    kept: {failure.kept}" if failure.kept else ""
    return f"{failure.notebook}{cell}: {error}{kept}"


def _say_failures(failures: Counter[str], where: str) -> None:
    """Say what failed, the worst first; the table has every scenario."""
    for words, scenarios in failures.most_common(SHOWN):
        first, *rest = words.splitlines()
        lines = [f"FAILED {first} ({scenarios} scenarios)", *rest]
        print("\n".join(lines), file=sys.stderr)
    more = f" and {len(failures) - SHOWN} more" if len(failures) > SHOWN else ""
    print(
        f"{min(len(failures), SHOWN)} failures{more}; all are in {where}. The rows of the others "
        "are there. Mend the cause and start the sweep again: only what is missing runs.",
        file=sys.stderr,
    )


def _stamp(plan: Plan, course: Course) -> str:
    sweep = plan.sweep
    grid = [sweep.published, sweep.vary, sweep.years, sweep.together, sweep.cross]
    return sweep_plan.digest([grid, sorted(plan.chosen), course.bases, course.figures, course.keep])


def _finished(plan: Plan, stamp: str) -> bool:
    """Return whether this very sweep is complete, and its tables are as it left them."""
    before = read_json(plan.store.folder / FINISHED)
    return before is not None and before == {"stamp": stamp} | _state(plan)


def _state(plan: Plan) -> dict[str, str | None]:
    """Return the hashes of the result tables."""
    return {
        name: graph.Node(plan.store.folder, name).state()
        for name in (sweep_store.FINDINGS, sweep_store.FAILURES)
    }
