"""Which function states the findings of each notebook, and which tables it needs.

Notebook 07 goes through this catalogue to try every finding under other settings.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping

import pandas as pd

from khtip import parameters, tables
from khtip.conclusions import destinations, reconciliation, reporting, risk, trends, victims
from khtip.findings import Finding
from khtip.inputs import context, ledger

Conclude = Callable[..., list[Finding]]

CONCLUSIONS: dict[str, Conclude] = {
    "01": reporting.conclude,
    "02": reconciliation.conclude,
    "03": trends.conclude,
    "04": victims.conclude,
    "05": destinations.conclude,
    "06": risk.conclude,
}

FRAMES: dict[str, Callable[[], pd.DataFrame]] = {
    "observations": lambda: tables.read_product("data/clean/observations.csv"),
    "claims": lambda: tables.read_product("data/clean/claims.csv"),
    "totals": lambda: tables.read_product("data/clean/totals.csv"),
    "conflicts": lambda: tables.read_product("data/clean/conflicts.csv"),
    "comparisons": lambda: tables.read_product("data/clean/comparisons.csv"),
    "sources": ledger.read_sources,
    "bodies": lambda: tables.read_text_table("data/lookups/bodies.csv"),
    "breaks": lambda: tables.read_text_table("data/lookups/breaks.csv"),
    "measures": lambda: tables.read_text_table("data/lookups/measures.csv"),
    "areas": lambda: tables.read_text_table("data/lookups/areas.csv"),
    "migrant_stock": context.migrant_stock,
    "wdi": context.wdi,
    "tip_tiers": context.tip_tiers,
    "gsi": context.gsi,
    "unodc": context.unodc,
    "unodc_statements": context.unodc_statements,
    "countries": context.countries,
}


def frames_of(conclude: Conclude) -> list[str]:
    """Return the names of the tables that a conclusion function takes."""
    return [name for name in inspect.signature(conclude).parameters if name in FRAMES]


def taken(conclude: Conclude, frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return those of the tables that a conclusion function takes."""
    return {name: frames[name] for name in frames_of(conclude)}


def parameters_of(conclude: Conclude) -> list[str]:
    """Return the names of the notebooks' parameters that a conclusion function takes."""
    taken = inspect.signature(conclude).parameters
    return [name for name in taken if name in parameters.REGISTRY]


def setting(conclude: Conclude, chosen: Mapping[str, object]) -> dict[str, object]:
    """Return a value for every parameter of a conclusion function.

    Parameters
    ----------
    conclude : callable
        One of `CONCLUSIONS`.
    chosen : mapping
        Parameter name to value; what it lacks takes the published default, and names that the
        function does not take are passed over.

    Examples
    --------
    >>> setting(trends.conclude, {"base_year": 2018, "stock_edition": "2020"})["base_year"]
    2018
    """
    return {
        name: chosen.get(name, parameters.REGISTRY[name].default)
        for name in parameters_of(conclude)
    }


def read_frames() -> dict[str, pd.DataFrame]:
    """Read every table that some conclusion function takes, once."""
    needed = {name for conclude in CONCLUSIONS.values() for name in frames_of(conclude)}
    return {name: FRAMES[name]() for name in FRAMES if name in needed}
