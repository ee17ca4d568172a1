"""Coverage: what is reported and what is missing, and what notebook 01 says about it."""

import pandas as pd
import pytest

from khtip.chapters.coverage import figures, findings, results
from khtip.chapters.coverage.results import CORE, FIRST, PART, REPEAT, WHOLE, coverage, gaps
from khtip.chapters.sentences import NOT_REPORTED
from khtip.figures import registry
from khtip.ledger.ledger import Ledger


def statement(**changes) -> dict:
    usual = {
        "figure_id": "a-1",
        "source_id": "a",
        "reporting_body": "NCCT",
        "ref_area": "KHM",
        "period_start": "2017-01-01",
        "period_end": "2017-12-31",
        "year": 2017,
        "measure": "cases",
        "crime_scope": "trafficking",
        "dimension": "",
        "category": "",
        "printed": "5",
        "value": 5.0,
        "low": 5.0,
        "high": 5.0,
        "qualifier": "exact",
        "unit": "count",
        "base_measure": "",
        "base_period_start": "",
        "base_period_end": "",
        "preferred": True,
    }
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
    table = coverage(
        ledger_of(HALF, HALF | {"reporting_body": "MoI", "year": 2017, "period_end": "2017-12-31"}),
        ("cases",),
    )
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
    alone = analysed(Ledger(observations=frame))
    assert len(alone.two_years) == 1, "of one year only, its measures are the main ones"
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


def year_of(number: int, **columns) -> dict:
    whole = {"period_start": f"{number}-01-01", "period_end": f"{number}-12-31", "year": number}
    return whole | columns


def test_the_years_follow_from_what_is_reported():
    part = {"period_start": "2031-01-01", "period_end": "2031-06-30", "year": None}
    found = analysed(ledger_of(year_of(2027), year_of(2030, measure="arrests"), part))
    assert found.over == [2027, 2028, 2029, 2030], "up to the last year told as a whole"
    assert found.years == [*found.over, 2031], "and a last year of which a part is reported"
    assert found.core_missing.loc["cases", "none"] == 3
    assert set(found.reported["ends"]) <= set(found.years)


def test_a_suppressed_total_and_a_zero_are_shown_as_printed():
    suppressed = {"printed": "<5", "value": float("nan"), "low": 0.0, "high": 4.0}
    zero = year_of(2016, printed="0", value=0.0, low=0.0, high=0.0)
    shown = analysed(ledger_of(suppressed, zero)).two_years
    assert shown["preferred"].tolist() == [0, "<5"]
    assert shown["highest"].tolist() == [0, 4]


def test_the_marks_of_a_cell_stay_in_their_year():
    bodies = [{"reporting_body": f"Body {number}"} for number in range(9)]
    table = coverage(ledger_of(*bodies), ("cases",))
    assert table["at"].nunique() == len(bodies)
    assert table["at"].between(2016.5, 2017.5).all()


@pytest.mark.parametrize(
    "rows",
    [
        [{}],
        [{"dimension": "sex", "category": "female"}],  # no total at all
        [HALF],
        [year_of(1990 + 2 * number) for number in range(13)],
        [
            {
                "reporting_body": "General Department for the Identification of Victims of Traffick"
                * 2
            }
        ],
        [{"reporting_body": "គណៈកម្មាធិការជាតិ"}, {"printed": "<5", "value": None, "low": 0.0}],
    ],
)
def test_figures_and_findings_of_any_ledger(rows, tmp_path, monkeypatch):
    monkeypatch.setenv("KHTIP_OUTPUT", str(tmp_path))
    monkeypatch.setattr(registry, "source_publishers", lambda: {"a": "The Example Times"})
    found = analysed(ledger_of(*rows))
    figures.draw_coverage(found)
    figures.draw_reports_by_year(found)
    assert len(list(tmp_path.rglob("*.png"))) == 2
    for one in findings.conclude(found):
        assert "nan" not in one.sentence
        assert one.figure_ids or one.verdict == NOT_REPORTED, one.sentence


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
