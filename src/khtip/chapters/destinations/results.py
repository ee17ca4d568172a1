"""From where Cambodians were brought back: one report's list, its rates, and other counts of it.

The list of a ministry, the returns that UNODC's data file holds, the citizens that a destination
says it detected, and the people a border police deported are four different counts. They are put
side by side and never added, averaged or corrected by one another.
"""

import math
from dataclasses import dataclass
from functools import cache, cached_property

import pandas as pd

from khtip.chapters.destinations.rated import (
    PER,
    destination_rates,
    editions_of,
    rank_by_rate,
    stock_of,
    with_rate,
)
from khtip.chapters.destinations.returns import (
    NEIGHBOUR,
    REPATRIATED,
    checkpoint_months,
    deportations,
    yearly_totals,
)
from khtip.ledger.context import newest_edition
from khtip.ledger.ledger import Ledger
from khtip.ledger.lineage import joined
from khtip.ledger.splits import choose, splits
from khtip.ledger.statements import AS_DOCUMENTED
from khtip.ledger.unreported import nothing
from khtip.statistics.concentration import (
    Concentration,
    bootstrap_herfindahl,
    herfindahl,
    theil,
    top_share,
)
from khtip.statistics.ranks import rank_sets, top_set
from khtip.statistics.rates import Interval, shrunken_rates
from khtip.statistics.shares import composition

MINISTRY = "Brought home: Cambodian report"
RETURNED = "unodc_repatriated_to_khm"
COUNTED = {
    RETURNED: "Returned to Cambodia: UNODC",
    "unodc_detected_khm_citizens": "Detected there: UNODC",
}
SHORTEST = 5.5  # months; a list of a few weeks says nothing about a year
NOT_NAMED = "country not named"
BY_NUMBER, BY_RATE = "By number", "By rate"
AT_POIPET, FROM_THAILAND = "Deported, counted at Poipet", "Deported from Thailand"
VICTIMS = "Brought home from Thailand as victims"
RANK_COLUMNS = ["ranked_by", "category", "label", "count", "exposure", "value", "best", "worst"]
RANK_COLUMNS += ["above", "below", "period", "stock_edition", "figure_ids", "source_ids"]
OVER_YEARS = ["period", "countries", "persons", "not_named", "index", "lowest", "highest"]
OVER_YEARS += ["low", "high", "theil", "common"]


@dataclass(eq=False, kw_only=True)
class Results:
    """What notebook 05 shows; each member is computed once, when it is first asked for."""

    ledger: Ledger
    reference_year: int
    confidence: float
    stock_edition: str
    preferred_body: str
    draws: int
    seed: int

    @cached_property
    def home(self) -> pd.DataFrame:
        """The list of destinations of the one report to use: see `brought_home`."""
        return brought_home(self.ledger, self.reference_year, self.preferred_body)

    @cached_property
    def absent(self) -> pd.DataFrame:
        """The table that says that no destination split is reported for the year."""
        return self.unreported(f"No exact total of {self.reference_year} is split by destination.")

    def unreported(self, sentence: str) -> pd.DataFrame:
        """Return the table that says a sentence, after every source was looked at."""
        looked_in = self.ledger.observations["source_id"]
        return nothing(sentence, year=self.reference_year, looked_in=looked_in)

    @cached_property
    def names(self) -> pd.Series:
        """The name of each area."""
        return self.ledger.areas.set_index("ref_area")["name"]

    @cached_property
    def counts(self) -> pd.Series:
        """Persons by destination, the largest first."""
        return self.home.set_index("category")["value"]

    @cached_property
    def stated(self) -> float:
        """The total that the report states."""
        return self.home["total"].iloc[0]

    @cached_property
    def total(self) -> float:
        """What shares are of: the stated total, or the sum of the list where that is more."""
        return max(self.stated, self.counts.sum())

    @cached_property
    def period(self) -> str:
        """The period of the list, in words."""
        return self.home["period"].iloc[0]

    @cached_property
    def listed(self) -> pd.DataFrame:
        """The list with its residual, shares of the stated total and simultaneous intervals.

        `khtip.statistics.shares.composition` with ``residual`` (no country), ``label, period,
        source_ids, figure_ids, total_ids``; `absent` without a list.
        """
        if self.home.empty:
            return self.absent
        frame = composition(
            self.counts, total=self.total, confidence=self.confidence, residual=NOT_NAMED
        )
        first = self.home.iloc[0]
        return frame.assign(
            residual=frame["category"].eq(NOT_NAMED),
            label=frame["category"].map(self.names).fillna(NOT_NAMED.capitalize()),
            period=first["period"],
            source_ids=first["source_ids"],
            figure_ids=self._statements(frame["category"]).fillna(joined(self.home["figure_ids"])),
            total_ids=first["total_ids"],
        )

    def _statements(self, destinations: pd.Series) -> pd.Series:
        """Return the statements behind the number of each destination on the list."""
        return destinations.map(self.home.set_index("category")["figure_ids"])

    @cached_property
    def index(self) -> Concentration:
        """The Herfindahl-Hirschman index of the list, with its bounds over the residual."""
        return herfindahl(self.counts, total=self.total)

    @cached_property
    def largest(self) -> list[Interval]:
        """The share of the one, two, three … largest countries, chance and residual included."""
        options = {"total": self.total, "confidence": self.confidence}
        return [top_share(self.counts, k, **options) for k in range(1, len(self.counts) + 1)]

    @cached_property
    def concentration(self) -> pd.DataFrame:
        """Measures of concentration: ``measure, value, low, high, covers``.

        The index with its bounds over the residual, the effective number of countries, and the
        share of the one, two and three largest.
        """
        columns = ["measure", "value", "low", "high", "covers"]
        if self.home.empty:
            return pd.DataFrame(columns=columns)
        few, many = self.index.effective_number
        low, high = self.index.lowest, self.index.highest
        rows = [
            ("Herfindahl-Hirschman index", low, low, high, "residual"),
            ("Effective number of countries", many, few, many, "residual"),
        ]
        for k, part in enumerate(self.largest[:3], start=1):
            name = "Share of the largest" if k == 1 else f"Share of the {k} largest"
            rows.append((name, part.value, part.low, part.high, "chance and residual"))
        return pd.DataFrame(rows, columns=columns)

    @cached_property
    def over_years(self) -> pd.DataFrame:
        """The concentration of every list in the ledger: see `concentration_over_years`."""
        return concentration_over_years(self.ledger, self.draws, self.seed)

    @cached_property
    def stock(self) -> pd.DataFrame:
        """The rows of the chosen revision of the UN's migrant stock."""
        rows = self.ledger.migrant_stock
        return rows[rows["revision"].astype(str).eq(self.stock_edition)]

    @cached_property
    def rates(self) -> pd.DataFrame:
        """Persons brought home per 10,000 people of Cambodian origin: `rated.destination_rates`."""
        return self._rates_of(self.stock_edition)

    def _rates_of(self, edition: str) -> pd.DataFrame:
        choices = (self.reference_year, self.preferred_body, edition, self.confidence)
        return rates_of(self.ledger, *choices)

    @cached_property
    def known(self) -> pd.DataFrame:
        """The rows of `rates` that have a rate, by destination."""
        return with_rate(self.rates)

    @cached_property
    def largest_stock(self) -> str:
        """The destination on the list with the largest stock in any revision; needs one."""
        return self.revisions.groupby("destination")["stock"].max().idxmax()

    @cached_property
    def revisions(self) -> pd.DataFrame:
        """The rates of every revision of the stock, one after another.

        `rates` with ``chosen`` (the revision of the parameter), ``label, per_10000`` (the plain
        quotient), ``source_ids, figure_ids, period``; `absent` without a list.
        """
        if self.home.empty:
            return self.absent
        stock = self.ledger.migrant_stock
        frame = pd.concat(map(self._rates_of, editions_of(stock)), ignore_index=True)
        ids = stock.groupby(stock["revision"].astype(str))["context_source_id"].first()
        first = self.home.iloc[0]
        return frame.assign(
            chosen=frame["stock_edition"].eq(self.stock_edition),
            label=frame["destination"].map(self.names),
            per_10000=(PER * frame["count"] / frame["stock"]).where(frame["low"].notna()),
            source_ids=first["source_ids"] + ";" + frame["stock_edition"].map(ids),
            figure_ids=self._statements(frame["destination"]),
            period=first["period"],
        )

    @cached_property
    def leaders_by_revision(self) -> dict[str, list[str]]:
        """The destinations that may rank first by rate, for each revision that has a stock."""
        choices = (self.reference_year, self.preferred_body, self.confidence)
        return leaders_by_revision(self.ledger, *choices)

    @cached_property
    def by_number(self) -> pd.DataFrame:
        """Rank sets of all destinations by number: `khtip.statistics.ranks.rank_sets`."""
        return rank_sets(self.counts, confidence=self.confidence)

    @cached_property
    def by_rate(self) -> pd.DataFrame:
        """Rank sets by rate of the destinations with a rate; empty where there is none."""
        return rank_by_rate(self.rates, self.confidence)

    @cached_property
    def known_by_number(self) -> pd.DataFrame:
        """Rank sets by number of the destinations with a rate."""
        return rank_sets(self.known["count"], confidence=self.confidence)

    @cached_property
    def ranks(self) -> pd.DataFrame:
        """Rank sets by number and by rate: `RANK_COLUMNS`; `absent` without a list."""
        if self.home.empty:
            return self.absent
        found = {BY_NUMBER: self.by_number, BY_RATE: self.by_rate}
        named = [one.assign(ranked_by=name) for name, one in found.items() if len(one)]
        frame = pd.concat(named, ignore_index=True)
        by_rate = frame["ranked_by"].eq(BY_RATE)
        chosen = self.revisions[self.revisions["chosen"]]
        return frame.assign(
            label=frame["category"].map(self.names),
            stock_edition=by_rate.map({True: self.stock_edition, False: ""}),
            figure_ids=self._statements(frame["category"]),
            period=self.home["period"].iloc[0],
            source_ids=chosen["source_ids"].iloc[0],
        )

    @cached_property
    def shrunken(self) -> pd.DataFrame:
        """The rates beside the same rates drawn to their common mean.

        ``category, count, exposure, rate, shrunken, low, high, weight`` of
        `khtip.statistics.rates.shrunken_rates`; empty with fewer than two, a sentence without a
        list.
        """
        columns = ["category", "count", "exposure", "rate", "shrunken", "low", "high", "weight"]
        if self.home.empty:
            return self.absent[["nothing_reported"]]
        if len(self.known) < 2 or not self.known["count"].sum():
            return pd.DataFrame(columns=columns)
        options = {"per": PER, "confidence": self.confidence}
        frame = shrunken_rates(self.known["count"], self.known["stock"], **options)
        return frame.assign(category=frame["category"].map(self.names))[columns]

    @cached_property
    def flows(self) -> pd.DataFrame:
        """Three counts of one flow: `three_counts` with labels; `absent` without a list.

        ``label, is_list, source_ids, figure_ids``, and ``same_years``: the years whose returns are
        the same in every country of UNODC's file, in words.
        """
        if self.home.empty:
            return self.absent
        frame = three_counts(self.ledger, self.reference_year, self.preferred_body)
        ours = frame["counted"].eq(MINISTRY)
        sources = frame["context_source_id"]
        return frame.drop(columns="context_source_id").assign(
            label=frame["destination"].map(self.names),
            is_list=ours,
            source_ids=sources.mask(ours, self.home["source_ids"].iloc[0]),
            figure_ids=self._statements(frame["destination"].where(ours)),
            same_years=same_years(self.ledger),
        )

    @cached_property
    def beside_unodc(self) -> pd.DataFrame:
        """UNODC's counts of destinations on the list, with ``ours`` and ``ratio`` (ours to it)."""
        theirs = three_counts(self.ledger, self.reference_year, self.preferred_body)
        theirs = theirs[theirs["counted"].ne(MINISTRY)]
        both = theirs[theirs["destination"].isin(self.counts.index) & theirs["value"].gt(0)]
        ours = both["destination"].map(self.counts)
        return both.assign(ours=ours, ratio=ours / both["value"])

    @cached_property
    def totals(self) -> pd.DataFrame:
        """Every stated total: `yearly_totals` with ``this_year`` (the reference year).

        A rounded total is left out where the same body gives an exact one for the same period.
        """
        frame = yearly_totals(self.ledger)
        key = ["period", "reporting_body", "crime_scope"]
        exact = frame[frame["qualifier"].eq("exact")].set_index(key).index
        doubled = frame["qualifier"].ne("exact") & frame.set_index(key).index.isin(exact)
        frame = frame[~doubled].reset_index(drop=True)
        return frame.assign(this_year=frame["calendar_year"].eq(self.reference_year))

    @cached_property
    def year_totals(self) -> pd.DataFrame:
        """All totals stated for the whole of the reference year."""
        rows = yearly_totals(self.ledger)
        return rows[rows["calendar_year"].eq(self.reference_year) & rows["full_year"]]

    @cached_property
    def deportations(self) -> pd.DataFrame:
        """Stated counts of Cambodians deported from Thailand: see `deportations`."""
        return deportations(self.ledger)

    @cached_property
    def sent_back(self) -> pd.DataFrame:
        """Yearly deportations from Thailand beside the victims brought home from there.

        ``calendar_year, period, what, value, high, year, source_ids, figure_ids``; ``high`` is
        infinite where the source says "more than", ``year`` is NaN for a part of a year.
        """
        columns = ["calendar_year", "period", "what", "value", "high", "year"]
        rows = self.deportations.query("kind == 'year'")
        what = rows["place"].map({"Poipet": AT_POIPET, "Thailand": FROM_THAILAND})
        rows = rows.assign(year=rows["calendar_year"], what=what)
        # One number of a year that several sources repeat is one mark.
        voices = rows.groupby(columns, sort=False, as_index=False)
        given = voices.agg(source_ids=("source_id", joined), figure_ids=("figure_id", joined))
        homes = pd.concat([self.home.head(0), *every_list(self.ledger).values()])
        homes = homes[homes["category"].eq(NEIGHBOUR)]
        ended = homes["period_end"].str[:4].astype(int)
        homes = homes.assign(calendar_year=ended, what=VICTIMS)
        both = pd.concat([given, homes[given.columns]], ignore_index=True)
        return both.astype({"value": float, "high": float, "calendar_year": int})

    @cached_property
    def months(self) -> pd.DataFrame:
        """The monthly deportations recorded at Poipet, adults and children apart.

        ``month, year, adults, children`` (NaN where only a total is given), ``source_ids,
        figure_ids, total, child_share, adds_up`` (whether a source prints that total), in order of
        time.
        """
        return checkpoint_months(self.ledger)


def analyse(
    ledger: Ledger,
    *,
    reference_year: int,
    confidence: float,
    stock_edition: str,
    preferred_body: str,
    draws: int,
    seed: int,
) -> Results:
    """Return the results of notebook 05 for its parameters, which are those of the registry."""
    ledger.read("areas", "migrant_stock", "unodc")
    return Results(
        ledger=ledger,
        reference_year=reference_year,
        confidence=confidence,
        stock_edition=stock_edition,
        preferred_body=preferred_body,
        draws=draws,
        seed=seed,
    )


@cache
def brought_home(ledger: Ledger, year: int, preferred_body: str = AS_DOCUMENTED) -> pd.DataFrame:
    """Return the list of destinations of the one report to use for a year.

    A report counts when it covers about half a year or more, and gives one exact total and at
    least two destinations.

    Returns
    -------
    DataFrame
        The rows of `khtip.ledger.splits.splits`, largest first; empty when no report splits that
        year.
    """
    home = choose(_lists(ledger), year=year, preferred_body=preferred_body)
    return home.sort_values(["value", "category"], ascending=[False, True], ignore_index=True)


def every_list(ledger: Ledger) -> dict[int, pd.DataFrame]:
    """Return the list of `brought_home` for each year that has one, in the order of the years."""
    years = sorted({int(start[:4]) for start in _lists(ledger)["period_start"]})
    chosen = {year: brought_home(ledger, year) for year in years}
    return {year: home for year, home in chosen.items() if len(home)}


@cache
def _lists(ledger: Ledger) -> pd.DataFrame:
    """Return the parts of every report that counts."""
    parts = splits(ledger.observations, "destination", measures=[REPATRIATED])
    usable = parts["total"].gt(0) & parts["months"].ge(SHORTEST)
    usable &= ~parts.duplicated(["report", "category"], keep=False)
    parts = parts[usable]
    return parts[parts.groupby("report")["category"].transform("size").ge(2)]


@cache
def concentration_over_years(ledger: Ledger, draws: int, seed: int) -> pd.DataFrame:
    """Return the concentration of every list, and Theil's T over the countries all lists name.

    Returns
    -------
    DataFrame
        ``period, countries, persons, not_named, index`` with its bounds over the residual
        (``lowest, highest``) and over chance (``low, high``, bootstrap), ``theil`` over the
        countries that all lists name, and how many these are (``common``).
    """
    lists = every_list(ledger).values()
    named = [set(home["category"]) for home in lists]
    common = set.intersection(*named) if named else set()
    rows = []
    for home in lists:
        counted = home.set_index("category")["value"]
        total = max(home["total"].iloc[0], counted.sum())
        bounds = herfindahl(counted, total=total)
        chance = Interval(bounds.lowest, bounds.lowest, bounds.lowest)
        if counted.gt(0).sum() > 1:
            chance = bootstrap_herfindahl(counted, total=total, draws=draws, seed=seed)
        shared = counted[counted.index.isin(common)]
        rows.append(
            {
                "period": home["period"].iloc[0],
                "countries": len(counted),
                "persons": int(total),
                "not_named": bounds.residual,
                "index": bounds.lowest,
                "lowest": bounds.lowest,
                "highest": bounds.highest,
                "low": chance.low,
                "high": chance.high,
                "theil": theil(shared, classes=len(common)) if shared.sum() else math.nan,
                "common": len(common),
            }
        )
    return pd.DataFrame(rows, columns=OVER_YEARS)


@cache
def rates_of(
    ledger: Ledger, year: int, preferred_body: str, edition: str, confidence: float
) -> pd.DataFrame:
    """Return `rated.destination_rates` of the list of a year over one revision of the stock."""
    stock = stock_of(ledger.migrant_stock, edition=edition, year=year)
    return destination_rates(brought_home(ledger, year, preferred_body), stock, confidence)


@cache
def leaders_by_revision(
    ledger: Ledger, year: int, preferred_body: str, confidence: float
) -> dict[str, list[str]]:
    """Return the destinations that may rank first by rate, for each revision that has a stock."""
    choices = ledger, year, preferred_body
    sets = {
        edition: rank_by_rate(rates_of(*choices, edition, confidence), confidence)
        for edition in editions_of(ledger.migrant_stock)
    }
    return {name: top_set(one, 1) for name, one in sets.items() if len(one)}


@cache
def three_counts(ledger: Ledger, year: int, preferred_body: str) -> pd.DataFrame:
    """Return the list beside UNODC's two counts of the same flow.

    UNODC's counts are taken from its newest edition, for the year nearest to `year` that a
    destination has, and at most two years away; of two equally near years the earlier. The year
    is given for each.

    Returns
    -------
    DataFrame
        ``destination, counted, year, value, low, high, context_source_id``, one row a count that
        exists; ``<5`` is low 0, high 4, no value.
    """
    columns = ["destination", "counted", "year", "value", "low", "high", "context_source_id"]
    home = brought_home(ledger, year, preferred_body).rename(columns={"category": "destination"})
    counts = [home.assign(counted=MINISTRY, year=year, context_source_id="")[columns]]
    for indicator, counted in COUNTED.items():
        rows = newest_edition(ledger.unodc[ledger.unodc["indicator"].eq(indicator)])
        rows = rows.assign(counted=counted, away=(rows["year"] - year).abs())
        rows = rows[rows["away"].le(2)].sort_values(["ref_area", "away", "year"])
        rows = rows.drop_duplicates("ref_area").rename(columns={"ref_area": "destination"})
        counts.append(rows[columns])
    return pd.concat(counts, ignore_index=True)


@cache
def same_years(ledger: Ledger) -> str:
    """Return the years whose returns to Cambodia are the same in every country, in words."""
    returned = newest_edition(ledger.unodc[ledger.unodc["indicator"].eq(RETURNED)])
    told = {
        year: tuple(sorted(zip(one["ref_area"], one["value"], strict=True)))
        for year, one in returned.groupby("year")
    }
    alike = [year for year, one in told.items() if list(told.values()).count(one) > 1]
    return " and ".join(str(year) for year in alike)
