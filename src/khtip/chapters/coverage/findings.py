"""What notebook 01 says: how much is reported, by how many voices, and what is missing."""

import pandas as pd

from khtip.chapters.coverage.results import CORE, FIRST, Results, national_totals
from khtip.chapters.sentences import NOT_REPORTED, Finding, finding, not_reported
from khtip.ledger.lineage import EVERY, rests_on


def conclude(results: Results) -> list[Finding]:
    """State the findings of notebook 01.

    They say how many voices there are, how many numbers are hedged, which yearly national totals
    are missing, how long the longest series of one body is, and what the two compared years have.
    """
    return [
        _voices(results),
        _hedges(results.ledger.observations),
        _gaps(results),
        _one_body(results),
        _two_years(results),
    ]


def _voices(results: Results) -> Finding:
    first = results.voices.eq(FIRST)
    share = 100 * float(first.mean())
    return finding(
        "01-voices",
        "The ledger holds {total} published figures from {publications} publications; {first} of "
        "them ({value:.0f} per cent) are first reports, {repeats} repeat a number that the same "
        "body had already given.",
        verdict="mostly first reports" if share > 50 else "mostly repeats",
        value=share,
        statements=[EVERY],
        total=len(first),
        publications=results.ledger.observations["source_id"].nunique(),
        first=int(first.sum()),
        repeats=int((~first).sum()),
    )


def _hedges(observations: pd.DataFrame) -> Finding:
    hedged = ~observations["qualifier"].isin(["exact", "including"])
    share = 100 * float(hedged.mean())
    return finding(
        "01-hedges",
        "{count} figures ({value:.0f} per cent) are hedged, as more than, about or nearly; "
        "they enter as intervals.",
        verdict="few" if share < 20 else "many",
        value=share,
        statements=[EVERY],
        count=int(hedged.sum()),
    )


def _gaps(results: Results) -> Finding:
    years = len(results.over)
    empty = years - results.core_missing["whole_years"]
    if not years:
        return not_reported("01-gaps", "No source read here states a national total of a year.")
    # Where no such total is stated, the whole ledger was searched for one.
    core = rests_on(results.core[results.core["year"].isin(results.over)])
    return finding(
        "01-gaps",
        "Of {cells} yearly national totals that could exist for {kinds} measures over {years} "
        "years, no source read here states {value:.0f}; the largest gap is in {worst}.",
        verdict="gaps" if empty.sum() else "complete",
        value=float(empty.sum()),
        **(core if core["statements"] else {"statements": [EVERY]}),
        cells=years * len(empty),
        kinds=len(empty),
        years=years,
        worst=str(empty.sort_index().idxmax()).replace("_", " "),
    )


def _one_body(results: Results) -> Finding:
    cases, years = results.core_missing.loc["cases"], len(results.over)
    whole = cases["its_years"] == years
    if not cases["its_years"]:
        return not_reported("01-one-body", "No source read here states the cases of a whole year.")
    return finding(
        "01-one-body",
        "{kind} the yearly number of cases for all {years} years; the longest series of one body, "
        "the {body}, has {value:.0f}. A national series joins {bodies} bodies.",
        verdict="one body" if whole else "no single body",
        value=float(cases["its_years"]),
        **rests_on(results.core[results.core["measure"].eq("cases")]),
        kind="One body gives" if whole else "No single body gives",
        years=years,
        body=cases["longest_body"],
        bodies=cases["bodies"],
    )


def _two_years(results: Results) -> Finding:
    years = (results.base_year, results.reference_year)
    totals = national_totals(results.ledger)
    stated = totals[totals["year"].isin(years) & totals["measure"].isin(CORE)]
    both = stated.groupby("measure")["year"].nunique().eq(len(set(years)))
    names = [measure for measure in CORE if both.get(measure, False)]
    stated = stated[stated["measure"].isin(names)]
    labels = results.ledger.measures.set_index("measure")["label"]
    return finding(
        "01-two-years",
        "For {base} and {reference}, whole-year national totals of both years are stated for "
        "{value:.0f} of {kinds} core measures: {names}.",
        verdict="reported" if names else NOT_REPORTED,
        value=float(len(names)),
        sources=sorted(set(stated["source_id"])),
        statements=stated["figure_id"],
        base=years[0],
        reference=years[1],
        kinds=len(CORE),
        names=", ".join(labels[one][0].lower() + labels[one][1:] for one in names) or "none",
    )
