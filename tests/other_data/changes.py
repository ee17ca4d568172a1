"""Small changes of a ledger that leave it valid; a seed draws some of them, one after another.

Each takes the tables and a source of chance, changes the tables in place, and returns what it did.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pandas as pd

from other_data.edits import (
    TOTAL,
    append,
    half,
    keep,
    part,
    rename,
    source,
    state,
    where,
    whole,
)
from other_data.project import Tables, declared

Change = Callable[[Tables, Random], str]

KHMER = ("គណៈកម្មាធិការជាតិ", "ឧទាហរណ៍", "ក្រសួងមហាផ្ទៃ", "អគ្គស្នងការដ្ឋាននគរបាលជាតិ")
LONG = (
    "National Committee for the Suppression of Human Trafficking, Smuggling, Labour and Sexual "
    "Exploitation"
)
SERIES = ("cases", "arrests", "victims_rescued", "victims_identified", "suspects_sent_to_court")
# What a count may be hedged with, as the Data Package says.
HEDGES = [
    one for one in declared("qualifier")["enum"] if one not in ("exact", "including", "worded")
]
SPLITS = {
    "age_band": ("<15", "15-17", "18+"),
    "sex": ("female", "male"),
    "crime_type": ("trafficking", "sexual_exploitation"),
    "nationality": ("VNM", "CHN", "THA", "KHM", "USA"),
    "destination": ("THA", "MYS", "VNM", "CHN", "IDN"),
}


def drop_sources(tables: Tables, chance: Random) -> str:
    """Drop a share of the publications with all that they say."""
    return _drop(tables, chance, "source_id")


def drop_bodies(tables: Tables, chance: Random) -> str:
    """Drop what some bodies said."""
    return _drop(tables, chance, "reporting_body")


def drop_measures(tables: Tables, chance: Random) -> str:
    """Drop some measures."""
    return _drop(tables, chance, "measure")


def drop_years(tables: Tables, chance: Random) -> str:
    """Drop what speaks of some years."""
    return _drop(tables, chance, "year")


def drop_dimensions(tables: Tables, chance: Random) -> str:
    """Drop every part of some dimensions."""
    return _drop(tables, chance, "dimension", always={""})


def _drop(
    tables: Tables, chance: Random, column: str, always: frozenset | set = frozenset()
) -> str:
    figures = tables["reported/figures"].assign(year=_years(tables))
    several = sorted(set(figures[column]) - always)
    gone = chance.sample(several, chance.randint(1, max(1, len(several) * 2 // 3)))
    rest = ~figures[column].isin(gone)
    if not rest.any():
        return "nothing: it would have been all"
    keep(tables, rest)
    return f"{len(gone)} of {len(several)}: {', '.join(map(str, gone[:8]))}"


def _years(tables: Tables) -> pd.Series:
    return tables["reported/figures"]["period_end"].str[:4].astype(int)


def drop_rows(tables: Tables, chance: Random) -> str:
    """Drop statements one by one, so that totals lose parts and claims their counts."""
    share = chance.choice((0.1, 0.3, 0.6, 0.9))
    rows = tables["reported/figures"].index
    kept = set(chance.sample(list(rows), max(1, round(len(rows) * (1 - share)))))
    keep(tables, rows.to_series().isin(kept))
    return f"{len(rows) - len(kept)} of {len(rows)}"


def only_one_year(tables: Tables, chance: Random) -> str:
    """Keep what speaks of one year."""
    return _only(tables, chance, _years(tables))


def only_one_body(tables: Tables, chance: Random) -> str:
    """Keep what one body said."""
    return _only(tables, chance, tables["reported/figures"]["reporting_body"])


def only_one_measure(tables: Tables, chance: Random) -> str:
    """Keep one measure."""
    return _only(tables, chance, tables["reported/figures"]["measure"])


def only_one_source(tables: Tables, chance: Random) -> str:
    """Keep one publication."""
    return _only(tables, chance, tables["reported/figures"]["source_id"])


def only_one_statement(tables: Tables, chance: Random) -> str:
    """Keep a single statement."""
    return _only(tables, chance, tables["reported/figures"]["figure_id"])


def _only(tables: Tables, chance: Random, column: pd.Series) -> str:
    chosen = chance.choice(sorted(set(column)))
    keep(tables, column.eq(chosen))
    return str(chosen)


def add_later_years(tables: Tables, chance: Random) -> str:
    """Add yearly totals of some measures up to 2030."""
    body = chance.choice(sorted(set(tables["lookups/bodies"]["reporting_body"])))
    last = chance.randint(2026, 2030)
    measures = chance.sample(SERIES, chance.randint(1, len(SERIES)))
    for year in range(chance.randint(2024, last), last + 1):
        said = {"reporting_body": body} | whole(year)
        state(
            tables,
            source(tables, "later", published_date=f"{year + 1}-02-01"),
            *(said | {"measure": one, "value": chance.randint(0, 900)} for one in measures),
        )
    return f"{body}, {', '.join(measures)}, to {last}"


def add_body(tables: Tables, chance: Random) -> str:
    """Add a body with a preference of its own and its totals of some years."""
    name = f"Body {chance.randint(1, 9999)}"
    row = {"reporting_body": name, "full_name": name, "kind": "ministry", "country": "KHM"}
    preference = str(chance.randint(1, 99))
    append(tables, "lookups/bodies", row | {"preference": preference, "why": "An example"})
    years = sorted(chance.sample(range(2010, 2027), chance.randint(1, 12)))
    measure = chance.choice((*SERIES, "victims_repatriated", "convictions"))
    said = [
        {"reporting_body": name, "measure": measure, "value": chance.randint(0, 500)} | whole(year)
        for year in years
    ]
    state(tables, source(tables, "body"), *said)
    return f"{name}, preference {preference}, {measure}, {years}"


def add_measure(tables: Tables, chance: Random) -> str:
    """Add a measure and two counts of it."""
    known = tables["lookups/measures"].to_dict("records")
    name = f"measure_{chance.randint(1, 9999)}"
    like = chance.choice([row for row in known if row["stock_or_flow"] == "flow"])
    if like["unit_of_count"] in ("percent", "usd"):
        return "nothing: it would have been no count"
    append(tables, "lookups/measures", like | {"measure": name, "label": f"Like {like['label']}"})
    counts = [{"measure": name, "value": chance.randint(0, 99)} | whole(y) for y in (2016, 2017)]
    state(tables, source(tables, "measure"), *counts)
    return f"{name}, like {like['measure']}"


def add_parts(tables: Tables, chance: Random) -> str:
    """Split some totals into parts, which fit, leave a rest, or hold too much.

    Some name the total that they are a part of, and some are of one sex.
    """
    figures = tables["reported/figures"]
    totals = figures[where(tables, dimension="", unit="count", qualifier="exact")]
    totals = totals[totals["value"].str.fullmatch(r"[1-9]\d*")]
    if totals.empty:
        return "nothing: no total"
    told = []
    for row in totals.sample(min(6, len(totals)), random_state=chance.randrange(2**32)).to_dict(
        "records"
    ):
        dimension = chance.choice(sorted(SPLITS))
        hedge = chance.choice(("exact", "exact", "including"))
        whole = {"part_of": chance.choice(("", row["figure_id"]))}
        sex = chance.choice(("", "", "female")) if dimension != "sex" else ""
        free, parts = round(int(row["value"]) * chance.choice((0.8, 1, 1, 1.2))), []
        for category in chance.sample(SPLITS[dimension], chance.randint(1, len(SPLITS[dimension]))):
            value = chance.randint(0, free)
            free -= value
            one = (
                part(f"{dimension};sex", f"{category};{sex}") if sex else part(dimension, category)
            )
            said = row | whole | one | {"value": value, "qualifier": hedge}
            if not where(tables, **_same(said)).any():
                parts.append({k: v for k, v in said.items() if k not in ("figure_id", "source_id")})
        state(tables, row["source_id"], *parts)
        told.append(f"{row['figure_id']} by {dimension}")
    return "; ".join(told)


def _same(said: dict) -> dict:
    names = ("source_id", "measure", "period_end", "ref_area", "dimension", "category")
    return {name: said[name] for name in names}


def zeros(tables: Tables, chance: Random) -> str:
    """Let some counts be zero."""
    return _values(tables, chance, lambda value: "0")


def suppressed(tables: Tables, chance: Random) -> str:
    """Suppress some counts: ``<5``."""
    return _values(tables, chance, lambda value: "<5")


def other_values(tables: Tables, chance: Random) -> str:
    """Change some counts a little, so that sums, claims and spans no longer fit."""
    return _values(tables, chance, lambda value: str(max(0, int(value) + chance.randint(-30, 30))))


def huge_values(tables: Tables, chance: Random) -> str:
    """Let a few counts be of the size of a population."""
    return _values(tables, chance, lambda value: str(chance.randint(10**6, 10**8)), most=3)


def _values(tables: Tables, chance: Random, new: Callable[[str], str], most: int = 60) -> str:
    """Change the values of some exact counts; half of the draws aim at national totals."""
    figures = tables["reported/figures"]
    counts = where(tables, unit="count", qualifier="exact") & figures["value"].str.isdigit()
    if chance.random() < 0.5:
        counts &= where(tables, **TOTAL)
    rows = list(figures.index[counts])
    chosen = chance.sample(rows, min(len(rows), chance.randint(1, most)))
    for row in chosen:
        figures.loc[row, "value"] = new(figures.loc[row, "value"])
    return ", ".join(figures.loc[chosen[:8], "figure_id"]) + f" ({len(chosen)})"


def hedges(tables: Tables, chance: Random) -> str:
    """Hedge some exact counts."""
    figures = tables["reported/figures"]
    counts = where(tables, unit="count", qualifier="exact") & figures["value"].str.isdigit()
    rows = list(figures.index[counts])
    chosen = chance.sample(rows, min(len(rows), chance.randint(1, 80)))
    for row in chosen:
        figures.loc[row, "qualifier"] = hedge = chance.choice(HEDGES)
        if hedge == "range":
            low = int(figures.loc[row, "value"])
            figures.loc[row, "value"] = f"{low}-{low + chance.randint(1, 30)}"
    return f"{len(chosen)} counts"


def other_voices(tables: Tables, chance: Random) -> str:
    """Let other publications, some of other bodies, repeat or contradict what one says."""
    figures = tables["reported/figures"]
    original = chance.choice(sorted(set(figures["source_id"])))
    told = figures[figures["source_id"].eq(original)].drop(columns="source_id")
    bodies = sorted(set(tables["lookups/bodies"]["reporting_body"]))
    voices = chance.randint(1, 4)
    for _ in range(voices):
        body, said = chance.choice((None, *bodies)), told
        if body:
            said = said.assign(reporting_body=body)
        if chance.random() < 0.5:
            said = said.assign(
                value=[
                    str(int(value) + chance.randint(0, 9)) if value.isdigit() else value
                    for value in said["value"]
                ]
            )
        name = source(tables, "voice")
        ids = {old: f"{name}-{n:03d}" for n, old in enumerate(said["figure_id"], 1)} | {"": ""}
        said = said.assign(part_of=said["part_of"].map(ids)).drop(columns="figure_id")
        state(tables, name, *said.to_dict("records"))
    return f"{voices} more of {original}"


def long_names(tables: Tables, chance: Random) -> str:
    """Give a body and its publishers names of a hundred letters."""
    return _names(tables, chance, (LONG,))


def khmer_names(tables: Tables, chance: Random) -> str:
    """Give some bodies and publishers Khmer names."""
    return _names(tables, chance, KHMER)


def _names(tables: Tables, chance: Random, names: tuple[str, ...]) -> str:
    used = sorted(set(tables["reported/figures"]["reporting_body"]))
    chosen = chance.sample(used, min(len(used), len(names)))
    new = dict(zip(chosen, names, strict=False))
    rename(tables, "reporting_body", lambda old: new.get(old, old))
    sources = tables["reported/sources"]
    for name in names:
        sources.loc[chance.choice(list(sources.index)), "publisher"] = name
    return ", ".join(chosen)


def later_editions(tables: Tables, chance: Random) -> str:
    """Add a further edition of some context tables, other in its values, below or above."""
    told = []
    editions = {
        "wdi": "WDI of a later year",
        "gsi": "GSI 2028",
        "unodc": "data_glotip.xlsx of a later year",
        "migrant_stock": chance.choice(
            ("POP/DB/MIG/Stock/Rev.2024", "International Migrant Stock 2024", "2024 revision")
        ),
    }
    for name in chance.sample(sorted(editions), chance.randint(1, len(editions))):
        table = tables[f"context/{name}"]
        newest = table[table["edition"].eq(table["edition"].iloc[-1])]
        by = chance.uniform(0.7, 1.4)
        later = newest.assign(
            edition=editions[name], value=[_scaled(value, by) for value in newest["value"]]
        )
        both = [table, later] if chance.random() < 0.5 else [later, table]
        tables[f"context/{name}"] = pd.concat(both, ignore_index=True)
        told.append(f"{name}: {editions[name]}")
    return "; ".join(told)


def _scaled(value: str, by: float) -> str:
    if value.isdigit():
        return str(round(int(value) * by))
    return f"{min(100, float(value) * by):.4f}" if value.replace(".", "").isdigit() else value


def thinner_context(tables: Tables, chance: Random) -> str:
    """Drop a share of the rows of one context table, or all of it for one country."""
    name = chance.choice(("wdi", "gsi", "unodc", "migrant_stock", "tip_tiers", "unodc_statements"))
    table = tables[f"context/{name}"]
    if chance.random() < 0.5:
        area = chance.choice(sorted(set(table["ref_area"])))
        rest, told = table[table["ref_area"].ne(area)], area
    else:
        share = chance.choice((0.3, 0.7, 0.95))
        kept = sorted(chance.sample(list(table.index), max(1, round(len(table) * (1 - share)))))
        rest, told = table.loc[kept], f"{share:.0%}"
    tables[f"context/{name}"] = rest.reset_index(drop=True)
    return f"{name} without {told}"


def part_years(tables: Tables, chance: Random) -> str:
    """Add half-years, some above their own year, and a fiscal year."""
    figures = tables["reported/figures"]
    years = figures[where(tables, **TOTAL, unit="count") & figures["value"].str.isdigit()]
    years = years[years["period_start"].str.endswith("01-01")]
    if years.empty:
        return "nothing: no year"
    row = years.sample(1, random_state=chance.randrange(2**32)).iloc[0]
    year, value = int(row["period_end"][:4]), int(row["value"])
    said = row[["reporting_body", "measure", "crime_scope"]].to_dict()
    fiscal = {"period_start": f"{year}-07-01", "period_end": f"{year + 1}-06-30"}
    many = round(value * chance.choice((0.4, 1, 1.5)))
    state(
        tables,
        source(tables, "half"),
        said | half(year) | {"value": many},
        said | fiscal | {"value": value},
    )
    return f"{row['figure_id']}: {many} in half a year"


def false_claims(tables: Tables, chance: Random) -> str:
    """Add changes and shares that the counts beside them contradict."""
    year = chance.choice(sorted(set(_years(tables))))
    base = whole(year - 1)
    of = {"base_measure": "cases"} | {f"base_{name}": day for name, day in base.items()}
    count = chance.randint(0, 200)
    claim = {"measure": "percent_change", "unit": "percent", "value": chance.randint(-100, 300)}
    share = {"measure": "share_of_victims", "unit": "percent", "value": chance.randint(0, 100)}
    victims = {"measure": "victims_rescued"}
    child = part("age_band", "<18")
    state(
        tables,
        source(tables, "claim"),
        whole(year) | {"value": count},
        base | {"value": chance.randint(0, 200)},
        whole(year) | claim | of,
        whole(year) | victims | {"value": count + 100},
        whole(year) | victims | child | {"value": count},
        whole(year) | share | child,
    )
    return str(year)


def too_many(tables: Tables, chance: Random) -> str:
    """Add more convictions than arrests, and more nationalities than foreigners."""
    year = chance.choice(sorted(set(_years(tables))))
    said = [
        whole(year) | {"measure": "arrests", "value": 20},
        whole(year) | {"measure": "convictions", "value": 500},
        whole(year) | {"measure": "offenders_foreign", "value": 3},
        whole(year) | {"measure": "nationalities", "value": 9},
    ]
    state(tables, source(tables, "many"), *said)
    return str(year)


def destinations(tables: Tables, chance: Random) -> str:
    """Add a list of the countries from which Cambodians came back in a year."""
    year = chance.choice((*sorted(set(_years(tables))), 2026, 2027))
    areas = tables["lookups/areas"].query("level == 'country'")["ref_area"]
    places = chance.sample(sorted(set(areas) - {"KHM"}), chance.randint(1, 12))
    counts = [chance.randint(0, 300) for _ in places]
    total = sum(counts) + chance.choice((0, 0, 7, -3))
    said = whole(year) | {"reporting_body": "MoFAIC", "crime_scope": "trafficking"}
    if not where(tables, "lookups/bodies", reporting_body="MoFAIC").any():
        said["reporting_body"] = tables["lookups/bodies"]["reporting_body"].iloc[0]
    said["measure"] = "victims_repatriated"
    listed = [
        said | part("destination", place) | {"value": count}
        for place, count in zip(places, counts, strict=True)
    ]
    state(tables, source(tables, "list"), said | {"value": max(0, total)}, *listed)
    return f"{year}: {dict(zip(places, counts, strict=True))} of {total}"


def checkpoint_months(tables: Tables, chance: Random) -> str:
    """Add months of a checkpoint, some without parts, some with parts that do not fit."""
    bodies = sorted(set(tables["lookups/bodies"]["reporting_body"]))
    body = next((one for one in bodies if "checkpoint" in one), bodies[0])
    said = {"reporting_body": body, "ref_area": "KH-1", "measure": "migrants_deported"}
    said["crime_scope"] = "unspecified"
    rows: list[dict] = []
    for month in sorted(chance.sample(range(1, 13), chance.randint(1, 6))):
        last = pd.Period(f"2016-{month:02d}").end_time.day
        period = {
            "period_start": f"2016-{month:02d}-01",
            "period_end": f"2016-{month:02d}-{last}",
        }
        value = chance.randint(0, 6000)
        rows.append(said | period | {"value": value})
        if chance.random() < 0.5:
            women = round(value * chance.random()) + chance.choice((0, 0, 9))
            rows.append(said | period | part("sex", "female") | {"value": women})
            rows.append(said | period | part("sex", "male") | {"value": max(0, value - women)})
    state(tables, source(tables, "months"), *rows)
    return f"{len(rows)} statements"


def other_scopes(tables: Tables, chance: Random) -> str:
    """File some statements under another scope."""
    figures = tables["reported/figures"]
    scopes = sorted(set(tables["lookups/scopes"]["crime_scope"]))
    rows = chance.sample(list(figures.index), min(len(figures), chance.randint(1, 60)))
    before = figures["crime_scope"].copy()
    for row in rows:
        figures.loc[row, "crime_scope"] = chance.choice(scopes)
    # Where two statements would now be one, all keep theirs.
    if figures.drop(columns=["figure_id", "note", "unit_words", "wording"]).duplicated().any():
        figures["crime_scope"] = before
        return "nothing: two statements would have been one"
    return f"{len(rows)} statements"


def other_preferences(tables: Tables, chance: Random) -> str:
    """Prefer the bodies in another order, some of them alike."""
    bodies = tables["lookups/bodies"]
    bodies["preference"] = [str(chance.randint(1, 40)) for _ in bodies.index]
    return "at random"


def no_dates(tables: Tables, chance: Random) -> str:
    """Forget when the publications appeared."""
    tables["reported/sources"]["published_date"] = ""
    return "all"


def one_break(tables: Tables, chance: Random) -> str:
    """Name a single break, in whatever year."""
    if tables["lookups/breaks"].empty:
        return "nothing: no break"
    row = tables["lookups/breaks"].sample(1, random_state=chance.randrange(2**32))
    year = str(chance.randint(2010, 2028))
    tables["lookups/breaks"] = row.assign(first_year=year, last_year="").reset_index(drop=True)
    return year


def fewer_choices(tables: Tables, chance: Random) -> str:
    """Name no break, no headline or no limit of what is plausible."""
    choices = ["breaks", "headlines", "plausibility"]
    emptied = chance.sample(choices, chance.randint(1, len(choices)))
    for name in emptied:
        tables[f"lookups/{name}"] = tables[f"lookups/{name}"].head(0)
    return ", ".join(emptied)


def renamed_ids(tables: Tables, chance: Random) -> str:
    """Give every publication and every statement another id."""
    word = chance.choice(("z", "a", "other"))
    rename(tables, "source_id", lambda old: f"{word}-{old}")
    return f"{word}-…"


def shuffled_rows(tables: Tables, chance: Random) -> str:
    """Put the rows of every table in another order."""
    for name, table in tables.items():
        order = chance.sample(list(table.index), len(table))
        tables[name] = table.loc[order].reset_index(drop=True)
    return "every table"


CHANGES: tuple[Change, ...] = (
    drop_sources, drop_bodies, drop_measures, drop_years, drop_dimensions, drop_rows,
    add_later_years, add_body, add_measure, add_parts, zeros, suppressed, other_values,
    huge_values, hedges, other_voices, long_names, khmer_names, later_editions, thinner_context,
    part_years, false_claims, too_many, destinations, checkpoint_months, other_scopes,
    other_preferences, no_dates, one_break, fewer_choices, renamed_ids, shuffled_rows,
)  # fmt: skip
NARROW: tuple[Change, ...] = (
    only_one_year, only_one_body, only_one_measure, only_one_source, only_one_statement,
)  # fmt: skip


def drawn(tables: Tables, seed: int) -> list[str]:
    """Change the tables by what a seed draws, and return what was done, in order.

    Most seeds draw two to five changes; one in five narrows the ledger first.
    """
    chance = Random(seed)
    several = [chance.choice(NARROW)] if chance.random() < 0.2 else []
    several += chance.sample(CHANGES, chance.randint(2, 5))
    return [f"{one.__name__}: {one(tables, chance)}" for one in several]


def years(tables: Tables, seed: int) -> dict[str, int]:
    """Return the two years that a seed compares: mostly the published ones, else two it draws.

    They are neighbours, and the ledger speaks of the later one.
    """
    chance = Random(f"years of {seed}")
    year = chance.choice(sorted(set(_years(tables))))
    other = {"base_year": year - 1, "reference_year": year}
    return other if chance.random() < 0.3 else {}
