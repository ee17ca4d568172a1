"""The observations under the names of SDMX, one row a published statement.

The file follows SDMX-CSV 2.0: three leading columns say which structure a row follows and what to
do with it, then come dimensions, the measure ``OBS_VALUE`` and attributes. Concepts of the SDMX
cross-domain list keep their names (REF_AREA, TIME_PERIOD, SEX, AGE, UNIT_MEASURE, UNIT_MULT,
OBS_STATUS, COMMENT_OBS); the others are this collection's own. The choices are explained in
``docs/exports.md``.

References
----------
SDMX 3.0 Technical Specifications, Section 6 (time formats) and Part "SDMX-CSV" 2.0; SDMX
Cross-Domain Code Lists CL_OBS_STATUS, CL_SEX, CL_AGE. https://sdmx.org
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import pandas as pd

STRUCTURE_ID = "KHTIP:STATEMENTS(1.0.0)"
"""Agency, dataflow and version; no registry holds it, so the columns explain themselves."""

DIMENSIONS = (
    *("STATEMENT", "REF_AREA", "INDICATOR", "CRIME_SCOPE", "SEX", "AGE", "COUNTERPART_AREA"),
    *("BREAKDOWN", "CATEGORY", "TIME_PERIOD"),
)
ATTRIBUTES = (
    *("OBS_STATUS", "QUALIFIER", "LOWER_BOUND", "UPPER_BOUND", "PRINTED", "UNIT_MEASURE"),
    *("UNIT_MULT", "REPORTING_BODY", "SOURCE", "SOURCE_URL", "BASE_INDICATOR"),
    *("BASE_TIME_PERIOD", "PREFERRED", "COMMENT_OBS"),
)
COLUMNS = ("STRUCTURE", "STRUCTURE_ID", "ACTION", *DIMENSIONS, "OBS_VALUE", *ATTRIBUTES)

TOTAL = "_T"
"""The SDMX code of a total: nothing is split off."""

SEXES = {"female": "F", "male": "M"}
AGES = {"<15": "Y_LT15", "15-17": "Y15T17", "<18": "Y_LT18", "18+": "Y_GE18"}
AGES |= {"child": AGES["<18"], "adult": AGES["18+"]}
COUNTRY_SPLITS = ("destination", "nationality")

STATUS = {
    "normal": "A",
    "hedged": "U",
    "suppressed": "Q",
}
"""CL_OBS_STATUS: normal value; low reliability; missing value, suppressed."""

EXACT = ("exact", "including")


def time_period(start: date, end: date) -> str:
    """Return a period, both days included, in an SDMX time format.

    A calendar year, half-year, quarter, month or day has a format of its own. Anything else is a
    range: its first day and an ISO 8601 duration, in months when they are whole.

    Parameters
    ----------
    start, end : date
        First and last day.

    Raises
    ------
    ValueError
        When the period ends before it starts.

    Examples
    --------
    >>> time_period(date(2017, 1, 1), date(2017, 9, 30))
    '2017-01-01/P9M'
    >>> time_period(date(2015, 12, 25), date(2016, 12, 25))
    '2015-12-25/P367D'
    >>> [time_period(date(2017, 7, 1), date(2017, m, d)) for m, d in ((12, 31), (9, 30), (7, 31))]
    ['2017-S2', '2017-Q3', '2017-07']
    """
    if end < start:
        raise ValueError(f"period {start} to {end}: expected an end on or after the start.")
    days = (end - start).days + 1
    if days == 1:
        return start.isoformat()
    months = _whole_months(start, end)
    if not months:
        return f"{start}/P{days}D"
    place, rest = divmod(start.month - 1, months)
    if months in (1, 3, 6, 12) and start.day == 1 and not rest:
        return {
            1: f"{start:%Y-%m}",
            3: f"{start.year}-Q{place + 1}",
            6: f"{start.year}-S{place + 1}",
            12: f"{start.year}",
        }[months]
    return f"{start}/P{months}M"


def _whole_months(start: date, end: date) -> int:
    """Return the number of months from `start` to the day after `end`, or 0 if not whole."""
    after = end + timedelta(days=1)
    if after.day != start.day or start.day > 28:
        return 0
    return (after.year - start.year) * 12 + after.month - start.month


def sdmx_observations(observations: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """Return the observations with the columns `COLUMNS`, as text.

    Parameters
    ----------
    observations : DataFrame
        ``data/clean/observations.csv`` as text, one row a statement.
    sources : DataFrame
        ``data/reported/sources.csv`` as text; gives each statement its address.

    Returns
    -------
    DataFrame
        As many rows, in the same order. ``OBS_VALUE`` is empty where the source suppressed it,
        ``UPPER_BOUND`` where the statement has no upper end.
    """
    known = observations
    splits = [_split(*pair) for pair in zip(known["dimension"], known["category"], strict=True)]
    made = pd.DataFrame(splits, index=known.index)
    made["STRUCTURE"], made["STRUCTURE_ID"], made["ACTION"] = "dataflow", STRUCTURE_ID, "I"
    made["STATEMENT"], made["SOURCE"] = known["figure_id"], known["source_id"]
    made["REF_AREA"], made["INDICATOR"] = known["ref_area"], known["measure"]
    made["CRIME_SCOPE"] = known["crime_scope"]
    made["TIME_PERIOD"] = _periods(known["period_start"], known["period_end"])
    made["OBS_VALUE"], made["PRINTED"] = known["value"], known["printed"]
    made["QUALIFIER"] = known["qualifier"]
    made["OBS_STATUS"] = [
        status(*pair) for pair in zip(known["printed"], known["qualifier"], strict=True)
    ]
    made["LOWER_BOUND"] = known["low"].replace("-INF", "")
    made["UPPER_BOUND"] = known["high"].replace("INF", "")
    made["UNIT_MEASURE"] = known["unit"].mask(known["unit"] == "count", known["unit_of_count"])
    made["UNIT_MEASURE"] = made["UNIT_MEASURE"].str.upper()
    made["UNIT_MULT"] = "0"
    made["REPORTING_BODY"] = known["reporting_body"]
    made["SOURCE_URL"] = known["source_id"].map(sources.set_index("source_id")["url"])
    made["BASE_INDICATOR"] = known["base_measure"]
    made["BASE_TIME_PERIOD"] = _periods(known["base_period_start"], known["base_period_end"])
    made["PREFERRED"] = known["preferred"].map({"True": "Y", "False": "N"})
    made["COMMENT_OBS"] = known["note"]
    return made[list(COLUMNS)]


def status(printed: str, qualifier: str) -> str:
    """Return the code of CL_OBS_STATUS for a number as printed.

    Examples
    --------
    >>> status("159", "exact"), status("300", "more_than"), status("<5", "exact")
    ('A', 'U', 'Q')
    """
    if printed.startswith("<"):
        return STATUS["suppressed"]
    return STATUS["normal" if qualifier in EXACT else "hedged"]


def _periods(starts: pd.Series, ends: pd.Series) -> list[str]:
    return [
        time_period(date.fromisoformat(start), date.fromisoformat(end)) if start else ""
        for start, end in zip(starts, ends, strict=True)
    ]


def _split(dimension: str, category: str) -> dict[str, str]:
    """Return the part of a total that a statement counts, in SDMX codes where SDMX has them."""
    part = dict.fromkeys(("SEX", "AGE", "COUNTERPART_AREA", "BREAKDOWN", "CATEGORY"), TOTAL)
    if not dimension:
        return part
    part["BREAKDOWN"] = dimension
    sex, _, age = category.partition("_")
    if dimension == "sex" and sex in SEXES and (not age or age in AGES):
        return part | {"SEX": SEXES[sex], "AGE": AGES.get(age, TOTAL)}
    if dimension == "age_band" and category in AGES:
        return part | {"AGE": AGES[category]}
    if dimension in COUNTRY_SPLITS:
        return part | {"COUNTERPART_AREA": category}
    return part | {"CATEGORY": category}


# The observations with a row of HXL hashtags, as humanitarian data exchanges read them.


def hxl_observations(observations: pd.DataFrame, hashtags: Mapping[str, str]) -> pd.DataFrame:
    """Return a table with its hashtags as the first row.

    Parameters
    ----------
    observations : DataFrame
        Text columns.
    hashtags : mapping of str to str
        Column name to hashtag with attributes.

    Returns
    -------
    DataFrame
        One row more; an upper end that does not exist (``INF``) is an empty cell, because HXL
        knows no infinite numbers.

    Raises
    ------
    KeyError
        When a column has no hashtag.

    Examples
    --------
    >>> frame = pd.DataFrame({"value": ["159"], "high": ["INF"]})
    >>> hxl_observations(frame, {"value": "#indicator+value", "high": "#indicator+value+max"})
                  value                  high
    0  #indicator+value  #indicator+value+max
    1               159
    """
    columns = [str(column) for column in observations]
    missing = [column for column in columns if column not in hashtags]
    if missing:
        raise KeyError(f"no HXL hashtag for {missing}: add 'hxl' to the field in datapackage.json")
    tags = pd.DataFrame([{column: hashtags[column] for column in columns}])
    values = observations.replace({"INF": "", "-INF": ""})
    return pd.concat([tags, values], ignore_index=True)
