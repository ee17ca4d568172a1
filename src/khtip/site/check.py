"""What no page of the site may do, held against the finished pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

HEAVIEST_PAGE = 1_000_000
THEME = "_static"  # holds templates that are no pages
LOADING = {"src", "srcset", "poster", "data", "background"}
LOADING_TAGS = {"link"}
HEADINGS = {f"h{level}": level for level in range(1, 7)}


class Page(HTMLParser):
    """What one page links, loads and names.

    Attributes
    ----------
    anchors : set of str
        Every id.
    links : list of str
        Where a reader can go.
    loads : list of str
        What a browser fetches by itself.
    faults : list of str
        What is wrong with the page by itself: an image without alternative text, a link without
        words, an anchor that stands twice, a heading that skips a level.
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
