"""The comparison as one HTML page that needs nothing beside it."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import jinja2

from khtip.changes import report
from khtip.changes.comparison import Comparison
from khtip.changes.figures import FigureChange

MOST_ROWS = 200
MOST_SENTENCES = 12


def render(found: Comparison, *, only_figures: bool = False) -> str:
    """Return the page; every text from data is escaped."""
    template = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    ).from_string((Path(__file__).parent / "page.html.jinja").read_text(encoding="utf-8"))
    parts = report.sections(found, only_figures=only_figures)
    return template.render(
        title="Figures before and after" if only_figures else report.TITLE,
        caveat=report.CAVEAT,
        found=found,
        verdict=report.verdict(found),
        sections=parts,
        shown_figures=[_shown(one) for one in found.figures],
        lock_note=report.LOCK_NOTE,
        layers_note=report.LAYERS_NOTE,
        most=MOST_ROWS,
        most_sentences=MOST_SENTENCES,
        words_of=report.words_of,
        signed=report.signed,
    )


def _shown(change: FigureChange) -> dict[str, Any]:
    """Return a figure with its pictures as text."""
    caught = ", ".join(change.layers)
    words = f"caught by {caught}" if caught else change.status
    where = "; ".join(change.layers.get("pixels", ["no pixel differs"]))
    pictures = [
        ("Baseline", _encoded(change.before), change.alt_before or "No baseline."),
        ("Result", _encoded(change.after), change.alt_after or "No result."),
    ]
    marked = base64.b64encode(change.difference).decode("ascii")
    pictures.append(
        ("Difference", marked, f"The result, pale, with differing pixels red: {where}.")
    )
    return {"change": change, "words": words, "pictures": pictures}


def _encoded(files: dict[str, Path]) -> str:
    return base64.b64encode(files["png"].read_bytes()).decode("ascii") if "png" in files else ""
