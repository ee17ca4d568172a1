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
from typing import Any

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
    from khtip.runner import warm

    os.environ.update(warm.settings())
    # The workers of pytest-xdist share the notebooks, and so the folder of what these write.
    given = getattr(config, "workerinput", {}).get("output")
    folder = given or tempfile.mkdtemp(prefix="khtip-test-")
    config.stash[OUTPUT] = Path(folder)
    os.environ["KHTIP_OUTPUT"] = folder
    config.addinivalue_line("markers", "locked: compares bytes, so it needs the locked versions")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of pytest-xdist the folder."""
    node.workerinput["output"] = str(node.config.stash[OUTPUT])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Delete the temporary folder."""
    if not hasattr(config, "workerinput"):
        shutil.rmtree(config.stash[OUTPUT], ignore_errors=True)


@functools.cache
def departures() -> list[str]:
    """Return what is installed in another version than ``requirements.lock`` says."""
    import portable

    from khtip.runner import lock

    text = (Path(__file__).parent / lock.LOCK).read_text(encoding="utf-8")
    return portable.departures(text, portable.installed_packages())


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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Compare the products behind each notebook; put the longest files first, for pytest-xdist."""
    last = {item.parent: item for item in items if type(item).__name__ == "IPyNbCell"}
    for notebook, cell in last.items():
        products = Products.from_parent(notebook, name="Products")
        items.insert(items.index(cell) + 1, products)
    items.sort(key=lambda item: (item.path.name not in LONG, item.path.suffix != ".ipynb"))


class Products(pytest.Item):
    """What a notebook wrote under nbval: the committed bytes, in another environment."""

    def __init__(self, **given: object) -> None:
        super().__init__(**given)
        self.add_marker(pytest.mark.locked)

    def runtest(self) -> None:
        """Compare every file that the manifest says the notebook writes."""
        import portable

        from khtip.runner import manifest

        one = manifest.read_manifest(ROOT).get(self.path.stem)
        differ = portable.other_bytes(self.config.stash[OUTPUT], ROOT, one.writes)
        assert differ == [], f"{self.path.name} writes other bytes than are committed: make run"

    def reportinfo(self) -> tuple[Path, int, str]:
        """Say where this stands."""
        return self.path, 0, "Products"


ROOT = Path(__file__).parent
LONG = (
    "test_other_inputs.py",
    "test_other_ledgers.py",
    "test_site_browser.py",
    "test_sweeps.py",
    "test_sweeps_interrupted.py",
    "test_faults.py",
    "test_notebooks.py",
)
OUTPUT = pytest.StashKey[Path]()


@pytest.fixture(scope="session")
def rerun(request: pytest.FixtureRequest) -> Path:
    """Return the folder that a second run of the whole collection writes to; see tests/rerun.py."""
    import rerun

    folder = Path(tempfile.mkdtemp(dir=request.config.stash[OUTPUT])) / "rerun"
    run = rerun.run(folder)
    assert run.returncode == 0, run.stdout
    return folder / "runs/published"


# To import this one is to cut the network off.
collect_ignore = ["tests/offline"]
