"""The committed figures: complete, described, and readable without full colour vision."""

import json
import xml.etree.ElementTree as ElementTree

import numpy as np
import pandas as pd
import pytest

from khtip import paths
from khtip.drawing import figure_checks, figures, vision

FOLDER = paths.root() / "figures"
CARDS = [
    json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("[0-9]*-*.json"))
]
KINDS = ("csv", "json", "png", "svg")
each = pytest.mark.parametrize("card", CARDS, ids=[card["name"] for card in CARDS])


@each
def test_files_words_and_sources_are_there(card):
    assert all((FOLDER / f"{card['name']}.{kind}").stat().st_size for kind in KINDS)
    words = {key: card[key] for key in ("name", "title", "caption", "alt")}
    assert figure_checks.check_words(**words) == []
    assert figure_checks.check_sources(card["sources"], figures.source_publishers()) == []
    image = ElementTree.parse(FOLDER / f"{card['name']}.svg").getroot()
    assert image.get("role") == "img"


def test_nothing_lies_about():
    names = {f"{card['name']}.{kind}" for card in CARDS for kind in KINDS} | {"index.json"}
    assert {path.name for path in FOLDER.iterdir()} <= names


@each
def test_the_table_holds_what_the_card_says_was_drawn(card):
    table = pd.read_csv(FOLDER / f"{card['name']}.csv", keep_default_na=False, na_values=[""])
    assert [len(table), list(table.columns)] == [card["data"]["rows"], card["data"]["columns"]]
    known = np.array([float(f"{one:.6g}") for one in figure_checks.known_numbers(table)])
    for axes in card["axes"]:
        for mark in axes["marks"]:
            if not mark["decor"] and "values" in mark:
                assert figure_checks.strangers(np.array(mark["values"]), np.unique(known)).size == 0


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
            distance, one, other = vision.closest(sorted(colours), seen)
            assert distance >= 8, f"{one} and {other} look alike under {seen}"
