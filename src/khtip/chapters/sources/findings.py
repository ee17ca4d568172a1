"""What notebook 02 says: which claims, sums and sources disagree, and by how much."""

import math
from collections.abc import Iterable
from functools import cache
from typing import Any

import pandas as pd

from khtip.chapters.sentences import Finding, finding, not_reported
from khtip.chapters.sources.results import CLAIM_ORDER, WORDS, Results
from khtip.ledger.ledger import Ledger
from khtip.ledger.lineage import EVERY, joined, source_of, split, statements_of

FOLLOWS = ("consistent", "truncated")
FITS = ("exact", "compatible")
MANY = 1e6  # from here on no decimals


def conclude(results: Results) -> list[Finding]:
    """State the findings of notebook 02.

    Claims, sums, stated numbers of countries, sources and running totals of the whole ledger,
    then the main report on the reference year and the contradictions of the two years.
    """
    return [
        *_of_all_years(results.ledger),
        _report_claim(results),
        _report_list(results),
        _countries(results),
        _year(results.ledger, results.base_year, "base"),
        _year(results.ledger, results.reference_year, "reference"),
    ]


@cache
def _of_all_years(ledger: Ledger) -> tuple[Finding, ...]:
    """State the findings on the whole ledger, which no parameter changes."""
    counts = ledger.conflicts[ledger.conflicts["kind"].eq("count")]
    labels = _labels(ledger)
    return (
        _claims(ledger.claims),
        _sums(ledger.totals),
        _voices(counts),
        _part_years(ledger.totals),
        _running(ledger.conflicts, labels),
        _units(ledger.conflicts),
    )


def _labels(ledger: Ledger) -> pd.Series:
    """Return each measure's name within a sentence."""
    labels = ledger.measures.set_index("measure")["label"]
    return labels.str[:1].str.lower() + labels.str[1:]


def _stated(
    finding_id: str, template: str, rows: pd.DataFrame, cited: Iterable[str], **words: Any
) -> Finding:
    """Compose a finding that rests on `rows`, and names the sources of the statements `cited`.

    Where nothing was found, the whole ledger was looked through.
    """
    sources, statements = map(source_of, split(joined(cited))), statements_of(rows) or [EVERY]
    return finding(finding_id, template, sources=sources, statements=statements, **words)


def _claims(claims: pd.DataFrame) -> Finding:
    verdicts = claims["verdict"]
    wrong = claims[~verdicts.isin([*FOLLOWS, "cannot_check"])]
    return _stated(
        "02-claims",
        "Of {n} stated changes and shares, {value:.0f} follow from the counts ({cut} of them cut "
        "off instead of rounded), {wrong} do not, and {unknown} cannot be checked because a count "
        "is missing.",
        claims,
        wrong["figure_id"],
        verdict="some do not follow" if len(wrong) else "all follow",
        value=float(verdicts.isin(FOLLOWS).sum()),
        n=len(claims),
        cut=verdicts.eq("truncated").sum(),
        wrong=len(wrong),
        unknown=verdicts.eq("cannot_check").sum(),
    )


def _sums(totals: pd.DataFrame) -> Finding:
    lists = totals[totals["check"].eq("parts") & totals["parts"].gt(1)]
    rest = lists[~lists["verdict"].isin([*FITS, "open_residual"])]
    return _stated(
        "02-sums",
        "Of {n} lists of two parts or more, {value:.0f} add up or can add up to the stated total, "
        "{partial} leave a rest and say so, and {wrong} miss their total.",
        lists,
        rest["figure_id"],
        verdict="some miss" if len(rest) else "none misses",
        value=float(lists["verdict"].isin(FITS).sum()),
        n=len(lists),
        partial=lists["verdict"].eq("open_residual").sum(),
        wrong=len(rest),
    )


def _voices(counts: pd.DataFrame) -> Finding:
    repeated = counts["verdict"].eq("one_voice").sum()
    against = counts[counts["verdict"].eq("conflict")]
    several = len(counts) - int(repeated)
    return _stated(
        "02-voices",
        "Of {n} counts that several sources or bodies give, {repeated} are one voice repeated and "
        "no confirmation. Where there are several voices, they disagree on {value:.0f} of "
        "{several} counts.",
        counts,
        against["figure_ids"],
        verdict="mostly disagree" if 2 * len(against) > several else "mostly agree",
        value=float(len(against)),
        n=len(counts),
        repeated=repeated,
        several=several,
    )


def _part_years(totals: pd.DataFrame) -> Finding:
    parts = totals[totals["check"].eq("period")]
    over = parts[parts["verdict"].eq("infeasible")]
    return _stated(
        "02-part-years",
        "In {value:.0f} of {n} comparisons of a part-year with its year, the part holds more than "
        "the whole year.",
        parts,
        over["figure_id"],
        verdict="some exceed" if len(over) else "none exceeds",
        value=float(len(over)),
        n=len(parts),
    )


def _running(conflicts: pd.DataFrame, labels: pd.Series) -> Finding:
    falls = conflicts[conflicts["verdict"].eq("falls")]
    what = falls["measure"].map(labels).value_counts().sort_index()
    what = what.sort_values(ascending=False, kind="stable")
    return _stated(
        "02-running-totals",
        "A count that starts on one day can only grow, yet {value:.0f} later totals are below an "
        "earlier one{most}.",
        falls,
        falls["figure_ids"],
        verdict="some fall" if len(falls) else "none falls",
        value=float(len(falls)),
        most=f", most often the {what.index[0]}" if len(what) and what.iloc[0] > 1 else "",
    )


def _units(conflicts: pd.DataFrame) -> Finding:
    units, people = (conflicts["verdict"].eq(one) for one in ("unit_mixed", "people_mixed"))
    mixed, several = conflicts[units | people], conflicts["statements"].gt(1)
    others = f" {people.sum()} counts of Cambodians brought home speak of foreigners."
    return _stated(
        "02-units",
        "{alone} statements speak of cases and persons in one breath, and {value:.0f} numbers are "
        "given once for cases or complaints and once for persons.{others}",
        mixed,
        mixed["figure_ids"],
        verdict="mixed" if len(mixed) else "not mixed",
        value=float((units & several).sum()),
        alone=(units & ~several).sum(),
        others=others if people.any() else "",
    )


# The main report of the reference year, and the two years.


def _of_report(results: Results, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows on statements that the main report makes about the reference year."""
    of_year = rows["period_end"].str[:4].eq(str(results.reference_year))
    return rows[of_year & rows["figure_id"].map(source_of).eq(results.report)]


def _report_claim(results: Results) -> Finding:
    name, year = "02-report-claim", results.reference_year
    if not results.report:
        return not_reported(name, f"For {year}, no source counts the cases of the whole country.")
    rows = _of_report(results, results.ledger.claims)
    rows = rows[rows["recomputed_low"].notna()]
    if rows.empty:
        text = f"For {year}, the main report states no change that can be recomputed."
        return not_reported(name, text)
    order = rows["verdict"].map([*CLAIM_ORDER, "cannot_check"].index)
    row = rows.loc[order.sort_values(kind="stable").index[0]]
    difference = row["measure"].endswith("s_change")
    counts = results.ledger.observations.set_index("figure_id")[["low", "high"]]
    return _stated(
        name,
        "The main report on {year} states {printed}; the counts {base} and {reference} give "
        "{given}: {words}.",
        row,
        [row["figure_id"]],
        verdict=row["verdict"],
        value=row["recomputed"],
        year=year,
        printed=f"a difference of {row['printed']}" if difference else f"{row['printed']} %",
        words=WORDS[row["verdict"]],
        base=_between(*counts.loc[row["base_id"]]),
        reference=_between(*counts.loc[row["reference_id"]]),
        given=_between(row["recomputed_low"], row["recomputed_high"]),
    )


def _between(low: float, high: float) -> str:
    """Return a number, or the two that it lies between; from a base of zero there is none."""
    if math.isinf(low):
        return "no number"
    least, most = (f"{x:,.0f}" if abs(x) >= MANY else f"{x:.6g}" for x in (low, high))
    if low == high:
        return least
    return f"{least} or more" if math.isinf(high) else f"{least} to {most}"


def _report_list(results: Results) -> Finding:
    name, year = "02-report-list", results.reference_year
    rows = _of_report(results, results.lists)
    rows = rows[rows["residual"].notna()]
    if rows.empty:
        text = f"For {year}, the main report gives no list of parts below a total."
        return not_reported(name, text)
    rows = rows.sort_values(["verdict", "stated", "figure_id"], ascending=[True, False, True])
    missed = rows[rows["residual"].ne(0)].sort_values("stated", ascending=False, kind="stable")
    row = (missed if len(missed) else rows).iloc[0]
    rest = f"{row['residual']:.0f} left" if row["residual"] > 0 else "nobody left"
    return _stated(
        name,
        "{missed} of {lists} lists of parts in the main report on {year} miss their total. The "
        "{parts} parts of the {label} sum to {named:.0f} of {stated:.0f}, {rest}.",
        rows,
        rows["figure_id"],
        verdict=row["verdict"],
        value=row["residual"],
        missed=len(missed),
        lists=len(rows),
        parts=row["parts"],
        label=_labels(results.ledger)[row["measure"]],
        year=year,
        named=row["sum_of_parts"],
        stated=row["stated"],
        rest=rest if row["residual"] >= 0 else f"{-row['residual']:.0f} too many",
    )


def _countries(results: Results) -> Finding:
    name, year = "02-report-countries", results.reference_year
    rows = _of_report(results, results.ledger.totals)
    rows = rows[rows["check"].eq("categories")]
    if rows.empty:
        text = f"For {year}, no main report sets a number of countries above a list of them."
        return not_reported(name, text)
    row = rows.fillna({"hint": ""}).iloc[0]
    least, most = f"{row['stated_low']:.0f}", f"{row['stated_high']:.0f}"
    return _stated(
        name,
        "The main report on {year} states {stated} {label} and names {value:.0f}{hint}.",
        rows,
        rows["figure_id"],
        verdict=row["verdict"],
        value=row["sum_of_parts"],
        year=year,
        stated=least if least == most else f"{least} to {most}",
        label=_labels(results.ledger)[row["measure"]],
        hint=f"; {row['hint']}" if row["hint"] else "",
    )


@cache
def _national(ledger: Ledger) -> pd.DataFrame:
    """Return the counts on a whole year of the whole country, by several voices."""
    counts = ledger.conflicts[ledger.conflicts["kind"].eq("count")]
    long = pd.to_datetime(counts["period_end"]) - pd.to_datetime(counts["period_start"])
    whole = long.dt.days.between(345, 385) & counts["ref_area"].eq("KHM")
    return counts[whole & ~counts["verdict"].eq("one_voice")]


def _year(ledger: Ledger, year: int, which: str) -> Finding:
    name, rows = f"02-{which}-year", _national(ledger)
    rows = rows[rows["period_end"].str[:4].eq(str(year))]
    if rows.empty:
        text = f"For {year}, no national count is given by more than one voice."
        return not_reported(name, text)
    against = rows[rows["verdict"].eq("conflict")]
    against = against.sort_values(["ratio", "highest", "measure"], ascending=[False, False, True])
    widest = ""
    if len(against):
        row = against.iloc[0]
        what = _labels(ledger).get(row["measure"], row["measure"])
        widest = f" The widest span: {what}, {row['lowest']:,.0f} to {row['highest']:,.0f}."
    return _stated(
        name,
        "For {year}, {n} given by more than one voice, and the voices disagree on "
        "{value:.0f}.{widest}",
        rows,
        rows["figure_ids"],
        verdict="disagree" if len(against) else "agree",
        value=float(len(against)),
        high=against["ratio"].max() if len(against) else math.nan,
        year=year,
        widest=widest,
        n="one national count is" if len(rows) == 1 else f"{len(rows)} national counts are",
    )
