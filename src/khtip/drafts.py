"""Files that are whole, or not there: each is written beside its place and then moved into it.

A process may be killed at any moment, and a disk may be full. What was there before stays until
the new file is complete.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


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
