"""Kernels that start warm: forked from one process that has imported the libraries already.

Interpreter start and imports are most of the time of a short notebook. Here the standard
library's fork server imports them once for a whole run, and each kernel is a fresh fork of it:
its own process, session, working directory, environment and random state.

`khtip.runner.provisioner` offers such kernels to Jupyter. Where a fork is not safe or not the
same thing (not Linux, another interpreter, an environment that a running process cannot take on),
it starts an ordinary kernel instead. ``KHTIP_WARM=0`` switches warm kernels off.

A run imports this first, before anything of Jupyter, so that the server can start at once.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import sys
import threading
import types
from collections.abc import Iterator, Mapping
from functools import cache
from multiprocessing import connection, context, forkserver, parent_process, resource_tracker
from multiprocessing.process import BaseProcess
from typing import Any

NAME = "khtip-warm"
PRELOAD = "khtip.runner.preload"

# Read when a process starts or a library is first imported: a fork has them from the server.
FROZEN = (
    "PYTHONHASHSEED",
    "PYTHONOPTIMIZE",
    "PYTHONPATH",
    "PYTHONWARNINGS",
    "LC_ALL",
    "LANG",
    "LD_LIBRARY_PATH",
    "TMPDIR",
    "HOME",
    "MPLBACKEND",
    "MPLCONFIGDIR",
    "MATPLOTLIBRC",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "OPENBLAS_CORETYPE",
    "MKL_NUM_THREADS",
)


def wanted() -> bool:
    """Return whether warm kernels are possible here and not switched off."""
    # A fork server is started with the options of this interpreter, also with -O.
    possible = sys.platform == "linux" and not sys.flags.optimize
    return possible and os.environ.get("KHTIP_WARM", "1") != "0"


def provisioner() -> str:
    """Return the name that chooses warm kernels; empty where they are not to be had."""
    return NAME if wanted() and _installed() else ""


@cache
def _installed() -> bool:
    """Return whether Jupyter will find the provisioner; it looks at all packages, for longer."""
    from importlib.metadata import PackageNotFoundError, distribution

    with contextlib.suppress(PackageNotFoundError):
        return any(one.name == NAME for one in distribution("khtip").entry_points)
    return False


def settings() -> dict[str, str]:
    """Return the environment that makes any other program choose warm kernels, or nothing."""
    name = provisioner()
    return {"JUPYTER_DEFAULT_PROVISIONER_NAME": name} if name else {}


class Server:
    """The fork server of this process, started for one set of frozen variables at a time."""

    def __init__(self) -> None:
        self.frozen: dict[str, str | None] | None = None
        self.running: set[Kernel] = set()

    def start(self, environment: Mapping[str, str]) -> bool:
        """Make sure that a server for `environment` runs; return whether it does.

        A server with other frozen variables is replaced, but not while a kernel of it lives.
        """
        frozen = {name: environment.get(name) for name in FROZEN}
        with _lock:
            if self.frozen is None:
                self.frozen = _inherited()
            if self.frozen == frozen and self._lives():
                return True
            if self.frozen not in (None, frozen):
                if any(kernel.poll() is None for kernel in self.running):
                    return False
                self.stop()
            try:
                self._begin(environment)
            except OSError:  # the temporary folder's name is too long for a socket
                return False
            self.frozen = frozen
        return True

    def _begin(self, environment: Mapping[str, str]) -> None:
        before = dict(os.environ)
        os.environ.clear()
        os.environ.update(environment)
        try:
            with _no_main_script():
                forkserver.set_forkserver_preload([PRELOAD])
                forkserver.ensure_running()
        finally:
            os.environ.clear()
            os.environ.update(before)

    @staticmethod
    def _lives() -> bool:
        """Return whether the server runs, without collecting it if it has ended."""
        pid = forkserver._forkserver._forkserver_pid  # type: ignore[attr-defined]
        if pid is None:  # not started, or inherited: then it lives while its user does
            return forkserver._forkserver._forkserver_address is not None  # type: ignore[attr-defined]
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None

    def stop(self) -> None:
        """End the server at once; it has no kernel left. An inherited one goes on for others."""
        pid = forkserver._forkserver._forkserver_pid  # type: ignore[attr-defined]
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
        forkserver._forkserver._stop()  # type: ignore[attr-defined]
        self.frozen = None


# One thread at a time starts the server or a kernel: both change this process for a moment.
_lock = threading.RLock()
server = Server()


def _inherited() -> dict[str, str | None] | None:
    """Adopt the server that this process was itself forked from; return its frozen variables.

    The workers of a sweep are forks, and their kernels come from the same server: two servers
    with all libraries in memory eat what the second core gains.
    """
    preload = sys.modules.get(PRELOAD)
    own: Any = forkserver._forkserver  # a private part of the library, without types
    if preload is None or own._forkserver_address is None or own._forkserver_pid is not None:
        return None
    # The library would start another server, because this one is no child of ours.
    own.ensure_running = resource_tracker.ensure_running
    return {name: preload.ENVIRONMENT.get(name) for name in FROZEN}


class Kernel:
    """A forked kernel that looks like a `subprocess.Popen` to Jupyter."""

    stdin = stdout = stderr = None

    def __init__(self, command: list[str], environment: dict[str, str], folder: str) -> None:
        process = context.ForkServerProcess(target=_run, args=(command, environment, folder))
        process.daemon = False  # a daemon could not start processes of its own
        with _lock, _no_main_script():
            process.start()
        self.process: BaseProcess = process
        self.pid: int = process.pid or 0

    def poll(self) -> int | None:
        """Return the exit status, or None while the kernel lives."""
        return self.process.exitcode

    def wait(self) -> int | None:
        """Wait for the end and return the exit status."""
        self.process.join()
        server.running.discard(self)
        return self.process.exitcode

    def send_signal(self, number: int) -> None:
        """Send a signal to the kernel if it still lives."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill the kernel."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)


@contextlib.contextmanager
def _no_main_script() -> Iterator[None]:
    """Hide the caller's script, which multiprocessing would import again in the child."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


@atexit.register
def _kill_what_is_left() -> None:
    """Leave no kernel behind, and no child that multiprocessing would wait for."""
    for kernel in server.running:
        kernel.kill()


def _end_with(owner: Any) -> None:
    """Kill this kernel, with what it started, when the process that asked for it is gone.

    Its parent is the server, which may live on. A killed process cannot say goodbye, but the
    system closes its end of a pipe.
    """

    def watch() -> None:
        connection.wait([owner.sentinel])
        os.killpg(os.getpgrp(), signal.SIGKILL)

    threading.Thread(target=watch, daemon=True).start()


def _run(command: list[str], environment: dict[str, str], folder: str) -> None:
    """Be a kernel, in the forked child."""
    from khtip.runner import preload as runner_preload

    owner = parent_process()
    runner_preload.become_fresh(environment, folder)
    _end_with(owner)
    sys.argv = ["ipykernel_launcher", *command]
    from ipykernel import kernelapp

    try:
        # A kernel ends when its parent does; the parent of a fork is the server.
        kernelapp.launch_new_instance(parent_handle=os.getppid())
    finally:
        atexit._run_exitfuncs()
