"""The figures of notebook 06: each function draws one, with its words, and computes nothing."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle
from matplotlib.patheffects import Normal, Stroke

from khtip.chapters.risk.indicators import CATALOGUE, HOME
from khtip.chapters.risk.ranking import FEWEST_RANKED, TOP, Ranking
from khtip.chapters.risk.results import Results
from khtip.figures import marks, theme
from khtip.figures.drawn import DECOR
from khtip.figures.layout import lay_out
from khtip.figures.registry import draw_absence, figure
from khtip.ledger.unreported import nothing
from khtip.statistics.sensitivity import average_shift

# Neighbours differ in lightness (theme.CATEGORIES), so that the stack can be read in grey.
PARTS = ("ncct", "interior", "police", "immigration", "foreign_affairs", "base")
_BLUES = LinearSegmentedColormap.from_list("khtip", ["#F4F8FB", "#8FBFDD", "#0072B2", "#003F66"])


def too_few(ranking: Ranking, year: int) -> str:
    """Say that too few countries or indicators are known to rank by."""
    count = int(ranking.index["rank"].notna().sum())
    return (
        f"For {year} {count} countries have enough indicators to be ranked; places are shown from "
        f"{FEWEST_RANKED} countries on."
    )


def _empty(name: str, title: str, sentence: str, results: Results) -> None:
    """Save a figure that says why nothing can be ranked."""
    cited = results.origin.view.cited
    draw_absence(
        name, title=title, told=nothing(sentence, year=results.reference_year, looked_in=cited)
    )


def draw_indicator_heat_map(results: Results) -> None:
    """Draw countries by indicators: colour for the score, the value printed, gaps hatched."""
    table = results.heat
    shown = table[table["shown"] != ""]
    with figure(
        "06-indicator-heat-map",
        title="Indicators of risk for people who leave, South-East Asia, newest year up to "
        f"{results.reference_year}",
        caption="Darker: more risk than in the other countries, by this indicator. Each cell "
        "prints the value: times own income, score, percent, tier, persons convicted per 100 "
        "victims detected, emigrants per 100 inhabitants. Hatched: nothing published, or too few "
        "counts. Highest index on top.",
        alt=_heat_in_words(table),
        data=table if len(shown) else table.iloc[:0],
        sources=_split(shown["context_source_id"]),
        height=5.2,
    ) as ax:
        countries, columns = list(table["country"].unique()), list(table["label"].unique())
        wide = table.pivot(index="country", columns="label", values="score")
        _mesh(ax, wide.loc[countries, columns].to_numpy(), high=100)
        ax.set_frame_on(False)
        for one in table.itertuples():
            row, column = countries.index(one.country), columns.index(one.label)
            if one.shown:
                scored = not np.isnan(one.score)
                dark = theme.ink_on(_BLUES(one.score / 100)[:3]) if scored else ""
                _cell(ax, row, column, one.shown, dark or theme.COLOURS["muted"], size=8.5)
            else:
                _hatch(ax, column, row)
        _rows(ax, countries, bold=results.named.get(HOME))
        _columns_on_top(ax, columns)
        ax.set_xlabel(
            "darker: more risk than elsewhere in the region · hatched: not published, or too few"
        )


def _split(ids: Iterable[str]) -> list[str]:
    """Return source ids one by one; a count of two years can have two."""
    return [one for several in ids for one in str(several).split(";") if one and one != "nan"]


def _heat_in_words(table: pd.DataFrame) -> str:
    size = (
        f"Table of {table['ref_area'].nunique()} countries and {table['label'].nunique()} "
        "indicators."
    )
    rows = table[(table["ref_area"] == HOME) & (table["shown"] != "")]
    if rows.empty:
        return f"{size} None of them is published for the country of this collection."
    said = "; ".join(f"{row.label}: {row.shown}".replace("\n", " ") for row in rows.itertuples())
    return f"{size} {rows['country'].iloc[0]}: {said}."


def draw_baseline_index(results: Results) -> None:
    """Draw the index of each country as a bar, made of its indicators' parts when it is linear."""
    table, method = results.bars, results.method
    said = ", ".join(f"{row.country} {row.index_value:.0f}" for row in table.itertuples())
    with figure(
        "06-baseline-index",
        title="Index of risk for people who leave, South-East Asia, "
        f"{results.reference_year}: one set of choices",
        caption=f"Choices: {method['normalisation']}, {method['aggregation']} mean, "
        f"{method['weights']} weights. The parts of a bar are the indicators' shares in a linear "
        "index. At the right: how many of the indicators are known.",
        alt=f"Bar chart of the index: {said}.",
        data=table,
        sources=results.origin.view.cited,
        height=4.6,
    ) as ax:
        places = np.arange(len(table))
        if method["aggregation"] == "linear":
            _stack(ax, places, table)
        else:
            ax.barh(places, table["index_value"], height=0.68, color=theme.COLOURS["reference"])
        for place, row in zip(places, table.itertuples(), strict=True):
            _beside(ax, f"{row.index_value:.0f}", (row.index_value, place), 4, size=8.5)
            marks.side_text(ax, place, row.known_words, color=theme.COLOURS["muted"], size=8)
        _rows(ax, table["country"], bold=results.named.get(HOME))
        theme.zero_based(ax, axis="x", room=0.06)
        ax.set_xlabel("index (higher: more risk)")


def _stack(ax: Axes, places: np.ndarray, table: pd.DataFrame) -> None:
    columns = [name for name in table if str(name).startswith("part_")]
    words = [CATALOGUE[name.removeprefix("part_")].label for name in columns]
    start = np.zeros(len(table))
    for role, column, label in zip(PARTS, columns, words, strict=False):
        width = table[column].fillna(0).to_numpy()
        look = {"color": theme.COLOURS[role], "edgecolor": "white", "linewidth": 0.6}
        ax.barh(places, width, left=start, height=0.68, label=label, **look)
        start = start + width
    _key(ax, list(zip(words, PARTS, strict=False)))


def draw_rank_by_choice(results: Results) -> None:
    """Draw the home country's place for each method and each indicator left out."""
    table, units = results.moves, results.origin.units
    title = (
        f"{results.named.get(HOME, HOME)}'s place among {len(units)} countries by method and "
        f"indicator left out, {results.reference_year}"
    )
    if table.empty:
        year = results.reference_year
        sentence = too_few(results.origin, year)
        if units:
            sentence = (
                f"For {year} too few indicators of {results.named.get(HOME, HOME)} are known."
            )
        _empty("06-rank-by-choice", title, sentence, results)
        return
    ranks = table["rank"]
    with figure(
        "06-rank-by-choice",
        title=title,
        caption="Equal weights. Rows: how indicators are scaled and averaged. Columns: which "
        "indicator is left out. Place 1 is the highest risk.",
        alt=f"Table of {len(ranks)} places, from {ranks.min()} to {ranks.max()}; the most frequent "
        f"one is {ranks.mode()[0]}.",
        data=table,
        sources=results.origin.view.cited,
        height=3.6,
    ) as ax:
        rows, columns = table["method"].unique(), table["left_out"].unique()
        wide = table.pivot(index="method", columns="left_out", values="rank").loc[rows, columns]
        darkness = (len(units) - wide.to_numpy()) / (len(units) - 1)
        _mesh(ax, wide.to_numpy(), low=1, high=len(units), flip=True)
        for row, column in np.ndindex(wide.shape):
            color = theme.ink_on(_BLUES(darkness[row, column])[:3])
            _cell(ax, row, column, f"{wide.iat[row, column]:.0f}", color, size=9)
        _rows(ax, rows)
        _columns_on_top(ax, columns)
        ax.xaxis.set_label_position("top")
        ax.set_xlabel("indicator left out", fontweight="bold")
        ax.set_frame_on(False)


def draw_rank_uncertainty(results: Results) -> None:
    """Draw how often each country has each place, its median and 5 to 95 percent of places."""
    summary, shares = results.ordered, results.shares
    title = (
        f"Places in the index of risk under {results.draws:,} sets of choices, South-East Asia, "
        f"{results.reference_year}"
    )
    if summary.empty:
        sentence = too_few(results.origin, results.reference_year)
        _empty("06-rank-uncertainty", title, sentence, results)
        return
    said = "; ".join(
        f"{row.country} {row.median:.0f}, from {row.low:.0f} to {row.high:.0f}"
        for row in summary.itertuples()
    )
    with figure(
        "06-rank-uncertainty",
        title=title,
        caption="Darker cells: more of the sets of choices give this place. Dot: median place. "
        "Line: from the 5th to the 95th percentile. At the right: share of the sets in which the "
        "country is among the first places.",
        alt=f"Strips of places with medians and their 5th and 95th percentiles: {said}.",
        data=shares,
        sources=results.origin.view.cited,
        height=5.2,
    ) as ax:
        wide = shares.pivot(index="unit", columns="rank", values="share").loc[summary["unit"]]
        values, places = wide.where(wide > 0).to_numpy(), np.arange(len(summary))
        _mesh(ax, values, high=max(0.6, np.nanmax(values)), left=0.5)
        ink, edge = theme.COLOURS["ink"], [Stroke(linewidth=3.6, foreground="white"), Normal()]
        ends = summary["low"], summary["high"]
        ax.hlines(places + 0.3, *ends, linewidths=1.6, color=ink, path_effects=edge)
        dot = {"color": ink, "markersize": 6, "markeredgecolor": "white"}
        ax.plot(summary["median"], places + 0.3, "o", **dot)
        for place, row in zip(places, summary.itertuples(), strict=True):
            marks.side_text(ax, place, _percent(row.p_top))
        marks.side_text(ax, -1.0, f"among the\nfirst {TOP}", weight="bold", size=8)
        _rows(ax, summary["country"], bold=results.named.get(HOME))
        _place_axis(ax, len(summary), "place (1 = highest risk)")


def _percent(share: float) -> str:
    return "<1 %" if 0 < share < 0.005 else f"{share:.0%}".replace("%", " %")


def draw_sobol_indices(results: Results) -> None:
    """Draw the first and the total Sobol index of every factor with their intervals."""
    year = results.reference_year
    title = f"What moves the ranking: Sobol indices of the average rank shift, {year}"
    if results.sobol.empty:
        _empty("06-sobol-indices", title, too_few(results.origin, year), results)
        return
    words = {"second measure": "income in PPP or US$", "data error": "error of the counts"}
    table = results.sobol.assign(factor=results.sobol["factor"].replace(words))
    if table["total"].isna().all():
        _empty("06-sobol-indices", title, "No choice moves any place.", results)
        return
    shift = average_shift(results.origin.ranks, results.reference).mean()
    with figure(
        "06-sobol-indices",
        title=title,
        caption="Dots: total effect; diamonds: effect alone; lines: "
        f"{results.confidence:.0%} bootstrap intervals. On average a country moves {shift:.1f} "
        "places. Choices are listed in a fixed order; those whose lines overlap are not to be "
        "ranked.",
        alt=f"Dot chart of Sobol indices, total effects: {_effects_in_words(table)}.",
        data=table,
        sources=results.origin.view.cited,
        height=3.8,
    ) as ax:
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
        alone = ("alone (first-order index, diamonds)", "interior")
        _key(ax, [("with all interactions (total index, dots)", "reference"), alone])
        ax.set_xlabel("share of the variance of the average rank shift")


def _effects_in_words(table: pd.DataFrame) -> str:
    return "; ".join(
        f"{row.factor} {row.total:.2f} ({row.total_low:.2f} to {row.total_high:.2f})"
        for row in table.itertuples()
    )


def draw_risk_beside_unodc(results: Results) -> None:
    """Draw places as ranges, and write beside each country what UNODC says of it."""
    table, said = results.beside, results.said
    when = f" of {said['year'].min()}" if len(said) else ""
    title = f"Places in the index, {results.reference_year}, beside UNODC's words{when}"
    if table.empty:
        sentence = too_few(results.origin, results.reference_year)
        _empty("06-risk-beside-unodc", title, sentence, results)
        return
    told = [
        f"{row.country} {row.median:.0f}"
        + (", named as origin" if row.named else "")
        + (f", level {row.level}, direction {row.direction}" if row.labelled else "")
        for row in table.itertuples()
    ]
    with figure(
        "06-risk-beside-unodc",
        title=title,
        caption="Dot and line: median place and 5th to 95th percentile. Coloured: countries that "
        "UNODC names as origins of unskilled labour. Level and direction: UNODC's label of risk; "
        "“not read” means that no label was seen, not that there is none. All of UNODC's words "
        f"are second-hand, as quoted by {results.who or 'nobody'}.",
        alt=f"Dot chart of median places with UNODC's words: {'; '.join(told)}.",
        data=table,
        sources=[*results.origin.view.cited, *said["source_id"].dropna().unique()],
        height=5,
        shows="indicators",
    ) as ax:
        places = np.arange(len(table))
        for named, role in ((True, "accent"), (False, "base")):
            inside = table["named"].to_numpy() == named
            rows = table[inside]
            span = rows["median"], rows["low"], rows["high"]
            marks.dot_range(ax, places[inside], *span, color=theme.COLOURS[role], marker="o")
        _words_of_unodc(ax, table, results.who or "nobody")
        _rows(ax, table["country"], bold=results.named.get(HOME))
        _place_axis(ax, len(table), "place in the index (1 = highest risk)")


def _words_of_unodc(ax: Axes, table: pd.DataFrame, who: str) -> None:
    for place, row in enumerate(table.itertuples()):
        words = ("named" if row.named else "–", row.level, row.direction)
        known = (row.named, row.labelled, row.labelled)
        _columns(ax, place, words, ["ink" if one else "muted" for one in known])
    _columns(ax, -1.0, ("as origin", "level", "direction"), ["ink"] * 3, weight="bold")
    quoted = f"UNODC, as quoted by\n{who}:"
    _columns(ax, -2.0, (quoted, "", ""), ["muted"] * 3)


def _columns(
    ax: Axes,
    place: float | np.number,
    texts: Sequence[str],
    roles: Sequence[str],
    weight: str = "normal",
) -> None:
    for shift, text, role in zip((12, 70, 122), texts, roles, strict=True):
        look = {"size": 8.5, "weight": weight, "color": theme.COLOURS[role]}
        _beside(ax, text, (1, place), shift, xycoords=ax.get_yaxis_transform(), **look)


def draw_destinations(results: Results) -> None:
    """Draw hazard, exposure and pull of each destination side by side.

    Missing ranks, stocks and incomes are said in words.
    """
    table, said = results.destinations, results.said
    told = [
        f"{row.country}: place {_known(row.median, '.0f')}, stock {_known(row.stock, ',.0f')}, "
        f"income {_known(row.income_times, '.1f')} times"
        for row in table.itertuples()
    ]
    if not table[["median", "stock", "income_times"]].notna().any(axis=None):
        told.append(f"no number is published for {results.reference_year}")
    cited = [
        *results.destination.view.cited,
        *_split(results.gap["context_source_id"]),
        *_split(results.stock["context_source_id"]),
        *said["source_id"].dropna().unique(),
    ]
    with figure(
        "06-destinations",
        title=f"Destinations of Cambodians: hazard, exposure and pull, {results.reference_year}",
        caption=f"Hazard: median place under {results.draws:,} sets of choices, with the 5th to "
        f"the 95th percentile. Exposure: UN DESA migrant stock, {results.stock_edition} revision, "
        "logarithmic. Pull: income per head (purchasing power) as a multiple of Cambodia's. †: "
        "named by UNODC as destination of unskilled labour, as quoted by "
        f"{results.who or 'nobody'}.",
        alt=f"Three panels. {'; '.join(told)}.",
        data=table,
        sources=cited,
        shows="indicators",
        columns=3,
        sharey=True,
        height=4.8,
    ) as axes:
        _hazard(axes[0], table)
        _exposure(axes[1], table)
        _pull(axes[2], table)


def _known(value: float, form: str) -> str:
    return "not known" if pd.isna(value) else format(value, form)


def _hazard(ax: Axes, table: pd.DataFrame) -> None:
    span = table["median"], table["low"], table["high"]
    marks.dot_range(ax, np.arange(len(table)), *span, color=theme.COLOURS["accent"])
    _rows(ax, table["country"])
    count = int(table["median"].notna().sum())
    ax.set_xticks([1, *range(3, count + 1, 2)])
    ax.set_xlim(0.5, max(count, 1) + 0.5)
    ax.set_title("Hazard")
    ax.set_xlabel("place, 1 = most hazardous")
    _say_missing(ax, table["median"], "too few indicators")


def _exposure(ax: Axes, table: pd.DataFrame) -> None:
    ax.set_xscale("log")
    ax.plot(table["stock"], np.arange(len(table)), "s", color=theme.COLOURS["reference"])
    most, least = table["stock"].max(), table["stock"].where(table["stock"] > 0).min()
    ax.set_xlim(min(500, 0.8 * np.nan_to_num(least, nan=500)), max(2e6, 1.5 * np.nan_to_num(most)))
    ax.set_title("Exposure")
    ax.set_xlabel("people of Cambodian origin")
    ax.set_xticks([1_000, 100_000], labels=["1,000", "100,000"])
    ax.set_xticks([10_000, 1_000_000], labels=["", ""], minor=True)
    ax.grid(True, axis="x", which="both")
    _say_missing(ax, table["stock"], "no stock published")
    _no_names(ax)


def _pull(ax: Axes, table: pd.DataFrame) -> None:
    times = table["income_times"]
    ax.barh(np.arange(len(table)), times, height=0.6, color=theme.COLOURS["base"])
    ax.set_title("Pull")
    ax.set_xlabel("income, times Cambodia's")
    theme.zero_based(ax, axis="x", room=0.25)
    for place, one in enumerate(times):
        if not np.isnan(one):
            _beside(ax, f"{one:.1f}×", (one, place), 3, size=8)
    _say_missing(ax, times, "no income published")
    _no_names(ax)


def _say_missing(ax: Axes, values: pd.Series, words: str) -> None:
    for place in np.flatnonzero(values.isna()):
        ax.annotate(
            words,
            (0.04, place),
            xycoords=ax.get_yaxis_transform(),
            va="center",
            size=8,
            color=theme.COLOURS["muted"],
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
        )


# What several figures share.


def _rows(ax: Axes, labels: Iterable[str], bold: str | None = None) -> None:
    """Give each row its name, the first on top, without lines or ticks; one in bold."""
    names = list(labels)
    ax.set_yticks(range(len(names)), labels=names)
    for text in ax.get_yticklabels():
        text.set_fontweight("bold" if text.get_text() == bold else "normal")
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.tick_params(axis="y", length=0)
    ax.grid(False, axis="y")
    ax.spines["left"].set_visible(False)


def _no_names(ax: Axes) -> None:
    """Leave the names of the rows to the panel at the left."""
    ax.yaxis.set_gid("position")
    ax.grid(False, axis="y")
    ax.tick_params(axis="y", length=0, labelleft=False)
    ax.spines["left"].set_visible(False)


def _columns_on_top(ax: Axes, labels: Iterable[str]) -> None:
    names = list(labels)
    ax.set_xticks(range(len(names)), labels=names)
    ax.xaxis.tick_top()
    ax.tick_params(length=0)


def _place_axis(ax: Axes, count: int, words: str) -> None:
    ax.set_xticks(range(1, count + 1))
    ax.set_xlim(0.5, count + 0.5)
    ax.set_xlabel(words)


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


def _cell(ax: Axes, row: int, column: int, text: str, color: str, *, size: float) -> None:
    ax.text(column, row, text, ha="center", va="center", size=size, color=color)


def _hatch(ax: Axes, column: int, row: int) -> None:
    colours = {"facecolor": theme.COLOURS["missing"], "edgecolor": "#BBBBBB"}
    look = {**colours, "hatch": "////", "linewidth": 0, "gid": DECOR}
    ax.add_patch(Rectangle((column - 0.48, row - 0.46), 0.96, 0.92, **look))


def _beside(ax: Axes, text: str, spot: tuple, shift: float, **look: object) -> None:
    """Write a text so many points right of a spot."""
    at = {"xytext": (shift, 0), "textcoords": "offset points", "va": "center"}
    ax.annotate(text, spot, **at, annotation_clip=False if "xycoords" in look else None, **look)


def _key(ax: Axes, entries: Sequence[tuple[str, str]]) -> None:
    """Write the words of each colour above the axes, in that colour."""
    lay_out(ax.figure)
    at = 0.0
    width = ax.get_window_extent().width * 72 / ax.figure.dpi
    for words, role in entries:
        text = ax.annotate(
            f"■ {words}",
            (0, 1),
            xycoords="axes fraction",
            xytext=(at, 5),
            textcoords="offset points",
            size=8.5,
            color=theme.text_colour(theme.COLOURS[role]),
            annotation_clip=False,
        )
        extent = text.get_window_extent(ax.figure.canvas.get_renderer())
        at += extent.width * 72 / ax.figure.dpi + 0.02 * width
