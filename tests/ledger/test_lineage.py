"""Ids of statements: carried along, joined once, and read back."""

import math

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from khtip.chapters.sentences import as_frame, finding
from khtip.ledger import lineage
from khtip.ledger.splits import accounts, splits

ids = st.lists(st.from_regex(r"[a-c]-00[1-3]", fullmatch=True), max_size=6)


@given(ids)
def test_joining_and_splitting_keep_order_and_drop_repeats(several):
    assert lineage.split(lineage.joined(several)) == list(dict.fromkeys(several))


@given(st.lists(ids, max_size=4))
def test_joined_cells_are_one_list(lists):
    cells = [";".join(one) for one in lists]
    flat = [one for several in lists for one in several]
    assert lineage.split(lineage.joined(cells)) == list(dict.fromkeys(flat))


def test_counts_in_a_column_are_no_ids():
    rows = pd.DataFrame({"figure_ids": ["a-001", None], "statements": [7, 8]})
    assert lineage.statements_of(rows) == ["a-001"]
    assert lineage.split(7) == lineage.split(math.nan) == []


def test_every_row_stands_for_no_source():
    rows = pd.DataFrame({"figure_ids": [lineage.EVERY]})
    assert lineage.rests_on(rows) == {"sources": [], "statements": [lineage.EVERY]}


def test_a_finding_carries_what_it_rests_on():
    row = pd.Series({"source_ids": "a;ctx-01", "figure_ids": "a-001;a-002", "total_ids": "a-001"})
    stated = finding("03-x", "Words.", verdict="rose", **lineage.rests_on(row))
    frame = as_frame([stated])
    assert frame.loc[0, ["sources", "figure_ids"]].tolist() == ["a;ctx-01", "a-001;a-002"]


def report(source, **values):
    """Return the rows of one report that splits its victims by age."""
    rows = [("", "", values.pop("total"))] + [("age_band", k, v) for k, v in values.items()]
    return [
        {
            "figure_id": f"{source}-{number:03}",
            "source_id": source,
            "reporting_body": "NCCT",
            "ref_area": "KHM",
            "period_start": "2017-01-01",
            "period_end": "2017-12-31",
            "months": 12.0,
            "year": 2017,
            "measure": "victims_rescued",
            "series": "victims",
            "crime_scope": "trafficking",
            "dimension": dimension,
            "category": category,
            "value": float(value),
            "low": float(value),
            "high": float(value),
            "unit": "count",
            "qualifier": "exact",
            "preferred": True,
            "note": "",
        }
        for number, (dimension, category, value) in enumerate(rows)
    ]


def test_a_part_names_itself_its_total_and_its_repeats():
    first = report("a", total=345, **{"<15": 138, "15-17": 40})
    parts = splits(pd.DataFrame(first + report("b", total=345, **{"<15": 138})), "age_band")
    found = parts.set_index("category")
    assert found.loc["<15", "figure_ids"] == "a-001;b-001"
    assert found.loc["15-17", "figure_ids"] == "a-002"
    assert found["total_ids"].tolist() == ["a-000;b-000"] * 2
    whole = accounts(parts).iloc[0]
    assert whole["figure_ids"] == "a-001;b-001;a-002"
