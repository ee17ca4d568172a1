"""Notebook 02 on other valid ledgers: what contradicts is a verdict, and nothing stops."""

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_ledgers import YEAR_2016, change, frame, year

from khtip.chapters.sentences import NOT_REPORTED
from khtip.chapters.sources import figures, findings, results
from khtip.figures import registry
from khtip.ledger.ledger import Ledger

POLICE = {"source_id": "b", "reporting_body": "National Police"}
RESCUED = {"measure": "victims_rescued"}
BACK = {"measure": "victims_repatriated"}


def part(dimension: str, category: str, printed: str, **columns) -> dict:
    split = {"dimension": dimension, "category": category}
    return {"printed": printed, **RESCUED, **split, **columns}


def analysed(*statements: dict, **lookups) -> results.Results:
    ledger = results.reconcile(Ledger(observations=frame(*statements), **lookups))
    return results.analyse(
        ledger, base_year=2016, reference_year=2017, preferred_body="as-documented"
    )


def verdicts(found: results.Results, dimension: str = "") -> list[str]:
    totals = found.ledger.totals
    chosen = totals["dimension"].eq(dimension) if dimension else totals["check"].ne("")
    return totals.loc[chosen, "verdict"].tolist()


def signs(found: results.Results, kind: str) -> list[list]:
    rows = found.ledger.conflicts
    columns = ["verdict", "lowest", "highest"]
    return rows.loc[rows["kind"].eq(kind), columns].values.tolist()


AGES = [part("age_band", name, printed) for name, printed in (("<18", "178"), ("18+", "167"))]
TOTAL = {"printed": "345", **RESCUED}
LONG = "General Department for the Identification of Victims and the Fight against Traffickers"
MONTHS = [
    {"printed": number, **RESCUED, "period_end": f"2017-0{month}-28", "source_id": f"m{month}"}
    for month, number in ((3, "865"), (5, "890"), (7, "378"), (9, "300"))
]

LEDGERS = {
    "one statement": [{"printed": "159"}],
    "a suppressed part": [TOTAL, part("nationality", "THA", "<5")],
    "a suppressed total": [{"printed": "<5"}, {"printed": "7", **POLICE}, {"printed": "<5"}],
    "suppressed everywhere": [{"printed": "<5"}, {"printed": "<10", **POLICE}],
    "a zero": [change("50"), {"printed": "159"}, {"printed": "0", **year(2016)},
               {"printed": "5", **year(2016), **POLICE}],
    "a total of zero": [{"printed": "0", **RESCUED}, *AGES],
    "ranges and upper bounds": [
        {"printed": "20-30", "qualifier": "range"}, {"printed": "40", **POLICE},
        {"printed": "12", "qualifier": "at_most", "source_id": "c", "reporting_body": "IOM"},
    ],
    "parts over their total": [{"printed": "10", **RESCUED}, *AGES],
    "the size of a population": [
        change("72.82"), {"printed": "17000000"}, {"printed": "92", **year(2016)},
        {"printed": "151", **POLICE},
    ],
    "a fall of everything": [
        change("100", qualifier="more_than", low=-100.0, high=-51.0), {"printed": "4"},
    ],
    "a single claim, which agrees": [
        change("73"), {"printed": "159"}, {"printed": "92", **year(2016)},
    ],
    "a difference without an end": [
        {"printed": "50", "measure": "cases_change", "base_measure": "cases", **YEAR_2016,
         "qualifier": "more_than", "low": 51.0, "high": math.inf}, {"printed": "159"},
    ],
    "long and Khmer names": [
        {"printed": "159"}, {"printed": "88", "source_id": "c", "reporting_body": LONG},
        {"printed": "101", "source_id": "b", "reporting_body": "គណៈកម្មាធិការជាតិ"},
    ],
    "running totals that fall": MONTHS,
    "a suppressed running total": [*MONTHS, MONTHS[0] | {"printed": "<5", "source_id": "z"}],
    "half a year above its year": [
        {"printed": "159"}, {"printed": "170", "period_end": "2017-06-30", "source_id": "b"},
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", LEDGERS)
def test_every_figure_is_drawn_and_every_finding_said(name, tmp_path, monkeypatch):
    found = analysed(*LEDGERS[name])
    sources = dict.fromkeys(found.ledger.observations["source_id"], "The Example Times")
    monkeypatch.setenv("KHTIP_OUTPUT", str(tmp_path))
    monkeypatch.setattr(registry, "source_publishers", lambda: sources)
    figures.draw_claims(found)
    figures.draw_totals(found)
    figures.draw_sources_side_by_side(found)
    figures.draw_running_totals(found)
    for table in (found.summary, found.example, found.unchecked, found.signs):
        assert not table.isin(["nan"]).any().any()
    for one in findings.conclude(found):
        assert "nan" not in one.sentence and "inf " not in one.sentence
        assert one.figure_ids or one.verdict == NOT_REPORTED, one.sentence
    spans = found.ledger.conflicts
    assert spans["lowest"].le(spans["highest"]).all()


def test_a_zero_has_no_multiple():
    found = analysed(*LEDGERS["a zero"])
    assert signs(found, "count") == [["conflict", 0, 5]]
    assert found.ledger.conflicts["ratio"].isna().all()
    assert found.side_by_side.empty
    assert found.ledger.claims["verdict"].tolist() == ["cannot_check"]


def test_a_suppressed_count_spans_its_bounds():
    found = analysed(*LEDGERS["a suppressed total"])
    assert ["conflict", 0, 7] in signs(found, "count")
    assert "within_rounding" in [
        row[0] for row in signs(analysed(*LEDGERS["suppressed everywhere"]), "count")
    ]


def test_ages_that_do_not_add_up_are_a_verdict():
    assert verdicts(analysed(TOTAL, *AGES), "age_band") == ["exact"]
    one_more = [AGES[0] | {"printed": "179"}, AGES[1]]
    assert verdicts(analysed(TOTAL, *one_more), "age_band") == ["over_total"]
    one_less = [AGES[0] | {"printed": "177"}, AGES[1]]
    assert verdicts(analysed(TOTAL, *one_less), "age_band") == ["residual"]
    assert verdicts(analysed(TOTAL, AGES[0]), "age_band") == ["open_residual"]


@pytest.mark.parametrize(
    "astray", [year(2016), {"crime_scope": "trafficking_and_sexual_exploitation"}]
)
def test_a_part_that_strayed_leaves_its_list_no_open_one(astray):
    found = analysed(TOTAL, AGES[0], AGES[1] | astray)
    row = found.ledger.totals.query("dimension == 'age_band'").iloc[0]
    assert (row["verdict"], row["residual"]) == ("residual", 167)
    assert "18+ is stated for another" in row["hint"]
    with_its_own_total = [TOTAL | astray | {"printed": "200"}, AGES[1] | astray]
    assert set(verdicts(analysed(TOTAL, AGES[0], *with_its_own_total), "age_band")) == {
        "open_residual"
    }


def test_a_part_of_a_part_is_set_against_its_own_part_only():
    rows = [
        {"printed": "36", **BACK},
        part("nationality", "THA", "38", **BACK),
        part("nationality;sex", "THA;female", "14", **BACK),
        part("age_band;nationality", "<18;THA", "11", **BACK),
    ]
    table = analysed(*rows).ledger.totals.set_index(["figure_id", "dimension"])
    assert table.loc["paper-001"].index.tolist() == ["nationality"]
    assert table.loc[("paper-002", "sex"), ["residual", "verdict"]].tolist() == [
        24,
        "open_residual",
    ]
    assert table.loc[("paper-002", "age_band"), "residual"] == 27
    both = [*rows, part("nationality;sex", "THA;male", "24", **BACK)]
    table = analysed(*both).ledger.totals.set_index(["figure_id", "dimension"])
    assert table.loc[("paper-002", "sex"), "verdict"] == "exact"


CLASSES = pd.DataFrame(
    [
        ("recipient", "home", "two;three"),
        ("recipient", "social_affairs", "two;three"),
        ("recipient", "shelter", "three"),
        ("recipient", "embassy", "alone"),
    ],
    columns=["dimension", "category", "exhaustive_set"],
).assign(within="", label="")


@pytest.mark.parametrize("further", ["shelter", "embassy"])
def test_a_list_that_adds_up_is_not_tested_without_its_further_class(further):
    parts = [
        part("recipient", name, printed)
        for name, printed in (("home", "35"), ("social_affairs", "270"), (further, "178"))
    ]
    found = analysed({"printed": "483", **RESCUED}, *parts, categories=CLASSES)
    assert verdicts(found, "recipient") == ["exact"]
    found = analysed({"printed": "500", **RESCUED}, *parts, categories=CLASSES)
    assert "exact" not in verdicts(found, "recipient")


def test_two_bodies_in_one_source_are_two_voices():
    flow = {"measure": "migrants_returned", "crime_scope": "unspecified"}
    found = analysed(
        {"printed": "750000", "reporting_body": "MoLVT", **flow},
        {"printed": "200000", "reporting_body": "IOM", **flow},
    )
    assert found.ledger.comparisons["verdict"].tolist() == ["conflict"]
    assert signs(found, "count") == [["conflict", 200000, 750000]]
    assert found.side_by_side["times"].tolist() == [1, 3.75]
    agreed = analysed({"printed": "159"}, {"printed": "159", "reporting_body": "IOM"})
    assert agreed.ledger.comparisons["verdict"].tolist() == ["equal"]
    assert signs(agreed, "count") == [["equal", 159, 159]]


def test_every_row_of_the_side_by_side_figure_has_its_label(monkeypatch):
    bodies = ["NCCT", "National Police", "Ministry of Interior", "IOM", "MoFAIC"]
    rows = [
        {"printed": str(50 + 9 * number), "measure": measure, "reporting_body": body}
        for measure in ("cases", "arrests", "victims_rescued")
        for number, body in enumerate(bodies)
    ]
    drawn = []
    monkeypatch.setenv("KHTIP_FIGURES", "0")
    monkeypatch.setattr(figures, "_voices", keeping(figures._voices, drawn))
    figures.draw_sources_side_by_side(analysed(*rows, *LEDGERS["one statement"]))
    labels = [label.get_text() for ax in drawn for label in ax.get_yticklabels()]
    assert len(labels) == 3 and all(labels)
    places = drawn[0].get_yticks()
    assert (places[1:] - places[:-1] >= len(bodies) / 2).all(), "a row has room for its bodies"


def keeping(draw, drawn: list):
    def kept(ax, rows):
        drawn.append(ax)
        draw(ax, rows)

    return kept


def test_two_numbers_for_one_count_in_one_source_get_a_row():
    found = analysed({"printed": "757", **BACK}, {"printed": "575", **BACK})
    assert signs(found, "source") == [["two_numbers", 575, 757]]
    assert signs(found, "count") == [], "one voice contradicts itself, not another"
    assert found.ledger.comparisons["verdict"].tolist() == ["conflict"]
    assert found.signs["found"].tolist() == ["757 and 575 in one source"]
    again = analysed({"printed": "757", **BACK}, {"printed": "757", **BACK})
    assert again.ledger.conflicts.empty and again.ledger.comparisons.empty
    hedged = {"printed": "700", "qualifier": "more_than", **BACK}
    assert analysed({"printed": "757", **BACK}, hedged).ledger.conflicts.empty


def test_a_source_that_names_no_body_confirms_and_contradicts_nobody():
    bodies = pd.DataFrame({"reporting_body": ["Not named"], "kind": ["not named"]})
    digest = {"source_id": "digest", "reporting_body": "Not named"}
    for printed in ("159", "151"):
        found = analysed({"printed": "159"}, {"printed": printed, **digest}, bodies=bodies)
        assert found.ledger.conflicts.empty and found.ledger.comparisons.empty


def test_foreigners_filed_as_cambodians_are_told():
    home = part("destination", "MYS", "12", **BACK, unit_words="foreigners")
    found = analysed(home)
    assert found.ledger.conflicts["verdict"].tolist() == ["people_mixed"]
    told = {one.finding_id: one.sentence for one in findings.conclude(found)}
    assert told["02-units"].endswith("1 counts of Cambodians brought home speak of foreigners.")
    plain = analysed(home | {"unit_words": "victims"})
    assert plain.ledger.conflicts.empty


def test_a_ratio_that_two_papers_print_is_one_sign():
    usual = [
        {"printed": number, **year(2000 + place), **measure, "source_id": f"s{place}"}
        for place in range(8)
        for number, measure in (("100", {}), ("200", RESCUED))
    ]
    odd = [
        {"printed": number, **measure, "source_id": source}
        for source in ("x", "y")
        for number, measure in (("10", {}), ("900", RESCUED))
    ]
    assert [row[0] for row in signs(analysed(*usual, *odd), "ratio")] == ["unusual_ratio"]


def test_the_main_report_of_a_year_is_told_for_that_year():
    rows = [
        change("50", **year(2018), base_period_start="2017-01-01", base_period_end="2017-12-31"),
        {"printed": "150", **year(2018)},
        {"printed": "100"},
    ]
    told = {one.finding_id: one for one in findings.conclude(analysed(*rows))}
    assert told["02-report-claim"].verdict == NOT_REPORTED
    of_2017 = [change("50"), {"printed": "150"}, {"printed": "100", **year(2016)}]
    told = {one.finding_id: one for one in findings.conclude(analysed(*of_2017))}
    assert told["02-report-claim"].verdict == "consistent"


@pytest.mark.parametrize(
    ("base", "reference", "sentence"),
    [
        ("92", "<5", "the counts 92 and 0 to 4 give -100 to -95.6522: does not agree."),
        ("0", "159", "the counts 0 and 159 give no number: cannot be checked."),
        ("92", "17000000", "the counts 92 and 17,000,000 give 18,478,161: does not agree."),
    ],
)
def test_a_claim_on_counts_of_any_size_is_told_as_it_is(base, reference, sentence):
    rows = [change("72.82"), {"printed": reference}, {"printed": base, **year(2016)}]
    told = {one.finding_id: one.sentence for one in findings.conclude(analysed(*rows))}
    assert told["02-report-claim"] == f"The main report on 2017 states 72.82 %; {sentence}"


def test_a_share_whose_counts_are_of_two_measures_says_so():
    share = {"printed": "46", "measure": "share_of_victims", "unit": "percent", **YEAR_2016}
    child = {"dimension": "age_band", "category": "<18"}
    found = analysed(
        share | child,
        {"printed": "134", **RESCUED, **child},
        {"printed": "290", "measure": "victims_identified"},
    )
    assert found.ledger.claims["why"].tolist() == [
        "the part and the whole in the ledger are not of one measure"
    ]


EVERYTHING = [row for name, rows in LEDGERS.items() if "Khmer" not in name for row in rows]


@settings(max_examples=5, deadline=None)
@given(st.permutations(range(len(EVERYTHING))), st.booleans())
def test_order_and_ids_change_nothing_but_order_and_ids(order, renamed):
    """The same statements in another order, from sources with other names."""
    whole = frame(*EVERYTHING)
    mixed = whole.iloc[list(order)].reset_index(drop=True)
    if renamed:
        for column in ("source_id", "figure_id"):
            mixed[column] = "renamed-" + mixed[column]
    for name in ("claims", "totals", "conflicts", "comparisons"):
        one, other = (
            getattr(results.reconcile(Ledger(observations=rows)), name) for rows in (whole, mixed)
        )
        plain = [column for column in one if "id" not in column and "source" not in column]
        other = other.replace("renamed-", "", regex=True)
        pd.testing.assert_frame_equal(one[plain], other[plain], check_dtype=False)


def test_whole_numbers_between_two_bounds_in_words():
    assert results._whole_numbers(426.6, 429.7) == "427 to 429"
    assert results._whole_numbers(86.5, 87.5) == "87"
    assert results._whole_numbers(9.2, math.inf) == "10 or more"
    assert results._whole_numbers(-math.inf, 9.8) == "9 or less"
    assert results._whole_numbers(math.inf, math.inf) == "any number"
