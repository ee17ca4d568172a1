"""The figures of notebook 02: claims, totals, voices side by side, and running totals."""

import math
import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import dates, ticker
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from khtip.chapters.sources.results import Results
from khtip.figures import marks, theme
from khtip.figures.registry import draw_absence, figure
from khtip.ledger import unreported
from khtip.ledger.lineage import rests_on, split

VERDICT_COLOURS = {
    "consistent": "agree",
    "truncated": "uncertain",
    "open_residual": "agree",
    "residual": "uncertain",
}
"""Roles of the theme by verdict; every other verdict is a conflict."""
WIDE = 1.5
"""A span is wide when the highest count is at least this many times the lowest."""
LEAST_HEIGHT = 2.4
"""Inches, which leave a single row its room below the title."""
FEW = 8
"""Below so many rows, one is so high that the heads of the columns stand among them."""
FINE = 1000
"""Up to this range, in per cent, each hundred gets a tick; beyond, a few round numbers do."""


def _nothing(results: Results, name: str, title: str, sentence: str) -> None:
    """Draw an empty figure that says what no statement of the ledger holds."""
    searched = results.ledger.observations["source_id"]
    told = unreported.nothing(sentence, year=results.reference_year, looked_in=searched)
    draw_absence(name, title=f"{title}, Cambodia", told=told)


def draw_claims(results: Results) -> None:
    """Draw each claim (open mark or bar) against the recomputed change (filled mark)."""
    rows, title = results.drawn_claims, "Stated changes and shares against the counts behind them"
    if rows.empty:
        _nothing(results, "02-claims", title, "No stated change can be recomputed.")
        return
    agree = rows["verdict"].eq("consistent")
    listed = [
        f"{row.label}: claimed {row.said}, recomputed {row.recomputed:.3f} per cent, "
        f"{row.verdict_words}."
        for row in (rows if agree.all() else rows[~agree]).itertuples()
    ]
    with figure(
        "02-claims",
        title=f"{title}, Cambodia, {_span(rows)}",
        caption="Open mark: the claim, with a bar where its words leave room. Filled mark: "
        "recomputed from the counts in exact arithmetic. Red does not follow from the counts, "
        "amber was cut off instead of rounded, blue agrees. Repetitions by the same body are "
        "left out.",
        alt=f"Dot chart of {len(rows)} claims, {agree.sum()} of which agree. {' '.join(listed)}",
        data=rows,
        sources=rows["source_id"],
        height=max(LEAST_HEIGHT, 1.4 + 0.28 * len(rows)),
    ) as ax:
        ends = rows[["claimed_low", "claimed_high", "recomputed"]].stack()
        ends = ends[ends.abs().ne(math.inf)]
        ax.set_xlim(ends.min() - 15, ends.max() + 15)
        marks.reference_line(ax, 0)
        for place, row in enumerate(rows.itertuples()):
            _claim(ax, place, row)
        _columns(ax, -1, ("Claimed", "Recomputed", "Verdict"), weight="bold")
        _rows(ax, rows["label"], width=32)
        if len(rows) < FEW:
            ax.set_ylim(top=-1.4)
        ax.set_xlabel("Change or share")
        _hundreds(ax)
        theme.percents(ax, axis="x", whole=100)


def _claim(ax: Axes, place: int, row: Any) -> None:
    bounds, grey = ([row.claimed_low], [row.claimed_high]), theme.COLOURS["base"]
    marks.dot_range(ax, [place], [row.claimed], *bounds, color=grey, marker="D", mfc="white")
    tone = _colour(row.verdict)
    ax.plot(row.recomputed, place, "o", color=tone, markersize=4.5, zorder=4)
    recomputed = f"{row.recomputed:,.{3 if abs(row.recomputed) < FINE else 0}f} %"
    recomputed = recomputed.replace("-", "−")
    texts = (row.said, recomputed, row.verdict_words)
    _columns(ax, place, texts, color=theme.text_colour(tone))


def _hundreds(ax: Axes) -> None:
    low, high = ax.get_xlim()
    fine = high - low < FINE
    ax.xaxis.set_major_locator(ticker.MultipleLocator(100) if fine else ticker.MaxNLocator(3))


def _columns(ax: Axes, place: float, texts: Sequence[str], **style: object) -> None:
    """Write three texts right of the axes in columns."""
    for shift, text in zip((8, 112, 176), texts, strict=True):
        marks.side_text(ax, place, text, size=8, xytext=(shift, 0), **style)


def _colour(verdict: str) -> str:
    """Return the colour of a verdict: agrees, in doubt, or cannot be right."""
    return theme.COLOURS[VERDICT_COLOURS.get(verdict, "conflict")]


def draw_totals(results: Results) -> None:
    """Draw what the named parts give of each stated total, and what they leave."""
    rows, title = results.drawn_totals, "Stated totals and the sum of their parts"
    if rows.empty:
        _nothing(results, "02-totals", title, "Every list of parts can add up.")
        return
    good = results.lists["verdict"].isin(["exact", "compatible"]).sum()
    listed = [
        f"{row.label}: {row.sum_of_parts:.0f} of {row.hedge}{row.against:.0f}."
        for row in rows.itertuples()
    ]
    rest = {"facecolor": "white", "edgecolor": theme.COLOURS["base"], "hatch": "////"}
    with figure(
        "02-totals",
        title=f"{title}, Cambodia, {_span(rows)}",
        caption=f"The bar is what the named parts give of the total. {good} further lists, "
        "not drawn, add up or can add up. Repetitions by the same body are left out.",
        alt=f"Bar chart of {len(rows)} lists that do not give their total. {' '.join(listed)}",
        data=rows,
        sources=rows["source_id"],
        height=max(LEAST_HEIGHT, 1.6 + 0.33 * len(rows)),
    ) as ax:
        for place, row in enumerate(rows.itertuples()):
            ax.barh(place, row.named, height=0.62, linewidth=0, **_fill(row.verdict))
            if row.rest > 0:
                ax.barh(place, row.rest, left=row.named, height=0.62, linewidth=0.6, **rest)
            left = row.against - row.sum_of_parts
            text = f"{row.parts} parts: {row.sum_of_parts:,.0f} of {row.hedge}{row.against:,.0f}"
            text += f", {left:,.0f} left" if left > 0 else f", {-left:,.0f} too many"
            marks.side_text(ax, place, text, size=8)
        marks.reference_line(ax, 100)
        ax.set_xlim(0, max(103, rows["named"].max()))
        if rows["named"].max() > FINE:
            _hundreds(ax)
        _rows(ax, rows["label"])
        ax.set_xlabel("Sum of the named parts, share of the stated total")
        theme.percents(ax, axis="x", whole=100)
        _key(ax, rest)


def _fill(verdict: str) -> dict[str, str]:
    """Return the fill of a bar; one in doubt is dotted, because in grey its colour is too near."""
    doubt = VERDICT_COLOURS.get(verdict) == "uncertain"
    dotted = {"edgecolor": "white", "hatch": "..."} if doubt else {}
    return {"facecolor": _colour(verdict)} | dotted


def _key(ax: Axes, rest: dict[str, str]) -> None:
    keys = {"open_residual": "list says it is partial", "residual": "list does not say so"}
    keys |= {"infeasible": "cannot add up"}
    handles = [Patch(**_fill(verdict), linewidth=0, label=words) for verdict, words in keys.items()]
    ax.legend(
        handles=[*handles, Patch(**rest, label="named by no part")],
        loc="lower center",
        bbox_to_anchor=(0.5, 1.02),
        ncols=4,
        borderaxespad=0,
        handlelength=1.2,
        columnspacing=1.2,
    )


def draw_sources_side_by_side(results: Results) -> None:
    """Draw every voice on one count as a multiple of the lowest voice, with the bodies' names."""
    rows = results.side_by_side
    title = "Counts on which sources disagree, each as a multiple of its lowest value"
    if rows.empty:
        sentence = "Sources disagree on no count above zero."
        _nothing(results, "02-sources-side-by-side", title, sentence)
        return
    spans = rows.groupby("place").agg(
        label=("label", "first"), low=("value", "min"), high=("value", "max")
    )
    listed = [f"{row.label}: {row.low:,.0f} to {row.high:,.0f}." for row in spans.itertuples()]
    wide = rows.groupby("place")["times"].transform("max").ge(WIDE)
    shown = [rows[of_panel] for of_panel in (wide, ~wide) if of_panel.any()]
    zeros = int(results.disagreements["lowest"].eq(0).sum())
    with figure(
        "02-sources-side-by-side",
        title=f"{title}, Cambodia, {_span(rows)}",
        caption="Each mark is what one body says of the same count; its colour and shape name "
        "the body throughout this collection, grey marks are other bodies. Upper panel: the "
        f"highest is at least {WIDE:g} times the lowest. Repetitions by the same body are left "
        "out." + f" So are {zeros} counts that may be zero by one voice." * bool(zeros),
        alt=f"Dot ranges of {len(spans)} counts, widest first. {' '.join(listed)}",
        data=rows,
        sources=rows["source_id"],
        height=max(LEAST_HEIGHT, 1.5 + 0.17 * int(_lines(rows).sum())),
        rows=len(shown),
        height_ratios=[int(_lines(some).sum()) for some in shown],
    ) as panels:
        for ax, some in zip(np.atleast_1d(panels), shown, strict=True):
            _voices(ax, some)
            _times_axis(ax, some["times"].max())


def _times_axis(ax: Axes, widest: float) -> None:
    if widest < WIDE:
        ax.set_xlim(0.99, widest + 0.02)
        ax.set_xlabel("Times the lowest count (another scale)")
    else:
        ax.set_xscale("log")
        ax.set_xlim(0.85, widest * 1.15)
        marks.plain_log_ticks(ax)
        ax.set_xlabel("Times the lowest count (logarithmic scale)")


def _voices(ax: Axes, rows: pd.DataFrame) -> None:
    """Draw the voices of one panel, one count a row, and write one line a body beside it."""
    room = _lines(rows) / 2
    height, middle = room.sum(), room.cumsum() - room / 2 - 0.5
    rows = rows.assign(row=rows["place"].map(middle))
    ends = rows.groupby("row")["times"].agg(["min", "max"])
    marks.span_bar(ax, ends.index, ends["min"], ends["max"], axis="x")
    for _, voice in rows.iterrows():
        style = theme.body_style(voice["reporting_body"])
        ax.plot(voice["times"], voice["row"], linestyle="none", **style)
    for place, voices in rows.groupby("row"):
        texts = voices.groupby("reporting_body", sort=False)["text"].agg("; ".join)
        lines = [f"{values} {body}" for body, values in texts.items()]
        marks.side_text(ax, place, "\n".join(lines), size=8)
    _rows(ax, rows.drop_duplicates("row")["label"], places=middle, width=38)
    ax.set_ylim(height - 0.4, -0.6)
    ax.yaxis.set_gid("position")


def _lines(rows: pd.DataFrame) -> pd.Series:
    """Return the lines of text that each place needs: one a body, and two for its label."""
    return rows.groupby("place")["reporting_body"].nunique().clip(lower=2)


def draw_running_totals(results: Results) -> None:
    """Draw running totals over their last day; a red mark is lower than an earlier one."""
    rows, title = results.running, "Running totals that contradict themselves"
    if rows.empty:
        _nothing(results, "02-running-totals", title, "No running total falls twice.")
        return
    labels = results.ledger.measures.set_index("measure")["label"]
    once = rows.drop_duplicates(["panel", "period_end", "value"])
    titles, listed = [], []
    for _, points in once.groupby("panel"):
        first, steps = points.iloc[0], zip(points["value"], points["period_end"], strict=True)
        since = pd.Timestamp(first["period_start"])
        titles.append(f"{labels[first['measure']]}, since {since:%B %Y}")
        said = [f"{value:,.0f} by {end}" for value, end in steps]
        listed.append(f"{titles[-1]}: {', '.join(said)}.")
    drawn = pd.concat([rows, results.too_little])
    with figure(
        "02-running-totals",
        title=f"{title}, Cambodia, {_span(rows)}",
        caption="Each mark counts from the same first day up to its own last day, so the marks "
        "can only rise. A red triangle is lower than an earlier total; a red line rises by less "
        "than was reported for a time inside it. Hollow marks are another body than the others "
        "of the panel.",
        alt=f"Line charts of {len(titles)} running totals. {' '.join(listed)}",
        data=drawn,
        **rests_on(drawn),
        rows=2,
        columns=2,
        height=5.2,
    ) as panels:
        for number, ax in enumerate(panels.flat):
            ax.set_visible(number < len(titles))
            if number < len(titles):
                points = once[once["panel"].eq(number)]
                _running(ax, points, results.too_little)
                ax.set_title(textwrap.fill(titles[number], 46))


def _running(ax: Axes, points: pd.DataFrame, growth: pd.DataFrame) -> None:
    """Draw one running total; where nothing falls, draw where it grew by too little."""
    points = points.assign(day=pd.to_datetime(points["period_end"]))
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
    theme.zero_based(ax, room=0.2)
    theme.thousands(ax)
    ax.margins(x=0.12)
    long = (points["day"].max() - points["day"].min()).days
    months = dates.MonthLocator(range(1, 13, 2 if long < 200 else 4))
    ax.xaxis.set_major_locator(dates.YearLocator(2) if long > 730 else months)
    ax.xaxis.set_major_formatter(dates.DateFormatter("%Y" if long > 730 else "%b %Y"))
    named = named.sort_values(["day", "value"], ascending=[True, False])  # the upper label first
    texts = [f"{'>' * (row.high == math.inf)}{row.value:,.0f}" for row in named.itertuples()]
    marks.label_points(ax, named["day"], named["value"], texts)


def _too_little(ax: Axes, points: pd.DataFrame, growth: pd.DataFrame) -> None:
    """Draw where a running total grew by less than a count in between, and say so."""
    drawn = set(points["figure_id"])
    found = growth[[not drawn.isdisjoint(split(ids)) for ids in growth["later_id"]]].head(1)
    for row in found.itertuples():
        ends = points[points["figure_id"].isin(split(f"{row.earlier_id};{row.later_id}"))]
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


def _rows(
    ax: Axes, names: Sequence[str], *, places: Sequence[float] | None = None, width: int = 44
) -> None:
    """Write one label a row, the first row on top; `places` where rows are not alike."""
    words = [textwrap.fill(str(name), width) for name in names]
    ax.set_yticks(range(len(words)) if places is None else places, labels=words, size=8)
    ax.set_ylim(len(words) - 0.4, -0.6)
    ax.grid(False, axis="y")
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)


def _span(rows: pd.DataFrame) -> str:
    """Return the years that the rows end in, as words."""
    years = rows["period_end"].str[:4]
    return years.min() if years.min() == years.max() else f"{years.min()} to {years.max()}"
