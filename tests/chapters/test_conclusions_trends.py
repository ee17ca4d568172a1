"""The findings of notebook 03 on a small ledger with known answers, under many settings."""

import pandas as pd
import pytest
from test_series import CHOICES, small, year

from khtip.chapters.trends import findings, results

CASES = {2012: 95, 2013: 101, 2014: 94, 2015: 94, 2016: 92, 2017: 159, 2018: 230, 2019: 331}
VICTIMS = {2012: 310, 2013: 280, 2014: 300, 2015: 290, 2016: 298, 2017: 345, 2019: 320}
BREAKS = pd.DataFrame(
    [["new-count", "2017", "", "cases;victims_rescued", "new_population"]],
    columns=["break_id", "first_year", "last_year", "measures", "effect"],
)


@pytest.fixture(scope="module")
def ledger():
    rows = [
        (f"report-{number}-{count}", "NCCT", *year(number), measure, count)
        for measure, counts in (("cases", CASES), ("victims_rescued", VICTIMS))
        for number, count in counts.items()
    ]
    return small(*rows, breaks=BREAKS)


def verdicts(ledger, **choices):
    found = findings.conclude(results.analyse(ledger, **(CHOICES | choices)))
    return {one.finding_id: one for one in found}


def test_two_years_by_hand(ledger):
    found = verdicts(ledger)
    assert found["03-cases-ratio"].verdict == "rose"
    assert found["03-victims-ratio"].verdict == "not distinguishable"
    assert found["03-cases-ratio"].value == pytest.approx(159 / 92, rel=0.01)
    assert found["03-cases-ratio"].sources == "report-2016;report-2017"
    assert found["03-suspects-ratio"].verdict == "not reported"
    told = [one.sentence for one in found.values() if one.verdict != "not reported"]
    assert len(told) == len(set(told)) > 3


@pytest.mark.parametrize(
    ("base_year", "reference_year"), [(2018, 2019), (2012, 2013), (2019, 2012), (2019, 2030)]
)
def test_other_years_never_fail(ledger, base_year, reference_year):
    found = verdicts(ledger, base_year=base_year, reference_year=reference_year)
    assert set(found) == set(verdicts(ledger))
    for one in found.values():
        assert one.sentence and "nan" not in one.sentence.lower()
        assert (one.verdict == "not reported") == (one.value != one.value)


def test_a_missing_count_is_a_plain_sentence(ledger):
    one = verdicts(ledger, base_year=2018, reference_year=2019)["03-victims-ratio"]
    assert one.verdict == "not reported"
    assert "no comparable count for 2018, so no ratio is computed." in one.sentence


def test_breaks_and_confidence_move_the_trend(ledger):
    with_breaks = verdicts(ledger)["03-cases-trend"]
    without = verdicts(ledger, exclude_breaks=True)["03-cases-trend"]
    assert (with_breaks.verdict, without.verdict) == ("rose", "not distinguishable")
    strict = verdicts(ledger, confidence=0.999)["03-cases-trend"]
    assert strict.low < with_breaks.low and strict.verdict == "not distinguishable"


def test_a_body_without_counts_changes_nothing(ledger):
    assert verdicts(ledger, preferred_body="Military") == verdicts(ledger)


def test_equal_counts_leave_nothing_to_explain(ledger):
    one = verdicts(ledger, base_year=2014, reference_year=2015)["03-cases-effort"]
    assert one.verdict == "no change"
