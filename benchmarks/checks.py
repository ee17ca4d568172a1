"""What a measured command must have done: a fast run that does the wrong thing is no result.

A `prepare` function is called with the copy before the clock starts. A `check` function is called
afterwards, with the copy, what `prepare` returned, and the run.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks import clones, edits
from benchmarks.processes import Run
from khtip.runner import manifest


@dataclass(frozen=True)
class Finding:
    """What a check found.

    Attributes
    ----------
    good : bool or None
        Whether the command did what the project promises; None when nothing is promised.
    note : str
        What was found, in words for the table.
    """

    good: bool | None = None
    note: str = ""


class WrongResult(RuntimeError):
    """A command finished without doing its work, so its time means nothing."""


def nothing(clone: Path) -> None:
    """Prepare nothing."""


def no_demand(clone: Path, prepared: object, run: Run) -> Finding:
    """Find nothing."""
    return Finding()


def committed(clone: Path) -> Path:
    """Make the folder for executed notebooks; return where the committed products are."""
    (clone / "build" / "made").mkdir(parents=True)
    return clone.parent / "template"


def plain_script(clone: Path) -> Path:
    """Write all code cells into one script, beside where the notebooks would go."""
    template = committed(clone)
    edits.write_plain_script(template, clone / "build" / "made" / "plain.py")
    return template


def same_products(clone: Path, template: Path, run: Run) -> Finding:
    """Refuse a command that did not make every table and figure; say whether they are equal."""
    made = clones.digests(clone, clones.products(template))
    missing = [path for path, digest in made.items() if not digest]
    if missing:
        raise WrongResult(f"{len(missing)} products were not made, first {missing[0]}")
    wrong = clones.different(made, clones.digests(template, list(made)))
    if wrong:
        return Finding(None, f"{len(wrong)} of {len(made)} tables and figures have other bytes")
    return Finding(None, "makes the same tables and figures")


def same_bytes(clone: Path, template: Path, run: Run) -> Finding:
    """Hold every product, also the notebooks with their outputs, against the committed one."""
    paths = clones.everything(template)
    wrong = clones.different(clones.digests(clone, paths), clones.digests(template, paths))
    if wrong:
        return Finding(False, f"{len(wrong)} of {len(paths)} products differ, first {wrong[0]}")
    return Finding(True, f"{len(paths)} products equal byte for byte to the committed ones")


def touchable(clone: Path) -> dict[str, str]:
    """Note the time of every file."""
    return clones.moments(clone)


def untouched(clone: Path, before: dict[str, str], run: Run) -> Finding:
    """Check that no file was written, made or deleted."""
    touched = clones.different(before, clones.moments(clone))
    ran = edits.ran(run.said)
    if touched or ran:
        return Finding(False, f"{len(ran)} notebooks ran; touched: {', '.join(touched[:3])}")
    return Finding(True, "no file touched")


def markdown_change(clone: Path) -> str:
    """Change a Markdown cell."""
    return edits.change_markdown(clone)


def nothing_ran(clone: Path, changed: str, run: Run) -> Finding:
    """Check that no notebook ran."""
    ran = edits.ran(run.said)
    return Finding(not ran, f"changed in {changed}; {len(ran)} notebooks ran")


def figure_change(clone: Path) -> tuple[str, str]:
    """Change a reported figure; return which, and how ``khtip run --explain`` puts it."""
    words = edits.change_one_figure(clone)
    command = [sys.executable, "-m", "khtip", "run", "--explain"]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("KHTIP_")}
    said = subprocess.run(
        command, cwd=clone, env=environment, capture_output=True, text=True, check=True
    )
    return words, said.stdout


def only_dependents_ran(clone: Path, prepared: tuple[str, str], run: Run) -> Finding:
    """Check that nothing ran that does not depend on the figures, and that the cause was named."""
    words, explained = prepared
    plan = manifest.read_manifest(clone)
    ran, may = edits.ran(run.said), edits.dependents(plan, edits.FIGURES)
    named = f"{edits.FIGURES} changed" in explained
    cause = "named" if named else "did not name"
    note = f"{words}: {len(ran)} of {len(plan.notebooks)} notebooks ran; --explain {cause} the file"
    return Finding(bool(ran) and set(ran) <= set(may) and named, note)
