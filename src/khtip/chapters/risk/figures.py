"""The drawings of notebook 06. Each draws a table on given axes and computes nothing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle
from matplotlib.patheffects import Normal, Stroke

from khtip.figures import marks, theme
from khtip.figures.drawn import DECOR
from khtip.figures.layout import lay_out

# Neighbours differ in lightness (theme.CATEGORIES), so that the stack can be read in grey.
PARTS = ("ncct", "interior", "police", "immigration", "foreign_affairs", "base")
_BLUES = LinearSegmentedColormap.from_list("khtip", ["#F4F8FB", "#8FBFDD", "#0072B2", "#003F66"])


EMPHASIS = "Cambodia"


def _rows(ax: Axes, labels: Sequence[str]) -> None:
    """Give each row its name, the first on top, without lines or ticks; Cambodia in bold."""
    ax.set_yticks(range(len(labels)), labels=list(labels))
    for text in ax.get_yticklabels():
        text.set_fontweight("bold" if text.get_text() == EMPHASIS else "normal")
    ax.set_ylim(len(labels) - 0.5, -0.5)
    ax.tick_params(axis="y", length=0)
    ax.grid(False, axis="y")
    ax.spines["left"].set_visible(False)


def _mesh(
    ax: Axes,
    values: np.ndarray,
    *,
    low: float = 0,
    high: float,
    left: float = -0.5,
    flip: bool = False,
) -> None:
    """Draw a matrix as coloured cells of size one, with white lines between them."""
    across, down = np.arange(values.shape[1] + 1) + left, np.arange(values.shape[0] + 1) - 0.5
    colours = _BLUES.reversed() if flip else _BLUES
    look = {"cmap": colours, "vmin": low, "vmax": high, "edgecolors": "white", "linewidth": 1.5}
    ax.pcolormesh(across, down, np.ma.masked_invalid(values), **look)
    ax.grid(False)
    ax.tick_params(length=0)


def _hatch(ax: Axes, column: int, row: int) -> None:
    cell = Rectangle(
        (column - 0.48, row - 0.46),
        0.96,
        0.92,
        facecolor=theme.COLOURS["missing"],
        edgecolor="#BBBBBB",
        hatch="////",
        linewidth=0,
        gid=DECOR,
    )
    ax.add_patch(cell)


def draw_heat_map(ax: Axes, table: pd.DataFrame) -> None:
    """Draw countries by indicators: colour for the score, the value printed, gaps hatched.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    table : DataFrame
        One row a cell, in the order of rows and columns: ``country, label, score, shown``.
    """
    countries, columns = table["country"].unique(), table["label"].unique()
    wide = table.pivot(index="country", columns="label", values="score")
    scores = wide.loc[countries, columns].to_numpy()
    _mesh(ax, scores, high=100)
    ax.set_frame_on(False)
    for one in table.itertuples():
        row, column = list(countries).index(one.country), list(columns).index(one.label)
        if not one.shown:
            _hatch(ax, column, row)
            continue
        color = (
            theme.COLOURS["muted"]
            if np.isnan(one.score)
            else theme.ink_on(_BLUES(one.score / 100)[:3])
        )
        ax.text(column, row, one.shown, ha="center", va="center", size=8.5, color=color)
    _rows(ax, countries)
    ax.set_xticks(range(len(columns)), labels=columns)
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.set_xlabel(
        "darker: more risk than elsewhere in the region · hatched: not published, or too few"
    )


def draw_index_bars(ax: Axes, table: pd.DataFrame, parts: dict[str, str], *, stacked: bool) -> None:
    """Draw the index of each country as a bar, made of its indicators' parts when it is linear.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    table : DataFrame
        ``country, index, known`` and one column for each part.
    parts : dict
        Column of a part to its words.
    stacked : bool
        Whether the parts add up to the index.
    """
    places = np.arange(len(table))
    start = np.zeros(len(table))
    if stacked:
        for role, column in zip(PARTS, parts, strict=False):
            width = table[column].fillna(0).to_numpy()
            look = {"color": theme.COLOURS[role], "edgecolor": "white", "linewidth": 0.6}
            ax.barh(places, width, left=start, height=0.68, label=parts[column], **look)
            start = start + width
        _key(ax, [(words, PARTS[i]) for i, words in enumerate(parts.values())])
    else:
        ax.barh(places, table["index_value"], height=0.68, color=theme.COLOURS["reference"])
    for place, row in zip(places, table.itertuples(), strict=True):
        ax.annotate(
            f"{row.index_value:.0f}",
            (row.index_value, place),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            size=8.5,
        )
        marks.side_text(ax, place, row.known_words, color=theme.COLOURS["muted"], size=8)
    _rows(ax, table["country"])
    theme.zero_based(ax, axis="x", room=0.06)
    ax.set_xlabel("index (higher: more risk)")


def _key(ax: Axes, entries: Sequence[tuple[str, str]]) -> None:
    """Write the words of each colour above the axes, in that colour."""
    lay_out(ax.figure)
    at, size = 0.0, 8.5
    width = ax.get_window_extent().width * 72 / ax.figure.dpi
    for words, role in entries:
        color = theme.text_colour(theme.COLOURS[role])
        text = ax.annotate(
            f"■ {words}", (0, 1), xycoords="axes fraction", xytext=(at, 5),
            textcoords="offset points", size=size, color=color, annotation_clip=False,
        )  # fmt: skip
        extent = text.get_window_extent(ax.figure.canvas.get_renderer())
        at += extent.width * 72 / ax.figure.dpi + 0.02 * width


def draw_rank_strips(ax: Axes, shares: pd.DataFrame, summary: pd.DataFrame, *, top: int) -> None:
    """Draw for each country how often it has each rank, its median and 5 to 95 percent of ranks.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    shares : DataFrame
        ``unit, rank, share``.
    summary : DataFrame
        ``unit, country, median, low, high, p_top``, in the order of the rows.
    top : int
        The places of which `p_top` is the probability.
    """
    wide = shares.pivot(index="unit", columns="rank", values="share").loc[summary["unit"]]
    values = wide.where(wide > 0).to_numpy()
    places = np.arange(len(summary))
    _mesh(ax, values, high=max(0.6, np.nanmax(values)), left=0.5)
    edge = [Stroke(linewidth=3.6, foreground="white"), Normal()]
    look = {"color": theme.COLOURS["ink"], "path_effects": edge}
    ax.hlines(places + 0.3, summary["low"], summary["high"], linewidths=1.6, **look)
    ax.plot(
        summary["median"], places + 0.3, "o", color=theme.COLOURS["ink"], markersize=6,
        markeredgecolor="white",
    )  # fmt: skip
    for place, row in zip(places, summary.itertuples(), strict=True):
        marks.side_text(ax, place, _percent(row.p_top))
    marks.side_text(ax, -1.0, f"among the\nfirst {top}", weight="bold", size=8)
    _rows(ax, summary["country"])
    ax.set_xticks(range(1, values.shape[1] + 1))
    ax.set_xlim(0.5, values.shape[1] + 0.5)
    ax.set_xlabel("place (1 = highest risk)")


def _percent(share: float) -> str:
    return "<1 %" if 0 < share < 0.005 else f"{share:.0%}".replace("%", " %")


def draw_sobol(ax: Axes, table: pd.DataFrame) -> None:
    """Draw the first and the total Sobol index of every factor with their intervals."""
    places = np.arange(len(table), dtype=float)
    for name, shift, role, marker in (
        ("total", -0.16, "reference", "o"),
        ("first", 0.16, "interior", "D"),
    ):
        ends = table[f"{name}_low"], table[f"{name}_high"]
        color = theme.COLOURS[role]
        marks.dot_range(ax, places + shift, table[name], *ends, color=color, marker=marker)
    marks.reference_line(ax, 0)
    _rows(ax, table["factor"])
    _key(ax, [("with all interactions (total index, dots)", "reference"),
              ("alone (first-order index, diamonds)", "interior")])  # fmt: skip
    ax.set_xlabel("share of the variance of the average rank shift")


def draw_choice_grid(ax: Axes, table: pd.DataFrame, *, worst: int) -> None:
    """Draw one country's rank for each method and each indicator left out.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    table : DataFrame
        ``method, left_out, rank``, in the order of rows and columns.
    worst : int
        Number of countries, the end of the colour scale.
    """
    rows, columns = table["method"].unique(), table["left_out"].unique()
    wide = table.pivot(index="method", columns="left_out", values="rank").loc[rows, columns]
    darkness = (worst - wide.to_numpy()) / (worst - 1)
    _mesh(ax, wide.to_numpy(), low=1, high=worst, flip=True)
    for row in range(len(rows)):
        for column in range(len(columns)):
            color = theme.ink_on(_BLUES(darkness[row, column])[:3])
            ax.text(column, row, f"{wide.iat[row, column]:.0f}", ha="center", va="center",
                    color=color, size=9)  # fmt: skip
    _rows(ax, rows)
    ax.set_xticks(range(len(columns)), labels=columns)
    ax.xaxis.tick_top()
    ax.xaxis.set_label_position("top")
    ax.set_xlabel("indicator left out", fontweight="bold")
    ax.tick_params(length=0)
    ax.set_frame_on(False)


def draw_beside_words(ax: Axes, table: pd.DataFrame) -> None:
    """Draw ranks as ranges, and write beside each country what UNODC says of it.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    table : DataFrame
        ``country, median, low, high, named, level, direction``; `named` is true for the origins
        that UNODC names.
    """
    places = np.arange(len(table))
    for named, role, marker in ((True, "accent", "o"), (False, "base", "o")):
        inside = table["named"].to_numpy() == named
        rows = table[inside]
        marks.dot_range(ax, places[inside], rows["median"], rows["low"], rows["high"],
                        color=theme.COLOURS[role], marker=marker)  # fmt: skip
    for place, row in zip(places, table.itertuples(), strict=True):
        words = ("named" if row.named else "–", row.level, row.direction)
        known = (row.named, row.labelled, row.labelled)
        _columns(ax, place, words, ["ink" if one else "muted" for one in known])
    _columns(ax, -1.0, ("as origin", "level", "direction"), ["ink"] * 3, weight="bold")
    quoted = f"UNODC, as quoted by\n{table['quoted_by'].iloc[0]}:"
    _columns(ax, -2.0, (quoted, "", ""), ["muted"] * 3)
    _rows(ax, table["country"])
    ax.set_xticks(range(1, len(table) + 1))
    ax.set_xlim(0.5, len(table) + 0.5)
    ax.set_xlabel("place in the index (1 = highest risk)")


def _columns(
    ax: Axes,
    place: float | np.number,
    texts: Sequence[str],
    roles: Sequence[str],
    weight: str = "normal",
) -> None:
    for shift, text, role in zip((12, 70, 122), texts, roles, strict=True):
        ax.annotate(text, (1, place), xycoords=ax.get_yaxis_transform(), xytext=(shift, 0),
                    textcoords="offset points", va="center", size=8.5, weight=weight,
                    color=theme.COLOURS[role], annotation_clip=False)  # fmt: skip


def draw_destinations(axes: Sequence[Axes], table: pd.DataFrame) -> None:
    """Draw hazard, exposure and pull of each destination side by side.

    Parameters
    ----------
    axes : sequence of three Axes
        Where to draw.
    table : DataFrame
        ``country, median, low, high, stock, income_times``, in the order of the rows; missing
        ranks and stocks are said in words.
    """
    hazard, exposure, pull = axes
    places = np.arange(len(table))
    marks.dot_range(hazard, places, table["median"], table["low"], table["high"],
                    color=theme.COLOURS["accent"])  # fmt: skip
    _rows(hazard, table["country"])
    count = int(table["median"].notna().sum())
    hazard.set_xticks([1, *range(3, count + 1, 2)])
    hazard.set_xlim(0.5, count + 0.5)
    hazard.set_title("Hazard")
    hazard.set_xlabel("place, 1 = most hazardous")
    exposure.set_xscale("log")
    exposure.plot(table["stock"], places, "s", color=theme.COLOURS["reference"])
    exposure.set_xlim(500, 2_000_000)
    exposure.set_title("Exposure")
    exposure.set_xlabel("people of Cambodian origin")
    exposure.set_xticks([1_000, 100_000], labels=["1,000", "100,000"])
    exposure.set_xticks([10_000, 1_000_000], labels=["", ""], minor=True)
    exposure.grid(True, axis="x", which="both")
    pull.barh(places, table["income_times"], height=0.6, color=theme.COLOURS["base"])
    pull.set_title("Pull")
    pull.set_xlabel("income, times Cambodia's")
    theme.zero_based(pull, axis="x", room=0.25)
    for ax, column, words in (
        (hazard, "median", "too few indicators"),
        (exposure, "stock", "no stock published"),
    ):
        for place in places[table[column].isna()]:
            ax.annotate(words, (0.04, place), xycoords=ax.get_yaxis_transform(), va="center",
                        size=8, color=theme.COLOURS["muted"],
                        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1})  # fmt: skip
    for place, times in zip(places, table["income_times"], strict=True):
        pull.annotate(f"{times:.1f}×", (times, place), xytext=(3, 0), textcoords="offset points",
                      va="center", size=8)  # fmt: skip
    for ax in (exposure, pull):
        ax.yaxis.set_gid("position")
        ax.grid(False, axis="y")
        ax.tick_params(axis="y", length=0, labelleft=False)
        ax.spines["left"].set_visible(False)


# The figures of notebook 06 in words, for readers who cannot see them.


def describe_heat_map(table: pd.DataFrame, area: str) -> str:
    """Say what the heat map shows of one country.

    Parameters
    ----------
    table : DataFrame
        As `khtip.chapters.risk.results.heat` returns it.
    area : str
        Country code.
    """
    rows = table[(table["ref_area"] == area) & (table["shown"] != "")]
    said = "; ".join(f"{row.label}: {row.shown}".replace("\n", " ") for row in rows.itertuples())
    return (
        f"Table of {table['ref_area'].nunique()} countries and {table['label'].nunique()} "
        f"indicators. {rows['country'].iloc[0]}: {said}."
    )


def describe_bars(table: pd.DataFrame) -> str:
    """Say the index of every country."""
    said = ", ".join(f"{row.country} {row.index_value:.0f}" for row in table.itertuples())
    return f"Bar chart of the index: {said}."


def describe_choices(table: pd.DataFrame) -> str:
    """Say between which places one country moves."""
    places = table["rank"]
    return (
        f"Table of {len(places)} places, from {places.min()} to {places.max()}; the most frequent "
        f"one is {places.mode()[0]}."
    )


def describe_ranks(table: pd.DataFrame) -> str:
    """Say the median place of every country and the limits of its places."""
    said = "; ".join(
        f"{row.country} {row.median:.0f}, from {row.low:.0f} to {row.high:.0f}"
        for row in table.itertuples()
    )
    return f"Strips of places with medians and their 5th and 95th percentiles: {said}."


def describe_sobol(table: pd.DataFrame) -> str:
    """Say the total index of every factor with its interval."""
    said = "; ".join(
        f"{row.factor} {row.total:.2f} ({row.total_low:.2f} to {row.total_high:.2f})"
        for row in table.itertuples()
    )
    return f"Dot chart of Sobol indices, total effects: {said}."


def describe_beside(table: pd.DataFrame) -> str:
    """Say the median place of every country and what UNODC says of it."""
    said = [
        f"{row.country} {row.median:.0f}"
        + (", named as origin" if row.named else "")
        + (f", level {row.level}, direction {row.direction}" if row.labelled else "")
        for row in table.itertuples()
    ]
    return f"Dot chart of median places with UNODC's words: {'; '.join(said)}."


def describe_destinations(table: pd.DataFrame) -> str:
    """Say hazard, exposure and pull of every destination."""
    said = [
        f"{row.country}: place {_known(row.median, '.0f')}, stock {_known(row.stock, ',.0f')}, "
        f"income {row.income_times:.1f} times"
        for row in table.itertuples()
    ]
    return f"Three panels. {'; '.join(said)}."


def _known(value: float, form: str) -> str:
    return "not known" if pd.isna(value) else format(value, form)
