"""From where Cambodians were brought back: one report's list, its rates, and other counts of it.

The list of a ministry, the returns that UNODC's data file holds, the citizens that a destination
says it detected, and the people a border police deported are four different counts. They are put
side by side and never added, averaged or corrected by one another.
"""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from khtip.figures.marks import short
from khtip.ledger.lineage import joined
from khtip.ledger.splits import AS_DOCUMENTED, choose, period_words, splits
from khtip.ledger.unreported import COLUMN, missing, nothing
from khtip.remember import remembered
from khtip.statistics.concentration import (
    Concentration,
    bootstrap_herfindahl,
    herfindahl,
    theil,
    top_share,
)
from khtip.statistics.ranks import rank_sets
from khtip.statistics.rates import rate_per, shrunken_rates
from khtip.statistics.shares import composition

REPATRIATED = "victims_repatriated"
UNODC_RETURNED, UNODC_DETECTED = "unodc_repatriated_to_khm", "unodc_detected_khm_citizens"
MINISTRY = "Brought home: Cambodian report"
COUNTED = {
    UNODC_RETURNED: "Returned to Cambodia: UNODC",
    UNODC_DETECTED: "Detected there: UNODC",
}
PER = 10_000
NOT_NAMED = "not named"
SHORTEST = 5.5  # months; a list of a few weeks says nothing about a year


@remembered
def brought_home(
    observations: pd.DataFrame, *, year: int, preferred_body: str = AS_DOCUMENTED
) -> pd.DataFrame:
    """Return the list of destinations of the one report to use for a year.

    A report counts when it covers about half a year or more, and gives one exact total and at
    least two destinations.

    Returns
    -------
    DataFrame
        The rows of `splits.splits`, largest first; empty when no report splits that year.
    """
    return _chosen(_lists(observations), year=year, preferred_body=preferred_body)


def every_list(observations: pd.DataFrame) -> dict[int, pd.DataFrame]:
    """Return the list of `brought_home` for each year that has one, in the order of the years."""
    lists = _lists(observations)
    years = sorted({int(start[:4]) for start in lists["period_start"]})
    chosen = {year: _chosen(lists, year=year) for year in years}
    return {year: home for year, home in chosen.items() if len(home)}


@remembered
def _lists(observations: pd.DataFrame) -> pd.DataFrame:
    """Return the parts of every report that counts."""
    parts = splits(observations, "destination", measures=[REPATRIATED])
    usable = parts["total"].notna() & parts["months"].ge(SHORTEST)
    usable &= ~parts.duplicated(["report", "category"], keep=False)
    parts = parts[usable]
    return parts[parts.groupby("report")["category"].transform("size").ge(2)]


def _chosen(lists: pd.DataFrame, *, year: int, preferred_body: str = AS_DOCUMENTED) -> pd.DataFrame:
    home = choose(lists, year=year, preferred_body=preferred_body)
    return home.sort_values(["value", "category"], ascending=[False, True], ignore_index=True)


@remembered
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
        held = ", ".join(sorted(migrant_stock["revision"].astype(str).unique()))
        raise ValueError(f"no revision {edition!r} of the migrant stock; held: {held}")
    years = rows["year"].astype(int)
    nearest = min(years.unique(), key=lambda one: (abs(one - year), -one))
    rows = rows[years.eq(nearest)]
    return pd.DataFrame(
        {
            "ref_area": rows["ref_area"].to_numpy(),
            "stock": rows["value"].to_numpy(dtype=float),
            "stock_edition": edition,
            "stock_year": nearest,
        }
    )


@remembered
def destination_rates(
    home: pd.DataFrame,
    migrant_stock: pd.DataFrame,
    *,
    edition: str,
    year: int,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Return persons brought home per 10,000 people of Cambodian origin, by destination.

    Parameters
    ----------
    home : DataFrame
        From `brought_home`.
    migrant_stock, edition, year
        As in `stock_of`.
    confidence : float
        Of Garwood's exact interval.

    Returns
    -------
    DataFrame
        ``destination, count, stock, stock_edition, stock_year, rate_per_10000, low, high,
        reading``; reading is ``stable``, ``unstable``, ``interval only`` (the rate itself is then
        NaN) or ``no stock published`` (all NaN). Highest rate first, without a stock last.
    """
    stock = stock_of(migrant_stock, edition=edition, year=year)
    frame = home[["category", "value"]].merge(
        stock, left_on="category", right_on="ref_area", how="left"
    )
    rows = []
    for row in frame.itertuples():
        known = row.stock == row.stock and row.stock > 0
        rate: Any = None
        if known:
            rate = rate_per(row.value, row.stock, per=PER, confidence=confidence)
        shown = rate is not None and rate.reading != "interval only"
        rows.append(
            {
                "destination": row.category,
                "count": int(row.value),
                "stock": row.stock if known else math.nan,
                "stock_edition": edition,
                "stock_year": stock["stock_year"].iloc[0],
                "rate_per_10000": rate.value if shown else math.nan,
                "low": rate.low if known else math.nan,
                "high": rate.high if known else math.nan,
                "reading": rate.reading if known else "no stock published",
            }
        )
    columns = ["destination", "count", "stock", "stock_edition", "stock_year"]
    columns += ["rate_per_10000", "low", "high", "reading"]
    table = pd.DataFrame(rows, columns=columns)
    order = table["rate_per_10000"].fillna(table["low"])
    return table.iloc[order.sort_values(ascending=False, na_position="last", kind="stable").index]


def concentration_table(home: pd.DataFrame, *, confidence: float = 0.95) -> pd.DataFrame:
    """Return measures of concentration with bounds over the unnamed part.

    Returns
    -------
    DataFrame
        ``measure, value, low, high, covers``: the index with its bounds over the residual, the
        effective number of countries, and the share of the one, two and three largest (chance and
        residual together).
    """
    columns = ["measure", "value", "low", "high", "covers"]
    if home.empty:
        return pd.DataFrame(columns=columns)
    counts, total = home.set_index("category")["value"], home["total"].iloc[0]
    found: Concentration = herfindahl(counts, total=total)
    few, many = found.effective_number
    rows = [
        ("Herfindahl-Hirschman index", found.lowest, found.lowest, found.highest, "residual"),
        ("Effective number of countries", many, few, many, "residual"),
    ]
    for k in range(1, min(3, len(counts)) + 1):
        part = top_share(counts, k, total=total, confidence=confidence)
        name = "Share of the largest" if k == 1 else f"Share of the {k} largest"
        rows.append((name, part.value, part.low, part.high, "chance and residual"))
    return pd.DataFrame(rows, columns=columns)


@remembered
def three_counts(home: pd.DataFrame, unodc: pd.DataFrame, *, year: int) -> pd.DataFrame:
    """Return the list beside UNODC's two counts of the same flow.

    UNODC's counts are taken for the year nearest to `year` that a destination has, and at most
    two years away; of two equally near years the earlier. The year is given for each.

    Parameters
    ----------
    home : DataFrame
        From `brought_home`.
    unodc : DataFrame
        ``indicator, ref_area, year, low, value, high``; ``<5`` is low 0, high 4, no value.
    year : int
        The year of the list.

    Returns
    -------
    DataFrame
        ``destination, counted, year, value, low, high``, one row a count that exists.
    """
    rows = [
        (one.category, MINISTRY, year, one.value, one.low, one.high) for one in home.itertuples()
    ]
    for indicator, counted in COUNTED.items():
        found = unodc[unodc["indicator"].eq(indicator)].copy()
        found["away"] = (found["year"].astype(int) - year).abs()
        found = found[found["away"].le(2)].sort_values(["ref_area", "away", "year"])
        for one in found.drop_duplicates("ref_area").itertuples():
            rows.append((one.ref_area, counted, int(one.year), one.value, one.low, one.high))
    return pd.DataFrame(rows, columns=["destination", "counted", "year", "value", "low", "high"])


@remembered
def yearly_totals(observations: pd.DataFrame) -> pd.DataFrame:
    """Return every stated total of Cambodians brought home, one row a body, period and number.

    Returns
    -------
    DataFrame
        ``period, calendar_year, full_year, reporting_body, crime_scope, value, low, high,
        qualifier, source_ids, figure_ids, statements`` (how many), sorted by period.
        ``calendar_year`` is the year that holds the period; parts of a year are kept apart by
        ``full_year``. Periods shorter than a quarter are left out.
    """
    rows = observations[
        observations["measure"].eq(REPATRIATED)
        & observations["dimension"].fillna("").eq("")
        & observations["ref_area"].eq("KHM")
        & observations["months"].ge(3)
        & observations["period_start"].str[:4].eq(observations["period_end"].str[:4])
    ]
    key = ["period_start", "period_end", "reporting_body", "crime_scope", "value", "qualifier"]
    frame = rows.groupby(key, as_index=False).agg(
        low=("low", "first"),
        high=("high", "first"),
        year=("year", "first"),
        source_ids=("source_id", ";".join),
        figure_ids=("figure_id", ";".join),
        statements=("source_id", "size"),
    )
    pairs = zip(frame["period_start"], frame["period_end"], strict=True)
    frame["period"] = [period_words(start, end) for start, end in pairs]
    frame["calendar_year"] = frame["period_end"].str[:4].astype(int)
    frame["full_year"] = frame["year"].notna()
    columns = ["period", "calendar_year", "full_year", "reporting_body", "crime_scope", "value"]
    columns += ["low", "high", "qualifier", "source_ids", "figure_ids", "statements"]
    return frame[columns]


@remembered
def deportations(observations: pd.DataFrame) -> pd.DataFrame:
    """Return stated counts of Cambodians deported from Thailand, by Poipet or in all.

    Returns
    -------
    DataFrame
        ``period, calendar_year, kind`` (``year``, ``month`` or ``part of a year``), ``place``
        (``Poipet`` for the province that holds the checkpoint, else ``Thailand``), ``value, low,
        high, qualifier, reporting_body, source_id, figure_id, period_start``.
    """
    rows = observations[observations["measure"].eq("migrants_deported")].copy()
    dimension = rows["dimension"].fillna("")
    poipet = rows["ref_area"].eq("KH-1") & dimension.isin(["", "destination"])
    thailand = dimension.eq("destination") & rows["category"].eq("THA")
    rows = rows[poipet | thailand]
    rows["place"] = poipet.map({True: "Poipet", False: "Thailand"})
    months = rows["months"]
    rows["kind"] = "part of a year"
    rows.loc[rows["year"].notna(), "kind"] = "year"
    rows.loc[rows["year"].isna() & months.lt(1.1), "kind"] = "month"
    rows["calendar_year"] = rows["period_end"].str[:4].astype(int)
    pairs = zip(rows["period_start"], rows["period_end"], strict=True)
    rows["period"] = [period_words(start, end) for start, end in pairs]
    columns = ["period", "calendar_year", "kind", "place", "value", "low", "high", "qualifier"]
    columns += ["reporting_body", "source_id", "figure_id", "period_start"]
    return rows[columns].sort_values(["period_start", "value"]).reset_index(drop=True)


# The tables behind the figures of notebook 05: labels and texts beside the numbers.


RANK_COLUMNS = ["ranked_by", "category", "label", "count", "exposure", "value", "best", "worst"]
RANK_COLUMNS += ["above", "below", "period", "stock_edition", "figure_ids", "source_ids"]
BY_NUMBER, BY_RATE = "By number", "By rate"
AT_POIPET, FROM_THAILAND = "Deported, counted at Poipet", "Deported from Thailand"
VICTIMS = "Brought home from Thailand as victims"
ADULTS, MINORS = ("male_adult", "female_adult"), ("male_child", "female_child")


def absent(observations: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return the table that says that no destination split is reported for a year."""
    looked_in = splits(observations, "destination", measures=["victims_repatriated"])
    sentence = f"No destination split is reported for {year}."
    return nothing(sentence, year=year, looked_in=looked_in["source_ids"])


def counts(home: pd.DataFrame, areas: pd.DataFrame, *, confidence: float = 0.95) -> pd.DataFrame:
    """Return the list with its residual, shares of the stated total and simultaneous intervals.

    Returns
    -------
    DataFrame
        `composition.composition` with ``label, text, residual, period, source_ids,
        figure_ids, total_ids``.
    """
    names = areas.set_index("ref_area")["name"]
    frame = composition(
        home.set_index("category")["value"],
        total=home["total"].iloc[0],
        confidence=confidence,
        residual="country not named",
    )
    frame["residual"] = frame["category"].eq("country not named")
    frame["label"] = frame["category"].map(names).fillna("Country not named")
    frame["text"] = [
        f"{one.count:,.0f}: {_percent(one.share)} ({_percent(one.low_together, unit='')} to "
        f"{_percent(one.high_together)})"
        for one in frame.itertuples()
    ]
    first = home.iloc[0]
    return frame.assign(
        period=first["period"],
        source_ids=first["source_ids"],
        figure_ids=_statements(home, frame["category"]).fillna(joined(home["figure_ids"])),
        total_ids=first["total_ids"],
    )


def _statements(home: pd.DataFrame, destinations: pd.Series) -> pd.Series:
    """Return the statements behind the number of each destination on the list."""
    return destinations.map(home.set_index("category")["figure_ids"])


def rates(
    home: pd.DataFrame,
    migrant_stock: pd.DataFrame,
    areas: pd.DataFrame,
    *,
    edition: str,
    year: int,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Return the rates of every revision; ``chosen`` marks the revision of the parameter.

    Returns
    -------
    DataFrame
        `destinations.destination_rates` for each revision with ``chosen, place, label,
        text, per_10000`` (the plain quotient, for the pale marks), ``figure_ids, source_ids``.
    """
    names = areas.set_index("ref_area")["name"]
    revisions = sorted(migrant_stock["revision"].astype(str).unique())
    tables = [
        destination_rates(home, migrant_stock, edition=one, year=year, confidence=confidence)
        for one in revisions
    ]
    frame = pd.concat(tables, ignore_index=True)
    frame["chosen"] = frame["stock_edition"].eq(edition)
    order = frame.loc[frame["chosen"], "destination"].reset_index(drop=True)
    frame["place"] = frame["destination"].map({name: place for place, name in order.items()})
    frame["label"] = frame["destination"].map(names)
    frame["per_10000"] = PER * frame["count"] / frame["stock"]
    frame["text"] = [
        f"{one.count:,} / {one.stock:,.0f}" if one.stock == one.stock else f"{one.count:,} / –"
        for one in frame[["count", "stock"]].itertuples(index=False)
    ]
    stocks = migrant_stock.assign(edition_year=migrant_stock["revision"].astype(str))
    ids = stocks.groupby("edition_year")["context_source_id"].first()
    frame["source_ids"] = home["source_ids"].iloc[0] + ";" + frame["stock_edition"].map(ids)
    return frame.assign(
        figure_ids=_statements(home, frame["destination"]), period=home["period"].iloc[0]
    )


def ranks(
    home: pd.DataFrame, table: pd.DataFrame, areas: pd.DataFrame, *, confidence: float = 0.95
) -> pd.DataFrame:
    """Return rank sets by number (all destinations) and by rate (those with a stock).

    Returns
    -------
    DataFrame
        `ranks.rank_sets` with ``ranked_by, label, period, stock_edition, figure_ids,
        source_ids``.
    """
    names = areas.set_index("ref_area")["name"]
    known = table[table["chosen"] & table["stock"].notna()].set_index("destination")
    found = [(BY_NUMBER, rank_sets(home.set_index("category")["value"], confidence=confidence))]
    if len(known):
        by_rate = rank_sets(known["count"], exposure=known["stock"], confidence=confidence)
        found.append((BY_RATE, by_rate))
    frame = pd.concat([one.assign(ranked_by=name) for name, one in found], ignore_index=True)
    frame["label"] = frame["category"].map(names)
    edition = table.loc[table["chosen"], "stock_edition"].iloc[0]
    frame["stock_edition"] = frame["ranked_by"].map({BY_NUMBER: "", BY_RATE: edition})
    return frame.assign(
        figure_ids=_statements(home, frame["category"]),
        period=home["period"].iloc[0],
        source_ids=table.loc[table["chosen"], "source_ids"].iloc[0],
    )


def shrunken(table: pd.DataFrame, areas: pd.DataFrame, *, confidence: float = 0.95) -> pd.DataFrame:
    """Return the chosen revision's rates beside the same rates drawn to their common mean."""
    if missing(table):
        return table[[COLUMN]]
    names = areas.set_index("ref_area")["name"]
    known = table[table["chosen"] & table["stock"].notna()].set_index("destination")
    if len(known) < 2:
        return pd.DataFrame(columns=["category", "rate", "shrunken", "low", "high", "weight"])
    frame = shrunken_rates(known["count"], known["stock"], per=PER, confidence=confidence)
    frame["category"] = frame["category"].map(names)
    return frame[["category", "count", "exposure", "rate", "shrunken", "low", "high", "weight"]]


def beside_unodc(
    home: pd.DataFrame, unodc: pd.DataFrame, areas: pd.DataFrame, *, year: int
) -> pd.DataFrame:
    """Return three counts of one flow with labels and places for three panels."""
    names = areas.set_index("ref_area")["name"]
    frame = three_counts(home, unodc, year=year)
    order = frame.drop_duplicates("destination")["destination"].reset_index(drop=True)
    frame["place"] = frame["destination"].map({name: place for place, name in order.items()})
    frame["label"] = frame["destination"].map(names)
    frame["is_list"] = frame["counted"].eq(MINISTRY)
    when = frame["year"].map(" ({})".format).mask(frame["is_list"], "")
    said = frame["value"].map("{:.0f}".format).mask(frame["value"].isna(), "under 5")
    frame["text"] = said + when
    frame["source_ids"] = frame["is_list"].map({True: home["source_ids"].iloc[0], False: "ctx-45"})
    listed = frame["destination"].where(frame["is_list"])
    frame["figure_ids"] = _statements(home, listed)
    return frame.assign(same_years=_same_years(unodc))


def _same_years(unodc: pd.DataFrame) -> str:
    """Return the years whose returns to Cambodia are the same in every country, in words."""
    returned = unodc[unodc["indicator"].eq(UNODC_RETURNED)]
    told = {
        year: tuple(sorted(zip(one["ref_area"], one["value"], strict=True)))
        for year, one in returned.groupby("year")
    }
    alike = [year for year, one in told.items() if list(told.values()).count(one) > 1]
    return " and ".join(str(year) for year in alike)


def over_years(observations: pd.DataFrame, *, draws: int = 2000, seed: int = 0) -> pd.DataFrame:
    """Return the concentration of every list in the ledger, and Theil's T over common countries.

    Returns
    -------
    DataFrame
        ``period, countries, persons, not_named, index`` with its bounds over the residual
        (``lowest, highest``) and over chance (``low, high``, bootstrap), ``theil`` over the
        countries that all lists name, and how many these are (``common``).
    """
    lists = list(every_list(observations).values())
    common = set.intersection(*(set(home["category"]) for home in lists))
    rows = []
    for home in lists:
        counted, total = home.set_index("category")["value"], home["total"].iloc[0]
        bounds = herfindahl(counted, total=total)
        chance = bootstrap_herfindahl(counted, total=total, draws=draws, seed=seed)
        rows.append(
            {
                "period": home["period"].iloc[0],
                "countries": len(counted),
                "persons": int(total),
                "not_named": bounds.residual,
                "index": bounds.lowest,
                "lowest": bounds.lowest,
                "highest": bounds.highest,
                "low": chance.low,
                "high": chance.high,
                "theil": theil(counted[counted.index.isin(common)], classes=len(common)),
                "common": len(common),
            }
        )
    return pd.DataFrame(rows)


def totals(observations: pd.DataFrame, *, year: int) -> pd.DataFrame:
    """Return every stated total with a label; ``this_year`` marks the reference year.

    A rounded total is left out where the same body gives an exact one for the same period.
    """
    frame = yearly_totals(observations)
    key = ["period", "reporting_body", "crime_scope"]
    exact = frame[frame["qualifier"].eq("exact")].set_index(key).index
    doubled = frame["qualifier"].ne("exact") & frame.set_index(key).index.isin(exact)
    frame = frame[~doubled].reset_index(drop=True)
    scope = frame["crime_scope"].map({"trafficking": "trafficking"}).fillna("scope not stated")
    frame["label"] = frame["period"] + ", " + frame["reporting_body"].map(short) + ", " + scope
    frame["this_year"] = frame["calendar_year"].eq(year)
    frame["text"] = frame["value"].map("{:,.0f}".format)
    return frame


def sent_back(observations: pd.DataFrame) -> pd.DataFrame:
    """Return yearly deportations from Thailand beside the victims brought home from there.

    Returns
    -------
    DataFrame
        ``calendar_year, period, what, value, high, year, source_ids, figure_ids``; ``high`` is
        infinite where the source says "more than", ``year`` is NaN for a part of a year.
    """
    frame = deportations(observations)
    frame = frame[frame["kind"].eq("year")]
    frame = frame.rename(columns={"source_id": "source_ids", "figure_id": "figure_ids"})
    frame["year"] = frame["calendar_year"]
    frame["what"] = frame["place"].map({"Poipet": AT_POIPET, "Thailand": FROM_THAILAND})
    homes = list(every_list(observations).values())
    victims = pd.concat(homes).query("category == 'THA'") if homes else frame.head(0)
    victims = victims.assign(calendar_year=victims["period_end"].str[:4].astype(int), what=VICTIMS)
    columns = ["calendar_year", "period", "what", "value", "high", "year", "source_ids"]
    columns.append("figure_ids")
    return pd.concat([frame[columns], victims[columns]], ignore_index=True)


def poipet_months(observations: pd.DataFrame) -> pd.DataFrame:
    """Return the monthly deportations recorded at Poipet, adults and children apart.

    Returns
    -------
    DataFrame
        ``month, year, adults, children, total, child_share, source_ids, figure_ids``, in order
        of time.
    """
    parts = splits(observations, "sex", measures=["migrants_deported"])
    parts = parts[parts["category"].isin([*ADULTS, *MINORS]) & parts["months"].lt(1.1)]
    wide = parts.pivot_table(
        index=["period_start", "source_ids"], columns="category", values="value", aggfunc="sum"
    ).reset_index()
    statements = parts.groupby("period_start")["figure_ids"].agg(joined)
    frame = pd.DataFrame(
        {
            "month": pd.to_datetime(wide["period_start"]).dt.strftime("%b"),
            "year": wide["period_start"].str[:4].astype(int),
            "adults": wide[list(ADULTS)].sum(axis=1),
            "children": wide[list(MINORS)].sum(axis=1),
            "source_ids": wide["source_ids"],
            "figure_ids": wide["period_start"].map(statements),
        }
    )
    frame["total"] = frame["adults"] + frame["children"]
    frame["child_share"] = frame["children"] / frame["total"]
    return frame


def _percent(share: float, *, unit: str = " %") -> str:
    value = 100 * share
    return f"{value:.1f}{unit}" if value < 10 else f"{value:.0f}{unit}"
