import math

import pandas as pd
import pytest
from observed import observations

from khtip.chapters.victims import figures
from khtip.chapters.victims.children import separate
from khtip.chapters.victims.findings import conclude
from khtip.chapters.victims.results import analyse, nationalities_by_report
from khtip.ledger.ledger import Ledger
from khtip.ledger.unreported import missing, nothing, product, sources_of
from khtip.statistics.shares import share

SETTING = {
    "base_year": 2016,
    "reference_year": 2017,
    "confidence": 0.95,
    "preferred_body": "as-documented",
}
STATEMENTS = pd.DataFrame(
    {
        "statement": ["share_underage_girls_sexual_exploitation"],
        "value": ["70"],
        "qualifier": ["nearly"],
        "year": [2018],
        "source_ids": ["ctx-45"],
    }
)
MEASURES = pd.DataFrame(
    {
        "measure": ["offenders_foreign", "arrests", "victims_rescued"],
        "label": ["Foreign suspects", "Persons arrested", "Victims rescued"],
        "subject": ["suspect", "suspect", "victim"],
        "what_it_is_not": "x",
    }
)
AREAS = pd.DataFrame({"ref_area": ["VNM", "GBR", "CHN"], "name": ["Viet Nam", "UK", "China"]})


def ledger(*rows):
    """Return a ledger of some statements, with small lookups."""
    return Ledger(
        observations=observations(*rows),
        unodc_statements=STATEMENTS,
        measures=MEASURES,
        areas=AREAS,
    )


def results(*rows, **more):
    return analyse(ledger(*rows), **SETTING | more)


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


def conclusions(*rows, **more):
    return {one.finding_id: one for one in conclude(results(*rows, **more))}


def test_children_of_the_anchor_report_by_hand():
    one = results(*anchor()).children.iloc[0]
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
    one = results({"value": 189.0}, age("<15", 69.0)).children.iloc[0]
    assert (one["least"], one["most"]) == (69, 189)
    assert math.isnan(one["share"])
    assert math.isnan(one["tipping"])
    with_adults = results({"value": 189.0}, age("<15", 69.0), age("18+", 100.0))
    assert with_adults.children.iloc[0]["most"] == 89


def test_a_part_of_an_open_list_is_a_floor():
    found = results({"value": 95.0}, age("<18", 26.0, qualifier="including"))
    assert found.children.iloc[0][["least", "most"]].tolist() == [26, 95]


def test_without_an_exact_total_there_is_no_report():
    found = results({"value": 1000.0, "qualifier": "more_than"}, age("<18", 500.0))
    assert found.children.empty


def test_cases_must_belong_to_the_same_report():
    other = {"value": 9.0, "measure": "cases", "source_id": "b"}
    found = results({"value": 345.0}, age("<18", 178.0), other)
    assert math.isnan(found.children.iloc[0]["group_size"])
    more_cases = results({"value": 5.0}, age("<18", 2.0), {"value": 9.0, "measure": "cases"})
    assert math.isnan(more_cases.children.iloc[0]["group_size"])


def test_separate_drops_the_half_year_inside_its_year():
    half = ("2017-01-01", "2017-06-30")
    rows = ledger(
        *anchor(),
        {"value": 90.0, "period": half, "source_id": "h"},
        age("<18", 40.0, period=half, source_id="h"),
        *police_2016(),
    )
    kept = separate(rows, 0.95)
    assert kept["period"].tolist() == ["2016", "2017"]


def kind(category, value, **more):
    scope = "trafficking" if category == "trafficking" else "sexual_exploitation"
    return {
        "dimension": "crime_type",
        "category": category,
        "value": value,
        "crime_scope": scope,
        "measure": "cases",
        **more,
    }


def test_kinds_use_the_total_or_the_sum_of_both_parts():
    stated = results({"value": 92.0, "measure": "cases"}, kind("sex_trafficking", 65.0)).kinds
    assert stated.iloc[0][["sexual", "whole", "wording"]].tolist() == [65, 92, "sex trafficking"]
    bounded = results(
        {"value": 150.0, "measure": "cases", "qualifier": "more_than"},
        kind("trafficking", 43.0),
        kind("sexual_exploitation", 108.0),
    )
    assert bounded.kinds.iloc[0][["whole", "whole_kind"]].tolist() == [151, "sum of the parts"]
    assert results(kind("sexual_exploitation", 108.0)).kinds.empty


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
    one = nationalities_by_report(ledger(*foreign())).iloc[0]
    assert one[["total", "named", "left", "classes", "stated"]].tolist() == [20, 5, 15, 2, 8]
    drawn = results(*foreign()).suspects.iloc[0]
    assert drawn[["named", "total", "nationalities"]].tolist() == [5, 20, "Viet Nam 3, UK 2"]


def test_findings_of_the_anchor_and_the_year_before():
    found = conclusions(
        *anchor(),
        *police_2016(),
        *foreign(),
        {"value": 151.0, "measure": "cases", "source_id": "k"},
        kind("sexual_exploitation", 108.0, source_id="k"),
    )
    assert found["04-children-majority"].verdict == "not distinguishable"
    assert found["04-children-change"].verdict == "higher"
    assert found["04-children-unodc"].verdict == "below"
    assert found["04-kinds-majority"].verdict == "majority"
    assert found["04-foreigners-unaccounted"].value == 15
    assert found["04-foreigners-nationalities"].verdict == "fewer named"
    assert "178 of 345" in found["04-children-majority"].sentence


def test_findings_say_what_is_not_reported():
    found = conclusions(*anchor(), *police_2016(), base_year=2012, reference_year=2013)
    absent = {name for name, one in found.items() if one.verdict == "not reported"}
    assert absent == set(found) - {"04-children-reports"}
    assert found["04-children-majority"].sentence == (
        "No report splits the victims rescued in 2013 by age."
    )


def test_findings_of_an_empty_ledger_do_not_fail():
    found = conclusions({"value": 5.0, "measure": "arrests"})
    assert {one.verdict for one in found.values()} == {"not reported"}


def test_ages_keep_the_residual_or_say_the_sentence():
    frame = results({"value": 100.0}, age("<18", 40.0)).ages
    assert frame["category"].tolist() == ["<18", "older, or age not stated"]
    assert frame["child"].tolist() == [True, False]
    empty = results(*anchor(), reference_year=2013).ages
    assert missing(empty)
    assert sources_of(empty) == ["a"]


def test_comparisons_of_two_years_and_of_all_reports():
    found = results(*anchor(), *police_2016())
    table = found.compared
    assert table["verdict"].tolist() == ["different"] * 4
    assert table["difference"].iloc[0] == pytest.approx(178 / 345 - 91 / 244)
    assert table["chi_squared"].iloc[1] < table["chi_squared"].iloc[0]
    assert results(*anchor()).compared.empty


def test_compositions_leave_out_what_exceeds_its_total():
    other = {"value": 5.0, "source_id": "b"}
    table = results(*anchor(), other, age("<18", 9.0, source_id="b")).compositions
    assert table["figure_set"].nunique() == 1
    assert table["share"].sum() == pytest.approx(1)


def test_roles_and_recipients():
    table = results(*foreign()).roles
    assert table[["persons", "counted_as"]].values.tolist() == [[20, "Foreign suspects"]]
    assert missing(results(*foreign(), reference_year=2013).roles)
    handed = {"value": 165.0, "dimension": "recipient", "category": "home"}
    assert results({"value": 438.0}, handed).recipients["share"].tolist() == [165 / 438]


def test_kinds_of_cases_come_before_those_of_victims():
    filed = results(
        {"value": 10.0, "source_id": "v"},
        kind("sex_trafficking", 6.0, source_id="v", measure="victims_rescued"),
        {"value": 92.0, "measure": "cases"},
        kind("sex_trafficking", 65.0),
    ).kinds
    assert filed["measure"].tolist() == ["cases", "victims_rescued"]
    assert figures.places(filed["measure"]).tolist() == [0, 2.6]


def test_a_product_of_nothing_is_its_header():
    frame = nothing("No list is reported for 2019.", year=2019, looked_in=["a;b", "b"])
    assert product(frame, ["x", "y"]).columns.tolist() == ["x", "y"]
    assert product(frame, ["x", "y"]).empty
    assert sources_of(frame) == ["a", "b"]


# Other valid data: what contradicts is a verdict, and every figure stands.

SOURCE = "ppp-2018-ncct-annual"  # a source that the figures know


def drawn(*rows, **more):
    """Draw every figure of the notebook and state every finding."""
    found = results(*({"source_id": SOURCE} | row for row in rows), **more)
    for name in [one for one in vars(figures) if one.startswith("draw_")]:
        if name != "draw_absence":
            getattr(figures, name)(found)
    return {one.finding_id: one for one in conclude(found)}


@pytest.mark.parametrize(
    "rows",
    [
        [{"value": 5.0, "measure": "arrests"}],
        [{"value": 0.0}, age("<18", 0.0)],
        [
            {"value": 100.0},
            age("<18", 0.0),
            {"value": 9.0, "period": 2016},
            age("<18", 0.0, period=2016),
        ],
        [{"value": math.nan, "low": 0.0, "high": 4.0, "measure": "offenders_foreign"}],
        [{"value": 30.0, "measure": "cases"}, kind("sexual_exploitation", 40.0)],
        [one for year in range(2010, 2018) for one in anchor(period=year)],
    ],
    ids=["one statement", "nobody", "no child", "suppressed", "a kind above all", "eight years"],
)
def test_every_figure_and_finding_stands(rows, products):
    drawn(*rows)
    assert len(list(products.glob("04-*.png"))) == 6


def test_more_children_than_victims_is_a_contradiction(products):
    found = drawn({"value": 30.0}, age("<18", 40.0))
    assert found["04-children-majority"].verdict == "parts contradict the total"
    assert "do not fit the total of 30 victims" in found["04-children-majority"].sentence


def test_a_band_given_twice_is_a_range():
    one = results({"value": 100.0}, age("<18", 40.0), age("<18", 30.0)).children.iloc[0]
    assert one[["least", "most"]].tolist() == [30, 40]
    assert math.isnan(one["share"])


def test_a_printed_share_beside_other_counts_is_told():
    share_of = {"measure": "share_of_victims", "unit": "percent"}
    found = results({"value": 100.0}, age("<18", 30.0), age("<18", 40.0, **share_of))
    assert found.printed_shares.tolist() == [False]
    agreeing = results({"value": 100.0}, age("<18", 30.0), age("<18", 30.0, **share_of))
    assert agreeing.printed_shares.tolist() == [True]


def test_suspects_of_a_list_that_names_only_some_are_counted():
    including = {"measure": "offenders_foreign", "qualifier": "including"}
    half = {"period": ("2017-01-01", "2017-06-30"), "source_id": "h"}
    found = conclusions({"value": 43.0} | including, {"value": 19.0} | including | half)
    assert found["04-foreigners-part-year"].verdict == "part fits year"


def test_more_nationalities_than_suspects_is_a_verdict(products):
    who = {"measure": "offenders_foreign"}
    of = {"dimension": "nationality", "category": "VNM"}
    found = drawn({"value": 3.0} | who, {"value": 5.0} | who | of)
    assert found["04-foreigners-unaccounted"].verdict == "more than the total"


def test_without_cases_only_persons_alone_are_compared():
    table = results(
        {"value": 100.0},
        age("<18", 40.0),
        {"value": 50.0, "period": 2016},
        age("<18", 30.0, period=2016),
    ).compared
    assert set(table["if"]) == {"each person alone"}
