"""What notebook 05 says: from where Cambodians were brought home, and against how many there."""

from __future__ import annotations

import pandas as pd

from khtip.chapters.destinations.results import (
    COUNTED,
    PER,
    brought_home,
    deportations,
    destination_rates,
    three_counts,
    yearly_totals,
)
from khtip.chapters.sentences import Finding, finding, not_reported
from khtip.ledger.lineage import rests_on
from khtip.ledger.splits import AS_DOCUMENTED
from khtip.statistics.concentration import herfindahl, top_share
from khtip.statistics.ranks import rank_sets, top_set


def conclude(
    *,
    observations: pd.DataFrame,
    migrant_stock: pd.DataFrame,
    unodc: pd.DataFrame,
    areas: pd.DataFrame,
    reference_year: int = 2017,
    confidence: float = 0.95,
    stock_edition: str = "2017",
    preferred_body: str = AS_DOCUMENTED,
) -> list[Finding]:
    """State the findings of notebook 05.

    Parameters
    ----------
    observations : DataFrame
        ``data/clean/observations.csv``.
    migrant_stock, unodc : DataFrame
        `khtip.ledger.context.migrant_stock` and `khtip.ledger.context.unodc`.
    areas : DataFrame
        ``ref_area, name``.
    reference_year, confidence, stock_edition, preferred_body
        The notebook's parameters.

    Returns
    -------
    list of Finding
        The residual of the list, who leads in counts, concentration, who leads in rates, how
        counts and rates order differently, destinations without a stock, UNODC's counts, other
        totals of the year, and deportations.
    """
    names = areas.set_index("ref_area")["name"]
    home = brought_home(observations, year=reference_year, preferred_body=preferred_body)
    stated = [
        _other_totals(yearly_totals(observations), reference_year),
        _deported(home, deportations(observations), reference_year),
    ]
    if home.empty:
        text = f"No destination split is reported for {reference_year}"
        return [
            not_reported(name, f"{text}: no {what}.") for name, what in _NEED_A_LIST.items()
        ] + stated
    rates = destination_rates(
        home, migrant_stock, edition=stock_edition, year=reference_year, confidence=confidence
    )
    stock = migrant_stock[migrant_stock["revision"].astype(str).eq(stock_edition)]
    return [
        _residual(home),
        _leader(home, names, confidence),
        _concentration(home, names, confidence),
        _rate_leader(home, rates, stock, names, stock_edition, confidence),
        _order(home, rates, stock, names, confidence),
        _revisions(home, migrant_stock, names, reference_year, confidence),
        _no_stock(home, rates, stock, names, stock_edition),
        _beside_unodc(home, three_counts(home, unodc, year=reference_year), names),
        *stated,
    ]


UNODC = "ctx-45"

_NEED_A_LIST = {
    "05-list-residual": "list to add up",
    "05-counts-leader": "order by number",
    "05-concentration": "concentration",
    "05-rates-leader": "rate",
    "05-rates-order": "comparison of number and rate",
    "05-rates-revisions": "comparison of the UN's revisions",
    "05-rates-no-stock": "destination to look up a stock for",
    "05-unodc-counts": "number to set beside UNODC's",
}


def _listed(codes: list[str], names: pd.Series, *, word: str = "and") -> str:
    words = [names.get(code, code) for code in codes]
    return f" {word} ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _residual(home: pd.DataFrame) -> Finding:
    total, named = home["total"].iloc[0], home["value"].sum()
    left = total - named
    return finding(
        "05-list-residual",
        "{period}: the list of {n} countries accounts for {named:.0f} of {total:.0f} persons "
        "brought home; {left} to no named country.",
        verdict="residual" if left else "complete", value=left, **rests_on(home),
        period=home["period"].iloc[0], n=len(home), named=named, total=total,
        left=f"{left:.0f} belong" if left else "nobody belongs",
    )  # fmt: skip


def _leader(home: pd.DataFrame, names: pd.Series, level: float) -> Finding:
    counts, total = home.set_index("category")["value"], home["total"].iloc[0]
    leaders = top_set(rank_sets(counts, confidence=level), 1)
    part = top_share(counts, 1, total=total, confidence=level)
    return finding(
        "05-counts-leader",
        "{period}: most persons were brought home from {first}, {count:.0f} of {total:.0f}, "
        "{value:.0%} ({level:.0%} interval {low:.0%} to {high:.0%}, residual included). "
        "First place may belong to {leaders}.",
        verdict=_listed(sorted(leaders), names, word="or"), value=part.value, low=part.low,
        high=part.high,
        **rests_on(home), period=home["period"].iloc[0],
        first=_listed([counts.idxmax()], names), count=counts.max(), total=total, level=level,
        leaders="it alone" if len(leaders) == 1 else _listed(leaders, names, word="or"),
    )  # fmt: skip


def _concentration(home: pd.DataFrame, names: pd.Series, level: float) -> Finding:
    counts, total = home.set_index("category")["value"], home["total"].iloc[0]
    index = herfindahl(counts, total=total)
    few, many = index.effective_number
    half = next(
        k
        for k in range(1, len(counts) + 1)
        if top_share(counts, k, total=total, confidence=level).low > 0.5 or k == len(counts)
    )
    span = f"{few:.2f}" if few == many else f"{few:.2f} to {many:.2f}"
    return finding(
        "05-concentration",
        "The returns of {period} are as concentrated as if they came from {span} equally large "
        "countries; {first} {together} more than half of all.",
        verdict="one gives more than half" if half == 1 else f"{half} give more than half",
        value=1 / index.one_unnamed, low=few, high=many,
        **rests_on(home), period=home["period"].iloc[0], span=span,
        first=_listed(list(counts.sort_values(ascending=False).index[:half]), names),
        together="alone gives" if half == 1 else "together give",
    )  # fmt: skip


def _rate_leader(
    home: pd.DataFrame,
    rates: pd.DataFrame,
    stock: pd.DataFrame,
    names: pd.Series,
    edition: str,
    level: float,
) -> Finding:
    name = "05-rates-leader"
    known = rates.dropna(subset="stock").set_index("destination")
    if known.empty:
        return not_reported(name, "No destination on the list has a published stock.")
    leaders = top_set(rank_sets(known["count"], exposure=known["stock"], confidence=level), 1)
    first = known.iloc[0]
    return finding(
        name,
        "Per {per:,} people of Cambodian origin (UN revision of {edition}, stock of {year}), "
        "the highest rate is that of {first}: {count} persons, {rate} ({level:.0%} interval "
        "{low:.0f} to {high:.0f}). Among {k} countries with a stock, first place may belong to "
        "{leaders}.",
        verdict=_listed(sorted(leaders), names, word="or"), value=first["rate_per_10000"],
        low=first["low"],
        high=first["high"], **rests_on(home, stock), per=PER, edition=edition,
        year=first["stock_year"], level=level,
        rate="too few for a rate" if pd.isna(first["rate_per_10000"])
        else f"rate {first['rate_per_10000']:.0f}",
        first=_listed([known.index[0]], names), count=first["count"],
        k=len(known),
        leaders="it alone" if len(leaders) == 1 else _listed(leaders, names, word="or"),
    )  # fmt: skip


def _order(
    home: pd.DataFrame, rates: pd.DataFrame, stock: pd.DataFrame, names: pd.Series, level: float
) -> Finding:
    name = "05-rates-order"
    known = rates.dropna(subset="stock").set_index("destination")
    if len(known) < 2:
        return not_reported(name, "Fewer than two destinations have a published stock.")
    # The question is asked of the country with the largest stock, Thailand in every revision.
    big = known["stock"].idxmax()
    by_count = rank_sets(known["count"], confidence=level).set_index("category")
    by_rate = rank_sets(known["count"], exposure=known["stock"], confidence=level).set_index(
        "category"
    )
    a, b = by_count.loc[big], by_rate.loc[big]
    verdict = "ranks lower by rate" if b["best"] > a["worst"] else "no lower by rate"
    return finding(
        name,
        "Among {k} destinations with a published stock, {big} ranks {a} by the number brought "
        "home and {b} by the rate per resident of Cambodian origin.",
        verdict=verdict, value=b["best"], low=b["best"], high=b["worst"],
        **rests_on(home, stock),
        k=len(known), big=_listed([big], names), a=_place(a), b=_place(b),
    )  # fmt: skip


def _place(row: pd.Series) -> str:
    best, worst = int(row["best"]), int(row["worst"])
    return f"{best}" if best == worst else f"{best} to {worst}"


def _no_stock(
    home: pd.DataFrame, rates: pd.DataFrame, stock: pd.DataFrame, names: pd.Series, edition: str
) -> Finding:
    missing = rates.loc[rates["stock"].isna()]
    persons = missing["count"].sum()
    if missing.empty:
        text = f"Every destination on the list has a stock in the UN revision of {edition}."
        return finding("05-rates-no-stock", "{text}", verdict="all with stock", text=text, value=0)
    return finding(
        "05-rates-no-stock",
        "{n} of {k} destinations on the list have no published stock of Cambodian origin in the "
        "UN revision of {edition}, so no rate: {listed}. They stand for {value:.0f} persons.",
        verdict="some without stock", value=persons, **rests_on(home, stock), n=len(missing),
        k=len(rates), edition=edition, listed=_listed(missing["destination"].tolist(), names),
    )  # fmt: skip


def _revisions(
    home: pd.DataFrame, migrant_stock: pd.DataFrame, names: pd.Series, year: int, level: float
) -> Finding:
    name = "05-rates-revisions"
    leaders, rates = {}, {}
    for edition in sorted(migrant_stock["revision"].astype(str).unique()):
        table = destination_rates(home, migrant_stock, edition=edition, year=year, confidence=level)
        known = table.dropna(subset="stock").set_index("destination")
        if known.empty:
            continue
        sets = rank_sets(known["count"], exposure=known["stock"], confidence=level)
        leaders[edition] = ", ".join(sorted(names.get(one, one) for one in top_set(sets, 1)))
        rates[edition] = known["count"] / known["stock"]
    if not rates:
        return not_reported(name, "No revision of the UN stock has a destination of the list.")
    spread = pd.DataFrame(rates).max(axis=1) / pd.DataFrame(rates).min(axis=1)
    same = len(set(leaders.values())) == 1
    return finding(
        name,
        "Over the {n} revisions of the UN stock the rate of {most} changes most, by a factor of "
        "{value:.1f}. {outcome}",
        verdict="same leaders" if same else "leaders differ", value=spread.max(),
        **rests_on(home, migrant_stock), n=len(leaders), most=_listed([spread.idxmax()], names),
        outcome="The countries that may rank first are the same in all." if same else
        "Which countries may rank first depends on the revision: "
        + "; ".join(f"{who} ({', '.join(which)})" for who, which in _turned(leaders).items())
        + ".",
    )  # fmt: skip


def _turned(leaders: dict[str, str]) -> dict[str, list[str]]:
    turned: dict[str, list[str]] = {}
    for edition, who in leaders.items():
        turned.setdefault(who, []).append(edition)
    return turned


def _beside_unodc(home: pd.DataFrame, counts: pd.DataFrame, names: pd.Series) -> Finding:
    name = "05-unodc-counts"
    ours = home.set_index("category")["value"]
    theirs = counts[counts["counted"].isin(COUNTED.values())].assign(context_source_id=UNODC)
    both = theirs[theirs["destination"].isin(ours.index) & theirs["value"].notna()]
    if both.empty:
        return not_reported(name, "UNODC's file holds no count of the same flow near this year.")
    ratios = ours.reindex(both["destination"]).to_numpy() / both["value"].to_numpy()
    verdict = "list is higher" if (ratios > 1).mean() > 0.5 else "list is lower"
    return finding(
        name,
        "For {n} pairs of a destination and a UNODC count near {period}, the ministry's number "
        "is {low:.1f} to {high:.1f} times UNODC's; it is the higher one in {more} of them. The "
        "three counts answer different questions, so none corrects another.",
        verdict=verdict, value=float(pd.Series(ratios).median()), low=ratios.min(),
        high=ratios.max(), **rests_on(home, both), n=len(both),
        period=home["period"].iloc[0], more=int((ratios > 1).sum()),
    )  # fmt: skip


def _other_totals(totals: pd.DataFrame, year: int) -> Finding:
    name = "05-totals-span"
    rows = totals[totals["calendar_year"].eq(year) & totals["full_year"]]
    if rows.empty:
        return not_reported(
            name, f"No total of persons brought home is reported for all of {year}."
        )
    values = sorted(rows["value"].unique())
    if len(values) == 1:
        text = f"For {year} one total of Cambodians brought home is given: {values[0]:,.0f}."
        return finding(
            name, "{text}", verdict="one total", value=values[0], text=text,
            **rests_on(rows),
        )  # fmt: skip
    least, most = values[0], values[-1]
    return finding(
        name,
        "For {year} the sources give {n} different totals of Cambodians brought home ({listed}); "
        "the largest is {value:.1f} times the smallest. They do not count the same people.",
        verdict="totals differ", value=most / least, low=least, high=most,
        **rests_on(rows), year=year, n=len(values),
        listed=", ".join(f"{value:,.0f}" for value in values),
    )  # fmt: skip


def _deported(home: pd.DataFrame, sent: pd.DataFrame, year: int) -> Finding:
    name = "05-deportations"
    rows = sent[sent["calendar_year"].eq(year) & sent["kind"].eq("year")]
    ours = home[home["category"].eq("THA")] if len(home) else home
    if rows.empty or ours.empty:
        text = f"For {year} deportations from Thailand and returns of victims are not both given."
        return not_reported(name, text)
    count, ratios = ours["value"].iloc[0], rows["value"] / ours["value"].iloc[0]
    return finding(
        name,
        "For {year}, {least:,.0f} to {most:,.0f} Cambodians are reported deported from Thailand, "
        "{low:,.0f} to {high:,.0f} times the {count:.0f} brought home from there as victims. "
        "Deportation is another count, not a larger one of the same people.",
        verdict="deportations exceed returns" if ratios.min() > 1 else "returns exceed",
        value=ratios.iloc[0], low=ratios.min(), high=ratios.max(),
        **rests_on(rows, ours[["figure_ids"]]), year=year,
        least=rows["value"].min(), most=rows["value"].max(), count=count,
    )  # fmt: skip
