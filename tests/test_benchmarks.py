"""The benchmark's arithmetic, its copies and processes, and the numbers quoted from it.

Nothing here measures; ``make bench`` does. The clocks of these tests are invented.
"""

from __future__ import annotations

import argparse
import doctest
import importlib
from types import SimpleNamespace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import __main__ as command
from benchmarks import checks, table
from benchmarks.__main__ import CannotMeasure, choose
from benchmarks.processes import Run
from benchmarks.table import WARM
from khtip import files
from khtip.runner import manifest
from khtip.runner.notebooks import replace_block

ROOT = files.root()
NAMES = [one.name for one in manifest.read_manifest(ROOT).notebooks]
PLAN = table.plan(200)
BASELINE, PLAIN, SUITE = "papermill-command", "plain-script", "make-test"
MODULES = sorted(path.stem for path in (ROOT / "benchmarks").glob("*.py"))


@pytest.mark.parametrize("name", [name for name in MODULES if not name.startswith("__")])
def test_examples(name):
    assert doctest.testmod(importlib.import_module(f"benchmarks.{name}")).failed == 0


def test_dependents_are_found_through_what_notebooks_write():
    notebooks = (
        manifest.Notebook("01-a", "A", "?", reads=("in.csv",), tables=("a.csv",)),
        manifest.Notebook("02-b", "B", "?", reads=("other.csv",)),
        manifest.Notebook("03-c", "C", "?", reads=("a.csv",)),
    )
    assert checks.dependents(notebooks, "in.csv") == ["01-a", "03-c"]


def test_a_run_says_which_notebooks_ran():
    assert checks.RAN.findall("01-clean  2.5 s\nRan 1 of 2 notebooks in 4 s.") == ["01-clean"]


def test_each_row_of_the_plan_has_its_check_and_baseline():
    run = PLAN[PLAN["command"].ne("")]
    assert all(hasattr(checks, name) for name in run["check"])
    assert set(run["against"]) <= set(run["measure"])
    assert set(run["state"]) == {"empty", "committed", "clone"}


# Ratios.


def times(*rows: tuple[int, str, float], units: int = 1, left: int = 0) -> pd.DataFrame:
    found = pd.DataFrame(rows, columns=["round", "measure", "seconds"])
    return found.assign(units=units, left=left, good=None, note="")


def spread(runs: pd.DataFrame) -> dict[str, float]:
    plan = PLAN[PLAN["measure"].eq(PLAIN)].assign(measure="a", against="b")
    row = table.build(runs, plan).iloc[0]
    return {name: row[name] for name in ("rounds", "ratio", "low", "high")}


def test_a_ratio_is_taken_within_a_round():
    # Unpaired medians would give 30 / 20 = 1.5: the second round was slow for both.
    seconds = times((1, "a", 10), (1, "b", 20), (2, "a", 90), (2, "b", 180), (3, "a", 30),
                    (3, "b", 15))  # fmt: skip
    found = table.paired(seconds, "a", "b")
    assert found.to_dict() == {1: 0.5, 2: 0.5, 3: 2.0}
    assert spread(seconds) == {"rounds": 3, "ratio": 0.5, "low": 0.5, "high": 2.0}


def test_a_round_without_both_measures_does_not_count():
    seconds = times((1, "a", 10), (1, "b", 20), (2, "a", 90))
    assert table.paired(seconds, "a", "b").to_dict() == {1: 0.5}
    with pytest.raises(ValueError, match="no round"):
        table.paired(seconds, "a", "c")


def test_a_measure_may_stand_in_a_round_once():
    with pytest.raises(ValueError, match="duplicate"):
        table.paired(times((1, "a", 1), (1, "a", 2), (1, "b", 1)), "a", "b")


def test_scenarios_count_one_by_one():
    seconds = times((1, "sweep", 40), (1, "loop", 25))
    seconds["units"] = [200, 5]
    assert table.paired(seconds, "sweep", "loop").item() == pytest.approx(0.04)


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
    before, after = (spread(times(*one)) for one in (rows, slow))
    assert after == pytest.approx(before)
    assert before["low"] <= before["ratio"] <= before["high"]


@pytest.mark.parametrize("number", range(1, 8))
def test_each_measure_is_first_once_in_as_many_rounds(monkeypatch, tmp_path, number):
    chosen = [SimpleNamespace(measure=str(place), what="", units=1) for place in range(number)]
    ran = []

    def run(one):
        ran.append(one.measure)
        return Run(1.0, 0, 0, ""), (None, "")

    monkeypatch.setattr(command, "KEPT", tmp_path)
    monkeypatch.setattr(command, "products", lambda root: [])
    command.run_rounds(SimpleNamespace(template=None, run=run), chosen, rounds=number)
    turns = [ran[start : start + number] for start in range(0, len(ran), number)]
    every = [one.measure for one in chosen]
    assert sorted(turn[0] for turn in turns) == every
    assert all(sorted(turn) == every for turn in turns)


# The table.


PLACES = {"cores": 2, "notebooks": 8, "of": 8}


def built(ours: float, *, left: int = 0, good: bool = True) -> pd.DataFrame:
    seconds = times((1, BASELINE, 40), (1, PLAIN, 8), (1, WARM, ours), left=left)
    seconds["good"], seconds["note"] = [None, None, good], ["", "", "words"]
    return table.build(seconds, PLAN)


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
    name = "nothing-changed"
    measured = times((1, BASELINE, 40), (1, name, 1), (2, BASELINE, 40), (2, name, seconds))
    measured["good"], measured["note"] = [None, True] * 2, ["", "no file touched"] * 2
    row = table.build(measured, PLAN).iloc[1]
    assert (row["met"], row["promise"], row["note"]) == (met, "at most 2 s", "no file touched")


def bytes_row(names: list[str], unlike: set[str]) -> pd.DataFrame:
    return table.build(pd.DataFrame(table.byte_runs(names, unlike), columns=table.RUNS), PLAN)


def test_the_row_on_bytes_names_what_differs():
    (row,) = bytes_row(["a", "b"], {"b"}).to_dict("records")
    assert (row["met"], row["promise"]) == ("no", "equal byte for byte")
    assert row["note"] == "1 of 2 products differ, first b"
    (row,) = bytes_row(["a", "b"], set()).to_dict("records")
    assert (row["met"], row["note"]) == ("yes", "2 products compared, all equal")


@pytest.mark.parametrize(("large", "met"), [(125, "yes"), (126, "no")])
def test_the_memory_of_a_sweep_is_held_against_that_of_a_smaller_one(large, met):
    peaks = iter([large, 100])
    copies = SimpleNamespace(run=lambda one, watch: (Run(1.0, 0, next(peaks), ""), None))
    runs = pd.DataFrame(command.memory(copies, 200), columns=table.RUNS)
    (row,) = table.build(runs, PLAN).to_dict("records")
    assert row["what"] == "peak memory of a sweep, 200 scenarios"
    assert row["against"] == "peak memory of a sweep, 50 scenarios"
    assert (row["ratio"], row["met"], row["promise"]) == (large / 100, met, "at most 1.25")


def test_a_table_comes_back_as_it_was_written(tmp_path):
    rows = pd.concat([built(ours=10.0), bytes_row([], set())])
    table.write(rows, PLACES, tmp_path)
    again, described = table.read(tmp_path)
    assert again["met"].tolist() == ["", "", "yes", "yes", "yes"]
    assert again["ratio"].tolist()[:4] == [1.0, 0.2, 0.25, 1.25]
    assert pd.isna(again["ratio"].iloc[4])
    assert described == PLACES
    assert {path.name for path in tmp_path.iterdir()} == {"benchmarks.csv", "machine.json"}


# What is quoted.


HERE = ROOT / "benchmarks"


@pytest.fixture
def committed() -> pd.DataFrame:
    return table.read(HERE)[0]


@pytest.fixture
def described() -> dict[str, object]:
    return table.read(HERE)[1]


def test_the_pages_quote_the_committed_table(committed, described):
    quoted = {
        ROOT / "README.md": {"benchmarks": table.short(committed, described)},
        HERE / "README.md": {"machine": table.where(described), "table": table.full(committed)},
    }
    for page, blocks in quoted.items():
        text = page.read_text(encoding="utf-8")
        for name, content in blocks.items():
            assert replace_block(text, name, content) == text, "run: make bench ARGS=--draw"


def test_the_committed_table_is_of_a_whole_benchmark(committed, described):
    timed = committed[committed["measure"].isin(PLAN.loc[PLAN["command"].ne(""), "measure"])]
    same = ["group", "measure", "what"]
    assert committed[same].values.tolist() == PLAN[same].values.tolist(), "run: make bench"
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
    assert "every promise is kept" in table.short(built(ours=10.0), PLACES)
    said = table.short(built(ours=10.1), PLACES)
    start = "`make run` takes 0.25 of the time of papermill, one command a notebook; **not kept**"
    assert said.startswith(start)
    assert "make run, warm kernels, against papermill, one command a notebook." in said
    assert "One round over 8 of 8 notebooks on 2 cores." in said
    assert "plain script" not in said
    assert "against the same code as one plain script" in table.short(built(ours=10.5), PLACES)
    assert "\n" not in said


def test_the_page_says_what_was_not_kept():
    said = table.full(built(ours=10.1))
    assert "| 0.25 | 0.25 to 0.25 | 1 | at most 0.25: **not kept** | words |" in said
    assert "| the same code as one plain script | 1.26 |" in said


def test_small_ratios_keep_two_digits():
    assert [table.ratio(n) for n in (1, 0.2549, 0.0049)] == ["1.00", "0.25", "0.0049"]


def test_the_figure_is_drawn_from_any_table(tmp_path):
    table.draw(built(ours=10.1), PLACES, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["benchmarks.png", "benchmarks.svg"]
    svg = (tmp_path / "benchmarks.svg").read_text(encoding="utf-8")
    assert "0.25 (at most 0.25)" in svg
    assert "<title" in svg


# The command line.


def options(**more: object) -> argparse.Namespace:
    return argparse.Namespace(**{"first": None, "only": None, "scenarios": 4} | more)


def test_a_chosen_measure_brings_its_baseline():
    assert [one.measure for one in choose(NAMES[:2], options(only=[WARM]))] == [BASELINE, WARM]


def test_an_unknown_measure_is_refused():
    with pytest.raises(CannotMeasure, match="no measure 'wram'"):
        choose(NAMES[:2], options(only=["wram"]))


def test_a_trial_with_fewer_notebooks_leaves_the_whole_suite_out():
    assert SUITE in {one.measure for one in choose(NAMES, options())}
    assert SUITE not in {one.measure for one in choose(NAMES[:2], options(first=2))}
