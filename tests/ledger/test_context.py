"""Context tables: typed, with blanks that stay blank and suppressed counts as bounds."""

from __future__ import annotations

import pandas as pd
import pytest

from khtip.ledger import context


def test_a_blank_stock_is_missing_and_never_zero():
    stock = context.migrant_stock()
    blank = stock["printed"].eq("")
    assert blank.any()
    assert stock.loc[blank, ["value", "low", "high"]].isna().all().all()
    assert (stock.loc[~blank, "value"] > 0).all()
    assert set(stock["revision"]) == {2015, 2017, 2019, 2020}


def test_revisions_disagree_about_thailand_in_2015():
    stock = context.migrant_stock()
    thai = stock[stock["ref_area"].eq("THA") & stock["year"].eq(2015)].set_index("revision")
    assert thai.loc[2015, "value"] == 805272
    assert thai["value"].nunique() > 1


def test_two_editions_of_one_year_give_one_number(monkeypatch):
    rows = [
        ("ctx-9", "2017 revision", "THA", 2017, 7.0),
        ("ctx-2", "Rev.2017", "THA", 2017, 5.0),
        ("ctx-2", "Rev.2017", "THA", 2010, 4.0),
    ]
    columns = ["context_source_id", "edition", "ref_area", "year", "value"]
    table = pd.DataFrame(rows, columns=columns).assign(indicator="migrant_stock_khm_origin")
    for order in (table, table[::-1]):
        monkeypatch.setattr(context, "_numbers", lambda _, order=order: order)
        stock = context.migrant_stock().set_index(["revision", "year"])["value"]
        assert stock.to_dict() == {(2017, 2017): 7.0, (2017, 2010): 4.0}


def test_a_suppressed_count_has_bounds_and_no_value():
    counts = context.unodc()
    hidden = counts["printed"].eq("<5")
    assert hidden.any()
    assert counts.loc[hidden, "value"].isna().all()
    assert counts.loc[hidden, ["low", "high"]].drop_duplicates().to_numpy().tolist() == [[0, 4]]
    shown = counts[~hidden]
    assert (shown["low"] == shown["value"]).all() and (shown["high"] == shown["value"]).all()


def test_tiers_are_ordered_labels():
    tiers = context.tip_tiers()
    assert tiers["tier"].cat.ordered
    assert tiers.loc[tiers["value"].eq("1 or 2"), "tier"].isna().all()
    assert tiers["year"].between(2010, 2025).all()


def test_second_hand_statements_are_marked():
    statements = context.unodc_statements()
    label = statements[statements["statement"].eq("risk_label")]
    assert label["second_hand"].all() and not statements["second_hand"].all()


@pytest.mark.parametrize("reader", [context.wdi, context.gsi])
def test_numbers_are_numbers(reader):
    frame = reader()
    assert frame["value"].dtype == float and frame["year"].dtype.kind == "i"
    assert (frame["value"].dropna() >= 0).all()


def test_countries_have_points_and_codes_as_text():
    frame = context.countries().set_index("ref_area")
    assert frame.loc["BRN", "m49"] == "096"
    assert frame.loc["KHM", "label_latitude"] == pytest.approx(12.7, abs=0.1)
