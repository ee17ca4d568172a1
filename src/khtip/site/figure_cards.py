"""A figure on a page: picture, caption, downloads, and the published statements behind it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from docutils import nodes

from khtip.site import markup
from khtip.site.library import Figure, Library, Statement
from khtip.site.markup import paragraph
from khtip.site.statements import Basis, behind

KINDS = {
    "png": "image (PNG)",
    "svg": "image (SVG)",
    "csv": "its numbers (CSV)",
    "json": "its description (JSON)",
}


def anchor(figure: Figure) -> str:
    """Return the anchor of a figure on every page that shows it."""
    return f"figure-{figure.name}"


def card(figure: Figure, library: Library, *, up: str) -> list[nodes.Node]:
    """Return picture, caption, downloads, and what the figure rests on.

    Parameters
    ----------
    figure : Figure
        What is shown.
    library : Library
        Where its sources and statements are looked up.
    up : str
        The way from the page to the site's top: ``""`` or ``"../"``.
    """
    path = f"{up}figures/{figure.name}"
    shown = markup.picture(
        src=f"{path}.svg", alt=figure.alt, width=figure.width, height=figure.height
    )
    caption = nodes.caption("", "", markup.strong(figure.title), nodes.Text(f". {figure.caption}"))
    files = [markup.file(words, f"{path}.{kind}") for kind, words in KINDS.items()]
    return [
        nodes.figure("", shown, caption, ids=[anchor(figure)], classes=["card"]),
        paragraph("Download: ", *markup.joined(files), classes=["downloads"]),
        basis(behind(figure, library), up=up),
    ]


def basis(bases: Sequence[Basis], *, up: str) -> nodes.Element:
    """Return the folded list of the publications and statements that something rests on.

    What names no publication is about the whole ledger, so about all of them.
    """
    if not bases:
        every = markup.link("all publications that were read", f"{up}sources.html")
        return paragraph("It rests on ", every, ".", classes=["downloads"])
    count = sum(len(one.statements) for one in bases)
    said = [number_of(len(bases), "publication")] + (
        [number_of(count, "statement")] if count else []
    )
    folded = markup.details(summary=f"What it rests on: {', '.join(said)}", classes=["basis"])
    folded += markup.bullets(_entry(one, up) for one in bases)
    return folded


def _entry(one: Basis, up: str) -> list[nodes.Element]:
    source = one.source
    where = f"{up}sources.html#{source.source_id}"
    line = paragraph(
        f"{source.publisher}: ",
        markup.link(source.title, source.address),
        f" ({source.date})" if source.date else "",
        ". ",
        markup.link("More on this source", where),
        "" if one.statements or source.of_context else ", with every figure taken from it",
        ".",
    )
    if not one.statements:
        return [line]
    return [line, markup.bullets([paragraph(*told(each, up))] for each in one.statements)]


def told(one: Statement, up: str) -> Iterable[markup.Part]:
    """Return a statement as a line of text with a link to its entry."""
    address = f"{up}sources.html#{one.figure_id}"
    body = f", by {one.body}" if one.body else ""
    return (
        markup.link(one.locator, address),
        f": {one.subject}, {one.period}: {one.printed}{body}",
    )


def number_of(count: int, noun: str) -> str:
    """Return a count with its noun.

    Examples
    --------
    >>> number_of(1, "statement"), number_of(2, "statement")
    ('1 statement', '2 statements')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def gallery(library: Library, titles: dict[str, tuple[str, str]]) -> list[nodes.section]:
    """Return every figure, one section a notebook.

    Parameters
    ----------
    library : Library
        Whose figures are shown.
    titles : dict
        Number of a notebook to its title and its page.
    """
    sections = []
    for number, figures in groupby(library.figures.values(), key=lambda one: one.notebook):
        title, page = titles[number]
        drawn = paragraph("Drawn and explained in ", markup.link(title, page), ".")
        cards = [
            markup.section(one.title, *card(one, library, up=""), anchor=one.name)
            for one in figures
        ]
        sections.append(markup.section(title, drawn, *cards, anchor=f"notebook-{number}"))
    return sections
