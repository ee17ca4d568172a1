"""What notebook 05 says: from where Cambodians were brought home, and against how many there."""

from collections.abc import Iterable

import pandas as pd

from khtip.chapters.destinations.rated import PER
from khtip.chapters.destinations.results import NEIGHBOUR, Results
from khtip.chapters.sentences import Finding, finding, not_reported
from khtip.ledger.lineage import rests_on
from khtip.statistics.ranks import top_set

NEED_A_LIST = {
    "05-list-residual": "list to add up",
    "05-counts-leader": "order by number",
    "05-concentration": "concentration",
    "05-rates-leader": "rate",
    "05-rates-order": "comparison of number and rate",
    "05-rates-revisions": "comparison of the UN's revisions",
    "05-rates-no-stock": "destination to look up a stock for",
    "05-unodc-counts": "number to set beside UNODC's",
}


def conclude(found: Results) -> list[Finding]:
    """State the findings of notebook 05.

    The residual of the list, who leads in counts, concentration, who leads in rates, how counts and
    rates order differently, destinations without a stock, UNODC's counts, other totals of the year,
    and deportations.
    """
    stated = [_other_totals(found), _deported(found)]
    if found.home.empty:
        text = f"No destination split is reported for {found.reference_year}"
        absent = [not_reported(name, f"{text}: no {what}.") for name, what in NEED_A_LIST.items()]
        return absent + stated
    return [
        _residual(found),
        _leader(found),
        _concentration(found),
        _rate_leader(found),
        _order(found),
        _revisions(found),
        _no_stock(found),
        _beside_unodc(found),
        *stated,
    ]


def _named(codes: Iterable[str], found: Results, *, word: str = "and") -> str:
    words = [found.names.get(code, code) for code in codes]
    return f" {word} ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _first(leaders: list[str], found: Results) -> dict[str, str]:
    """Return who may be first, as a verdict and in a sentence."""
    alone = len(leaders) == 1
    return {
        "verdict": _named(sorted(leaders), found, word="or"),
        "leaders": "it alone" if alone else _named(leaders, found, word="or"),
    }


def _residual(found: Results) -> Finding:
    named = found.counts.sum()
    left = found.total - named
    return finding(
        "05-list-residual",
        "{period}: the list of {n} countries accounts for {named:.0f} of {total:.0f} persons "
        "brought home; {left} to no named country.",
        verdict="residual" if left else "complete",
        value=left,
        **rests_on(found.home),
        period=found.period,
        n=len(found.home),
        named=named,
        total=found.total,
        left=f"{left:.0f} belong" if left else "nobody belongs",
    )


def _leader(found: Results) -> Finding:
    counts, part = found.counts, found.largest[0]
    return finding(
        "05-counts-leader",
        "{period}: most persons were brought home from {first}, {count:.0f} of {total:.0f}, "
        "{value:.0%} ({level:.0%} interval {low:.0%} to {high:.0%}, residual included). "
        "First place may belong to {leaders}.",
        value=part.value,
        low=part.low,
        high=part.high,
        **_first(top_set(found.by_number, 1), found),
        **rests_on(found.home),
        period=found.period,
        first=_named(counts.index[:1], found),
        count=counts.iloc[0],
        total=found.total,
        level=found.confidence,
    )


def _concentration(found: Results) -> Finding:
    few, many = found.index.effective_number
    more = (k for k, part in enumerate(found.largest, start=1) if part.low > 0.5)
    half = next(more, len(found.counts))
    return finding(
        "05-concentration",
        "The returns of {period} are as concentrated as if they came from {span} equally large "
        "countries; {first} {together} more than half of all.",
        verdict="one gives more than half" if half == 1 else f"{half} give more than half",
        value=1 / found.index.one_unnamed,
        low=few,
        high=many,
        **rests_on(found.home),
        period=found.period,
        span=f"{few:.2f}" if few == many else f"{few:.2f} to {many:.2f}",
        first=_named(found.counts.index[:half], found),
        together="alone gives" if half == 1 else "together give",
    )


def _rate_leader(found: Results) -> Finding:
    name = "05-rates-leader"
    if found.known.empty:
        return not_reported(name, "No destination on the list has a published stock.")
    first = found.known.iloc[0]
    rate = f"rate {first['rate_per_10000']:.0f}"
    return finding(
        name,
        "Per {per:,} people of Cambodian origin (UN revision of {edition}, stock of {year}), "
        "the highest rate is that of {first}: {count} persons, {rate} ({level:.0%} interval "
        "{low:.0f} to {high:.0f}). Among {k} countries with a stock, first place may belong to "
        "{leaders}.",
        value=first["rate_per_10000"],
        low=first["low"],
        high=first["high"],
        **_first(top_set(found.by_rate, 1), found),
        **rests_on(found.home, found.stock),
        per=PER,
        edition=found.stock_edition,
        year=first["stock_year"],
        first=_named(found.known.index[:1], found),
        count=first["count"],
        rate="too few for a rate" if pd.isna(first["rate_per_10000"]) else rate,
        level=found.confidence,
        k=len(found.known),
    )


def _order(found: Results) -> Finding:
    name = "05-rates-order"
    if len(found.known) < 2:
        return not_reported(name, "Fewer than two destinations have a published stock.")
    # The question is asked of the country with the largest stock.
    big = found.known["stock"].idxmax()
    sets = (found.known_by_number, found.by_rate)
    a, b = (one.set_index("category").loc[big, ["best", "worst"]] for one in sets)
    return finding(
        name,
        "Among {k} destinations with a published stock, {big} ranks {a} by the number brought "
        "home and {b} by the rate per resident of Cambodian origin.",
        verdict="ranks lower by rate" if b["best"] > a["worst"] else "no lower by rate",
        value=b["best"],
        low=b["best"],
        high=b["worst"],
        **rests_on(found.home, found.stock),
        k=len(found.known),
        big=_named([big], found),
        a=" to ".join(map(str, dict.fromkeys(a))),
        b=" to ".join(map(str, dict.fromkeys(b))),
    )


def _revisions(found: Results) -> Finding:
    name, leaders = "05-rates-revisions", found.leaders_by_revision
    if not leaders:
        return not_reported(name, "No revision of the UN stock has a destination of the list.")
    rates = found.revisions.groupby("destination")["per_10000"]
    spread = rates.max() / rates.min()
    turned: dict[str, list[str]] = {}
    for edition, codes in leaders.items():
        turned.setdefault(", ".join(sorted(_named([one], found) for one in codes)), []).append(
            edition
        )
    outcome = "The countries that may rank first are the same in all."
    if len(turned) > 1:
        told = "; ".join(f"{who} ({', '.join(which)})" for who, which in turned.items())
        outcome = f"Which countries may rank first depends on the revision: {told}."
    return finding(
        name,
        "Over the {n} revisions of the UN stock the rate of {most} changes most, by a factor of "
        "{value:.1f}. {outcome}",
        verdict="same leaders" if len(turned) == 1 else "leaders differ",
        value=spread.max(),
        **rests_on(found.home, found.ledger.migrant_stock),
        n=len(leaders),
        most=_named([spread.idxmax()], found),
        outcome=outcome,
    )


def _no_stock(found: Results) -> Finding:
    name, bare = "05-rates-no-stock", found.rates[found.rates["stock"].isna()]
    if bare.empty:
        text = "Every destination on the list has a stock in the UN revision of {edition}."
        return finding(name, text, verdict="all with stock", value=0, edition=found.stock_edition)
    return finding(
        name,
        "{n} of {k} destinations on the list have no published stock of Cambodian origin in the "
        "UN revision of {edition}, so no rate: {listed}. They stand for {value:.0f} persons.",
        verdict="some without stock",
        value=bare["count"].sum(),
        **rests_on(found.home, found.stock),
        n=len(bare),
        k=len(found.rates),
        edition=found.stock_edition,
        listed=_named(bare["destination"], found),
    )


def _beside_unodc(found: Results) -> Finding:
    name, both = "05-unodc-counts", found.beside_unodc
    if both.empty:
        return not_reported(name, "UNODC's file holds no count of the same flow near this year.")
    more = both["ratio"].gt(1)
    return finding(
        name,
        "For {n} pairs of a destination and a UNODC count near {period}, the ministry's number "
        "is {low:.1f} to {high:.1f} times UNODC's; it is the higher one in {more} of them. The "
        "three counts answer different questions, so none corrects another.",
        verdict="list is higher" if more.mean() > 0.5 else "list is lower",
        value=both["ratio"].median(),
        low=both["ratio"].min(),
        high=both["ratio"].max(),
        **rests_on(found.home, both),
        n=len(both),
        period=found.period,
        more=more.sum(),
    )


def _other_totals(found: Results) -> Finding:
    name, rows, year = "05-totals-span", found.year_totals, found.reference_year
    if rows.empty:
        text = f"No total of persons brought home is reported for all of {year}."
        return not_reported(name, text)
    values = sorted(rows["value"].unique())
    least, most = values[0], values[-1]
    if len(values) == 1:
        text = f"For {year} one total of Cambodians brought home is given: {least:,.0f}."
        return finding(
            name, "{text}", verdict="one total", value=least, text=text, **rests_on(rows)
        )
    return finding(
        name,
        "For {year} the sources give {n} different totals of Cambodians brought home ({listed}); "
        "the largest is {value:.1f} times the smallest. They do not count the same people.",
        verdict="totals differ",
        value=most / least,
        low=least,
        high=most,
        **rests_on(rows),
        year=year,
        n=len(values),
        listed=", ".join(f"{value:,.0f}" for value in values),
    )


def _deported(found: Results) -> Finding:
    name, year, sent = "05-deportations", found.reference_year, found.deportations
    rows = sent[sent["calendar_year"].eq(year) & sent["kind"].eq("year")]
    ours = found.home[found.home["category"].eq(NEIGHBOUR)]
    if rows.empty or ours.empty:
        text = f"For {year} deportations from Thailand and returns of victims are not both given."
        return not_reported(name, text)
    count = ours["value"].iloc[0]
    ratios = rows["value"] / count
    return finding(
        name,
        "For {year}, {least:,.0f} to {most:,.0f} Cambodians are reported deported from Thailand, "
        "{low:,.0f} to {high:,.0f} times the {count:.0f} brought home from there as victims. "
        "Deportation is another count, not a larger one of the same people.",
        verdict="deportations exceed returns" if ratios.min() > 1 else "returns exceed",
        value=ratios.iloc[0],
        low=ratios.min(),
        high=ratios.max(),
        **rests_on(rows, ours[["figure_ids"]]),
        year=year,
        least=rows["value"].min(),
        most=rows["value"].max(),
        count=count,
    )
