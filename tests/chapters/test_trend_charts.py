"""The drawings of notebook 03 pass the registry's checks, also where counts are missing."""

import json
import math

import pytest
from test_series import analysed, year

from khtip.chapters.trends import figures
from khtip.figures import registry


@pytest.fixture
def drawn(monkeypatch, tmp_path):
    """Return a function that draws a figure and gives its texts and its card."""
    monkeypatch.setenv("KHTIP_OUTPUT", str(tmp_path))
    monkeypatch.setattr(registry, "source_publishers", lambda: dict.fromkeys("ab", "Example Times"))

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
    assert "∞" in texts and "–" in texts
