"""A view of the regional risk: which countries, by which indicators, and how far places hold.

The *origin view* ranks the countries of South-East Asia by the risk that people who leave are
exploited. The *destination view* looks at the countries to which Cambodians go.
"""

from functools import cache, cached_property

import numpy as np
import pandas as pd

from khtip.chapters.risk.indicators import (
    DESTINATION,
    HOME,
    ORIGIN,
    cells,
    directions,
    goalposts,
    pulled_in,
    used_values,
)
from khtip.ledger.ledger import Ledger
from khtip.statistics.composite import (
    AGGREGATIONS,
    NORMALISATIONS,
    RANKED,
    composite,
    indexed,
    random_weights,
    rank,
)
from khtip.statistics.sensitivity import (
    ERROR_COLUMNS,
    Problem,
    design_ranks,
    monte_carlo,
    rank_summary,
)

REGION = "South-eastern Asia"
FEWEST_MIGRANTS = 1000
FEWEST_RANKED = 4  # countries; the places of fewer say nothing
TOP = 3
NAMED_DESTINATION = "named_destination_of_unskilled_labour"


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
def designed(given: Problem, *, draws: int, seed: int) -> np.ndarray:
    """Return the ranks of the Sobol design of a problem, of the size that fits `draws`."""
    return design_ranks(given, base=base_size(draws), seed=seed)


def base_size(draws: int) -> int:
    """Return the size of a Sobol design: a power of two not above `draws`, at most 1024.

    Examples
    --------
    >>> base_size(2000), base_size(100)
    (1024, 64)
    """
    return min(1024, 1 << (max(draws, 2).bit_length() - 1))


def share_among_top(ranks: np.ndarray, units: list[str], group: list[str]) -> np.ndarray:
    """Count, for every draw, how many countries of a group are among the first ``len(group)``.

    Examples
    --------
    >>> share_among_top(np.array([[1, 2, 3]]), ["A", "B", "C"], ["A", "C"]).tolist()
    [1]
    """
    inside = [place for place, unit in enumerate(units) if unit in group]
    return (ranks[:, inside] <= len(inside)).sum(axis=1)


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
