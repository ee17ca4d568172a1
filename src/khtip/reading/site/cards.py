"""A figure on a page: picture, caption, downloads, and the published statements behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from docutils import nodes

from khtip.reading.site import markup
from khtip.reading.site.library import Basis, Figure, Library, Row, Source, Statement, behind
from khtip.reading.site.markup import paragraph

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
    folded += markup.bullets(_statement_entry(one, up) for one in bases)
    return folded


def _statement_entry(one: Basis, up: str) -> list[nodes.Element]:
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


# The findings on a page: the sentence, how sure it is, where it was found, what it rests on.


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
        basis(list(_bases(row, library)), up=up),
        ids=[row["finding_id"]],
        classes=["finding"],
    )


def _bases(row: Row, library: Library) -> Iterable[Basis]:
    return (Basis(library.sources[one]) for one in row["sources"].split(SEVERAL) if one)


# The bibliography: every publication, the figures taken from it, the drawings that rest on it.


BIBLIOGRAPHY_HEADER = ("where", "what", "period", "printed", "counted by")


def bibliography(library: Library, *, context: bool) -> list[nodes.Node]:
    """Return the publications of reported figures, or those of the context tables.

    Each has its ``source_id`` as anchor, and each statement its ``figure_id``.
    """
    used = _drawings(library)
    chosen = [one for one in library.sources.values() if one.of_context == context]
    chosen.sort(key=lambda one: (one.publisher.casefold(), one.date, one.title.casefold()))
    return [
        _source_entry(one, library.statements_of[one.source_id], used.get(one.source_id, []))
        for one in chosen
    ]


def _drawings(library: Library) -> dict[str, list[Figure]]:
    used: dict[str, list[Figure]] = {}
    for figure in library.figures.values():
        for source_id in figure.sources:
            used.setdefault(source_id, []).append(figure)
    return used


def _source_entry(
    source: Source, statements: list[Statement], drawings: list[Figure]
) -> nodes.container:
    who = ", ".join(filter(None, [source.author, source.publisher]))
    when = source.date or source.edition or "no date printed"
    blocks: list[nodes.Node] = [
        paragraph(f"{who} ({when}): ", markup.link(source.title, source.address), "."),
        paragraph(*_facts(source), classes=["downloads"]),
    ]
    if statements:
        count = number_of(len(statements), "figure")
        folded = markup.details(summary=f"{count} taken from it", classes=["basis"])
        folded += _statements(statements)
        blocks.append(folded)
    if drawings:
        links = [markup.link(one.title, f"figures.html#{one.name}") for one in drawings]
        count = number_of(len(drawings), "drawing")
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
    return markup.table(BIBLIOGRAPHY_HEADER, rows, ids=[one.figure_id for one in statements])


# The data dictionary: every table of the Data Package with its columns, licence and sources.


FOLDERS = {
    "reported": "Reported: the figures as published",
    "context": "Context: other people's tables, as published",
    "lookups": "Lookups: definitions, codes and preferences",
    "clean": "Clean: figures with bounds, and verdicts on them",
    "results": "Results: what the notebooks computed",
}
DICTIONARY_HEADER = ("column", "type", "what it holds", "HXL tag")


def dictionary(library: Library, *, up: str) -> list[nodes.section]:
    """Return one section a folder of the Data Package, with one section a table."""
    resources = sorted(library.package["resources"], key=lambda one: _place(one["path"]))
    return [
        markup.section(
            FOLDERS.get(folder, folder.capitalize()),
            *(_table(one, up) for one in tables),
            anchor=f"folder-{folder}",
        )
        for folder, tables in groupby(resources, key=lambda one: one["path"].split("/")[0])
    ]


def _place(path: str) -> int:
    folder = path.split("/")[0]
    return list(FOLDERS).index(folder) if folder in FOLDERS else len(FOLDERS)


def _table(resource: dict[str, Any], up: str) -> nodes.section:
    path = f"{up}data/{resource['path']}"
    schema = resource["schema"]
    licences = [markup.link(one["title"], one.get("path", "")) for one in resource["licenses"]]
    origins = [
        markup.link(one["title"], one["path"]) if "path" in one else one["title"]
        for one in resource.get("sources", [])
    ]
    key = schema.get("primaryKey", [])
    columns = [key] if isinstance(key, str) else key
    return markup.section(
        f"{resource['title']} ({resource['path']})",
        paragraph(resource["description"]),
        paragraph(
            "Download: ",
            markup.file(resource["path"].split("/")[-1], path),
            ". Licence: ",
            *markup.joined(licences, "; "),
            ".",
            *([" Origin: ", *markup.joined(origins, "; "), "."] if origins else []),
            f" One row is named by: {', '.join(columns)}." if columns else "",
            classes=["downloads"],
        ),
        markup.table(DICTIONARY_HEADER, [_column(one) for one in schema["fields"]]),
        anchor=f"table-{resource['name']}",
    )


def _column(field: dict[str, Any]) -> list[Any]:
    lookup = field.get("lookup")
    codes = f" Codes: {lookup['resource']}." if lookup else ""
    needed = field.get("constraints", {}).get("required")
    expected = f" Expected: {field['expected']}." if "expected" in field else ""
    holds = f"{field['description']}{expected}{codes}{' Never empty.' if needed else ''}"
    return [
        [markup.code(field["name"])],
        field["type"],
        holds,
        [markup.code(field["hxl"])] if field.get("hxl") else "",
    ]
