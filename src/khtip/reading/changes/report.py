"""What the page and the summary both say, in which order and in which words."""

from __future__ import annotations

import argparse
import base64
import html
import math
import re
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd

from khtip import files
from khtip.reading.changes import comparison
from khtip.reading.changes.comparison import Comparison
from khtip.reading.changes.pictures import FigureChange
from khtip.reading.changes.rows import TableChange

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


# The comparison as one HTML page that needs nothing beside it.


MOST_ROWS_ON_PAGE = 200
MOST_SENTENCES = 12


def render_page(found: Comparison, *, only_figures: bool = False) -> str:
    """Return the page; every text from data is escaped."""
    template = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    ).from_string((Path(__file__).parent / "page.html.jinja").read_text(encoding="utf-8"))
    parts = sections(found, only_figures=only_figures)
    return template.render(
        title="Figures before and after" if only_figures else TITLE,
        caveat=CAVEAT,
        found=found,
        verdict=verdict(found),
        sections=parts,
        shown_figures=[_shown(one) for one in found.figures],
        lock_note=LOCK_NOTE,
        layers_note=LAYERS_NOTE,
        most=MOST_ROWS_ON_PAGE,
        most_sentences=MOST_SENTENCES,
        words_of=words_of,
        signed=signed,
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


# The comparison as Markdown that fits into one comment on GitHub.


LIMIT = 65_536
"""Characters of one comment on GitHub."""
NOTICE = "\n\n**Cut here: this summary is longer than a comment may be. The page has the rest.**\n"
MOST_ROWS = 10
LONGEST = 160
_STATED = re.compile(r"data/results/findings(-\d\d)?\.csv")


def render_summary(found: Comparison, *, only_figures: bool = False) -> str:
    """Return the summary, at most `LIMIT` characters."""
    lines = [
        f"# {'Figures before and after' if only_figures else TITLE}",
        "",
        f"From {cell(found.before)} to {cell(found.after)}. {verdict(found)}",
        "",
        CAVEAT,
    ]
    lines += ["", f"**{LOCK_NOTE}**"] if found.lock_moved else []
    for section in sections(found, only_figures=only_figures):
        if section.count:
            lines += ["", f"## {section.name}", "", *_section(section, found)]
    return cut("\n".join(lines) + "\n")


def cut(text: str, limit: int = LIMIT) -> str:
    """Return a text no longer than `limit`, cut at the end of a line and with a notice.

    Examples
    --------
    >>> cut("short"), len(cut("line\\n" * 40_000)) <= LIMIT
    ('short', True)
    """
    if len(text) <= limit:
        return text
    kept = text[: limit - len(NOTICE)]
    return kept[: kept.rfind("\n")] + NOTICE


def cell(value: object) -> str:
    """Return a text from data so that it is only text in a Markdown table.

    Markup is escaped, and nobody is notified and no issue is linked by an ``@`` or a ``#``.

    Examples
    --------
    >>> print(cell("a|b <b>x</b>"))
    a\\|b &lt;b&gt;x&lt;/b&gt;
    >>> cell("@someone") == "@" + chr(0x200B) + "someone"
    True
    """
    text = " ".join(str(value).split())
    text = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    text = re.sub(r"([\\`*_\[\]|~])", r"\\\1", html.escape(text, quote=False))
    return re.sub(r"([@#])(?=\w)", "\\1\u200b", text)


def _section(section: Section, found: Comparison) -> list[str]:
    if section.anchor == "findings":
        return _findings(found.findings)
    if section.anchor == "figures":
        rows: list[tuple[object, ...]] = [
            (one.name, ", ".join(one.layers) or one.status, _first(one.layers))
            for one in found.figures
        ]
        return _grid(["figure", "caught by", "what moved first"], rows, len(rows))
    if section.anchor == "others":
        return [f"- {cell(path)}: {status}" for path, status in found.others]
    return [line for table in section.tables for line in _table(table)]


def _first(layers: dict[str, list[str]]) -> str:
    return next((sentences[0] for sentences in layers.values()), "")


def _findings(findings: pd.DataFrame) -> list[str]:
    rows: list[tuple[object, ...]] = []
    for row in findings.to_dict("records"):
        said = row["verdict_after"] or row["verdict_before"]
        if row["flipped"]:
            said = f"flipped: {row['verdict_before']} → {row['verdict_after']}"
        name = f"{row['finding_id']}{' (headline)' if row['headline'] else ''}"
        name += f", {row['status']}" if row["status"] != "changed" else ""
        moved = signed(row["difference"])
        rows.append((name, row["value_before"], row["value_after"], moved, said))
    return _grid(["finding", "old", "new", "difference", "verdict"], rows, len(rows))


def _table(table: TableChange) -> list[str]:
    lines = [f"### {cell(table.path)}: {words_of(table)}", ""]
    if _STATED.fullmatch(table.path):
        return [*lines, "Shown under Findings.", ""]
    lines += [f"{table.note}", ""] if table.note else []
    for word, columns in (("added", table.columns_added), ("removed", table.columns_removed)):
        lines += [f"Columns {word}: {cell(', '.join(columns))}.", ""] if columns else []
    for frame, word in (
        (table.changed, "changed"),
        (table.added, "added"),
        (table.removed, "removed"),
        (table.renamed, "with another key"),
    ):
        if len(frame):
            noun = "cell" if word == "changed" else "row"
            lines += [f"{counted(len(frame), noun)} {word}:", ""]
            shown = frame.head(MOST_ROWS).itertuples(index=False, name=None)
            lines += [*_grid(list(frame.columns), list(shown), len(frame)), ""]
    return lines


def _grid(names: list[str], rows: list[tuple[object, ...]], total: int) -> list[str]:
    lines = [f"| {' | '.join(cell(name) for name in names)} |", f"|{' --- |' * len(names)}"]
    lines += [f"| {' | '.join(cell(value) for value in row)} |" for row in rows]
    rest = total - len(rows)
    return [*lines, "", f"{rest} more are on the page."] if rest else lines


# The commands ``khtip changes`` and ``khtip compare-figures``.


CHANGES, FIGURES = "build/changes", "build/compare-figures"


def changes(options: argparse.Namespace) -> int:
    """Compare two states of all products; write the page and the summary."""
    root = files.root()
    with tempfile.TemporaryDirectory(prefix="khtip-") as scratch:
        before = comparison.revision(options.base, root, _folder(scratch, "base"))
        after = comparison.working_tree(root)
        if options.head:
            after = comparison.revision(options.head, root, _folder(scratch, "head"))
        found = comparison.compare_states(before, after)
        return _report(found, Path(options.output or root / CHANGES))


def compare_figures(options: argparse.Namespace) -> int:
    """Compare the committed figures with those of a folder, in three layers."""
    root = files.root()
    after = (
        comparison.folder(Path(options.result)) if options.result else comparison.working_tree(root)
    )
    with tempfile.TemporaryDirectory(prefix="khtip-") as scratch:
        before = comparison.revision(options.base, root, _folder(scratch, "base"))
        found = comparison.compare_states(before, after, only_figures=True)
        return _report(found, Path(options.output or root / FIGURES), only_figures=True)


def _folder(scratch: str, name: str) -> Path:
    folder = Path(scratch) / name
    folder.mkdir()
    return folder


def _report(found: comparison.Comparison, output: Path, *, only_figures: bool = False) -> int:
    """Write both files, say what moved, and return the exit status."""
    texts = {
        "index.html": render_page(found, only_figures=only_figures),
        "summary.md": render_summary(found, only_figures=only_figures),
    }
    output.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        files.write_text(output / name, text)
    print(f"From {found.before} to {found.after}: {verdict(found)}")
    for table in found.tables:
        print(f"  {table.path}: {words_of(table)}")
    for row in found.findings.to_dict("records"):
        flipped = f"verdict flipped from {row['verdict_before']} to {row['verdict_after']}"
        print(f"  finding {row['finding_id']}: {flipped if row['flipped'] else row['status']}")
    for one in found.figures:
        print(f"  figure {one.name}: {', '.join(one.layers) or one.status}")
    print(f"Report: {output / 'index.html'} and {output / 'summary.md'}")
    return int(found.moved)
