"""Who the reported victims were, report by report: ages, sex, kinds of exploitation, foreigners.

A part is divided only by the total of its own report (`khtip.ledger.splits`). Where a report leaves
some ages or kinds open, the count is a range, and a share is given only when it is one number.
"""

import math
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import pandas as pd
from scipy import stats

from khtip.chapters.victims.children import (
    RESCUED,
    children_by_report,
    design_effects,
    separate,
    whole_counts,
)
from khtip.ledger.ledger import Ledger
from khtip.ledger.lineage import joined
from khtip.ledger.splits import COLUMNS, accounts, choose, period_words, splits
from khtip.ledger.statements import bounds
from khtip.ledger.unreported import nothing
from khtip.statistics.rates import Interval
from khtip.statistics.shares import composition, difference, homogeneity, share

SUSPECTED = "offenders_foreign"
ABOUT_FOREIGNERS = (
    *(SUSPECTED, "foreigners_involved", "foreign_victims_repatriated"),
    *("foreigners_arrested", "foreigners_detained", "foreigners_deported"),
)
# How reports name sexual exploitation; the wording decides what is in it, so both are kept apart.
SEXUAL = {"sexual_exploitation": "sexual exploitation", "sex_trafficking": "sex trafficking"}
OF_WOMEN = (*RESCUED, "victims_in_court_cases", "arrests", "suspects_sent_to_court")
SPLIT = (*RESCUED, "cases", "arrests", "suspects_sent_to_court", SUSPECTED)
DIMENSIONS = ("age_band", "sex", "crime_type", "recipient", "nationality")
CHILD_BANDS, ADULTS = ("<15", "15-17", "<18"), "18+"
BANDS = [*CHILD_BANDS, ADULTS]
QUOTED = "share_underage_girls_sexual_exploitation"
ALONE, ALIKE = "each person alone", "victims of a case alike"
SAME, DIFFERENT = "not distinguishable", "different"


COMPOSED = pd.DataFrame(
    columns=["figure_set", "category", "count", "total", "share", "low", "high", "low_together"]
    + ["high_together", "figure_ids", "period", "reporting_body", "total_ids", "source_ids"]
)


@dataclass(eq=False, kw_only=True)
class Results:
    """What notebook 04 shows; each member is computed once, when it is first asked for.

    Attributes
    ----------
    children, base_children, reference_children : DataFrame
        `children.children_by_report`, and the one report to use for each of the two years.
    curves : DataFrame
        `children.design_effects`.
    """

    ledger: Ledger
    base_year: int
    reference_year: int
    confidence: float
    preferred_body: str

    @cached_property
    def children(self) -> pd.DataFrame:
        return children_by_report(self.ledger, self.confidence)

    @cached_property
    def base_children(self) -> pd.DataFrame:
        return self._chosen(self.children, self.base_year)

    @cached_property
    def reference_children(self) -> pd.DataFrame:
        return self._chosen(self.children, self.reference_year)

    @cached_property
    def curves(self) -> pd.DataFrame:
        return design_effects(self.children, self.confidence)

    def _chosen(self, table: pd.DataFrame, year: int) -> pd.DataFrame:
        return choose(table, year=year, preferred_body=self.preferred_body)

    def unreported(self, sentence: str) -> pd.DataFrame:
        """Return the table that says a sentence (of the reference year), all sources looked at."""
        year = self.reference_year
        looked_in = self.ledger.observations["source_id"]
        return nothing(sentence.format(year), year=year, looked_in=looked_in)

    @cached_property
    def quoted(self) -> pd.DataFrame:
        """UNODC's share: the statement's columns; ``low, high`` (of 1) that its words allow."""
        rows = self.ledger.unodc_statements
        rows = rows[rows["statement"].eq(QUOTED)]
        limits = [bounds(one.value, one.qualifier, unit="percent")[1:] for one in rows.itertuples()]
        return rows.assign(
            low=[float(low) / 100 for low, _ in limits],
            high=[float(high) / 100 for _, high in limits],
        )

    @cached_property
    def ages(self) -> pd.DataFrame:
        """The age bands of the one report of the reference year.

        `khtip.statistics.shares.composition` with ``child, figure_ids, total_ids, period,
        reporting_body, source_ids``; what the named bands leave over stays a class.
        """
        parts = splits(self.ledger.observations, "age_band", measures=RESCUED)
        chosen = self._chosen(parts[parts["total"].notna()], self.reference_year)
        if chosen.empty:
            return self.unreported("No report splits the victims rescued in {} by age.")
        if not _fits(chosen):
            return self.unreported("The age bands of {} and their total contradict each other.")
        rest = "age not stated"
        if ADULTS not in set(chosen["category"]):
            rest = f"older, or {rest}"
        chosen = chosen.sort_values("category", key=lambda bands: bands.map(BANDS.index))
        frame = _composed(chosen, self.confidence, residual=rest)
        first = chosen.iloc[0]
        ids = frame.pop("figure_ids")
        return frame.assign(
            child=frame["category"].isin(CHILD_BANDS),
            figure_ids=ids,
            total_ids=first["total_ids"],
            period=first["period"],
            reporting_body=first["reporting_body"],
            source_ids=first["source_ids"],
        )

    @cached_property
    def gaps(self) -> dict[str, Interval]:
        """How the share of children moved between the two years, `ALONE` and `ALIKE`.

        Newcombe's interval. Empty where a year has no report with one number of children; without
        `ALIKE` where the size of groups is not known.
        """
        if self._pair.empty:
            return {}
        base, reference = (row for _, row in self._pair.iterrows())
        counts = base["least"], base["total"], reference["least"], reference["total"]
        return {
            assumed: difference(*counts, confidence=self.confidence, design_effect=deff)
            for assumed, deff in _assumed(self._pair).items()
        }

    @cached_property
    def _pair(self) -> pd.DataFrame:
        pair = pd.concat([self.base_children, self.reference_children], ignore_index=True)
        return pair if pair["share"].notna().sum() == 2 else pair.head(0)

    @cached_property
    def compared(self) -> pd.DataFrame:
        """How the share of children differs: between the two years, and over all reports.

        ``comparison, if`` (what is assumed of the victims of a case), ``difference, low, high``
        (of 1), ``chi_squared, cramers_v, verdict``. Over all reports there is no interval but a
        test that one share fits all, without a p-value: five years are not reached.
        """
        rows = []
        for assumed, gap in self.gaps.items():
            name = " to ".join(self._pair["period"])
            tested = self._tested(self._pair, assumed)
            verdict = DIFFERENT if gap.low > 0 or gap.high < 0 else SAME
            rows.append((name, assumed, gap.value, gap.low, gap.high, *tested[:2], verdict))
        name = f"{len(self.apart)} reports that do not overlap"
        widest = self.apart["share"].max() - self.apart["share"].min()
        for assumed in _assumed(self.apart) if len(self.apart) > 1 else ():
            tested = self._tested(self.apart, assumed)
            rows.append((name, assumed, widest, math.nan, math.nan, *tested))
        columns = ["comparison", "if", "difference", "low", "high", "chi_squared", "cramers_v"]
        return pd.DataFrame(rows, columns=[*columns, "verdict"])

    def _tested(self, group: pd.DataFrame, assumed: str) -> tuple[float, float, str]:
        """Return chi-squared, Cramér's V, and whether one share for all fits."""
        children = group["least"].sum()
        if children in (0, group["total"].sum()):
            return 0.0, 0.0, SAME  # all shares are 0, or all are 1
        deff = _assumed(group)[assumed]
        test = homogeneity(group["least"], group["total"], design_effect=deff)
        limit = stats.chi2.isf(1 - self.confidence, test.dof)
        return test.statistic, test.cramers_v, DIFFERENT if test.statistic > limit else SAME

    @cached_property
    def apart(self) -> pd.DataFrame:
        """The reports with one number of children that do not overlap: `children.separate`."""
        return separate(self.ledger, self.confidence)

    @cached_property
    def kinds(self) -> pd.DataFrame:
        """How each report splits its cases, then its victims, by kind: `kinds_by_report`."""
        return kinds_by_report(self.ledger, self.confidence)

    @cached_property
    def reference_kinds(self) -> pd.DataFrame:
        """The one split of cases to use for the reference year."""
        return self._chosen(self.kinds[self.kinds["measure"].eq("cases")], self.reference_year)

    @cached_property
    def women(self) -> pd.DataFrame:
        """Women and girls among the victims and the suspects of each report, victims first.

        The columns of `shares_by_report` with ``role`` (the subject of the measure).
        """
        rows = shares_by_report(self.ledger, "sex", OF_WOMEN, self.confidence)
        subjects = self.ledger.measures.set_index("measure")["subject"]
        rows = rows[rows["category"].eq("female")]
        rows = rows.assign(role=rows["measure"].map(subjects))
        order = {"by": ["role", "period_start"], "ascending": [False, True], "kind": "stable"}
        return rows.sort_values(**order).reset_index(drop=True)

    @cached_property
    def rescued_women(self) -> pd.DataFrame:
        """Women and girls among the victims rescued, where a report gives one exact number."""
        rows = shares_by_report(self.ledger, "sex", RESCUED, self.confidence)
        return rows[rows["category"].eq("female") & rows["qualifier"].eq("exact")]

    @cached_property
    def recipients(self) -> pd.DataFrame:
        """To whom victims were handed, as printed.

        ``period, reporting_body, source, recipient, persons, of, share, low, high``.
        """
        rows = shares_by_report(self.ledger, "recipient", RESCUED, self.confidence)
        names = {
            "period": "period",
            "reporting_body": "reporting_body",
            "source_ids": "source",
            "category": "recipient",
            "value": "persons",
            "total": "of",
            "share": "share",
            "share_low": "low",
            "share_high": "high",
        }
        table = rows[list(names)].rename(columns=names)
        return table.astype({"persons": int, "of": int})

    @cached_property
    def listed(self) -> pd.DataFrame:
        """The one list of nationalities of foreign suspects to use: `nationalities_by_report`."""
        listed = nationalities_by_report(self.ledger).assign(preferred=True)
        return choose(listed, year=self.reference_year)

    @cached_property
    def suspects(self) -> pd.DataFrame:
        """Foreigners counted as suspects, one row a body, period and total.

        ``period_start, period_end, reporting_body, total, source_ids, figure_ids, named`` (persons
        with a nationality), ``nationalities`` (in words), ``part_ids, left, period``.
        """
        return foreign_suspects(self.ledger)

    @cached_property
    def part_of_year(self) -> pd.DataFrame:
        """`parts_and_years` of the reference year: suspects of a part of it beside the year."""
        both = parts_and_years(self.ledger)
        return both[both["year_year"].eq(self.reference_year)]

    @cached_property
    def roles(self) -> pd.DataFrame:
        """Every count of foreigners that reports of the reference year give, and as what.

        ``period, reporting_body, persons, counted_as, what_it_is_not, remark``; one row with a
        sentence when there is none.
        """
        rows, year = whole_counts(self.ledger, *ABOUT_FOREIGNERS), self.reference_year
        rows = rows[
            rows["period_end"].str[:4].eq(str(year))
            & rows["period_start"].str[:4].astype(int).ge(year - 1)
        ].drop_duplicates(["period_start", "period_end", "reporting_body", "measure", "value"])
        if rows.empty:
            said = self.unreported("No report of {} counts the foreigners involved.")
            return said[["nothing_reported", "year"]]
        about = self.ledger.measures.set_index("measure")
        return pd.DataFrame(
            {
                "period": list(map(period_words, rows["period_start"], rows["period_end"])),
                "reporting_body": rows["reporting_body"].to_numpy(),
                "persons": [
                    f"up to {one.high:.0f}" if pd.isna(one.value) else int(one.value)
                    for one in rows.itertuples()
                ],
                "counted_as": rows["measure"].map(about["label"]).to_numpy(),
                "what_it_is_not": rows["measure"].map(about["what_it_is_not"]).to_numpy(),
                "remark": rows["note"].fillna("").to_numpy(),
            }
        ).sort_values(["period", "reporting_body", "persons"], key=_sortable, ignore_index=True)

    @cached_property
    def printed_shares(self) -> pd.Series:
        """Whether each printed share of children agrees with the counts beside it, to one point.

        Only an observation: notebook 02 judges every printed share as a claim.
        """
        key, rows = ["source_id", "period_start", "period_end"], self.ledger.observations
        parts = rows[rows["measure"].eq("victims_rescued") & rows["category"].eq("<18")]
        totals = whole_counts(self.ledger, "victims_rescued").add_suffix("_total")
        stated = rows[rows["measure"].eq("share_of_victims")].merge(
            parts, on=key, suffixes=("_stated", "_part")
        )
        stated = stated.merge(totals, left_on=key, right_on=[f"{name}_total" for name in key])
        counted = 100 * stated["value_part"] / stated["value_total"].where(lambda total: total > 0)
        return counted.between(stated["low_stated"] - 1, stated["high_stated"] + 1)

    @cached_property
    def compositions(self) -> pd.DataFrame:
        """Every split of victims, cases and suspects that has one exact total.

        ``figure_set`` (measure, dimension, period and body), the columns of
        `khtip.statistics.shares.composition`, ``figure_ids, period, reporting_body, total_ids,
        source_ids``. Reports whose parts exceed their total, or give one class twice, are left
        out: notebook 02 shows them.
        """
        found = []
        for dimension in DIMENSIONS:
            parts = splits(self.ledger.observations, dimension, measures=SPLIT)
            for _, rows in parts.groupby(["report", "measure"], sort=False):
                first = rows.iloc[0]
                if not _fits(rows):
                    continue
                table = _composed(rows, self.confidence)
                scope = "" if dimension == "crime_type" else f" ({first['crime_scope']})"
                name = f"{first['measure']}{scope} by {dimension}, {first['period']}"
                # Two articles may split one report differently, so the source is in the name.
                source = first["source_ids"].split(";")[0]
                table.insert(0, "figure_set", f"{name}, {first['reporting_body']} [{source}]")
                kept = ["period", "reporting_body", "total_ids", "source_ids"]
                found.append(table.assign(**first[kept]))
        return pd.concat(found or [COMPOSED], ignore_index=True)


def analyse(
    ledger: Ledger, *, base_year: int, reference_year: int, confidence: float, preferred_body: str
) -> Results:
    """Return the results of notebook 04 for its parameters, which are those of the registry."""
    ledger.read("areas", "measures", "unodc_statements")
    return Results(
        ledger=ledger,
        base_year=base_year,
        reference_year=reference_year,
        confidence=confidence,
        preferred_body=preferred_body,
    )


def _sortable(column: pd.Series) -> pd.Series:
    return column if column.dtype.kind in "if" else column.astype(str)


def _fits(parts: pd.DataFrame) -> bool:
    """Tell whether a report gives each class once, and no more in all than its total."""
    named, total = parts["value"].sum(), parts["total"].iloc[0]
    return total > 0 and named <= total and not parts["category"].duplicated().any()


def _composed(parts: pd.DataFrame, confidence: float, **residual: Any) -> pd.DataFrame:
    """Return the composition of one report, with the statements behind each class."""
    counts, ids = (parts.set_index("category")[name] for name in ("value", "figure_ids"))
    total = parts["total"].iloc[0]
    frame = composition(counts, total=total, confidence=confidence, **residual)
    return frame.assign(figure_ids=frame["category"].map(ids).fillna(joined(ids)))


def _assumed(group: pd.DataFrame) -> dict[str, float]:
    """Return the design effect of a group of reports under each assumption."""
    sizes = group["group_size"]
    return {ALONE: 1.0} | ({ALIKE: sizes.max()} if sizes.notna().all() else {})


@cache
def kinds_by_report(ledger: Ledger, confidence: float) -> pd.DataFrame:
    """Return how each report splits its total of cases, or of victims, by kind of exploitation.

    Returns
    -------
    DataFrame
        One row a report and measure, cases first: the report's columns, ``measure, preferred``;
        ``sexual`` and ``wording`` (what the report files under sexual exploitation, or calls sex
        trafficking), ``trafficking`` (NaN when not given), ``whole`` (the stated total, or the sum
        of both parts when the total is only a bound), ``whole_kind``; ``share, low, high`` of the
        sexual part (Wilson).
    """
    about = [*COLUMNS[: COLUMNS.index("measure")], "crime_scope", "measure"]
    rows = []
    parts = splits(ledger.observations, "crime_type", measures=["cases", "victims_rescued"])
    for _, report in parts.groupby(["report", "measure"], sort=False):
        report = report.set_index("category", drop=False)
        values = report["value"]
        kind = next((name for name in SEXUAL if name in values), None)
        if kind is None or values.index.has_duplicates:
            continue
        first = report.loc[kind]
        sexual, trafficking = values[kind], values.get("trafficking", math.nan)
        stated = not math.isnan(first["total"])
        whole = first["total"] if stated else sexual + trafficking
        if not whole > 0 or sexual > whole:
            continue
        part = share(sexual, whole, confidence=confidence)
        rows.append(
            first[about].to_dict()
            | {
                "figure_ids": joined(report["figure_ids"]),
                "preferred": report["preferred"].any(),
                "sexual": sexual,
                "wording": SEXUAL[kind],
                "trafficking": trafficking,
                "whole": whole,
                "whole_kind": "stated total" if stated else "sum of the parts",
                "share": part.value,
                "low": part.low,
                "high": part.high,
            }
        )
    names = ["preferred", "sexual", "wording", "trafficking", "whole", "whole_kind"]
    frame = pd.DataFrame(rows, columns=[*about, *names, "share", "low", "high"])
    return frame.sort_values("measure", kind="stable", ignore_index=True)


@cache
def shares_by_report(
    ledger: Ledger, dimension: str, measures: tuple[str, ...], confidence: float
) -> pd.DataFrame:
    """Return the share of each stated class, for example of women and girls, report by report.

    Returns
    -------
    DataFrame
        One row a class of a report with an exact total: `khtip.ledger.splits.splits` with
        ``share, share_low, share_high`` (Wilson).
    """
    parts = splits(ledger.observations, dimension, measures=measures)
    parts = parts[parts["total"].gt(0) & parts["value"].le(parts["total"])].reset_index(drop=True)
    found = [share(part.value, part.total, confidence=confidence) for part in parts.itertuples()]
    return parts.assign(
        share=[one.value for one in found],
        share_low=[one.low for one in found],
        share_high=[one.high for one in found],
    )


@cache
def nationalities_by_report(ledger: Ledger) -> pd.DataFrame:
    """Return how far the nationalities named in a report account for its foreign suspects.

    Returns
    -------
    DataFrame
        One row a report with a list and an exact total, as `khtip.ledger.splits.accounts`, with
        ``stated`` (the number of nationalities the report says there are; NaN if it does not).
    """
    frame = accounts(splits(ledger.observations, "nationality", measures=[SUSPECTED]))
    frame = frame[frame["total"].notna()].reset_index(drop=True)
    said = whole_counts(ledger, "nationalities")
    stated, ids = [], []
    for row in frame.itertuples():
        period = said["period_start"].eq(row.period_start) & said["period_end"].eq(row.period_end)
        own = said[period & said["source_id"].isin(row.source_ids.split(";"))]
        stated.append(own["value"].iloc[0] if len(own) else math.nan)
        ids.append(joined([row.figure_ids, *own["figure_id"].head(1)]))
    return frame.assign(stated=stated, figure_ids=ids)


@cache
def foreign_suspects(ledger: Ledger) -> pd.DataFrame:
    """Return the table `Results.suspects`; a report that names nobody leaves everybody over."""
    names = ledger.areas.set_index("ref_area")["name"]
    key = ["period_start", "period_end", "reporting_body"]
    rows = whole_counts(ledger, SUSPECTED)
    frame = (
        rows[rows["ref_area"].eq("KHM")]
        .groupby([*key, "value"], as_index=False)
        .agg(
            source_ids=("source_id", joined),
            figure_ids=("figure_id", joined),
            crime_scope=("crime_scope", "first"),
        )
        .rename(columns={"value": "total"})
    )
    parts = splits(ledger.observations, "nationality", measures=[SUSPECTED])
    parts = parts.sort_values(["value", "category"], ascending=[False, True])
    said = [f"{names.get(one.category)} {one.value:.0f}" for one in parts.itertuples()]
    lists = parts.assign(said=said).groupby(key)
    frame = frame.join(
        lists.agg(
            named=("value", "sum"),
            nationalities=("said", ", ".join),
            part_ids=("figure_ids", joined),
        ),
        on=key,
    )
    frame["named"] = frame["named"].astype(float).fillna(0)
    frame["left"] = frame["total"].astype(float) - frame["named"]
    return frame.assign(period=list(map(period_words, frame["period_start"], frame["period_end"])))


@cache
def parts_and_years(ledger: Ledger) -> pd.DataFrame:
    """Return a body's counts of foreign suspects for parts of a year beside that year's.

    Returns
    -------
    DataFrame
        ``calendar_year, reporting_body, crime_scope`` and the other columns of the observations
        twice, with ``_part`` and ``_year``.
    """
    rows = whole_counts(ledger, SUSPECTED)
    within = rows["period_start"].str[:4].eq(rows["period_end"].str[:4])
    printed = rows["value"].notna()  # a suppressed number is in no sentence
    rows = rows[within & printed & rows["qualifier"].isin(["exact", "including"])]
    rows = rows.assign(calendar_year=rows["period_start"].str[:4])
    key = ["calendar_year", "reporting_body", "crime_scope"]
    whole = rows["year"].notna()
    return rows[~whole].merge(rows[whole], on=key, suffixes=("_part", "_year"))
