"""The drawings of notebook 03. Each draws a table on given axes and computes nothing."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from khtip.chapters.trends.results import MISSING, NO_BREAKS, left_out_years
from khtip.chapters.trends.series import SERIES
from khtip.figures import marks, theme
from khtip.figures.drawn import DECOR
from khtip.figures.marks import alike, body_key
from khtip.ledger.lineage import rests_on

PANELS = {
    "cases": "Cases",
    "suspects": "Suspects (arrested, else sent to court)",
    "victims": "Victims (rescued, else identified)",
}
DODGE = 0.2
"""Years between marks of one panel that would hide each other."""


def draw_two_years(ax: Axes, changes: pd.DataFrame) -> None:
    """Draw ratios with their intervals, and the numbers behind them as columns of text.

    Thick line: exact interval. Thin line: interval at the overdispersion of the series. A measure
    without a ratio says so in its row.
    """
    rows = changes.reset_index(drop=True)
    ends = rows[["low", "high", "wide_low", "wide_high"]].replace(np.inf, np.nan)
    ax.set_xscale("log")
    ax.set_xlim(min(0.5, ends.min().min() / 1.1), max(2, ends.max().max() * 1.1))
    marks.reference_line(ax, 1, label="no change")
    for place, row in rows.iterrows():
        if row["verdict"] == MISSING:
            _columns(ax, place, (row["gap"],), color=theme.COLOURS["muted"])
            continue
        color = theme.body_style(row["reference_body"])["color"]
        marker = theme.body_style(row["reference_body"])["marker"]
        if pd.notna(row["wide_low"]):
            ax.hlines(place, row["wide_low"], row["wide_high"], colors=color, linewidths=0.8)
        marks.dot_range(ax, [place], [row["ratio"]], [row["low"]], [row["high"]], color=color,
                        marker=marker)  # fmt: skip
        _columns(ax, place, _texts(row))
    _columns(ax, -0.85, ("Counts", "Ratio (interval)", "Tipping\ndispersion", "Tipping\neffort"),
             weight="bold", va="baseline", linespacing=1.15)  # fmt: skip
    names = [_row_name(row) for _, row in rows.iterrows()]
    ax.set_yticks(range(len(rows)), labels=names)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.grid(False, axis="y")
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.set_xlabel("Ratio of counts per day\n(logarithmic scale)")
    marks.plain_log_ticks(ax)


def _texts(row: pd.Series) -> tuple[str, str, str, str]:
    high = "∞" if np.isinf(row["high"]) else f"{row['high']:.2f}"
    tipping = "–" if pd.isna(row["tipping_dispersion"]) else f"{row['tipping_dispersion']:.1f}"
    effort = "∞" if np.isinf(row["tipping_effort"]) else f"{row['tipping_effort']:+.0%}"
    return (
        f"{row['base']:,.0f} → {row['reference']:,.0f}",
        f"{row['ratio']:.2f} ({row['low']:.2f} to {high})",
        tipping,
        effort.replace("-", "−").replace("%", " %"),
    )


def _columns(ax: Axes, place: float, texts: Sequence[str], **style: object) -> None:
    shifts = (8, 64, 154, 214)  # points from the axes' right edge to each column
    for shift, text in zip(shifts, texts, strict=False):
        look = {"va": "center", "size": 8.5} | style
        ax.annotate(text, (1, place), xycoords=ax.get_yaxis_transform(), xytext=(shift, 0),
                    textcoords="offset points", annotation_clip=False, **look)  # fmt: skip


def _row_name(row: pd.Series) -> str:
    label = textwrap.fill(row["label"], 22)
    if row["verdict"] == MISSING:
        return label
    bodies = dict.fromkeys([row["base_body"], row["reference_body"]])
    return f"{label}\n{', then '.join(bodies)}"


def draw_yearly_counts(
    ax: Axes, rows: pd.DataFrame, admissible: pd.DataFrame, *, first: int, last: int
) -> None:
    """Draw one series: preferred counts, other admissible counts, and gaps as gaps.

    Parameters
    ----------
    ax : Axes
        The panel.
    rows : DataFrame
        One series of `series.yearly`.
    admissible : DataFrame
        The same series of `series.choices`.
    first, last : int
        Years at the ends of the axis.
    """
    whole = rows.set_index("year").reindex(range(first, last + 1))
    # One line for each run of years without a gap.
    for _, run in rows.groupby(rows["year"].diff().ne(1).cumsum()):
        ax.plot(run["year"], run["value"], color=theme.COLOURS["base"], linewidth=1.2, zorder=2)
    marks.span_bar(ax, rows["year"], rows["lowest"], rows["highest"], linewidth=7)
    others = admissible.merge(rows[["year", "value"]], on="year", suffixes=("", "_preferred"))
    others = others[others["value"].ne(others["value_preferred"])]
    ax.plot(others["year"], others["value"], linestyle="none", marker="_", markersize=8,
            color=theme.COLOURS["ink"], zorder=2.6)  # fmt: skip
    for look, fill, *spots in alike(rows, _second_best(rows), "year", "value"):
        ax.plot(*spots, linestyle="none", zorder=3, **look, mfc=fill)
    _number_marks(ax, whole)
    ax.set_xlim(first - 0.6, last + 0.6)
    theme.zero_based(ax, room=0.22)
    theme.thousands(ax)
    theme.year_axis(ax)


def _second_best(rows: pd.DataFrame) -> list[bool]:
    """Return where the second-best measure of a series stands in."""
    pairs = zip(rows["series"], rows["measure"], strict=True)
    return [measure != SERIES[series][0] for series, measure in pairs]


def _number_marks(ax: Axes, whole: pd.DataFrame) -> None:
    """Write each number above its mark, or below it where the line comes from above."""
    beside = pd.concat([whole["value"].shift(1), whole["value"].shift(-1)], axis=1).max(axis=1)
    steep = beside - whole["value"] > 0.15 * whole["value"].max()
    for year, row in whole[whole["value"].notna()].iterrows():
        below = bool(steep[year])
        ax.annotate(f"{row['value']:,.0f}", (year, row["lowest"] if below else row["highest"]),
                    xytext=(0, -6 if below else 5), va="top" if below else "bottom", ha="center",
                    textcoords="offset points", size=8)  # fmt: skip


def draw_all_series(
    panels: Sequence[Axes], counts: pd.DataFrame, admissible: pd.DataFrame, breaks: pd.DataFrame
) -> None:
    """Draw every series in a panel of its own, on one time axis, with its named breaks."""
    first, last = int(counts["year"].min()), int(counts["year"].max())
    for ax, series in zip(panels, SERIES, strict=True):
        rows, others = (table[table["series"].eq(series)] for table in (counts, admissible))
        draw_yearly_counts(ax, rows, others, first=first, last=last)
        draw_shade_breaks(ax, left_out_years(breaks, series, last=last), label=ax is panels[0])
        ax.set_title(PANELS[series])
    body_key(panels[0], counts["reporting_body"].unique(), hollow="sent to court",
             others="other sources")  # fmt: skip


def draw_shade_breaks(ax: Axes, breaks: dict[str, set[int]], *, label: bool) -> None:
    """Shade the years of each named break behind the marks, with its name at the top."""
    last = ax.get_xlim()[1]
    for number, (name, years) in enumerate(breaks.items()):
        left, right = min(years) - 0.5, min(max(years) + 0.5, last)
        tint = ("#7B4FA0", "#C77F00")[number % 2]
        ax.axvspan(left, right, color=tint, alpha=0.13, linewidth=0, zorder=0, gid=DECOR)
        if label:  # each name stands over the years that no earlier break covers
            earlier = set().union(*list(breaks.values())[:number])
            own = [year for year in years - earlier if year < last] or list(years)
            ax.annotate(name, ((min(own) + max(own)) / 2 if number else (left + right) / 2, 1),
                        xytext=(0, 3), textcoords="offset points", ha="center", va="bottom",
                        xycoords=ax.get_xaxis_transform(), size=8.5,
                        color=theme.text_colour(tint))  # fmt: skip


def draw_part_years(ax: Axes, rows: pd.DataFrame, *, years: tuple[int, int]) -> None:
    """Draw counts of one window as bars from zero, each in its body's colour, with its number."""
    if rows.empty:
        ax.annotate("no two years\nto compare", (0.5, 0.5), xycoords="axes fraction", ha="center",
                    va="center", size=8.5, color=theme.COLOURS["muted"])  # fmt: skip
        ax.set_axis_off()
        return
    for look, fill, *spots in alike(rows, _second_best(rows), "year", "value"):
        ax.bar(*spots, width=0.72, color=fill, edgecolor=look["color"], linewidth=1.2)
    for row in rows.itertuples():
        ax.annotate(f"{row.value:,.0f}", (row.year, row.value), xytext=(0, 2), ha="center",
                    textcoords="offset points", size=8)  # fmt: skip
    ax.set_xlim(years[0] - 0.6, years[1] + 0.6)
    theme.zero_based(ax, room=0.2)
    theme.year_axis(ax, every=2)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)


def draw_part_year_grid(grid: np.ndarray, parts: pd.DataFrame) -> None:
    """Fill a grid with one row for each series and one column for each window."""
    for column, (window, rows) in zip(grid.T, parts.groupby("window", sort=False), strict=True):
        years = int(rows["year"].min()), int(rows["year"].max())
        for ax, series in zip(column, SERIES, strict=True):
            draw_part_years(ax, rows[rows["series"].eq(series)], years=years)
        # The empty lines above the title are for the key of the bodies.
        column[0].set_title("\n\n" + window.replace(" to ", " to\n"), pad=8)
    for ax, series in zip(grid[:, 0], SERIES, strict=True):
        ax.set_ylabel(series.capitalize(), weight="bold")
    body_key(grid[0, 0], parts["reporting_body"].unique(), above=1.56, wide=True,
             bars=True, hollow="sent to court, or identified")  # fmt: skip
    widest = grid[0, int(np.argmax(draw_window_widths(parts)))]
    widest.annotate("each panel has\nits own scale", (1, 1), xycoords="axes fraction", ha="right",
                    xytext=(0, 12), textcoords="offset points", va="bottom", size=8.5,
                    color=theme.COLOURS["muted"])  # fmt: skip


def draw_window_widths(parts: pd.DataFrame) -> list[int]:
    """Return the number of years each window spans, as widths of the grid's columns."""
    spans = parts.groupby("window", sort=False)["year"].agg(["min", "max"])
    return [int(span["max"] - span["min"] + 1) for _, span in spans.iterrows()]


def draw_trend_choices(ax: Axes, table: pd.DataFrame) -> None:
    """Draw the annual change of every series under every treatment of its breaks.

    Line and dot: preferred counts with their interval. Thick pale bar: range of the change over
    all admissible choices of source.
    """
    rows = table.reset_index(drop=True)
    gaps = rows["series"].ne(rows["series"].shift()).cumsum() - 1
    places = rows.index + 0.9 * gaps
    marks.reference_line(ax, 0, label="no change")
    known = rows[rows["annual_change"].notna()]
    at = places[known.index]
    marks.span_bar(ax, at, known["change_lowest"], known["change_highest"], axis="x",
                   linewidth=11, color=theme.COLOURS["base"], alpha=0.45)  # fmt: skip
    marks.dot_range(ax, at, known["annual_change"], known["low"], known["high"],
                    color=theme.COLOURS["ink"])  # fmt: skip
    for place, (_, row) in zip(places, rows.iterrows(), strict=True):
        if pd.isna(row["annual_change"]):
            marks.side_text(ax, place, f"{row['n']} years: too few")
            continue
        share = row["share_excluding_zero"] * row["fitted"]
        texts = (f"{row['n']}", f"{row['dispersion_used']:.0f}", f"{share:.0f} of {row['fitted']}")
        _small_columns(ax, place, texts)
    _small_columns(ax, -1.9, ("Years", "Disper-\nsion", "Intervals\nwithout 0"), weight="bold",
                   va="top", linespacing=1.15)  # fmt: skip
    for series in SERIES:
        own = places[rows["series"].eq(series)]
        if len(own):
            ax.annotate(series.capitalize(), (0, own.min() - 0.85), va="center", weight="bold",
                        xycoords=ax.get_yaxis_transform(), size=9,
                        color=theme.COLOURS["ink"])  # fmt: skip
    ax.set_yticks(places, labels=rows["treatment"])
    ax.yaxis.set_gid("position")
    ax.set_ylim(places.max() + 0.6, -1.4)
    ax.grid(False, axis="y")
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.set_xlabel("Change of the count a year")
    theme.percents(ax, axis="x")


def _small_columns(ax: Axes, place: float, texts: Sequence[str], **style: object) -> None:
    for shift, text in zip((8, 46, 92), texts, strict=True):
        look = {"va": "center", "size": 8.5} | style
        ax.annotate(text, (1, place), xycoords=ax.get_yaxis_transform(), xytext=(shift, 0),
                    textcoords="offset points", annotation_clip=False, **look)  # fmt: skip


def draw_per_case(panels: Sequence[Axes], ratios: pd.DataFrame) -> None:
    """Draw ratios per case near the middle of their period, one panel each, part-years hollow.

    Marks that would hide each other stand side by side, less than half a year from their place.
    """
    for ax, (name, rows) in zip(panels, ratios.groupby("ratio", sort=False), strict=True):
        placed = rows.assign(place=_side_by_side(rows))
        for look, fill, *spots in alike(placed, rows["year"].isna(), "place", "per_case"):
            ax.plot(*spots, linestyle="none", zorder=3, **look, mfc=fill)
        ax.set_title(name.capitalize())
        theme.zero_based(ax, room=0.12)
        theme.year_axis(ax)
    body_key(panels[0], ratios["reporting_body"].unique(), hollow="part of a year")


def _side_by_side(rows: pd.DataFrame) -> np.ndarray:
    """Return the places of marks on the year axis, those that would hide each other spread out."""
    near = 0.08 * rows["per_case"].max()
    places = rows["middle"].to_numpy(dtype=float).copy()
    heights = rows["per_case"].to_numpy(dtype=float)
    taken: set[np.signedinteger] = set()
    for first in np.argsort(places, kind="stable"):
        close = (np.abs(places - places[first]) < DODGE) & (np.abs(heights - heights[first]) < near)
        group = [place for place in np.flatnonzero(close) if place not in taken]
        if len(group) > 1:
            order = sorted(group, key=lambda place: places[place])
            centre = places[order].mean()
            places[order] = centre + DODGE * (np.arange(len(order)) - (len(order) - 1) / 2)
            taken.update(order)
    return places


# Titles, captions and alternative texts of the figures of notebook 03, composed from their data.


def describe_two_years(
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


def describe_yearly_counts(counts: pd.DataFrame, admissible: pd.DataFrame) -> dict[str, Any]:
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


def describe_part_years(parts: pd.DataFrame) -> dict[str, Any]:
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


def describe_trend_choices(trends: pd.DataFrame, *, confidence: float) -> dict[str, Any]:
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


def describe_per_case(ratios: pd.DataFrame) -> dict[str, Any]:
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
