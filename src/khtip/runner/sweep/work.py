"""Where a sweep's work is done: worker processes on this machine, or any Dask scheduler."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from multiprocessing import current_process
from pathlib import Path
from typing import TYPE_CHECKING, Any

from khtip import files
from khtip.parameters import Value
from khtip.runner import execute, notebooks, steps, warm
from khtip.runner import manifest as runner_manifest
from khtip.runner.sweep import Interrupted, NoScheduler
from khtip.runner.sweep import plan as sweep_plan
from khtip.runner.sweep.store import Failure, Outcome, Store

if TYPE_CHECKING:
    from distributed import Client


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def connect(scheduler: str | None, workers: int) -> Iterator[Client]:
    """Connect to a scheduler, or start one with `workers` processes and end them afterwards.

    A scheduler is an address such as ``tcp://127.0.0.1:8786``; None starts everything here. Each
    process has one thread and one kernel at a time.

    Raises
    ------
    NoScheduler
        When nothing answers at the address.
    """
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    if scheduler is None:
        with _local(workers) as client:
            yield client
        return
    from distributed import Client

    try:
        client = Client(scheduler, timeout=10, set_as_default=False)
    except (OSError, ValueError) as fault:
        raise NoScheduler(
            f"{scheduler}: no Dask scheduler answers ({fault}). Expected an address such as "
            "tcp://127.0.0.1:8786; start one with: dask scheduler"
        ) from None
    with client:
        yield client


def dask_setup(worker: object) -> None:
    """Prepare a worker process; Dask calls this by its name, from ``preload``.

    Ctrl-C in a terminal reaches every process. Only the command answers, and ends its workers.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def _local(workers: int) -> Iterator[Client]:
    """Start a scheduler in this process, and workers beside it."""
    import dask
    from distributed import Client, LocalCluster

    settings: dict[str, bool | str] = {
        # A daemon could not start kernels.
        "distributed.worker.daemon": False,
        "distributed.admin.system-monitor.gil.enabled": False,
        "distributed.worker.profile.enabled": False,
    }
    if warm.settings() and warm.server.start(os.environ | execute.pinned()):
        # Workers are forked from the server that forks their kernels: one copy of the libraries.
        settings["distributed.worker.multiprocessing-method"] = "forkserver"
    with (
        dask.config.set(settings),
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            # What takes memory are kernels, which are no part of a worker.
            memory_limit=None,
            dashboard_address="127.0.0.1:0",  # any free port; two sweeps may run on one machine
            silence_logs=logging.CRITICAL,
            # A fork has the environment of its server, which may be older than ours.
            env=os.environ | execute.pinned(),
            preload=[__name__],
        ) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        yield client


# One run, in a Dask worker: papermill executes one notebook in a fresh kernel.


# Papermill changes the working folder of the whole process: one run at a time in a worker.
_ALONE = threading.Lock()


@dataclass(frozen=True)
class Job:
    """Everything a worker must know to make one run; small, because it travels.

    A worker that has the project elsewhere than at `root` sets ``KHTIP_ROOT``. `basis` is what
    `plan.Stage.basis` must be, `parameters` are injected, and `inputs` leads from a table to the
    notebook and the key of the run that made it. `figures` are made or left out, and the executed
    notebook is kept or not.
    """

    root: str
    sweep: str
    notebook: str
    key: str
    basis: str
    parameters: Mapping[str, Value]
    inputs: Mapping[str, tuple[str, str]]
    figures: bool = False
    keep: bool = False


@dataclass(frozen=True)
class _Known:
    """A notebook as this worker knows it: read once, not once a run."""

    manifest: runner_manifest.Manifest
    stage: sweep_plan.Stage
    code: dict[str, Any]


def run(job: Job) -> Outcome:
    """Make one run if it is not there, and return what it gave.

    Raises
    ------
    Interrupted
        When code or data are not those that the sweep began with, or this worker cannot start
        kernels. A notebook that fails raises nothing: its failure is the outcome.
    """
    if warm.settings() and current_process().daemon:
        raise Interrupted(
            "A worker is a daemon, and a daemon may not start kernels. Start workers with "
            "DASK_DISTRIBUTED__WORKER__DAEMON=False in their environment."
        )
    root = Path(os.environ.get("KHTIP_ROOT") or job.root)
    store = Store(root, job.sweep)
    with _ALONE:
        found = store.find(job.notebook, job.key)
        if found is not None:
            return found
        known = _as_planned(root, job)
        with store.staging(job.key) as folder:
            outcome = _make(store, known, job, folder)
        _as_planned(root, job)
        return outcome


def _as_planned(root: Path, job: Job) -> _Known:
    """Return the notebook, unchanged since the sweep began; looks at times, reads what is new."""
    known = _known(root, job.notebook)
    if known.stage.basis() != job.basis:
        _known.cache_clear()
        known = _known(root, job.notebook)
    if known.stage.basis() != job.basis:
        raise Interrupted(
            f"{root}: the code or the data of {job.notebook} are not those that the sweep began "
            "with. Start it again; what is done and still true stays."
        )
    return known


@cache
def _known(root: Path, name: str) -> _Known:
    plan = runner_manifest.read_manifest(root)
    one = plan.get(name)
    code = notebooks.notebook(plan, one)
    for cell in code["cells"]:
        if cell["cell_type"] == "code":
            cell.update(outputs=[], execution_count=None)
    return _Known(plan, sweep_plan.stage(plan, one), code)


def _make(store: Store, known: _Known, job: Job, folder: Path) -> Outcome:
    started = time.monotonic()
    one, products = known.stage.notebook, folder / "products"
    workplace = execute.Workplace(
        store.root, products, folder, failed=store.failed(job.key), figures=job.figures
    )
    for table, maker in job.inputs.items():
        (products / table).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(store.run(*maker) / table, products / table)
    done = None
    try:
        done = execute.execute(known.code, one.name, workplace, parameters=job.parameters)
        steps.check_scenario(known.manifest, one, workplace, set(job.inputs), complete=False)
    except execute.NotebookFailed as fault:
        return _fail(store, workplace, job, fault, done)
    for table in job.inputs:
        (products / table).unlink()
    if job.keep:
        notebooks.save(done, products / f"{one.name}.ipynb")
    digests = {table: str(files.digest(products / table)) for table in one.tables}
    record = {
        "notebook": one.name,
        "parameters": known.stage.own | dict(job.parameters),
        "seconds": round(time.monotonic() - started, 3),
        "digests": digests,
    }
    store.publish(products, one.name, job.key, record)
    return Outcome(digests)


def _fail(
    store: Store,
    workplace: execute.Workplace,
    job: Job,
    fault: execute.NotebookFailed,
    done: dict[str, Any] | None,
) -> Outcome:
    """Keep the executed notebook and the reason."""
    copy = store.failed(job.key) / f"{job.notebook}.ipynb"
    if done is not None and not copy.is_file():
        notebooks.save(done, copy)
    kept = copy.relative_to(store.root).as_posix()
    failure = Failure(job.notebook, fault.cell, fault.error, kept)
    return store.record_failure(job.key, failure)
