import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from khtip.chapters.sentences import NOT_REPORTED, Finding
from khtip.chapters.summary.results import agreement, support, tabulate, turning_choices
from khtip.parameters import settings as grid

PUBLISHED = {"base_year": 2016, "reference_year": 2017, "confidence": 0.95}
COUNTS = {2016: 92, 2017: 159, 2018: 139}


def conclusion(base_year, reference_year, confidence):
    if not {base_year, reference_year} <= set(COUNTS):
        return [Finding("03-a", "No data.", NOT_REPORTED)]
    grew = COUNTS[reference_year] > COUNTS[base_year] and confidence < 0.99
    return [Finding("03-a", "Sentence.", "rose" if grew else "unclear")]


def settings(published, vary, years, together=2):
    return list(grid(published, vary, years, together=together))


def evaluate(tried):
    return tabulate(tried, [conclusion(**setting) for setting in tried])


def test_every_choice_is_tried_once_and_the_published_one_comes_first():
    tried = settings(PUBLISHED, {"confidence": [0.9, 0.95, 0.99]}, [(2017, 2018), (2016, 2017)])
    assert tried[0] == PUBLISHED
    assert [s["confidence"] for s in tried] == [0.95, 0.9, 0.99, 0.95]
    assert tried[-1]["reference_year"] == 2018


def test_only_so_many_choices_differ_at_once():
    published = {"a": 0, "b": 0, "c": 0}
    vary = {name: [0, 1] for name in published}
    assert len(settings(published, vary, [], together=1)) == 1 + 3
    assert len(settings(published, vary, [], together=2)) == 1 + 3 + 3
    assert len(settings(published, vary, [], together=3)) == 2**3


def test_a_parameter_of_another_notebook_is_passed_over():
    assert settings(PUBLISHED, {"stock_edition": ["2015"]}, []) == [PUBLISHED]


def test_settings_without_years_ignore_other_pairs():
    assert settings({"weights": "equal"}, {}, [(2017, 2018)]) == [{"weights": "equal"}]


def test_agreement_counts_by_hand():
    tried = settings(PUBLISHED, {"confidence": [0.9, 0.95, 0.99]}, [(2017, 2018), (2018, 2019)])
    row = agreement(evaluate(tried)).iloc[0]
    assert (row.choices_tested, row.choices_same) == (2, 1)
    assert (row.years_tested, row.years_same, row.years_not_reported) == (1, 0, 1)
    assert row.other_verdicts == "unclear"
    assert not row.robust


def numbers(confidence, preferred_body, weights):
    """State a finding whose interval the confidence moves, and its body only one body."""
    body = "Police" if preferred_body == "Police" else "NCCT"
    low = round(1.3 - confidence / 10, 3)
    return [Finding("03-a", f"As reported by {body}, {low} or more.", "rose", 1.7, low)]


def test_a_choice_that_moves_no_number_is_not_counted():
    published = {"confidence": 0.95, "preferred_body": "NCCT", "weights": "equal"}
    vary = {
        "confidence": [0.9, 0.95, 0.99],
        "preferred_body": ["NCCT", "Ministry", "Police"],
        "weights": ["equal", "random"],
    }
    tried = settings(published, vary, [], together=1)
    found = tabulate(tried, [numbers(**setting) for setting in tried])
    assert found.set_index("setting")["reached"].to_dict() == {
        "published": True,
        "confidence=0.9": True,
        "confidence=0.99": True,
        "preferred_body=Ministry": False,  # it has no such count, so NCCT's stays
        "preferred_body=Police": True,
        "weights=random": False,
    }
    row = agreement(found).iloc[0]
    assert (row.choices_tested, row.choices_same, row.not_affected) == (3, 3, "weights")
    assert row.robust
    assert turning_choices(found)["parameter"].tolist() == ["confidence", "preferred_body"]


def test_two_choices_together_count_when_one_of_them_reaches():
    published = {"confidence": 0.95, "preferred_body": "NCCT", "weights": "equal"}
    tried = settings(published, {"confidence": [0.9], "weights": ["random"]}, [], together=2)
    found = tabulate(tried, [numbers(**setting) for setting in tried])
    reached = found.set_index("choice")["reached"]
    assert reached["confidence;weights"] and not reached["weights"]


def test_a_finding_that_is_not_reported_has_no_robustness():
    tried = settings(PUBLISHED | {"base_year": 2030}, {"confidence": [0.9]}, [(2016, 2017)])
    row = agreement(evaluate(tried)).iloc[0]
    assert row.published == NOT_REPORTED and row.robust is None
    assert support(row) == "Not reported for these years."


def test_missing_data_neither_support_nor_contradict():
    tried = settings(PUBLISHED, {}, [(2020, 2021)])
    row = agreement(evaluate(tried)).iloc[0]
    assert (row.years_tested, row.years_not_reported, row.other_verdicts) == (0, 1, "")


def test_flips_are_charged_to_the_one_parameter_that_changed():
    vary = {"confidence": [0.9, 0.95, 0.99]}
    tried = settings(PUBLISHED, vary, [(2017, 2018), (2018, 2019)])
    found = turning_choices(evaluate(tried))
    assert found.to_dict("records") == [
        {"finding_id": "03-a", "parameter": "confidence", "tested": 2, "changed": 1, "share": 0.5},
        {"finding_id": "03-a", "parameter": "years", "tested": 1, "changed": 1, "share": 1.0},
    ]


@given(st.lists(st.sampled_from(["rose", "fell", NOT_REPORTED]), min_size=1))
def test_counts_add_up(verdicts):
    kinds = ["published"] + ["choice"] * (len(verdicts) - 1)
    choices = [""] + ["confidence"] * (len(verdicts) - 1)
    frame = pd.DataFrame({"kind": kinds, "choice": choices, "verdict": verdicts})
    frame = frame.assign(finding_id="03-a", reached=True)
    row = agreement(frame).iloc[0]
    assert row.choices_tested + row.choices_not_reported == len(verdicts) - 1
    assert row.choices_same <= row.choices_tested
