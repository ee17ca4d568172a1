"""Where a command may write: a folder that is new, empty, or its own from the time before."""

from pathlib import Path

OWN = (
    *("data", "figures", "notebooks", "scenarios", "src", "tests", "docs", "benchmarks"),
    *(".ci", ".git", ".github", ".venv", ".binder"),
)
"""Folders of the project; nothing but the collection itself writes there."""
SYSTEM = ("bin", "boot", "dev", "etc", "lib", "lib64", "proc", "run", "sbin", "sys", "usr")


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
