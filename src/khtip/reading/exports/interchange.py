"""The observations for programs that know SDMX or HXL, one row a published statement.

The SDMX file follows SDMX-CSV 2.0: three leading columns say which structure a row follows and what
to do with it, then come dimensions, the measure ``OBS_VALUE`` and attributes. Concepts of the SDMX
cross-domain list keep their names; the others are this collection's own. The structure file beside
it says what each column is and which codes it takes. The choices are explained in
``docs/exports.md``.

References
----------
SDMX 3.0 Technical Specifications, Section 6 (time formats), parts "SDMX-CSV" 2.0 and "SDMX-ML" 3.0;
SDMX Cross-Domain Code Lists CL_OBS_STATUS, CL_SEX, CL_AGE. https://sdmx.org
"""

from collections.abc import Mapping
from datetime import date, timedelta

import pandas as pd

from khtip.reading.templates import template

AGENCY, VERSION = "KHTIP", "1.0.0"
STRUCTURE_ID = f"{AGENCY}:STATEMENTS({VERSION})"
"""Agency, dataflow and version, as the structure file names them."""

CONCEPTS = {
    "STATEMENT": "Id of the published statement",
    "REF_AREA": "Area that the number is about",
    "INDICATOR": "What is counted",
    "CRIME_SCOPE": "Which crimes are counted",
    "SEX": "Sex",
    "AGE": "Age",
    "COUNTERPART_AREA": "The other country of a count by destination or nationality",
    "BREAKDOWN": "By what a total is split",
    "CATEGORY": "The part, where SDMX has no code for it",
    "TIME_PERIOD": "Period, from the first day to the last",
    "OBS_VALUE": "The number; empty where the source suppressed it",
    "OBS_STATUS": "Status of the number",
    "QUALIFIER": "Hedge of the source",
    "LOWER_BOUND": "Lowest number that the statement allows",
    "UPPER_BOUND": "Highest number that it allows; empty without an end",
    "PRINTED": "The number as printed",
    "UNIT_MEASURE": "Unit",
    "UNIT_MULT": "Power of ten of the unit",
    "REPORTING_BODY": "Who said it",
    "SOURCE": "Id of the publication",
    "SOURCE_URL": "Address of the publication",
    "BASE_INDICATOR": "Of what a change is claimed",
    "BASE_TIME_PERIOD": "Since when a change is claimed",
    "PREFERRED": "Whether it is preferred among several statements",
    "COMMENT_OBS": "What the compiler had to assume",
}
"""Every column behind the three leading ones: dimensions, the measure, attributes."""
DIMENSIONS = tuple(CONCEPTS)[:10]
ATTRIBUTES = tuple(CONCEPTS)[11:]
COLUMNS = ("STRUCTURE", "STRUCTURE_ID", "ACTION", *CONCEPTS)
CODED = (
    *("REF_AREA", "INDICATOR", "CRIME_SCOPE", "SEX", "AGE", "COUNTERPART_AREA", "BREAKDOWN"),
    *("CATEGORY", "OBS_STATUS", "QUALIFIER", "UNIT_MEASURE", "PREFERRED"),
)
"""Columns whose codes the structure file lists."""
MANDATORY = ("OBS_STATUS", "QUALIFIER", "UNIT_MEASURE", "REPORTING_BODY", "SOURCE")
TYPES = {
    "TIME_PERIOD": "ObservationalTimePeriod",
    "UNIT_MULT": "Integer",
    **dict.fromkeys(("OBS_VALUE", "LOWER_BOUND", "UPPER_BOUND"), "Double"),
}

TOTAL = "_T"
"""The SDMX code of a total: nothing is split off."""
AND = "__"
"""Joins the dimensions of a cross table in one code."""
SEXES = {"female": "F", "male": "M"}
AGES = {"<15": "Y_LT15", "15-17": "Y15T17", "<18": "Y_LT18", "18+": "Y_GE18"}
AGES |= {"child": AGES["<18"], "adult": AGES["18+"]}
COUNTRY_SPLITS = ("destination", "nationality")
STATUS = {"normal": "A", "hedged": "U", "suppressed": "Q"}
NAMES = {
    TOTAL: "Total",
    **{code: word.capitalize() for word, code in SEXES.items()},
    **dict(zip(AGES.values(), ("Under 15", "15 to 17", "Under 18", "18 and over"), strict=False)),
    "A": "Normal value",
    "U": "Low reliability",
    "Q": "Missing value; suppressed",
    "Y": "Yes",
    "N": "No",
}
"""Names of the codes that SDMX gives: CL_SEX, CL_AGE, CL_OBS_STATUS."""

EXACT = ("exact", "including")


def structure(statements: pd.DataFrame, names: Mapping[str, str], *, title: str, day: str) -> str:
    """Return the structure of the SDMX export as SDMX-ML 3.0.

    Parameters
    ----------
    statements : DataFrame
        What `sdmx_observations` returns; its codes are the code lists.
    names : mapping
        Code to name, for the codes that are not SDMX's; a code without one is its own name.
    title, day : str
        Of the dataflow, and the day it was prepared, ``YYYY-MM-DD``.
    """
    known = {**names, **NAMES}
    text = template(__file__, "structure.xml.jinja", escape=True).render(
        agency=AGENCY,
        version=VERSION,
        title=title,
        prepared=day,
        codes={
            column: {code: known.get(code, code) for code in sorted(set(statements[column]))}
            for column in CODED
        },
        concepts=CONCEPTS,
        dimensions=DIMENSIONS,
        attributes=ATTRIBUTES,
        mandatory=MANDATORY,
        types=TYPES,
    )
    return text.lstrip() + "\n"


def time_period(start: date, end: date) -> str:
    """Return a period from its first to its last day in an SDMX time format.

    A calendar year, half-year, quarter, month or day has a format of its own. Anything else is a
    range: its first day and an ISO 8601 duration, in months when they are whole.

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
    """Return the observations (``data/clean/observations.csv`` as text) with the columns `COLUMNS`.

    `sources` (``data/reported/sources.csv`` as text) gives each statement its address. As many rows
    come back, in the same order. ``OBS_VALUE`` is empty where the source suppressed it,
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
    """Return the part of a total that a statement counts, in SDMX codes where SDMX has them.

    A cross table splits by several dimensions at once; what SDMX has no code for is joined.
    """
    part = dict.fromkeys(("SEX", "AGE", "COUNTERPART_AREA", "BREAKDOWN", "CATEGORY"), TOTAL)
    if not dimension:
        return part
    rest = []
    for one, value in zip(dimension.split(";"), category.split(";"), strict=True):
        coded = _coded(one, value)
        if not coded or any(part[column] != TOTAL for column in coded):
            rest.append(value)
        else:
            part |= coded
    return part | {
        "BREAKDOWN": dimension.replace(";", AND),
        "CATEGORY": AND.join(rest) or TOTAL,
    }


def _coded(dimension: str, category: str) -> dict[str, str]:
    sex, _, age = category.partition("_")
    if dimension == "sex" and sex in SEXES and (not age or age in AGES):
        return {"SEX": SEXES[sex]} | ({"AGE": AGES[age]} if age else {})
    if dimension == "age_band" and category in AGES:
        return {"AGE": AGES[category]}
    return {"COUNTERPART_AREA": category} if dimension in COUNTRY_SPLITS else {}


PLACES = {
    "country": "#country+code",
    "adm1": "#adm1+code",
    "place": "#loc+code",
    "region": "#region+code",
}
LEVELS = {"country": "country", "region": "region", "province": "adm1"}


def hxl_observations(
    observations: pd.DataFrame, hashtags: Mapping[str, str], areas: pd.DataFrame
) -> pd.DataFrame:
    """Return a table with its HXL hashtags as the first row.

    Parameters
    ----------
    observations : DataFrame
        Text columns.
    hashtags : mapping of str to str
        Column name to hashtag with attributes.
    areas : DataFrame
        ``data/lookups/areas.csv`` as text: ``ref_area, level, parent``.

    Returns
    -------
    DataFrame
        One row more. ``ref_area`` becomes one column a level (`PLACES`), because HXL has a tag for
        each. An upper end that does not exist (``INF``) is an empty cell, because HXL knows no
        infinite numbers.

    Raises
    ------
    KeyError
        When a column has no hashtag, or an area is in no row of `areas`.

    Examples
    --------
    >>> frame = pd.DataFrame({"ref_area": ["KH-1"], "high": ["INF"]})
    >>> areas = pd.DataFrame({"ref_area": ["KHM", "KH-1"], "level": ["country", "province"],
    ...                       "parent": ["", "KHM"]})
    >>> hxl_observations(frame, {"high": "#indicator+value+max"}, areas)
             country        adm1      place        region                  high
    0  #country+code  #adm1+code  #loc+code  #region+code  #indicator+value+max
    1            KHM        KH-1
    """
    tags: dict[str, str] = {}
    for column in map(str, observations):
        tags |= PLACES if column == "ref_area" else {column: hashtags.get(column, "")}
    missing = [column for column, tag in tags.items() if not tag]
    if missing:
        raise KeyError(f"no HXL hashtag for {missing}: add 'hxl' to the field in datapackage.json")
    known = areas.set_index("ref_area")[["level", "parent"]].to_dict("index")
    rows = [_place(code, known) for code in observations["ref_area"]]
    places = pd.DataFrame(rows, index=observations.index, columns=list(PLACES))
    values = observations.replace({"INF": "", "-INF": ""}).join(places)[list(tags)]
    return pd.concat([pd.DataFrame([tags]), values], ignore_index=True)


def _place(code: str, known: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Return an area and what it lies in, up to the country, by level."""
    found = dict.fromkeys(PLACES, "")
    while code:
        level = LEVELS.get(known[code]["level"], "place")
        found[level] = found[level] or code
        code = "" if level in ("country", "region") else known[code]["parent"]
    return found
