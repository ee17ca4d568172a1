import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from observed import observations
from scipy import stats

from khtip.chapters.destinations import results
from khtip.chapters.destinations.findings import conclude
from khtip.chapters.destinations.results import (
    brought_home,
    concentration_table,
    deportations,
    destination_rates,
    every_list,
    stock_of,
    three_counts,
    yearly_totals,
)
from khtip.figures.absence import missing

AREAS = pd.DataFrame(
    {
        "ref_area": ["MYS", "THA", "CHN", "VNM", "JPN"],
        "name": ["Malaysia", "Thailand", "China", "Viet Nam", "Japan"],
    }
)
MINISTRY = {"reporting_body": "MoFAIC", "measure": "victims_repatriated",
            "crime_scope": "trafficking"}  # fmt: skip


def to(country, value, **more):
    return {"dimension": "destination", "category": country, "value": value} | MINISTRY | more


def a_list(**more):
    return [
        {"value": 700.0} | MINISTRY | more,
        to("MYS", 351.0, **more),
        to("THA", 260.0, **more),
        to("CHN", 50.0, **more),
        to("VNM", 17.0, **more),
        to("JPN", 4.0, **more),
    ]


def stock(**more):
    rows = [
        ("2017", 2015, "MYS", 14127.0), ("2017", 2017, "MYS", 14409.0),
        ("2017", 2017, "THA", 680686.0), ("2017", 2017, "CHN", math.nan),
        ("2017", 2017, "VNM", 1035.0), ("2017", 2017, "JPN", 3518.0),
        ("2020", 2015, "MYS", 15461.0), ("2020", 2015, "THA", 666096.0),
        ("2020", 2015, "VNM", 990.0), ("2020", 2015, "JPN", 3383.0),
        ("2020", 2020, "MYS", 16384.0),
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["revision", "year", "ref_area", "value"])
    return frame.assign(revision=frame["revision"].astype(int), context_source_id="ctx-02", **more)


def unodc(*rows):
    columns = ["indicator", "ref_area", "year", "low", "value", "high"]
    return pd.DataFrame(rows, columns=columns)


RETURNED = ("unodc_repatriated_to_khm", "THA", 2016, 108.0, 108.0, 108.0)
SUPPRESSED = ("unodc_detected_khm_citizens", "JPN", 2016, 0.0, math.nan, 4.0)


def test_the_list_needs_a_total_two_countries_and_half_a_year():
    assert brought_home(observations(*a_list()), year=2017)["category"].tolist() == [
        *["MYS", "THA", "CHN", "VNM", "JPN"]
    ]
    assert brought_home(observations(*a_list()[1:]), year=2017).empty
    assert brought_home(observations(*a_list()[:2]), year=2017).empty
    weeks = ("2017-04-14", "2017-05-03")
    assert brought_home(observations(*a_list(period=weeks)), year=2017).empty
    assert list(every_list(observations(*a_list()))) == [2017]


def test_the_stock_is_taken_at_its_nearest_year_and_never_filled_in():
    found = stock_of(stock(), edition="2017", year=2017).set_index("ref_area")
    assert found.loc["MYS", "stock"] == 14409
    assert math.isnan(found.loc["CHN", "stock"])
    assert set(stock_of(stock(), edition="2020", year=2017)["stock_year"]) == {2015}
    assert set(stock_of(stock(), edition="2020", year=2018)["stock_year"]) == {2020}
    halfway = stock_of(stock(), edition="2017", year=2016)  # 2015 and 2017 are equally near
    assert set(halfway["stock_year"]) == {2017}
    with pytest.raises(ValueError, match="no revision '2019'.*held: 2017, 2020"):
        stock_of(stock(), edition="2019", year=2017)


def test_rates_by_hand_and_what_they_may_be_read_as():
    home = brought_home(observations(*a_list()), year=2017)
    table = destination_rates(home, stock(), edition="2017", year=2017).set_index("destination")
    assert table.loc["MYS", "rate_per_10000"] == pytest.approx(351 / 14409 * 10_000)
    assert table.loc["MYS", "low"] == pytest.approx(
        stats.chi2.ppf(0.025, 2 * 351) / 2 / 14409 * 10_000
    )
    assert table["reading"].to_dict() == {
        "MYS": "stable", "VNM": "stable", "JPN": "interval only", "THA": "stable",
        "CHN": "no stock published",
    }  # fmt: skip
    assert math.isnan(table.loc["JPN", "rate_per_10000"])
    assert table.index[-1] == "CHN"
    small = destination_rates(home, stock(), edition="2020", year=2017).set_index("destination")
    assert small.loc["VNM", "reading"] == "interval only"  # a stock below 1,000


def test_an_empty_list_gives_empty_products_with_their_header():
    home = brought_home(observations(*a_list()), year=2019)
    table = destination_rates(home, stock(), edition="2017", year=2019)
    assert table.empty
    assert table.columns[:3].tolist() == ["destination", "count", "stock"]
    assert concentration_table(home).columns.tolist() == [
        *["measure", "value", "low", "high", "covers"]
    ]
    sentence = results.absent(observations(*a_list()), 2019)
    assert missing(sentence)
    assert sentence["nothing_reported"].item() == "No destination split is reported for 2019."


def test_concentration_keeps_the_residual_in_view():
    home = brought_home(observations(*a_list()), year=2017)
    table = concentration_table(home).set_index("measure")
    squares = sum(k * k for k in (351, 260, 50, 17, 4))
    assert table.loc["Herfindahl-Hirschman index", "low"] == pytest.approx((squares + 18) / 700**2)
    highest = squares - 351**2 + (351 + 18) ** 2
    assert table.loc["Herfindahl-Hirschman index", "high"] == pytest.approx(highest / 700**2)
    assert table.loc["Share of the largest", "value"] == 351 / 700


def test_unodc_counts_are_the_nearest_within_two_years():
    home = brought_home(observations(*a_list()), year=2017)
    old = ("unodc_repatriated_to_khm", "MYS", 2014, 38.0, 38.0, 38.0)
    table = three_counts(home, unodc(RETURNED, SUPPRESSED, old), year=2017)
    theirs = table[table["counted"].ne("Brought home: Cambodian report")].set_index("destination")
    assert theirs.index.tolist() == ["THA", "JPN"]
    assert theirs.loc["THA", "year"] == 2016
    assert math.isnan(theirs.loc["JPN", "value"])
    assert theirs.loc["JPN", "high"] == 4


def test_totals_keep_bodies_and_scopes_apart_and_drop_doubled_roundings():
    rows = observations(
        {"value": 757.0} | MINISTRY,
        {"value": 757.0, "source_id": "b"} | MINISTRY,
        {"value": 307.0} | MINISTRY | {"reporting_body": "National Police"},
        {"value": 760.0, "qualifier": "about", "source_id": "c"} | MINISTRY,
        {"value": 9.0, "period": ("2017-07-02", "2017-07-08")} | MINISTRY,
    )
    found = yearly_totals(rows)
    assert sorted(found["value"]) == [307, 757, 760]
    assert found.set_index("value").loc[757.0, "statements"] == 2
    shown = results.totals(rows, year=2017)
    assert sorted(shown["value"]) == [307, 757]
    assert shown["this_year"].all()


def test_deportations_are_months_and_years_at_two_places():
    who = {"measure": "migrants_deported", "crime_scope": "unspecified"}
    rows = observations(
        {"value": 67087.0, "ref_area": "KH-1"} | who,
        to("THA", 70500.0) | who,
        to("THA", 4325.0, period=("2017-01-01", "2017-01-31"), ref_area="KH-1") | who,
        to("MYS", 5.0) | who,
    )
    found = deportations(rows)
    assert found[["value", "kind", "place"]].values.tolist() == [
        [4325, "month", "Poipet"], [67087, "year", "Poipet"], [70500, "year", "Thailand"],
    ]  # fmt: skip


def test_tables_name_places_and_mark_the_chosen_revision():
    home = brought_home(observations(*a_list()), year=2017)
    listed = results.counts(home, AREAS)
    assert listed["label"].tolist()[-1] == "Country not named"
    assert listed["count"].sum() == 700
    rates = results.rates(home, stock(), AREAS, edition="2017", year=2017)
    assert rates.groupby("stock_edition")["chosen"].first().to_dict() == {
        "2017": True, "2020": False,
    }  # fmt: skip
    assert rates.groupby("destination")["place"].nunique().eq(1).all()
    sets = results.ranks(home, rates, AREAS)
    assert sets["ranked_by"].value_counts().to_dict() == {"By number": 5, "By rate": 4}
    assert results.shrunken(rates, AREAS)["category"].tolist()[0] == "Malaysia"
    flows = results.beside_unodc(home, unodc(RETURNED, SUPPRESSED), AREAS, year=2017)
    assert flows["text"].tolist()[-2:] == ["108 (2016)", "under 5 (2016)"]


def conclusions(rows, **more):
    frames = {"migrant_stock": stock(), "unodc": unodc(RETURNED, SUPPRESSED), "areas": AREAS}
    return {one.finding_id: one for one in conclude(observations=rows, **frames, **more)}


def test_findings_of_a_list():
    rows = observations(
        *a_list(),
        {"value": 986.0, "source_id": "b"} | MINISTRY | {"crime_scope": "unspecified"},
        to("THA", 70500.0, source_id="c") | {"measure": "migrants_deported"},
    )
    found = conclusions(rows)
    assert found["05-list-residual"].value == 18
    assert found["05-counts-leader"].verdict == "Malaysia"
    assert found["05-rates-leader"].verdict == "Malaysia or Viet Nam"
    assert found["05-rates-order"].verdict == "ranks lower by rate"
    assert found["05-rates-no-stock"].value == 50
    assert found["05-unodc-counts"].value == pytest.approx(260 / 108)
    assert found["05-totals-span"].verdict == "totals differ"
    assert found["05-deportations"].value == pytest.approx(70500 / 260)


def test_a_year_without_a_list_stops_with_a_sentence():
    found = conclusions(observations(*a_list()), reference_year=2019)
    assert {one.verdict for one in found.values()} == {"not reported"}
    assert (
        found["05-rates-leader"].sentence == "No destination split is reported for 2019: no rate."
    )
    assert set(found) == set(conclusions(observations(*a_list())))


def test_a_list_without_any_stock_has_no_rate():
    nowhere = stock().assign(value=math.nan)
    frames = {"migrant_stock": nowhere, "unodc": unodc(), "areas": AREAS}
    found = conclude(observations=observations(*a_list()), **frames)
    verdicts = {one.finding_id: one.verdict for one in found}
    for name in ("05-rates-leader", "05-rates-order", "05-rates-revisions", "05-unodc-counts"):
        assert verdicts[name] == "not reported"


@settings(deadline=None, max_examples=15)
@given(st.integers(2, 9))
def test_scaling_the_stock_divides_the_rates(factor):
    home = brought_home(observations(*a_list()), year=2017)
    one = destination_rates(home, stock(), edition="2017", year=2017)
    larger = stock().assign(value=lambda frame: frame["value"] * factor)
    other = destination_rates(home, larger, edition="2017", year=2017)
    assert one["low"].dropna().tolist() == pytest.approx((other["low"].dropna() * factor).tolist())
    assert one["destination"].tolist() == other["destination"].tolist()


@settings(deadline=None, max_examples=15)
@given(st.permutations(range(1, 6)))
def test_the_order_of_the_rows_does_not_matter(order):
    rows = a_list()
    shuffled = brought_home(observations(rows[0], *(rows[place] for place in order)), year=2017)
    plain = brought_home(observations(*rows), year=2017)
    assert shuffled["category"].tolist() == plain["category"].tolist()
