"""Titles, captions and alternative texts of notebook 02, composed from the drawn tables."""

from __future__ import annotations

import pandas as pd

from khtip.charts.verdict_charts import WIDE


def _span(rows: pd.DataFrame, column: str = "period_end") -> str:
    """Return the years that the rows end in, as words."""
    years = rows[column].str[:4]
    return years.min() if years.min() == years.max() else f"{years.min()} to {years.max()}"


def claims(rows: pd.DataFrame) -> dict[str, str]:
    """Return title, caption and alternative text of `verdict_charts.claims`."""
    numbers = rows["verdict"].value_counts()
    listed = [
        f"{row.label}: claimed {row.said}, recomputed {row.recomputed:.3f} per cent, "
        f"{row.verdict_words}."
        for row in rows[rows["verdict"].ne("consistent")].itertuples()
    ]
    return {
        "title": "Stated changes and shares against the counts behind them, Cambodia, "
        f"{_span(rows)}",
        "caption": "Open mark: the claim, with a bar where its words leave room. Filled mark: "
        "recomputed from the counts in exact arithmetic. Red does not follow from the counts, "
        "amber was cut off instead of rounded, blue agrees. Repetitions by the same body are "
        "left out.",
        "alt": f"Dot chart of {len(rows)} claims, {numbers.get('consistent', 0)} of which agree. "
        + " ".join(listed),
    }


def totals(rows: pd.DataFrame, everything: pd.DataFrame) -> dict[str, str]:
    """Return title, caption and alternative text of `verdict_charts.totals`.

    Parameters
    ----------
    rows : DataFrame
        `verdict_rows.drawn_totals`.
    everything : DataFrame
        ``totals.csv``, to say how many lists do add up.
    """
    lists = everything[everything["check"].eq("parts") & everything["parts"].gt(1)]
    good = lists["verdict"].isin(["exact", "compatible"]).sum()
    listed = [
        f"{row.label}: {row.sum_of_parts:.0f} of {row.hedge}{row.against:.0f}."
        for row in rows.itertuples()
    ]
    return {
        "title": f"Stated totals and the sum of their parts, Cambodia, {_span(rows)}",
        "caption": f"The bar is what the named parts give of the total. {good} further lists, "
        "not drawn, add up or can add up. Repetitions by the same body are left out.",
        "alt": f"Bar chart of {len(rows)} lists that do not give their total. " + " ".join(listed),
    }


def side_by_side(rows: pd.DataFrame) -> dict[str, str]:
    """Return title, caption and alternative text of `verdict_charts.side_by_side`."""
    spans = rows.groupby("place").agg(
        label=("label", "first"), low=("value", "min"), high=("value", "max")
    )
    listed = [f"{row.label}: {row.low:,.0f} to {row.high:,.0f}." for row in spans.itertuples()]
    return {
        "title": "Counts on which sources disagree, each as a multiple of its lowest value, "
        f"Cambodia, {_span(rows)}",
        "caption": "Each mark is what one body says of the same count; its colour and shape name "
        "the body throughout this collection, grey marks are other bodies. Upper panel: the "
        f"highest is at least {WIDE:g} times the lowest. Repetitions by the same body are left "
        "out.",
        "alt": f"Dot ranges of {len(spans)} counts, widest first. " + " ".join(listed),
    }


def running(rows: pd.DataFrame, labels: dict[str, str]) -> tuple[dict[str, str], list[str]]:
    """Return title, caption and alternative text of the running totals, and panel titles.

    Parameters
    ----------
    rows : DataFrame
        `verdict_rows.running_panels`.
    labels : dict
        Label of each measure.
    """
    panels = rows.drop_duplicates("panel")
    titles = [
        f"{labels[row.measure]}, since {pd.Timestamp(row.period_start):%B %Y}"
        for row in panels.itertuples()
    ]
    once = rows.drop_duplicates(["panel", "period_end", "value"])
    listed = []
    for title, (_, points) in zip(titles, once.groupby("panel"), strict=True):
        steps = [f"{row.value:,.0f} by {row.period_end}" for row in points.itertuples()]
        listed.append(f"{title}: {', '.join(steps)}.")
    words = {
        "title": f"Running totals that contradict themselves, Cambodia, {_span(rows)}",
        "caption": "Each mark counts from the same first day up to its own last day, so the marks "
        "can only rise. A red triangle is lower than an earlier total; a red line rises by less "
        "than was reported for a time inside it. Hollow marks are another body than the others "
        "of the panel.",
        "alt": f"Line charts of {len(panels)} running totals. " + " ".join(listed),
    }
    return words, titles
