import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from observed import observations
from scipy import stats

from khtip.chapters.destinations import figures, results
from khtip.chapters.destinations.findings import conclude
from khtip.chapters.destinations.rated import stock_of
from khtip.chapters.destinations.returns import yearly_totals
from khtip.ledger.ledger import Ledger
from khtip.ledger.unreported import missing

AREAS = pd.DataFrame(
    {
        "ref_area": ["MYS", "THA", "CHN", "VNM", "JPN"],
        "name": ["Malaysia", "Thailand", "China", "Viet Nam", "Japan"],
    }
)
MINISTRY = {
    "reporting_body": "MoFAIC",
    "measure": "victims_repatriated",
    "crime_scope": "trafficking",
}


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
        ("2017", 2015, "MYS", 14127.0),
        ("2017", 2017, "MYS", 14409.0),
        ("2017", 2017, "THA", 680686.0),
        ("2017", 2017, "CHN", math.nan),
        ("2017", 2017, "VNM", 1035.0),
        ("2017", 2017, "JPN", 3518.0),
        ("2020", 2015, "MYS", 15461.0),
        ("2020", 2015, "THA", 666096.0),
        ("2020", 2015, "VNM", 990.0),
        ("2020", 2015, "JPN", 3383.0),
        ("2020", 2020, "MYS", 16384.0),
    ]
    frame = pd.DataFrame(rows, columns=["revision", "year", "ref_area", "value"])
    return frame.assign(revision=frame["revision"].astype(int), context_source_id="ctx-02", **more)


def unodc(*rows):
    columns = ["indicator", "ref_area", "year", "low", "value", "high"]
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(context_source_id="u", edition="Data of 2023")


SETTING = {
    "reference_year": 2017,
    "confidence": 0.95,
    "stock_edition": "2017",
    "preferred_body": "as-documented",
    "draws": 100,
    "seed": 1,
}


def ledger(*rows, **tables):
    small = {"areas": AREAS, "migrant_stock": stock(), "unodc": unodc()}
    return Ledger(**small | {"observations": observations(*rows)} | tables)


def analysed(*rows, tables=None, **more):
    return results.analyse(ledger(*rows, **tables or {}), **SETTING | more)


RETURNED = ("unodc_repatriated_to_khm", "THA", 2016, 108.0, 108.0, 108.0)
SUPPRESSED = ("unodc_detected_khm_citizens", "JPN", 2016, 0.0, math.nan, 4.0)


def test_the_list_needs_a_total_two_countries_and_half_a_year():
    found = analysed(*a_list())
    assert found.home["category"].tolist() == ["MYS", "THA", "CHN", "VNM", "JPN"]
    assert list(results.every_list(found.ledger)) == [2017]
    weeks = ("2017-04-14", "2017-05-03")
    for too_little in (a_list()[1:], a_list()[:2], a_list(period=weeks)):
        assert analysed(*too_little).home.empty


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
    table = analysed(*a_list()).rates.set_index("destination")
    assert table.loc["MYS", "rate_per_10000"] == pytest.approx(351 / 14409 * 10_000)
    assert table.loc["MYS", "low"] == pytest.approx(
        stats.chi2.ppf(0.025, 2 * 351) / 2 / 14409 * 10_000
    )
    assert table["reading"].to_dict() == {
        "MYS": "stable",
        "VNM": "stable",
        "JPN": "interval only",
        "THA": "stable",
        "CHN": "no stock published",
    }
    assert math.isnan(table.loc["JPN", "rate_per_10000"])
    assert table.index[-1] == "CHN"
    small = analysed(*a_list(), stock_edition="2020").rates.set_index("destination")
    assert small.loc["VNM", "reading"] == "interval only"  # a stock below 1,000


def test_an_empty_list_gives_empty_products_with_their_header():
    found = analysed(*a_list(), reference_year=2019)
    assert found.rates.empty
    assert found.rates.columns[:3].tolist() == ["destination", "count", "stock"]
    assert found.concentration.columns.tolist() == ["measure", "value", "low", "high", "covers"]
    for table in (found.listed, found.revisions, found.ranks, found.flows, found.shrunken):
        assert missing(table)
    said = found.absent["nothing_reported"].item()
    assert said == "No exact total of 2019 is split by destination."


def test_concentration_keeps_the_residual_in_view():
    table = analysed(*a_list()).concentration.set_index("measure")
    squares = sum(k * k for k in (351, 260, 50, 17, 4))
    assert table.loc["Herfindahl-Hirschman index", "low"] == pytest.approx((squares + 18) / 700**2)
    highest = squares - 351**2 + (351 + 18) ** 2
    assert table.loc["Herfindahl-Hirschman index", "high"] == pytest.approx(highest / 700**2)
    assert table.loc["Share of the largest", "value"] == 351 / 700


def test_unodc_counts_are_the_nearest_within_two_years():
    old = ("unodc_repatriated_to_khm", "MYS", 2014, 38.0, 38.0, 38.0)
    table = analysed(*a_list(), tables={"unodc": unodc(RETURNED, SUPPRESSED, old)}).flows
    theirs = table[~table["is_list"]].set_index("destination")
    assert theirs.index.tolist() == ["THA", "JPN"]
    assert theirs.loc["THA", "year"] == 2016
    assert math.isnan(theirs.loc["JPN", "value"])
    assert theirs.loc["JPN", "high"] == 4
    assert set(theirs["source_ids"]) == {"u"}


@pytest.mark.parametrize("order", [1, -1])
def test_unodc_counts_are_of_its_newest_edition_wherever_it_stands(order):
    later = unodc(RETURNED).assign(edition="Data of 2025", value=120.0, low=120.0, high=120.0)
    both = pd.concat([unodc(RETURNED), later][::order], ignore_index=True)
    table = analysed(*a_list(), tables={"unodc": both}).flows
    assert table.loc[~table["is_list"], "value"].tolist() == [120.0]


def test_totals_keep_bodies_and_scopes_apart_and_drop_doubled_roundings():
    found = analysed(
        {"value": 757.0} | MINISTRY,
        {"value": 757.0, "source_id": "b"} | MINISTRY,
        {"value": 307.0} | MINISTRY | {"reporting_body": "National Police"},
        {"value": 760.0, "qualifier": "about", "source_id": "c"} | MINISTRY,
        {"value": 9.0, "period": ("2017-07-02", "2017-07-08")} | MINISTRY,
    )
    stated = yearly_totals(found.ledger)
    assert sorted(stated["value"]) == [307, 757, 760]
    assert stated.set_index("value").loc[757.0, "statements"] == 2
    assert sorted(found.totals["value"]) == [307, 757]
    assert found.totals["this_year"].all()


def test_deportations_are_months_and_years_at_two_places():
    who = {"measure": "migrants_deported", "crime_scope": "unspecified"}
    found = analysed(
        {"value": 67087.0, "ref_area": "KH-1"} | who,
        to("THA", 70500.0) | who,
        to("THA", 4325.0, period=("2017-01-01", "2017-01-31"), ref_area="KH-1") | who,
        to("MYS", 5.0) | who,
    ).deportations
    assert found[["value", "kind", "place"]].values.tolist() == [
        [4325, "month", "Poipet"],
        [67087, "year", "Poipet"],
        [70500, "year", "Thailand"],
    ]


def test_tables_name_places_and_mark_the_chosen_revision():
    found = analysed(*a_list(), tables={"unodc": unodc(RETURNED, SUPPRESSED)})
    assert found.listed["label"].tolist()[-1] == "Country not named"
    assert found.listed["count"].sum() == 700
    assert found.revisions.groupby("stock_edition")["chosen"].first().to_dict() == {
        "2017": True,
        "2020": False,
    }
    assert found.ranks["ranked_by"].value_counts().to_dict() == {"By number": 5, "By rate": 4}
    assert found.shrunken["category"].tolist()[0] == "Malaysia"
    assert found.flows["label"].tolist()[-2:] == ["Thailand", "Japan"]


def conclusions(*rows, **more):
    tables = {"unodc": unodc(RETURNED, SUPPRESSED)}
    return {one.finding_id: one for one in conclude(analysed(*rows, tables=tables, **more))}


def test_findings_of_a_list():
    found = conclusions(
        *a_list(),
        {"value": 986.0, "source_id": "b"} | MINISTRY | {"crime_scope": "unspecified"},
        to("THA", 70500.0, source_id="c") | {"measure": "migrants_deported"},
    )
    assert found["05-list-residual"].value == 18
    assert found["05-counts-leader"].verdict == "Malaysia"
    assert found["05-rates-leader"].verdict == "Malaysia or Viet Nam"
    assert found["05-rates-order"].verdict == "ranks lower by rate"
    assert found["05-rates-no-stock"].value == 50
    assert found["05-unodc-counts"].value == pytest.approx(260 / 108)
    assert found["05-totals-span"].verdict == "totals differ"
    assert found["05-deportations"].value == pytest.approx(70500 / 260)


def test_a_year_without_a_list_stops_with_a_sentence():
    found = conclusions(*a_list(), reference_year=2019)
    assert {one.verdict for one in found.values()} == {"not reported"}
    assert (
        found["05-rates-leader"].sentence
        == "No exact total of 2019 is split by destination: no rate."
    )
    assert set(found) == set(conclusions(*a_list()))


def test_a_list_without_any_stock_has_no_rate():
    nowhere = {"migrant_stock": stock().assign(value=math.nan)}
    verdicts = {
        one.finding_id: one.verdict for one in conclude(analysed(*a_list(), tables=nowhere))
    }
    for name in ("05-rates-leader", "05-rates-order", "05-rates-revisions", "05-unodc-counts"):
        assert verdicts[name] == "not reported"


@settings(deadline=None, max_examples=15)
@given(st.integers(2, 9))
def test_scaling_the_stock_divides_the_rates(factor):
    one = analysed(*a_list()).rates
    larger = {"migrant_stock": stock().assign(value=lambda frame: frame["value"] * factor)}
    other = analysed(*a_list(), tables=larger).rates
    assert one["low"].dropna().tolist() == pytest.approx((other["low"].dropna() * factor).tolist())
    assert one["destination"].tolist() == other["destination"].tolist()


@settings(deadline=None, max_examples=15)
@given(st.permutations(range(1, 6)))
def test_the_order_of_the_rows_does_not_matter(order):
    rows = a_list()
    shuffled = analysed(rows[0], *(rows[place] for place in order))
    assert shuffled.home["category"].tolist() == analysed(*rows).home["category"].tolist()


# Other valid data: what contradicts is a verdict, and every figure stands.

SOURCE = "ppp-2018-ncct-annual"  # a source that the figures know
DEPORTED = {"measure": "migrants_deported", "crime_scope": "unspecified"}
JULY = {"ref_area": "KH-1", "period": ("2016-07-01", "2016-07-31")} | DEPORTED
STOCK = stock().assign(context_source_id="ctx-02")
UNODC = unodc(RETURNED, SUPPRESSED).assign(context_source_id="ctx-45")


def drawn(*rows, tables=None, **more):
    """Draw every figure of the notebook and state every finding."""
    known = {"migrant_stock": STOCK, "unodc": UNODC} | (tables or {})
    rows = [{"source_id": SOURCE} | row for row in rows]
    found = analysed(*rows, tables=known, **more)
    for name in [one for one in vars(figures) if one.startswith("draw_")]:
        if name != "draw_absence":
            getattr(figures, name)(found)
    return found, {one.finding_id: one for one in conclude(found)}


@pytest.mark.parametrize(
    ("rows", "tables"),
    [
        ([{"value": 5.0, "measure": "arrests"}], {}),
        ([{"value": 0.0} | MINISTRY], {}),
        ([{"value": 10.0} | MINISTRY, to("MYS", 0.0), to("THA", 0.0)], {}),
        ([*a_list(), *a_list(period=2025), to("THA", 70500.0, period=2014) | DEPORTED], {}),
        (a_list(), {"unodc": unodc()}),
        (a_list(), {"migrant_stock": STOCK.assign(value=math.nan)}),
    ],
    ids=["one statement", "nobody", "nobody named", "eleven years", "no UNODC", "no stock"],
)
def test_every_figure_and_finding_stands(rows, tables, products):
    found, _ = drawn(*rows, tables=tables)
    assert len(list(products.glob("05-*.png"))) == 7
    assert len(found.over_years.columns) == len(results.OVER_YEARS)


def test_a_list_above_its_total_is_a_verdict(products):
    found, stated = drawn({"value": 600.0} | MINISTRY, *a_list()[1:])
    assert stated["05-list-residual"].verdict == "more than the total"
    assert stated["05-list-residual"].value == 600 - 682
    assert found.listed["share"].sum() == pytest.approx(1)


def test_a_month_without_its_parts_keeps_its_total(products):
    sexes = [
        {"value": 30.0, "dimension": "sex", "category": one} | JULY
        for one in ("male_adult", "male_child")
    ]
    months = drawn({"value": 3911.0} | JULY)[0].months
    assert months[["total", "adds_up"]].values.tolist() == [[3911, True]]
    assert months["children"].isna().all()
    split = drawn({"value": 61.0} | JULY, *sexes)[0].months
    assert split[["adults", "children", "adds_up"]].values.tolist() == [[30, 30, False]]


def test_a_country_without_a_row_is_not_one_without_a_stock(products):
    gone = STOCK[~(STOCK["ref_area"].eq("THA") & STOCK["revision"].eq(2017))]
    found, stated = drawn(*a_list(), tables={"migrant_stock": gone})
    readings = found.rates.set_index("destination")["reading"]
    assert readings[["THA", "CHN"]].tolist() == ["not in this table", "no stock published"]
    assert "Thailand" not in stated["05-rates-no-stock"].sentence
    assert "not in this table: Thailand" in stated["05-rates-leader"].sentence
    assert stated["05-rates-order"].verdict == "not reported"


def test_more_returns_than_residents_are_no_rate(products):
    tiny = STOCK.assign(value=STOCK["value"].mask(STOCK["ref_area"].eq("MYS"), 100.0))
    found, stated = drawn(*a_list(), tables={"migrant_stock": tiny})
    row = found.rates.set_index("destination").loc["MYS"]
    assert row["reading"] == "more persons than the stock"
    assert math.isnan(row["low"])
    assert "Malaysia" not in found.by_rate["category"].tolist()
    assert "more persons than the stock: Malaysia" in stated["05-rates-leader"].sentence


def test_one_number_of_several_voices_is_one_mark(products):
    more = {"qualifier": "more_than", "high": math.inf} | DEPORTED
    found, _ = drawn(*(to("THA", 70500.0, figure_id=f"{SOURCE}-90{n}") | more for n in range(3)))
    assert found.sent_back["figure_ids"].str.count(";").tolist() == [2]
