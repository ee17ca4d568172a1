"""The drawings of notebook 07. Each draws a table on given axes and computes nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import seaborn
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from khtip.figures import theme

KINDS = {"choices": "settings: other choices", "years": "settings: other years"}
STATES = {"same": "same verdict", "other": "another verdict", "not_reported": "not reported"}
LOOK = {
    "same": {"color": theme.COLOURS["ncct"]},
    "other": {"color": theme.COLOURS["interior"]},
    "not_reported": {
        "facecolor": theme.COLOURS["missing"],
        "hatch": "////",
        "edgecolor": "#BBBBBB",
    },
}
CHOICES = {
    "confidence": "confidence\nlevel",
    "preferred_body": "preferred\nbody",
    "exclude_breaks": "named\nbreaks",
    "stock_edition": "stock\nrevision",
    "normalisation": "common\nscale",
    "aggregation": "kind of\nmean",
    "weights": "weights",
    "years": "pair of\nyears",
}
STANDING: dict[str, dict[str, str]] = {
    "holds everywhere": {"facecolor": theme.COLOURS["ncct"]},
    "changes with the years only": {"facecolor": theme.COLOURS["base"]},
    # Hatched, because in grey its colour is that of its neighbour.
    "changes with a choice": {
        "facecolor": theme.COLOURS["interior"], "edgecolor": "white", "hatch": "////",
    },
}  # fmt: skip


def _rows(ax: Axes, labels: list[str]) -> None:
    ax.set_yticks(range(len(labels)), labels=labels)
    ax.yaxis.set_gid("position")
    ax.set_ylim(len(labels) - 0.5, -0.5)
    ax.tick_params(axis="y", length=0)
    ax.grid(False)


def _key(ax: Axes, looks: dict[str, dict], *, right: bool = False) -> None:
    handles = [Patch(label=name, **look) for name, look in looks.items()]
    side, place = ("lower right", 1.0) if right else ("lower left", 0.0)
    # Out of the layout, or the axes would move apart; an empty title keeps the line free.
    ax.set_title(" ")
    ax.legend(
        handles=handles, loc=side, bbox_to_anchor=(place, 1.0), ncols=len(handles),
        handlelength=1, borderaxespad=0.2, columnspacing=1.2,
    ).set_in_layout(False)  # fmt: skip


def draw_support_bars(axes: np.ndarray, table: pd.DataFrame) -> None:
    """Draw, for each finding and each kind of setting, in how many settings it holds.

    Parameters
    ----------
    axes : array of two Axes
        Left for other choices, right for other pairs of years.
    table : DataFrame
        ``label, verdict`` and, for both of `KINDS`, ``KIND_same``, ``KIND_other`` and
        ``KIND_not_reported``.
    """
    places = np.arange(len(table))
    labels = [f"{one.label}:\n{one.verdict}" for one in table.itertuples()]
    for ax, (kind, words) in zip(axes, KINDS.items(), strict=True):
        start = np.zeros(len(table))
        for state in STATES:
            width = table[f"{kind}_{state}"].to_numpy(dtype=float)
            drawn = width > 0
            ax.barh(places[drawn], width[drawn], left=start[drawn], height=0.62, **LOOK[state])
            start += width
        _rows(ax, labels)
        ax.set_xlim(0, start.max() * 1.02)
        ax.set_xlabel(words)
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes[1].tick_params(axis="y", labelleft=False)
    _key(axes[1], {words: LOOK[state] for state, words in STATES.items()}, right=True)


def draw_turning_map(ax: Axes, table: pd.DataFrame) -> None:
    """Draw findings by parameters: how often changing that one parameter changes the verdict.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    table : DataFrame
        ``finding_id``, ``parameter``, ``tested``, ``changed``, ``share`` (of 1); a pair that was
        not tested has no row. Columns follow `CHOICES`.
    """
    columns = {name: word for name, word in CHOICES.items() if name in set(table["parameter"])}
    rows = table["finding_id"].drop_duplicates().tolist()
    told = table.assign(words=table["changed"].astype(str) + " of " + table["tested"].astype(str))
    wide = told.pivot(index="finding_id", columns="parameter").loc[rows]
    shares, words = (wide[name][list(columns)] for name in ("share", "words"))
    ax.set_facecolor(theme.COLOURS["missing"])
    seaborn.heatmap(
        shares, annot=words, fmt="", annot_kws={"size": 8},
        cmap="Blues", vmin=0, vmax=1.2, linewidths=1, linecolor="white", cbar=False,
        xticklabels=list(columns.values()), yticklabels=rows, ax=ax,
    )  # fmt: skip
    (shades,) = ax.collections
    # Seaborn writes in dark or white, too; but between them it does not look for the better one.
    tested = shares.to_numpy()[shares.notna()]
    for text, color in zip(ax.texts, shades.to_rgba(tested), strict=True):
        text.set_color(theme.ink_on(color[:3]))
    ax.set(xlabel="", ylabel="")
    ax.yaxis.set_gid("position")
    ax.xaxis.tick_top()
    ax.tick_params(length=0)


def draw_standing_bars(ax: Axes, table: pd.DataFrame) -> None:
    """Draw, for each notebook, how many of its findings hold under what.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    table : DataFrame
        ``notebook`` (words) and one column for each of `STANDING`.
    """
    start = np.zeros(len(table))
    for name, look in STANDING.items():
        width = table[name].to_numpy(dtype=float)
        ax.barh(range(len(table)), width, left=start, height=0.62, linewidth=0, **look)
        for place, (left, size) in enumerate(zip(start, width, strict=True)):
            if size:
                ax.text(
                    left + size / 2, place, f"{size:.0f}", ha="center", va="center", size=8.5,
                    color=theme.ink_on(look["facecolor"]),
                    bbox={"facecolor": look["facecolor"], "edgecolor": "none", "pad": 1.5},
                )  # fmt: skip
        start += width
    _rows(ax, table["notebook"].tolist())
    ax.set_xlim(0, start.max() * 1.02)
    ax.set_xlabel("findings")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    _key(ax, {name: {"linewidth": 0, **look} for name, look in STANDING.items()})
