"""What notebook 04 says: who the rescued victims were, as far as reports tell."""

from __future__ import annotations

import pandas as pd
from scipy import stats

from khtip.conclusions import foreign_suspects
from khtip.findings import Finding, finding, not_reported
from khtip.inputs.observations import bounds
from khtip.lineage import rests_on
from khtip.reconcile.splits import AS_DOCUMENTED, choose
from khtip.remember import remembered
from khtip.statistics.composition import MAJORITY, MINORITY, difference
from khtip.statistics.homogeneity import homogeneity
from khtip.subjects.victims import children, foreigners, kinds, separate, traits

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
        `khtip.inputs.context.unodc_statements`.
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
        foreign_suspects.unaccounted(named, reference_year),
        foreign_suspects.nationalities(named, reference_year),
        foreign_suspects.part_of_year(observations, reference_year),
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
