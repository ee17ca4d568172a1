"""Periods and what a statement is about: which two statements may be compared at all.

Two periods count as the same when each covers at least 95 % of the other: the police year runs
from 25 December to 25 December and is still the year. A period inside another is a part of it.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import pandas as pd

from khtip.ledger.statements import in_order

SAME = 0.95
"""Smallest share of either period that the other must cover to be called the same."""

UNSTATED_SCOPE = "unspecified"
BOTH_SCOPES = "trafficking_and_sexual_exploitation"
PLACES = ("destination", "province", "nationality")
"""Dimensions that name a place: a source that counts one place only splits that count further."""

RELATIONS = ("same", "a_in_b", "b_in_a", "overlap", "disjoint")
COUNTED = ("measure", "ref_area", "part_dimension", "part_category")
"""What two statements on one count have in common, beside period and scope."""


def typed(product: pd.DataFrame) -> pd.DataFrame:
    """Give the columns of ``data/clean/observations.csv``, read as text, their types.

    A printed number must stay text, or the decimals it was printed with are lost.

    Parameters
    ----------
    product : DataFrame
        Text columns; an empty number is missing, ``INF`` has no upper end.

    Examples
    --------
    >>> text = pd.DataFrame({"printed": ["20"], "value": ["20"], "low": ["20"], "high": ["INF"],
    ...     "months": ["12"], "year": [""], "preferred": ["True"]})
    >>> typed(text)[["printed", "high", "year", "preferred"]].values.tolist()
    [['20', inf, <NA>, True]]
    """
    frame = product.copy()
    for column in ("months", "value", "low", "high"):
        frame[column] = pd.to_numeric(frame[column])
    frame["year"] = pd.to_numeric(frame["year"]).astype("Int64")
    frame["preferred"] = frame["preferred"].eq("True")
    return frame


def days(start: str, end: str) -> int:
    """Return the number of days from `start` to `end` (ISO dates), both included.

    Examples
    --------
    >>> days("2016-01-01", "2016-12-31")
    366
    """
    return (date.fromisoformat(end) - date.fromisoformat(start)).days + 1


def overlap(start_a: str, end_a: str, start_b: str, end_b: str) -> int:
    """Return the number of days that two periods share; ISO dates compare as text.

    Examples
    --------
    >>> overlap("2017-01-01", "2017-06-30", "2017-06-30", "2017-12-31")
    1
    """
    first, last = max(start_a, start_b), min(end_a, end_b)
    return days(first, last) if first <= last else 0


def relation(start_a: str, end_a: str, start_b: str, end_b: str) -> str:
    """Return how two periods stand to each other: one of `RELATIONS`.

    Examples
    --------
    >>> relation("2015-12-25", "2016-12-25", "2016-01-01", "2016-12-31")
    'same'
    >>> relation("2017-01-01", "2017-10-31", "2017-01-01", "2017-12-31")
    'a_in_b'
    """
    shared = overlap(start_a, end_a, start_b, end_b)
    if shared == 0:
        return "disjoint"
    if shared >= SAME * max(days(start_a, end_a), days(start_b, end_b)):
        return "same"
    if start_b <= start_a and end_a <= end_b:
        return "a_in_b"
    return "b_in_a" if start_a <= start_b and end_b <= end_a else "overlap"


def same(start_a: str, end_a: str, start_b: str, end_b: str) -> bool:
    """Return whether each period covers at least `SAME` of the other."""
    return relation(start_a, end_a, start_b, end_b) == "same"


def scopes_agree(scope_a: str, scope_b: str) -> bool:
    """Return whether two crime scopes may be compared: equal, or one of them not stated.

    Examples
    --------
    >>> scopes_agree("trafficking", "unspecified"), scopes_agree("trafficking", "other")
    (True, False)
    """
    return scope_a == scope_b or UNSTATED_SCOPE in (scope_a, scope_b)


def with_scope(counts: pd.DataFrame, scope: str) -> pd.Series:
    """Return which rows may be compared with `scope`: equal, or one of the two not stated.

    Examples
    --------
    >>> rows = pd.DataFrame({"crime_scope": ["trafficking", "unspecified", "other"]})
    >>> with_scope(rows, "trafficking").tolist()
    [True, True, False]
    """
    if scope == UNSTATED_SCOPE:
        return pd.Series(True, index=counts.index)
    return counts["crime_scope"].isin([scope, UNSTATED_SCOPE])


def is_claim(observations: pd.DataFrame) -> pd.Series:
    """Return which rows state a change or a share instead of a count."""
    measure = observations["measure"]
    return (
        measure.eq("percent_change")
        | measure.str.endswith("_change")
        | measure.str.startswith("share_of_")
    )


def grouped(rows: pd.DataFrame, *keys: str) -> list[list]:
    """Return the rows that are alike in `keys`, as tuples with names, in the order they have.

    The groups of a ledger are many and small: as tables, each would take a thousand times as long.

    Examples
    --------
    >>> rows = pd.DataFrame({"measure": ["b", "a", "b"], "value": [1, 2, 3]})
    >>> [[row.value for row in group] for group in grouped(rows, "measure")]
    [[2], [1, 3]]
    """
    groups = defaultdict(list)
    for row in rows.itertuples():
        groups[tuple(getattr(row, key) for key in keys)].append(row)
    return [groups[key] for key in sorted(groups)]


def with_split(observations: pd.DataFrame) -> pd.DataFrame:
    """Add what each row is about: `with_part`, and ``wider``.

    ``wider`` marks a count of unstated scope whose own report also gives a stated one: it is not
    the same count with the scope left out.

    Parameters
    ----------
    observations : DataFrame
        With ``source_id, reporting_body, ref_area, period_start, period_end, crime_scope,
        dimension, category, measure, series``; text columns.

    Examples
    --------
    >>> one = pd.DataFrame({"ref_area": ["KHM"], "crime_scope": ["trafficking"],
    ...     "dimension": ["crime_type"], "category": ["trafficking"], "source_id": ["a"],
    ...     "measure": ["cases"], "series": ["cases"], "reporting_body": ["NCCT"],
    ...     "period_start": ["2017-01-01"], "period_end": ["2017-12-31"]})
    >>> with_split(one)[["part_dimension", "subject", "wider"]].values.tolist()
    [['', 'cases', False]]
    """
    frame = with_part(observations)
    count = ["source_id", "reporting_body", "ref_area", "period_start", "period_end", "measure"]
    scopes = frame.groupby([*count, "part_dimension", "part_category"])["crime_scope"]
    unstated = frame["crime_scope"].eq(UNSTATED_SCOPE)
    return frame.assign(wider=unstated & scopes.transform("nunique").gt(1))


def flows(observations: pd.DataFrame, measures: pd.DataFrame) -> pd.DataFrame:
    """Return `with_split` of the counts that add up over time: flows whose number is published.

    `measures` says by ``stock_or_flow`` which measures are flows.
    """
    frame = with_split(observations)
    names = measures.loc[measures["stock_or_flow"].eq("flow"), "measure"]
    return frame[frame["measure"].isin(names) & frame["low"].notna() & frame["unit"].eq("count")]


def with_part(observations: pd.DataFrame) -> pd.DataFrame:
    """Add which part of a total each row is: ``part_dimension``, ``part_category``, ``subject``.

    A row whose category only repeats its own area or its own crime scope is the total of that
    area or scope, so its ``part_*`` columns are empty. ``subject`` is the series of the measure,
    or the measure where it belongs to no series.

    Parameters
    ----------
    observations : DataFrame
        With ``ref_area, crime_scope, dimension, category, measure, series``; text columns.
    """
    frame = observations.copy()
    for column in ("dimension", "category", "series", "crime_scope", "note"):
        if column in frame:
            frame[column] = frame[column].fillna("")
    frame["dimension"], frame["category"] = in_order(frame["dimension"], frame["category"])
    repeats = frame["dimension"].eq("province") & frame["category"].eq(frame["ref_area"])
    repeats |= frame["dimension"].eq("crime_type") & frame["category"].eq(frame["crime_scope"])
    frame["part_dimension"] = frame["dimension"].mask(repeats, "")
    frame["part_category"] = frame["category"].mask(repeats, "")
    frame["subject"] = frame["series"].mask(frame["series"].eq(""), frame["measure"])
    return frame
