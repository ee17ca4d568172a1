"""The planted mistakes are up to date, and a sample of them is caught; all: ``make mutants``."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from mutants import ALL
from mutants.mutant import REPOSITORY, Mutant

TESTS = Path(__file__).parent


@pytest.mark.parametrize("one", ALL, ids=lambda one: f"{Path(one.file).stem}: {one.old[:40]!r}")
def test_each_mistake_can_still_be_planted(one):
    assert one.mutated(REPOSITORY) != (REPOSITORY / one.file).read_text("utf-8")


def test_every_layer_has_its_mistakes():
    assert len(ALL) >= 40
    layers = {one.layer for one in ALL}
    assert {"data checks", "unit tests", "rules", "figure checks", "figure numbers"} <= layers
    assert {"figure structure", "byte equality", "nbval"} <= layers


def test_a_mutant_that_is_out_of_date_says_so():
    with pytest.raises(ValueError, match="stands there 0 times"):
        Mutant("rules", "README.md", "no such text", "x", "").mutated(REPOSITORY)


@pytest.mark.parametrize("sample", ["areas"])
def test_planted_mistakes_are_caught(sample):
    done = subprocess.run(
        [sys.executable, "-m", "mutants", sample],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(TESTS)},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 survived." in done.stdout
