"""What notebook 01 says: how much is reported, by how many voices, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from khtip.chapters.coverage.results import FIRST, coverage, gaps, national_totals, voices
from khtip.chapters.sentences import NOT_REPORTED, Finding, finding
from khtip.ledger.lineage import EVERY, rests_on

YEARS = range(2012, 2025)
"""Years that are over in every source; 2025 is reported for its first months only."""

CORE = ("cases", "arrests", "suspects_sent_to_court", "victims_rescued", "victims_repatriated")


def conclude(
    *,
    observations: pd.DataFrame,
    measures: pd.DataFrame,
    base_year: int = 2016,
    reference_year: int = 2017,
    years: Sequence[int] = YEARS,
) -> list[Finding]:
    """State the findings of notebook 01.

    Parameters
    ----------
    observations : DataFrame
        ``data/clean/observations.csv``.
    measures : DataFrame
        ``data/lookups/measures.csv``.
    base_year, reference_year : int
        The notebook's parameters: the two years whose reporting is compared.
    years : sequence of int
        Years in which a whole-year total could have been reported.

    Returns
    -------
    list of Finding
        Voices, hedges, gaps of the national totals, the longest series by one body, and what
        the two compared years have.
    """
    labels = measures.set_index("measure")["label"]
    labels = (labels.str[0].str.lower() + labels.str[1:]).to_dict()
    table = coverage(observations, CORE)
    missing = gaps(table, CORE, list(years))
    return [
        _voices(observations),
        _hedges(observations),
        _gaps(missing, table[table["year"].isin(years)], len(years)),
        _one_body(missing.loc["cases"], table[table["measure"].eq("cases")], len(years)),
        _two_years(observations, labels, base_year, reference_year),
    ]


def _voices(observations: pd.DataFrame) -> Finding:
    first = voices(observations).eq(FIRST)
    share = 100 * float(first.mean())
    return finding(
        "01-voices",
        "The ledger holds {total} published figures from {publications} publications; {first} of "
        "them ({value:.0f} per cent) are first reports, {repeats} repeat a number that the same "
        "body had already given.",
        verdict="mostly first reports" if share > 50 else "mostly repeats",
        value=share,
        statements=[EVERY],
        total=len(observations),
        publications=observations["source_id"].nunique(),
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


def _gaps(missing: pd.DataFrame, table: pd.DataFrame, years: int) -> Finding:
    empty = years - missing["whole_years"]
    worst = empty.idxmax()
    return finding(
        "01-gaps",
        "Of {cells} yearly national totals that could exist for {kinds} measures over {years} "
        "years, no source read here states {value:.0f}; the largest gap is in {worst}.",
        verdict="gaps" if empty.sum() else "complete",
        value=float(empty.sum()),
        **rests_on(table),
        cells=years * len(missing),
        kinds=len(missing),
        years=years,
        worst=str(worst).replace("_", " "),
    )


def _one_body(cases: pd.Series, table: pd.DataFrame, years: int) -> Finding:
    return finding(
        "01-one-body",
        "{kind} the yearly number of cases for all {years} years; the longest series of one body, "
        "the {body}, has {value:.0f}. A national series joins {bodies} bodies.",
        verdict="one body" if cases["its_years"] == years else "no single body",
        value=float(cases["its_years"]),
        **rests_on(table),
        kind="One body gives" if cases["its_years"] == years else "No single body gives",
        years=years,
        body=cases["longest_body"],
        bodies=cases["bodies"],
    )


def _two_years(
    observations: pd.DataFrame, labels: dict[str, str], base_year: int, reference_year: int
) -> Finding:
    totals = national_totals(observations)
    by_year = {
        year: set(totals.loc[totals["year"].eq(year), "measure"]) & set(CORE)
        for year in (base_year, reference_year)
    }
    both = [measure for measure in CORE if all(measure in found for found in by_year.values())]
    stated = totals[totals["year"].isin([base_year, reference_year]) & totals["measure"].isin(both)]
    return finding(
        "01-two-years",
        "For {base} and {reference}, whole-year national totals of both years are stated for "
        "{value:.0f} of {kinds} core measures: {names}.",
        verdict="reported" if both else NOT_REPORTED,
        value=float(len(both)),
        sources=sorted(set(stated["source_id"])),
        statements=stated["figure_id"],
        base=base_year,
        reference=reference_year,
        kinds=len(CORE),
        names=", ".join(labels[measure] for measure in both) or "none",
    )
