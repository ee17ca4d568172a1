"""The benchmark's copies of the project, the changes it makes in them, and its processes."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from benchmarks import __main__ as command
from benchmarks import checks, processes, table
from benchmarks.copies import Copies, git
from khtip import files
from khtip.ledger import validation
from khtip.runner import manifest

ROOT = files.root()
NAMES = [one.name for one in manifest.read_manifest(ROOT).notebooks]


# Copies and changes.


@pytest.fixture
def copied(tmp_path: Path) -> Copies:
    return Copies(ROOT, tmp_path, tmp_path / "log.txt")


def test_a_copy_holds_the_committed_products_and_an_empty_one_none(copied):
    full = copied.fresh("committed", "full")
    assert checks.different(full, ROOT, checks.products(full)) == []
    bare = copied.fresh("empty", "bare")
    assert not [path for path in manifest.read_manifest(full).makers() if (bare / path).exists()]
    assert not (bare / "pytask.lock").exists()
    assert '"image/png"' not in (bare / "notebooks" / f"{NAMES[1]}.ipynb").read_text()
    assert (bare / ".venv").resolve() == (ROOT / ".venv").resolve()


def test_a_trial_keeps_the_first_notebooks_only(tmp_path):
    kept = Copies(ROOT, tmp_path, tmp_path / "log.txt", first=2).template
    assert [one.name for one in manifest.read_manifest(kept).notebooks] == NAMES[:2]
    assert not list((kept / "figures").glob("05-*"))


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository of one commit, whose environment is one file."""
    root = tmp_path / "repository"
    root.mkdir()
    (root / "Makefile").write_text("environment:\n\tmkdir .venv\n\techo $(PYTHON) > .venv/made\n")
    (root / ".gitignore").write_text(".venv/\nbuild/\n")
    git = ["git", "-c", "user.name=T", "-c", "user.email=t@example.org"]
    for words in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "--message=One"]):
        subprocess.run([*git, *words], cwd=root, check=True)
    return root


def test_a_clone_has_its_own_environment_and_loses_what_a_run_left(repository, tmp_path):
    copied = Copies(repository, tmp_path, tmp_path / "log.txt")
    folder = copied.fresh("clone", "clone")
    assert (folder / ".git").is_dir()
    assert not (folder / ".venv").is_symlink()
    assert (folder / ".venv/made").read_text().strip() == sys.executable
    made = (folder / ".venv/made").stat().st_mtime_ns
    (folder / "build").mkdir()
    (folder / "build/left").touch()
    (folder / "Makefile").write_text("changed by a run")
    assert copied.fresh("clone", "clone") == folder
    assert git(folder, "status", "--porcelain") == []
    assert not (folder / "build").exists()
    assert (folder / ".venv/made").stat().st_mtime_ns == made


def test_the_tests_are_not_timed_with_files_that_are_in_no_commit(repository):
    make_test = table.row("make-test")
    command.refuse_uncommitted(repository, [make_test])
    (repository / "new file").touch()
    (repository / "Makefile").unlink()
    (repository / "build").mkdir()
    (repository / "build/left").touch()
    with pytest.raises(command.CannotMeasure, match="differ from it: 2, first Makefile"):
        command.refuse_uncommitted(repository, [make_test])
    command.refuse_uncommitted(repository, [table.row("nbval-warm")])


def test_every_change_of_a_file_is_seen(copied):
    folder = copied.fresh("committed", "full")
    before = checks.moments(folder)
    assert before == checks.moments(folder)
    (folder / "README.md").touch()
    (folder / "CITATION.cff").unlink()
    (folder / "figures" / "new.csv").touch()
    (folder / "build" / "left").touch()
    changed = {name for name, *_ in before ^ checks.moments(folder)}
    assert changed == {"CITATION.cff", "README.md", "figures/new.csv"}


def test_one_figure_changes_by_one_and_the_data_stay_sound(copied, monkeypatch):
    folder = copied.fresh("committed", "full")
    before = (folder / checks.FIGURES).read_text(encoding="utf-8").splitlines()
    words = checks.change_one_figure(folder)
    after = (folder / checks.FIGURES).read_text(encoding="utf-8").splitlines()
    ((old, new),) = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
    name, _, start, _, end = words.split()
    assert old.startswith(name)
    assert int(end) == int(start) + 1
    assert new == old.replace(f",{start},", f",{end},", 1)
    monkeypatch.setenv("KHTIP_ROOT", str(folder))
    assert validation.check_tables(folder) > 0


def test_the_plain_script_holds_the_code_and_nothing_else(copied):
    next(checks.plain_script(copied.template, 1))
    code = (copied.template / "build/made/plain.py").read_text(encoding="utf-8")
    compile(code, "plain.py", "exec")
    places = [code.index(f"# {name}\n") for name in NAMES]
    assert places == sorted(places)
    assert "How to read" not in code


def test_sweeps_have_as_many_scenarios_as_they_say():
    levels = checks.levels(200)
    assert len(set(levels)) == 200
    assert all(0.5 <= level <= 0.999 for level in levels)


# Processes.


def run(code: str, tmp_path: Path, *, watch: bool = False) -> processes.Run:
    command = shlex.join([sys.executable, "-S", "-c", code])
    return processes.run(command, tmp_path, {}, tmp_path / "log.txt", watch=watch)


def test_a_command_is_timed_and_heard(tmp_path):
    found = run("import time; time.sleep(0.2); print('heard')", tmp_path)
    assert found.seconds >= 0.2
    assert (found.said, found.left) == ("heard\n", 0)


def test_an_error_keeps_its_last_words(tmp_path):
    with pytest.raises(processes.CommandFailed, match=r"status 1(.|\n)*why it failed"):
        run("raise SystemExit('why it failed')", tmp_path)


CHILD = """
import subprocess, sys
code = "import time; time.sleep(60)"
child = subprocess.Popen([sys.executable, "-S", "-c", code], start_new_session=True)
print(child.pid, flush=True)
"""


def lives(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def test_what_is_left_behind_is_counted_and_killed(tmp_path, monkeypatch):
    monkeypatch.setattr(processes, "GRACE", 0.3)
    found = run(CHILD, tmp_path)
    assert found.left == 1
    assert not lives(int(found.said))


def test_a_late_command_is_killed_with_all_it_started(tmp_path, monkeypatch):
    monkeypatch.setattr(processes, "LIMIT", 1)
    with pytest.raises(processes.CommandFailed, match="took longer than 1 s"):
        run(f"{CHILD}child.wait()", tmp_path)
    assert not lives(int((tmp_path / "log.txt").read_text()))


def test_memory_is_the_peak_of_all_processes(tmp_path):
    found = run("import time; x = b'1' * 60_000_000; time.sleep(0.8)", tmp_path, watch=True)
    assert 60e6 < found.peak < 120e6


def test_the_callers_settings_do_not_reach_the_commands(tmp_path, monkeypatch):
    for name in ("KHTIP_WARM", "MAKEFLAGS", "ARGS", "PYTHONDONTWRITEBYTECODE", "MPLBACKEND"):
        monkeypatch.setenv(name, "1")
    found = processes.personal_left_out(tmp_path)
    assert not {"KHTIP_WARM", "MAKEFLAGS", "ARGS", "PYTHONDONTWRITEBYTECODE"} & set(found)
    assert "MPLBACKEND" not in found
    assert found["MPLCONFIGDIR"].startswith(str(tmp_path))
