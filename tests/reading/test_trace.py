"""Trace: every figure, finding and row leads back to the statements it rests on, and no further."""

import csv
import io
import json
from itertools import chain

import pandas as pd
import pytest

from khtip import files, tables
from khtip.cli import main
from khtip.ledger import lineage
from khtip.reading import trace
from khtip.reading.trace import COLUMNS, SOURCE_ONLY, figure_names, find

LEDGER = tables.read_text_table("data/reported/figures.csv").set_index("figure_id")
FINDINGS = tables.read_text_table("data/results/findings.csv").set_index("finding_id")
CARDS = {
    name: json.loads((files.root() / f"figures/{name}.json").read_text("utf-8"))
    for name in figure_names()
}
PRODUCTS = [
    path.relative_to(files.root()).as_posix()
    for room in ("clean", "results")
    for path in sorted((files.root() / "data" / room).glob("*.csv"))
]


def test_an_id_names_its_source():
    named = pd.Series({one: lineage.source_of(one) for one in LEDGER.index})
    assert named.eq(LEDGER["source_id"]).all()


@pytest.mark.parametrize("name", figure_names())
def test_a_figure_names_statements_of_exactly_its_sources(name):
    """A source that is cited without a statement, or the reverse, is a hole in the trail."""
    ids, sources = CARDS[name]["statements"], CARDS[name]["sources"]
    drawn = lineage.statements_of(tables.read_text_table(f"figures/{name}.csv"))
    assert set(drawn) <= set(ids), "the card names every statement that the drawn rows name"
    reported = {one for one in sources if not one.startswith("ctx-")}
    if ids == [lineage.EVERY]:  # the sweep of notebook 07 goes over the whole ledger
        assert name.startswith("07-")
        return
    assert set(ids) <= set(LEDGER.index)
    behind = set(LEDGER.loc[ids, "source_id"])
    if name.startswith("06-"):  # context data, and UNODC's words as quoted by one page
        assert not ids and reported <= {"ppp-2018-ncct-annual"}
    else:
        assert ids and behind == reported


@pytest.mark.parametrize("path", PRODUCTS)
def test_every_id_in_a_product_is_a_statement(path):
    frame = tables.read_text_table(path)
    assert set(lineage.statements_of(frame)) <= {*LEDGER.index, lineage.EVERY}


def test_numbers_of_one_statement_are_that_statement():
    """The figures that draw single printed counts draw those of the rows they name."""
    for name in ("03-half-years", "05-counts-with-residual", "02-sources-side-by-side"):
        drawn = tables.read_text_table(f"figures/{name}.csv")
        ids = drawn["figure_ids" if "figure_ids" in drawn else "figure_id"]
        number = drawn["count" if "count" in drawn else "value"]
        own = ~ids.str.contains(";")
        printed = LEDGER.loc[ids[own], "value"].str.replace(",", "").to_numpy()
        assert (pd.to_numeric(printed) == pd.to_numeric(number[own]).to_numpy()).all(), name


def test_the_ratio_of_cases_rests_on_two_rows():
    rows = trace.basis(find("03-cases-ratio"))
    assert rows["figure_id"].tolist() == ["ppp-2018-ncct-annual-001", "ppp-2018-ncct-annual-002"]
    assert rows["says"].tolist() == ["159: cases, 2017, NCCT", "92: cases, 2016, NCCT"]
    assert rows["address"].str.startswith("https://").all()


def test_a_finding_with_the_name_of_a_figure_is_found_and_named(capsys):
    doubled = set(figure_names()) & set(FINDINGS.index)
    for name in doubled:
        assert find(name).kind == "figure" and find(f"finding:{name}").kind == "finding"
        assert main(["trace", name]) == 0
        assert f"khtip trace finding:{name}" in capsys.readouterr().err
    assert main(["trace", "05-flow-home"]) == 0
    assert capsys.readouterr().err == ""


def test_a_finding_about_every_row_says_so():
    assert len(trace.basis(find("01-voices"))) == len(LEDGER)


@pytest.mark.parametrize("name", FINDINGS.index)
def test_every_finding_leads_somewhere(name):
    rows = trace.basis(find(f"finding:{name}"))
    reported = FINDINGS.loc[name, "verdict"] != "not reported"
    assert len(rows) or not reported


@pytest.mark.parametrize("name", figure_names())
def test_the_statements_behind_a_figure(name):
    rows = trace.basis(find(name))
    assert list(rows.columns) == list(COLUMNS)
    assert rows["source_id"].ne("").all()
    assert rows["publisher"].ne("").all()
    assert set(CARDS[name]["sources"]) <= set(rows["source_id"])
    only = rows["known"].eq(SOURCE_ONLY)
    assert rows.loc[only, "figure_id"].eq("").all()
    assert rows.loc[~only, "locator"].ne("").all()


@pytest.mark.parametrize("kind", ["png", "svg", "csv", "json"])
def test_any_file_of_a_figure_is_its_name(kind):
    assert find(f"figures/05-flow-home.{kind}") == find("05-flow-home")


def test_a_line_of_a_table():
    first = tables.read_text_table("data/results/rate_ratios.csv").iloc[0]
    rows = trace.basis(find("data/results/rate_ratios.csv:2"))
    assert set(rows["figure_id"]) == set(first["figure_ids"].split(";"))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("figures/05-flow-hom.png", "Did you mean 05-flow-home"),
        ("03-case-ratio", "03-cases-ratio"),
        ("ppp-2018-ncct-anual-001", "ppp-2018-ncct-annual-001"),
        ("data/results/trend.csv:2", "data/results/trends.csv"),
        ("data/results/trends.csv:1", "lines 2 to"),
        ("data/results/trends.csv:9999", "lines 2 to"),
        ("", "Expected a figure"),
        ("../../etc/passwd", "Expected a figure"),
    ],
)
def test_unknown_names(name, expected, capsys):
    assert main(["trace", name]) == 2
    assert expected in capsys.readouterr().err


def test_an_id_that_is_gone_or_stands_twice_is_named(monkeypatch, capsys):
    ledger = LEDGER.reset_index()
    gone = "ppp-2018-ncct-annual-001"
    own = tables.read_text_table
    for changed, words in (
        (ledger.replace(gone, "renamed-001"), f"{gone}: no such figure_id"),
        (pd.concat([ledger, ledger[ledger["figure_id"].eq(gone)]]), f"{gone} stands twice"),
    ):
        given = {trace.LEDGER: changed}
        monkeypatch.setattr(tables, "read_text_table", lambda p, g=given: g.get(p, own(p)))
        assert main(["trace", "03-cases-ratio"]) == 2
        assert f"finding 03-cases-ratio: {words}" in capsys.readouterr().err.replace(
            "data/reported/figures.csv: ", ""
        )


@pytest.mark.parametrize("text", ["", "{", "[]", "{}"])
def test_a_broken_card_is_named(text, tmp_path, monkeypatch, capsys):
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures/05-flow-home.json").write_text(text)
    monkeypatch.setenv("KHTIP_OUTPUT", str(tmp_path))
    assert main(["trace", "05-flow-home"]) == 2
    assert "figures/05-flow-home.json: " in capsys.readouterr().err


def test_formats_hold_the_same(capsys):
    written = {}
    for form in ("csv", "json", "markdown", "table"):
        assert main(["trace", "05-three-counts", "--format", form]) == 0
        written[form] = capsys.readouterr().out
    from_csv = list(csv.DictReader(io.StringIO(written["csv"])))
    assert from_csv == json.loads(written["json"])
    assert written["markdown"].count("\n") == len(from_csv) + 2
    for row, form in chain.from_iterable(((one, "table"), (one, "markdown")) for one in from_csv):
        assert row["figure_id"] in written[form] and row["address"] in written[form]
    assert "no single statement is recorded: ctx-45" in written["table"]
