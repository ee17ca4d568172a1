"""What notebook 02 says: which claims, sums and sources disagree, and by how much."""

from __future__ import annotations

import math

import pandas as pd

from khtip.conclusions.reconciliation_of_all import Prepared, of_all_years, prepared, sources_of
from khtip.findings import Finding, finding, not_reported
from khtip.lineage import statements_of
from khtip.reconcile.verdict_tables import AS_DOCUMENTED, CLAIM_ORDER, WORDS, main_report


def conclude(
    *,
    observations: pd.DataFrame,
    claims: pd.DataFrame,
    totals: pd.DataFrame,
    conflicts: pd.DataFrame,
    measures: pd.DataFrame,
    base_year: int = 2016,
    reference_year: int = 2017,
    preferred_body: str = AS_DOCUMENTED,
) -> list[Finding]:
    """State the findings of notebook 02.

    Parameters
    ----------
    observations : DataFrame
        The cleaned ledger, with types.
    claims, totals, conflicts : DataFrame
        The tables of verdicts, as computed or as read from ``data/clean``.
    measures : DataFrame
        ``measure, label``.
    base_year, reference_year, preferred_body
        The notebook's parameters.

    Returns
    -------
    list of Finding
        Claims, sums, stated numbers of countries, sources and running totals of the whole
        ledger, then the main report on the reference year and the two years' contradictions.
    """
    given = prepared(observations, totals, conflicts, measures)
    sources, totals, labels = given.sources, given.totals, given.labels
    report = main_report(observations, year=reference_year, preferred_body=preferred_body)
    own = set(sources.index[sources.eq(report)])
    return [
        *of_all_years(claims, conflicts, given),
        _report_claim(claims, own, reference_year, sources),
        _report_list(totals, own, labels, reference_year, sources),
        _countries(totals, own, labels, reference_year, sources),
        _year(given, base_year, "base"),
        _year(given, reference_year, "reference"),
    ]


def _absent(name: str, year: int, what: str) -> Finding:
    text = f"For {year}, {what}."
    return not_reported(name, text)


def _report_claim(claims: pd.DataFrame, own: set, year: int, sources: pd.Series) -> Finding:
    name = "02-report-claim"
    if not own:
        return _absent(name, year, "no source counts the cases of the whole country")
    rows = claims[claims["figure_id"].isin(own) & claims["recomputed"].notna()]
    if rows.empty:
        return _absent(name, year, "the main report states no change that can be recomputed")
    order = rows["verdict"].map(CLAIM_ORDER.index)
    row = rows.loc[order.sort_values(kind="stable").index[0]]
    return finding(
        name,
        "The main report on {year} states {printed}; the counts {base:.0f} and {reference:.0f} "
        "give {value:.6g}: {words}.",
        verdict=row["verdict"], value=row["recomputed"],
        sources=sources_of([row["figure_id"]], sources), statements=statements_of(row),
        year=year, words=WORDS[row["verdict"]], base=row["base"], reference=row["reference"],
        printed=_printed(row),
    )  # fmt: skip


def _printed(claim: pd.Series) -> str:
    difference = claim["measure"].endswith("_change") and claim["measure"] != "percent_change"
    printed = claim["printed"]
    text = printed if isinstance(printed, str) else f"{printed:g}"  # a table read with types
    return f"a difference of {text}" if difference else f"{text} %"


def _report_list(
    totals: pd.DataFrame, own: set, labels: pd.Series, year: int, sources: pd.Series
) -> Finding:
    name = "02-report-list"
    rows = totals[totals["figure_id"].isin(own) & totals["check"].eq("parts")]
    rows = rows[rows["parts"].gt(1) & rows["residual"].notna()]
    if rows.empty:
        return _absent(name, year, "the main report gives no list of parts below a total")
    rows = rows.sort_values(["verdict", "stated", "figure_id"], ascending=[True, False, True])
    missed = rows[rows["residual"].ne(0)].sort_values("stated", ascending=False, kind="stable")
    row = (missed if len(missed) else rows).iloc[0]
    rest = f"{row['residual']:.0f} left" if row["residual"] > 0 else "nobody left"
    rest = rest if row["residual"] >= 0 else f"{-row['residual']:.0f} too many"
    return finding(
        name,
        "{missed} of {lists} lists of parts in the main report on {year} miss their total. The "
        "{parts} parts of the {label} sum to {named:.0f} of {stated:.0f}, {rest}.",
        verdict=row["verdict"], value=row["residual"],
        sources=sources_of(rows["figure_id"], sources), statements=statements_of(rows),
        missed=len(missed), lists=len(rows), parts=row["parts"], label=labels[row["measure"]],
        year=year, named=row["sum_of_parts"], stated=row["stated"], rest=rest,
    )  # fmt: skip


def _countries(
    totals: pd.DataFrame, own: set, labels: pd.Series, year: int, sources: pd.Series
) -> Finding:
    name = "02-report-countries"
    rows = totals[totals["figure_id"].isin(own) & totals["check"].eq("categories")]
    if rows.empty:
        text = "no main report sets a number of countries above a list of them"
        return _absent(name, year, text)
    row = rows.iloc[0]
    return finding(
        name,
        "The main report on {year} states {stated:.0f} {label} and names {value:.0f}; {hint}.",
        verdict=row["verdict"], value=row["sum_of_parts"],
        sources=sources_of(rows["figure_id"], sources),
        statements=statements_of(rows),
        year=year, stated=row["stated"], label=labels[row["measure"]], hint=row["hint"],
    )  # fmt: skip


def _year(given: Prepared, year: int, which: str) -> Finding:
    name, labels = f"02-{which}-year", given.labels
    rows = given.national[given.national["period_end"].str[:4].eq(str(year))]
    if rows.empty:
        return _absent(name, year, "no national count is given by more than one voice")
    against = rows[rows["verdict"].eq("conflict")].sort_values("ratio", ascending=False)
    widest = ""
    if len(against):
        row = against.iloc[0]
        what = labels.get(row["measure"], row["measure"])
        widest = f" The widest span: {what}, {row['lowest']:,.0f} to {row['highest']:,.0f}."
    return finding(
        name,
        "For {year}, {n} given by more than one voice, and the voices disagree on "
        "{value:.0f}.{widest}",
        verdict="disagree" if len(against) else "agree", value=float(len(against)),
        high=against["ratio"].max() if len(against) else math.nan,
        sources=sources_of(rows["figure_ids"], given.sources),
        statements=statements_of(rows), year=year, widest=widest,
        n="one national count is" if len(rows) == 1 else f"{len(rows)} national counts are",
    )  # fmt: skip
