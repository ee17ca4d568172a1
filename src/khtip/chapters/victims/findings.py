"""What notebook 04 says: who the rescued victims were, as far as reports tell."""

from typing import Any

import pandas as pd

from khtip.chapters.sentences import Finding, finding, not_reported
from khtip.chapters.victims.children import CONTRADICTS
from khtip.chapters.victims.results import ALIKE, ALONE, DIFFERENT, SAME, Results
from khtip.ledger.lineage import rests_on
from khtip.ledger.splits import period_words
from khtip.statistics.shares import MAJORITY, MINORITY, majority

MOVED = {
    "higher": "a rise",
    "lower": "a fall",
    SAME: "no movement that can be told from chance",
}
OUTCOME = {
    MAJORITY: "a majority",
    MINORITY: "a minority",
    SAME: "one half lies inside, so no majority can be told",
}
NO_AGES = "No report splits the victims rescued in {} by age."

BEHIND = ("source_id", "figure_id")


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


def _limits(row: pd.Series, end: str = "") -> dict[str, Any]:
    return {"value": row["share"], "low": row[f"low{end}"], "high": row[f"high{end}"]}


def _majority(found: Results) -> Finding:
    name, rows = "04-children-majority", found.reference_children
    if rows.empty:
        return not_reported(name, NO_AGES.format(found.reference_year))
    one = rows.iloc[0]
    about = {"verdict": one["verdict"], "one": one, **rests_on(one)}
    if one["verdict"] == CONTRADICTS:
        text = "{one[period]}: the age bands do not fit the total of {one[total]:.0f} victims."
        return finding(name, text, **about)
    if pd.isna(one["share"]):
        text = (
            "{one[period]}: ages are given only in part ({basis}), so between {one[least]:.0f} "
            "and {one[most]:.0f} of {one[total]:.0f} victims were under eighteen: no majority can "
            "be told."
        )
        basis = one["basis"].replace("15", "fifteen").replace("17", "seventeen")
        return finding(name, text, **about, **_limits(one), basis=basis)
    text = (
        "{one[period]}: {one[least]:.0f} of {one[total]:.0f} victims rescued were under eighteen, "
        "{value:.1%} ({found.confidence:.0%} interval {low:.1%} to {high:.1%} as if each person "
        "were found alone): {outcome}."
    )
    about |= {"found": found, "outcome": OUTCOME[one["verdict"]]}
    return finding(name, text, **about, **_limits(one))


def _grouped(found: Results) -> Finding:
    name, rows = "04-children-grouped", found.reference_children
    if rows.empty:
        return not_reported(name, NO_AGES.format(found.reference_year))
    one = rows.iloc[0]
    if pd.isna(one["group_size"]):
        text = f"{one['period']}: the report gives no cases, so the size of groups is not known."
        return not_reported(name, text)
    verdict = one["verdict_grouped"]
    text = (
        "{one[period]}: victims were found {one[group_size]:.1f} to a case on average. If the "
        "victims of a case were all alike in age, the {found.confidence:.0%} interval for the "
        "share of children would be {low:.1%} to {high:.1%}: {outcome}."
    )
    about = {"one": one, "found": found, **rests_on(one), **_limits(one, "_grouped")}
    return finding(name, text, verdict=verdict, outcome=OUTCOME[verdict], **about)


def _change(name: str, found: Results, assumed: str, how: str) -> Finding:
    pair = {found.base_year: found.base_children, found.reference_year: found.reference_children}
    for year, rows in pair.items():
        if rows.empty or pd.isna(rows.iloc[0]["share"]):
            return not_reported(name, f"No report gives the share of children for {year}.")
    if assumed not in found.gaps:
        text = f"The size of groups is not known for {found.base_year} or {found.reference_year}."
        return not_reported(name, text)
    gap, (a, b) = found.gaps[assumed], (rows.iloc[0] for rows in pair.values())
    verdict = "higher" if gap.low > 0 else "lower" if gap.high < 0 else SAME
    same = a["reporting_body"] == b["reporting_body"]
    return finding(
        name,
        "From {a[period]} to {b[period]} the reported share of children moved by {points:+.1f} "
        "percentage points ({found.confidence:.0%} interval {least:+.1f} to {most:+.1f}, {how}): "
        "{outcome}. {bodies}",
        verdict=verdict,
        **vars(gap),
        **rests_on(a, b),
        a=a,
        b=b,
        found=found,
        how=how,
        outcome=MOVED[verdict],
        points=100 * gap.value,
        least=100 * gap.low,
        most=100 * gap.high,
        bodies="One body counted both." if same else "Two different bodies counted.",
    )


def _over_reports(found: Results) -> Finding:
    name, rows = "04-children-reports", found.apart
    if len(rows) < 2:
        text = "Fewer than two reports give the number of children among the victims."
        return not_reported(name, text)
    tested = found.compared.iloc[-1]
    assumed = "each person was found alone"
    if tested["if"] == ALIKE:
        assumed = "the victims of a case were all alike in age"
    fits = "could fit if" if tested["verdict"] == SAME else "does not fit, even if"
    text = (
        "Over {n} reports that do not overlap, the share of children runs from {low:.1%} to "
        "{high:.1%}: one share for all {fits} {assumed}."
    )
    about = {"value": tested["cramers_v"], "low": rows["share"].min(), "high": rows["share"].max()}
    about |= {"n": len(rows), "fits": fits, "assumed": assumed, **rests_on(rows)}
    return finding(name, text, verdict=tested["verdict"], **about)


def _beside_unodc(found: Results) -> Finding:
    name, rows = "04-children-unodc", found.reference_children
    if rows["low"].isna().all() or found.quoted.empty:
        text = f"For {found.reference_year} there is nothing to set beside UNODC's share."
        return not_reported(name, text)
    one, said = rows.iloc[0], found.quoted.iloc[0]
    verdict = "below" if one["high"] < said["low"] else "overlapping"
    verdict = "above" if one["low"] > said["high"] else verdict
    stands = "may be the same" if verdict == "overlapping" else f"lies {verdict} that"
    text = (
        "UNODC is quoted as saying that {words} {said:.0%} of the victims of sexual exploitation "
        "found in South-East Asia were girls under eighteen. The share of children in the "
        "Cambodian report of {one[period]} {stands} (interval {low:.1%} to {high:.1%}). The two "
        "count different people: UNODC one kind of exploitation in the whole region, Cambodia all "
        "kinds."
    )
    about = {"words": said["qualifier"].replace("_", " "), "said": float(said["value"]) / 100}
    about |= {"one": one, "stands": stands, **_limits(one), **rests_on(one, said)}
    return finding(name, text, verdict=verdict, **about)


def _kinds(found: Results) -> Finding:
    name, filed = "04-kinds-majority", found.kinds[found.kinds["measure"].eq("cases")]
    if found.reference_kinds.empty:
        text = f"No report splits the cases of {found.reference_year} by kind of exploitation."
        return not_reported(name, text)
    one = found.reference_kinds.iloc[0]
    verdict = majority(one["low"], one["high"])
    text = (
        "{one[period]}: {one[sexual]:.0f} of {one[whole]:.0f} cases were filed under "
        "{one[wording]}, {value:.0%} ({found.confidence:.0%} interval {low:.0%} to {high:.0%}): "
        "{outcome}. Over {n} reports the share runs from {least:.0%} to {most:.0%}."
    )
    about = {"one": one, "found": found, **_limits(one), **rests_on(one, filed)}
    about |= {"n": len(filed), "least": filed["share"].min(), "most": filed["share"].max()}
    return finding(name, text, verdict=verdict, outcome=OUTCOME[verdict], **about)


def _sex(found: Results) -> Finding:
    name, rows = "04-sex-reports", found.rescued_women
    if len(rows) < 2:
        return not_reported(name, "Fewer than two reports give the sex of the victims rescued.")
    least, most = rows.loc[rows["share"].idxmin()], rows.loc[rows["share"].idxmax()]
    apart = least["share_high"] < most["share_low"]
    text = (
        "Women and girls were {low:.0%} of the victims rescued in {least[period]} (scope: {a}) and "
        "{high:.0%} of those in {most[period]} (scope: {b})"
    )
    text += ": the reports do not count one population." if apart else "."
    scopes = {"a": least["crime_scope"], "b": most["crime_scope"]}
    about = {name: scope.replace("_", " ") for name, scope in scopes.items()}
    about |= {"least": least, "most": most, **rests_on(rows)}
    about |= {"low": least["share"], "high": most["share"]}
    return finding(name, text, verdict=DIFFERENT if apart else SAME, **about)


def _unaccounted(found: Results) -> Finding:
    name = "04-foreigners-unaccounted"
    if found.listed.empty:
        text = "No report lists the nationalities of foreign suspects for {}."
        return not_reported(name, text.format(found.reference_year))
    one = found.listed.iloc[0]
    verdict = "accounted for" if one["left"] == 0 else "unaccounted"
    text = (
        "{one[period]}: of {one[total]:.0f} foreigners counted as suspects, the nationalities "
        "named account for {one[named]:.0f}; {value:.0f} are left without a nationality."
    )
    if one["left"] < 0:
        verdict = "more than the total"
        text = (
            "{one[period]}: the nationalities named are those of {one[named]:.0f} foreign "
            "suspects, more than the {one[total]:.0f} of the same report."
        )
    return finding(name, text, verdict=verdict, value=one["left"], one=one, **rests_on(one))


def _nationalities(found: Results) -> Finding:
    name = "04-foreigners-nationalities"
    if found.listed["stated"].isna().all():
        text = f"No report states how many nationalities there were in {found.reference_year}."
        return not_reported(name, text)
    one = found.listed.iloc[0]
    short = one["stated"] - one["classes"]
    verdict = "complete" if short == 0 else "fewer named" if short > 0 else "more named"
    text = (
        "{one[period]}: the report speaks of {one[stated]:.0f} nationalities and names "
        "{one[classes]:.0f}. It does not say whether these foreigners were suspects or victims in "
        "every case."
    )
    return finding(name, text, verdict=verdict, value=short, one=one, **rests_on(one))


def _part_of_year(found: Results) -> Finding:
    name, both, year = "04-foreigners-part-year", found.part_of_year, found.reference_year
    if both.empty:
        text = f"No body counts foreign suspects for {year} and for a part of it."
        return not_reported(name, text)
    more = both["value_part"] - both["value_year"]
    one, more = both.loc[more.idxmax()], more.max()
    told = ["reporting_body", "period_start_part", "period_end_part", "value_part", "value_year"]
    again = both[both[told].eq(one[told]).all(axis=1)]  # reposts say the same
    ids = {of: sorted(set(again[f"{of}_part"]) | set(again[f"{of}_year"])) for of in BEHIND}
    verdict, outcome = "part fits year", "The part is no more than the whole."
    if more > 0:
        verdict = "part exceeds year"
        outcome = "A part cannot be more than the whole, so the two do not count the same persons."
    text = (
        "The {one[reporting_body]} counts {one[value_part]:.0f} foreign suspects for {period} and "
        "{one[value_year]:.0f} for all of {found.reference_year}. {outcome}"
    )
    return finding(
        name,
        text,
        verdict=verdict,
        value=more,
        sources=ids["source_id"],
        statements=ids["figure_id"],
        one=one,
        found=found,
        outcome=outcome,
        period=period_words(one["period_start_part"], one["period_end_part"]),
    )
