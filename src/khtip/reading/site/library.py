"""What the pages are made from, as it is committed: figures, sources, published statements."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

Row = dict[str, str]
PIXELS_PER_INCH = 100
UNTITLED = "without a title"


class SiteError(RuntimeError):
    """The site cannot be built; the message says where, what was expected and how to mend it."""


def read_rows(path: Path) -> list[Row]:
    """Read a table as text; an empty cell is the empty string.

    Raises
    ------
    SiteError
        When there is no such table.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    except FileNotFoundError:
        raise SiteError(f"{path}: no such table. Run the collection first: make run") from None


@dataclass(frozen=True)
class Figure:
    """One figure with the words that belong to it.

    Attributes
    ----------
    name : str
        ``NN-words``; its files are ``figures/NN-words`` ``.svg``, ``.png``, ``.csv``, ``.json``.
    notebook : str
        The number of the notebook that draws it.
    title, caption, alt : str
        As the registry saved them.
    sources : tuple of str
        Ids of the publications it rests on.
    width, height : int
        Size on a page in CSS pixels.
    """

    name: str
    notebook: str
    title: str
    caption: str
    alt: str
    sources: tuple[str, ...]
    width: int
    height: int

    @classmethod
    def from_card(cls, card: Mapping[str, Any]) -> Figure:
        """Return the figure that an entry of ``figures/index.json`` describes."""
        width, height = (round(inches * PIXELS_PER_INCH) for inches in card["size_inches"])
        words = {key: str(card[key]) for key in ("name", "notebook", "title", "caption", "alt")}
        return cls(**words, sources=tuple(card["sources"]), width=width, height=height)


@dataclass(frozen=True)
class Source:
    """One publication.

    Attributes
    ----------
    source_id : str
        Its id; ``ctx-NN`` for a table of context.
    publisher, title, author, date, edition : str
        As printed; empty where nothing was printed.
    address : str
        Where it was read.
    reporter : str
        Whom it reports, or which copy was read.
    note : str
        What a reader should know of it.
    """

    source_id: str
    publisher: str
    title: str
    author: str = ""
    date: str = ""
    edition: str = ""
    address: str = ""
    reporter: str = ""
    note: str = ""

    @property
    def of_context(self) -> bool:
        """Whether it stands behind a table of context and not behind reported figures."""
        return self.source_id.startswith("ctx-")


@dataclass(frozen=True)
class Statement:
    """One published statement: a number as it was printed, and where.

    Attributes
    ----------
    figure_id, source_id : str
        Its id and its publication's.
    locator : str
        Where in the publication, for a reader: ``paragraph 9``.
    subject, period, printed, body : str
        What was counted, when, the number with its hedge, and who counted.
    """

    figure_id: str
    source_id: str
    locator: str
    subject: str
    period: str
    printed: str
    body: str


class Library:
    """Everything below a project's `root` that the pages show.

    Raises
    ------
    SiteError
        When a table or the index of figures is missing, at the first use.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def rows(self, path: str) -> list[Row]:
        """Return the rows of the table at `path` below the root."""
        return read_rows(self.root / path)

    @cached_property
    def figures(self) -> dict[str, Figure]:
        """The figures by name, in the order of the notebooks."""
        path = self.root / "figures/index.json"
        if not path.is_file():
            raise SiteError(f"{path}: no such file. Run the collection first: make run")
        cards = json.loads(path.read_text(encoding="utf-8"))
        return {card["name"]: Figure.from_card(card) for card in cards}

    @cached_property
    def package(self) -> dict[str, Any]:
        """The Data Package: every table with its columns."""
        return json.loads((self.root / "data/datapackage.json").read_text(encoding="utf-8"))

    @cached_property
    def findings(self) -> list[Row]:
        """Every finding with how far it holds."""
        return self.rows("data/results/findings.csv")

    @cached_property
    def sources(self) -> dict[str, Source]:
        """Every publication by its id, reported ones first."""
        reported = [_reported(row) for row in self.rows("data/reported/sources.csv")]
        context = [_context(row) for row in self.rows("data/context/sources.csv")]
        return {one.source_id: one for one in (*reported, *context)}

    @cached_property
    def statements(self) -> dict[str, Statement]:
        """Every published statement by its ``figure_id``, in the order of the ledger."""
        rows = self.rows("data/reported/figures.csv")
        return {row["figure_id"]: self._statement(row) for row in rows}

    @cached_property
    def statements_of(self) -> dict[str, list[Statement]]:
        """The statements of each publication."""
        found: dict[str, list[Statement]] = {source_id: [] for source_id in self.sources}
        for one in self.statements.values():
            found.setdefault(one.source_id, []).append(one)
        return found

    @cached_property
    def _measures(self) -> dict[str, str]:
        return {one["measure"]: one["label"] for one in self.rows("data/lookups/measures.csv")}

    @cached_property
    def _areas(self) -> dict[str, str]:
        return {one["ref_area"]: one["name"] for one in self.rows("data/lookups/areas.csv")}

    @cached_property
    def _categories(self) -> dict[tuple[str, str], str]:
        rows = self.rows("data/lookups/categories.csv")
        return {(one["dimension"], one["category"]): one["label"] for one in rows}

    def _statement(self, row: Row) -> Statement:
        category = row["category"]
        part = self._categories.get((row["dimension"], category)) or self._areas.get(category)
        area = row["ref_area"]
        what = [
            self._measures.get(row["measure"], row["measure"]),
            part or category,
            "" if area == "KHM" else self._areas.get(area, area),
        ]
        return Statement(
            figure_id=row["figure_id"],
            source_id=row["source_id"],
            locator=locator(row["locator"]),
            subject=", ".join(filter(None, what)),
            period=period(row["period_start"], row["period_end"]),
            printed=printed(row),
            body=row["reporting_body"],
        )


def _reported(row: Row) -> Source:
    return Source(
        source_id=row["source_id"],
        publisher=row["publisher"],
        title=row["title"] or UNTITLED,
        author=row["author"],
        date=row["published_date"],
        address=row["url"],
        reporter=row["primary_reporter"]
        and f"Reports what was given by: {row['primary_reporter']}",
        note=row["notes"],
    )


def _context(row: Row) -> Source:
    return Source(
        source_id=row["context_source_id"],
        publisher=row["publisher"],
        title=row["source_title"],
        edition=row["edition"],
        address=row["url"],
        reporter=row["provenance"] and f"Copy that was read: {row['provenance']}",
    )


def locator(text: str) -> str:
    """Return a locator as a reader says it.

    Examples
    --------
    >>> locator("9"), locator("table row 3")
    ('paragraph 9', 'table row 3')
    """
    return f"paragraph {text}" if text.isdecimal() else text


def period(start: str, end: str) -> str:
    """Return a period as short as it can be said.

    Examples
    --------
    >>> period("2017-01-01", "2017-12-31"), period("2018-01-01", "2018-10-31")
    ('2017', '2018-01-01 to 2018-10-31')
    """
    whole = start.endswith("-01-01") and end.endswith("-12-31")
    if whole and start[:4] == end[:4]:
        return start[:4]
    return f"{start[:4]} to {end[:4]}" if whole else f"{start} to {end}"


def printed(row: Mapping[str, str]) -> str:
    """Return the number of a row of the ledger as it was printed, with its hedge.

    Examples
    --------
    >>> printed({"value": "300", "qualifier": "more_than", "unit": "count", "wording": ""})
    'more than 300'
    >>> printed({"value": "100", "qualifier": "worded", "unit": "percent", "wording": "doubled"})
    'doubled'
    """
    if row["qualifier"] == "worded":
        return row["wording"] or row["value"]
    number = row["value"] + (" %" if row["unit"] == "percent" else "")
    hedge = "" if row["qualifier"] == "exact" else row["qualifier"].replace("_", " ") + " "
    return hedge + number


# Which published statements a figure rests on.


ID_SEPARATOR = ";"


@dataclass(frozen=True)
class Basis:
    """What one publication gives to a figure.

    Attributes
    ----------
    source : Source
    statements : tuple of Statement
        Those that the figure's table names; empty where it names the publication only.
    """

    source: Source
    statements: tuple[Statement, ...] = ()


def behind(figure: Figure, library: Library) -> list[Basis]:
    """Return what `figure` rests on, one entry a publication, in the order of the sources.

    Raises
    ------
    SiteError
        When the figure names a source that is in neither bibliography.
    """
    unknown = [one for one in figure.sources if one not in library.sources]
    if unknown:
        raise SiteError(
            f"figures/{figure.name}.json: {', '.join(unknown)}: no such source. Expected an id of "
            "data/reported/sources.csv or data/context/sources.csv. Run: make run"
        )
    named = _named(figure, library)
    return [
        Basis(
            library.sources[source_id],
            tuple(one for one in named if one.source_id == source_id),
        )
        for source_id in library.sources
        if source_id in figure.sources or any(one.source_id == source_id for one in named)
    ]


def _named(figure: Figure, library: Library) -> list[Statement]:
    cells = {
        word.strip()
        for row in library.rows(f"figures/{figure.name}.csv")
        for cell in row.values()
        for word in (cell or "").split(ID_SEPARATOR)
    }
    return [one for figure_id, one in library.statements.items() if figure_id in cells]
