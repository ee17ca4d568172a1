import math

import pytest
from observed import observations

from khtip.ledger.splits import accounts, choose, period_words, splits

HALF = ("2017-01-01", "2017-06-30")


def part(category, value, dimension="age_band", **more):
    return {"dimension": dimension, "category": category, "value": value} | more


def test_a_part_gets_the_total_of_its_own_report_only():
    rows = observations(
        {"value": 345.0},
        part("<18", 178.0),
        {"value": 300.0, "source_id": "b"},
        part("<18", 91.0, source_id="b", reporting_body="National Police"),
    )
    found = splits(rows, "age_band").set_index("source_ids")
    assert found.loc["a", "total"] == 345
    assert math.isnan(found.loc["b", "total"])  # another body in the same article


def test_a_ledger_without_a_split_has_a_column_of_missing_numbers():
    rows = observations({"value": 345.0}).assign(dimension=math.nan, category=math.nan)
    assert splits(rows, "age_band").empty
    assert splits(rows.assign(value=math.nan), "age_band").empty


def test_scope_decides_between_two_totals():
    rows = observations(
        {"value": 278.0},
        {"value": 81.0, "crime_scope": "trafficking"},
        part("female", 21.0, "sex", crime_scope="trafficking"),
    )
    assert splits(rows, "sex")["total"].tolist() == [81]


def test_a_hedged_total_is_a_bound_not_a_total():
    rows = observations(
        {"value": 300.0, "low": 301.0, "qualifier": "more_than"}, part("<18", 100.0)
    )
    found = splits(rows, "age_band").iloc[0]
    assert math.isnan(found["total"])
    assert (found["total_low"], found["total_qualifier"]) == (301, "more_than")


def test_an_exact_total_goes_before_a_rounded_one():
    rows = observations(
        {"value": 600.0, "qualifier": "about"}, {"value": 578.0}, part("THA", 133.0, "destination")
    )
    assert splits(rows, "destination")["total"].tolist() == [578]


def test_a_total_under_the_country_serves_sexes_but_no_other_split():
    rows = observations(
        part("THA", 4325.0, "destination", measure="migrants_deported"),
        part("male_adult", 2661.0, "sex", measure="migrants_deported"),
        part("x", 10.0, "recipient", measure="migrants_deported"),
    )
    assert splits(rows, "sex")["total"].tolist() == [4325]
    assert splits(rows, "recipient")["total"].isna().all()


@pytest.mark.parametrize("names", ["ab", "ba"])
def test_a_repost_without_the_total_is_one_voice_whatever_its_id(names):
    first, repost = names
    rows = observations(
        {"value": 345.0, "source_id": first},
        part("<18", 178.0, source_id=first),
        part("<18", 178.0, source_id=repost),
    )
    assert splits(rows, "age_band")[["source_ids", "total"]].values.tolist() == [
        [f"{first};{repost}", 345.0]
    ]


def test_reposts_and_shorter_lists_are_one_voice():
    rows = observations(
        {"value": 79.0},
        part("trafficking", 29.0, "crime_type"),
        part("sexual_exploitation", 50.0, "crime_type"),
        {"value": 79.0, "source_id": "b"},
        part("trafficking", 29.0, "crime_type", source_id="b"),
    )
    found = splits(rows, "crime_type")
    assert found["category"].tolist() == ["trafficking", "sexual_exploitation"]
    assert set(found["source_ids"]) == {"a;b"}


def test_a_contradiction_stays_two_reports():
    rows = observations(
        {"value": 438.0},
        part("home", 273.0, "recipient"),
        {"value": 438.0, "source_id": "b"},
        part("hospitals", 273.0, "recipient", source_id="b"),
    )
    assert splits(rows, "recipient")["report"].nunique() == 2


def test_percentages_and_suppressed_counts_are_no_parts():
    rows = observations(
        part("<18", 44.0, unit="percent", measure="share_of_victims"), part("18+", math.nan)
    )
    assert splits(rows, "age_band").empty


def test_choose_takes_the_wanted_body_then_the_full_year_then_the_preferred():
    rows = observations(
        {"value": 263.0, "period": HALF},
        part("<18", 101.0, period=HALF),
        {"value": 345.0, "source_id": "b"},
        part("<18", 178.0, source_id="b"),
        {"value": 244.0, "source_id": "c", "reporting_body": "National Police"},
        part("<18", 91.0, source_id="c", reporting_body="National Police", preferred=False),
    )
    found = splits(rows, "age_band")
    assert choose(found, year=2017)["value"].tolist() == [178]
    police = choose(found, year=2017, preferred_body="National Police")
    assert police["value"].tolist() == [91]
    assert choose(found, year=2017, preferred_body="MoSVY")["value"].tolist() == [178]
    longer = found.assign(reporting_body=found["source_ids"].map({"a": "MoSVY"}).fillna("NCCT"))
    assert choose(longer, year=2017, preferred_body="MoSVY")["value"].tolist() == [101]
    assert choose(found.query("months < 7"), year=2017)["value"].tolist() == [101]
    assert choose(found, year=2018).empty


def test_accounts_keep_what_is_left_and_what_is_too_much():
    rows = observations(
        {"value": 20.0},
        part("VNM", 3.0, "nationality"),
        part("GBR", 8.0, "nationality"),
        {"value": 10.0, "source_id": "b"},
        part("VNM", 12.0, "nationality", source_id="b"),
    )
    found = accounts(splits(rows, "nationality")).set_index("source_ids")
    assert found["left"].to_dict() == {"a": 9, "b": -2}
    assert found["classes"].to_dict() == {"a": 2, "b": 1}


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("2017-01-01", "2017-12-31", "2017"),
        ("2015-12-25", "2016-12-25", "2016 (police year)"),
        ("2015-01-01", "2015-01-31", "Jan 2015"),
        ("2019-01-01", "2019-06-30", "Jan–Jun 2019"),
        ("2020-04-01", "2021-03-31", "Apr 2020–Mar 2021"),
        ("2015-01-01", "2015-12-25", "1 Jan–25 Dec 2015"),
        ("2021-08-26", "2021-08-26", "26 Aug 2021"),
        ("2014-01-01", "2016-12-31", "2014–2016"),
    ],
)
def test_period_words(start, end, words):
    assert period_words(start, end) == words
