"""The command ``khtip trace``: what a name rests on, on the screen or as a file."""

from __future__ import annotations

import argparse
import json

import pandas as pd

from khtip.trace.basis import SOURCE_ONLY, STATEMENT, basis
from khtip.trace.names import Traced, find

FORMATS = ("table", "csv", "json", "markdown")


def trace(options: argparse.Namespace) -> int:
    """Print the statements behind a name; exit status 0."""
    found = find(options.name)
    print(written(found, basis(found), options.format), end="")
    return 0


def written(found: Traced, rows: pd.DataFrame, form: str) -> str:
    """Return the statements as text of one of `FORMATS`."""
    if form == "csv":
        return str(rows.to_csv(index=False, lineterminator="\n"))
    if form == "json":
        return f"{json.dumps(rows.to_dict('records'), indent=1, ensure_ascii=False)}\n"
    if form == "markdown":
        cells = rows.replace({r"\|": r"\\|", r"\s+": " "}, regex=True)
        return f"{cells.to_markdown(index=False, disable_numparse=True)}\n"
    return _screen(found, rows)


def _screen(found: Traced, rows: pd.DataFrame) -> str:
    """Return a table of the statements and one of their sources."""
    known = rows[rows["known"].eq(STATEMENT)]
    only = rows.loc[rows["known"].eq(SOURCE_ONLY), "source_id"]
    heading = [f"{found.kind} {found.name}{': ' if found.words else ''}{found.words}", ""]
    if len(known):
        told = known["source_id"].nunique()
        heading.append(f"Rests on {_count(len(known), 'statement')} of {_count(told, 'source')}:")
        heading += ["", _table(known[["figure_id", "says", "locator"]]), ""]
    if len(only):
        heading += [
            f"Rests on these sources, no single statement is recorded: {', '.join(only)}",
            "",
        ]
    if rows.empty:
        return "\n".join([*heading, "No statement and no source is recorded.", ""])
    sources = rows.drop_duplicates("source_id")[["source_id", "publisher", "published", "address"]]
    return "\n".join([*heading, "Sources:", "", _table(sources), ""])


def _table(frame: pd.DataFrame) -> str:
    words = frame.rename(columns=lambda name: name.replace("_", " "))
    return str(words.to_markdown(index=False, tablefmt="simple", disable_numparse=True))


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
