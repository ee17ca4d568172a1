"""Tables of verdicts for readers: what each statement is about in words, and what was found."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from khtip.chapters.sources import sums
from khtip.ledger import periods
from khtip.ledger.splits import period_words
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


# The rows that notebook 02 draws: one a voice, with their labels and their order.


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


# Short tables over all verdicts: how many fit, what cannot be checked, and signs of a mix-up.


FITS = ("consistent", "truncated", "exact", "compatible", "equal", "within_rounding")
OPEN = ("cannot_check", "open_residual", "not_comparable")
CHECKS = {
    "parts": "lists against their total",
    "categories": "numbers of countries against the names",
    "period": "part-years against their year",
}


def summary(claims: pd.DataFrame, totals: pd.DataFrame, comparisons: pd.DataFrame) -> pd.DataFrame:
    """Return how many verdicts of each check fit, are open, or speak against each other.

    Parameters
    ----------
    claims, totals, comparisons : DataFrame
        Tables with ``verdict``; `totals` with ``check``.

    Returns
    -------
    DataFrame
        Index: the check. Columns ``checked, fit, open, against``; the last three add up to the
        first.

    Examples
    --------
    >>> one = pd.DataFrame({"verdict": ["exact", "conflict"], "check": ["parts", "parts"]})
    >>> summary(one, one, one).loc["lists against their total"].tolist()
    [2, 1, 0, 1]
    """
    groups = {"claims against the counts": claims["verdict"]}
    for check, words in CHECKS.items():
        groups[words] = totals.loc[totals["check"].eq(check), "verdict"]
    groups["pairs of sources"] = comparisons["verdict"]
    rows = {}
    for words, verdicts in groups.items():
        fit, open_ = verdicts.isin(FITS).sum(), verdicts.isin(OPEN).sum()
        rows[words] = [len(verdicts), fit, open_, len(verdicts) - fit - open_]
    return pd.DataFrame.from_dict(
        rows, orient="index", columns=["checked", "fit", "open", "against"]
    )


def unchecked(claims: pd.DataFrame, *, words: pd.Series) -> pd.DataFrame:
    """Return the claims without a base, and which base they imply.

    Parameters
    ----------
    claims : DataFrame
        ``claims.csv``.
    words : Series
        `verdict_tables.statement_words`.

    Returns
    -------
    DataFrame
        ``claim, printed, count, implied base``: the count that is known, and the whole numbers
        from which the claim could have come.
    """
    rows = claims[claims["verdict"].eq("cannot_check") & claims["implied"].eq("base")]
    ends = zip(
        rows["implied_low"].map(math.ceil), rows["implied_high"].map(math.floor), strict=True
    )
    spans = [f"{low:,}" if low == high else f"{low:,} to {high:,}" for low, high in ends]
    table = pd.DataFrame(
        {
            "claim": rows["figure_id"].map(words),
            "printed": rows["wording"].where(rows["wording"].ne(""), rows["printed"]),
            "count": rows["reference"].map("{:,.0f}".format),
            "implied base": spans,
        }
    )
    return table.reset_index(drop=True)


def signs(conflicts: pd.DataFrame, *, words: pd.Series) -> pd.DataFrame:
    """Return the signs that something is mixed up: units, labels, ratios, repeated numbers.

    Returns
    -------
    DataFrame
        ``statement`` (the first one), ``bodies``, ``found``, ``verdict``.
    """
    rows = conflicts[conflicts["kind"].isin(["recycled", "label", "ratio"])]
    table = pd.DataFrame(
        {
            "statement": rows["figure_ids"].str.split(";").str[0].map(words),
            "bodies": rows["bodies"].str.replace(";", ", "),
            "found": rows["why"].str.replace("trafficking and sexual exploitation", "both scopes"),
            "verdict": rows["verdict"].map(WORDS),
        }
    )
    return table.drop_duplicates(["bodies", "found", "verdict"]).reset_index(drop=True)
