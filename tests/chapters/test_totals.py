import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_ledgers import frame, real, year

from khtip.chapters.sources import sums

CATEGORIES = pd.DataFrame(
    [
        ("age_band", "<15", "age-3", "<18"),
        ("age_band", "15-17", "age-3", "<18"),
        ("age_band", "<18", "age-2", ""),
        ("age_band", "18+", "age-2;age-3", ""),
        ("sex", "female", "sex-2", ""),
        ("sex", "male", "sex-2", ""),
        ("sex", "female_adult", "sex-age-4", "female"),
        ("sex", "male_adult", "sex-age-4", "male"),
        ("sex", "female_child", "sex-age-4", "female"),
        ("sex", "male_child", "sex-age-4", "male"),
        ("crime_type", "trafficking", "crime-2", ""),
        ("crime_type", "sexual_exploitation", "crime-2", ""),
        ("nationality", "*", "", ""),
    ],
    columns=["dimension", "category", "exhaustive_set", "within"],
)
AREAS = pd.DataFrame({"ref_area": ["KHM", "KH-1", "KH-12"], "parent": ["", "KHM", "KHM"]})
MEASURES = pd.DataFrame(
    [
        ("cases", "incident", "flow"),
        ("court_cases", "incident", "flow"),
        ("court_cases_new", "incident", "flow"),
        ("court_cases_old", "incident", "stock"),
        ("arrests", "suspect", "flow"),
        ("offenders_foreign", "suspect", "flow"),
        ("victims_rescued", "victim", "flow"),
        ("migrants_deported", "migrant", "flow"),
        ("cases_pending", "incident", "stock"),
        ("nationalities", "", "flow"),
    ],
    columns=["measure", "subject", "stock_or_flow"],
)
WIDE = {"crime_scope": "trafficking_and_sexual_exploitation"}


def rescued(printed: str, category: str = "", dimension: str = "age_band", **columns) -> dict:
    split = {"dimension": dimension, "category": category} if category else {}
    return {"printed": printed, "measure": "victims_rescued", **split, **columns}


def checked(*statements: dict) -> pd.DataFrame:
    return sums.check_totals(
        frame(*statements), categories=CATEGORIES, areas=AREAS, measures=MEASURES
    ).set_index("dimension")


@pytest.mark.parametrize(
    ("total", "parts", "list_is", "verdict"),
    [
        ((345, 345), [(138, 138), (40, 40), (167, 167)], "exhaustive", "exact"),
        ((757, 757), [(752, 752)], "partial", "open_residual"),
        ((757, 757), [(752, 752)], "unmarked", "residual"),
        ((1533, 1533), [(1549, 1549)], "partial", "over_total"),
        ((301, math.inf), [(85, 85), (211, 211)], "exhaustive", "infeasible"),
        ((301, math.inf), [(85, 85), (216, 216)], "exhaustive", "compatible"),
        ((20, 20), [(12, 12), (0, 4)], "exhaustive", "infeasible"),
        ((20, 20), [(16, 16), (0, 4)], "exhaustive", "compatible"),
        ((20, 20), [(21, 21), (0, 4)], "exhaustive", "over_total"),
        ((20, 20), [(12, 12), (math.nan, math.nan)], "exhaustive", "compatible"),
    ],
)
def test_sums_by_hand(total, parts, list_is, verdict):
    assert sums.compare_sum(total, parts, list_is)["verdict"] == verdict


numbers = st.integers(0, 1000)
bounds = st.tuples(numbers, numbers).map(sorted)


@given(st.lists(st.tuples(bounds, st.floats(0, 1)), min_size=1, max_size=6))
def test_a_total_made_from_numbers_inside_the_bounds_is_never_refused(parts):
    inside = [round(low + share * (high - low)) for (low, high), share in parts]
    total = sum(inside)
    row = sums.compare_sum((total, total), [tuple(one) for one, _ in parts], "exhaustive")
    assert row["verdict"] in ("exact", "compatible")
    assert row["residual_low"] <= 0 <= row["residual_high"]


@given(numbers, st.lists(numbers, min_size=1, max_size=5), st.integers(1, 50))
def test_scaling_scales_the_residual(total, parts, factor):
    small = sums.compare_sum((total, total), [(n, n) for n in parts], "unmarked")
    large = sums.compare_sum(
        (total * factor,) * 2, [(n * factor, n * factor) for n in parts], "unmarked"
    )
    assert large["verdict"] == small["verdict"]
    assert large["residual"] == factor * small["residual"]


def test_transposed_digits():
    # 315 read for 351 leaves 36 = 4 * 9
    assert "315 read for 351" in sums.transposition([757, 315, 406])
    assert sums.transposition([757, 351, 401]) == ""  # 5 left
    assert "no swap" in sums.transposition([20, 11])
    assert sums.transposition([100, 100]) == ""


def test_age_bands_of_two_kinds_are_not_mixed():
    table = checked(
        rescued("263"),
        rescued("70", "<15"),
        rescued("31", "15-17"),
        rescued("162", "18+"),
        rescued("101", "<18"),
    )
    assert table["verdict"].tolist() == ["exact", "exact"]
    assert sorted(table["parts"]) == [2, 3]


def test_a_lone_band_is_open_and_never_a_failure():
    table = checked(rescued("290"), rescued("134", "<18"))
    assert table.loc["age_band", "verdict"] == "open_residual"
    assert table.loc["age_band", "residual"] == 156


def test_sex_with_age_needs_all_four():
    crossed = [("90", "female_adult"), ("408", "male_child"), ("597", "female_child")]
    parts = [rescued(number, name, "sex") for number, name in crossed]
    assert checked(rescued("1100"), *parts).loc["sex", "list_is"] == "partial"
    closed = checked(rescued("1100"), *parts, rescued("5", "male_adult", "sex"))
    assert (closed.loc["sex", "list_is"], closed.loc["sex", "verdict"]) == ("exhaustive", "exact")


def test_kinds_of_crime_may_carry_a_narrower_scope():
    kinds = [
        {"printed": "43", "dimension": "crime_type", "category": "trafficking"},
        {
            "printed": "108",
            "dimension": "crime_type",
            "category": "sexual_exploitation",
            "crime_scope": "sexual_exploitation",
        },
    ]
    row = checked({"printed": "151", **WIDE}, *kinds).loc["crime_type"]
    assert (row["verdict"], row["sum_of_parts"]) == ("exact", 151)
    # the part is a total of its own scope, so its siblings are not its parts
    assert row["figure_id"] == "paper-001"


def test_a_narrower_scope_without_a_category_is_a_kind_of_crime():
    plain = {"printed": "12", "measure": "cases_change"}
    other = {"printed": "5", "measure": "cases_change", "crime_scope": "sexual_exploitation"}
    row = checked({"printed": "17", "measure": "cases_change", **WIDE}, plain, other)
    assert row.loc["crime_type", "verdict"] == "exact"
    alone = checked({"printed": "-5", "measure": "cases_change", **WIDE}, plain)
    assert alone.empty, "a lone part of a signed change says nothing"


def test_a_province_is_a_part_of_the_country():
    row = checked(rescued("345"), rescued("57", ref_area="KH-12")).loc["province"]
    assert (row["verdict"], row["residual"]) == ("open_residual", 288)


def test_the_only_place_named_stands_for_the_whole():
    place = {"measure": "migrants_deported", "ref_area": "KH-1"}
    sexes = ("male_adult", "female_adult", "male_child", "female_child")
    parts = [
        {"printed": number, "dimension": "sex", "category": name, **place}
        for number, name in zip(("2661", "1358", "178", "128"), sexes, strict=True)
    ]
    total = {"printed": "4325", "dimension": "destination", "category": "THA", **place}
    assert checked(total, *parts).loc["sex", "verdict"] == "exact"
    second = total | {"printed": "10", "category": "LAO"}
    assert checked(total, second, *parts).empty, "two places: neither is the whole"


def test_a_list_with_including_stays_open():
    parts = [
        {"printed": str(n), "dimension": "destination", "category": name, "qualifier": "including"}
        for n, name in ((351, "MYS"), (260, "THA"), (141, "VNM"))
    ]
    row = checked({"printed": "757"}, *parts).loc["destination"]
    assert (row["verdict"], row["residual"], row["hint"]) == ("open_residual", 5, "")
    exact = [part | {"qualifier": "exact"} for part in parts]
    assert checked({"printed": "757"}, *exact).loc["destination", "verdict"] == "residual"


def test_narrower_measures_are_parts():
    new = {"printed": "118", "measure": "court_cases_new"}
    table = checked(
        {"printed": "236", "measure": "court_cases"}, new, new | {"measure": "court_cases_old"}
    )
    assert table.loc["measure", "verdict"] == "exact"
    foreign = {"printed": "31", "measure": "offenders_foreign", "qualifier": "including"}
    row = checked({"printed": "226", "measure": "arrests"}, foreign).loc["measure"]
    assert (row["verdict"], row["residual"]) == ("open_residual", 195)
    assert checked({"printed": "226", "measure": "arrests"}, foreign | {"qualifier": "exact"}).empty
    partial = {"printed": "226", "measure": "arrests", "qualifier": "including"}
    assert checked(partial, foreign).empty, "a part is not the total of another part"


def test_bodies_and_sources_are_not_added_up():
    parts = [rescued("100", "<18"), rescued("67", "18+", reporting_body="Police")]
    assert checked(rescued("167"), *parts).loc["age_band", "parts"] == 1
    parts = [rescued("100", "<18"), rescued("67", "18+", source_id="other")]
    assert checked(rescued("167"), *parts).loc["age_band", "parts"] == 1


def test_a_missing_part_is_unknown_not_zero():
    row = checked(rescued("290"), rescued("", "<18"), rescued("156", "18+")).loc["age_band"]
    assert row["verdict"] == "compatible"
    assert math.isnan(row["sum_of_parts"])
    assert row["residual_low"] == -math.inf


REPORT = [
    rescued("263"),
    rescued("70", "<15"),
    rescued("31", "15-17"),
    rescued("162", "18+"),
    rescued("20", "female", "sex", qualifier="including"),
    rescued("57", ref_area="KH-12"),
]


@settings(max_examples=30, deadline=None)
@given(st.permutations(range(len(REPORT))))
def test_the_order_of_rows_does_not_matter(order):
    whole = frame(*REPORT)
    lookups = {"categories": CATEGORIES, "areas": AREAS, "measures": MEASURES}
    pd.testing.assert_frame_equal(
        sums.check_totals(whole, **lookups), sums.check_totals(whole.iloc[list(order)], **lookups)
    )


def test_another_source_does_not_change_a_row():
    before = checked(*REPORT).reset_index()
    after = checked(*REPORT, *[one | {"source_id": "z"} for one in REPORT]).reset_index()
    pd.testing.assert_frame_equal(before, after[after["source_id"].eq("paper")])


def named(*numbers: int) -> list[dict]:
    return [
        {"printed": str(n), "measure": "offenders_foreign", "qualifier": "including",
         "dimension": "nationality", "category": code}
        for n, code in zip(numbers, ("VNM", "GBR", "NLD", "JPN", "USA", "RUS", "CZE"), strict=False)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("stated", "total", "list_of", "verdict"),
    [
        # by hand: 11 named of 20, one country for nine people, though the list falls from 3
        ("8", "20", named(3, 2, 2, 1, 1, 1, 1), "implausible"),
        ("12", "20", named(3, 2, 2, 1, 1, 1, 1), "compatible"),  # nine people in five countries
        ("8", "13", named(3, 2, 2, 1, 1, 1, 1), "compatible"),
        ("18", "20", named(3, 2, 2, 1, 1, 1, 1), "infeasible"),  # nine people, eleven countries
        ("7", "11", named(3, 2, 2, 1, 1, 1, 1), "exact"),
        ("7", "20", named(3, 2, 2, 1, 1, 1, 1), "infeasible"),  # all named, nine left
        ("6", "11", named(3, 2, 2, 1, 1, 1, 1), "infeasible"),  # more named than stated
        ("4", "20", named(1, 2, 2), "compatible"),  # not a falling list
        ("7", "100", named(1), "compatible"),  # one name is no list
    ],
)
def test_stated_numbers_of_nationalities(stated, total, list_of, verdict):
    table = sums.check_namings(
        frame(
            {"printed": stated, "measure": "nationalities"},
            {"printed": total, "measure": "offenders_foreign"},
            *list_of,
        )
    )
    assert table["verdict"].tolist() == [verdict]


def test_a_stated_number_without_a_total_stays_open():
    table = sums.check_namings(frame({"printed": "8", "measure": "nationalities"}, *named(3, 2)))
    assert table.loc[0, ["verdict", "residual"]].tolist() == ["open_residual", 6]


TEN_MONTHS = {"period_start": "2017-01-01", "period_end": "2017-10-31"}


def part_years(*statements: dict) -> pd.DataFrame:
    return sums.check_part_years(frame(*statements), measures=MEASURES)


def test_a_part_of_the_year_cannot_hold_more_than_the_year():
    year_2017 = {"printed": "20", "measure": "offenders_foreign"}
    part = {"printed": "30", "measure": "offenders_foreign", "source_id": "b", **TEN_MONTHS}
    table = part_years(year_2017, part)
    assert table["verdict"].tolist() == ["infeasible"]
    assert table["residual"].tolist() == [-10]
    assert part_years(year_2017, part | {"printed": "20"})["verdict"].tolist() == ["compatible"]
    assert part_years(year_2017 | year(2016), part).empty
    stock = {"measure": "cases_pending"}
    assert part_years(year_2017 | stock, part | stock).empty, "a stock may fall within the year"


def test_part_years_of_one_report_are_added_up_unless_they_overlap():
    halves = [("2017-01-01", "2017-06-30"), ("2017-07-01", "2017-09-30")]
    parts = [
        {"printed": "60", "source_id": "b", "period_start": start, "period_end": end}
        for start, end in halves
    ]
    table = part_years({"printed": "100"}, *parts)
    assert table[["sum_of_parts", "verdict"]].values.tolist() == [[120, "infeasible"]]
    overlapping = [parts[0], parts[1] | {"period_start": "2017-01-01"}]
    assert part_years({"printed": "100"}, *overlapping)["verdict"].tolist() == ["compatible"] * 2
    countries = [part | {"measure": "nationalities"} for part in parts]
    table = part_years({"printed": "100", "measure": "nationalities"}, *countries)
    assert table["verdict"].tolist() == ["compatible"] * 2


def test_the_ledger_holds_what_was_found_by_hand():
    observations, lookups = real()
    chosen = {name: lookups[name] for name in ("categories", "areas", "measures")}
    table = sums.check_totals(observations, **chosen)
    assert table["verdict"].isin(sums.VERDICTS).all()
    verdicts = table.set_index(["figure_id", "dimension"])["verdict"]
    assert verdicts["ppp-2018-ncct-annual-021", "destination"] == "open_residual"
    assert verdicts["ppp-2018-ncct-annual-006", "age_band"] == "exact"
    assert verdicts["kt-2018-np-annual-001", "crime_type"] == "exact"
    assert (verdicts[:, "sex"] == "exact").sum() >= 11, "eleven months at one checkpoint"
    countries = sums.check_namings(observations).set_index("figure_id")
    assert countries.loc["ppp-2018-ncct-annual-012", "verdict"] == "implausible"
    parts = sums.check_part_years(observations, measures=lookups["measures"])
    over = parts[parts["verdict"].eq("infeasible")]
    assert {"ppp-2018-ncct-annual-011", "kt-2018-np-annual-007"} <= set(over["figure_id"])
