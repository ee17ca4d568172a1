"""Work aside: the same result, the same error, and nothing left when somebody dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from khtip import aside as aside_module
from khtip.aside import Lost, aside

needs_fork = pytest.mark.skipif(not aside_module.possible(), reason="one core, or no fork, here")


@needs_fork
def test_it_goes_on_in_another_process_at_the_same_time(tmp_path):
    """Each side waits for the other, so neither could end before the other begins."""
    here, there = tmp_path / "here", tmp_path / "there"

    def work() -> int:
        there.touch()
        end = time.monotonic() + 20
        while not here.exists() and time.monotonic() < end:
            time.sleep(0.01)
        return os.getpid() if here.exists() else 0

    later = aside(work)
    end = time.monotonic() + 20
    while not there.exists():
        assert time.monotonic() < end, "nothing goes on aside"
        time.sleep(0.01)
    here.touch()
    assert later() not in (0, os.getpid())


def test_without_a_fork_the_work_is_done_when_it_is_asked_for(monkeypatch):
    monkeypatch.setattr(aside_module, "possible", lambda: False)
    done: list[int] = []
    later = aside(lambda: done.append(os.getpid()))
    assert done == []
    later()
    assert done == [os.getpid()]


def test_an_error_comes_back_as_itself():
    def work() -> None:
        raise ValueError("stock 2018: expected one of 2015, 2017")

    with pytest.raises(ValueError, match="stock 2018"):
        aside(work)()


def test_a_large_result_comes_whole():
    assert aside(lambda: "x" * 5_000_000)() == "x" * 5_000_000


@needs_fork
def test_a_killed_fork_is_told_with_a_remedy():
    later = aside(lambda: os.kill(os.getpid(), signal.SIGKILL))
    with pytest.raises(Lost, match=r"status -9 .* Run again"):
        later()


@needs_fork
def test_nobody_outlives_a_killed_process(tmp_path):
    """The result is larger than a pipe holds, so only a reader, or its end, lets the fork go on."""
    code = (
        "import os, time; from khtip.aside import aside\n"
        f"later = aside(lambda: (open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid())), "
        "'x' * 5_000_000))\n"
        "time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", code])
    noted, end = tmp_path / "pid", time.monotonic() + 20
    while not (noted.exists() and noted.read_text()):
        assert time.monotonic() < end
        time.sleep(0.02)
    process.kill()
    process.wait()
    while _lives(int(noted.read_text())):
        assert time.monotonic() < end, "the fork is still there"
        time.sleep(0.02)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A process that nobody has collected has ended all the same.
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
