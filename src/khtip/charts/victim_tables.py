"""The tables behind the figures of notebook 04: labels and texts beside the numbers.

Each returns the frame that is drawn, or the one row of `khtip.drawing.absence.nothing`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from khtip.drawing.absence import nothing
from khtip.inputs.observations import bounds
from khtip.lineage import joined
from khtip.reconcile.splits import AS_DOCUMENTED, choose, period_words, splits
from khtip.statistics.composition import composition, share
from khtip.subjects.victims import RESCUED, children, kinds, traits

SHORT_BODIES = {
    "Ministry of Interior": "Interior",
    "National Police": "Police",
    "General Department of Immigration": "Immigration",
    "US State Department": "US State",
    "MoFAIC": "Foreign Affairs",
    "MoSVY": "Social Affairs",
}
CHILD_BANDS = ("<15", "15-17", "<18")
BANDS = {
    "<15": "Under 15 (children)",
    "15-17": "15 to 17 (children)",
    "<18": "Under 18 (children)",
    "18+": "18 and over (adults)",
}
STATEMENT = "share_underage_girls_sexual_exploitation"


def short(body: str) -> str:
    """Return a reporting body's name short enough for a label.

    Examples
    --------
    >>> short("National Police"), short("NCCT")
    ('Police', 'NCCT')
    """
    return SHORT_BODIES.get(body, body)


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
        `khtip.statistics.composition.composition` with ``label, child, period, reporting_body,
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
