"""A few of the faults of `faults`, fast, and that its checks can fail; all: ``make faults``."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from faults import checks, commands, kills, obstacles, projects, table
from faults.__main__ import KILLS
from faults.surroundings import HOMELESS, PLACE, POSIX, YEAR

from khtip.cli import main
from khtip.files import Busy, clear_swaps
from khtip.reading.site import build
from khtip.runner import execute, manifest, notebooks

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc")
SEED = 1
# Each is later in a run than the one before: a run that heals is killed, too.
MOMENTS = (
    kills.Moment(0, 1, group=False, warm=False, file="data/clean/large-1.csv"),  # publishing
    kills.Moment(0, 1, group=True, warm=False, file="02-second/made.ipynb"),  # executing
    kills.Moment(0, 1, group=False, warm=True, file="data/results/second.csv"),  # publishing
    kills.Moment(0, 1, group=False, warm=False, file="pytask.lock.tmp"),  # just opened
    kills.Moment(0, 1, group=True, warm=False, file="build/run.lock"),  # just beginning
    kills.Moment(0.3, 0, group=True, warm=False),
)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> projects.Case:
    """Return the small project for ``khtip run``; ordinary kernels start faster than a server."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KHTIP_WARM", "0")
        return projects.run_case(tmp_path_factory.mktemp("run"), "--jobs", "1")


def test_killed_runs_leave_whole_products_and_the_next_run_heals(run, tmp_path):
    root = run.copy(tmp_path / "project")
    done = [kills.kill(run, moment, root) for moment in MOMENTS]
    assert [broken for _, broken, _ in done] == [[]] * len(MOMENTS)
    assert [stopped.status for stopped, _, _ in done] == [-signal.SIGKILL] * len(MOMENTS)
    # What one left, the next found and said, before it was killed itself.
    assert "finished publishing 01-first, which an earlier run was stopped in" in done[1][0].out
    assert "dropped the unfinished 02-second of an earlier run" in done[2][0].out
    assert "finished publishing 02-second" in done[3][0].out
    assert checks.unlike(run, root, run.command(root).result()) == []


def test_moments_repeat_with_their_seed(run):
    first, again, other = (list(kills.moments(run, 20, seed)) for seed in (1, 1, 2))
    assert first == again != other
    assert {bool(one.clock) for one in first} == {True, False}
    assert all(one.change <= run.changes for one in first)


# The checker must be able to fail.


def test_a_product_that_is_written_directly_is_caught(run, tmp_path, monkeypatch):
    """A runner that copies products into place, and is killed in the middle of a copy."""
    careless = (
        "from pathlib import Path; "
        "Path.replace = lambda self, to: (to.write_bytes(self.read_bytes()), self.unlink())"
        " if self.is_file() else self.rename(to); "
    )
    monkeypatch.setattr(commands, "CALL", careless + commands.CALL)
    # It reads the staged file; then the product is opened for writing, and that is the moment.
    at = kills.Moment(0, 1, group=False, warm=False, file="data/clean/first.csv")
    _, broken, _ = kills.kill(run, at, run.copy(tmp_path / "project"))
    assert broken == ["data/clean/first.csv is half-written"]


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("data/clean/first.csv", b""),
        ("data/clean/first.csv", None),
        ("figures/03-third.svg", b'{"seed"'),
        ("notebooks/03-third.ipynb", b"{"),
        ("pytask.lock", b"lock-version = "),
        ("data/clean/stray.csv", b"x"),
    ],
)
def test_half_a_product_is_reported(run, file, content):
    now = {name: data for name, data in run.new.items() if name != file}
    now |= {} if content is None else {file: content}
    assert checks.half_written(now, run.old, run.new) == [file]
    assert checks.half_written(run.new, run.old, run.new) == []
    assert checks.half_written(run.old, run.old, run.new) == []
    assert file in checks.differing(now, run.new)


def test_a_process_that_stays_is_seen(tmp_path, monkeypatch):
    monkeypatch.setattr(commands, "PATIENCE", 0.3)
    stays = "import subprocess; subprocess.Popen(['sleep', '20'], start_new_session=True)"
    monkeypatch.setattr(commands, "CALL", stays)
    command = commands.Command(tmp_path, ())
    try:
        assert command.result().left == 1
    finally:
        for process in commands.marked(command.mark):
            process.kill()


def test_a_fault_that_breaks_a_promise_is_shown():
    good, bad = table.Row("a", 2, "fine"), table.Row("b", 2, "seen", ["half a file"])
    assert good.line().endswith("| yes |")
    assert bad.line() == "| b | 2 | seen; half a file | **no** |"
    assert table.Row("c", 0, "needs root").line().endswith("| not tried |")


# One fault each.


def test_a_full_disk_is_said_and_the_next_run_finishes_in_odd_surroundings(run, tmp_path):
    """The error is raised in the command's own process; ``make faults`` fills a real disk.

    All of it below Khmer letters, in locale C, another zone, a random hash seed, no home, and
    files of 2099.
    """
    root = run.copy(tmp_path / PLACE)
    for path in root.rglob("*"):
        os.utime(path, (129 * YEAR, 129 * YEAR))
    odd = POSIX | HOMELESS | {"TZ": "Asia/Phnom_Penh", "PYTHONHASHSEED": "random"}
    odd |= {"KHTIP_WARM": "0"}
    done = run.command(root, FAULT="full:1:data/clean/large-1.csv", **odd).result()
    assert checks.unkept(run, root, done, 1, "No space left on device") == []
    assert obstacles.MEND in done.said
    after = run.command(root, **odd).result()
    assert "finished publishing 01-first" in after.out
    assert checks.unlike(run, root, after) == []
    assert "Nothing changed" in run.command(root, **odd).result().out


def test_a_file_in_the_place_of_the_figures_folder_is_said(finished, capsys):
    """It refuses root too; ``make faults`` tries a folder without the right to write."""
    finished.entries[2]["figures"] = ["03-third"]
    finished.save()
    finished.write("03-third", "seed: int = 1", projects.FIGURE)
    shutil.rmtree(finished.root / "figures")
    (finished.root / "figures").write_text("in the way")
    assert main(["run"]) == 1
    said = capsys.readouterr().err
    assert "figures" in said
    assert obstacles.MEND in said
    (finished.root / "figures").unlink()
    assert main(["run"]) == 0
    assert (finished.root / "figures/03-third.png").is_file()


def test_a_cell_that_hangs_is_stopped_and_named(finished, capsys, monkeypatch):
    monkeypatch.setenv(execute.CELL_TIMEOUT, "1")
    finished.write("02-second", "reference_year: int = 2017", obstacles.SLOW)
    before = finished.state()
    assert main(["run"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("02-second failed in cell 6 of 7\n")
    assert "ran for more than 1 s and was stopped" in said
    assert "KHTIP_CELL_TIMEOUT=2 make run" in said
    assert {name: one for name, one in finished.state().items() if "lock" not in name} == {
        name: one for name, one in before.items() if "lock" not in name
    }


@pytest.mark.parametrize("wrong", ["soon", "0", "-1", "1.5"])
def test_a_wrong_limit_is_refused(monkeypatch, wrong):
    monkeypatch.setenv(execute.CELL_TIMEOUT, wrong)
    with pytest.raises(execute.NotebookFailed, match=f"KHTIP_CELL_TIMEOUT={wrong}: expected"):
        execute.cell_seconds()


def test_the_limit_is_ten_minutes_unless_said_otherwise(monkeypatch):
    monkeypatch.delenv(execute.CELL_TIMEOUT, raising=False)
    assert execute.cell_seconds() == 600


def test_a_generated_part_never_leaves_half_a_notebook(project, monkeypatch):
    """Titles and navigation are written into the notebooks themselves, which people wrote."""
    before = project.path("01-first").read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            notebooks.write(manifest.read_manifest(project.root))
    assert project.path("01-first").read_bytes() == before
    notebooks.write(manifest.read_manifest(project.root))
    assert notebooks.stale(manifest.read_manifest(project.root)) == []
    assert list(project.root.rglob("*.part")) == []


# What a killed build of the site or a killed sweep leaves; `make faults` kills real ones.


def test_what_a_killed_site_left_is_put_back_and_dropped(tmp_path):
    (tmp_path / ".making-site-abcdefgh/former").mkdir(parents=True)
    (tmp_path / ".making-site-abcdefgh/former/index.html").write_text("old")
    (tmp_path / ".making-other-abcdefgh").mkdir()
    assert clear_swaps(tmp_path, "site") == [
        "put back site, which an earlier run was stopped in replacing",
        "dropped the unfinished site of an earlier run",
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == [".making-other-abcdefgh", "site"]
    assert (tmp_path / "site/index.html").read_text() == "old"
    assert clear_swaps(tmp_path, "site") == []


def test_two_builds_of_one_site_do_not_mix(tmp_path):
    hold = "import fcntl, os, sys; f = os.open(sys.argv[1], os.O_RDONLY); "
    hold += "fcntl.flock(f, fcntl.LOCK_EX); print('held', flush=True); input()"
    words = [sys.executable, "-c", hold, str(tmp_path)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(Busy, match="Another build of a site works in"):
            build.build(tmp_path / "site")
        other.communicate(b"\n")


def test_a_stopped_sweep_is_cleared_up_in_words(tmp_path):
    from khtip.runner.sweep.store import Store

    store = Store(tmp_path, "sweep")
    assert store.begin() == []
    (store.base / "staging/key-1").mkdir(parents=True)
    assert store.begin() == ["dropped 1 unfinished runs of an earlier sweep"]


# The page.


def test_the_page_shows_a_whole_table_and_names_tests_that_exist():
    page = table.PAGE.read_text("utf-8")
    shown = page.partition(table.START)[2].partition(table.END)[0].strip().splitlines()
    assert "\n".join(shown[:2]) == table.HEAD
    assert len(shown) > 20
    assert "**no**" not in "\n".join(shown)
    killed = [re.findall(r"\| (\d+) \|", line)[0] for line in shown if "`kill -9`" in line]
    assert sum(map(int, killed)) == sum(KILLS.values()) >= 100
    tests = "\n".join(path.read_text("utf-8") for path in Path(__file__).parent.rglob("test_*.py"))
    assert [name for name in re.findall(r"`(test_\w+)`", page) if f"def {name}(" not in tests] == []


def test_the_table_is_written_between_its_marks(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(f"before\n{table.START}\nold\n{table.END}\nafter\n")
    table.write(table.markdown([replace(table.Row("a", 1, "fine"), tried=3)]), page)
    assert page.read_text().startswith(f"before\n{table.START}\n{table.HEAD}\n| a | 3 | fine")
    assert page.read_text().endswith(f"{table.END}\nafter\n")
