"""Statements on two periods, put into pairs: which belong together, and what a pair gives.

A statement is a row of `series.national` as a dict. Groups of a few rows are lists: as tables they
take far longer.
"""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

import pandas as pd

from khtip.subjects.series import in_order
from khtip.subjects.two_counts import FELL, ROSE, UNCLEAR, compare

Statement = dict[str, Any]


def statements(
    totals: pd.DataFrame, years: tuple[int, int], preferred_body: str
) -> dict[tuple[str, int], list[Statement]]:
    """Return the statements on each measure and year, the one to use first; often there is none."""
    found: dict[tuple[str, int], list[Statement]] = defaultdict(list)
    rows = in_order(totals[totals["year"].isin(years)], preferred_body=preferred_body)
    for one in rows.to_dict("records"):
        found[one["measure"], int(one["year"])].append(one)
    return found


def span(bases: list[Statement], references: list[Statement]) -> dict[str, float]:
    """Return the smallest and the largest ratio that any two admissible counts give."""
    before, after = ([one["value"] / one["days"] for one in side] for side in (bases, references))
    return {
        "ratio_lowest": min(after) / max(before) if max(before) else math.nan,
        "ratio_highest": max(after) / min(before) if min(before) else math.inf,
    }


def by_body(
    bases: list[Statement], references: list[Statement]
) -> list[tuple[Statement, Statement]]:
    """Return the preferred pair, then the pair of every other body that gave both years.

    A pair from one body's books goes before a pair from two bodies, whose difference would be in
    the ratio as well.
    """
    before, after = (
        {one["reporting_body"]: one for one in reversed(side)} for side in (bases, references)
    )
    bodies = dict.fromkeys(one["reporting_body"] for one in bases)
    found = [(before[body], after[body]) for body in bodies if body in after]
    return found or [(bases[0], references[0])]


def compared(left: Statement, right: Statement, **options: Any) -> dict[str, object]:
    """Return what a row of `changes.two_years` says of one pair; `options` as for `compare`."""
    numbers = compare(
        left["value"], right["value"], base_days=left["days"], reference_days=right["days"],
        **options,
    )  # fmt: skip
    bodies = list(dict.fromkeys([left["reporting_body"], right["reporting_body"]]))
    words = {
        ROSE: "the count rose beyond what chance alone would give",
        FELL: "the count fell beyond what chance alone would give",
        UNCLEAR: "the difference is within what chance alone would give",
    }[str(numbers["verdict"])]
    return {
        "base": left["value"], "reference": right["value"],
        "base_body": left["reporting_body"], "reference_body": right["reporting_body"],
        "base_days": left["days"], "reference_days": right["days"], **numbers,
        "sentence": f"As reported by {' and '.join(bodies)}, {words}."
        + (" Two bodies counted, so their difference is in the ratio." if len(bodies) > 1 else ""),
        "figure_ids": ";".join(dict.fromkeys([left["figure_id"], right["figure_id"]])),
        "source_ids": ";".join(dict.fromkeys([left["source_id"], right["source_id"]])),
    }  # fmt: skip


def gap(sides: list[list[Statement]], years: tuple[int, int]) -> str:
    """Say for which year a measure has no count, and whether it has a bound."""
    empty = [str(year) for side, year in zip(sides, years, strict=True) if not side]
    words = [f"no comparable count for {' or '.join(empty)}"] if empty else []
    for side, year in zip(sides, years, strict=True):
        if side and not any(one["counted"] for one in side):
            words.append(f"only {side[0]['low']:,.0f} or more for {year}")
    return " and ".join(words)
