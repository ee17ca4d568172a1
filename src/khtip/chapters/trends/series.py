"""Yearly series from single statements: which figure stands for which year.

A national total is one row of ``data/clean/observations.csv``. A year may have none, one, or
several that contradict each other. One is preferred by a documented rule, never by averaging,
and all others stay admissible: `choices` lists them, so that a trend can be fitted over every one.
"""

import calendar
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from typing import Any

import pandas as pd

from khtip.ledger.ledger import Ledger
from khtip.ledger.statements import AS_DOCUMENTED

# What counts as the same series, best measure first. Arrest comes before the court file because
# it is the earlier step and the one that most reports give.
SERIES: Mapping[str, tuple[str, ...]] = {
    "cases": ("cases",),
    "suspects": ("arrests", "suspects", "suspects_sent_to_court"),
    "victims": ("victims_rescued", "victims_identified"),
}
SERIES_OF = {measure: name for name, several in SERIES.items() for measure in several}
RANK = {measure: rank for several in SERIES.values() for rank, measure in enumerate(several)}

# A scope that is not stated may be the wide one; the narrow "trafficking" is another count.
SCOPES = ("trafficking_and_sexual_exploitation", "unspecified")

# Only these qualifiers give a number; all others give a bound, and so does a suppressed count (<5).
COUNTED = ("exact", "about", "nearly")

# Bodies further down in data/lookups/bodies.csv count only their own part of the country's work.
LAST_NATIONAL = 60

_KEPT = (
    *("figure_id", "source_id", "reporting_body", "period_start", "period_end", "months", "year"),
    *("measure", "series", "crime_scope", "value", "low", "high", "qualifier", "preferred"),
)
_TYPES = {"year": int, "value": float, "lowest": float, "highest": float, "statements": int}


@cache
def national(ledger: Ledger) -> pd.DataFrame:
    """Return the statements that give a total for the whole country and all categories.

    Returns
    -------
    DataFrame
        Rows of ``observations`` from bodies above `LAST_NATIONAL`, without the columns that are
        the same for all of them or say where the number stands, with ``days`` (inclusive) and
        ``counted`` (the row gives a number and not only a bound), in the order of the ledger.
    """
    rows = _whole_country(ledger)
    whole = rows["crime_scope"].isin(SCOPES) & rows["of_country"]
    rows = rows.loc[whole, rows.columns.isin(_KEPT)].copy()
    start, end = pd.to_datetime(rows["period_start"]), pd.to_datetime(rows["period_end"])
    rows["days"] = (end - start).dt.days + 1
    rows["counted"] = rows["qualifier"].isin(COUNTED) & rows["value"].notna()
    return rows.reset_index(drop=True)


def _whole_country(ledger: Ledger) -> pd.DataFrame:
    """Return what is said of the country and all categories; ``of_country``: by a national body."""
    rows = ledger.observations
    blank = rows[["dimension", "series"]].isna() | rows[["dimension", "series"]].eq("")
    # A statement without a series is a difference.
    rows = rows[rows["ref_area"].eq("KHM") & blank["dimension"] & ~blank["series"]]
    preference = ledger.bodies.set_index("reporting_body")["preference"].astype(int)
    return rows.assign(of_country=rows["reporting_body"].map(preference).le(LAST_NATIONAL))


def outside(ledger: Ledger) -> pd.DataFrame:
    """Return the statements on a measure of a series that enter no yearly series, and why not.

    Returns
    -------
    DataFrame
        ``figure_id, measure, reporting_body, period_start, period_end, because``, sorted by period.
    """
    rows = _whole_country(ledger)
    rows = rows[rows["measure"].isin(SERIES_OF)]
    compared = set(part_years(national(ledger), all_bodies=True)["figure_id"])
    counted = rows["qualifier"].isin(COUNTED) & rows["value"].notna()
    turn = rows["period_start"].str[:4] != rows["period_end"].str[:4]
    scope = rows["crime_scope"].str.replace("_", " ")
    reasons = [
        (~rows["crime_scope"].isin(SCOPES), "its scope is another one: " + scope),
        (~rows["of_country"], "its body counts only its own part of the country's work"),
        (~counted, "it gives a bound and no number"),
        (rows["year"].notna(), ""),
        (turn, "its period runs over the turn of a year"),
        (
            rows["figure_id"].isin(compared),
            "it covers a part of a year, compared with others below",
        ),
    ]
    because = pd.Series("it covers a part of a year that no other year has", rows.index)
    for holds, reason in reversed(reasons):
        because = because.mask(holds, reason)
    columns = ["figure_id", "measure", "reporting_body", "period_start", "period_end"]
    found = rows[columns].assign(because=because)[because.ne("")]
    return found.sort_values(["period_start", "period_end", "figure_id"], ignore_index=True)


def in_order(rows: pd.DataFrame, *, preferred_body: str = AS_DOCUMENTED) -> pd.DataFrame:
    """Sort statements so that the one to use comes first.

    First the wanted body (if one is wanted), then the measure (in the order of `SERIES`), then
    the documented preference, then exact before rounded, then the figure's id, so that the order
    never depends on the order of the file.
    """
    wanted = preferred_body != AS_DOCUMENTED
    columns = ["reporting_body", "measure", "preferred", "qualifier", "figure_id"]
    keys = [
        (
            wanted and body != preferred_body,
            RANK.get(measure, 0),
            not preferred,
            said != "exact",
            one,
        )
        for body, measure, preferred, said, one in rows[columns].itertuples(index=False)
    ]
    return rows.iloc[sorted(range(len(rows)), key=keys.__getitem__)]


def yearly(
    totals: pd.DataFrame, series: str, *, preferred_body: str = AS_DOCUMENTED
) -> pd.DataFrame:
    """Return one row for each year that has a count, with the span over all sources.

    Parameters
    ----------
    totals : DataFrame
        From `national`.
    series : str
        A key of `SERIES`.
    preferred_body : str
        A body whose count is used wherever it gives one, or ``as-documented``.

    Returns
    -------
    DataFrame
        ``series, year, value, lowest, highest, statements, measure, reporting_body, qualifier,
        days, months, figure_id, source_id``; ``lowest`` and ``highest`` are the smallest and
        largest number that any comparable body gives, ``statements`` how many rows gave one.

    Examples
    --------
    >>> rows = pd.DataFrame({
    ...     "figure_id": ["a-1", "b-1"], "source_id": ["a", "b"], "year": [2016, 2016],
    ...     "measure": "victims_rescued", "reporting_body": ["NCCT", "National Police"],
    ...     "value": [298.0, 244.0], "qualifier": "exact", "preferred": [True, False],
    ...     "counted": True, "days": 366, "months": 12.02})
    >>> yearly(rows, "victims")[["year", "value", "lowest", "highest"]]
       year  value  lowest  highest
    0  2016  298.0   244.0    298.0
    """
    years = defaultdict(list)
    for one in _stated(totals, series, preferred_body):
        years[int(one["year"])].append(one)
    kept = ["measure", "reporting_body", "qualifier", "days", "months", "figure_id", "source_id"]
    rows = []
    for year in sorted(years):
        first, values = years[year][0], [one["value"] for one in years[year]]
        numbers = [year, first["value"], min(values), max(values), len(values)]
        rows.append([series, *numbers, *(first[name] for name in kept)])
    return pd.DataFrame(rows, columns=["series", *_TYPES, *kept]).astype(_TYPES)


def _stated(
    totals: pd.DataFrame, series: str, preferred_body: str = AS_DOCUMENTED
) -> list[dict[str, Any]]:
    """Return the counts of whole years, the one to use first; as a list, which is faster."""
    of_series = totals["measure"].isin(SERIES[series]) & totals["year"].notna()
    rows = in_order(totals[of_series & totals["counted"]], preferred_body=preferred_body)
    return rows.to_dict("records")


def choices(totals: pd.DataFrame, series: str) -> pd.DataFrame:
    """Return every distinct number that a comparable body gives for a year.

    Equal numbers are one choice, however often they were reposted.

    Returns
    -------
    DataFrame
        ``series, year, value, months, measures, bodies, figure_ids, source_ids``, sorted by year
        and value; the last four are lists joined by semicolons.
    """
    repeated = defaultdict(list)
    names = ["months", "measure", "reporting_body", "figure_id", "source_id"]
    for one in _stated(totals, series):
        repeated[int(one["year"]), one["value"]].append([one[name] for name in names])
    result = []
    for (year, value), group in sorted(repeated.items()):
        months, *texts = zip(*group, strict=True)
        joined = [";".join(dict.fromkeys(one)) for one in texts]
        result.append([series, year, value, months[0], *joined])
    columns = ["series", "year", "value", "months", "measures", "bodies"]
    return pd.DataFrame(result, columns=[*columns, "figure_ids", "source_ids"])


def own_years(totals: pd.DataFrame) -> pd.DataFrame:
    """Return each body's own count: ``reporting_body, measure, year, value``, one row each."""
    rows = in_order(totals[totals["year"].notna() & totals["counted"]])
    rows = rows.drop_duplicates(["reporting_body", "measure", "year"])
    return rows[["reporting_body", "measure", "year", "value"]].reset_index(drop=True)


def window_label(start: str, end: str) -> str:
    """Name a part of a year in words.

    Examples
    --------
    >>> window_label("2018-01-01", "2018-06-30")
    'January to June'
    >>> window_label("2022-01-01", "2022-08-20")
    '1 January to 20 August'
    """
    first, last = pd.Timestamp(start), pd.Timestamp(end)
    names = calendar.month_name
    if first.day == 1 and last.is_month_end:
        return f"{names[first.month]} to {names[last.month]}"
    return f"{first.day} {names[first.month]} to {last.day} {names[last.month]}"


def part_years(
    totals: pd.DataFrame, *, preferred_body: str = AS_DOCUMENTED, all_bodies: bool = False
) -> pd.DataFrame:
    """Return part-year counts that can be compared like with like, never doubled.

    A window is kept when the same days of at least two years have a number in one series;
    `all_bodies` keeps also the counts to which another one is preferred.

    Returns
    -------
    DataFrame
        ``series, window, year, value, measure, reporting_body, days, period_start, period_end,
        figure_id, source_id``, one row for each series, window and year, sorted by the days of the
        year.
    """
    rows = totals[totals["measure"].isin(SERIES_OF) & totals["year"].isna() & totals["counted"]]
    rows = rows[rows["period_start"].str[:4] == rows["period_end"].str[:4]].copy()
    rows["series"] = rows["measure"].map(SERIES_OF)
    rows["days_of_year"] = rows["period_start"].str[5:] + "/" + rows["period_end"].str[5:]
    rows["year"] = rows["period_start"].str[:4].astype(int)
    key = ["series", "days_of_year"]
    rows = in_order(rows, preferred_body=preferred_body)
    if not all_bodies:
        rows = rows.drop_duplicates([*key, "year"])
    rows = rows[rows.groupby(key)["year"].transform("nunique") > 1]
    pairs = zip(rows["period_start"], rows["period_end"], strict=True)
    rows["window"] = [window_label(start, end) for start, end in pairs]
    rows["_series"] = rows["series"].map(list(SERIES).index)
    rows = rows.sort_values(["days_of_year", "_series", "year"])
    columns = ["series", "window", "year", "value", "measure", "reporting_body", "days"]
    columns += ["period_start", "period_end", "figure_id", "source_id"]
    return rows[columns].reset_index(drop=True)


@cache
def per_case(ledger: Ledger) -> pd.DataFrame:
    """Return victims and suspects per case, each pair from one body, one source and one period.

    Both numbers come from the same operations, so the ratio has no interval: it describes.
    A report repeated by several sources gives one row.

    Returns
    -------
    DataFrame
        ``ratio`` (``victims per case`` or ``suspects per case``), ``per_case, count, cases,
        measure, reporting_body, period_start, period_end, year, months, source_id, figure_ids``;
        ``middle`` is the middle of the period on a scale where 2016 is the middle of that year, and
        ``calendar_year`` the year it lies in.
    """
    totals = national(ledger)
    key = ["source_id", "reporting_body", "period_start", "period_end"]
    rows = in_order(totals[totals["counted"]])
    cases = rows[rows["measure"].eq("cases") & rows["value"].gt(0)].drop_duplicates(key)
    cases = cases[[*key, "year", "months", "value", "figure_id"]].rename(columns={"value": "cases"})
    parts = []
    for series in ("victims", "suspects"):
        persons = rows[rows["measure"].isin(SERIES[series])].drop_duplicates(key)
        persons = persons[[*key, "measure", "value", "figure_id"]]
        both = cases.merge(persons, on=key, suffixes=("", "_of_persons"))
        both["figure_ids"] = both.pop("figure_id") + ";" + both.pop("figure_id_of_persons")
        both = both.rename(columns={"value": "count"})
        both.insert(0, "ratio", f"{series} per case")
        parts.append(both)
    result = pd.concat(parts, ignore_index=True)
    result.insert(1, "per_case", result["count"] / result["cases"])
    same = ["ratio", "reporting_body", "period_start", "period_end", "count", "cases"]
    result["rank"] = result["measure"].map(RANK)
    result = result.sort_values([*same, "rank", "source_id"]).drop_duplicates(same)
    del result["rank"]
    start, end = pd.to_datetime(result["period_start"]), pd.to_datetime(result["period_end"])
    middle = start + (end - start) / 2
    result["calendar_year"] = middle.dt.year
    result["middle"] = middle.dt.year + (middle.dt.day_of_year - 1) / 365 - 0.5
    order = ["ratio", "period_start", "period_end", "reporting_body"]
    return result.sort_values(order, ascending=[False, True, True, True]).reset_index(drop=True)
