"""Where the project is, where a run may write, and how a file or folder gets into its place whole.

Nothing heavy is imported here: the runner checks a whole collection before it loads a library.
"""

import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

START = "Start inside the project, or set KHTIP_ROOT to its folder."


def root() -> Path:
    """Return the project's root: the nearest folder upwards that holds ``data/reported``.

    ``KHTIP_ROOT`` overrides the search.

    Raises
    ------
    FileNotFoundError
        When neither the working folder nor any folder above it is the project, or its path has
        signs that no list of paths can hold.
    """
    chosen = os.environ.get("KHTIP_ROOT")
    if chosen:
        if not Path(chosen).is_dir():
            raise FileNotFoundError(f"KHTIP_ROOT={chosen}: no such folder. {START}")
        return _nameable(Path(chosen).resolve())
    try:
        here = Path.cwd().resolve()
    except FileNotFoundError:
        raise FileNotFoundError(
            "The working folder has been deleted. Change into the project: cd FOLDER"
        ) from None
    for folder in (here, *here.parents):
        if (folder / "data" / "reported").is_dir():
            return _nameable(folder)
    raise FileNotFoundError(
        f"{here}: neither this folder nor one above it holds data/reported. {START}"
    )


def _nameable(folder: Path) -> Path:
    """Return the project's folder; refuse a path that no text file and no variable can hold."""
    wrong = "a line break" if re.search(r"[\x00-\x1f\x7f]", str(folder)) else ""
    wrong = wrong or ("bytes that are not UTF-8" if not _is_utf8(str(folder)) else "")
    if wrong:
        raise FileNotFoundError(
            f"{str(folder)!r}: the path of the project has {wrong}. Move or rename the folder."
        )
    return folder


def _is_utf8(text: str) -> bool:
    try:
        return bool(text.encode("utf-8"))
    except UnicodeEncodeError:
        return False


def output() -> Path:
    """Return the folder that products are written below: ``KHTIP_OUTPUT`` or the root."""
    chosen = os.environ.get("KHTIP_OUTPUT")
    return Path(chosen).resolve() if chosen else root()


def git(folder: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    """Return how a git command ended in `folder`, with what it printed.

    Raises
    ------
    FileNotFoundError
        When git is not installed, or refuses the folder because somebody else owns it.
    """
    command = ["git", "-C", str(folder), *words]
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except FileNotFoundError:
        raise FileNotFoundError("git is not installed, and this command needs it.") from None
    if b"dubious ownership" in done.stderr:
        raise FileNotFoundError(
            f"{folder}: git refuses this folder, because another user owns it. If you trust what "
            f"is in it: git config --global --add safe.directory {shlex.quote(str(folder))}"
        )
    return done


def below(folder: Path) -> set[str]:
    """Return every file below `folder`, as paths relative to it."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


# One process at a time.


class Busy(RuntimeError):
    """Another process works in this place."""


@contextmanager
def held(opened: int, busy: Callable[[], str]) -> Iterator[None]:
    """Hold the open file or folder `opened`; the system lets go of it, also after a kill.

    Raises
    ------
    Busy
        With the words that `busy` returns, when another process holds it.
    """
    import fcntl  # not on Windows

    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Busy(busy()) from None
    yield


# Files that are whole, or not there: each is written beside its place and then moved into it.


@contextmanager
def drafted(*targets: Path) -> Iterator[list[Path]]:
    """Give a draft for each file, and move all into place when the block ends without an error.

    The folders of `targets` must be there. No draft is left behind.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     place = Path(folder, "a.txt")
    ...     with drafted(place) as [draft]:
    ...         _ = draft.write_text("new")
    ...         before = place.exists()
    ...     before, place.read_text(), len(list(Path(folder).iterdir()))
    (False, 'new', 1)
    """
    drafts = [target.with_name(target.name + ".part") for target in targets]
    try:
        yield drafts
        for draft, target in zip(drafts, targets, strict=True):
            draft.replace(target)
    finally:
        for draft in drafts:
            draft.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a text as UTF-8, as a whole or not at all."""
    with drafted(path) as [draft]:
        draft.write_text(text, encoding="utf-8")


# Folders that are whole, or not there: each is made beside its place and swapped with the former.

_SCRATCH = re.compile(r"\.making-(.+)-\w{8}")
_NEW, _FORMER = "new", "former"


@contextmanager
def swapped(target: Path) -> Iterator[tuple[Path, Path]]:
    """Give a folder to work in and one to fill, and put the filled one into the place of `target`.

    Only when the block ends without an error; then the former folder is deleted.

    Yields
    ------
    tuple of (Path, Path)
        The folder to work in, which is dropped, and the one to fill, which is not there yet.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with swapped(Path(folder, "made")) as (_, new):
    ...         new.mkdir()
    ...         before = below(Path(folder))
    ...         _ = (new / "a.txt").write_text("a")
    ...     sorted(before), sorted(below(Path(folder)))
    ([], ['made/a.txt'])
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(
        prefix=f".making-{target.name}-", dir=target.parent, ignore_cleanup_errors=True
    ) as name:
        scratch = Path(name)
        yield scratch, scratch / _NEW
        if target.exists():
            target.rename(scratch / _FORMER)
        try:
            (scratch / _NEW).rename(target)
        except OSError:
            _put_back(scratch, target)
            raise


def clear_swaps(folder: Path, name: str | None = None) -> list[str]:
    """Drop what stopped swaps left in `folder`; put back what one had moved aside.

    With `name`, only the swaps of that folder; another process may work on the others.

    Returns
    -------
    list of str
        What was done, in words; usually empty.
    """
    said = []
    for scratch in sorted(folder.glob(".making-*")):
        found = _SCRATCH.fullmatch(scratch.name)
        if not found or name not in (None, found[1]):
            continue
        if _put_back(scratch, folder / found[1]):
            said.append(f"put back {found[1]}, which an earlier run was stopped in replacing")
        shutil.rmtree(scratch)
        said.append(f"dropped the unfinished {found[1]} of an earlier run")
    return said


def _put_back(scratch: Path, target: Path) -> bool:
    former = scratch / _FORMER
    if target.exists() or not former.exists():
        return False
    former.rename(target)
    return True


def put_once(made: Path, target: Path, mark: str) -> None:
    """Move a folder into place; one that is there and holds the file `mark` stays instead."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        made.replace(target)
    except OSError:
        if not (target / mark).is_file():
            raise


# Many files of one maker: they move file by file, and a stopped move can be finished.

_JOURNAL = ".journal.json"
_PRODUCT = re.compile(r"data/(clean|results)/.+|figures/.+|notebooks/[^/]+\.ipynb")


def publish(staged: Path, root: Path, ready: Path) -> list[str]:
    """Move every file below `staged` to its place below `root`; return those that changed.

    All of them first move as one folder to `ready`, with a note of what they replace. So whoever
    is stopped leaves either nothing to finish, or all that `finish` needs.
    """
    replaced = {path: digest(root / path) for path in below(staged)}
    (staged / _JOURNAL).write_text(json.dumps(replaced), encoding="utf-8")
    ready.parent.mkdir(parents=True, exist_ok=True)
    staged.replace(ready)
    return finish(ready, root)[0]


def finish(ready: Path, root: Path) -> tuple[list[str], list[str]]:
    """Move on what `publish` has made ready, the notebook last.

    A file with the same bytes is not touched. What somebody has changed since the note was made
    stays, and so does everything that is no product.

    Returns
    -------
    tuple of (list of str, list of str)
        The files that changed, and those that were kept as somebody left them.
    """
    journal = ready / _JOURNAL
    replaced = json.loads(journal.read_text(encoding="utf-8")) if journal.is_file() else {}
    changed, kept = [], []
    for path in sorted(below(ready) - {_JOURNAL}, key=lambda one: (one.endswith(".ipynb"), one)):
        now, new = digest(root / path), digest(ready / path)
        if now == new:
            continue
        if path not in replaced or now != replaced[path] or not _PRODUCT.fullmatch(path):
            kept.append(path)
            continue
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (ready / path).replace(root / path)
        changed.append(path)
    shutil.rmtree(ready)
    return changed, kept


def digest(path: Path) -> str | None:
    """Return the SHA-256 of a file, or None when there is no such file."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None
