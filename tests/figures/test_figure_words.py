"""A figure is refused for its words, its sources, or a table nobody could open."""

import numpy as np
import pandas as pd
import pytest
from drawings import ANCHOR, CASES, draw, refusal

pytestmark = pytest.mark.usefixtures("products")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"name": "cases"}, "name 'cases'"),
        ({"name": "03-Cases"}, "name '03-Cases'"),
        ({"name": "03-../x"}, "name '03-../x'"),
        ({"title": " "}, "title is empty"),
        ({"caption": ""}, "caption is empty"),
        ({"alt": ""}, "alt text has 0 characters"),
        ({"alt": "Bars."}, "alt text has 5 characters"),
        (
            {"alt": "Two standing bars that show how many cases were reported, no more."},
            "no number",
        ),
        ({"alt": "x" * 59 + "1" * 9, "caption": "x" * 59 + "1" * 9}, "repeats the title"),
        ({"sources": []}, "no sources"),
        ({"sources": ANCHOR}, "is one text"),
        ({"sources": ["ppp-2018-ncct-anual"]}, f"did you mean '{ANCHOR}'?"),
        ({"sources": [np.nan]}, "unknown source nan"),
        ({"data": CASES["cases"]}, "data is a Series"),
        ({"data": pd.concat([CASES, CASES], axis=1)}, "repeats column names"),
        ({"data": CASES.assign(note="=1+1")}, "would start a formula"),
        ({"data": CASES.assign(note="@x")}, "would start a formula"),
        ({"data": CASES.assign(note="-cmd")}, "would start a formula"),
    ],
)
def test_words_and_tables_are_refused(changes, expected, products):
    assert expected in refusal(**changes)
    assert not products.exists()


def test_signed_numbers_in_text_are_no_formula():
    draw(data=CASES.assign(note="-12.5 %", other="+3"))
