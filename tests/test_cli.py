"""The command line: exit status, messages, scenarios, other values."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from sweepable import CALL, khtip

from khtip import files
from khtip.cli import main
from khtip.runner import manifest, scenarios, steps

ROOT = Path(__file__).parents[1]


@pytest.fixture
def no_kernel(monkeypatch):
    """Fail when a kernel starts."""
    monkeypatch.setattr(steps, "run_notebook", lambda *_: pytest.fail("a kernel started"))
    monkeypatch.setattr(
        steps, "run_with_parameters", lambda *_, **__: pytest.fail("a kernel started")
    )


def committed(project) -> dict:
    return {name: data for name, data in project.state().items() if "/runs/" not in name}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["-p", "base_yaer=2018"], "unknown parameter 'base_yaer'. Did you mean 'base_year'?"),
        (["-p", "base_year=soon"], "expected a whole number"),
        (["-p", "base_year=1900"], "out of range"),
        (["-p", "base_year=2017"], "must differ"),
        (["-p", "base_year"], "expected name=value"),
        (["-p", "weights=random"], "no notebook declares the parameter 'weights'"),
        (["--scenario", "2019-agianst-2018"], "Did you mean '2019-against-2018'?"),
        (["--scenario", "../secret"], "no scenario '../secret'"),
        (["--scenario", "2019-against-2018", "--explain"], "published scenario only"),
        (["--scenario", "unknown-key"], "expected the keys 'title' and 'parameters'"),
        (["--scenario", "wrong-value"], "scenarios/wrong-value.yml: base_year: expected a whole"),
        (["--scenario", "two-faults"], "unknown parameter 'sede'"),
        (["--scenario", "a-list"], "must be a list of 'name: value' lines"),
        (["--scenario", "not-yaml"], "not valid YAML"),
        (["--scenario", "python"], "not valid YAML"),
    ],
)
def test_wrong_use_stops_before_any_kernel(project, capsys, no_kernel, arguments, words):
    for name, content in {
        "2019-against-2018": "parameters: {base_year: 2018, reference_year: 2019}",
        "unknown-key": "paramters: {base_year: 2018}",
        "wrong-value": "parameters: {base_year: '2018'}",
        "two-faults": "parameters: {sede: 1, base_year: 3}",
        "a-list": "parameters: [base_year]",
        "not-yaml": "parameters: {",
        "python": "parameters: !!python/object/apply:os.getcwd []",
    }.items():
        (project.root / f"scenarios/{name}.yml").write_text(content)
    assert main(["run", *arguments]) == 2
    said = capsys.readouterr().err
    assert words in said
    assert len(said.splitlines()) <= 3
    assert not (project.root / "runs").exists()


@pytest.mark.parametrize("arguments", [[], ["rnu"], ["run", "--scenaro", "x"]])
def test_argparse_ends_with_2(arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: khtip" in capsys.readouterr().err


def test_bad_data_ends_with_2_before_any_kernel(project, capsys, monkeypatch):
    from khtip.ledger.problems import DataProblems, Problem

    problem = Problem("data/reported/figures.csv", 2, "value", "1,234", "a number", "write 1234")

    def refuse(root):
        raise DataProblems([problem])

    monkeypatch.setattr(steps, "check_data", refuse)
    monkeypatch.setattr(steps, "run_notebook", lambda *_: pytest.fail("a kernel started"))
    assert main(["run"]) == 2
    assert "data/reported/figures.csv" in capsys.readouterr().err
    assert not (project.root / "data/clean").exists()


def test_the_data_are_checked_when_they_changed_and_only_then(finished, monkeypatch):
    calls = []
    monkeypatch.setattr(steps, "check_data", calls.append)
    main(["run"])
    assert calls == []
    (finished.root / "data/reported/other.csv").write_text("id\nnew\n")
    main(["run"])
    assert len(calls) == 1


LEAN = """
import sys
from khtip import cli
from khtip.runner import steps
steps.check_data = lambda root: None
assert cli.main(["run", "--force"]) == 0
from _pytask.database_utils import DatabaseSession, State
with DatabaseSession() as database:
    print("IPython" in sys.modules, database.query(State).count())
"""


def test_a_run_loads_no_ipython_and_keeps_no_database_beside_the_lock(finished):
    environment = os.environ | {"KHTIP_ROOT": str(finished.root)}
    run = subprocess.run(
        [sys.executable, "-c", LEAN], env=environment, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines()[-1] == "False 0"


def test_a_scenario_goes_to_its_own_folder(finished, capsys):
    text = "title: Two others\nparameters: {base_year: 2018, reference_year: 2019}\n"
    (finished.root / "scenarios/other.yml").write_text(text)
    before = committed(finished)
    assert main(["run", "--scenario", "other"]) == 0
    assert "Scenario other is in runs/other." in capsys.readouterr().out
    assert committed(finished) == before
    run = finished.root / "runs/other"
    # 02 read what 01 made in the same scenario, not what is published
    assert (run / "data/results/second.csv").read_text() == "2,2018\n2019\n"
    made = yaml.safe_load((run / "scenario.yml").read_text())
    assert made["parameters"] == {"base_year": 2018, "reference_year": 2019}
    notebook = (run / "notebooks/01-first.ipynb").read_text()
    assert '"id": "injected-parameters"' in notebook
    assert "base_year = 2018" in notebook
    untouched = (run / "notebooks/03-third.ipynb").read_bytes()
    assert untouched == finished.path("03-third").read_bytes()
    first = {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}
    assert main(["run", "--scenario", "other"]) == 0
    assert {path: path.read_bytes() for path in run.rglob("*") if path.is_file()} == first


def test_the_published_values_inject_nothing(finished):
    (finished.root / "scenarios/published.yml").write_text("parameters: {base_year: 2016}")
    assert main(["run", "--scenario", "published"]) == 0
    for name in ("01-first", "02-second", "03-third"):
        made = finished.root / f"runs/published/notebooks/{name}.ipynb"
        assert made.read_bytes() == finished.path(name).read_bytes()


def test_single_values_name_the_folder(finished):
    assert main(["run", "-p", "base_year=2014", "-p", "seed=7"]) == 0
    run = finished.root / "runs/base_year=2014+seed=7"
    assert (run / "data/clean/first.csv").read_text() == "2,2014\n"


def test_long_names_and_odd_signs_keep_scenarios_apart():
    def name(start: str, **values) -> str:
        return scenarios.with_overrides(scenarios.Scenario(start, "", {}), values).name

    long = "a" * 118
    names = [name(long, seed=1), name(long, seed=2), name("a b", seed=1), name("a-b", seed=1)]
    names += [name("គ" * 60, seed=1), name("គ" * 60, seed=2)]
    assert len(set(names)) == len(names)
    assert max(len(one.encode()) for one in names) <= 130
    assert name("a", seed=1) == "a+seed=1"


def test_a_failing_scenario_leaves_the_earlier_result(finished, capsys):
    assert main(["run", "-p", "seed=2"]) == 0
    before = finished.state()
    notebook = finished.path("03-third").read_text()
    finished.write("03-third", "seed: int = 1", "1 / 0")
    assert main(["run", "-p", "seed=2"]) == 1
    assert "03-third failed in cell 7 of 8" in capsys.readouterr().err
    finished.path("03-third").write_text(notebook)
    after = finished.state()
    assert {name: data for name, (_, data) in after.items()} == {
        name: data for name, (_, data) in before.items()
    }


def test_a_scenario_never_reads_a_published_table(finished, capsys):
    finished.write("01-first", "base_year: int = 2016", "1")
    finished.entries[0] |= {"reads": [], "tables": []}
    finished.entries[2] |= {"tables": ["data/clean/first.csv"]}
    finished.entries = [finished.entries[0], finished.entries[2]]
    finished.path("02-second").unlink()
    finished.entries[1]["name"] = "03-third"
    code = "Path('../data/clean/first.csv').read_text()"
    finished.write("03-third", "seed: int = 1", code)
    finished.save()
    assert main(["run", "-p", "seed=2"]) == 1
    assert "did not write:  data/clean/first.csv" in capsys.readouterr().err


def test_parameters_are_listed(capsys):
    assert main(["parameters"]) == 0
    said = capsys.readouterr().out
    assert "base_year = 2016\n    the year compared with; whole number, 1990 to 2035" in said


def test_manifest_command(project, capsys):
    assert main(["manifest"]) == 1
    assert "khtip manifest --write" in capsys.readouterr().out
    assert main(["manifest", "--write"]) == 0
    assert main(["manifest"]) == 0


def test_observe_prints_the_entry(finished, capsys):
    before = finished.state()
    assert main(["observe", "notebooks/02-second.ipynb"]) == 0
    (found,) = yaml.safe_load(capsys.readouterr().out)
    assert found["reads"] == finished.entries[1]["reads"]
    assert found["tables"] == finished.entries[1]["tables"]
    assert finished.state() == before
    assert main(["observe", "09-none"]) == 2


def test_broken_files_are_named(finished, capsys):
    lock = finished.root / "pytask.lock"
    good = lock.read_text()
    lock.write_text(f"<<<<<<< HEAD\n{good}")
    assert main(["run"]) == 1
    assert "delete it and run again" in capsys.readouterr().err
    lock.write_bytes(b"\xff\x00")
    assert main(["run"]) == 1
    assert "delete it and run again" in capsys.readouterr().err
    lock.unlink()
    lock.mkdir()
    assert main(["run"]) == 1
    assert "delete it and run again" in capsys.readouterr().err
    lock.rmdir()
    lock.write_text(good)
    finished.path("01-first").write_text("{}")
    assert main(["run"]) == 1
    assert "01-first.ipynb: not a notebook of format 4" in capsys.readouterr().err
    finished.path("01-first").unlink()
    assert main(["run"]) == 2
    assert "no file notebooks/01-first.ipynb" in capsys.readouterr().err


def test_outside_a_project_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("KHTIP_ROOT", raising=False)
    monkeypatch.chdir(tmp_path)
    assert main(["run"]) == 2
    assert "Start inside the project" in capsys.readouterr().err


def test_a_folder_that_is_gone_or_is_no_project_says_so(tmp_path, monkeypatch, capsys):
    for place, words in (("none", "KHTIP_ROOT={}: no such folder"), ("", "{} is no project")):
        monkeypatch.setenv("KHTIP_ROOT", str(tmp_path / place))
        assert main(["run"]) == 2
        assert words.format(tmp_path / place) in capsys.readouterr().err
    monkeypatch.delenv("KHTIP_ROOT")
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert main(["run"]) == 2
    assert "working folder has been deleted" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "words"),
    [(b"two\nlines", "has a line break"), (b"caf\xe9", "has bytes that are not UTF-8")],
)
def test_a_path_that_cannot_be_written_down_is_refused(finished, tmp_path, capsys, name, words):
    place = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
    finished.root.rename(place)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KHTIP_ROOT", str(place))
        assert main(["run"]) == 2
    said = capsys.readouterr().err
    assert words in said
    assert "Move or rename the folder" in said
    place.rename(finished.root)


@pytest.mark.parametrize("name", ["{brace}", "a b'\"$x", "100 %s {0}"])
def test_signs_that_mean_something_elsewhere_are_plain_in_a_path(finished, monkeypatch, name):
    place = finished.root.with_name(name)
    finished.root.rename(place)
    monkeypatch.setenv("KHTIP_ROOT", str(place))
    assert khtip(moved(place), "run").stdout.startswith("Nothing changed")
    (place / "data/reported/figures.csv").write_text("id\na\nb\n")
    explained = khtip(moved(place), "run", "--explain")
    assert "01-first\n    data/reported/figures.csv changed" in explained.stdout
    for words in (["run", "--force"], ["run", "-p", "seed=2"]):
        run = khtip(moved(place), *words)
        assert (run.returncode, run.stderr) == (0, "")
    assert (place / "data/clean/first.csv").read_text() == "3,2016\n"


@pytest.mark.parametrize("name", ["[0-9]", "star*", "what?"])
def test_a_path_that_pytask_takes_for_a_pattern_is_refused(finished, monkeypatch, capsys, name):
    """It would match other projects, or nothing; then pytask looks around the working folder."""
    place = finished.root.with_name(name)
    finished.root.rename(place)
    shutil.copytree(place, place.with_name(name.strip("*?") + "x"))
    monkeypatch.setenv("KHTIP_ROOT", str(place))
    assert main(["run", "--force"]) == 2
    assert "Rename the folder" in capsys.readouterr().err


def moved(place: Path) -> SimpleNamespace:
    return SimpleNamespace(root=place)


# Who reads what the command says.


def test_nobody_reads_to_the_end(finished):
    """A run goes on to its end; an explanation ends as every command in a pipe does."""
    environment = os.environ | {"KHTIP_ROOT": str(finished.root)}
    finished.edit("02-second", "reference_year: int = 2017", "reference_year: int = 2018")
    for words, status in ((["--explain"], 141), ([], 141), ([], 141)):
        with subprocess.Popen(
            [sys.executable, "-c", CALL, "run", *words],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as run:
            run.stdout.close()
            assert run.stderr.read() == b""
        assert run.returncode == status
    assert (finished.root / "data/results/second.csv").read_text() == "2,2016\n2018\n"
    assert "Nothing changed" in khtip(finished, "run").stdout


@pytest.mark.parametrize("warm", ["0", "1"])
def test_closed_streams_are_no_hindrance(finished, warm):
    finished.edit("02-second", "reference_year: int = 2017", "reference_year: int = 2018")
    call = f"exec {shlex.quote(sys.executable)} -c {shlex.quote(CALL)} run <&- >&- 2>&-"
    environment = os.environ | {"KHTIP_ROOT": str(finished.root), "KHTIP_WARM": warm}
    assert subprocess.run(["sh", "-c", call], env=environment).returncode == 0
    assert (finished.root / "data/results/second.csv").read_text() == "2,2016\n2018\n"
    assert (finished.root / "build/run.lock").read_text().isdecimal()


@pytest.mark.parametrize("package", ["pytask", "papermill", "yaml", "ipykernel"])
def test_a_missing_package_is_named(finished, package):
    finished.edit("02-second", "reference_year: int = 2017", "reference_year: int = 2018")
    hide = f"import sys; sys.modules[{package!r}] = None\n"
    environment = os.environ | {"KHTIP_ROOT": str(finished.root), "KHTIP_WARM": "0"}
    call = [sys.executable, "-c", hide + CALL.replace("from khtip.runner import steps; ", "")]
    call[-1] = call[-1].replace("steps.check_data = lambda root: None; ", "")
    run = subprocess.run([*call, "run"], env=environment, capture_output=True, text=True)
    assert run.returncode == 2
    assert run.stderr == (
        f"The package {package} is missing from this environment.\n"
        "  next: make install, which sets it up from requirements.lock\n"
    )


def test_git_that_refuses_or_is_not_there_is_told_as_such(tmp_path, monkeypatch):
    words = "fatal: detected dubious ownership in repository at '/x'"
    (tmp_path / "git").write_text(f'#!/bin/sh\necho "{words}" >&2\nexit 128\n')
    (tmp_path / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="another user owns it.*safe.directory"):
        files.git(tmp_path, "status")
    (tmp_path / "git").unlink()
    with pytest.raises(FileNotFoundError, match="git is not installed"):
        files.git(tmp_path, "status")


# The collection's own scenarios.


@pytest.mark.parametrize("name", scenarios.names(ROOT))
def test_every_scenario_of_the_collection_is_good(name, monkeypatch):
    monkeypatch.setenv("KHTIP_ROOT", str(ROOT))
    plan = manifest.read_manifest(ROOT)
    scenario = scenarios.read_scenario(name, ROOT)
    assert scenario.title
    values = scenarios.split(plan, scenario)
    injected = any(values.values())
    assert injected is (name != "published")
