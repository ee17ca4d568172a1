"""What notebook 02 says of the whole ledger, whatever the years and the body preferred."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from khtip.findings import Finding, finding
from khtip.lineage import statements_of
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
