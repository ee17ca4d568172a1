"""The rows that notebook 02 draws: one a voice, with their labels and their order."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from khtip.reconcile import periods, sums
from khtip.reconcile.verdict_tables import CLAIM_ORDER

SCOPES = {"unspecified": "scope not stated", periods.BOTH_SCOPES: "both scopes"}
HEDGES = {"more_than": "over ", "at_least": "at least ", "about": "about ", "nearly": "nearly "}
SHORT = {
    "inconsistent": "disagrees",
    "wrong_base": "wrong base",
    "wrong_sign": "wrong sign",
    "truncated": "cut off",
    "consistent": "agrees",
}


def drawn_claims(claims: pd.DataFrame, *, words: pd.Series) -> pd.DataFrame:
    """Return the percentage claims that could be recomputed, one row a voice, worst first.

    Returns
    -------
    DataFrame
        Columns of ``claims.csv`` with ``label``, ``said`` (the claim in its words) and
        ``verdict_words``; repetitions by the same body are left out.
    """
    rows = claims[claims["recomputed"].notna() & ~claims["measure"].str.endswith("s_change")]
    once = ["reporting_body", "period_start", "period_end", "of_measure", "category", "printed"]
    rows = rows.drop_duplicates(once)
    order = rows["verdict"].map(CLAIM_ORDER.index)
    rows = rows.assign(order=order).sort_values(["order", "recomputed"], ignore_index=True)
    label = [_claim_label(row, words) for row in rows.itertuples()]
    said = [row.wording or row.printed.replace("-", "−") + " %" for row in rows.itertuples()]
    label = [_claim_label(row, words) for row in rows.itertuples()]
    verdicts = rows["verdict"].map(SHORT)
    return rows.assign(label=label, said=said, verdict_words=verdicts).drop(columns="order")


def _claim_label(row: Any, words: pd.Series) -> str:
    text = words[row.reference_id]
    return f"{text} (share)" if str(row.measure).startswith("share_of_") else text


def drawn_totals(totals: pd.DataFrame, *, words: pd.Series) -> pd.DataFrame:
    """Return the lists of two parts or more that miss their total, one row a voice.

    Returns
    -------
    DataFrame
        Columns of ``totals.csv`` with ``label``; ``named`` and ``rest`` are per cent of
        ``against``: the total, the middle of its bounds, or the lower one where it has no upper
        one (``hedge`` says which in words). ``rest`` is never below zero.
    """
    rows = totals[totals["check"].eq("parts") & totals["parts"].gt(1)]
    rows = rows[~rows["verdict"].isin(["exact", "compatible"]) & rows["sum_of_parts"].notna()]
    once = ["reporting_body", "period_start", "period_end", "measure", "dimension", "stated_low"]
    rows = rows.drop_duplicates([*once, "sum_of_parts"])
    middle = (rows["stated_low"] + rows["stated_high"]) / 2
    against = rows["stated"].fillna(middle.where(middle.lt(math.inf), rows["stated_low"]))
    hedge = rows["stated_high"].map(lambda high: "at least " if high == math.inf else "about ")
    rows = rows.assign(against=against, hedge=hedge.where(rows["stated"].isna(), ""))
    named = 100 * rows["sum_of_parts"] / against
    rows = rows.assign(named=named, rest=(100 - named).clip(lower=0))
    order = rows["verdict"].map(sums.VERDICTS.index)
    rows = rows.assign(order=order).sort_values(["order", "named"], ascending=[False, True])
    along = rows["dimension"].str.replace("_", " ")
    label = [f"{words[one]}, by {by}" for one, by in zip(rows["figure_id"], along, strict=True)]
    return rows.assign(label=label).drop(columns="order").reset_index(drop=True)


def side_by_side(
    conflicts: pd.DataFrame, observations: pd.DataFrame, *, words: pd.Series
) -> pd.DataFrame:
    """Return every voice of the counts on which sources disagree, the widest span first.

    Returns
    -------
    DataFrame
        ``place`` (row of the drawing), ``label, reporting_body, value, times`` (value over the
        lowest), ``text`` (value with its hedge), ``period_end, source_id, figure_id, scope``. A
        hedged number is left out where it holds an exact one of the same body.
    """
    counts = conflicts[conflicts["kind"].eq("count") & conflicts["verdict"].eq("conflict")]
    counts = counts.sort_values(["ratio", "measure", "figure_ids"], ascending=[False, True, True])
    known = observations.assign(hedged=observations["low"].ne(observations["high"]))
    known = {row.figure_id: row for row in known.itertuples()}
    rows = []
    for place, count in enumerate(counts.itertuples()):
        voices = _voices([known[one] for one in count.figure_ids.split(";")])
        label = min((words[row.figure_id] for row in voices), key=lambda text: (len(text), text))
        scope = SCOPES.get(count.crime_scope, count.crime_scope.replace("_", " "))
        for row in voices:
            text = f"{HEDGES.get(row.qualifier, '')}{row.value:,.0f}"
            rows.append([place, label, row.reporting_body, row.value, row.value / count.lowest,
                         text, row.period_end, row.source_id, row.figure_id, scope])  # fmt: skip
    columns = ["place", "label", "reporting_body", "value", "times", "text", "period_end"]
    table = pd.DataFrame(rows, columns=[*columns, "source_id", "figure_id", "scope"])
    twice = table.groupby("label")["place"].transform("nunique").gt(1)
    table["label"] = table["label"].where(~twice, table["label"] + ", " + table["scope"])
    return table


def _voices(rows: list) -> list:
    """Return one statement a body and value, without hedged ones that hold an exact one."""
    rows = sorted(rows, key=lambda row: (row.hedged, row.value))
    voices = list({(row.reporting_body, row.value): row for row in reversed(rows)}.values())[::-1]
    exact = [(row.reporting_body, row.value) for row in voices if not row.hedged]
    kept = [
        row
        for row in voices
        if not row.hedged
        or not any(
            body == row.reporting_body and row.low <= value <= row.high for body, value in exact
        )
    ]
    return sorted(kept, key=lambda row: row.value)


def running_panels(steps: pd.DataFrame, growth: pd.DataFrame, *, most: int = 4) -> pd.DataFrame:
    """Return the running totals with the most falls, and those that grew by too little.

    Parameters
    ----------
    steps, growth : DataFrame
        What `running.check` and `running.growth` return.
    most : int
        How many series.

    Returns
    -------
    DataFrame
        Rows of `steps` with ``panel`` (a number), in order.
    """
    keys = ["measure", "ref_area", "dimension", "category", "period_start"]
    scope = steps.groupby(keys)["crime_scope"].transform("first")
    signs = steps[
        steps["crime_scope"].isin([periods.UNSTATED_SCOPE]) | steps["crime_scope"].eq(scope)
    ]
    short = growth.loc[growth["verdict"].eq("infeasible"), "later_id"]
    signs = signs.assign(short=signs["figure_id"].isin(short))
    once = signs.drop_duplicates([*keys, "period_end", "value"])
    ranked = once.assign(fall=once["step"].eq("falls")).groupby(keys)
    ranked = ranked.agg({"fall": "sum", "short": "sum", "value": "max"})
    ranked = ranked[ranked["fall"].gt(1) | ranked["short"].gt(0)]
    ranked = ranked.sort_values(["fall", "short", "value"], ascending=False, kind="stable")
    panels = pd.Series(range(len(ranked)), index=ranked.index, name="panel")
    found = signs.merge(panels[panels < most].reset_index(), on=keys)
    return found.sort_values(["panel", "period_end", "figure_id"], ignore_index=True)
