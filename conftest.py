"""Tests write nothing into the project, and notebooks run as on a reader's machine.

``pytest --nbval`` executes the committed notebooks again and compares their outputs. The runner
pins a kernel's environment; here it is left loose, and on purpose other than the runner's: what a
reader in Phnom Penh with a wide terminal sees must be what is committed.
"""

from __future__ import annotations

import functools
import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples everywhere: a test that fails today and not tomorrow helps nobody. More of them
# are tried with HYPOTHESIS_PROFILE=search.
settings.register_profile("stable", derandomize=True, deadline=None, database=None)
settings.register_profile("search", max_examples=500, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "stable"))

LOOSE = {"TZ": "Asia/Phnom_Penh", "COLUMNS": "200", "PYTHONHASHSEED": "4711"}


def pytest_configure(config: pytest.Config) -> None:
    """Send every product to a temporary folder, and let kernels start warm.

    jupyter_client reads the provisioner's name once, when the first kernel of a process starts: set
    any later, nbval would get ordinary kernels, and nobody would notice but the clock.
    """
    from khtip.pipeline import warm

    os.environ.update(warm.settings())
    folder = tempfile.mkdtemp(prefix="khtip-test-")
    config.stash[OUTPUT] = Path(folder)
    os.environ["KHTIP_OUTPUT"] = folder
    config.addinivalue_line("markers", "after_notebooks: looks at what the notebooks wrote")
    config.addinivalue_line("markers", "locked: compares bytes, so it needs the locked versions")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Delete the temporary folder."""
    shutil.rmtree(config.stash[OUTPUT], ignore_errors=True)


@functools.cache
def departures() -> list[str]:
    """Return what is installed in another version than ``requirements.lock`` says."""
    from khtip.pipeline import lock

    text = (Path(__file__).parent / lock.LOCK).read_text(encoding="utf-8")
    return lock.departures(text, lock.installed_packages())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None]:
    """Start the kernels of nbval, and only those, in the loose environment.

    Bytes are promised under the lock alone: under other versions such a test is skipped.
    """
    if item.get_closest_marker("locked") and departures():
        pytest.skip(f"bytes need the locked versions; installed: {', '.join(departures()[:5])}")
    if type(item).__name__ != "IPyNbCell":
        return (yield)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in LOOSE.items():
            patch.setenv(name, value)
        return (yield)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the workers of pytest-xdist share the files between them, the longest first.

    Notebooks are one group, since one test looks at what all of them wrote. A file of tests is one,
    since its tests share what takes long to make.
    """

    def place(item: pytest.Item) -> tuple[bool, bool, bool]:
        afterwards = item.get_closest_marker("after_notebooks") is not None
        return not _of_notebooks(item), afterwards, item.path.name not in LONG

    for item in items:
        group = NOTEBOOKS if _of_notebooks(item) else item.path.relative_to(ROOT).as_posix()
        item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=place)


def _of_notebooks(item: pytest.Item) -> bool:
    after = item.get_closest_marker("after_notebooks") is not None
    return item.path.suffix == ".ipynb" or after


ROOT = Path(__file__).parent
NOTEBOOKS = "notebooks"
LONG = ("test_site_browser.py", "test_sweeps.py", "test_faults.py", "test_notebooks.py")
OUTPUT = pytest.StashKey[Path]()


@pytest.fixture(scope="session")
def rerun(request: pytest.FixtureRequest) -> Path:
    """Return the folder that a second run of the whole collection writes to; see tests/rerun.py."""
    import rerun

    folder = request.config.stash[OUTPUT] / "rerun"
    run = rerun.run(folder)
    assert run.returncode == 0, run.stdout
    return folder / "runs/published"


@pytest.fixture
def rewritten(request: pytest.FixtureRequest) -> Path:
    """Return the folder that the re-executed notebooks wrote to."""
    if not request.config.getoption("--nbval", default=False):
        pytest.skip("the notebooks run with --nbval only: make test")
    return request.config.stash[OUTPUT]


# To import this one is to cut the network off.
collect_ignore = ["tests/offline"]
