"""Small inputs that once stopped or misled a run: the right answer to each."""

from __future__ import annotations

import pytest
from other_data import inputs
from other_data.input import MUST, Input


def known(one: Input) -> object:
    """Return an input as a case of pytest, expected to fail while it is known to."""
    marks = [pytest.mark.xfail(strict=True, reason="a kind that is not mended")]
    return pytest.param(one, marks=marks if one.name in inputs.KNOWN else [], id=one.name)


@pytest.mark.parametrize("one", [*map(known, inputs.INPUTS)])
def test_the_answer_is_right(one):
    assert one.wrong() == ""


def test_every_name_stands_once_and_every_known_one_is_there():
    names = [one.name for one in inputs.INPUTS]
    assert len(set(names)) == len(names)
    assert set(names) >= inputs.KNOWN


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
        (Input("a word", many, notebooks="00", refused=MUST), ""),
        (Input("as it is", nothing, notebooks="00", refused=MUST), "accepted"),
    ],
)
def test_an_answer_is_judged(one, words):
    wrong = one.wrong()
    assert wrong.startswith(words) and bool(wrong) is bool(words)
