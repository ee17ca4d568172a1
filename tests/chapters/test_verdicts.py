import pandas as pd
import pytest
from small_ledgers import YEAR_2016, change, frame, real, year

from khtip.chapters.sentences import NOT_REPORTED
from khtip.chapters.sources import figures, findings, results
from khtip.ledger.ledger import Ledger
from khtip.parameters import REGISTRY

PUBLISHED = {
    name: REGISTRY[name].default for name in ("base_year", "reference_year", "preferred_body")
}


def reconciled(observations: pd.DataFrame) -> Ledger:
    """Return a ledger of these observations, with the project's own lookups and all verdicts."""
    return results.reconcile(Ledger(observations=observations))


def analysed(*statements: dict, **chosen) -> results.Results:
    return results.analyse(reconciled(frame(*statements)), **PUBLISHED | chosen)


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    """Return the real ledger with every table of verdicts."""
    return reconciled(real()[0])


@pytest.fixture(scope="module")
def found(ledger) -> results.Results:
    return results.analyse(ledger, **PUBLISHED)


def test_words_name_measure_part_scope_area_and_period(found):
    words = found.words
    assert words["ppp-2018-ncct-annual-020"] == "Victims rescued, Phnom Penh, 2017"
    assert words["ppp-2018-ncct-annual-003"] == "Cases, 2017"
    assert words["ppp-2018-ncct-annual-008"] == "Victims rescued, Under 15, 2017"
    assert words["ppp-2018-ncct-annual-014"] == "Foreign suspects, United Kingdom, 2017"
    assert words["kt-2018-np-annual-008"] == "Cases, trafficking, 2017"
    assert words["kt-2024-ncct-h1-007"] == "Change in cases, trafficking, Jan–Jun 2024"


def test_the_main_report_is_found_by_rule():
    rows = [
        {"printed": "159", "source_id": "small"},
        {"printed": "159", "source_id": "large"},
        {"printed": "203", "source_id": "large", "measure": "arrests"},
        *[{"printed": "1", "source_id": "no-cases", "measure": "arrests"}] * 5,
        *[{"printed": "1", "source_id": "province", "ref_area": "KH-1"}] * 5,
        {"printed": "1", "source_id": "police", "reporting_body": "Police"},
    ]
    ledger = Ledger(observations=frame(*rows))
    assert results.main_report(ledger, 2017, "as-documented") == "large"
    assert results.main_report(ledger, 2017, "Police") == "police"
    assert results.main_report(ledger, 2019, "as-documented") == ""


@pytest.mark.parametrize("days", [("2018-01-05", "2018-02"), ("2018-01-05", "")])
def test_of_two_equal_reports_the_main_one_appeared_first_whatever_its_id(days):
    rows = [{"printed": "159", "source_id": "a"}, {"printed": "159", "source_id": "b"}]
    for names in (["a", "b"], ["b", "a"]):
        sources = pd.DataFrame({"source_id": names, "published_date": days})
        ledger = Ledger(observations=frame(*rows), sources=sources)
        assert results.main_report(ledger, 2017, "as-documented") == names[0]


def test_the_worked_example_holds_what_the_report_is_known_for(ledger, found):
    table = found.example
    assert {"claim", "parts", "categories", "sources", "units"} <= set(table["check"])
    assert {"cut off, not rounded", "implausible", "mixes cases and persons"} <= set(
        table["verdict"]
    )
    assert not table.isna().any().any(), "every row has words and a verdict"
    assert results.analyse(ledger, **PUBLISHED | {"reference_year": 1900}).example.empty


def test_repetitions_are_drawn_once():
    rows = [
        change("50", source_id=source) for source in ("a", "b")
    ] + [
        {"printed": number, "source_id": source, **columns}
        for source in ("a", "b")
        for number, columns in (("150", {}), ("100", year(2016)))
    ]  # fmt: skip
    found = analysed(*rows)
    assert len(found.ledger.claims) == 2
    assert len(found.drawn_claims) == 1


def test_rows_of_the_side_by_side_drawing(found):
    rows = found.side_by_side
    assert rows.groupby("place")["times"].min().eq(1).all(), "each row starts at its lowest voice"
    assert rows.groupby("place")["value"].nunique().gt(1).all(), "each row holds a contradiction"
    spans = rows.groupby("place")["times"].max()
    assert spans.is_monotonic_decreasing
    assert "more than 800" in set(rows["text"])
    assert not rows["text"].eq("over 150").any(), "150 and 151 of one body are one voice"


def test_a_list_and_its_rest_give_the_whole(found):
    rows = found.drawn_totals
    short = rows[rows["named"].le(100)]
    assert (short["named"] + short["rest"]).round(9).eq(100).all()
    assert rows["rest"].ge(0).all()
    assert rows["parts"].gt(1).all()


def test_panels_hold_the_totals_that_fall_most(found):
    rows = found.running
    assert rows["panel"].unique().tolist() == list(range(results.PANELS))
    falls = rows.drop_duplicates(["panel", "period_end", "value"])
    falls = falls["step"].eq("falls").groupby(falls["panel"]).sum()
    assert falls[0] >= falls[1] > 0
    assert falls.is_monotonic_decreasing


@pytest.fixture
def drawn(monkeypatch) -> dict:
    """Take each figure where it would be saved: its words, its table and its axes."""
    kept = {}
    registered = figures.figure

    def taken(name, **words):
        kept[name] = words
        return registered(name, **words)

    monkeypatch.setenv("KHTIP_FIGURES", "0")
    monkeypatch.setattr(figures, "figure", taken)
    return kept


DRAWN = [
    figures.draw_claims,
    figures.draw_totals,
    figures.draw_sources_side_by_side,
    figures.draw_running_totals,
]


def test_every_figure_draws_its_rows_and_its_words_hold_their_numbers(found, drawn):
    for draw in DRAWN:
        draw(found)
    assert "72.826 per cent" in drawn["02-claims"]["alt"]
    assert "752 of 757" in drawn["02-totals"]["alt"]
    assert len(drawn["02-claims"]["data"]) == len(found.drawn_claims)
    assert (
        drawn["02-sources-side-by-side"]["alt"].count(" to ")
        >= found.side_by_side["place"].nunique()
    )


def test_the_summary_adds_up(ledger, found):
    table = found.summary
    assert table["checked"].eq(table[["fit", "open", "against"]].sum(axis=1)).all()
    assert table["checked"].sum() == sum(
        len(one) for one in (ledger.claims, ledger.totals, ledger.comparisons)
    )


def test_implied_bases_are_whole_numbers_inside_the_interval():
    difference = {"printed": "17", "measure": "cases_change", "base_measure": "cases"}
    found = analysed(
        {"printed": "104"},
        difference | YEAR_2016,
        change("35", qualifier="about", low=34.5, high=35.5, measure="arrests"),
        {"printed": "578", "measure": "arrests"},
    )
    # 578/1.355 = 426.57 and 578/1.345 = 429.74
    assert found.unchecked["implied base"].tolist() == ["87", "427 to 429"]


def stated(ledger: Ledger, **chosen) -> pd.DataFrame:
    told = findings.conclude(results.analyse(ledger, **PUBLISHED | chosen))
    return pd.DataFrame(told).set_index("finding_id")


def test_findings_of_the_published_scenario(ledger):
    table = stated(ledger)
    assert table.loc["02-report-claim", "verdict"] == "truncated"
    assert table.loc["02-report-claim", "value"] == pytest.approx(6700 / 92)
    assert table.loc["02-report-list", ["verdict", "value"]].tolist() == ["open_residual", 5]
    assert table.loc["02-report-countries", "verdict"] == "implausible"
    assert table.loc[["02-base-year", "02-reference-year"], "verdict"].tolist() == ["disagree"] * 2
    assert table["sources"].str.len().gt(0).all()


def test_findings_of_a_year_without_data_say_so(ledger):
    table = stated(ledger, base_year=1900, reference_year=1901)
    silent = table[table["verdict"].eq(NOT_REPORTED)]
    assert len(silent) == 5
    assert silent["sentence"].str.contains("1900|1901").all()
    assert set(stated(ledger).index) == set(table.index), "the same findings in every setting"
