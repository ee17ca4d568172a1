"""What changed between two years, and over all years: all that notebook 03 computes."""

from dataclasses import asdict
from functools import cache, cached_property

import pandas as pd

from khtip.chapters.trends import ratios
from khtip.chapters.trends.series import (
    SERIES,
    choices,
    national,
    outside,
    own_years,
    part_years,
    per_case,
    yearly,
)
from khtip.ledger.ledger import Ledger
from khtip.ledger.lineage import joined
from khtip.statistics.trend import (
    ALL_ZERO,
    FEWEST_YEARS,
    NO_LINE,
    TOO_FEW,
    Trend,
    fit,
    over_choices,
)

ALL_YEARS = "all years"
NO_BREAKS = "without any named break"

# A break of one of these kinds changes what is counted, so its years can be left out. A change of
# the counting body is met otherwise: by fitting the counts of one body alone.
LEFT_OUT = ("exclude", "new_population")


def left_out_years(breaks: pd.DataFrame, series: str, *, last: int) -> dict[str, set[int]]:
    """Return the years that each named break leaves out of a series.

    Parameters
    ----------
    breaks : DataFrame
        ``break_id, first_year, last_year, measures, effect`` as text; an empty last year means
        that the break still holds.
    series : str
        A key of `series.SERIES`.
    last : int
        Last year of the data.

    Returns
    -------
    dict
        Break in words to its years, the earlier break first; a break after the data has none.

    Examples
    --------
    >>> breaks = pd.DataFrame({"break_id": ["border-closure"], "first_year": ["2020"],
    ...                        "last_year": ["2021"], "measures": ["cases;arrests"],
    ...                        "effect": ["exclude"]})
    >>> left_out_years(breaks, "cases", last=2024)
    {'border closure': {2020, 2021}}
    """
    found: dict[str, set[int]] = {}
    for row in breaks.sort_values(["first_year", "break_id"]).itertuples():
        touched = set(SERIES[series]) & set(str(row.measures).split(";"))
        if row.effect in LEFT_OUT and touched:
            end = min(int(row.last_year), last) if str(row.last_year).strip() else last
            found[str(row.break_id).replace("-", " ")] = set(range(int(row.first_year), end + 1))
    return {name: years for name, years in found.items() if years}


@cache
def treatments(ledger: Ledger, series: str) -> dict[str, pd.DataFrame]:
    """Return each way to treat the breaks of a series, with the statements that it leaves.

    All years; without each named break; without all of them; and the counts of each body alone
    that has at least five years of its own.
    """
    totals = national(ledger)
    rows = totals[totals["measure"].isin(SERIES[series]) & totals["year"].notna()]
    last = int(rows["year"].max()) if len(rows) else 0
    out = left_out_years(ledger.breaks, series, last=last)
    found = {ALL_YEARS: rows}
    found |= {f"without {name}": rows[~rows["year"].isin(years)] for name, years in out.items()}
    found[NO_BREAKS] = rows[~rows["year"].isin(set().union(*out.values()))]
    for body, own in rows[rows["counted"]].groupby("reporting_body"):
        if own["year"].nunique() >= FEWEST_YEARS:
            found[f"only {body}"] = own
    return found


@cache
def trend_row(
    ledger: Ledger,
    series: str,
    treatment: str,
    *,
    preferred_body: str,
    confidence: float,
    seed: int,
) -> dict[str, object]:
    """Fit one series under one treatment of its breaks, and over all admissible choices.

    Parameters
    ----------
    ledger : Ledger
        All tables.
    series, treatment : str
        A key of `series.SERIES` and one of `treatments`.
    preferred_body, confidence, seed
        See `series.yearly` and `khtip.statistics.trend.fit`.

    Returns
    -------
    dict
        ``series, treatment``; the fields of `khtip.statistics.trend.Trend`; ``choices`` (how many
        ways there are to choose one count a year), ``fitted`` (how many of them were fitted),
        ``change_lowest``, ``change_highest`` (range of the annual change over them),
        ``share_excluding_zero`` (share whose interval leaves out zero), ``verdict``, ``sentence``;
        ``figure_ids`` (the counts that were fitted), ``other_ids`` (the other counts that the
        choices go over), ``source_ids`` (of both).
    """
    kept = treatments(ledger, series)[treatment]
    preferred, admissible = (
        yearly(kept, series, preferred_body=preferred_body),
        choices(kept, series),
    )
    trend = fit(
        preferred["year"],
        preferred["value"],
        months=preferred["months"],
        confidence=confidence,
        seed=seed,
    )
    many = over_choices(admissible, confidence=confidence, seed=seed)
    fields = asdict(trend)
    verdict = fields.pop("verdict")
    return {
        "series": series,
        "treatment": treatment,
        **fields,
        "choices": many.attrs["combinations"],
        "fitted": len(many),
        "change_lowest": many["annual_change"].min(),
        "change_highest": many["annual_change"].max(),
        "share_excluding_zero": many["verdict"].isin([ratios.ROSE, ratios.FELL]).mean(),
        "verdict": verdict,
        "sentence": _sentence(series, treatment, trend, confidence),
        "figure_ids": joined(preferred["figure_id"]),
        "other_ids": joined(admissible["figure_ids"]),
        "source_ids": joined([*preferred["source_id"], *admissible["source_ids"]]),
    }


def _sentence(series: str, treatment: str, trend: Trend, confidence: float) -> str:
    name = f"{series.capitalize()}, {treatment}"
    if trend.verdict == TOO_FEW:
        return f"{name}: {trend.n} years have a count; below {FEWEST_YEARS} no trend is computed."
    if trend.verdict == ALL_ZERO:
        return f"{name}: all {trend.n} counts are zero, so no trend is computed."
    if trend.verdict == NO_LINE:
        return f"{name}: the {trend.n} counts differ so much in size that no line fits them."
    words = {
        ratios.ROSE: "an upward trend that chance and overdispersion do not explain",
        ratios.FELL: "a downward trend that chance and overdispersion do not explain",
    }.get(trend.verdict, "no trend that can be told from chance and overdispersion")
    return (
        f"{name}: {trend.annual_change:+.1%} a year, {confidence:.0%} interval "
        f"{ratios.as_range(trend.low, trend.high, '+.1%')}, over {trend.n} years: {words}."
    )


class Results:
    """What notebook 03 shows and states: `totals` (see `series.national`) and its members below."""

    def __init__(
        self,
        ledger: Ledger,
        *,
        base_year: int,
        reference_year: int,
        confidence: float,
        preferred_body: str,
        exclude_breaks: bool,
        seed: int,
    ) -> None:
        self.ledger, self.confidence, self.preferred_body = ledger, confidence, preferred_body
        self.base_year, self.reference_year = base_year, reference_year
        self.seed = seed
        self.stated_treatment = NO_BREAKS if exclude_breaks else ALL_YEARS
        self.totals = national(ledger)
        self.labels = ledger.measures.set_index("measure")["label"].to_dict()

    def trend(self, series: str, treatment: str) -> pd.Series:
        """Return one row of `trends`."""
        options = {"confidence": self.confidence, "seed": self.seed}
        preferred = {"preferred_body": self.preferred_body}
        return pd.Series(trend_row(self.ledger, series, treatment, **preferred, **options))

    @cached_property
    def trends(self) -> pd.DataFrame:
        """A `trend_row` for every series under every treatment of its breaks."""
        rows = [self.trend(name, one) for name in SERIES for one in treatments(self.ledger, name)]
        return pd.DataFrame(map(dict, rows))

    @cached_property
    def changes(self) -> pd.DataFrame:
        """The two years by the exact method; the other methods, which take longer, in `compared`.

        The wide intervals have the overdispersion around the trend without the named breaks,
        because a change of what is counted is no overdispersion.
        """
        return ratios.two_years(
            self.totals,
            base_year=self.base_year,
            reference_year=self.reference_year,
            labels=self.labels,
            confidence=self.confidence,
            preferred_body=self.preferred_body,
            dispersions={name: self.trend(name, NO_BREAKS)["dispersion_used"] for name in SERIES},
        )

    @cached_property
    def compared(self) -> pd.DataFrame:
        """The two years by every method: `ratios.COLUMNS`."""
        return ratios.with_other_methods(self.changes, confidence=self.confidence)

    @cached_property
    def counts(self) -> pd.DataFrame:
        """The preferred count of every series and year, as `series.yearly` returns it."""
        return pd.concat(
            [yearly(self.totals, name, preferred_body=self.preferred_body) for name in SERIES]
        )

    @cached_property
    def choices(self) -> pd.DataFrame:
        """Every admissible count of every series and year, as `series.choices` returns it."""
        return pd.concat([choices(self.totals, name) for name in SERIES])

    @cached_property
    def outside(self) -> pd.DataFrame:
        """Why some enter no yearly series: ``because``, ``statements`` (how many), ``periods``."""
        rows = outside(self.ledger)
        rows["periods"] = rows["period_start"] + " to " + rows["period_end"]
        grouped = rows.groupby("because", sort=False)["periods"]
        found = grouped.agg(statements="size", periods=lambda own: "; ".join(own.unique()))
        return found.sort_values("statements", ascending=False, kind="stable").reset_index()

    @cached_property
    def parts(self) -> pd.DataFrame:
        """Counts of equal parts of several years, as `series.part_years` returns them."""
        return part_years(self.totals, preferred_body=self.preferred_body)

    @cached_property
    def part_pairs(self) -> pd.DataFrame:
        """Part-years, each compared with the next one of its window: `ratios.COLUMNS`."""
        pairs = ratios.like_for_like(self.parts, labels=self.labels, confidence=self.confidence)
        return ratios.with_other_methods(pairs, confidence=self.confidence)

    @cached_property
    def nested_parts(self) -> pd.DataFrame:
        """Part-years beside the whole year of the same body: ``value_part``, ``value_year``."""
        key = ["reporting_body", "measure", "year"]
        return self.parts.merge(own_years(self.totals), on=key, suffixes=("_part", "_year"))

    @property
    def per_case(self) -> pd.DataFrame:
        """Victims and suspects per case, as `series.per_case` returns them."""
        return per_case(self.ledger)

    def change(self, series: str) -> pd.Series:
        """Return the preferred two-year row of a series: its first measure that both years have."""
        rows = self.changes[self.changes["measure"].isin(SERIES[series])]
        rows = rows[rows["preferred"].astype(bool)]
        reported = rows[rows["verdict"].ne(ratios.MISSING)]
        return (reported if len(reported) else rows).iloc[0]


def analyse(
    ledger: Ledger,
    *,
    base_year: int,
    reference_year: int,
    confidence: float,
    preferred_body: str,
    exclude_breaks: bool,
    seed: int,
) -> Results:
    """Return the results of notebook 03 under these choices; see `khtip.parameters.REGISTRY`."""
    ledger.read("bodies", "breaks", "measures")
    return Results(
        ledger,
        base_year=base_year,
        reference_year=reference_year,
        confidence=confidence,
        preferred_body=preferred_body,
        exclude_breaks=exclude_breaks,
        seed=seed,
    )
