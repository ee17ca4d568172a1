"""What notebook 03 says: two years compared, the trend, and how far both hold."""

from __future__ import annotations

import math

import pandas as pd

from khtip.chapters.sentences import NOT_REPORTED, Finding, finding, not_reported
from khtip.chapters.trends.results import (
    ALL_YEARS,
    FELL,
    MISSING,
    NO_BREAKS,
    ROSE,
    trend_table,
    two_years,
)
from khtip.chapters.trends.series import AS_DOCUMENTED, SERIES, national, per_case
from khtip.ledger.lineage import rests_on
from khtip.statistics.trend import TOO_FEW

_WORDS = {ROSE: "rose", FELL: "fell"}


def conclude(
    *,
    observations: pd.DataFrame,
    bodies: pd.DataFrame,
    breaks: pd.DataFrame,
    measures: pd.DataFrame,
    base_year: int = 2016,
    reference_year: int = 2017,
    confidence: float = 0.95,
    preferred_body: str = AS_DOCUMENTED,
    exclude_breaks: bool = False,
    seed: int = 20180101,
    trends: pd.DataFrame | None = None,
) -> list[Finding]:
    """State the findings of notebook 03.

    Parameters
    ----------
    observations, bodies, breaks, measures : DataFrame
        ``data/clean/observations.csv`` and the three lookup tables.
    base_year, reference_year, confidence, preferred_body, exclude_breaks, seed
        The notebook's parameters. `exclude_breaks` chooses the trend that is stated.
    trends : DataFrame, optional
        `trend_table` under these parameters, where it is there already.

    Returns
    -------
    list of Finding
        For cases, suspects and victims: the ratio of the two years, its standing against the
        series' own overdispersion, and the trend; then breaks, effort, and victims per case.
    """
    totals = national(observations, bodies)
    chosen = NO_BREAKS if exclude_breaks else ALL_YEARS
    if trends is None:
        trends = trend_table(
            totals, breaks, preferred_body=preferred_body, confidence=confidence, seed=seed,
            only=(ALL_YEARS, NO_BREAKS),
        )  # fmt: skip
    stated = trends["treatment"].isin([ALL_YEARS, NO_BREAKS])
    trends = trends[stated].set_index(["series", "treatment"])
    changes = two_years(
        totals, base_year=base_year, reference_year=reference_year,
        labels=measures.set_index("measure")["label"].to_dict(), confidence=confidence,
        preferred_body=preferred_body, dispersions=dispersions(trends.reset_index()),
        methods=False,
    )  # fmt: skip
    found: list[Finding] = []
    for series in SERIES:
        change, before = series_change(changes, series), trends.loc[(series, NO_BREAKS)]
        found += [_ratio(series, change, confidence), _overdispersion(series, change, before)]
        found.append(_trend(series, chosen, trends.loc[(series, chosen)], confidence))
    found += [_breaks(trends), _effort(series_change(changes, "cases"))]
    found.append(_per_case(per_case(totals), base_year, reference_year, preferred_body))
    return found


def dispersions(trends: pd.DataFrame) -> dict[str, float]:
    """Return, for each series, the overdispersion around its trend before the named breaks.

    The named breaks are left out because a change of what is counted is no overdispersion.
    """
    before = trends[trends["treatment"].eq(NO_BREAKS)].set_index("series")
    return before["dispersion_used"].to_dict()


def series_change(changes: pd.DataFrame, series: str) -> pd.Series:
    """Return the preferred two-year row of a series: its first measure that both years have."""
    rows = changes[changes["measure"].isin(SERIES[series]) & changes["preferred"].astype(bool)]
    reported = rows[rows["verdict"].ne(MISSING)]
    return (reported if len(reported) else rows).iloc[0]


def _ratio(series: str, row: pd.Series, confidence: float) -> Finding:
    name = f"03-{series}-ratio"
    if row["verdict"] == MISSING:
        return not_reported(name, row["sentence"])
    body = " and ".join(dict.fromkeys([row["base_body"], row["reference_body"]]))
    outcome = {
        ROSE: "more than chance alone would give",
        FELL: "more than chance alone would give",
    }.get(row["verdict"], "a difference that chance alone could give")
    return finding(
        name,
        "{label}: {base:,.0f} in {before} and {reference:,.0f} in {after}, as reported by {body}. "
        "The ratio is {value:.2f} ({level:.0%} interval {low:.2f} to {high:.2f}): {outcome}.",
        verdict=row["verdict"], value=row["ratio"], low=row["low"], high=row["high"],
        **rests_on(row), label=row["label"], base=row["base"],
        reference=row["reference"], before=row["base_period"], after=row["reference_period"],
        body=body, level=confidence, outcome=outcome,
    )  # fmt: skip


def _overdispersion(series: str, row: pd.Series, before: pd.Series) -> Finding:
    name = f"03-{series}-overdispersion"
    if row["verdict"] == MISSING:
        return not_reported(name, row["sentence"])
    if pd.isna(row["tipping_dispersion"]) or pd.isna(row["dispersion_seen"]):
        text = f"{row['label']}: the change cannot be set against the overdispersion of its series."
        return not_reported(name, text)
    if row["tipping_dispersion"] < 1:
        return finding(
            name,
            "{label}: chance alone hides the change from {before} to {after}, even before "
            "overdispersion (tipping dispersion {value:.2f}).",
            verdict="within overdispersion", value=row["tipping_dispersion"],
            **rests_on(row), label=row["label"],
            before=row["base_period"], after=row["reference_period"],
        )  # fmt: skip
    beyond = row["tipping_dispersion"] > row["dispersion_seen"]
    return finding(
        name,
        "{label}: the change stands out only if the counts vary less than {value:.1f} times as "
        "much as chance; around its trend before the named breaks the series varies {seen:.1f} "
        "times as much. {outcome}",
        verdict="beyond overdispersion" if beyond else "within overdispersion",
        value=row["tipping_dispersion"], **rests_on(row, before[["figure_ids"]]),
        label=row["label"], seen=row["dispersion_seen"],
        outcome="So it stands out." if beyond else "So one pair of years does not show a change.",
    )  # fmt: skip


def _trend(series: str, treatment: str, row: pd.Series, confidence: float) -> Finding:
    name = f"03-{series}-trend"
    if math.isnan(row["annual_change"]):
        return not_reported(name, row["sentence"])
    years = row["years"].split(";")
    return finding(
        name,
        "{label} from {first} to {last}, {treatment}: {value:+.1%} a year ({level:.0%} interval "
        "{low:+.1%} to {high:+.1%}, {n} years, quasi-Poisson). Over all {choices} choices of "
        "source the change lies between {lowest:+.1%} and {highest:+.1%}, and {share:.0%} of "
        "the intervals leave out zero.",
        verdict=row["verdict"], value=row["annual_change"], low=row["low"], high=row["high"],
        **rests_on(row), label=series.capitalize(), first=years[0],
        last=years[-1], treatment=treatment, level=confidence, n=row["n"],
        choices=row["choices"], lowest=row["change_lowest"], highest=row["change_highest"],
        share=row["share_excluding_zero"],
    )  # fmt: skip


def _breaks(trends: pd.DataFrame) -> Finding:
    """Say whose trend changes its verdict when the years of the named breaks are left out."""
    verdicts = {
        series: [trends.loc[(series, treatment), "verdict"] for treatment in (ALL_YEARS, NO_BREAKS)]
        for series in SERIES
    }
    known = {name: pair for name, pair in verdicts.items() if TOO_FEW not in pair}
    moved = [f"{name} ({' to '.join(pair)})" for name, pair in known.items() if len(set(pair)) > 1]
    if not known:
        text = "No series has enough years to be fitted with and without the named breaks."
        return finding("03-trend-breaks", "{text}", verdict=NOT_REPORTED, text=text)
    return finding(
        "03-trend-breaks",
        "When the years of the named breaks are left out, {value:.0f} of {all} trends {changes} "
        "verdict{which}.",
        verdict="depends on breaks" if moved else "does not depend on breaks",
        value=len(moved), all=len(known), changes="changes its" if len(moved) == 1 else
        "change their", which=f": {', '.join(moved)}" if moved else "",
        **rests_on(trends),
    )  # fmt: skip


def _effort(row: pd.Series) -> Finding:
    name = "03-cases-effort"
    if row["verdict"] == MISSING:
        return not_reported(name, row["sentence"])
    direction = "more" if row["tipping_effort"] > 0 else "less"
    if abs(row["tipping_effort"]) < 0.005:
        text = f"{row['label']}: the two counts are alike, so there is no change to explain."
        return finding(name, "{text}", verdict="no change", value=row["tipping_effort"], text=text)
    return finding(
        name,
        "{label}: {size:.0%} {direction} enforcement effort alone would explain the change from "
        "{before} to {after}; the counts cannot tell effort from trafficking.",
        verdict=f"{direction} effort", value=row["tipping_effort"], low=row["effort_low"],
        high=row["effort_high"], **rests_on(row), label=row["label"],
        size=abs(row["tipping_effort"]), direction=direction, before=row["base_period"],
        after=row["reference_period"],
    )  # fmt: skip


def _per_case(ratios: pd.DataFrame, base: int, reference: int, preferred_body: str) -> Finding:
    name = "03-victims-per-case"
    ratios = ratios[ratios["ratio"].eq("victims per case")]
    both = ratios[ratios["year"].isin([base, reference])]
    both = both[both.groupby("reporting_body")["year"].transform("nunique").eq(2)]
    if both.empty:
        text = f"No body gives cases and victims for both {base} and {reference} in one report."
        return not_reported(name, text)
    known = both["reporting_body"].tolist()
    body = preferred_body if preferred_body in known else sorted(known)[0]
    own = both[both["reporting_body"].eq(body)].drop_duplicates("year").set_index("year")
    before, after = own.loc[base, "per_case"], own.loc[reference, "per_case"]
    verdict = "more" if after > before else "fewer" if after < before else "as many"
    return finding(
        name,
        "Victims per case, as reported by {body}: {before:.1f} in {base} and {value:.1f} in "
        "{reference}; the ratio describes the reports and has no interval.",
        verdict=verdict, value=after, **rests_on(own), body=body, before=before,
        base=base, reference=reference,
    )  # fmt: skip
