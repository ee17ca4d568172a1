"""The source tree that Sphinx reads, and where a file of the project stands on the site.

Pages of ``docs/site`` stand at the top, other documents under ``about/``. Notebooks, data, figures
and scenarios keep their places, so that links between them hold and the Data Package can be read
from the site's address.
"""

import io
import os
import posixpath
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat

from khtip import files
from khtip.reading import folders
from khtip.reading.site import citation, pages
from khtip.reading.site.library import Library, SiteError
from khtip.runner import manifest

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


def downloads(root: Path) -> Iterator[str]:
    """Yield every file that readers can download, relative to the project and to the site."""
    for pattern in FILES:
        for path in sorted(root.glob(pattern)):
            if path.is_file():
                yield path.relative_to(root).as_posix()


def publish(root: Path, folder: Path) -> None:
    """Copy every file that readers can download into `folder`."""
    for name in downloads(root):
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
    drawn = pages.pictures(library.figures, root)
    for entry in manifest.read_manifest(root).notebooks:
        page = pages.page(
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
        self.repository = citation.repository(citation.read_citation(root))
        self.files = frozenset(downloads(root))
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


# What no page of the site may do, held against the finished pages.


HEAVIEST_PAGE = 1_000_000
THEME = "_static"  # holds templates that are no pages
LOADING = {"src", "srcset", "poster", "data", "background"}
LOADING_TAGS = {"link"}
HEADINGS = {f"h{level}": level for level in range(1, 7)}


class Page(HTMLParser):
    """What one page links, what a browser loads by itself, and the anchors it names.

    ``faults`` says what is wrong with the page alone: an image without alternative text, a link
    without words, an anchor that stands twice, a heading that skips a level.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.faults: list[str] = []
        self._heading = 0
        self._link: tuple[str, bool] | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attributes}
        self.loads += [given[key] for key in LOADING & set(given)]
        if "href" in given:
            (self.loads if tag in LOADING_TAGS else self.links).append(given["href"])
        self._note_name(tag, given)
        if tag == "a" and "href" in given:
            self._link = (given["href"], bool(given.get("aria-label") or given.get("title")))
        if tag == "img" and not given.get("alt", "").strip():
            self.faults.append(f"the image {given.get('src', '?')} has no alternative text")
        if tag in ("img", "svg", "i") and self._link:
            self._link = (self._link[0], True)

    def handle_data(self, text: str) -> None:
        if self._link and text.strip():
            self._link = (self._link[0], True)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._link:
            address, named = self._link
            self._link = None
            if not named:
                self.faults.append(f"the link to {address} has no words")

    def _note_name(self, tag: str, given: dict[str, str]) -> None:
        anchor = given.get("id")
        if anchor in self.anchors:
            self.faults.append(f"the anchor {anchor} stands twice")
        if anchor:
            self.anchors.add(anchor)
        if tag in HEADINGS and "onlyprint" not in given.get("class", ""):
            if HEADINGS[tag] > self._heading + 1 and self._heading:
                self.faults.append(f"a heading <{tag}> follows <h{self._heading}>")
            self._heading = HEADINGS[tag]


def faults(site: Path) -> list[str]:
    """Return one sentence for each fault of the site in the folder `site`.

    Looked for: something that is fetched from elsewhere, a link or an anchor that leads nowhere, a
    page over one megabyte, and the faults of `Page`.
    """
    pages = {
        path: Page(path.read_text(encoding="utf-8"))
        for path in sorted(site.rglob("*.html"))
        if THEME not in path.parts
    }
    found: list[str] = []
    for path, page in pages.items():
        name = path.relative_to(site).as_posix()
        size = path.stat().st_size
        if size > HEAVIEST_PAGE:
            page.faults.append(f"{size:,} bytes, more than {HEAVIEST_PAGE:,}: split the page")
        page.faults += [f"fetches {one} from elsewhere" for one in page.loads if _outside(one)]
        page.faults += _dead(path, page, pages, site)
        found += [f"{name}: {fault}" for fault in dict.fromkeys(page.faults)]
    return found


def _outside(address: str) -> bool:
    parts = urlsplit(address)
    return bool(parts.netloc) or parts.scheme not in ("", "data")


def _dead(path: Path, page: Page, pages: dict[Path, Page], site: Path) -> Iterator[str]:
    for address in _local([*page.links, *page.loads]):
        parts = urlsplit(address)
        target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        anchors = pages[target].anchors if target in pages else set()
        if not target.is_relative_to(site.resolve()) or not target.is_file():
            yield f"{address} leads nowhere"
        elif parts.fragment and unquote(parts.fragment) not in anchors:
            yield f"{address} leads to no place on that page"


def _local(addresses: Iterable[str]) -> list[str]:
    return [
        one
        for one in dict.fromkeys(addresses)
        if one not in ("", "#") and not urlsplit(one).scheme and not urlsplit(one).netloc
    ]


# Build the site: stage, render, check, and only then replace the former site.


SITE = "build/site"
INDEX = "searchindex.js"
SHOWN_FAULTS = 20


def build(target: Path | None = None, *, root: Path | None = None) -> Path:
    """Build the site of the project at `root` into the folder `target`, and return that folder.

    By default the project around the working folder, and its ``build/site``.

    Raises
    ------
    khtip.reading.folders.UnfitFolder
        When `target` holds something else, or is a folder of the project or of the system.
    SiteError
        When what is committed cannot be shown, or for a warning of Sphinx. The former site stays.
    Busy
        When another build works beside `target`.
    """
    root = root or files.root()
    target = folders.claimed(target or root / SITE, root, made=INDEX)
    target.parent.mkdir(parents=True, exist_ok=True)
    with _alone(target):
        for words in files.clear_swaps(target.parent, target.name):
            print(words)
        with files.swapped(target) as (scratch, draft):
            _build(root, scratch, draft)
    return target


def _build(root: Path, scratch: Path, draft: Path) -> None:
    source = scratch / "source"
    source.mkdir()
    write(Library(root), source)
    _render(root / PAGES, source, draft, scratch / "doctrees")
    publish(root, draft)
    _refuse(faults(draft))


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    """Hold the folder around `target` for one build; the system lets go of it after a kill."""
    words = f"Another build of a site works in {target.parent}. Wait until it has finished."
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        with files.held(folder, lambda: words):
            yield
    finally:
        os.close(folder)


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
