"""Stated totals of Cambodians brought home, and of those deported from Thailand."""

from functools import cache

import pandas as pd

from khtip.ledger.ledger import Ledger
from khtip.ledger.lineage import joined
from khtip.ledger.splits import period_words, splits

HOME, NEIGHBOUR, CHECKPOINT = "KHM", "THA", "KH-1"
REPATRIATED, DEPORTED = "victims_repatriated", "migrants_deported"
A_MONTH = 1.1  # months; what is no longer is one
ADULTS, MINORS = ["male_adult", "female_adult"], ["male_child", "female_child"]


@cache
def yearly_totals(ledger: Ledger) -> pd.DataFrame:
    """Return every stated total of Cambodians brought home, one row a body, period and number.

    Returns
    -------
    DataFrame
        ``period, calendar_year, full_year, reporting_body, crime_scope, value, low, high,
        qualifier, source_ids, figure_ids, statements`` (how many), sorted by period.
        ``calendar_year`` is the year that holds the period; parts of a year are kept apart by
        ``full_year``. Periods shorter than a quarter are left out.
    """
    rows = ledger.observations
    rows = rows[
        rows["measure"].eq(REPATRIATED)
        & rows["dimension"].fillna("").eq("")
        & rows["ref_area"].eq(HOME)
        & rows["months"].ge(3)
        & rows["period_start"].str[:4].eq(rows["period_end"].str[:4])
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
    columns = ["period", "calendar_year", "full_year", "reporting_body", "crime_scope", "value"]
    columns += ["low", "high", "qualifier", "source_ids", "figure_ids", "statements"]
    return _in_words(frame).assign(full_year=frame["year"].notna())[columns]


def _in_words(frame: pd.DataFrame) -> pd.DataFrame:
    """Add ``period`` and ``calendar_year``, the year in which it ends."""
    return frame.assign(
        period=list(map(period_words, frame["period_start"], frame["period_end"])),
        calendar_year=frame["period_end"].str[:4].astype(int),
    )


@cache
def deportations(ledger: Ledger) -> pd.DataFrame:
    """Return stated counts of Cambodians deported from Thailand, by Poipet or in all.

    Returns
    -------
    DataFrame
        ``period, calendar_year, kind`` (``year``, ``month`` or ``part of a year``), ``place``
        (``Poipet`` for the province that holds the checkpoint, else ``Thailand``), ``value, low,
        high, qualifier, reporting_body, source_id, figure_id, period_start``.
    """
    rows = ledger.observations
    rows = rows[rows["measure"].eq(DEPORTED)]
    dimension = rows["dimension"].fillna("")
    poipet = rows["ref_area"].eq(CHECKPOINT) & dimension.isin(["", "destination"])
    thailand = dimension.eq("destination") & rows["category"].eq(NEIGHBOUR)
    kind = pd.Series("part of a year", index=rows.index).mask(rows["months"].lt(A_MONTH), "month")
    rows = rows.assign(
        place=poipet.map({True: "Poipet", False: "Thailand"}),
        kind=kind.mask(rows["year"].notna(), "year"),
    )[poipet | thailand]
    columns = ["period", "calendar_year", "kind", "place", "value", "low", "high", "qualifier"]
    columns += ["reporting_body", "source_id", "figure_id", "period_start"]
    return _in_words(rows)[columns].sort_values(["period_start", "value"], ignore_index=True)


@cache
def checkpoint_months(ledger: Ledger) -> pd.DataFrame:
    """Return the table `Results.months`: a month's parts, or its total where it has none."""
    columns = ["period_start", "source_ids", "figure_ids"]
    parts = splits(ledger.observations, "sex", measures=[DEPORTED])
    parts = parts[parts["category"].isin([*ADULTS, *MINORS]) & parts["months"].lt(A_MONTH)]
    ids = parts.groupby("period_start")["figure_ids"].agg(joined)
    wide = parts.pivot_table(
        index=["period_start", "source_ids"], columns="category", values="value", aggfunc="sum"
    ).reset_index()
    wide = wide.reindex(columns=["period_start", "source_ids", *ADULTS, *MINORS])
    wide = wide.assign(
        figure_ids=wide["period_start"].map(ids),
        adults=wide[ADULTS].sum(axis=1),
        children=wide[MINORS].sum(axis=1),
    )
    stated = deportations(ledger)
    stated = stated[stated["kind"].eq("month") & stated["qualifier"].eq("exact")]
    stated = stated[stated["place"].eq("Poipet")]
    printed = set(stated[["period_start", "value"]].itertuples(index=False, name=None))
    stated = stated[~stated["period_start"].isin(wide["period_start"])]
    stated = stated.rename(columns={"source_id": "source_ids", "figure_id": "figure_ids"})
    both = pd.concat([wide, stated.reindex(columns=[*columns, "value"])])
    both = both.drop_duplicates("period_start").sort_values("period_start", ignore_index=True)
    both = both.astype({"adults": float, "children": float})
    total = (both["adults"] + both["children"]).fillna(both["value"].astype(float))
    return pd.DataFrame(
        {
            "month": pd.to_datetime(both["period_start"]).dt.strftime("%b"),
            "year": both["period_start"].str[:4].astype(int),
            "adults": both["adults"],
            "children": both["children"],
            "source_ids": both["source_ids"],
            "figure_ids": both["figure_ids"],
            "total": total,
            "child_share": both["children"] / total.where(total > 0),
            "adds_up": [pair in printed for pair in zip(both["period_start"], total, strict=True)],
        }
    )
