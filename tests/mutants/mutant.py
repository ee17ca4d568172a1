"""One planted mistake, and how it is tried: in a copy of the project, one after another.

Every try is a fork of a process that has the libraries loaded and nothing of ``khtip``, so that
the mistake is imported and the libraries are not imported sixty times.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
LIBRARIES = ("pandera.pandas", "statsmodels.api", "scipy.stats", "seaborn", "hypothesis", "pytest")
SECONDS = 600
_FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)


@dataclass(frozen=True)
class Mutant:
    """A mistake: in `file`, the text `old`, which stands there once, becomes `new`.

    Attributes
    ----------
    layer : str
        Which layer must catch it: data checks, unit tests, rules, figure checks, figure numbers,
        byte equality, nbval, documents.
    file, old, new : str
        The change.
    checks : str
        What pytest is asked to run, as in a shell; only tests of that layer.
    """

    layer: str
    file: str
    old: str
    new: str
    checks: str

    def mutated(self, root: Path) -> str:
        """Return the file's text with the mistake in it.

        Raises
        ------
        ValueError
            When the text does not stand there exactly once: the mutant is out of date.
        """
        text = (root / self.file).read_text("utf-8")
        if text.count(self.old) != 1:
            times = text.count(self.old)
            raise ValueError(f"{self.file}: {self.old!r} stands there {times} times, expected once")
        return text.replace(self.old, self.new)


def copy(folder: Path) -> Path:
    """Copy every file that git knows or would take into `folder`."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    for file in listed:
        if (REPOSITORY / file).is_file():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(REPOSITORY / file, folder / file)
    return folder


@contextmanager
def planted(one: Mutant, root: Path) -> Iterator[None]:
    """Plant a mistake in the copy for a while."""
    path = root / one.file
    before = path.read_bytes()
    path.write_text(one.mutated(root), "utf-8")
    try:
        yield
    finally:
        path.write_bytes(before)


def load() -> None:
    """Import the libraries once; forks have them for nothing."""
    for library in LIBRARIES:
        importlib.import_module(library)


def check(checks: str, root: Path) -> tuple[bool, str]:
    """Run tests in the copy; return whether they pass, and the first that does not."""
    said = root / "build" / "said.txt"
    said.parent.mkdir(exist_ok=True)
    process = multiprocessing.get_context("fork").Process(target=_test, args=(checks, root, said))
    process.start()
    process.join(SECONDS)
    if process.is_alive():
        process.kill()
        process.join()
        return False, "no end"
    text = said.read_text("utf-8", errors="replace")
    if process.exitcode == 0:
        return True, ""
    found = _FAILED.search(text)
    if process.exitcode != 1 or not found:
        raise RuntimeError(f"pytest {checks} ended with {process.exitcode}:\n{text[-3000:]}")
    return False, found[1].rpartition("/")[2]


def _test(checks: str, root: Path, said: Path) -> None:
    with said.open("w") as stream:
        os.dup2(stream.fileno(), 1)
        os.dup2(stream.fileno(), 2)
    for name in [name for name in os.environ if name.startswith("KHTIP_")]:
        del os.environ[name]
    os.environ["PYTHONPATH"] = str(root / "src")
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    sys.dont_write_bytecode = True
    os.chdir(root)
    sys.path[:0] = [str(root / "src"), str(root / "tests")]
    import pytest

    options = ["-x", "-q", "-p", "no:cacheprovider", "--tb=line"]
    status = pytest.main([*options, *shlex.split(checks)])
    sys.stdout.flush()
    os._exit(int(status))
