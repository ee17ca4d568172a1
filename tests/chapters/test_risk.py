"""Tests of the chapter of notebook 06: indicators, rankings, figures and findings."""

import json

import numpy as np
import pandas as pd
import pytest

from khtip import tables
from khtip.chapters.risk import figures, findings, indicators, ranking, results
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
from khtip.ledger.ledger import Ledger
from khtip.statistics.composite import RANKED

PUBLISHED = {
    "reference_year": 2017,
    "stock_edition": "2017",
    "normalisation": "min-max",
    "aggregation": "linear",
    "weights": "equal",
    "confidence": 0.95,
    "draws": 2000,
    "seed": 20180101,
}

DRAW = [
    figures.draw_indicator_heat_map,
    figures.draw_baseline_index,
    figures.draw_rank_by_choice,
    figures.draw_rank_uncertainty,
    figures.draw_sobol_indices,
    figures.draw_risk_beside_unodc,
    figures.draw_destinations,
]
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


@pytest.fixture(scope="module")
def view(table) -> ranking.View:
    return ranking.View(table)


def _cells(frames, year: int, codes=ORIGIN) -> pd.DataFrame:
    return cells(
        Ledger(**frames),
        codes,
        ranking.region(frames["countries"]),
        year=year,
        income_of=("THA", "MYS", "SGP"),
        stock_edition="2017",
    )


def _problem(given: ranking.View, **method):
    index = ranking.baseline(given, **method)
    return ranking.problem(given, frozenset(index.index[index["status"].eq(RANKED)]))


def _found(frames, **choices) -> results.Results:
    return results.analyse(Ledger(**frames), **PUBLISHED | choices)


def _conclude(frames, **choices) -> dict:
    return {one.finding_id: one for one in findings.conclude(_found(frames, **choices))}


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
    gap = indicators._income_gap(Ledger(wdi=rows), "gdp", 2017, ("THA", "SGP", "MYS"))
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
    found = indicators._tiers(Ledger(tip_tiers=rows), 2017)
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
    found = indicators._convictions(Ledger(unodc=rows), 2017)
    assert list(found.index) == ["KHM"]
    bounds = found.loc["KHM", ["low", "high", "base_low", "base_high"]].astype(float)
    assert bounds.tolist() == [10, 14, 160, 160]
    assert found.loc["KHM", "value"] == pytest.approx(100 * 12 / 160)
    assert found.loc["KHM", "period"] == "2015-2016"


def test_no_counts_at_all_is_no_error():
    assert indicators._convictions(Ledger(unodc=_table([("KHM", "z", 2017, 1.0)])), 2017).empty


def test_every_cell_stands_once_and_missing_is_not_zero(table, frames):
    assert not table.duplicated(["ref_area", "indicator"]).any()
    assert len(table) == len(ORIGIN) * len(ranking.region(frames["countries"]))
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


def test_problem_does_not_depend_on_the_baseline_choices(view):
    plain = _problem(view)
    other = _problem(view, normalisation="z-score", aggregation="geometric")
    pd.testing.assert_frame_equal(plain.values, other.values)
    errors = plain.errors.set_index(["unit", "indicator"])
    assert errors.loc[("THA", "convictions"), "kind"] == "per_100"
    assert set(errors["kind"]) <= {"per_100", "step"}


def test_doubtful_tier_becomes_a_step(frames):
    errors = _problem(ranking.View(_cells(frames, 2025))).errors
    steps = errors[errors["kind"] == "step"]
    assert steps["indicator"].eq("tier").all()
    assert steps[["low", "high"]].eq([0, 1]).all(axis=None)


def test_leaving_one_indicator_out_drops_its_errors(view):
    problem = _problem(view)
    fewer = ranking.without(problem, "convictions")
    assert "convictions" not in fewer.values
    assert not fewer.errors["indicator"].eq("convictions").any()
    assert ranking.without(fewer, "convictions") is fewer


def test_random_weights_follow_the_seed(table, view):
    equal = ranking.baseline(view)["index"]
    one = ranking.baseline(view, weights="random", seed=1)["index"]
    again = ranking.baseline(ranking.View(table), weights="random", seed=1)["index"]
    assert one.equals(again)
    assert not np.allclose(one[equal.index], equal)


def test_unodc_words_are_marked_with_who_quotes_them(frames):
    said = results.quoted(Ledger(**frames))
    assert said["quoted_by"].notna().all()
    assert said["second_hand"].all()
    label = said[said["statement"] == results.RISK_LABEL]
    assert label["ref_area"].tolist() == [indicators.HOME]  # no other label was read


def test_destinations_without_a_stock_stay_and_keep_no_number(frames):
    ledger = Ledger(**frames)
    stock = ranking.stock_of(ledger, "2017", 2017)
    places = ranking.region_destinations(ledger, "2017", 2017)
    assert indicators.HOME not in places
    assert {"THA", "MYS", "CHN", "SAU"} <= set(places)
    assert np.isnan(stock.loc["CHN", "stock"])
    assert stock["stock_year"].eq(2017).all()
    assert ranking.stock_of(ledger, "2020", 2017)["stock_year"].eq(2015).all()
    # Halfway between two estimates the newer one is taken.
    assert ranking.stock_of(ledger, "2017", 2016)["stock_year"].eq(2017).all()


def test_tables_for_readers(frames):
    found = _found(frames)
    index = found.origin.index
    assert found.heat["country"].drop_duplicates().tolist() == [found.named[a] for a in index.index]
    assert found.heat["score"].dropna().between(0, 100).all()
    assert found.heat.loc[found.heat["shown"] == "", "score"].isna().all()
    one = found.heat.set_index(["indicator", "ref_area"])["score"] / 5
    parts = index.loc["THA", "part_tier"]
    assert one["tier", "THA"] == pytest.approx(parts)
    assert (index["status"] == RANKED).sum() == len(found.bars)
    listed = found.candidates(dict.fromkeys(tables_of_sources(), "somebody"))
    assert len(listed) == len(CATALOGUE)
    assert listed.set_index("indicator").loc["Emigrants", "used"] == "no"


def tables_of_sources() -> list[str]:
    return tables.read_text_table("data/context/sources.csv")["context_source_id"].tolist()


def test_findings_of_the_published_scenario(frames):
    found = _conclude(frames)
    rank = found["06-cambodia-rank"]
    assert rank.low <= rank.value <= rank.high
    assert rank.low < rank.high, "never a bare rank"
    assert "as quoted by The Phnom Penh Post" in found["06-unodc-level"].sentence
    assert found["06-unodc-direction"].verdict == "cannot be checked"
    assert found["06-detection-and-conviction"].verdict == "not published"
    assert all(one.sources for one in found.values())


def test_place_does_not_depend_on_the_baseline_choices(frames):
    plain = _conclude(frames)
    method = {"normalisation": "percentile", "aggregation": "geometric", "weights": "random"}
    other = _conclude(frames, **method)
    for name in ("06-cambodia-rank", "06-cambodia-half", "06-named-origins"):
        assert other[name] == plain[name]


@pytest.mark.parametrize("year", [2012, 2016, 2021, 2025])
def test_other_years_give_findings_or_say_why_not(frames, year):
    found = _conclude(frames, reference_year=year, stock_edition="2020", draws=200)
    assert {name[:2] for name in found} == {"06"}
    assert all(str(year) in one.sentence for one in list(found.values())[:1])


def test_country_without_indicators_is_not_ranked(frames):
    gone = {name: frames[name][frames[name]["ref_area"] != "KHM"] for name in ("gsi", "tip_tiers")}
    found = list(_conclude({**frames, **gone}).values())
    assert [one.verdict for one in found] == ["not reported"]
    assert "too few indicators" in found[0].sentence


# Other valid ledgers.


def _edition(rows: pd.DataFrame, edition: str, factor: float) -> pd.DataFrame:
    """Return rows as another edition would print them."""
    changed = rows[["value", "low", "high"]] * factor
    return rows.assign(edition=edition, **changed)


@pytest.mark.parametrize("after", [True, False])
def test_a_later_vintage_decides_wherever_it_stands(frames, after):
    wdi = frames["wdi"]
    income = wdi[wdi["indicator"].str.startswith("gdp") & wdi["ref_area"].eq("KHM")]
    later = _edition(income, 'WDI "Last Updated Date 2025-07-01"', 1.5)
    earlier = _edition(income, "WDI of 2020", 0.5)
    rows = [wdi, later, earlier] if after else [earlier, later, wdi]
    found = indicators.newest(pd.concat(rows, ignore_index=True), "gdp_per_capita_ppp", 2017)
    published = indicators.newest(wdi, "gdp_per_capita_ppp", 2017)["value"]
    assert found.loc["KHM", "value"] == pytest.approx(1.5 * published["KHM"])
    assert found["value"].drop("KHM").equals(published.drop("KHM"))


@pytest.mark.parametrize("shuffle", [1, 2])
def test_the_order_of_rows_changes_nothing(frames, shuffle):
    wdi = frames["wdi"]
    two = pd.concat([wdi, _edition(wdi, "WDI of 2030-01-01", 1.1)], ignore_index=True)
    plain = _conclude({**frames, "wdi": two}, draws=100)
    mixed = {
        name: frames[name].sample(frac=1, random_state=shuffle)
        for name in ("gsi", "unodc", "tip_tiers", "migrant_stock", "unodc_statements")
    }
    mixed["wdi"] = two.sample(frac=1, random_state=shuffle)
    assert _conclude({**frames, **mixed}, draws=100) == plain


def test_of_two_editions_side_by_side_the_newer_counts(frames):
    unodc = frames["unodc"]
    again = unodc[unodc["ref_area"].isin(["THA", "KHM"]) & unodc["year"].eq(2016)]
    newer = _edition(again, "data_glotip.xlsx dated 30/05/2031", 3.0)
    older = _edition(again, "data_glotip.xlsx dated 30/05/2011", 7.0)
    plain = indicators._both_counts(Ledger(unodc=unodc))
    both = pd.concat([newer, unodc, older], ignore_index=True)
    found = indicators._both_counts(Ledger(unodc=both))
    assert found.loc["THA", 2016].tolist() == (3 * plain.loc["THA", 2016]).tolist()
    assert found.drop(("THA", 2016)).equals(plain.drop(("THA", 2016)))


def test_scores_of_one_edition_are_never_mixed_with_another(frames):
    gsi = frames["gsi"]
    score = gsi[gsi["indicator"].eq("gsi_vulnerability")]
    one = _edition(score[score["ref_area"].eq("KHM")], "GSI 2030 (estimates for 2029)", 0.5)
    few = Ledger(gsi=pd.concat([gsi, one]))
    assert indicators._scores(few, "gsi_vulnerability")["edition"].str.startswith("GSI 2018").all()
    whole = Ledger(gsi=pd.concat([_edition(score, "GSI 2030 (estimates for 2029)", 0.5), gsi]))
    assert (
        indicators._scores(whole, "gsi_vulnerability")["edition"].str.startswith("GSI 2030").all()
    )
    assert indicators.score_edition(whole) == "2030"


def test_an_indicator_that_is_the_same_everywhere_leaves_the_index_with_a_word(frames):
    gsi = frames["gsi"].copy()
    gsi.loc[gsi["indicator"] == "gsi_vulnerability", ["value", "low", "high"]] = 50.0
    found = _found({**frames, "gsi": gsi})
    assert "vulnerability" not in found.origin.view.values
    listed = found.candidates(dict.fromkeys(tables_of_sources(), "somebody"))
    used = listed.set_index("indicator")["used"]
    assert used["Vulnerability"] == "no: the same everywhere"
    assert used["Government response"] == "yes"


NAMIBIA = {"ref_area": "NAM", "country": "Namibia", "subregion": "South-eastern Asia"}


def _lacking(frames, name: str, area: str) -> dict:
    return {name: frames[name][frames[name]["ref_area"] != area]}


OTHERS = {
    "two countries without a number": lambda f: {
        **_lacking(f, "gsi", "VNM"),
        "countries": pd.concat([f["countries"], pd.DataFrame([NAMIBIA])], ignore_index=True),
    },
    "scores of one country": lambda f: {"gsi": f["gsi"][f["gsi"]["ref_area"] == "KHM"]},
    "Cambodia without income and tier, nothing said": lambda f: {
        **_lacking(f, "wdi", "KHM"),
        **_lacking(f, "tip_tiers", "KHM"),
        "unodc_statements": f["unodc_statements"].iloc[:0],
    },
    "no stock in Thailand, and no page of UNODC's words": lambda f: {
        **_lacking(f, "migrant_stock", "THA"),
        "sources": f["sources"].iloc[:0],
    },
    "no stock, no scores, no counts": lambda f: {
        name: f[name].iloc[:0] for name in ("migrant_stock", "gsi", "unodc")
    },
    "three countries": lambda f: {
        name: f[name][f[name]["ref_area"].isin(["KHM", "THA", "LAO", "WLD"])]
        for name in ("countries", "gsi", "tip_tiers", "unodc", "wdi")
    },
    "no indicator at all": lambda f: {
        name: f[name].iloc[:0] for name in ("gsi", "tip_tiers", "unodc", "wdi", "migrant_stock")
    },
}


@pytest.mark.parametrize("case", OTHERS)
def test_other_ledgers_are_drawn_and_concluded(frames, case, products):
    found = _found({**frames, **OTHERS[case](frames)}, draws=64)
    for draw in DRAW:
        draw(found)
    cards = [json.loads(path.read_text(encoding="utf-8")) for path in products.glob("06-*.json")]
    assert len(cards) == len(DRAW)
    for card in cards:
        assert "nan" not in f"{card['title']} {card['caption']} {card['alt']}".split()
        assert "problems" not in card, case
    sentences = [one.sentence for one in findings.conclude(found)]
    assert sentences and not any(" nan" in one for one in sentences)
    found.candidates(dict.fromkeys(tables_of_sources(), "somebody"))
    assert found.index_table["baseline_rank"].notna().sum() == len(found.bars)
    assert set(found.rank_table["view"]) <= {"origin", "destination"}


def test_fewer_than_a_handful_of_countries_get_no_places(frames, products):
    found = _found({**frames, **OTHERS["three countries"](frames)}, draws=64)
    assert len(found.bars) == 3
    assert found.origin.units == []
    figures.draw_rank_uncertainty(found)
    card = json.loads((products / "06-rank-uncertainty.json").read_text(encoding="utf-8"))
    assert "3 countries have enough indicators" in card["caption"]
    (only,) = findings.conclude(found)
    assert "3 countries have enough indicators" in only.sentence


def test_a_place_without_a_row_turns_no_headline(frames):
    gone = frames["migrant_stock"]
    gone = gone[~(gone["ref_area"].eq("THA") & gone["revision"].eq(2017))]
    found = _conclude({**frames, "migrant_stock": gone})
    assert found["06-largest-exposure"].verdict == "not reported"
    assert "no row for Thailand" in found["06-largest-exposure"].sentence
    assert "no row for Thailand" in found["06-destination-gaps"].sentence
    assert "Thailand" not in found["06-destination-gaps"].sentence.split(";")[0]


def test_who_quotes_is_named_also_when_the_ledger_does_not_hold_the_page(frames):
    said = results.quoted(Ledger(**{**frames, "sources": frames["sources"].iloc[:0]}))
    assert said["quoted_by"].str.contains(r"\w+\.\w+").all()
    assert said["source_id"].isna().all()
