"""Marks that several notebooks draw: direct labels, ranges over sources, forest plots.

All of them draw only numbers they are given, so that the registry finds them in ``data``. The
direct labels live in `khtip.drawing.labels` and can be reached from here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from khtip.drawing.drawn import DECOR
from khtip.drawing.labels import label_line_ends, label_points, side_text, spread
from khtip.drawing.theme import COLOURS

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
