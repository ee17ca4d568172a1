"""The findings of notebook 03 on the real tables, under many settings."""

import pytest

from khtip import tables
from khtip.chapters.trends.findings import conclude
from khtip.chapters.trends.results import trend_table
from khtip.chapters.trends.series import national


@pytest.fixture(scope="module")
def frames():
    lookups = ("bodies", "breaks", "measures")
    found = {name: tables.read_text_table(f"data/lookups/{name}.csv") for name in lookups}
    return found | {"observations": tables.read_product("data/clean/observations.csv")}


def verdicts(frames, **options):
    return {one.finding_id: one for one in conclude(**frames, **options)}


def test_published_scenario(frames):
    found = verdicts(frames)
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
def test_other_years_never_fail(frames, base_year, reference_year):
    found = verdicts(frames, base_year=base_year, reference_year=reference_year)
    assert set(found) == set(verdicts(frames))
    for one in found.values():
        assert one.sentence and "nan" not in one.sentence.lower()
        assert (one.verdict == "not reported") == (one.value != one.value)


def test_a_missing_count_is_a_plain_sentence(frames):
    one = verdicts(frames, base_year=2018, reference_year=2019)["03-victims-ratio"]
    assert one.verdict == "not reported"
    assert one.sentence == (
        "Victims rescued: no comparable count for 2018, so no ratio is computed."
    )


def test_breaks_and_confidence_move_the_trend(frames):
    with_breaks = verdicts(frames)["03-cases-trend"]
    without = verdicts(frames, exclude_breaks=True)["03-cases-trend"]
    assert (with_breaks.verdict, without.verdict) == ("rose", "not distinguishable")
    strict = verdicts(frames, confidence=0.999)["03-cases-trend"]
    assert strict.low < with_breaks.low and strict.verdict == "not distinguishable"


def test_a_table_that_is_there_already_changes_nothing(frames):
    totals = national(frames["observations"], frames["bodies"])
    table = trend_table(totals, frames["breaks"], confidence=0.9)
    assert table["treatment"].nunique() > 2
    given, own = (
        [(one.finding_id, one.sentence, one.verdict, one.figure_ids) for one in stated]
        for stated in (
            conclude(**frames, confidence=0.9, trends=table),
            conclude(**frames, confidence=0.9),
        )
    )
    assert given == own


@pytest.mark.parametrize("body", ["NCCT", "Ministry of Interior", "National Police"])
def test_every_body(frames, body):
    found = verdicts(frames, preferred_body=body)
    assert found["03-victims-ratio"].verdict == "not distinguishable"


def test_equal_counts_leave_nothing_to_explain(frames):
    one = verdicts(frames, base_year=2014, reference_year=2015)["03-cases-effort"]
    assert one.verdict == "no change"
