"""The table of trends: every series, with and without its named breaks, over every choice.

A break is a year from which a series no longer counts the same thing. Breaks are named in
advance, with a citation, in ``data/lookups/breaks.csv``; none is looked for in the data, because
a search in a dozen points always finds one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import asdict

import pandas as pd

from khtip.lineage import joined
from khtip.remember import remembered
from khtip.statistics.trends import FEWEST_YEARS, Trend, fit, over_choices
from khtip.subjects.series import AS_DOCUMENTED, SERIES, choices, yearly

ALL_YEARS = "all years"
NO_BREAKS = "without any named break"

# A break of one of these kinds changes what is counted, so its years can be left out. A change of
# the counting body is met otherwise: by fitting the counts of one body alone.
LEFT_OUT = ("exclude", "new_population")

COLUMNS = [
    "series", "treatment", "n", "years", "annual_change", "low", "high", "dispersion",
    "dispersion_used", "p_value", "kendall_tau", "kendall_p", "theil_sen", "choices", "fitted",
    "change_lowest", "change_highest", "share_excluding_zero", "verdict", "sentence",
    "figure_ids", "other_ids", "source_ids",
]  # fmt: skip


def left_out_years(breaks: pd.DataFrame, series: str, *, last: int) -> dict[str, set[int]]:
    """Return the years that each named break leaves out of a series.

    Parameters
    ----------
    breaks : DataFrame
        ``break_id, first_year, last_year, measures, effect`` as text; an empty last year means
        that the break still holds.
    series : str
        A key of `series.SERIES`.
    last : int
        Last year of the data.

    Returns
    -------
    dict
        Break in words to its years, in the order of the table.

    Examples
    --------
    >>> breaks = pd.DataFrame({"break_id": ["border-closure"], "first_year": ["2020"],
    ...                        "last_year": ["2021"], "measures": ["cases;arrests"],
    ...                        "effect": ["exclude"]})
    >>> left_out_years(breaks, "cases", last=2024)
    {'border closure': {2020, 2021}}
    """
    found: dict[str, set[int]] = {}
    for row in breaks.itertuples():
        touched = set(SERIES[series]) & set(str(row.measures).split(";"))
        if row.effect in LEFT_OUT and touched:
            end = int(row.last_year) if str(row.last_year).strip() else last
            found[str(row.break_id).replace("-", " ")] = set(range(int(row.first_year), end + 1))
    return found


def treatments(
    totals: pd.DataFrame, breaks: pd.DataFrame, series: str
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Give each way to treat the breaks of a series, with the statements that it leaves.

    All years; without each named break; without all of them; and the counts of each body alone
    that has at least five years of its own.
    """
    rows = totals[totals["measure"].isin(SERIES[series]) & totals["year"].notna()]
    yield ALL_YEARS, rows
    out = left_out_years(breaks, series, last=int(rows["year"].max()) if len(rows) else 0)
    for name, years in out.items():
        yield f"without {name}", rows[~rows["year"].isin(years)]
    yield NO_BREAKS, rows[~rows["year"].isin(set().union(*out.values()))]
    for body, own in rows[rows["counted"]].groupby("reporting_body"):
        if own["year"].nunique() >= FEWEST_YEARS:
            yield f"only {body}", own


@remembered
def trend_table(
    totals: pd.DataFrame,
    breaks: pd.DataFrame,
    *,
    preferred_body: str = AS_DOCUMENTED,
    confidence: float = 0.95,
    seed: int = 20180101,
    only: Collection[str] = (),
) -> pd.DataFrame:
    """Fit every series under every treatment of its breaks and over all admissible choices.

    Parameters
    ----------
    totals : DataFrame
        From `series.national`.
    breaks : DataFrame
        ``data/lookups/breaks.csv`` as text.
    preferred_body, confidence, seed
        See `series.yearly` and `trends.fit`.
    only : collection of str
        Names of treatments to keep; all of them when empty.

    Returns
    -------
    DataFrame
        One row for each series and treatment: `Trend`'s fields; ``choices`` (how many ways there
        are to choose one count a year), ``fitted`` (how many of them were fitted),
        ``change_lowest``, ``change_highest`` (range of the annual change over them),
        ``share_excluding_zero`` (share whose interval leaves out zero), ``sentence``;
        ``figure_ids`` (the counts that were fitted), ``other_ids`` (the other counts that the
        choices go over), ``source_ids`` (of both).
    """
    rows = []
    for series in SERIES:
        for treatment, kept in treatments(totals, breaks, series):
            if only and treatment not in only:
                continue
            preferred = yearly(kept, series, preferred_body=preferred_body)
            trend = fit(preferred["year"], preferred["value"], months=preferred["months"],
                        confidence=confidence, seed=seed)  # fmt: skip
            admissible = choices(kept, series)
            many = over_choices(admissible, confidence=confidence, seed=seed)
            others = admissible[["figure_ids", "source_ids"]].agg(joined)
            rows.append({
                "series": series, "treatment": treatment, **asdict(trend),
                "choices": many.attrs["combinations"], "fitted": len(many),
                "change_lowest": many["annual_change"].min(),
                "change_highest": many["annual_change"].max(),
                "share_excluding_zero": many["verdict"].isin(["rose", "fell"]).mean(),
                "sentence": _sentence(series, treatment, trend, confidence),
                "figure_ids": joined(preferred["figure_id"]),
                "other_ids": others["figure_ids"],
                "source_ids": joined([*preferred["source_id"], others["source_ids"]]),
            })  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)


def _sentence(series: str, treatment: str, trend: Trend, confidence: float) -> str:
    if trend.n < FEWEST_YEARS:
        return (
            f"{series.capitalize()}, {treatment}: {trend.n} years have a count; below "
            f"{FEWEST_YEARS} no trend is computed."
        )
    words = {
        "rose": "an upward trend that chance and overdispersion do not explain",
        "fell": "a downward trend that chance and overdispersion do not explain",
    }.get(trend.verdict, "no trend that can be told from chance and overdispersion")
    return (
        f"{series.capitalize()}, {treatment}: {trend.annual_change:+.1%} a year, "
        f"{confidence:.0%} interval {trend.low:+.1%} to {trend.high:+.1%}, over {trend.n} years: "
        f"{words}."
    )
