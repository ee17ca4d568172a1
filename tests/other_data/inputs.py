"""Small inputs that once failed, each one of a kind, with the right answer to each.

``python -m other_data --inputs`` runs them all. An entry stands for its kind: mend the kind, and
take the name out of `KNOWN`.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from other_data.edits import (
    WIDER,
    append,
    change,
    change_in,
    half,
    part,
    rename,
    source,
    state,
    where,
    whole,
)
from other_data.input import MAY, MUST, Answer, Input, published
from other_data.project import Tables

CASES = {"measure": "cases"} | part("", "")
VICTIMS = {"measure": "victims_rescued"}
RETURNED = {"measure": "victims_repatriated", "reporting_body": "MoFAIC"}
RETURNED |= {"crime_scope": "trafficking"}
FOREIGN = {"measure": "offenders_foreign"}


# The report that the story starts from, found by what it says.


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


# Right answers.


def verdict(path: str, *verdicts: str, ids: Callable[[Tables], list[str]], **columns: str):
    """Return a right answer: the rows that name some statements have one of these verdicts."""

    def right(answer: Answer) -> bool:
        found = answer.verdicts(path, *ids(answer.tables), **columns)
        return bool(found) and found <= set(verdicts)

    right.__doc__ = f"{path} calls it {' or '.join(verdicts)}"
    return right


def of_report(**columns: str) -> Callable[[Tables], list[str]]:
    """Return the way to the id of one statement of the report."""
    return lambda tables: [name_of(tables, said(tables, **columns))]


def of_input(*numbers: int) -> Callable[[Tables], list[str]]:
    """Return the way to ids of added statements."""
    return lambda tables: [added(tables, number) for number in numbers]


def silent(finding: str, words: str):
    """Return a right answer: a finding does not say these words."""

    def right(answer: Answer) -> bool:
        return words not in answer.finding(finding).get("sentence", "")

    right.__doc__ = f"{finding} does not say {words!r}"
    return right


def as_published(finding: str):
    """Return a right answer: a finding is what it is without the edit."""

    def right(answer: Answer) -> bool:
        one, other = answer.finding(finding), published(finding)
        return (one["sentence"], one["verdict"]) == (other["sentence"], other["verdict"])

    right.__doc__ = f"{finding} says what it says without the edit"
    return right


# Edits that take more than a line.


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
    change_in(tables, "reported/sources", rows, publisher="ឧទាហរណ៍")


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
    change_in(tables, "context/migrant_stock", rows, value="100")


def no_rate_above_all(answer: Answer) -> bool:
    """more people came back than live there is told as such, and not as a rate"""
    table = answer.table("results/destination_rates")
    rates = pd.to_numeric(table["rate_per_10000"])
    return not table.loc[rates.gt(10_000), "reading"].isin(["stable", "unstable"]).any()


def foreigners_as_returned(tables: Tables) -> None:
    """File the foreigners that the report names as Cambodians who came back."""
    rows = where(tables, source_id=anchor(tables), **FOREIGN, dimension="nationality")
    change(tables, rows, dimension="destination", unit_words="foreigners", **RETURNED)


def words_are_questioned(answer: Answer) -> bool:
    """statements that speak of foreigners and are filed as Cambodians are told as mixed"""
    return answer.finding("02-units")["sentence"] != published("02-units")["sentence"]


def not_merely_open(answer: Answer) -> bool:
    """a list whose part is of another scope or period is not called openly incomplete"""
    table = answer.table("clean/totals")
    total = name_of(answer.tables, said(answer.tables, **VICTIMS, **whole(2017), **ALL))
    ages = table["figure_id"].eq(total) & table["dimension"].eq("age_band")
    return "open_residual" not in set(table.loc[ages, "verdict"])


ALL = {"dimension": "", "ref_area": "KHM"}


def questioned(*numbers: int):
    """Return a right answer: some product says that added and stated counts do not go together."""

    def right(answer: Answer) -> bool:
        new = added(answer.tables, numbers[0])
        paths = ("clean/totals", "clean/conflicts", "clean/comparisons")
        plain = {"compatible", "not_comparable", "equal", "one_voice"}
        return any(answer.verdicts(path, new) - plain for path in paths)

    right.__doc__ = "some verdict questions it"
    return right


def equal_scores(tables: Tables) -> None:
    """Give every country the same vulnerability."""
    rows = where(tables, "context/gsi", indicator="gsi_vulnerability")
    change_in(tables, "context/gsi", rows, value="50")


def without_equal_scores(answer: Answer) -> bool:
    """an indicator that is the same everywhere adds nothing to the index"""
    table = answer.table("results/risk_index")
    return pd.to_numeric(table.get("part_vulnerability", pd.Series("0"))).fillna(0).eq(0).all()


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


PERSON = "Victim Sok Dara, tel. +855 12 345 678"  # an invented name


def nobody_named(answer: Answer) -> bool:
    """no product holds what points at a person"""
    return PERSON not in answer.words()


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


def parts_stay_with_their_part(answer: Answer) -> bool:
    """what is part of a part is not held against the national total"""
    total, women, children = (added(answer.tables, number) for number in (1, 3, 4))
    table = answer.table("clean/totals").query("figure_id == @total")
    return not table["part_ids"].str.contains(f"{women}|{children}").any()


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


# The list.

CHILD = part("age_band", "<18")
SHARE = {"measure": "share_of_victims", "unit": "percent"}
YOUNGEST = VICTIMS | whole(2017) | part("age_band", "<15")
TOO_MANY = ("infeasible", "over_total")
MISSES = ("residual", *TOO_MANY)
LONG = "General Department for the Identification of Victims and the Fight against Traffickers"
KHMER = "គណៈកម្មាធិការជាតិ"

STOPS = (
    Input(
        "a part is suppressed",
        stated(VICTIMS | whole(2016) | part("nationality", "THA") | {"value": "<5"}),
        notebooks="01 02",
    ),
    Input(
        "a national total of zero",
        stated(
            {"reporting_body": "Ministry of Justice", "measure": "convictions", "value": 0}
            | whole(2014)
        ),
        notebooks="01 03",
    ),
    Input(
        "a national total is suppressed",
        stated(
            {"reporting_body": "Ministry of Justice", "measure": "convictions", "value": "<5"}
            | whole(2014)
        ),
        notebooks="01 03",
    ),
    Input(
        "the base of the main claim is zero",
        changed(**CASES, **whole(2016), to={"value": "0"}),
    ),
    Input(
        "the main total is suppressed",
        changed(**CASES, **whole(2017), to={"value": "<5"}),
    ),
    Input(
        "the main total is of the size of a population",
        changed(**CASES, **whole(2017), to={"value": "17000000"}),
    ),
    Input(
        "a part is one more, so the ages miss their total",
        changed(**YOUNGEST, to={"value": "139"}),
        verdict("clean/totals", *MISSES, ids=of_report(**YOUNGEST), check="parts"),
        notebooks="01 02",
    ),
    Input(
        "the report gives one part of another year",
        anchor_with_half_of_its_ages,
        notebooks="01 02 04",
    ),
    Input(
        "a count of a province is filed under the country",
        changed(**VICTIMS, ref_area="KH-12", to={"ref_area": "KHM"}),
        notebooks="01 02 03 04",
    ),
    Input("the report without its ages", anchor_without_parts, notebooks="01 02 04"),
    Input(
        "half a year is above its year",
        stated(half(2017) | {"value": 170}, published_date="2017-08-01"),
        verdict("clean/totals", *TOO_MANY, ids=of_input(1), check="period"),
        notebooks="01 02 03",
    ),
    Input(
        "ten months are above their year",
        lambda tables: change(
            tables,
            where(tables, **CASES, **TEN_MONTHS, reporting_body="NCCT", ref_area="KHM"),
            value="170",
        ),
        verdict("clean/totals", *TOO_MANY, ids=lambda tables: [ten_months(tables)], check="period"),
        notebooks="01 02 03",
    ),
    Input(
        "a printed share and the counts beside it",
        stated(
            VICTIMS | whole(2018) | {"value": 100},
            VICTIMS | whole(2018) | CHILD | {"value": 30},
            SHARE | whole(2018) | CHILD | {"value": 40},
        ),
        verdict("clean/claims", "inconsistent", ids=of_input(3)),
        notebooks="01 02 04",
    ),
    Input(
        "a list is over its total",
        changed(**RETURNED, **whole(2017), **part("destination", "MYS"), to={"value": "361"}),
        verdict(
            "clean/totals",
            *TOO_MANY,
            ids=of_report(**RETURNED, **whole(2017), **part("destination", "MYS")),
            check="parts",
        ),
        notebooks="01 02 05",
    ),
    Input("a month at the checkpoint without parts", month_without_parts, notebooks="01 05"),
    Input(
        "a month at the checkpoint whose parts are too many",
        month_with_more_parts,
        verdict("clean/totals", *MISSES, ids=first_month, check="parts"),
        notebooks="01 02 05",
    ),
    Input("the main report has another id", anchor_renamed),
    Input("two editions of UNODC's table", two_editions_of_unodc, notebooks="01 05 06"),
    Input(
        "an edition of the stock is named without Rev.",
        stock_edition("International Migrant Stock 2024", "2024"),
        notebooks="01 05 06",
    ),
    Input(
        "an edition of the stock begins with its year",
        stock_edition("2017 revision", "2017"),
        notebooks="01 05 06",
    ),
    Input(
        "a country without a score",
        without("gsi", ref_area="VNM", indicator="gsi_vulnerability"),
        notebooks="01 06",
    ),
    Input("scores of Cambodia alone", gsi_of_cambodia_alone, notebooks="01 06"),
    Input("Namibia among the countries", namibia, notebooks="01 06"),
    Input(
        "a country of the region without data",
        lambda tables: namibia(tables, subregion="South-eastern Asia", m49_subregion="035"),
        notebooks="01 06",
    ),
    Input(
        "a list of a later year",
        returned_in_2025(THA=50, ARE=40, VNM=20),
        notebooks="01 05",
    ),
    Input(
        "no count of UNODC for the listed countries",
        returned_in_2025(LAO=50, ARE=40, VNM=20),
        notebooks="01 05",
        values={"base_year": 2024, "reference_year": 2025},
    ),
    Input("a publisher with a Khmer name", khmer_publisher, notebooks="01 03"),
    Input("a body with a Khmer name", body(KHMER, 25, 101, 171, first=2016), notebooks="01 02 03"),
    Input("a body named NA", body("NA", 25, 88, 101, 171, first=2015), notebooks="01 02 03"),
    Input("a body with a long name", body(LONG, 25, 101, 171, first=2016), notebooks="01 02 03"),
    Input("more voices on deportations", more_voices_on_deportations, notebooks="01 05"),
)

SILENT = (
    Input(
        "Cambodians who came back from Cambodia",
        changed(**RETURNED, **whole(2017), **part("destination", "MYS"), to={"category": "KHM"}),
        silent("05-counts-leader", "Cambodia"),
        notebooks="01 05",
        refused=MAY,
    ),
    Input("a body twice, in other letters", body_twice, refused=MUST, notebooks="01"),
    Input(
        "one source, two numbers",
        one_number_twice,
        verdict("clean/comparisons", "conflict", ids=both_numbers),
        notebooks="01 02",
    ),
    Input("a stock below the returns", tiny_stock, no_rate_above_all, notebooks="01 05"),
    Input(
        "foreigners filed as Cambodians",
        foreigners_as_returned,
        words_are_questioned,
        notebooks="01 02",
        refused=MAY,
    ),
    Input(
        "a period that is not over",
        changed(**CASES, **whole(2017), to=whole(2030)),
        silent("02-report-claim", "No "),
        notebooks="01 02",
        refused=MAY,
    ),
    Input(
        "a part of another scope",
        changed(**YOUNGEST, to={"crime_scope": "trafficking"}),
        not_merely_open,
        notebooks="01 02",
    ),
    Input(
        "a part of another period",
        changed(**YOUNGEST, to={"period_start": "2016-07-01", "period_end": "2017-06-30"}),
        not_merely_open,
        notebooks="01 02",
    ),
    Input(
        "more convictions than arrests",
        stated(whole(2017) | {"measure": "convictions", "value": 500, "crime_scope": WIDER}),
        questioned(1),
        notebooks="01 02",
    ),
    Input("the same score everywhere", equal_scores, without_equal_scores, notebooks="01 06"),
    Input(
        "a later vintage of income below",
        later_vintage(below=True),
        as_published("06-cambodia-rank"),
        notebooks="01 06",
    ),
    Input(
        "a later vintage of income above",
        later_vintage(below=False),
        as_published("06-cambodia-rank"),
        notebooks="01 06",
    ),
    Input(
        "an edition without a row for a country",
        no_row_for_thailand,
        silent("05-rates-no-stock", "Thailand"),
        notebooks="01 05",
    ),
    Input(
        "a person in a note",
        changed(**CASES, **whole(2017), to={"note": PERSON}),
        nobody_named,
        notebooks="01",
        refused=MAY,
    ),
    Input(
        "a count with decimals",
        changed(**CASES, **whole(2017), to={"value": "159.0"}),
        refused=MUST,
        notebooks="01",
    ),
    Input("parts of a part", parts_of_a_part, parts_stay_with_their_part, notebooks="01 02"),
    Input(
        "a class in a set of its own completes a list",
        three_recipients,
        verdict("clean/totals", "exact", ids=of_input(1), check="parts"),
        notebooks="01 02",
    ),
    Input(
        "foreign suspects among others",
        foreign_suspects,
        silent("04-foreigners-part-year", "No body"),
        notebooks="01 04",
        values={"base_year": 2024, "reference_year": 2025},
    ),
)

TEN_MONTHS = {"period_start": "2017-01-01", "period_end": "2017-10-31"}


def ten_months(tables: Tables) -> str:
    """Return the count of ten months that lies above its year."""
    return name_of(tables, where(tables, **CASES, **TEN_MONTHS, reporting_body="NCCT"))


INPUTS = STOPS + SILENT

# What fails today; whoever mends a kind strikes it out.
KNOWN: frozenset[str] = frozenset()


def told(number: int) -> tuple[bool, str]:
    """Return whether the answer to an input is right, and what to print of it."""
    one = INPUTS[number]
    wrong = one.wrong()
    lines = [f"  {line}" for line in wrong.splitlines()]
    return not wrong, "\n".join([f"{one.name}: {'not right' if wrong else 'right'}", *lines])
