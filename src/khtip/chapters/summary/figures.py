"""The figures of notebook 07: how far the findings hold, and which choices turn them."""

from textwrap import fill
from typing import Any

import numpy as np
import pandas as pd
import seaborn
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from khtip.chapters.summary.results import CHOICES, Results
from khtip.figures import theme
from khtip.figures.registry import figure
from khtip.ledger.lineage import EVERY

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
STANDING_LOOK: dict[str, dict[str, str]] = {
    "holds everywhere": {"facecolor": theme.COLOURS["ncct"]},
    "changes with the years only": {"facecolor": theme.COLOURS["base"]},
    # Hatched, because in grey its colour is that of its neighbour.
    "changes with a choice": {
        "facecolor": theme.COLOURS["interior"],
        "edgecolor": "white",
        "hatch": "////",
    },
    "not affected": {"facecolor": theme.COLOURS["missing"]},
    "not reported": {"facecolor": "white", "edgecolor": theme.COLOURS["muted"], "hatch": "////"},
}


def _basis(results: Results) -> dict[str, Any]:
    """Return what every figure rests on: all that the notebooks state."""
    return {
        "sources": ";".join(results.findings["sources"].dropna()).split(";"),
        "statements": [EVERY],
    }


def draw_headline_support(results: Results) -> None:
    """Draw, for each headline and each kind of setting that reaches it, in how many it holds."""
    shown = results.headline_support
    steady = int((shown[["choices_other", "years_other"]].sum(axis=1) == 0).sum())
    years = f"{results.chosen['base_year']} and {results.chosen['reference_year']}"
    title = f"Settings in which a headline keeps its verdict, Cambodia, {years}"
    if shown.empty:
        said = "No finding is named as a headline in data/lookups/headlines.csv."
        _draw_sentence(results, "07-headline-support", title, said)
        return
    caption = (
        f"{len(shown)} headline findings, {years}. {steady} keep their verdict in every "
        "setting that was tested; hatched settings have no data."
    )
    with figure(
        "07-headline-support",
        title=title,
        caption=caption,
        alt=f"Two panels of stacked bars, one row for each of {len(shown)} headline findings: "
        "settings with the same verdict, with another verdict, and without data; left for other "
        f"choices, right for other years. {caption}",
        data=shown,
        height=5.6,
        columns=2,
        **_basis(results),
    ) as axes:
        labels = [f"{one.label}:\n{one.verdict}" for one in shown.itertuples()]
        for ax, (kind, words) in zip(axes, KINDS.items(), strict=True):
            _support_bars(ax, shown, kind)
            _rows(ax, labels)
            ax.set_xlabel(words)
        axes[1].tick_params(axis="y", labelleft=False)
        _key(axes[1], {words: LOOK[state] for state, words in STATES.items()}, right=True)


def _support_bars(ax: Axes, shown: pd.DataFrame, kind: str) -> None:
    places, start = np.arange(len(shown)), np.zeros(len(shown))
    for state in STATES:
        width = shown[f"{kind}_{state}"].to_numpy(dtype=float)
        drawn = width > 0
        ax.barh(places[drawn], width[drawn], left=start[drawn], height=0.62, **LOOK[state])
        start += width
    look = {"va": "center", "size": 8.5, "color": theme.COLOURS["muted"]}
    for place in places[start == 0]:
        ax.text(0, place, " no such setting reaches it", **look)
    _counts_axis(ax, max(1, start.max()))


def draw_turning_choices(results: Results) -> None:
    """Draw findings by parameters: how often changing that one parameter changes the verdict."""
    title, turned = "Settings in which one changed choice turns a verdict", results.turned
    count = turned["finding_id"].nunique()
    if not count:
        said = "No finding changes its verdict when one choice alone changes."
        _draw_sentence(results, "07-turning-choices", title, said)
        return
    most = turned.groupby("parameter")["changed"].sum().idxmax()
    caption = (
        f"{count} of {len(results.summary)} findings change their verdict when one choice alone "
        f"changes. Most are turned by {most.replace('_', ' ')}."
    )
    with figure(
        "07-turning-choices",
        title=title,
        caption=caption,
        alt="Grid of findings by choices; each cell gives the number of settings with another "
        "verdict out of those tested, darker for a larger share; grey where nothing was tested. "
        + caption,
        data=turned,
        height=1.6 + 0.27 * count,
        **_basis(results),
    ) as ax:
        _turning_map(ax, turned)


def _draw_sentence(results: Results, name: str, title: str, said: str) -> None:
    """Save a figure that holds one sentence: there is nothing to draw."""
    with figure(
        name,
        title=title,
        caption=said,
        alt=f"Empty chart: {said} Of {len(results.summary)} findings, none is drawn.",
        data=pd.DataFrame({"said": [said]}),
        **_basis(results),
    ) as ax:
        ax.text(0.5, 0.5, said, transform=ax.transAxes, ha="center", va="center", size=9)
        ax.set_axis_off()


def _turning_map(ax: Axes, turned: pd.DataFrame) -> None:
    there = sorted(set(turned["parameter"]), key=[*CHOICES, *turned["parameter"]].index)
    columns = {name: fill(CHOICES.get(name, name), 10) for name in there}
    rows = turned["finding_id"].drop_duplicates().tolist()
    told = turned.assign(
        words=turned["changed"].astype(str) + " of " + turned["tested"].astype(str)
    )
    wide = told.pivot(index="finding_id", columns="parameter").loc[rows]
    shares, words = (wide[name][list(columns)] for name in ("share", "words"))
    ax.set_facecolor(theme.COLOURS["missing"])
    seaborn.heatmap(
        shares,
        annot=words,
        fmt="",
        annot_kws={"size": 8},
        cmap="Blues",
        vmin=0,
        vmax=1.2,
        linewidths=1,
        linecolor="white",
        cbar=False,
        xticklabels=list(columns.values()),
        yticklabels=rows,
        ax=ax,
    )
    (shades,) = ax.collections
    # Seaborn writes in dark or white, too; but between them it does not look for the better one.
    tested = shares.to_numpy()[shares.notna()]
    for text, color in zip(ax.texts, shades.to_rgba(tested), strict=True):
        text.set_color(theme.ink_on(color[:3]))
    ax.set(xlabel="", ylabel="")
    ax.yaxis.set_gid("position")
    ax.xaxis.tick_top()
    ax.tick_params(length=0)


def draw_standing_by_notebook(results: Results, titles: dict[str, str]) -> None:
    """Draw, for each notebook, how many of its findings hold under what."""
    counted = results.standing_by_notebook(titles)
    held, unreached = (counted[name].sum() for name in ("holds everywhere", "not affected"))
    caption = (
        f"{held} of {len(results.summary)} findings hold in every setting that reaches them; "
        f"{unreached} are reached by no setting."
    )
    with figure(
        "07-standing-by-notebook",
        title="Findings by how far they hold, notebook by notebook",
        caption=caption,
        alt="One stacked bar a notebook: findings that hold everywhere, that change with the years "
        "only, that change with a choice, that no choice reaches, and that are not reported. "
        + caption,
        data=counted,
        height=3.6,
        **_basis(results),
    ) as ax:
        looks = {name: look for name, look in STANDING_LOOK.items() if counted[name].any()}
        start = np.zeros(len(counted))
        for name, look in looks.items():
            width = counted[name].to_numpy(dtype=float)
            ax.barh(range(len(counted)), width, left=start, height=0.62, linewidth=0, **look)
            for place, (left, size) in enumerate(zip(start, width, strict=True)):
                if size:
                    _number(ax, (left + size / 2, place), size, look["facecolor"])
            start += width
        _rows(ax, counted["notebook"].tolist())
        ax.set_xlabel("findings")
        _counts_axis(ax, start.max())
        _key(ax, {name: {"linewidth": 0, **look} for name, look in looks.items()})


def _number(ax: Axes, place: tuple[float, float], size: float, colour: str) -> None:
    box = {"facecolor": colour, "edgecolor": "none", "pad": 1.5}
    ax.text(
        *place,
        f"{size:.0f}",
        ha="center",
        va="center",
        size=8.5,
        color=theme.ink_on(colour),
        bbox=box,
    )


def _counts_axis(ax: Axes, most: float) -> None:
    ax.set_xlim(0, most * 1.02)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))


def _rows(ax: Axes, labels: list[str]) -> None:
    ax.set_yticks(range(len(labels)), labels=labels)
    ax.yaxis.set_gid("position")
    ax.set_ylim(len(labels) - 0.5, -0.5)
    ax.tick_params(axis="y", length=0)
    ax.grid(False)


def _key(ax: Axes, looks: dict[str, dict], *, right: bool = False) -> None:
    handles = [Patch(label=name, **look) for name, look in looks.items()]
    side, place = ("lower right", 1.0) if right else ("lower left", 0.0)
    lines = -(-len(handles) // 3)
    # Out of the layout, or the axes would move apart; an empty title keeps the lines free.
    ax.set_title("\n".join([" "] * lines))
    ax.legend(
        handles=handles,
        loc=side,
        bbox_to_anchor=(place, 1.0),
        ncols=-(-len(handles) // lines),
        handlelength=1,
        borderaxespad=0.2,
        columnspacing=1.2,
    ).set_in_layout(False)
