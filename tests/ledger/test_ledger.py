"""The ledger: every mistake in a table is found, all at once, with its place and its remedy."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from khtip.ledger import rules as ledger_rules
from khtip.ledger import validation
from khtip.ledger.problems import SHOWN, DataProblems, Problem, did_you_mean, plain_number, shown

ROOT = Path(__file__).parents[2]
FIGURES = "data/reported/figures.csv"
SOURCES = "data/reported/sources.csv"
UNODC = "data/context/unodc.csv"
AREAS = "data/lookups/areas.csv"
KEPT = 40


def small_project(root: Path) -> Path:
    """Make a project of the real declarations and lookups, and the first rows of the rest."""
    shutil.copytree(ROOT / "data" / "lookups", root / "data" / "lookups")
    package = json.loads((ROOT / "data" / "datapackage.json").read_text("utf-8"))
    left_out = ("context-wdi", "context-gsi", "context-tip", "context-mig", "context-cou")
    left_out += ("lookups-terms", "lookups-contacts", "clean-", "results-")
    package["resources"] = [
        one for one in package["resources"] if not one["name"].startswith(left_out)
    ]
    (root / "data" / "datapackage.json").write_text(json.dumps(package) + "\n", "utf-8")
    declared = {f"data/{one['path']}" for one in package["resources"]}
    for folder in ("reported", "context"):
        (root / "data" / folder).mkdir()
        for file in (ROOT / "data" / folder).glob("*.csv"):
            whole = "sources" in file.stem
            lines = file.read_text("utf-8").splitlines(keepends=True)
            text = "".join(lines if whole else lines[: KEPT + 1])
            (root / "data" / folder / file.name).write_text(text, "utf-8")
    for file in root.glob("data/*/*.csv"):
        if file.relative_to(root).as_posix() not in declared:
            file.unlink()
    return root


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return small_project(tmp_path / "project")


def cells(root: Path, file: str) -> list[list[str]]:
    with (root / file).open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def write(root: Path, file: str, rows: list[list[str]]) -> None:
    with (root / file).open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(rows)


def change(root: Path, file: str, line: int, column: str, value: str) -> None:
    rows = cells(root, file)
    rows[line - 1][rows[0].index(column)] = value
    write(root, file, rows)


def test_the_published_tables_are_right():
    assert validation.validate(ROOT) == []
    assert validation.check_tables(ROOT) > 2500


def test_a_check_does_not_load_what_makes_data_up():
    """Pandera would import hypothesis, which takes longer than the check."""
    code = (
        "import sys; from khtip.ledger import validation; validation.check_tables(); "
        "sys.exit('hypothesis' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_small_project_is_right(project):
    assert validation.validate(project) == []


# line 2 is the first row of figures.csv (159 cases in 2017), line 4 the claim of 72.82 per cent
CELLS = [
    (2, "value", "1,234", "write '1234'"),
    (2, "value", "１２３", "write '123'"),
    (2, "value", "១២៣", "write '123'"),
    (2, "value", "1_000", "write '1000'"),
    (2, "value", " 12 ", "write '12'"),
    (2, "value", "0159", "rewrite the cell in that form"),
    (2, "value", "1e3", "rewrite the cell in that form"),
    (2, "value", "nan", "rewrite the cell in that form"),
    (2, "value", "-159", "a measure of change"),
    (2, "value", "159.5", "counts have no decimals"),
    (2, "value", "", "fill the cell"),
    (4, "value", "-172", "correct the percentage"),
    (4, "value", "<5", "write the number that is printed"),
    (2, "period_end", "2016-12-31", "exchange the two dates"),
    (33, "period_end", "2017-01-31", "end the period at the day"),
    (2, "period_end", "2017-02-30", "correct the date"),
    (2, "period_end", "31/12/2017", "rewrite the cell in that form"),
    (2, "period_end", "២០១៧-១២-៣១", "rewrite the cell in that form"),
    (2, "period_start", "1907-01-01", "correct the year"),
    (3, "figure_id", "ppp-2018-ncct-annual-001", "a key of its own"),
    (2, "figure_id", "kt-2018-001", "write 'ppp-2018-ncct-annual-001'"),
    (2, "source_id", "ppp-2018-ncct-anual", "did you mean 'ppp-2018-ncct-annual'?"),
    (2, "ref_area", "KHN", "add it to data/lookups/areas.csv"),
    (2, "ref_area", "Cambodia", "use a code of data/lookups/areas.csv"),
    (2, "measure", "case", "did you mean 'cases'?"),
    (2, "measure", "percent_changes", "did you mean 'percent_change'?"),
    (2, "reporting_body", "N.C.C.T.", "did you mean 'NCCT'?"),
    (2, "crime_scope", "traficking", "did you mean 'trafficking'?"),
    (2, "qualifier", "exactly", "did you mean 'exact'?"),
    (2, "unit", "persons", "use one of the values named"),
    (2, "unit", "percent", "write 'count'"),
    (2, "locator", "third page", "rewrite the cell in that form"),
    (2, "base_measure", "cases", "empty the cell"),
    (4, "base_measure", "", "name the measure whose change is claimed"),
    (4, "base_measure", "casses", "did you mean 'cases'?"),
    (4, "base_period_end", "", "give both days"),
    (4, "base_period_end", "2015-01-01", "exchange the two dates"),
    (9, "category", "", "fill both for a part"),
    (9, "category", "15-18", "add it to data/lookups/categories.csv"),
    (9, "dimension", "age_bands", "did you mean 'age_band'?"),
    (14, "category", "VTN", "add it to data/lookups/areas.csv"),
    (2, "unit_words", "cases, victims", "rewrite the cell in that form"),
    (2, "note", "=HYPERLINK(A1)", "begin with a letter"),
    (2, "note", "+855", "begin with a letter"),
    (2, "note", "@import", "begin with a letter"),
    (2, "note", "a\u202eb", "delete the invisible character U+202E"),
    (2, "note", "a\u200bb", "delete the invisible character U+200B"),
    (2, "note", "a\tb", "delete the invisible character U+0009"),
]
OTHER_TABLES = [
    (SOURCES, 2, "published_date", "2018-02-31", "correct the date"),
    (SOURCES, 2, "published_date", "20 January 2017", "rewrite the cell in that form"),
    (SOURCES, 2, "url", "phnompenhpost.com", "rewrite the cell in that form"),
    (SOURCES, 3, "source_id", "ppp-2018-ncct-annual", "a key of its own"),
    (UNODC, 2, "value", "< 5", "rewrite the cell in that form"),
    (UNODC, 2, "value", "12.5", "rewrite the cell in that form"),
    (UNODC, 2, "ref_area", "XXX", "add it to data/lookups/areas.csv first"),
    (UNODC, 2, "context_source_id", "ctx-99", "data/context/sources.csv"),
    (AREAS, 3, "level", "state", "use one of the values named"),
    (AREAS, 3, "parent", "WRL", "add it to data/lookups/areas.csv"),
    ("data/lookups/bodies.csv", 2, "preferred_measures", "cases;arrest", "did you mean 'arrests'?"),
    ("data/lookups/measures.csv", 2, "hxl_tag", "indicator", "rewrite the cell in that form"),
    ("data/lookups/breaks.csv", 2, "source_id", "nobody", "add it to data/reported/sources.csv"),
]


@pytest.fixture(scope="module")
def all_at_once(tmp_path_factory) -> list[tuple[int, list[str]]]:
    """Return, for each of `CELLS`, its line and what is said: one table holds all mistakes."""
    root = small_project(tmp_path_factory.mktemp("ledger") / "project")
    rows = cells(root, FIGURES)
    places = []
    for number, (line, column, value, _) in enumerate(CELLS):
        copy = dict(zip(rows[0], rows[line - 1], strict=True))
        copy |= {"figure_id": f"{copy['source_id']}-{500 + number}", "locator": str(500 + number)}
        rows.append(list((copy | {column: value}).values()))
        places.append(len(rows))
    write(root, FIGURES, rows)
    told = [str(problem) for problem in validation.validate(root)]
    return [(at, [one for one in told if one.startswith(f"{FIGURES}:{at}:")]) for at in places]


@pytest.mark.parametrize("number", range(len(CELLS)), ids=lambda n: f"{CELLS[n][1]}-{CELLS[n][3]}")
def test_a_wrong_cell_is_named(all_at_once, number):
    _, column, _, remedy = CELLS[number]
    line, told = all_at_once[number]
    hidden = "invisible" in remedy  # a line, not a cell, is searched for what nobody sees
    place = f"{FIGURES}:{line}:" if hidden else f"{FIGURES}:{line}: column '{column}':"
    assert [one for one in told if one.startswith(place) and remedy in one], told


@pytest.mark.parametrize(("file", "line", "column", "value", "remedy"), OTHER_TABLES)
def test_a_wrong_cell_of_another_table_is_named(project, file, line, column, value, remedy):
    change(project, file, line, column, value)
    told = [str(problem) for problem in validation.validate(project)]
    place = f"{file}:{line}: column '{column}':"
    assert [one for one in told if one.startswith(place) and remedy in one], told


def header(old: str, new: str):
    return lambda text: text.replace(old, new, 1)


def row(change):
    def edit(text: str) -> str:
        lines = text.split("\n")
        lines[2] = change(lines[2])
        return "\n".join(lines)

    return edit


FILES = [
    ("missing column", header(",unit_words", ""), 1, "add the column 'unit_words' after 'unit'"),
    ("unknown column", header(",unit_words", ",unitwords"), 1, "did you mean 'unit_words'?"),
    ("columns exchanged", header("value,qualifier", "qualifier,value"), 1, "put the columns in"),
    ("over-long row", row(lambda line: line + ",more"), 3, "write text that holds a comma"),
    ("short row", row(lambda line: line.rpartition(",")[0]), 3, "complete the row"),
    ("blank line", row(lambda line: "\n" + line), 3, "complete the row"),
    ("open quotation", row(lambda line: line + '"never closed'), 3, "close the quotation mark"),
    ("empty file", lambda text: "", 1, "restore the file: it is empty"),
    ("only a header", lambda text: text.split("\n")[0] + "\n", 2, "only a header is left"),
    ("cut file", lambda text: text[: text.index("72.82")], 4, "check that the last row is whole"),
    ("Windows line ends", lambda text: text.replace("\n", "\r\n"), 1, "line ends LF"),
    ("byte order mark", lambda text: "\ufeff" + text, 1, "without a byte order mark"),
    ("NUL", row(lambda line: line + "\x00"), 3, "save the file as UTF-8"),
]


@pytest.mark.parametrize(("name", "edit", "line", "remedy"), FILES, ids=[one[0] for one in FILES])
def test_a_broken_file_is_named(project, name, edit, line, remedy):
    path = project / FIGURES
    path.write_bytes(edit(path.read_text("utf-8")).encode("utf-8"))
    told = [str(problem) for problem in validation.validate(project)]
    assert [one for one in told if one.startswith(f"{FIGURES}:{line}:") and remedy in one], told


@pytest.mark.parametrize("name", ["breaks", "headlines", "plausibility"])
def test_a_table_of_choices_may_be_empty(project, name):
    path = project / f"data/lookups/{name}.csv"
    path.write_text(path.read_text("utf-8").splitlines()[0] + "\n", "utf-8")
    assert validation.validate(project) == []


@pytest.mark.parametrize("encoding", ["latin-1", "cp874", "utf-16"])
def test_another_encoding_is_named(project, encoding):
    text = "source_id,publisher\nx,\xa9\n"
    (project / SOURCES).write_bytes(text.encode(encoding, errors="replace") + b"\xe9\n")
    assert "save the file as UTF-8" in str(validation.validate(project)[0])


def test_a_missing_file_and_a_broken_package_are_named(project):
    (project / SOURCES).unlink()
    assert [one for one in validation.validate(project) if one.file == SOURCES and not one.line]
    (project / "data" / "datapackage.json").write_text("{\n", "utf-8")
    with pytest.raises(DataProblems, match="datapackage.json:"):
        validation.validate(project)


def test_all_problems_of_all_tables_come_at_once(project):
    change(project, FIGURES, 2, "value", "1,234")
    change(project, FIGURES, 30, "measure", "victim_repatriated")
    change(project, SOURCES, 5, "language", "english")
    change(project, UNODC, 7, "year", "２０１４")
    change(project, AREAS, 3, "m49", "36")
    (project / "data/context/unodc_statements.csv").write_bytes(b"")
    found = {(one.file, one.line, one.column) for one in validation.validate(project)}
    wanted = {(FIGURES, 2, "value"), (FIGURES, 30, "measure"), (SOURCES, 5, "language")}
    wanted |= {(UNODC, 7, "year"), (AREAS, 3, "m49"), ("data/context/unodc_statements.csv", 1, "")}
    assert wanted == found


def test_a_worded_number_needs_its_words(project):
    change(project, FIGURES, 4, "qualifier", "worded")
    (problem,) = validation.validate(project)
    assert problem.column == "wording" and "as printed" in problem.remedy
    change(project, FIGURES, 4, "wording", "nearly double")
    assert "did you mean 'nearly doubled'?" in str(validation.validate(project)[0])


def test_lines_are_those_of_an_editor_even_behind_a_line_break_in_a_cell(project):
    rows = cells(project, FIGURES)
    rows[1][-1] = "first line\nsecond line"
    rows[5][rows[0].index("value")] = "1,234"
    write(project, FIGURES, rows)
    (problem,) = validation.validate(project)
    assert (problem.line, problem.value) == (7, "1,234")


def test_a_statement_typed_twice_is_found(project):
    rows = cells(project, FIGURES)
    rows.append(["ppp-2018-ncct-annual-099", *rows[1][1:]])
    write(project, FIGURES, rows)
    (problem,) = validation.validate(project)
    assert problem.expected == "a row unlike line 2"


def test_nothing_is_written_and_the_message_fits_one_screen(project, monkeypatch):
    for line in range(2, KEPT):
        change(project, FIGURES, line, "value", f"1,{100 + line}")
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    monkeypatch.setenv("KHTIP_OUTPUT", str(project))
    with pytest.raises(DataProblems) as caught:
        validation.check_tables(project)
    assert before == {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    lines = str(caught.value).splitlines()
    assert len(lines) == SHOWN + 2
    assert "nothing was written" in lines[0]
    assert lines[-1].startswith(f"  … and {len(caught.value.problems) - SHOWN} more")


def test_readers_refuse_a_broken_file(project, monkeypatch):
    monkeypatch.setenv("KHTIP_ROOT", str(project))
    assert list(validation.read_figures()["value"])[:2] == ["159", "92"]
    assert len(validation.read_lookup("measures")) > 60
    (project / SOURCES).write_bytes(b"source_id,publisher\na,b,c\n")
    with pytest.raises(DataProblems, match="sources.csv:2: value '3 cells'"):
        validation.read_sources()
    with pytest.raises(DataProblems, match="expected the file to exist"):
        validation.read_lookup("measure")


def test_rules_name_every_column():
    rules = validation.rules().set_index(["table", "column"])["rule"]
    assert rules[(FIGURES, "measure")] == "a code of data/lookups/measures.csv"
    assert rules[(FIGURES, "note")] == "free text"
    assert rules[(FIGURES, "unit")] == "one of: count, percent, per_100000, usd"


def test_without_lookups_the_other_rules_still_hold(project):
    (project / "data/lookups/measures.csv").write_bytes(b"")
    change(project, FIGURES, 2, "value", "-159")
    found = {(one.file, one.line) for one in validation.validate(project)}
    assert found == {("data/lookups/measures.csv", 1), (FIGURES, 2)}


def test_words_of_problems():
    problem = Problem("a.csv", 3, "value", "1,234", "a plain number", "write '1234'")
    assert str(problem) == (
        "a.csv:3: column 'value': value '1,234' — expected a plain number; mend: write '1234'"
    )
    alike = [Problem("a.csv", line, "measure", "case", "a code", "add it") for line in (9, 3, 5)]
    assert str(DataProblems(alike)).splitlines()[1:] == [f"  {alike[1]} (and in 2 more lines)"]
    assert shown("a\u202eb") == "'a\\u202eb'"
    assert shown("x" * 99).endswith("…'")
    assert did_you_mean("qqqq", ["cases"]) == ""
    assert plain_number("-1 234.5") == "-1234.5"
    assert ledger_rules.unique_problems(validation.pd.DataFrame(), "a.csv", ()) == []
