"""Start the command as a user does, stop it, and see whether it leaves a process behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import psutil

TESTS = Path(__file__).parents[1]
CALL = (
    f"import sys; sys.path.insert(0, {str(TESTS)!r}); "
    "from faults.driver import main; sys.exit(main())"
)
MARK = "KHTIP_FAULTS_MARK"
# A process that is killed has a moment to go; its kernels look after their owner all the time.
PATIENCE = 30.0
DROPPED = ("KHTIP_OUTPUT", "FAULT", "FAULT_CLOCK", "FAULT_COUNT", "COLUMNS", "KHTIP_CELL_TIMEOUT")


@dataclass
class Command:
    """One call of the command in a session of its own.

    Attributes
    ----------
    root : Path
        The project.
    words : tuple of str
        What stands after ``khtip``.
    variables : dict
        Added to the environment; None takes a variable away.
    before : tuple of str
        A command in front, such as one that changes the user.
    """

    root: Path
    words: tuple[str, ...]
    variables: dict[str, str | None] = field(default_factory=dict)
    before: tuple[str, ...] = ()
    mark: str = field(default_factory=lambda: uuid.uuid4().hex)
    process: subprocess.Popen[bytes] | None = None
    _out: IO[bytes] | None = None
    _said: IO[bytes] | None = None

    def start(self) -> subprocess.Popen[bytes]:
        """Start it and return the process."""
        environment: dict[str, str | None] = {
            name: value for name, value in os.environ.items() if name not in DROPPED
        }
        environment |= {"KHTIP_ROOT": str(self.root), "CI": "true", MARK: self.mark}
        environment |= self.variables
        # Files and no pipes: a process that stayed would keep a pipe open. `_read` closes them.
        self._out, self._said = (tempfile.TemporaryFile() for _ in range(2))  # noqa: SIM115
        self.process = subprocess.Popen(
            [*self.before, sys.executable, "-c", CALL, *self.words],
            env={name: value for name, value in environment.items() if value is not None},
            cwd=self.root,
            stdout=self._out,
            stderr=self._said,
            start_new_session=True,
        )
        return self.process

    def result(self, seconds: float = 240) -> Result:
        """Start it if need be, wait for its end and for the end of all that it started."""
        process = self.process or self.start()
        status = process.wait(seconds)
        left, waited = self.left()
        return Result(status, _read(self._out), _read(self._said), left, waited)

    def kill(self, *, group: bool) -> None:
        """Kill the process, or everything in its process group at once."""
        assert self.process is not None
        try:
            (os.killpg if group else os.kill)(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return

    def left(self) -> tuple[int, float]:
        """Return how many processes stay for good, and how long the last one took to go."""
        start = time.monotonic()
        while True:
            living, waited = marked(self.mark), time.monotonic() - start
            if not living or waited > PATIENCE:
                return len(living), waited
            time.sleep(0.05)


@dataclass(frozen=True)
class Result:
    """How a command ended: status, words, processes left, seconds until the last one went."""

    status: int
    out: str
    said: str
    left: int
    waited: float


def _read(file: IO[bytes] | None) -> str:
    assert file is not None
    with file:
        file.seek(0)
        return file.read().decode(errors="replace")


def marked(mark: str) -> list[psutil.Process]:
    """Return the living processes whose environment holds the mark of a command."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == mark and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found
