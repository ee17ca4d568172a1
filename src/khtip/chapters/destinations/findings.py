"""What notebook 05 says: from where Cambodians were brought home, and against how many there."""

import math
from collections.abc import Iterable

import pandas as pd

from khtip.chapters.destinations.rated import ABOVE_STOCK, NO_STOCK, NOT_IN_TABLE, PER
from khtip.chapters.destinations.results import Results
from khtip.chapters.destinations.returns import NEIGHBOUR
from khtip.chapters.sentences import Finding, finding, not_reported
from khtip.ledger.lineage import rests_on
from khtip.ledger.statements import hedged
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
        text = f"No exact total of {found.reference_year} is split by destination"
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
    left = found.stated - found.counts.sum()
    verdict, outcome = ("residual", f"{left:.0f} belong to no named country")
    if not left:
        verdict, outcome = "complete", "nobody belongs to no named country"
    if left < 0:
        verdict, outcome = "more than the total", f"that is {-left:.0f} more than all"
    text = (
        "{found.period}: the list of {n} countries accounts for {named:.0f} of {found.stated:.0f} "
        "persons brought home; {outcome}."
    )
    about = rests_on(found.home) | {"found": found, "n": len(found.home), "value": left}
    about |= {"named": found.counts.sum(), "verdict": verdict, "outcome": outcome}
    return finding("05-list-residual", text, **about)


def _leader(found: Results) -> Finding:
    text = (
        "{found.period}: most persons were brought home from {first}, {count:.0f} of "
        "{found.total:.0f}, {value:.0%} ({found.confidence:.0%} interval {low:.0%} to {high:.0%}, "
        "residual included). First place may belong to {leaders}."
    )
    about = rests_on(found.home) | vars(found.largest[0])
    about |= _first(top_set(found.by_number, 1), found)
    about |= {"found": found, "count": found.counts.iloc[0]}
    return finding("05-counts-leader", text, first=_named(found.counts.index[:1], found), **about)


def _concentration(found: Results) -> Finding:
    few, many = found.index.effective_number
    more = (k for k, part in enumerate(found.largest, start=1) if part.low > 0.5)
    half = next(more, len(found.counts))
    verdict, together = "one gives more than half", "alone gives"
    if half > 1:
        verdict, together = f"{half} give more than half", "together give"
    text = (
        "The returns of {found.period} are as concentrated as if they came from {span} equally "
        "large countries; {first} {together} more than half of all."
    )
    about = rests_on(found.home) | {"verdict": verdict, "together": together}
    about |= {"value": 1 / found.index.one_unnamed, "low": few, "high": many}
    about |= {"span": f"{few:.2f}" if few == many else f"{few:.2f} to {many:.2f}"}
    about |= {"found": found, "first": _named(found.counts.index[:half], found)}
    return finding("05-concentration", text, **about)


def _rate_leader(found: Results) -> Finding:
    name = "05-rates-leader"
    if found.known.empty:
        return not_reported(name, "No destination on the list has a published stock.")
    first = found.known.iloc[0]
    rate = f"rate {first['rate_per_10000']:.0f}"
    if pd.isna(first["rate_per_10000"]):
        rate = "too few for a rate"
    text = (
        "Per {per:,} people of Cambodian origin (UN revision of {found.stock_edition}, stock of "
        "{one[stock_year]}), the highest rate is that of {first}: {one[count]} persons, {rate} "
        "({found.confidence:.0%} interval {low:.0f} to {high:.0f}). Among {k} countries with a "
        "stock, first place may belong to {leaders}.{left_out}"
    )
    left_out = [
        f" Left out, {why}: {_named(rows['destination'], found)}."
        for why, rows in found.rates.groupby("reading")
        if why in (NOT_IN_TABLE, ABOVE_STOCK)
    ]
    about = rests_on(found.home, found.stock) | _first(top_set(found.by_rate, 1), found)
    about |= {"value": first["rate_per_10000"], "low": first["low"], "high": first["high"]}
    about |= {"found": found, "per": PER, "one": first, "rate": rate, "k": len(found.known)}
    about |= {"left_out": "".join(left_out)}
    return finding(name, text, first=_named(found.known.index[:1], found), **about)


def _order(found: Results) -> Finding:
    """Ask of the country with the largest stock whether it ranks lower by rate."""
    name = "05-rates-order"
    if len(found.known) < 2:
        return not_reported(name, "Fewer than two destinations have a published stock.")
    big = found.largest_stock
    if big not in found.known.index:
        text = (
            f"{_named([big], found)} has the largest stock of the destinations on the list, but "
            f"none in the UN revision of {found.stock_edition}."
        )
        return not_reported(name, text)
    sets = (found.known_by_number, found.by_rate)
    a, b = (one.set_index("category").loc[big, ["best", "worst"]] for one in sets)
    text = (
        "Among {k} destinations with a published stock, {big} ranks {a} by the number brought "
        "home and {b} by the rate per resident of Cambodian origin."
    )
    about = rests_on(found.home, found.stock)
    about |= {"k": len(found.known), "big": _named([big], found)}
    about |= {"value": b["best"], "low": b["best"], "high": b["worst"]}
    about |= {"a": " to ".join(map(str, dict.fromkeys(a)))}
    about |= {"b": " to ".join(map(str, dict.fromkeys(b)))}
    verdict = "ranks lower by rate" if b["best"] > a["worst"] else "no lower by rate"
    return finding(name, text, verdict=verdict, **about)


def _revisions(found: Results) -> Finding:
    name, leaders = "05-rates-revisions", found.leaders_by_revision
    if not leaders:
        return not_reported(name, "No revision of the UN stock has a destination of the list.")
    rates = found.revisions.groupby("destination")["per_10000"]
    spread = (rates.max() / rates.min()).fillna(1)  # no rate of nobody changes
    turned: dict[str, list[str]] = {}
    for edition, codes in leaders.items():
        who = ", ".join(sorted(_named([one], found) for one in codes))
        turned.setdefault(who, []).append(edition)
    verdict, outcome = "same leaders", "The countries that may rank first are the same in all."
    if len(turned) > 1:
        told = "; ".join(f"{who} ({', '.join(which)})" for who, which in turned.items())
        verdict = "leaders differ"
        outcome = f"Which countries may rank first depends on the revision: {told}."
    text = (
        "Over the {n} revisions of the UN stock the rate of {most} changes most, by a factor of "
        "{value:.1f}. {outcome}"
    )
    about = rests_on(found.home, found.ledger.migrant_stock)
    about |= {"n": len(leaders), "value": spread.max(), "most": _named([spread.idxmax()], found)}
    return finding(name, text, verdict=verdict, outcome=outcome, **about)


def _no_stock(found: Results) -> Finding:
    name, bare = "05-rates-no-stock", found.rates[found.rates["reading"].eq(NO_STOCK)]
    about = rests_on(found.home, found.stock)
    about |= {"value": bare["count"].sum(), "edition": found.stock_edition}
    if bare.empty:
        text = (
            "Every destination on the list that is in the table has a stock in the UN revision of "
            "{edition}."
        )
        return finding(name, text, verdict="all with stock", **about)
    text = (
        "{n} of {k} destinations on the list have no published stock of Cambodian origin in the "
        "UN revision of {edition}, so no rate: {listed}. They stand for {value:.0f} persons."
    )
    about |= {"n": len(bare), "k": len(found.rates), "listed": _named(bare["destination"], found)}
    return finding(name, text, verdict="some without stock", **about)


def _beside_unodc(found: Results) -> Finding:
    name, both = "05-unodc-counts", found.beside_unodc
    if both.empty:
        return not_reported(name, "UNODC's file holds no count of the same flow near this year.")
    ratio, more = both["ratio"], both["ratio"].gt(1)
    verdict = "list is higher" if more.mean() > 0.5 else "list is lower"
    text = (
        "For {n} pairs of a destination and a UNODC count near {found.period}, the ministry's "
        "number is {low:.1f} to {high:.1f} times UNODC's; it is the higher one in {more} of them. "
        "The three counts answer different questions, so none corrects another."
    )
    about = rests_on(found.home, both) | {"found": found, "n": len(both), "more": more.sum()}
    about |= {"value": ratio.median(), "low": ratio.min(), "high": ratio.max()}
    return finding(name, text, verdict=verdict, **about)


def _other_totals(found: Results) -> Finding:
    name, year = "05-totals-span", found.reference_year
    stated = found.totals[found.totals["this_year"]]
    rows, parts = found.year_totals, stated[~stated["full_year"]]
    told = [f"{one.value:,.0f} ({one.period})" for one in parts.itertuples()]
    of_parts = f" Counts of a part of it: {', '.join(told)}." if told else ""
    if rows.empty:
        text = f"No total of persons brought home is reported for all of {year}."
        return not_reported(name, text + of_parts)
    rows = rows.sort_values("value")
    said = map(hedged, rows["value"].map("{:,.0f}".format), rows["qualifier"])
    values, listed = sorted(rows["value"].unique()), list(dict.fromkeys(said))
    least, most = values[0], values[-1]
    about = rests_on(rows) | {"year": year}
    if len(values) == 1:
        text = "For {year} one total of Cambodians brought home is given: {listed}.{of_parts}"
        about |= {"listed": ", ".join(listed), "of_parts": of_parts}
        return finding(name, text, verdict="one total", value=least, **about)
    text = (
        "For {year} the sources give {n} different totals of Cambodians brought home ({listed}); "
        "the largest is {value:.1f} times the smallest. They do not count the same people."
    )
    about |= {"value": most / least if least else math.inf, "low": least, "high": most}
    about |= {"n": len(values), "listed": ", ".join(listed)}
    return finding(name, text, verdict="totals differ", **about)


def _deported(found: Results) -> Finding:
    name, year, sent = "05-deportations", found.reference_year, found.deportations
    rows = sent[sent["calendar_year"].eq(year) & sent["kind"].eq("year")]
    ours = found.home[found.home["category"].eq(NEIGHBOUR) & found.home["value"].gt(0)]
    if rows.empty or ours.empty:
        text = f"For {year} deportations from Thailand and returns of victims are not both given."
        return not_reported(name, text)
    count = ours["value"].iloc[0]
    ratios = rows["value"] / count
    text = (
        "For {year}, {least:,.0f} to {most:,.0f} Cambodians are reported deported from Thailand, "
        "{low:,.0f} to {high:,.0f} times the {count:.0f} brought home from there as victims. "
        "Deportation is another count, not a larger one of the same people."
    )
    about = rests_on(rows, ours[["figure_ids"]]) | {"year": year}
    about |= {"value": ratios.iloc[0], "low": ratios.min(), "high": ratios.max()}
    about |= {"least": rows["value"].min(), "most": rows["value"].max(), "count": count}
    verdict = "deportations exceed returns" if ratios.min() > 1 else "returns exceed"
    return finding(name, text, verdict=verdict, **about)
