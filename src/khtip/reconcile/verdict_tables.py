"""Tables of verdicts for readers: what each statement is about in words, and what was found."""

from __future__ import annotations

from typing import Any

import pandas as pd

from khtip.reconcile import periods
from khtip.reconcile.splits import period_words
from khtip.remember import remembered

AS_DOCUMENTED = "as-documented"
CLAIM_ORDER = ("inconsistent", "wrong_base", "wrong_sign", "truncated", "consistent")
SIGNS = {"count": "sources", "label": "units", "recycled": "repeats", "ratio": "ratio"}
WORDS = {
    "consistent": "agrees",
    "truncated": "cut off, not rounded",
    "wrong_base": "divided by the wrong number",
    "wrong_sign": "wrong sign",
    "inconsistent": "does not agree",
    "cannot_check": "cannot be checked",
    "exact": "adds up",
    "compatible": "can be right",
    "open_residual": "list leaves a rest",
    "residual": "list misses its total",
    "over_total": "parts exceed the total",
    "infeasible": "cannot be right",
    "implausible": "implausible",
    "conflict": "sources disagree",
    "unit_mixed": "mixes cases and persons",
    "label_differs": "one number, two labels",
    "unusual_ratio": "unusual ratio",
    "falls": "running total falls",
    "recycled?": "number used twice?",
}


def statement_words(
    observations: pd.DataFrame,
    *,
    measures: pd.DataFrame,
    categories: pd.DataFrame,
    areas: pd.DataFrame,
) -> pd.Series:
    """Return for each ``figure_id`` what its statement is about, in a few words.

    Parameters
    ----------
    observations : DataFrame
        The cleaned ledger.
    measures, categories, areas : DataFrame
        Lookups with labels and names.
    """
    names = areas.set_index("ref_area")["name"]
    labels = measures.set_index("measure")["label"]
    known = categories.set_index(["dimension", "category"])["label"].to_dict()
    report = ["source_id", "reporting_body", "measure", "ref_area", "period_start", "period_end"]
    scopes = observations.groupby(report)["crime_scope"].transform("nunique")
    several = dict(zip(observations["figure_id"], scopes.gt(1), strict=True))
    found = {}
    for row in observations.itertuples():
        about = row.base_measure if row.measure == "percent_change" else row.measure
        words = [labels.get(about, "Change")]
        if row.category and row.category != row.crime_scope:
            place = names.get(row.category, row.category.replace("_", " "))
            words.append(known.get((row.dimension, row.category), place))
        plain = row.crime_scope not in (periods.BOTH_SCOPES, periods.UNSTATED_SCOPE)
        repeated = row.dimension == "crime_type" and row.category == row.crime_scope
        sexual = row.crime_scope == "sexual_exploitation" and row.dimension != "crime_type"
        if repeated or sexual or (plain and several[row.figure_id] and not row.category):
            words.append(row.crime_scope.replace("_", " "))
        if row.ref_area != "KHM":
            words.append(names[row.ref_area])
        found[row.figure_id] = ", ".join([*words, period_words(row.period_start, row.period_end)])
    return pd.Series(found, dtype=object)


@remembered
def main_report(
    observations: pd.DataFrame, *, year: int, preferred_body: str = AS_DOCUMENTED
) -> str:
    """Return the source that says most about a year, among those that count its cases.

    Parameters
    ----------
    observations : DataFrame
        The cleaned ledger.
    year : int
        A calendar year.
    preferred_body : str
        ``as-documented`` looks at every body; the name of a body only at its statements.

    Returns
    -------
    str
        A source id, or an empty text where no source counts the cases of that year.
    """
    rows = observations[observations["year"].eq(year).fillna(False)]
    if preferred_body != AS_DOCUMENTED:
        rows = rows[rows["reporting_body"].eq(preferred_body)]
    counts = rows[rows["measure"].eq("cases") & rows["ref_area"].eq("KHM")]
    sizes = rows[rows["source_id"].isin(counts["source_id"])].groupby("source_id").size()
    return str(sizes.sort_values(ascending=False, kind="stable").index[0]) if len(sizes) else ""


def worked_example(
    source_id: str,
    *,
    observations: pd.DataFrame,
    claims: pd.DataFrame,
    totals: pd.DataFrame,
    conflicts: pd.DataFrame,
    words: pd.Series,
) -> pd.DataFrame:
    """Return everything the checks found in one report, one row a check.

    Parameters
    ----------
    source_id : str
        The report.
    observations, claims, totals, conflicts : DataFrame
        The cleaned ledger and the three tables of verdicts.
    words : Series
        `statement_words`.

    Returns
    -------
    DataFrame
        ``check, statement, printed, found, verdict``. Lists of a single part are left out.
    """
    own = observations.loc[observations["source_id"].eq(source_id)].set_index("figure_id")
    rows = []
    for row in claims[claims["figure_id"].isin(own.index)].itertuples():
        rows.append(["claim", row.figure_id, row.printed, row.why, row.verdict])
    for row in totals[totals["figure_id"].isin(own.index)].itertuples():
        text = total_words(row)
        if text and not (row.check == "period" and row.verdict == "compatible"):
            rows.append([row.check, row.figure_id, own.loc[row.figure_id, "printed"], text,
                         row.verdict])  # fmt: skip
    for row in conflicts.itertuples():
        ids = [one for one in row.figure_ids.split(";") if one in own.index]
        if not ids or row.verdict not in ("conflict", "unit_mixed", "recycled?", "unusual_ratio"):
            continue
        found = row.why if row.kind != "count" else f"{row.lowest:g} to {row.highest:g}"
        found += f" ({row.bodies.replace(';', ', ')})" if row.kind == "count" else ""
        rows.append([SIGNS[row.kind], ids[0], own.loc[ids[0], "printed"], found, row.verdict])
    table = pd.DataFrame(rows, columns=["check", "statement", "printed", "found", "verdict"])
    table["statement"] = table["statement"].map(words)
    table["verdict"] = table["verdict"].map(WORDS)
    return table


def total_words(row: Any) -> str:
    """Return what one row of ``totals.csv`` found, empty for a list of a single part."""
    if row.check == "categories":
        return f"{row.parts} countries named; {row.hint}"
    if row.check == "period":
        return f"{row.sum_low:g} in {row.hint} alone"
    if row.parts < 2:
        return ""
    along = row.dimension.replace("_", " ")
    hint = row.hint.partition(":")[0] if row.verdict != "open_residual" else ""
    return f"{row.sum_low:g} in {row.parts} parts by {along}" + (f"; {hint}" if hint else "")
