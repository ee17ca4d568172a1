"""Small inputs that once stopped or misled a run: the right answer to each."""

from __future__ import annotations

import pytest
from other_data import inputs
from other_data.input import Input


@pytest.mark.parametrize(
    "one", [one for one in inputs.INPUTS if not one.again], ids=lambda one: one.name
)
def test_the_answer_is_right(one):
    assert one.wrong() == ""


def test_every_name_stands_once():
    names = [one.name for one in inputs.INPUTS]
    assert len(set(names)) == len(names)


# That a wrong answer is seen.


def nothing(tables):
    """Leave the ledger as it is."""


def never(answer):
    """never"""
    return False


def many(tables):
    """Write a word for a number."""
    tables["reported/figures"].loc[0, "value"] = "many"


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (Input("as it is", nothing, notebooks="00"), ""),
        (Input("another answer", nothing, never, notebooks="00"), "another answer than: never"),
        (Input("a word", many, notebooks="00"), "refused"),
        (Input("a word", many, notebooks="00", refused="many … mend"), ""),
        (Input("a word", many, notebooks="00", refused="many … gold"), "refused"),
        (Input("as it is", nothing, notebooks="00", refused="it"), "accepted"),
    ],
)
def test_an_answer_is_judged(one, words):
    wrong = one.wrong()
    assert wrong.startswith(words) and bool(wrong) is bool(words)
