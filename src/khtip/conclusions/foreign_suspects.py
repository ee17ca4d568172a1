"""What notebook 04 says of foreigners among the suspects."""

from __future__ import annotations

import pandas as pd

from khtip.findings import Finding, finding, not_reported
from khtip.lineage import rests_on
from khtip.reconcile.splits import period_words
from khtip.remember import remembered


def unaccounted(named: pd.DataFrame, year: int) -> Finding:
    """Say how many foreign suspects are left without a nationality."""
    name = "04-foreigners-unaccounted"
    if named.empty:
        return not_reported(
            name, f"No report lists the nationalities of foreign suspects for {year}."
        )
    one = named.iloc[0]
    verdict = "accounted for" if one["left"] == 0 else "unaccounted"
    if one["left"] < 0:
        verdict = "more than the total"
    return finding(
        name,
        "{period}: of {total:.0f} foreigners counted as suspects, the nationalities named account "
        "for {count:.0f}; {value:.0f} are left without a nationality.",
        verdict=verdict, value=one["left"], **rests_on(one),
        period=one["period"], total=one["total"], count=one["named"],
    )  # fmt: skip


def nationalities(named: pd.DataFrame, year: int) -> Finding:
    """Say whether the nationalities named are as many as the report states."""
    name = "04-foreigners-nationalities"
    if named.empty or pd.isna(named.iloc[0]["stated"]):
        return not_reported(name, f"No report states how many nationalities there were in {year}.")
    one = named.iloc[0]
    short = one["stated"] - one["classes"]
    verdict = "complete" if short == 0 else "fewer named" if short > 0 else "more named"
    return finding(
        name,
        "{period}: the report speaks of {stated:.0f} nationalities and names {classes:.0f}. It "
        "does not say whether these foreigners were suspects or victims in every case.",
        verdict=verdict, value=short, **rests_on(one), period=one["period"],
        stated=one["stated"], classes=one["classes"],
    )  # fmt: skip


@remembered
def _part_and_whole(observations: pd.DataFrame) -> pd.DataFrame:
    """Return a body's exact counts of foreign suspects for parts of a year beside that year's."""
    rows = observations[
        observations["measure"].eq("offenders_foreign")
        & observations["dimension"].fillna("").eq("")
        & observations["qualifier"].eq("exact")
        & observations["period_start"].str[:4].eq(observations["period_end"].str[:4])
    ]
    rows = rows.assign(calendar_year=rows["period_start"].str[:4])
    return rows[rows["year"].isna()].merge(
        rows[rows["year"].notna()],
        on=["calendar_year", "reporting_body", "crime_scope"],
        suffixes=("_part", "_year"),
    )


def part_of_year(observations: pd.DataFrame, year: int) -> Finding:
    """Say whether a part of the year holds more foreign suspects than the year."""
    name = "04-foreigners-part-year"
    both = _part_and_whole(observations)
    both = both[both["year_year"].eq(year)]
    if both.empty:
        return not_reported(
            name, f"No body counts foreign suspects for {year} and for a part of it."
        )
    one = both.loc[(both["value_part"] - both["value_year"]).idxmax()]
    more = one["value_part"] > one["value_year"]
    return finding(
        name,
        "The {body} counts {part:.0f} foreign suspects for {period} and {whole:.0f} for all of "
        "{year}. {outcome}",
        verdict="part exceeds year" if more else "part fits year",
        value=one["value_part"] - one["value_year"],
        sources=[one["source_id_part"], one["source_id_year"]],
        statements=[one["figure_id_part"], one["figure_id_year"]], body=one["reporting_body"],
        part=one["value_part"], whole=one["value_year"], year=year,
        period=period_words(one["period_start_part"], one["period_end_part"]),
        outcome="A part cannot be more than the whole, so the two do not count the same persons."
        if more else "The part is no more than the whole.",
    )  # fmt: skip
