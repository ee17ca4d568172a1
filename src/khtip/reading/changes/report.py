"""What the page and the summary both say, in which order and in which words; the two commands."""

import argparse
import base64
import html
import math
import re
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from khtip import files
from khtip.reading import folders
from khtip.reading.changes import comparison
from khtip.reading.changes.comparison import Comparison
from khtip.reading.changes.pictures import FigureChange
from khtip.reading.changes.rows import TableChange
from khtip.reading.templates import counted, template

CHANGES, FIGURES = "build/changes", "build/compare-figures"
TITLE, FIGURES_TITLE = "What moved in the products", "Figures before and after"
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
FINDINGS_NOTE = (
    "Flipped verdicts first, then findings that left or came, other values, other sentences, other "
    "support; headlines first in each. The unit of a value is in its sentence."
)
MOST_ROWS_ON_PAGE, MOST_SENTENCES, MOST_ROWS = 200, 12, 10
LIMIT = 65_536
"""Characters of one comment on GitHub."""
NOTICE = "\n\n**Cut here: this summary is longer than a comment may be. The page has the rest.**\n"
LONGEST = 160
_STATED = re.compile(r"data/results/findings(-\d\d)?\.csv")


@dataclass(frozen=True)
class Section:
    """One part of the report: its heading, how much moved in it, and its tables."""

    anchor: str
    name: str
    count: int
    tables: list[TableChange] = field(default_factory=list)


def sections(found: Comparison, *, only_figures: bool = False) -> list[Section]:
    """Return the parts of the report, in the order in which a reviewer reads."""
    if only_figures:
        return [Section("figures", "Figures", len(found.figures))]
    contradictions = sum(map(len, found.contradictions.values()))
    parts = [
        Section("findings", "Findings", len(found.findings)),
        Section("contradictions", "New contradictions", contradictions),
        Section("renamed", "Renamed sources", len(found.renamed)),
        _tables(found, "data", "Data written by people", "written by people"),
        Section("figures", "Figures", len(found.figures)),
        _tables(found, "results", "Result tables", "results"),
        _tables(found, "clean", "Cleaned data", "cleaned and checked"),
        _tables(found, "more", "Other tables", "other"),
        Section("others", "Other files", len(found.others)),
    ]
    return [one for one in parts if one.count or one.anchor not in ("renamed", "more")]


def _tables(found: Comparison, anchor: str, name: str, room: str) -> Section:
    mine = [one for one in found.tables if comparison.room_of(one.path) == room]
    return Section(anchor, name, len(mine), mine)


def words_of(table: TableChange) -> str:
    """Say how many rows of a table moved.

    Examples
    --------
    >>> words_of(TableChange("t.csv", [], "added"))
    'added'
    """
    if table.status in ("added", "removed"):
        return table.status
    counts = {
        "added": len(table.added),
        "changed": table.rows_changed,
        "removed": len(table.removed),
        "with another key": len(table.renamed),
    }
    rows = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
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
    headlines = int(found.findings["headline"].astype(bool).sum())
    flipped = int(found.findings["flipped"].sum())
    return (
        f"{counted(len(found.tables), 'table')}, {counted(len(found.findings), 'finding')} "
        f"({counted(headlines, 'headline')}; {counted(flipped, 'verdict')} flipped) and "
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


def moved_words(row: Any) -> str:
    """Return what moved in a finding: its verdict, or another word for it.

    Examples
    --------
    >>> moved_words({"what": "flipped", "verdict_before": "rose", "verdict_after": "fell"})
    'flipped: rose → fell'
    >>> moved_words({"what": "value", "verdict_before": "rose", "verdict_after": "rose"})
    'rose (another value)'
    """
    if row["what"] == "flipped":
        return f"flipped: {row['verdict_before']} → {row['verdict_after']}"
    other = "" if row["what"] in ("added", "removed") else "another "
    return f"{row['verdict_after'] or row['verdict_before']} ({other}{row['what']})"


def render_page(found: Comparison, *, only_figures: bool = False) -> str:
    """Return the comparison as one HTML page that needs nothing beside it; data are escaped."""
    figures = [_shown(one) for one in found.figures]
    return _render("page.html.jinja", found, only_figures, escape=True, shown_figures=figures)


def render_summary(found: Comparison, *, only_figures: bool = False) -> str:
    """Return the comparison as Markdown that fits into one comment on GitHub, so `LIMIT` signs."""
    return cut(_render("summary.md.jinja", found, only_figures, escape=False))


def _render(
    name: str, found: Comparison, only_figures: bool, *, escape: bool, **more: object
) -> str:
    words = {"words_of": words_of, "signed": signed, "counted": counted, "cell": cell}
    words |= {"moved_words": moved_words, "stated": _STATED.fullmatch}
    return template(__file__, name, escape=escape, **words).render(
        title=FIGURES_TITLE if only_figures else TITLE,
        caveat=CAVEAT,
        lock_note=LOCK_NOTE,
        layers_note=LAYERS_NOTE,
        findings_note=FINDINGS_NOTE,
        most=MOST_ROWS_ON_PAGE if escape else MOST_ROWS,
        most_sentences=MOST_SENTENCES,
        found=found,
        verdict=verdict(found),
        sections=sections(found, only_figures=only_figures),
        **more,
    )


def _shown(change: FigureChange) -> dict[str, Any]:
    """Return a figure with its pictures as text."""
    caught = ", ".join(change.layers)
    words = f"caught by {caught}" if caught else change.status
    where = "; ".join(change.layers.get("pixels", ["no pixel differs"]))
    before, after = (_encoded(one) for one in (change.before, change.after))
    marked = base64.b64encode(change.difference).decode("ascii")
    pictures = [
        ("Baseline", before, change.alt_before or "No baseline."),
        ("Result", after, change.alt_after or "No result."),
        ("Difference", marked, f"The result, pale, with differing pixels red: {where}."),
    ]
    return {"change": change, "words": words, "pictures": pictures}


def _encoded(files: dict[str, Path]) -> str:
    return base64.b64encode(files["png"].read_bytes()).decode("ascii") if "png" in files else ""


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


def cell(value: object, longest: int = LONGEST) -> str:
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
    text = text if len(text) <= longest else text[: longest - 1] + "…"
    text = re.sub(r"([\\`*_\[\]|~])", r"\\\1", html.escape(text, quote=False))
    return re.sub(r"([@#])(?=\w)", "\\1\u200b", text)


def changes(options: argparse.Namespace) -> int:
    """Compare two states of all products (``khtip changes``); write the page and the summary."""
    root = files.root()
    with tempfile.TemporaryDirectory(prefix="khtip-") as scratch:
        before = comparison.revision(options.base, root, _folder(scratch, "base"))
        after = comparison.working_tree(root)
        if options.head:
            after = comparison.revision(options.head, root, _folder(scratch, "head"))
        found = comparison.compare_states(before, after)
        return _report(found, root, Path(options.output or root / CHANGES))


def compare_figures(options: argparse.Namespace) -> int:
    """Compare the committed figures with those of a folder (``khtip compare-figures``)."""
    root = files.root()
    after = (
        comparison.folder(Path(options.result)) if options.result else comparison.working_tree(root)
    )
    with tempfile.TemporaryDirectory(prefix="khtip-") as scratch:
        before = comparison.revision(options.base, root, _folder(scratch, "base"))
        found = comparison.compare_states(before, after, only_figures=True)
        return _report(found, root, Path(options.output or root / FIGURES), only_figures=True)


def _folder(scratch: str, name: str) -> Path:
    folder = Path(scratch) / name
    folder.mkdir()
    return folder


def _report(found: Comparison, root: Path, output: Path, *, only_figures: bool = False) -> int:
    """Write both files, say what moved, and return the exit status."""
    title = FIGURES_TITLE if only_figures else TITLE
    target = folders.claimed(output, root, made="summary.md", starts=f"# {title}")
    texts = {
        "index.html": render_page(found, only_figures=only_figures),
        "summary.md": render_summary(found, only_figures=only_figures),
    }
    target.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        files.write_text(target / name, text)
    print(f"From {found.before} to {found.after}: {verdict(found)}")
    for row in found.findings.to_dict("records"):
        flipped = f"verdict flipped from {row['verdict_before']} to {row['verdict_after']}"
        print(f"  finding {row['finding_id']}: {flipped if row['flipped'] else row['what']}")
    for path, rows in found.contradictions.items():
        print(f"  {path}: {counted(len(rows), 'new contradiction')}")
    for before, after in found.renamed.items():
        print(f"  source {before} is now {after}")
    for table in found.tables:
        print(f"  {table.path}: {words_of(table)}")
    for one in found.figures:
        print(f"  figure {one.name}: {', '.join(one.layers) or one.status}")
    print(f"Report: {target / 'index.html'} and {target / 'summary.md'}")
    return int(found.moved)
