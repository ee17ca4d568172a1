"""Breaks, treatments and the table of trends on a made-up ledger."""

import pandas as pd
import pytest
from test_series import analysed, small, year

from khtip.chapters.trends import results

BREAKS = pd.DataFrame(
    {
        "break_id": ["border-closure", "scam-compounds", "police-year"],
        "first_year": ["2020", "2021", "2015"],
        "last_year": ["2021", "", "2016"],
        "measures": ["cases;arrests", "cases;victims_rescued", "cases"],
        "effect": ["exclude", "new_population", "counting_body"],
    }
)


def rows():
    counts = {2014: 94, 2015: 94, 2016: 92, 2017: 159, 2018: 134, 2019: 163, 2020: 155, 2021: 359}
    found = [(f"a-{y}", "NCCT", *year(y), "cases", count) for y, count in counts.items()]
    found += [
        (f"b-{y}", "National Police", *year(y), "cases", c) for y, c in ((2016, 92), (2017, 151))
    ]
    found += [
        (f"a-v{y}", "NCCT", *year(y), "victims_rescued", 300 + y - 2016) for y in (2016, 2017)
    ]
    return found


def trends(**choices):
    return analysed(*rows(), breaks=BREAKS, **choices).trends


def test_years_of_a_break():
    assert results.left_out_years(BREAKS, "cases", last=2024) == {
        "border closure": {2020, 2021},
        "scam compounds": {2021, 2022, 2023, 2024},
    }
    assert list(results.left_out_years(BREAKS, "victims", last=2024)) == ["scam compounds"]


def test_treatments_leave_out_what_they_say():
    found = {
        name: sorted(set(kept["year"].astype(int)))
        for name, kept in results.treatments(small(*rows(), breaks=BREAKS), "cases").items()
    }
    assert found["all years"] == list(range(2014, 2022))
    assert found["without border closure"] == list(range(2014, 2020))
    assert found["without scam compounds"] == list(range(2014, 2021))
    assert found["without any named break"] == list(range(2014, 2020))
    assert "only NCCT" in found and "only National Police" not in found  # two years are too few


def test_table():
    found = trends().set_index(["series", "treatment"])
    whole = found.loc[("cases", "all years")]
    assert whole["n"] == 8 and whole["choices"] == whole["fitted"] == 2
    assert whole["change_lowest"] < whole["change_highest"]
    assert whole["change_lowest"] <= whole["annual_change"] <= whole["change_highest"]
    assert 0 <= whole["share_excluding_zero"] <= 1
    few = found.loc[("victims", "all years")]
    assert few["verdict"] == "too few years" and pd.isna(few["p_value"])
    assert "2 years have a count" in few["sentence"]
    none = found.loc[("suspects", "all years")]
    assert none["n"] == 0 and none["verdict"] == "too few years"


def test_the_preferred_body_moves_the_trend():
    moved = trends(preferred_body="National Police")
    plain = trends()
    assert moved["annual_change"].iloc[0] != pytest.approx(plain["annual_change"].iloc[0], rel=1e-6)
    assert moved["change_lowest"].iloc[0] == plain["change_lowest"].iloc[0]


def test_the_order_of_the_breaks_decides_nothing():
    plain, turned = trends(), analysed(*rows(), breaks=BREAKS.iloc[::-1]).trends
    pd.testing.assert_frame_equal(plain, turned)
