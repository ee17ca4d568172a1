import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from khtip.chapters.sentences import NOT_REPORTED, Finding
from khtip.chapters.summary.results import agreement, tabulate, turning_choices
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


def test_missing_data_neither_support_nor_contradict():
    tried = settings(PUBLISHED, {}, [(2020, 2021)])
    row = agreement(evaluate(tried)).iloc[0]
    assert (row.years_tested, row.years_not_reported, row.other_verdicts) == (0, 1, "")


def test_flips_are_charged_to_the_one_parameter_that_changed():
    vary = {"confidence": [0.9, 0.95, 0.99]}
    tried = settings(PUBLISHED, vary, [(2017, 2018), (2018, 2019)])
    found = turning_choices(evaluate(tried), vary)
    assert found.to_dict("records") == [
        {"finding_id": "03-a", "parameter": "confidence", "tested": 2, "changed": 1, "share": 0.5},
        {"finding_id": "03-a", "parameter": "years", "tested": 1, "changed": 1, "share": 1.0},
    ]


@given(st.lists(st.sampled_from(["rose", "fell", NOT_REPORTED]), min_size=1))
def test_counts_add_up(verdicts):
    kinds = ["published"] + ["choice"] * (len(verdicts) - 1)
    frame = pd.DataFrame({"kind": kinds, "finding_id": "03-a", "verdict": verdicts})
    row = agreement(frame).iloc[0]
    assert row.choices_tested + row.choices_not_reported == len(verdicts) - 1
    assert row.choices_same <= row.choices_tested
