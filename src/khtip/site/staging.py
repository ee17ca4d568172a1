"""The source tree that Sphinx reads, and where a file of the project stands on the site.

Pages of ``docs/site`` stand at the top, other documents under ``about/``. Notebooks, data, figures
and scenarios keep their places, so that links between them hold and the Data Package can be read
from the site's address.
"""

from __future__ import annotations

import posixpath
import re
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import nbformat

from khtip.pipeline import manifest
from khtip.site import citation, notebook_pages
from khtip.site.library import Library

PAGES, DOCUMENTS, ABOUT = "docs/site", "docs", "about"
FILES = (
    "data/**/*.csv",
    "data/datapackage.json",
    "figures/*.*",
    "notebooks/*.ipynb",
    "scenarios/*.yml",
    "CITATION.cff",
    "LICENSE",
    "LICENSE-data",
)
LINK = re.compile(r"(?P<text>\[(?:[^\[\]]|\[[^\]]*\])*\])\((?P<target>[^()\s]+)\)")


def files(root: Path) -> Iterator[str]:
    """Yield every file that readers can download, relative to the project and to the site."""
    for pattern in FILES:
        for path in sorted(root.glob(pattern)):
            if path.is_file():
                yield path.relative_to(root).as_posix()


def publish(root: Path, folder: Path) -> None:
    """Copy every file that readers can download into `folder`."""
    for name in files(root):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / name, target)


def write(library: Library, folder: Path) -> None:
    """Write everything that Sphinx reads into the empty `folder`.

    Raises
    ------
    SiteError, ManifestError
        When what is committed cannot be shown; see `notebook_pages.page`.
    """
    root = library.root
    publish(root, folder)
    places = Places(root)
    for path in sorted((root / PAGES).glob("*.md")):
        shutil.copyfile(path, folder / path.name)
    for source, target in places.documents.items():
        text = (root / source).read_text(encoding="utf-8")
        (folder / target).parent.mkdir(parents=True, exist_ok=True)
        (folder / target).write_text(places.relink(text, source, target), encoding="utf-8")
    drawn = notebook_pages.pictures(library.figures, root)
    for entry in manifest.load(root).notebooks:
        page = notebook_pages.page(
            nbformat.read(root / entry.path, as_version=4),
            name=entry.name,
            drawn=drawn,
            relink=partial(places.relink, source=entry.path, target=entry.path),
        )
        nbformat.write(page, folder / entry.path)


class Places:
    """Where each file of the project at `root` stands on the site."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.repository = citation.repository(citation.load(root))
        self.files = frozenset(files(root))
        named = {
            path.relative_to(root).as_posix(): f"{ABOUT}/{path.name}"
            for path in sorted((root / DOCUMENTS).glob("*.md"))
        }
        self.documents = named | {"data/README.md": "data/README.md"}

    def on_site(self, path: str) -> str | None:
        """Return where the file `path` of the project stands on the site, if it does."""
        if path == "README.md":
            return "index.md"
        return self.documents.get(path) or (path if path in self.files else None)

    def relink(self, markdown: str, source: str, target: str) -> str:
        """Return Markdown of the file `source` with the links that it needs at `target`.

        A link to a file that the site does not hold leads to the repository, or is plain text when
        no repository is known.
        """
        return LINK.sub(lambda found: self._link(found, source, target), markdown)

    def _link(self, found: re.Match[str], source: str, target: str) -> str:
        text, address = found["text"], found["target"]
        if address.startswith("#"):
            return f"{text}({address.lower()})"
        path, mark, fragment = address.partition("#")
        if re.match(r"[a-z]+:", path, flags=re.IGNORECASE):
            return found[0]
        wanted = posixpath.normpath(posixpath.join(posixpath.dirname(source), path))
        place = self.on_site(wanted)
        if place:
            way = posixpath.relpath(place, posixpath.dirname(target) or ".")
            return f"{text}({way}{mark}{fragment.lower()})"
        if not (self.root / wanted).exists():
            return found[0]  # Sphinx names the page and the line of a dead link
        if self.repository:
            return f"{text}({self.repository}/blob/HEAD/{wanted})"
        return text[1:-1]
