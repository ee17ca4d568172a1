"""Coverage: what is reported and what is missing, and what notebook 01 says about it."""

from __future__ import annotations

import pandas as pd
import pytest

from khtip import tables
from khtip.chapters.coverage import findings
from khtip.chapters.coverage.figures import describe_coverage, describe_reports
from khtip.chapters.coverage.results import (
    FIRST,
    PART,
    REPEAT,
    WHOLE,
    coverage,
    gaps,
    main_measures,
    reports_by_year,
    two_years,
    voices,
)
from khtip.ledger import validation


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


def ledger_of(*changes: dict) -> pd.DataFrame:
    frame = pd.DataFrame([statement(**one) for one in changes])
    return frame.assign(year=frame["year"].astype("Int64"))


HALF = {"period_end": "2017-06-30", "year": None}


@pytest.fixture(scope="module")
def observed() -> pd.DataFrame:
    return tables.read_product("data/clean/observations.csv")


def test_a_part_of_a_year_is_not_a_whole_year():
    table = coverage(ledger_of(HALF, HALF | {"reporting_body": "MoI", "year": 2017,
                                             "period_end": "2017-12-31"}), ["cases"])  # fmt: skip
    assert table.set_index("reporting_body")["extent"].to_dict() == {"MoI": WHOLE, "NCCT": PART}
    assert table["at"].mean() == 2017 and table["at"].nunique() == 2


def test_the_whole_year_hides_the_parts_of_the_same_body():
    table = coverage(ledger_of(HALF, {}), ["cases"])
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
    assert coverage(ledger_of(change), ["cases"]).empty


def test_gaps_by_hand():
    later = HALF | {"period_start": "2018-01-01", "period_end": "2018-06-30"}
    table = coverage(ledger_of({}, later), ["cases", "arrests"])
    found = gaps(table, ["cases", "arrests"], [2017, 2018, 2019])
    assert found.loc["cases"].tolist() == [1, 1, 1, 1, "NCCT", 1]
    assert found.loc["arrests"].tolist() == [0, 0, 3, 0, "", 0]
    total = found[["whole_years", "only_part", "none"]].sum(axis=1)
    assert (total == 3).all()


def test_the_same_number_of_the_same_body_is_one_voice():
    frame = ledger_of({}, {"source_id": "b"}, {"printed": "6"}, {"reporting_body": "MoI"}, HALF)
    assert voices(frame).tolist() == [FIRST, REPEAT, FIRST, FIRST, FIRST]
    counted = reports_by_year(frame).iloc[0]
    assert (counted["first"], counted["repeats"], counted["total"]) == (4, 1, 5)
    assert "5" in describe_reports(reports_by_year(frame))


def test_the_range_of_a_count_is_over_all_its_statements():
    frame = ledger_of(
        {"crime_scope": "trafficking_and_sexual_exploitation"},
        {"crime_scope": "unspecified", "preferred": False, "low": 3.0, "high": float("inf")},
    )
    measures = validation.read_lookup("measures")
    pair = two_years(frame, measures, validation.read_lookup("scopes"), base_year=2016,
                     reference_year=2017)  # fmt: skip
    assert pair.empty  # one year is too little for a main measure
    earlier = [
        frame.assign(year=year, period_start=f"{year}-01-01", period_end=f"{year}-12-31")
        for year in (2014, 2015, 2016)
    ]
    many = pd.concat([frame, *earlier], ignore_index=True)
    pair = two_years(many, measures, validation.read_lookup("scopes"), base_year=2016,
                     reference_year=2017)  # fmt: skip
    found = pair[["preferred", "lowest", "highest"]].to_numpy().tolist()
    assert found == [[5, 3, float("inf")]] * 2


def test_the_published_findings(observed):
    stated = findings.conclude(observations=observed, measures=validation.read_lookup("measures"))
    verdicts = {one.finding_id: one.verdict for one in stated}
    assert verdicts == {
        "01-voices": "mostly first reports",
        "01-hedges": "few",
        "01-gaps": "gaps",
        "01-one-body": "no single body",
        "01-two-years": "reported",
    }
    assert stated[2].value + coverage_cells(observed) == 5 * len(findings.YEARS)


def coverage_cells(observed: pd.DataFrame) -> int:
    table = coverage(observed, findings.CORE)
    whole = table[table["extent"].eq(WHOLE) & table["year"].isin(findings.YEARS)]
    return len(whole.drop_duplicates(["measure", "year"]))


def test_years_without_reports_are_not_reported(observed):
    stated = findings.conclude(
        observations=observed,
        measures=validation.read_lookup("measures"),
        base_year=2012,
        reference_year=2025,
    )
    assert stated[-1].verdict == "not reported"


def test_words_for_those_who_do_not_see_the_figure(observed):
    measures = validation.read_lookup("measures")
    shown = main_measures(observed, measures)
    assert {"cases", "victims_rescued", "victims_repatriated"} <= set(shown)
    labels = measures.set_index("measure")["label"].to_dict()
    text = describe_coverage(gaps(coverage(observed, shown), shown, range(2012, 2026)), labels,
                    range(2012, 2026))  # fmt: skip
    assert "cells are empty" in text and str(len(shown)) in text
