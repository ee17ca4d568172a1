"""Rows added, changed and removed by key; findings before and after; the whole comparison."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khtip import files as files_module
from khtip.reading.changes import comparison
from khtip.reading.changes import rows as changes_rows

ROWS = pd.DataFrame({"id": ["a", "b", "c"], "value": ["1", "<5", "NA"], "note": ["", "x", "y"]})
KEY = {"keys_before": ["id"], "keys_after": ["id"]}


def compare(before, after, **keys):
    return changes_rows.compare_rows("t.csv", before, after, **(keys or KEY))


def test_nothing_moved():
    found = compare(ROWS, ROWS.copy())
    assert not found.moved and found.rows_changed == 0


def test_added_changed_removed_by_key():
    after = ROWS.assign(value=["2", "<5", "NA"], note=["n", "x", "y"]).drop(index=2)
    after = pd.concat([after, pd.DataFrame([{"id": "d", "value": "9", "note": ""}])])
    found = compare(ROWS, after)
    assert found.changed.values.tolist() == [["a", "value", "1", "2"], ["a", "note", "", "n"]]
    assert found.rows_changed == 1
    assert found.added["id"].tolist() == ["d"] and found.removed["id"].tolist() == ["c"]
    assert not found.reordered


def test_text_is_compared_as_it_stands():
    found = compare(ROWS, ROWS.assign(value=["1.0", "<5", ""]))
    assert found.changed[["before", "after"]].values.tolist() == [["1", "1.0"], ["NA", ""]]


def test_a_key_of_two_columns():
    before = pd.DataFrame({"k": ["a", "a"], "year": ["1", "2"], "value": ["5", "6"]})
    both = {"keys_before": ["k", "year"], "keys_after": ["k", "year"]}
    found = compare(before, before.assign(value=["5", "7"]), **both)
    assert found.changed.values.tolist() == [["a", "2", "value", "6", "7"]]


def test_columns_that_come_and_go():
    after = ROWS.drop(columns="note").assign(new="1")
    found = compare(ROWS, after)
    assert (found.columns_added, found.columns_removed) == (["new"], ["note"])
    assert found.moved and found.changed.empty


def test_a_renamed_key_column():
    after = ROWS.rename(columns={"id": "figure_id"}).assign(value=["1", "<5", "8"])
    found = compare(ROWS, after, keys_before=["id"], keys_after=["figure_id"])
    assert found.note == "Key renamed: id is now figure_id."
    assert found.changed.values.tolist() == [["c", "value", "NA", "8"]]
    assert found.added.empty and found.removed.empty
    renamed = ROWS.rename(columns={"id": "figure_id"})
    assert compare(ROWS, renamed, keys_before=["id"], keys_after=["figure_id"]).moved


def test_a_row_with_another_key():
    found = compare(ROWS, ROWS.assign(id=["a", "b", "z"]))
    assert found.renamed.values.tolist() == [["c", "z"]]
    assert found.added.empty and found.removed.empty and found.moved


def test_two_rows_alike_are_not_guessed_to_be_renamed():
    before = pd.DataFrame({"id": ["a", "b"], "value": ["1", "1"]})
    found = compare(before, before.assign(id=["c", "d"]))
    assert found.renamed.empty and len(found.added) == len(found.removed) == 2


def test_another_order():
    found = compare(ROWS, ROWS.iloc[::-1])
    assert found.reordered and found.moved


@pytest.mark.parametrize("keys", [None, ["gone"]])
def test_without_a_usable_key_whole_rows_are_compared(keys):
    before = pd.DataFrame({"value": ["1", "1", "2"]})
    found = compare(before, before.drop(index=0), keys_before=keys, keys_after=keys)
    assert found.keys == [] and changes_rows.WHOLE_ROW in found.note
    assert found.removed.values.tolist() == [["1"]] and found.added.empty


def test_a_key_that_names_rows_twice_still_compares_them_in_order():
    before = pd.DataFrame({"id": ["a", "a", "b"], "value": ["1", "2", "3"]})
    found = compare(before, before.assign(value=["1", "7", "3"]))
    assert found.changed.values.tolist() == [["a", "value", "2", "7"]]
    found = compare(before, before.drop(index=0))
    assert found.removed.values.tolist() == [["a", "1"]] and found.changed.empty
    assert found.note == changes_rows.NUMBERED


def test_lists_of_ids_stand_last_and_tell_what_came_and_left():
    before = pd.DataFrame({"id": ["a"], "figure_ids": ["x-1;x-2"], "verdict": ["equal"]})
    found = compare(before, before.assign(figure_ids="x-2;y-1", verdict="conflict"))
    assert found.changed[["column", "before", "after"]].values.tolist() == [
        ["verdict", "equal", "conflict"],
        ["figure_ids", "x-1", "y-1"],
    ]


def test_rows_with_a_verdict_have_contradictions_first():
    rows = pd.DataFrame({"id": ["a", "b", "c"], "verdict": ["equal", "conflict", "equal"]})
    assert compare(rows.head(0), rows).added["id"].tolist() == ["b", "a", "c"]


CONFLICTS = "data/clean/conflicts.csv"


def test_a_contradiction_is_new_once_and_a_copy_of_a_known_one_is_not():
    names = ["measure", "period_start", "figure_ids"]
    before = pd.DataFrame(
        [("cases", "2016", "a-1;b-1", "conflict"), ("cases", "2017", "a-2;b-2", "equal")],
        columns=[*names, "verdict"],
    ).assign(lowest="92", highest="94", why="same period", bodies="A;B")
    after = before.assign(figure_ids=["a-1;b-1;c-1", "a-2;b-2"], verdict=["conflict", "infeasible"])
    later = before.tail(1).assign(period_start="2018", verdict="recycled?")
    after = pd.concat([after, later, before.tail(1).assign(period_start="2019")])
    keys = {"keys_before": names, "keys_after": names}
    change = changes_rows.compare_rows(CONFLICTS, before, after, **keys)
    found = changes_rows.contradictions(change, before, after)
    told = found[["verdict", "was", "period", "numbers", "statements"]].values.tolist()
    assert told == [
        ["infeasible", "equal", "2017", "92 against 94", "a-2;b-2"],
        ["recycled?", "", "2018", "92 against 94", "a-2;b-2"],
    ]
    assert len(changes_rows.contradictions(change, None, before)) == 1


def test_a_renamed_source_is_known_by_its_address_or_by_its_statements():
    path = {name: f"data/reported/{name}.csv" for name in ("sources", "figures")}
    before = {
        path["sources"]: pd.DataFrame({"source_id": ["a", "b", "c"], "url": ["u", "v", "w"]}),
        path["figures"]: pd.DataFrame(
            {"figure_id": ["a-1", "b-1"], "source_id": ["a", "b"], "value": ["5", "6"]}
        ),
    }
    after = {
        path["sources"]: pd.DataFrame({"source_id": ["x", "y", "c"], "url": ["u", "moved", "w"]}),
        path["figures"]: pd.DataFrame(
            {"figure_id": ["x-1", "y-1"], "source_id": ["x", "y"], "value": ["7", "6"]}
        ),
    }
    assert changes_rows.renamed_sources(before, after) == {"a": "x", "b": "y"}
    assert changes_rows.renamed_sources(before, before) == {}
    two = pd.DataFrame({"source_id": ["x", "y"], "url": ["u", "u"]})
    assert "a" not in changes_rows.renamed_sources(before, {**after, path["sources"]: two})


def test_a_finding_of_which_only_the_support_moved_is_listed():
    old = FOUND.assign(support="Holds under 3 of 4.")
    moved = changes_rows.compare_findings(old, old.assign(support="Holds under 2 of 4."))
    assert moved["what"].tolist() == ["support", "support"]
    assert moved["support_after"].eq("Holds under 2 of 4.").all()


def test_a_table_on_one_side_only(tmp_path):
    assert compare(None, ROWS).status == "added"
    found = compare(ROWS, None)
    assert found.status == "removed" and len(found.removed) == 3
    (tmp_path / "empty.csv").write_text("")
    assert changes_rows.read_rows(tmp_path / "empty.csv").empty
    assert compare(changes_rows.read_rows(tmp_path / "empty.csv"), ROWS).columns_added == list(ROWS)


cells = st.text("ab1", max_size=2)
frames = st.dictionaries(st.sampled_from("pqrst"), st.tuples(cells, cells), max_size=5)


def framed(content):
    rows = [(key, *values) for key, values in content.items()]
    return pd.DataFrame(rows, columns=["id", "one", "two"], dtype=object)


@settings(max_examples=80, deadline=None)
@given(frames, frames)
def test_the_differences_rebuild_the_result(old, new):
    """Whatever moved, the old rows with the differences applied are the new rows."""
    found = compare(framed(old), framed(new))
    rebuilt = {key: list(values) for key, values in old.items()}
    for before, after in found.renamed.to_numpy():
        rebuilt[after] = rebuilt.pop(before)
    for key in found.removed.get("id", []):
        del rebuilt[key]
    for key, column, before, after in found.changed.to_numpy():
        place = ["one", "two"].index(column)
        assert rebuilt[key][place] == before
        rebuilt[key][place] = after
    for key, one, two in found.added.to_numpy():
        rebuilt[key] = [one, two]
    assert rebuilt == {key: list(values) for key, values in new.items()}
    assert found.moved == (list(old.items()) != list(new.items()))


FOUND = pd.DataFrame(
    {
        "finding_id": ["03-a", "03-b"],
        "value": ["1.5", ""],
        "verdict": ["rose", "none"],
        "sentence": ["A rose.", "B."],
        "headline": ["False", "True"],
    }
)


def test_findings_old_new_difference_and_flipped():
    after = FOUND.assign(value=["0.5", "2"], verdict=["fell", "none"], sentence=["A fell.", "B."])
    moved = changes_rows.compare_findings(FOUND, after).set_index("finding_id")
    assert list(moved.index) == ["03-a", "03-b"], "what flipped stands first"
    assert moved["what"].tolist() == ["flipped", "value"]
    assert moved.loc["03-a", "difference"] == -1 and moved.loc["03-a", "flipped"]
    assert pd.isna(moved.loc["03-b", "difference"]) and not moved.loc["03-b", "flipped"]


def test_findings_that_come_and_go_do_not_flip():
    moved = changes_rows.compare_findings(FOUND.head(1), FOUND.tail(1)).set_index("finding_id")
    assert moved["what"].to_dict() == {"03-b": "added", "03-a": "removed"}
    assert not moved["flipped"].any()
    assert len(changes_rows.compare_findings(None, FOUND)) == 2
    assert changes_rows.compare_findings(FOUND, FOUND).empty
    assert len(changes_rows.compare_findings(FOUND.drop(columns="headline"), FOUND)) == 0


def test_every_product_has_a_key_that_names_its_rows_once():
    """Without one, a reviewer reads a changed row as one row removed and another added."""
    here = comparison.working_tree(files_module.root())
    keys, files = here.keys(), here.files()
    products = [path for path in files if path.startswith("data/") and path.endswith(".csv")]
    missing = []
    for path in products:
        frame = changes_rows.read_rows(files[path])
        key = keys.get(path) or [frame.columns[0]]
        if path in keys and frame.duplicated(key).any() or path not in keys:
            missing.append(path)
    assert missing == []


@pytest.mark.parametrize(
    ("path", "room"),
    [
        ("data/reported/figures.csv", "written by people"),
        ("data/clean/totals.csv", "cleaned and checked"),
        ("data/results/trends.csv", "results"),
        ("data/new.csv", "other"),
    ],
)
def test_rooms(path, room):
    assert comparison.room_of(path) == room
