"""The drawings of notebook 04 and their words. They draw tables and compute nothing."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from khtip.figures import marks, theme
from khtip.figures.absence import about, missing, say

# Victims and suspects, and the two ways of filing, keep one colour through the notebook.
BLOCKS = {
    "cases": "Cases",
    "victims_rescued": "Victims rescued",
    "victim": "Victims",
    "suspect": "Suspects",
}
# Ink and grey: the other colours and marks stand for reporting bodies.
ROLES = {"victim": (theme.COLOURS["ink"], "o"), "suspect": (theme.COLOURS["muted"], "d")}


def draw_ages(ax: Axes, shares: pd.DataFrame) -> None:
    """Draw the share of each age band as a bar, with its simultaneous interval."""
    if say(ax, shares):
        return
    places = np.arange(len(shares))
    child = shares["child"].to_numpy(dtype=bool)
    colours = np.where(child, theme.COLOURS["reference"], theme.COLOURS["base"])
    ax.barh(places, shares["share"], height=0.62, color=colours)
    ax.hlines(places, shares["low_together"], shares["high_together"],
              colors=theme.COLOURS["ink"], linewidths=1.3, zorder=3)  # fmt: skip
    for place, row in zip(places, shares.itertuples(), strict=True):
        said = f"{100 * row.share:.0f} % ({row.count:,.0f} of {row.total:,.0f})"
        marks.side_text(ax, place, said)
    _rows(ax, shares["label"])
    theme.zero_based(ax, axis="x")
    theme.percents(ax, axis="x")
    ax.set_xlabel("Share of the victims rescued")


def draw_across_reports(ax: Axes, reports: pd.DataFrame) -> None:
    """Draw the share of children in each report against the line of one half.

    Thick line: each person alone. Thin line: the victims of a case all alike. A report that
    leaves ages open is a pale bar over all shares that it allows.
    """
    if say(ax, reports):
        return
    ax.set_xlim(0, 1)
    marks.reference_line(ax, 0.5, label="one half")
    for place, row in enumerate(reports.itertuples()):
        colour = theme.body_style(row.reporting_body)["color"]
        if row.kind == "quoted":
            ax.hlines(place, row.low, row.high, colors=theme.COLOURS["base"], linewidths=7)
        elif pd.isna(row.share):
            marks.span_bar(ax, [place], [row.least_share], [row.most_share], axis="x", linewidth=9)
        else:
            if pd.notna(row.low_grouped):
                ax.hlines(place, row.low_grouped, row.high_grouped, colors=colour, linewidths=0.9)
            ax.hlines(place, row.low, row.high, colors=colour, linewidths=3.2)
            ax.plot(row.share, place, linestyle="none", markersize=6.5, markeredgecolor="white",
                    **theme.body_style(row.reporting_body))  # fmt: skip
        marks.side_text(ax, place, row.text)
    _rows(ax, reports["label"])
    theme.percents(ax, axis="x")
    ax.set_xlabel("Share of children (under 18) among the victims")


def draw_design_effects(axes: Sequence[Axes] | np.ndarray, curves: pd.DataFrame) -> None:
    """Draw, for each report, how its interval widens as victims are taken to be alike."""
    axes = np.atleast_1d(axes)
    if say(axes, curves):
        return
    reports = list(curves.groupby("report", sort=False))
    for ax, (_, curve) in zip(axes, reports, strict=False):
        first = curve.iloc[0]
        colour = theme.body_style(first["reporting_body"])["color"]
        ax.fill_between(curve["design_effect"], curve["low"], curve["high"], color=colour,
                        alpha=0.22, linewidth=0)  # fmt: skip
        ax.plot(curve["design_effect"], curve["low"], color=colour, linewidth=1)
        ax.plot(curve["design_effect"], curve["high"], color=colour, linewidth=1)
        ax.plot(curve["design_effect"], curve["share"], color=colour)
        marks.reference_line(ax, 0.5, axis="y")
        if 1 < first["tipping"] < curve["design_effect"].max():
            ax.plot(first["tipping"], 0.5, marker="o", color=theme.COLOURS["accent"], zorder=4)
            words = f"half inside\nfrom {first['tipping']:.1f}"
            ax.annotate(words, (first["tipping"], 0.5), xytext=(0, 7),
                        textcoords="offset points", ha="center", size=8.5,
                        color=theme.text_colour(theme.COLOURS["accent"]))  # fmt: skip
        ax.set_title(first["label"], size=8.5)
        ax.set_xlim(1, curve["design_effect"].max())
        ax.set_xticks([1, first["group_size"]], labels=["1", f"{first['group_size']:.1f}"])
        theme.percents(ax)
    for spare in axes[len(reports) :]:
        spare.set_visible(False)
    tenths = np.floor(10 * curves["low"].min()), np.ceil(10 * curves["high"].max())
    axes[0].set_ylim(tenths[0] / 10, tenths[1] / 10)
    axes[0].set_ylabel("Share of children")
    middle = axes[(len(reports) - 1) // 2]
    words = "Design effect: from each person alone (1) to the mean number of victims in a case"
    police_year = any(ax.get_title(loc="left").endswith("*") for ax in axes)
    middle.set_xlabel(
        words + ("\n* police year, 25 December to 25 December" if police_year else "")
    )


def draw_kinds(ax: Axes, filed: pd.DataFrame) -> None:
    """Draw the share filed under sexual exploitation in each report, cases above victims."""
    if say(ax, filed):
        return
    ax.set_xlim(0, 1)
    marks.reference_line(ax, 0.5, label="one half")
    for row in filed.itertuples():
        look = theme.body_style(row.reporting_body)
        ax.hlines(row.place, row.low, row.high, colors=look["color"], linewidths=1.8)
        hollow = {"markerfacecolor": "white"} if row.wording == "sex trafficking" else {}
        ax.plot(row.share, row.place, linestyle="none", markersize=6.5, **look, **hollow)
        marks.side_text(ax, row.place, row.text)
    _blocks(ax, filed, "measure")
    theme.percents(ax, axis="x")
    words = "Share filed under sexual exploitation"
    if filed["wording"].eq("sex trafficking").any():
        words += "; hollow: the report says “sex trafficking”"
    ax.set_xlabel(words)


def draw_women(ax: Axes, rows: pd.DataFrame) -> None:
    """Draw the share of women and girls in each report that gives it, victims and suspects."""
    if say(ax, rows):
        return
    ax.set_xlim(0, 1)
    for row in rows.itertuples():
        colour, marker = ROLES[row.role]
        ax.hlines(row.place, row.share_low, row.share_high, colors=colour, linewidths=1.8)
        ax.plot(row.share, row.place, marker, color=colour, markersize=6.5)
        marks.side_text(ax, row.place, row.text)
    _blocks(ax, rows, "role")
    theme.percents(ax, axis="x")
    ax.set_xlabel("Share of women and girls")


def draw_foreigners(ax: Axes, rows: pd.DataFrame) -> None:
    """Draw foreigners counted as suspects: those with a named nationality, and the others."""
    if say(ax, rows):
        return
    places = np.arange(len(rows))
    ax.barh(places, rows["named"], height=0.66, color=theme.COLOURS["reference"])
    ax.barh(places, rows["left"], left=rows["named"], height=0.66, color=theme.COLOURS["missing"],
            edgecolor=theme.COLOURS["muted"], hatch="////", linewidth=0.6)  # fmt: skip
    for place, row in zip(places, rows.itertuples(), strict=True):
        ax.annotate(textwrap.fill(row.text, 62), (row.total, place), xytext=(5, 0),
                    textcoords="offset points", va="center", size=8.5, linespacing=1.1,
                    annotation_clip=False)  # fmt: skip
    _rows(ax, rows["label"])
    # The words stand right of the bars, so the axis is longer than the longest bar.
    ax.set_xlim(0, rows["total"].max() * 2.6)
    ax.set_xticks(np.arange(0, rows["total"].max() + 1, 10))
    ax.grid(False)
    ax.spines["bottom"].set_bounds(0, ax.get_xticks()[-1])
    ax.set_xlabel(
        "Foreigners counted as suspects (persons); hatched: no nationality named", loc="left"
    )


def _rows(ax: Axes, labels: Sequence[str]) -> None:
    """Name one row a place, the first on top."""
    ax.set_yticks(range(len(labels)), labels=[str(label) for label in labels])
    ax.set_ylim(len(labels) - 0.4, -0.7)
    ax.grid(False, axis="y")
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)


def _blocks(ax: Axes, rows: pd.DataFrame, column: str) -> None:
    """Name one row a place of its own, under a heading for each block of rows."""
    for name, block in rows.groupby(column, sort=False):
        top = block["place"].min() - 0.85
        ax.annotate(BLOCKS[name], (0, top), xycoords=ax.get_yaxis_transform(), size=9,
                    weight="bold", va="center")  # fmt: skip
    ax.set_yticks(rows["place"], labels=rows["label"])
    ax.yaxis.set_gid("position")
    ax.set_ylim(rows["place"].max() + 0.6, rows["place"].min() - 1.4)
    ax.grid(False, axis="y")
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)


# Titles, captions and alternative texts of the figures of notebook 04, composed from values.


def describe_ages(shares: pd.DataFrame, *, year: int, confidence: float) -> dict[str, object]:
    """Return the words of ``04-age-shares``."""
    period = year if missing(shares) else shares["period"].iloc[0]
    bars = "" if missing(shares) else _listed(shares, "label", "share")
    return about(
        shares,
        title=f"Victims rescued by age band, Cambodia, {period}",
        caption=(
            "Bars: share of the stated total; blue: children. Black lines: "
            f"{confidence:.0%} intervals that hold for all bands together (Goodman), as if each "
            "person had been found alone. What the report leaves open stays a bar of its own."
        ),
        alt=f"Bar chart of {period}: {bars}. Lines on the bars give simultaneous intervals.",
    )


def describe_across_reports(reports: pd.DataFrame, *, confidence: float) -> dict[str, object]:
    """Return the words of ``04-children-across-reports``."""
    rows = reports[reports["share"].notna()]
    quoted = reports[reports["kind"].eq("quoted")]
    alt = (
        f"Dot chart with intervals. Share of children by report: {_listed(rows, 'label', 'share')}."
        f" A vertical line marks one half. {len(reports) - len(rows) - len(quoted)} reports give "
        "only a range."
    )
    return about(
        reports,
        title=f"Share of children among victims, Cambodia, reports of {_span(reports)}",
        caption=(
            f"Thick lines: {confidence:.0%} intervals if each person was found alone (Wilson). "
            "Thin lines: if all victims of a case were alike (design effect = victims per case). "
            "Pale bars: shares that a report allows when it gives only some ages. Grey: what UNODC "
            "is quoted with, for girls among victims of sexual exploitation in the whole region; "
            "another population."
        ),
        alt=alt,
    )


def describe_design_effects(curves: pd.DataFrame, *, confidence: float) -> dict[str, object]:
    """Return the words of ``04-design-effect``."""
    first = curves.groupby("report", sort=False).first()
    told = ", ".join(
        f"{one.label} from {one.low:.0%}–{one.high:.0%} at 1, mean group {one.group_size:.1f}"
        for one in first.itertuples()
    )
    return about(
        curves,
        title=(
            "Interval of the share of children by design effect, Cambodia, "
            f"{_number(len(first))} reports"
        ),
        caption=(
            f"Shaded: the {confidence:.0%} interval. At the left every person is an independent "
            "draw; at the right the victims of a case are all alike, so that a case is one draw. "
            "Orange: the design effect at which the share can no longer be told from one half. "
            "* police year."
        ),
        alt=f"{len(first)} small charts of widening intervals: {told}.",
    )


def describe_kinds(filed: pd.DataFrame, *, confidence: float) -> dict[str, object]:
    """Return the words of ``04-kinds-across-reports``."""
    cases = filed[filed["measure"].eq("cases")]
    return about(
        filed,
        title=f"Share filed under sexual exploitation, Cambodia, reports of {_span(filed)}",
        caption=(
            f"Lines: {confidence:.0%} intervals (Wilson). Hollow: the report says sex trafficking, "
            "which may be drawn more narrowly. “Named”: the total is only given as a bound, so the "
            "share is of the parts that are named. In Cambodian police statistics sexual "
            "exploitation holds procurement and brothel-keeping, with or without trafficking."
        ),
        alt=(
            f"Dot chart with intervals. Share of cases by report: "
            f"{_listed(cases, 'label', 'share')}. All lie above one half."
            if (cases["low"] > 0.5).all()
            else f"Dot chart with intervals. Share of cases: {_listed(cases, 'label', 'share')}."
        ),
    )


def describe_women(rows: pd.DataFrame, *, confidence: float) -> dict[str, object]:
    """Return the words of ``04-women-across-reports``."""
    return about(
        rows,
        title=f"Share of women and girls by report, Cambodia, {_span(rows)}",
        caption=(
            f"Circles: victims. Squares: suspects. Lines: {confidence:.0%} intervals (Wilson), as "
            "if each person had been found alone. Every report that gives the sex and a total is "
            "shown; most reports give neither."
        ),
        alt=f"Dot chart with intervals. Women and girls: {_listed(rows, 'label', 'share')}.",
    )


def describe_foreigners(rows: pd.DataFrame) -> dict[str, object]:
    """Return the words of ``04-foreigners-accounted``."""
    told = "; ".join(
        f"{one.label}: {one.named:.0f} of {one.total:.0f} named" for one in rows.itertuples()
    )
    return about(
        rows,
        title=f"Foreigners counted as suspects and their nationality, Cambodia, {_span(rows)}",
        caption=(
            "Blue: persons whose nationality the report names. Hatched: persons counted without "
            "one. The reports call them foreigners involved, suspected or arrested; some do not "
            "say that all were suspects."
        ),
        alt=f"Bar chart of foreigners by report. {told}.",
    )


def _listed(rows: pd.DataFrame, label: str, share: str) -> str:
    return "; ".join(f"{name}: {value:.0%}" for name, value in rows[[label, share]].to_numpy())


def _span(rows: pd.DataFrame) -> str:
    years = pd.to_numeric(rows["period_end"].dropna().str[:4])
    return f"{years.min()} to {years.max()}"


def _number(count: int) -> str:
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    return words[count] if count < len(words) else str(count)
