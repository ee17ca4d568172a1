"""Direct labels: words at the end of a line, beside a point, right of a row.

They look for room by themselves, so that a figure drawn from other data is still readable.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from scipy.optimize import isotonic_regression

from khtip.drawing.drawn import DECOR
from khtip.drawing.layout import lay_out
from khtip.drawing.theme import COLOURS, text_colour
from khtip.drawing.written import ink, lies_on

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
