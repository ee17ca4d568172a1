"""The table of the benchmark: one row a comparison, as it is committed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from benchmarks import ratios
from benchmarks.checks import Finding
from benchmarks.measures import BASELINE, ORDINARY, PLAIN, WARM, Measure
from khtip.files import drafted

NAME = "benchmarks.csv"
COLUMNS = [
    "group",  # regeneration, increment, tests, sweep, bytes
    "measure",  # id of what was measured
    "what",  # the same in words
    "against",  # what takes 1.00
    "rounds",  # how many paired rounds
    "ratio",  # the median of the rounds
    "low",  # the smallest ratio of a round
    "high",  # the largest ratio of a round
    "at_most",  # the largest ratio that is promised
    "promise",  # the promise in words
    "met",  # whether it was kept here: yes, no, or empty where nothing is promised
    "note",  # what the checks of the result found
]
PLAIN_AT_MOST = 1.3  # of the same code as one plain script


def build(
    seconds: pd.DataFrame,
    measures: Sequence[Measure],
    findings: Mapping[str, Sequence[Finding]],
    more: Sequence[Mapping[str, object]] = (),
) -> pd.DataFrame:
    """Return the table.

    Parameters
    ----------
    seconds : DataFrame
        As for `ratios.paired`, with ``left`` (int): processes that a run left behind.
    measures : sequence of Measure
        What was measured, in the order of the rows.
    findings : mapping
        For each measure what its checks found, one a round.
    more : sequence of mapping
        Rows that are no ratio of times.
    """
    words = {one.name: one.what for one in measures}
    rows = []
    for one in measures:
        if one.against in words:
            rows.append(_row(seconds, one, one.against, one.at_most, findings[one.name], words))
            if one.name == WARM and PLAIN in words:
                rows.append(_row(seconds, one, PLAIN, PLAIN_AT_MOST, [], words))
    return pd.DataFrame([*rows, *more], columns=COLUMNS)


def _row(
    seconds: pd.DataFrame,
    one: Measure,
    against: str,
    at_most: float | None,
    findings: Sequence[Finding],
    words: Mapping[str, str],
) -> dict[str, object]:
    found = ratios.spread(ratios.paired(seconds, one.name, against))
    runs = seconds[seconds["measure"].eq(one.name)]
    verdicts = [finding.good for finding in findings if finding.good is not None]
    notes = list(dict.fromkeys(finding.note for finding in findings if finding.note))
    promises = []
    if at_most is not None:
        promises.append(f"at most {at_most}")
        verdicts.append(found["ratio"] <= at_most)
    if one.seconds_at_most is not None and against == one.against:
        promises.append(f"at most {one.seconds_at_most:g} s")
        verdicts.append(bool(runs["seconds"].max() <= one.seconds_at_most))
    left = int(runs["left"].max())
    if left:
        notes.append(f"left {left} processes behind")
        verdicts += [False] if one.name in (WARM, ORDINARY) else []
    return {
        "group": one.group,
        "measure": one.name,
        "what": one.what,
        "against": words[against],
        **found,
        "at_most": at_most,
        "promise": ", ".join(promises),
        "met": _word(verdicts),
        "note": "; ".join(notes),
    }


def _word(verdicts: Sequence[bool]) -> str:
    return ("yes" if all(verdicts) else "no") if verdicts else ""


def bytes_row(made: Mapping[str, Mapping[str, str]], different: Sequence[str]) -> dict[str, object]:
    """Return the row that says whether both kinds of kernel make the same bytes.

    Parameters
    ----------
    made : mapping
        For `ORDINARY` and `WARM` the hash of each product.
    different : sequence of str
        The products whose hashes differ.
    """
    count = len(made[WARM])
    note = f"{count} products compared, all equal"
    if different:
        note = f"{len(different)} of {count} products differ, first {different[0]}"
    return {
        "group": "bytes",
        "measure": "byte-equality",
        "what": "products with warm kernels",
        "against": "products with ordinary kernels",
        "promise": "equal byte for byte",
        "met": "no" if different else "yes",
        "note": note,
    }


def write(table: pd.DataFrame, path: Path) -> None:
    """Write the table; ratios keep three decimals, and memory and times appear as ratios only."""
    with drafted(path) as [draft]:
        table.to_csv(draft, index=False, lineterminator="\n", float_format="%.3f")


def read(path: Path) -> pd.DataFrame:
    """Read the table; empty words are the empty text, numbers that are not there are missing."""
    texts = ["group", "measure", "what", "against", "promise", "met", "note"]
    table = pd.read_csv(path, dtype=dict.fromkeys(texts, str) | {"rounds": "Int64"})
    table[texts] = table[texts].fillna("")
    return table


def is_baseline(table: pd.DataFrame) -> pd.Series:
    """Return which rows are compared with themselves."""
    return table["what"].eq(table["against"])


__all__ = ["BASELINE", "COLUMNS", "NAME", "build", "bytes_row", "is_baseline", "read", "write"]
