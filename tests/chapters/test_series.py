"""Which statement stands for which year, on a ledger of a dozen rows."""

import numpy as np
import pandas as pd
import pytest

from khtip.chapters.trends import results, series
from khtip.ledger.ledger import Ledger
from khtip.ledger.statements import AS_DOCUMENTED

BODIES = pd.DataFrame(
    {
        "reporting_body": ["NCCT", "Ministry of Interior", "National Police", "Military"],
        "preference": ["10", "20", "30", "70"],
    }
)


def ledger(*rows):
    """Build observations from (id, body, start, end, measure, value) and optional fields."""
    table = []
    for figure_id, body, start, end, measure, value, *more in rows:
        whole = start[5:] == "01-01" and end[5:] == "12-31"
        table.append(
            {
                "figure_id": figure_id,
                "source_id": figure_id.rsplit("-", 1)[0],
                "reporting_body": body,
                "ref_area": "KHM",
                "period_start": start,
                "period_end": end,
                "months": 12.0 if whole else 6.0,
                "year": float(start[:4]) if whole else np.nan,
                "measure": measure,
                "series": "yes",
                "crime_scope": "trafficking_and_sexual_exploitation",
                "dimension": np.nan,
                "category": np.nan,
                "value": float(value),
                "low": float(value),
                "high": float(value),
                "qualifier": "exact",
                "preferred": False,
                **(more[0] if more else {}),
            }
        )
    return pd.DataFrame(table)


NO_BREAKS = pd.DataFrame(columns=["break_id", "first_year", "last_year", "measures", "effect"])
LABELS = {"cases": "Cases", "arrests": "Persons arrested"}
CHOICES = {
    "base_year": 2016,
    "reference_year": 2017,
    "confidence": 0.95,
    "preferred_body": AS_DOCUMENTED,
    "exclude_breaks": False,
    "seed": 1,
}


def small(*rows, breaks=NO_BREAKS):
    """Return a small ledger; rows as `ledger` takes them."""
    measures = pd.DataFrame({"measure": list(LABELS), "label": list(LABELS.values())})
    others = {row[1] for row in rows} - set(BODIES["reporting_body"])
    more = pd.DataFrame({"reporting_body": sorted(others), "preference": "40"}, dtype=str)
    bodies = pd.concat([BODIES, more], ignore_index=True)
    return Ledger(observations=ledger(*rows), bodies=bodies, breaks=breaks, measures=measures)


def national(*rows):
    """Return the national totals of a small ledger."""
    return series.national(small(*rows))


def analysed(*rows, breaks=NO_BREAKS, **choices):
    """Return the results of notebook 03 on a small ledger."""
    return results.analyse(small(*rows, breaks=breaks), **(CHOICES | choices))


def year(number):
    return f"{number}-01-01", f"{number}-12-31"


FIRST_HALF = ("2018-01-01", "2018-06-30"), ("2019-01-01", "2019-06-30")


def test_only_national_totals_of_the_wide_scope_are_kept():
    rows = (
        ("a-1", "NCCT", *year(2016), "cases", 92),
        ("a-2", "NCCT", *year(2016), "cases", 10, {"dimension": "province", "category": "KH-1"}),
        ("a-3", "NCCT", *year(2016), "cases", 11, {"ref_area": "KH-1"}),
        ("a-4", "NCCT", *year(2016), "cases", 12, {"crime_scope": "trafficking"}),
        ("a-5", "NCCT", *year(2016), "cases", 93, {"crime_scope": "unspecified"}),
        ("a-6", "NCCT", *year(2016), "cases_change", -5, {"series": np.nan}),
        ("a-7", "Military", *year(2016), "cases", 13),
    )
    assert national(*rows)["figure_id"].tolist() == ["a-1", "a-5"]


def test_days_count_both_ends():
    rows = (("a-1", "NCCT", "2015-12-25", "2016-12-25", "cases", 92),)
    assert national(*rows)["days"].tolist() == [367]


def test_preferred_row_wins_and_the_span_stays():
    rows = (
        ("b-1", "National Police", *year(2017), "cases", 151),
        ("a-1", "NCCT", *year(2017), "cases", 159, {"preferred": True}),
        ("c-1", "Ministry of Interior", *year(2017), "cases", 139),
    )
    found = series.yearly(national(*rows), "cases").iloc[0]
    assert (found["value"], found["lowest"], found["highest"]) == (159, 139, 159)
    assert found["statements"] == 3 and found["reporting_body"] == "NCCT"


def test_the_order_of_the_file_does_not_matter():
    rows = (
        ("a-1", "NCCT", *year(2017), "cases", 159),
        ("b-1", "NCCT", *year(2017), "cases", 160),
        ("c-1", "NCCT", *year(2016), "cases", 92),
    )
    totals = national(*rows)
    one = series.yearly(totals, "cases")
    pd.testing.assert_frame_equal(one, series.yearly(totals.iloc[::-1], "cases"))


def test_a_wanted_body_goes_first_where_it_has_a_count():
    rows = (
        ("a-1", "NCCT", *year(2016), "arrests", 113, {"preferred": True}),
        ("b-1", "National Police", *year(2016), "arrests", 124),
        ("a-2", "NCCT", *year(2017), "arrests", 203, {"preferred": True}),
    )
    totals = national(*rows)
    found = series.yearly(totals, "suspects", preferred_body="National Police")
    assert found["value"].tolist() == [124, 203]


def test_arrests_go_before_the_court_file():
    rows = (
        ("a-1", "NCCT", *year(2023), "suspects_sent_to_court", 190, {"preferred": True}),
        ("b-1", "National Police", *year(2023), "arrests", 185),
        ("a-2", "NCCT", *year(2021), "suspects_sent_to_court", 538),
    )
    found = series.yearly(national(*rows), "suspects")
    assert found["measure"].tolist() == ["suspects_sent_to_court", "arrests"]


@pytest.mark.parametrize("qualifier", ["more_than", "at_least", "including", "worded"])
def test_a_bound_is_no_count(qualifier):
    rows = (("a-1", "NCCT", *year(2017), "cases", 150, {"qualifier": qualifier}),)
    totals = national(*rows)
    assert series.yearly(totals, "cases").empty and series.choices(totals, "cases").empty


def test_a_year_without_a_count_is_a_gap_and_not_a_zero():
    rows = (("a-1", "NCCT", *year(2016), "cases", 92), ("a-2", "NCCT", *year(2018), "cases", 134))
    assert series.yearly(national(*rows), "cases")["year"].tolist() == [2016, 2018]


def test_reposts_are_one_choice():
    rows = (
        ("a-1", "NCCT", *year(2017), "cases", 159),
        ("b-1", "NCCT", *year(2017), "cases", 159),
        ("c-1", "National Police", *year(2017), "cases", 151),
    )
    found = series.choices(national(*rows), "cases")
    assert found["value"].tolist() == [151, 159]
    assert found["source_ids"].tolist() == ["c", "a;b"]


def test_part_years_need_the_same_window_twice():
    first, second = FIRST_HALF
    rows = (
        ("a-1", "NCCT", *first, "cases", 62),
        ("a-2", "NCCT", *second, "cases", 78),
        ("a-3", "NCCT", "2017-01-01", "2017-10-31", "cases", 129),
        ("a-4", "NCCT", "2017-07-01", "2018-06-30", "cases", 140),
        ("a-5", "NCCT", *year(2018), "cases", 134),
    )
    found = series.part_years(national(*rows))
    assert found["value"].tolist() == [62, 78]  # as reported, never doubled
    assert set(found["window"]) == {"January to June"} and found["year"].tolist() == [2018, 2019]


def test_ratios_need_one_report():
    rows = (
        ("a-1", "NCCT", *year(2016), "cases", 92),
        ("a-2", "NCCT", *year(2016), "victims_rescued", 298),
        ("a-3", "NCCT", *year(2016), "arrests", 113),
        ("b-1", "National Police", *year(2016), "victims_rescued", 244),  # no cases in b
        ("c-1", "NCCT", *year(2016), "cases", 92),  # a repost of a
        ("c-2", "NCCT", *year(2016), "victims_rescued", 298),
    )
    found = series.per_case(small(*rows)).set_index("ratio")["per_case"]
    assert found.to_dict() == pytest.approx(
        {"victims per case": 298 / 92, "suspects per case": 113 / 92}
    )


@pytest.mark.parametrize(("arrested", "sent"), [("a", "b"), ("b", "a")])
def test_of_two_equal_ratios_the_series_first_measure_speaks_whatever_the_ids(arrested, sent):
    rows = (
        (f"{arrested}-1", "NCCT", *year(2016), "cases", 92),
        (f"{arrested}-2", "NCCT", *year(2016), "arrests", 113),
        (f"{sent}-1", "NCCT", *year(2016), "cases", 92),
        (f"{sent}-2", "NCCT", *year(2016), "suspects_sent_to_court", 113),
    )
    assert series.per_case(small(*rows))["measure"].tolist() == ["arrests"]


def test_no_ratio_with_zero_cases():
    rows = (("a-1", "NCCT", *year(2016), "cases", 0), ("a-2", "NCCT", *year(2016), "arrests", 3))
    assert series.per_case(small(*rows)).empty


def test_the_middle_of_a_period():
    first, _ = FIRST_HALF
    rows = (
        ("a-1", "NCCT", *first, "cases", 62),
        ("a-2", "NCCT", *first, "arrests", 85),
        ("b-1", "NCCT", *year(2018), "cases", 134),
        ("b-2", "NCCT", *year(2018), "arrests", 150),
    )
    found = series.per_case(small(*rows))
    assert found["middle"].tolist() == pytest.approx([2017.75, 2018], abs=0.01)
    assert found["calendar_year"].tolist() == [2018, 2018]


def test_own_years_keep_each_body():
    rows = (
        ("a-1", "NCCT", *year(2016), "arrests", 113),
        ("b-1", "National Police", *year(2016), "arrests", 124),
        ("b-2", "National Police", *FIRST_HALF[0], "arrests", 60),
    )
    assert series.own_years(national(*rows))["value"].tolist() == [113, 124]


def test_what_enters_no_yearly_series_says_why():
    rows = (
        ("a-1", "NCCT", *year(2016), "cases", 92),
        ("a-2", "NCCT", "2016-10-01", "2017-09-30", "cases", 120),
        ("a-3", "NCCT", *year(2017), "cases", 150, {"qualifier": "more_than", "high": np.inf}),
        ("a-4", "NCCT", *year(2017), "cases", 15, {"crime_scope": "trafficking"}),
        ("a-5", "Military", *year(2017), "cases", 12),
        ("a-6", "NCCT", "2015-01-01", "2015-06-30", "cases", 40),
        ("a-7", "NCCT", *FIRST_HALF[0], "cases", 62),
        ("a-8", "NCCT", *FIRST_HALF[1], "cases", 78),
        ("b-8", "National Police", *FIRST_HALF[1], "cases", 77),
        ("a-9", "NCCT", *year(2016), "convictions", 9),
    )
    found = series.outside(small(*rows)).set_index("figure_id")["because"]
    assert found.to_dict() == {
        "a-2": "its period runs over the turn of a year",
        "a-3": "it gives a bound and no number",
        "a-4": "its scope is another one: trafficking",
        "a-5": "its body counts only its own part of the country's work",
        "a-6": "it covers a part of a year, compared with others below",
        "a-7": "it covers a part of a year, compared with others below",
        "a-8": "it covers a part of a year, compared with others below",
        "b-8": "it covers a part of a year, compared with others below",
    }
    alone = series.outside(small(rows[0], rows[5])).set_index("figure_id")["because"]
    assert alone.to_dict() == {"a-6": "it covers a part of a year that no other year has"}
    table = analysed(*rows).outside.set_index("because")
    assert table.loc["its period runs over the turn of a year", "periods"] == (
        "2016-10-01 to 2017-09-30"
    )
    assert table["statements"].sum() == 8
