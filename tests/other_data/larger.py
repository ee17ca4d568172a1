"""Ledgers many times as large: each statement again by other voices, or for other areas, years."""

from __future__ import annotations

import pandas as pd

from khtip.ledger.csvtext import YEARS_OF_LEDGER
from other_data.project import Tables, copied

BACK = 16  # years: leap days stay leap days
DATES = ("period_start", "period_end", "base_period_start", "base_period_end")
KINDS = ("areas and years", "voices")


def larger(tables: Tables, kind: str, times: int) -> Tables:
    """Return tables with every statement and source so many times, each time by new sources.

    ``voices`` repeat what is said; otherwise every other copy is `BACK` years earlier, and each
    pair of copies is of areas of its own.
    """
    found = copied(tables)
    for number in range(1, times):
        copies = _again(tables, number)
        if kind == "areas and years":
            place, earlier = divmod(number, 2)
            copies["reported/figures"], areas = _elsewhere(
                tables, copies["reported/figures"], place
            )
            if earlier:
                _earlier(copies["reported/figures"])
            else:
                copies["lookups/areas"] = areas
        for name, rows in copies.items():
            found[name] = pd.concat([found[name], rows], ignore_index=True)
    return found


def _again(tables: Tables, number: int) -> Tables:
    """Return the statements and sources once more, under ids of their own."""
    figures, sources = tables["reported/figures"].copy(), tables["reported/sources"].copy()
    for name in ("figure_id", "part_of"):
        figures[name] = figures[name].str.replace(r"-(\w+)$", rf"-again{number}-\1", regex=True)
    for rows in (figures, sources):
        rows["source_id"] += f"-again{number}"
    sources["url"] += f"?again={number}"
    return {"reported/figures": figures, "reported/sources": sources}


def _elsewhere(tables: Tables, figures: pd.DataFrame, place: int) -> tuple:
    """Return the statements with areas of their own, and those areas; place 0 has the same."""
    used = sorted(set(figures["ref_area"]))
    codes = {area: f"KH{place:03d}{number:04d}" for number, area in enumerate(used)}
    areas = pd.DataFrame("", index=range(len(used)), columns=tables["lookups/areas"].columns)
    areas["ref_area"] = list(codes.values())
    areas["name"], areas["level"], areas["parent"] = "Area " + areas["ref_area"], "district", "KHM"
    moved = figures.assign(ref_area=figures["ref_area"].map(codes)) if place else figures
    return moved, areas


def _earlier(figures: pd.DataFrame) -> None:
    """Move the statements back in time that stay within the years a ledger may have."""
    moved = figures["period_start"].str[:4].astype(int).sub(BACK).ge(YEARS_OF_LEDGER[0])
    for name in DATES:
        there = moved & figures[name].ne("")
        years = figures.loc[there, name].str[:4].astype(int) - BACK
        figures.loc[there, name] = years.astype(str) + figures.loc[there, name].str[4:]
