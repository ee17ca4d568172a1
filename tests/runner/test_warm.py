"""Warm kernels: nothing but their speed tells them from ordinary ones."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import pytest
from jupyter_client.manager import KernelManager, start_new_kernel

from khtip.runner import execute, preload, warm

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")

STATE = """
import importlib, json, multiprocessing, os, random, signal, sys, warnings
for name in LIBRARIES:
    importlib.import_module(name)
import matplotlib, matplotlib.pyplot as plt, numpy as np, pandas as pd
main = multiprocessing.current_process()
print(json.dumps({
    "path": [p for p in sys.path if "pytest" not in p], "argv": len(sys.argv),
    "name": __name__, "folder": os.getcwd(), "session": os.getsid(0) == os.getpid(),
    "process": main.name, "parent": multiprocessing.parent_process() is None,
    "daemon": main.daemon, "method": multiprocessing.get_start_method(allow_none=True),
    "interrupt": signal.getsignal(signal.SIGINT) is signal.default_int_handler,
    "backend": matplotlib.get_backend(), "style": {k: repr(v) for k, v in plt.rcParams.items()},
    "columns": pd.get_option("display.max_columns"), "width": pd.get_option("display.width"),
    "figures": plt.get_fignums(), "interactive": plt.isinteractive(),
    "numpy": str(np.geterr()), "hash": hash("x"), "filters": len(warnings.filters),
    "environment": {k: v for k, v in os.environ.items() if k not in
                    ("JPY_PARENT_PID", "KHTIP_WARM", "_", "JUPYTER_RUNTIME_DIR")},
    "sum": bool(pd.Series([1, 2]).sum() == 3), "khtip": "khtip.files" in sys.modules,
}, sort_keys=True))
"""
SABOTAGE = """
import os, random, numpy as np, pandas as pd, matplotlib.pyplot as plt
plt.rcParams["font.size"] = 99; plt.figure(); plt.ion()
pd.set_option("display.max_columns", 1); pd.Series.sum = lambda self: 0
os.environ["HOME"] = "/nowhere"; os.environ["LEFT"] = "1"; os.chdir("/")
np.random.seed(0); random.seed(0); np.seterr(all="raise")
import khtip.files; khtip.files.root = None
import warnings; warnings.simplefilter("error")
"""
DRAW = "import random, numpy as np; print(np.random.rand(), random.random())"


@contextmanager
def kernel(**variables: str) -> Iterator[tuple]:
    """Start a kernel as nbval does, in the runner's environment."""
    values = execute.pinned() | warm.settings() | variables
    with patch.dict(os.environ, values):
        manager, client = start_new_kernel()
    try:
        yield manager, client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def say(client, code: str) -> str:
    """Return what `code` prints, or the name of the error it ends with."""
    said: list[str] = []

    def hear(message: dict) -> None:
        content = message["content"]
        said.append(content.get("text") or content.get("ename") or "")

    client.execute_interactive(code, output_hook=hear, timeout=60, allow_stdin=False)
    return "".join(said).strip()


def is_warm(manager: KernelManager) -> bool:
    return isinstance(manager.provisioner.process, warm.Kernel)


def test_the_provisioner_is_installed():
    assert warm.settings(), "install khtip again: its entry point is missing"


def test_a_warm_kernel_is_like_an_ordinary_one_also_after_sabotage():
    libraries = f"LIBRARIES = {preload.LIBRARIES}\n"  # their imports change warnings' filters
    with kernel(KHTIP_WARM="0") as (manager, client):
        assert not is_warm(manager)
        ordinary = json.loads(say(client, libraries + STATE))
    with kernel() as (manager, client):
        assert is_warm(manager)
        assert say(client, SABOTAGE) == ""
    with kernel() as (manager, client):
        assert is_warm(manager)
        assert json.loads(say(client, libraries + STATE)) == ordinary


def test_every_kernel_has_its_own_random_numbers():
    drawn = set()
    for _ in range(2):
        with kernel() as (_, client):
            drawn |= set(say(client, DRAW).split())
    assert len(drawn) == 4


def test_an_interrupt_reaches_the_kernel_and_it_lives_on():
    with kernel() as (manager, client):
        client.execute("import time; time.sleep(60)", stop_on_error=False)
        time.sleep(0.5)
        manager.interrupt_kernel()
        reply = client.get_shell_msg(timeout=10)
        assert reply["content"]["ename"] == "KeyboardInterrupt"
        assert say(client, "print(1)") == "1"


def test_a_kernel_may_start_processes():
    code = (
        "import multiprocessing as m; p = m.get_context('fork').Process(target=print);"
        "p.start(); p.join(); print(p.exitcode)"
    )
    with kernel() as (_, client):
        assert say(client, code).endswith("0")


def test_a_killed_kernel_is_seen():
    with kernel() as (manager, client):
        client.execute("import os; os.kill(os.getpid(), 9)")
        deadline = time.monotonic() + 10
        while manager.is_alive() and time.monotonic() < deadline:
            time.sleep(0.02)
        assert not manager.is_alive()


def test_other_frozen_variables_get_another_server_or_an_ordinary_kernel():
    with kernel() as (first, client):
        zero = say(client, "print(hash('x'))")
        with kernel(PYTHONHASHSEED="7") as (second, other):
            assert (is_warm(first), is_warm(second)) == (True, False)
            seven = say(other, "print(hash('x'))")
    with kernel(PYTHONHASHSEED="7") as (third, client):
        assert is_warm(third)
        assert say(client, "print(hash('x'))") == seven != zero


def test_nothing_outlives_a_killed_run():
    code = (
        "import os, sys, time; from jupyter_client.manager import start_new_kernel;"
        "m, c = start_new_kernel();"
        "from multiprocessing import forkserver;"
        "print(m.provisioner.pid, forkserver._forkserver._forkserver_pid, flush=True);"
        "time.sleep(60)"
    )
    environment = os.environ | execute.pinned() | warm.settings()
    run = subprocess.Popen(
        [sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True
    )
    pids = [int(pid) for pid in run.stdout.readline().split()]
    assert len(pids) == 2
    run.kill()
    run.wait()
    deadline = time.monotonic() + 10
    while any(map(lives, pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(lives, pids))


def lives(pid: int) -> bool:
    """Return whether a process is there and not just waiting to be buried."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
        return status.rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_switched_off_where_it_is_not_safe(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    assert warm.settings() == {}
