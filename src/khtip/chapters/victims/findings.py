"""What notebook 04 says of foreigners among the suspects."""

from __future__ import annotations

import pandas as pd
from scipy import stats

from khtip.chapters.sentences import Finding, finding, not_reported
from khtip.chapters.victims.results import children, foreigners, kinds, separate, traits
from khtip.ledger.lineage import rests_on
from khtip.ledger.splits import AS_DOCUMENTED, choose, period_words
from khtip.ledger.statements import bounds
from khtip.remember import remembered
from khtip.statistics.shares import MAJORITY, MINORITY, difference, homogeneity


def unaccounted(named: pd.DataFrame, year: int) -> Finding:
    """Say how many foreign suspects are left without a nationality."""
    name = "04-foreigners-unaccounted"
    if named.empty:
        return not_reported(
            name, f"No report lists the nationalities of foreign suspects for {year}."
        )
    one = named.iloc[0]
    verdict = "accounted for" if one["left"] == 0 else "unaccounted"
    if one["left"] < 0:
        verdict = "more than the total"
    return finding(
        name,
        "{period}: of {total:.0f} foreigners counted as suspects, the nationalities named account "
        "for {count:.0f}; {value:.0f} are left without a nationality.",
        verdict=verdict, value=one["left"], **rests_on(one),
        period=one["period"], total=one["total"], count=one["named"],
    )  # fmt: skip


def nationalities(named: pd.DataFrame, year: int) -> Finding:
    """Say whether the nationalities named are as many as the report states."""
    name = "04-foreigners-nationalities"
    if named.empty or pd.isna(named.iloc[0]["stated"]):
        return not_reported(name, f"No report states how many nationalities there were in {year}.")
    one = named.iloc[0]
    short = one["stated"] - one["classes"]
    verdict = "complete" if short == 0 else "fewer named" if short > 0 else "more named"
    return finding(
        name,
        "{period}: the report speaks of {stated:.0f} nationalities and names {classes:.0f}. It "
        "does not say whether these foreigners were suspects or victims in every case.",
        verdict=verdict, value=short, **rests_on(one), period=one["period"],
        stated=one["stated"], classes=one["classes"],
    )  # fmt: skip


@remembered
def _part_and_whole(observations: pd.DataFrame) -> pd.DataFrame:
    """Return a body's exact counts of foreign suspects for parts of a year beside that year's."""
    rows = observations[
        observations["measure"].eq("offenders_foreign")
        & observations["dimension"].fillna("").eq("")
        & observations["qualifier"].eq("exact")
        & observations["period_start"].str[:4].eq(observations["period_end"].str[:4])
    ]
    rows = rows.assign(calendar_year=rows["period_start"].str[:4])
    return rows[rows["year"].isna()].merge(
        rows[rows["year"].notna()],
        on=["calendar_year", "reporting_body", "crime_scope"],
        suffixes=("_part", "_year"),
    )


def part_of_year(observations: pd.DataFrame, year: int) -> Finding:
    """Say whether a part of the year holds more foreign suspects than the year."""
    name = "04-foreigners-part-year"
    both = _part_and_whole(observations)
    both = both[both["year_year"].eq(year)]
    if both.empty:
        return not_reported(
            name, f"No body counts foreign suspects for {year} and for a part of it."
        )
    one = both.loc[(both["value_part"] - both["value_year"]).idxmax()]
    more = one["value_part"] > one["value_year"]
    return finding(
        name,
        "The {body} counts {part:.0f} foreign suspects for {period} and {whole:.0f} for all of "
        "{year}. {outcome}",
        verdict="part exceeds year" if more else "part fits year",
        value=one["value_part"] - one["value_year"],
        sources=[one["source_id_part"], one["source_id_year"]],
        statements=[one["figure_id_part"], one["figure_id_year"]], body=one["reporting_body"],
        part=one["value_part"], whole=one["value_year"], year=year,
        period=period_words(one["period_start_part"], one["period_end_part"]),
        outcome="A part cannot be more than the whole, so the two do not count the same persons."
        if more else "The part is no more than the whole.",
    )  # fmt: skip


# What notebook 04 says: who the rescued victims were, as far as reports tell.


UNODC_CHILDREN = "share_underage_girls_sexual_exploitation"
SAME, DIFFERENT = "not distinguishable", "different"
DIRECTION = {1: "higher", 0: SAME, -1: "lower"}
_MOVED = {1: "a rise", 0: "no movement that can be told from chance", -1: "a fall"}

_MAJORITY = {
    MAJORITY: "a majority",
    MINORITY: "a minority",
    SAME: "one half lies inside, so no majority can be told",
}


def conclude(
    *,
    observations: pd.DataFrame,
    unodc_statements: pd.DataFrame,
    base_year: int = 2016,
    reference_year: int = 2017,
    confidence: float = 0.95,
    preferred_body: str = AS_DOCUMENTED,
) -> list[Finding]:
    """State the findings of notebook 04.

    Parameters
    ----------
    observations : DataFrame
        ``data/clean/observations.csv``.
    unodc_statements : DataFrame
        `khtip.ledger.context.unodc_statements`.
    base_year, reference_year, confidence, preferred_body
        The notebook's parameters.

    Returns
    -------
    list of Finding
        Children: majority or not, alone and in groups, change between the two years, difference
        over all reports, and from UNODC; then kinds of exploitation, sex, and foreigners.
    """
    reports = children(observations, confidence=confidence)
    chosen = choose(reports, year=reference_year, preferred_body=preferred_body)
    base = choose(reports, year=base_year, preferred_body=preferred_body)
    filed = kinds(observations, measures=("cases",), confidence=confidence)
    listed = foreigners(observations, measures=("offenders_foreign",))
    named = choose(listed.assign(preferred=True), year=reference_year)
    return [
        _majority(chosen, reference_year, confidence),
        _grouped(chosen, reference_year, confidence),
        _change(base, chosen, (base_year, reference_year), confidence, grouped=False),
        _change(base, chosen, (base_year, reference_year), confidence, grouped=True),
        _over_reports(reports, confidence),
        _beside_unodc(chosen, unodc_statements, reference_year),
        _kinds(filed, reference_year, confidence, preferred_body),
        _sex(traits(observations, "sex", confidence=confidence)),
        unaccounted(named, reference_year),
        nationalities(named, reference_year),
        part_of_year(observations, reference_year),
    ]


def _majority(chosen: pd.DataFrame, year: int, level: float) -> Finding:
    name = "04-children-majority"
    if chosen.empty:
        return not_reported(name, f"No report splits the victims rescued in {year} by age.")
    one = chosen.iloc[0]
    if one["least"] != one["most"]:
        return _open_ages(name, one)
    return finding(
        name,
        "{period}: {count:.0f} of {total:.0f} victims rescued were under eighteen, {value:.1%} "
        "({level:.0%} interval {low:.1%} to {high:.1%} as if each person were found alone): "
        "{outcome}.",
        verdict=one["verdict"], value=one["share"], low=one["low"], high=one["high"],
        **rests_on(one), period=one["period"], count=one["least"],
        total=one["total"], level=level, outcome=_MAJORITY[one["verdict"]],
    )  # fmt: skip


def _open_ages(name: str, one: pd.Series) -> Finding:
    return finding(
        name,
        "{period}: ages are given only in part ({basis}), so between {least:.0f} and {most:.0f} "
        "of {total:.0f} victims were under eighteen: no majority can be told.",
        verdict=one["verdict"], low=one["low"], high=one["high"],
        **rests_on(one), period=one["period"],
        basis=one["basis"].replace("15", "fifteen").replace("17", "seventeen"),
        least=one["least"], most=one["most"], total=one["total"],
    )  # fmt: skip


def _grouped(chosen: pd.DataFrame, year: int, level: float) -> Finding:
    name = "04-children-grouped"
    if chosen.empty:
        return not_reported(name, f"No report splits the victims rescued in {year} by age.")
    one = chosen.iloc[0]
    if pd.isna(one["group_size"]):
        text = f"{one['period']}: the report gives no cases, so the size of groups is not known."
        return not_reported(name, text)
    return finding(
        name,
        "{period}: victims were found {size:.1f} to a case on average. If the victims of a case "
        "were all alike in age, the {level:.0%} interval for the share of children would be "
        "{low:.1%} to {high:.1%}: {outcome}.",
        verdict=one["verdict_grouped"], value=one["share"], low=one["low_grouped"],
        high=one["high_grouped"], **rests_on(one), period=one["period"],
        size=one["group_size"], level=level, outcome=_MAJORITY[one["verdict_grouped"]],
    )  # fmt: skip


def _change(
    base: pd.DataFrame, chosen: pd.DataFrame, years: tuple[int, int], level: float, grouped: bool
) -> Finding:
    name = "04-children-change-grouped" if grouped else "04-children-change"
    for rows, year in zip((base, chosen), years, strict=True):
        if rows.empty or rows.iloc[0]["least"] != rows.iloc[0]["most"]:
            return not_reported(name, f"No report gives the share of children for {year}.")
    a, b = base.iloc[0], chosen.iloc[0]
    size = max(a["group_size"], b["group_size"]) if grouped else 1.0
    if pd.isna(size):
        return not_reported(name, f"The size of groups is not known for {years[0]} or {years[1]}.")
    gap = difference(
        a["least"], a["total"], b["least"], b["total"], confidence=level, design_effect=size
    )
    same = a["reporting_body"] == b["reporting_body"]
    return finding(
        name,
        "From {a} to {b} the reported share of children moved by {points:+.1f} percentage points "
        "({level:.0%} interval {least:+.1f} to {most:+.1f}, {how}): {outcome}. {bodies}",
        verdict=DIRECTION[int(gap.low > 0) - int(gap.high < 0)],
        value=gap.value, low=gap.low, high=gap.high,
        **rests_on(a, b),
        a=a["period"], b=b["period"], level=level, points=100 * gap.value, least=100 * gap.low,
        most=100 * gap.high, how="the victims of a case all alike" if grouped else "each alone",
        outcome=_MOVED[int(gap.low > 0) - int(gap.high < 0)],
        bodies="One body counted both." if same else "Two different bodies counted.",
    )  # fmt: skip


def _over_reports(reports: pd.DataFrame, level: float) -> Finding:
    rows = comparable(reports)
    if len(rows) < 2:
        text = "Fewer than two reports give the number of children among the victims."
        return not_reported("04-children-reports", text)
    test = homogeneity(
        rows["least"], rows["total"], design_effect=max(1.0, rows["group_size"].max())
    )
    limit = stats.chi2.isf(1 - level, test.dof)
    verdict = DIFFERENT if test.statistic > limit else SAME
    outcome = (
        "one share for all does not fit, even if the victims of a case were all alike in age"
        if verdict == DIFFERENT
        else "one share for all could fit if the victims of a case were all alike in age"
    )
    return finding(
        "04-children-reports",
        "Over {n} reports that do not overlap, the share of children runs from {low:.1%} to "
        "{high:.1%}: {outcome}.",
        verdict=verdict, value=test.cramers_v, low=rows["share"].min(), high=rows["share"].max(),
        **rests_on(rows), n=len(rows), outcome=outcome,
    )  # fmt: skip


@remembered
def comparable(reports: pd.DataFrame) -> pd.DataFrame:
    """Return reports with one exact number of children, whose periods do not overlap."""
    return separate(reports[reports["least"].eq(reports["most"])])


def _beside_unodc(chosen: pd.DataFrame, statements: pd.DataFrame, year: int) -> Finding:
    name = "04-children-unodc"
    said = statements[statements["statement"].eq(UNODC_CHILDREN)]
    if chosen.empty or said.empty:
        return not_reported(name, f"For {year} there is nothing to set beside UNODC's share.")
    one, row = chosen.iloc[0], said.iloc[0]
    _, least, most = bounds(row["value"], row["qualifier"], unit="percent")
    low, high = float(least) / 100, float(most) / 100
    verdict = "below" if one["high"] < low else "above" if one["low"] > high else "overlapping"
    return finding(
        name,
        "UNODC is quoted as saying that {words} {said:.0%} of the victims of sexual exploitation "
        "found in South-East Asia were girls under eighteen. The share of children in the "
        "Cambodian report of {period} {stands} (interval {low:.1%} to {high:.1%}). The two count "
        "different people: UNODC one kind of exploitation in the whole region, Cambodia all kinds.",
        verdict=verdict, value=one["share"], low=one["low"], high=one["high"],
        **rests_on(one, row), words=row["qualifier"].replace("_", " "),
        said=float(row["value"]) / 100, period=one["period"],
        stands="may be the same" if verdict == "overlapping" else f"lies {verdict} that",
    )  # fmt: skip


def _kinds(filed: pd.DataFrame, year: int, level: float, body: str) -> Finding:
    name = "04-kinds-majority"
    chosen = choose(filed, year=year, preferred_body=body)
    if chosen.empty:
        return not_reported(name, f"No report splits the cases of {year} by kind of exploitation.")
    one = chosen.iloc[0]
    verdict = MAJORITY if one["low"] > 0.5 else MINORITY if one["high"] < 0.5 else SAME
    return finding(
        name,
        "{period}: {count:.0f} of {whole:.0f} cases were filed under {wording}, {value:.0%} "
        "({level:.0%} interval {low:.0%} to {high:.0%}): {outcome}. Over {n} reports the share "
        "runs from {least:.0%} to {most:.0%}.",
        verdict=verdict, value=one["share"], low=one["low"], high=one["high"],
        **rests_on(one, filed), period=one["period"], count=one["sexual"],
        whole=one["whole"], wording=one["wording"], level=level, outcome=_MAJORITY[verdict],
        n=len(filed), least=filed["share"].min(), most=filed["share"].max(),
    )  # fmt: skip


def _sex(rows: pd.DataFrame) -> Finding:
    name = "04-sex-reports"
    rows = rows[rows["category"].eq("female") & rows["qualifier"].eq("exact")]
    if len(rows) < 2:
        return not_reported(name, "Fewer than two reports give the sex of the victims rescued.")
    least, most = rows.loc[rows["share"].idxmin()], rows.loc[rows["share"].idxmax()]
    apart = least["share_high"] < most["share_low"]
    return finding(
        name,
        "Women and girls were {low:.0%} of the victims rescued in {first} (scope: {a}) and "
        "{high:.0%} of those in {second} (scope: {b}){outcome}.",
        verdict=DIFFERENT if apart else SAME, low=least["share"],
        high=most["share"], **rests_on(rows),
        first=least["period"], a=least["crime_scope"].replace("_", " "), second=most["period"],
        b=most["crime_scope"].replace("_", " "),
        outcome=": the reports do not count one population" if apart else "",
    )  # fmt: skip
