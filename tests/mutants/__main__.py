"""``python -m mutants [WORDS]``: plant every mistake, or those WORDS name, and say who saw it.

Prints the table, writes it to ``build/mutants.md``, and ends with 1 when one survives.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from mutants import ALL
from mutants.mutant import REPOSITORY, Mutant, check, copy, load, planted


def main(words: list[str]) -> int:
    """Try the mutants and return the exit status."""
    chosen = [one for one in ALL if all(word in f"{one.layer} {one.file}" for word in words)]
    load()
    with tempfile.TemporaryDirectory(prefix="khtip-mutants-") as folder:
        root = copy(Path(folder))
        for checks in dict.fromkeys(one.checks for one in chosen):
            passed, failed = check(checks, root)
            if not passed:
                print(f"{failed} fails without any mistake; mend it first.", file=sys.stderr)
                return 2
        rows = [_try(one, root) for one in chosen]
    survivors = sum("survived" in row for row in rows)
    table = "\n".join(
        ["| layer | planted in | was | became | caught by |", "| --- " * 5 + "|", *rows]
    )
    summary = f"{len(rows)} mistakes planted, {survivors} survived."
    target = REPOSITORY / "build" / "mutants.md"
    target.parent.mkdir(exist_ok=True)
    target.write_text(f"{table}\n\n{summary}\n", "utf-8")
    print(summary)
    return 1 if survivors or not rows else 0


def _try(one: Mutant, root: Path) -> str:
    with planted(one, root):
        passed, failed = check(one.checks, root)
    caught = "**survived**" if passed else f"`{failed}`"
    # Only the surroundings of the change: a row of the ledger is long.
    start = max(0, len(os.path.commonprefix([one.old, one.new])) - 20)
    old, new = _line(one.old[start:]), _line(one.new[start:])
    cells = [one.layer, one.file, f"`{old}`", f"`{new}`", caught]
    row = f"| {' | '.join(cells)} |"
    print(row, flush=True)
    return row


def _line(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("`", "'")[:70]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
