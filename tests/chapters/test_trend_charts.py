"""The drawings of notebook 03 pass the registry's checks, also where counts are missing."""

import json
import math
import warnings

import pandas as pd
import pytest
from test_series import analysed, year

from khtip.chapters.trends import figures, findings, ratios
from khtip.figures import registry


@pytest.fixture
def drawn(monkeypatch, tmp_path):
    """Return a function that draws a figure and gives its texts and its card."""
    monkeypatch.setenv("KHTIP_OUTPUT", str(tmp_path))
    monkeypatch.setattr(
        registry, "source_publishers", lambda: dict.fromkeys("abc", "Example Times")
    )

    def draw(name, results):
        getattr(figures, f"draw_{name.replace('-', '_')}")(results)
        card = json.loads((tmp_path / f"figures/03-{name}.json").read_text("utf-8"))
        return [text for ax in card["axes"] for text in ax["texts"]], card

    return draw


def test_numbers_stand_beside_their_row(drawn):
    results = analysed(
        ("a-1", "NCCT", *year(2016), "cases", 92), ("a-2", "NCCT", *year(2017), "cases", 159)
    )
    texts, card = drawn("two-years", results)
    assert {"92 → 159", "1.73 (1.33 to 2.27)", "4.6", "+73 %"} <= set(texts)
    assert card["title"] == "Ratio of reported counts, Cambodia, 2017 against 2016"
    assert "92 to 159" in card["alt"]


def test_a_year_without_any_count_is_drawn_as_words(drawn):
    results = analysed(("a-1", "NCCT", *year(2016), "cases", 92))
    assert results.compared["ratio"].isna().all()
    texts, card = drawn("two-years", results)
    assert texts.count("no comparable count for 2017") == 1
    assert "no ratio is computed" in card["alt"]


def test_a_rise_from_zero_has_no_end(drawn):
    results = analysed(
        ("a-1", "NCCT", *year(2016), "arrests", 0), ("a-2", "NCCT", *year(2017), "arrests", 7)
    )
    assert math.isinf(results.compared.set_index("measure").loc["arrests", "high"])
    texts, _ = drawn("two-years", results)
    assert {"∞ %", "–"} <= set(texts) and any(text.startswith("∞ (1") for text in texts)


def half(number):
    return f"{number}-01-01", f"{number}-06-30"


YEARS = range(2012, 2019)
SUPPRESSED = {"value": math.nan, "low": 0.0, "high": 4.0}
LEDGERS = {
    "one statement": [("a-1", "NCCT", *year(2016), "cases", 92)],
    "none on the country": [("a-1", "NCCT", *year(2016), "cases", 92, {"ref_area": "THA"})],
    "zero and zero": [("a-1", "NCCT", *year(y), "cases", 0) for y in (2016, 2017)],
    "down to zero": [
        ("a-1", "NCCT", *year(2016), "cases", 7),
        ("a-2", "NCCT", *year(2017), "cases", 0),
    ],
    "suppressed": [
        ("a-1", "NCCT", *year(2016), "cases", 4, SUPPRESSED),
        ("a-2", "NCCT", *year(2017), "cases", 7),
    ],
    "zeros in all years": [(f"a-{y}", "NCCT", *year(y), "cases", 0) for y in YEARS],
    "two huge counts": [
        ("a-1", "NCCT", *year(2016), "cases", 17_000_000),
        ("a-2", "NCCT", *year(2017), "cases", 17_000_100),
    ],
    "one window": [(f"a-{y}", "NCCT", *half(y), "cases", 60 + y % 10) for y in (2016, 2017)],
    "a part above its year": [
        ("a-1", "NCCT", *half(2016), "cases", 92),
        ("a-2", "NCCT", *half(2017), "cases", 170),
        ("a-3", "NCCT", *year(2017), "cases", 159),
    ],
    "one of two ratios": [
        ("a-1", "NCCT", *year(2016), "cases", 92),
        ("a-2", "NCCT", *year(2016), "victims_rescued", 298),
    ],
    "a fiscal year": [("a-1", "NCCT", "2016-10-01", "2017-09-30", "cases", 92)],
    "one series": [(f"a-{y}", "NCCT", *year(y), "victims_rescued", 300 + y) for y in YEARS],
}
LEDGERS |= {
    name: [(f"a-{y}", body, *year(y), "cases", 88 + y % 9) for y in range(2013, 2018)]
    for name, body in {
        "a short name": "NA",
        "a Khmer name": "គណៈកម្មាធិការជាតិ",
        "a long name": "Department of " + "Anti-Trafficking and " * 4 + "Border Affairs",
    }.items()
}
LEDGERS["from small to huge"] = [
    ("a-1", "NCCT", *year(2016), "cases", 92),
    ("a-2", "NCCT", *year(2017), "cases", 17_000_000),
]
LATER = pd.DataFrame(
    {
        "break_id": ["after-the-data", "open"],
        "first_year": ["2024", "2016"],
        "last_year": ["", ""],
        "measures": ["cases", "cases"],
        "effect": ["exclude", "exclude"],
    }
)


@pytest.mark.parametrize("rows", LEDGERS.values(), ids=LEDGERS)
def test_every_valid_ledger_is_drawn_and_stated(rows, drawn):
    results = analysed(*rows, breaks=LATER)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name in ("two-years", "series", "half-years", "trend-choices", "per-case"):
            _, card = drawn(name, results)
            assert card["sources"]
        stated = findings.conclude(results)
        assert ratios.by_method(results.compared).notna().all(axis=None)
    assert len({one.finding_id for one in stated}) == 12
    for one in stated:
        assert "nan" not in one.sentence and " inf" not in one.sentence, one.sentence
        assert (one.verdict == "not reported") == math.isnan(one.value)


def test_a_panel_without_a_count_says_so(drawn):
    texts, _ = drawn("series", analysed(*LEDGERS["one series"]))
    assert texts.count("no count published") == 2
    texts, card = drawn("half-years", analysed(*LEDGERS["one statement"]))
    assert texts == ["No pair of equal parts of two years is published."]
    assert card["data"] == {"rows": 1, "columns": ["nothing_reported"]}


def test_a_large_count_is_drawn_within_an_axis_that_can_be_read(drawn):
    rows = [(f"a-{y}", "NCCT", *year(y), "cases", 90 + y % 5) for y in YEARS]
    results = analysed(*rows, ("b-1", "NCCT", *year(2019), "cases", 17_000_000))
    wide = results.changes.iloc[0]
    assert (wide["wide_low"], wide["wide_high"]) == (0, math.inf)
    _, card = drawn("two-years", results)
    low, high = card["axes"][0]["x"]["limits"]
    assert 0 < low < wide["low"] and wide["high"] < high < 1000
