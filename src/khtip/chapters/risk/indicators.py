"""The candidates for the regional risk index: what each is, why it is in or out, what it is worth.

Nothing that UNODC says about risk is among them, because the index is later put beside it.

Where a context table holds one number twice, the row of its newest edition counts
(`newest_edition`), wherever it stands in the table.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from khtip.ledger.context import edition_date, newest_edition
from khtip.ledger.ledger import Ledger
from khtip.statistics.composite import winsorise

HOME = "KHM"


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


# What each indicator is worth for each country, read from the context tables.


OLDEST = 2  # years
COVERAGE = 0.6  # share of the countries
WINDOW = 5  # years of counts put together
FEWEST = 10  # victims that are certain; a share of fewer says nothing
CONVICTED = ["unodc_persons_convicted", "unodc_detected_victims"]  # a count per 100 of another
TIERS = {"1": (0, 0), "2": (1, 1), "2WL": (2, 2), "3": (3, 3), "1 or 2": (0, 1)}
NUMBERS = ("value", "low", "high", "base_low", "base_high", "number")
WORDS = ("shown", "period", "context_source_id")


@cache
@cache
def cells(
    ledger: Ledger,
    codes: tuple[str, ...],
    areas: tuple[str, ...],
    *,
    year: int,
    income_of: tuple[str, ...],
    stock_edition: str,
    income: str = "gdp_per_capita_ppp",
) -> pd.DataFrame:
    """Return the value of every indicator for every country, or an empty one.

    Parameters
    ----------
    ledger : Ledger
        With ``wdi, tip_tiers, gsi, unodc, migrant_stock``.
    codes, areas : tuple of str
        Keys of `CATALOGUE`; ISO 3166-1 alpha-3 codes.
    year : int
        Reference year.
    income_of : tuple of str
        Countries whose median income the gap is measured against.
    stock_edition : str
        Revision of the UN migrant stock, such as ``2017``.
    income : str
        Income measure: ``gdp_per_capita_ppp`` or ``gdp_per_capita_usd``.

    Returns
    -------
    DataFrame
        One row a country and indicator: ``ref_area, indicator``, `NUMBERS` and `WORDS`. ``value``
        is what enters the index; ``low`` and ``high`` (and for a ratio ``base_low``,
        ``base_high``) are the bounds of the published numbers behind it; ``number`` and ``shown``
        are the value as readers know it (a gap of 4.2 times, Tier 2), ``shown`` empty if missing.
    """
    makers = {
        "income_gap": lambda: _income_gap(ledger, income, year, income_of),
        "vulnerability": lambda: _scores(ledger, "gsi_vulnerability"),
        "response": lambda: _scores(ledger, "gsi_government_response"),
        "tier": lambda: _tiers(ledger, year),
        "convictions": lambda: _convictions(ledger, year),
        "emigrants": lambda: _emigrants(ledger, stock_edition),
    }
    parts = [
        makers[code]()
        .reindex(index=areas, columns=[*NUMBERS, *WORDS])
        .rename_axis("ref_area")
        .reset_index()
        .assign(indicator=code)
        for code in codes
    ]
    table = pd.concat(
        [
            part.astype(dict.fromkeys(NUMBERS, float) | dict.fromkeys(WORDS, object))
            for part in parts
        ],
        ignore_index=True,
    )
    table = table[["ref_area", "indicator", *NUMBERS, *WORDS]]
    return table.fillna(dict.fromkeys(WORDS, ""))


def coverage(table: pd.DataFrame) -> pd.DataFrame:
    """Return for each indicator how many countries have a value, and whether it is used.

    Returns
    -------
    DataFrame
        ``indicator``, ``known``, ``countries``, ``varies`` (not the same value everywhere),
        ``used`` (it varies, and at least `COVERAGE` of the countries have it), ``periods``,
        ``sources`` (ids).
    """
    rows = []
    for code, group in table.groupby("indicator", sort=False):
        there = group[group["value"].notna()]
        varies = there["value"].nunique() > 1
        rows.append(
            {
                "indicator": code,
                "known": len(there),
                "countries": len(group),
                "varies": varies,
                "used": varies and len(there) >= COVERAGE * len(group),
                "periods": _span(there["period"]),
                "sources": ";".join(sorted(set(";".join(there["context_source_id"]).split(";")))),
            }
        )
    return pd.DataFrame(rows)


def used_values(table: pd.DataFrame) -> pd.DataFrame:
    """Return the values of the indicators that are used, outliers pulled in.

    Returns
    -------
    DataFrame
        Countries by indicators, in the order of `table`. An indicator whose skewness and kurtosis
        are both beyond their limits is winsorised, unless its scale has ends of its own;
        `pulled_in` tells which values changed.
    """
    wide = _wide(table)
    free = wide.columns.difference(list(goalposts(wide)))
    return wide.assign(**{code: winsorise(wide[code].to_numpy())[0] for code in free})


def pulled_in(table: pd.DataFrame) -> list[tuple[str, str]]:
    """Return country and indicator of every value that was winsorised."""
    before = _wide(table)
    changed = (before != used_values(table)) & before.notna()
    return [(area, code) for code in changed for area in changed.index[changed[code]]]


def usable(table: pd.DataFrame) -> list[str]:
    """Return the indicators that are used, in order; see `coverage`.

    Examples
    --------
    >>> usable(pd.DataFrame({"indicator": ["b", "b", "a", "a"], "value": [1, 2, None, None]}))
    ['b']
    """
    values = table["value"].groupby(table["indicator"], sort=False)
    known, different = values.count() / values.size(), values.nunique()
    return list(known.index[(known >= COVERAGE) & (different > 1)])


def _wide(table: pd.DataFrame) -> pd.DataFrame:
    wide = table.pivot(index="ref_area", columns="indicator", values="value")
    return wide.loc[list(dict.fromkeys(table["ref_area"])), usable(table)]


def _span(periods: pd.Series) -> str:
    years = sorted({part for one in periods for part in str(one).split("-")})
    return years[0] if len(years) == 1 else f"{years[0]}-{years[-1]}" if years else ""


def newest(table: pd.DataFrame, indicator: str, year: int) -> pd.DataFrame:
    """Return the newest known row of each country, at most `OLDEST` years before `year`."""
    rows = table[(table["indicator"] == indicator) & table["value"].notna()]
    rows = newest_edition(rows[rows["year"].between(year - OLDEST, year)])
    return rows.sort_values("year").groupby("ref_area").tail(1).set_index("ref_area").sort_index()


@cache
def _income_gap(ledger: Ledger, income: str, year: int, income_of: tuple[str, ...]) -> pd.DataFrame:
    rows = newest(ledger.wdi, income, year)
    gap = rows["value"].reindex(income_of).median() / rows["value"]
    known = rows.assign(value=np.log(gap), number=gap, period=rows["year"].astype(str))
    shown = gap.map(lambda times: f"{times:.1f}×" if times >= 0.1 else f"{times:.2f}×")
    return known[gap.notna()].drop(columns=["low", "high"], errors="ignore").assign(shown=shown)


@cache
def _scores(ledger: Ledger, indicator: str) -> pd.DataFrame:
    """Return the scores of one edition for all countries, since editions cannot be compared."""
    rows = ledger.gsi[(ledger.gsi["indicator"] == indicator) & ledger.gsi["value"].notna()]
    sizes = rows["edition"].value_counts()
    full = sizes.index[sizes >= COVERAGE * sizes.max()] if len(sizes) else []
    rows = rows[rows["edition"].eq(max(full, key=edition_date, default=""))]
    rows = rows.sort_values("year").drop_duplicates("ref_area", keep="last").set_index("ref_area")
    return rows.drop(columns=["low", "high"], errors="ignore").assign(
        number=rows["value"],
        shown=rows["value"].map("{:.0f}".format),
        period=rows["year"].astype(str),
    )


def score_edition(ledger: Ledger) -> str:
    """Return the year of the edition that the scores are from, or an empty text."""
    editions = _scores(ledger, "gsi_vulnerability")["edition"]
    return str(edition_date(editions.iloc[0])[0]) if len(editions) else ""


@cache
def _tiers(ledger: Ledger, year: int) -> pd.DataFrame:
    tiers = ledger.tip_tiers
    rows = newest(tiers[tiers["value"].isin(list(TIERS))], "tip_tier", year)
    ends = np.array([TIERS[tier] for tier in rows["value"]], dtype=float).reshape(-1, 2)
    return rows.assign(
        value=ends.mean(axis=1),
        low=ends[:, 0],
        high=ends[:, 1],
        shown="Tier " + rows["value"].str.replace("WL", " WL"),
        period=rows["year"].astype(str),
    )


@cache
def _both_counts(ledger: Ledger) -> pd.DataFrame:
    """Return the bounds of both counts for every country and year that reported both."""
    rows = newest_edition(ledger.unodc[ledger.unodc["indicator"].isin(CONVICTED)])
    wide = rows.pivot(index=["ref_area", "year"], columns="indicator", values=["low", "high"])
    wide = wide.reindex(columns=pd.MultiIndex.from_product([["low", "high"], CONVICTED])).dropna()
    return wide.set_axis(["low", "base_low", "high", "base_high"], axis="columns")


@cache
def _convictions(ledger: Ledger, year: int) -> pd.DataFrame:
    """Sum both counts over the years of the window in which a country reported both."""
    wide = _both_counts(ledger)
    own = wide.index.get_level_values("year")
    wide = wide[(own > year - WINDOW) & (own <= year)]
    years = wide.index.get_level_values("year").to_series(index=wide.index).groupby("ref_area")
    total = wide.groupby("ref_area").sum()
    total["period"] = years.min().astype(str) + "-" + years.max().astype(str)
    total = total[total["base_low"] >= FEWEST]
    top, base = total[["low", "high"]].mean(axis=1), total[["base_low", "base_high"]].mean(axis=1)
    share = 100 * top / base
    ids = newest_edition(ledger.unodc[ledger.unodc["indicator"].isin(CONVICTED)])
    source = ids.groupby("ref_area")["context_source_id"].agg(
        lambda several: ";".join(sorted(set(several)))
    )
    return total.assign(
        value=share,
        number=share,
        shown=share.map("{:.0f}".format),
        context_source_id=source.reindex(total.index),
    )


@cache
def _emigrants(ledger: Ledger, edition: str) -> pd.DataFrame:
    """Return the share of the home country's people who live abroad: no other stock is held."""
    stock, people = ledger.migrant_stock, ledger.wdi
    rows = stock[(stock["revision"] == int(edition)) & (stock["ref_area"] == "WLD")]
    rows = rows[rows["value"].notna()].sort_values("year").tail(1)
    here = people[(people["indicator"] == "population") & (people["ref_area"] == HOME)]
    inhabitants = newest_edition(here).set_index("year")["value"].reindex(rows["year"])
    share = 100 * rows["value"].to_numpy() / inhabitants.to_numpy()
    known = pd.DataFrame(
        {
            "value": share,
            "number": share,
            "shown": [f"{one:.1f}" for one in share],
            "period": rows["year"].astype(str).to_numpy(),
            "context_source_id": rows["context_source_id"].to_numpy(),
        },
        index=pd.Index([HOME] * len(rows), name="ref_area"),
    )
    return known[known["value"].notna()]
