"""The figures of notebook 03: each function draws one, with its words, and computes nothing."""

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from khtip.chapters.trends.ratios import MISSING, ORDER, as_range
from khtip.chapters.trends.results import NO_BREAKS, Results, left_out_years
from khtip.chapters.trends.series import SERIES
from khtip.figures import marks, theme
from khtip.figures.drawn import DECOR
from khtip.figures.marks import alike, body_key
from khtip.figures.registry import figure
from khtip.ledger.lineage import rests_on

PANELS = {
    "cases": "Cases",
    "suspects": "Suspects (arrested, else sent to court)",
    "victims": "Victims (rescued, else identified)",
}
DODGE = 0.2
"""Years between marks of one panel that would hide each other."""
NOTE = {"ha": "center", "va": "center", "size": 8.5, "color": theme.COLOURS["muted"]}


def _draw_nothing(name: str, what: str, results: Results) -> None:
    """Save a figure that says that the ledger has no such count."""
    said = f"No {what} is published."
    years = f"{results.base_year} and {results.reference_year}"
    with figure(
        name,
        title=f"{what.capitalize()}, Cambodia",
        caption=f"{said} The figure stays empty; nothing is filled in.",
        alt=f"Empty chart, also for the years {years}. It says: {said} No values are drawn.",
        data=pd.DataFrame({"nothing_reported": [said]}),
        sources=results.ledger.observations["source_id"],
    ) as ax:
        _say(ax, said)


def _say(ax: Axes, words: str = "no count published") -> None:
    ax.text(0.5, 0.5, words, transform=ax.transAxes, **NOTE)
    ax.set_axis_off()


# 03-two-years


def draw_two_years(results: Results) -> None:
    """Draw ratios with their intervals, and the numbers behind them as columns of text.

    Thick line: exact interval. Thin line: interval at the overdispersion of the series. A measure
    without a ratio says so in its row.
    """
    rows, totals = results.compared, results.totals
    years = [results.base_year, results.reference_year]
    used = totals[totals["measure"].isin(ORDER) & totals["year"].isin(years)]
    # The thin lines also rest on the counts that are fitted without any named break.
    fitted = results.trends.loc[results.trends["treatment"].eq(NO_BREAKS), ["figure_ids"]]
    with figure(
        "03-two-years",
        title=f"Ratio of reported counts, Cambodia, {years[1]} against {years[0]}",
        caption=f"Ratio of the counts per day. Thick: exact {results.confidence:.0%} interval. "
        "Thin: interval at the overdispersion of the series, for measures that have one. Counts of "
        "a body are compared with its own; where no body gave both years, two are named.",
        alt=f"Forest plot with {len(rows)} rows. " + " ".join(map(_said, _records(rows))),
        data=rows,
        height=1.7 + 0.44 * len(rows),
        **_basis(results, used[["source_id", "figure_id"]], fitted),
    ) as ax:
        ax.set_xscale("log")
        ax.set_xlim(*_ratio_limits(rows))
        marks.reference_line(ax, 1, label="no change")
        for place, row in enumerate(_records(rows)):
            _ratio_row(ax, place, row)
        heads = ("Counts", "Ratio (interval)", "Tipping\ndispersion", "Tipping\neffort")
        _columns(ax, -0.85, heads, weight="bold", va="baseline", linespacing=1.15)
        ax.set_ylim(len(rows) - 0.4, -0.6)
        _forest(ax, range(len(rows)), [_row_name(row) for row in _records(rows)])
        ax.set_xlabel("Ratio of counts per day\n(logarithmic scale)")
        marks.plain_log_ticks(ax)


def _ratio_limits(rows: pd.DataFrame) -> tuple[float, float]:
    """Return the ends of the axis: exact intervals, and wide ones as far as they can be read."""
    ends = rows[["low", "high", "wide_low", "wide_high"]].where(lambda one: one > 0)
    ends = ends.replace(np.inf, np.nan)
    exact = ends[["low", "high"]]
    lowest = np.fmax(ends.min().min(), exact.min().min() / 100)
    highest = np.fmin(ends.max().max(), exact.max().max() * 100)
    return np.fmin(0.5, lowest / 1.1), np.fmax(2, highest * 1.1)


def _records(rows: pd.DataFrame) -> list[dict]:
    return rows.to_dict("records")


def _basis(results: Results, *several: pd.DataFrame) -> dict[str, Any]:
    """Return what a figure rests on; where that is nothing, the sources that were looked in."""
    found = rests_on(*several)
    return found if found["sources"] else {"sources": results.ledger.observations["source_id"]}


def _said(row: dict) -> str:
    if row["verdict"] == MISSING:
        return row["sentence"]
    return (
        f"{row['label']}, {row['reference_body']}: {row['base']:,.0f} to {row['reference']:,.0f}, "
        f"ratio {_shown(row['ratio'])}, interval {as_range(row['low'], row['high'])}."
    )


def _shown(value: float, form: str = ".2f") -> str:
    if pd.isna(value) or np.isinf(value):
        return "–" if pd.isna(value) else "∞"
    if abs(value) < 1000:
        return f"{value:{form}}"
    return f"{value:,.0f}" if abs(value) < 1e6 else f"{value:.1e}"


def _cut(words: str, longest: int = 40) -> str:
    """Return words short enough for a label; the figure's table has the whole."""
    return words if len(words) <= longest else f"{words[: longest - 1]}…"


def _ratio_row(ax: Axes, place: int, row: dict) -> None:
    if row["verdict"] == MISSING:
        _columns(ax, place, (row["gap"],), color=theme.COLOURS["muted"])
        return
    look = theme.body_style(row["reference_body"])
    if pd.notna(row["wide_low"]):
        wide = np.array([row["wide_low"], row["wide_high"]])
        cut = np.clip(wide, *ax.get_xlim())
        whole = {} if (cut == wide).all() else {"gid": DECOR}
        ax.hlines(place, *cut, colors=look["color"], linewidths=0.8, **whole)
    interval = [row["ratio"]], [row["low"]], [row["high"]]
    marks.dot_range(ax, [place], *interval, color=look["color"], marker=look["marker"])
    texts = (
        f"{row['base']:,.0f} → {row['reference']:,.0f}",
        f"{_shown(row['ratio'])} ({_shown(row['low'])} to {_shown(row['high'])})",
        _shown(row["tipping_dispersion"], ".1f"),
        _shown(100 * row["tipping_effort"], "+.0f").replace("-", "−") + " %",
    )
    _columns(ax, place, texts)


def _columns(
    ax: Axes,
    place: float,
    texts: Sequence[str],
    shifts: Sequence[int] = (8, 64, 154, 214),
    **style: object,
) -> None:
    """Write texts beside the axes; `shifts` are points from their right edge to each column."""
    for shift, text in zip(shifts, texts, strict=False):
        ax.annotate(
            text,
            (1, place),
            xycoords=ax.get_yaxis_transform(),
            xytext=(shift, 0),
            textcoords="offset points",
            annotation_clip=False,
            **{"va": "center", "size": 8.5} | style,
        )


def _row_name(row: dict) -> str:
    label = textwrap.fill(_cut(row["label"], 60), 22)
    if row["verdict"] == MISSING:
        return label
    bodies = dict.fromkeys([row["base_body"], row["reference_body"]])
    return f"{label}\n{', then '.join(_cut(one) for one in bodies)}"


def _forest(ax: Axes, places: Sequence[float], labels: Sequence[str]) -> None:
    ax.set_yticks(places, labels=labels)
    ax.grid(False, axis="y")
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)


# 03-series


def draw_series(results: Results) -> None:
    """Draw every series in a panel of its own, on one time axis, with its named breaks."""
    counts, choices = results.counts, results.choices
    if counts.empty:
        _draw_nothing("03-series", "count of a whole year", results)
        return
    first, last = int(counts["year"].min()), int(counts["year"].max())
    said = []
    for series in SERIES:
        own = counts[counts["series"].eq(series)]
        listed = ", ".join(f"{row.year} {row.value:,.0f}" for row in own.itertuples()) or "none"
        said.append(f"{series.capitalize()}: {listed}.")
    with figure(
        "03-series",
        title=f"Reported cases, suspects and victims, Cambodia, {first} to {last}",
        caption="Marks: the preferred count of each year, by the body that gave it; hollow "
        "where persons sent to court stand in for persons arrested. Dashes on a pale bar: the "
        "other numbers that comparable bodies give for the year. The line breaks where no count "
        "is known. Shaded: years of a named break.",
        alt="Three line charts with gaps. " + " ".join(said),
        data=pd.concat({"preferred": counts, "admissible": choices}, names=["kind", "row"]),
        rows=len(SERIES),
        sharex=True,
        height=6.6,
        **rests_on(counts, choices),
    ) as panels:
        for ax, series in zip(panels, SERIES, strict=True):
            rows, others = (table[table["series"].eq(series)] for table in (counts, choices))
            ax.set_title(PANELS[series])
            if rows.empty:
                _say(ax)
                continue
            _yearly_counts(ax, rows, others, first=first, last=last)
            breaks = left_out_years(results.ledger.breaks, series, last=last)
            _shade(ax, breaks, label=ax is panels[0])
        bodies = counts["reporting_body"].unique()
        body_key(panels[0], bodies, hollow="sent to court", others="other sources")


def _yearly_counts(
    ax: Axes, rows: pd.DataFrame, choices: pd.DataFrame, *, first: int, last: int
) -> None:
    """Draw one series: preferred counts, other admissible counts, and gaps as gaps."""
    # One line for each run of years without a gap.
    for _, run in rows.groupby(rows["year"].diff().ne(1).cumsum()):
        ax.plot(run["year"], run["value"], color=theme.COLOURS["base"], linewidth=1.2, zorder=2)
    marks.span_bar(ax, rows["year"], rows["lowest"], rows["highest"], linewidth=7)
    others = choices.merge(rows[["year", "value"]], on="year", suffixes=("", "_preferred"))
    others = others[others["value"].ne(others["value_preferred"])]
    dash = {"linestyle": "none", "marker": "_", "markersize": 8, "zorder": 2.6}
    ax.plot(others["year"], others["value"], color=theme.COLOURS["ink"], **dash)
    for look, fill, *spots in alike(rows, _second_best(rows), "year", "value"):
        ax.plot(*spots, linestyle="none", zorder=3, **look, mfc=fill)
    _number_marks(ax, rows.set_index("year").reindex(range(first, last + 1)))
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
        ax.annotate(
            f"{row['value']:,.0f}",
            (year, row["lowest"] if below else row["highest"]),
            xytext=(0, -6 if below else 5),
            textcoords="offset points",
            va="top" if below else "bottom",
            ha="center",
            size=8,
        )


def _shade(ax: Axes, breaks: dict[str, set[int]], *, label: bool) -> None:
    """Shade the years of each named break behind the marks, with its name at the top."""
    first, last = ax.get_xlim()
    for number, (name, years) in enumerate(breaks.items()):
        left, right = max(min(years) - 0.5, first), min(max(years) + 0.5, last)
        if right <= left:
            continue
        tint = ("#7B4FA0", "#C77F00")[number % 2]
        ax.axvspan(left, right, color=tint, alpha=0.13, linewidth=0, zorder=0, gid=DECOR)
        if label:  # each name stands over the years that no earlier break covers
            earlier = set().union(*list(breaks.values())[:number])
            own = [year for year in years - earlier if first < year < last] or [(left + right) / 2]
            ax.annotate(
                name,
                ((min(own) + max(own)) / 2 if number else (left + right) / 2, 1),
                xytext=(0, 3),
                textcoords="offset points",
                ha="center",
                va="bottom",
                xycoords=ax.get_xaxis_transform(),
                size=8.5,
                color=theme.text_colour(tint),
            )


# 03-half-years


def draw_half_years(results: Results) -> None:
    """Draw part-years: one row of panels for each series and one column for each window."""
    parts = results.parts
    if parts.empty:
        _draw_nothing("03-half-years", "pair of equal parts of two years", results)
        return
    said = [
        f"{row.measure.replace('_', ' ')}, {row.window} {row.year}: {row.value:,.0f}."
        for row in parts.itertuples()
    ]
    windows = dict(list(parts.groupby("window", sort=False)))
    spans = [(int(own["year"].min()), int(own["year"].max())) for own in windows.values()]
    widths = [last - first + 1 for first, last in spans]
    with figure(
        "03-half-years",
        title="Part-year counts compared like with like, Cambodia, "
        f"{parts['year'].min()} to {parts['year'].max()}",
        caption="Each panel holds one count in one window of months, so its bars may be "
        "compared. Bars of different colours come from different bodies, and a hollow bar counts "
        "another step. A year without a bar has no count for that window.",
        alt="Grid of bar charts. " + " ".join(said),
        data=parts,
        rows=len(SERIES),
        columns=len(windows),
        height=5.2,
        width_ratios=widths,
        **rests_on(parts),
    ) as panels:
        grid = np.reshape(panels, (len(SERIES), len(windows)))
        for column, (window, rows), years in zip(grid.T, windows.items(), spans, strict=True):
            for ax, series in zip(column, SERIES, strict=True):
                _part_years(ax, rows[rows["series"].eq(series)], years=years)
            # The empty lines above the title are for the key of the bodies.
            column[0].set_title("\n\n" + window.replace(" to ", " to\n"), pad=8)
        _name_grid(grid, parts["reporting_body"].unique(), widest=int(np.argmax(widths)))


def _name_grid(grid: np.ndarray, bodies: Sequence[str], *, widest: int) -> None:
    for ax, series in zip(grid[:, 0], SERIES, strict=True):
        ax.set_ylabel(series.capitalize(), weight="bold")
    hollow = "sent to court, or identified"
    body_key(grid[0, 0], bodies, hollow=hollow, bars=True, above=1.56, wide=True)
    grid[0, widest].annotate(
        "each panel has\nits own scale",
        (1, 1),
        xycoords="axes fraction",
        xytext=(0, 12),
        textcoords="offset points",
        **NOTE | {"ha": "right", "va": "bottom"},
    )


def _part_years(ax: Axes, rows: pd.DataFrame, *, years: tuple[int, int]) -> None:
    """Draw counts of one window as bars from zero, each in its body's colour, with its number."""
    if rows.empty:
        _say(ax, "no two years\nto compare")
        return
    for look, fill, *spots in alike(rows, _second_best(rows), "year", "value"):
        ax.bar(*spots, width=0.72, color=fill, edgecolor=look["color"], linewidth=1.2)
    above = {"xytext": (0, 2), "textcoords": "offset points", "ha": "center", "size": 8}
    for row in rows.itertuples():
        ax.annotate(f"{row.value:,.0f}", (row.year, row.value), **above)
    ax.set_xlim(years[0] - 0.6, years[1] + 0.6)
    theme.zero_based(ax, room=0.2)
    theme.year_axis(ax, every=2)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)


# 03-trend-choices


def draw_trend_choices(results: Results) -> None:
    """Draw the annual change of every series under every treatment of its breaks.

    Line and dot: preferred counts with their interval. Thick pale bar: range of the change over
    all admissible choices of source.
    """
    rows = results.trends
    years = [int(year) for listed in rows["years"] for year in listed.split(";") if year]
    with figure(
        "03-trend-choices",
        title="Yearly change of reported counts, breaks in or out, Cambodia, "
        + (f"{min(years)} to {max(years)}" if years else "no year with a count"),
        caption=f"Dot and line: preferred counts with the {results.confidence:.0%} interval. Grey "
        "bar: range over all admissible choices of source. Dispersion: how many times more the "
        "counts vary around the trend than by chance. Last column: in how many of the fits, one "
        "for each choice of source, the interval leaves out zero.",
        alt=f"Forest plot with {len(rows)} rows. " + " ".join(rows["sentence"]),
        data=rows,
        height=round(1.3 + 0.3 * len(rows), 2),
        **_basis(results, rows),
    ) as ax:
        gaps = rows["series"].ne(rows["series"].shift()).cumsum() - 1
        places = rows.index + 0.9 * gaps
        _changes(ax, places, rows)
        for place, row in zip(places, _records(rows), strict=True):
            _trend_texts(ax, place, row)
        heads = ("Years", "Disper-\nsion", "Intervals\nwithout 0")
        look = {"weight": "bold", "va": "top", "linespacing": 1.15}
        _columns(ax, -1.9, heads, (8, 46, 92), **look)
        for series in SERIES:
            own = places[rows["series"].eq(series)]
            ax.annotate(
                series.capitalize(),
                (0, own.min() - 0.85),
                va="center",
                weight="bold",
                xycoords=ax.get_yaxis_transform(),
                size=9,
                color=theme.COLOURS["ink"],
            )
        _forest(ax, places, [_cut(one) for one in rows["treatment"]])
        ax.yaxis.set_gid("position")
        ax.set_ylim(places.max() + 0.6, -1.4)
        ax.set_xlabel("Change of the count a year")
        theme.percents(ax, axis="x")


def _changes(ax: Axes, places: pd.Series, rows: pd.DataFrame) -> None:
    marks.reference_line(ax, 0, label="no change")
    known = rows[rows["annual_change"].notna()]
    # A limit far beyond all changes themselves is drawn as an open one.
    furthest = max(1.0, 10 * known["annual_change"].abs().max())
    if known["high"].gt(furthest).any():
        ax.set_xlim(-1.05, furthest)
        known = known.assign(high=known["high"].mask(known["high"].gt(furthest), np.inf))
    at = places[known.index]
    marks.span_bar(
        ax,
        at,
        known["change_lowest"],
        known["change_highest"],
        axis="x",
        color=theme.COLOURS["base"],
        linewidth=11,
        alpha=0.45,
    )
    interval = known["annual_change"], known["low"], known["high"]
    marks.dot_range(ax, at, *interval, color=theme.COLOURS["ink"])


def _trend_texts(ax: Axes, place: float, row: dict) -> None:
    if pd.isna(row["annual_change"]):
        marks.side_text(ax, place, f"{row['n']} years: too few")
        return
    share = row["share_excluding_zero"] * row["fitted"]
    texts = (
        f"{row['n']}",
        _shown(row["dispersion_used"], ".0f"),
        f"{share:.0f} of {row['fitted']}",
    )
    _columns(ax, place, texts, (8, 46, 92))


# 03-per-case


def draw_per_case(results: Results) -> None:
    """Draw ratios per case near the middle of their period, one panel each, part-years hollow.

    Marks that would hide each other stand side by side, less than half a year from their place.
    """
    ratios = results.per_case
    if ratios.empty:
        _draw_nothing("03-per-case", "count of persons beside its count of cases", results)
        return
    panels_of = dict(list(ratios.groupby("ratio", sort=False)))
    said = [
        f"{name.capitalize()} lie between {rows['per_case'].min():.1f} and "
        f"{rows['per_case'].max():.1f} in {len(rows)} reports."
        for name, rows in panels_of.items()
    ]
    with figure(
        "03-per-case",
        title="Victims and suspects per reported case, Cambodia, "
        f"{ratios['calendar_year'].min()} to {ratios['calendar_year'].max()}",
        caption="Each mark divides two numbers of one report, of the same body and period. It "
        "stands at the middle of its period, or a little beside it where marks would hide each "
        "other.",
        alt=("Two dot charts. " if len(said) > 1 else "One dot chart. ") + " ".join(said),
        data=ratios,
        rows=len(panels_of),
        sharex=True,
        height=round(1.2 + 1.7 * len(panels_of), 2),
        **rests_on(ratios),
    ) as drawn:
        panels = np.atleast_1d(drawn)
        for ax, (name, rows) in zip(panels, panels_of.items(), strict=True):
            placed = rows.assign(place=_side_by_side(rows))
            for look, fill, *spots in alike(placed, rows["year"].isna(), "place", "per_case"):
                ax.plot(*spots, linestyle="none", zorder=3, **look, mfc=fill)
            ax.set_title(name.capitalize())
            if ratios["calendar_year"].nunique() == 1:  # matplotlib would show two centuries
                ax.set_xlim(placed["middle"].min() - 1, placed["middle"].max() + 1)
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
