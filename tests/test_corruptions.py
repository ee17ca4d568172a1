"""Every corruption of what people write gets its answer: refused, judged or accepted.

``make corruptions`` prints the table of them. A refusal names place and remedy, ends with 2,
starts no kernel, changes no file and takes no time.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pandas as pd
import pytest
import small_inputs
from corruptions import ALL
from corruptions.corruption import Corruption

from khtip import tables
from khtip.chapters.sources import claims, conflicts, sums
from khtip.cli import main
from khtip.ledger import statements, validation
from khtip.ledger.declarations import Table
from khtip.ledger.problems import Problem
from khtip.runner import execute

SECONDS = 10
"""A refusal takes milliseconds; this is the end of the patience on a busy machine."""
REPOSITORY = Path(__file__).parents[1]


def _of(answer: str) -> list[Corruption]:
    return [one for one in ALL if one.answer == answer]


def _named(one: Corruption) -> str:
    return f"{one.kind}: {one.name}".encode("ascii", "replace").decode()


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, Path]:
    """Return a project with the ledger, and one with every input table."""
    folder = tmp_path_factory.mktemp("inputs")
    return {wide: small_inputs.make(folder / f"wide-{wide}", wide=wide) for wide in (False, True)}


@pytest.fixture(scope="module")
def cell_problems() -> Callable[..., list[Problem]]:
    """Return the check of one table's cells, which remembers the tables that it has seen.

    It is a pure function, most tables are the same in every case, and it takes most of the time.
    """
    known: dict[tuple, list[Problem]] = {}
    check = validation._cell_problems

    def remembering(frame: pd.DataFrame, table: Table) -> list[Problem]:
        key = (table, tuple(frame.index), tuple(frame.to_numpy().ravel().tolist()))
        if key not in known:
            known[key] = check(frame, table)
        return known[key]

    return remembering


@pytest.fixture
def project(request, templates, cell_problems, tmp_path, monkeypatch) -> Path:
    """Return a copy of the template that the corruption needs, as the current project."""
    root = tmp_path / "project"
    shutil.copytree(templates[request.param.wide], root)
    monkeypatch.setenv("KHTIP_ROOT", str(root))
    monkeypatch.delenv("KHTIP_OUTPUT", raising=False)
    monkeypatch.setenv("KHTIP_WARM", "0")
    monkeypatch.setattr(validation, "_cell_problems", cell_problems)
    monkeypatch.setattr(execute, "execute", lambda *_, **__: pytest.fail("a kernel started"))
    # An administrator may read everything; the answer must be that of an ordinary account.
    allowed = os.access
    monkeypatch.setattr(
        os,
        "access",
        lambda path, mode: allowed(path, mode) and Path(path).stat().st_mode & 0o400 > 0,
    )
    return root


@contextmanager
def in_time() -> Iterator[None]:
    """Fail when the block takes longer than `SECONDS`."""

    def late(number: int, frame: FrameType | None) -> None:
        pytest.fail(f"no answer after {SECONDS} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def parametrized(answer: str) -> pytest.MarkDecorator:
    cases = [pytest.param(one, one, id=_named(one)) for one in _of(answer)]
    return pytest.mark.parametrize(("project", "case"), cases, indirect=["project"])


@parametrized("refused")
def test_it_is_refused_with_place_and_remedy(project, case, capsys):
    case.edit(project)
    before = small_inputs.state(project)
    with in_time():
        status = main(case.command)
    printed = capsys.readouterr()
    said = (printed.out + printed.err).splitlines()
    count = _lines(project, case)
    place = case.place.replace("{last}", count)
    assert [one for one in said if one.strip().startswith(place) and case.words in one], said
    assert status == 2
    assert "Traceback" not in printed.err and len(said) <= 25
    assert max(map(len, said)) < 1500, "a hostile value is cut"
    assert small_inputs.state(project) == before


def _lines(project: Path, case: Corruption) -> str:
    """Return how many lines the file of the place has, where the place asks for the last one."""
    if "{last}" not in case.place:
        return ""
    return str((project / case.place.partition(":")[0]).read_bytes().count(b"\n"))


@parametrized("accepted")
def test_it_is_accepted_where_the_page_says_so(project, case, capsys):
    page = (REPOSITORY / case.place).read_text("utf-8")
    assert case.words in page
    case.edit(project)
    before = small_inputs.state(project)
    with in_time():
        assert main(case.command) == 0
    assert "Every input table is as it should be." in capsys.readouterr().out
    assert small_inputs.state(project) == before


@parametrized("verdict")
def test_it_is_judged(project, case):
    before = _verdict(case)
    case.edit(project)
    assert validation.validate(project) == []
    after = _verdict(case)
    assert before != case.words, "the verdict must come from the corruption"
    assert after == case.words


def _verdict(case: Corruption) -> str:
    """Return the verdict on the statement that the corruption is about."""
    table, statement = case.place.split(" ")
    names = ("measures", "bodies", "scopes", "wordings", "categories", "areas")
    known = {name: validation.read_lookup(name) for name in names}
    parsed = statements.parse(
        validation.read_figures(),
        known["measures"],
        known["bodies"],
        validation.read_sources(),
        wordings=known["wordings"],
        scopes=known["scopes"],
    )
    # as notebook 02 reads them: what 01 wrote, typed again
    if table == "claims":
        found = claims.check_claims(parsed, wordings=known["wordings"])
    elif table == "totals":
        about = {name: known[name] for name in ("categories", "areas", "measures")}
        found = sums.check_totals(parsed, **about)
        found = found[found["dimension"].eq("age_band")]
    else:
        found = conflicts.find_conflicts(parsed, measures=known["measures"])
        about = found["figure_ids"].str.split(";").map(lambda ids: statement in ids)
        rows = found[about & found["kind"].eq("count")]
        return str(rows["verdict"].iloc[0]) if len(rows) else ""
    rows = found[found["figure_id"].eq(statement)]
    return str(rows["verdict"].iloc[0]) if len(rows) else ""


SAMPLE = (
    "in the ledger",
    "a table of 6 MB",
    "nine times nine times nine",
    "two statements",
    "a script",
)


@pytest.mark.parametrize("name", SAMPLE)
def test_the_command_itself_answers_before_a_kernel(name, templates, tmp_path):
    case = next(one for one in _of("refused") if one.name == name)
    root = tmp_path / "a project"
    shutil.copytree(templates[case.wide], root)
    case.edit(root)
    before = small_inputs.state(root)
    command = ["run"] if case.command == ("check-data",) else list(case.command)
    environment = {"KHTIP_ROOT": str(root), "KHTIP_OUTPUT": str(root), "CI": "true"}
    environment["PYTHONDONTWRITEBYTECODE"] = "1"  # byte code is no product, but would be counted
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "khtip", *command],
        cwd=root,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    lines = [one.strip() for one in done.stderr.splitlines()]
    assert [one for one in lines if one.startswith(case.place) and case.words in one], lines
    assert "Traceback" not in done.stderr and not (root / "notebooks/kernel-started").exists()
    assert small_inputs.state(root) == before
    assert time.monotonic() - started < 3 * SECONDS


def test_the_small_projects_are_right(templates):
    for root in templates.values():
        assert validation.validate(root) == []


def test_the_corpus_is_large_and_has_no_case_twice():
    assert len(ALL) >= 150
    names = Counter((one.kind, one.name, one.command) for one in ALL)
    assert [name for name, times in names.items() if times > 1] == []
    assert {one.answer for one in ALL} == {"refused", "verdict", "accepted"}


def test_a_corruption_that_is_no_corruption_is_noticed(templates, tmp_path):
    root = tmp_path / "project"
    shutil.copytree(templates[False], root)
    from corruptions.corruption import FIGURES, replaced

    with pytest.raises(AssertionError, match="changes nothing"):
        replaced(FIGURES, "no such text", "x")(root)


def test_products_are_read_and_written_below_the_project(templates, monkeypatch):
    monkeypatch.setenv("KHTIP_ROOT", str(templates[False]))
    monkeypatch.delenv("KHTIP_OUTPUT", raising=False)
    assert tables.locate("data/clean/first.csv").is_relative_to(templates[False])
