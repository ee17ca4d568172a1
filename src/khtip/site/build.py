"""Build the site: stage, render, check, and only then replace the former site."""

from __future__ import annotations

import io
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from khtip import paths
from khtip.pipeline.staging import held
from khtip.site import check, staging
from khtip.site.library import Library, SiteError

SITE = "build/site"
INDEX = "searchindex.js"
SHOWN_FAULTS = 20
SCRATCH, FORMER = ".site-", "former"


def build(target: Path | None = None, *, root: Path | None = None) -> Path:
    """Build the site of the project at `root` into the folder `target`, and return that folder.

    Parameters
    ----------
    target : Path, optional
        A new or empty folder, or one that holds a former site; by default ``build/site``.
    root : Path, optional
        The project; by default the one around the working folder.

    Raises
    ------
    SiteError
        When `target` holds something else, when what is committed cannot be shown, or for a
        warning of Sphinx. The former site stays as it was.
    Busy
        When another build works beside `target`.
    """
    root = root or paths.root()
    target = (target or root / SITE).resolve()
    if target.exists() and not _replaceable(target):
        raise SiteError(
            f"{target}: holds something that is no former site. Name a new or an empty folder."
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    with _alone(target):
        for words in clear_up(target):
            print(words)
        with tempfile.TemporaryDirectory(
            prefix=f"{SCRATCH}{target.name}-", dir=target.parent
        ) as scratch:
            _build(root, target, Path(scratch))
    return target


def _build(root: Path, target: Path, scratch: Path) -> None:
    source, draft = scratch / "source", scratch / "site"
    source.mkdir()
    staging.write(Library(root), source)
    _render(root / staging.PAGES, source, draft, scratch / "doctrees")
    staging.publish(root, draft)
    _refuse(check.faults(draft))
    _replace(target, draft, scratch / FORMER)


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    """Hold the folder around `target` for one build; the system lets go of it after a kill."""
    words = f"Another build of a site works in {target.parent}. Wait until it has finished."
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        with held(folder, lambda: words):
            yield
    finally:
        os.close(folder)


def clear_up(target: Path) -> list[str]:
    """Drop what killed builds left beside `target`; put back a site that one had moved aside.

    Returns
    -------
    list of str
        What was done, in words; usually empty.
    """
    said = []
    for folder in sorted(target.parent.glob(f"{SCRATCH}{target.name}-{'?' * 8}")):
        if (folder / FORMER).is_dir() and not target.exists():
            (folder / FORMER).rename(target)
            said.append(f"put back {target.name}, which an earlier build was stopped in replacing")
        shutil.rmtree(folder)
        said.append(f"dropped an unfinished {target.name} of an earlier build")
    return said


def _replaceable(target: Path) -> bool:
    return target.is_dir() and ((target / INDEX).is_file() or not any(target.iterdir()))


def _render(configuration: Path, source: Path, draft: Path, doctrees: Path) -> None:
    try:
        from sphinx.application import Sphinx
        from sphinx.util.docutils import docutils_namespace, patch_docutils
    except ImportError as missing:
        raise SiteError(
            f"{missing.name} is missing. The site needs the packages of the lock: make install"
        ) from None
    said = io.StringIO()
    with patch_docutils(str(configuration)), docutils_namespace():
        app = Sphinx(
            source,
            configuration,
            draft,
            doctrees,
            "html",
            status=None,
            warning=said,
            freshenv=True,
            warningiserror=True,
        )
        app.build()
    lines = re.sub(r"\x1b\[[0-9;]*m", "", said.getvalue()).replace(f"{source}/", "")
    _refuse([line for line in lines.splitlines() if line.strip()])
    if app.statuscode:
        raise SiteError(f"Sphinx ended with status {app.statuscode}.")


def _refuse(faults: list[str]) -> None:
    if faults:
        shown = faults[:SHOWN_FAULTS]
        more = len(faults) - len(shown)
        tail = [f"... and {more} more"] if more else []
        raise SiteError("\n".join(["The site is not built:", *shown, *tail]))


def _replace(target: Path, draft: Path, former: Path) -> None:
    if target.exists():
        target.rename(former)
    try:
        draft.rename(target)
    except OSError:
        if former.exists():
            former.rename(target)
        raise
