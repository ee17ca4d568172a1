"""Run one command: how long it took, how much memory it held, and what it left behind.

Kernels start sessions of their own, so a process group does not hold them all. Every process of a
command is found by a mark in its environment instead, which children inherit.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

MARK = "KHTIP_BENCHMARK_MARK"
GRACE = 3.0  # seconds in which the processes of a finished command may still end
SAMPLE = 0.2  # seconds between two looks at the memory

# What the caller's shell, make or Jupyter settings would change in the measured commands.
FOREIGN = ("KHTIP_", "JUPYTER", "IPYTHON", "PAPERMILL", "PYTHON", "PYTEST", "MPL", "MAKE", "MFLAGS")
FOREIGN_NAMES = {"ARGS", "SCENARIO"}


class CommandFailed(RuntimeError):
    """A command ended with an error or took too long; the text holds its last words."""


@dataclass(frozen=True)
class Run:
    """One finished command.

    Attributes
    ----------
    seconds : float
        Wall time from start to end.
    left : int
        How many of its processes still lived `GRACE` seconds after its end; they were killed.
    peak : int
        Largest memory of all its processes together, in bytes (proportional set size, so that
        pages shared by forks count once); 0 unless it was watched.
    said : str
        What it wrote on standard output and standard error.
    """

    seconds: float
    left: int
    peak: int
    said: str


def personal_left_out(scratch: Path) -> dict[str, str]:
    """Return the variables of every measured command: the caller's, without personal settings."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(FOREIGN) and name not in FOREIGN_NAMES
    }
    own = {name: str(scratch / name.lower()) for name in ("JUPYTER_CONFIG_DIR", "IPYTHONDIR")}
    own["MPLCONFIGDIR"] = str(scratch / "matplotlib")
    path = os.pathsep.join([str(Path(sys.executable).parent), kept.get("PATH", os.defpath)])
    return kept | own | {"PATH": path, "CI": "true"}


def run(
    command: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    log: Path,
    limit: float,
    watch_memory: bool = False,
) -> Run:
    """Run a command in a session of its own and wait for its end.

    Parameters
    ----------
    command : sequence of str
        Program and arguments.
    folder : Path
        Where it works.
    environment : mapping
        All of its environment variables.
    log : Path
        The file that keeps what it says.
    limit : float
        Seconds after which it is killed with everything it started.
    watch_memory : bool
        Look at the memory all the time. This costs a little, so such a run is not for timing.

    Raises
    ------
    CommandFailed
        For another exit status than 0, and after `limit` seconds.
    """
    mark = uuid.uuid4().hex
    peak = _Peak(mark)
    late = threading.Event()
    with log.open("wb") as said:
        started = time.perf_counter()
        process = subprocess.Popen(
            list(command),
            cwd=folder,
            env=dict(environment) | {MARK: mark},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        # Popen.wait with a time-out looks only every twentieth of a second.
        alarm = threading.Timer(limit, lambda: (late.set(), end_all(mark)))
        alarm.start()
        try:
            with peak if watch_memory else contextlib.nullcontext():
                status = process.wait()
            seconds = time.perf_counter() - started
            _wait_for_end(mark)
        finally:
            alarm.cancel()
            alarm.join()  # what it was killing has ended too
            left = end_all(mark)
            process.wait()
    words = log.read_text(encoding="utf-8", errors="replace")
    if status != 0 or late.is_set():
        why = f"took longer than {limit:.0f} s" if late.is_set() else f"ended with status {status}"
        last = "\n  ".join(words.strip().splitlines()[-15:])
        raise CommandFailed(f"{' '.join(command)[:200]}\n{why}; its last words:\n  {last}")
    return Run(seconds, left, peak.bytes, words)


def marked(mark: str) -> list[psutil.Process]:
    """Return the living processes whose environment holds `mark`."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            alive = process.status() != psutil.STATUS_ZOMBIE
            if alive and process.environ().get(MARK) == mark:
                found.append(process)
    return found


def end_all(mark: str) -> int:
    """Kill every process whose environment holds `mark`; return how many there were."""
    killed = set()
    while found := marked(mark):  # one that was just starting another is found the next time
        for process in found:
            with contextlib.suppress(psutil.Error):
                process.kill()
            killed.add(process.pid)
        psutil.wait_procs(found, timeout=GRACE)
    return len(killed)


def _wait_for_end(mark: str) -> None:
    end = time.monotonic() + GRACE
    while marked(mark) and time.monotonic() < end:
        time.sleep(0.05)


class _Peak:
    """The largest memory that the processes with a mark held together."""

    def __init__(self, mark: str) -> None:
        self.mark = mark
        self.bytes = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> _Peak:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(SAMPLE):
            self.bytes = max(self.bytes, sum(map(_memory, marked(self.mark))))


def _memory(process: psutil.Process) -> int:
    try:
        full = process.memory_full_info()
        # Only Linux knows the proportional set size.
        return int(getattr(full, "pss", full.uss))
    except psutil.Error:
        return 0
