"""Sweeps on a tiny collection: what is refused, what runs, what is shared, what is kept."""

from __future__ import annotations

import csv
import multiprocessing
import shutil
import time
import tracemalloc
from collections import Counter, deque
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from sweepable import define, executed, rows

from khtip import parameters
from khtip.cli import main
from khtip.runner import manifest, notebooks, steps
from khtip.runner.progress import Bar
from khtip.runner.sweep import Interrupted, command, work
from khtip.runner.sweep import plan as sweep_plan
from khtip.runner.sweep import store as sweep_store
from khtip.runner.sweep.plan import Course
from khtip.runner.sweep.store import write_json
from khtip.runner.sweep.sweep_file import Sweep

ROOT = Path(__file__).parents[2]


@pytest.fixture
def no_cluster(monkeypatch):
    """Fail when a worker would start."""
    monkeypatch.setattr(command, "connect", lambda *_: pytest.fail("a cluster started"))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            {"vary": {"confidnce": [0.9]}},
            "unknown parameter 'confidnce'. Did you mean 'confidence'?",
        ),
        ({"varry": {}}, "unknown key 'varry'. Did you mean 'vary'?"),
        ({"vary": {"confidence": [2]}}, "out of range"),
        ({"vary": {"confidence": ["high"]}}, "expected a number"),
        ({"vary": {"confidence": 0.9}}, "'vary' must hold lines such as"),
        ({"vary": {"base_year": [2015]}}, "base_year belongs into 'years'"),
        ({"vary": {"weights": ["random"]}}, "no notebook declares the parameter 'weights'"),
        ({"years": [2018, 2019]}, "list of pairs"),
        ({"years": [[2018, 2018]]}, "must differ"),
        ({"together": "two"}, "expected a whole number"),
        ({"cross": "yes please"}, "'cross' must be true or false"),
        (["vary"], "expected the keys"),
    ],
)
def test_a_wrong_sweep_is_refused_before_anything_starts(tiny, capsys, no_cluster, content, words):
    (tiny.root / "scenarios/sweep.yml").write_text(yaml.safe_dump(content))
    assert main(["sweep", "scenarios/sweep.yml"]) == 2
    said = capsys.readouterr().err
    assert words in said
    assert "scenarios/sweep.yml: " in said
    assert not (tiny.root / "runs").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["scenarios/none.yml"], "There is: scenarios/sweep.yml"),
        (["scenarios/sweep.yml", "--workers", "0"], "expected a whole number from 1"),
        (["scenarios/sweep.yml", "--workers", "2", "--scheduler", "tcp://x:1"], "does not go with"),
        (["scenarios/sweep.yml", "--notebook", "secnd"], "Did you mean '02-second'?"),
        (["scenarios/sweep.yml", "--notebook", "03"], "writes no data/results/findings-03.csv"),
    ],
)
def test_wrong_use_ends_with_2(tiny, capsys, no_cluster, arguments, words):
    define(tiny, years=[[2018, 2019]])
    assert main(["sweep", *arguments]) == 2
    assert words in capsys.readouterr().err


def test_no_scheduler_is_said(tiny, capsys, monkeypatch):
    monkeypatch.setattr("distributed.Client.__init__", _refuse)
    assert main(["sweep", define(tiny), "--scheduler", "tcp://127.0.0.1:1"]) == 2
    assert "no Dask scheduler answers" in capsys.readouterr().err


def _refuse(*_, **__):
    raise OSError("connection refused")


def test_explain_counts_shared_runs_once_and_runs_nothing(tiny, capsys, no_cluster):
    file = define(tiny, vary={"confidence": [0.9, 0.95]}, years=[[2018, 2019]], cross=True)
    assert main(["sweep", file, "--explain"]) == 0
    said = capsys.readouterr().out
    assert "4 scenarios" in said
    assert "01-first  at most 2 runs" in said
    assert "At most 6 runs instead of 8" in said
    assert "not known before each notebook has run once" in said
    assert not executed(tiny)


def test_explain_counts_a_large_grid_without_walking_through_it(tiny, capsys, no_cluster):
    define(tiny, vary={"seed": list(range(5_000)), "draws": list(range(16, 5_016))})
    tiny.edit("01-first", "base_year: int = 2016", "base_year: int = 2016\\nseed: int = 1")
    tiny.edit("02-second", "confidence: float = 0.95", "confidence: float = 0.95\\ndraws: int = 99")
    start = time.monotonic()
    assert main(["sweep", "scenarios/sweep.yml", "--explain"]) == 0
    assert time.monotonic() - start < 20
    assert "25,000,000 scenarios in sweep" in capsys.readouterr().out


VALUES = st.lists(st.integers(0, 4), min_size=1, max_size=4)
PAIRS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), max_size=3)


@given(
    st.fixed_dictionaries({}, optional=dict.fromkeys("abcd", VALUES)),
    PAIRS,
    st.sampled_from([0, 1, 2, 3, "all"]),
    st.booleans(),
)
def test_the_count_is_that_of_the_settings(vary, years, together, cross):
    published = {"a": 0, "b": 1, "c": 2, "base_year": 0, "reference_year": 1}
    more = {"together": together, "cross": cross}
    listed = list(parameters.settings(published, vary, years, **more))
    assert parameters.count(published, vary, years, **more) == len(listed)


def test_a_sweep_shares_runs_keeps_failures_and_goes_on(tiny, capsys):
    file = define(tiny, vary={"confidence": [0.8, 0.9]}, years=[[2018, 2017], [2018, 2019]])
    assert main(["sweep", file, "--workers", "2"]) == 1
    said = capsys.readouterr()
    # 01 takes the base year alone: two of them. 02 never takes it, and 01's table stays the same.
    assert executed(tiny) == Counter(
        ["01 2016", "01 2018", "02 (2017, 0.95)", "02 (2017, 0.8)", "02 (2017, 0.9)"]
        + ["02 (2019, 0.95)"]
    )
    found = {(row["scenario"], row["finding_id"]): row for row in rows(tiny)}
    assert len(found) == len(rows(tiny)) == 5 * 2 - 1
    assert found["base_year=2018+reference_year=2019", "02-a"]["verdict"] == "2019/0.95"
    assert found["base_year=2018", "02-a"]["verdict"] == "2017/0.95"
    assert [row["scenario"] for row in rows(tiny)][:2] == ["published", "published"]
    assert found["confidence=0.9", "01-a"]["confidence"] == "0.9"

    (failure,) = rows(tiny, sweep_store.FAILURES)
    assert (failure["scenario"], failure["notebook"]) == ("confidence=0.8", "02-second")
    assert "AssertionError: too unsure" in failure["error"]
    kept = tiny.root / failure["kept"]
    blamed = notebooks.read_notebook(kept)["cells"][int(failure["cell"]) - 1]
    assert blamed["outputs"][0]["evalue"] == "too unsure"
    assert f"02-second in cell {failure['cell']}: AssertionError: too unsure" in said.err
    assert failure["kept"] in said.err

    tiny.edit("02-second", "confidence != 0.8", "confidence != 0.7")
    (tiny.root / "executed.txt").unlink()
    assert main(["sweep", file, "--workers", "1"]) == 0
    assert {name[:2] for name in executed(tiny)} == {"02"}, "01 did not change"
    assert len(rows(tiny)) == 5 * 2
    assert rows(tiny, sweep_store.FAILURES) == []
    assert not kept.exists()


def test_a_finished_sweep_does_nothing_and_a_broken_table_is_made_again(tiny, capsys, monkeypatch):
    file = define(tiny, vary={"confidence": [0.9]})
    assert main(["sweep", file, "--workers", "1"]) == 0
    table = tiny.root / "runs/sweeps/sweep/findings.csv"
    before, runs = table.read_bytes(), executed(tiny)
    # A product of a run counts, not the mere moment: another cell's Markdown changes nothing.
    tiny.edit("02-second", "## Why 02-second?", "## Really, why?")
    with monkeypatch.context() as patch:
        patch.setattr(command, "connect", lambda *_: pytest.fail("a cluster started"))
        assert main(["sweep", file]) == 0
    assert "Nothing to do" in capsys.readouterr().out

    table.write_text("edited by hand\n")
    assert main(["sweep", file, "--workers", "1"]) == 0
    assert table.read_bytes() == before
    assert executed(tiny) == runs
    assert not list((tiny.root / "runs/sweeps").rglob("*.part"))
    assert list((tiny.root / "runs/sweeps/staging").glob("*")) == []


def test_half_a_table_is_never_seen(tiny):
    store = command.prepare(Path(define(tiny)), []).store
    store.folder.mkdir(parents=True)
    (store.folder / sweep_store.FINDINGS).write_text("the one before\n")
    with pytest.raises(KeyboardInterrupt), sweep_store.writing(store, ["seed"]) as table:
        table.add("published", {"seed": 1}, [], [])
        raise KeyboardInterrupt
    assert [path.name for path in store.folder.iterdir()] == [sweep_store.FINDINGS]
    assert (store.folder / sweep_store.FINDINGS).read_text() == "the one before\n"


def test_what_changed_under_a_sweep_is_not_mixed_in(tiny):
    plan = command.prepare(Path(define(tiny)), [])
    course = Course(plan.sweep, plan.stages, plan.store)
    list(course._admit(plan.sweep.scenarios(), deque(), 1))
    job = course._ready.popleft()
    tiny.edit("01-first", "verdict = base_year", "verdict = 'other'")
    with pytest.raises(Interrupted, match="not those that the sweep began with"):
        work.run(job)
    assert not (tiny.root / "executed.txt").exists()


def test_a_worker_that_may_not_start_kernels_says_so(tiny, monkeypatch):
    monkeypatch.setitem(multiprocessing.current_process()._config, "daemon", True)
    job = work.Job(str(tiny.root), "sweep", "01-first", "k", "b", {}, {})
    with pytest.raises(Interrupted, match="WORKER__DAEMON=False"):
        work.run(job)


def test_a_key_holds_what_counts_and_nothing_else(tiny):
    first, second = sweep_plan.stages(manifest.read_manifest(tiny.root), [])
    scenario = {"base_year": 2016, "reference_year": 2017, "confidence": 0.95}

    def keys(**changed):
        content, values = (
            {"data/clean/first.csv": "x"} | changed.pop("made", {}),
            scenario | changed,
        )
        extras = [False, False]
        return (
            first.key(first.basis(), values, {}, extras),
            second.key(second.basis(), values, content, extras),
        )

    before = keys()
    assert [a == b for a, b in zip(keys(confidence=0.9), before, strict=True)] == [True, False]
    assert [a == b for a, b in zip(keys(base_year=2015), before, strict=True)] == [False, True]
    made = {"made": {"data/clean/first.csv": "y"}}
    assert [a == b for a, b in zip(keys(**made), before, strict=True)] == [True, False]
    tiny.edit("02-second", "## Why 02-second?", "## Really, why?")
    assert keys() == before
    (tiny.root / "data/reported/figures.csv").write_text("id,value\na,2\n")
    assert [a == b for a, b in zip(keys(), before, strict=True)] == [False, True]


class _Idle:
    """A client whose workers are never asked."""

    loop = None

    @staticmethod
    def nthreads() -> dict[str, int]:
        return {"tcp://nowhere": 1}


def test_memory_does_not_grow_with_the_number_of_scenarios(tiny, monkeypatch):
    monkeypatch.setattr("distributed.as_completed", lambda loop: iter(()))
    plan = command.prepare(Path(define(tiny)), [])

    def peak(many: int) -> int:
        """Return the bytes in use at most while so many scenarios pass, all of them done before."""
        vary = {"seed": list(range(many)), "draws": list(range(16, 26))}
        sweep = Sweep("sweep", plan.sweep.published | {"seed": 0, "draws": 16}, vary)
        course = Course(sweep, plan.stages, plan.store)
        for stage in plan.stages:
            inputs = dict.fromkeys(stage.upstream, "x")
            name, basis = stage.notebook.name, course.bases[stage.notebook.name]
            key = stage.key(basis, sweep.published, inputs, [False, False])
            digests = dict.fromkeys(stage.notebook.tables, "x")
            write_json(plan.store.run(name, key) / "run.json", {"digests": digests})
        tracemalloc.start()
        passed = sum(1 for _ in course.follow(_Idle()))
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert passed == many * 10
        return used

    peak(2)  # what is read once, in any case
    assert peak(400) < peak(20) + 100_000


def test_the_time_left_comes_from_what_was_measured():
    now = iter([0.0, 10.0])
    bar = Bar(total=40, clock=lambda: next(now), done=10)
    bar.begin()
    bar.done = 20
    assert bar.seconds_left() == 20.0  # ten took ten seconds, twenty are left


def test_a_real_notebook_states_what_is_committed(tmp_path, monkeypatch, capsys):
    for name in ("data", "notebooks", "scenarios", "src"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "requirements.lock", tmp_path)
    monkeypatch.setenv("KHTIP_ROOT", str(tmp_path))
    monkeypatch.setattr(steps, "check_data", lambda root: None)  # tested elsewhere
    (tmp_path / "sweep.yml").write_text("vary: {}\n")
    assert main(["sweep", str(tmp_path / "sweep.yml"), "--notebook", "01", "--workers", "1"]) == 0
    with (ROOT / "data/results/findings-01.csv").open(newline="") as file:
        committed = list(csv.DictReader(file))
    with (tmp_path / "runs/sweeps/sweep/findings.csv").open(newline="") as file:
        swept = list(csv.DictReader(file))
    assert [{name: row[name] for name in committed[0]} for row in swept] == committed
    assert {row["scenario"] for row in swept} == {"published"}
    assert not list((tmp_path / "runs").rglob("*.png"))
