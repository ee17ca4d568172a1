"""What notebook 06 says: where Cambodia stands in its region, and how far that holds."""

from typing import Any

import numpy as np
import pandas as pd

from khtip.chapters.risk import ranking
from khtip.chapters.risk.figures import too_few
from khtip.chapters.risk.indicators import HOME, score_edition
from khtip.chapters.risk.ranking import TOP, Ranking
from khtip.chapters.risk.results import NAMED_ORIGIN, RISK_LABEL, Results, split_label
from khtip.chapters.sentences import NOT_REPORTED, Finding, finding
from khtip.statistics.sensitivity import leading_factor, rank_summary

SURE = 0.95
INSIDE = 0.9  # share of the draws between the 5th and the 95th percentile
SCORES = ("vulnerability", "response")  # from one edition, so they cannot move


def conclude(results: Results) -> list[Finding]:
    """State the findings of notebook 06.

    Returns
    -------
    list of Finding
        The home country's place and what moves it, what UNODC says beside it, and the
        destinations. One finding that says so where that country cannot be ranked.
    """
    if HOME not in results.origin.units:
        return [_not_ranked(results)]
    return [
        _rank(results),
        _half(results),
        _single_choices(results),
        _sure("06-sure-first", "country of the region", results.origin, results.named),
        _mover(results),
        _missing_counts(results),
        _without_counts(results),
        *_unodc_words(results),
        _named_origins(results),
        *_hazard(results),
        _destination_gaps(results),
    ]


def _not_ranked(results: Results) -> Finding:
    year, known = results.reference_year, results.origin.index["rank"].notna()
    sentence = "For {year} too few indicators are known to rank Cambodia."
    words: dict[str, Any] = {"year": year}
    if known.get(HOME, False):
        sentence, words = "{why}", {"why": too_few(results.origin, year)}
    return finding("06-cambodia-rank", sentence, verdict=NOT_REPORTED, **words)


def _belongs(share: float) -> str:
    if share >= SURE:
        return "belongs to them"
    return "does not belong to them" if share <= 1 - SURE else "may or may not belong to them"


def _home(summary: pd.DataFrame) -> pd.Series:
    return summary.set_index("unit").loc[HOME]


def _rank(results: Results) -> Finding:
    row = _home(results.origin.summary)
    return finding(
        "06-cambodia-rank",
        "Among the {count} countries of South-East Asia that can be ranked for {year}, Cambodia's "
        "median place is {value:.0f} (place {first} means the highest risk), and from {low:.0f} "
        "to {high:.0f} in {inside:.0%} of the simulated sets of choices. It is among the first "
        "{top} in {share:.0%} of them, so it {verdict}.",
        verdict=_belongs(row["p_top"]),
        value=row["median"],
        low=row["low"],
        high=row["high"],
        sources=results.origin.view.cited,
        count=len(results.origin.units),
        year=results.reference_year,
        first=1,
        inside=INSIDE,
        top=TOP,
        share=row["p_top"],
    )


def _upper_half(given: Ranking) -> float:
    """Return the share of draws in which the home country is in the upper half."""
    place = given.ranks[:, given.units.index(HOME)]
    return float((place <= len(given.units) / 2).mean())


def _half(results: Results) -> Finding:
    share = _upper_half(results.origin)
    settled = "upper half" if share >= SURE else "lower half" if share <= 1 - SURE else "unsettled"
    words = {
        "upper half": "it is in the upper half whatever is chosen",
        "lower half": "it is in the lower half whatever is chosen",
        "unsettled": "even this depends on the choices",
    }
    return finding(
        "06-cambodia-half",
        "Cambodia is in the upper half of the ranking in {value:.0%} of the sets of choices: "
        "{words}.",
        verdict=settled,
        value=share,
        sources=results.origin.view.cited,
        words=words[settled],
    )


def _single_choices(results: Results) -> Finding:
    low, high = results.moves["rank"].min(), results.moves["rank"].max()
    return finding(
        "06-cambodia-single-choices",
        "One set of choices alone ({normalisation}, {aggregation}, {weights} weights) would give "
        "Cambodia place {value:.0f}; other methods, and leaving out one indicator, give places "
        "from {low:.0f} to {high:.0f}, so the place {verdict}.",
        verdict="depends on the method" if low < high else "does not depend on the method",
        value=results.reference[results.origin.units.index(HOME)],
        low=low,
        high=high,
        sources=results.origin.view.cited,
        **results.method,
    )


def _sure(finding_id: str, kind: str, given: Ranking, named: dict[str, str]) -> Finding:
    summary = given.summary
    sure = summary.loc[summary["p_top"] >= SURE, "unit"].map(named).tolist()
    sentence = (
        "{verdict}: among the first {top} in at least {level:.0%} of the sets of choices."
        if sure
        else "No {kind} is among the first {top} in at least {level:.0%} of the sets of choices; "
        "the most frequent one, {who}, is there in {value:.0%}."
    )
    first = summary["p_top"].idxmax()
    words: dict[str, Any] = {} if sure else {"kind": kind, "who": named[summary.loc[first, "unit"]]}
    return finding(
        finding_id,
        sentence,
        verdict=", ".join(sure) or "none",
        value=summary["p_top"].max(),
        sources=given.view.cited,
        top=TOP,
        level=SURE,
        **words,
    )


def _mover(results: Results) -> Finding:
    leader = leading_factor(results.sobol)
    if leader is None:
        return finding(
            "06-what-moves-ranks",
            "No single choice stands clear of the others in moving the ranking.",
            verdict="none",
            sources=results.origin.view.cited,
        )
    row = results.sobol.set_index("factor").loc[leader]
    return finding(
        "06-what-moves-ranks",
        "What moves the ranking most is the choice of “{verdict}”: alone and together with other "
        "choices it stands for {value:.0%} of the variance of the average rank shift "
        "({level:.0%} interval {low:.0%} to {high:.0%}).",
        verdict=leader,
        value=row["total"],
        low=row["total_low"],
        high=row["total_high"],
        sources=results.origin.view.cited,
        level=results.confidence,
    )


def _missing_counts(results: Results) -> Finding:
    table = results.origin.view.table
    rows = table[table["indicator"] == "convictions"].set_index("ref_area")["value"]
    there = pd.notna(rows.get(HOME))
    return finding(
        "06-detection-and-conviction",
        "UNODC's data portal holds counts of both detected victims and convicted persons, up to "
        "{year} and large enough to compare, for {value:.0f} of {count} countries of the region; "
        "for Cambodia it holds {held}.",
        verdict="published" if there else "not published",
        value=rows.notna().sum(),
        sources=results.ledger.unodc["context_source_id"].unique(),
        year=results.reference_year,
        count=len(rows),
        held="them" if there else "none",
    )


def _without_counts(results: Results) -> Finding:
    origin, year = results.origin, results.reference_year
    if origin.problem is None or "convictions" not in origin.problem.values:
        return finding(
            "06-without-unodc-counts",
            "For {year} too few countries have UNODC's counts, so the index holds none of them.",
            verdict=NOT_REPORTED,
            year=year,
        )
    fewer = ranking.without(origin.problem, "convictions")
    ranks = ranking.simulated(fewer, draws=results.draws, seed=results.seed)
    row = _home(rank_summary(ranks, list(fewer.values.index), top=TOP))
    return finding(
        "06-without-unodc-counts",
        "Without the indicator that rests on UNODC's counts, Cambodia's median place is "
        "{value:.0f} (from {low:.0f} to {high:.0f}); it is among the first {top} in {share:.0%} of "
        "the sets of choices, so it {verdict}.",
        verdict=_belongs(row["p_top"]),
        value=row["median"],
        low=row["low"],
        high=row["high"],
        sources=origin.view.cited,
        top=TOP,
        share=row["p_top"],
    )


# Beside it: UNODC's words.


def _pages(results: Results, rows: pd.DataFrame) -> list[str]:
    """Return the sources of the index and of the pages that quote UNODC."""
    return [*results.origin.view.cited, *rows["source_id"].dropna().unique()]


def _unodc_words(results: Results) -> list[Finding]:
    """Say how the level and the direction that UNODC names sit beside the index."""
    said = results.said
    label = said[(said["statement"] == RISK_LABEL) & (said["ref_area"] == HOME)]
    if label.empty:
        return [
            finding(
                f"06-unodc-{part}",
                "No label of UNODC for the risk in {where} was read, so its {part} is not known.",
                verdict=NOT_REPORTED,
                where=results.named[HOME],
                part=part,
            )
            for part in ("level", "direction")
        ]
    row = label.iloc[0]
    said_by = {"who": row["quoted_by"], "sources": _pages(results, label)}
    return [_level(results, row, said_by), _direction(results, row, said_by)]


def _level(results: Results, row: pd.Series, said_by: dict[str, Any]) -> Finding:
    share = _upper_half(results.origin)
    verdict = "neither supports nor contradicts"
    if not 1 - SURE < share < SURE:
        verdict = "supports" if share >= SURE else "contradicts"
    return finding(
        "06-unodc-level",
        "UNODC called the level of risk in {where} “{level}” in {when}, as quoted by {who}; the "
        "index has it in the upper half in {value:.0%} of the sets of choices, which {verdict} "
        "the word.",
        verdict=verdict,
        value=share,
        where=results.named[HOME],
        level=split_label(row["value"])["level"],
        when=row["year"],
        **said_by,
    )


def _direction(results: Results, row: pd.Series, said_by: dict[str, Any]) -> Finding:
    used = results.origin.view.values.columns
    return finding(
        "06-unodc-direction",
        "UNODC's direction, “{direction}” (as quoted by {who}), {verdict} with this index: "
        "{fixed} of its {value:.0f} indicators come from one edition ({edition}) and cannot move.",
        verdict="cannot be checked",
        value=len(used),
        direction=split_label(row["value"])["direction"],
        fixed=used.isin(SCORES).sum(),
        edition=f"Global Slavery Index {score_edition(results.ledger)}".strip(),
        **said_by,
    )


def _named_origins(results: Results) -> Finding:
    """Say how many of the origins that UNODC names are among the first places."""
    said, units = results.said, results.origin.units
    rows = said[said["statement"] == NAMED_ORIGIN]
    group = [area for area in rows["ref_area"] if area in units]
    if not group:
        return finding(
            "06-named-origins", "No origin that UNODC names can be ranked.", verdict=NOT_REPORTED
        )
    counts = ranking.share_among_top(results.origin.ranks, units, group)
    low, median, high = np.quantile(counts, [0.05, 0.5, 0.95], method="inverted_cdf")
    chance = len(group) ** 2 / len(units)
    return finding(
        "06-named-origins",
        "Of the {count} origins that UNODC names (as quoted by {who}), {value:.0f} are among the "
        "first {count} places of the index (from {low:.0f} to {high:.0f} in {inside:.0%} of the "
        "sets of choices; {chance:.1f} would be there by chance): {verdict}.",
        verdict="more than by chance" if low > chance else "not clearly more than by chance",
        value=median,
        low=low,
        high=high,
        sources=_pages(results, rows),
        count=len(group),
        who=" and ".join(dict.fromkeys(rows["quoted_by"])),
        inside=INSIDE,
        chance=chance,
    )


# The destinations.


def _hazard(results: Results) -> list[Finding]:
    there = results.destination
    if not there.units:
        sentence = too_few(there, results.reference_year)
        return [
            finding(one, "Of the destinations: {why}", verdict=NOT_REPORTED, why=sentence)
            for one in ("06-sure-hazard", "06-largest-exposure")
        ]
    return [_sure("06-sure-hazard", "destination", there, results.named), _exposure(results)]


def _exposure(results: Results) -> Finding:
    """Say where most of the known people of Cambodian origin live, and how hazardous it is."""
    known = results.stock["stock"].dropna()
    absent = results.stock.index[~results.stock["held"]]
    others = results.ledger.migrant_stock
    larger = others[others["ref_area"].isin(absent) & (others["value"] > known.max())]
    if known.empty or len(larger):
        return finding(
            "06-largest-exposure",
            "The revision of {edition} as held here has no row for {where}, so it does not tell "
            "where most people of Cambodian origin live.",
            verdict=NOT_REPORTED,
            edition=results.stock_edition,
            where=", ".join(results.named[area] for area in larger["ref_area"].unique())
            or "any destination",
        )
    most, share = known.idxmax(), known.max() / known.sum()
    there = results.destination.summary.set_index("unit").reindex([most]).iloc[0]
    sentence = (
        "Exposure is another matter than hazard: {share:.0%} of the people of Cambodian origin in "
        "the destinations with a published stock live in {verdict}, "
    )
    pages = results.stock["context_source_id"].dropna().unique()
    if pd.isna(there["median"]):
        sentence += "which cannot be ranked."
        words = {"verdict": results.named[most], "share": share}
        return finding("06-largest-exposure", sentence, sources=pages, **words)
    return finding(
        "06-largest-exposure",
        sentence + "whose median place for hazard among {count} ranked destinations is "
        "{value:.0f} (from {low:.0f} to {high:.0f}).",
        verdict=results.named[most],
        value=there["median"],
        low=there["low"],
        high=there["high"],
        sources=[*results.destination.view.cited, *pages],
        share=share,
        count=len(results.destination.units),
    )


def _destination_gaps(results: Results) -> Finding:
    """Name the destinations without a published stock, and those that cannot be ranked."""
    stock, index = results.stock, results.destination.index
    unknown = [results.named[area] for area in stock.index[stock["stock"].isna() & stock["held"]]]
    absent = [results.named[area] for area in stock.index[~stock["held"]]]
    unranked = [results.named[area] for area in index.index[index["rank"].isna()]]
    sentence = (
        "For {value:.0f} of {count} destinations no stock of Cambodian origin is published "
        "({unknown}); not ranked for want of indicators: {unranked}."
    )
    words: dict[str, Any] = {"absent": ", ".join(absent)} if absent else {}
    return finding(
        "06-destination-gaps",
        f"{sentence} The revision as held here has no row for {{absent}}." if absent else sentence,
        verdict="gaps" if unknown or absent or unranked else "no gaps",
        value=len(unknown),
        sources=stock["context_source_id"].dropna().unique(),
        count=len(stock),
        unknown=", ".join(unknown) or "none",
        unranked=", ".join(unranked) or "none",
        **words,
    )
