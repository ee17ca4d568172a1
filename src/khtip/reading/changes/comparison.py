"""The two states that are compared, each a git revision or a folder, and the whole comparison.

A revision is read with ``git archive`` into a folder of its own, so nothing is checked out and the
working tree stays as it is.
"""

import io
import json
import re
import tarfile
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from khtip.files import git
from khtip.reading.changes import pictures, rows
from khtip.reading.changes.pictures import FigureChange
from khtip.reading.changes.rows import TableChange

PRODUCTS = ("data", "figures", "requirements.lock")
SUFFIXES = {".csv", ".json", ".md", ".png", ".svg", ".lock"}
WORKING_TREE = "working tree"
FINDINGS = "data/results/findings.csv"
LOCK = "requirements.lock"
_FIGURE = re.compile(r"figures/(\d\d-[a-z0-9-]+)\.(csv|json|png|svg)")
_ROOMS = {
    "data/reported/": "written by people",
    "data/context/": "written by people",
    "data/lookups/": "written by people",
    "data/clean/": "cleaned and checked",
    "data/results/": "results",
}


class UnknownState(ValueError):
    """A state that cannot be read, with what was expected and how to mend it."""


@dataclass(frozen=True)
class State:
    """One state of the products: its name for readers, and the folder that holds them."""

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
    """Read the products of one git revision (a branch, a tag, a hash) into an empty folder.

    Raises
    ------
    UnknownState
        When the checkout is no repository, or holds no such commit.
    FileNotFoundError
        When git is missing, or refuses a checkout that another user owns.
    """
    if _git(repository, "rev-parse", "--git-dir") is None:
        raise UnknownState(f"{repository} is no git repository: expected a clone")
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
    done = git(repository, *arguments)
    return done.stdout if done.returncode == 0 else None


@dataclass
class Comparison:
    """What moved between two states; everything that is the same is left out.

    ``before`` and ``after`` name the states. ``findings`` is as `rows.compare_findings` returns it,
    ``contradictions`` has the new ones of each table of verdicts, ``renamed`` the new id of each
    renamed source, ``others`` other files with their status. ``lock_moved`` tells whether the locks
    differ: then pixels may move alone. ``figures_compared`` counts those that either state has.
    """

    before: str
    after: str
    tables: list[TableChange] = field(default_factory=list)
    findings: pd.DataFrame = field(default_factory=lambda: rows.compare_findings(None, None))
    contradictions: dict[str, pd.DataFrame] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    figures: list[FigureChange] = field(default_factory=list)
    others: list[tuple[str, str]] = field(default_factory=list)
    lock_moved: bool = False
    figures_compared: int = 0

    @property
    def moved(self) -> bool:
        """Whether anything is different."""
        parts = (self.tables, self.figures, self.others, self.renamed)
        return any(parts) or len(self.findings) > 0


def room_of(path: str) -> str:
    """Return which kind of table a path is.

    Examples
    --------
    >>> room_of("data/reported/figures.csv")
    'written by people'
    """
    return next((room for start, room in _ROOMS.items() if path.startswith(start)), "other")


def compare_states(before: State, after: State, *, only_figures: bool = False) -> Comparison:
    """Compare two states of the products; with `only_figures`, nothing but the figures.

    A source that has another id now is told once; what names it is compared by the new id.
    """
    old, new = before.files(), after.files()
    found = Comparison(before.name, after.name)
    found.lock_moved = LOCK in old and LOCK in new and not _same(old[LOCK], new[LOCK])
    named = [path for path, _ in rows.SOURCES]
    states = [
        {path: rows.read_rows(files.get(path)) for path in (*named, rows.LEDGER)}
        for files in (old, new)
    ]
    found.renamed = rows.renamed_sources(*states)
    _compare_figures(found, old, new)
    if not only_figures:
        _compare_tables(found, (old, new), (before.keys(), after.keys()))
        found.others = [
            (path, status)
            for path in sorted({*old, *new})
            if not path.endswith(".csv") and not path.startswith("figures/")
            if (status := _status(path, old, new)) != "same"
        ]
    return found


def _compare_tables(
    found: Comparison,
    files: tuple[dict[str, Path], dict[str, Path]],
    keys: tuple[dict[str, list[str]], dict[str, list[str]]],
) -> None:
    for path in sorted({*files[0], *files[1]}):
        old, new = (state.get(path) for state in files)
        if not (path.startswith("data/") and path.endswith(".csv")):
            continue
        if old and new and _same(old, new):
            continue
        before, after = rows.read_rows(old), rows.read_rows(new)
        if before is not None and found.renamed:
            before = before.map(lambda text: rows.with_new_ids(text, found.renamed))
        change = rows.compare_rows(
            path, before, after, keys_before=keys[0].get(path), keys_after=keys[1].get(path)
        )
        if change.moved:
            found.tables.append(change)
        if path == FINDINGS:
            found.findings = rows.compare_findings(before, after)
        if path in rows.JUDGED and len(new_ones := rows.contradictions(change, before, after)):
            found.contradictions[path] = new_ones


def _compare_figures(found: Comparison, old: dict[str, Path], new: dict[str, Path]) -> None:
    states = [_by_figure(files) for files in (old, new)]
    names = sorted({*states[0], *states[1]})
    found.figures_compared = len(names)
    for name in names:
        one, other = (state.get(name, {}) for state in states)
        if set(one) == set(other) and all(_same(one[kind], other[kind]) for kind in one):
            continue
        change = pictures.compare_figure(name, one, other, renamed=found.renamed)
        if change.moved:
            found.figures.append(change)


def _by_figure(files: dict[str, Path]) -> dict[str, dict[str, Path]]:
    """Return the files of each figure by kind."""
    found: dict[str, dict[str, Path]] = {}
    for path, file in files.items():
        match = _FIGURE.fullmatch(path)
        if match:
            found.setdefault(match[1], {})[match[2]] = file
    return found


def _status(path: str, old: dict[str, Path], new: dict[str, Path]) -> str:
    if path not in old or path not in new:
        return "added" if path in new else "removed"
    return "same" if _same(old[path], new[path]) else "changed"


def _same(one: Path, other: Path) -> bool:
    return one.read_bytes() == other.read_bytes()
