"""The comparison as Markdown that fits into one comment on GitHub."""

from __future__ import annotations

import html
import re

import pandas as pd

from khtip.changes import report
from khtip.changes.comparison import Comparison
from khtip.changes.report import CAVEAT, LOCK_NOTE, TITLE, Section
from khtip.changes.tables import TableChange

LIMIT = 65_536
"""Characters of one comment on GitHub."""
NOTICE = "\n\n**Cut here: this summary is longer than a comment may be. The page has the rest.**\n"
MOST_ROWS = 10
LONGEST = 160
_STATED = re.compile(r"data/results/findings(-\d\d)?\.csv")


def render(found: Comparison, *, only_figures: bool = False) -> str:
    """Return the summary, at most `LIMIT` characters."""
    lines = [
        f"# {'Figures before and after' if only_figures else TITLE}",
        "",
        f"From {cell(found.before)} to {cell(found.after)}. {report.verdict(found)}",
        "",
        CAVEAT,
    ]
    lines += ["", f"**{LOCK_NOTE}**"] if found.lock_moved else []
    for section in report.sections(found, only_figures=only_figures):
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
        moved = report.signed(row["difference"])
        rows.append((name, row["value_before"], row["value_after"], moved, said))
    return _grid(["finding", "old", "new", "difference", "verdict"], rows, len(rows))


def _table(table: TableChange) -> list[str]:
    lines = [f"### {cell(table.path)}: {report.words_of(table)}", ""]
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
            lines += [f"{report.counted(len(frame), noun)} {word}:", ""]
            shown = frame.head(MOST_ROWS).itertuples(index=False, name=None)
            lines += [*_grid(list(frame.columns), list(shown), len(frame)), ""]
    return lines


def _grid(names: list[str], rows: list[tuple[object, ...]], total: int) -> list[str]:
    lines = [f"| {' | '.join(cell(name) for name in names)} |", f"|{' --- |' * len(names)}"]
    lines += [f"| {' | '.join(cell(value) for value in row)} |" for row in rows]
    rest = total - len(rows)
    return [*lines, "", f"{rest} more are on the page."] if rest else lines
