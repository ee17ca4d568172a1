"""Every notebook over ledgers that chance changes, and that the harness sees what is wrong.

Three seeds here, about a minute on one core; more of them with ``make other-data``.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from random import Random

import nbformat
import pandas as pd
import pytest
from other_data import changes, edits, invariants, larger, project, seeds

from khtip.ledger import validation

ROOT = Path(__file__).parents[1]
OURS = project.read()


@pytest.mark.parametrize("seed", range(3))
def test_no_ledger_stops_a_notebook(seed):
    one = seeds.attempt(seed, twin=seed == 0)
    assert one.good, str(one)


# The changes.


@pytest.mark.parametrize("seed", range(1000, 1008))
def test_what_is_drawn_is_valid_and_can_be_drawn_again(seed, tmp_path):
    one, other = project.copied(OURS), project.copied(OURS)
    assert changes.drawn(one, seed) == changes.drawn(other, seed)
    assert all(one[name].equals(other[name]) for name in one)
    assert validation.validate(project.place(one, tmp_path / "project")) == []


@pytest.mark.parametrize(
    "change", [*changes.CHANGES, *changes.NARROW], ids=lambda one: one.__name__
)
def test_every_change_changes_something_and_leaves_a_valid_ledger(change, tmp_path):
    tables = project.copied(OURS)
    said = change(tables, Random(1))
    assert not all(tables[name].equals(OURS[name]) for name in tables), said
    assert validation.validate(project.place(tables, tmp_path / "project")) == []


def test_disorder_keeps_every_row():
    other = seeds.disordered(OURS, 1)
    for name, table in other.items():
        back = table.replace(f"^{seeds.MARK}", "", regex=True)
        rows = [sorted(map(tuple, frame.to_numpy())) for frame in (back, OURS[name])]
        assert rows[0] == rows[1], name
    assert not other["reported/figures"].equals(OURS["reported/figures"])


# The run.


def test_a_stop_is_told_with_its_place_and_the_next_one_too(tmp_path):
    root = project.place(OURS, tmp_path / "project")
    file = next((root / "notebooks").glob("00-*.ipynb"))
    notebook = nbformat.read(file, as_version=4)
    code = [number for number, cell in enumerate(notebook["cells"]) if cell["cell_type"] == "code"]
    first, second = code[:2]
    notebook["cells"][first]["source"] = "planted = 1 / 0"
    notebook["cells"][second]["source"] = "planted\nint('planted')"
    last = notebook["cells"][code[2]]
    last["source"] = "int('planted')"
    nbformat.write(notebook, file)
    stops = project.run(root, only=["00"])
    told = [(stop.cell, stop.error.splitlines()[-1].split(":")[0]) for stop in stops]
    assert told[0] == (first + 1, "ZeroDivisionError")
    assert (second + 1, "NameError") not in told, "it follows from the first"
    assert (code[2] + 1, "ValueError") in told


def test_a_ledger_that_is_refused_does_not_run(tmp_path):
    tables = project.copied(OURS)
    tables["reported/figures"].loc[0, "value"] = "many"
    with pytest.raises(ValueError, match="many"):
        project.run(project.place(tables, tmp_path / "project"))


# The invariants, on what is committed and with mistakes planted there.


def test_our_own_products_hold():
    assert invariants.broken(ROOT, OURS) == []


@pytest.fixture(scope="module")
def committed(tmp_path_factory) -> Path:
    """Return a copy of the tables and figures, to be copied again."""
    folder = tmp_path_factory.mktemp("products")
    for name in ("clean", "results"):
        shutil.copytree(ROOT / "data" / name, folder / "data" / name)
    (folder / "figures").mkdir()
    for path in [*ROOT.glob("figures/[0-9]*.csv"), *ROOT.glob("figures/[0-9]*.json")]:
        shutil.copy(path, folder / "figures")
    return folder


def planted(path: str, column: str, value: str, where: str = "index == 0"):
    """Return a mistake: another value in the first row of a table for which something holds."""

    def plant(folder: Path) -> None:
        table = pd.read_csv(folder / path, dtype=str, keep_default_na=False)
        row = table.query(where).index[0]
        table.loc[row, column] = value
        table.to_csv(folder / path, index=False)

    return plant


def gap(folder: Path) -> None:
    """Let the words of a figure hold what no number is."""
    path = next(folder.glob("figures/03-series.json"))
    card = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(card | {"alt": "A chart: nan in 2015."}), "utf-8")


MISTAKES = {
    "a number that was not printed": planted("data/clean/observations.csv", "printed", "7"),
    "an interval turned round": planted("data/clean/observations.csv", "high", "-1"),
    "a missing number as zero": planted("data/clean/observations.csv", "value", "0"),
    "an unknown statement": planted("data/clean/claims.csv", "figure_id", "nobody-001"),
    "a finding on nothing": planted("data/results/findings-03.csv", "sources", ""),
    "a finding without words": planted("data/results/findings-03.csv", "sentence", ""),
    "a sentence with a gap": planted("data/results/findings-03.csv", "sentence", "It is nan."),
    "a sentence with a code": planted("data/results/findings-03.csv", "sentence", "All of x_y."),
    "a residual that is none": planted(
        "data/clean/totals.csv", "residual", "77", "check == 'parts'"
    ),
    "a span turned round": planted("data/clean/conflicts.csv", "lowest", "1000000"),
    "a share above one": planted("data/results/compositions.csv", "share", "1.2"),
    "words with a gap": gap,
    "another number drawn": planted("figures/03-series.csv", "value", "160"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_planted_mistake_breaks_an_invariant(mistake, committed, tmp_path):
    folder = tmp_path / "products"
    shutil.copytree(committed, folder)
    if mistake == "a finding on nothing":
        planted("data/results/findings-03.csv", "figure_ids", "")(folder)
    MISTAKES[mistake](folder)
    assert invariants.broken(folder, OURS) != []


@pytest.mark.parametrize(
    ("edit", "same"),
    [
        (lambda text: text, True),
        (lambda text: "\n".join([text.splitlines()[0], *reversed(text.splitlines()[1:])]), True),
        (lambda text: text.replace("ppp-2018", f"{seeds.MARK}ppp-2018"), True),
        (lambda text: text.replace(",159,", ",160,"), False),
        (lambda text: text.rpartition("\n")[0].rpartition("\n")[0] + "\n", False),
    ],
    ids=["as it is", "rows turned round", "ids marked", "another number", "a row less"],
)
def test_two_runs_may_differ_in_order_and_ids_alone(edit, same, committed, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(committed, other)
    table = other / "data/clean/observations.csv"
    table.write_text(edit(table.read_text("utf-8")), "utf-8")
    assert (invariants.differences(committed, other, seeds.MARK) == []) is same


def test_a_product_that_one_run_did_not_make_is_told(committed, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(committed, other)
    (other / "data/clean/claims.csv").unlink()
    assert invariants.differences(committed, other, seeds.MARK) == [
        "data/clean/claims.csv: only one of the runs made it"
    ]


# The edits.


def test_an_edit_that_finds_no_row_fails():
    with pytest.raises(AssertionError, match="no row to change"):
        tables = project.copied(OURS)
        edits.change(tables, edits.where(tables, measure="nothing"), value="1")


def test_added_statements_get_the_next_numbers():
    tables = project.copied(OURS)
    name = edits.source(tables)
    ids = edits.state(tables, name, edits.whole(2017) | {"value": 1}, {"value": 2})
    assert ids == [f"{name}-001", f"{name}-002"]
    assert edits.state(tables, name, {"value": 3}) == [f"{name}-003"]


# Larger ledgers.


@pytest.mark.parametrize("kind", larger.KINDS)
def test_a_larger_ledger_is_valid_and_so_many_times_as_large(kind, tmp_path):
    tables = larger.larger(OURS, kind, 4)
    figures = tables["reported/figures"]
    assert len(figures) == 4 * len(OURS["reported/figures"])
    assert figures["figure_id"].is_unique
    assert validation.validate(project.place(tables, tmp_path / "project")) == []
