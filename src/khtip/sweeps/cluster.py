"""Where a sweep's work is done: worker processes on this machine, or any Dask scheduler."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from khtip.pipeline import execute, warm
from khtip.sweeps.faults import NoScheduler

if TYPE_CHECKING:
    from distributed import Client


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def connect(scheduler: str | None, workers: int) -> Iterator[Client]:
    """Connect to a scheduler, or start one with `workers` processes and end them afterwards.

    Parameters
    ----------
    scheduler : str or None
        An address such as ``tcp://127.0.0.1:8786``; None starts everything here.
    workers : int
        Processes on this machine, each with one thread and one kernel at a time.

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
