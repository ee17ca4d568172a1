"""The figures of notebook 01: the grid of what is reported, and reports by year."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from khtip.chapters.coverage.results import PART, WHOLE, Results, body_order
from khtip.figures import theme
from khtip.figures.drawn import DECOR
from khtip.figures.registry import draw_absence, figure
from khtip.ledger import unreported


def draw_coverage(results: Results) -> None:
    """Draw which national totals exist: filled marks for whole years, open marks for parts."""
    table, missing, years = results.coverage, results.missing, results.years
    if table.empty:
        _nothing(results)
        return
    whole_years = missing["whole_years"].sort_index()  # of equal ones the first by name
    best, worst = whole_years.idxmax(), whole_years.idxmin()
    with figure(
        "01-coverage",
        title=f"National totals reported, by body and year, Cambodia, {years[0]} to {years[-1]}",
        caption="Each mark is a body that gave a national total of that measure: filled for the "
        "whole year, open for a part of it. A grey cell is a year for which no publication read "
        "here states a total; it is not a zero. Marks side by side need not agree.",
        alt=f"Grid of {len(missing)} measures by {len(years)} years with a mark for every body "
        f"that gave a national total. {results.labels[best]} has a whole-year total in "
        f"{missing.loc[best, 'whole_years']} years, {results.labels[worst]} in "
        f"{missing.loc[worst, 'whole_years']}. In all, {missing['none'].sum()} of "
        f"{len(missing) * len(years)} cells are empty.",
        data=table,
        sources=table["sources"].str.split(";").explode(),
        height=round(1.8 + 0.4 * len(missing), 1),
    ) as ax:
        _grid(ax, results)
        _marks(ax, table, list(results.labels))
        theme.year_axis(ax)
        ax.grid(False)
        ax.tick_params(length=0)
        ax.spines[["left", "bottom"]].set_visible(False)
        ax.legend(
            handles=_key(table),
            ncols=3,
            loc="lower right",
            bbox_to_anchor=(1, 1),
            handletextpad=0.2,
            columnspacing=1.2,
            borderaxespad=0.2,
        )


def _nothing(results: Results) -> None:
    searched = results.ledger.observations["source_id"]
    sentence = "No national total is stated."
    told = unreported.nothing(sentence, year=results.reference_year, looked_in=searched)
    draw_absence("01-coverage", title="National totals reported, Cambodia", told=told)


def _grid(ax: Axes, results: Results) -> None:
    """Write the measures, and fill the cells without a total with grey."""
    reported = set(zip(results.coverage["measure"], results.coverage["year"], strict=True))
    look = {"facecolor": theme.COLOURS["missing"], "edgecolor": "none", "zorder": 0, "gid": DECOR}
    for place, measure in enumerate(results.labels):
        for year in results.years:
            if (measure, year) not in reported:
                ax.add_patch(Rectangle((year - 0.46, place - 0.42), 0.92, 0.84, **look))
    ax.set_yticks(range(len(results.labels)), list(results.labels.values()))
    ax.yaxis.set_gid("position")
    ax.set_xlim(results.years[0] - 0.5, results.years[-1] + 0.5)
    ax.set_ylim(len(results.labels) - 0.5, -0.5)


def _marks(ax: Axes, table: pd.DataFrame, measures: list[str]) -> None:
    for body, mine in table.groupby("reporting_body"):
        look = theme.body_style(str(body)) | {"linestyle": "none", "markersize": 5.5}
        for extent, fill in ((WHOLE, look["color"]), (PART, "white")):
            some = mine[mine["extent"].eq(extent)]
            rows = some["measure"].map(measures.index)
            ax.plot(some["at"], rows, mfc=fill, markeredgewidth=1.1, zorder=3, **look)


def _key(table: pd.DataFrame) -> list[Line2D]:
    """Return the key of the bodies in the table: named ones first, then all others as one."""
    bodies = body_order(table)
    names = [body for body in bodies if theme.body_style(body)["marker"] != "h"]
    if len(names) < len(bodies):
        names.append("another body")
    look = {"linestyle": "none", "markersize": 5.5}
    keys = [Line2D([], [], label=name, **look, **theme.body_style(name)) for name in names]
    ink = look | {"color": theme.COLOURS["ink"], "marker": "o"}
    keys.append(Line2D([], [], label="filled: whole year", **ink))
    keys.append(Line2D([], [], label="open: part of the year", markerfacecolor="white", **ink))
    return keys


def draw_reports_by_year(results: Results) -> None:
    """Draw first reports and repeats as stacked bars, with direct labels."""
    reports = results.reports
    years = reports["year"].tolist()
    top = reports.loc[reports["total"].idxmax()]
    blue = theme.COLOURS["reference"]
    with figure(
        "01-reports-by-year",
        title=f"Published figures by the year they speak of, Cambodia, {years[0]} to {years[-1]}",
        caption="Figures in the ledger by the year in which their period ends. A first report is "
        "the first statement of a number by a body; a repeat is the same number of the same body "
        "in another publication. The bars count statements, not cases or victims.",
        alt=f"Stacked bars for {len(reports)} years. Most figures, {top['total']}, speak of "
        f"{top['year']}; {top['repeats']} of them are repeats. Over all years "
        f"{reports['first'].sum()} are first reports and {reports['repeats'].sum()} repeats.",
        data=reports,
        sources=results.reported["source_id"],
        height=3.6,
    ) as ax:
        some = reports[reports["repeats"] > 0]
        pale = {"color": theme.COLOURS["band"], "edgecolor": blue, "linewidth": 0.6, "width": 0.72}
        ax.bar(
            some["year"], some["repeats"], bottom=some["first"], label="repeats of a report", **pale
        )
        ax.bar(reports["year"], reports["first"], color=blue, width=0.72, label="first reports")
        above = {"xytext": (0, 2), "textcoords": "offset points", "ha": "center", "va": "bottom"}
        for row in reports.itertuples():
            ax.annotate(str(row.total), (row.year, row.total), size=8.5, **above)
        ax.set_ylabel("published figures")
        ax.set_xlim(reports["year"].min() - 0.6, reports["year"].max() + 0.6)
        ax.legend(loc="upper left", ncols=2, borderaxespad=0)
        theme.zero_based(ax, room=0.2)
        theme.year_axis(ax)
