"""The command ``khtip``, with a fault planted into its own process.

``FAULT`` is ``kill:N`` or ``full:N``: at the N-th change of a file the process is killed, or hears
that the disk is full. In ``kill:N:NAME`` only files count whose path ends with NAME.
``FAULT_COUNT`` names a file that gets the number of changes at the end. ``FAULT_CLOCK`` is a number
of seconds by which the process's clock is wrong.

Python tells an audit hook about each change before it happens. A file that is about to be written
is emptied first, as opening does: a kill between opening and writing leaves just that.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

CHANGES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.symlink"}


class Fault:
    """An audit hook that counts changes of files, and strikes at one of them."""

    def __init__(self, kind: str, at: int, root: str, file: str = "") -> None:
        self.kind, self.at, self.root, self.file = kind, at, root, file
        self.count = 0

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Hear of one event."""
        writes = event == "open" and _writes(arguments)
        if not writes and event not in CHANGES:
            return
        name = arguments[0]
        if not isinstance(name, str | os.PathLike) or not str(name).startswith(self.root):
            return
        if not str(name).endswith(self.file):
            return
        self.count += 1
        if self.count != self.at:
            return
        if self.kind == "full":
            self.at += 1  # a disk that is full stays full
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(name))
        if writes and "w" in (arguments[1] or ""):
            os.close(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC))
        os.kill(os.getpid(), signal.SIGKILL)


def _writes(arguments: tuple[Any, ...]) -> bool:
    mode = arguments[1]
    return isinstance(mode, str) and bool(set(mode) & set("wax+"))


def _wrong_clock(seconds: float) -> None:
    """Let Python's clock of this process be wrong; the machine's stays as it is."""
    right, right_ns = time.time, time.time_ns
    time.time = lambda: right() + seconds
    time.time_ns = lambda: right_ns() + int(seconds * 1e9)


def main() -> int:
    """Run the command whose words follow, with the fault that the environment names."""
    # Started in the background of a shell, a process would not hear Ctrl-C at all.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    kind, at, *file = os.environ.get("FAULT", "none:0").split(":", 2)
    root = os.environ["KHTIP_ROOT"]
    if "FAULT_CLOCK" in os.environ:
        _wrong_clock(float(os.environ["FAULT_CLOCK"]))
    from khtip import cli
    from khtip.runner import steps

    if os.environ.get("FAULT_NO_DATA_CHECK"):  # a tiny project has no data to check
        steps.check_data = lambda root: None
    fault = Fault(kind, int(at), root, *file)
    sys.addaudithook(fault)
    status = cli.main(sys.argv[1:])
    if "FAULT_COUNT" in os.environ:
        Path(os.environ["FAULT_COUNT"]).write_text(str(fault.count), "utf-8")
    return status
