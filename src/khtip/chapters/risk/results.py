"""Where Cambodia stands in its region, and how far that holds: all that notebook 06 computes.

How hazardous the countries are to which Cambodians go is kept apart from how many Cambodians live
there (exposure).
"""

from collections import Counter
from functools import cache, cached_property
from urllib.parse import urlsplit

import numpy as np
import pandas as pd

from khtip.chapters.risk.indicators import (
    CATALOGUE,
    HOME,
    cells,
    coverage,
    directions,
    goalposts,
)
from khtip.chapters.risk.ranking import (
    NAMED_DESTINATION,
    Ranking,
    base_size,
    designed,
    rank_by_choice,
    region,
    region_destinations,
    stock_of,
    view,
)
from khtip.chapters.sentences import MarkdownText
from khtip.ledger.ledger import CONTEXT, Ledger
from khtip.statistics.composite import RANKED, normalise
from khtip.statistics.sensitivity import rank_distribution, sobol_indices

RISK_LABEL = "risk_label"
NAMED_ORIGIN = "named_origin_of_unskilled_labour"
NO_LABEL = "not read"


def split_label(label: str) -> dict[str, str]:
    """Split a risk label in UNODC's words into its level and its direction.

    Examples
    --------
    >>> split_label("high rising"), split_label("medium")["direction"]
    ({'level': 'high', 'direction': 'rising'}, 'not stated')
    """
    level, _, direction = label.strip().partition(" ")
    return {"level": level or "not stated", "direction": direction or "not stated"}


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
            ranks=designed(self.origin.problem, draws=self.draws, seed=self.seed),
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
    ledger.read(*CONTEXT)
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
