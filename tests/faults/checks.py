"""Whether every product is whole: the bytes from before, or the bytes of a run without a fault."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from faults.commands import Result
    from faults.projects import Case

State = dict[str, bytes]
# Belongs to runs, not to readers; git ignores it.
SCRATCH = ("build", ".pytask", "runs/sweeps/done", "runs/sweeps/staging")
LOCK = "pytask.lock"


def state(root: Path, *, below: str = "") -> State:
    """Return the bytes of every file that counts, by its path relative to the project."""
    found = {}
    for path in sorted((root / below).rglob("*")):
        name = path.relative_to(root).as_posix()
        inside = not below and any(name.startswith(f"{folder}/") for folder in SCRATCH)
        if path.is_file() and not inside and "__pycache__" not in name:
            found[name] = path.read_bytes()
    return found


def half_written(now: State, old: State, new: State) -> list[str]:
    """Return what is neither the old nor the new file, after a command that was stopped.

    A run notes each notebook in ``pytask.lock``, so between old and new lie several whole states
    of that file: it must be readable. Drafts with a suffix of their own are no products.
    """
    wrong = [name for name in old if name not in now]
    for name, content in now.items():
        if name.endswith((".part", ".tmp", ".journal")):
            continue
        if name == LOCK and content not in (old.get(name), new.get(name)):
            wrong += [] if _readable(content) else [name]
        elif content not in (old.get(name), new.get(name)):
            wrong.append(name)
    return sorted(wrong)


def _readable(content: bytes) -> bool:
    try:
        return bool(tomllib.loads(content.decode()).get("task"))
    except ValueError:
        return False


def differing(now: State, new: State) -> list[str]:
    """Return every file that is not as after a run without a fault, drafts that stayed too."""
    return sorted(name for name in now.keys() | new.keys() if now.get(name) != new.get(name))


def leftovers(root: Path) -> list[str]:
    """Return what a stopped command was still making; the next one must say that it found it."""
    patterns = (
        "build/staging/*",
        "build/publishing/*",
        "build/.making-*",
        "runs/.making-*",
        "runs/sweeps/staging/*",
    )
    return [path.relative_to(root).as_posix() for one in patterns for path in root.glob(one)]


def unlike(case: Case, root: Path, done: Result) -> list[str]:
    """Return which promises a command broke that had to end well, with the new products."""
    broken = [f"ended with {done.status}: {done.said[-200:]}"] if done.status else []
    broken += [f"{done.left} processes stayed"] if done.left else []
    broken += [f"{name} differs" for name in differing(case.state(root), case.new)]
    return broken + [f"{name} was not cleared up" for name in leftovers(root)]


def unkept(case: Case, root: Path, done: Result, status: int, words: str) -> list[str]:
    """Return which promises a command broke that had to end with a status and these words."""
    broken = []
    if done.status != status or words not in done.said:
        broken.append(f"ended with {done.status}, not {status} and '{words}': {done.said[-300:]}")
    if "Traceback" in done.said:
        broken.append(f"a traceback: {done.said[-200:]}")
    broken += [f"{done.left} processes stayed"] if done.left else []
    now = case.state(root)
    return broken + [f"{name} is half-written" for name in half_written(now, case.old, case.new)]
