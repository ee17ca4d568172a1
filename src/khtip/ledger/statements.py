"""Which statement of a count is preferred: a documented rule, and never an average."""

from __future__ import annotations

import calendar
import math
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pandas as pd

AS_DOCUMENTED = "as-documented"


def prefer(
    frame: pd.DataFrame,
    bodies: pd.DataFrame,
    sources: pd.DataFrame,
    *,
    scopes: pd.DataFrame | None = None,
    preferred_body: str = AS_DOCUMENTED,
) -> pd.Series:
    """Return which rows are preferred: exactly one a count that is stated.

    A count is what shares measure, area, period (or calendar year), family of crime scopes,
    dimension, category and, for claims, base. First comes the body that ``bodies.csv`` names for
    the measure, then the smaller preference, then exact before hedged, then the later
    publication, then the figure id. There is never an average.

    Parameters
    ----------
    frame : DataFrame
        Observations (or what `parse` has of them so far).
    bodies, sources, scopes : DataFrame
        Text lookups.
    preferred_body : str
        ``as-documented``, or the name of a body that comes before all others.

    Raises
    ------
    ValueError
        When no such body is known.
    """
    known = bodies.set_index("reporting_body")
    if preferred_body != AS_DOCUMENTED and preferred_body not in known.index:
        raise ValueError(
            f"preferred_body {preferred_body!r}: expected {AS_DOCUMENTED!r} or a body of "
            "data/lookups/bodies.csv"
        )
    named = {
        body: set(measures.split(";")) for body, measures in known["preferred_measures"].items()
    }
    published = zip(sources["source_id"], map(last_day, sources["published_date"]), strict=True)
    ages = {source: day.toordinal() for source, day in published if day}
    order = pd.DataFrame(
        {
            "chosen": frame["reporting_body"] != preferred_body,
            "named": [
                measure not in named[body]
                for measure, body in zip(frame["measure"], frame["reporting_body"], strict=True)
            ],
            "preference": frame["reporting_body"].map(known["preference"]).astype(int),
            "hedged": ~frame["qualifier"].isin(["exact", "including"]),
            "age": [-ages.get(source, 0) for source in frame["source_id"]],
            "figure_id": frame["figure_id"],
        },
        index=frame.index,
    )
    best = order.sort_values(list(order.columns)).index
    keys = count_keys(frame, scopes=scopes)
    return ~keys.loc[best].duplicated().reindex(frame.index)


def in_order(dimension: pd.Series, category: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return both columns with the dimensions of a cross-tabulated row in alphabetical order.

    Examples
    --------
    >>> [one.item() for one in in_order(pd.Series(["sex;age_band"]), pd.Series(["female;<18"]))]
    ['age_band;sex', '<18;female']
    """
    # A column without a single word is read as numbers that are missing.
    dimension, category = (one.fillna("").astype(str) for one in (dimension, category))
    several = dimension.str.contains(";")
    for row in dimension.index[several]:
        pairs = sorted(zip(dimension[row].split(";"), category[row].split(";"), strict=True))
        dimension[row], category[row] = (";".join(part) for part in zip(*pairs, strict=True))
    return dimension, category


def count_keys(frame: pd.DataFrame, *, scopes: pd.DataFrame | None = None) -> pd.Series:
    """Return one text a row that is equal for statements of the same count.

    Parameters
    ----------
    frame : DataFrame
        Observations.
    scopes : DataFrame, optional
        Lookup with the family of each crime scope.
    """
    families = {} if scopes is None else dict(zip(scopes.crime_scope, scopes.family, strict=True))
    span = frame["period_start"] + "/" + frame["period_end"]
    period = frame["year"].astype("string").fillna(span)
    parts = [
        *(frame["measure"], frame["ref_area"], period),
        frame["crime_scope"].map(lambda scope: families.get(scope, scope)),
        *in_order(frame["dimension"], frame["category"]),
        frame["base_measure"],
        *(frame["base_period_start"], frame["base_period_end"]),
    ]
    first, *rest = (part.astype("string").fillna("") for part in parts)
    return first.str.cat(rest, sep="|")


# From statements to observations: numbers with bounds, periods with length, one preferred row.


DAYS_A_MONTH = 30.4375
SAME_YEAR = 0.95
"""A period counts as a calendar year when each covers this share of the other (METHODS 1)."""

COLUMNS = [
    *("figure_id", "source_id", "reporting_body", "ref_area", "period_start", "period_end"),
    *("months", "year", "period_kind", "measure", "series", "unit_of_count", "crime_scope"),
    *("dimension", "category", "part_of", "printed", "value", "low", "high", "qualifier", "unit"),
    *("unit_words", "wording", "base_measure", "base_period_start", "base_period_end"),
    *("preferred", "note"),
]

QUALIFIERS = {
    "exact": "the number itself",
    "including": "the number itself, as a part of a list that names only some parts",
    "more_than": "from the next whole number upwards, without an upper end",
    "at_least": "from the number upwards, without an upper end",
    "less_than": "from nothing to the whole number below it",
    "at_most": "from nothing to the number",
    "range": "from the first to the second of two numbers, such as 20-30",
    "about": "half a step of the last digit that is not zero, either way",
    "nearly": "below the number, by half a step of its last digit that is not zero at most",
    "worded": "the ratios that data/lookups/wordings.csv gives for the words",
}


def hedged(number: str, qualifier: str) -> str:
    """Return a number with the words of its hedge, the same in every figure, sentence and page.

    Examples
    --------
    >>> hedged("300", "more_than"), hedged("20-30", "range"), hedged("159", "exact")
    ('more than 300', '20-30', '159')
    """
    plain = qualifier in ("exact", "worded", "range")
    return number if plain else f"{qualifier.replace('_', ' ')} {number}"


def bounds(
    printed: str, qualifier: str, *, unit: str = "count", ratios: tuple[str, str] | None = None
) -> tuple[Fraction | None, Fraction | float, Fraction | float]:
    """Return value, lowest and highest number that a printed number allows.

    Parameters
    ----------
    printed : str
        The number as text; ``<5`` is a suppressed count, ``20-30`` a range.
    qualifier : str
        A key of `QUALIFIERS`.
    unit : {"count", "percent", "usd"}
        Counts are whole, so "more than 300" starts at 301.
    ratios : tuple of str, optional
        For ``worded`` changes in per cent: lowest and highest ratio the words allow.

    Returns
    -------
    value, low, high : Fraction
        Value is None for a suppressed count and a range; high is infinity where there is no upper
        end.

    Raises
    ------
    ValueError
        For an unknown qualifier.

    Notes
    -----
    A hedge on a negative change speaks of its size: "a fall of over 50 per cent" is below -50,
    and no fall exceeds 100 per cent.

    Examples
    --------
    >>> [float(x) for x in bounds("300", "more_than")]
    [300.0, 301.0, inf]
    >>> [float(x) for x in bounds("600", "nearly")]
    [600.0, 550.0, 599.0]
    >>> bounds("<5", "exact")
    (None, Fraction(0, 1), Fraction(4, 1))
    >>> [float(x) for x in bounds("40", "at_most")], bounds("20-30", "range")[1:]
    ([40.0, 0.0, 40.0], (Fraction(20, 1), Fraction(30, 1)))
    """
    if qualifier not in QUALIFIERS:
        raise ValueError(f"qualifier {qualifier!r}: expected one of {', '.join(QUALIFIERS)}")
    if printed.startswith("<"):
        return None, Fraction(0), Fraction(printed[1:]) - 1
    if qualifier == "range":
        first, last = map(Fraction, printed.split("-"))
        return None, first, last
    value = Fraction(printed)
    if value < 0 and qualifier != "worded":  # "a fall of over 50 per cent" is below -50
        size, low, high = bounds(printed[1:], qualifier, unit=unit)
        floor = Fraction(-100) if unit == "percent" else -math.inf
        # `size` is a number: what begins with a minus and is one has no "<".
        return -size, max(-high, floor), -low  # type: ignore[operator]
    step = Fraction(1) if unit == "count" else Fraction(0)
    if qualifier == "more_than":
        return value, value + step, math.inf
    if qualifier == "at_least":
        return value, value, math.inf
    if qualifier in ("less_than", "at_most"):
        return value, Fraction(0), value - (step if qualifier == "less_than" else 0)
    if qualifier == "about":
        half = place(printed) / 2
        return value, value - half, value + half
    if qualifier == "nearly":
        return value, min(value - place(printed) / 2, value - step), value - step
    if qualifier == "worded" and ratios:
        low, high = (100 * (Fraction(ratio) - 1) for ratio in ratios)
        return value, low, high
    return value, value, value


def last_day(text: str) -> date | None:
    """Return a day; the last one of a month or a year without a day; None for anything else.

    Examples
    --------
    >>> last_day("2019-02"), last_day("2019"), last_day("")
    (datetime.date(2019, 2, 28), datetime.date(2019, 12, 31), None)
    """
    try:
        if len(text) == 10:
            return date.fromisoformat(text)
        year, month = int(text[:4]), int(text[5:7] or 12)
        return date(year, month, calendar.monthrange(year, month)[1])
    except ValueError:
        return None


def place(printed: str) -> Fraction:
    """Return the place of the last digit that is not zero: 1 for 12, 100 for 70500.

    Examples
    --------
    >>> place("70500"), place("15.50"), place("0")
    (Fraction(100, 1), Fraction(1, 10), Fraction(1, 1))
    """
    number = Decimal(printed)
    if not number:
        return Fraction(1)
    return Fraction(10) ** int(number.normalize().as_tuple().exponent)


def calendar_year(start: date, end: date) -> int | None:
    """Return the calendar year that a period stands for, or None.

    The police year from 25 December to 25 December is the year it ends in, because each covers
    at least 95 per cent of the other.

    Examples
    --------
    >>> calendar_year(date(2015, 12, 25), date(2016, 12, 25))
    2016
    """
    length = (end - start).days + 1
    for year in {start.year, end.year}:
        first, last = date(year, 1, 1), date(year, 12, 31)
        shared = (min(end, last) - max(start, first)).days + 1
        if shared >= SAME_YEAR * length and shared >= SAME_YEAR * ((last - first).days + 1):
            return year
    return None


def period_kind(start: date, end: date) -> str:
    """Return what a period is: year, half_year, quarter, month, day, part_year, years or range.

    ``part_year`` starts on 1 January and ends in the same year; ``years`` is longer than a year;
    ``range`` is anything else.

    Examples
    --------
    >>> period_kind(date(2017, 1, 1), date(2017, 6, 30))
    'half_year'
    """
    if calendar_year(start, end):
        return "year"
    if start == end:
        return "day"
    after = date.fromordinal(end.toordinal() + 1)
    whole_months = (after.year - start.year) * 12 + after.month - start.month
    if start.day == after.day == 1:
        for kind, months in (("month", 1), ("quarter", 3), ("half_year", 6)):
            if whole_months == months and (start.month - 1) % months == 0:
                return kind
    if (end - start).days > 366:
        return "years"
    january = (start.month, start.day) == (1, 1) and start.year == end.year
    return "part_year" if january else "range"


def parse(
    figures: pd.DataFrame,
    measures: pd.DataFrame,
    bodies: pd.DataFrame,
    sources: pd.DataFrame,
    *,
    wordings: pd.DataFrame | None = None,
    scopes: pd.DataFrame | None = None,
    preferred_body: str = AS_DOCUMENTED,
) -> pd.DataFrame:
    """Return one observation a statement, in the order of the statements.

    Parameters
    ----------
    figures, measures, bodies, sources : DataFrame
        Text tables that `khtip.ledger.validation.check_tables` has passed.
    wordings, scopes : DataFrame, optional
        Lookups; without `wordings` a worded number is taken as printed, without `scopes` every
        crime scope is its own family.
    preferred_body : str
        ``as-documented`` follows ``bodies.csv``; the name of a body puts that body first.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`. ``months`` is the exposure (days, both ends included, over 30.4375);
        ``year`` is missing unless the period is a calendar year (see `calendar_year`); ``low``
        and ``high`` bound the number, with infinity for an open end.
    """
    frame = with_whole(figures.rename(columns={"value": "printed"}).reset_index(drop=True))
    known = measures.set_index("measure")
    frame["series"] = frame["measure"].map(known["series"])
    frame["unit_of_count"] = frame["measure"].map(known["unit_of_count"])
    phrases = {} if wordings is None else _phrases(wordings)
    numbers = [
        bounds(printed, qualifier, unit=unit, ratios=phrases.get(words))
        for printed, qualifier, unit, words in zip(
            frame["printed"], frame["qualifier"], frame["unit"], frame["wording"], strict=True
        )
    ]
    frame["value"] = [math.nan if value is None else float(value) for value, _, _ in numbers]
    frame["low"] = [float(low) for _, low, _ in numbers]
    frame["high"] = [float(high) for _, _, high in numbers]
    frame = _periods(frame)
    frame["preferred"] = prefer(
        frame, bodies, sources, scopes=scopes, preferred_body=preferred_body
    )
    return frame[COLUMNS]


def with_whole(figures: pd.DataFrame) -> pd.DataFrame:
    """Give a part of a part the dimensions of the statement that it is a part of, before its own.

    "14 women of the 38 from Thailand" is no count of women in the country: it becomes destination
    and sex, THA and female, and meets only counts of the same.

    Parameters
    ----------
    figures : DataFrame
        ``figure_id, dimension, category, part_of``; text.

    Examples
    --------
    >>> rows = pd.DataFrame({"figure_id": ["a-1", "a-2"], "dimension": ["destination", "sex"],
    ...     "category": ["THA", "female"], "part_of": ["", "a-1"]})
    >>> with_whole(rows)[["dimension", "category"]].values.tolist()
    [['destination', 'THA'], ['destination;sex', 'THA;female']]
    """
    parts = zip(figures["figure_id"], figures["dimension"], figures["category"], strict=True)
    above = dict(zip(figures["figure_id"], figures["part_of"], strict=True))
    own = {one: dict(zip(d.split(";"), c.split(";"), strict=True)) for one, d, c in parts}
    whole = []
    for figure_id in figures["figure_id"]:
        traits: dict[str, str] = {}
        while figure_id:
            traits = own[figure_id] | traits
            figure_id = above[figure_id]
        traits.pop("", None)
        whole.append((";".join(traits), ";".join(traits.values())))
    return figures.assign(dimension=[d for d, _ in whole], category=[c for _, c in whole])


def _phrases(wordings: pd.DataFrame) -> dict[str, tuple[str, str]]:
    rows = wordings[["wording", "low_ratio", "high_ratio"]].itertuples(index=False)
    return {row.wording: (row.low_ratio, row.high_ratio) for row in rows}


def _periods(frame: pd.DataFrame) -> pd.DataFrame:
    starts = [date.fromisoformat(day) for day in frame["period_start"]]
    ends = [date.fromisoformat(day) for day in frame["period_end"]]
    pairs = list(zip(starts, ends, strict=True))
    return frame.assign(
        months=[((end - start).days + 1) / DAYS_A_MONTH for start, end in pairs],
        year=pd.array([calendar_year(*pair) for pair in pairs], dtype="Int64"),
        period_kind=[period_kind(*pair) for pair in pairs],
    )
