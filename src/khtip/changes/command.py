"""The commands ``khtip changes`` and ``khtip compare-figures``.

Exit status: 0 nothing moved, 1 something moved, 2 wrong use.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from khtip import drafts, paths
from khtip.changes import comparison, page, report, states, summary

CHANGES, FIGURES = "build/changes", "build/compare-figures"


def changes(options: argparse.Namespace) -> int:
    """Compare two states of all products; write the page and the summary."""
    root = paths.root()
    with tempfile.TemporaryDirectory(prefix="khtip-") as scratch:
        before = states.revision(options.base, root, _folder(scratch, "base"))
        after = states.working_tree(root)
        if options.head:
            after = states.revision(options.head, root, _folder(scratch, "head"))
        found = comparison.compare(before, after)
        return _report(found, Path(options.output or root / CHANGES))


def compare_figures(options: argparse.Namespace) -> int:
    """Compare the committed figures with those of a folder, in three layers."""
    root = paths.root()
    after = states.folder(Path(options.result)) if options.result else states.working_tree(root)
    with tempfile.TemporaryDirectory(prefix="khtip-") as scratch:
        before = states.revision(options.base, root, _folder(scratch, "base"))
        found = comparison.compare(before, after, only_figures=True)
        return _report(found, Path(options.output or root / FIGURES), only_figures=True)


def _folder(scratch: str, name: str) -> Path:
    folder = Path(scratch) / name
    folder.mkdir()
    return folder


def _report(found: comparison.Comparison, output: Path, *, only_figures: bool = False) -> int:
    """Write both files, say what moved, and return the exit status."""
    texts = {
        "index.html": page.render(found, only_figures=only_figures),
        "summary.md": summary.render(found, only_figures=only_figures),
    }
    output.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        drafts.write_text(output / name, text)
    print(f"From {found.before} to {found.after}: {report.verdict(found)}")
    for table in found.tables:
        print(f"  {table.path}: {report.words_of(table)}")
    for row in found.findings.to_dict("records"):
        flipped = f"verdict flipped from {row['verdict_before']} to {row['verdict_after']}"
        print(f"  finding {row['finding_id']}: {flipped if row['flipped'] else row['status']}")
    for one in found.figures:
        print(f"  figure {one.name}: {', '.join(one.layers) or one.status}")
    print(f"Report: {output / 'index.html'} and {output / 'summary.md'}")
    return int(found.moved)
