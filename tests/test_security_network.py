"""Nothing is fetched at run time: the runner works where no network can be reached.

`tests/test_notebooks.py` runs the whole collection with the same hook (its fixture ``rerun``).
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from khtip.cli import main

ROOT = Path(__file__).parents[1]
OFFLINE = Path(__file__).parent / "offline"
REACH = "import socket; socket.create_connection(('203.0.113.1', 80), timeout=5)"
ASK = "import urllib.request; urllib.request.urlopen('http://example.org', timeout=5)"
SERVE = "import socket; socket.socket().bind(('127.0.0.1', 0))"


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the network away from every process that a test starts."""
    monkeypatch.setenv("PYTHONPATH", str(OFFLINE))


@pytest.mark.parametrize("code", [REACH, ASK, SERVE])
def test_the_hook_stops_what_it_must_stop(offline, code):
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert said.returncode == 1
    assert "offline: socket." in said.stderr


def test_the_hook_lets_sockets_that_are_files_pass(offline, tmp_path):
    code = f"import socket; socket.socket(socket.AF_UNIX).bind({str(tmp_path / 's')!r})"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.fixture
def single(project):
    """Return a tiny project with one notebook: one kernel to start."""
    project.entries = project.entries[-1:]
    project.save()
    return project


def run_apart(project, *before: str) -> subprocess.CompletedProcess[str]:
    """Run a project with warm kernels in a process of its own, behind a command."""
    environment = os.environ | {"KHTIP_ROOT": str(project.root)}
    command = [*before, sys.executable, "-c", RUN]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_a_run_with_warm_kernels_needs_no_network(offline, single):
    said = run_apart(single)
    assert said.returncode == 0, said.stderr


RUN = (
    "import sys; from khtip import cli; from khtip.runner import steps; "
    "steps.check_data = lambda root: None; sys.exit(cli.main(['run']))"
)


def test_a_notebook_that_asks_the_network_fails_and_is_named(offline, single, monkeypatch, capsys):
    monkeypatch.setenv("KHTIP_WARM", "0")
    single.write("03-third", "seed: int = 1", ASK)
    assert main(["run"]) == 1
    said = capsys.readouterr().err
    assert "03-third" in said
    assert "offline: socket." in said


def test_a_run_works_in_a_network_namespace_without_any_device(single):
    """The same below Python: the kernel itself gives the process no network, not even its own."""
    alone = ["unshare", "--net", "--map-root-user"]
    try:
        subprocess.run([*alone, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this machine does not let a process leave the network (unshare --net)")
    said = run_apart(single, *alone)
    assert said.returncode == 0, said.stderr


def test_no_module_of_the_package_speaks_a_network_protocol():
    """The other half of the promise: there is nothing in the package to be blocked."""
    banned = ("urllib.request", "http.client", "requests", "httpx", "aiohttp", "ftplib", "smtplib")
    sources = [*(ROOT / "src").rglob("*.py"), *(ROOT / "notebooks").glob("*.ipynb")]
    found = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in sources
        for name in banned
        if f"import {name}" in path.read_text("utf-8")
    ]
    assert found == []


def test_the_threat_model_names_tests_that_exist():
    page = (ROOT / "docs/threat-model.md").read_text("utf-8")
    named = set(re.findall(r"`(test_\w+)`", page))
    assert len(named) > 5
    there = {path.stem for path in (ROOT / "tests").rglob("test_*.py")}
    assert named - there == set()
