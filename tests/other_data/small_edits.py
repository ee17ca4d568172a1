"""Edits that make the small inputs; each finds its rows by what they say."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from other_data.edits import append, change, half, part, rename, source, state, where, whole
from other_data.project import Tables

CASES = {"measure": "cases"} | part("", "")
VICTIMS = {"measure": "victims_rescued"}
RETURNED = {"measure": "victims_repatriated", "reporting_body": "MoFAIC"}
RETURNED |= {"crime_scope": "trafficking"}
FOREIGN = {"measure": "offenders_foreign"}
TEN_MONTHS = {"period_start": "2017-01-01", "period_end": "2017-10-31"}
PERSON = "Victim Sok Dara, tel. +855 12 345 678"  # an invented name


def anchor(tables: Tables) -> str:
    """Return the publication with a change of cases and a list of where people came back from."""
    claims = where(tables, measure="percent_change", base_measure="cases", **whole(2017))
    lists = where(tables, **RETURNED, **whole(2017), dimension="destination")
    figures = tables["reported/figures"]
    (found,) = set(figures.loc[claims, "source_id"]) & set(figures.loc[lists, "source_id"])
    return found


def said(tables: Tables, **columns: str) -> pd.Series:
    """Return which rows are the one statement of the report that says this."""
    rows = where(tables, source_id=anchor(tables), **columns)
    assert rows.sum() == 1, f"{rows.sum()} statements of the report say {columns}"
    return rows


def name_of(tables: Tables, rows: pd.Series) -> str:
    """Return the id of a single statement."""
    (found,) = tables["reported/figures"].loc[rows, "figure_id"]
    return found


def changed(*, to: dict[str, str], **columns: str) -> Callable[[Tables], None]:
    """Return an edit of one statement of the report."""
    return lambda tables: change(tables, said(tables, **columns), **to)


def stated(*statements: dict, **of: str) -> Callable[[Tables], list[str]]:
    """Return an edit that adds a publication with these statements."""
    return lambda tables: state(tables, source(tables, "input", **of), *statements)


def added(tables: Tables, number: int) -> str:
    """Return the id of a statement that `stated` added, numbered from 1."""
    rows = tables["reported/figures"]["source_id"].str.startswith("input-")
    return tables["reported/figures"].loc[rows, "figure_id"].iloc[number - 1]


def anchor_with_half_of_its_ages(tables: Tables) -> None:
    """Let the report give the children of another year, and no other part of it."""
    state(
        tables,
        anchor(tables),
        VICTIMS | whole(2016) | part("age_band", "<18") | {"value": 120, "locator": "5"},
    )


def anchor_without_parts(tables: Tables) -> None:
    """Take the ages away from the report."""
    rows = where(tables, source_id=anchor(tables), dimension="age_band")
    assert rows.any()
    tables["reported/figures"] = tables["reported/figures"][~rows].reset_index(drop=True)


def anchor_renamed(tables: Tables) -> None:
    """Give the report another id wherever it stands."""
    old = anchor(tables)
    rename(tables, "source_id", lambda name: "example-renamed" if name == old else name)


def checkpoint(tables: Tables, dimension: str) -> pd.DataFrame:
    """Return the exact monthly counts at the checkpoint of one dimension."""
    rows = where(tables, reporting_body="Poipet checkpoint", dimension=dimension, qualifier="exact")
    rows &= where(tables, measure="migrants_deported")
    return tables["reported/figures"][rows]


def month_without_parts(tables: Tables) -> None:
    """Add a month at the checkpoint that gives a total alone."""
    like = checkpoint(tables, "destination").iloc[0].to_dict()
    period = {"period_start": "2016-07-01", "period_end": "2016-07-31"}
    new = {k: v for k, v in like.items() if k not in ("figure_id", "source_id")}
    state(tables, source(tables, "input"), new | period | part("", "") | {"value": 3911})


def month_with_more_parts(tables: Tables) -> None:
    """Let one part of a month at the checkpoint be larger by 300."""
    row = checkpoint(tables, "sex").iloc[0]
    larger = str(int(row["value"]) + 300)
    change(tables, where(tables, figure_id=row["figure_id"]), value=larger)


def first_month(tables: Tables) -> list[str]:
    """Return the part that `month_with_more_parts` changed."""
    return [checkpoint(tables, "sex").iloc[0]["figure_id"]]


def two_editions_of_unodc(tables: Tables) -> None:
    """Repeat the rows of two countries and one year under another edition."""
    table = tables["context/unodc"]
    rows = table[table["ref_area"].isin(["THA", "KHM"]) & table["year"].eq("2016")]
    again = rows.assign(edition="data_glotip.xlsx, another file").to_dict("records")
    append(tables, "context/unodc", *again)


def stock_edition(name: str, year: str) -> Callable[[Tables], None]:
    """Return an edit that adds an edition of the migrant stock under another name."""

    def edit(tables: Tables) -> None:
        table = tables["context/migrant_stock"]
        last = table[table["edition"].eq(table["edition"].iloc[-1])]
        rows = last[last["year"].eq(last["year"].max())].assign(edition=name, year=year)
        append(tables, "context/migrant_stock", *rows.to_dict("records"))

    return edit


def without(table: str, **columns: str) -> Callable[[Tables], None]:
    """Return an edit that drops the rows of a table that say this."""

    def edit(tables: Tables) -> None:
        rows = where(tables, f"context/{table}", **columns)
        assert rows.any()
        tables[f"context/{table}"] = tables[f"context/{table}"][~rows].reset_index(drop=True)

    return edit


def gsi_of_cambodia_alone(tables: Tables) -> None:
    """Keep one country of the index."""
    table = tables["context/gsi"]
    tables["context/gsi"] = table[table["ref_area"].eq("KHM")].reset_index(drop=True)


def namibia(tables: Tables, **filed: str) -> None:
    """Add a country whose code of two letters looks like a missing value, and no data on it."""
    area = {"ref_area": "NAM", "name": "Namibia", "level": "country", "iso_3166_1": "NAM"}
    append(tables, "lookups/areas", area | {"parent": "WLD", "m49": "516"})
    country = {
        "ref_area": "NAM",
        "country": "Namibia",
        "continent": "Africa",
        "iso_3166_1_alpha_2": "NA",
        "label_latitude": "-22.9",
        "label_longitude": "18.2",
        "m49": "516",
        "m49_region": "002",
        "subregion": "Sub-Saharan Africa",
        "m49_subregion": "202",
        "income_level": "Upper middle",
    }
    append(tables, "context/countries", country | filed)


def emirates(tables: Tables) -> None:
    """Let the lookups know the United Arab Emirates."""
    area = {"ref_area": "ARE", "name": "United Arab Emirates", "level": "country"}
    append(tables, "lookups/areas", area | {"iso_3166_1": "ARE", "parent": "WLD", "m49": "784"})


def returned_in_2025(**counts: int) -> Callable[[Tables], None]:
    """Return an edit that adds a list of 2025 of where people came back from."""

    def edit(tables: Tables) -> None:
        emirates(tables)
        of = RETURNED | whole(2025)
        listed = [of | part("destination", k) | {"value": v} for k, v in counts.items()]
        total = of | {"value": sum(counts.values()) + 10}
        state(tables, source(tables, "input"), total, *listed)

    return edit


def body(name: str, preference: int, *values: int, first: int) -> Callable[[Tables], None]:
    """Return an edit that adds a body with its national cases of some years."""

    def edit(tables: Tables) -> None:
        row = {"reporting_body": name, "full_name": name, "kind": "ministry", "country": "KHM"}
        why = {"preference": str(preference), "why": "An example"}
        append(tables, "lookups/bodies", row | why)
        said = [
            whole(first + number) | {"reporting_body": name, "value": value}
            for number, value in enumerate(values)
        ]
        state(tables, source(tables, "input"), *said)

    return edit


def khmer_publisher(tables: Tables) -> None:
    """Let the report's publisher have a Khmer name."""
    rows = where(tables, "reported/sources", source_id=anchor(tables))
    change(tables, rows, "reported/sources", publisher="ឧទាហរណ៍")


def more_voices_on_deportations(tables: Tables) -> None:
    """Let three more publications repeat the hedged national counts of deportations."""
    rows = where(tables, measure="migrants_deported", ref_area="KHM", qualifier="more_than")
    again = tables["reported/figures"][rows].drop(columns=["figure_id", "source_id"])
    assert len(again)
    for _ in range(3):
        state(tables, source(tables, "input"), *again.to_dict("records"))


def body_twice(tables: Tables) -> None:
    """Name one body twice, in small letters, and let a repost give the other name."""
    row = tables["lookups/bodies"].query("reporting_body == 'NCCT'").iloc[0].to_dict()
    append(tables, "lookups/bodies", row | {"reporting_body": "ncct"})
    repeated = where(tables, **CASES, **whole(2021), reporting_body="NCCT", ref_area="KHM")
    assert repeated.sum() > 1, "no count that a repost repeats"
    change(tables, repeated & repeated.cumsum().gt(1), reporting_body="ncct")


def one_number_twice(tables: Tables) -> None:
    """Let the report state another number of nationalities in the same paragraph."""
    rows = said(tables, measure="nationalities")
    row = tables["reported/figures"][rows].iloc[0].to_dict()
    new = {k: v for k, v in row.items() if k not in ("figure_id", "source_id")}
    state(tables, row["source_id"], new | {"value": int(row["value"]) + 1})


def both_numbers(tables: Tables) -> list[str]:
    """Return the two numbers of nationalities."""
    rows = where(tables, source_id=anchor(tables), measure="nationalities")
    return tables["reported/figures"].loc[rows, "figure_id"].tolist()


def tiny_stock(tables: Tables) -> None:
    """Let fewer people live in a country than came back from it."""
    rows = where(tables, "context/migrant_stock", ref_area="MYS")
    rows &= tables["context/migrant_stock"]["edition"].str.contains("2017")
    change(tables, rows, "context/migrant_stock", value="100")


def foreigners_as_returned(tables: Tables) -> None:
    """File the foreigners that the report names as Cambodians who came back."""
    rows = where(tables, source_id=anchor(tables), **FOREIGN, dimension="nationality")
    change(tables, rows, dimension="destination", unit_words="foreigners", **RETURNED)


def equal_scores(tables: Tables) -> None:
    """Give every country the same vulnerability."""
    rows = where(tables, "context/gsi", indicator="gsi_vulnerability")
    change(tables, rows, "context/gsi", value="50")


def no_headline(tables: Tables) -> None:
    """Name no finding as a headline."""
    tables["lookups/headlines"] = tables["lookups/headlines"].head(0)


def later_vintage(*, below: bool) -> Callable[[Tables], None]:
    """Return an edit that adds a later vintage of income, a tenth higher, below or above."""

    def edit(tables: Tables) -> None:
        table = tables["context/wdi"]
        income = table[table["indicator"].str.startswith("gdp")]
        higher = [f"{float(value) * 1.1:.4f}" if value else "" for value in income["value"]]
        later = income.assign(edition="WDI, a later vintage", value=higher)
        both = [table, later] if below else [later, table]
        tables["context/wdi"] = pd.concat(both, ignore_index=True)

    return edit


def no_row_for_thailand(tables: Tables) -> None:
    """Leave Thailand out of one edition of the migrant stock."""
    table = tables["context/migrant_stock"]
    gone = table["ref_area"].eq("THA") & table["edition"].str.contains("2017")
    assert gone.any()
    tables["context/migrant_stock"] = table[~gone].reset_index(drop=True)


def parts_of_a_part(tables: Tables) -> None:
    """Say of 38 who came back from one country how many are women and how many children."""
    of = RETURNED | whole(2025)
    ids = state(
        tables,
        source(tables, "input"),
        of | {"value": 36},
        of | part("destination", "THA") | {"value": 38},
        of | part("sex", "female") | {"value": 14, "note": "of the 38 from Thailand"},
        of | part("age_band", "<18") | {"value": 11, "note": "of the 38 from Thailand"},
    )
    figures = tables["reported/figures"]
    if "part_of" not in figures:
        figures["part_of"] = ""
    change(tables, figures["figure_id"].isin(ids[2:]), part_of=ids[1])


def three_recipients(tables: Tables) -> None:
    """Hand 483 persons to three recipients, one of them a class in a set of its own."""
    new = {"dimension": "recipient", "category": "shelter", "label": "Shelter"}
    append(
        tables,
        "lookups/categories",
        new | {"definition": "Persons taken to a shelter", "exhaustive_set": "recipient-shelter"},
    )
    of = VICTIMS | {"period_start": "2025-01-01", "period_end": "2025-09-30"}
    counts = {"shelter": 35, "family": 270, "social_affairs": 178}
    listed = [of | part("recipient", name) | {"value": count} for name, count in counts.items()]
    state(tables, source(tables, "input"), of | {"value": sum(counts.values())}, *listed)


def foreign_suspects(tables: Tables) -> None:
    """Count foreign suspects among others, for a year and for its half."""
    of = FOREIGN | {"qualifier": "including"}
    arrests = {"measure": "arrests"}
    state(
        tables,
        source(tables, "input"),
        arrests | whole(2025) | {"value": 410},
        of | whole(2025) | {"value": 43},
        arrests | half(2025) | {"value": 205},
        of | half(2025) | {"value": 19},
    )


def ten_months(tables: Tables) -> str:
    """Return the count of ten months that lies above its year."""
    return name_of(tables, where(tables, **CASES, **TEN_MONTHS, reporting_body="NCCT"))
