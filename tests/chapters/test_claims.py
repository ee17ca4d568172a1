from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_ledgers import YEAR_2016, change, frame, real, year

from khtip.chapters.sources import claims

WORDINGS = pd.DataFrame({"wording": ["nearly doubled"], "low_ratio": ["1.75"], "high_ratio": ["2"]})
counts = st.integers(1, 10**6)


def checked(*statements: dict) -> pd.Series:
    """Return the row of the only claim among the statements."""
    table = claims.check_claims(frame(*statements), wordings=WORDINGS)
    assert len(table) == 1
    return table.loc[0]


@pytest.mark.parametrize(
    ("printed", "base", "reference", "verdict"),
    [
        # worked by hand: 67/92 = 72.826…, 17/87 = 19.54…, 17/104 = 16.346…, -374/776 = -48.195…
        ("72.82", 92, 159, "truncated"),
        ("72.83", 92, 159, "consistent"),
        ("72.8", 92, 159, "consistent"),
        ("73", 92, 159, "consistent"),
        ("72.84", 92, 159, "inconsistent"),
        ("16.34", 87, 104, "wrong_base"),
        ("16.35", 87, 104, "wrong_base"),
        ("19.54", 87, 104, "consistent"),
        ("-48.19", 776, 402, "truncated"),
        ("48.2", 776, 402, "wrong_sign"),
        ("231.6", 155, 359, "wrong_base"),  # the ratio given as a change
        ("2.5", 200, 205, "consistent"),
        ("2", 200, 205, "consistent"),  # 2.5 to the even digit
        ("3", 200, 205, "consistent"),  # 2.5 up
        ("0", 104, 104, "consistent"),
        ("5", 0, 3, "cannot_check"),
    ],
)
def test_percentage_changes_by_hand(printed, base, reference, verdict):
    judged = claims.judge_change(printed, Fraction(base), Fraction(reference))
    assert judged.verdict == verdict


def test_percentage_points_are_not_percent():
    judged = claims.judge_change("4", Fraction(40), Fraction(44), unit="percent")
    assert judged.verdict == "wrong_base"
    assert "percentage points" in judged.why
    assert claims.judge_change("4", Fraction(40), Fraction(44)).verdict == "inconsistent"


@pytest.mark.parametrize(
    ("printed", "part", "whole", "verdict"),
    [
        ("43.97", 230, 523, "truncated"),  # 43.977…
        ("43.98", 230, 523, "consistent"),
        ("46", 134, 290, "consistent"),
        ("25", 1, 5, "wrong_base"),  # one to four instead of one in five
        ("21", 1, 5, "inconsistent"),
    ],
)
def test_shares_by_hand(printed, part, whole, verdict):
    assert claims.judge_share(printed, Fraction(part), Fraction(whole)).verdict == verdict


@given(counts, counts, st.integers(0, 4))
def test_a_rounded_or_cut_change_is_never_called_inconsistent(base, reference, digits):
    value = Fraction(100 * (reference - base), base)
    scaled = value * 10**digits
    for whole in {round(scaled), int(scaled)}:
        sign, size = "-" if whole < 0 else "", f"{abs(whole):0{digits + 1}d}"
        cut = len(size) - digits
        printed = sign + size[:cut] + ("." + size[cut:] if digits else "")
        verdict = claims.judge_change(printed, Fraction(base), Fraction(reference)).verdict
        assert verdict in ("consistent", "truncated")


@given(counts, counts, st.integers(1, 1000), st.sampled_from(["72.82", "-5", "16.34", "0.1"]))
def test_scaling_both_counts_changes_no_verdict(base, reference, factor, printed):
    small = claims.judge_change(printed, Fraction(base), Fraction(reference))
    large = claims.judge_change(printed, Fraction(base * factor), Fraction(reference * factor))
    assert (small.recomputed, small.verdict) == (large.recomputed, large.verdict)


@given(counts, counts)
def test_the_implied_bases_hold_the_true_base(base, reference):
    printed = str(round(Fraction(100 * (reference - base), base)))
    if Fraction(printed) > -99:
        low, high = claims.implied_bases(printed, Fraction(reference))
        assert low <= base <= high


def test_counts_come_from_the_same_source_first():
    row = checked(
        change("50", source_id="a"),
        {"printed": "150", "source_id": "a"},
        {"printed": "100", "source_id": "a", **year(2016)},
        {"printed": "180", "source_id": "b"},
        {"printed": "120", "source_id": "c", "reporting_body": "Police", "preferred": True},
        {"printed": "90", "source_id": "d", "reporting_body": "Police"},
    )
    assert (row["verdict"], row["counts_from"]) == ("consistent", "same source")
    assert (row["base"], row["reference"], row["recomputed"]) == (100, 150, 50)
    # three values for 2017 (own, same body, preferred) against one for 2016; 90 is not preferred
    assert row["pairs"] == 3
    assert row["depends_on_choice"]
    assert row["other_verdicts"] == "inconsistent"


def test_without_own_counts_those_of_the_body_are_taken_before_preferred_ones():
    rows = [
        change("50", source_id="z"),
        {"printed": "180", "source_id": "b", "reporting_body": "Police", "preferred": True},
        {"printed": "120", "source_id": "b", "reporting_body": "Police", "preferred": True}
        | year(2016),
        {"printed": "150", "source_id": "y"},
        {"printed": "100", "source_id": "y", **year(2016)},
    ]
    row = checked(*rows)
    assert (row["base"], row["reference"], row["counts_from"]) == (100, 150, "same body")
    # 150 against 120 or 180 against 100 are other changes; 180 against 120 is 50 per cent again
    assert (row["pairs"], row["other_verdicts"]) == (4, "inconsistent")
    row = checked(*rows[:3])
    assert (row["verdict"], row["counts_from"]) == ("consistent", "preferred row")
    rows[1]["preferred"] = False
    assert checked(*rows[:3])["verdict"] == "cannot_check"


def test_a_base_follows_from_a_stated_difference():
    difference = {"printed": "17", "measure": "cases_change", "base_measure": "cases"}
    table = claims.check_claims(
        frame(change("16.34"), {"printed": "104"}, difference | YEAR_2016)
    ).set_index("measure")
    assert table.loc["percent_change", "base"] == 87
    assert table.loc["percent_change", "verdict"] == "wrong_base"
    assert table.loc["cases_change", "verdict"] == "cannot_check"
    assert table.loc["cases_change", "implied_low"] == 87


def test_a_stated_base_goes_before_an_implied_one():
    difference = {"printed": "17", "measure": "cases_change", "base_measure": "cases"}
    base = {"printed": "88", **year(2016)}
    table = claims.check_claims(
        frame(change("18.2"), {"printed": "104"}, difference | YEAR_2016, base)
    ).set_index("measure")
    assert table.loc["percent_change", "base"] == 88
    assert table.loc["percent_change", "verdict"] == "consistent"
    assert table.loc["cases_change", "verdict"] == "inconsistent"


def test_without_a_base_the_implied_interval_is_given():
    row = checked(change("50"), {"printed": "150"})
    assert row["verdict"] == "cannot_check"
    assert row["implied"] == "base"
    # 150/1.51 = 99.34 (cut off) to 150/1.495 = 100.33 (rounded)
    assert row["implied_low"] == pytest.approx(99.338, abs=0.001)
    assert row["implied_high"] == pytest.approx(100.334, abs=0.001)


def test_a_percentage_that_no_whole_number_gives_is_inconsistent():
    row = checked(change("16.34"), {"printed": "104"})
    assert row["verdict"] == "inconsistent"
    assert "no whole number" in row["why"]


@pytest.mark.parametrize(
    ("columns", "base", "verdict"),
    [
        ({"wording": "nearly doubled", "qualifier": "worded"}, "55", "consistent"),
        ({"wording": "nearly doubled", "qualifier": "worded"}, "40", "inconsistent"),
        ({"qualifier": "worded"}, "50", "consistent"),  # 100 per cent read as twice
        ({"qualifier": "worded"}, "40", "inconsistent"),  # 2.5 times is not twice
        ({"qualifier": "about", "low": 50.0, "high": 150.0}, "44", "consistent"),
        ({"qualifier": "more_than", "low": 100.0, "high": float("inf")}, "49", "consistent"),
        ({"qualifier": "more_than", "low": 100.0, "high": float("inf")}, "51", "inconsistent"),
    ],
)
def test_hedged_and_worded_claims(columns, base, verdict):
    row = checked(change("100", **columns), {"printed": "100"}, {"printed": base, **year(2016)})
    assert row["verdict"] == verdict


def test_a_hedged_count_gives_an_interval():
    base = {"printed": "100", "qualifier": "more_than", "low": 101.0, "high": float("inf")}
    row = checked(change("20"), {"printed": "121"}, base | year(2016))
    assert row["recomputed_low"] == -100
    assert row["recomputed_high"] == pytest.approx(19.80, abs=0.01)
    assert row["verdict"] == "inconsistent"
    assert pd.isna(row["base"])


def test_a_missing_count_is_not_zero():
    row = checked(change("50"), {"printed": "150"}, {"printed": "", **year(2016)})
    assert row["verdict"] == "cannot_check"
    assert pd.isna(row["base"])


def test_a_share_needs_part_and_whole_of_one_measure():
    share = {"printed": "46", "measure": "share_of_victims", "unit": "percent"}
    child = {"dimension": "age_band", "category": "<18"}
    part = {"printed": "134", "measure": "victims_rescued", **child}
    assert checked(share | child, part)["verdict"] == "cannot_check"
    whole = {"printed": "290", "measure": "victims_identified"}
    assert checked(share | child, part, whole)["verdict"] == "cannot_check"
    row = checked(share | child, part, whole | {"measure": "victims_rescued"})
    assert (row["verdict"], row["base"], row["reference"]) == ("consistent", 290, 134)


def test_a_claim_without_a_base_measure_is_about_what_its_source_splits():
    split = {"dimension": "nationality", "category": "CHN"}
    deported = {"measure": "foreigners_deported", **split}
    row = checked(
        change("100", measure="", qualifier="more_than", low=100.0, high=float("inf"), **split),
        {"printed": "2695", **deported},
        {"printed": "1011", **deported, **year(2016)},
    )
    assert (row["verdict"], row["of_measure"]) == ("consistent", "foreigners_deported")
    assert row["recomputed"] == pytest.approx(166.57, abs=0.01)


LEDGER = [
    change("72.82", source_id="a"),
    {"printed": "159", "source_id": "a"},
    {"printed": "92", "source_id": "a", **year(2016)},
    {"printed": "151", "source_id": "b", "reporting_body": "Police", "preferred": True},
    change("10", source_id="b", reporting_body="Police", measure="arrests"),
    {"printed": "11", "source_id": "b", "reporting_body": "Police", "measure": "arrests"},
]


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(len(LEDGER))))
def test_the_order_of_rows_does_not_matter(order):
    whole = frame(*LEDGER)
    pd.testing.assert_frame_equal(
        claims.check_claims(whole), claims.check_claims(whole.iloc[list(order)])
    )


def test_another_source_does_not_change_what_a_source_says_of_itself():
    other = {"printed": "500", "source_id": "z", "preferred": True}
    before = claims.check_claims(frame(*LEDGER)).set_index("figure_id").loc["a-001"]
    after = claims.check_claims(frame(*LEDGER, other)).set_index("figure_id").loc["a-001"]
    own = ["recomputed", "verdict", "why", "base_id", "reference_id", "counts_from"]
    assert before[own].tolist() == after[own].tolist()


def test_every_claim_of_the_ledger_has_a_verdict():
    observations, lookups = real()
    table = claims.check_claims(observations, wordings=lookups["wordings"])
    stated = observations["unit"].eq("percent") | observations["measure"].str.endswith("_change")
    assert set(table["figure_id"]) == set(observations.loc[stated, "figure_id"])
    assert set(table["verdict"]) <= set(claims.VERDICTS)
    assert {"truncated", "wrong_base", "consistent", "cannot_check"} <= set(table["verdict"])
    report = table.set_index("figure_id").loc["ppp-2018-ncct-annual-003"]
    assert (report["verdict"], report["base"], report["reference"]) == ("truncated", 92, 159)
