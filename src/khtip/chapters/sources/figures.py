"""The drawings of notebook 02. Each draws a table on given axes and computes nothing."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd
from matplotlib import dates, ticker
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from khtip.figures import marks, theme

VERDICT_COLOURS = {
    "consistent": "agree",
    "truncated": "uncertain",
    "open_residual": "agree",
    "residual": "uncertain",
}
"""Roles of the theme by verdict; every other verdict is a conflict."""
WIDE = 1.5
"""A span is wide when the highest count is at least this many times the lowest."""


def draw_colour(verdict: str) -> str:
    """Return the colour of a verdict: agrees, in doubt, or cannot be right."""
    return theme.COLOURS[VERDICT_COLOURS.get(verdict, "conflict")]


def draw_claims(ax: Axes, rows: pd.DataFrame) -> None:
    """Draw each claim (open mark or bar) against the recomputed change (filled mark).

    Parameters
    ----------
    ax : Axes
        Empty axes.
    rows : DataFrame
        `verdict_rows.drawn_claims`.
    """
    ends = rows[["claimed_low", "claimed_high", "recomputed"]].stack()
    ends = ends[ends.abs().ne(float("inf"))]
    ax.set_xlim(ends.min() - 15, ends.max() + 15)
    marks.reference_line(ax, 0)
    grey = theme.COLOURS["base"]
    for place, row in enumerate(rows.itertuples()):
        bounds = ([row.claimed_low], [row.claimed_high])
        marks.dot_range(ax, [place], [row.claimed], *bounds, color=grey, marker="D", mfc="white")
        tone = draw_colour(row.verdict)
        ax.plot(row.recomputed, place, "o", color=tone, markersize=4.5, zorder=4)
        written = theme.text_colour(tone)
        recomputed = f"{row.recomputed:.3f} %".replace("-", "−")
        _columns(ax, place, (row.said, recomputed, row.verdict_words), color=written)
    _columns(ax, -1, ("Claimed", "Recomputed", "Verdict"), weight="bold")
    _rows(ax, rows["label"], width=32)
    ax.set_xlabel("Change or share")
    ax.xaxis.set_major_locator(ticker.MultipleLocator(100))
    theme.percents(ax, axis="x", whole=100)


def _columns(ax: Axes, place: float, texts: Sequence[str], **style: object) -> None:
    """Write three texts right of the axes in columns."""
    for shift, text in zip((8, 112, 176), texts, strict=True):
        ax.annotate(text, (1, place), xycoords=ax.get_yaxis_transform(), xytext=(shift, 0),
                    textcoords="offset points", va="center_baseline", size=8,
                    annotation_clip=False, **style)  # fmt: skip


def draw_totals(ax: Axes, rows: pd.DataFrame) -> None:
    """Draw what the named parts give of each stated total, and what they leave.

    Parameters
    ----------
    ax : Axes
        Empty axes.
    rows : DataFrame
        `verdict_rows.drawn_totals`.
    """
    rest = {"facecolor": "white", "edgecolor": theme.COLOURS["base"], "hatch": "////"}
    for place, row in enumerate(rows.itertuples()):
        ax.barh(place, row.named, height=0.62, linewidth=0, **_fill(row.verdict))
        if row.rest > 0:
            ax.barh(place, row.rest, left=row.named, height=0.62, linewidth=0.6, **rest)
        text = f"{row.parts} parts: {row.sum_of_parts:,.0f} of {row.hedge}{row.against:,.0f}"
        text += f", {_rest_words(row)}"
        marks.side_text(ax, place, text, size=8)
    marks.reference_line(ax, 100)
    ax.set_xlim(0, 103)
    _rows(ax, rows["label"])
    ax.set_xlabel("Sum of the named parts, share of the stated total")
    theme.percents(ax, axis="x", whole=100)
    keys = {"open_residual": "list says it is partial", "residual": "list does not say so"}
    keys |= {"infeasible": "cannot add up"}
    handles = [Patch(**_fill(verdict), linewidth=0, label=words) for verdict, words in keys.items()]
    handles.append(Patch(**rest, label="named by no part"))
    ax.legend(handles=handles, loc="lower center", bbox_to_anchor=(0.5, 1.02), ncols=4,
              borderaxespad=0, handlelength=1.2, columnspacing=1.2)  # fmt: skip


def _fill(verdict: str) -> dict[str, str]:
    """Return the fill of a bar; one in doubt is dotted, because in grey its colour is too near."""
    doubt = VERDICT_COLOURS.get(verdict) == "uncertain"
    return {
        "facecolor": draw_colour(verdict),
        **({"edgecolor": "white", "hatch": "..."} if doubt else {}),
    }


def _rest_words(row: Any) -> str:
    rest = row.against - row.sum_of_parts
    return f"{rest:,.0f} left" if rest > 0 else f"{-rest:,.0f} too many"


def draw_side_by_side(panels: Sequence[Axes], rows: pd.DataFrame) -> None:
    """Draw every voice on one count as a multiple of the lowest voice, with the bodies' names.

    Parameters
    ----------
    panels : two Axes
        For wide and for narrow spans.
    rows : DataFrame
        `verdict_rows.side_by_side`.
    """
    wide, narrow = panels
    spans = rows.groupby("place")["times"].transform("max")
    _voices(wide, rows[spans.ge(WIDE)])
    wide.set_xscale("log")
    wide.set_xlim(0.85, rows["times"].max() * 1.15)
    marks.plain_log_ticks(wide)
    _voices(narrow, rows[spans.lt(WIDE)])
    narrow.set_xlim(0.99, rows.loc[spans.lt(WIDE), "times"].max() + 0.02)
    wide.set_xlabel("Times the lowest count (logarithmic scale)")
    narrow.set_xlabel("Times the lowest count (another scale)")


def draw_wide_rows(rows: pd.DataFrame) -> int:
    """Return how many rows of `side_by_side` go to the upper panel."""
    return int(rows.groupby("place")["times"].max().ge(WIDE).sum())


def _voices(ax: Axes, rows: pd.DataFrame) -> None:
    """Draw the voices of one panel, one count a row."""
    rows = rows.assign(row=rows["place"] - rows["place"].min())
    ends = rows.groupby("row")["times"].agg(["min", "max"])
    marks.span_bar(ax, ends.index, ends["min"], ends["max"], axis="x")
    for _, voice in rows.iterrows():
        style = theme.body_style(voice["reporting_body"])
        ax.plot(voice["times"], voice["row"], linestyle="none", **style)
    for place, voices in rows.groupby("row"):
        marks.side_text(ax, place, _voices_in_words(voices), size=8)
    if len(rows):
        _rows(ax, rows.drop_duplicates("row")["label"], width=38)


def _voices_in_words(voices: pd.DataFrame) -> str:
    """Return one line a body: its values and its name."""
    bodies = dict.fromkeys(voices["reporting_body"])
    texts = {body: voices.loc[voices["reporting_body"].eq(body), "text"] for body in bodies}
    return "\n".join(f"{'; '.join(values)} {body}" for body, values in texts.items())


def draw_running_totals(
    panels: Iterable[Axes], rows: pd.DataFrame, growth: pd.DataFrame, *, titles: Sequence[str]
) -> None:
    """Draw running totals over their last day; a red mark is lower than an earlier one.

    Parameters
    ----------
    panels : iterable of Axes
        One for each value of ``panel``; axes left over are hidden.
    rows : DataFrame
        `verdict_rows.running_panels`.
    growth : DataFrame
        What `running.growth` found impossible; drawn in panels where nothing falls.
    titles : sequence of str
        One for each panel.
    """
    rows = rows.drop_duplicates(["panel", "period_end", "value"])
    rows = rows.assign(day=pd.to_datetime(rows["period_end"]))
    for number, ax in enumerate(panels):
        points = rows[rows["panel"].eq(number)]
        if points.empty:
            ax.set_visible(False)
            continue
        ax.plot(points["day"], points["value"], color=theme.COLOURS["base"], linewidth=1, zorder=2)
        named = points
        if not points["step"].eq("falls").any():
            _too_little(ax, points, growth)
            named = points.iloc[[0, -1]]
        main = points["reporting_body"].mode()[0]
        for point in points.itertuples():
            falls = point.step == "falls"
            tone = theme.COLOURS["conflict" if falls else "reference"]
            fill = tone if point.reporting_body == main else "white"
            ax.plot(point.day, point.value, "v" if falls else "o", color=tone, mfc=fill, zorder=3)
        ax.set_title(textwrap.fill(titles[number], 46))
        theme.zero_based(ax, room=0.2)
        theme.thousands(ax)
        ax.margins(x=0.12)
        _days(ax, points["day"])
        texts = [f"{'>' * (row.high == math.inf)}{row.value:,.0f}" for row in named.itertuples()]
        marks.label_points(ax, named["day"], named["value"], texts)


def _too_little(ax: Axes, points: pd.DataFrame, growth: pd.DataFrame) -> None:
    """Draw where a running total grew by less than a count in between, and say so."""
    found = growth[growth["later_id"].isin(points["figure_id"])].head(1)
    for row in found.itertuples():
        ends = points[points["figure_id"].isin([row.earlier_id, row.later_id])]
        ax.plot(ends["day"], ends["value"], color=theme.COLOURS["conflict"], linewidth=2, zorder=2)
        first, last = ends["value"].min(), ends["value"].max()
        ax.annotate(
            f"{first:,.0f} to {last:,.0f}: {row.grown_high:,.0f} more,\nbut {row.value:,.0f} "
            "were reported\nfor a part of that time",
            (0.03, 0.97),
            xycoords="axes fraction",
            va="top",
            size=8,
            color=theme.text_colour(theme.COLOURS["conflict"]),
        )


def _days(ax: Axes, days: pd.Series) -> None:
    """Label a time axis with months and year, or with years when it is long."""
    years = (days.max() - days.min()).days > 730
    months = 2 if (days.max() - days.min()).days < 200 else 4
    locator = dates.YearLocator(2) if years else dates.MonthLocator(range(1, 13, months))
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(dates.DateFormatter("%Y" if years else "%b %Y"))


def _rows(ax: Axes, names: Sequence[str], *, width: int = 44) -> None:
    """Write one label a row, the first row on top."""
    words = [textwrap.fill(str(name), width) for name in names]
    ax.set_yticks(range(len(words)), labels=words, size=8)
    ax.set_ylim(len(words) - 0.4, -0.6)
    ax.grid(False, axis="y")
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)


# Titles, captions and alternative texts of notebook 02, composed from the drawn tables.


def _span(rows: pd.DataFrame, column: str = "period_end") -> str:
    """Return the years that the rows end in, as words."""
    years = rows[column].str[:4]
    return years.min() if years.min() == years.max() else f"{years.min()} to {years.max()}"


def describe_claims(rows: pd.DataFrame) -> dict[str, str]:
    """Return title, caption and alternative text of `verdict_charts.claims`."""
    numbers = rows["verdict"].value_counts()
    listed = [
        f"{row.label}: claimed {row.said}, recomputed {row.recomputed:.3f} per cent, "
        f"{row.verdict_words}."
        for row in rows[rows["verdict"].ne("consistent")].itertuples()
    ]
    return {
        "title": "Stated changes and shares against the counts behind them, Cambodia, "
        f"{_span(rows)}",
        "caption": "Open mark: the claim, with a bar where its words leave room. Filled mark: "
        "recomputed from the counts in exact arithmetic. Red does not follow from the counts, "
        "amber was cut off instead of rounded, blue agrees. Repetitions by the same body are "
        "left out.",
        "alt": f"Dot chart of {len(rows)} claims, {numbers.get('consistent', 0)} of which agree. "
        + " ".join(listed),
    }


def describe_totals(rows: pd.DataFrame, everything: pd.DataFrame) -> dict[str, str]:
    """Return title, caption and alternative text of `verdict_charts.totals`.

    Parameters
    ----------
    rows : DataFrame
        `verdict_rows.drawn_totals`.
    everything : DataFrame
        ``totals.csv``, to say how many lists do add up.
    """
    lists = everything[everything["check"].eq("parts") & everything["parts"].gt(1)]
    good = lists["verdict"].isin(["exact", "compatible"]).sum()
    listed = [
        f"{row.label}: {row.sum_of_parts:.0f} of {row.hedge}{row.against:.0f}."
        for row in rows.itertuples()
    ]
    return {
        "title": f"Stated totals and the sum of their parts, Cambodia, {_span(rows)}",
        "caption": f"The bar is what the named parts give of the total. {good} further lists, "
        "not drawn, add up or can add up. Repetitions by the same body are left out.",
        "alt": f"Bar chart of {len(rows)} lists that do not give their total. " + " ".join(listed),
    }


def describe_side_by_side(rows: pd.DataFrame) -> dict[str, str]:
    """Return title, caption and alternative text of `verdict_charts.side_by_side`."""
    spans = rows.groupby("place").agg(
        label=("label", "first"), low=("value", "min"), high=("value", "max")
    )
    listed = [f"{row.label}: {row.low:,.0f} to {row.high:,.0f}." for row in spans.itertuples()]
    return {
        "title": "Counts on which sources disagree, each as a multiple of its lowest value, "
        f"Cambodia, {_span(rows)}",
        "caption": "Each mark is what one body says of the same count; its colour and shape name "
        "the body throughout this collection, grey marks are other bodies. Upper panel: the "
        f"highest is at least {WIDE:g} times the lowest. Repetitions by the same body are left "
        "out.",
        "alt": f"Dot ranges of {len(spans)} counts, widest first. " + " ".join(listed),
    }


def describe_running(
    rows: pd.DataFrame, labels: dict[str, str]
) -> tuple[dict[str, str], list[str]]:
    """Return title, caption and alternative text of the running totals, and panel titles.

    Parameters
    ----------
    rows : DataFrame
        `verdict_rows.running_panels`.
    labels : dict
        Label of each measure.
    """
    panels = rows.drop_duplicates("panel")
    titles = [
        f"{labels[row.measure]}, since {pd.Timestamp(row.period_start):%B %Y}"
        for row in panels.itertuples()
    ]
    once = rows.drop_duplicates(["panel", "period_end", "value"])
    listed = []
    for title, (_, points) in zip(titles, once.groupby("panel"), strict=True):
        steps = [f"{row.value:,.0f} by {row.period_end}" for row in points.itertuples()]
        listed.append(f"{title}: {', '.join(steps)}.")
    words = {
        "title": f"Running totals that contradict themselves, Cambodia, {_span(rows)}",
        "caption": "Each mark counts from the same first day up to its own last day, so the marks "
        "can only rise. A red triangle is lower than an earlier total; a red line rises by less "
        "than was reported for a time inside it. Hollow marks are another body than the others "
        "of the panel.",
        "alt": f"Line charts of {len(panels)} running totals. " + " ".join(listed),
    }
    return words, titles
