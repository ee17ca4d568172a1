"""The drawings of notebook 05. Each draws a table on given axes and computes nothing.

What the same drawings are called, and what is said about them, is in `destination_words`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from khtip.chapters.destinations.results import AT_POIPET, BY_RATE, FROM_THAILAND, VICTIMS
from khtip.figures import marks, theme
from khtip.figures.absence import about, say
from khtip.figures.drawn import stands_for
from khtip.ledger.unreported import missing
from khtip.statistics.rates import POPULATION_FROM, RATE_FROM, STABLE_FROM

WHITE = {"facecolor": "white", "edgecolor": "none", "pad": 1}
BLUE, GREY = theme.COLOURS["reference"], theme.COLOURS["base"]


def draw_counts(ax: Axes, home: pd.DataFrame) -> None:
    """Draw the list as bars, the unnamed residual hatched, with each share of the stated total."""
    if say(ax, home):
        return
    places = np.arange(len(home))
    for place, row in zip(places, home.itertuples(), strict=True):
        look = {"color": BLUE}
        if row.residual:
            look = {"color": theme.COLOURS["missing"], "edgecolor": theme.COLOURS["muted"],
                    "hatch": "////"}  # fmt: skip
        ax.barh(place, row.count, height=0.66, **look)
        marks.side_text(ax, place, row.text)
    _rows(ax, home["label"])
    theme.zero_based(ax, axis="x")
    ax.set_xlabel("Persons brought home")
    marks.side_text(ax, -0.85, "Persons, share (interval)", weight="bold")


def draw_flow(ax: Axes, home: pd.DataFrame) -> None:
    """Draw one ribbon a country, as wide as its number, running together into Cambodia."""
    if say(ax, home):
        return
    total = home["total"].iloc[0]
    gap = 0.012 * total
    # A slot is never lower than a line of text, however few persons its ribbon stands for.
    slots = np.maximum(home["count"], 0.05 * total) + gap
    start = np.cumsum([0, *slots])[:-1] + (slots - home["count"]) / 2
    end = np.cumsum([0, *home["count"]])[:-1] + (slots.sum() - total) / 2
    shades = np.where(np.arange(len(home)) % 2, 0.55, 0.8)  # so that neighbours can be told apart
    for top, into, shade, row in zip(start, end, shades, home.itertuples(), strict=True):
        edges = [(0, top), (0.5, top), (0.5, into), (1, into), (1, into + row.count),
                 (0.5, into + row.count), (0.5, top + row.count), (0, top + row.count),
                 (0, top)]  # fmt: skip
        codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
        ribbon = PathPatch(Path(edges, codes), facecolor=GREY if row.residual else BLUE,
                           alpha=shade, linewidth=0)  # fmt: skip
        stands_for(ax.add_patch(ribbon), row.count)
        words = f"{row.label}, {row.count:,.0f}"
        ax.annotate(words, (0, top + row.count / 2), xytext=(-5, 0), textcoords="offset points",
                    ha="right", va="center", size=8.5, annotation_clip=False)  # fmt: skip
    middle = slots.sum() / 2
    ax.annotate(f"Cambodia,\n{total:,.0f} persons", (1, middle), xytext=(6, 0),
                textcoords="offset points", va="center", size=9, weight="bold",
                annotation_clip=False)  # fmt: skip
    ax.set_xlim(-0.02, 1.0)
    ax.set_ylim(slots.sum(), -gap)
    ax.axis("off")


def draw_rates(ax: Axes, table: pd.DataFrame) -> None:
    """Draw rates on a logarithmic axis: the chosen revision, and the others as pale points."""
    if say(ax, table):
        return
    ax.set_xscale("log")
    known = table[table["chosen"] & table["stock"].notna()]
    bare = table[table["chosen"] & table["stock"].isna()]
    for row in table[~table["chosen"] & table["stock"].notna()].itertuples():
        ax.plot(row.per_10000, row.place, marker="|", markersize=11, markeredgewidth=1.6,
                color=GREY, linestyle="none", zorder=2)  # fmt: skip
    _name_farthest(ax, table)
    for row in known.itertuples():
        ax.hlines(row.place, row.low, row.high, colors=BLUE, linewidths=1.8, zorder=2.5)
        if pd.notna(row.rate_per_10000):
            face = BLUE if row.reading == "stable" else "white"
            ax.plot(row.rate_per_10000, row.place, marker="o", color=BLUE, markerfacecolor=face,
                    markersize=6.5, linestyle="none", zorder=3)  # fmt: skip
        marks.side_text(ax, row.place, row.text)
    for row in bare.itertuples():
        ax.annotate("no stock published, so no rate", (0.02, row.place), va="center", size=8.5,
                    xycoords=ax.get_yaxis_transform(), color=theme.COLOURS["muted"],
                    bbox=WHITE)  # fmt: skip
        marks.side_text(ax, row.place, row.text)
    rows = pd.concat([known, bare])
    ax.set_yticks(rows["place"], labels=rows["label"])
    ax.set_ylim(rows["place"].max() + 0.6, -1.3)
    _bare_rows(ax)
    marks.plain_log_ticks(ax)
    ax.set_xlabel("Persons brought home per 10,000 residents of Cambodian origin (log scale)")
    marks.side_text(ax, -0.85, "Persons / stock", weight="bold")


def _name_farthest(ax: Axes, table: pd.DataFrame) -> None:
    """Name the revision whose rate lies farthest from the chosen revision's."""
    base = table[table["chosen"]].set_index("destination")["per_10000"]
    apart = np.log(table["per_10000"] / table["destination"].map(base)).abs()
    if not apart.max() > 0:
        return
    row = table.loc[apart.idxmax()]
    spot = (row["per_10000"], row["place"])
    far = ax.transAxes.inverted().transform(ax.transData.transform(spot))[0] > 0.5
    ax.annotate(f"revision of {row['stock_edition']}", spot, xytext=(3 if far else -3, 7),
                textcoords="offset points", size=8, ha="right" if far else "left", va="bottom",
                color=theme.COLOURS["muted"], bbox=WHITE)  # fmt: skip


def draw_rank_sets(axes: np.ndarray, sets: pd.DataFrame) -> None:
    """Draw the range of ranks that each destination may hold, by number and by rate."""
    if say(axes, sets):
        return
    for ax, (name, block) in zip(axes, sets.groupby("ranked_by", sort=False), strict=False):
        block = block.reset_index(drop=True)
        for place, row in block.iterrows():
            ax.hlines(place, row["best"], row["worst"], colors=BLUE, linewidths=7, alpha=0.4)
            for end in {row["best"], row["worst"]}:
                ax.plot(end, place, marker="o", color=BLUE, linestyle="none", markersize=5.5)
        _rows(ax, block["label"])
        ax.set_title(name)
        ax.set_xticks(range(1, len(block) + 1))
        ax.set_xlim(0.5, len(block) + 0.5)
        ax.set_xlabel("Rank (1 = largest)")
    for spare in axes[sets["ranked_by"].nunique() :]:
        spare.set_visible(False)


def draw_three_counts(axes: np.ndarray, table: pd.DataFrame) -> None:
    """Draw the list and UNODC's two counts in panels beside each other, on one scale."""
    if say(axes, table):
        return
    for ax, (name, block) in zip(axes, table.groupby("counted", sort=False), strict=False):
        ax.barh(block["place"], block["value"].fillna(0), height=0.62,
                color=BLUE if block["is_list"].all() else theme.COLOURS["accent"])  # fmt: skip
        for row in block.itertuples():
            if pd.isna(row.value):
                marks.span_bar(ax, [row.place], [row.low], [row.high], axis="x", linewidth=9)
            ax.annotate(row.text, (row.high, row.place), xytext=(3, 0), va="center", size=8.5,
                        textcoords="offset points")  # fmt: skip
        ax.set_title(name.replace(": ", ":\n"), size=9)
        ax.grid(False, axis="y")
    names = table.drop_duplicates("place").sort_values("place")
    axes[0].set_yticks(names["place"], labels=names["label"])
    axes[0].set_ylim(names["place"].max() + 0.6, -0.6)
    axes[0].set_xlim(0, table["high"].max() * 1.28)
    for ax in axes:
        ax.tick_params(axis="y", length=0)
    axes[len(axes) // 2].set_xlabel("Persons")


def draw_totals(ax: Axes, table: pd.DataFrame) -> None:
    """Draw every stated total on a logarithmic axis; the reference year in full colour."""
    ax.set_xscale("log")
    ax.set_xlim(table["value"].min() / 1.4, table["value"].max() * 1.4)
    for place, row in enumerate(table.itertuples()):
        look = theme.body_style(row.reporting_body)
        colour = look["color"] if row.this_year else theme.COLOURS["base"]
        face = colour if row.full_year else "white"
        ax.plot(row.value, place, linestyle="none", marker=look["marker"], color=colour,
                markerfacecolor=face, markersize=7)  # fmt: skip
        weight = "bold" if row.this_year else "normal"
        marks.side_text(ax, place, row.text, weight=weight)
    _rows(ax, table["label"])
    for tick, now in zip(ax.get_yticklabels(), table["this_year"], strict=True):
        tick.set_fontweight("bold" if now else "normal")
    ax.grid(True, axis="y")
    steps = [step * 10**decade for decade in range(7) for step in (1, 3)]
    steps = [step for step in steps if ax.get_xlim()[0] <= step <= ax.get_xlim()[1]]
    ax.set_xticks(steps, labels=[f"{step:,}" for step in steps])
    ax.set_xticks([], minor=True)
    ax.set_xlabel("Persons (log scale)")


def draw_poipet(axes: np.ndarray, months: pd.DataFrame, years: pd.DataFrame) -> None:
    """Draw deportations at Poipet by month, and yearly counts beside the victims brought home."""
    left, right = axes
    places = np.arange(len(months))
    left.bar(places, months["adults"], width=0.8, color=GREY)
    # Hatched, because in grey the two colours are near each other.
    left.bar(places, months["children"], bottom=months["adults"], width=0.8, linewidth=0,
             facecolor=theme.COLOURS["accent"], edgecolor="white", hatch="////")  # fmt: skip
    left.set_xticks(places, labels=months["month"].str[:1])
    left.set_title(f"Counted at Poipet by month, {months['year'].iloc[0]}")
    left.set_ylabel("Persons deported")
    theme.zero_based(left)
    theme.thousands(left)
    left.grid(False, axis="x")
    top = months["total"].idxmax()
    left.annotate("children", (top, months["total"][top]), xytext=(0, 5), size=8.5, ha="center",
                  textcoords="offset points",
                  color=theme.text_colour(theme.COLOURS["accent"]))  # fmt: skip
    left.annotate("adults", (top, months["adults"][top] / 2), size=8.5, ha="center", va="center",
                  rotation=90, color=theme.ink_on(GREY))  # fmt: skip
    right.set_yscale("log")
    right.set_ylim(years["value"].min() / 2, years["value"].max() * 3)
    looks = {AT_POIPET: (GREY, "o", GREY), FROM_THAILAND: (GREY, "o", "white"),
             VICTIMS: (BLUE, "D", BLUE)}  # fmt: skip
    for what, (colour, marker, face) in looks.items():
        rows = years[years["what"].eq(what)]
        for row in rows.itertuples():
            inside = "white" if pd.isna(row.year) else face
            right.plot(row.calendar_year, row.value, linestyle="none", marker=marker,
                       color=colour, markerfacecolor=inside, markersize=7)  # fmt: skip
        for row in rows[np.isinf(rows["high"])].itertuples():
            right.annotate("more than", (row.calendar_year, row.value), xytext=(9, -3), size=8.5,
                           textcoords="offset points")  # fmt: skip
    theme.year_axis(right)
    right.set_xlim(years["calendar_year"].min() - 0.7, years["calendar_year"].max() + 0.7)
    right.set_title("Counts of a year (log scale)")
    marks.plain_log_ticks(right, axis="y")
    shown = {
        AT_POIPET: "Grey: deported, counted at Poipet",
        FROM_THAILAND: "Grey ring: deported from Thailand",
        VICTIMS: "Diamond: brought home as victims",
    }
    for line, (what, words) in enumerate(shown.items()):
        colour = BLUE if what == VICTIMS else theme.COLOURS["muted"]
        right.annotate(words, (0.03, 0.48 - 0.085 * line), xycoords="axes fraction", size=8.5,
                       color=theme.text_colour(colour), bbox=WHITE)  # fmt: skip


def _rows(ax: Axes, labels: pd.Series) -> None:
    ax.set_yticks(range(len(labels)), labels=[str(label) for label in labels])
    ax.set_ylim(len(labels) - 0.4, -0.7)
    _bare_rows(ax)


def _bare_rows(ax: Axes) -> None:
    ax.grid(False, axis="y")
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)


# Titles, captions and alternative texts of the figures of notebook 05, composed from values.


def describe_counts(home: pd.DataFrame, *, year: int, confidence: float) -> dict[str, object]:
    """Return the words of ``05-counts-with-residual``."""
    return about(
        home,
        title=f"Cambodians brought home as victims by destination, {_period(home, year)}",
        caption=(
            "Hatched: persons of the stated total whom no named country accounts for. In "
            f"brackets: {confidence:.0%} intervals of the shares that hold for all countries "
            "together (Goodman), as if each person had been found alone."
        ),
        alt="" if missing(home) else f"Bar chart. {_listed(home, 'label', 'count')}.",
    )


def describe_flow(home: pd.DataFrame, *, year: int) -> dict[str, object]:
    """Return the words of ``05-flow-home``."""
    return about(
        home,
        title=f"From where Cambodians were brought home as victims, {_period(home, year)}",
        caption=(
            "Each ribbon is as wide as the number of persons it stands for. Grey: no country "
            "named. A ribbon shows the country of return, not the way there, and not where the "
            "exploitation began."
        ),
        alt=""
        if missing(home)
        else (
            f"Flow chart with ribbons from each country into Cambodia, {home['total'].iloc[0]} "
            f"persons in all. {_listed(home, 'label', 'count')}."
        ),
    )


def describe_rates(table: pd.DataFrame, *, year: int, confidence: float) -> dict[str, object]:
    """Return the words of ``05-rates-by-destination``."""
    title = "Persons brought home per 10,000 residents of Cambodian origin, "
    if missing(table):
        return about(table, title=f"{title}{year}", caption="", alt="")
    chosen = table[table["chosen"]]
    known = chosen[chosen["stock"].notna()]
    edition, stock_year = chosen["stock_edition"].iloc[0], chosen["stock_year"].iloc[0]
    told = "; ".join(f"{one.label} {one.low:.1f} to {one.high:.1f}" for one in known.itertuples())
    return about(
        table,
        title=f"{title}{_period(table, year)}, UN revision of {edition} (stock of {stock_year})",
        caption=(
            f"Lines: {confidence:.0%} intervals (Garwood). Hollow points: unstable, fewer than "
            f"{STABLE_FROM} persons. A line without a point: fewer than {RATE_FROM} persons or a "
            f"stock below {POPULATION_FROM:,}. Grey marks: the same count over the stock of the "
            "other UN revisions. Migrants without papers are mostly not in the stock, so rates are "
            "too high; people sent back as deportees are not in the count, so rates are too low."
        ),
        alt=(
            f"Dot chart with intervals on a log axis. {told}. "
            f"{len(chosen) - len(known)} destinations have no published stock."
        ),
    )


def describe_ranks(sets: pd.DataFrame, *, year: int, confidence: float) -> dict[str, object]:
    """Return the words of ``05-rank-sets``."""
    title = "Ranks that each destination may hold, by number and by rate, "
    if missing(sets):
        return about(sets, title=f"{title}{year}", caption="", alt="")
    told = "; ".join(
        f"{one.label} {one.ranked_by.lower()} {one.best} to {one.worst}"
        for one in sets.itertuples()
    )
    edition = sets.loc[sets["ranked_by"].eq(BY_RATE), "stock_edition"]
    stock = f" over the UN stock, revision of {edition.iloc[0]}" if len(edition) else ""
    return about(
        sets,
        title=f"{title}{_period(sets, year)}",
        caption=(
            "Each bar joins the best and the worst rank; all bars together hold with "
            f"{confidence:.0%} confidence (exact tests of all pairs, Holm). By rate: "
            f"persons{stock}; destinations "
            "without a published stock cannot be ranked."
        ),
        alt=f"Range chart in two panels. {told}.",
    )


def describe_three_counts(table: pd.DataFrame, *, year: int) -> dict[str, object]:
    """Return the words of ``05-three-counts``."""
    title = "Three counts of one flow, by destination, "
    if missing(table):
        return about(table, title=f"{title}{year}", caption="", alt="")
    told = "; ".join(f"{one.label}, {one.counted}: {one.text}" for one in table.itertuples())
    same = table["same_years"].iloc[0]
    same = f", and its values of {same} are the same, so they are one observation" if same else ""
    return about(
        table,
        title=f"{title}{year} or the nearest year in UNODC's file",
        caption=(
            "Left: persons whom the Cambodian report says were brought home. Middle: victims "
            f"returned to Cambodia in UNODC's data file; its direction is inferred{same}. Right: "
            "Cambodian citizens whom the destination says it detected as victims. Pale: fewer than "
            "5, which may be none. No bar: nothing published, which is not zero."
        ),
        alt=f"Bar chart in three panels. {told}.",
    )


def describe_totals(table: pd.DataFrame, *, year: int) -> dict[str, object]:
    """Return the words of ``05-totals-by-source``."""
    told = "; ".join(f"{one.label}: {one.text}" for one in table.itertuples())
    now = f"In colour and bold: {year}."
    if not table["this_year"].any():
        now = f"No source states a total for {year}."
    first, last = table["calendar_year"].min(), table["calendar_year"].max()
    return about(
        table,
        title=f"Stated totals of Cambodians brought home, by source, {first} to {last}",
        caption=(
            f"{now} Hollow: a part of a year. Totals whose scope is not stated may hold migrant "
            "workers in distress and other returnees, which would make them much larger. Log "
            "scale: equal steps are equal ratios."
        ),
        alt=f"Dot chart on a log axis. {told}.",
    )


def describe_poipet(months: pd.DataFrame, years: pd.DataFrame) -> dict[str, object]:
    """Return the words of ``05-deportations-poipet``; draw it with both tables as one."""
    both = pd.concat([months, years], ignore_index=True)
    span = f"{years['calendar_year'].min()} to {years['calendar_year'].max()}"
    least, most = months.loc[months["total"].idxmin()], months.loc[months["total"].idxmax()]
    told = "; ".join(
        f"{one.calendar_year} {one.what.lower()}: {one.value:,.0f}" for one in years.itertuples()
    )
    return about(
        both,
        title=f"Cambodians deported from Thailand, and victims brought home, {span}",
        caption=(
            "Left: records of one checkpoint; orange, on top: children. Right: what different "
            "sources give for a year; a hollow diamond is a part of a year. The border counts "
            "migrants as migrants; it does not say who of them had been trafficked."
        ),
        alt=(
            f"Two panels. By month of {months['year'].iloc[0]}: from {least['total']:,.0f} in "
            f"{least['month']} to {most['total']:,.0f} in {most['month']}. By year: {told}."
        ),
    )


def _period(frame: pd.DataFrame, year: int) -> str:
    return str(frame["period"].iloc[0]) if "period" in frame else str(year)


def _listed(rows: pd.DataFrame, label: str, count: str) -> str:
    return "; ".join(f"{name}: {value:,}" for name, value in rows[[label, count]].to_numpy())
