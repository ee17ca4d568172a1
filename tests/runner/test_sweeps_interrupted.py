"""A sweep that is stopped, or that loses a worker: what is left, and that nothing is doubled."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack
from functools import partial

import pytest
import yaml
from sweepable import busy, define, executed, left, rows, start, until

from khtip.cli import main


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_stopped_sweep_leaves_no_process_and_goes_on_where_it_was(tiny):
    years = [[2012 + n, 2013 + n] for n in range(6)]
    file = define(tiny, years=years)
    for number, way in ((2, signal.SIGKILL), (5, signal.SIGINT)):
        run = start(tiny, file, "--workers", "2", SLOW="0.3")
        until(partial(busy, tiny, run, number))
        if way == signal.SIGINT:  # as a terminal does it: the whole group at once
            os.killpg(run.pid, way)
        else:
            run.kill()
        _, said = run.communicate(timeout=240)
        until(lambda: left(tiny.root) == [], 60)
    assert run.returncode == 130, said
    assert said.splitlines() == ["Stopped. What is done stays; the same command goes on."]
    done = len(list((tiny.root / "runs/sweeps/done").rglob("run.json")))
    begun = executed(tiny).total()
    assert 0 < done < 12
    assert not list((tiny.root / "runs/sweeps/sweep").glob("findings*"))

    assert main(["sweep", file, "--workers", "2"]) == 0
    assert executed(tiny).total() - begun == 12 - done
    assert len(rows(tiny)) == 6 * 2


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_killed_worker_loses_and_doubles_nothing(tiny, tmp_path_factory, monkeypatch):
    aside = tmp_path_factory.mktemp("dask")
    file = define(tiny, years=[[2012 + n, 2013 + n] for n in range(10)])
    environment = os.environ | {
        "KHTIP_ROOT": str(tiny.root),
        "KHTIP_WARM": "0",
        "SLOW": "0.2",
    }
    where = aside / "scheduler.json"

    def dask(*words: str) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "-m", "dask", *words, "--scheduler-file", str(where)],
            env=environment,
            cwd=aside,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    with ExitStack() as stack:
        started = [dask("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")]
        stack.callback(lambda: [(one.kill(), one.wait()) for one in started])
        until(where.is_file)
        words = ("worker", "--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1")
        started += [dask(*words) for _ in range(2)]
        address = yaml.safe_load(where.read_text())["address"]
        run = start(tiny, file, "--scheduler", address)
        until(partial(busy, tiny, run, 6))
        assert run.poll() is None, run.communicate()
        started[1].kill()
        out, said = run.communicate(timeout=240)
        assert run.returncode == 0, said
        assert started[2].poll() is None
    # Ten pairs and the published one: every scenario once, every finding of it once.
    counted = Counter((row["scenario"], row["finding_id"]) for row in rows(tiny))
    assert len(counted) == counted.total() == 10 * 2
    assert "10 scenarios, 20 runs made now" in out
    done = list((tiny.root / "runs/sweeps/done").rglob("run.json"))
    assert len(done) == 20
    again = executed(tiny).total() - 20
    assert 0 <= again <= 1, "only the killed run began twice"
    until(lambda: left(tiny.root) == [], 60)
