"""Where Cambodia stands in its region, and how far that holds: all that notebook 06 computes.

Two views. The *origin view* ranks the countries of South-East Asia by the risk that people who
leave are exploited. The *destination view* looks at the countries to which Cambodians go: how
hazardous conditions there are, kept apart from how many Cambodians live there (exposure).
"""

from collections import Counter
from functools import cache, cached_property
from urllib.parse import urlsplit

import numpy as np
import pandas as pd

from khtip.chapters.risk.indicators import (
    CATALOGUE,
    DESTINATION,
    HOME,
    ORIGIN,
    cells,
    coverage,
    directions,
    goalposts,
    pulled_in,
    used_values,
)
from khtip.chapters.sentences import MarkdownText
from khtip.ledger.ledger import Ledger
from khtip.statistics.composite import (
    AGGREGATIONS,
    NORMALISATIONS,
    RANKED,
    composite,
    indexed,
    normalise,
    random_weights,
    rank,
)
from khtip.statistics.sensitivity import (
    ERROR_COLUMNS,
    Problem,
    design_ranks,
    monte_carlo,
    rank_distribution,
    rank_summary,
    sobol_indices,
)

REGION = "South-eastern Asia"
FEWEST_MIGRANTS = 1000
FEWEST_RANKED = 4  # countries; the places of fewer say nothing
TOP = 3
RISK_LABEL = "risk_label"
NAMED_ORIGIN = "named_origin_of_unskilled_labour"
NAMED_DESTINATION = "named_destination_of_unskilled_labour"
NO_LABEL = "not read"


def region(countries: pd.DataFrame) -> tuple[str, ...]:
    """Return the countries of South-East Asia (UN M49), in the order of their names."""
    inside = countries[countries["subregion"] == REGION]
    return tuple(inside.sort_values("country")["ref_area"])


@cache
def stock_of(ledger: Ledger, edition: str, year: int) -> pd.DataFrame:
    """Return the stock of Cambodian origin in one revision, for its year nearest to `year`.

    Returns
    -------
    DataFrame
        By ``ref_area``: ``stock`` (persons; missing where no estimate was published),
        ``stock_year``, ``context_source_id``. Halfway between two years the newer one counts.
    """
    rows = ledger.migrant_stock[ledger.migrant_stock["revision"] == int(edition)]
    years = sorted(rows["year"].unique(), key=lambda one: (abs(one - year), -one))
    rows = rows[rows["year"].isin(years[:1])].set_index("ref_area")
    rows = rows.drop(index="WLD", errors="ignore")
    kept = rows[["value", "year", "context_source_id"]]
    return kept.set_axis(["stock", "stock_year", "context_source_id"], axis="columns")


@cache
def region_destinations(ledger: Ledger, edition: str, year: int) -> tuple[str, ...]:
    """Return the destinations of Cambodians for which there are indicators.

    A country counts when a source of the ledger names it as a place from where victims were
    brought back, when UNODC names it as a destination, or when at least `FEWEST_MIGRANTS` people
    of Cambodian origin live there.
    """
    figures, stock = ledger.observations, stock_of(ledger, edition, year)
    brought_back = figures[
        (figures["dimension"] == "destination") & (figures["measure"] == "victims_repatriated")
    ]
    wanted = set(brought_back["category"]) | set(_named(ledger, NAMED_DESTINATION))
    wanted |= set(stock.index[stock["stock"] >= FEWEST_MIGRANTS])
    known = ledger.countries[ledger.countries["ref_area"].isin(wanted - {HOME})]
    return tuple(known.sort_values("country")["ref_area"])


def _named(ledger: Ledger, statement: str) -> list[str]:
    said = ledger.unodc_statements
    return sorted(said.loc[said["statement"] == statement, "ref_area"])


class View:
    """The indicators of the countries of one view, as published.

    Parameters
    ----------
    table : DataFrame
        As `khtip.chapters.risk.indicators.cells` returns it.
    second : DataFrame, optional
        Cells of indicators measured in a second way.

    Attributes
    ----------
    values : DataFrame
        Countries by the indicators that are used, outliers pulled in.
    changed : list of (str, str)
        Country and indicator of each value that was pulled in.
    cited : list of str
        Source ids behind the known values of the indicators that are used.
    """

    def __init__(self, table: pd.DataFrame, second: pd.DataFrame | None = None) -> None:
        self.table, self.second = table, second

    @cached_property
    def values(self) -> pd.DataFrame:
        return used_values(self.table)

    @cached_property
    def changed(self) -> list[tuple[str, str]]:
        return pulled_in(self.table)

    @cached_property
    def cited(self) -> list[str]:
        known = self.table["indicator"].isin(self.values.columns) & self.table["value"].notna()
        return sorted(set(";".join(self.table.loc[known, "context_source_id"]).split(";")) - {""})


@cache
def view(ledger: Ledger, name: str, year: int, edition: str) -> View:
    """Return the view ``origin`` or ``destination`` for a reference year."""
    there = region_destinations(ledger, edition, year)
    choices = {"year": year, "stock_edition": edition}
    if name == "destination":
        return View(cells(ledger, DESTINATION, there, income_of=(HOME,), **choices))
    choices["income_of"] = there
    here = region(ledger.countries)
    second = cells(ledger, ("income_gap",), here, income="gdp_per_capita_usd", **choices)
    return View(cells(ledger, ORIGIN, here, **choices), second)


def chosen_weights(codes: list[str], weights: str, seed: int) -> dict[str, float]:
    """Return equal weights, or one set of random ones that `seed` determines.

    Examples
    --------
    >>> chosen_weights(["a", "b"], "equal", 1)
    {'a': 1.0, 'b': 1.0}
    """
    if weights == "equal":
        return dict.fromkeys(codes, 1.0)
    drawn = random_weights(np.random.default_rng(seed).uniform(size=len(codes)))
    return dict(zip(codes, drawn.tolist(), strict=True))


@cache
def baseline(
    given: View,
    *,
    normalisation: str = "min-max",
    aggregation: str = "linear",
    weights: str = "equal",
    seed: int = 0,
) -> pd.DataFrame:
    """Return the index of the countries of a view under one set of choices.

    Returns
    -------
    DataFrame
        As `khtip.statistics.composite.composite`, with ``ref_area`` as index, highest first,
        countries that are not ranked last. `seed` decides which random weights.
    """
    values = given.values
    result = composite(
        values,
        directions(values),
        goalposts=goalposts(values),
        normalisation=normalisation,
        aggregation=aggregation,
        weights=chosen_weights(list(values), weights, seed),
    )
    return result.sort_values("index", ascending=False, kind="stable", na_position="last")


@cache
def problem(given: View, countries: frozenset[str]) -> Problem:
    """Return everything about the ranking of some countries that could have been otherwise.

    The countries stand in the order of the view, so that the simulation does not depend on the
    choices of a baseline. A value that was pulled in as an outlier is taken without an error.
    """
    table, values = given.table, given.values[given.values.index.isin(countries)]
    ranked = list(values.index)
    cell = pd.Series(zip(table["ref_area"], table["indicator"], strict=True), index=table.index)
    inside = table["ref_area"].isin(ranked) & table["indicator"].isin(values.columns)
    inside &= ~cell.isin(given.changed)
    uncertain = table[inside & (table["base_low"].notna() | (table["high"] > table["low"]))]
    errors = uncertain.rename(columns={"ref_area": "unit"}).assign(
        kind=np.where(uncertain["base_low"].notna(), "per_100", "step")
    )
    others = {}
    if given.second is not None:
        wide = given.second.pivot(index="ref_area", columns="indicator", values="value").loc[ranked]
        others = {code: wide[code] for code in wide if code in values and wide[code].notna().all()}
    return Problem(
        values,
        directions(values),
        goalposts=goalposts(values),
        alternatives=others,
        errors=errors[list(ERROR_COLUMNS)],
    )


@cache
def without(given: Problem, indicator: str) -> Problem:
    """Return the same ranking problem without one indicator (unchanged when it has none such)."""
    if indicator not in given.values or given.values.shape[1] < 3:
        return given
    kept = given.values.drop(columns=indicator)
    errors = given.errors[given.errors["indicator"] != indicator]
    others = {code: one for code, one in given.alternatives.items() if code != indicator}
    return Problem(
        kept, directions(kept), goalposts=goalposts(kept), alternatives=others, errors=errors
    )


@cache
def rank_by_choice(given: Problem) -> pd.DataFrame:
    """Return the ranks under each method, at equal weights, with each indicator left out in turn.

    Returns
    -------
    DataFrame
        One row a method and an indicator left out: ``normalisation``, ``aggregation``,
        ``left_out`` (empty for none), and one column a country with its rank.
    """
    rows = []
    for left_out in ["", *given.values.columns]:
        kept = given.values.drop(columns=left_out) if left_out else given.values
        for normalisation in NORMALISATIONS:
            for aggregation in AGGREGATIONS:
                index, _ = indexed(
                    kept.to_numpy(dtype=float),
                    list(kept),
                    directions(kept),
                    goalposts=goalposts(kept),
                    normalisation=normalisation,
                    aggregation=aggregation,
                )
                method = {"normalisation": normalisation, "aggregation": aggregation}
                ranks = dict(zip(kept.index, rank(index), strict=True))
                rows.append({**method, "left_out": left_out, **ranks})
    return pd.DataFrame(rows)


@cache
def simulated(given: Problem, *, draws: int, seed: int) -> np.ndarray:
    """Return simulated ranks (draws, units) of a problem."""
    return monte_carlo(given, draws=draws, seed=seed)


@cache
def _designed(given: Problem, *, draws: int, seed: int) -> np.ndarray:
    return design_ranks(given, base=base_size(draws), seed=seed)


def base_size(draws: int) -> int:
    """Return the size of a Sobol design: a power of two not above `draws`, at most 1024.

    Examples
    --------
    >>> base_size(2000), base_size(100)
    (1024, 64)
    """
    return min(1024, 1 << (max(draws, 2).bit_length() - 1))


def split_label(label: str) -> dict[str, str]:
    """Split a risk label in UNODC's words into its level and its direction.

    Examples
    --------
    >>> split_label("high rising"), split_label("medium")["direction"]
    ({'level': 'high', 'direction': 'rising'}, 'not stated')
    """
    level, _, direction = label.strip().partition(" ")
    return {"level": level or "not stated", "direction": direction or "not stated"}


def share_among_top(ranks: np.ndarray, units: list[str], group: list[str]) -> np.ndarray:
    """Count, for every draw, how many countries of a group are among the first ``len(group)``.

    Examples
    --------
    >>> share_among_top(np.array([[1, 2, 3]]), ["A", "B", "C"], ["A", "C"]).tolist()
    [1]
    """
    inside = [place for place, unit in enumerate(units) if unit in group]
    return (ranks[:, inside] <= len(inside)).sum(axis=1)


@cache
def quoted(ledger: Ledger) -> pd.DataFrame:
    """Return UNODC's words on risk, origins and destinations, and who quotes them.

    Returns
    -------
    DataFrame
        ``ref_area, statement, year, value, second_hand``, and of the page it was read on
        ``source_id`` (missing where the ledger does not hold the page) and ``quoted_by`` (its
        publisher, else the host of its address). Of several labels of a country the newest.
    """
    said = ledger.unodc_statements
    said = said[said["statement"].isin([RISK_LABEL, NAMED_ORIGIN, NAMED_DESTINATION])]
    newest = said.sort_values("year").drop_duplicates(["ref_area", "statement"], keep="last")
    said = said.loc[newest.index.sort_values()]
    pages = ledger.sources.drop_duplicates("url").set_index("url")[["source_id", "publisher"]]
    rows = said.join(pages, on="url", how="left")
    hosts = rows["url"].map(lambda url: urlsplit(str(url)).netloc or "an unnamed page")
    rows["quoted_by"] = rows["publisher"].fillna(hosts)
    kept = ["ref_area", "statement", "year", "value", "second_hand", "source_id", "quoted_by"]
    return rows[kept].reset_index(drop=True)


class Ranking:
    """One view under the choices of a reader, and how far its places hold.

    Attributes
    ----------
    index : DataFrame
        As `baseline` returns it.
    problem : Problem or None
        None when fewer than `FEWEST_RANKED` countries, or fewer than two indicators, can be
        ranked by; then there are no simulated ranks.
    units : list of str
        The countries that are ranked, in the order of the columns of `ranks`; may be empty.
    ranks : array (draws, units)
    summary : DataFrame
        As `khtip.statistics.sensitivity.rank_summary` returns it.
    """

    def __init__(self, given: View, *, draws: int, seed: int, **method: str) -> None:
        self.view, self.method = given, method
        self.draws, self.seed = draws, seed

    @cached_property
    def index(self) -> pd.DataFrame:
        return baseline(self.view, seed=self.seed, **self.method)

    @cached_property
    def problem(self) -> Problem | None:
        ranked = self.index.index[self.index["status"].eq(RANKED)]
        if len(ranked) < FEWEST_RANKED or self.view.values.shape[1] < 2:
            return None
        return problem(self.view, frozenset(ranked))

    @cached_property
    def units(self) -> list[str]:
        return [] if self.problem is None else list(self.problem.values.index)

    @cached_property
    def ranks(self) -> np.ndarray:
        if self.problem is None:
            return np.empty((self.draws, 0))
        return simulated(self.problem, draws=self.draws, seed=self.seed)

    @cached_property
    def summary(self) -> pd.DataFrame:
        return rank_summary(self.ranks, self.units, top=TOP)


class Results:
    """Everything that notebook 06 shows, each part computed when it is first asked for.

    Attributes
    ----------
    named : dict
        Country code to name.
    region, places : tuple of str
        The countries of the region, and the destinations of Cambodians.
    stock : DataFrame
        As `stock_of`, one row a destination; ``held`` is false where the edition has no row.
    said : DataFrame
        As `quoted`.
    who : str
        Who quotes UNODC.
    origin, destination : Ranking
    reference : array
        Baseline places of the ranked countries of the region.
    sobol : DataFrame
        As `khtip.statistics.sensitivity.sobol_indices`; empty where nothing is ranked.
    """

    def __init__(
        self,
        ledger: Ledger,
        *,
        reference_year: int,
        stock_edition: str,
        normalisation: str,
        aggregation: str,
        weights: str,
        confidence: float,
        draws: int,
        seed: int,
    ) -> None:
        self.ledger, self.confidence, self.draws, self.seed = ledger, confidence, draws, seed
        self.reference_year, self.stock_edition = reference_year, stock_edition
        self.method = {
            "normalisation": normalisation,
            "aggregation": aggregation,
            "weights": weights,
        }
        year, edition = reference_year, stock_edition
        self.named = dict(
            zip(ledger.countries["ref_area"], ledger.countries["country"], strict=True)
        )
        self.region = region(ledger.countries)
        self.places = region_destinations(ledger, edition, year)
        whole = stock_of(ledger, edition, year)
        self.stock = whole.reindex(self.places).assign(
            held=[area in whole.index for area in self.places]
        )
        self.said = quoted(ledger)
        self.who = " and ".join(dict.fromkeys(self.said["quoted_by"]))

    def _ranking(self, name: str) -> Ranking:
        given = view(self.ledger, name, self.reference_year, self.stock_edition)
        return Ranking(given, draws=self.draws, seed=self.seed, **self.method)

    @cached_property
    def origin(self) -> Ranking:
        return self._ranking("origin")

    @cached_property
    def destination(self) -> Ranking:
        return self._ranking("destination")

    @cached_property
    def reference(self) -> np.ndarray:
        return self.origin.index.loc[self.origin.units, "rank"].to_numpy()

    @cached_property
    def sobol(self) -> pd.DataFrame:
        if self.origin.problem is None:
            return pd.DataFrame({"factor": []})
        return sobol_indices(
            self.origin.problem,
            self.reference,
            base=base_size(self.draws),
            seed=self.seed,
            confidence=self.confidence,
            ranks=_designed(self.origin.problem, draws=self.draws, seed=self.seed),
        )

    @cached_property
    def gap(self) -> pd.DataFrame:
        """Cells of the destinations' income gap, measured against the home country."""
        choices = {"year": self.reference_year, "stock_edition": self.stock_edition}
        return cells(self.ledger, ("income_gap",), self.places, income_of=(HOME,), **choices)

    @cached_property
    def heat(self) -> pd.DataFrame:
        """Every cell of the region with ``country`` and min-max ``score``, by the index.

        The score is 0 to 100; missing where an indicator is not used or a value is missing.
        """
        values = self.origin.view.values.loc[self.origin.index.index]
        ends = goalposts(values)
        open_end = (float("nan"), float("nan"))
        scores = normalise(
            values.to_numpy(),
            method="min-max",
            directions=np.array(list(directions(values).values())),
            goalposts=np.array([ends.get(code, open_end) for code in values]).reshape(-1, 2),
        )
        scores = pd.DataFrame(scores, index=values.index, columns=values.columns)
        long = scores.rename_axis("ref_area").reset_index().melt("ref_area", value_name="score")
        table = self.origin.view.table.merge(long, how="left", on=["ref_area", "indicator"])
        table["label"] = table["indicator"].map(self._headings)
        table["country"] = table["ref_area"].map(self.named)
        order = pd.Categorical(table["ref_area"], list(values.index), ordered=True)
        return table.iloc[order.argsort(kind="stable")].reset_index(drop=True)

    @property
    def _headings(self) -> dict[str, str]:
        used = set(self.origin.view.values)
        return {
            code: f"{broken(one.label)}\n({one.short_unit if code in used else 'not used'})"
            for code, one in CATALOGUE.items()
        }

    @cached_property
    def bars(self) -> pd.DataFrame:
        """The ranked countries of the index, highest first: ``country, index_value``, parts."""
        index = self.origin.index
        ranked = index[index["status"] == RANKED]
        parts = sum(name.startswith("part_") for name in index)
        return ranked.assign(
            country=[self.named[area] for area in ranked.index],
            index_value=ranked["index"],
            known_words=[f"{known} of {parts} known" for known in ranked["known"]],
        ).drop(columns="index")

    @cached_property
    def moves(self) -> pd.DataFrame:
        """The home country's ``rank`` for each ``method`` and each indicator ``left_out``."""
        if HOME not in self.origin.units:
            return pd.DataFrame(columns=["method", "left_out", "rank"])
        found = rank_by_choice(self.origin.problem)
        words = {"": "none"} | {code: broken(one.label) for code, one in CATALOGUE.items()}
        return pd.DataFrame(
            {
                "method": found["normalisation"] + ", " + found["aggregation"],
                "left_out": found["left_out"].map(words),
                "rank": found[HOME].astype(int),
            }
        )

    @cached_property
    def ordered(self) -> pd.DataFrame:
        """The rank summary with ``country``, the most often high-ranked countries first."""
        order = {"by": ["median", "p_top"], "ascending": [True, False], "kind": "stable"}
        rows = self.origin.summary.sort_values(**order)
        return rows.assign(country=rows["unit"].map(self.named)).reset_index(drop=True)

    @cached_property
    def shares(self) -> pd.DataFrame:
        """How often each country has each rank, with its summary: ``unit, rank, share``, …"""
        shares = rank_distribution(self.origin.ranks, self.origin.units)
        return shares.merge(self.origin.summary, on="unit")

    @cached_property
    def beside(self) -> pd.DataFrame:
        """The rank summary with UNODC's words: ``named, labelled, quoted_by, level, direction``.

        ``named`` is true for the origins that UNODC names; where no label was read, both of its
        parts are `NO_LABEL`.
        """
        label = self.said[self.said["statement"] == RISK_LABEL].set_index("ref_area")["value"]
        words = {area: split_label(value) for area, value in label.items()}
        table = self.ordered.copy()
        table["named"] = table["unit"].isin(self.named_by_unodc(NAMED_ORIGIN))
        table["labelled"] = table["unit"].isin(words)
        table["quoted_by"] = self.who
        for part in ("level", "direction"):
            table[part] = [words.get(area, {part: NO_LABEL})[part] for area in table["unit"]]
        return table

    def named_by_unodc(self, statement: str) -> set[str]:
        """Return the countries that UNODC names in a statement."""
        return set(self.said.loc[self.said["statement"] == statement, "ref_area"])

    @cached_property
    def destinations(self) -> pd.DataFrame:
        """Hazard, exposure and pull of each destination, the most hazardous first.

        ``unit, country, median, low, high, p_top, stock, stock_year, income_times, named``; a
        dagger follows the names of destinations that UNODC names.
        """
        table = pd.DataFrame({"unit": self.places})
        table = table.merge(self.destination.summary, how="left", on="unit")
        table = table.join(self.stock[["stock", "stock_year"]], on="unit")
        times = 1 / self.gap.set_index("ref_area")["number"]
        pointed = self.named_by_unodc(NAMED_DESTINATION)
        table = table.assign(
            country=[
                self.named[area] + (" †" if area in pointed else "") for area in table["unit"]
            ],
            income_times=table["unit"].map(times),
            named=table["unit"].isin(pointed),
        )
        order = {"by": ["median", "p_top"], "ascending": [True, False], "kind": "stable"}
        return table.sort_values(**order).reset_index(drop=True)

    def candidates(self, publishers: dict[str, str]) -> pd.DataFrame:
        """Return one row a candidate indicator: what it is, whether it is used, and why.

        `publishers` gives the publisher of each source id. Candidates that are no indicators of
        the view come last.
        """
        covered = coverage(self.origin.view.table).set_index("indicator")
        changed = Counter(code for _, code in self.origin.view.changed)
        rows = [_candidate(code, covered, changed[code], publishers) for code in CATALOGUE]
        return pd.DataFrame(rows)

    @cached_property
    def index_table(self) -> pd.DataFrame:
        """The index with the spread of places beside it, one row a country.

        The rank of one set of choices is called ``baseline_rank``; it is not to be quoted without
        ``median``, ``low`` and ``high``.
        """
        spread = self.origin.summary.set_index("unit")
        table = self.origin.index.rename(columns={"rank": "baseline_rank"}).join(spread)
        return table.rename_axis("ref_area").reset_index()

    @cached_property
    def rank_table(self) -> pd.DataFrame:
        """How often each country has each rank, in both views: ``view, unit, rank, share``."""
        views = {"origin": self.origin, "destination": self.destination}
        parts = [
            rank_distribution(one.ranks, one.units).assign(view=name) for name, one in views.items()
        ]
        return pd.concat(parts)[["view", "unit", "rank", "share"]]


def _candidate(
    code: str, covered: pd.DataFrame, changed: int, publishers: dict[str, str]
) -> dict[str, object]:
    one = CATALOGUE[code]
    known = covered.loc[code] if code in covered.index else None
    ids = known["sources"].split(";") if known is not None and known["sources"] else []
    used = "no" if known is None or not known["used"] else "yes"
    if known is not None and known["known"] > 1 and not known["varies"]:
        used = "no: the same everywhere"
    return {
        "indicator": one.label,
        "unit": one.unit,
        "more of it means": {1: "more risk", -1: "less risk", 0: "unclear"}[one.direction],
        "years": "–" if known is None else known["periods"],
        "known": "–" if known is None else f"{known['known']} of {known['countries']}",
        "published by": ", ".join(dict.fromkeys(publishers[i] for i in ids)) or "–",
        "outliers pulled in": changed,
        "used": used,
        "why": one.why,
        "what it does not show": one.limits,
    }


def markdown_table(frame: pd.DataFrame) -> MarkdownText:
    """Return a table as Markdown, with every word of every cell.

    Examples
    --------
    >>> print(markdown_table(pd.DataFrame({"a": ["x|y"], "b": [1]})))
    | a | b |
    | --- | --- |
    | x\\|y | 1 |
    """
    rows = [list(frame.columns), ["---"] * frame.shape[1], *frame.to_numpy().tolist()]
    cells = [[str(cell).replace("|", "\\|") for cell in row] for row in rows]
    return MarkdownText("\n".join("| " + " | ".join(row) + " |" for row in cells))


def broken(label: str) -> str:
    """Return a label with its last word on a line of its own, when it is long."""
    return "\n".join(label.rsplit(" ", 1)) if len(label) > 12 else label


def analyse(
    ledger: Ledger,
    *,
    reference_year: int,
    stock_edition: str,
    normalisation: str,
    aggregation: str,
    weights: str,
    confidence: float,
    draws: int,
    seed: int,
) -> Results:
    """Return the results of notebook 06 under a reader's choices, the notebook's parameters."""
    return Results(
        ledger,
        reference_year=reference_year,
        stock_edition=stock_edition,
        normalisation=normalisation,
        aggregation=aggregation,
        weights=weights,
        confidence=confidence,
        draws=draws,
        seed=seed,
    )
