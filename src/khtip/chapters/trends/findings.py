"""What notebook 03 says: two years compared, the trend, and how far both hold."""

import math

import pandas as pd

from khtip.chapters.sentences import Finding, finding, not_reported
from khtip.chapters.trends.ratios import FELL, MISSING, ROSE, as_range
from khtip.chapters.trends.results import ALL_YEARS, NO_BREAKS, Results
from khtip.chapters.trends.series import SERIES
from khtip.ledger.lineage import rests_on
from khtip.statistics.trend import ALL_ZERO, NO_LINE, TOO_FEW


def conclude(results: Results) -> list[Finding]:
    """State the findings of notebook 03.

    Returns
    -------
    list of Finding
        For cases, suspects and victims: the ratio of the two years, its standing against the
        series' own overdispersion, and the trend; then breaks, effort, and victims per case.
    """
    found: list[Finding] = []
    for series in SERIES:
        change, before = results.change(series), results.trend(series, NO_BREAKS)
        found += [
            _ratio(series, change, results.confidence),
            _overdispersion(series, change, before),
            _trend(series, results),
        ]
    return [*found, _breaks(results), _effort(results.change("cases")), _per_case(results)]


def _ratio(series: str, row: pd.Series, confidence: float) -> Finding:
    name = f"03-{series}-ratio"
    if row["verdict"] == MISSING:
        return not_reported(name, row["sentence"])
    body = " and ".join(dict.fromkeys([row["base_body"], row["reference_body"]]))
    clear = row["verdict"] in (ROSE, FELL)
    ratio = "has no upper end" if math.isinf(row["ratio"]) else f"is {row['ratio']:.2f}"
    return finding(
        name,
        "{label}: {base:,.0f} in {before} and {reference:,.0f} in {after}, as reported by {body}. "
        "The ratio {ratio} ({level:.0%} interval {span}): {outcome}.",
        verdict=row["verdict"],
        value=row["ratio"],
        low=row["low"],
        high=row["high"],
        **rests_on(row),
        label=row["label"],
        base=row["base"],
        reference=row["reference"],
        before=row["base_period"],
        after=row["reference_period"],
        body=body,
        ratio=ratio,
        span=as_range(row["low"], row["high"]),
        level=confidence,
        outcome="more than chance alone would give"
        if clear
        else "a difference that chance alone could give",
    )


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
            verdict="within overdispersion",
            value=row["tipping_dispersion"],
            **rests_on(row),
            label=row["label"],
            before=row["base_period"],
            after=row["reference_period"],
        )
    beyond = row["tipping_dispersion"] > row["dispersion_seen"]
    return finding(
        name,
        "{label}: the change stands out only if the counts vary less than {value:.1f} times as "
        "much as chance; around its trend before the named breaks the series varies {seen:.1f} "
        "times as much. {outcome}",
        verdict="beyond overdispersion" if beyond else "within overdispersion",
        value=row["tipping_dispersion"],
        **rests_on(row, before[["figure_ids"]]),
        label=row["label"],
        seen=row["dispersion_seen"],
        outcome="So it stands out." if beyond else "So one pair of years does not show a change.",
    )


def _trend(series: str, results: Results) -> Finding:
    name = f"03-{series}-trend"
    row = results.trend(series, results.stated_treatment)
    if pd.isna(row["annual_change"]):
        return not_reported(name, row["sentence"])
    years = row["years"].split(";")
    return finding(
        name,
        "{label} from {first} to {last}, {treatment}: {value:+.1%} a year ({level:.0%} interval "
        "{span}, {n} years, quasi-Poisson). Over all {choices} choices of "
        "source the change lies between {lowest:+.1%} and {highest:+.1%}, and {share:.0%} of "
        "the intervals leave out zero.",
        verdict=row["verdict"],
        value=row["annual_change"],
        low=row["low"],
        high=row["high"],
        **rests_on(row),
        span=as_range(row["low"], row["high"], "+.1%"),
        label=series.capitalize(),
        first=years[0],
        last=years[-1],
        treatment=row["treatment"],
        level=results.confidence,
        n=row["n"],
        choices=row["choices"],
        lowest=row["change_lowest"],
        highest=row["change_highest"],
        share=row["share_excluding_zero"],
    )


def _breaks(results: Results) -> Finding:
    """Say whose trend changes its verdict when the years of the named breaks are left out."""
    name = "03-trend-breaks"
    fits = [results.trend(series, one) for series in SERIES for one in (ALL_YEARS, NO_BREAKS)]
    trends = pd.DataFrame(map(dict, fits))
    verdicts = trends.groupby("series", sort=False)["verdict"].agg(list)
    known = {
        series: pair
        for series, pair in verdicts.items()
        if not {TOO_FEW, ALL_ZERO, NO_LINE} & set(pair)
    }
    if not known:
        text = "No series has enough years to be fitted with and without the named breaks."
        return not_reported(name, text)
    moved = [f"{one} ({' to '.join(pair)})" for one, pair in known.items() if len(set(pair)) > 1]
    return finding(
        name,
        "When the years of the named breaks are left out, {value:.0f} of {all} trends {changes} "
        "verdict{which}.",
        verdict="depends on breaks" if moved else "does not depend on breaks",
        value=len(moved),
        all=len(known),
        changes="changes its" if len(moved) == 1 else "change their",
        which=f": {', '.join(moved)}" if moved else "",
        **rests_on(trends),
    )


def _effort(row: pd.Series) -> Finding:
    name = "03-cases-effort"
    if row["verdict"] == MISSING:
        return not_reported(name, row["sentence"])
    if math.isinf(row["tipping_effort"]):
        text = f"{row['label']}: from zero no growth can be told, so no effort would explain it."
        return not_reported(name, text)
    direction = "more" if row["tipping_effort"] > 0 else "less"
    if abs(row["tipping_effort"]) < 0.005:
        text = f"{row['label']}: the two counts are alike, so there is no change to explain."
        return finding(name, "{text}", verdict="no change", value=row["tipping_effort"], text=text)
    return finding(
        name,
        "{label}: {size:.0%} {direction} enforcement effort alone would explain the change from "
        "{before} to {after}; the counts cannot tell effort from trafficking.",
        verdict=f"{direction} effort",
        value=row["tipping_effort"],
        low=row["effort_low"],
        high=row["effort_high"],
        **rests_on(row),
        label=row["label"],
        size=abs(row["tipping_effort"]),
        direction=direction,
        before=row["base_period"],
        after=row["reference_period"],
    )


def _per_case(results: Results) -> Finding:
    name = "03-victims-per-case"
    base, reference = results.base_year, results.reference_year
    ratios = results.per_case[results.per_case["ratio"].eq("victims per case")]
    both = ratios[ratios["year"].isin([base, reference])]
    both = both[both.groupby("reporting_body")["year"].transform("nunique").eq(2)]
    if both.empty:
        text = f"No body gives cases and victims for both {base} and {reference} in one report."
        return not_reported(name, text)
    known = both["reporting_body"].tolist()
    body = results.preferred_body if results.preferred_body in known else min(known)
    own = both[both["reporting_body"].eq(body)].drop_duplicates("year").set_index("year")
    before, after = own.loc[base, "per_case"], own.loc[reference, "per_case"]
    verdict = "more" if after > before else "fewer" if after < before else "as many"
    return finding(
        name,
        "Victims per case, as reported by {body}: {before:.1f} in {base} and {value:.1f} in "
        "{reference}; the ratio describes the reports and has no interval.",
        verdict=verdict,
        value=after,
        **rests_on(own),
        body=body,
        before=before,
        base=base,
        reference=reference,
    )
