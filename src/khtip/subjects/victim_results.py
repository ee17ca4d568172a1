"""Tables that notebook 04 shows or writes as they are: comparisons, roles, recipients, splits."""

from __future__ import annotations

import pandas as pd
from scipy import stats

from khtip.drawing.absence import nothing
from khtip.lineage import joined
from khtip.reconcile.splits import AS_DOCUMENTED, choose, period_words, splits
from khtip.statistics.composition import composition, difference
from khtip.statistics.homogeneity import homogeneity
from khtip.subjects.victims import RESCUED, children, separate, traits

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
