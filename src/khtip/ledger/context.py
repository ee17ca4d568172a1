"""Context tables as typed frames: migrant stock, population, income, tiers, UNODC counts.

Each reader returns the columns of its CSV file with ``year`` as a number, and, where the value is
a count or a measurement, ``value``, ``low`` and ``high`` as floats. A blank value means that no
figure was published: it stays missing, never zero. A suppressed count (``<5``) has no value, but
bounds: 0 to 4.
"""

from __future__ import annotations

import math
import re

import pandas as pd

from khtip import tables
from khtip.ledger.csvtext import edition_year
from khtip.ledger.statements import bounds

_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)|(\d\d)/(\d\d)/(\d{4})|((?:19|20)\d\d)")


def migrant_stock() -> pd.DataFrame:
    """Return migrants of Cambodian origin by country of residence (``ref_area``) and edition.

    Returns
    -------
    DataFrame
        ``revision`` is the year of the edition. Unit: persons at mid-year. Use one revision at a
        time. Where two editions are called by one year, the later source counts, for each country
        and year.

    Raises
    ------
    ValueError
        For an edition whose name holds no year.

    Notes
    -----
    United Nations, Department of Economic and Social Affairs, Population Division,
    International Migrant Stock.
    """
    frame = _numbers("migrant_stock")
    years = {edition: edition_year(edition) for edition in frame["edition"].unique()}
    unknown = [edition for edition, year in years.items() if year is None]
    if unknown:
        raise ValueError(
            f"data/context/migrant_stock.csv, edition {unknown[0]!r}: expected the year of the "
            "revision in its name; write it there, as in 'International Migrant Stock 2024'"
        )
    frame = frame.assign(revision=frame["edition"].map(years))
    newest = frame.sort_values(["context_source_id", "edition"], kind="stable")
    same = ["revision", "ref_area", "indicator", "year"]
    return frame.loc[newest.drop_duplicates(same, keep="last").index.sort_values()]


def wdi() -> pd.DataFrame:
    """Return population and gross domestic product a head (World Development Indicators).

    Notes
    -----
    Population and income come from different vintages: do not multiply them.
    """
    return _numbers("wdi")


def gsi() -> pd.DataFrame:
    """Return estimates of the Global Slavery Index; editions are not comparable."""
    return _numbers("gsi")


def unodc() -> pd.DataFrame:
    """Return UNODC's counts of detected victims, offences, prosecutions and convictions.

    Returns
    -------
    DataFrame
        ``<5`` has a missing ``value``, ``low`` 0 and ``high`` 4; ``printed`` keeps the text.

    Notes
    -----
    UNODC Research, Data Portal, Trafficking in Persons, file of 30 May 2023. Detection follows
    effort.
    """
    return _numbers("unodc")


def tip_tiers() -> pd.DataFrame:
    """Return tiers of the US Trafficking in Persons Report, as text.

    Returns
    -------
    DataFrame
        ``tier`` is an ordered category (1, 2, 2WL, 3, Special Case); it is missing where the
        copy read says only "1 or 2". Tiers rate the effort of governments, not prevalence.
    """
    frame = _read("tip_tiers")
    order = ["1", "2", "2WL", "3", "Special Case"]
    known = frame["value"].where(frame["value"].isin(order))
    return frame.assign(tier=pd.Categorical(known, categories=order, ordered=True))


def unodc_statements() -> pd.DataFrame:
    """Return what UNODC says in single figures and labels.

    Returns
    -------
    DataFrame
        ``value`` stays text, since some are labels; ``second_hand`` is a truth value: such rows
        were read in the newspaper only and are quoted as such. ``source_ids`` is the source that
        has their address; empty where the ledger does not hold it.
    """
    frame = _read("unodc_statements")
    pages = tables.read_text_table("data/reported/sources.csv")
    pages = pages.sort_values(["published_date", "source_id"]).drop_duplicates("url")
    ids = frame["url"].map(pages.set_index("url")["source_id"]).fillna("")
    return frame.assign(second_hand=frame["second_hand"].eq("yes"), source_ids=ids)


def countries() -> pd.DataFrame:
    """Return codes, regions, label points (degrees) and income level of the countries compared."""
    frame = tables.read_text_table("data/context/countries.csv")
    points = ["label_latitude", "label_longitude"]
    return frame.astype(dict.fromkeys(points, float))


def edition_date(edition: str) -> tuple[int, int, int, str]:
    """Return the newest date or year that an edition names, for sorting; equal ones by their text.

    Examples
    --------
    >>> edition_date("data_glotip.xlsx dated 30/05/2023")[:3]
    (2023, 5, 30)
    >>> edition_date("GSI 2018 (prevalence refers to any given day in 2016)")[:3]
    (2018, 0, 0)
    """
    dates = [
        tuple(int(part or 0) for part in ((y or year or only), m or month, d or day))
        for y, m, d, day, month, year, only in _DATE.findall(edition)
    ]
    year, month, day = max(dates, default=(0, 0, 0))
    return year, month, day, edition


def newest_edition(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row a country, indicator and year: the one of the newest edition with a number.

    `rows` have ``ref_area, indicator, year, edition, value``. A suppressed count has no value but
    bounds (``high``), and counts as a number.
    """
    known = rows[["value", "high"]].notna().any(axis=1) if "high" in rows else rows["value"].notna()
    place = ["ref_area", "indicator", "year"]
    order = pd.DataFrame({"known": known, "date": rows["edition"].map(edition_date)})
    order = order.sort_values(["known", "date"], kind="stable")
    return rows.loc[order.index].drop_duplicates(place, keep="last").sort_index()


def _read(name: str) -> pd.DataFrame:
    frame = tables.read_text_table(f"data/context/{name}.csv")
    return frame.assign(year=frame["year"].astype(int))


def _numbers(name: str) -> pd.DataFrame:
    """Read a table whose value is a number, a suppressed count, or blank."""
    frame = _read(name)
    frame.insert(frame.columns.get_loc("value"), "printed", frame["value"])
    triples = [bounds(text, "exact") if text else (None,) * 3 for text in frame["printed"]]
    for position, column in enumerate(("value", "low", "high")):
        ends = [one[position] for one in triples]
        frame[column] = [math.nan if one is None else float(one) for one in ends]
    return frame
