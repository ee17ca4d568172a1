"""Notebooks that are no notebooks, and cells that do what no cell may do."""

import copy
import json
import time

import pytest
from sweepable import khtip

from khtip.cli import main
from khtip.runner import execute, notebooks

CELLS = [
    {"cell_type": "markdown", "id": "a", "metadata": {"tags": ["x"]}, "source": ["# A\n"]},
    {
        "cell_type": "code",
        "id": "b",
        "metadata": {},
        "source": "1",
        "execution_count": 1,
        "outputs": [
            {"output_type": "stream", "name": "stdout", "text": ["1\n"]},
            {"output_type": "execute_result", "data": {"text/plain": "1"}, "metadata": {}},
            {"output_type": "error", "ename": "E", "evalue": "x", "traceback": ["x"]},
        ],
    },
]
NOTEBOOK = {"cells": CELLS, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def places(value: object, way: tuple = ()):
    """Yield the way to every value in nested data."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in items:
        yield (*way, key)
        if isinstance(inner, dict | list):
            yield from places(inner, (*way, key))


def with_value(way: tuple, value: object) -> dict:
    changed = copy.deepcopy(NOTEBOOK)
    inner = changed
    for key in way[:-1]:
        inner = inner[key]
    inner[way[-1]] = value
    return changed


@pytest.mark.parametrize("way", list(places(NOTEBOOK)), ids=str)
@pytest.mark.parametrize("value", [7, True, None, "x", [], [7], {}, {"tags": 7}], ids=repr)
def test_another_kind_of_value_is_refused_or_does_no_harm(tmp_path, way, value):
    """In every place of a notebook: the only error that may come is the one that names the file."""
    path = tmp_path / "01-a.ipynb"
    path.write_text(json.dumps(with_value(way, value)))
    try:
        notebook = notebooks.read_notebook(path)
    except notebooks.NotANotebook as refused:
        assert str(refused).startswith(f"{path}: not a notebook of format 4")
        return
    notebooks.source_digest(notebook)
    notebooks.output_digest(notebook)
    list(notebooks.complaints(notebooks.normalise(notebook)))
    notebooks.dumps(notebooks.normalise(execute.without_injected(notebook)))


@pytest.mark.parametrize(
    ("way", "place"),
    [
        (("cells", 1, "source"), "'source' of cell 2"),
        (("cells", 1, "outputs", 0, "text"), "'outputs' of cell 2"),
        (("cells", 0, "metadata", "tags"), "'metadata' of cell 1"),
        (("cells", 0), "cell 1"),
    ],
)
def test_the_place_is_named(tmp_path, way, place):
    (tmp_path / "a.ipynb").write_text(json.dumps(with_value(way, 7)))
    with pytest.raises(notebooks.NotANotebook, match=f"The first place that is not: {place}"):
        notebooks.read_notebook(tmp_path / "a.ipynb")


def test_brackets_without_end_are_refused(tmp_path):
    (tmp_path / "a.ipynb").write_text("[" * 100_000)
    with pytest.raises(notebooks.NotANotebook, match="not a notebook of format 4"):
        notebooks.read_notebook(tmp_path / "a.ipynb")


def test_a_merge_that_git_could_not_finish_is_told_as_such(finished, capsys):
    path = finished.path("01-first")
    path.write_text(f"<<<<<<< HEAD\n{path.read_text()}\n=======\n{{}}\n>>>>>>> other\n")
    assert main(["run"]) == 1
    said = capsys.readouterr().err
    assert "01-first.ipynb: holds the marks of a merge" in said
    assert "git checkout --ours" in said
    assert "Traceback" not in said


def test_two_cells_of_parameters_are_refused(finished, capsys):
    notebook = json.loads(finished.path("02-second").read_text())
    second = notebook["cells"][2] | {"id": "again", "source": "reference_year: int = 2013"}
    notebook["cells"].insert(3, second)
    finished.path("02-second").write_text(json.dumps(notebook))
    for words, status in ((["-p", "reference_year=2019"], 2), ([], 1)):
        assert main(["run", *words]) == status
        assert "two cells are tagged 'parameters'" in capsys.readouterr().err
    assert not (finished.root / "runs/reference_year=2019").exists()


@pytest.mark.parametrize(
    "code",
    [
        "Path('../data/reported/figures.csv').write_text('id')",
        "open('../data/reported/figures.csv', 'r+')",
        "os.remove('../data/reported/figures.csv')",
        "os.replace('../data/reported/other.csv', '../data/reported/figures.csv')",
        "Path('x').write_text('x'); os.rename('x', '../data/reported/figures.csv')",
        "os.truncate('../data/reported/figures.csv', 0)",
        "import shutil; shutil.rmtree('../data/reported')",
        "Path('../notebooks/pipeline.yml').write_bytes(b'')",
    ],
)
def test_a_cell_cannot_change_what_people_write(finished, capsys, code):
    inputs = [finished.root / "data/reported/figures.csv", finished.root / "notebooks/pipeline.yml"]
    before = [path.read_bytes() for path in inputs]
    finished.write("03-third", "seed: int = 1", code)
    assert main(["run"]) == 1
    said = capsys.readouterr().err
    assert "PermissionError: a notebook may not change" in said
    assert "people write it" in said
    assert [path.read_bytes() for path in inputs] == before


# Long lines.


def ends(code: str, project, capsys) -> str:
    """Run with `code` in 03 within a time that a quadratic pattern would not keep."""
    project.write("03-third", "seed: int = 1", code)
    start = time.monotonic()
    status = main(["run"])
    assert time.monotonic() - start < 60
    captured = capsys.readouterr()
    return f"{status} {captured.out}{captured.err}"


def printed(project) -> str:
    outputs = notebooks.read_notebook(project.path("03-third"))["cells"][5]["outputs"]
    return "".join(notebooks.text(one.get("text") or one["data"]["text/plain"]) for one in outputs)


@pytest.mark.parametrize(
    "code",
    [
        "print('x' * 500_000)",
        "'x' * 500_000",
        "for _ in range(500):\n    print('x' * 1_000, end='', flush=True)",
    ],
)
def test_a_long_line_is_cut_and_the_output_says_so(finished, capsys, code):
    assert ends(code, finished, capsys).startswith("0 ")
    (line,) = printed(finished).splitlines()
    assert len(line) < notebooks.LONGEST + 100
    assert line.endswith("more signs of this line are left out")
    assert main(["run"]) == 0
    assert "Nothing changed" in capsys.readouterr().out


def test_a_long_error_ends_the_run_with_one_screen(finished, capsys):
    said = ends("raise ValueError('x' * 500_000)", finished, capsys)
    assert said.startswith("1 ")
    assert "03-third failed in cell 6 of 7" in said
    assert "more signs of this line are left out" in said
    assert len(said) < 5_000


def test_the_limit_of_a_cell_holds_while_it_prints(finished, capsys, monkeypatch):
    monkeypatch.setenv(execute.CELL_TIMEOUT, "2")
    code = "while True:\n    print('x' * 1_000, end='')"
    assert "ran for more than 2 s" in ends(code, finished, capsys)


@pytest.mark.parametrize(
    ("pieces", "shown"),
    [
        (["a\n", "b\n"], "a\nb\n"),
        (["10 %\r", "20 %\r", "done\n"], "done\n"),
        (["kept\r\n"], "kept\r\n"),
        (["over\r"], "over\r"),
        (["x" * (notebooks.LONGEST + 3)], "x" * notebooks.LONGEST + notebooks.cut("abc", 0)[0:]),
    ],
)
def test_streams_are_joined_as_a_terminal_shows_them(pieces, shown):
    stream = [{"output_type": "stream", "name": "stdout", "text": piece} for piece in pieces]
    other = {"output_type": "display_data", "data": {}, "metadata": {}}
    cell = CELLS[1] | {"outputs": [stream[0], other, *stream[1:]]}
    made = notebooks.normalise(NOTEBOOK | {"cells": [cell]})
    first, second = made["cells"][0]["outputs"]
    assert second["output_type"] == "display_data"
    assert first["text"] == shown
    assert notebooks.normalise(made) == made


# Surroundings of a kernel.


@pytest.mark.parametrize("warm", ["0", "1"])
def test_assertions_count_also_where_python_would_leave_them_out(finished, warm):
    finished.write("03-third", "seed: int = 1", "assert False, 'wrong'")
    run = khtip(finished, "run", PYTHONOPTIMIZE="1", KHTIP_WARM=warm)
    assert run.returncode == 1
    assert "AssertionError: wrong" in run.stderr


def test_another_kernel_of_the_same_name_is_not_taken(finished, tmp_path_factory):
    folder = tmp_path_factory.mktemp("jupyter")
    (folder / "kernels/python3").mkdir(parents=True)
    spec = {"argv": ["false"], "display_name": "Python 3", "language": "python"}
    (folder / "kernels/python3/kernel.json").write_text(json.dumps(spec))
    run = khtip(finished, "run", "--force", JUPYTER_PATH=str(folder))
    assert (run.returncode, run.stderr) == (0, "")


def test_a_long_name_of_the_temporary_folder_is_no_hindrance(finished, tmp_path_factory):
    folder = tmp_path_factory.mktemp("t") / ("long" * 40)
    folder.mkdir()
    run = khtip(finished, "run", "--force", TMPDIR=str(folder))
    assert (run.returncode, run.stderr) == (0, "")
