"""Coverage: what is reported and what is missing, and what notebook 01 says about it."""

import pandas as pd
import pytest

from khtip.chapters.coverage import figures, findings, results
from khtip.chapters.coverage.results import CORE, FIRST, PART, REPEAT, WHOLE, coverage, gaps
from khtip.ledger.ledger import Ledger


def statement(**changes) -> dict:
    usual = {
        "figure_id": "a-1", "source_id": "a", "reporting_body": "NCCT", "ref_area": "KHM",
        "period_start": "2017-01-01", "period_end": "2017-12-31", "year": 2017,
        "measure": "cases", "crime_scope": "trafficking", "dimension": "", "category": "",
        "printed": "5", "value": 5.0, "low": 5.0, "high": 5.0, "qualifier": "exact",
        "unit": "count", "base_measure": "", "base_period_start": "", "base_period_end": "",
        "preferred": True,
    }  # fmt: skip
    return usual | changes


def frame_of(*changes: dict) -> pd.DataFrame:
    frame = pd.DataFrame([statement(**one) for one in changes])
    return frame.assign(year=frame["year"].astype("Int64"))


def ledger_of(*changes: dict) -> Ledger:
    return Ledger(observations=frame_of(*changes))


def analysed(ledger: Ledger, base_year: int = 2016, reference_year: int = 2017) -> results.Results:
    return results.analyse(ledger, base_year=base_year, reference_year=reference_year)


HALF = {"period_end": "2017-06-30", "year": None}


@pytest.fixture(scope="module")
def found() -> results.Results:
    return analysed(Ledger())


def test_a_part_of_a_year_is_not_a_whole_year():
    table = coverage(ledger_of(HALF, HALF | {"reporting_body": "MoI", "year": 2017,
                                             "period_end": "2017-12-31"}), ("cases",))  # fmt: skip
    assert table.set_index("reporting_body")["extent"].to_dict() == {"MoI": WHOLE, "NCCT": PART}
    assert table["at"].mean() == 2017 and table["at"].nunique() == 2


def test_the_whole_year_hides_the_parts_of_the_same_body():
    table = coverage(ledger_of(HALF, {}), ("cases",))
    assert table[["extent", "statements"]].to_numpy().tolist() == [[WHOLE, 2]]


@pytest.mark.parametrize(
    "change",
    [
        {"dimension": "sex", "category": "female"},
        {"ref_area": "KH-12"},
        {"unit": "percent"},
        {"base_measure": "cases"},
        {"period_end": "2019-12-31", "year": None},
    ],
)
def test_parts_claims_shares_and_running_totals_are_no_national_total_of_a_year(change):
    assert coverage(ledger_of(change), ("cases",)).empty


def test_gaps_by_hand():
    later = HALF | {"period_start": "2018-01-01", "period_end": "2018-06-30"}
    found = gaps(ledger_of({}, later), ("cases", "arrests"), (2017, 2018, 2019))
    assert found.loc["cases"].tolist() == [1, 1, 1, 1, "NCCT", 1]
    assert found.loc["arrests"].tolist() == [0, 0, 3, 0, "", 0]
    total = found[["whole_years", "only_part", "none"]].sum(axis=1)
    assert (total == 3).all()


def test_the_same_number_of_the_same_body_is_one_voice():
    ledger = ledger_of({}, {"source_id": "b"}, {"printed": "6"}, {"reporting_body": "MoI"}, HALF)
    assert results.voices(ledger).tolist() == [FIRST, REPEAT, FIRST, FIRST, FIRST]
    counted = analysed(ledger).reports.iloc[0]
    assert (counted["first"], counted["repeats"], counted["total"]) == (4, 1, 5)


def test_the_range_of_a_count_is_over_all_its_statements():
    frame = frame_of(
        {"crime_scope": "trafficking_and_sexual_exploitation"},
        {"crime_scope": "unspecified", "preferred": False, "low": 3.0, "high": float("inf")},
    )
    assert analysed(Ledger(observations=frame)).two_years.empty  # one year: no main measure
    earlier = [
        frame.assign(year=year, period_start=f"{year}-01-01", period_end=f"{year}-12-31")
        for year in (2014, 2015, 2016)
    ]
    many = pd.concat([frame, *earlier], ignore_index=True)
    pair = analysed(Ledger(observations=many.astype({"year": "Int64"}))).two_years
    found = pair[["preferred", "lowest", "highest"]].to_numpy().tolist()
    assert found == [[5, 3, float("inf")]] * 2


def test_the_published_findings(found):
    stated = findings.conclude(found)
    verdicts = {one.finding_id: one.verdict for one in stated}
    assert verdicts == {
        "01-voices": "mostly first reports",
        "01-hedges": "few",
        "01-gaps": "gaps",
        "01-one-body": "no single body",
        "01-two-years": "reported",
    }
    whole = found.core[found.core["extent"].eq(WHOLE)].drop_duplicates(["measure", "year"])
    assert stated[2].value + len(whole) == len(CORE) * len(found.over)


def test_years_without_reports_are_not_reported():
    ledger = ledger_of({}, {"year": 2018, "period_start": "2018-01-01", "period_end": "2018-12-31"})
    assert findings.conclude(analysed(ledger, 2017, 2018))[-1].verdict == "reported"
    assert findings.conclude(analysed(ledger, 2016, 2017))[-1].verdict == "not reported"


def test_the_years_follow_from_what_is_reported():
    later = HALF | {"period_start": "2019-01-01", "period_end": "2019-06-30"}
    found = analysed(ledger_of({}, {"measure": "arrests", "year": 2014}, *[later] * 2))
    assert found.over == [2014, 2015, 2016, 2017], "up to the last year told as a whole"
    assert found.years == found.over, "a later part of a year that no main measure has"


def test_words_for_those_who_do_not_see_the_figure(found, monkeypatch):
    told = {}
    registered = figures.figure

    def taken(name, **words):
        told[name] = words["alt"]
        return registered(name, **words)

    monkeypatch.setenv("KHTIP_FIGURES", "0")
    monkeypatch.setattr(figures, "figure", taken)
    figures.draw_coverage(found)
    figures.draw_reports_by_year(found)
    assert {"cases", "victims_rescued", "victims_repatriated"} <= set(found.labels)
    assert "cells are empty" in told["01-coverage"]
    assert str(len(found.labels)) in told["01-coverage"]
    assert str(found.reports["total"].max()) in told["01-reports-by-year"]
