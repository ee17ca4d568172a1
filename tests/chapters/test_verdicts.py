import pandas as pd
import pytest
from matplotlib.figure import Figure
from small_ledgers import YEAR_2016, change, frame, real, year

from khtip.chapters.sentences import NOT_REPORTED
from khtip.chapters.sources import claims, conflicts, figures, results, sums
from khtip.chapters.sources.findings import conclude


@pytest.fixture(scope="module")
def ledger() -> dict:
    """Return the real ledger, its lookups and every table of verdicts."""
    observations, lookups = real()
    chosen = {name: lookups[name] for name in ("categories", "areas", "measures")}
    measures = {"measures": lookups["measures"]}
    return {
        "observations": observations,
        "lookups": lookups,
        "claims": claims.check_claims(observations, wordings=lookups["wordings"]),
        "totals": pd.concat(
            [
                sums.check_totals(observations, **chosen),
                sums.check_namings(observations),
                conflicts.check_part_years(observations, **measures),
            ],
            ignore_index=True,
        ),
        "conflicts": conflicts.find_conflicts(observations, **measures),
        "comparisons": conflicts.compare_sources(observations),
        "steps": conflicts.check_running_totals(observations, **measures),
        "growth": conflicts.growth(observations, **measures),
        "words": results.statement_words(observations, **chosen),
    }


def test_words_name_measure_part_scope_area_and_period(ledger):
    words = ledger["words"]
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
    assert results.main_report(frame(*rows), year=2017) == "large"
    chosen = results.main_report(frame(*rows), year=2017, preferred_body="Police")
    assert chosen == "police"
    assert results.main_report(frame(*rows), year=2019) == ""


def test_the_worked_example_holds_what_the_report_is_known_for(ledger):
    names = ("observations", "claims", "totals", "conflicts", "words")
    report = results.main_report(ledger["observations"], year=2017)
    table = results.worked_example(report, **{name: ledger[name] for name in names})
    assert {"claim", "parts", "categories", "sources", "units"} <= set(table["check"])
    assert {"cut off, not rounded", "implausible", "mixes cases and persons"} <= set(
        table["verdict"]
    )
    assert not table.isna().any().any(), "every row has words and a verdict"
    assert results.worked_example("", **{name: ledger[name] for name in names}).empty


def test_repetitions_are_drawn_once():
    rows = [
        change("50", source_id=source) for source in ("a", "b")
    ] + [
        {"printed": number, "source_id": source, **columns}
        for source in ("a", "b")
        for number, columns in (("150", {}), ("100", year(2016)))
    ]  # fmt: skip
    observations = frame(*rows)
    checked = claims.check_claims(observations)
    assert len(checked) == 2
    words = pd.Series("Cases", index=observations["figure_id"])
    assert len(results.drawn_claims(checked, words=words)) == 1


def test_rows_of_the_side_by_side_drawing(ledger):
    rows = results.side_by_side(ledger["conflicts"], ledger["observations"], words=ledger["words"])
    assert rows.groupby("place")["times"].min().eq(1).all(), "each row starts at its lowest voice"
    assert rows.groupby("place")["value"].nunique().gt(1).all(), "each row holds a contradiction"
    spans = rows.groupby("place")["times"].max()
    assert spans.is_monotonic_decreasing
    assert "over 800" in set(rows["text"])
    assert not rows["text"].eq("over 150").any(), "150 and 151 of one body are one voice"


def test_a_list_and_its_rest_give_the_whole(ledger):
    rows = results.drawn_totals(ledger["totals"], words=ledger["words"])
    short = rows[rows["named"].le(100)]
    assert (short["named"] + short["rest"]).round(9).eq(100).all()
    assert rows["rest"].ge(0).all()
    assert rows["parts"].gt(1).all()


def test_panels_hold_the_totals_that_fall_most(ledger):
    rows = results.running_panels(ledger["steps"], ledger["growth"], most=2)
    assert rows["panel"].unique().tolist() == [0, 1]
    falls = rows.drop_duplicates(["panel", "period_end", "value"])
    falls = falls["step"].eq("falls").groupby(falls["panel"]).sum()
    assert falls.iloc[0] >= falls.iloc[1] > 0


def test_every_chart_draws_its_rows(ledger):
    drawing = Figure()
    words = ledger["words"]
    drawn = results.drawn_claims(ledger["claims"], words=words)
    ax = drawing.subplots()
    figures.draw_claims(ax, drawn)
    assert [text.get_text() for text in ax.get_yticklabels()] != []
    assert len(ax.get_yticks()) == len(drawn)
    missed = results.drawn_totals(ledger["totals"], words=words)
    ax = Figure().subplots()
    figures.draw_totals(ax, missed)
    assert len(ax.containers) == len(missed) + missed["rest"].gt(0).sum()
    voices = results.side_by_side(ledger["conflicts"], ledger["observations"], words=words)
    panels = Figure().subplots(2)
    figures.draw_side_by_side(panels, voices)
    assert sum(len(ax.get_yticks()) for ax in panels) >= voices["place"].nunique()
    series = results.running_panels(ledger["steps"], ledger["growth"])
    panels = Figure().subplots(2, 3)
    _, titles = figures.describe_running(series, {name: name for name in series["measure"]})
    figures.draw_running_totals(panels.flat, series, ledger["growth"], titles=titles)
    assert sum(ax.get_visible() for ax in panels.flat) == series["panel"].nunique()


def test_words_of_the_figures_hold_their_numbers(ledger):
    words = ledger["words"]
    drawn = results.drawn_claims(ledger["claims"], words=words)
    assert "72.826 per cent" in figures.describe_claims(drawn)["alt"]
    missed = results.drawn_totals(ledger["totals"], words=words)
    assert "752 of 757" in figures.describe_totals(missed, ledger["totals"])["alt"]


def test_the_summary_adds_up(ledger):
    table = results.summary(ledger["claims"], ledger["totals"], ledger["comparisons"])
    assert table["checked"].eq(table[["fit", "open", "against"]].sum(axis=1)).all()
    assert table["checked"].sum() == sum(
        len(ledger[name]) for name in ("claims", "totals", "comparisons")
    )


def test_implied_bases_are_whole_numbers_inside_the_interval():
    difference = {"printed": "17", "measure": "cases_change", "base_measure": "cases"}
    observations = frame(
        {"printed": "104"},
        difference | YEAR_2016,
        change("35", qualifier="about", low=34.5, high=35.5, measure="arrests"),
        {"printed": "578", "measure": "arrests"},
    )
    words = observations.set_index("figure_id")["measure"]
    table = results.unchecked(claims.check_claims(observations), words=words)
    # 578/1.355 = 426.57 and 578/1.345 = 429.74
    assert table["implied base"].tolist() == ["87", "427 to 429"]


def stated(ledger: dict, **settings) -> pd.DataFrame:
    names = ("observations", "claims", "totals", "conflicts")
    found = conclude(
        **{name: ledger[name] for name in names},
        measures=ledger["lookups"]["measures"],
        **settings,
    )
    return pd.DataFrame(found).set_index("finding_id")


def test_findings_of_the_published_scenario(ledger):
    table = stated(ledger)
    assert table.loc["02-report-claim", "verdict"] == "truncated"
    assert table.loc["02-report-claim", "value"] == pytest.approx(6700 / 92)
    assert table.loc["02-report-list", ["verdict", "value"]].tolist() == ["open_residual", 5]
    assert table.loc["02-report-countries", "verdict"] == "implausible"
    assert table.loc[["02-base-year", "02-reference-year"], "verdict"].tolist() == ["disagree"] * 2
    assert table["sources"].str.len().gt(0).all()


def test_findings_of_a_year_without_data_say_so(ledger):
    table = stated(ledger, base_year=2012, reference_year=2025)
    silent = table[table["verdict"].eq(NOT_REPORTED)]
    assert len(silent) == 5
    assert silent["sentence"].str.contains("2012|2025").all()
    assert set(stated(ledger).index) == set(table.index), "the same findings in every setting"
