"""Run folders: one run at a time, products moved into place only when all of them are there.

``build/staging/NAME`` belongs to a run. When the notebook has finished, its products move as one
folder to ``build/publishing/NAME``, and from there file by file into place. What a killed run
left in staging is dropped; what it left in publishing was complete, so the next run moves it on.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from khtip.runner.execute import NotebookFailed
from khtip.runner.manifest import Notebook

STAGING, PUBLISHING = "build/staging", "build/publishing"


class Busy(RuntimeError):
    """Another run works in this checkout."""


@contextmanager
def held(opened: int, busy: Callable[[], str]) -> Iterator[None]:
    """Hold a file or folder for this process; the system lets go of it, also after a kill.

    Parameters
    ----------
    opened : int
        Its descriptor.
    busy : callable
        Returns the words of the error.

    Raises
    ------
    Busy
        When another process holds it.
    """
    import fcntl  # not on Windows

    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Busy(busy()) from None
    yield


@contextmanager
def only_run(root: Path) -> Iterator[list[str]]:
    """Hold the checkout for one run, and clear up after an earlier one that was killed.

    Yields
    ------
    list of str
        What was cleared up, in words; usually empty.

    Raises
    ------
    Busy
        When another run holds it.
    """
    build = root / "build"
    build.mkdir(exist_ok=True)
    with (build / "run.lock").open("a+") as lock:

        def busy() -> str:
            lock.seek(0)
            who = lock.read().strip() or "unknown"
            return (
                f"Another run (process {who}) works in this checkout. Wait until it has finished."
            )

        with held(lock.fileno(), busy):
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            yield clear_up(root)


def clear_up(root: Path) -> list[str]:
    """Finish what a killed run was publishing, drop what it was still making; say both."""
    said = []
    for folder in sorted((root / PUBLISHING).glob("*")):
        _move_into_place(folder, root)
        said.append(f"finished publishing {folder.name}, which an earlier run was stopped in")
    for folder in sorted((root / STAGING).glob("*")):
        shutil.rmtree(folder)
        said.append(f"dropped the unfinished {folder.name} of an earlier run")
    return said


def files_below(folder: Path) -> set[str]:
    """Return every file below `folder`, as paths relative to it."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def opened_below(folder: Path, opened: Path) -> set[str]:
    """Return which files below `folder` the list `opened` names, relative to the folder."""
    if not opened.is_file():
        return set()
    start = f"{folder}{os.sep}"
    lines = opened.read_text(encoding="utf-8").splitlines()
    return {Path(line[len(start) :]).as_posix() for line in lines if line.startswith(start)}


def check_writes(one: Notebook, written: set[str], *, complete: bool = True) -> None:
    """Hold what a notebook wrote against what the manifest says that it writes.

    Parameters
    ----------
    one : Notebook
        The manifest's entry.
    written : set of str
        What it wrote, relative to the project.
    complete : bool
        Whether every figure must be there; a scenario without data may leave figures out.

    Raises
    ------
    NotebookFailed
        Naming every file that is too many or missing.
    """
    needed = set(one.writes) if complete else set(one.tables)
    extra, missing = written - set(one.writes), needed - written
    if extra or missing:
        raise NotebookFailed(
            _mismatch(one, "wrote", extra, "did not write", missing, "tables, figures")
        )


def check_reads(one: Notebook, read: set[str], *, complete: bool = True) -> None:
    """Hold the files a notebook opened against what the manifest says that it reads.

    Raises
    ------
    NotebookFailed
        Naming every file that is too many or missing.
    """
    read = read - set(one.writes)
    extra = read - set(one.reads)
    missing = set(one.reads) - read if complete else set()
    if extra or missing:
        raise NotebookFailed(_mismatch(one, "read", extra, "did not read", missing, "reads"))


def _mismatch(
    one: Notebook, did: str, extra: set[str], did_not: str, missing: set[str], key: str
) -> str:
    lines = [f"{one.name} does not do what notebooks/pipeline.yml says; products are as they were"]
    lines += [f"  {did}, but not named there:  {path}" for path in sorted(extra)]
    lines += [f"  named there, but {did_not}:  {path}" for path in sorted(missing)]
    lines += [f"  next: mend '{key}' of {one.name} in notebooks/pipeline.yml, or the notebook"]
    return "\n".join(lines)


def publish(staged: Path, root: Path, name: str) -> list[str]:
    """Move every file below `staged` into place below `root` and return those that changed."""
    ready = root / PUBLISHING / name
    ready.parent.mkdir(parents=True, exist_ok=True)
    staged.replace(ready)
    return _move_into_place(ready, root)


def _move_into_place(ready: Path, root: Path) -> list[str]:
    """Replace files one by one, the notebook last; a file with the same bytes is not touched."""
    changed = []
    for path in sorted(files_below(ready), key=lambda path: (path.endswith(".ipynb"), path)):
        source, target = ready / path, root / path
        if target.is_file() and target.read_bytes() == source.read_bytes():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        source.replace(target)
        changed.append(path)
    shutil.rmtree(ready)
    return changed


def drop(folder: Path) -> None:
    """Delete a run folder; a kernel that is just ending may still write there."""
    shutil.rmtree(folder, ignore_errors=True)
