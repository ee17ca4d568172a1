"""The figures of notebook 06 in words, for readers who cannot see them."""

from __future__ import annotations

import pandas as pd


def heat_map(table: pd.DataFrame, area: str) -> str:
    """Say what the heat map shows of one country.

    Parameters
    ----------
    table : DataFrame
        As `khtip.charts.risk_tables.heat` returns it.
    area : str
        Country code.
    """
    rows = table[(table["ref_area"] == area) & (table["shown"] != "")]
    said = "; ".join(f"{row.label}: {row.shown}".replace("\n", " ") for row in rows.itertuples())
    return (
        f"Table of {table['ref_area'].nunique()} countries and {table['label'].nunique()} "
        f"indicators. {rows['country'].iloc[0]}: {said}."
    )


def bars(table: pd.DataFrame) -> str:
    """Say the index of every country."""
    said = ", ".join(f"{row.country} {row.index_value:.0f}" for row in table.itertuples())
    return f"Bar chart of the index: {said}."


def choices(table: pd.DataFrame) -> str:
    """Say between which places one country moves."""
    places = table["rank"]
    return (
        f"Table of {len(places)} places, from {places.min()} to {places.max()}; the most frequent "
        f"one is {places.mode()[0]}."
    )


def ranks(table: pd.DataFrame) -> str:
    """Say the median place of every country and the limits of its places."""
    said = "; ".join(
        f"{row.country} {row.median:.0f}, from {row.low:.0f} to {row.high:.0f}"
        for row in table.itertuples()
    )
    return f"Strips of places with medians and their 5th and 95th percentiles: {said}."


def sobol(table: pd.DataFrame) -> str:
    """Say the total index of every factor with its interval."""
    said = "; ".join(
        f"{row.factor} {row.total:.2f} ({row.total_low:.2f} to {row.total_high:.2f})"
        for row in table.itertuples()
    )
    return f"Dot chart of Sobol indices, total effects: {said}."


def beside(table: pd.DataFrame) -> str:
    """Say the median place of every country and what UNODC says of it."""
    said = [
        f"{row.country} {row.median:.0f}"
        + (", named as origin" if row.named else "")
        + (f", level {row.level}, direction {row.direction}" if row.labelled else "")
        for row in table.itertuples()
    ]
    return f"Dot chart of median places with UNODC's words: {'; '.join(said)}."


def destinations(table: pd.DataFrame) -> str:
    """Say hazard, exposure and pull of every destination."""
    said = [
        f"{row.country}: place {_known(row.median, '.0f')}, stock {_known(row.stock, ',.0f')}, "
        f"income {row.income_times:.1f} times"
        for row in table.itertuples()
    ]
    return f"Three panels. {'; '.join(said)}."


def _known(value: float, form: str) -> str:
    return "not known" if pd.isna(value) else format(value, form)
