"""Tasks of one run side by side: pytask decides what runs and when, threads wait for kernels.

A thread here only passes messages to a kernel; the work is done in the kernel's own process. So
two branches of the graph take two cores, and share one fork server.

pytask-parallel was tried instead: its loop sleeps for up to a second (a tenth longer for a run), it
forgets what still ran when another task failed, and it swallows Ctrl-C.
"""

import sys
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any, cast

from pytask import ExecutionReport, PTask, Session, TaskOutcome, hookimpl

# How many tasks run at a time; `khtip run --jobs` sets it.
jobs = 1


@hookimpl(tryfirst=True)
def pytask_execute_build(session: Session) -> bool | None:
    """Run every task whose needs are made, `jobs` at a time, in the order of the manifest."""
    if jobs < 2 or session.config["explain"] or session.config["dry_run"]:
        return None
    with ThreadPoolExecutor(jobs) as pool:
        try:
            _run_all(session, pool)
        except BaseException:
            from khtip.runner import kernels  # a run that starts no kernel does not load it

            kernels.kill_all()
            raise
    return True


@hookimpl(tryfirst=True)
def pytask_execute_task_process_report(session: Session, report: ExecutionReport) -> bool | None:
    """Record a finished task in ``pytask.lock`` alone.

    pytask would also write it into its database, which nobody reads where there is that file.
    """
    if report.outcome != TaskOutcome.SUCCESS or not (lock := session.config.get("lockfile_state")):
        return None
    lock.update_task(session, report.task)
    return True


def _run_all(session: Session, pool: ThreadPoolExecutor) -> None:
    scheduler: Any = session.scheduler
    waiting: list[PTask] = []
    running: dict[Future[Any], PTask] = {}
    while waiting or running or (scheduler.is_active() and not session.should_stop):
        ready = scheduler.get_ready(len(session.tasks)) if not session.should_stop else []
        waiting += [cast(PTask, session.dag.nodes[name]) for name in ready]
        waiting.sort(key=session.tasks.index)
        if session.should_stop:
            waiting.clear()
        if not _fill(session, pool, waiting, running):
            continue  # what a task has freed that need not run may come before what waits
        ended = wait(running, return_when=FIRST_COMPLETED).done if running else set()
        tasks = {future: running.pop(future) for future in ended}
        if not any(future.exception() for future in ended):
            _fill(session, pool, waiting, running)  # no core waits for the reports below
        for future, task in tasks.items():
            _end(session, task, future.result)
            scheduler.done(task.signature)


def _fill(
    session: Session,
    pool: ThreadPoolExecutor,
    waiting: list[PTask],
    running: dict[Future[Any], PTask],
) -> bool:
    """Begin what waits while there is room; return False after a task that need not run."""
    scheduler: Any = session.scheduler  # pytask says it may be None; while tasks run it is not
    while waiting and len(running) < jobs:
        task = waiting.pop(0)
        if not _begin(session, task):
            scheduler.done(task.signature)
            return False
        future = pool.submit(session.hook.pytask_execute_task, session=session, task=task)
        running[future] = task
    return True


def _begin(session: Session, task: PTask) -> bool:
    """Return whether a task must run; report at once what need not, or cannot."""
    session.hook.pytask_execute_task_log_start(session=session, task=task)
    try:
        session.hook.pytask_execute_task_setup(session=session, task=task)
    except Exception:
        _report(session, task, ExecutionReport.from_task_and_exception(task, sys.exc_info()))
        return False
    return True


def _end(session: Session, task: PTask, result: Callable[[], Any]) -> None:
    try:
        result()
        session.hook.pytask_execute_task_teardown(session=session, task=task)
    except Exception:
        report = ExecutionReport.from_task_and_exception(task, sys.exc_info())
    else:
        report = ExecutionReport.from_task(task)
    _report(session, task, report)


def _report(session: Session, task: PTask, report: ExecutionReport) -> None:
    session.hook.pytask_execute_task_process_report(session=session, report=report)
    session.hook.pytask_execute_task_log_end(session=session, task=task, report=report)
    session.execution_reports.append(report)
