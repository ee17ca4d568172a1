"""Observations: hedges become bounds, periods get a length, one statement a count is preferred."""

from __future__ import annotations

import math
from datetime import date
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from khtip.ledger import validation
from khtip.ledger.statements import (
    COLUMNS,
    QUALIFIERS,
    bounds,
    calendar_year,
    parse,
    period_kind,
    place,
    prefer,
)


@pytest.mark.parametrize(
    ("printed", "qualifier", "unit", "low", "high"),
    [
        ("159", "exact", "count", 159, 159),
        ("3", "including", "count", 3, 3),
        ("300", "more_than", "count", 301, math.inf),
        ("130", "at_least", "count", 130, math.inf),
        ("70500", "about", "count", 70450, 70550),
        ("20000", "about", "count", 15000, 25000),
        ("261", "about", "count", 260.5, 261.5),
        ("600", "nearly", "count", 550, 599),
        ("26000", "nearly", "count", 25500, 25999),
        ("187", "nearly", "count", 186, 186),
        ("44", "nearly", "percent", 43.5, 44),
        ("100", "more_than", "percent", 100, math.inf),
        ("15.5", "about", "percent", 15.45, 15.55),
        ("-50", "more_than", "percent", -100, -50),
        ("-15.5", "about", "percent", -15.55, -15.45),
        ("-10", "nearly", "count", -9, -5),
    ],
)
def test_bounds_by_hand(printed, qualifier, unit, low, high):
    value, *found = bounds(printed, qualifier, unit=unit)
    assert value == Fraction(printed)
    assert [float(one) for one in found] == [low, high]


def test_words_are_ratios_and_suppressed_counts_have_no_value():
    assert bounds("100", "worded", unit="percent", ratios=("1.75", "2")) == (100, 75, 100)
    assert bounds("-50", "worded", unit="percent", ratios=("0.4375", "0.5625"))[1:] == (
        Fraction("-56.25"),
        Fraction("-43.75"),
    )
    assert bounds("<5", "exact") == (None, 0, 4)
    with pytest.raises(ValueError, match="expected one of exact"):
        bounds("5", "roughly")


@given(st.integers(1, 10**7), st.sampled_from(sorted({*QUALIFIERS} - {"range"})))
def test_bounds_hold_together(number, qualifier):
    value, low, high = bounds(str(number), qualifier)
    assert value == number and low <= high
    if qualifier in ("exact", "including", "about", "at_least"):
        assert low <= value <= high
    if qualifier == "more_than":
        assert value < low
    if qualifier in ("nearly", "less_than"):
        assert 0 <= high < value
    if qualifier == "at_most":
        assert (low, high) == (0, value)


@given(st.integers(0, 10**7), st.integers(1, 10**7))
def test_a_range_has_two_ends_and_no_value(low, more):
    assert bounds(f"{low}-{low + more}", "range") == (None, low, low + more)


@given(st.integers(1, 999), st.integers(0, 6))
def test_place_of_the_last_digit_that_is_not_zero(number, zeros):
    while number % 10 == 0:
        number //= 10
    assert place(f"{number}{'0' * zeros}") == 10**zeros


@pytest.mark.parametrize(
    ("start", "end", "year", "kind"),
    [
        ("2017-01-01", "2017-12-31", 2017, "year"),
        ("2015-12-25", "2016-12-25", 2016, "year"),
        ("2016-01-01", "2016-12-22", 2016, "year"),
        ("2022-01-01", "2023-01-20", None, "years"),
        ("2020-04-01", "2021-03-31", None, "range"),
        ("2017-01-01", "2017-06-30", None, "half_year"),
        ("2017-07-01", "2017-12-31", None, "half_year"),
        ("2017-04-01", "2017-09-30", None, "range"),
        ("2023-01-01", "2023-03-31", None, "quarter"),
        ("2015-02-01", "2015-02-28", None, "month"),
        ("2018-01-01", "2018-10-31", None, "part_year"),
        ("2021-08-26", "2021-08-26", None, "day"),
        ("2014-04-01", "2019-12-31", None, "years"),
        ("2022-08-18", "2022-11-10", None, "range"),
    ],
)
def test_periods(start, end, year, kind):
    days = date.fromisoformat(start), date.fromisoformat(end)
    assert (calendar_year(*days), period_kind(*days)) == (year, kind)


def published(**choices) -> pd.DataFrame:
    lookup = validation.read_lookup
    return parse(
        validation.read_figures(),
        lookup("measures"),
        lookup("bodies"),
        validation.read_sources(),
        wordings=lookup("wordings"),
        scopes=lookup("scopes"),
        **choices,
    )


@pytest.fixture(scope="module")
def observed() -> pd.DataFrame:
    return published()


def test_one_observation_a_statement_in_the_same_order(observed):
    figures = validation.read_figures()
    assert list(observed.columns) == COLUMNS
    assert list(observed["figure_id"]) == list(figures["figure_id"])
    assert list(observed["printed"]) == list(figures["value"])
    assert observed[["series", "unit_of_count", "low", "high"]].notna().all().all()
    assert (observed["low"] <= observed["high"]).all()


def test_the_two_years_of_the_anchor_report(observed):
    wide = observed["crime_scope"].eq("trafficking_and_sexual_exploitation")
    plain = wide & observed["dimension"].eq("") & observed["ref_area"].eq("KHM")
    best = observed[plain & observed["preferred"]].set_index(["measure", "year"])["value"]
    assert [best["cases", 2016], best["cases", 2017]] == [92, 159]
    assert [best["arrests", 2016], best["arrests", 2017]] == [113, 203]
    assert [best["victims_rescued", 2016], best["victims_rescued", 2017]] == [298, 345]


def test_exactly_one_statement_a_count_is_preferred(observed):
    from khtip.ledger.statements import count_keys

    keys = count_keys(observed, scopes=validation.read_lookup("scopes"))
    assert observed["preferred"].groupby(keys).sum().eq(1).all()
    assert 0 < observed["preferred"].sum() < len(observed)


def test_a_chosen_body_comes_first():
    chosen = published(preferred_body="National Police").set_index("figure_id")["preferred"]
    assert chosen["kt-2018-np-annual-001"] and not chosen["ppp-2018-ncct-annual-001"]
    assert chosen["ppp-2018-ncct-annual-012"]  # the police did not report it: the rule stands
    with pytest.raises(ValueError, match="bodies.csv"):
        published(preferred_body="Nobody")


def invented(rows: list[dict]) -> pd.DataFrame:
    usual = dict.fromkeys(COLUMNS, "") | {
        "ref_area": "KHM",
        "measure": "cases",
        "crime_scope": "unspecified",
        "period_start": "2017-01-01",
        "period_end": "2017-12-31",
        "qualifier": "exact",
        "reporting_body": "A",
    }
    frame = pd.DataFrame([usual | row for row in rows])
    return frame.assign(year=pd.array([2017] * len(rows), dtype="Int64"))


def test_the_order_of_preference():
    bodies = pd.DataFrame(
        {
            "reporting_body": ["A", "B"],
            "preference": ["10", "20"],
            "preferred_measures": ["", "arrests"],
        }
    )
    sources = pd.DataFrame({"source_id": ["old", "new"], "published_date": ["2018-01-01", "2019"]})
    sources.loc[1, "published_date"] = "2019-01-01"

    def best(*rows):
        frame = invented(
            [{"figure_id": f"f-{n}", "source_id": "old"} | row for n, row in enumerate(rows)]
        )
        return frame.loc[prefer(frame, bodies, sources), "figure_id"].tolist()

    assert best({"reporting_body": "B"}, {}) == ["f-1"]  # smaller preference
    named = {"measure": "arrests"}
    assert best(named, named | {"reporting_body": "B"}) == ["f-1"]  # body named for the measure
    assert best({"qualifier": "about"}, {}) == ["f-1"]  # exact before hedged
    assert best({}, {"source_id": "new"}) == ["f-1"]  # later publication
    assert best({}, {}) == ["f-0"]  # then the figure id
    assert best({}, {"category": "VNM", "dimension": "nationality"}) == ["f-0", "f-1"]


def test_a_missing_number_never_becomes_zero():
    figures = validation.read_figures().head(1).assign(value="<5")
    lookup = validation.read_lookup
    row = parse(figures, lookup("measures"), lookup("bodies"), validation.read_sources()).iloc[0]
    assert math.isnan(row["value"]) and (row["low"], row["high"]) == (0, 4)
