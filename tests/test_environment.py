"""One lock, three ways in: make, conda, Binder."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import portable
import pytest
import yaml

from khtip.runner import lock

ROOT = Path(__file__).parents[1]
LOCK = (ROOT / lock.LOCK).read_text(encoding="utf-8")


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_environment_yml_and_lock_agree():
    environment = yaml.safe_load((ROOT / lock.ENVIRONMENT).read_text(encoding="utf-8"))
    *_, pip = environment["dependencies"]
    assert [line for line in pip["pip"] if line != "-e ."] == lock.pins(LOCK)
    assert (ROOT / lock.ENVIRONMENT).read_text(encoding="utf-8") == lock.environment(LOCK)
    required = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    assert required == f">={lock.PYTHON}"


def test_lock_holds_every_dependency_and_a_hash_for_each():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["test"]
    names = {canonical(re.match(r"[\w.-]+", line)[0]) for line in wanted}
    pinned = {canonical(re.match(r"[\w.-]+", pin)[0]) for pin in lock.pins(LOCK)}
    assert names <= pinned, "run: make lock"
    blocks = re.split(r"\n(?=\S)", LOCK.strip())
    assert len(blocks) == len(lock.pins(LOCK))
    assert all("--hash=sha256:" in block for block in blocks)


def test_only_locked_versions_are_taken_for_the_lock():
    locked = portable.installed_packages()
    assert "pandas" in locked
    departed = portable.departures(LOCK, locked | {"pandas": "0.1"})
    assert "pandas 0.1" in departed
    assert portable.departures(LOCK, {"not-in-the-lock": "1"}) == []


@pytest.mark.parametrize("file", [lock.LOCK, lock.ENVIRONMENT, "Makefile", ".ci/run"])
def test_nothing_of_one_machine_is_in_the_set_up(file):
    content = (ROOT / file).read_text(encoding="utf-8")
    assert not re.search(r"find-links|index-url|https?://|file:/|/(home|root|opt)/", content)


def test_make_help_lists_every_target():
    said = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    for target in ("run", "test", "lab", "check-data", "lock", "clean"):
        assert re.search(rf"^make {target} ", said.stdout, re.MULTILINE)


def test_an_old_python_is_named(tmp_path):
    old = tmp_path / "python-old"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    command = ["make", "-f", str(ROOT / "Makefile"), "install", f"PYTHON={old}"]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert said.returncode == 2
    assert "khtip needs Python 3.11 or newer" in said.stderr


def test_the_command_line_starts_without_the_scientific_stack():
    code = "import sys, khtip.cli; print([m for m in ('pandas', 'pytask') if m in sys.modules])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
