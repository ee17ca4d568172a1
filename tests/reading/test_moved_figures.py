"""Figure regression: each planted change is caught by the layer that is meant for it."""

import json
import shutil

import pandas as pd
import pytest
from PIL import Image

from khtip.figures import theme
from khtip.figures.registry import figure
from khtip.reading.changes import pictures

DATA = pd.DataFrame({"label": ["first", "second"], "cases": [92.0, 159.0]})


def draw(folder, data=DATA, *, colour="#1A55B8", label="Cases", hatch="", caption="Counts."):
    """Draw one figure below a folder, with few pixels, and return its files by kind."""
    words = {
        "title": "Cases, Cambodia",
        "caption": caption,
        "alt": "Two bars that stand side by side: 92 cases in one year and 159 in the next.",
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(theme, "DPI", 60)
        patch.setitem(theme.STYLE, "figure.dpi", 60)
        patch.setenv("KHTIP_OUTPUT", str(folder))
        with figure("03-cases", data=data, sources=["ppp-2018-ncct-annual"], **words) as ax:
            ax.bar(data["label"], data["cases"], color=colour, hatch=hatch)
            ax.set_ylabel(label)
            ax.set_ylim(0, 200)
    return files(folder)


def files(folder):
    return {path.suffix[1:]: path for path in (folder / "figures").iterdir()}


@pytest.fixture(scope="module")
def old(tmp_path_factory):
    """The baseline, drawn once."""
    return draw(tmp_path_factory.mktemp("old"))


@pytest.fixture
def new(old, tmp_path):
    """A copy of the baseline that a test may spoil."""
    shutil.copytree(old["png"].parent, tmp_path / "figures")
    return files(tmp_path)


@pytest.fixture
def layers(old, tmp_path):
    """Return a function that draws the figure with a change and tells what catches it."""
    return lambda **change: (
        pictures.compare_figure("03-cases", old, draw(tmp_path, **change)).layers
    )


def test_the_same_figure_does_not_move(old, tmp_path):
    found = pictures.compare_figure("03-cases", old, draw(tmp_path))
    assert (found.status, found.layers, found.difference) == ("same", {}, b"")


def test_a_value_is_caught_by_the_numbers(layers):
    found = layers(data=DATA.assign(cases=[92.0, 160.0]))
    assert found["numbers"] == [
        "its table, second, cases: 159 became 160",
        "axes 1, bars 1, y: 159 became 160",
    ]
    assert list(found) == ["numbers", "pixels"]


def test_a_label_is_caught_by_the_structure(layers):
    found = layers(label="Reported cases")
    assert found["structure"] == ["axes 1, y, label: 'Cases' became 'Reported cases'"]
    assert list(found) == ["structure", "pixels"]


def test_a_colour_of_a_mark_is_caught_by_the_structure(layers):
    found = layers(colour="#C46F0A")
    assert found["structure"] == ["axes 1, marks 1, colour: '#1a55b8ff' became '#c46f0aff'"]
    assert list(found) == ["structure", "pixels"]


def test_an_order_is_caught_by_the_structure_and_not_by_the_numbers(layers):
    found = layers(data=DATA.iloc[::-1])
    assert list(found) == ["structure", "pixels"]
    assert "axes 1: the same numbers in another order" in found["structure"]
    assert "axes 1, x, ticks 1: 'first' became 'second'" in found["structure"]


def test_a_hatch_is_caught_by_the_pixels_alone(layers):
    assert list(layers(hatch="////")) == ["pixels"]


def test_a_caption_is_caught_though_no_pixel_moves(layers):
    found = layers(caption="Other counts.")
    assert found == {"structure": ["caption: 'Counts.' became 'Other counts.'"]}


def test_one_pixel_by_one_step_is_a_change(old, new):
    picture = Image.open(new["png"]).convert("RGB")
    picture.putpixel((3, 4), tuple(channel - 1 for channel in picture.getpixel((3, 4))))
    picture.save(new["png"])
    found = pictures.compare_figure("03-cases", old, new)
    total = picture.width * picture.height
    assert found.layers == {"pixels": [f"1 of {total:,} pixels differ, by up to 1 of 255"]}
    (path := new["png"].with_name("difference.png")).write_bytes(found.difference)
    red, green, _ = Image.open(path).convert("RGB").getpixel((3, 4))
    assert red > 150 and green < 50


def test_another_size_is_said_and_still_drawn(old, new):
    picture = Image.open(new["png"]).convert("RGB")
    picture.crop((0, 0, picture.width - 10, picture.height)).save(new["png"])
    found = pictures.compare_figure("03-cases", old, new)
    assert found.layers["pixels"][0].startswith("size 432 × ")
    assert found.difference


def test_a_figure_on_one_side_only(old):
    assert pictures.compare_figure("03-cases", {}, old).status == "added"
    gone = pictures.compare_figure("03-cases", old, {})
    assert gone.status == "removed" and gone.alt_before.startswith("Two bars")


@pytest.mark.parametrize("kind", ["csv", "json", "png", "svg"])
def test_a_missing_or_broken_file_is_a_change_and_no_crash(old, new, kind):
    rest = {name: path for name, path in new.items() if name != kind}
    assert pictures.compare_figure("03-cases", old, rest).moved
    if kind in ("json", "svg"):
        new[kind].write_text("{", encoding="utf-8")
        assert pictures.compare_figure("03-cases", old, new).moved


def test_a_number_that_moved_in_the_words_alone_is_caught_by_the_numbers(old, new):
    card = json.loads(new["json"].read_text("utf-8"))
    card["alt"] = card["alt"].replace("159", "160")
    new["json"].write_text(json.dumps(card), "utf-8")
    found = pictures.compare_figure("03-cases", old, new).layers
    assert list(found) == ["numbers"] and "160" in found["numbers"][0]


def test_a_source_that_left_is_named(old, new):
    card = json.loads(new["json"].read_text("utf-8"))
    card["sources"] = ["ctx-01"]
    new["json"].write_text(json.dumps(card), "utf-8")
    assert pictures.compare_figure("03-cases", old, new).layers == {
        "structure": ["sources: ppp-2018-ncct-annual left, ctx-01 came"]
    }
