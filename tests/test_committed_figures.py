"""The committed figures: complete, described, and readable without full colour vision."""

import base64
import io
import itertools
import json
import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from vision import closest

from khtip import files
from khtip.figures import refusals, registry, theme
from khtip.runner import manifest

FOLDER = files.root() / "figures"
CARDS = [
    json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("[0-9]*-*.json"))
]
SVG = "{http://www.w3.org/2000/svg}"
KINDS = ("csv", "json", "png", "svg")
each = pytest.mark.parametrize("card", CARDS, ids=[card["name"] for card in CARDS])


@each
def test_files_words_and_sources_are_there(card):
    assert all((FOLDER / f"{card['name']}.{kind}").stat().st_size for kind in KINDS)
    words = {key: card[key] for key in ("name", "title", "caption", "alt")}
    assert refusals.check_words(**words) == []
    assert refusals.check_sources(card["sources"], registry.source_publishers()) == []


@each
def test_no_published_figure_has_a_problem(card):
    """A run saves a crowded figure and says so; it may not be published like that."""
    assert card.get("problems", []) == []


@each
def test_the_svg_is_an_image_with_a_name_and_its_text_is_text(card):
    image = ElementTree.parse(FOLDER / f"{card['name']}.svg").getroot()
    assert image.get("role") == "img"
    title, description = image.find(SVG + "title"), image.find(SVG + "desc")
    assert image.get("aria-labelledby").split() == [title.get("id"), description.get("id")]
    assert [title.text, description.text] == [card["title"], card["alt"]]
    written = " ".join("".join(node.itertext()) for node in image.iter(SVG + "text"))
    texts = [text for axes in card["axes"] for text in axes["texts"]]
    assert all(line.strip() in written for text in texts for line in text.splitlines())
    assert card["source_line"].split()[0] in written
    assert all(word in written for word in card["title"].split())


@each
def test_no_text_of_the_svg_is_below_eight_points_or_outside(card):
    image = ElementTree.parse(FOLDER / f"{card['name']}.svg").getroot()
    sizes = [
        float(re.search(r"([\d.]+)px", node.get("style"))[1])
        for node in image.iter(SVG + "text")
        if "".join(node.itertext()).strip()
    ]
    assert sizes and min(sizes) >= theme.SMALLEST_TEXT  # one unit of the SVG is one point


@each
def test_the_png_is_sharp_at_twice_the_size_shown(card):
    with Image.open(FOLDER / f"{card['name']}.png") as picture:
        wanted = [round(inches * theme.DPI) for inches in card["size_inches"]]
        assert list(picture.size) == pytest.approx(wanted, abs=1)
        assert picture.info["Title"] == card["title"]
        assert picture.info["Description"] == card["alt"]
    assert theme.DPI >= 2 * 96, "a browser shows 96 pixels an inch"


def pictures(notebook):
    """Return the content of each picture that a notebook shows, and the width it is shown at."""
    cells = json.loads((files.root() / notebook.path).read_text(encoding="utf-8"))["cells"]
    for output in (one for cell in cells for one in cell.get("outputs", [])):
        for kind, content in output.get("data", {}).items():
            if kind.startswith("image/"):
                shown = output["metadata"].get(kind, {})
                yield base64.b64decode("".join(content)), shown.get("width"), shown.get("alt")


@pytest.mark.parametrize("notebook", manifest.read_manifest().notebooks, ids=lambda one: one.name)
def test_every_picture_of_a_notebook_went_through_the_registry(notebook):
    shown = list(pictures(notebook))
    committed = {(FOLDER / f"{name}.png").read_bytes(): name for name in notebook.figures}
    assert sorted(committed.get(content, "another picture") for content, *_ in shown) == sorted(
        notebook.figures
    )
    for content, width, alt in shown:
        with Image.open(io.BytesIO(content)) as picture:
            assert picture.width == pytest.approx(2 * width, abs=1), "sharp at twice the size"
            assert alt == picture.info["Description"]


def test_the_words_of_every_figure_are_composed():
    """Alternative texts hold numbers of the data, so no two figures share one."""
    alts = [card["alt"] for card in CARDS]
    assert len(set(alts)) == len(alts)


@each
def test_large_numbers_of_the_alternative_text_stand_in_the_table(card):
    """The words are composed from what is drawn; small numbers may count rows or settings."""
    table = pd.read_csv(FOLDER / f"{card['name']}.csv", keep_default_na=False, na_values=[""])
    known = refusals.known_numbers(table)
    known = np.append(known, table.select_dtypes("number").sum())
    words = " ".join([*map(str, table.to_numpy().ravel()), card["title"]])
    missing = []
    for said in re.findall(r"(?<![\w.])\d[\d,]*(?:\.\d+)?", card["alt"]):
        printed = said.rstrip(",").replace(",", "")
        half = 0.5000001 * 10.0 ** -len(printed.partition(".")[2])
        near = min(
            np.abs(np.abs(known) * by - float(printed)).min(initial=np.inf) for by in (1, 100)
        )
        if float(printed) >= 100 and near > half and printed not in words:
            missing.append(said)
    whole = [int(one) for one in re.findall(r"\b\d{1,2}\b", card["alt"])]
    cells = {str(rows * columns) for rows, columns in itertools.pairwise(whole)}
    assert set(missing) <= cells, "a grid may say how many cells it has"


@each
def test_the_table_holds_what_the_card_says_was_drawn(card):
    table = pd.read_csv(FOLDER / f"{card['name']}.csv", keep_default_na=False, na_values=[""])
    assert [len(table), list(table.columns)] == [card["data"]["rows"], card["data"]["columns"]]
    known = np.array([float(f"{one:.6g}") for one in refusals.known_numbers(table)])
    for axes in card["axes"]:
        for mark in axes["marks"]:
            if not mark["decor"] and "values" in mark:
                assert refusals.strangers(np.array(mark["values"]), np.unique(known)).size == 0


@each
def test_the_table_holds_the_length_of_every_bar(card):
    """A bar has the length of a number of the table, or reaches from one number to another."""
    table = pd.read_csv(FOLDER / f"{card['name']}.csv", keep_default_na=False, na_values=[""])
    known = np.unique([float(f"{one:.6g}") for one in refusals.known_numbers(table)])
    bars = [
        (length, base)
        for axes in card["axes"]
        for mark in axes["marks"]
        if not mark["decor"] and mark["kind"] in ("bars", "barsh")
        for length, base in zip(
            mark["y" if mark["kind"] == "bars" else "x"], mark["base"], strict=True
        )
    ]
    for length, base in bars:
        ends = np.array([float(f"{one:.6g}") for one in (base, base + length)])
        alone = refusals.strangers(np.array([length]), known).size == 0
        assert alone or refusals.strangers(ends, known).size == 0, (length, base)


@each
@pytest.mark.parametrize("seen", ["normal", "protanopia", "deuteranopia", "tritanopia"])
def test_colours_of_one_drawing_stay_apart(card, seen):
    for axes in card["axes"]:
        colours = {
            mark["colour"][:7]
            for mark in axes["marks"]
            if not mark["decor"] and mark["kind"] != "image" and mark["colour"].endswith("ff")
        }
        if len(colours) > 1:
            distance, one, other = closest(sorted(colours), seen)
            assert distance >= 8, f"{one} and {other} look alike under {seen}"


# Of these the two greys nearest each other are told apart by more than lightness.
NEAR_IN_GREY = {
    "02-totals": "dots on the bars in doubt",
    "05-deportations-poipet": "stripes on the children's part",
    "06-baseline-index": "the parts stand in one order, and neighbours differ",
    "07-standing-by-notebook": "stripes on the last part",
}


@each
def test_bars_stay_apart_in_grey(card):
    for axes in card["axes"]:
        colours = {
            mark["colour"][:7]
            for mark in axes["marks"]
            if not mark["decor"] and mark["kind"] in ("bars", "barsh", "area")
            if mark["colour"].endswith("ff")
        }
        if len(colours) > 1 and card["name"] not in NEAR_IN_GREY:
            distance, one, other = closest(sorted(colours), "grey")
            assert distance >= 15, f"{one} and {other} look alike in grey"


@pytest.mark.parametrize("name", sorted(set(NEAR_IN_GREY) - {"06-baseline-index"}))
def test_what_is_near_in_grey_is_hatched(name):
    assert "<pattern" in (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
