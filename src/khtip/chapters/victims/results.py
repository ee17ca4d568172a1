"""Who the reported victims were, report by report: children, kinds of exploitation, foreigners.

Every function takes the cleaned observations and returns one row a report. A report's part is
divided only by its own total (`splits`). Where a report leaves some ages or kinds open, the
count becomes a range, and a share is given only when the range is one number.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from scipy import stats

from khtip.figures.absence import nothing
from khtip.figures.marks import short
from khtip.ledger.lineage import joined
from khtip.ledger.splits import AS_DOCUMENTED, accounts, choose, period_words, splits
from khtip.ledger.statements import bounds
from khtip.remember import remembered
from khtip.statistics.shares import (
    composition,
    difference,
    group_size,
    homogeneity,
    majority,
    share,
    tipping_design_effect,
)

RESCUED = ("victims_rescued", "victims_identified")

# How reports name sexual exploitation; the wording decides what is in it, so both are kept apart.
SEXUAL = {"sexual_exploitation": "sexual exploitation", "sex_trafficking": "sex trafficking"}

FOREIGNERS = ("offenders_foreign", "foreigners_involved", "foreigners_arrested")


@remembered
def children(
    observations: pd.DataFrame,
    *,
    measures: tuple[str, ...] = RESCUED,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Return the children among the victims of each report that gives ages and one total.

    Parameters
    ----------
    observations : DataFrame
        ``data/clean/observations.csv``.
    measures : tuple of str
        What counts as a victim.
    confidence : float
        Of the intervals.

    Returns
    -------
    DataFrame
        One row a report, sorted by period: the columns of `splits.splits`; ``least, most``
        (children: a range when the ages of some are not given), ``basis`` (which bands);
        ``share`` (NaN unless ``least == most``), ``low, high`` (Wilson, every person alone),
        ``verdict`` (majority or not), ``tipping`` (the design effect at which the share can no
        longer be told from one half); ``cases, group_size`` (NaN when the report gives no cases),
        ``low_grouped, high_grouped, verdict_grouped`` (design effect = group size).
    """
    parts = splits(observations, "age_band", measures=measures)
    rows = []
    for _, report in parts.groupby("report", sort=False):
        least, most, basis = _count_children(report)
        first = report.iloc[0]
        if math.isnan(first["total"]) or math.isnan(least):
            continue
        cases, counted = _cases_of(observations, first)
        rows.append(
            {
                **first.drop(["category", "value", "low", "high", "qualifier"]).to_dict(),
                "figure_ids": joined([*report["figure_ids"], counted]),
                "preferred": report["preferred"].any(),
                "least": least,
                "most": most,
                "basis": basis,
                **_judged(least, most, first["total"], cases, confidence),
            }
        )
    return pd.DataFrame(rows, columns=_children_columns(parts))


def separate(reports: pd.DataFrame) -> pd.DataFrame:
    """Return reports whose periods do not overlap, so that no person is counted twice.

    Of two that overlap, the longer is kept; of two equal ones, the first.

    Parameters
    ----------
    reports : DataFrame
        With ``period_start, period_end, months``.

    Examples
    --------
    >>> half = {"period_start": "2024-01-01", "period_end": "2024-06-30", "months": 6.0}
    >>> year = {"period_start": "2024-01-01", "period_end": "2024-12-31", "months": 12.0}
    >>> separate(pd.DataFrame([half, year]))["months"].tolist()
    [12.0]
    """
    kept: list = []
    for index, row in reports.sort_values("months", ascending=False, kind="stable").iterrows():
        if not any(
            row["period_start"] <= reports.at[other, "period_end"]
            and reports.at[other, "period_start"] <= row["period_end"]
            for other in kept
        ):
            kept.append(index)
    return reports.loc[sorted(kept)]


@remembered
def kinds(
    observations: pd.DataFrame,
    *,
    measures: tuple[str, ...] = ("cases", "victims_rescued"),
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Return how each report splits its total by kind of exploitation.

    Returns
    -------
    DataFrame
        One row a report and measure: the report's columns; ``sexual`` and ``wording`` (what the
        report files under sexual exploitation, or calls sex trafficking), ``trafficking``
        (NaN when not given), ``whole`` (the stated total, or the sum of both parts when the total
        is only a bound), ``whole_kind``; ``share, low, high`` of the sexual part.
    """
    parts = splits(observations, "crime_type", measures=measures)
    rows = []
    for (_, measure), report in parts.groupby(["report", "measure"], sort=False):
        values = report.set_index("category")["value"]
        found = [name for name in SEXUAL if name in values.index]
        first = report.iloc[0]
        if not found or values.index.has_duplicates:
            continue
        sexual, trafficking = values[found[0]], values.get("trafficking", math.nan)
        whole, whole_kind = first["total"], "stated total"
        if math.isnan(whole):
            whole, whole_kind = sexual + trafficking, "sum of the parts"
        if math.isnan(whole):
            continue
        part = share(sexual, whole, confidence=confidence)
        rows.append(
            {
                **{name: first[name] for name in _REPORT},
                "figure_ids": joined(report["figure_ids"]),
                "measure": measure,
                "preferred": report["preferred"].any(),
                "sexual": sexual,
                "wording": SEXUAL[found[0]],
                "trafficking": trafficking,
                "whole": whole,
                "whole_kind": whole_kind,
                "share": part.value,
                "low": part.low,
                "high": part.high,
            }
        )
    names = [
        "preferred",
        "sexual",
        "wording",
        "trafficking",
        "whole",
        "whole_kind",
        "share",
        "low",
        "high",
    ]
    return pd.DataFrame(rows, columns=[*_REPORT, "measure", *names])


@remembered
def traits(
    observations: pd.DataFrame,
    dimension: str,
    *,
    measures: tuple[str, ...] = RESCUED,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Return the share of each stated class, for example of women and girls, report by report.

    Returns
    -------
    DataFrame
        One row a class of a report with an exact total: the columns of `splits` with
        ``share, share_low, share_high`` (Wilson).
    """
    parts = splits(observations, dimension, measures=measures)
    parts = parts[parts["total"].notna() & parts["value"].le(parts["total"])].copy()
    found = [share(part.value, part.total, confidence=confidence) for part in parts.itertuples()]
    parts["share"] = [one.value for one in found]
    parts["share_low"] = [one.low for one in found]
    parts["share_high"] = [one.high for one in found]
    return parts.reset_index(drop=True)


@remembered
def foreigners(
    observations: pd.DataFrame, *, measures: tuple[str, ...] = FOREIGNERS
) -> pd.DataFrame:
    """Return how far the nationalities named in a report account for its foreigners.

    Returns
    -------
    DataFrame
        One row a report with a list and an exact total, as `khtip.ledger.splits.accounts`, with
        ``stated`` (the number of nationalities the report says there are; NaN if it does not).
    """
    frame = accounts(splits(observations, "nationality", measures=measures))
    frame = frame[frame["total"].notna()].reset_index(drop=True)
    said = observations[
        observations["measure"].eq("nationalities") & observations["dimension"].fillna("").eq("")
    ]
    key = ["source_id", "period_start", "period_end"]
    stated = {
        tuple(row[:3]): row[3:]
        for row in said[[*key, "value", "figure_id"]].itertuples(index=False)
    }
    found = [
        next(
            (
                stated[one, row.period_start, row.period_end]
                for one in row.source_ids.split(";")
                if (one, row.period_start, row.period_end) in stated
            ),
            (math.nan, ""),
        )
        for row in frame.itertuples()
    ]
    frame["stated"] = [value for value, _ in found]
    pairs = zip(frame["figure_ids"], found, strict=True)
    frame["figure_ids"] = [joined([ids, statement]) for ids, (_, statement) in pairs]
    return frame


_REPORT = [
    *[
        "report",
        "source_ids",
        "figure_ids",
        "total_ids",
        "reporting_body",
        "ref_area",
        "period_start",
        "period_end",
    ],
    *["period", "year", "months", "crime_scope"],
]


def _count_children(report: pd.DataFrame) -> tuple[float, float, str]:
    """Return the least and the most children that a report's age bands allow, and which bands."""
    values = report.set_index("category")["value"]
    open_list = set(report.loc[report["qualifier"].ne("exact"), "category"])
    rest = report["total"].iloc[0] - values.get("18+", 0)
    if "<18" in values:
        return values["<18"], rest if "<18" in open_list else values["<18"], "under 18"
    if {"<15", "15-17"} <= set(values.index):
        together = values["<15"] + values["15-17"]
        return together, together, "under 15, and 15 to 17"
    if "<15" in values:
        return values["<15"], rest, "under 15 only"
    return math.nan, math.nan, ""


def _judged(
    least: float, most: float, total: float, cases: float, confidence: float
) -> dict[str, object]:
    """Return share, limits and verdict with every person alone, and with whole cases alike."""
    size = math.nan if math.isnan(cases) or not 0 < cases <= total else group_size(total, cases)
    limits: dict[str, object] = {}
    for name, deff in (("", 1.0), ("_grouped", size)):
        if math.isnan(deff):
            limits |= {f"low{name}": math.nan, f"high{name}": math.nan, f"verdict{name}": ""}
            continue
        options = {"confidence": confidence, "design_effect": deff}
        low, high = share(least, total, **options).low, share(most, total, **options).high
        limits |= {f"low{name}": low, f"high{name}": high, f"verdict{name}": majority(low, high)}
    alone, tipping = math.nan, math.nan
    if least == most:
        alone = least / total
        tipping = tipping_design_effect(least, total, confidence=confidence)
    return {"share": alone, "tipping": tipping, "cases": cases, "group_size": size, **limits}


def _cases_of(observations: pd.DataFrame, report: pd.Series) -> tuple[float, str]:
    """Return the exact number of cases in the same report, or NaN, and the statements of it."""
    same = observations["measure"].eq("cases") & observations["qualifier"].eq("exact")
    same &= observations["dimension"].fillna("").eq("")
    same &= observations["source_id"].isin(report["source_ids"].split(";"))
    for name in ("reporting_body", "ref_area", "period_start", "period_end", "crime_scope"):
        same &= observations[name].eq(report[name])
    values = observations.loc[same, "value"].unique()
    if len(values) != 1:
        return math.nan, ""
    return float(values[0]), joined(observations.loc[same, "figure_id"])


def _children_columns(parts: pd.DataFrame) -> list[str]:
    kept = [c for c in parts if c not in ("category", "value", "low", "high", "qualifier")]
    return [
        *kept,
        *[
            "least",
            "most",
            "basis",
            "share",
            "tipping",
            "cases",
            "group_size",
            "low",
            "high",
            "verdict",
        ],
        *["low_grouped", "high_grouped", "verdict_grouped"],
    ]


# Tables that notebook 04 shows or writes as they are: comparisons, roles, recipients, splits.


ALONE, ALIKE = "each person alone", "victims of a case alike"
ABOUT_FOREIGNERS = (
    *("offenders_foreign", "foreigners_involved", "foreign_victims_repatriated"),
    *("foreigners_arrested", "foreigners_detained", "foreigners_deported"),
)


def comparisons(
    observations: pd.DataFrame,
    *,
    base_year: int,
    reference_year: int,
    preferred_body: str = AS_DOCUMENTED,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Return how the share of children differs: between the two years, and over all reports.

    Only reports with one number of children enter, and over all reports only such whose periods
    do not overlap. Two years get a difference with Newcombe's interval; several reports get the
    widest difference and a test that one share fits all, without a p-value, since five years are
    not reached.

    Returns
    -------
    DataFrame
        ``comparison, if`` (what is assumed of the victims of a case), ``difference, low, high``
        (shares of all victims), ``chi_squared, cramers_v, verdict``. Empty without two reports.
    """
    reports = children(observations, confidence=confidence)
    exact = reports[reports["share"].notna()]
    pair = [
        choose(exact, year=year, preferred_body=preferred_body)
        for year in (base_year, reference_year)
    ]
    sets: list[tuple[str | None, pd.DataFrame]] = [(None, separate(exact))]
    if all(len(one) for one in pair):
        both = pd.concat(pair, ignore_index=True)
        sets.insert(0, (f"{both['period'][0]} to {both['period'][1]}", both))
    rows = []
    for name, group in sets:
        if len(group) < 2:
            continue
        name = name or f"{len(group)} reports that do not overlap"
        for assumed, deff in ((ALONE, 1.0), (ALIKE, group["group_size"].max())):
            rows.append({"comparison": name, "if": assumed} | _compared(group, deff, confidence))
    columns = ["comparison", "if", "difference", "low", "high", "chi_squared", "cramers_v"]
    return pd.DataFrame(rows, columns=[*columns, "verdict"])


def _compared(group: pd.DataFrame, deff: float, confidence: float) -> dict[str, object]:
    test = homogeneity(group["least"], group["total"], design_effect=deff)
    found = {"chi_squared": test.statistic, "cramers_v": test.cramers_v}
    if len(group) == 2:
        a, b = group.iloc[0], group.iloc[1]
        gap = difference(
            a["least"], a["total"], b["least"], b["total"],
            confidence=confidence, design_effect=deff,
        )  # fmt: skip
        differ = gap.low > 0 or gap.high < 0
        found |= {"difference": gap.value, "low": gap.low, "high": gap.high}
    else:
        differ = test.statistic > stats.chi2.isf(1 - confidence, test.dof)
        found |= {"difference": group["share"].max() - group["share"].min()}
    return found | {"verdict": "different" if differ else "not distinguishable"}


def roles(observations: pd.DataFrame, measures: pd.DataFrame, *, year: int) -> pd.DataFrame:
    """Return every count of foreigners that reports of a year give, and as what they are counted.

    Returns
    -------
    DataFrame
        ``period, reporting_body, persons, counted_as, what_it_is_not, remark``; one row with
        the sentence when there is none.
    """
    rows = observations[
        observations["measure"].isin(ABOUT_FOREIGNERS)
        & observations["dimension"].fillna("").eq("")
        & observations["period_end"].str[:4].eq(str(year))
        & observations["period_start"].str[:4].astype(int).ge(year - 1)
    ].drop_duplicates(["period_start", "period_end", "reporting_body", "measure", "value"])
    if rows.empty:
        sentence = f"No report of {year} counts the foreigners involved."
        return nothing(sentence, year=year, looked_in=[])[["nothing_reported", "year"]]
    about = measures.set_index("measure")
    return pd.DataFrame(
        {
            "period": [period_words(one.period_start, one.period_end) for one in rows.itertuples()],
            "reporting_body": rows["reporting_body"].to_numpy(),
            "persons": rows["value"].astype(int).to_numpy(),
            "counted_as": rows["measure"].map(about["label"]).to_numpy(),
            "what_it_is_not": rows["measure"].map(about["what_it_is_not"]).to_numpy(),
            "remark": rows["note"].fillna("").to_numpy(),
        }
    ).sort_values(["period", "reporting_body", "persons"], ignore_index=True)


def recipients(observations: pd.DataFrame, *, confidence: float = 0.95) -> pd.DataFrame:
    """Return to whom the victims of each report were handed, as printed.

    Returns
    -------
    DataFrame
        ``period, reporting_body, source, recipient, persons, of, share, low, high``.
    """
    rows = traits(observations, "recipient", confidence=confidence)
    names = {"category": "recipient", "value": "persons", "total": "of", "source_ids": "source"}
    kept = ["period", "reporting_body", "source_ids", "category", "value", "total", "share"]
    table = rows[[*kept, "share_low", "share_high"]].astype({"value": int, "total": int})
    return table.rename(columns={**names, "share_low": "low", "share_high": "high"})


def compositions(observations: pd.DataFrame, *, confidence: float = 0.95) -> pd.DataFrame:
    """Return every split of victims, cases and suspects that has one exact total.

    Reports whose parts exceed their total, or give one class twice, are left out: notebook 02
    shows them.

    Returns
    -------
    DataFrame
        ``figure_set`` (measure, dimension, period and body), ``category, count, total, share,
        low, high, low_together, high_together`` of `composition.composition`, ``period,
        reporting_body, figure_ids, total_ids, source_ids``.
    """
    wanted = (*RESCUED, "cases", "arrests", "suspects_sent_to_court", "offenders_foreign")
    found = []
    for dimension in ("age_band", "sex", "crime_type", "recipient", "nationality"):
        parts = splits(observations, dimension, measures=wanted)
        parts = parts[parts["total"].notna()]
        for _, rows in parts.groupby(["report", "measure"], sort=False):
            counts, first = rows.set_index("category")["value"], rows.iloc[0]
            if counts.index.has_duplicates or counts.sum() > first["total"]:
                continue
            table = composition(counts, total=first["total"], confidence=confidence)
            scope = "" if dimension == "crime_type" else f" ({first['crime_scope']})"
            name = f"{first['measure']}{scope} by {dimension}, {first['period']}"
            # Two articles on one report may split it differently, so the source is in the name.
            source = first["source_ids"].split(";")[0]
            table.insert(0, "figure_set", f"{name}, {first['reporting_body']} [{source}]")
            ids = rows.set_index("category")["figure_ids"]
            table["figure_ids"] = table["category"].map(ids).fillna(joined(ids))
            kept = ["period", "reporting_body", "total_ids", "source_ids"]
            found.append(table.assign(**{column: first[column] for column in kept}))
    return pd.concat(found, ignore_index=True)


# The tables behind the figures of notebook 04: labels and texts beside the numbers.


CHILD_BANDS = ("<15", "15-17", "<18")
BANDS = {
    "<15": "Under 15 (children)",
    "15-17": "15 to 17 (children)",
    "<18": "Under 18 (children)",
    "18+": "18 and over (adults)",
}
STATEMENT = "share_underage_girls_sexual_exploitation"


def ages(
    observations: pd.DataFrame,
    *,
    year: int,
    preferred_body: str = AS_DOCUMENTED,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Return the age bands of the victims rescued in one report of a year.

    Returns
    -------
    DataFrame
        `khtip.statistics.shares.composition` with ``label, child, period, reporting_body,
        figure_ids, total_ids, source_ids``; what the named bands leave over stays a class.
    """
    parts = splits(observations, "age_band", measures=RESCUED)
    parts = parts[parts["total"].notna()]
    chosen = choose(parts, year=year, preferred_body=preferred_body)
    if chosen.empty:
        sentence = f"No report splits the victims rescued in {year} by age."
        return nothing(sentence, year=year, looked_in=parts["source_ids"])
    counts = chosen.set_index("category")["value"]
    rest = "age not stated" if "18+" in counts else "older, or age not stated"
    frame = composition(counts, total=chosen["total"].iloc[0], confidence=confidence, residual=rest)
    frame.insert(1, "label", frame["category"].map(BANDS).fillna(rest.capitalize()))
    frame["child"] = frame["category"].isin(CHILD_BANDS)
    first = chosen.iloc[0]
    ids = chosen.set_index("category")["figure_ids"]
    return frame.assign(
        figure_ids=frame["category"].map(ids).fillna(joined(ids)),
        total_ids=first["total_ids"],
        period=first["period"],
        reporting_body=first["reporting_body"],
        source_ids=first["source_ids"],
    )


def across_reports(
    observations: pd.DataFrame, statements: pd.DataFrame, *, confidence: float = 0.95
) -> pd.DataFrame:
    """Return the share of children in every report, and the share UNODC is quoted with.

    Returns
    -------
    DataFrame
        The rows of `victims.children` with ``label, text, least_share, most_share`` and
        ``kind``: ``report``, or ``quoted`` for the row of UNODC, last.
    """
    reports = children(observations, confidence=confidence)
    reports["kind"] = "report"
    reports["least_share"] = reports["least"] / reports["total"]
    reports["most_share"] = reports["most"] / reports["total"]
    reports["label"] = reports["period"] + ", " + reports["reporting_body"].map(short)
    reports["text"] = [
        f"{one.least:.0f} of {one.total:.0f}"
        if one.least == one.most
        else f"{one.least:.0f} or more of {one.total:.0f}"
        for one in reports.itertuples()
    ]
    said = statements[statements["statement"].eq(STATEMENT)]
    quoted = pd.DataFrame(
        [
            {
                "kind": "quoted",
                "label": f"UNODC, region, {row.year}",
                "text": f"“{row.qualifier} {row.value} %”, quoted",
                "low": float(low) / 100,
                "high": float(high) / 100,
                "source_ids": row.source_ids,
            }
            for row in said.itertuples()
            for _, low, high in [bounds(row.value, row.qualifier, unit="percent")]
        ]
    )
    return pd.concat([reports, quoted], ignore_index=True)


def design_effects(
    observations: pd.DataFrame, *, confidence: float = 0.95, points: int = 41
) -> pd.DataFrame:
    """Return how each report's interval widens from design effect 1 to its mean group size.

    Returns
    -------
    DataFrame
        ``report, label, reporting_body, source_ids, figure_ids, total_ids, group_size, tipping,
        design_effect, share, low, high``; only reports with one number of children and with cases.
    """
    reports = children(observations, confidence=confidence)
    reports = reports[reports["share"].notna() & reports["group_size"].notna()]
    rows = []
    for one in reports.itertuples():
        for deff in np.linspace(1, one.group_size, points):
            found = share(one.least, one.total, confidence=confidence, design_effect=deff)
            rows.append(
                {
                    "report": one.report,
                    "label": one.period.replace(" (police year)", "*"),
                    "reporting_body": one.reporting_body,
                    "source_ids": one.source_ids,
                    "figure_ids": one.figure_ids,
                    "total_ids": one.total_ids,
                    "group_size": one.group_size,
                    "tipping": one.tipping,
                    "design_effect": deff,
                    "share": found.value,
                    "low": found.low,
                    "high": found.high,
                    "one_half": 0.5,
                }
            )
    return pd.DataFrame(rows)


def kinds_table(observations: pd.DataFrame, *, confidence: float = 0.95) -> pd.DataFrame:
    """Return the share filed under sexual exploitation, cases first, with places for drawing."""
    filed = kinds(observations, confidence=confidence)
    filed = filed.sort_values("measure", kind="stable").reset_index(drop=True)
    block = (filed["measure"] != filed["measure"].shift()).cumsum() - 1
    filed["place"] = filed.index + 1.6 * block
    filed["label"] = filed["period"] + ", " + filed["reporting_body"].map(short)
    filed["text"] = [
        f"{one.sexual:.0f} of {one.whole:.0f}"
        + (" named" if one.whole_kind == "sum of the parts" else "")
        for one in filed.itertuples()
    ]
    return filed


def women(
    observations: pd.DataFrame, measures: pd.DataFrame, *, confidence: float = 0.95
) -> pd.DataFrame:
    """Return the share of women and girls among victims and among suspects, report by report.

    Parameters
    ----------
    observations : DataFrame
        ``data/clean/observations.csv``.
    measures : DataFrame
        ``data/lookups/measures.csv``: ``measure, label, subject``.
    confidence : float
        Of Wilson's interval.
    """
    about = measures.set_index("measure")
    wanted = [*RESCUED, "victims_in_court_cases", "arrests", "suspects_sent_to_court"]
    rows = traits(observations, "sex", measures=tuple(wanted), confidence=confidence)
    rows = rows[rows["category"].eq("female")].copy()
    rows["role"] = rows["measure"].map(about["subject"])
    scope = rows["crime_scope"].map(
        {"trafficking": ", trafficking", "sexual_exploitation": ", sexual exploitation"}
    )
    rows["label"] = rows["period"] + ", " + rows["measure"].map(about["label"]).str.lower()
    rows["label"] += scope.fillna("")
    rows["text"] = [f"{one.value:.0f} of {one.total:.0f}" for one in rows.itertuples()]
    rows = rows.sort_values(["role", "period_start"], ascending=[False, True], kind="stable")
    rows = rows.reset_index(drop=True)
    rows["place"] = rows.index + 1.6 * rows["role"].ne(rows["role"].iloc[0])
    return rows


def foreign_suspects(observations: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    """Return foreigners counted as suspects: named by nationality, and left without one.

    Returns
    -------
    DataFrame
        One row a body, period and total: ``label, total, named, left, text, source_ids,
        figure_ids, part_ids``. A report that names no nationality leaves everybody over.
    """
    names = areas.set_index("ref_area")["name"]
    key = ["period_start", "period_end", "reporting_body"]
    rows = observations[
        observations["measure"].eq("offenders_foreign")
        & observations["dimension"].fillna("").eq("")
        & observations["ref_area"].eq("KHM")
    ]
    frame = rows.groupby([*key, "value"], as_index=False).agg(
        source_ids=("source_id", ";".join), figure_ids=("figure_id", ";".join)
    )
    parts = splits(observations, "nationality", measures=["offenders_foreign"])
    parts["said"] = parts["category"].map(names) + parts["value"].map(" {:.0f}".format)
    lists = parts.groupby(key).agg(
        named=("value", "sum"), text=("said", ", ".join), part_ids=("figure_ids", joined)
    )
    frame = frame.rename(columns={"value": "total"}).join(lists, on=key)
    frame["named"] = frame["named"].fillna(0)
    frame["left"] = frame["total"] - frame["named"]
    frame["text"] = [
        f"{one.named:.0f} of {one.total:.0f} named"
        + (f": {one.text}" if isinstance(one.text, str) else "")
        for one in frame.itertuples()
    ]
    periods = frame.apply(lambda one: period_words(one["period_start"], one["period_end"]), axis=1)
    frame.insert(0, "label", periods + ", " + frame["reporting_body"].map(short))
    return frame
