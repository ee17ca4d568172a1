"""Titles, captions and alternative texts of the figures of notebook 05, composed from values."""

from __future__ import annotations

import pandas as pd

from khtip.charts.destination_tables import BY_RATE
from khtip.drawing.absence import about, missing
from khtip.statistics.rates import POPULATION_FROM, RATE_FROM, STABLE_FROM


def counts(home: pd.DataFrame, *, year: int, confidence: float) -> dict[str, object]:
    """Return the words of ``05-counts-with-residual``."""
    return about(
        home,
        title=f"Cambodians brought home as victims by destination, {_period(home, year)}",
        caption=(
            "Hatched: persons of the stated total whom no named country accounts for. In "
            f"brackets: {confidence:.0%} intervals of the shares that hold for all countries "
            "together (Goodman), as if each person had been found alone."
        ),
        alt="" if missing(home) else f"Bar chart. {_listed(home, 'label', 'count')}.",
    )


def flow(home: pd.DataFrame, *, year: int) -> dict[str, object]:
    """Return the words of ``05-flow-home``."""
    return about(
        home,
        title=f"From where Cambodians were brought home as victims, {_period(home, year)}",
        caption=(
            "Each ribbon is as wide as the number of persons it stands for. Grey: no country "
            "named. A ribbon shows the country of return, not the way there, and not where the "
            "exploitation began."
        ),
        alt=""
        if missing(home)
        else (
            f"Flow chart with ribbons from each country into Cambodia, {home['total'].iloc[0]} "
            f"persons in all. {_listed(home, 'label', 'count')}."
        ),
    )


def rates(table: pd.DataFrame, *, year: int, confidence: float) -> dict[str, object]:
    """Return the words of ``05-rates-by-destination``."""
    title = "Persons brought home per 10,000 residents of Cambodian origin, "
    if missing(table):
        return about(table, title=f"{title}{year}", caption="", alt="")
    chosen = table[table["chosen"]]
    known = chosen[chosen["stock"].notna()]
    edition, stock_year = chosen["stock_edition"].iloc[0], chosen["stock_year"].iloc[0]
    told = "; ".join(f"{one.label} {one.low:.1f} to {one.high:.1f}" for one in known.itertuples())
    return about(
        table,
        title=f"{title}{_period(table, year)}, UN revision of {edition} (stock of {stock_year})",
        caption=(
            f"Lines: {confidence:.0%} intervals (Garwood). Hollow points: unstable, fewer than "
            f"{STABLE_FROM} persons. A line without a point: fewer than {RATE_FROM} persons or a "
            f"stock below {POPULATION_FROM:,}. Grey marks: the same count over the stock of the "
            "other UN revisions. Migrants without papers are mostly not in the stock, so rates are "
            "too high; people sent back as deportees are not in the count, so rates are too low."
        ),
        alt=(
            f"Dot chart with intervals on a log axis. {told}. "
            f"{len(chosen) - len(known)} destinations have no published stock."
        ),
    )


def ranks(sets: pd.DataFrame, *, year: int, confidence: float) -> dict[str, object]:
    """Return the words of ``05-rank-sets``."""
    title = "Ranks that each destination may hold, by number and by rate, "
    if missing(sets):
        return about(sets, title=f"{title}{year}", caption="", alt="")
    told = "; ".join(
        f"{one.label} {one.ranked_by.lower()} {one.best} to {one.worst}"
        for one in sets.itertuples()
    )
    edition = sets.loc[sets["ranked_by"].eq(BY_RATE), "stock_edition"]
    stock = f" over the UN stock, revision of {edition.iloc[0]}" if len(edition) else ""
    return about(
        sets,
        title=f"{title}{_period(sets, year)}",
        caption=(
            "Each bar joins the best and the worst rank; all bars together hold with "
            f"{confidence:.0%} confidence (exact tests of all pairs, Holm). By rate: "
            f"persons{stock}; destinations "
            "without a published stock cannot be ranked."
        ),
        alt=f"Range chart in two panels. {told}.",
    )


def three_counts(table: pd.DataFrame, *, year: int) -> dict[str, object]:
    """Return the words of ``05-three-counts``."""
    title = "Three counts of one flow, by destination, "
    if missing(table):
        return about(table, title=f"{title}{year}", caption="", alt="")
    told = "; ".join(f"{one.label}, {one.counted}: {one.text}" for one in table.itertuples())
    same = table["same_years"].iloc[0]
    same = f", and its values of {same} are the same, so they are one observation" if same else ""
    return about(
        table,
        title=f"{title}{year} or the nearest year in UNODC's file",
        caption=(
            "Left: persons whom the Cambodian report says were brought home. Middle: victims "
            f"returned to Cambodia in UNODC's data file; its direction is inferred{same}. Right: "
            "Cambodian citizens whom the destination says it detected as victims. Pale: fewer than "
            "5, which may be none. No bar: nothing published, which is not zero."
        ),
        alt=f"Bar chart in three panels. {told}.",
    )


def totals(table: pd.DataFrame, *, year: int) -> dict[str, object]:
    """Return the words of ``05-totals-by-source``."""
    told = "; ".join(f"{one.label}: {one.text}" for one in table.itertuples())
    now = f"In colour and bold: {year}."
    if not table["this_year"].any():
        now = f"No source states a total for {year}."
    first, last = table["calendar_year"].min(), table["calendar_year"].max()
    return about(
        table,
        title=f"Stated totals of Cambodians brought home, by source, {first} to {last}",
        caption=(
            f"{now} Hollow: a part of a year. Totals whose scope is not stated may hold migrant "
            "workers in distress and other returnees, which would make them much larger. Log "
            "scale: equal steps are equal ratios."
        ),
        alt=f"Dot chart on a log axis. {told}.",
    )


def poipet(months: pd.DataFrame, years: pd.DataFrame) -> dict[str, object]:
    """Return the words of ``05-deportations-poipet``; draw it with both tables as one."""
    both = pd.concat([months, years], ignore_index=True)
    span = f"{years['calendar_year'].min()} to {years['calendar_year'].max()}"
    least, most = months.loc[months["total"].idxmin()], months.loc[months["total"].idxmax()]
    told = "; ".join(
        f"{one.calendar_year} {one.what.lower()}: {one.value:,.0f}" for one in years.itertuples()
    )
    return about(
        both,
        title=f"Cambodians deported from Thailand, and victims brought home, {span}",
        caption=(
            "Left: records of one checkpoint; orange, on top: children. Right: what different "
            "sources give for a year; a hollow diamond is a part of a year. The border counts "
            "migrants as migrants; it does not say who of them had been trafficked."
        ),
        alt=(
            f"Two panels. By month of {months['year'].iloc[0]}: from {least['total']:,.0f} in "
            f"{least['month']} to {most['total']:,.0f} in {most['month']}. By year: {told}."
        ),
    )


def _period(frame: pd.DataFrame, year: int) -> str:
    return str(frame["period"].iloc[0]) if "period" in frame else str(year)


def _listed(rows: pd.DataFrame, label: str, count: str) -> str:
    return "; ".join(f"{name}: {value:,}" for name, value in rows[[label, count]].to_numpy())
