"""Properties of cleaning, on the real ledger: order, repetition, gaps, new sources."""

from __future__ import annotations

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from khtip.chapters.coverage import results
from khtip.ledger import context, statements, validation
from khtip.ledger.ledger import Ledger

LOOKUPS = {
    name: validation.read_lookup(name) for name in ("measures", "bodies", "wordings", "scopes")
}
FIGURES, SOURCES = validation.read_figures(), validation.read_sources()
ORDERS = st.randoms(use_true_random=False)


def cleaned(figures: pd.DataFrame, sources: pd.DataFrame = SOURCES) -> pd.DataFrame:
    """Return observations by ``figure_id``, sorted by it."""
    parsed = statements.parse(
        figures,
        LOOKUPS["measures"],
        LOOKUPS["bodies"],
        sources,
        wordings=LOOKUPS["wordings"],
        scopes=LOOKUPS["scopes"],
    )
    return parsed.set_index("figure_id").sort_index()


WHOLE = cleaned(FIGURES)


def shuffled(frame: pd.DataFrame, random) -> pd.DataFrame:  # noqa: ANN001
    order = list(range(len(frame)))
    random.shuffle(order)
    return frame.iloc[order].reset_index(drop=True)


@settings(max_examples=5, deadline=None)
@given(ORDERS)
def test_the_order_of_figures_and_sources_does_not_matter(random):
    mixed = cleaned(shuffled(FIGURES, random), shuffled(SOURCES, random))
    pd.testing.assert_frame_equal(mixed, WHOLE)


def test_cleaning_what_is_clean_changes_nothing():
    back = WHOLE.reset_index().rename(columns={"value": "number", "printed": "value"})
    again = cleaned(back[[column for column in FIGURES.columns if column in back]])
    pd.testing.assert_frame_equal(again, WHOLE)


@settings(max_examples=5, deadline=None)
@given(st.sampled_from(sorted(set(FIGURES["source_id"]))))
def test_another_source_never_changes_a_row_of_a_source(source):
    """Without one source, the rows of the others stay, but for which of them is preferred."""
    others = cleaned(FIGURES[FIGURES["source_id"].ne(source)])
    kept = WHOLE[WHOLE["source_id"].ne(source)]
    own = [column for column in WHOLE.columns if column != "preferred"]
    pd.testing.assert_frame_equal(others[own], kept[own])
    # who was preferred before stays so: a row only moves up where the source made room
    assert others.loc[kept.index[kept["preferred"]], "preferred"].all()


def test_a_missing_number_never_becomes_a_zero():
    printed = FIGURES.set_index("figure_id")["value"]
    stated = printed[printed.eq("0")].index
    assert set(WHOLE.index[WHOLE["value"].eq(0)]) == set(stated)
    suppressed = printed[printed.str.startswith("<")].index
    assert WHOLE.loc[suppressed, "value"].isna().all()
    for name, table in {"stock": context.migrant_stock(), "unodc": context.unodc()}.items():
        blank = ~table["printed"].str.fullmatch(r"[0-9.]+")
        assert blank.any(), name
        assert table.loc[blank, "value"].isna().all()
        assert set(table.index[table["value"].eq(0)]) == set(table.index[table["printed"].eq("0")])


@given(st.integers(1, 10**6), st.sampled_from(["<", ""]))
def test_a_number_lies_within_its_bounds(number, hedge):
    for qualifier in ("exact",) if hedge else {*statements.QUALIFIERS} - {"range"}:
        value, low, high = statements.bounds(f"{hedge}{number}", qualifier)
        assert low <= high
        if qualifier not in ("more_than", "nearly", "less_than") and not hedge:
            assert low <= value <= high
        if hedge:
            assert value is None and (low, high) == (0, number - 1)


@settings(max_examples=4, deadline=None)
@given(st.sets(st.sampled_from(range(2012, 2025)), min_size=1, max_size=5))
def test_a_year_without_a_total_is_a_gap_and_no_row(years):
    """Taking the totals of a year away leaves its cells empty; no other cell is touched."""
    observed = WHOLE.reset_index()
    rest = observed[~observed["period_end"].str[:4].astype(int).isin(years)]
    full, thinned = (
        results.coverage(Ledger(observations=one), ("cases", "arrests")) for one in (observed, rest)
    )
    own = ["measure", "year", "reporting_body", "extent", "statements"]
    left = full[~full["year"].isin(years)]
    assert len(left) < len(full)
    assert sorted(map(tuple, left[own].values)) == sorted(map(tuple, thinned[own].values))


def test_both_ends_of_a_period_count_as_exposure():
    days = {name: WHOLE.loc[f"ppp-2018-ncct-annual-{name}", "months"] for name in ("001", "002")}
    assert days["001"] == 365 / statements.DAYS_A_MONTH
    assert days["002"] == 366 / statements.DAYS_A_MONTH  # 2016 has a leap day
