"""The runner on tiny notebooks: what reruns, what a failure leaves, what a kill leaves."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from khtip import files
from khtip.cli import main
from khtip.runner import execute, notebooks, steps
from khtip.runner.progress import Progress

RUN = (
    "import sys; from khtip import cli; from khtip.runner import steps; "
    "steps.check_data = lambda root: None; sys.exit(cli.main(['run']))"
)


def ran(capsys) -> list[str]:
    """Return the notebooks that the last run executed, in order of name."""
    lines = capsys.readouterr().out.splitlines()
    return sorted(line.split()[0] for line in lines if line.endswith(" s"))


def broken(project, code: str, capsys) -> str:
    """Run with `code` as the last cell of 02 and return what stood on stderr."""
    project.write("02-second", "reference_year: int = 2017", code)
    before = {name: data for name, (_, data) in project.state().items() if "lock" not in name}
    assert main(["run"]) == 1
    after = {name: data for name, (_, data) in project.state().items() if "lock" not in name}
    assert after == before, "a failed run changed a product"
    return capsys.readouterr().err


def test_from_nothing_to_nothing_changed(project, capsys):
    assert main(["run"]) == 0
    assert ran(capsys) == ["01-first", "02-second", "03-third"]
    assert (project.root / "data/results/second.csv").read_text() == "2,2016\n2017\n"
    before = project.state()
    assert main(["run"]) == 0
    assert capsys.readouterr().out == "Nothing changed: all 3 notebooks are up to date.\n"
    assert project.state() == before, "a run with nothing to do touched a file"


MEET = """import time
Path({mine!r}).touch()
end = time.monotonic() + {patience}
while not Path({other!r}).exists():
    assert time.monotonic() < end, "nobody else runs"
    time.sleep(0.01)
end > 0"""


@pytest.mark.parametrize(("jobs", "status", "patience"), [("2", 0, 60), ("1", 1, 0.5)])
def test_branches_run_side_by_side(project, tmp_path_factory, capsys, jobs, status, patience):
    """Two notebooks that wait for each other end only where both run at a time."""
    folder = tmp_path_factory.mktemp("meeting")
    here, there = str(folder / "first"), str(folder / "third")
    first = MEET.format(mine=here, other=there, patience=patience).replace("end > 0", project.first)
    project.write("01-first", "base_year: int = 2016", first)
    code = MEET.format(mine=there, other=here, patience=patience)
    project.write("03-third", "seed: int = 1", code)
    assert main(["run", "--jobs", jobs]) == status
    assert ("nobody else runs" in capsys.readouterr().err) == bool(status)


def test_exactly_the_descendants_of_a_change_run(finished, capsys):
    figures = finished.root / "data/reported/figures.csv"

    figures.write_text("id,value\na,2\n")  # 01 sees the same number of rows: it ends there
    main(["run"])
    assert ran(capsys) == ["01-first"]

    figures.write_text("id,value\na,2\nb,3\n")
    assert main(["run", "--explain"]) == 0
    explained = capsys.readouterr().out
    assert "01-first\n    data/reported/figures.csv changed" in explained
    assert "02-second\n    01-first runs before" in explained
    assert "03-third" not in explained
    main(["run"])
    assert ran(capsys) == ["01-first", "02-second"]

    (finished.root / "data/reported/other.csv").write_text("id\nx\n")  # nobody reads it
    main(["run"])
    assert ran(capsys) == []

    finished.edit("02-second", "reference_year: int = 2017", "reference_year: int = 2018")
    main(["run"])
    assert ran(capsys) == ["02-second"]

    finished.edit("03-third", "## Why 03-third?", "## Really, why?")  # Markdown
    main(["run"])
    assert ran(capsys) == []

    (finished.root / "data/clean/first.csv").write_text("edited by hand\n")
    main(["run"])
    assert ran(capsys) == ["01-first"]
    assert (finished.root / "data/clean/first.csv").read_text() == "3,2016\n"

    finished.edit("03-third", '"2"', '"3"')  # an output
    main(["run"])
    assert ran(capsys) == ["03-third"]


def test_a_fresh_clone_runs_nothing(finished, capsys, tmp_path_factory, monkeypatch):
    clone = tmp_path_factory.mktemp("clone") / "copy"
    ignored = ("build", ".pytask")
    subprocess.run(["cp", "-r", finished.root, clone], check=True)
    for name in ignored:
        subprocess.run(["rm", "-rf", clone / name], check=True)
    subprocess.run(["find", clone, "-exec", "touch", "{}", "+"], check=True)
    monkeypatch.setenv("KHTIP_ROOT", str(clone))
    assert main(["run"]) == 0
    assert ran(capsys) == []


def test_a_failing_cell_is_one_screen(finished, capsys):
    said = broken(finished, "def f():\n    return {}['low']\n\nf()", capsys)
    assert said.startswith("02-second failed in cell 6 of 7\n  question  Why 02-second?\n")
    assert "KeyError: 'low'" in said
    assert "build/failed/02-second.ipynb" in said
    assert len(said.splitlines()) < 24
    assert "Traceback" not in said
    kept = notebooks.read_notebook(finished.root / "build/failed/02-second.ipynb")
    assert kept["cells"][5]["outputs"][0]["ename"] == "KeyError"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "The kernel died"),
        ("import sys; print('oh', file=sys.stderr)", "wrote on stderr: oh"),
        ("import warnings; warnings.warn('careful')", "careful"),
        ("object()", "shows an address in memory"),
        ("Path().absolute()", "shows a path of this machine"),
        ("1", "named there, but did not write:  data/results/second.csv"),
        ("(Path(os.environ['KHTIP_OUTPUT']) / 'x.csv').write_text('a')", "not named there:  x.csv"),
        ("raise ValueError('\\n'.join(map(str, range(50))))", "more lines in the failing copy"),
    ],
)
def test_what_must_not_be_published_is_not(finished, capsys, code, words):
    said = broken(finished, code, capsys)
    assert words in said
    assert len(said.splitlines()) < 24


def test_a_file_that_is_read_but_not_declared_is_named(finished, capsys):
    finished.entries[0]["reads"] = []
    finished.save()
    assert main(["run"]) == 1
    assert "read, but not named there:  data/reported/figures.csv" in capsys.readouterr().err
    finished.entries[0]["reads"] = ["data/reported/figures.csv", "data/reported/other.csv"]
    finished.save()
    assert main(["run"]) == 1
    assert "did not read:  data/reported/other.csv" in capsys.readouterr().err


def test_what_ran_before_a_failure_stays_done(finished, capsys):
    finished.write("01-first", "base_year: int = 2015", finished.first)
    finished.write("02-second", "reference_year: int = 2017", "1 / 0")
    assert main(["run"]) == 1
    assert "01-first" in ran(capsys)
    assert main(["run"]) == 1
    assert "01-first" not in ran(capsys)


def test_a_killed_run_leaves_the_products_and_is_cleared_up(finished, capsys):
    slow = "Path('started').write_text(''); import time; time.sleep(60)"
    finished.write("02-second", "reference_year: int = 2017", slow)
    before = finished.state()
    run = subprocess.Popen([sys.executable, "-c", RUN], cwd=finished.root)
    started = finished.root / "notebooks/started"
    deadline = time.monotonic() + 60
    while not started.exists() and run.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)

    assert main(["run"]) == 2  # two runs in one checkout do not mix
    assert f"process {run.pid}" in capsys.readouterr().err

    run.kill()
    run.wait()
    started.unlink()
    assert finished.state() == before
    finished.write("02-second", "reference_year: int = 2017", "1")
    assert main(["run"]) == 1
    assert "dropped the unfinished 02-second of an earlier run" in capsys.readouterr().out


def test_an_interrupted_run_stops_its_kernel(finished):
    slow = "Path('started').write_text(str(os.getpid())); import time; time.sleep(60)"
    finished.write("01-first", "base_year: int = 2016", slow)
    run = subprocess.Popen([sys.executable, "-c", RUN], stderr=subprocess.PIPE, text=True)
    started = finished.root / "notebooks/started"
    deadline = time.monotonic() + 60
    while not (started.exists() and started.read_text()) and time.monotonic() < deadline:
        assert run.poll() is None
        time.sleep(0.05)
    run.send_signal(signal.SIGTERM)
    _, said = run.communicate(timeout=30)
    assert run.returncode == 130
    assert said.startswith("Stopped.")
    assert "Traceback" not in said
    with pytest.raises(ProcessLookupError):
        os.kill(int(started.read_text()), 0)


def test_publishing_is_finished_by_the_next_run(tmp_path):
    made_ready(tmp_path, {"data/clean/a.csv": "new", "notebooks/b.ipynb": "new"})
    assert steps.clear_up(tmp_path) == [
        "finished publishing 01-a, which an earlier run was stopped in"
    ]
    assert (tmp_path / "data/clean/a.csv").read_text() == "new"
    assert (tmp_path / "notebooks/b.ipynb").read_text() == "new"


def made_ready(root: Path, texts: dict[str, str]) -> None:
    """Leave what a run leaves that is killed when it begins to publish."""
    for path, text in texts.items():
        (root / "staged" / path).parent.mkdir(parents=True, exist_ok=True)
        (root / "staged" / path).write_text(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "finish", lambda *_: ([], []))
        files.publish(root / "staged", root, root / steps.PUBLISHING / "01-a")


def test_an_edit_after_a_stopped_publishing_is_kept(tmp_path):
    """The new products are moved on, but what somebody wrote meanwhile is nobody's to replace."""
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks/b.ipynb").write_text("old")
    made_ready(tmp_path, {"data/clean/a.csv": "new", "notebooks/b.ipynb": "new"})
    (tmp_path / "notebooks/b.ipynb").write_text("edited")
    assert steps.clear_up(tmp_path)[1:] == ["  but kept notebooks/b.ipynb, which was changed since"]
    assert (tmp_path / "notebooks/b.ipynb").read_text() == "edited"
    assert (tmp_path / "data/clean/a.csv").read_text() == "new"


def test_nothing_in_the_folder_of_publishing_replaces_an_input(tmp_path):
    (tmp_path / "data/reported").mkdir(parents=True)
    (tmp_path / "data/reported/figures.csv").write_text("typed")
    made_ready(tmp_path, {"data/reported/figures.csv": "made", "data/clean/a.csv": "new"})
    stray = tmp_path / steps.PUBLISHING / "01-a/data/clean/stray.csv"
    stray.write_text("from nowhere")
    _, *kept = steps.clear_up(tmp_path)
    assert [words.split()[2] for words in kept] == [
        "data/clean/stray.csv,",
        "data/reported/figures.csv,",
    ]
    assert (tmp_path / "data/reported/figures.csv").read_text() == "typed"
    assert not (tmp_path / "data/clean/stray.csv").exists()
    assert not (tmp_path / steps.PUBLISHING / "01-a").exists()


def test_a_file_with_the_same_bytes_is_not_touched(tmp_path):
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures/a.csv").write_text("same")
    time_before = (tmp_path / "figures/a.csv").stat().st_mtime_ns
    (tmp_path / "staged/figures").mkdir(parents=True)
    (tmp_path / "staged/figures/a.csv").write_text("same")
    (tmp_path / "staged/figures/b.csv").write_text("new")
    changed = files.publish(tmp_path / "staged", tmp_path, tmp_path / "ready")
    assert changed == ["figures/b.csv"]
    assert (tmp_path / "figures/a.csv").stat().st_mtime_ns == time_before


def test_a_notebook_saved_while_it_runs_is_not_overwritten(finished, capsys):
    code = "p = Path('03-third.ipynb'); p.write_text(p.read_text().replace('What?', 'Who?'))"
    finished.write("03-third", "seed: int = 1", code)
    assert main(["run"]) == 1
    assert "was saved while it ran" in capsys.readouterr().err
    assert "Who?" in finished.path("03-third").read_text()


def test_normal_form_drops_every_trace_of_a_run():
    output = {"output_type": "stream", "name": "stdout", "text": ["a\n", "b\n"], "transient": {}}
    cell = {
        "cell_type": "code",
        "source": ["1\n", "2"],
        "metadata": {"papermill": {"duration": 1}, "execution": {}, "tags": ["a"], "scrolled": 1},
        "execution_count": 1,
        "outputs": [output],
    }
    raw = {
        "cells": [cell, cell],
        "metadata": {"papermill": {}, "language_info": {"version": "3.11.7"}, "widgets": {}},
        "nbformat": 4,
        "nbformat_minor": 4,
    }
    done = notebooks.normalise(raw)
    assert notebooks.normalise(done) == done
    text = notebooks.dumps(done)
    assert text == notebooks.dumps(json.loads(text))
    for trace in ("papermill", "3.11.7", 'execution"', "scrolled", "transient", "widgets"):
        assert trace not in text
    assert done["cells"][0]["metadata"] == {"tags": ["a"]}
    assert len({cell["id"] for cell in done["cells"]}) == 2


@pytest.mark.parametrize("known", [False, True])
def test_a_hidden_module_comes_back(monkeypatch, known):
    """Only the imports in the block miss it; whoever asks for it later gets it."""
    name = "rfc3987_syntax"
    monkeypatch.delitem(sys.modules, name, raising=False)
    if known:
        monkeypatch.setitem(sys.modules, name, json)
    with notebooks.quick_imports():
        assert sys.modules[name] is (json if known else None)
    assert sys.modules.get(name, "gone") is (json if known else "gone")


def test_a_file_that_is_no_notebook_is_named(tmp_path):
    for content in ("", "{}", "[]", '{"nbformat": 3, "cells": []}'):
        (tmp_path / "a.ipynb").write_text(content)
        with pytest.raises(ValueError, match="a.ipynb: not a notebook of format 4"):
            notebooks.read_notebook(tmp_path / "a.ipynb")


def test_the_question_is_the_last_heading_above():
    cells = [
        {"cell_type": "markdown", "source": "# One\n\n## Two\n\ntext"},
        {"cell_type": "code", "source": "1"},
        {"cell_type": "markdown", "source": "Just words.\n"},
        {"cell_type": "code", "source": "1"},
    ]
    assert execute.question_above({"cells": cells}, 2) == "Two"
    assert execute.question_above({"cells": cells}, 4) == "Just words."
    assert execute.question_above({"cells": cells}, 1) == ""


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_overwrites_on_a_terminal_only(monkeypatch):
    for ci, stream, lines in (("", Terminal(), True), ("true", Terminal(), False)):
        monkeypatch.setenv("CI", ci)
        progress = Progress(total=1, stream=stream)
        progress.start("01-a")
        progress.cell("01-a", 2, 3)
        progress.done("01-a", 1.26, [])
        assert ("\r" in stream.getvalue()) is lines
        assert stream.getvalue().endswith("01-a  1.3 s\n")
