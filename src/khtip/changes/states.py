"""The two states that are compared: a git revision, or files that lie in a folder.

A revision is read with ``git archive`` into a folder of its own, so nothing is checked out and the
working tree stays as it is.
"""

from __future__ import annotations

import io
import json
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

PRODUCTS = ("data", "figures", "requirements.lock")
SUFFIXES = {".csv", ".json", ".md", ".png", ".svg", ".lock"}
WORKING_TREE = "working tree"


class UnknownState(ValueError):
    """A state that cannot be read, with what was expected and how to mend it."""


@dataclass(frozen=True)
class State:
    """One state of the products.

    Attributes
    ----------
    name : str
        For readers: the revision as it was asked for with its short hash, or the folder.
    root : Path
        The folder that holds ``data`` and ``figures``.
    """

    name: str
    root: Path

    def files(self) -> dict[str, Path]:
        """Return every file that is compared, by its path below the root with forward slashes."""
        found = [self.root / name for name in PRODUCTS if (self.root / name).is_file()]
        for folder in (self.root / name for name in PRODUCTS if (self.root / name).is_dir()):
            found += [path for path in folder.rglob("*") if path.is_file()]
        return {
            path.relative_to(self.root).as_posix(): path
            for path in sorted(found)
            if path.suffix in SUFFIXES and not path.is_symlink()
        }

    def keys(self) -> dict[str, list[str]]:
        """Return the primary key of every table that ``data/datapackage.json`` gives one.

        Raises
        ------
        UnknownState
            When the file is not JSON of a data package.
        """
        package = self.root / "data" / "datapackage.json"
        if not package.is_file():
            return {}
        try:
            resources = json.loads(package.read_text(encoding="utf-8"))["resources"]
            found = {f"data/{one['path']}": one["schema"].get("primaryKey") for one in resources}
        except (ValueError, KeyError, TypeError, AttributeError) as fault:
            raise UnknownState(
                f"data/datapackage.json of {self.name} cannot be read ({fault}): expected a data "
                "package with resources, path and schema. Restore it: git checkout -- data"
            ) from fault
        return {path: [key] if isinstance(key, str) else key for path, key in found.items() if key}


def working_tree(root: Path) -> State:
    """Return the files as they lie in the checkout."""
    return State(WORKING_TREE, root)


def folder(path: Path) -> State:
    """Return a folder with products, such as ``runs/2019-against-2018``.

    Raises
    ------
    UnknownState
        When it holds neither ``data`` nor ``figures``.
    """
    if not any((path / name).is_dir() for name in ("data", "figures")):
        raise UnknownState(
            f"{path}: expected a folder that holds data or figures, such as runs/NAME. "
            "Make one with: khtip run --scenario NAME"
        )
    return State(path.name or str(path), path)


def revision(name: str, repository: Path, into: Path) -> State:
    """Read the products of one git revision into a folder.

    Parameters
    ----------
    name : str
        Anything that names a commit: ``HEAD~1``, a branch, a tag, a hash.
    repository : Path
        The checkout.
    into : Path
        An empty folder for the files.

    Raises
    ------
    UnknownState
        When the checkout is no repository, or holds no such commit.
    """
    if _git(repository, "rev-parse", "--git-dir") is None:
        raise UnknownState(
            f"{repository} is no git repository: expected a clone. Compare folders with "
            "khtip compare-figures --result FOLDER instead"
        )
    commit = _git(repository, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
    if commit is None:
        raise UnknownState(_unknown(name, repository))
    hash_ = commit.decode().strip()
    held = _git(repository, "ls-tree", "--name-only", hash_, *PRODUCTS) or b""
    paths = held.decode().split()
    if paths:
        packed = _git(repository, "archive", "--format=tar", hash_, *paths)
        if packed is None:
            raise UnknownState(
                f"revision {name!r} ({hash_[:7]}) is known but its files are not all here: "
                "fetch them with: git fetch --unshallow"
            )
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(into, filter="data")
    return State(f"{name} ({hash_[:7]})", into)


def _unknown(name: str, repository: Path) -> str:
    text = f"revision {name!r}: no such commit here; expected a hash, a branch or a tag"
    shallow = _git(repository, "rev-parse", "--is-shallow-repository")
    if shallow and shallow.strip() == b"true":
        return f"{text}. This clone is shallow, so older commits are missing: git fetch --unshallow"
    return f"{text}. See: git log --oneline, or fetch it: git fetch origin"


def _git(repository: Path, *arguments: str) -> bytes | None:
    """Return what a git command prints, or None when it fails."""
    done = subprocess.run(
        ["git", "-C", str(repository), *arguments], capture_output=True, check=False
    )
    return done.stdout if done.returncode == 0 else None
