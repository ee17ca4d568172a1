"""The drawings of notebook 04 and their words. They draw tables and compute nothing."""

import textwrap
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from khtip.chapters.victims.results import Results
from khtip.figures import marks, theme
from khtip.figures.absence import about, say
from khtip.figures.marks import short
from khtip.figures.registry import figure
from khtip.ledger.unreported import missing

BANDS = {
    "<15": "Under 15 (children)",
    "15-17": "15 to 17 (children)",
    "<18": "Under 18 (children)",
    "18+": "18 and over (adults)",
}
BLOCKS = {
    "cases": "Cases",
    "victims_rescued": "Victims rescued",
    "victim": "Victims",
    "suspect": "Suspects",
}
# Ink and grey: the other colours and marks stand for reporting bodies.
ROLES = {"victim": (theme.COLOURS["ink"], "o"), "suspect": (theme.COLOURS["muted"], "d")}
SCOPES = {"trafficking": ", trafficking", "sexual_exploitation": ", sexual exploitation"}
POLICE_YEAR = " (police year)"


def draw_age_shares(found: Results) -> None:
    """Draw the share of each age band as a bar, with its simultaneous interval."""
    shares, period = found.ages.copy(), str(found.reference_year)
    if not missing(shares):
        rest = shares["category"].str.capitalize()
        shares.insert(1, "label", shares["category"].map(BANDS).fillna(rest))
        period = shares["period"].iloc[0]
    words = about(
        shares,
        title=f"Victims rescued by age band, Cambodia, {period}",
        caption=(
            "Bars: share of the stated total; blue: children. Black lines: "
            f"{found.confidence:.0%} intervals that hold for all bands together (Goodman), as if "
            "each person had been found alone. What the report leaves open stays a bar of its own."
        ),
        alt=(
            f"Bar chart of {period}: {_listed(shares)}. Lines on the bars give simultaneous "
            "intervals."
        ),
    )
    with figure("04-age-shares", data=shares, height=2.6, **words) as ax:
        if say(ax, shares):
            return
        at = np.arange(len(shares))
        colours = shares["child"].map({True: BLUE, False: GREY})
        ax.barh(at, shares["share"], height=0.62, color=colours)
        limits = shares["low_together"], shares["high_together"]
        ax.hlines(at, *limits, colors=theme.COLOURS["ink"], linewidths=1.3, zorder=3)
        for place, row in enumerate(shares.itertuples()):
            said = f"{100 * row.share:.0f} % ({row.count:,.0f} of {row.total:,.0f})"
            marks.side_text(ax, place, said)
        _name_rows(ax, shares["label"])
        theme.zero_based(ax, axis="x")
        theme.percents(ax, axis="x")
        ax.set_xlabel("Share of the victims rescued")


BLUE, GREY = theme.COLOURS["reference"], theme.COLOURS["base"]


def draw_children_across_reports(found: Results) -> None:
    """Draw the share of children in each report against the line of one half.

    Thick line: each person alone. Thin line: the victims of a case all alike. A report that
    leaves ages open is a pale bar over all shares that it allows. UNODC's share comes last.
    """
    rows = _with_quoted(found)
    given = rows[rows["share"].notna()]
    open_ages = rows["kind"].eq("report") & rows["share"].isna()
    words = about(
        rows,
        title=f"Share of children among victims, Cambodia, reports of {_span(rows)}",
        caption=(
            f"Thick lines: {found.confidence:.0%} intervals if each person was found alone "
            "(Wilson). Thin lines: if all victims of a case were alike (design effect = victims "
            "per case). Pale bars: shares that a report allows when it gives only some ages. Grey: "
            "what UNODC is quoted with, for girls among victims of sexual exploitation in the "
            "whole region; another population."
        ),
        alt=(
            f"Dot chart with intervals. Share of children by report: {_listed(given)}."
            f" A vertical line marks one half. {open_ages.sum()} reports give only a range."
        ),
    )
    with figure("04-children-across-reports", data=rows, height=4, **words) as ax:
        ax.set_xlim(0, 1)
        marks.reference_line(ax, 0.5, label="one half")
        for place, row in enumerate(rows.itertuples()):
            look = theme.body_style(row.reporting_body)
            if row.kind == "quoted":
                ax.hlines(place, row.low, row.high, colors=GREY, linewidths=7)
            elif pd.isna(row.share):
                limits = [row.least_share], [row.most_share]
                marks.span_bar(ax, [place], *limits, axis="x", linewidth=9)
            else:
                if pd.notna(row.low_grouped):
                    limits = row.low_grouped, row.high_grouped
                    ax.hlines(place, *limits, colors=look["color"], linewidths=0.9)
                ax.hlines(place, row.low, row.high, colors=look["color"], linewidths=3.2)
                ax.plot(row.share, place, markersize=6.5, markeredgecolor="white", **DOT | look)
            marks.side_text(ax, place, row.text)
        _name_rows(ax, rows["label"])
        theme.percents(ax, axis="x")
        ax.set_xlabel("Share of children (under 18) among the victims")


DOT = {"linestyle": "none"}


def _with_quoted(found: Results) -> pd.DataFrame:
    """Return one row a report, and UNODC's share last, with labels and texts."""
    reports = found.children
    reports = reports.assign(
        kind="report",
        least_share=reports["least"] / reports["total"],
        most_share=reports["most"] / reports["total"],
        label=reports["period"] + ", " + reports["reporting_body"].map(short),
        text=[
            f"{one.least:.0f}{'' if one.least == one.most else ' or more'} of {one.total:.0f}"
            for one in reports.itertuples()
        ],
    )
    said = found.quoted
    quoted = said[["low", "high", "source_ids"]].assign(
        kind="quoted",
        label=[f"UNODC, region, {one.year}" for one in said.itertuples()],
        text=[f"“{one.qualifier} {one.value} %”, quoted" for one in said.itertuples()],
    )
    return pd.concat([reports, quoted], ignore_index=True)


def draw_design_effect(found: Results) -> None:
    """Draw, for each report, how its interval widens as victims are taken to be alike."""
    curves = found.curves.copy()
    periods = found.children.set_index("report")["period"].str.replace(POLICE_YEAR, "*")
    curves.insert(1, "label", curves["report"].map(periods))
    reports = [curve for _, curve in curves.groupby("report", sort=False)]
    firsts = [curve.iloc[0] for curve in reports]
    told = ", ".join(
        f"{one['label']} from {one['low']:.0%}–{one['high']:.0%} at 1, "
        f"mean group {one['group_size']:.1f}"
        for one in firsts
    )
    words = about(
        curves,
        title=(
            "Interval of the share of children by design effect, Cambodia, "
            f"{_number(len(reports))} reports"
        ),
        caption=(
            f"Shaded: the {found.confidence:.0%} interval. At the left every person is an "
            "independent draw; at the right the victims of a case are all alike, so that a case is "
            "one draw. Orange: the design effect at which the share can no longer be told from one "
            "half. * police year."
        ),
        alt=f"{len(reports)} small charts of widening intervals: {told}.",
    )
    grid: dict[str, Any] = {"columns": len(reports), "sharey": True, "height": 3}
    with figure("04-design-effect", data=curves, **grid, **words) as axes:
        for ax, curve in zip(np.atleast_1d(axes), reports, strict=True):
            _draw_curve(ax, curve)
        ends = np.floor(10 * curves["low"].min()), np.ceil(10 * curves["high"].max())
        axes[0].set_ylim(ends[0] / 10, ends[1] / 10)
        axes[0].set_ylabel("Share of children")
        axis = "Design effect: from each person alone (1) to the mean number of victims in a case"
        if curves["label"].str.endswith("*").any():
            axis += "\n* police year, 25 December to 25 December"
        axes[(len(reports) - 1) // 2].set_xlabel(axis)


def _draw_curve(ax: Axes, curve: pd.DataFrame) -> None:
    first, deff = curve.iloc[0], curve["design_effect"]
    colour = theme.body_style(first["reporting_body"])["color"]
    ax.fill_between(deff, curve["low"], curve["high"], color=colour, alpha=0.22, linewidth=0)
    ax.plot(deff, curve["low"], color=colour, linewidth=1)
    ax.plot(deff, curve["high"], color=colour, linewidth=1)
    ax.plot(deff, curve["share"], color=colour)
    marks.reference_line(ax, 0.5, axis="y")
    if 1 < first["tipping"] < deff.max():
        accent = theme.COLOURS["accent"]
        ax.plot(first["tipping"], 0.5, marker="o", color=accent, zorder=4)
        ax.annotate(
            f"half inside\nfrom {first['tipping']:.1f}",
            (first["tipping"], 0.5),
            xytext=(0, 7),
            textcoords="offset points",
            ha="center",
            size=8.5,
            color=theme.text_colour(accent),
        )
    ax.set_title(first["label"], size=8.5)
    ax.set_xlim(1, deff.max())
    ax.set_xticks([1, first["group_size"]], labels=["1", f"{first['group_size']:.1f}"])
    theme.percents(ax)


def draw_kinds_across_reports(found: Results) -> None:
    """Draw the share filed under sexual exploitation in each report, cases above victims."""
    filed = found.kinds
    filed = filed.assign(
        place=places(filed["measure"]),
        label=filed["period"] + ", " + filed["reporting_body"].map(short),
        text=[
            f"{one.sexual:.0f} of {one.whole:.0f}"
            + (" named" if one.whole_kind == "sum of the parts" else "")
            for one in filed.itertuples()
        ],
    )
    cases = filed[filed["measure"].eq("cases")]
    alt = f"Dot chart with intervals. Share of cases: {_listed(cases)}."
    if (cases["low"] > 0.5).all():
        alt = (
            f"Dot chart with intervals. Share of cases by report: {_listed(cases)}. "
            "All lie above one half."
        )
    words = about(
        filed,
        title=f"Share filed under sexual exploitation, Cambodia, reports of {_span(filed)}",
        caption=(
            f"Lines: {found.confidence:.0%} intervals (Wilson). Hollow: the report says sex "
            "trafficking, which may be drawn more narrowly. “Named”: the total is only given as a "
            "bound, so the share is of the parts that are named. In Cambodian police statistics "
            "sexual exploitation holds procurement and brothel-keeping, with or without "
            "trafficking."
        ),
        alt=alt,
    )
    with figure("04-kinds-across-reports", data=filed, height=4.6, **words) as ax:
        ax.set_xlim(0, 1)
        marks.reference_line(ax, 0.5, label="one half")
        for row in filed.itertuples():
            look = theme.body_style(row.reporting_body)
            ax.hlines(row.place, row.low, row.high, colors=look["color"], linewidths=1.8)
            narrow = row.wording == "sex trafficking"
            face = {"markerfacecolor": "white"} if narrow else {}
            ax.plot(row.share, row.place, markersize=6.5, **DOT | look | face)
            marks.side_text(ax, row.place, row.text)
        _name_blocks(ax, filed, "measure")
        theme.percents(ax, axis="x")
        axis = "Share filed under sexual exploitation"
        if filed["wording"].eq("sex trafficking").any():
            axis += "; hollow: the report says “sex trafficking”"
        ax.set_xlabel(axis)


def draw_women_across_reports(found: Results) -> None:
    """Draw the share of women and girls in each report that gives it, victims and suspects."""
    rows = found.women
    names = found.ledger.measures.set_index("measure")["label"]
    label = rows["period"] + ", " + rows["measure"].map(names).str.lower()
    rows = rows.assign(
        label=label + rows["crime_scope"].map(SCOPES).fillna(""),
        text=[f"{one.value:.0f} of {one.total:.0f}" for one in rows.itertuples()],
        place=places(rows["role"]),
    )
    words = about(
        rows,
        title=f"Share of women and girls by report, Cambodia, {_span(rows)}",
        caption=(
            f"Circles: victims. Squares: suspects. Lines: {found.confidence:.0%} intervals "
            "(Wilson), as if each person had been found alone. Every report that gives the sex and "
            "a total is shown; most reports give neither."
        ),
        alt=f"Dot chart with intervals. Women and girls: {_listed(rows)}.",
    )
    with figure("04-women-across-reports", data=rows, height=4, **words) as ax:
        ax.set_xlim(0, 1)
        for row in rows.itertuples():
            colour, marker = ROLES[row.role]
            ax.hlines(row.place, row.share_low, row.share_high, colors=colour, linewidths=1.8)
            ax.plot(row.share, row.place, marker, color=colour, markersize=6.5)
            marks.side_text(ax, row.place, row.text)
        _name_blocks(ax, rows, "role")
        theme.percents(ax, axis="x")
        ax.set_xlabel("Share of women and girls")


def draw_foreigners_accounted(found: Results) -> None:
    """Draw foreigners counted as suspects: those with a named nationality, and the others."""
    rows = _with_nationalities(found.suspects)
    told = "; ".join(
        f"{one.label}: {one.named:.0f} of {one.total:.0f} named" for one in rows.itertuples()
    )
    words = about(
        rows,
        title=f"Foreigners counted as suspects and their nationality, Cambodia, {_span(rows)}",
        caption=(
            "Blue: persons whose nationality the report names. Hatched: persons counted without "
            "one. The reports call them foreigners involved, suspected or arrested; some do not "
            "say that all were suspects."
        ),
        alt=f"Bar chart of foreigners by report. {told}.",
    )
    with figure("04-foreigners-accounted", data=rows, height=4.8, **words) as ax:
        at, bar = np.arange(len(rows)), {"height": 0.66}
        ax.barh(at, rows["named"], color=BLUE, **bar)
        look: dict[str, Any] = {
            "color": theme.COLOURS["missing"],
            "edgecolor": theme.COLOURS["muted"],
        }
        look |= {"hatch": "////", "linewidth": 0.6}
        ax.barh(at, rows["left"], left=rows["named"], **bar, **look)
        style = {"xytext": (5, 0), "textcoords": "offset points", "va": "center", "size": 8.5}
        for place, row in zip(at, rows.itertuples(), strict=True):
            said = textwrap.fill(row.text, 62)
            ax.annotate(said, (row.total, place), linespacing=1.1, annotation_clip=False, **style)
        _name_rows(ax, rows["label"])
        # The words stand right of the bars, so the axis is longer than the longest bar.
        ax.set_xlim(0, rows["total"].max() * 2.6)
        ax.set_xticks(np.arange(0, rows["total"].max() + 1, 10))
        ax.grid(False)
        ax.spines["bottom"].set_bounds(0, ax.get_xticks()[-1])
        axis = "Foreigners counted as suspects (persons); hatched: no nationality named"
        ax.set_xlabel(axis, loc="left")


def _with_nationalities(suspects: pd.DataFrame) -> pd.DataFrame:
    """Add labels, and the nationalities behind the numbers as text."""
    rows = suspects.rename(columns={"nationalities": "text"})
    rows["text"] = [
        f"{one.named:.0f} of {one.total:.0f} named"
        + (f": {one.text}" if isinstance(one.text, str) else "")
        for one in rows.itertuples()
    ]
    rows.insert(0, "label", rows.pop("period") + ", " + rows["reporting_body"].map(short))
    return rows


def places(blocks: pd.Series) -> pd.Series:
    """Return the place of each row, with room for a heading above each block of equal ones."""
    block = blocks.ne(blocks.shift()).cumsum() - 1
    return blocks.index + 1.6 * block


def _name_rows(ax: Axes, labels: Iterable[str]) -> None:
    """Name one row a place, the first on top."""
    labels = list(labels)
    ax.set_yticks(range(len(labels)), labels=labels)
    ax.set_ylim(len(labels) - 0.4, -0.7)
    _bare(ax)


def _name_blocks(ax: Axes, rows: pd.DataFrame, column: str) -> None:
    """Name one row a place of its own, under a heading for each block of rows."""
    style = {"xycoords": ax.get_yaxis_transform(), "size": 9, "weight": "bold", "va": "center"}
    for name, block in rows.groupby(column, sort=False):
        ax.annotate(BLOCKS[name], (0, block["place"].min() - 0.85), **style)
    ax.set_yticks(rows["place"], labels=rows["label"])
    ax.yaxis.set_gid("position")
    ax.set_ylim(rows["place"].max() + 0.6, rows["place"].min() - 1.4)
    _bare(ax)


def _bare(ax: Axes) -> None:
    ax.grid(False, axis="y")
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)


def _listed(rows: pd.DataFrame) -> str:
    if missing(rows):
        return ""
    return "; ".join(f"{one.label}: {one.share:.0%}" for one in rows.itertuples())


def _span(rows: pd.DataFrame) -> str:
    years = rows["period_end"].dropna().str[:4]
    return f"{years.min()} to {years.max()}"


def _number(count: int) -> str:
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    return words[count] if count < len(words) else str(count)
