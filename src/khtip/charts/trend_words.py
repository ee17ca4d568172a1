"""Titles, captions and alternative texts of the figures of notebook 03, composed from their data.

Each function returns the keywords that `khtip.drawing.figures.figure` needs beside the data.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from khtip.lineage import rests_on
from khtip.subjects.changes import MISSING
from khtip.subjects.series import SERIES
from khtip.subjects.trend_table import NO_BREAKS


def two_years(
    compared: pd.DataFrame, used: pd.DataFrame, trends: pd.DataFrame, *, confidence: float
) -> dict[str, Any]:
    """Describe the comparison of two years.

    `used` holds the statements that could be compared; the wide intervals also rest on the counts
    that `trends` fits without any named break.
    """
    fitted = trends.loc[trends["treatment"].eq(NO_BREAKS), ["figure_ids"]]
    basis = rests_on(used[["source_id", "figure_id"]], fitted)
    base, reference = compared.iloc[0][["base_period", "reference_period"]]
    said = [
        row["sentence"] if row["verdict"] == MISSING else
        f"{row['label']}, {row['reference_body']}: {row['base']:,.0f} to {row['reference']:,.0f}, "
        f"ratio {row['ratio']:.2f}, interval {row['low']:.2f} to {row['high']:.2f}."
        for _, row in compared.iterrows()
    ]  # fmt: skip
    return {
        "title": f"Ratio of reported counts, Cambodia, {reference} against {base}",
        "caption": f"Ratio of the counts per day. Thick: exact {confidence:.0%} interval. Thin: "
        "interval at the overdispersion of the series, for measures that have one. Counts of a "
        "body are compared with its own; where no body gave both years, two are named.",
        "alt": f"Forest plot with {len(compared)} rows. " + " ".join(said),
        **basis,
    }


def yearly_counts(counts: pd.DataFrame, admissible: pd.DataFrame) -> dict[str, Any]:
    """Describe the yearly series."""
    said = []
    for series in SERIES:
        rows = counts[counts["series"].eq(series)]
        listed = ", ".join(f"{row.year} {row.value:,.0f}" for row in rows.itertuples())
        said.append(f"{series.capitalize()}: {listed}.")
    return {
        "title": "Reported cases, suspects and victims, Cambodia, "
        f"{counts['year'].min()} to {counts['year'].max()}",
        "caption": "Marks: the preferred count of each year, by the body that gave it; hollow "
        "where persons sent to court stand in for persons arrested. Dashes on a pale bar: the "
        "other numbers that comparable bodies give for the year. The line breaks where no count "
        "is known. Shaded: years of a named break.",
        "alt": "Three line charts with gaps. " + " ".join(said),
        **rests_on(counts, admissible),
    }


def part_years(parts: pd.DataFrame) -> dict[str, Any]:
    """Describe the part-years."""
    said = [
        f"{row.measure.replace('_', ' ')}, {row.window} {row.year}: {row.value:,.0f}."
        for row in parts.itertuples()
    ]
    return {
        "title": "Part-year counts compared like with like, Cambodia, "
        f"{parts['year'].min()} to {parts['year'].max()}",
        "caption": "Each panel holds one count in one window of months, so its bars may be "
        "compared. Bars of different colours come from different bodies, and a hollow bar counts "
        "another step. A year without a bar has no count for that window.",
        "alt": "Grid of bar charts. " + " ".join(said),
        **rests_on(parts),
    }


def trend_choices(trends: pd.DataFrame, *, confidence: float) -> dict[str, Any]:
    """Describe the trends under every treatment of the breaks."""
    years = [int(year) for listed in trends["years"] for year in listed.split(";")]
    return {
        "title": "Yearly change of reported counts, breaks in or out, Cambodia, "
        f"{min(years)} to {max(years)}",
        "caption": f"Dot and line: preferred counts with the {confidence:.0%} interval. Grey bar: "
        "range over all admissible choices of source. Dispersion: how many times more the counts "
        "vary around the trend than by chance. Last column: in how many of the fits, one for each "
        "choice of source, the interval leaves out zero.",
        "alt": f"Forest plot with {len(trends)} rows. " + " ".join(trends["sentence"]),
        **rests_on(trends),
    }


def per_case(ratios: pd.DataFrame) -> dict[str, Any]:
    """Describe the ratios per case."""
    said = [
        f"{name.capitalize()} lie between {rows['per_case'].min():.1f} and "
        f"{rows['per_case'].max():.1f} in {len(rows)} reports."
        for name, rows in ratios.groupby("ratio", sort=False)
    ]
    return {
        "title": "Victims and suspects per reported case, Cambodia, "
        f"{ratios['calendar_year'].min()} to {ratios['calendar_year'].max()}",
        "caption": "Each mark divides two numbers of one report, of the same body and period. It "
        "stands at the middle of its period, or a little beside it where marks would hide each "
        "other.",
        "alt": "Two dot charts. " + " ".join(said),
        **rests_on(ratios),
    }
