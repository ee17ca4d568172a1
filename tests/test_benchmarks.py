"""The benchmark's arithmetic, its copies and processes, and the numbers quoted from it.

Nothing here measures; ``make bench`` does. The clocks of these tests are invented.
"""

from __future__ import annotations

import argparse
import doctest
import importlib

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import __main__ as command
from benchmarks import draw, machine, quote, ratios, table
from benchmarks.__main__ import CannotMeasure, choose
from benchmarks.checks import Finding
from benchmarks.measures import BASELINE, ORDINARY, PLAIN, WARM, increment, regeneration, suites
from khtip import files
from khtip.runner import manifest
from khtip.runner.notebooks import replace_block

ROOT = files.root()
NAMES = [one.name for one in manifest.read_manifest(ROOT).notebooks]
MODULES = sorted(path.stem for path in (ROOT / "benchmarks").glob("*.py"))


@pytest.mark.parametrize("name", [name for name in MODULES if not name.startswith("__")])
def test_examples(name):
    assert doctest.testmod(importlib.import_module(f"benchmarks.{name}")).failed == 0


# Ratios.


def times(*rows: tuple[int, str, float], units: int = 1, left: int = 0) -> pd.DataFrame:
    found = pd.DataFrame(rows, columns=["round", "measure", "seconds"])
    return found.assign(units=units, left=left)


def test_a_ratio_is_taken_within_a_round():
    # Unpaired medians would give 30 / 20 = 1.5: the second round was slow for both.
    seconds = times((1, "a", 10), (1, "b", 20), (2, "a", 90), (2, "b", 180), (3, "a", 30),
                    (3, "b", 15))  # fmt: skip
    found = ratios.paired(seconds, "a", "b")
    assert found.to_dict() == {1: 0.5, 2: 0.5, 3: 2.0}
    assert ratios.spread(found) == {"rounds": 3, "ratio": 0.5, "low": 0.5, "high": 2.0}


def test_a_round_without_both_measures_does_not_count():
    seconds = times((1, "a", 10), (1, "b", 20), (2, "a", 90))
    assert ratios.paired(seconds, "a", "b").to_dict() == {1: 0.5}
    with pytest.raises(ValueError, match="no round"):
        ratios.spread(ratios.paired(seconds, "a", "c"))


def test_a_measure_may_stand_in_a_round_once():
    with pytest.raises(ValueError, match="duplicate"):
        ratios.paired(times((1, "a", 1), (1, "a", 2), (1, "b", 1)), "a", "b")


def test_scenarios_count_one_by_one():
    seconds = times((1, "sweep", 40), (1, "loop", 25))
    seconds["units"] = [200, 5]
    assert ratios.paired(seconds, "sweep", "loop").item() == pytest.approx(0.04)


@given(
    st.lists(st.tuples(*[st.floats(0.1, 1e3)] * 3), min_size=1, max_size=9),
)
def test_a_slow_round_changes_no_ratio(measured):
    rows = [
        (n, name, s)
        for n, (a, b, _) in enumerate(measured)
        for name, s in zip("ab", (a, b), strict=True)
    ]
    slow = [(n, name, s * measured[n][2]) for n, name, s in rows]
    before, after = (ratios.spread(ratios.paired(times(*one), "a", "b")) for one in (rows, slow))
    assert after == pytest.approx(before)
    assert before["low"] <= before["ratio"] <= before["high"]


@given(st.lists(st.integers(), min_size=1, max_size=12, unique=True))
def test_each_measure_is_first_once_in_as_many_rounds(items):
    turns = [ratios.rotated(items, turn) for turn in range(len(items))]
    assert sorted(turn[0] for turn in turns) == sorted(items)
    assert all(sorted(turn) == sorted(items) for turn in turns)


# The table.


def built(ours: float, *, left: int = 0, good: bool = True) -> pd.DataFrame:
    measures = [one for one in regeneration(NAMES) if one.name in (BASELINE, PLAIN, WARM)]
    seconds = times((1, BASELINE, 40), (1, PLAIN, 8), (1, WARM, ours), left=left)
    findings = {one.name: [Finding()] for one in measures} | {WARM: [Finding(good, "words")]}
    return table.build(seconds, measures, findings)


@pytest.mark.parametrize(
    ("case", "against_papermill", "against_plain"),
    [
        ({"ours": 10.0}, "yes", "yes"),
        ({"ours": 10.1}, "no", "yes"),
        ({"ours": 10.5}, "no", "no"),
        ({"ours": 10.0, "left": 1}, "no", "no"),
        ({"ours": 10.0, "good": False}, "no", "yes"),
    ],
)
def test_promises_are_held_against_what_was_measured(case, against_papermill, against_plain):
    rows = built(**case)
    assert rows["measure"].tolist() == [BASELINE, PLAIN, WARM, WARM]
    assert rows["met"].tolist() == ["", "", against_papermill, against_plain]
    assert rows["at_most"].tolist()[2:] == [0.25, 1.3]


@pytest.mark.parametrize(("seconds", "met"), [(1.9, "yes"), (2.1, "no")])
def test_a_promise_in_seconds_is_held_against_the_slowest_round(seconds, met):
    base, nothing = regeneration(NAMES)[0], increment()[0]
    measured = times((1, BASELINE, 40), (1, nothing.name, 1), (2, BASELINE, 40),
                     (2, nothing.name, seconds))  # fmt: skip
    findings = {base.name: [Finding()], nothing.name: [Finding(True, "no file touched")]}
    row = table.build(measured, [base, nothing], findings).iloc[1]
    assert (row["met"], row["promise"]) == (met, "at most 2 s")


def test_the_row_on_bytes_names_what_differs():
    made = {WARM: {"a": "1", "b": "2"}, ORDINARY: {"a": "1", "b": "3"}}
    assert table.bytes_row(made, ["b"])["met"] == "no"
    assert "1 of 2 products differ, first b" in table.bytes_row(made, ["b"])["note"]
    assert table.bytes_row(made, [])["met"] == "yes"


def test_a_table_comes_back_as_it_was_written(tmp_path):
    rows = pd.concat([built(ours=10.0), pd.DataFrame([table.bytes_row({WARM: {}}, [])])])
    table.write(rows, tmp_path / "table.csv")
    again = table.read(tmp_path / "table.csv")
    assert again["met"].tolist() == ["", "", "yes", "yes", "yes"]
    assert again["ratio"].tolist()[:4] == [1.0, 0.2, 0.25, 1.25]
    assert pd.isna(again["ratio"].iloc[4])
    assert list(tmp_path.iterdir()) == [tmp_path / "table.csv"]


# What is quoted.


HERE = ROOT / "benchmarks"
PLACES = {"cores": 2, "notebooks": 8, "of": 8}


@pytest.fixture
def committed() -> pd.DataFrame:
    if not (HERE / table.NAME).is_file():
        pytest.skip("no benchmark is committed yet: make bench, on a quiet machine")
    return table.read(HERE / table.NAME)


@pytest.fixture
def described() -> dict[str, object]:
    return machine.read(HERE / machine.NAME)


def test_the_pages_quote_the_committed_table(committed, described):
    quoted = {
        ROOT / "README.md": {"benchmarks": quote.short(committed, described)},
        HERE / "README.md": {"machine": quote.where(described), "table": quote.full(committed)},
    }
    for page, blocks in quoted.items():
        text = page.read_text(encoding="utf-8")
        for name, content in blocks.items():
            assert replace_block(text, name, content) == text, "run: make bench ARGS=--draw"


def test_the_committed_table_is_of_a_whole_benchmark(committed, described):
    expected = regeneration(NAMES) + increment() + suites(NAMES, whole=True)
    timed = committed[committed["measure"].isin([one.name for one in expected])]
    assert set(timed["measure"]) == {one.name for one in expected}, "run: make bench"
    assert timed["rounds"].min() >= 5, "run: make bench"
    assert described["notebooks"] == described["of"] == len(NAMES), "run: make bench"
    assert "byte-equality" in set(committed["measure"])


def test_the_committed_table_agrees_with_itself(committed):
    rows = committed[committed["ratio"].notna()]
    assert rows["low"].le(rows["ratio"]).all()
    assert rows["ratio"].le(rows["high"]).all()
    too_slow = rows["ratio"] > rows["at_most"] + 0.0005
    assert rows.loc[too_slow, "met"].eq("no").all()


def test_the_readme_says_what_was_not_kept():
    said = quote.short(built(ours=10.1), PLACES)
    assert said.startswith("One round over 8 of 8 notebooks on 2 cores. Papermill, one command a")
    assert "| make run, warm kernels | 0.25 | 0.25 to 0.25 | at most 0.25: **not kept** |" in said
    assert "against the same code as one plain script | 1.26" in said


def test_small_ratios_keep_two_digits():
    assert [quote.ratio(n) for n in (1, 0.2549, 0.0049)] == ["1.00", "0.25", "0.0049"]


def test_the_figure_is_drawn_from_any_table(tmp_path):
    draw.save(built(ours=10.1), PLACES, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["benchmarks.png", "benchmarks.svg"]
    svg = (tmp_path / "benchmarks.svg").read_text(encoding="utf-8")
    assert "0.25 (at most 0.25)" in svg
    assert "<title" in svg


# The command line.


def options(**more: object) -> argparse.Namespace:
    return argparse.Namespace(**{"first": None, "only": None, "scenarios": 4} | more)


def test_a_chosen_measure_brings_its_baseline():
    assert [one.name for one in choose(NAMES[:2], options(only=[WARM]))] == [BASELINE, WARM]


def test_an_unknown_measure_is_refused():
    with pytest.raises(CannotMeasure, match="no measure 'wram'"):
        choose(NAMES[:2], options(only=["wram"]))


def test_a_trial_with_fewer_notebooks_leaves_the_whole_suite_out():
    assert "make-test" in {one.name for one in choose(NAMES, options())}
    assert "make-test" not in {one.name for one in choose(NAMES[:2], options(first=2))}


def test_the_whole_suite_is_not_timed_with_uncommitted_files(monkeypatch):
    monkeypatch.setattr(command, "uncommitted", lambda root: ["README.md"])
    with pytest.raises(CannotMeasure, match=r"differ from it: 1, first README\.md"):
        command.refuse_uncommitted(suites(NAMES, whole=True))
    command.refuse_uncommitted(suites(NAMES, whole=False))
