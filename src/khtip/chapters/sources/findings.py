"""What notebook 02 says of the whole ledger, whatever the years and the body preferred."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from khtip.chapters.sentences import Finding, finding, not_reported
from khtip.chapters.sources.results import AS_DOCUMENTED, CLAIM_ORDER, WORDS, main_report
from khtip.ledger.lineage import statements_of
from khtip.remember import remembered

FOLLOWS = ("consistent", "truncated")
FITS = ("exact", "compatible")


@dataclass(frozen=True, eq=False)
class Prepared:
    """What every finding looks up.

    Attributes
    ----------
    sources : Series
        Statement to source.
    totals : DataFrame
        The table of that name, without missing hints.
    counts : DataFrame
        Plain disagreements of ``conflicts.csv``.
    national : DataFrame
        Those of `counts` on a whole year of the whole country, by several voices.
    labels : Series
        Measure to its name within a sentence.
    """

    sources: pd.Series
    totals: pd.DataFrame
    counts: pd.DataFrame
    national: pd.DataFrame
    labels: pd.Series


@remembered
def prepared(
    observations: pd.DataFrame,
    totals: pd.DataFrame,
    conflicts: pd.DataFrame,
    measures: pd.DataFrame,
) -> Prepared:
    """Prepare the tables that `conclude` of notebook 02 takes."""
    counts = conflicts[conflicts["kind"].eq("count")]
    long = pd.to_datetime(counts["period_end"]) - pd.to_datetime(counts["period_start"])
    whole = long.dt.days.between(345, 385) & counts["ref_area"].eq("KHM")
    return Prepared(
        sources=observations.set_index("figure_id")["source_id"],
        totals=totals.fillna({"hint": ""}),
        counts=counts,
        national=counts[whole & ~counts["verdict"].eq("one_voice")],
        labels=measures.set_index("measure")["label"].map(lambda text: text[:1].lower() + text[1:]),
    )


def sources_of(ids: pd.Series, sources: pd.Series) -> list[str]:
    """Return the source ids behind ``;``-joined figure ids, in order."""
    each = [one for joined in ids for one in str(joined).split(";")]
    return list(dict.fromkeys(sources.reindex(each).dropna()))


@remembered
def of_all_years(
    claims: pd.DataFrame, conflicts: pd.DataFrame, given: Prepared
) -> tuple[Finding, ...]:
    """State the findings on the whole ledger, which no parameter changes."""
    sources = given.sources
    return (
        _claims(claims, sources),
        _sums(given.totals, sources),
        _voices(given.counts, sources),
        _part_years(given.totals, sources),
        _running(conflicts, given.labels, sources),
        _units(conflicts, given.labels, sources),
    )


def _claims(claims: pd.DataFrame, sources: pd.Series) -> Finding:
    numbers = claims["verdict"].value_counts()
    wrong = claims[~claims["verdict"].isin([*FOLLOWS, "cannot_check"])]
    return finding(
        "02-claims",
        "Of {n} stated changes and shares, {value:.0f} follow from the counts ({cut} of them cut "
        "off instead of rounded), {wrong} do not, and {unknown} cannot be checked because a count "
        "is missing.",
        verdict="some do not follow" if len(wrong) else "all follow",
        value=float(claims["verdict"].isin(FOLLOWS).sum()),
        sources=sources_of(wrong["figure_id"], sources),
        statements=statements_of(claims),
        n=len(claims), cut=numbers.get("truncated", 0), wrong=len(wrong),
        unknown=numbers.get("cannot_check", 0),
    )  # fmt: skip


def _sums(totals: pd.DataFrame, sources: pd.Series) -> Finding:
    lists = totals[totals["check"].eq("parts") & totals["parts"].gt(1)]
    rest = lists[~lists["verdict"].isin([*FITS, "open_residual"])]
    return finding(
        "02-sums",
        "Of {n} lists of two parts or more, {value:.0f} add up or can add up to the stated total, "
        "{partial} leave a rest and say so, and {wrong} miss their total.",
        verdict="some miss" if len(rest) else "none misses",
        value=float(lists["verdict"].isin(FITS).sum()),
        sources=sources_of(rest["figure_id"], sources),
        statements=statements_of(lists),
        n=len(lists), partial=lists["verdict"].eq("open_residual").sum(), wrong=len(rest),
    )  # fmt: skip


def _voices(counts: pd.DataFrame, sources: pd.Series) -> Finding:
    repeated = counts["verdict"].eq("one_voice")
    against = counts[counts["verdict"].eq("conflict")]
    several = len(counts) - int(repeated.sum())
    return finding(
        "02-voices",
        "Of {n} counts that several sources give, {repeated} are one voice repeated and no "
        "confirmation. Where there are several voices, they disagree on {value:.0f} of {several} "
        "counts.",
        verdict="mostly disagree" if 2 * len(against) > several else "mostly agree",
        value=float(len(against)), sources=sources_of(against["figure_ids"], sources),
        statements=statements_of(counts),
        n=len(counts), repeated=repeated.sum(), several=several,
    )  # fmt: skip


def _part_years(totals: pd.DataFrame, sources: pd.Series) -> Finding:
    parts = totals[totals["check"].eq("period")]
    over = parts[parts["verdict"].eq("infeasible")]
    return finding(
        "02-part-years",
        "In {value:.0f} of {n} comparisons of a part-year with its year, the part holds more than "
        "the whole year.",
        verdict="some exceed" if len(over) else "none exceeds",
        value=float(len(over)), sources=sources_of(over["figure_id"], sources),
        statements=statements_of(parts), n=len(parts),
    )  # fmt: skip


def _running(conflicts: pd.DataFrame, labels: pd.Series, sources: pd.Series) -> Finding:
    falls = conflicts[conflicts["verdict"].eq("falls")]
    what = falls["measure"].map(labels).value_counts()
    most = f", most often the {what.index[0]}" if len(what) and what.iloc[0] > 1 else ""
    return finding(
        "02-running-totals",
        "A count that starts on one day can only grow, yet {value:.0f} later totals are below an "
        "earlier one{most}.",
        verdict="some fall" if len(falls) else "none falls",
        value=float(len(falls)), sources=sources_of(falls["figure_ids"], sources),
        statements=statements_of(falls), most=most,
    )  # fmt: skip


def _units(conflicts: pd.DataFrame, labels: pd.Series, sources: pd.Series) -> Finding:
    mixed = conflicts[conflicts["verdict"].eq("unit_mixed")]
    pairs = mixed["statements"].gt(1)
    return finding(
        "02-units",
        "{alone} statements speak of cases and persons in one breath, and {value:.0f} numbers are "
        "given once for cases or complaints and once for persons.",
        verdict="mixed" if len(mixed) else "not mixed",
        value=float(pairs.sum()), sources=sources_of(mixed["figure_ids"], sources),
        statements=statements_of(mixed), alone=(~pairs).sum(),
    )  # fmt: skip


# What notebook 02 says: which claims, sums and sources disagree, and by how much.


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
