"""Small ledgers for tests of the reconciliation, and the real one."""

from __future__ import annotations

import math

import pandas as pd

from khtip.ledger import statements as ledger_statements
from khtip.ledger import validation

DEFAULTS = {
    "source_id": "paper",
    "reporting_body": "NCCT",
    "ref_area": "KHM",
    "period_start": "2017-01-01",
    "period_end": "2017-12-31",
    "measure": "cases",
    "crime_scope": "trafficking",
    "dimension": "",
    "category": "",
    "qualifier": "exact",
    "unit": "count",
    "unit_words": "",
    "wording": "",
    "base_measure": "",
    "base_period_start": "",
    "base_period_end": "",
    "preferred": False,
    "note": "",
}
SERIES = {
    "cases": "cases",
    "arrests": "suspects",
    "suspects_sent_to_court": "suspects",
    "victims_rescued": "victims",
    "victims_identified": "victims",
    "victims_repatriated": "repatriated",
}
UNITS = {"cases": "cases", "complaints": "complaints", "nationalities": "countries"}
YEAR_2016 = {"base_period_start": "2016-01-01", "base_period_end": "2016-12-31"}


def year(number: int) -> dict[str, str]:
    """Return the period columns of a calendar year."""
    return {"period_start": f"{number}-01-01", "period_end": f"{number}-12-31"}


def frame(*statements: dict) -> pd.DataFrame:
    """Return observations; each statement names at least ``printed``, bounds default to it."""
    rows = []
    for number, statement in enumerate(statements, start=1):
        row = DEFAULTS | statement
        row = {
            "figure_id": f"{row['source_id']}-{number:03d}",
            "series": SERIES.get(row["measure"], ""),
            "unit_of_count": UNITS.get(row["measure"], "persons"),
        } | row
        row = _numbers(row) | row
        whole_year = row["period_start"].endswith("01-01") and row["period_end"].endswith("12-31")
        rows.append(row | {"year": int(row["period_end"][:4]) if whole_year else pd.NA})
    return pd.DataFrame(rows).astype({"year": "Int64"})


def _numbers(row: dict) -> dict[str, float]:
    """Return value and bounds of a printed number; the bounds of words stand in the statement."""
    plain = row["qualifier"] if row["qualifier"] != "worded" else "exact"
    if not row["printed"]:
        return dict.fromkeys(("value", "low", "high"), math.nan)
    value, low, high = ledger_statements.bounds(row["printed"], plain, unit=row["unit"])
    number = math.nan if value is None else float(value)
    return {"value": number, "low": float(low), "high": float(high)}


def change(printed: str, *, measure: str = "cases", **columns: object) -> dict:
    """Return a percentage change against 2016."""
    unit = {"measure": "percent_change", "unit": "percent", "base_measure": measure}
    return {"printed": printed, **unit, **YEAR_2016, **columns}


def real() -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    """Return the project's own observations and lookups."""
    names = ("measures", "bodies", "scopes", "wordings", "categories", "areas")
    lookups = {name: validation.read_lookup(name) for name in names}
    parsed = ledger_statements.parse(
        validation.read_figures(),
        lookups["measures"],
        lookups["bodies"],
        validation.read_sources(),
        wordings=lookups["wordings"],
        scopes=lookups["scopes"],
    )
    return parsed, lookups
