"""The checkout: what git says of it, and where a command may write beside it."""

import os
import shlex
import subprocess
from pathlib import Path

OWN = (
    *("data", "figures", "notebooks", "scenarios", "src", "tests", "docs", "benchmarks"),
    *(".ci", ".git", ".github", ".venv", ".binder"),
)
"""Folders of the project; nothing but the collection itself writes there."""
SYSTEM = ("bin", "boot", "dev", "etc", "lib", "lib64", "proc", "run", "sbin", "sys", "usr")


class NoHistory(ValueError):
    """A folder of which git says nothing, with the reason and the remedy."""


def git(repository: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run a git command that only reads."""
    command = ["git", "-C", str(repository), *arguments]
    english = {**os.environ, "LC_ALL": "C"}
    return subprocess.run(command, capture_output=True, check=False, env=english)


def refuse_without_history(repository: Path) -> None:
    """Raise unless git reads a folder as a repository.

    Raises
    ------
    NoHistory
        When git is missing or refuses the folder, or when it is no repository.
    """
    try:
        done = git(repository, "rev-parse", "--git-dir")
    except OSError as fault:
        raise NoHistory(
            f"git cannot be started ({fault.strerror}), and revisions are read by git. Install it."
        ) from None
    if b"dubious ownership" in done.stderr:
        raise NoHistory(
            f"git refuses to read {repository} (dubious ownership): its files belong to another "
            "user than the one who runs this. If you trust them, tell git so: "
            f"git config --global --add safe.directory {shlex.quote(str(repository))}"
        )
    if done.returncode:
        raise NoHistory(
            f"{repository} is no git repository: revisions and releases are made from a git "
            "checkout. Clone the repository, and work there."
        )


class UnfitFolder(ValueError):
    """A folder that a command must not write into; the message says why, and what fits."""


def claimed(asked: Path, root: Path, *, made: str, starts: str = "") -> Path:
    """Return the folder to write into, after a look at what is there.

    Parameters
    ----------
    asked : Path
        Absolute, or relative to the working folder.
    root : Path
        The project.
    made : str
        A file that the command leaves in its folder, by which it knows it again.
    starts : str
        How that file starts.

    Raises
    ------
    UnfitFolder
        For a file, a folder of the project or of the system, one that holds the project, or one
        that holds something else.
    """
    target = asked.resolve()
    fit = "Name a folder that is new or empty, such as build/NAME."
    if target.exists() and not target.is_dir():
        raise UnfitFolder(f"{target}: is a file. {fit}")
    if root.resolve().is_relative_to(target):
        raise UnfitFolder(f"{target}: holds the project itself. {fit}")
    if target.is_relative_to(root.resolve()):
        top = target.relative_to(root.resolve()).parts[0]
        if top in OWN:
            raise UnfitFolder(f"{target}: {top} is a folder of the project itself. {fit}")
    if any(target.is_relative_to(Path(target.anchor, name)) for name in SYSTEM):
        raise UnfitFolder(f"{target}: is a folder of the system. {fit}")
    if target.is_dir() and any(target.iterdir()) and not _own(target / made, starts):
        raise UnfitFolder(f"{target}: holds something that this command did not make. {fit}")
    return target


def _own(mark: Path, starts: str) -> bool:
    """Tell whether a command left its mark."""
    return mark.is_file() and mark.read_bytes().startswith(starts.encode())
