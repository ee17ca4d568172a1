"""``khtip sweep``: what a user sees of a sweep, from the plan to the end."""

import argparse
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from khtip.files import digest
from khtip.parameters import ParameterError, Value
from khtip.runner import manifest, steps
from khtip.runner.progress import Bar, duration
from khtip.runner.sweep import plan as sweep_plan
from khtip.runner.sweep import store as sweep_store
from khtip.runner.sweep.plan import Course, Stage
from khtip.runner.sweep.store import FINISHED, Failure, Store, read_json, write_json
from khtip.runner.sweep.sweep_file import Sweep, read_sweep
from khtip.runner.sweep.work import connect, cores

LARGE = (10_000, 1_000_000)
SHOWN = 5


@dataclass(frozen=True)
class Plan:
    """A sweep that is ready to begin; of the `chosen` notebooks, the findings are collected."""

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
    with steps.only_run(plan.store.root):
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
            bar.overwrite()


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
    return sweep_plan.short_digest(
        [grid, sorted(plan.chosen), course.bases, course.figures, course.keep]
    )


def _finished(plan: Plan, stamp: str) -> bool:
    """Return whether this very sweep is complete, and its tables are as it left them."""
    before = read_json(plan.store.folder / FINISHED)
    return before is not None and before == {"stamp": stamp} | _state(plan)


def _state(plan: Plan) -> dict[str, str | None]:
    """Return the hashes of the result tables."""
    return {
        name: digest(plan.store.folder / name)
        for name in (sweep_store.FINDINGS, sweep_store.FAILURES)
    }
