"""What the page and the summary both say, in which order and in which words."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from khtip.changes.comparison import Comparison
from khtip.changes.tables import TableChange

TITLE = "What moved in the products"
CAVEAT = (
    "The collection counts what authorities reported, not how much trafficking there is. A number "
    "that moved here is another statement or another way to read it."
)
LOCK_NOTE = (
    "The two states have different locks of the libraries, so pixels may differ without a reason "
    "in the data."
)
LAYERS_NOTE = (
    "Numbers: other numbers are drawn. Structure: other words, axes, colours or order of marks. "
    "Pixels: the picture differs, without tolerance, because the same lock draws the same bytes."
)


@dataclass(frozen=True)
class Section:
    """One part of the report.

    Attributes
    ----------
    anchor, name : str
    count : int
        How much moved in it.
    tables : list of TableChange
    """

    anchor: str
    name: str
    count: int
    tables: list[TableChange] = field(default_factory=list)


def sections(found: Comparison, *, only_figures: bool = False) -> list[Section]:
    """Return the parts of the report, in the order in which a reviewer reads."""
    figures = Section("figures", "Figures", len(found.figures))
    if only_figures:
        return [figures]
    rooms = {
        "data": ("Data written by people", "written by people"),
        "clean": ("Cleaned data", "cleaned and checked"),
        "results": ("Result tables", "results"),
        "more": ("Other tables", "other"),
    }
    parts = {
        anchor: Section(anchor, name, len(mine), mine)
        for anchor, (name, room) in rooms.items()
        if (mine := found.in_room(room)) or anchor != "more"
    }
    findings = Section("findings", "Findings", len(found.findings))
    others = Section("others", "Other files", len(found.others))
    order = [parts["data"], findings, parts["results"], figures, parts["clean"]]
    return [*order, *([parts["more"]] if "more" in parts else []), others]


def words_of(table: TableChange) -> str:
    """Say how many rows of a table moved.

    Examples
    --------
    >>> words_of(TableChange("t.csv", [], "added"))
    'added'
    """
    if table.status in ("added", "removed"):
        return table.status
    counted = {
        "added": len(table.added),
        "changed": table.rows_changed,
        "removed": len(table.removed),
        "with another key": len(table.renamed),
    }
    rows = ", ".join(f"{count} {word}" for word, count in counted.items() if count)
    columns = len(table.columns_added) + len(table.columns_removed)
    more = [f"rows: {rows}"] if rows else []
    more += [f"columns: {columns} changed"] if columns else []
    more += ["other order"] if table.reordered else []
    return "; ".join(more) or "changed"


def verdict(found: Comparison) -> str:
    """Say in one sentence whether anything moved.

    Examples
    --------
    >>> verdict(Comparison("a", "b"))
    'Nothing moved.'
    """
    if not found.moved:
        return "Nothing moved."
    headlines = found.findings[found.findings["headline"].astype(bool)]
    flipped = int(found.findings["flipped"].sum())
    return (
        f"{counted(len(found.tables), 'table')}, {counted(len(found.findings), 'finding')} "
        f"({counted(len(headlines), 'headline')}; {counted(flipped, 'verdict')} flipped) and "
        f"{len(found.figures)} of {counted(found.figures_compared, 'figure')} moved."
    )


def signed(number: float) -> str:
    """Return a difference with its sign, and nothing where there is none.

    Examples
    --------
    >>> signed(1.25), signed(float("nan")), signed(-2.0), signed(0.0)
    ('+1.25', '', '-2', '0')
    """
    if math.isnan(number):
        return ""
    return f"{number:+.6g}" if number else "0"


def counted(number: int, word: str) -> str:
    """Return a number with its noun.

    Examples
    --------
    >>> counted(1, "verdict"), counted(0, "table")
    ('1 verdict', '0 tables')
    """
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"
