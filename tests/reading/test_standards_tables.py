"""Exports of the observations: SDMX names, HXL hashtags, and no cell that a spreadsheet runs."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import hxl
import pandas as pd
import pytest
import sdmx
from hypothesis import given
from hypothesis import strategies as st

from khtip import files
from khtip.cli import main
from khtip.ledger.problems import DataProblems
from khtip.reading import folders
from khtip.reading.exports import interchange, writing

ROOT = Path(__file__).parents[2]
OBSERVATIONS = pd.read_csv(ROOT / writing.OBSERVATIONS, dtype=str, keep_default_na=False)
AREAS = pd.read_csv(ROOT / writing.AREAS, dtype=str, keep_default_na=False)
COMMITTED = sorted([*(ROOT / "data").rglob("*.csv"), *(ROOT / "figures").glob("*.csv")])

# SDMX.

TIME = re.compile(
    r"(?P<year>\d{4})(-(?P<part>[SQ])(?P<number>\d)|-(?P<month>\d\d)(-(?P<day>\d\d))?)?"
    r"(/P(?P<length>\d+)(?P<step>[DM]))?"
)
IDENTIFIER = re.compile(r"[A-Za-z0-9_@$-]+")
STATUSES = {"A": "normal value", "U": "low reliability", "Q": "missing value; suppressed"}


def first_of_month(year: int, month: int) -> date:
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def days_of(text: str) -> tuple[date, date]:
    """Read an SDMX time period back, written apart from the code that makes it."""
    found = TIME.fullmatch(text)
    assert found, text
    year, part, number = int(found["year"]), found["part"], int(found["number"] or 0)
    if part:
        months = {"S": 6, "Q": 3}[part]
        start = first_of_month(year, (number - 1) * months + 1)
        return start, first_of_month(year, number * months + 1) - timedelta(days=1)
    start = date(year, int(found["month"] or 1), int(found["day"] or 1))
    if found["step"] == "D":
        return start, start + timedelta(days=int(found["length"]) - 1)
    if found["step"] == "M":
        after = first_of_month(year, start.month + int(found["length"])).replace(day=start.day)
        return start, after - timedelta(days=1)
    if found["day"]:
        return start, start
    months = 1 if found["month"] else 12
    return start, first_of_month(year, start.month + months) - timedelta(days=1)


@pytest.fixture(scope="module")
def statements() -> pd.DataFrame:
    return writing.sdmx_table(ROOT)


def test_sdmx_columns_stand_in_the_order_of_the_format(statements):
    columns = list(statements)
    assert columns[:3] == ["STRUCTURE", "STRUCTURE_ID", "ACTION"]
    places = [columns.index(one) for one in ("TIME_PERIOD", "OBS_VALUE", "OBS_STATUS")]
    assert places == sorted(places)
    assert all(re.fullmatch(r"[A-Z][A-Z_]*", column) for column in columns)
    assert set(statements["STRUCTURE"]) == {"dataflow"}
    assert set(statements["ACTION"]) == {"I"}
    (structure,) = set(statements["STRUCTURE_ID"])
    assert re.fullmatch(r"[A-Z]+:[A-Z_]+\(\d+\.\d+\.\d+\)", structure)


def test_sdmx_has_one_row_a_statement_and_keeps_every_value(statements):
    assert list(statements["STATEMENT"]) == list(OBSERVATIONS["figure_id"])
    assert not statements.duplicated(list(interchange.DIMENSIONS)).any()
    assert list(statements["OBS_VALUE"]) == list(OBSERVATIONS["value"])
    assert list(statements["PRINTED"]) == list(OBSERVATIONS["printed"])


def test_sdmx_codes_are_identifiers_and_dimensions_are_never_empty(statements):
    for column in (*interchange.DIMENSIONS, "OBS_STATUS", "UNIT_MEASURE", "QUALIFIER"):
        assert (statements[column] != "").all(), column
        if column != "TIME_PERIOD":
            wrong = [one for one in set(statements[column]) if not IDENTIFIER.fullmatch(one)]
            assert wrong == [], column
    assert set(statements["OBS_STATUS"]) <= set(STATUSES)
    assert set(statements["SEX"]) <= {"F", "M", "_T"}
    assert set(statements["AGE"]) <= {"Y_LT15", "Y15T17", "Y_LT18", "Y_GE18", "_T"}


def test_sdmx_periods_are_the_days_of_the_statement(statements):
    for text, start, end in zip(
        statements["TIME_PERIOD"],
        OBSERVATIONS["period_start"],
        OBSERVATIONS["period_end"],
        strict=True,
    ):
        assert days_of(text) == (date.fromisoformat(start), date.fromisoformat(end))


def test_sdmx_splits_keep_the_category(statements):
    """Nothing of a split is lost: the five columns tell every two categories apart."""
    split = statements[["SEX", "AGE", "COUNTERPART_AREA", "BREAKDOWN", "CATEGORY"]]
    ours = OBSERVATIONS[["dimension", "category"]]
    pairs = pd.concat([split, ours], axis=1).drop_duplicates()
    assert len(pairs) == len(split.drop_duplicates()) == len(ours.drop_duplicates())


days = st.dates(min_value=date(2000, 1, 1), max_value=date(2030, 12, 31))


@given(days, st.integers(0, 1500))
def test_every_period_can_be_read_back(start, more):
    end = start + timedelta(days=more)
    assert days_of(interchange.time_period(start, end)) == (start, end)


@given(st.integers(2000, 2030), st.integers(1, 12), st.integers(1, 30))
def test_whole_months_are_told_in_months(year, month, many):
    start = date(year, month, 1)
    end = first_of_month(year, month + many) - timedelta(days=1)
    text = interchange.time_period(start, end)
    assert days_of(text) == (start, end)
    assert not text.endswith("D")


def test_a_period_that_ends_before_it_starts_is_refused():
    with pytest.raises(ValueError, match="expected an end on or after the start"):
        interchange.time_period(date(2017, 1, 2), date(2017, 1, 1))


@pytest.fixture(scope="module")
def structured(statements, tmp_path_factory) -> Path:
    """Write the two SDMX files and return their folder."""
    out = tmp_path_factory.mktemp("sdmx")
    writing.export(ROOT, out, ("sdmx",))
    return out


def test_sdmx1_reads_the_data_back_by_its_structure(structured, statements):
    message = sdmx.read_sdmx(structured / writing.STRUCTURE)
    (flow,) = message.dataflow.values()
    assert flow.id == "STATEMENTS" and len(flow.structure.dimensions) == len(interchange.DIMENSIONS)
    read = sdmx.read_sdmx(structured / "observations-sdmx.csv", structure=flow)
    (data,) = read.data
    assert len(data.obs) == len(statements)
    for seen, ours in zip(data.obs, statements.to_dict("records"), strict=True):
        assert {one: str(seen.dimension[one].value) for one in interchange.DIMENSIONS} == {
            one: ours[one] for one in interchange.DIMENSIONS
        }
        assert str(seen.value or "") == ours["OBS_VALUE"]
        assert str(seen.attached_attribute["PRINTED"].value) == ours["PRINTED"]


def test_every_code_of_the_data_is_in_its_list_and_has_a_name(structured, statements):
    message = sdmx.read_sdmx(structured / writing.STRUCTURE)
    for column in interchange.CODED:
        codes = message.codelist[f"CL_{column}"]
        assert set(codes.items) == set(statements[column]), column
        assert all(str(one.name) for one in codes)
    assert str(message.codelist["CL_SEX"]["F"].name) == "Female"
    assert str(message.codelist["CL_REF_AREA"]["KHM"].name) == "Cambodia"


def test_a_suppressed_count_has_no_value_and_says_so():
    row = OBSERVATIONS.head(1).assign(printed="<5", value="", low="0", high="4")
    sources = pd.read_csv(ROOT / writing.SOURCES, dtype=str, keep_default_na=False)
    made = interchange.sdmx_observations(row, sources).iloc[0]
    assert (made["OBS_VALUE"], made["OBS_STATUS"], made["UPPER_BOUND"]) == ("", "Q", "4")


@pytest.mark.parametrize(
    ("dimension", "category", "code"),
    [
        ("sex", "female_child", {"SEX": "F", "AGE": "Y_LT18"}),
        ("sex", "other", {"SEX": "_T", "CATEGORY": "other"}),
        ("age_band", "20-24", {"AGE": "_T", "CATEGORY": "20-24"}),
        ("nationality", "VNM", {"COUNTERPART_AREA": "VNM", "CATEGORY": "_T"}),
        ("nationality;sex", "THA;female", {"COUNTERPART_AREA": "THA", "SEX": "F"}),
        ("recipient;age_band", "home;20-24", {"AGE": "_T", "CATEGORY": "home__20-24"}),
    ],
)
def test_a_part_that_sdmx_has_no_code_for_keeps_ours(dimension, category, code):
    sources = pd.read_csv(ROOT / writing.SOURCES, dtype=str, keep_default_na=False)
    row = OBSERVATIONS.head(1).assign(dimension=dimension, category=category)
    made = interchange.sdmx_observations(row, sources).iloc[0]
    assert made["BREAKDOWN"] == dimension.replace(";", interchange.AND)
    assert dict(made[list(code)]) == code


# HXL.

SCHEMA = [
    ["#valid_tag", "#valid_required", "#valid_datatype", "#valid_value+regex", "#valid_value+list"],
    ["#meta+id", "true", "", r"^[a-z0-9]+(-[a-z0-9]+)*$", ""],
    ["#meta+source", "true", "", "", ""],
    ["#org+reporting", "true", "", "", ""],
    ["#country+code", "", "", r"^[A-Z]{3}$", ""],
    ["#region+code", "", "", r"^[A-Z]{3}$", ""],
    ["#adm1+code", "", "", r"^[A-Z]{2}-[0-9]{1,2}$", ""],
    ["#date+start-base", "true", "date", r"^\d{4}-\d\d-\d\d$", ""],
    ["#date+end-base", "true", "date", r"^\d{4}-\d\d-\d\d$", ""],
    ["#indicator+code-base", "true", "", r"^[a-z_]+$", ""],
    ["#indicator+value-min-max", "", "number", "", ""],
    ["#indicator+value+min", "", "number", "", ""],
    ["#indicator+value+max", "", "number", "", ""],
    ["#meta+unit+measure", "true", "", "", "count|percent|usd"],
    ["#meta+preferred", "true", "", "", "True|False"],
]
"""What a reader of the HXL export may rely on, in the form that libhxl reads."""


def hxl_errors(frame: pd.DataFrame) -> list[str]:
    """Return what libhxl says against a table whose first row holds hashtags."""
    errors: list[str] = []

    def note(error: hxl.HXLValidationException) -> None:
        errors.append(f"{error.rule.tag_pattern}: {error.value or ''} {error.message}")

    rows = [list(frame), *frame.to_numpy().tolist()]
    hxl.schema(hxl.data(SCHEMA), note).validate(hxl.data(rows))
    return errors


@pytest.fixture(scope="module")
def tagged() -> pd.DataFrame:
    return writing.hxl_table(ROOT)


def test_libhxl_accepts_the_export(tagged):
    assert hxl_errors(tagged) == []
    assert not tagged.isin(["INF", "-INF"]).any(axis=None), "HXL knows no infinite numbers"


def test_hxl_reads_every_row_and_value(tagged):
    data = hxl.data([list(tagged), *tagged.to_numpy().tolist()])
    assert len(data.columns) == len(OBSERVATIONS.columns) - 1 + len(interchange.PLACES)
    assert [row.get("#indicator+value-min-max") for row in data] == list(OBSERVATIONS["value"])
    assert len(set(data.display_tags)) == len(data.columns), "two columns with one hashtag"


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("value", "many"),
        ("high", "no end"),
        ("period_start", "01/02/2017"),
        ("figure_id", ""),
        ("unit", "persons"),
        ("country", "Cambodia"),
        ("adm1", "KHM"),
    ],
)
def test_libhxl_refuses_a_wrong_cell(tagged, column, cell):
    wrong = tagged.head(3).copy()
    wrong.loc[1, column] = cell
    assert hxl_errors(wrong) != []


def test_a_column_without_hashtag_is_named():
    with pytest.raises(KeyError, match="no HXL hashtag for \\['new'\\]"):
        interchange.hxl_observations(pd.DataFrame({"new": ["1"]}), {}, AREAS)


def test_every_area_has_the_column_of_its_level(tagged):
    """The code stands in one column, what it lies in up to the country in others."""
    levels = AREAS.set_index("ref_area")["level"]
    rows = tagged.iloc[1:].reset_index(drop=True)
    assert rows[list(interchange.PLACES)].ne("").any(axis=1).all()
    for level, column in (("province", "adm1"), ("country", "country"), ("region", "region")):
        own = OBSERVATIONS["ref_area"].map(levels).eq(level)
        assert rows.loc[own, column].tolist() == OBSERVATIONS.loc[own, "ref_area"].tolist()
    inside = rows["region"].eq("")
    assert rows.loc[inside, "country"].str.fullmatch("[A-Z]{3}").all()
    assert not rows["country"].str.contains("-").any()


# No formula.


def numeric_columns() -> set[tuple[str, str]]:
    resources = json.loads((ROOT / "data/datapackage.json").read_text("utf-8"))["resources"]
    return {
        (f"data/{one['path']}", field["name"])
        for one in resources
        for field in one["schema"]["fields"]
        if field["type"] in ("number", "integer")
    }


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_committed_cell_starts_a_formula(path):
    name = path.relative_to(ROOT).as_posix()
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    numeric = numeric_columns()
    for number, row in enumerate(rows, start=1):
        for column, cell in zip(rows[0], row, strict=True):
            assert not writing.is_formula(cell), f"{name}:{number} {column}: {cell}"
            if cell == "-INF" and name.startswith("data/"):
                assert (name, column) in numeric, "minus infinity stands in columns of numbers only"


@pytest.mark.parametrize("make", [writing.sdmx_table, writing.hxl_table])
def test_no_exported_cell_starts_a_formula(make: Callable[[Path], pd.DataFrame]):
    writing.refuse_formulas(make(ROOT), "export")


@pytest.mark.parametrize("start", writing.STARTS)
def test_a_formula_is_refused_with_its_place(start):
    frame = pd.DataFrame({"note": ["fine", f"{start}HYPERLINK(1)"]})
    with pytest.raises(DataProblems, match="export.csv:3: column 'note'"):
        writing.refuse_formulas(frame, "export.csv")


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers())
def test_numbers_are_no_formulas(number, whole):
    assert not writing.is_formula(f"{number:.8g}")
    assert not writing.is_formula(str(whole))


# The command.


def test_the_command_writes_whole_files_that_read_back(tmp_path, capsys):
    assert main(["export", "--format", "sdmx", "--out", str(tmp_path / "new")]) == 0
    assert main(["export", "--format", "hxl", "--out", str(tmp_path / "new")]) == 0
    made = {path.name for path in (tmp_path / "new").iterdir()}
    assert made == {
        *("observations-sdmx.csv", "structure-sdmx.xml", "observations-hxl.csv", "README.txt"),
    }
    text = (tmp_path / "new/observations-sdmx.csv").read_text(encoding="utf-8")
    assert len(list(csv.DictReader(io.StringIO(text)))) == len(OBSERVATIONS)
    assert "not how much" in (tmp_path / "new/README.txt").read_text(encoding="utf-8")
    assert "wrote" in capsys.readouterr().out


def test_a_formula_stops_the_export_and_leaves_the_old_file(tmp_path, monkeypatch, capsys):
    (tmp_path / "observations-sdmx.csv").write_text("old")
    (tmp_path / "README.txt").write_text(writing.NOTE)
    evil = OBSERVATIONS.head(1).assign(note="=cmd", url="https://example.org")
    monkeypatch.setattr(writing, "_read", lambda root, path: evil)
    assert main(["export", "--format", "sdmx", "--out", str(tmp_path)]) == 2
    assert "COMMENT_OBS" in capsys.readouterr().err
    assert {one.name for one in tmp_path.iterdir()} == {"observations-sdmx.csv", "README.txt"}
    assert (tmp_path / "observations-sdmx.csv").read_text() == "old"


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("data/reported", "data is a folder of the project itself"),
        ("notebooks/new", "notebooks is a folder of the project itself"),
        (".", "holds the project itself"),
        ("..", "holds the project itself"),
        ("/etc", "a folder of the system"),
        ("/usr/share/new", "a folder of the system"),
    ],
)
def test_an_export_never_goes_into_the_project_or_the_system(place, words, capsys):
    assert main(["export", "--format", "hxl", "--out", place]) == 2
    assert words in capsys.readouterr().err


def test_a_folder_with_something_else_is_not_written_into(tmp_path, capsys):
    (tmp_path / "thesis.tex").write_text("years of work")
    assert main(["export", "--format", "hxl", "--out", str(tmp_path)]) == 2
    assert "holds something that this command did not make" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_every_tracked_folder_is_one_of_the_project():
    tracked = files.git(ROOT, "ls-files").stdout.decode().splitlines()
    assert {one.split("/")[0] for one in tracked if "/" in one} <= set(folders.OWN)


def test_a_file_in_the_way_is_named(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert main(["export", "--format", "hxl", "--out", str(tmp_path / "file")]) == 2
    assert "is a file. Name a folder" in capsys.readouterr().err
