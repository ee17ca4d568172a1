"""Two years, like for like: which pairs are compared, and what is said when one is missing."""

import math

import pandas as pd
import pytest
from test_series import CHOICES, LABELS, analysed, national, year

from khtip.chapters.trends import ratios
from khtip.statistics import rates


def table(*rows, **options):
    names = ("base_year", "reference_year", "confidence")
    plain = {name: CHOICES[name] for name in names}
    return ratios.two_years(national(*rows), labels=LABELS, **(plain | options))


def test_anchor_years_by_hand():
    found = table(
        ("a-1", "NCCT", *year(2016), "cases", 92), ("a-2", "NCCT", *year(2017), "cases", 159)
    ).iloc[0]
    # 366 days against 365: 159 / 365 * 366 / 92
    assert found["ratio"] == pytest.approx(159 * 366 / (365 * 92))
    exact = rates.rate_ratio(92, 159, base_days=366, reference_days=365)
    assert (found["low"], found["high"]) == (exact.low, exact.high)
    assert found["tipping_effort"] == pytest.approx(found["ratio"] - 1)
    assert found["verdict"] == "rose" and found["source_ids"] == "a"
    assert found["figure_ids"] == "a-1;a-2" and found["preferred"]


def test_a_pair_from_one_body_goes_before_a_mixed_pair():
    found = table(
        ("a-1", "NCCT", *year(2017), "cases", 159, {"preferred": True}),
        ("b-1", "National Police", *year(2016), "cases", 92, {"preferred": True}),
        ("b-2", "National Police", *year(2017), "cases", 151),
    )
    cases = found[found["measure"] == "cases"]
    assert cases["reference"].tolist() == [151]
    spread = cases.iloc[0]
    assert spread["ratio_lowest"] == spread["ratio"]
    assert spread["ratio_highest"] == pytest.approx(159 / 365 * 366 / 92)


def test_a_mixed_pair_says_so():
    found = table(
        ("a-1", "NCCT", *year(2017), "cases", 159),
        ("b-1", "National Police", *year(2016), "cases", 92),
    ).iloc[0]
    assert (found["base_body"], found["reference_body"]) == ("National Police", "NCCT")
    assert "Two bodies counted" in found["sentence"]


def test_every_body_with_both_years_gets_a_row():
    found = table(
        ("a-1", "NCCT", *year(2016), "cases", 92),
        ("a-2", "NCCT", *year(2017), "cases", 159),
        ("b-1", "National Police", *year(2016), "cases", 92),
        ("b-2", "National Police", *year(2017), "cases", 151),
    )
    cases = found[found["measure"] == "cases"]
    assert cases["preferred"].tolist() == [True, False]
    wanted = table(
        ("a-1", "NCCT", *year(2016), "cases", 92),
        ("a-2", "NCCT", *year(2017), "cases", 159),
        ("b-1", "National Police", *year(2016), "cases", 92),
        ("b-2", "National Police", *year(2017), "cases", 151),
        preferred_body="National Police",
    )
    assert wanted["reference"].iloc[0] == 151


def test_missing_measures_get_a_sentence_and_no_number():
    found = table(
        ("a-1", "NCCT", *year(2016), "cases", 92),
        ("a-2", "NCCT", *year(2017), "cases", 159),
        ("a-3", "NCCT", *year(2017), "arrests", 203),
        ("a-4", "NCCT", *year(2016), "convictions", 100),
    ).set_index("measure")
    arrests = found.loc["arrests"]
    assert arrests["verdict"] == "not reported" and math.isnan(arrests["ratio"])
    assert arrests["sentence"] == (
        "Persons arrested: no comparable count for 2016, so no ratio is computed."
    )
    assert "2016 or 2017" in found.loc["victims_rescued", "gap"]
    assert "convictions" not in found.index  # only the core measures report their absence


def test_a_bound_is_named_as_a_bound():
    more = {"qualifier": "more_than", "low": 301.0, "high": math.inf}
    found = table(
        ("a-1", "NCCT", *year(2016), "victims_rescued", 298),
        ("b-1", "NCCT", *year(2017), "victims_rescued", 300, more),
    ).set_index("measure")
    assert found.loc["victims_rescued", "gap"] == "only 301 or more for 2017"


def test_an_empty_ledger_still_gives_rows():
    found = table(("a-1", "NCCT", *year(2012), "cases", 92))
    assert found["measure"].tolist() == list(ratios.ALWAYS)
    assert found["verdict"].eq("not reported").all()
    assert ratios.by_method(found)["E-test p"].eq("").all()


def test_wide_interval_needs_a_dispersion():
    rows = (
        ("a-1", "NCCT", *year(2016), "cases", 92),
        ("a-2", "NCCT", *year(2017), "cases", 159),
    )
    assert math.isnan(table(*rows)["wide_low"].iloc[0])
    found = table(*rows, dispersions={"cases": 6.0}).iloc[0]
    assert found["wide_low"] < found["low"] and found["high"] < found["wide_high"]
    assert found["wide_low"] < 1  # the tipping dispersion is below 6


def test_like_for_like_keeps_window_measure_and_body():
    rows = (
        ("a-1", "NCCT", "2018-01-01", "2018-06-30", "cases", 62),
        ("a-2", "NCCT", "2019-01-01", "2019-06-30", "cases", 78),
        ("b-1", "National Police", "2020-01-01", "2020-06-30", "cases", 79),
        ("a-3", "NCCT", "2018-01-01", "2018-06-30", "suspects_sent_to_court", 85),
        ("a-4", "NCCT", "2019-01-01", "2019-06-30", "arrests", 97),
    )
    found = analysed(*rows).part_pairs
    assert len(found) == 1
    row = found.iloc[0]
    assert row["ratio"] == pytest.approx(78 / 62) and row["base_days"] == 181
    assert row["reference_period"] == "January to June 2019"


def test_methods_stand_side_by_side():
    found = table(
        ("a-1", "NCCT", *year(2016), "cases", 92), ("a-2", "NCCT", *year(2017), "cases", 159)
    )
    shown = ratios.by_method(found)
    assert shown.loc["Cases", "exact"] == "1.33 to 2.27"
    assert shown.loc["Cases", "ratio over sources"] == "1.73 to 1.73"
    assert list(shown.columns)[:3] == ["exact", "mid-p", "score"]
    assert isinstance(shown, pd.DataFrame) and not shown.isna().any().any()


def test_two_zeros_have_no_ratio_and_say_so():
    rows = [(f"a-{y}", "NCCT", *year(y), "cases", 0) for y in (2016, 2017)]
    found = table(*rows).iloc[0]
    assert (found["base"], found["reference"], found["verdict"]) == (0, 0, "not reported")
    assert found["sentence"] == "Cases: both counts of NCCT are zero, so no ratio is computed."
    assert found["figure_ids"] == "a-2016;a-2017"


def test_a_suppressed_count_is_a_bound():
    hidden = {"value": math.nan, "low": 0.0, "high": 4.0}
    found = table(
        ("a-1", "NCCT", *year(2016), "cases", 4, hidden), ("a-2", "NCCT", *year(2017), "cases", 7)
    ).iloc[0]
    assert found["gap"] == "only 0 to 4 for 2016"
