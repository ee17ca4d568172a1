"""What the pages are made from, as it is committed: figures, sources, published statements."""

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any

from khtip.ledger import lineage
from khtip.ledger.splits import period_words
from khtip.reading.trace import located, printed
from khtip.runner import manifest

Row = dict[str, str]
PIXELS_PER_INCH = 100
UNTITLED = "without a title"
FOLDERS = {
    "reported": "Reported: the figures as published",
    "context": "Context: other people's tables, as published",
    "lookups": "Lookups: definitions, codes and preferences",
    "clean": "Clean: figures with bounds, and verdicts on them",
    "results": "Results: what the notebooks computed",
}


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
    """One figure with its words as the registry saved them, its size in CSS pixels.

    ``statements`` and ``sources`` are ids, as `khtip.ledger.lineage.rests_on` names them.
    """

    name: str
    notebook: str
    title: str
    caption: str
    alt: str
    sources: tuple[str, ...]
    statements: tuple[str, ...]
    width: int
    height: int

    @classmethod
    def from_card(cls, card: Mapping[str, Any]) -> "Figure":
        """Return the figure that an entry of ``figures/index.json`` describes."""
        width, height = (round(inches * PIXELS_PER_INCH) for inches in card["size_inches"])
        given: dict[str, Any] = {"width": width, "height": height}
        given |= {key: str(card[key]) for key in ("name", "notebook", "title", "caption", "alt")}
        given |= {key: tuple(card.get(key, [])) for key in ("sources", "statements")}
        return cls(**given)


@dataclass(frozen=True)
class Source:
    """One publication, as printed; empty where nothing was printed.

    ``address`` is where it was read, ``reporter`` whom it reports or which copy was read, ``note``
    what a reader should know of it.
    """

    source_id: str
    publisher: str
    title: str
    address: str
    author: str = ""
    date: str = ""
    edition: str = ""
    reporter: str = ""
    note: str = ""
    of_context: bool = False


@dataclass(frozen=True)
class Statement:
    """One published statement: where it stands, what was counted, when, the number, and by whom."""

    figure_id: str
    source_id: str
    locator: str
    subject: str
    period: str
    printed: str
    body: str


Basis = list[tuple[Source, list[Statement]]]


class Library:
    """Everything below a project's `root` that the pages show.

    Raises
    ------
    SiteError
        When a table or the index of figures is missing, or an id leads nowhere, at the first use.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    @cached_property
    def figures(self) -> dict[str, Figure]:
        """The figures by name, in the order of the notebooks."""
        path = self.root / "figures/index.json"
        if not path.is_file():
            raise SiteError(f"{path}: no such file. Run the collection first: make run")
        cards = json.loads(path.read_text(encoding="utf-8"))
        return {card["name"]: Figure.from_card(card) for card in cards}

    @cached_property
    def notebooks(self) -> dict[str, manifest.Notebook]:
        """The notebooks by number."""
        return {one.number: one for one in manifest.read_manifest(self.root).notebooks}

    @cached_property
    def package(self) -> dict[str, Any]:
        """The Data Package: every table with its columns."""
        return json.loads((self.root / "data/datapackage.json").read_text(encoding="utf-8"))

    @property
    def folders(self) -> list[tuple[str, str, list[dict[str, Any]]]]:
        """Each folder of the Data Package with its words and tables."""

        def folder(resource: dict[str, Any]) -> str:
            return str(resource["path"].split("/")[0])

        order = [*FOLDERS, *sorted({folder(one) for one in self.package["resources"]} - {*FOLDERS})]
        tables = sorted(self.package["resources"], key=lambda one: order.index(folder(one)))
        return [
            (name, FOLDERS.get(name, name.capitalize()), list(mine))
            for name, mine in groupby(tables, key=folder)
        ]

    @cached_property
    def findings(self) -> list[Row]:
        """Every finding with how far it holds."""
        return self._rows("data/results/findings.csv")

    @cached_property
    def sources(self) -> dict[str, Source]:
        """Every publication by its id, reported ones first."""
        reported = map(_reported, self._rows("data/reported/sources.csv"))
        context = map(_context, self._rows("data/context/sources.csv"))
        return {one.source_id: one for one in (*reported, *context)}

    @cached_property
    def statements(self) -> dict[str, Statement]:
        """Every published statement by its ``figure_id``, in the order of the ledger."""
        rows = self._rows("data/reported/figures.csv")
        return {row["figure_id"]: self._statement(row) for row in rows}

    @cached_property
    def statements_of(self) -> dict[str, list[Statement]]:
        """The statements of each publication."""
        found: dict[str, list[Statement]] = {source_id: [] for source_id in self.sources}
        for one in self.statements.values():
            found.setdefault(one.source_id, []).append(one)
        return found

    @cached_property
    def drawings_of(self) -> dict[str, list[Figure]]:
        """The figures that rest on each publication."""
        found: dict[str, list[Figure]] = {source_id: [] for source_id in self.sources}
        for figure in self.figures.values():
            for source, _ in self.behind_figure(figure):
                found[source.source_id].append(figure)
        return found

    def bibliography(self, context: bool) -> list[Source]:
        """Return the publications of reported figures, or those of the context tables."""
        chosen = [one for one in self.sources.values() if one.of_context == context]
        return sorted(
            chosen, key=lambda one: (one.publisher.casefold(), one.date, one.title.casefold())
        )

    def behind_figure(self, figure: Figure) -> Basis:
        """Return what a figure rests on: each publication with the statements taken from it."""
        where = f"figures/{figure.name}.json"
        return self._behind(where, list(figure.statements), list(figure.sources))

    def behind_finding(self, row: Row) -> Basis:
        """Return what a row of `findings` rests on, as `behind_figure` does."""
        ids = (lineage.split(row[column]) for column in ("figure_ids", "sources"))
        return self._behind(f"data/results/findings.csv: {row['finding_id']}", *ids)

    def _behind(self, where: str, statements: list[str], sources: list[str]) -> Basis:
        try:
            found = lineage.behind(statements, sources, self._ledger)
        except lineage.UnclearId as fault:
            raise SiteError(f"{where}: {fault}") from None
        unknown = [one for one in found if one not in self.sources]
        if unknown:
            raise SiteError(
                f"{where}: {', '.join(unknown)}: no such source. Expected an id of "
                "data/reported/sources.csv or data/context/sources.csv. Run: make run"
            )
        return [
            (self.sources[source_id], [self.statements[one] for one in ids])
            for source_id, ids in found.items()
        ]

    @cached_property
    def _ledger(self) -> dict[str, str]:
        return lineage.by_id(self._rows("data/reported/figures.csv"))

    def _rows(self, path: str) -> list[Row]:
        return read_rows(self.root / path)

    @cached_property
    def _labels(self) -> dict[tuple[str, str], str]:
        """The words of each measure, area and category."""
        measures = self._rows("data/lookups/measures.csv")
        areas = self._rows("data/lookups/areas.csv")
        categories = self._rows("data/lookups/categories.csv")
        return (
            {("measure", one["measure"]): one["label"] for one in measures}
            | {("area", one["ref_area"]): one["name"] for one in areas}
            | {(one["dimension"], one["category"]): one["label"] for one in categories}
        )

    def _statement(self, row: Row) -> Statement:
        category, area = row["category"], row["ref_area"]
        labels = self._labels
        part = labels.get((row["dimension"], category)) or labels.get(("area", category), category)
        what = [
            labels.get(("measure", row["measure"]), row["measure"]),
            part,
            "" if area == "KHM" else labels.get(("area", area), area),
        ]
        return Statement(
            figure_id=row["figure_id"],
            source_id=row["source_id"],
            locator=located(row["locator"]),
            subject=", ".join(filter(None, what)),
            period=period_words(row["period_start"], row["period_end"]),
            printed=printed(row),
            body=row["reporting_body"],
        )


def _reported(row: Row) -> Source:
    words = row["primary_reporter"] and f"Reports what was given by: {row['primary_reporter']}"
    said = (row["source_id"], row["publisher"], row["title"] or UNTITLED, row["url"])
    author, date, note = row["author"], row["published_date"], row["notes"]
    return Source(*said, author=author, date=date, reporter=words, note=note)


def _context(row: Row) -> Source:
    words = row["provenance"] and f"Copy that was read: {row['provenance']}"
    said = (row["context_source_id"], row["publisher"], row["source_title"], row["url"])
    return Source(*said, edition=row["edition"], reporter=words, of_context=True)
