"""One command: how long it took, how much memory it held, and what it left behind.

Kernels start sessions of their own, so a process group does not hold them all. Every process of a
command is found by a mark in its environment instead, which children inherit.
"""

import contextlib
import os
import re
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import NamedTuple

import psutil

MARK = "KHTIP_BENCHMARK_MARK"
LIMIT = 1800.0  # seconds after which a command is killed with all it started
GRACE = 3.0  # seconds in which the processes of a finished command may still end
SAMPLE = 0.2  # seconds between two looks at the memory
# What the caller's shell, make or Jupyter settings would change in the measured commands.
FOREIGN = re.compile("(KHTIP_|JUPYTER|I?PYTHON|PAPERMILL|PYTEST|MPL|MAKE|MFLAGS)|(ARGS|SCENARIO)$")


class CommandFailed(RuntimeError):
    """A command ended with an error, took too long, or did not do its work; the text says which."""


class Run(NamedTuple):
    """One finished command."""

    seconds: float  # wall time from start to end
    left: int  # how many of its processes still lived `GRACE` seconds later; they were killed
    peak: int  # bytes that all its processes held together at most; 0 unless it was watched
    said: str  # what it wrote on standard output and standard error


def personal_left_out(scratch: Path) -> dict[str, str]:
    """Return the variables of every measured command: the caller's, without personal settings."""
    kept = {name: value for name, value in os.environ.items() if not FOREIGN.match(name)}
    own = ("JUPYTER_CONFIG_DIR", "IPYTHONDIR", "MPLCONFIGDIR")
    path = os.pathsep.join([str(Path(sys.executable).parent), kept.get("PATH", os.defpath)])
    return kept | {name: str(scratch / name.lower()) for name in own} | {"PATH": path, "CI": "true"}


def run(command: str, folder: Path, environment: dict, log: Path, watch=False) -> Run:
    """Run a command of the shell in a session of its own; its words go to the file `log`.

    To watch the memory costs a little, so such a run is not for timing.
    """
    mark, peak, status, left = uuid.uuid4().hex, 0, None, set()
    with log.open("wb") as said:
        started = time.perf_counter()
        # psutil sleeps until the end; subprocess, with a time-out, looks 20 times a second.
        process = psutil.Popen(
            ["sh", "-ec", command],
            cwd=folder,
            env=environment | {MARK: mark},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            while status is None and time.perf_counter() - started < LIMIT:
                with contextlib.suppress(psutil.TimeoutExpired):
                    status = process.wait(SAMPLE if watch else LIMIT)
                if watch:
                    peak = max(peak, sum(map(_memory, _marked(mark))))
            seconds = time.perf_counter() - started
            if status is not None:
                psutil.wait_procs(_marked(mark), GRACE)
        finally:
            while found := _marked(mark):  # one just starting another is found the next time
                for one in found:
                    with contextlib.suppress(psutil.Error):
                        one.kill()
                psutil.wait_procs(found, GRACE)
                left.update(found)
    words = log.read_text(encoding="utf-8", errors="replace")
    if status != 0:
        why = f"took longer than {LIMIT:.0f} s" if status is None else f"ended with status {status}"
        last = "\n  ".join(words.strip().splitlines()[-15:])
        raise CommandFailed(f"{command[:200]}\n{why}; its last words:\n  {last}")
    return Run(seconds, len(left), peak, words)


def _marked(mark: str) -> list[psutil.Process]:
    every = psutil.process_iter(["environ"])  # none of a process that has ended or is another's
    return [process for process in every if (process.info["environ"] or {}).get(MARK) == mark]


def _memory(process: psutil.Process) -> int:
    """Return its bytes; where Linux can say so, pages shared by forks count once."""
    with contextlib.suppress(psutil.Error):
        full = process.memory_full_info()
        return getattr(full, "pss", full.uss)
    return 0
