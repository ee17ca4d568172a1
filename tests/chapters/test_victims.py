import math

import pandas as pd
import pytest
from observed import observations

from khtip.chapters.victims.findings import conclude
from khtip.chapters.victims.results import (
    ages,
    children,
    comparisons,
    compositions,
    foreign_suspects,
    foreigners,
    kinds,
    kinds_table,
    recipients,
    roles,
    separate,
)
from khtip.figures.absence import missing, nothing, product, sources_of
from khtip.statistics.shares import share

STATEMENTS = pd.DataFrame(
    {
        "statement": ["share_underage_girls_sexual_exploitation"],
        "value": ["70"],
        "qualifier": ["nearly"],
        "year": [2018],
    }
)
AREAS = pd.DataFrame({"ref_area": ["VNM", "GBR", "CHN"], "name": ["Viet Nam", "UK", "China"]})


def age(category, value, **more):
    return {"dimension": "age_band", "category": category, "value": value} | more


def anchor(**more):
    """The anchor report of 2017: 345 victims, 159 cases, three age bands."""
    return [
        {"value": 345.0, **more},
        {"value": 159.0, "measure": "cases", **more},
        age("<15", 138.0, **more),
        age("15-17", 40.0, **more),
        age("18+", 167.0, **more),
    ]


def police_2016():
    who = {"source_id": "p", "reporting_body": "National Police", "period": 2016}
    return [
        {"value": 244.0, **who},
        {"value": 92.0, "measure": "cases", **who},
        age("<18", 91.0, **who),
    ]


def conclusions(rows, **more):
    found = conclude(observations=rows, unodc_statements=STATEMENTS, **more)
    return {one.finding_id: one for one in found}


def test_children_of_the_anchor_report_by_hand():
    one = children(observations(*anchor())).iloc[0]
    assert (one["least"], one["most"], one["total"]) == (178, 178, 345)
    assert one["share"] == 178 / 345
    assert one["group_size"] == pytest.approx(345 / 159)
    # Wilson by hand: centre (178 + 1.92) / (345 + 3.84), half-width 1.96 sqrt(...) / (345 + 3.84).
    z2 = 1.959964**2
    centre = (178 + z2 / 2) / (345 + z2)
    width = 1.959964 * math.sqrt(178 * 167 / 345 + z2 / 4) / (345 + z2)
    assert one["low"] == pytest.approx(centre - width)
    assert one["high"] == pytest.approx(centre + width)
    assert one["verdict"] == one["verdict_grouped"] == "not distinguishable"
    grouped = share(178, 345, design_effect=345 / 159)
    assert (one["low_grouped"], one["high_grouped"]) == (grouped.low, grouped.high)


def test_open_ages_give_a_range_and_no_share():
    rows = observations({"value": 189.0}, age("<15", 69.0))
    one = children(rows).iloc[0]
    assert (one["least"], one["most"]) == (69, 189)
    assert math.isnan(one["share"])
    assert math.isnan(one["tipping"])
    with_adults = children(observations({"value": 189.0}, age("<15", 69.0), age("18+", 100.0)))
    assert with_adults.iloc[0]["most"] == 89


def test_a_part_of_an_open_list_is_a_floor():
    rows = observations({"value": 95.0}, age("<18", 26.0, qualifier="including"))
    assert children(rows).iloc[0][["least", "most"]].tolist() == [26, 95]


def test_without_an_exact_total_there_is_no_report():
    rows = observations({"value": 1000.0, "qualifier": "more_than"}, age("<18", 500.0))
    assert children(rows).empty


def test_cases_must_belong_to_the_same_report():
    rows = observations({"value": 345.0}, age("<18", 178.0), {"value": 9.0, "measure": "cases",
                                                              "source_id": "b"})  # fmt: skip
    assert math.isnan(children(rows).iloc[0]["group_size"])
    more_cases = observations({"value": 5.0}, age("<18", 2.0), {"value": 9.0, "measure": "cases"})
    assert math.isnan(children(more_cases).iloc[0]["group_size"])


def test_separate_drops_the_half_year_inside_its_year():
    half = ("2017-01-01", "2017-06-30")
    rows = observations(
        *anchor(), {"value": 90.0, "period": half, "source_id": "h"},
        age("<18", 40.0, period=half, source_id="h"), *police_2016(),
    )  # fmt: skip
    kept = separate(children(rows))
    assert kept["period"].tolist() == ["2016", "2017"]


def kind(category, value, **more):
    scope = "trafficking" if category == "trafficking" else "sexual_exploitation"
    return {"dimension": "crime_type", "category": category, "value": value, "crime_scope": scope,
            "measure": "cases", **more}  # fmt: skip


def test_kinds_use_the_total_or_the_sum_of_both_parts():
    stated = kinds(observations({"value": 92.0, "measure": "cases"}, kind("sex_trafficking", 65.0)))
    assert stated.iloc[0][["sexual", "whole", "wording"]].tolist() == [65, 92, "sex trafficking"]
    bounded = kinds(
        observations(
            {"value": 150.0, "measure": "cases", "qualifier": "more_than"},
            kind("trafficking", 43.0), kind("sexual_exploitation", 108.0),
        )
    )  # fmt: skip
    assert bounded.iloc[0][["whole", "whole_kind"]].tolist() == [151, "sum of the parts"]
    alone = observations(kind("sexual_exploitation", 108.0))
    assert kinds(alone).empty


def foreign(rows=()):
    who = {"measure": "offenders_foreign"}
    return [
        {"value": 20.0, **who},
        {"value": 8.0, "measure": "nationalities"},
        {"value": 3.0, "dimension": "nationality", "category": "VNM", **who},
        {"value": 2.0, "dimension": "nationality", "category": "GBR", **who},
        *rows,
    ]


def test_foreigners_left_without_a_nationality():
    one = foreigners(observations(*foreign())).iloc[0]
    assert one[["total", "named", "left", "classes", "stated"]].tolist() == [20, 5, 15, 2, 8]
    drawn = foreign_suspects(observations(*foreign()), AREAS).iloc[0]
    assert drawn["text"] == "5 of 20 named: Viet Nam 3, UK 2"


def test_findings_of_the_anchor_and_the_year_before():
    rows = observations(
        *anchor(), *police_2016(), *foreign(),
        {"value": 151.0, "measure": "cases", "source_id": "k"},
        kind("sexual_exploitation", 108.0, source_id="k"),
    )  # fmt: skip
    found = conclusions(rows)
    assert found["04-children-majority"].verdict == "not distinguishable"
    assert found["04-children-change"].verdict == "higher"
    assert found["04-children-unodc"].verdict == "below"
    assert found["04-kinds-majority"].verdict == "majority"
    assert found["04-foreigners-unaccounted"].value == 15
    assert found["04-foreigners-nationalities"].verdict == "fewer named"
    assert "178 of 345" in found["04-children-majority"].sentence


def test_findings_say_what_is_not_reported():
    found = conclusions(
        observations(*anchor(), *police_2016()), base_year=2012, reference_year=2013
    )
    absent = {name for name, one in found.items() if one.verdict == "not reported"}
    assert absent == set(found) - {"04-children-reports"}
    assert found["04-children-majority"].sentence == (
        "No report splits the victims rescued in 2013 by age."
    )


def test_findings_of_an_empty_ledger_do_not_fail():
    found = conclusions(observations({"value": 5.0, "measure": "arrests"}))
    assert {one.verdict for one in found.values()} == {"not reported"}


def test_ages_keep_the_residual_or_say_the_sentence():
    frame = ages(observations({"value": 100.0}, age("<18", 40.0)), year=2017)
    assert frame["label"].tolist() == ["Under 18 (children)", "Older, or age not stated"]
    assert frame["child"].tolist() == [True, False]
    empty = ages(observations(*anchor()), year=2013)
    assert missing(empty)
    assert sources_of(empty) == ["a"]


def test_comparisons_of_two_years_and_of_all_reports():
    table = comparisons(
        observations(*anchor(), *police_2016()), base_year=2016, reference_year=2017
    )
    assert table["verdict"].tolist() == ["different"] * 4
    assert table["difference"].iloc[0] == pytest.approx(178 / 345 - 91 / 244)
    assert table["chi_squared"].iloc[1] < table["chi_squared"].iloc[0]
    assert comparisons(observations(*anchor()), base_year=2016, reference_year=2017).empty


def test_compositions_leave_out_what_exceeds_its_total():
    rows = observations(*anchor(), {"value": 5.0, "source_id": "b"}, age("<18", 9.0, source_id="b"))
    table = compositions(rows)
    assert table["figure_set"].nunique() == 1
    assert table["share"].sum() == pytest.approx(1)


def test_roles_and_recipients():
    measures = pd.DataFrame(
        {"measure": ["offenders_foreign"], "label": ["Foreign suspects"], "what_it_is_not": ["x"]}
    )
    table = roles(observations(*foreign()), measures, year=2017)
    assert table[["persons", "counted_as"]].values.tolist() == [[20, "Foreign suspects"]]
    assert "nothing_reported" in roles(observations(*foreign()), measures, year=2013)
    handed = observations(
        {"value": 438.0}, {"value": 165.0, "dimension": "recipient", "category": "home"}
    )
    assert recipients(handed)["share"].tolist() == [165 / 438]


def test_places_leave_room_between_cases_and_victims():
    rows = observations(
        {"value": 92.0, "measure": "cases"}, kind("sex_trafficking", 65.0),
        {"value": 10.0, "source_id": "v"},
        kind("sex_trafficking", 6.0, source_id="v", measure="victims_rescued"),
    )  # fmt: skip
    assert kinds_table(rows)["place"].tolist() == [0, 2.6]


def test_a_product_of_nothing_is_its_header():
    frame = nothing("No list is reported for 2019.", year=2019, looked_in=["a;b", "b"])
    assert product(frame, ["x", "y"]).columns.tolist() == ["x", "y"]
    assert product(frame, ["x", "y"]).empty
    assert sources_of(frame) == ["a", "b"]
