"""Do parts give the total above them? Sums of numbers that are known between bounds.

A total is set against the parts that its own source gives for it, a stated number of countries
against the countries named, and a year against the part-years inside it.
"""

import math
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

import pandas as pd

from khtip.ledger import periods
from khtip.ledger.splits import period_words

VERDICTS = ("exact", "compatible", "open_residual", "residual", "over_total", "infeasible")
COLUMNS = (
    *("figure_id", "check", "source_id", "reporting_body", "ref_area", "period_start"),
    *("period_end", "measure", "crime_scope", "dimension", "parts", "part_ids", "list_is"),
    *("stated", "stated_low", "stated_high", "sum_of_parts", "sum_low", "sum_high"),
    *("residual", "residual_low", "residual_high", "share", "verdict", "hint"),
)
LISTS = ("exhaustive", "unmarked", "partial")
"""A list holds every category there is, does not say that it is partial, or is partial."""
CARRIERS = (*periods.PLACES, "crime_type")
"""Dimensions whose only category may stand for the whole where no plain total is printed."""
COUNTED = {
    "nationalities": "nationality",
    "countries_of_origin": "nationality",
    "destination_countries": "destination",
}
"""Measures that count countries, and the dimension that names them."""


class Listing(NamedTuple):
    """The parts printed below a total along one dimension, and whether they claim to be all."""

    dimension: str
    kind: str  # one of LISTS
    parts: dict[str, Any]  # category to row


def compare_sum(total: tuple, parts: list[tuple], list_is: str) -> dict[str, Any]:
    """Return the columns from ``stated`` to ``hint`` for a total and its parts, all (low, high).

    A missing part (NaN) is unknown, between zero and infinity; it never becomes zero.

    Examples
    --------
    >>> compare_sum((345, 345), [(138, 138), (40, 40), (167, 167)], "exhaustive")["verdict"]
    'exact'
    >>> compare_sum((20, 20), [(11, 11), (0, 4)], "unmarked")["residual_high"]
    9.0
    """
    ends = [(0.0, math.inf) if math.isnan(low) else (low, high) for low, high in [total, *parts]]
    (low, high), known = ends[0], ends[1:]
    sum_low, sum_high = sum(one[0] for one in known), sum(one[1] for one in known)
    least, most = (low - sum_high if math.isfinite(sum_high) else -math.inf), high - sum_low
    exact = low == high and sum_low == sum_high
    found = {"stated": (low, high), "sum": (sum_low, sum_high), "residual": (least, most)}
    row: dict[str, Any] = {}
    for name, (first, last) in found.items():
        row |= {f"{name}_low": float(first), f"{name}_high": float(last)}
        point = float(first) if first == last else math.nan
        row["sum_of_parts" if name == "sum" else name] = point
    row["share"] = 100 * sum_low / low if exact and low else math.nan
    row["verdict"] = _verdict(least, most, list_is, exact)
    several = exact and len(known) > 1
    row["hint"] = transposition([low, *(one[0] for one in known)]) if several else ""
    return row


def _verdict(residual_low: float, residual_high: float, list_is: str, exact: bool) -> str:
    if residual_high < 0:
        return "over_total"
    if exact and residual_low == 0:
        return "exact"
    if residual_low <= 0:
        return "compatible"
    if list_is == "partial":
        return "open_residual"
    return "infeasible" if list_is == "exhaustive" and not exact else "residual"


def transposition(numbers: list[float]) -> str:
    """Return a hint when swapped digits may explain that a total misses the sum of its parts.

    Swapping two digits changes a number by a multiple of nine, so only such a residual is
    looked at; the hint names the neighbouring swap that closes the gap, where there is one.
    The first number is the total.

    Examples
    --------
    >>> transposition([151, 34, 108])
    'residual divisible by 9: transposed digits? 34 read for 43'
    >>> transposition([757, 752])
    ''
    """
    total, *parts = (int(number) for number in numbers)
    residual = total - sum(parts)
    if residual == 0 or residual % 9:
        return ""
    swaps = [f"{one} read for {two}" for one, two in _swaps(total) if two - one == -residual]
    for part in parts:
        swaps += [f"{one} read for {two}" for one, two in _swaps(part) if two - one == residual]
    closing = "; ".join(dict.fromkeys(swaps)) or "no swap of two neighbours in one number closes it"
    return f"residual divisible by 9: transposed digits? {closing}"


def _swaps(number: int) -> Iterator[tuple[int, int]]:
    text = str(number)
    for place in range(len(text) - 1):
        swapped = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
        if swapped != text and swapped[0] != "0":
            yield number, int(swapped)


def check_sums(
    observations: pd.DataFrame,
    voices: pd.DataFrame,
    *,
    categories: pd.DataFrame,
    areas: pd.DataFrame,
    measures: pd.DataFrame,
) -> pd.DataFrame:
    """Return what `check_totals`, `check_namings` and `check_part_years` find, in this order.

    Only `voices`, the observations of named bodies, are set against other sources' years.
    """
    lists = check_totals(observations, categories=categories, areas=areas, measures=measures)
    part_years = check_part_years(voices, measures=measures)
    return pd.concat([lists, check_namings(observations), part_years], ignore_index=True)


def _table(rows: list[dict], *order: str) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.sort_values(["figure_id", *order, "part_ids"], ignore_index=True)


def _row(total: Any, check: str, dimension: str, list_is: str, parts: list) -> dict:
    """Return the columns of a row that say what is compared."""
    row = {name: getattr(total, name, "") for name in COLUMNS}
    row |= {"check": check, "dimension": dimension, "list_is": list_is, "parts": len(parts)}
    return row | {"part_ids": ";".join(part.figure_id for part in parts)}


# Totals and the parts that their own source gives for them.


def check_totals(
    observations: pd.DataFrame,
    *,
    categories: pd.DataFrame,
    areas: pd.DataFrame,
    measures: pd.DataFrame,
) -> pd.DataFrame:
    """Compare every total of the ledger with the parts its own source gives for it.

    Parameters
    ----------
    observations : DataFrame
        The cleaned ledger; counts with ``low`` and ``high``, missing where not published.
    categories, areas : DataFrame
        ``dimension, category, exhaustive_set`` (``;`` between sets), ``within``; and
        ``ref_area, parent``.
    measures : DataFrame
        ``measure, subject``: a count introduced by "including" is a part of a wider measure
        of the same subject.

    Returns
    -------
    DataFrame
        `COLUMNS`, one row a total, dimension and set of categories, sorted. ``list_is`` is
        one of `LISTS`; ``share`` is the sum over the total, in per cent.
    """
    frame = periods.with_split(observations)
    frame = frame[frame["unit"].ne("percent")]
    frame = frame.assign(
        parent=frame["ref_area"].map(areas.set_index("ref_area")["parent"]).fillna(""),
        topic=frame["measure"].map(measures.set_index("measure")["subject"]).fillna(""),
        is_change=periods.is_claim(frame),
    )
    sets = _exhaustive_sets(categories)
    rows = []
    for report in periods.grouped(frame.sort_values("figure_id"), "source_id", "reporting_body"):
        found = [
            (total, listing)
            for statements in _by(report, "period_start", "period_end")
            for total, stands_for in _totals(statements)
            for listing in _listings(total, stands_for, statements, sets)
            # parts of a signed change may cancel out: a partial list says nothing
            if listing.kind != "partial" or not total.is_change
        ]
        strays = _strays(report, found)
        rows += [_completed(_total_row(*one), one[1], strays, sets) for one in found]
    # One list may stand for a whole and for a part of it: it is told once.
    return _table(rows, "dimension").drop_duplicates(ignore_index=True)


def _by(rows: list, *keys: str) -> list[list]:
    """Return the rows that are alike in `keys`."""
    groups = defaultdict(list)
    for row in rows:
        groups[tuple(getattr(row, key) for key in keys)].append(row)
    return list(groups.values())


def _strays(report: list, found: list[tuple[Any, Listing]]) -> list:
    """Return the parts that belong to no total of their report."""
    placed = {part.figure_id for _, listing in found for part in listing.parts.values()}
    placed |= {total.figure_id for total, _ in found}
    return [row for row in report if row.part_dimension and row.figure_id not in placed]


def _completed(row: dict, listing: Listing, strays: list, sets: dict[str, list]) -> dict:
    """Call a list that leaves a rest no open one where its other parts have strayed.

    They are stated by the same report for another period or scope, without a total there.
    """
    about = (row["measure"], row["ref_area"], listing.dimension)
    there = {
        stray.part_category
        for stray in strays
        if (stray.measure, stray.ref_area, stray.part_dimension) == about
    }
    given = set(listing.parts)
    lacking = [members - given for members in sets.get(listing.dimension, []) if given < members]
    lacking = [members for members in lacking if members <= there]
    if row["verdict"] != "open_residual" or not lacking:
        return row
    names = " and ".join(sorted(lacking[0]))
    hint = f"{names} is stated for another period or scope"
    return row | {"list_is": "unmarked", "verdict": "residual", "hint": hint}


def _total_row(total: Any, listing: Listing) -> dict:
    parts = sorted(listing.parts.values(), key=lambda part: part.figure_id)
    bounds = [(part.low, part.high) for part in parts]
    row = _row(total, "parts", listing.dimension, listing.kind, parts)
    return row | compare_sum((total.low, total.high), bounds, listing.kind)


def _exhaustive_sets(categories: pd.DataFrame) -> dict[str, list]:
    """Return for each dimension its exhaustive sets and, last, what each category lies within."""
    known: dict[str, list] = {}
    for dimension, rows in categories.groupby("dimension"):
        sets: dict[str, set] = defaultdict(set)
        for row in rows.itertuples():
            for name in filter(None, str(row.exhaustive_set).split(";")):
                sets[name].add(row.category)
        known[str(dimension)] = [*sorted(sets.values(), key=sorted)]
        known[f"{dimension} within"] = [dict(zip(rows["category"], rows["within"], strict=True))]
    return known


def _totals(report: list) -> Iterator[tuple[Any, str]]:
    """Yield the rows of one report that may be totals, and what each stands for.

    Plain ones, else the widest carrier, stand for the ``whole``; a ``part`` is a total of those
    that are split further, as the women among the children.
    """
    for group in _by(report, "measure", "ref_area", "crime_scope"):
        split = [_dimensions(row).items() for row in group if ";" in row.part_dimension]
        for row in group:
            own = _dimensions(row).items()
            if own and any(own < further for further in split):
                yield row, "part"
        plain = [row for row in group if not row.part_dimension]
        lone = [plain] if plain else []
        for dimension in CARRIERS if not plain else ():
            rows = [row for row in group if row.part_dimension == dimension]
            if len({row.part_category for row in rows}) == 1:
                lone.append(rows)
        for row in max(lone, key=_widest, default=[]):
            yield row, "whole"


def _dimensions(row: Any) -> dict[str, str]:
    """Return the category of a row in each of its dimensions."""
    dimensions = filter(None, row.part_dimension.split(";"))
    return dict(zip(dimensions, row.part_category.split(";"), strict=False))


def _widest(rows: list) -> float:
    return max((row.high for row in rows if not math.isnan(row.high)), default=-1.0)


def _listings(
    total: Any, stands_for: str, report: list, sets: dict[str, list]
) -> Iterator[Listing]:
    """Yield every list of parts that one report gives for one total."""
    others = [
        row
        for row in report
        if row.figure_id != total.figure_id
        and periods.scopes_agree(row.crime_scope, total.crime_scope)
    ]
    here = [row for row in others if row.ref_area == total.ref_area]
    lists: dict[str, list] = defaultdict(list)
    for row in here:
        if row.measure == total.measure and row.part_dimension != "crime_type":
            for dimension, category in _further(row, total, stands_for):
                lists[dimension].append((category, row))
    if stands_for == "whole":
        lists["crime_type"] += _crime_types(total, report)
        inside = [row for row in others if row.parent == total.ref_area and not row.part_dimension]
        provinces = [(row.ref_area, row) for row in inside if row.measure == total.measure]
        lists["province"] += provinces
        lists["measure"] = [(row.measure, row) for row in here if _is_narrower(row, total)]
    for dimension, parts in lists.items():
        yield from _sets(dimension, parts, sets, total)


def _further(row: Any, total: Any, stands_for: str) -> Iterator[tuple[str, str]]:
    """Yield the one dimension and category by which a row is a part of a total, if it is one."""
    own, of_total = _dimensions(row), _dimensions(total)
    for wider in [of_total, {}] if stands_for == "whole" and of_total else [of_total]:
        more = own.items() - wider.items()
        if wider.items() < own.items() and len(more) == 1 and not dict(more).keys() & of_total:
            yield from more


def _crime_types(total: Any, report: list) -> list[tuple[str, Any]]:
    """Return the kinds of crime below a total; a narrower scope counts as a kind of crime."""
    if total.dimension == "crime_type":
        return []
    wide = total.crime_scope in (periods.BOTH_SCOPES, periods.UNSTATED_SCOPE)
    not_narrow = (total.crime_scope, periods.BOTH_SCOPES, periods.UNSTATED_SCOPE)
    found = []
    for row in report:
        if row.measure != total.measure or row.ref_area != total.ref_area:
            continue
        alike = (row.dimension, row.category) == (total.dimension, total.category)
        if row.dimension == "crime_type":
            found.append((row.category, row))
        elif wide and alike and row.crime_scope not in not_narrow:
            found.append((row.crime_scope, row))
    return found


def _is_narrower(row: Any, total: Any) -> bool:
    """Return whether a row counts a narrower measure: by its name, or said to be included."""
    if row.is_change or row.measure == total.measure:
        return False
    alike = (row.part_dimension, row.part_category) == (total.part_dimension, total.part_category)
    if row.measure.startswith(total.measure + "_"):
        return alike or not row.part_dimension
    included = row.qualifier == "including" != total.qualifier
    return included and alike and row.topic == total.topic


def _sets(
    dimension: str, rows: list[tuple[str, Any]], sets: dict[str, list], total: Any
) -> Iterator[Listing]:
    """Split the parts along one dimension into sets whose categories do not overlap.

    Parts that add up to the total as they stand are one list, whatever the sets say.
    """
    parts: dict[str, Any] = {}
    exact_first = sorted(rows, key=lambda pair: (pair[1].low != pair[1].high, pair[1].figure_id))
    for category, row in exact_first:
        parts.setdefault(category, row)
    given, left = set(parts), set(parts)
    known = sets.get(dimension, [])
    if len(parts) > 1 and not any(given == members for members in known):
        bounds = [(row.low, row.high) for row in parts.values()]
        if compare_sum((total.low, total.high), bounds, "unmarked")["verdict"] == "exact":
            yield Listing(dimension, _kind(dimension, parts), parts)
            return
    full = [members for members in known if members <= given]
    for members in full:
        if not any(members < larger for larger in full):
            yield Listing(dimension, "exhaustive", {name: parts[name] for name in members})
            left -= members
    begun = {frozenset(members & given) for members in known if members & left}
    begun = {found for found in begun if not any(members == found for members in known)}
    for found in sorted(begun, key=sorted):
        if not any(found < other for other in begun):
            yield Listing(dimension, "partial", {name: parts[name] for name in found})
            left -= found
    (within,) = sets.get(f"{dimension} within", [{}])
    left = {name for name in left if within.get(name, "") not in given}
    if left:
        rest = {name: parts[name] for name in left}
        yield Listing(dimension, _kind(dimension, rest), rest)


def _kind(dimension: str, parts: dict[str, Any]) -> str:
    """Return whether parts outside every known set are a partial list by what is said of them."""
    said = any(row.qualifier == "including" for row in parts.values())
    return "partial" if len(parts) == 1 or dimension == "measure" or said else "unmarked"


# Stated numbers of nationalities or countries against the nationalities or countries named.


def check_namings(observations: pd.DataFrame) -> pd.DataFrame:
    """Compare every stated number of countries with the list of the same report.

    Returns
    -------
    DataFrame
        `COLUMNS`; ``stated`` is the number of countries stated, ``sum_of_parts`` the number
        named, ``residual`` the number not named. ``verdict`` is ``exact``, ``compatible``,
        ``implausible``, ``infeasible`` or ``open_residual`` (no total of persons to check
        against); ``hint`` says how many persons are left for how many countries.
    """
    frame = periods.with_split(observations)
    frame = frame[~periods.is_claim(frame)]
    stated = frame[frame["measure"].isin(COUNTED) & frame["low"].notna()]
    report = ["source_id", "reporting_body", "ref_area", "period_start", "period_end"]
    places = frame.groupby(report).indices
    rows = []
    for number in stated.itertuples():
        near = frame.iloc[places[tuple(getattr(number, name) for name in report)]]
        near = near[periods.with_scope(near, number.crime_scope)]
        listed = near[near["part_dimension"].eq(COUNTED[number.measure])]
        for measure, named in listed.groupby("measure"):
            if number.base_measure in ("", measure):
                totals = near[near["measure"].eq(measure) & near["part_dimension"].eq("")]
                rows.append(_naming_row(number, named.sort_values("figure_id"), totals))
    return _table(rows)


def _naming_row(number: Any, named: pd.DataFrame, totals: pd.DataFrame) -> dict:
    """Return the row of one stated number and one list of countries."""
    countries = named["part_category"].nunique()
    row = _row(number, "categories", COUNTED[number.measure], "partial", [*named.itertuples()])
    row |= compare_sum((number.low, number.high), [(countries, countries)], "partial")
    row["parts"] = countries
    if row["verdict"] == "over_total":
        row["verdict"] = "infeasible"
    exact_first = totals.assign(hedged=totals["low"].ne(totals["high"]))
    best = exact_first.sort_values(["hedged", "figure_id"]).head(1)
    if row["verdict"] in ("infeasible", "compatible") or best.empty or number.low != number.high:
        return row
    bounds = list(zip(named["low"], named["high"], strict=True))
    kind = "exhaustive" if number.low == countries else "partial"
    people = compare_sum((best["low"].item(), best["high"].item()), bounds, kind)
    verdict, hint = _unnamed(int(number.low) - countries, people, [high for _, high in bounds])
    return row | {"verdict": verdict, "hint": hint}


def _unnamed(unnamed: int, people: dict, named: list[float]) -> tuple[str, str]:
    """Return verdict and hint for so many countries without a name.

    `people` is what `compare_sum` says of the persons, `named` the persons of each country named.
    """
    low, high = people["residual_low"], people["residual_high"]
    left = f"{low:g}" if low == high else f"{low:g} to {high:g}"
    said = f"{left} persons left for {unnamed} unnamed {'country' if unnamed == 1 else 'countries'}"
    if unnamed == 0:
        fits = low <= 0 <= high
        return ("exact", "all named") if fits else ("infeasible", f"all named, yet {left} left")
    if high < unnamed:
        return "infeasible", f"{said}: fewer persons than countries"
    largest = math.ceil(max(low, 0) / unnamed)
    falling = len(named) > 1 and all(a >= b for a, b in zip(named, named[1:], strict=False))
    if falling and largest > max(named):
        some = "" if unnamed == 1 else f" at least {largest} in one of them,"
        return "implausible", f"{said}:{some} more than any named country has"
    return "compatible", said


# Part-years against years: no part of a year can hold more than the year.


def check_part_years(observations: pd.DataFrame, *, measures: pd.DataFrame) -> pd.DataFrame:
    """Compare every count of a year with the part-years that lie inside it.

    Parts of one source and body that do not overlap are added up first, unless they count
    countries: one country may come back in every part. Only flows add up over time
    (``measures.stock_or_flow``).

    Returns
    -------
    DataFrame
        `COLUMNS`, one row a year's figure and report of part-years; ``dimension`` is ``period``;
        ``verdict`` is ``compatible`` or ``infeasible``; ``hint`` names the part of the year, and
        its body when it is not the body of the year.
    """
    flows = periods.flows(observations, measures).sort_values("figure_id")
    rows = [
        _part_year_row(year, parts)
        for counts in periods.grouped(flows, *periods.COUNTED)
        for year in counts
        if pd.notna(year.year)
        for parts in _part_years(year, counts)
    ]
    return _table(rows)


def _part_years(year: Any, counts: list) -> list[list]:
    """Return lists of part-years to compare with `year`, each from one source and body."""
    reports = defaultdict(list)
    for row in counts:
        dates = (row.period_start, row.period_end, year.period_start, year.period_end)
        agree = periods.scopes_agree(row.crime_scope, year.crime_scope)
        if agree and periods.relation(*dates) == "a_in_b":
            reports[row.source_id, row.reporting_body, row.crime_scope].append(row)
    found = []
    for report in reports.values():
        report.sort(key=lambda row: (row.period_start, row.period_end, row.figure_id))
        pairs = zip(report, report[1:], strict=False)
        apart = all(first.period_end < second.period_start for first, second in pairs)
        apart &= year.unit_of_count != "countries"
        found += [report] if apart else [[row] for row in report]
    return found


def _part_year_row(year: Any, parts: list) -> dict:
    row = _row(year, "period", "period", "partial", parts)
    bounds = [(part.low, part.high) for part in parts]
    row |= compare_sum((year.low, year.high), bounds, "partial")
    body = parts[0].reporting_body
    whose = "" if body == year.reporting_body else f", counted by {body}"
    row["hint"] = period_words(parts[0].period_start, parts[-1].period_end) + whose
    return row | {"verdict": "infeasible" if row["verdict"] == "over_total" else "compatible"}
