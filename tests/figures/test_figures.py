"""The registry: what is saved beside a figure, and that it is saved whole or not at all."""

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pandas as pd
import pytest
from drawings import ANCHOR, CASES, WORDS, bars, draw, refusal
from IPython.testing.globalipapp import start_ipython

from khtip.figures import marks, registry, theme
from khtip.figures.refusals import FigureError
from khtip.figures.registry import figure
from khtip.runner import steps
from khtip.runner.manifest import Manifest, Notebook

pytestmark = pytest.mark.usefixtures("products")

SVG = "{http://www.w3.org/2000/svg}"


def test_four_files_and_nothing_else(products):
    draw()
    assert sorted(path.name for path in products.iterdir()) == [
        f"03-cases.{kind}" for kind in ("csv", "json", "png", "svg")
    ]


def test_table_is_the_data(products):
    draw()
    pd.testing.assert_frame_equal(pd.read_csv(products / "03-cases.csv"), CASES, check_dtype=False)


def test_named_index_becomes_columns(products):
    draw(data=CASES.set_index("year"))
    assert list(pd.read_csv(products / "03-cases.csv").columns) == list(CASES.columns)


def test_card_says_what_is_drawn(products):
    draw(sources=[ANCHOR, "ctx-45", ANCHOR])
    card = json.loads((products / "03-cases.json").read_text(encoding="utf-8"))
    assert card["notebook"] == "03"
    assert card["sources"] == [ANCHOR, "ctx-45"]
    assert card["alt"] == WORDS["alt"]
    assert "The Phnom Penh Post and UNODC" in card["source_line"]
    assert registry.CAVEAT in card["source_line"]
    (axes,) = card["axes"]
    assert axes["x"]["ticks"] == ["2016", "2017"]
    assert axes["marks"][0]["kind"] == "bars"
    assert axes["marks"][0]["y"] == [92, 159]
    assert axes["marks"][0]["colour"].upper().startswith(theme.COLOURS["ncct"])


def test_card_names_the_statements_that_the_data_and_the_call_name(products):
    data = CASES.assign(figure_ids=["a-001;a-002", "a-002", None], total_ids="a-003")
    draw(data=data, statements=["b-001", "a-001"])
    card = json.loads((products / "03-cases.json").read_text(encoding="utf-8"))
    assert card["statements"] == ["a-001", "a-002", "a-003", "b-001"]


def test_context_alone_gets_its_own_caveat(products):
    draw(sources=["ctx-01"])
    card = json.loads((products / "03-cases.json").read_text(encoding="utf-8"))
    assert registry.CAVEATS["indicators"] in card["source_line"]


def test_an_index_that_cites_a_report_can_say_what_it_shows(products):
    draw(sources=["ctx-01", ANCHOR], shows="indicators")
    card = json.loads((products / "03-cases.json").read_text(encoding="utf-8"))
    assert card["source_line"].endswith(registry.CAVEATS["indicators"])


def test_long_list_of_publishers_is_cut():
    names = {str(number): f"Paper {number}" for number in range(9)}
    listed = registry.source_line(list(names), names)
    assert listed.endswith("Paper 3 and 5 more publishers (9 sources).")
    narrow = registry.source_line(list(names), names, width=3.4)
    assert narrow == "Sources: Paper 0, Paper 1 and 7 more publishers (9 sources)."


def test_svg_is_readable_without_eyes(products):
    draw(title="Fish & <chips>, Cambodia, 2016")
    root = ElementTree.parse(products / "03-cases.svg").getroot()
    assert root.get("role") == "img"
    ids = root.get("aria-labelledby").split()
    assert [root.find(SVG + "title").get("id"), root.find(SVG + "desc").get("id")] == ids
    assert root.find(SVG + "title").text == "Fish & <chips>, Cambodia, 2016"
    assert root.find(SVG + "desc").text == WORDS["alt"]
    assert root.get("viewBox")
    texts = {node.text: node for node in root.iter(SVG + "text")}
    assert "2016" in texts
    assert float(texts["2016"].get("textLength")) == pytest.approx(8.5 * 4 * 0.636, rel=0.01)


def test_svg_reaches_nowhere_and_repeats_no_id(products):
    def paint(ax):
        bars(ax)
        marks.reference_line(ax, 100, axis="y")
        marks.reference_line(ax, 120, axis="y")

    draw(paint=paint)
    text = (products / "03-cases.svg").read_text(encoding="utf-8")
    assert "DOCTYPE" not in text
    assert "<metadata" not in text
    ids = [node.get("id") for node in ElementTree.fromstring(text).iter() if node.get("id")]
    assert len(ids) == len(set(ids))


def test_index_lists_every_figure(products):
    draw("04-second")
    draw("03-first")
    plan = Manifest(
        products.parent,
        (
            Notebook("03-a", "A", "A?", figures=("03-first",)),
            Notebook("04-b", "B", "B?", figures=("04-second",)),
        ),
    )
    steps.index_figures(plan, products.parent)
    index = json.loads((products / "index.json").read_text(encoding="utf-8"))
    assert [one["name"] for one in index] == ["03-first", "04-second"]


def test_error_in_the_block_writes_nothing(products):
    with pytest.raises(ZeroDivisionError), figure("03-cases", **WORDS) as ax:
        ax.bar(["2016"], [1 / 0])
    assert not products.exists()


def test_refused_figure_leaves_the_last_good_one(products):
    draw()
    before = {path: path.read_bytes() for path in products.iterdir()}
    refusal(paint=lambda ax: ax.bar(["2016"], [93]))
    assert {path: path.read_bytes() for path in products.iterdir()} == before


def test_failed_write_leaves_no_draft(products, monkeypatch):
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(OSError, match="full"):
        draw()
    assert not list(products.glob("*.part"))


def test_all_problems_are_told_at_once():
    with pytest.raises(FigureError) as caught:
        draw(caption="", alt="short", sources=["ppp-2018-ncct-anual"])
    assert len(caught.value.problems) == 3


def test_shown_once_in_ipython(monkeypatch):
    """The picture is as wide as half its pixels, 3.6 times 60 dots an inch here."""
    start_ipython()
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda data, **more: shown.append((data, more)))
    draw()
    (picture, about), (caption, _) = shown
    assert picture["text/plain"] == WORDS["alt"]
    assert about["metadata"]["image/png"] == {"width": 216, "alt": WORDS["alt"]}
    assert caption["text/markdown"] == WORDS["caption"]
