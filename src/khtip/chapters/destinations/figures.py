"""The drawings of notebook 05 and their words. They draw tables and compute nothing."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from khtip.chapters.destinations.rated import ABOVE_STOCK, NO_STOCK, NOT_IN_TABLE
from khtip.chapters.destinations.results import (
    AT_POIPET,
    BY_NUMBER,
    BY_RATE,
    COUNTED,
    FROM_THAILAND,
    MINISTRY,
    VICTIMS,
    Results,
)
from khtip.figures import marks, theme
from khtip.figures.absence import no_count
from khtip.figures.drawn import stands_for
from khtip.figures.layout import shortened
from khtip.figures.marks import short
from khtip.figures.registry import draw_absence, figure
from khtip.ledger.periods import UNSTATED_SCOPE
from khtip.ledger.statements import hedged
from khtip.ledger.unreported import sources_of
from khtip.statistics.rates import POPULATION_FROM, RATE_FROM, STABLE_FROM

WHITE = {"facecolor": "white", "edgecolor": "none", "pad": 1}
BLUE, GREY = theme.COLOURS["reference"], theme.COLOURS["base"]
MUTED, ACCENT = theme.COLOURS["muted"], theme.COLOURS["accent"]
DOT: dict[str, Any] = {"linestyle": "none"}
BESIDE: dict[str, Any] = {"textcoords": "offset points", "size": 8.5}


def draw_counts_with_residual(found: Results) -> None:
    """Draw the list as bars, the unnamed residual hatched, with each share of the stated total."""
    name, title = "05-counts-with-residual", "Cambodians brought home as victims by destination"
    if found.home.empty:
        draw_absence(name, title=f"{title}, {found.reference_year}", told=found.absent)
        return
    home = _with_shares(found.listed)
    caption = (
        "Hatched: persons of the stated total whom no named country accounts for. In brackets: "
        f"{found.confidence:.0%} intervals of the shares that hold for all countries together "
        "(Goodman), as if each person had been found alone."
    )
    if found.total > found.stated:
        caption += (
            f" The countries sum to {found.total:,.0f}, more than the stated total of "
            f"{found.stated:,.0f}, so shares are of their sum."
        )
    with figure(
        name,
        data=home.assign(stated=found.stated) if found.total > found.stated else home,
        title=f"{title}, {found.period}",
        caption=caption,
        alt=f"Bar chart of {found.stated:,.0f} persons brought home. {_listed(home)}.",
        sources=sources_of(home),
        height=4.2,
    ) as ax:
        unnamed = {"color": theme.COLOURS["missing"], "edgecolor": MUTED, "hatch": "////"}
        for place, row in enumerate(home.itertuples()):
            look = unnamed if row.residual else {"color": BLUE}
            ax.barh(place, row.count, height=0.66, **look)
            marks.side_text(ax, place, row.text)
        marks.name_rows(ax, home["label"])
        theme.zero_based(ax, axis="x")
        ax.set_xlabel("Persons brought home")
        marks.side_text(ax, -0.85, "Persons, share (interval)", weight="bold")


def draw_flow_home(found: Results) -> None:
    """Draw one ribbon a country, as wide as its number, running together into Cambodia."""
    name, title = "05-flow-home", "From where Cambodians were brought home as victims"
    if found.home.empty:
        draw_absence(name, title=f"{title}, {found.reference_year}", told=found.absent)
        return
    home, total = _with_shares(found.listed), int(found.total)
    with figure(
        name,
        data=home,
        title=f"{title}, {found.period}",
        caption=(
            "Each ribbon is as wide as the number of persons it stands for. Grey: no country "
            "named. A ribbon shows the country of return, not the way there, and not where the "
            "exploitation began."
        ),
        alt=(
            f"Flow chart with ribbons from each country into Cambodia, {total} persons in all. "
            f"{_listed(home)}."
        ),
        sources=sources_of(home),
        height=4.6,
    ) as ax:
        _draw_ribbons(ax, home, total)


def _with_shares(listed: pd.DataFrame) -> pd.DataFrame:
    """Put the label, and number and share as text, after the mark of the residual."""
    home = listed.copy()
    place = home.columns.get_loc("residual") + 1
    home.insert(place, "label", home.pop("label"))
    said = [
        f"{one.count:,.0f}: {_percent(one.share)} % ({_percent(one.low_together)} to "
        f"{_percent(one.high_together)} %)"
        for one in home.itertuples()
    ]
    home.insert(place + 1, "text", said)
    return home


def _percent(share: float) -> str:
    return f"{100 * share:.1f}" if share < 0.1 else f"{100 * share:.0f}"


def _draw_ribbons(ax: Axes, home: pd.DataFrame, total: float) -> None:
    gap = 0.012 * total
    # A slot is never lower than a line of text, however few persons its ribbon stands for.
    slots = np.maximum(home["count"], 0.05 * total) + gap
    start = np.cumsum([0, *slots])[:-1] + (slots - home["count"]) / 2
    end = np.cumsum([0, *home["count"]])[:-1] + (slots.sum() - total) / 2
    shades = np.where(np.arange(len(home)) % 2, 0.55, 0.8)  # so that neighbours can be told apart
    curve = [Path.CURVE4] * 3
    codes = [Path.MOVETO, *curve, Path.LINETO, *curve, Path.CLOSEPOLY]
    style = {**BESIDE, "va": "center", "annotation_clip": False}
    for top, into, shade, row in zip(start, end, shades, home.itertuples(), strict=True):
        upper = [(0, top), (0.5, top), (0.5, into), (1, into)]
        lower = [(across, height + row.count) for across, height in reversed(upper)]
        look = {"facecolor": GREY if row.residual else BLUE, "alpha": shade, "linewidth": 0}
        ribbon = PathPatch(Path([*upper, *lower, upper[0]], codes), **look)
        stands_for(ax.add_patch(ribbon), row.count)
        said = f"{shortened(row.label, 1.8, size=8.5)}, {row.count:,.0f}"
        ax.annotate(said, (0, top + row.count / 2), xytext=(-5, 0), ha="right", **style)
    said = f"Cambodia,\n{total:,.0f} persons"
    style |= {"size": 9, "weight": "bold"}
    ax.annotate(said, (1, slots.sum() / 2), xytext=(6, 0), **style)
    ax.set_xlim(-0.02, 1.0)
    ax.set_ylim(slots.sum(), -gap)
    ax.axis("off")


def draw_rates_by_destination(found: Results) -> None:
    """Draw rates on a logarithmic axis: the chosen revision, and the others as pale points."""
    name, title = "05-rates-by-destination", "Persons brought home per 10,000 residents of"
    title = f"{title} Cambodian origin"
    if found.home.empty:
        draw_absence(name, title=f"{title}, {found.reference_year}", told=found.absent)
        return
    table = _with_places(found.revisions)
    if table["low"].isna().all():
        told = found.unreported("No destination on the list has a published stock.")
        draw_absence(name, title=f"{title}, {found.period}", told=told)
        return
    chosen = table[table["chosen"]]
    known, stock_year = chosen.dropna(subset="low"), chosen["stock_year"].iloc[0]
    limits = [f"{one.label} {one.low:.1f} to {one.high:.1f}" for one in known.itertuples()]
    with figure(
        name,
        data=table,
        title=(
            f"{title}, {found.period}, UN revision of {found.stock_edition} (stock of {stock_year})"
        ),
        caption=(
            f"Lines: {found.confidence:.0%} intervals (Garwood). Hollow points: unstable, fewer "
            f"than {STABLE_FROM} persons. A line without a point: fewer than {RATE_FROM} persons "
            f"or a stock below {POPULATION_FROM:,}. Grey marks: the same count over the stock of "
            "the other UN revisions. Migrants without papers are mostly not in the stock, so rates "
            "are too high; people sent back as deportees are not in the count, so rates are too "
            "low."
        ),
        alt=(
            f"Dot chart with intervals on a log axis. {'; '.join(limits)}. {_bare_rates(chosen)}."
        ),
        sources=sources_of(table),
        height=4.2,
    ) as ax:
        _draw_rates(ax, table)


def _bare_rates(chosen: pd.DataFrame) -> str:
    """Say how many destinations have no rate, and why."""
    counted = chosen["reading"].value_counts()
    told = [f"{counted.get(NO_STOCK, 0)} destinations have no published stock"]
    told += [f"{counted[why]}: {why}" for why in (NOT_IN_TABLE, ABOVE_STOCK) if why in counted]
    return "; ".join(told)


def _with_places(revisions: pd.DataFrame) -> pd.DataFrame:
    """Add the place of each destination in the chosen revision, and count and stock as text."""
    table = revisions.copy()
    order = table.loc[table["chosen"], "destination"].tolist()
    table.insert(table.columns.get_loc("label"), "place", table["destination"].map(order.index))
    said = [
        f"{one.count:,} / " + ("–" if pd.isna(one.stock) else f"{one.stock:,.0f}")
        for one in table[["count", "stock"]].itertuples(index=False)
    ]
    table.insert(table.columns.get_loc("per_10000") + 1, "text", said)
    return table


def _draw_rates(ax: Axes, table: pd.DataFrame) -> None:
    ax.set_xscale("log")
    rated = table["low"].notna()
    known, bare = table[table["chosen"] & rated], table[table["chosen"] & ~rated]
    others = {"marker": "|", "markersize": 11, "markeredgewidth": 1.6, "color": GREY, "zorder": 2}
    for row in table[~table["chosen"] & rated].itertuples():
        ax.plot(row.per_10000, row.place, **DOT, **others)
    _name_farthest(ax, table)
    for row in known.itertuples():
        ax.hlines(row.place, row.low, row.high, colors=BLUE, linewidths=1.8, zorder=2.5)
        if pd.notna(row.rate_per_10000):
            face = BLUE if row.reading == "stable" else "white"
            look = {"marker": "o", "color": BLUE, "markerfacecolor": face, "markersize": 6.5}
            ax.plot(row.rate_per_10000, row.place, zorder=3, **DOT, **look)
        marks.side_text(ax, row.place, row.text)
    style = {"xycoords": ax.get_yaxis_transform(), "va": "center", "size": 8.5}
    for row in bare.itertuples():
        said = f"{row.reading}, so no rate"
        ax.annotate(said, (0.02, row.place), color=MUTED, bbox=WHITE, **style)
        marks.side_text(ax, row.place, row.text)
    rows = pd.concat([known, bare])
    ax.set_yticks(rows["place"], labels=rows["label"])
    ax.set_ylim(rows["place"].max() + 0.6, -1.3)
    marks.bare_rows(ax)
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
    side = {"xytext": (3, 7), "ha": "right"} if far else {"xytext": (-3, 7), "ha": "left"}
    style = {**BESIDE, "size": 8, "va": "bottom", "color": MUTED, "bbox": WHITE}
    ax.annotate(f"revision of {row['stock_edition']}", spot, **side, **style)


def draw_rank_sets(found: Results) -> None:
    """Draw the range of ranks that each destination may hold, by number and by rate."""
    name, title = "05-rank-sets", "Ranks that each destination may hold, by number and by rate"
    if found.home.empty:
        draw_absence(name, title=f"{title}, {found.reference_year}", told=found.absent)
        return
    sets = found.ranks
    ranges = [
        f"{one.label} {one.ranked_by.lower()} {one.best} to {one.worst}"
        for one in sets.itertuples()
    ]
    over = ""
    if sets["ranked_by"].eq(BY_RATE).any():
        over = f" over the UN stock, revision of {found.stock_edition}"
    with figure(
        name,
        data=sets,
        title=f"{title}, {found.period}",
        caption=(
            "Each bar joins the best and the worst rank; all bars together hold with "
            f"{found.confidence:.0%} confidence (exact tests of all pairs, Holm). By rate: "
            f"persons{over}; destinations without a published stock cannot be ranked."
        ),
        alt=f"Range chart in two panels. {'; '.join(ranges)}.",
        sources=sources_of(sets),
        height=3.8,
        columns=2,
    ) as axes:
        for ax, panel in zip(axes, (BY_NUMBER, BY_RATE), strict=True):
            _draw_ranks(ax, sets[sets["ranked_by"].eq(panel)])
            ax.set_title(panel)


def _draw_ranks(ax: Axes, block: pd.DataFrame) -> None:
    if block.empty:
        no_count(ax, "no stock published, so no rate")
        return
    for place, row in enumerate(block.itertuples()):
        ax.hlines(place, row.best, row.worst, colors=BLUE, linewidths=7, alpha=0.4)
        for end in {row.best, row.worst}:
            ax.plot(end, place, marker="o", color=BLUE, markersize=5.5, **DOT)
    marks.name_rows(ax, block["label"])
    ax.set_xticks(range(1, len(block) + 1))
    ax.set_xlim(0.5, len(block) + 0.5)
    ax.set_xlabel("Rank (1 = largest)")


def draw_three_counts(found: Results) -> None:
    """Draw the list and UNODC's two counts in panels beside each other, on one scale."""
    name, title = (
        "05-three-counts",
        f"Three counts of one flow, by destination, {found.reference_year}",
    )
    if found.home.empty:
        draw_absence(name, title=title, told=found.absent)
        return
    table = _with_texts(found.flows)
    counts = [f"{one.label}, {one.counted}: {one.text}" for one in table.itertuples()]
    same = table["same_years"].iloc[0]
    if same:
        same = f", and its values of {same} are the same, so they are one observation"
    with figure(
        name,
        data=table,
        title=f"{title} or the nearest year in UNODC's file",
        caption=(
            "Left: persons whom the Cambodian report says were brought home. Middle: victims "
            f"returned to Cambodia in UNODC's data file; its direction is inferred{same}. Right: "
            "Cambodian citizens whom the destination says it detected as victims. Pale: fewer than "
            "5, which may be none. No bar: nothing published, which is not zero."
        ),
        alt=f"Bar chart in three panels. {'; '.join(counts)}.",
        sources=sources_of(table),
        height=4.2,
        columns=3,
        sharex=True,
        sharey=True,
    ) as axes:
        for ax, counted in zip(axes, (MINISTRY, *COUNTED.values()), strict=True):
            _draw_count(ax, table[table["counted"].eq(counted)])
            ax.set_title(counted.replace(": ", ":\n"), size=9)
            ax.grid(False, axis="y")
            ax.tick_params(axis="y", length=0)
        names = table.drop_duplicates("place").sort_values("place")
        axes[0].set_yticks(names["place"], labels=names["label"])
        axes[0].set_ylim(names["place"].max() + 0.6, -0.6)
        axes[0].set_xlim(0, table["high"].max() * 1.28)
        axes[1].set_xlabel("Persons")


def _with_texts(flows: pd.DataFrame) -> pd.DataFrame:
    """Add the place of each destination, and the number with its year as text."""
    table = flows.copy()
    order = table["destination"].drop_duplicates().tolist()
    table.insert(table.columns.get_loc("label"), "place", table["destination"].map(order.index))
    when = table["year"].map(" ({})".format).mask(table["is_list"], "")
    under = (table["high"] + 1).map("under {:.0f}".format)
    said = table["value"].map("{:.0f}".format).mask(table["value"].isna(), under)
    table.insert(table.columns.get_loc("is_list") + 1, "text", said + when)
    return table


def _draw_count(ax: Axes, block: pd.DataFrame) -> None:
    if block.empty:
        no_count(ax)
        return
    colour = BLUE if block["is_list"].all() else ACCENT
    ax.barh(block["place"], block["value"].fillna(0), height=0.62, color=colour)
    for row in block.itertuples():
        if pd.isna(row.value):
            marks.span_bar(ax, [row.place], [row.low], [row.high], axis="x", linewidth=9)
        ax.annotate(row.text, (row.high, row.place), xytext=(3, 0), va="center", **BESIDE)


def draw_totals_by_source(found: Results) -> None:
    """Draw every stated total on a logarithmic axis; the reference year in full colour."""
    name, title = "05-totals-by-source", "Stated totals of Cambodians brought home, by source"
    table = found.totals[found.totals["value"].gt(0)].copy()
    if table.empty:
        told = found.unreported("No source states a total of Cambodians brought home.")
        draw_absence(name, title=title, told=told)
        return
    scope = table["crime_scope"].str.replace("_", " ").replace(UNSTATED_SCOPE, "scope not stated")
    label = table["period"] + ", " + table["reporting_body"].map(short) + ", " + scope
    table.insert(table.columns.get_loc("this_year"), "label", label)
    numbers = table["value"].map("{:,.0f}".format)
    table["text"] = list(map(hedged, numbers, table["qualifier"]))
    told = "; ".join(f"{one.label}: {one.text}" for one in table.itertuples())
    now = f"No source states a total for {found.reference_year}."
    if table["this_year"].any():
        now = f"In colour and bold: {found.reference_year}."
    first, last = table["calendar_year"].min(), table["calendar_year"].max()
    with figure(
        name,
        data=table,
        title=f"{title}, {first} to {last}",
        caption=(
            f"{now} Hollow: a part of a year. Totals whose scope is not stated may hold migrant "
            "workers in distress and other returnees, which would make them much larger. Log "
            "scale: equal steps are equal ratios."
        ),
        alt=f"Dot chart on a log axis. {told}.",
        sources=sources_of(table),
        height=5.4,
    ) as ax:
        _draw_totals(ax, table)


def _draw_totals(ax: Axes, table: pd.DataFrame) -> None:
    ax.set_xscale("log")
    low, high = table["value"].min() / 1.4, table["value"].max() * 1.4
    ax.set_xlim(low, high)
    for place, row in enumerate(table.itertuples()):
        look = theme.body_style(row.reporting_body)
        look["color"] = look["color"] if row.this_year else GREY
        face = look["color"] if row.full_year else "white"
        ax.plot(row.value, place, markerfacecolor=face, markersize=7, **DOT, **look)
        marks.side_text(ax, place, row.text, weight="bold" if row.this_year else "normal")
    marks.name_rows(ax, table["label"])
    for tick, now in zip(ax.get_yticklabels(), table["this_year"], strict=True):
        tick.set_fontweight("bold" if now else "normal")
    ax.grid(True, axis="y")
    steps = [step * 10**decade for decade in range(9) for step in (1, 3)]
    steps = [step for step in steps if low <= step <= high]
    ax.set_xticks(steps, labels=[f"{step:,}" for step in steps])
    ax.set_xticks([], minor=True)
    ax.set_xlabel("Persons (log scale)")


def draw_deportations_poipet(found: Results) -> None:
    """Draw deportations at Poipet by month, and yearly counts beside the victims brought home."""
    name = "05-deportations-poipet"
    title = "Cambodians deported from Thailand, and victims brought home"
    months, years = found.months.drop(columns="adds_up"), found.sent_back
    both = pd.concat([one for one in (months, years) if len(one)] or [years], ignore_index=True)
    if both.empty:
        told = found.unreported("No source counts Cambodians deported from Thailand.")
        draw_absence(name, title=title, told=told)
        return
    counted = both["calendar_year"] if len(years) else both["year"]
    with figure(
        name,
        data=both,
        title=f"{title}, {counted.min():.0f} to {counted.max():.0f}",
        caption=(
            "Left: records of one checkpoint; orange, on top: children. Right: what different "
            "sources give for a year; a hollow diamond is a part of a year. The border counts "
            "migrants as migrants; it does not say who of them had been trafficked."
        ),
        alt=f"Two panels. {_told_months(months)} By year: {_told_years(years)}.",
        sources=sources_of(both),
        height=3.6,
        columns=2,
    ) as axes:
        axes[0].set_title(f"Counted at Poipet by month{_months_of(months)}")
        axes[1].set_title("Counts of a year (log scale)")
        drawn = years[years["value"].gt(0)]  # nobody has no place on a log scale
        for ax, rows, draw in zip(axes, (months, drawn), (_draw_months, _draw_years), strict=True):
            if rows.empty:
                no_count(ax)
            else:
                draw(ax, rows)


def _told_months(months: pd.DataFrame) -> str:
    if months.empty:
        return "By month: no count published."
    least, most = months.loc[months["total"].idxmin()], months.loc[months["total"].idxmax()]
    return (
        f"By month of{_months_of(months)[1:]}: from {least['total']:,.0f} in {least['month']} to "
        f"{most['total']:,.0f} in {most['month']}."
    )


def _told_years(years: pd.DataFrame) -> str:
    told = [
        f"{one.calendar_year} {one.what.lower()}: {one.value:,.0f}" for one in years.itertuples()
    ]
    return "; ".join(told) or "no count published"


def _months_of(months: pd.DataFrame) -> str:
    spans = [str(year) for year in months["year"].unique()]
    return f", {' and '.join(spans)}" if spans else ""


def _draw_months(ax: Axes, months: pd.DataFrame) -> None:
    at, split = np.arange(len(months)), months["children"].notna()
    ax.bar(at, months["adults"].where(split, months["total"]), width=0.8, color=GREY)
    # Hatched, because in grey the two colours are near each other.
    look = {"facecolor": ACCENT, "edgecolor": "white", "hatch": "////", "linewidth": 0}
    upper = months[split]
    ax.bar(at[split], upper["children"], bottom=upper["adults"], width=0.8, **look)
    ax.set_xticks(at, labels=months["month"].str[:1])
    ax.set_ylabel("Persons deported")
    theme.zero_based(ax)
    theme.thousands(ax)
    ax.grid(False, axis="x")
    if upper.empty:
        return
    top = upper["total"].idxmax()
    colour = theme.text_colour(ACCENT)
    spot = (top, months["total"][top])
    ax.annotate("children", spot, xytext=(0, 5), ha="center", color=colour, **BESIDE)
    style = {"size": 8.5, "ha": "center", "va": "center", "rotation": 90}
    ax.annotate("adults", (top, months["adults"][top] / 2), color=theme.ink_on(GREY), **style)


def _draw_years(ax: Axes, years: pd.DataFrame) -> None:
    ax.set_yscale("log")
    ax.set_ylim(years["value"].min() / 2, years["value"].max() * 3)
    looks = {
        AT_POIPET: (GREY, "o", GREY),
        FROM_THAILAND: (GREY, "o", "white"),
        VICTIMS: (BLUE, "D", BLUE),
    }
    for what, (colour, marker, face) in looks.items():
        rows = years[years["what"].eq(what)]
        for row in rows.itertuples():
            inside = "white" if pd.isna(row.year) else face
            look = {"marker": marker, "color": colour, "markerfacecolor": inside}
            ax.plot(row.calendar_year, row.value, markersize=7, **DOT, **look)
        for row in rows[np.isinf(rows["high"])].itertuples():
            ax.annotate("more than", (row.calendar_year, row.value), xytext=(9, -3), **BESIDE)
    first, last = years["calendar_year"].min(), years["calendar_year"].max()
    theme.year_axis(ax, every=1 + (last - first) // 9)
    ax.set_xlim(first - 0.7, last + 0.7)
    marks.plain_log_ticks(ax, axis="y")
    shown = {
        "Grey: deported, counted at Poipet": MUTED,
        "Grey ring: deported from Thailand": MUTED,
        "Diamond: brought home as victims": BLUE,
    }
    for line, (said, colour) in enumerate(shown.items()):
        style = {"xycoords": "axes fraction", "size": 8.5, "bbox": WHITE}
        ax.annotate(said, (0.03, 0.48 - 0.085 * line), color=theme.text_colour(colour), **style)


def _listed(rows: pd.DataFrame) -> str:
    pairs = zip(rows["label"], rows["count"], strict=True)
    return "; ".join(f"{label}: {count:,}" for label, count in pairs)
