"""The candidates for the regional risk index: what each indicator is, and why it is in or out.

Nothing that UNODC says about risk is among them, because the index is later put beside it. What
an indicator is worth for a country is the business of `khtip.chapters.risk.indicators`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from khtip.remember import remembered
from khtip.statistics.composite import winsorise


@dataclass(frozen=True)
class Indicator:
    """One candidate.

    Attributes
    ----------
    code, label, unit : str
        Column name, words for readers, unit of the value.
    direction : int
        +1 when a higher value means more risk, -1 when it means less, 0 when it could mean both
        or must not be used.
    why, limits : str
        Why it is in or out; what it does not show.
    goalposts : tuple of float, optional
        Ends of the scale, where the scale itself has ends.
    short_unit : str
        The unit in two or three words, for the head of a column.
    """

    code: str
    label: str
    unit: str
    direction: int
    why: str
    limits: str
    goalposts: tuple[float, float] | None = None
    short_unit: str = ""


CATALOGUE: dict[str, Indicator] = {
    one.code: one
    for one in (
        Indicator(
            "income_gap",
            "Income gap",
            "times own income (logarithm)",
            1,
            "The more a job abroad pays, the more people leave, also through brokers.",
            "Averages hide who is poor. One gap for all: distance and visas are left out.",
            short_unit="× own income",
        ),
        Indicator(
            "vulnerability",
            "Vulnerability",
            "score 0 to 100",
            1,
            "Walk Free's model of conditions under which people are exploited.",
            "A model, published without an error. One edition serves every reference year.",
            short_unit="score",
        ),
        Indicator(
            "response",
            "Government response",
            "percent",
            -1,
            "Laws, support for victims and checks make exploitation harder.",
            "Rates what is on paper as well. One edition serves every reference year.",
            short_unit="%",
        ),
        Indicator(
            "tier",
            "TIP Report tier",
            "step 0 (Tier 1) to 3 (Tier 3)",
            1,
            "A second view of government effort, by the US State Department.",
            "Rates effort by US law, not how much trafficking there is.",
            goalposts=(0, 3),
            short_unit="US rating",
        ),
        Indicator(
            "convictions",
            "Convictions",
            "persons convicted per 100 victims detected",
            -1,
            "Detection and conviction together: how often a detected crime has a consequence.",
            "Both counts follow effort and definitions; one case has many victims.",
            short_unit="per 100 victims",
        ),
        Indicator(
            "emigrants",
            "Emigrants",
            "per 100 inhabitants",
            1,
            "Exposure: who lives abroad can be exploited abroad.",
            "Only Cambodia's stock is in the data, so countries cannot be compared.",
        ),
        Indicator(
            "detections",
            "Victims detected",
            "persons",
            0,
            "Left out: more detections can mean more trafficking or more police work.",
            "It has no direction. It counts only inside the convictions indicator.",
        ),
        Indicator(
            "prevalence",
            "Estimated prevalence",
            "per 1,000 inhabitants",
            0,
            "Left out: a modelled estimate of the outcome, made partly from vulnerability.",
            "It would put the answer into the question.",
        ),
    )
}
ORIGIN = ("income_gap", "vulnerability", "response", "tier", "convictions", "emigrants")
DESTINATION = ("vulnerability", "response", "tier", "convictions")


def directions(codes: Iterable[str]) -> dict[str, int]:
    """Return which way each indicator points: +1 when more of it means more risk.

    Raises
    ------
    ValueError
        For a candidate without a direction, which cannot enter an index.

    Examples
    --------
    >>> directions(["income_gap", "response"])
    {'income_gap': 1, 'response': -1}
    """
    codes = list(codes)
    without = [code for code in codes if CATALOGUE[code].direction == 0]
    if without:
        raise ValueError(f"{', '.join(without)}: no direction, so not fit for an index")
    return {code: CATALOGUE[code].direction for code in codes}


def goalposts(codes: Iterable[str]) -> dict[str, tuple[float, float]]:
    """Return the ends of those scales that have ends of their own.

    Examples
    --------
    >>> goalposts(["income_gap", "tier"])
    {'tier': (0, 3)}
    """
    ends = {code: CATALOGUE[code].goalposts for code in codes}
    return {code: pair for code, pair in ends.items() if pair is not None}


def labels(codes: Iterable[str]) -> dict[str, str]:
    """Return the words for readers of each indicator.

    Examples
    --------
    >>> labels(["tier"])
    {'tier': 'TIP Report tier'}
    """
    return {code: CATALOGUE[code].label for code in codes}


# What each indicator is worth for each country, read from the context tables.


OLDEST = 2  # years
COVERAGE = 0.6  # share of the countries
WINDOW = 5  # years of counts put together
FEWEST = 10  # victims that are certain; a share of fewer says nothing
GSI_EDITION = "GSI 2018"
CONVICTED = ["unodc_persons_convicted", "unodc_detected_victims"]  # a count per 100 of another
TIERS = {"1": (0, 0), "2": (1, 1), "2WL": (2, 2), "3": (3, 3), "1 or 2": (0, 1)}
CELL_COLUMNS = (
    "ref_area",
    "indicator",
    "value",
    "low",
    "high",
    "base_low",
    "base_high",
    "number",
    "shown",
    "period",
    "context_source_id",
)
_NUMBERS = ("value", "low", "high", "base_low", "base_high", "number")


@remembered
def cells(
    codes: tuple[str, ...],
    areas: list[str],
    *,
    year: int,
    income_of: list[str],
    wdi: pd.DataFrame,
    tip_tiers: pd.DataFrame,
    gsi: pd.DataFrame,
    unodc: pd.DataFrame,
    migrant_stock: pd.DataFrame,
    stock_edition: str,
    income: str = "gdp_per_capita_ppp",
) -> pd.DataFrame:
    """Return the value of every indicator for every country, or an empty one.

    Parameters
    ----------
    codes : tuple of str
        Keys of `CATALOGUE`.
    areas : list of str
        ISO 3166-1 alpha-3 codes.
    year : int
        Reference year.
    income_of : list of str
        Countries whose median income the gap is measured against.
    wdi, tip_tiers, gsi, unodc, migrant_stock : DataFrame
        As `khtip.ledger.context` reads them.
    stock_edition : str
        Revision of the UN migrant stock, such as ``2017``.
    income : str
        Income measure: ``gdp_per_capita_ppp`` or ``gdp_per_capita_usd``.

    Returns
    -------
    DataFrame
        One row a country and indicator, columns `CELL_COLUMNS`. ``value`` is what enters the
        index; ``low`` and ``high`` (and for a ratio ``base_low``, ``base_high``) are the bounds
        of the published numbers behind it; ``number`` and ``shown`` are the value as readers
        know it (a gap of 4.2 times, Tier 2), ``shown`` empty if missing.
    """
    makers = {
        "income_gap": lambda: _income_gap(wdi, income, year, income_of),
        "vulnerability": lambda: _scores(gsi, "gsi_vulnerability"),
        "response": lambda: _scores(gsi, "gsi_government_response"),
        "tier": lambda: _tiers(tip_tiers, year),
        "convictions": lambda: _convictions(unodc, year),
        "emigrants": lambda: _emigrants(migrant_stock, stock_edition, wdi),
    }
    rows = []
    for code in codes:
        known = makers[code]()
        cells = dict(zip(known.index, known.to_dict("records"), strict=True))
        rows += [{"indicator": code, "ref_area": area, **cells.get(area, {})} for area in areas]
    numbers = dict.fromkeys(_NUMBERS, float)
    table = pd.DataFrame(rows, columns=list(CELL_COLUMNS)).astype(numbers)
    return table.fillna(dict.fromkeys(("shown", "period", "context_source_id"), ""))


def coverage(table: pd.DataFrame) -> pd.DataFrame:
    """Return for each indicator how many countries have a value, and whether that is enough.

    Returns
    -------
    DataFrame
        ``indicator``, ``known``, ``countries``, ``used``, ``periods``, ``sources`` (ids).
    """
    rows = []
    for code, group in table.groupby("indicator", sort=False):
        there = group[group["value"].notna()]
        rows.append(
            {
                "indicator": code,
                "known": len(there),
                "countries": len(group),
                "used": len(there) >= COVERAGE * len(group),
                "periods": _span(there["period"]),
                "sources": ";".join(sorted(set(";".join(there["context_source_id"]).split(";")))),
            }
        )
    return pd.DataFrame(rows)


@remembered
def used_values(table: pd.DataFrame) -> pd.DataFrame:
    """Return the values of the indicators with enough coverage, outliers pulled in.

    Returns
    -------
    DataFrame
        Countries by indicators, in the order of `table`. An indicator whose skewness and kurtosis
        are both beyond their limits is winsorised (`outliers`), unless its scale has ends
        of its own; `pulled_in` tells which values changed.
    """
    wide = _wide(table)
    free = wide.columns.difference(list(goalposts(wide)))
    return wide.assign(**{code: winsorise(wide[code].to_numpy())[0] for code in free})


@remembered
def pulled_in(table: pd.DataFrame) -> list[tuple[str, str]]:
    """Return country and indicator of every value that was winsorised."""
    before = _wide(table)
    changed = (before != used_values(table)) & before.notna()
    return [(area, code) for code in changed for area in changed.index[changed[code]]]


@remembered
def usable(table: pd.DataFrame) -> list[str]:
    """Return the indicators with a value for at least `COVERAGE` of the countries, in order.

    Examples
    --------
    >>> usable(pd.DataFrame({"indicator": ["b", "b", "a", "a"], "value": [1, 2, None, None]}))
    ['b']
    """
    known = table["value"].notna().groupby(table["indicator"], sort=False).mean()
    return list(known.index[known >= COVERAGE])


@remembered
def _wide(table: pd.DataFrame) -> pd.DataFrame:
    wide = table.pivot(index="ref_area", columns="indicator", values="value")
    return wide.loc[list(dict.fromkeys(table["ref_area"])), usable(table)]


def _span(periods: pd.Series) -> str:
    years = sorted({part for one in periods for part in str(one).split("-")})
    return years[0] if len(years) == 1 else f"{years[0]}-{years[-1]}" if years else ""


@remembered
def newest(table: pd.DataFrame, indicator: str, year: int) -> pd.DataFrame:
    """Return the newest known row of each country, at most `OLDEST` years before `year`."""
    rows = table[(table["indicator"] == indicator) & table["value"].notna()]
    rows = rows[rows["year"].between(year - OLDEST, year)]
    return rows.sort_values("year").groupby("ref_area").tail(1).set_index("ref_area").sort_index()


def _income_gap(wdi: pd.DataFrame, income: str, year: int, income_of: list[str]) -> pd.DataFrame:
    rows = newest(wdi, income, year)
    gap = rows["value"].reindex(income_of).median() / rows["value"]
    return pd.DataFrame(
        {
            "value": np.log(gap),
            "number": gap,
            "shown": gap.map(lambda times: f"{times:.1f}×" if times >= 0.1 else f"{times:.2f}×"),
            "period": rows["year"].astype(str),
            "context_source_id": rows["context_source_id"],
        }
    )


@remembered
def _scores(gsi: pd.DataFrame, indicator: str) -> pd.DataFrame:
    rows = gsi[(gsi["indicator"] == indicator) & gsi["edition"].str.startswith(GSI_EDITION)]
    rows = rows.set_index("ref_area")
    return pd.DataFrame(
        {
            "value": rows["value"],
            "number": rows["value"],
            "shown": rows["value"].map("{:.0f}".format),
            "period": rows["year"].astype(str),
            "context_source_id": rows["context_source_id"],
        }
    )


@remembered
def _tiers(tip_tiers: pd.DataFrame, year: int) -> pd.DataFrame:
    rows = newest(tip_tiers[tip_tiers["value"].isin(TIERS)], "tip_tier", year)
    ends = np.array([TIERS[tier] for tier in rows["value"]], dtype=float).reshape(-1, 2)
    return pd.DataFrame(
        {
            "value": ends.mean(axis=1),
            "low": ends[:, 0],
            "high": ends[:, 1],
            "shown": "Tier " + rows["value"].str.replace("WL", " WL"),
            "period": rows["year"].astype(str),
            "context_source_id": rows["context_source_id"],
        },
        index=rows.index,
    )


@remembered
def _both_counts(unodc: pd.DataFrame) -> pd.DataFrame:
    """Return the bounds of both counts for every country and year that reported both."""
    rows = unodc[unodc["indicator"].isin(CONVICTED)]
    wide = rows.pivot(index=["ref_area", "year"], columns="indicator", values=["low", "high"])
    wide = wide.reindex(columns=pd.MultiIndex.from_product([["low", "high"], CONVICTED])).dropna()
    return wide.set_axis(["low", "base_low", "high", "base_high"], axis="columns")


@remembered
def _convictions(unodc: pd.DataFrame, year: int) -> pd.DataFrame:
    """Sum both counts over the years of the window in which a country reported both."""
    wide = _both_counts(unodc)
    own = wide.index.get_level_values("year")
    wide = wide[(own > year - WINDOW) & (own <= year)]
    years = wide.index.get_level_values("year").to_series(index=wide.index).groupby("ref_area")
    total = wide.groupby("ref_area").sum()
    total["period"] = years.min().astype(str) + "-" + years.max().astype(str)
    total = total[total["base_low"] >= FEWEST]
    top, base = total[["low", "high"]].mean(axis=1), total[["base_low", "base_high"]].mean(axis=1)
    share = 100 * top / base
    source = ""
    if len(wide):
        source = unodc.loc[unodc["indicator"].isin(CONVICTED), "context_source_id"].iloc[0]
    return total.assign(
        value=share, number=share, shown=share.map("{:.0f}".format), context_source_id=source
    )


@remembered
def _emigrants(migrant_stock: pd.DataFrame, edition: str, wdi: pd.DataFrame) -> pd.DataFrame:
    rows = migrant_stock[
        (migrant_stock["revision"] == int(edition))
        & (migrant_stock["ref_area"] == "WLD")
        & migrant_stock["value"].notna()
    ].sort_values("year")
    if rows.empty:
        return pd.DataFrame(index=pd.Index([], name="ref_area"))
    stock = rows.iloc[-1]
    people = wdi[(wdi["indicator"] == "population") & (wdi["ref_area"] == "KHM")]
    share = 100 * stock["value"] / people.set_index("year")["value"].loc[stock["year"]]
    return pd.DataFrame(
        {
            "value": share,
            "number": share,
            "shown": f"{share:.1f}",
            "period": str(stock["year"]),
            "context_source_id": stock["context_source_id"],
        },
        index=pd.Index(["KHM"], name="ref_area"),
    )
