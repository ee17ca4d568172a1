"""The drawings of notebook 03 pass the registry's checks, also where counts are missing."""

import math

import pandas as pd
import pytest
from test_series import BODIES, ledger, year

from khtip.chapters.trends import figures, results, series
from khtip.chapters.trends.results import NO_BREAKS
from khtip.figures.registry import figure

SOURCE = "ppp-2018-ncct-annual"  # any id that the ledger knows


def drawn(compared):
    used = pd.DataFrame({"source_id": [SOURCE], "figure_id": f"{SOURCE}-001"})
    trends = pd.DataFrame({"treatment": [NO_BREAKS], "figure_ids": f"{SOURCE}-002"})
    words = figures.describe_two_years(compared, used, trends, confidence=0.95)
    with figure("03-two-years", data=compared, height=1.7 + 0.44 * len(compared), **words) as ax:
        figures.draw_two_years(ax, compared)
    return [text.get_text() for text in ax.texts], words


def two_years(*rows):
    totals = series.national(ledger(*rows), BODIES)
    return results.two_years(totals, base_year=2016, reference_year=2017, labels={})


@pytest.fixture(autouse=True)
def somewhere_else(monkeypatch, tmp_path):
    monkeypatch.setenv("KHTIP_OUTPUT", str(tmp_path))


def test_numbers_stand_beside_their_row():
    texts, words = drawn(
        two_years(
            ("a-1", "NCCT", *year(2016), "cases", 92), ("a-2", "NCCT", *year(2017), "cases", 159)
        )
    )
    assert {"92 → 159", "1.73 (1.33 to 2.27)", "4.6", "+73 %"} <= set(texts)
    assert words["title"] == "Ratio of reported counts, Cambodia, 2017 against 2016"
    assert "92 to 159" in words["alt"]


def test_a_year_without_any_count_is_drawn_as_words():
    compared = two_years(("a-1", "NCCT", *year(2016), "cases", 92))
    assert compared["ratio"].isna().all()
    texts, words = drawn(compared)
    assert texts.count("no comparable count for 2017") == 1
    assert "no ratio is computed" in words["alt"]


def test_a_rise_from_zero_has_no_end():
    compared = two_years(
        ("a-1", "NCCT", *year(2016), "arrests", 0), ("a-2", "NCCT", *year(2017), "arrests", 7)
    )
    assert math.isinf(compared.set_index("measure").loc["arrests", "high"])
    texts, _ = drawn(compared)
    assert "∞" in texts and "–" in texts


def test_widths_follow_the_years():
    rows = [
        (f"a-{y}", "NCCT", f"{y}-01-01", f"{y}-06-30", "cases", 60 + y - 2018)
        for y in (2018, 2019, 2024)
    ]
    parts = series.part_years(series.national(ledger(*rows), BODIES))
    assert figures.draw_window_widths(parts) == [7]
