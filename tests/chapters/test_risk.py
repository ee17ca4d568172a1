"""Tests of indicators, indicator_values, regional, risk_tables and conclusions.risk."""

import numpy as np
import pandas as pd
import pytest

from khtip import tables
from khtip.chapters.risk import findings, indicators, results
from khtip.chapters.risk.indicators import (
    CATALOGUE,
    DESTINATION,
    ORIGIN,
    cells,
    coverage,
    directions,
    goalposts,
    newest,
    pulled_in,
    used_values,
)
from khtip.ledger import context, validation
from khtip.statistics.composite import RANKED

COLUMNS = ["ref_area", "indicator", "year", "value", "low", "high", "edition", "context_source_id"]


def _table(rows: list[tuple]) -> pd.DataFrame:
    """Rows of (area, indicator, year, value) or (area, indicator, year, value, low, high)."""
    full = [(*row, row[3], row[3])[:6] if len(row) == 4 else row for row in rows]
    return pd.DataFrame([(*row, "e", "ctx-00") for row in full], columns=COLUMNS)


def _counts(area: str, year: int, convicted: tuple, victims: tuple) -> list[tuple]:
    return [
        (area, name, year, low if low == high else np.nan, low, high)
        for name, (low, high) in (
            ("unodc_persons_convicted", convicted),
            ("unodc_detected_victims", victims),
        )
    ]


@pytest.fixture(scope="module")
def frames() -> dict[str, pd.DataFrame]:
    return {
        "observations": validation.read_figures(),
        "sources": validation.read_sources(),
        "countries": context.countries(),
        "wdi": context.wdi(),
        "tip_tiers": context.tip_tiers(),
        "gsi": context.gsi(),
        "unodc": context.unodc(),
        "unodc_statements": context.unodc_statements(),
        "migrant_stock": context.migrant_stock(),
    }


@pytest.fixture(scope="module")
def table(frames) -> pd.DataFrame:
    return _cells(frames, 2017)


def _cells(frames, year: int, codes=ORIGIN, **more) -> pd.DataFrame:
    names = ("wdi", "tip_tiers", "gsi", "unodc", "migrant_stock")
    return cells(
        codes,
        results.region(frames["countries"]),
        year=year,
        income_of=["THA", "MYS", "SGP"],
        stock_edition="2017",
        **{name: frames[name] for name in names},
        **more,
    )


def test_newest_value_is_neither_from_the_future_nor_too_old():
    rows = _table(
        [
            ("KHM", "x", 2014, 1.0),
            ("KHM", "x", 2016, 2.0),
            ("KHM", "x", 2018, 3.0),
            ("LAO", "x", 2014, 4.0),
            ("VNM", "x", 2017, np.nan),
            ("VNM", "x", 2015, 5.0),
            ("THA", "y", 2017, 6.0),
        ]
    )
    found = newest(rows, "x", 2017)["value"]
    assert found.to_dict() == {"KHM": 2.0, "VNM": 5.0}


def test_income_gap_by_hand():
    rows = _table(
        [
            ("KHM", "gdp", 2017, 4000.0),
            ("THA", "gdp", 2017, 16000.0),
            ("SGP", "gdp", 2017, 96000.0),
            ("MYS", "gdp", 2017, 28000.0),
        ]
    )
    gap = indicators._income_gap(rows, "gdp", 2017, ["THA", "SGP", "MYS"])
    assert gap.loc["KHM", "number"] == 7  # the median of the three is Malaysia's
    assert gap.loc["KHM", "value"] == pytest.approx(np.log(7))
    assert gap.loc["KHM", "shown"] == "7.0×"


def test_tiers_are_steps_and_a_doubtful_one_has_bounds():
    rows = _table(
        [
            (area, "tip_tier", 2017, tier)
            for area, tier in [
                ("A", "1"),
                ("B", "2"),
                ("C", "2WL"),
                ("D", "3"),
                ("E", "1 or 2"),
                ("F", "Special Case"),
            ]
        ]
    )
    found = indicators._tiers(rows, 2017)
    assert found["value"].to_dict() == {"A": 0, "B": 1, "C": 2, "D": 3, "E": 0.5}
    assert found.loc["E", ["low", "high", "shown"]].tolist() == [0, 1, "Tier 1 or 2"]
    assert "F" not in found.index


def test_convictions_are_summed_over_years_with_both_counts():
    rows = _table(
        _counts("KHM", 2015, (10, 10), (100, 100))
        + _counts("KHM", 2016, (0, 4), (60, 60))
        + _counts("KHM", 2012, (99, 99), (99, 99))  # before the window
        + _counts("LAO", 2017, (0, 4), (0, 4))  # too few to tell
        + _counts("VNM", 2017, (5, 5), (20, 20))[:1]  # no victims published
        + _counts("KHM", 2017, (50, 50), (1, 1))[:1]  # a year with one count only
        + _counts("THA", 2018, (5, 5), (20, 20))  # after the reference year
    )
    found = indicators._convictions(rows, 2017)
    assert list(found.index) == ["KHM"]
    bounds = found.loc["KHM", ["low", "high", "base_low", "base_high"]].astype(float)
    assert bounds.tolist() == [10, 14, 160, 160]
    assert found.loc["KHM", "value"] == pytest.approx(100 * 12 / 160)
    assert found.loc["KHM", "period"] == "2015-2016"


def test_no_counts_at_all_is_no_error():
    assert indicators._convictions(_table([("KHM", "z", 2017, 1.0)]), 2017).empty


def test_every_cell_stands_once_and_missing_is_not_zero(table, frames):
    assert not table.duplicated(["ref_area", "indicator"]).any()
    assert len(table) == len(ORIGIN) * len(results.region(frames["countries"]))
    gap = table.set_index(["indicator", "ref_area"]).loc[("convictions", "KHM")]
    assert np.isnan(gap["value"])
    assert (gap["shown"], gap["period"], gap["context_source_id"]) == ("", "", "")
    known = table["value"].notna()
    assert table.loc[known, "context_source_id"].ne("").all()


def test_scores_are_those_of_the_published_edition_for_every_year(frames):
    published = frames["gsi"].query("indicator == 'gsi_vulnerability' and ref_area == 'KHM'")
    for year in (2012, 2025):
        found = _cells(frames, year).set_index(["indicator", "ref_area"])["value"]
        assert found["vulnerability", "KHM"] == published["value"].iloc[0]


def test_indicator_with_too_little_coverage_is_not_used(table):
    covered = coverage(table).set_index("indicator")
    assert not covered.loc["emigrants", "used"]
    assert covered.loc["income_gap", "used"]
    assert "emigrants" not in used_values(table)
    assert covered["used"].eq(covered["known"] >= 0.6 * covered["countries"]).all()


def test_outliers_are_pulled_in_but_not_on_a_scale_with_ends():
    areas = [f"A{i}" for i in range(12)]
    rows = [
        {"ref_area": area, "indicator": code, "value": value, "period": "", "context_source_id": ""}
        for code in ("vulnerability", "tier")
        for area, value in zip(areas, [*range(1, 11), 30, 100], strict=True)
    ]
    table = pd.DataFrame(rows)
    values = used_values(table)
    assert values["vulnerability"].max() < 100
    assert values["tier"].max() == 100
    assert set(pulled_in(table)) == {
        (area, "vulnerability") for area in values.index[values["vulnerability"] != values["tier"]]
    }


def test_candidate_without_a_direction_cannot_enter():
    with pytest.raises(ValueError, match="detections: no direction"):
        directions(["tier", "detections"])
    assert all(CATALOGUE[code].direction for code in (*ORIGIN, *DESTINATION))
    assert goalposts(ORIGIN) == {"tier": (0, 3)}


def test_nothing_that_unodc_says_is_an_indicator():
    words = " ".join(one.label + one.unit for one in CATALOGUE.values())
    assert "label" not in words
    assert "named" not in words


def test_problem_does_not_depend_on_the_baseline_choices(table):
    plain = results.problem(table, results.baseline(table))
    other = results.baseline(table, normalisation="z-score", aggregation="geometric")
    pd.testing.assert_frame_equal(plain.values, results.problem(table, other).values)
    errors = plain.errors.set_index(["unit", "indicator"])
    assert errors.loc[("THA", "convictions"), "kind"] == "per_100"
    assert set(errors["kind"]) <= {"per_100", "step"}


def test_doubtful_tier_becomes_a_step(frames):
    table = _cells(frames, 2025)
    errors = results.problem(table, results.baseline(table)).errors
    steps = errors[errors["kind"] == "step"]
    assert steps["indicator"].eq("tier").all()
    assert steps[["low", "high"]].eq([0, 1]).all(axis=None)


def test_leaving_one_indicator_out_drops_its_errors(table):
    problem = results.problem(table, results.baseline(table))
    fewer = results.without(problem, "convictions")
    assert "convictions" not in fewer.values
    assert not fewer.errors["indicator"].eq("convictions").any()
    assert results.without(fewer, "convictions") is fewer


def test_random_weights_follow_the_seed(table):
    equal = results.baseline(table)["index"]
    one = results.baseline(table, weights="random", seed=1)["index"]
    again = results.baseline(table, weights="random", seed=1)["index"]
    assert one.equals(again)
    assert not np.allclose(one[equal.index], equal)


def test_unodc_words_are_marked_with_who_quotes_them(frames):
    said = results.quoted(frames["unodc_statements"], frames["sources"])
    assert said["quoted_by"].notna().all()
    assert said["second_hand"].all()
    label = said[said["statement"] == results.RISK_LABEL]
    assert label["ref_area"].tolist() == [results.HOME]  # no other label was read


def test_destinations_without_a_stock_stay_and_keep_no_number(frames):
    stock = results.stock_of(frames["migrant_stock"], "2017", 2017)
    places = results.region_destinations(
        frames["observations"], frames["unodc_statements"], stock, frames["countries"]
    )
    assert results.HOME not in places
    assert {"THA", "MYS", "CHN", "SAU"} <= set(places)
    assert np.isnan(stock.loc["CHN", "stock"])
    assert stock["stock_year"].eq(2017).all()
    assert results.stock_of(frames["migrant_stock"], "2020", 2017)["stock_year"].eq(2015).all()
    # Halfway between two estimates the newer one is taken.
    assert results.stock_of(frames["migrant_stock"], "2017", 2016)["stock_year"].eq(2017).all()


def test_tables_for_readers(table, frames):
    named = results.names(frames["countries"])
    index = results.baseline(table)
    heat = results.heat(table, index, named)
    assert heat["country"].drop_duplicates().tolist() == [named[area] for area in index.index]
    assert heat["score"].dropna().between(0, 100).all()
    assert heat.loc[heat["shown"] == "", "score"].isna().all()
    one = heat.set_index(["indicator", "ref_area"])["score"] / 5
    parts = index.loc["THA", "part_tier"]
    assert one["tier", "THA"] == pytest.approx(parts)
    bars = results.bars(index, named)
    assert (index["status"] == RANKED).sum() == len(bars)
    listed = results.candidates(table, dict.fromkeys(tables_of_sources(), "somebody"))
    assert len(listed) == len(CATALOGUE)
    assert listed.set_index("indicator").loc["Emigrants", "used"] == "no"


def tables_of_sources() -> list[str]:
    return tables.read_text_table("data/context/sources.csv")["context_source_id"].tolist()


def test_findings_of_the_published_scenario(frames):
    found = {one.finding_id: one for one in findings.conclude(**frames)}
    rank = found["06-cambodia-rank"]
    assert rank.low <= rank.value <= rank.high
    assert rank.low < rank.high, "never a bare rank"
    assert "as quoted by The Phnom Penh Post" in found["06-unodc-level"].sentence
    assert found["06-unodc-direction"].verdict == "cannot be checked"
    assert found["06-detection-and-conviction"].verdict == "not published"
    assert all(one.sources for one in found.values())


def test_place_does_not_depend_on_the_baseline_choices(frames):
    plain = {one.finding_id: one for one in findings.conclude(**frames)}
    other = findings.conclude(
        **frames, normalisation="percentile", aggregation="geometric", weights="random"
    )
    for one in other:
        if one.finding_id in ("06-cambodia-rank", "06-cambodia-half", "06-named-origins"):
            assert one == plain[one.finding_id]


@pytest.mark.parametrize("year", [2012, 2016, 2021, 2025])
def test_other_years_give_findings_or_say_why_not(frames, year):
    found = findings.conclude(**frames, reference_year=year, stock_edition="2020", draws=200)
    assert {one.finding_id[:2] for one in found} == {"06"}
    assert all(str(year) in one.sentence for one in found[:1])


def test_country_without_indicators_is_not_ranked(frames):
    gone = {name: frames[name][frames[name]["ref_area"] != "KHM"] for name in ("gsi", "tip_tiers")}
    found = findings.conclude(**{**frames, **gone})
    assert [one.verdict for one in found] == ["not reported"]
    assert "too few indicators" in found[0].sentence
