"""Soft limits: what is flagged, what is not, and that a hedge never makes a flag."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_ledgers import frame, year

from khtip.chapters.sources.plausibility import COLUMNS, implausible

LIMITS = pd.DataFrame(
    [
        ["convicted", "convictions", "arrests", "0", "1", "arrest comes first"],
        ["stock", "victims_repatriated", "migrant_stock", "0", "1", "more than live there"],
        ["tenfold", "*", "previous year", "0.1", "10", "a leap"],
    ],
    columns=["limit_id", "measure", "against", "low", "high", "why"],
)
STOCK = pd.DataFrame({"ref_area": ["MYS", "MYS"], "edition": ["a", "b"], "low": [100.0, 200.0]})
CONVICTED = {"measure": "convictions"}
ARRESTED = {"measure": "arrests"}


def flags(*statements: dict) -> pd.DataFrame:
    """Return the flags on a small ledger."""
    whole = frame(*statements)
    years = pd.to_datetime(whole["period_start"]).dt.year
    return implausible(whole.assign(year=years, preferred=True), LIMITS, STOCK)


def test_more_convictions_than_arrests_are_flagged_with_both_statements():
    found = flags({"printed": "500", **CONVICTED}, {"printed": "203", **ARRESTED})
    assert found["figure_ids"].tolist() == ["paper-001;paper-002"]
    assert found["ratio_low"].item() == pytest.approx(500 / 203)
    assert list(found.columns) == COLUMNS


def test_without_a_limit_nothing_is_flagged():
    found = implausible(frame({"printed": "500"}), LIMITS.head(0), STOCK)
    assert found.empty and list(found.columns) == COLUMNS


def test_other_bodies_and_other_periods_are_no_pair():
    other = {"printed": "203", **ARRESTED}
    assert flags({"printed": "500", **CONVICTED}, other | {"reporting_body": "Police"}).empty
    assert flags({"printed": "500", **CONVICTED}, other | year(2016)).empty


def test_a_count_above_every_stock_is_flagged_and_one_between_two_editions_is_not():
    part = {"measure": "victims_repatriated", "dimension": "destination", "category": "MYS"}
    assert flags({"printed": "351", **part})["limit_id"].tolist() == ["stock"]
    assert flags({"printed": "150", **part}).empty


@pytest.mark.parametrize(("after", "count"), [("1001", 1), ("1000", 0), ("10", 0), ("9", 1)])
def test_a_leap_is_more_than_tenfold(after, count):
    found = flags({"printed": "100", **year(2016)}, {"printed": after})
    assert len(found) == count


@given(st.integers(0, 400), st.integers(0, 400), st.integers(0, 400))
def test_what_a_hedge_allows_is_never_flagged(low, more, arrests):
    """An interval that holds a plausible ratio is plausible."""
    hedged = {"printed": str(low), "low": low, "high": low + more, **CONVICTED}
    found = flags(hedged, {"printed": str(arrests), **ARRESTED})
    assert len(found) == (arrests > 0 and low > arrests)
