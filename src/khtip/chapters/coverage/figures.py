"""Figures of notebook 01: the grid of what is reported, and reports by year."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from khtip.chapters.coverage.results import PART, WHOLE, body_order
from khtip.figures import theme
from khtip.figures.drawn import DECOR

COVERAGE_CAPTION = (
    "Each mark is a body that gave a national total of that measure: filled for the whole year, "
    "open for a part of it. A grey cell is a year for which no publication read here states a "
    "total; it is not a zero. Marks side by side need not agree."
)
REPORTS_CAPTION = (
    "Figures in the ledger by the year in which their period ends. A first report is the first "
    "statement of a number by a body; a repeat is the same number of the same body in another "
    "publication. The bars count statements, not cases or victims."
)


def draw_coverage(
    ax: Axes, table: pd.DataFrame, labels: dict[str, str], years: Sequence[int]
) -> None:
    """Draw the coverage table: filled marks for whole years, open marks for parts.

    Parameters
    ----------
    ax : Axes
        Where to draw; empty.
    table : DataFrame
        As `coverage` returns it.
    labels : dict of str to str
        Label of each measure, in order from top to bottom.
    years : sequence of int
        The columns.
    """
    rows = {measure: place for place, measure in enumerate(labels)}
    reported = set(zip(table["measure"], table["year"], strict=True))
    for measure, place in rows.items():
        for year in years:
            if (measure, year) not in reported:
                ax.add_patch(
                    Rectangle((year - 0.46, place - 0.42), 0.92, 0.84, gid=DECOR,
                              facecolor=theme.COLOURS["missing"], edgecolor="none", zorder=0)
                )  # fmt: skip
    for body, mine in table.groupby("reporting_body"):
        look = theme.body_style(str(body))
        for extent, fill in ((WHOLE, look["color"]), (PART, "white")):
            some = mine[mine["extent"].eq(extent)]
            ax.plot(some["at"], some["measure"].map(rows), linestyle="none", markersize=5.5,
                    markerfacecolor=fill, markeredgewidth=1.1, zorder=3, **look)  # fmt: skip
    ax.set_yticks(list(rows.values()), list(labels.values()))
    ax.yaxis.set_gid("position")
    ax.set(xlim=(years[0] - 0.5, years[-1] + 0.5), ylim=(len(rows) - 0.5, -0.5))
    theme.year_axis(ax, every=1)
    ax.grid(False)
    ax.tick_params(length=0)
    ax.spines[["left", "bottom"]].set_visible(False)
    ax.legend(handles=body_key(table), ncols=3, loc="lower right", bbox_to_anchor=(1, 1),
              handletextpad=0.2, columnspacing=1.2, borderaxespad=0.2)  # fmt: skip


def body_key(table: pd.DataFrame) -> list[Line2D]:
    """Return the key of the bodies in the table: named ones first, then all others as one."""
    known = [body for body in body_order(table) if theme.body_style(body)["marker"] != "h"]
    names = [*known, *(["another body"] if len(known) < len(body_order(table)) else [])]
    keys = [
        Line2D([], [], linestyle="none", markersize=5.5, label=name, **theme.body_style(name))
        for name in names
    ]
    ink = {"color": theme.COLOURS["ink"], "linestyle": "none", "marker": "o", "markersize": 5.5}
    keys.append(Line2D([], [], label="filled: whole year", **ink))
    keys.append(Line2D([], [], label="open: part of the year", markerfacecolor="white", **ink))
    return keys


def describe_coverage(missing: pd.DataFrame, labels: dict[str, str], years: Sequence[int]) -> str:
    """Return the alternative text of the coverage figure, composed from its numbers."""
    best, worst = missing["whole_years"].idxmax(), missing["whole_years"].idxmin()
    return (
        f"Grid of {len(missing)} measures by {len(years)} years with a mark for every body that "
        f"gave a national total. {labels[best]} has a whole-year total in "
        f"{missing.loc[best, 'whole_years']} years, {labels[worst]} in "
        f"{missing.loc[worst, 'whole_years']}. In all, {missing['none'].sum()} of "
        f"{len(missing) * len(years)} cells are empty."
    )


def describe_reports(reports: pd.DataFrame) -> str:
    """Return the alternative text of the figure of reports, composed from its numbers."""
    top = reports.loc[reports["total"].idxmax()]
    return (
        f"Stacked bars for {len(reports)} years. Most figures, {top['total']}, speak of "
        f"{top['year']}; {top['repeats']} of them are repeats. Over all years "
        f"{reports['first'].sum()} are first reports and {reports['repeats'].sum()} repeats."
    )


def draw_reports(ax: Axes, reports: pd.DataFrame) -> None:
    """Draw first reports and repeats as stacked bars, with direct labels.

    Parameters
    ----------
    ax : Axes
        Where to draw; empty.
    reports : DataFrame
        As `reports_by_year` returns it.
    """
    blue = theme.COLOURS["reference"]
    some = reports[reports["repeats"] > 0]
    ax.bar(some["year"], some["repeats"], bottom=some["first"], color=theme.COLOURS["band"],
           edgecolor=blue, linewidth=0.6, width=0.72, label="repeats of a report")  # fmt: skip
    ax.bar(reports["year"], reports["first"], color=blue, width=0.72, label="first reports")
    for row in reports.itertuples():
        ax.annotate(str(row.total), (row.year, row.total), xytext=(0, 2), size=8.5,
                    textcoords="offset points", ha="center", va="bottom")  # fmt: skip
    ax.set_ylabel("published figures")
    ax.set_xlim(reports["year"].min() - 0.6, reports["year"].max() + 0.6)
    ax.legend(loc="upper left", ncols=2, borderaxespad=0)
    theme.zero_based(ax, room=0.2)
    theme.year_axis(ax, every=1)
