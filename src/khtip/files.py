"""Where the project is, and where a run may write.

Nothing heavy is imported here: the runner checks a whole collection before it loads a library.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def root() -> Path:
    """Return the project's root: the nearest folder upwards that holds ``data/reported``.

    ``KHTIP_ROOT`` overrides the search.

    Raises
    ------
    FileNotFoundError
        When neither the working folder nor any folder above it is the project.
    """
    chosen = os.environ.get("KHTIP_ROOT")
    if chosen:
        return Path(chosen).resolve()
    here = Path.cwd().resolve()
    for folder in (here, *here.parents):
        if (folder / "data" / "reported").is_dir():
            return folder
    raise FileNotFoundError(
        f"{here}: neither this folder nor one above it holds data/reported. "
        "Start inside the project, or set KHTIP_ROOT to its folder."
    )


def output() -> Path:
    """Return the folder that products are written below: ``KHTIP_OUTPUT`` or the root."""
    chosen = os.environ.get("KHTIP_OUTPUT")
    return Path(chosen).resolve() if chosen else root()


# Files that are whole, or not there: each is written beside its place and then moved into it.


@contextmanager
def drafted(*targets: Path) -> Iterator[list[Path]]:
    """Give a draft for each file, and move all into place when the block ends without an error.

    Parameters
    ----------
    *targets : Path
        In folders that are there.

    Yields
    ------
    list of Path
        Where to write, one for each of `targets`. None is left behind.

    Examples
    --------
    >>> import tempfile
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
