"""Marks that several chapters draw: direct labels, ranges, reference lines, keys of bodies.

Labels look for room by themselves, so that a figure drawn from other data is still readable.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from khtip.figures import theme
from khtip.figures.drawn import DECOR
from khtip.figures.layout import lay_out
from khtip.figures.text import ink, lies_on
from khtip.figures.theme import COLOURS

_AROUND = {"above": (0, 1), "below": (0, -1), "right": (1, 0), "left": (-1, 0)}


def side_text(ax: Axes, place: float | np.number, text: str, **style: Any) -> None:
    """Write a text right of the axes at the height `place`."""
    ax.annotate(
        text,
        (1.0, place),
        xycoords=ax.get_yaxis_transform(),
        textcoords="offset points",
        va="center_baseline",
        annotation_clip=False,
        **({"size": 8.5, "xytext": (6, 0)} | style),
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

    Call it last, when limits and scales are set. A missing point gets no text. The sides are tried
    in the order of `prefer`, `distance` points away; where all are taken the text goes to the first
    one with a white box behind it. `style` are keywords of the text, such as ``color``.
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


def reference_line(
    ax: Axes, value: float, *, axis: str = "x", label: str = "", **style: Any
) -> Line2D:
    """Draw a thin line for a value that is no data (no change, equal share); a label beside it."""
    look = {"color": COLOURS["muted"], "linewidth": 0.9, "zorder": 1, "gid": DECOR} | style
    line = (ax.axvline if axis == "x" else ax.axhline)(value, **look)
    if label:
        standing = axis == "x"
        ax.annotate(
            label,
            (value, 1.0) if standing else (1.0, value),
            xycoords=ax.get_xaxis_transform() if standing else ax.get_yaxis_transform(),
            xytext=(0 if standing else -2, 3),
            textcoords="offset points",
            ha="center" if standing else "right",
            va="bottom",
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

    `hollow` and `others` say what a hollow mark and what a dash on a pale bar mean; they are left
    out when empty. With `bars` the key shows squares. `above` is its height in units of the axes;
    a `wide` one may run over the next panels, whose titles must leave it a line.
    """
    look = {"linestyle": "none", "markersize": 5.5}
    names = list(bodies)
    square = {"marker": "s"} if bars else {}
    handles: list[Any] = [Line2D([], [], **theme.body_style(one) | square, **look) for one in names]
    if hollow:
        empty = {"marker": "o", "color": COLOURS["muted"], "mfc": "white"} | square | look
        handles.append(Line2D([], [], **empty))
        names.append(f"hollow: {hollow}")
    if others:
        pale = Line2D([], [], marker="s", color=COLOURS["band"], **look | {"markersize": 9})
        dash = Line2D([], [], marker="_", color=COLOURS["ink"], **look | {"markersize": 8})
        handles.append((pale, dash))
        names.append(others)
    key = ax.legend(
        handles,
        names,
        loc="lower left",
        bbox_to_anchor=(-0.01, above),
        ncols=len(names),
        borderaxespad=0,
        handletextpad=0.2,
        columnspacing=1.0,
    )
    key.set_in_layout(not wide)


def alike(rows: pd.DataFrame, hollow: Iterable[bool], *spot: str) -> Iterator[tuple]:
    """Yield the marks that look alike together, so that they can be drawn at once.

    Each time the body's look (a dict), the fill, and the values of the columns `spot` of `rows`,
    which has ``reporting_body``; `hollow` says for each row whether its mark is.
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
