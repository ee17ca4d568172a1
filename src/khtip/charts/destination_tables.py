"""The tables behind the figures of notebook 05: labels and texts beside the numbers.

Each returns the frame that is drawn, or the one row of `khtip.drawing.absence.nothing`.
"""

from __future__ import annotations

import pandas as pd

from khtip.charts.victim_tables import short
from khtip.drawing.absence import COLUMN, missing, nothing
from khtip.lineage import joined
from khtip.reconcile.splits import splits
from khtip.statistics.composition import composition
from khtip.statistics.concentration import bootstrap_herfindahl, herfindahl, theil
from khtip.statistics.ranks import rank_sets
from khtip.statistics.shrinkage import shrunken_rates
from khtip.subjects.destinations import (
    MINISTRY,
    PER,
    UNODC_RETURNED,
    deportations,
    destination_rates,
    every_list,
    three_counts,
    yearly_totals,
)

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
