"""One run of the collection: pytask decides what is stale, this module says what happened."""

import contextlib
import functools
import gc
import glob
import io
import json
import os
import sys
import time
import typing
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from khtip import files
from khtip.parameters import parse_all
from khtip.runner import execute, manifest, notebooks, scenarios, steps
from khtip.runner.execute import NotebookFailed
from khtip.runner.progress import Progress

LOCK = "pytask.lock"
UNREADABLE = (
    f"{LOCK} cannot be read, perhaps after a merge.\n"
    "  next: delete it and run again; every notebook runs once"
)
SHOWN_PROBLEMS = 3


@contextlib.contextmanager
def _no_look_for_garbage() -> Iterator[None]:
    """Leave cycles alone in the block: a run makes hardly one, but imports a lot.

    To look for them, and to tidy up at the end of the process, would take most of a second.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@_no_look_for_garbage()
def run(*, explain: bool = False, force: bool = False, jobs: int | None = None) -> int:
    """Bring the published products up to date and return the exit status.

    With `explain`, run nothing, but say what would run, and why; with `force`, run everything. By
    default one notebook more than there are cores runs at a time, but at most four jobs.

    Raises
    ------
    NotebookFailed, khtip.ledger.problems.DataProblems, Busy
        The command line turns each into a message and an exit status.
    """
    plan = _plan()
    _check_lock(plan.root / LOCK)
    started = time.monotonic()
    with steps.only_run(plan.root), _reporting(plan):
        session, said = _build(plan.root, explain=explain, force=force, jobs=jobs)
    _raise_failure(session, said, plan)
    if explain:
        print("\n".join(_explanation(session)))
        return 0
    print(_summary(plan, time.monotonic() - started))
    print("\n".join(_crowded(plan, plan.root)), end="")
    return 0


@_no_look_for_garbage()
def run_scenario(name: str | None, overrides: Sequence[str]) -> int:
    """Run the collection under a scenario or single other values, into ``runs``.

    Raises
    ------
    ParameterError
        Before any kernel starts.
    """
    plan = _plan()
    base = scenarios.read_scenario(name, plan.root) if name else None
    scenario = scenarios.with_overrides(base, parse_all(overrides))
    scenarios.split(plan, scenario)
    with steps.only_run(plan.root), _reporting(plan):
        target = scenarios.run(plan, scenario)
    print(f"Scenario {scenario.name} is in {target.relative_to(plan.root)}.")
    print("\n".join(_crowded(plan, target)), end="")
    return 0


def _plan() -> manifest.Manifest:
    """Return the manifest; refuse before any work what the run would stumble over at its end."""
    root = files.root()
    steps.check_places(root)
    plan = manifest.read_manifest(root)
    notebooks.read_readme(root)
    return plan


@contextlib.contextmanager
def _reporting(plan: manifest.Manifest) -> Iterator[None]:
    steps.progress = Progress(total=len(plan.notebooks))
    try:
        yield
    finally:
        steps.progress.overwrite()


def _check_lock(lock: Path) -> None:
    """Refuse a memory of pytask that is no text at all; pytask itself refuses other text."""
    try:
        if lock.exists():
            lock.read_text(encoding="utf-8")
    except (IsADirectoryError, UnicodeDecodeError):
        raise NotebookFailed(UNREADABLE) from None


def _build(root: Path, *, explain: bool, force: bool, jobs: int | None) -> tuple[Any, str]:
    """Let pytask run what is stale; return its session and what it would have printed."""
    tasks = root / "notebooks" / "task_notebooks.py"
    if not tasks.is_file():
        raise FileNotFoundError(f"{tasks}: no such file. Restore it from git.")
    if glob.glob(str(tasks)) != [str(tasks)]:  # noqa: PTH207
        # It would take another project's tasks, or none.
        raise FileNotFoundError(
            f"{root}: pytask takes a path with [, * or ? for a pattern. Rename the folder."
        )
    if not explain and (force or not (root / LOCK).is_file()):
        execute.warm_up()  # everything will run; else the first stale notebook does this
    _remember_protocols()
    import pytask

    from khtip.runner import side_by_side

    # One more than there are cores: while one kernel starts or ends, the others keep them busy.
    side_by_side.jobs = jobs or min(4, (os.cpu_count() or 1) + 1)
    said = io.StringIO()
    pytask.console.file = said
    steps.explaining = explain
    # A second run in one process would find the module loaded, and no task in it.
    for name in [name for name in sys.modules if name.endswith("task_notebooks")]:
        del sys.modules[name]
    session = pytask.build(
        paths=[tasks],
        # The committed pytask.lock is the only memory; a database beside it could disagree.
        database_url="sqlite://",
        capture="no",
        explain=explain,
        force=force,
        stop_after_first_failure=True,
        disable_warnings=True,
        editor_url_scheme="no_link",
    )
    return session, said.getvalue()


@functools.cache
def _remember_protocols() -> None:
    """Let Python 3.11 work out the members of a protocol once, as 3.12 does.

    pytask asks of every node, thousands of times, whether it follows a protocol.
    """
    if sys.version_info < (3, 12) and hasattr(typing, "_get_protocol_attrs"):
        typing._get_protocol_attrs = functools.cache(typing._get_protocol_attrs)


def _raise_failure(session: Any, said: str, plan: manifest.Manifest) -> None:
    """Raise the first failure of a session as itself; also when tasks are not there at all."""
    for report in session.execution_reports:
        error = report.exc_info[1] if report.exc_info else None
        if error is not None and report.outcome.name == "FAIL":
            raise error
    if session.exit_code != 0 or len(session.tasks) < len(plan.notebooks):
        faults = [report.exc_info[1] for report in session.collection_reports if report.exc_info]
        for fault in faults:
            if type(fault).__module__.startswith("khtip"):
                raise fault
        if "Lockfile" in said:
            raise NotebookFailed(UNREADABLE)
        raise NotebookFailed(f"pytask could not run:\n{said}")


def _summary(plan: manifest.Manifest, seconds: float) -> str:
    ran, changed = steps.progress.ran, steps.progress.changed
    if not ran:
        return f"Nothing changed: all {len(plan.notebooks)} notebooks are up to date."
    rest = len(plan.notebooks) - len(ran)
    files = f"{len(changed)} files changed" if len(changed) != 1 else "1 file changed"
    return f"Ran {len(ran)} of {len(plan.notebooks)} notebooks in {seconds:.0f} s; {files}" + (
        f", {rest} notebooks were up to date." if rest else "."
    )


def _crowded(plan: manifest.Manifest, folder: Path) -> list[str]:
    """Return lines on the figures that were saved with problems, such as names without room."""
    lines = []
    for name in (name for notebook in plan.notebooks for name in notebook.figures):
        card = folder / "figures" / f"{name}.json"
        if not card.is_file():
            continue
        problems = json.loads(card.read_text(encoding="utf-8")).get("problems", [])
        lines += [f"Figure {name} is saved, but not good enough:"] if problems else []
        lines += [f"  - {problem}" for problem in problems[:SHOWN_PROBLEMS]]
        if len(problems) > SHOWN_PROBLEMS:
            lines.append(f"  - and {len(problems) - SHOWN_PROBLEMS} more, in {card.name}")
    return [*lines, ""] if lines else []


def _explanation(session: Any) -> list[str]:
    """Return for each notebook that would run the reasons, in plain words."""
    lines = []
    for report in session.execution_reports:
        explained = report.task.attributes.get("explanation")
        name = _short(report.task.name)
        if explained is None or not explained.reasons:
            continue
        lines.append(name)
        for reason in explained.reasons:
            words = {
                "changed": "changed",
                "missing": "is missing",
                "not_in_db": "is new",
                "cascade": "runs before and may change what this reads",
                "forced": "everything was asked for",
            }[reason.reason]
            lines.append(f"    {_short(reason.node_name)} {words}")
    return lines or ["Nothing would run: everything is up to date."]


def _short(name: str) -> str:
    """Return a task's or node's name without folders and brackets of pytask's."""
    if "::" in name:
        return name.rpartition("[")[2].rstrip("]")
    return name.removeprefix(f"{files.root()}/")
