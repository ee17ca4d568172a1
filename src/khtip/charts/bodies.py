"""Marks of reporting bodies: each has its colour and its shape, and one line names them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from khtip.drawing import theme


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
