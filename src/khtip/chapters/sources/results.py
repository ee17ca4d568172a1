"""What notebook 02 computes: every verdict of the ledger, in words, and the rows that are drawn."""

import math
from functools import cache, cached_property
from typing import Any

import pandas as pd

from khtip.chapters.sources import claims, conflicts, pairs, sums
from khtip.chapters.sources.plausibility import implausible
from khtip.ledger import lineage, periods
from khtip.ledger.ledger import Ledger
from khtip.ledger.splits import period_words
from khtip.ledger.statements import AS_DOCUMENTED, hedged

CLAIM_ORDER = ("inconsistent", "wrong_base", "wrong_sign", "truncated", "consistent")
SIGNS = {
    "count": "sources",
    "source": "one source",
    "label": "units",
    "recycled": "repeats",
    "ratio": "ratio",
}
"""Kinds of a conflict, as the worked example names them."""
WORDS = {
    "consistent": "agrees",
    "truncated": "cut off, not rounded",
    "wrong_base": "divided by the wrong number",
    "wrong_sign": "wrong sign",
    "inconsistent": "does not agree",
    "cannot_check": "cannot be checked",
    "exact": "adds up",
    "compatible": "can be right",
    "open_residual": "list leaves a rest",
    "residual": "list misses its total",
    "over_total": "parts exceed the total",
    "infeasible": "cannot be right",
    "implausible": "implausible",
    "conflict": "sources disagree",
    "two_numbers": "two numbers for one count",
    "unit_mixed": "mixes cases and persons",
    "people_mixed": "Cambodians or foreigners?",
    "label_differs": "one number, two labels",
    "unusual_ratio": "unusual ratio",
    "falls": "running total falls",
    "recycled?": "number used twice?",
}
FITS = ("consistent", "truncated", "exact", "compatible", "equal", "within_rounding")
OPEN = ("cannot_check", "open_residual", "not_comparable")
CHECKS = {
    "parts": "lists against their total",
    "categories": "numbers of countries against the names",
    "period": "part-years against their year",
}
SCOPES = {"unspecified": "scope not stated", periods.BOTH_SCOPES: "both scopes"}
EXAMPLES = ("conflict", "two_numbers", "unit_mixed", "people_mixed", "recycled?", "unusual_ratio")
"""Verdicts on a statement that the worked example shows."""
UNNAMED = "not named"
"""Kind of a body that stands for sources which name none."""
PANELS = 4
"""So many running totals are drawn."""


def voices_of(ledger: Ledger) -> pd.DataFrame:
    """Return the observations of named bodies.

    Where a source names none, nobody knows whom it repeats: it confirms and contradicts no other.
    """
    unnamed = ledger.bodies.loc[ledger.bodies["kind"].eq(UNNAMED), "reporting_body"]
    return ledger.observations[~ledger.observations["reporting_body"].isin(unnamed)]


def reconcile(ledger: Ledger) -> Ledger:
    """Return the ledger with its tables of verdicts: claims, totals, comparisons, conflicts, flags.

    ``observations`` must hold the printed numbers as text (`khtip.ledger.periods.typed`).
    """
    rows, measures = ledger.observations, ledger.measures
    voices = voices_of(ledger)
    lookups = {"categories": ledger.categories, "areas": ledger.areas, "measures": measures}
    verdicts = {
        "claims": claims.check_claims(rows, wordings=ledger.wordings),
        "totals": sums.check_sums(rows, voices, **lookups),
        "comparisons": pairs.compare_sources(voices),
        "conflicts": conflicts.find_conflicts(voices, measures=measures),
        "flags": implausible(rows, ledger.plausibility, ledger.migrant_stock),
    }
    return Ledger(**vars(ledger) | verdicts)


class Results:
    """The verdicts of a reconciled ledger, as they are shown, drawn and told.

    Attributes
    ----------
    report : str
        The source that says most about the reference year, empty where none counts its cases.
    """

    def __init__(
        self, ledger: Ledger, *, base_year: int, reference_year: int, preferred_body: str
    ) -> None:
        self.ledger = ledger
        self.base_year, self.reference_year = base_year, reference_year
        self.report = main_report(ledger, reference_year, preferred_body)

    @cached_property
    def words(self) -> pd.Series:
        """What each statement (``figure_id``) is about."""
        return statement_words(self.ledger)

    @cached_property
    def summary(self) -> pd.DataFrame:
        """Verdicts of each check (the index): checked, fit, open, against (they add up)."""
        groups = {"claims against the counts": self.ledger.claims["verdict"]}
        for check, words in CHECKS.items():
            totals = self.ledger.totals
            groups[words] = totals.loc[totals["check"].eq(check), "verdict"]
        groups["pairs of sources"] = self.ledger.comparisons["verdict"]
        rows = {}
        for words, verdicts in groups.items():
            fit, open_ = verdicts.isin(FITS).sum(), verdicts.isin(OPEN).sum()
            rows[words] = [len(verdicts), fit, open_, len(verdicts) - fit - open_]
        columns = ["checked", "fit", "open", "against"]
        return pd.DataFrame.from_dict(rows, orient="index", columns=columns)

    @cached_property
    def unlikely(self) -> pd.DataFrame:
        """Ratios outside their soft limits: statement, against, ratio, usual, why."""
        flags = self.ledger.flags
        spans = zip(flags["ratio_low"], flags["ratio_high"], strict=True)
        ratio = [f"{a:.2g}" if a == b else f"{a:.2g} to {b:.2g}" for a, b in spans]
        limits = zip(flags["limit_low"], flags["limit_high"], strict=True)
        return pd.DataFrame(
            {
                "statement": flags["figure_ids"].str.split(";").str[0].map(self.words),
                "against": flags["against"].str.replace("_", " "),
                "ratio": pd.Series(ratio, dtype=str).str.replace("inf", "more"),
                "usual": [f"{low:g} to {high:g}" for low, high in limits],
                "why": flags["why"],
            }
        )

    @cached_property
    def example(self) -> pd.DataFrame:
        """Everything found in the main report: check, statement, printed, found, verdict.

        Lists of a single part are left out.
        """
        rows = self.ledger.observations
        printed = rows[rows["source_id"].eq(self.report)].set_index("figure_id")["printed"]
        found = []
        for row in self.ledger.claims[
            self.ledger.claims["figure_id"].isin(printed.index)
        ].itertuples():
            found.append(["claim", row.figure_id, row.why, row.verdict])
        for row in self.ledger.totals[
            self.ledger.totals["figure_id"].isin(printed.index)
        ].itertuples():
            text = _total_words(row)
            if text and not (row.check == "period" and row.verdict == "compatible"):
                found.append([row.check, row.figure_id, text, row.verdict])
        for row in self.ledger.conflicts.itertuples():
            ids = [one for one in row.figure_ids.split(";") if one in printed.index]
            if ids and row.verdict in EXAMPLES:
                span = f"{row.lowest:g} to {row.highest:g} ({row.bodies.replace(';', ', ')})"
                text = span if row.kind == "count" else row.why
                found.append([SIGNS[row.kind], ids[0], text, row.verdict])
        table = pd.DataFrame(found, columns=["check", "statement", "found", "verdict"])
        table.insert(2, "printed", table["statement"].map(printed))
        table["statement"] = table["statement"].map(self.words)
        return table.assign(verdict=table["verdict"].map(WORDS))

    @cached_property
    def drawn_claims(self) -> pd.DataFrame:
        """Columns of ``claims.csv`` of the percentages that could be recomputed, worst first.

        One row a voice, with ``label``, ``said`` (the claim in its words) and ``verdict_words``.
        """
        rows = self.ledger.claims
        rows = rows[rows["recomputed"].notna() & ~rows["measure"].str.endswith("s_change")]
        once = ["reporting_body", "period_start", "period_end", "of_measure", "category", "printed"]
        rows = rows.drop_duplicates(once)
        rows = rows.assign(order=rows["verdict"].map(CLAIM_ORDER.index))
        rows = rows.sort_values(["order", "recomputed"], ignore_index=True).drop(columns="order")
        share = rows["measure"].str.startswith("share_of_").map({True: " (share)", False: ""})
        said = rows["printed"].str.replace("-", "−") + " %"
        short = WORDS | {"inconsistent": "disagrees", "wrong_base": "wrong base"}
        return rows.assign(
            label=rows["reference_id"].map(self.words) + share,
            said=rows["wording"].where(rows["wording"].ne(""), said),
            verdict_words=rows["verdict"].map(short | {"truncated": "cut off"}),
        )

    @cached_property
    def unchecked(self) -> pd.DataFrame:
        """Claims without a base: claim, printed, count (that is known), implied base."""
        rows = self.ledger.claims
        rows = rows[rows["verdict"].eq("cannot_check") & rows["implied"].eq("base")]
        table = {
            "claim": rows["figure_id"].map(self.words),
            "printed": rows["wording"].where(rows["wording"].ne(""), rows["printed"]),
            "count": rows["reference"].map("{:,.0f}".format),
            "implied base": list(map(_whole_numbers, rows["implied_low"], rows["implied_high"])),
        }
        return pd.DataFrame(table).reset_index(drop=True)

    @cached_property
    def drawn_totals(self) -> pd.DataFrame:
        """Columns of ``totals.csv`` of the lists of two parts or more that miss their total.

        One row a voice, with ``label``. ``named`` and ``rest`` (never below zero) are per cent of
        ``against``: the total, the middle of its bounds, or the lower one where it has no upper
        one; ``hedge`` says which in words.
        """
        rows = self.lists[~self.lists["verdict"].isin(["exact", "compatible"])]
        rows = rows[rows["sum_of_parts"].notna() & rows["stated"].ne(0)]  # no share of zero
        once = ["reporting_body", "period_start", "period_end", "measure", "dimension"]
        rows = rows.drop_duplicates([*once, "stated_low", "sum_of_parts"])
        middle = (rows["stated_low"] + rows["stated_high"]) / 2
        against = rows["stated"].fillna(middle.where(middle.lt(math.inf), rows["stated_low"]))
        hedge = rows["stated_high"].eq(math.inf).map({True: "at least ", False: "about "})
        named = 100 * rows["sum_of_parts"] / against
        along = rows["dimension"].str.replace("_", " ")
        rows = rows.assign(
            against=against,
            hedge=hedge.where(rows["stated"].isna(), ""),
            named=named,
            rest=(100 - named).clip(lower=0),
            order=rows["verdict"].map(sums.VERDICTS.index),
            label=rows["figure_id"].map(self.words) + ", by " + along,
        )
        rows = rows.sort_values(["order", "named"], ascending=[False, True], ignore_index=True)
        return rows.drop(columns="order")

    @cached_property
    def lists(self) -> pd.DataFrame:
        """Rows of ``totals.csv`` for lists of two parts or more."""
        totals = self.ledger.totals
        return totals[totals["check"].eq("parts") & totals["parts"].gt(1)]

    @cached_property
    def disagreements(self) -> pd.DataFrame:
        """Rows of ``conflicts.csv`` for counts on which voices disagree."""
        rows = self.ledger.conflicts
        return rows[rows["kind"].eq("count") & rows["verdict"].eq("conflict")]

    @cached_property
    def side_by_side(self) -> pd.DataFrame:
        """Every voice of the counts on which sources disagree, the widest span first.

        ``place`` (row of the drawing), ``label, reporting_body, value, times`` (value over the
        lowest), ``text`` (value with its hedge), ``period_end, source_id, figure_id, scope``. A
        hedged number is left out where it holds an exact one of the same body, and a count that
        may be zero, because nothing is a multiple of zero.
        """
        counts = self.disagreements[self.disagreements["lowest"].gt(0)]
        order = ["ratio", "measure", "figure_ids"]
        counts = counts.sort_values(order, ascending=[False, True, True])
        known = {row.figure_id: row for row in self.ledger.observations.itertuples()}
        rows = []
        for place, count in enumerate(counts.itertuples()):
            voices = _voices([known[one] for one in count.figure_ids.split(";")])
            labels = [self.words[row.figure_id] for row in voices]
            label = min(labels, key=lambda text: (len(text), text))
            scope = SCOPES.get(count.crime_scope, count.crime_scope.replace("_", " "))
            for row in voices:
                number = row.printed if pd.isna(row.value) else f"{row.value:,.0f}"
                part = row.qualifier == "including"
                text = number if part else hedged(number, row.qualifier)
                times = (row.high if pd.isna(row.value) else row.value) / count.lowest
                said = [row.reporting_body, row.value, times, text]
                where = [row.period_end, row.source_id, row.figure_id]
                rows.append([place, label, *said, *where, scope])
        columns = ["place", "label", "reporting_body", "value", "times", "text"]
        columns += ["period_end", "source_id", "figure_id", "scope"]
        table = pd.DataFrame(rows, columns=columns)
        once = table.groupby("label")["place"].transform("nunique").eq(1)
        table["label"] = table["label"].where(once, table["label"] + ", " + table["scope"])
        return table

    @cached_property
    def too_little(self) -> pd.DataFrame:
        """Rows of `pairs.growth` where a count is more than a running total grew around it."""
        grown = pairs.growth(self.ledger.observations, measures=self.ledger.measures)
        return grown[grown["verdict"].eq("infeasible")]

    @cached_property
    def running(self) -> pd.DataFrame:
        """The running totals with the most falls, and those that grew by too little.

        Rows of `pairs.check_running_totals` with ``panel`` (a number), in order.
        """
        steps = pairs.check_running_totals(voices_of(self.ledger), measures=self.ledger.measures)
        steps = steps[steps["value"].notna()]
        keys = ["measure", "ref_area", "dimension", "category", "period_start"]
        first = steps.groupby(keys)["crime_scope"].transform("first")
        scope = steps["crime_scope"]
        steps = steps[scope.eq(periods.UNSTATED_SCOPE) | scope.eq(first)]
        later = lineage.statements_of(self.too_little, ["later_id"])
        short = steps["figure_id"].isin(later)
        steps = steps.assign(short=short, fall=steps["step"].eq("falls"))
        once = steps.drop_duplicates([*keys, "period_end", "value"])
        ranked = once.groupby(keys).agg({"fall": "sum", "short": "sum", "value": "max"})
        ranked = ranked[ranked["fall"].gt(1) | ranked["short"].gt(0)]
        ranked = ranked.sort_values(["fall", "short", "value"], ascending=False, kind="stable")
        ranked = ranked.assign(panel=range(len(ranked)))[["panel"]].head(PANELS)
        found = steps.drop(columns="fall").merge(ranked.reset_index(), on=keys)
        return found.sort_values(["panel", "period_end", "figure_id"], ignore_index=True)

    @cached_property
    def signs(self) -> pd.DataFrame:
        """Signs of a mix-up: statement (the first one), bodies, found, verdict."""
        rows = self.ledger.conflicts
        rows = rows[rows["kind"].isin(["source", "recycled", "label", "ratio"])]
        table = {
            "statement": rows["figure_ids"].str.split(";").str[0].map(self.words),
            "bodies": rows["bodies"].str.replace(";", ", "),
            "found": rows["why"].str.replace("trafficking and sexual exploitation", "both scopes"),
            "verdict": rows["verdict"].map(WORDS),
        }
        once = pd.DataFrame(table).drop_duplicates(["bodies", "found", "verdict"])
        return once.reset_index(drop=True)


def analyse(ledger: Ledger, *, base_year: int, reference_year: int, preferred_body: str) -> Results:
    """Return what notebook 02 shows and says of a ledger that `reconcile` has gone through."""
    return Results(
        ledger, base_year=base_year, reference_year=reference_year, preferred_body=preferred_body
    )


@cache
def statement_words(ledger: Ledger) -> pd.Series:
    """Return for each ``figure_id`` what its statement is about, in a few words."""
    names = ledger.areas.set_index("ref_area")["name"]
    labels = ledger.measures.set_index("measure")["label"]
    known = ledger.categories.set_index(["dimension", "category"])["label"].to_dict()
    report = ["source_id", "reporting_body", "measure", "ref_area", "period_start", "period_end"]
    rows = ledger.observations
    several = rows.groupby(report)["crime_scope"].transform("nunique").gt(1)
    found = {}
    for row in rows.assign(several=several).itertuples():
        about = row.base_measure if row.measure == "percent_change" else row.measure
        words = [labels.get(about, "Change")]
        if row.category and row.category != row.crime_scope:
            place = names.get(row.category, row.category.replace("_", " "))
            words.append(known.get((row.dimension, row.category), place))
        plain = row.crime_scope not in (periods.BOTH_SCOPES, periods.UNSTATED_SCOPE)
        repeated = row.dimension == "crime_type" and row.category == row.crime_scope
        sexual = row.crime_scope == "sexual_exploitation" and row.dimension != "crime_type"
        if repeated or sexual or (plain and row.several and not row.category):
            words.append(row.crime_scope.replace("_", " "))
        if row.ref_area != "KHM":
            words.append(names[row.ref_area])
        found[row.figure_id] = ", ".join([*words, period_words(row.period_start, row.period_end)])
    return pd.Series(found, dtype=object)


@cache
def main_report(ledger: Ledger, year: int, preferred_body: str) -> str:
    """Return the source that says most about a year, among those that count its cases.

    Of several that say as much it is the first to appear.
    ``as-documented`` looks at every body, the name of a body only at its statements. The answer is
    empty where no source counts the cases of that year.
    """
    rows = ledger.observations[ledger.observations["year"].eq(year).fillna(False)]
    if preferred_body != AS_DOCUMENTED:
        rows = rows[rows["reporting_body"].eq(preferred_body)]
    counts = rows[rows["measure"].eq("cases") & rows["ref_area"].eq("KHM")]
    sizes = rows[rows["source_id"].isin(counts["source_id"])].groupby("source_id").size()
    days = dict(zip(ledger.sources["source_id"], ledger.sources["published_date"], strict=True))
    ranked = sorted((-size, days.get(one) or "unknown", str(one)) for one, size in sizes.items())
    return ranked[0][-1] if ranked else ""


def _whole_numbers(low: float, high: float) -> str:
    """Return in words which whole numbers lie between two bounds."""
    if math.isinf(high):
        return "any number" if math.isinf(low) else f"{math.ceil(low):,} or more"
    if math.isinf(low):
        return f"{math.floor(high):,} or less"
    first, last = math.ceil(low), math.floor(high)
    return f"{first:,}" if first == last else f"{first:,} to {last:,}"


def _total_words(row: Any) -> str:
    """Return what one row of ``totals.csv`` found, empty for a list of a single part."""
    if row.check == "categories":
        return f"{row.parts} countries named; {row.hint}"
    if row.check == "period":
        return f"{row.sum_low:g} in {row.hint} alone"
    if row.parts < 2:
        return ""
    along = row.dimension.replace("_", " ")
    hint = row.hint.partition(":")[0] if row.verdict != "open_residual" else ""
    return f"{row.sum_low:g} in {row.parts} parts by {along}" + (f"; {hint}" if hint else "")


def _voices(rows: list) -> list:
    """Return one statement a body and value, without hedged ones that hold an exact one."""

    def size(row: Any) -> float:
        return row.high if pd.isna(row.value) else row.value

    rows = sorted(rows, key=lambda row: (row.low != row.high, size(row)))
    exact = [(row.reporting_body, row.value) for row in rows if row.low == row.high]
    voices: dict[tuple, Any] = {}
    for row in rows:
        held = [
            body == row.reporting_body and row.low <= value <= row.high for body, value in exact
        ]
        if row.low == row.high or not any(held):
            voices.setdefault((row.reporting_body, size(row)), row)
    return sorted(voices.values(), key=size)
