"""How many were brought home from a country against how many Cambodians live there."""

import math

import pandas as pd

from khtip.statistics.ranks import rank_sets
from khtip.statistics.rates import rate_per

PER = 10_000
NO_STOCK, NOT_IN_TABLE = "no stock published", "not in this table"
ABOVE_STOCK = "more persons than the stock"


def editions_of(migrant_stock: pd.DataFrame) -> list[str]:
    """Return the years of the revisions that the table holds, as text, in order."""
    return sorted(migrant_stock["revision"].astype(str).unique())


def stock_of(migrant_stock: pd.DataFrame, *, edition: str, year: int) -> pd.DataFrame:
    """Return one revision's stock of Cambodian origin, at its year nearest to `year`.

    A revision holds only some years and nothing is interpolated; of two equally near years the
    later is taken.

    Parameters
    ----------
    migrant_stock : DataFrame
        `khtip.ledger.context.migrant_stock`; a missing value means that none is published.
    edition : str
        Year of the revision, for example ``2017``.
    year : int
        The year that the stock is wanted for.

    Returns
    -------
    DataFrame
        ``ref_area, stock`` (NaN where none is published), ``stock_edition, stock_year``.

    Raises
    ------
    ValueError
        For a revision that the table does not hold.
    """
    rows = migrant_stock[migrant_stock["revision"].astype(str).eq(edition)]
    if rows.empty:
        held = ", ".join(editions_of(migrant_stock))
        raise ValueError(f"no revision {edition!r} of the migrant stock; held: {held}")
    nearest = min(rows["year"].unique(), key=lambda one: (abs(one - year), -one))
    rows = rows[rows["year"].eq(nearest)].rename(columns={"value": "stock"})
    rows = rows.assign(stock_edition=edition, stock_year=nearest)
    return rows[["ref_area", "stock", "stock_edition", "stock_year"]].reset_index(drop=True)


def destination_rates(home: pd.DataFrame, stock: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Return persons brought home per 10,000 people of Cambodian origin, by destination.

    Parameters
    ----------
    home : DataFrame
        A list of destinations: ``category, value``.
    stock : DataFrame
        From `stock_of`.
    confidence : float
        Of Garwood's exact interval.

    Returns
    -------
    DataFrame
        ``destination, count, stock, stock_edition, stock_year, rate_per_10000, low, high,
        reading``; reading is ``stable``, ``unstable``, ``interval only`` (the rate itself is then
        NaN), or, without rate and limits, `ABOVE_STOCK` (no rate is above one a person),
        `NO_STOCK` (the table has an empty cell) or `NOT_IN_TABLE` (it has no row). Highest rate
        first, without a rate last.
    """
    published = stock.set_index("ref_area")["stock"]
    edition, year = stock["stock_edition"].iloc[0], stock["stock_year"].iloc[0]
    rows = []
    for one in home.itertuples():
        living = published.get(one.category, math.nan)
        about = (one.category, int(one.value), living if living > 0 else math.nan, edition, year)
        if living > 0 and one.value <= living:
            rate = rate_per(one.value, living, per=PER, confidence=confidence)
            shown = math.nan if rate.reading == "interval only" else rate.value
            rows.append((*about, shown, rate.low, rate.high, rate.reading))
            continue
        bare = NO_STOCK if one.category in published.index else NOT_IN_TABLE
        reading = ABOVE_STOCK if living > 0 else bare
        rows.append((*about, math.nan, math.nan, math.nan, reading))
    columns = ["destination", "count", "stock", "stock_edition", "stock_year"]
    table = pd.DataFrame(rows, columns=[*columns, "rate_per_10000", "low", "high", "reading"])
    order = table["rate_per_10000"].fillna(table["low"])
    return table.iloc[order.sort_values(ascending=False, na_position="last", kind="stable").index]


def with_rate(rates: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that have a rate, or at least its limits, by destination."""
    return rates.dropna(subset="low").set_index("destination")


def rank_by_rate(rates: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Return the rank sets by rate of the destinations with a rate; empty without one."""
    known = with_rate(rates)
    if known.empty:
        return known
    return rank_sets(known["count"], exposure=known["stock"], confidence=confidence)
