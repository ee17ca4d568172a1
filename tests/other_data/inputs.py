"""Small inputs that once failed, each one of a kind, with the right answer to each.

`tests/test_other_inputs.py` runs the notebooks concerned, ``python -m other_data --inputs`` every
notebook with its figures. An entry stands for its kind.
"""

from __future__ import annotations

from other_data import right
from other_data import small_edits as edit
from other_data.edits import WIDER, change, half, part, where, whole
from other_data.input import Input
from other_data.small_edits import CASES, PERSON, RETURNED, TEN_MONTHS, VICTIMS

CHILD = part("age_band", "<18")
SHARE = {"measure": "share_of_victims", "unit": "percent"}
YOUNGEST = VICTIMS | whole(2017) | part("age_band", "<15")
TOO_MANY = ("infeasible", "over_total")
MISSES = ("residual", *TOO_MANY)
SUPPRESSED = right.observed(right.of_input(1), "", "0", "4")
LONG = "General Department for the Identification of Victims and the Fight against Traffickers"
KHMER = "គណៈកម្មាធិការជាតិ"

STOPS = (
    Input(
        "a part is suppressed",
        edit.stated(VICTIMS | whole(2016) | part("nationality", "THA") | {"value": "<5"}),
        SUPPRESSED,
        notebooks="01 02",
    ),
    Input(
        "a national total of zero",
        edit.stated(
            {"reporting_body": "Ministry of Justice", "measure": "convictions", "value": 0}
            | whole(2014)
        ),
        right.observed(right.of_input(1), "0", "0", "0"),
        notebooks="01 03",
    ),
    Input(
        "a national total is suppressed",
        edit.stated(
            {"reporting_body": "Ministry of Justice", "measure": "convictions", "value": "<5"}
            | whole(2014)
        ),
        SUPPRESSED,
        again=True,
        notebooks="01 03",
    ),
    Input(
        "the base of the main claim is zero",
        edit.changed(**CASES, **whole(2016), to={"value": "0"}),
        right.says("02-report-claim", "cannot_check", "no number"),
        again=True,
        notebooks="01 02 03",
    ),
    Input(
        "the main total is suppressed",
        edit.changed(**CASES, **whole(2017), to={"value": "<5"}),
        right.says("02-report-claim", "inconsistent", "92 and 0 to 4"),
        notebooks="01 02 03",
    ),
    Input(
        "the main total is of the size of a population",
        edit.changed(**CASES, **whole(2017), to={"value": "17000000"}),
        right.flagged("tenfold", right.of_report(**CASES, **whole(2017))),
        notebooks="01 02 03",
        drawn=True,
    ),
    Input(
        "a part is one more, so the ages miss their total",
        edit.changed(**YOUNGEST, to={"value": "139"}),
        right.verdict("clean/totals", *MISSES, ids=right.of_report(**YOUNGEST), check="parts"),
        notebooks="01 02",
    ),
    Input(
        "the report gives one part of another year",
        edit.anchor_with_half_of_its_ages,
        right.says("04-children-reports", "reports"),
        notebooks="01 02 04",
    ),
    Input(
        "a count of a province is filed under the country",
        edit.changed(**VICTIMS, ref_area="KH-12", to={"ref_area": "KHM"}),
        right.says("02-reference-year", "57 to 345"),
        again=True,
        notebooks="01 02 03 04",
    ),
    Input(
        "the report without its ages",
        edit.anchor_without_parts,
        right.says("04-children-majority", "not reported"),
        again=True,
        notebooks="01 02 04",
    ),
    Input(
        "half a year is above its year",
        edit.stated(half(2017) | {"value": 170}, published_date="2017-08-01"),
        right.verdict("clean/totals", *TOO_MANY, ids=right.of_input_and_year, check="period"),
        notebooks="01 02 03",
    ),
    Input(
        "ten months are above their year",
        lambda tables: change(
            tables,
            where(tables, **CASES, **TEN_MONTHS, reporting_body="NCCT", ref_area="KHM"),
            value="170",
        ),
        right.verdict("clean/totals", *TOO_MANY, ids=right.of_ten_months_and_year, check="period"),
        again=True,
        notebooks="01 02 03",
    ),
    Input(
        "a printed share and the counts beside it",
        edit.stated(
            VICTIMS | whole(2018) | {"value": 100},
            VICTIMS | whole(2018) | CHILD | {"value": 30},
            SHARE | whole(2018) | CHILD | {"value": 40},
        ),
        right.verdict("clean/claims", "inconsistent", ids=right.of_input(3)),
        notebooks="01 02 04",
    ),
    Input(
        "a list is over its total",
        edit.changed(**RETURNED, **whole(2017), **part("destination", "MYS"), to={"value": "361"}),
        right.verdict(
            "clean/totals",
            *TOO_MANY,
            ids=right.of_report(**RETURNED, **whole(2017), **part("destination", "MYS")),
            check="parts",
        ),
        notebooks="01 02 05",
    ),
    Input("a month at the checkpoint without parts", edit.month_without_parts, notebooks="01 05"),
    Input(
        "a month at the checkpoint whose parts are too many",
        edit.month_with_more_parts,
        right.verdict("clean/totals", *MISSES, ids=edit.first_month, check="parts"),
        again=True,
        notebooks="01 02 05",
    ),
    Input(
        "the main report has another id",
        edit.anchor_renamed,
        right.says("02-report-claim", "truncated", "72.82"),
        notebooks="01 02 04",
    ),
    Input(
        "two editions of UNODC's table",
        edit.two_editions_of_unodc,
        right.as_published("06-cambodia-rank"),
        notebooks="05 06",
    ),
    Input(
        "an edition of the stock is named without Rev.",
        edit.stock_edition("International Migrant Stock 2024", "2024"),
        right.says("05-rates-revisions", "5 revisions", "2024"),
        again=True,
        notebooks="05 06",
    ),
    Input(
        "an edition of the stock begins with its year",
        edit.stock_edition("2017 revision", "2017"),
        right.says("05-rates-revisions", "4 revisions"),
        notebooks="05 06",
    ),
    Input(
        "a country without a score",
        edit.without("gsi", ref_area="VNM", indicator="gsi_vulnerability"),
        right.says("06-cambodia-rank", "11 countries"),
        again=True,
        notebooks="06",
    ),
    Input(
        "scores of Cambodia alone",
        edit.gsi_of_cambodia_alone,
        right.says("06-cambodia-rank", "not reported", "too few"),
        notebooks="06",
    ),
    Input(
        "Namibia among the countries",
        edit.namibia,
        right.as_published("06-cambodia-rank"),
        notebooks="06",
    ),
    Input(
        "a country of the region without data",
        lambda tables: edit.namibia(tables, subregion="South-eastern Asia", m49_subregion="035"),
        right.says("06-cambodia-rank", "11 countries"),
        notebooks="06",
    ),
    Input(
        "a list of a later year",
        edit.returned_in_2025(THA=50, ARE=40, VNM=20),
        right.well_drawn("05-deportations-poipet", "05-totals-by-source"),
        notebooks="01 05",
        drawn=True,
    ),
    Input(
        "no count of UNODC for the listed countries",
        edit.returned_in_2025(LAO=50, ARE=40, VNM=20),
        right.well_drawn("05-three-counts"),
        notebooks="01 05",
        drawn=True,
        values={"base_year": 2024, "reference_year": 2025},
    ),
    Input(
        "no headline",
        edit.no_headline,
        right.well_drawn("07-headline-support", "07-turning-choices"),
        notebooks="01 02 03 04 05 06 07",
        drawn=True,
        again=True,
    ),
    Input(
        "a publisher with a Khmer name",
        edit.khmer_publisher,
        right.well_drawn("03-two-years"),
        again=True,
        notebooks="01 03",
        drawn=True,
    ),
    Input(
        "a body with a Khmer name",
        edit.body(KHMER, 25, 101, 171, first=2016),
        right.well_drawn("02-sources-side-by-side", "03-series"),
        notebooks="01 02 03",
        drawn=True,
    ),
    Input(
        "a body named NA",
        edit.body("NA", 25, 88, 101, 171, first=2015),
        right.well_drawn("02-sources-side-by-side", "03-series"),
        again=True,
        notebooks="01 02 03",
        drawn=True,
    ),
    Input(
        "a body with a long name",
        edit.body(LONG, 25, 101, 171, first=2016),
        right.well_drawn("02-sources-side-by-side", "03-series"),
        notebooks="01 02 03",
        drawn=True,
    ),
    Input(
        "more voices on deportations",
        edit.more_voices_on_deportations,
        right.well_drawn("05-deportations-poipet", "05-totals-by-source"),
        notebooks="01 05",
        drawn=True,
    ),
)

SILENT = (
    Input(
        "Cambodians who came back from Cambodia",
        edit.changed(
            **RETURNED, **whole(2017), **part("destination", "MYS"), to={"category": "KHM"}
        ),
        refused="'KHM' … write the country the persons came back from",
    ),
    Input(
        "a body twice, in other letters",
        edit.body_twice,
        refused="'ncct' … 'NCCT' is one; mend: give it the other code",
    ),
    Input(
        "one source, two numbers",
        edit.one_number_twice,
        right.questioned(edit.both_numbers),
        notebooks="01 02",
    ),
    Input("a stock below the returns", edit.tiny_stock, right.no_rate_above_all, notebooks="05"),
    Input(
        "foreigners filed as Cambodians",
        edit.foreigners_as_returned,
        right.says("02-units", "7 counts of Cambodians brought home speak of foreigners"),
        notebooks="01 02",
    ),
    Input(
        "a period that is not over",
        edit.changed(**CASES, **whole(2017), to=whole(2030)),
        refused="'2030-12-31' … mend: end the period at the day",
    ),
    Input(
        "a part of another scope",
        edit.changed(**YOUNGEST, to={"crime_scope": "trafficking"}),
        right.ages_miss,
        notebooks="01 02",
    ),
    Input(
        "a part of another period",
        edit.changed(**YOUNGEST, to={"period_start": "2016-07-01", "period_end": "2017-06-30"}),
        right.ages_miss,
        again=True,
        notebooks="01 02",
    ),
    Input(
        "more convictions than arrests",
        edit.stated(whole(2017) | {"measure": "convictions", "value": 500, "crime_scope": WIDER}),
        right.flagged("convictions-arrests", right.of_input(1)),
        notebooks="01 02",
    ),
    Input(
        "the same score everywhere",
        edit.equal_scores,
        right.without_equal_scores,
        notebooks="06",
    ),
    Input(
        "a later vintage of income below",
        edit.later_vintage(below=True),
        right.as_published("06-cambodia-rank"),
        notebooks="06",
    ),
    Input(
        "a later vintage of income above",
        edit.later_vintage(below=False),
        right.as_published("06-cambodia-rank"),
        again=True,
        notebooks="06",
    ),
    Input(
        "an edition without a row for a country",
        edit.no_row_for_thailand,
        right.says("05-rates-leader", "not in this table: Thailand"),
        notebooks="05",
    ),
    Input(
        "a person in a note",
        edit.changed(**CASES, **whole(2017), to={"note": PERSON}),
        refused="column 'note' … mend: take it out",
    ),
    Input(
        "a count with decimals",
        edit.changed(**CASES, **whole(2017), to={"value": "159.0"}),
        refused="'159.0' … expected a whole number; mend",
    ),
    Input(
        "parts of a part", edit.parts_of_a_part, right.parts_stay_with_their_part, notebooks="01 02"
    ),
    Input(
        "a class in a set of its own completes a list",
        edit.three_recipients,
        right.verdict("clean/totals", "exact", ids=right.of_input(1), check="parts"),
        again=True,
        notebooks="01 02",
    ),
    Input(
        "foreign suspects among others",
        edit.foreign_suspects,
        right.says("04-foreigners-part-year", "19 foreign suspects", "43 for all"),
        notebooks="01 04",
        values={"base_year": 2024, "reference_year": 2025},
    ),
)

INPUTS = STOPS + SILENT


def told(number: int) -> tuple[bool, str]:
    """Return whether the answer to an input is right, and what to print of it."""
    one = INPUTS[number]
    wrong = one.wrong(everywhere=True)
    lines = [f"  {line}" for line in wrong.splitlines()]
    return not wrong, "\n".join([f"{one.name}: {'not right' if wrong else 'right'}", *lines])
