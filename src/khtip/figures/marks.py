"""Direct labels: words at the end of a line, beside a point, right of a row.

They look for room by themselves, so that a figure drawn from other data is still readable.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from scipy.optimize import isotonic_regression

from khtip.figures import theme
from khtip.figures.drawn import DECOR
from khtip.figures.text import ink, lay_out, lies_on
from khtip.figures.theme import COLOURS, text_colour

_AROUND = {"above": (0, 1), "below": (0, -1), "right": (1, 0), "left": (-1, 0)}


def side_text(ax: Axes, place: float | np.number, text: str, **style: Any) -> None:
    """Write a text right of the axes at the height `place`."""
    ax.annotate(
        text,
        (1.0, place),
        xycoords=ax.get_yaxis_transform(),
        xytext=(6, 0),
        textcoords="offset points",
        va="center_baseline",
        annotation_clip=False,
        **({"size": 8.5} | style),
    )


def label_line_ends(
    ax: Axes,
    labels: Mapping[str, str] | None = None,
    *,
    gap: float = 1.25,
    size: float = 8.5,
) -> None:
    """Name each line at its last point, in its colour, moved just enough not to overlap.

    Call it last, when limits and scales are set. Lines without a label, or with the gid
    ``decor``, are left out. Names are placed by least squares under a minimum distance
    (isotonic regression), so each stays as near to its line as the others allow.

    Parameters
    ----------
    ax : Axes
        Axes with lines that have labels.
    labels : mapping, optional
        From a line's label to the words to write; the label itself otherwise.
    gap : float
        Distance of two names in lines of text.
    size : float
        Points.
    """
    ends = []
    for line in ax.lines:
        words = (labels or {}).get(line.get_label(), line.get_label())
        points = np.column_stack([line.get_xdata(orig=False), line.get_ydata(orig=False)])
        points = points[np.isfinite(np.asarray(points, dtype=float)).all(axis=1)]
        if len(points) and not str(words).startswith("_") and line.get_gid() != DECOR:
            ends.append((points[-1], words, line.get_color()))
    if not ends:
        return
    points = 72 / ax.figure.dpi
    lay_out(ax.figure)
    heights = np.array([ax.transData.transform(end)[1] * points for end, *_ in ends])
    count = max(words.count("\n") + 1 for _, words, _ in ends)
    moved = spread(heights, size * gap * count)
    for (end, words, color), height, at in zip(ends, heights, moved, strict=True):
        far = abs(at - height) > size / 2
        ax.annotate(
            words,
            end,
            xytext=(10 if far else 6, at - height),
            textcoords="offset points",
            va="center",
            size=size,
            color=text_colour(color),
            annotation_clip=False,
            arrowprops={
                "arrowstyle": "-",
                "color": COLOURS["muted"],
                "linewidth": 0.5,
                "shrinkA": 0,
                "shrinkB": 3,
            }
            if far
            else None,
        )


def label_points(
    ax: Axes,
    x: Sequence[float],
    y: Sequence[float],
    texts: Sequence[str],
    *,
    distance: float = 5.0,
    prefer: Sequence[str] = ("above", "below", "right", "left"),
    **style: Any,
) -> None:
    """Write a text beside each point, on the first side where it meets no line, point or text.

    Call it last, when limits and scales are set. Where all sides are taken the text goes to the
    preferred side with a white box behind it.

    Parameters
    ----------
    ax : Axes
        Axes whose lines and points are drawn.
    x, y : sequence of float
        The points; a missing one gets no text.
    texts : sequence of str
        One for each point.
    distance : float
        From the point to the text, in points.
    prefer : sequence of str
        Sides in the order in which they are tried: above, below, right, left.
    **style
        Keywords of the text, such as ``color`` or ``size``.
    """
    lay_out(ax.figure)
    drawn = ink(ax)
    taken = [text.get_window_extent() for text in ax.texts if text.get_visible()]
    for spot in zip(ax.convert_xunits(x), ax.convert_yunits(y), texts, strict=True):
        at, words = spot[:2], spot[2]
        if not np.isfinite(np.asarray(at, dtype=float)).all():
            continue
        written = ax.annotate(
            words, at, xytext=(0, 0), textcoords="offset points", **({"size": 8} | style)
        )
        for side in (*prefer, prefer[0]):
            across, up = _AROUND[side]
            written.set_ha({0: "center", 1: "left", -1: "right"}[across])
            written.set_va({0: "center_baseline", 1: "bottom", -1: "top"}[up])
            written.xyann = (across * distance, up * distance * 0.8)
            box = written.get_window_extent()
            inside = ax.bbox.y0 <= box.y0 and box.y1 <= ax.bbox.y1
            free = inside and not any(box.overlaps(other) for other in taken)
            if free and not lies_on(written, *drawn):
                break
        else:
            written.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 0.8})
        taken.append(written.get_window_extent())


def spread(places: Sequence[float] | np.ndarray, distance: float) -> np.ndarray:
    """Move places apart to at least `distance`, by the smallest sum of squared moves.

    Examples
    --------
    >>> spread([0.0, 0.0, 10.0], 2.0).tolist()
    [-1.0, 1.0, 10.0]
    """
    places = np.asarray(places, dtype=float)
    order = np.argsort(places, kind="stable")
    steps = distance * np.arange(len(places))
    moved = np.empty_like(places)
    moved[order] = isotonic_regression(places[order] - steps).x + steps
    return moved


# Marks that several notebooks draw: direct labels, ranges over sources, forest plots.


__all__ = [
    "dot_range",
    "forest",
    "label_line_ends",
    "label_points",
    "plain_log_ticks",
    "reference_line",
    "side_text",
    "span_bar",
    "spread",
]


def reference_line(
    ax: Axes, value: float, *, axis: str = "x", label: str = "", **style: Any
) -> Line2D:
    """Draw a thin line for a value that is no data (no change, equal share); a label beside it."""
    look = {"color": COLOURS["muted"], "linewidth": 0.9, "zorder": 1, "gid": DECOR} | style
    line = (ax.axvline if axis == "x" else ax.axhline)(value, **look)
    if label:
        across = {"x": (value, 1.0), "y": (1.0, value)}[axis]
        shift = {"x": (0, 3), "y": (-2, 3)}[axis]
        side = {"x": ("center", "bottom"), "y": ("right", "bottom")}[axis]
        transform = ax.get_xaxis_transform() if axis == "x" else ax.get_yaxis_transform()
        ax.annotate(
            label,
            across,
            xycoords=transform,
            xytext=shift,
            textcoords="offset points",
            ha=side[0],
            va=side[1],
            size=8,
            color=COLOURS["muted"],
        )
    return line


def span_bar(
    ax: Axes,
    places: Sequence[float],
    low: Sequence[float],
    high: Sequence[float],
    *,
    axis: str = "y",
    color: str = COLOURS["band"],
    linewidth: float = 6,
    **style: Any,
) -> None:
    """Draw a thick pale bar from `low` to `high` at each place, behind the marks.

    ``axis="y"`` draws standing bars at x places, ``axis="x"`` lying bars at y places. Rows with a
    missing end are left out.
    """
    rows = np.array([places, low, high], dtype=float)
    draw = ax.vlines if axis == "y" else ax.hlines
    look = {"capstyle": "butt", "zorder": 1.5} | style
    draw(*rows[:, ~np.isnan(rows).any(axis=0)], colors=color, linewidths=linewidth, **look)


def dot_range(
    ax: Axes,
    places: Sequence[float] | np.ndarray,
    value: Sequence[float] | np.ndarray,
    low: Sequence[float] | np.ndarray,
    high: Sequence[float] | np.ndarray,
    *,
    axis: str = "x",
    color: str = COLOURS["reference"],
    marker: str = "o",
    **style: Any,
) -> None:
    """Draw points with their intervals; an unbounded interval runs to the edge with an arrow.

    Set the axis' limits before the call when an interval is unbounded (infinite) at an end.
    """
    at, middle, *ends = (np.asarray(one, dtype=float) for one in (places, value, low, high))
    lying = axis == "x"
    draw = ax.hlines if lying else ax.vlines
    closed = np.isfinite(ends).all(axis=0)
    draw(at[closed], *(end[closed] for end in ends), colors=color, linewidths=1.6, zorder=2.5)
    edges = sorted(ax.get_xlim() if lying else ax.get_ylim())
    for place, *pair in np.transpose([at, *ends])[np.isinf(ends).any(axis=0)]:
        draw(place, *np.clip(pair, *edges), colors=color, linewidths=1.6, zorder=2.5, gid=DECOR)
        for end, heads in zip(pair, ("<v", ">^"), strict=True):
            if np.isinf(end):
                tip = np.clip(end, *edges)
                spot = (tip, place) if lying else (place, tip)
                head = heads[0] if lying else heads[1]
                ax.plot(*spot, marker=head, color=color, clip_on=False, gid=DECOR)
    look = {"color": color, "marker": marker, "linestyle": "none", "zorder": 3} | style
    ax.plot(*((middle, at) if lying else (at, middle)), **look)


def forest(
    ax: Axes,
    rows: pd.DataFrame,
    *,
    label: str,
    value: str,
    low: str,
    high: str,
    text: str | None = None,
    reference: float | None = 1.0,
    log: bool = True,
    limits: tuple[float, float] | None = None,
    colors: Mapping[Any, str] | None = None,
    text_title: str = "",
) -> None:
    """Draw a forest plot, the first row on top, with the numbers written at the right.

    Parameters
    ----------
    ax : Axes
        Empty axes.
    rows : DataFrame
        One row an estimate.
    label, value, low, high, text : str
        Column names; `text` holds what is written at the right, already formatted.
    reference : float, optional
        Where "no change" is; a thin line.
    log : bool
        Logarithmic axis, for ratios.
    limits : pair of float, optional
        Ends of the axis; needed when an interval is unbounded.
    colors : mapping, optional
        From a row's index label to a colour; others get the reference colour.
    text_title : str
        What stands above the texts at the right.
    """
    places = np.arange(len(rows), dtype=float)
    if log:
        ax.set_xscale("log")
    if limits:
        ax.set_xlim(*limits)
    if reference is not None:
        reference_line(ax, reference)
    for place, (key, row) in zip(places, rows.iterrows(), strict=True):
        color = (colors or {}).get(key, COLOURS["reference"])
        dot_range(ax, [place], [row[value]], [row[low]], [row[high]], color=color)
        if text:
            side_text(ax, place, str(row[text]))
    if text and text_title:
        side_text(ax, -0.75, text_title, weight="bold")
    ax.set_yticks(places, labels=[str(name) for name in rows[label]])
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.grid(False, axis="y")
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    if log:
        plain_log_ticks(ax)


def plain_log_ticks(ax: Axes, *, axis: str = "x") -> None:
    """Label a logarithmic axis with plain numbers (0.5, 1, 2, 5), not powers of ten."""
    target = ax.xaxis if axis == "x" else ax.yaxis
    low, high = target.get_view_interval()
    decades = np.arange(np.floor(np.log10(low)), np.ceil(np.log10(high)) + 1)
    steps = (1, 2, 5) if len(decades) <= 4 else (1,)
    ticks = [step * 10.0**decade for decade in decades for step in steps]
    ticks = [tick for tick in ticks if low * 0.999 <= tick <= high * 1.001]
    target.set_ticks(ticks, labels=[f"{tick:,.10g}" for tick in ticks])
    target.set_ticks([], minor=True)


# Marks of reporting bodies: each has its colour and its shape, and one line names them.


def body_key(
    ax: Axes,
    bodies: Iterable[str],
    *,
    hollow: str = "",
    others: str = "",
    bars: bool = False,
    above: float = 1.15,
    wide: bool = False,
) -> None:
    """Name the marks of the reporting bodies in one line above the axes.

    Parameters
    ----------
    ax : Axes
        The panel on top.
    bodies : iterable of str
        Reporting bodies, in the order shown.
    hollow : str
        What a hollow mark means; left out when empty.
    others : str
        What a dash on a pale bar means; left out when empty.
    bars : bool
        Whether the panels hold bars; the key then shows squares of their colours.
    above : float
        Height in the axes' own units.
    wide : bool
        Whether the line may run over the next panels; their titles must leave it a line.
    """
    look = {"linestyle": "none", "markersize": 5.5}
    names = list(bodies)
    square = {"marker": "s"} if bars else {}
    handles = [Line2D([], [], **theme.body_style(body) | square, **look) for body in names]
    if hollow:
        handles.append(
            Line2D([], [], **{"marker": "o"} | square, color=theme.COLOURS["muted"], mfc="white",
                   **look)
        )  # fmt: skip
        names.append(f"hollow: {hollow}")
    if others:
        pale = Line2D([], [], marker="s", color=theme.COLOURS["band"], **look | {"markersize": 9})
        dash = Line2D([], [], marker="_", color=theme.COLOURS["ink"], **look | {"markersize": 8})
        handles.append((pale, dash))
        names.append(others)
    key = ax.legend(handles, names, loc="lower left", bbox_to_anchor=(-0.01, above),
                    ncols=len(names), borderaxespad=0, handletextpad=0.2,
                    columnspacing=1.0)  # fmt: skip
    key.set_in_layout(not wide)


def alike(rows: pd.DataFrame, hollow: Iterable[bool], *spot: str) -> Iterator[tuple]:
    """Give the marks that look alike together, so that they can be drawn at once.

    Parameters
    ----------
    rows : DataFrame
        With ``reporting_body`` and the columns `spot`.
    hollow : iterable of bool
        Whether each row's mark is hollow.
    *spot : str
        The columns of its place.

    Yields
    ------
    tuple
        The body's look (a dict), the fill, and the values of each column of `spot`.
    """
    spots = defaultdict(list)
    columns = [rows[name] for name in ("reporting_body", *spot)]
    for empty, body, *place in zip(hollow, *columns, strict=True):
        spots[body, empty].append(place)
    for (body, empty), own in sorted(spots.items()):
        look = theme.body_style(body)
        yield look, "white" if empty else look["color"], *zip(*own, strict=True)


SHORT_BODIES = {
    "Ministry of Interior": "Interior",
    "National Police": "Police",
    "General Department of Immigration": "Immigration",
    "US State Department": "US State",
    "MoFAIC": "Foreign Affairs",
    "MoSVY": "Social Affairs",
}


def short(body: str) -> str:
    """Return a reporting body's name short enough for a label.

    Examples
    --------
    >>> short("National Police"), short("NCCT")
    ('Police', 'NCCT')
    """
    return SHORT_BODIES.get(body, body)


def name_rows(ax: Axes, labels: Iterable[str]) -> None:
    """Name one row a place, the first on top."""
    names = list(labels)
    ax.set_yticks(range(len(names)), labels=names)
    ax.set_ylim(len(names) - 0.4, -0.7)
    bare_rows(ax)


def bare_rows(ax: Axes) -> None:
    """Take grid, ticks and edge from the side where rows have names."""
    ax.grid(False, axis="y")
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
