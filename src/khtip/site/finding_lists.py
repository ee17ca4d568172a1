"""The findings on a page: the sentence, how sure it is, where it was found, what it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby

from docutils import nodes

from khtip.site import figure_cards, markup
from khtip.site.library import Library, Row
from khtip.site.markup import paragraph
from khtip.site.statements import Basis

Pages = Mapping[str, tuple[str, str]]
SEVERAL = ";"


def headlines(library: Library, pages: Pages, *, up: str) -> list[nodes.Node]:
    """Return the headline findings in their order.

    Parameters
    ----------
    library : Library
        Whose findings are shown.
    pages : mapping
        Number of a notebook to its title and its page.
    up : str
        The way from the page to the site's top.
    """
    chosen = [row for row in library.findings if row["headline"] == "True"]
    return [_item(row, library, pages, up) for row in chosen]


def by_notebook(library: Library, pages: Pages, *, up: str) -> list[nodes.section]:
    """Return every finding, one section a notebook."""
    numbered = sorted(library.findings, key=lambda row: row["notebook"])
    return [
        markup.section(
            pages[number][0],
            *(_item(row, library, pages, up) for row in rows),
            anchor=f"findings-{number}",
        )
        for number, rows in groupby(numbered, key=lambda row: row["notebook"])
    ]


def _item(row: Row, library: Library, pages: Pages, up: str) -> nodes.container:
    title, page = pages[row["notebook"]]
    others = [one for one in row["other_verdicts"].split(SEVERAL) if one]
    sure = [markup.strong("How sure: "), row["support"]]
    if others:
        sure.append(f" Under other settings the answer was: {', or: '.join(others)}.")
    where = [
        markup.link(f"How it was found: {title}", f"{page}#findings"),
        markup.file("Its number with interval (CSV)", f"{up}data/results/findings.csv"),
    ]
    return nodes.container(
        "",
        paragraph(row["sentence"], classes=["sentence"]),
        paragraph(markup.strong("Verdict: "), f"{row['verdict']}. ", *sure),
        paragraph(*markup.joined(where), classes=["downloads"]),
        figure_cards.basis(list(_bases(row, library)), up=up),
        ids=[row["finding_id"]],
        classes=["finding"],
    )


def _bases(row: Row, library: Library) -> Iterable[Basis]:
    return (Basis(library.sources[one]) for one in row["sources"].split(SEVERAL) if one)
