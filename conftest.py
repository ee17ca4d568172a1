"""Tests write nothing into the project, and notebooks run as on a reader's machine.

``pytest --nbval`` executes the committed notebooks again and compares their outputs. The runner
pins a kernel's environment; here it is left loose, and on purpose other than the runner's: what a
reader in Phnom Penh with a wide terminal sees must be what is committed.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

LOOSE = {"TZ": "Asia/Phnom_Penh", "COLUMNS": "200", "PYTHONHASHSEED": "4711"}


def pytest_configure(config: pytest.Config) -> None:
    """Send every product to a temporary folder."""
    folder = tempfile.mkdtemp(prefix="khtip-test-")
    config.stash[OUTPUT] = Path(folder)
    os.environ["KHTIP_OUTPUT"] = folder
    config.addinivalue_line("markers", "after_notebooks: looks at what the notebooks wrote")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Delete the temporary folder."""
    shutil.rmtree(config.stash[OUTPUT], ignore_errors=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None]:
    """Start the kernels of nbval, and only those, in the loose environment."""
    if type(item).__name__ != "IPyNbCell":
        return (yield)
    from khtip.pipeline import warm

    with pytest.MonkeyPatch.context() as patch:
        for name, value in (LOOSE | warm.settings()).items():
            patch.setenv(name, value)
        return (yield)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the test that looks at what the notebooks wrote behind the notebooks."""
    items.sort(key=lambda item: item.get_closest_marker("after_notebooks") is not None)


OUTPUT = pytest.StashKey[Path]()


@pytest.fixture
def rewritten(request: pytest.FixtureRequest) -> Path:
    """Return the folder that the re-executed notebooks wrote to."""
    if not request.config.getoption("--nbval", default=False):
        pytest.skip("the notebooks run with --nbval only: make test")
    return request.config.stash[OUTPUT]
