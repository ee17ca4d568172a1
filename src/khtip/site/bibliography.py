"""The bibliography: every publication, the figures taken from it, the drawings that rest on it."""

from __future__ import annotations

from collections.abc import Iterable

from docutils import nodes

from khtip.site import figure_cards, markup
from khtip.site.library import Figure, Library, Source, Statement
from khtip.site.markup import paragraph

HEADER = ("where", "what", "period", "printed", "counted by")


def bibliography(library: Library, *, context: bool) -> list[nodes.Node]:
    """Return the publications of reported figures, or those of the context tables.

    Each has its ``source_id`` as anchor, and each statement its ``figure_id``.
    """
    used = _drawings(library)
    chosen = [one for one in library.sources.values() if one.of_context == context]
    chosen.sort(key=lambda one: (one.publisher.casefold(), one.date, one.title.casefold()))
    return [
        _entry(one, library.statements_of[one.source_id], used.get(one.source_id, []))
        for one in chosen
    ]


def _drawings(library: Library) -> dict[str, list[Figure]]:
    used: dict[str, list[Figure]] = {}
    for figure in library.figures.values():
        for source_id in figure.sources:
            used.setdefault(source_id, []).append(figure)
    return used


def _entry(source: Source, statements: list[Statement], drawings: list[Figure]) -> nodes.container:
    who = ", ".join(filter(None, [source.author, source.publisher]))
    when = source.date or source.edition or "no date printed"
    blocks: list[nodes.Node] = [
        paragraph(f"{who} ({when}): ", markup.link(source.title, source.address), "."),
        paragraph(*_facts(source), classes=["downloads"]),
    ]
    if statements:
        count = figure_cards.number_of(len(statements), "figure")
        folded = markup.details(summary=f"{count} taken from it", classes=["basis"])
        folded += _statements(statements)
        blocks.append(folded)
    if drawings:
        links = [markup.link(one.title, f"figures.html#{one.name}") for one in drawings]
        count = figure_cards.number_of(len(drawings), "drawing")
        folded = markup.details(summary=f"{count} resting on it", classes=["basis"])
        folded += markup.bullets([paragraph(one)] for one in links)
        blocks.append(folded)
    return nodes.container("", *blocks, ids=[source.source_id], classes=["source"])


def _facts(source: Source) -> Iterable[markup.Part]:
    said = (source.reporter, source.note)
    sentences = [f"{one.rstrip('.')}." for one in said if one]
    return markup.joined([markup.code(source.source_id), *sentences])


def _statements(statements: list[Statement]) -> nodes.table:
    rows = [[one.locator, one.subject, one.period, one.printed, one.body] for one in statements]
    return markup.table(HEADER, rows, ids=[one.figure_id for one in statements])
