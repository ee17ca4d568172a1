"""The drawings of notebook 04 and their words. They draw tables and compute nothing."""

import textwrap
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from khtip.chapters.victims.results import ADULTS, CHILD_BANDS, Results
from khtip.figures import marks, theme
from khtip.figures.marks import short
from khtip.figures.registry import draw_absence, figure
from khtip.ledger.periods import BOTH_SCOPES, UNSTATED_SCOPE
from khtip.ledger.unreported import missing, sources_of

BANDS = dict.fromkeys(CHILD_BANDS, "children") | {ADULTS: "adults"}
AGES = {"<15": "Under 15", "15-17": "15 to 17", "<18": "Under 18", "18+": "18 and over"}
BLOCKS = {
    "cases": "Cases",
    "victims_rescued": "Victims rescued",
    "victim": "Victims",
    "suspect": "Suspects",
}
BLUE, GREY = theme.COLOURS["reference"], theme.COLOURS["base"]
INK, MUTED, ACCENT = (theme.COLOURS[name] for name in ("ink", "muted", "accent"))
# Ink and grey: the other colours and marks stand for reporting bodies.
ROLES = {"victim": (INK, "o"), "suspect": (MUTED, "d")}
DOT: dict[str, Any] = {"linestyle": "none", "markersize": 6.5}
POLICE_YEAR = " (police year)"
PANELS = 5  # beside each other


def draw_age_shares(found: Results) -> None:
    """Draw the share of each age band as a bar, with its simultaneous interval."""
    name, title = "04-age-shares", "Victims rescued by age band, Cambodia, "
    if missing(found.ages):
        draw_absence(name, title=f"{title}{found.reference_year}", told=found.ages)
        return
    shares, period = found.ages.copy(), found.ages["period"].iloc[0]
    bands = {band: f"{AGES[band]} ({who})" for band, who in BANDS.items()}
    rest = shares["category"].str.capitalize()
    shares.insert(1, "label", shares["category"].map(bands).fillna(rest))
    with figure(
        name,
        data=shares,
        title=f"{title}{period}",
        caption=(
            "Bars: share of the stated total; blue: children. Black lines: "
            f"{found.confidence:.0%} intervals that hold for all bands together (Goodman), as if "
            "each person had been found alone. What the report leaves open stays a bar of its own."
        ),
        alt=(
            f"Bar chart of {period}: {_listed(shares)}. Lines on the bars give simultaneous "
            "intervals."
        ),
        sources=sources_of(shares),
        height=2.6,
    ) as ax:
        at, colours = np.arange(len(shares)), shares["child"].map({True: BLUE, False: GREY})
        ax.barh(at, shares["share"], height=0.62, color=colours)
        limits = shares["low_together"], shares["high_together"]
        ax.hlines(at, *limits, colors=INK, linewidths=1.3, zorder=3)
        for place, row in enumerate(shares.itertuples()):
            said = f"{100 * row.share:.0f} % ({row.count:,.0f} of {row.total:,.0f})"
            marks.side_text(ax, place, said)
        marks.name_rows(ax, shares["label"])
        theme.zero_based(ax, axis="x")
        theme.percents(ax, axis="x")
        ax.set_xlabel("Share of the victims rescued")


def draw_children_across_reports(found: Results) -> None:
    """Draw the share of children in each report against the line of one half.

    Thick line: each person alone. Thin line: the victims of a case all alike. A report that
    leaves ages open is a pale bar over all shares that it allows. UNODC's share comes last.
    """
    name, title = "04-children-across-reports", "Share of children among victims, Cambodia"
    if found.children.empty:
        told = found.unreported("No report gives ages and a total of victims rescued.")
        draw_absence(name, title=title, told=told)
        return
    rows = _with_quoted(found)
    given, ranges = rows[rows["share"].notna()], rows["kind"].eq("report") & rows["share"].isna()
    with figure(
        name,
        data=rows,
        title=f"{title}, reports of {_span(rows)}",
        caption=(
            f"Thick lines: {found.confidence:.0%} intervals if each person was found alone "
            "(Wilson). Thin lines: if all victims of a case were alike (design effect = victims "
            "per case). Pale bars: shares that a report allows when it gives only some ages. Grey: "
            "what UNODC is quoted with, for girls among victims of sexual exploitation in the "
            "whole region; another population."
        ),
        alt=(
            f"Dot chart with intervals. Share of children by report: {_listed(given)}."
            f" A vertical line marks one half. {ranges.sum()} reports give only a range."
        ),
        sources=sources_of(rows),
        height=4,
    ) as ax:
        ax.set_xlim(0, 1)
        marks.reference_line(ax, 0.5, label="one half")
        for place, row in enumerate(rows.itertuples()):
            _draw_share(ax, place, row)
            marks.side_text(ax, place, row.text)
        marks.name_rows(ax, rows["label"])
        theme.percents(ax, axis="x")
        ax.set_xlabel("Share of children (under 18) among the victims")


def _with_quoted(found: Results) -> pd.DataFrame:
    """Return one row a report, and UNODC's share last, with labels and texts."""
    reports = found.children
    more = np.where(reports["least"].eq(reports["most"]), "", " or more")
    counts = reports["least"].map("{:.0f}".format) + more
    reports = reports.assign(
        kind="report",
        least_share=reports["least"] / reports["total"],
        most_share=reports["most"] / reports["total"],
        label=reports["period"] + ", " + reports["reporting_body"].map(short),
        text=counts + reports["total"].map(" of {:.0f}".format),
    )
    said = found.quoted
    quoted = said[["low", "high", "source_ids"]].assign(
        kind="quoted",
        label=[f"UNODC, region, {one.year}" for one in said.itertuples()],
        text=[f"“{one.qualifier} {one.value} %”, quoted" for one in said.itertuples()],
    )
    return pd.concat([reports, quoted], ignore_index=True)


def _draw_share(ax: Axes, place: int, row: Any) -> None:
    look = theme.body_style(row.reporting_body)
    if row.kind == "quoted":
        ax.hlines(place, row.low, row.high, colors=GREY, linewidths=7)
    elif pd.notna(row.share):
        if pd.notna(row.low_grouped):
            limits = row.low_grouped, row.high_grouped
            ax.hlines(place, *limits, colors=look["color"], linewidths=0.9)
        ax.hlines(place, row.low, row.high, colors=look["color"], linewidths=3.2)
        ax.plot(row.share, place, markeredgecolor="white", **DOT, **look)
    elif pd.notna(row.low):  # else the ages contradict their total, and there is no share
        marks.span_bar(ax, [place], [row.least_share], [row.most_share], axis="x", linewidth=9)


def draw_design_effect(found: Results) -> None:
    """Draw, for each report, how its interval widens as victims are taken to be alike."""
    name, title = "04-design-effect", "Interval of the share of children by design effect, Cambodia"
    if found.curves.empty:
        told = found.unreported("No report gives the children among its victims and its cases.")
        draw_absence(name, title=title, told=told)
        return
    curves = found.curves.copy()
    periods = found.children.set_index("report")["period"].str.replace(POLICE_YEAR, "*")
    curves.insert(1, "label", curves["report"].map(periods))
    reports = [curve for _, curve in curves.groupby("report", sort=False)]
    told = ", ".join(
        f"{one['label']} from {one['low']:.0%}–{one['high']:.0%} at 1, "
        f"mean group {one['group_size']:.1f}"
        for one in (curve.iloc[0] for curve in reports)
    )
    rows = -(-len(reports) // PANELS)
    columns = -(-len(reports) // rows)
    with figure(
        name,
        data=curves,
        title=f"{title}, {_number(len(reports))} reports",
        caption=(
            f"Shaded: the {found.confidence:.0%} interval. At the left every person is an "
            "independent draw; at the right the victims of a case are all alike, so that a case is "
            "one draw. Orange: the design effect at which the share can no longer be told from one "
            "half. * police year."
        ),
        alt=f"{len(reports)} small charts of widening intervals: {told}.",
        sources=sources_of(curves),
        height=3 * rows,
        columns=columns,
        rows=rows,
        sharey=True,
    ) as grid:
        _draw_curves(np.atleast_1d(grid).ravel(), reports, columns)


def _draw_curves(axes: np.ndarray, reports: list[pd.DataFrame], columns: int) -> None:
    for ax, curve in zip(axes, reports, strict=False):
        _draw_curve(ax, curve)
    for spare in axes[len(reports) :]:
        spare.set_visible(False)
    curves = pd.concat(reports)
    ends = np.floor(10 * curves["low"].min()), np.ceil(10 * curves["high"].max())
    axes[0].set_ylim(ends[0] / 10, ends[1] / 10)
    for ax in axes[::columns]:
        ax.set_ylabel("Share of children")
    for ax in axes[-columns:] if len(reports) == len(axes) else axes[: len(reports)]:
        ax.set_xlabel("Design effect")


def _draw_curve(ax: Axes, curve: pd.DataFrame) -> None:
    first, deff = curve.iloc[0], curve["design_effect"]
    colour = theme.body_style(first["reporting_body"])["color"]
    ax.fill_between(deff, curve["low"], curve["high"], color=colour, alpha=0.22, linewidth=0)
    ax.plot(deff, curve["low"], color=colour, linewidth=1)
    ax.plot(deff, curve["high"], color=colour, linewidth=1)
    ax.plot(deff, curve["share"], color=colour)
    marks.reference_line(ax, 0.5, axis="y")
    if 1 < first["tipping"] < deff.max():
        ax.plot(first["tipping"], 0.5, marker="o", color=ACCENT, zorder=4)
        said, below = f"half inside\nfrom {first['tipping']:.1f}", first["share"] > 0.5
        style = {"textcoords": "offset points", "ha": "center", "size": 8.5}
        style |= {"va": "top"} if below else {}
        spot, shift = (first["tipping"], 0.5), (0, -7 if below else 7)
        ax.annotate(said, spot, xytext=shift, color=theme.text_colour(ACCENT), **style)
    ax.set_title(first["label"], size=8.5)
    ax.set_xlim(1, deff.max())
    ax.set_xticks([1, first["group_size"]], labels=["1", f"{first['group_size']:.1f}"])
    theme.percents(ax)


def draw_kinds_across_reports(found: Results) -> None:
    """Draw the share filed under sexual exploitation in each report, cases above victims."""
    name, title = "04-kinds-across-reports", "Share filed under sexual exploitation, Cambodia"
    if found.kinds.empty:
        told = found.unreported("No report splits its cases or victims by kind of exploitation.")
        draw_absence(name, title=title, told=told)
        return
    filed = found.kinds
    summed = filed["whole_kind"].eq("sum of the parts").map({True: " named", False: ""})
    counts = filed["sexual"].map("{:.0f} of ".format) + filed["whole"].map("{:.0f}".format)
    filed = filed.assign(
        place=places(filed["measure"]),
        label=filed["period"] + ", " + filed["reporting_body"].map(short),
        text=counts + summed,
    )
    cases, narrow = filed[filed["measure"].eq("cases")], filed["wording"].eq("sex trafficking")
    told = f"Share of cases: {_listed(cases)}."
    if cases.empty:
        told = f"Share of victims: {_listed(filed)}."
    elif (cases["low"] > 0.5).all():
        told = f"Share of cases by report: {_listed(cases)}. All lie above one half."
    with figure(
        name,
        data=filed,
        title=f"{title}, reports of {_span(filed)}",
        caption=(
            f"Lines: {found.confidence:.0%} intervals (Wilson). Hollow: the report says sex "
            "trafficking, which may be drawn more narrowly. “Named”: the total is only given as a "
            "bound, so the share is of the parts that are named. In Cambodian police statistics "
            "sexual exploitation holds procurement and brothel-keeping, with or without "
            "trafficking."
        ),
        alt=f"Dot chart with intervals. {told}",
        sources=sources_of(filed),
        height=4.6,
    ) as ax:
        _draw_kinds(ax, filed, narrow)


def _draw_kinds(ax: Axes, filed: pd.DataFrame, narrow: pd.Series) -> None:
    ax.set_xlim(0, 1)
    marks.reference_line(ax, 0.5, label="one half")
    for row, hollow in zip(filed.itertuples(), narrow, strict=True):
        look = theme.body_style(row.reporting_body)
        ax.hlines(row.place, row.low, row.high, colors=look["color"], linewidths=1.8)
        face = {"markerfacecolor": "white"} if hollow else {}
        ax.plot(row.share, row.place, **DOT, **look, **face)
        marks.side_text(ax, row.place, row.text)
    _name_blocks(ax, filed, "measure")
    theme.percents(ax, axis="x")
    hollow = "; hollow: the report says “sex trafficking”" if narrow.any() else ""
    ax.set_xlabel(f"Share filed under sexual exploitation{hollow}")


def draw_women_across_reports(found: Results) -> None:
    """Draw the share of women and girls in each report that gives it, victims and suspects."""
    name, title = "04-women-across-reports", "Share of women and girls by report, Cambodia"
    if found.women.empty:
        told = found.unreported("No report gives the sex of victims or suspects and their total.")
        draw_absence(name, title=title, told=told)
        return
    rows, names = found.women, found.ledger.measures.set_index("measure")["label"]
    counted = rows["measure"].map(names).str.lower() + rows["crime_scope"].map(_scope)
    rows = rows.assign(
        label=rows["period"] + ", " + counted,
        text=rows["value"].map("{:.0f} of ".format) + rows["total"].map("{:.0f}".format),
        place=places(rows["role"]),
    )
    with figure(
        name,
        data=rows,
        title=f"{title}, {_span(rows)}",
        caption=(
            f"Circles: victims. Squares: suspects. Lines: {found.confidence:.0%} intervals "
            "(Wilson), as if each person had been found alone. Every report that gives the sex and "
            "a total is shown; most reports give neither."
        ),
        alt=f"Dot chart with intervals. Women and girls: {_listed(rows)}.",
        sources=sources_of(rows),
        height=4,
    ) as ax:
        ax.set_xlim(0, 1)
        for row in rows.itertuples():
            colour, marker = ROLES[row.role]
            ax.hlines(row.place, row.share_low, row.share_high, colors=colour, linewidths=1.8)
            ax.plot(row.share, row.place, marker=marker, color=colour, **DOT)
            marks.side_text(ax, row.place, row.text)
        _name_blocks(ax, rows, "role")
        theme.percents(ax, axis="x")
        ax.set_xlabel("Share of women and girls")


def draw_foreigners_accounted(found: Results) -> None:
    """Draw foreigners counted as suspects: those with a named nationality, and the others."""
    name = "04-foreigners-accounted"
    title = "Foreigners counted as suspects and their nationality, Cambodia"
    if found.suspects.empty:
        told = found.unreported("No report counts foreigners as suspects.")
        draw_absence(name, title=title, told=told)
        return
    rows = _with_nationalities(found.suspects)
    told = "; ".join(
        f"{one.label}: {one.named:.0f} of {one.total:.0f} named" for one in rows.itertuples()
    )
    with figure(
        name,
        data=rows,
        title=f"{title}, {_span(rows)}",
        caption=(
            "Blue: persons whose nationality the report names. Hatched: persons counted without "
            "one. The reports call them foreigners involved, suspected or arrested; some do not "
            "say that all were suspects."
        ),
        alt=f"Bar chart of foreigners by report. {told}.",
        sources=sources_of(rows),
        height=max(4.8, 0.9 + 0.3 * len(rows)),
    ) as ax:
        _draw_foreigners(ax, rows)


def _first(names: list[str], most: int = 3) -> str:
    """Return the first names of a list, and how many more there are: a label has one line."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _with_nationalities(suspects: pd.DataFrame) -> pd.DataFrame:
    """Add labels, with the scope where they would be the same, and the nationalities as text."""
    rows = suspects.rename(columns={"nationalities": "text"})
    rows["text"] = [
        f"{one.named:.0f} of {one.total:.0f} named"
        + (f": {_first(one.text.split(', '))}" if isinstance(one.text, str) else "")
        for one in rows.itertuples()
    ]
    label = rows.pop("period") + ", " + rows["reporting_body"].map(short)
    scope = rows.pop("crime_scope").map(_scope)
    rows.insert(0, "label", label + scope.where(label.duplicated(keep=False), ""))
    return rows


def _draw_foreigners(ax: Axes, rows: pd.DataFrame) -> None:
    ax.barh(np.arange(len(rows)), rows["named"], height=0.66, color=BLUE)
    left = rows["left"].ge(0)  # not where more are named than counted
    look = {"facecolor": theme.COLOURS["missing"], "edgecolor": MUTED, "hatch": "////"}
    bare, start = rows.loc[left, "left"], rows.loc[left, "named"]
    ax.barh(np.flatnonzero(left), bare, left=start, height=0.66, linewidth=0.6, **look)
    style = {"xytext": (5, 0), "textcoords": "offset points", "va": "center", "size": 8.5}
    longest = rows[["named", "total"]].max(axis=1)
    for place, (text, end) in enumerate(zip(rows["text"], longest, strict=True)):
        said = textwrap.fill(text, 50)
        ax.annotate(said, (end, place), linespacing=1.1, annotation_clip=False, **style)
    marks.name_rows(ax, rows["label"])
    # The words stand right of the bars, so the axis is longer than the longest bar.
    most = longest.max() or 1
    ax.set_xlim(0, most * 2.6)
    ticks = MaxNLocator(4, steps=[1, 2, 5, 10], integer=True).tick_values(0, most)
    ax.set_xticks(ticks[ticks <= most])
    ax.grid(False)
    ax.spines["bottom"].set_bounds(0, ax.get_xticks()[-1])
    axis = "Foreigners counted as suspects (persons); hatched: no nationality named"
    ax.set_xlabel(axis, loc="left")


def places(blocks: pd.Series) -> pd.Series:
    """Return the place of each row, with room for a heading above each block of equal ones."""
    return blocks.index + 1.6 * (blocks.ne(blocks.shift()).cumsum() - 1)


def _name_blocks(ax: Axes, rows: pd.DataFrame, column: str) -> None:
    """Name one row a place of its own, under a heading for each block of rows."""
    style = {"xycoords": ax.get_yaxis_transform(), "size": 9, "weight": "bold", "va": "center"}
    for name, block in rows.groupby(column, sort=False):
        ax.annotate(BLOCKS[name], (0, block["place"].min() - 0.85), **style)
    ax.set_yticks(rows["place"], labels=rows["label"])
    ax.yaxis.set_gid("position")
    ax.set_ylim(rows["place"].max() + 0.6, rows["place"].min() - 1.4)
    marks.bare_rows(ax)


def _scope(scope: str) -> str:
    return "" if scope in (BOTH_SCOPES, UNSTATED_SCOPE) else f", {scope.replace('_', ' ')}"


def _listed(rows: pd.DataFrame) -> str:
    return "; ".join(f"{one.label}: {one.share:.0%}" for one in rows.itertuples())


def _span(rows: pd.DataFrame) -> str:
    years = rows["period_end"].dropna().str[:4]
    return f"{years.min()} to {years.max()}"


def _number(count: int) -> str:
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    return words[count] if count < len(words) else str(count)
