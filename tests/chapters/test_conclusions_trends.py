"""The findings of notebook 03 on the real tables, under many settings."""

import pytest
from test_series import CHOICES

from khtip.chapters.trends import findings, results
from khtip.ledger.ledger import Ledger


@pytest.fixture(scope="module")
def ledger():
    return Ledger()


def verdicts(ledger, **choices):
    found = findings.conclude(results.analyse(ledger, **(CHOICES | choices)))
    return {one.finding_id: one for one in found}


def test_published_scenario(ledger):
    found = verdicts(ledger)
    assert found["03-cases-ratio"].verdict == "rose"
    assert found["03-victims-ratio"].verdict == "not distinguishable"
    assert found["03-cases-ratio"].value == pytest.approx(159 * 366 / (365 * 92))
    assert found["03-cases-ratio"].sources == "ppp-2018-ncct-annual"
    assert found["03-victims-per-case"].verdict == "fewer"
    assert len(found) == len({one.sentence for one in found.values()})


@pytest.mark.parametrize(
    ("base_year", "reference_year"),
    [(2018, 2019), (2023, 2024), (2014, 2015), (2012, 2013), (2024, 2025), (2025, 2012)],
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
    assert one.sentence == (
        "Victims rescued: no comparable count for 2018, so no ratio is computed."
    )


def test_breaks_and_confidence_move_the_trend(ledger):
    with_breaks = verdicts(ledger)["03-cases-trend"]
    without = verdicts(ledger, exclude_breaks=True)["03-cases-trend"]
    assert (with_breaks.verdict, without.verdict) == ("rose", "not distinguishable")
    strict = verdicts(ledger, confidence=0.999)["03-cases-trend"]
    assert strict.low < with_breaks.low and strict.verdict == "not distinguishable"


@pytest.mark.parametrize("body", ["NCCT", "Ministry of Interior", "National Police"])
def test_every_body(ledger, body):
    found = verdicts(ledger, preferred_body=body)
    assert found["03-victims-ratio"].verdict == "not distinguishable"


def test_equal_counts_leave_nothing_to_explain(ledger):
    one = verdicts(ledger, base_year=2014, reference_year=2015)["03-cases-effort"]
    assert one.verdict == "no change"
