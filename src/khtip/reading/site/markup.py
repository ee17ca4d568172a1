"""The pieces that pages are built from, as docutils nodes.

Words from data become text nodes, never markup: whatever they hold, a page shows it as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from docutils import nodes

Part: TypeAlias = str | nodes.Node
OUTSIDE = re.compile(r"https?://[^\s]+")


class details(nodes.General, nodes.Element):
    """A part of a page that is folded until its ``summary`` is pressed."""


class picture(nodes.General, nodes.Inline, nodes.Element):
    """An image at a fixed address: ``src``, ``alt``, ``width`` and ``height`` in CSS pixels."""


class download(nodes.General, nodes.Inline, nodes.TextElement):
    """A link to a file that is saved rather than shown: ``href``."""


def visit_details(translator: Any, node: details) -> None:
    translator.body.append(translator.starttag(node, "details", ""))
    translator.body.append(f"<summary>{translator.encode(node['summary'])}</summary>\n")


def depart_details(translator: Any, node: details) -> None:
    translator.body.append("</details>\n")


def visit_picture(translator: Any, node: picture) -> None:
    # On a phone a picture scrolls in its own box, so that its words stay large enough to read. The
    # theme makes a box of this class reachable by keyboard when it scrolls.
    translator.body.append('<div class="pst-scrollable-table-container picture">')
    shown = {key: str(node[key]) for key in ("src", "alt", "width", "height")}
    translator.body.append(
        translator.emptytag(node, "img", "", loading="lazy", decoding="async", **shown)
    )
    translator.body.append("</div>\n")


def depart_picture(translator: Any, node: picture) -> None:
    pass


def visit_download(translator: Any, node: download) -> None:
    translator.body.append(
        translator.starttag(node, "a", "", href=node["href"], download=node["href"].split("/")[-1])
    )


def depart_download(translator: Any, node: download) -> None:
    translator.body.append("</a>")


def visit_fold(translator: Any, node: nodes.Element) -> None:
    """Show a folded code cell; its summary is its name, for screen readers too."""
    translator.body.append('<details class="code-fold">\n')
    translator.body.append(f"<summary>{translator.encode(node['prompt_show'])}</summary>\n")


def link(text: str, address: str) -> nodes.Node:
    """Return a link, or plain text when `address` is neither a page of the site nor http(s).

    Examples
    --------
    >>> link("here", "https://example.org/a").astext()
    'here'
    >>> link("here", "javascript:alert(1)")
    <#text: 'here'>
    """
    if not (OUTSIDE.fullmatch(address) or re.fullmatch(r"[\w./#-]+", address)):
        return nodes.Text(text)
    inside = "://" not in address
    return nodes.reference("", text, refuri=address, internal=inside)


def file(text: str, address: str) -> nodes.Node:
    """Return a link that saves the file at `address` below the site."""
    return download("", text, href=address)


def strong(text: str) -> nodes.Node:
    """Return stressed text."""
    return nodes.strong("", text)


def code(text: str) -> nodes.Node:
    """Return text in a fixed-width font."""
    return nodes.literal("", text)


def paragraph(*parts: Part, classes: Sequence[str] = ()) -> nodes.paragraph:
    """Return a paragraph of text and nodes; empty strings are left out.

    Examples
    --------
    >>> paragraph("a < b, ", strong("c")).astext()
    'a < b, c'
    """
    return nodes.paragraph("", "", *_as_nodes(parts), classes=list(classes))


def joined(parts: Iterable[Part], separator: str = " · ") -> list[Part]:
    """Return the parts with a separator between them."""
    mixed: list[Part] = []
    for part in parts:
        mixed += [separator, part] if mixed else [part]
    return mixed


def bullets(items: Iterable[Sequence[nodes.Element]]) -> nodes.bullet_list:
    """Return a list; each item is a sequence of blocks, such as paragraphs."""
    return nodes.bullet_list("", *(nodes.list_item("", *blocks) for blocks in items))


def section(title: str, *blocks: nodes.Node, anchor: str) -> nodes.section:
    """Return a section with a heading and a stable anchor."""
    return nodes.section("", nodes.title("", title), *blocks, ids=[anchor], names=[])


def table(
    header: Sequence[str],
    rows: Iterable[Sequence[Part | Sequence[Part]]],
    *,
    ids: Sequence[str] = (),
    classes: Sequence[str] = (),
) -> nodes.table:
    """Return a table of text and nodes, one row of `rows` a line; `ids` are anchors of the rows."""
    group = nodes.tgroup("", *(nodes.colspec(colwidth=1) for _ in header), cols=len(header))
    group += nodes.thead("", _row(header))
    body = nodes.tbody()
    for number, cells in enumerate(rows):
        row = _row(cells)
        if number < len(ids):
            row["ids"] = [ids[number]]
        body += row
    group += body
    return nodes.table("", group, classes=["words", *classes])


def _row(cells: Iterable[Part | Sequence[Part]]) -> nodes.row:
    entries = [[cell] if isinstance(cell, str | nodes.Node) else cell for cell in cells]
    return nodes.row("", *(nodes.entry("", paragraph(*parts)) for parts in entries))


def _as_nodes(parts: Iterable[Any]) -> list[nodes.Node]:
    return [nodes.Text(part) if isinstance(part, str) else part for part in parts if part != ""]
