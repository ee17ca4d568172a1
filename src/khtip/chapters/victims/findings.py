"""What notebook 04 says: who the rescued victims were, as far as reports tell."""

from typing import Any

import pandas as pd

from khtip.chapters.sentences import Finding, finding, not_reported
from khtip.chapters.victims.results import ALIKE, ALONE, DIFFERENT, SAME, Results
from khtip.ledger.lineage import rests_on
from khtip.ledger.splits import period_words
from khtip.statistics.shares import MAJORITY, MINORITY, majority

DIRECTION = {1: "higher", 0: SAME, -1: "lower"}
MOVED = {1: "a rise", 0: "no movement that can be told from chance", -1: "a fall"}
OUTCOME = {
    MAJORITY: "a majority",
    MINORITY: "a minority",
    SAME: "one half lies inside, so no majority can be told",
}


def conclude(found: Results) -> list[Finding]:
    """State the findings of notebook 04.

    Children: majority or not, alone and in groups, change between the two years, difference over
    all reports, and from UNODC; then kinds of exploitation, sex, and foreigners.
    """
    return [
        _majority(found),
        _grouped(found),
        _change("04-children-change", found, ALONE, "each alone"),
        _change("04-children-change-grouped", found, ALIKE, "the victims of a case all alike"),
        _over_reports(found),
        _beside_unodc(found),
        _kinds(found),
        _sex(found),
        _unaccounted(found),
        _nationalities(found),
        _part_of_year(found),
    ]


def _no_ages(name: str, found: Results) -> Finding:
    text = f"No report splits the victims rescued in {found.reference_year} by age."
    return not_reported(name, text)


def _limits(row: pd.Series, value: str = "share", end: str = "") -> dict[str, Any]:
    """Return the value and the interval that a finding rests on."""
    return {"value": row[value], "low": row[f"low{end}"], "high": row[f"high{end}"]}


def _majority(found: Results) -> Finding:
    name = "04-children-majority"
    if found.reference_children.empty:
        return _no_ages(name, found)
    one = found.reference_children.iloc[0]
    if one["least"] != one["most"]:
        return finding(
            name,
            "{one[period]}: ages are given only in part ({basis}), so between {one[least]:.0f} "
            "and {one[most]:.0f} of {one[total]:.0f} victims were under eighteen: no majority can "
            "be told.",
            verdict=one["verdict"],
            **_limits(one),
            **rests_on(one),
            basis=one["basis"].replace("15", "fifteen").replace("17", "seventeen"),
            one=one,
        )
    return finding(
        name,
        "{one[period]}: {one[least]:.0f} of {one[total]:.0f} victims rescued were under eighteen, "
        "{value:.1%} ({level:.0%} interval {low:.1%} to {high:.1%} as if each person were found "
        "alone): {outcome}.",
        verdict=one["verdict"],
        **_limits(one),
        **rests_on(one),
        one=one,
        level=found.confidence,
        outcome=OUTCOME[one["verdict"]],
    )


def _grouped(found: Results) -> Finding:
    name = "04-children-grouped"
    if found.reference_children.empty:
        return _no_ages(name, found)
    one = found.reference_children.iloc[0]
    if pd.isna(one["group_size"]):
        text = f"{one['period']}: the report gives no cases, so the size of groups is not known."
        return not_reported(name, text)
    return finding(
        name,
        "{one[period]}: victims were found {one[group_size]:.1f} to a case on average. If the "
        "victims of a case were all alike in age, the {level:.0%} interval for the share of "
        "children would be {low:.1%} to {high:.1%}: {outcome}.",
        verdict=one["verdict_grouped"],
        **_limits(one, end="_grouped"),
        **rests_on(one),
        one=one,
        level=found.confidence,
        outcome=OUTCOME[one["verdict_grouped"]],
    )


def _change(name: str, found: Results, assumed: str, how: str) -> Finding:
    pair = {found.base_year: found.base_children, found.reference_year: found.reference_children}
    for year, rows in pair.items():
        if rows.empty or pd.isna(rows.iloc[0]["share"]):
            return not_reported(name, f"No report gives the share of children for {year}.")
    if assumed not in found.gaps:
        text = f"The size of groups is not known for {found.base_year} or {found.reference_year}."
        return not_reported(name, text)
    gap, (a, b) = found.gaps[assumed], (rows.iloc[0] for rows in pair.values())
    moved = int(gap.low > 0) - int(gap.high < 0)
    same = a["reporting_body"] == b["reporting_body"]
    return finding(
        name,
        "From {a} to {b} the reported share of children moved by {points:+.1f} percentage points "
        "({level:.0%} interval {least:+.1f} to {most:+.1f}, {how}): {outcome}. {bodies}",
        verdict=DIRECTION[moved],
        value=gap.value,
        low=gap.low,
        high=gap.high,
        **rests_on(a, b),
        a=a["period"],
        b=b["period"],
        level=found.confidence,
        points=100 * gap.value,
        least=100 * gap.low,
        most=100 * gap.high,
        how=how,
        outcome=MOVED[moved],
        bodies="One body counted both." if same else "Two different bodies counted.",
    )


def _over_reports(found: Results) -> Finding:
    name, rows = "04-children-reports", found.apart
    if len(rows) < 2:
        text = "Fewer than two reports give the number of children among the victims."
        return not_reported(name, text)
    tested = found.compared.iloc[-1]
    fits = "could fit if" if tested["verdict"] == SAME else "does not fit, even if"
    return finding(
        name,
        "Over {n} reports that do not overlap, the share of children runs from {low:.1%} to "
        "{high:.1%}: one share for all {fits} the victims of a case were all alike in age.",
        verdict=tested["verdict"],
        value=tested["cramers_v"],
        low=rows["share"].min(),
        high=rows["share"].max(),
        **rests_on(rows),
        n=len(rows),
        fits=fits,
    )


def _beside_unodc(found: Results) -> Finding:
    name = "04-children-unodc"
    if found.reference_children.empty or found.quoted.empty:
        text = f"For {found.reference_year} there is nothing to set beside UNODC's share."
        return not_reported(name, text)
    one, said = found.reference_children.iloc[0], found.quoted.iloc[0]
    verdict = "overlapping"
    if one["high"] < said["low"] or one["low"] > said["high"]:
        verdict = "below" if one["high"] < said["low"] else "above"
    return finding(
        name,
        "UNODC is quoted as saying that {words} {said:.0%} of the victims of sexual exploitation "
        "found in South-East Asia were girls under eighteen. The share of children in the "
        "Cambodian report of {period} {stands} (interval {low:.1%} to {high:.1%}). The two count "
        "different people: UNODC one kind of exploitation in the whole region, Cambodia all kinds.",
        verdict=verdict,
        **_limits(one),
        **rests_on(one, said),
        words=said["qualifier"].replace("_", " "),
        said=float(said["value"]) / 100,
        period=one["period"],
        stands="may be the same" if verdict == "overlapping" else f"lies {verdict} that",
    )


def _kinds(found: Results) -> Finding:
    name, filed = "04-kinds-majority", found.kinds[found.kinds["measure"].eq("cases")]
    if found.reference_kinds.empty:
        text = f"No report splits the cases of {found.reference_year} by kind of exploitation."
        return not_reported(name, text)
    one = found.reference_kinds.iloc[0]
    verdict = majority(one["low"], one["high"])
    return finding(
        name,
        "{one[period]}: {one[sexual]:.0f} of {one[whole]:.0f} cases were filed under "
        "{one[wording]}, {value:.0%} ({level:.0%} interval {low:.0%} to {high:.0%}): {outcome}. "
        "Over {n} reports the share runs from {least:.0%} to {most:.0%}.",
        verdict=verdict,
        **_limits(one),
        **rests_on(one, filed),
        one=one,
        level=found.confidence,
        outcome=OUTCOME[verdict],
        n=len(filed),
        least=filed["share"].min(),
        most=filed["share"].max(),
    )


def _sex(found: Results) -> Finding:
    name, rows = "04-sex-reports", found.rescued_women
    if len(rows) < 2:
        return not_reported(name, "Fewer than two reports give the sex of the victims rescued.")
    least, most = rows.loc[rows["share"].idxmin()], rows.loc[rows["share"].idxmax()]
    apart = least["share_high"] < most["share_low"]
    return finding(
        name,
        "Women and girls were {low:.0%} of the victims rescued in {least[period]} (scope: {a}) and "
        "{high:.0%} of those in {most[period]} (scope: {b}){outcome}.",
        verdict=DIFFERENT if apart else SAME,
        low=least["share"],
        high=most["share"],
        **rests_on(rows),
        least=least,
        a=least["crime_scope"].replace("_", " "),
        most=most,
        b=most["crime_scope"].replace("_", " "),
        outcome=": the reports do not count one population" if apart else "",
    )


def _unaccounted(found: Results) -> Finding:
    name, year = "04-foreigners-unaccounted", found.reference_year
    if found.listed.empty:
        text = f"No report lists the nationalities of foreign suspects for {year}."
        return not_reported(name, text)
    one = found.listed.iloc[0]
    verdict = "accounted for" if one["left"] == 0 else "unaccounted"
    return finding(
        name,
        "{one[period]}: of {one[total]:.0f} foreigners counted as suspects, the nationalities "
        "named account for {one[named]:.0f}; {value:.0f} are left without a nationality.",
        verdict="more than the total" if one["left"] < 0 else verdict,
        value=one["left"],
        **rests_on(one),
        one=one,
    )


def _nationalities(found: Results) -> Finding:
    name, year = "04-foreigners-nationalities", found.reference_year
    if found.listed.empty or pd.isna(found.listed.iloc[0]["stated"]):
        return not_reported(name, f"No report states how many nationalities there were in {year}.")
    one = found.listed.iloc[0]
    short = one["stated"] - one["classes"]
    return finding(
        name,
        "{one[period]}: the report speaks of {one[stated]:.0f} nationalities and names "
        "{one[classes]:.0f}. It does not say whether these foreigners were suspects or victims in "
        "every case.",
        verdict="complete" if short == 0 else "fewer named" if short > 0 else "more named",
        value=short,
        **rests_on(one),
        one=one,
    )


def _part_of_year(found: Results) -> Finding:
    name, both = "04-foreigners-part-year", found.part_of_year
    year = found.reference_year
    if both.empty:
        text = f"No body counts foreign suspects for {year} and for a part of it."
        return not_reported(name, text)
    one = both.loc[(both["value_part"] - both["value_year"]).idxmax()]
    more = one["value_part"] > one["value_year"]
    outcome = "The part is no more than the whole."
    if more:
        outcome = "A part cannot be more than the whole, so the two do not count the same persons."
    return finding(
        name,
        "The {one[reporting_body]} counts {one[value_part]:.0f} foreign suspects for {period} and "
        "{one[value_year]:.0f} for all of {year}. {outcome}",
        verdict="part exceeds year" if more else "part fits year",
        value=one["value_part"] - one["value_year"],
        sources=[one["source_id_part"], one["source_id_year"]],
        statements=[one["figure_id_part"], one["figure_id_year"]],
        one=one,
        period=period_words(one["period_start_part"], one["period_end_part"]),
        year=year,
        outcome=outcome,
    )
