import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_ledgers import frame, real, year

from khtip.chapters.sources import conflicts, pairs
from khtip.ledger import periods

MEASURES = pd.DataFrame(
    [
        (measure, "stock" if measure.endswith("pending") else "flow")
        for measure in ("cases", "arrests", "victims_rescued", "victims_identified", "complaints",
                        "foreigners_deported", "complaints_pending", "nationalities")
    ],
    columns=["measure", "stock_or_flow"],
)  # fmt: skip
POLICE = {"source_id": "b", "reporting_body": "Police"}
WIDE = {"crime_scope": "trafficking_and_sexual_exploitation"}
UNSTATED = {"crime_scope": "unspecified"}
MORE = {"qualifier": "more_than", "high": float("inf")}


def until(end: str, *, start: str = "2022-01-01") -> dict[str, str]:
    return {"period_start": start, "period_end": end}


@pytest.mark.parametrize(
    ("first", "second", "relation"),
    [
        (("2017-01-01", "2017-12-31"), ("2016-12-25", "2017-12-25"), "same"),
        (("2017-01-01", "2017-10-31"), ("2017-01-01", "2017-12-31"), "a_in_b"),
        (("2017-01-01", "2017-12-31"), ("2017-07-01", "2017-12-31"), "b_in_a"),
        (("2017-01-01", "2017-06-30"), ("2017-06-01", "2017-12-31"), "overlap"),
        (("2016-01-01", "2016-12-31"), ("2017-01-01", "2017-12-31"), "disjoint"),
        # 95 of 100 days are the same period, 94 of 100 are a part of it
        (("2017-01-01", "2017-04-05"), ("2017-01-01", "2017-04-10"), "same"),
        (("2017-01-01", "2017-04-04"), ("2017-01-01", "2017-04-10"), "a_in_b"),
    ],
)
def test_relations_of_periods(first, second, relation):
    assert periods.relation(*first, *second) == relation


def pair(first: dict, second: dict) -> pd.Series:
    table = pairs.compare_sources(frame(first, {"source_id": "b"} | second))
    assert len(table) == 1
    return table.loc[0]


@pytest.mark.parametrize(
    ("first", "second", "verdict", "reason"),
    [
        ({"printed": "92"}, {"printed": "92"}, "equal", ""),
        ({"printed": "159"}, {"printed": "151"}, "conflict", "same period"),
        ({"printed": "345"}, {"printed": "300", "low": 301.0, **MORE}, "compatible", "bound"),
        ({"printed": "290"}, {"printed": "300", "low": 301.0, **MORE}, "conflict", "bounds"),
        ({"printed": "578"}, {"printed": "600", "low": 550.0, "high": 599.0}, "within", "hedged"),
        ({"printed": "707"}, {"printed": "700"}, "within", "rounded"),
        ({"printed": "151"}, {"printed": "150"}, "conflict", "same period"),
        ({"printed": "20"}, {"printed": "30", **until("2017-10-31", start="2017-01-01")},
         "conflict", "running total: the part is more"),
        ({"printed": "30"}, {"printed": "20", **until("2017-10-31", start="2017-01-01")},
         "compatible", "running total"),
        ({"printed": "30"}, {"printed": "20", **until("2017-10-31", start="2017-02-01")},
         "compatible", "part of the period"),
        ({"printed": "1"}, {"printed": "1", **until("2018-06-30", start="2017-07-01")},
         "not_comparable", "period"),
        ({"printed": "1"}, {"printed": "1", **WIDE}, "not_comparable", "scope"),
        ({"printed": "1"}, {"printed": "1", "ref_area": "KH-1"}, "not_comparable", "area"),
        ({"printed": "1", "measure": "arrests"},
         {"printed": "1", "measure": "suspects_sent_to_court"}, "not_comparable", "measure"),
        ({"printed": "87", **until("2022-08-20")}, {"printed": "74", **until("2022-08-26")},
         "conflict", "went back: -13 in 6 days"),
        ({"printed": "865", **until("2022-08-20")}, {"printed": "890", **until("2022-08-26")},
         "compatible", "running total: +25 in 6 days"),
        ({"printed": "865", **until("2022-08-20")}, {"printed": "1000", **until("2022-08-26")},
         "conflict", "within days: +135 in 6 days"),
    ],
)  # fmt: skip
def test_pairs_by_hand(first, second, verdict, reason):
    row = pair(first, second)
    assert row["verdict"].startswith(verdict)
    assert reason in row["reason"]
    assert pd.isna(row["ratio"]) == (verdict == "not_comparable")


def test_an_unstated_scope_is_comparable_and_says_so():
    row = pair({"printed": "139", **UNSTATED}, {"printed": "159", **WIDE})
    assert row["verdict"] == "conflict"
    assert "unstated" in row["scope_note"]
    kind = {"dimension": "crime_type", "category": "trafficking"}
    assert pair({"printed": "139", **UNSTATED}, {"printed": "43", **kind})["reason"] == "scope"


def test_an_unstated_scope_beside_a_stated_one_is_another_count():
    report = {"source_id": "b"}
    rows = [
        {"printed": "200", **report, **UNSTATED},
        {"printed": "162", **report},
        {"printed": "162", "source_id": "a"},
        {"printed": "7953", "source_id": "a", "reporting_body": "MoFAIC", **UNSTATED},
    ]
    table = pairs.compare_sources(frame(*rows)).set_index(["value_a", "value_b"])["verdict"]
    assert table[162, 200] == "not_comparable"
    assert table[162, 162] == "equal"
    assert table[7953, 200] == "conflict"
    assert table[7953, 162] == "conflict", "its report gives no other scope"
    groups = found(*rows)
    spans = groups.loc[groups["kind"].eq("count"), ["lowest", "highest"]].values.tolist()
    assert sorted(spans) == [[162, 162], [200, 7953]]


def test_ratio_and_span():
    row = pair({"printed": "57"}, {"printed": "103"})
    assert row["ratio"] == pytest.approx(1.807, abs=0.001)
    assert row["span"] == 46


def test_reposts_are_one_voice():
    assert pair({"printed": "92"}, {"printed": "92"})["one_voice"]
    assert not pair({"printed": "92"}, {"printed": "92", "reporting_body": "Police"})["one_voice"]
    assert not pair({"printed": "92"}, {"printed": "93"})["one_voice"]


def test_splits_are_not_compared_with_totals():
    child = {"dimension": "age_band", "category": "<18"}
    assert pairs.compare_sources(frame({"printed": "1"}, {"printed": "2", **child, **POLICE})).empty


def found(*statements: dict) -> pd.DataFrame:
    return conflicts.find_conflicts(frame(*statements), measures=MEASURES)


def test_a_count_of_several_sources_by_hand():
    table = found(
        {"printed": "159"},
        {"printed": "159", "source_id": "repost"},
        {"printed": "151", **POLICE},
        {"printed": "139", "source_id": "c", "reporting_body": "Council", **UNSTATED},
    )
    row = table[table["kind"].eq("count")].iloc[0]
    assert row[["statements", "voices", "lowest", "highest"]].tolist() == [4, 3, 139, 159]
    assert row["ratio"] == pytest.approx(159 / 139)
    assert (row["verdict"], row["bodies"]) == ("conflict", "Council;NCCT;Police")
    assert "one scope unstated" in row["why"]


def test_repetition_is_not_confirmation():
    table = found({"printed": "159"}, {"printed": "159", "source_id": "repost"})
    assert table["verdict"].tolist() == ["one_voice"]
    table = found({"printed": "159"}, {"printed": "159", **POLICE})
    assert table["verdict"].tolist() == ["equal"]


def test_the_police_year_is_the_year():
    police_year = {"period_start": "2016-12-25", "period_end": "2017-12-25"}
    table = found({"printed": "298"}, {"printed": "244", **police_year, **POLICE})
    assert table[["verdict", "lowest", "highest"]].values.tolist() == [["conflict", 244, 298]]


def test_the_same_number_for_two_years_is_recycled():
    later = {"printed": "7953", "source_id": "b"}
    table = found({"printed": "7953"}, later | year(2018))
    assert table[["kind", "verdict"]].values.tolist() == [["recycled", "recycled?"]]
    assert found({"printed": "7953"}, later | year(2018) | {"reporting_body": "Police"}).empty
    assert found({"printed": "79"}, later | year(2018) | {"printed": "79"}).empty
    assert "recycled" not in set(found({"printed": "7953"}, later)["kind"])


def test_running_totals_must_not_fall():
    series = [("865", "2022-08-20"), ("890", "2022-08-26"), ("378", "2022-09-28")]
    rows = [
        {"printed": n, "measure": "victims_rescued", "source_id": end, **until(end)}
        for n, end in series
    ]
    steps = pairs.check_running_totals(frame(*rows), measures=MEASURES)
    assert steps["step"].tolist() == ["first", "not_lower", "falls"]
    assert steps.loc[2, "against_value"] == 890
    table = found(*rows)
    assert table.loc[table["kind"].eq("running"), "verdict"].tolist() == ["falls"]
    stock = [row | {"measure": "complaints_pending"} for row in rows]
    assert pairs.check_running_totals(frame(*stock), measures=MEASURES).empty


def test_a_running_total_with_an_upper_end_need_not_fall():
    rows = [
        {"printed": "800", "low": 801.0, **MORE, **until("2022-04-12")},
        {"printed": "900", "source_id": "b", **until("2022-10-14")},
        {"printed": "700", "low": 701.0, **MORE, "source_id": "c", **until("2022-12-14")},
    ]
    steps = pairs.check_running_totals(frame(*rows), measures=MEASURES)["step"]
    assert steps.tolist() == ["first", "not_lower", "not_lower"]


def test_a_year_cannot_hold_more_than_the_running_total_grew():
    since = {"measure": "foreigners_deported"}
    rows = [
        {"printed": "17599", **since, **until("2020-09-30", start="2014-04-01")},
        {"printed": "20824", "source_id": "b", **since, **until("2021-12-31", start="2014-04-01")},
        {"printed": "3594", "source_id": "b", **since, **year(2021)},
    ]
    table = pairs.growth(frame(*rows), measures=MEASURES)
    # 20,824 - 17,599 = 3,225
    assert table[["grown_high", "value", "verdict"]].values.tolist() == [[3225, 3594, "infeasible"]]
    rows[2]["printed"] = "3225"
    assert pairs.growth(frame(*rows), measures=MEASURES)["verdict"].tolist() == ["compatible"]
    rows[2]["reporting_body"] = "Police"
    assert pairs.growth(frame(*rows), measures=MEASURES).empty


@pytest.mark.parametrize(
    ("measure", "words", "mixed"),
    [
        ("victims_rescued", "cases;victims", True),
        ("victims_rescued", "victims", False),
        ("victims_rescued", "cases", True),
        ("victims_rescued", "", False),
        ("cases", "criminal cases", False),
        ("cases", "women", True),
        ("arrests", "arrests", False),
        ("complaints", "requests", False),
        ("nationalities", "countries", False),
    ],
)
def test_words_against_the_unit_of_count(measure, words, mixed):
    table = conflicts.mixed_words(frame({"printed": "57", "measure": measure, "unit_words": words}))
    assert (len(table) == 1) == mixed


def test_one_number_under_two_labels():
    first, second = {"printed": "896"}, {"printed": "896", "source_id": "b", "measure": "arrests"}
    assert conflicts.same_number(frame(first, second))["label"].tolist() == ["unit"]
    assert conflicts.same_number(frame(first, second | {"source_id": "paper"})).empty
    assert conflicts.same_number(frame(first, second | {"reporting_body": "Police"})).empty
    assert conflicts.same_number(frame(first, second | year(2016))).empty
    assert conflicts.same_number(frame({"printed": "9"}, second | {"printed": "9"})).empty
    scope = {"printed": "896", "source_id": "b", **WIDE}
    assert conflicts.same_number(frame(first, scope))["label"].tolist() == ["scope"]
    home = {"dimension": "recipient", "category": "home"}
    hospital = {"source_id": "b", "dimension": "recipient", "category": "hospitals"}
    table = conflicts.same_number(frame(first | home, first | hospital))
    assert table["label"].tolist() == ["category"]


def test_unusual_ratios_by_hand():
    reports = [(100, 200), (100, 300), (100, 400), (100, 500), (87, 865)]
    rows = []
    for number, (cases, victims) in enumerate(reports):
        own = {"source_id": f"s{number}", **year(2012 + number)}
        rows.append({"printed": str(cases), **own})
        rows.append({"printed": str(victims), "measure": "victims_rescued", **own})
    table = conflicts.ratios(frame(*rows))
    # ratios 2, 3, 4, 5 and 9.94: quartiles 3 and 5, so the usual range runs from 1.5 to 10
    assert table[["usual_low", "usual_high"]].iloc[0].tolist() == pytest.approx([1.5, 10])
    assert not table["unusual"].any()
    rows[-1]["printed"] = "890"
    assert conflicts.ratios(frame(*rows))["unusual"].tolist() == [False] * 4 + [True]


def test_ratios_of_an_empty_ledger():
    assert conflicts.ratios(frame({"printed": "5"})).empty


def test_a_missing_number_is_in_no_pair():
    table = found({"printed": "159"}, {"printed": "", **POLICE})
    assert table.empty
    assert pairs.compare_sources(frame({"printed": "159"}, {"printed": "", **POLICE})).empty


LEDGER = [
    {"printed": "159"},
    {"printed": "151", **POLICE},
    {"printed": "30", "measure": "arrests", **until("2017-10-31", start="2017-01-01")},
    {"printed": "20", "measure": "arrests", **POLICE},
    {"printed": "7953", "measure": "victims_rescued"},
    {"printed": "7953", "measure": "victims_rescued", **year(2019)},
    {"printed": "345", "measure": "victims_rescued", "source_id": "c", "unit_words": "cases"},
]


@settings(max_examples=15, deadline=None)
@given(st.permutations(range(len(LEDGER))))
def test_the_order_of_rows_does_not_matter(order):
    whole = frame(*LEDGER)
    mixed = whole.iloc[list(order)]
    pd.testing.assert_frame_equal(
        conflicts.find_conflicts(whole, measures=MEASURES),
        conflicts.find_conflicts(mixed, measures=MEASURES),
    )
    pd.testing.assert_frame_equal(pairs.compare_sources(whole), pairs.compare_sources(mixed))


def test_another_source_does_not_change_a_pair():
    other = {"printed": "10", "source_id": "z", "reporting_body": "Else"}
    before = pairs.compare_sources(frame(*LEDGER))
    after = pairs.compare_sources(frame(*LEDGER, other))
    kept = after[~after["figure_id_b"].str.startswith("z")]
    pd.testing.assert_frame_equal(before, kept.reset_index(drop=True))


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_a_pair_is_judged_alike_from_both_sides(one, two):
    first = frame({"printed": str(one)}, {"printed": str(two), **POLICE})
    second = frame({"printed": str(two)}, {"printed": str(one), **POLICE})
    columns = ["verdict", "ratio", "span"]
    assert pairs.compare_sources(first)[columns].equals(pairs.compare_sources(second)[columns])


def test_the_ledger_holds_what_was_found_by_hand():
    observations, lookups = real()
    table = conflicts.find_conflicts(observations, measures=lookups["measures"])
    counts = table[table["kind"].eq("count")]
    assert counts["statements"].ge(counts["voices"]).all()
    national = counts[counts["ref_area"].eq("KHM") & counts["dimension"].eq("")]
    national = national.set_index(["measure", national["period_end"].str[:4]])
    cases = national.loc[[("cases", "2017")], ["lowest", "highest", "verdict"]]
    assert cases.values.tolist() == [[139, 159, "conflict"]]
    assert national.loc[[("arrests", "2016")], "verdict"].tolist() == ["conflict"]
    assert "unit_mixed" in set(
        table.loc[table["figure_ids"].eq("ppp-2018-ncct-annual-020"), "verdict"]
    )
    assert table.loc[table["kind"].eq("recycled"), "lowest"].tolist() == [7953]
    compared = pairs.compare_sources(observations)
    assert set(compared["verdict"]) == set(pairs.VERDICTS)
