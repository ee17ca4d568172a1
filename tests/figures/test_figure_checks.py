"""A figure is refused for numbers that are not in its data and floating bars; text is seen."""

import numpy as np
import pandas as pd
import pytest
import seaborn
from drawings import CASES, WORDS, bars, crowding, draw, everything, refusal
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.patches import Polygon
from matplotlib.patheffects import withStroke

from khtip.figures import drawn, refusals, text, theme

pytestmark = pytest.mark.usefixtures("products")


def heat(ax, cells):
    """Draw a heat map."""
    ax.imshow(np.array(cells), aspect="auto")


WRONG_NUMBERS = {
    "line": lambda ax: ax.plot(CASES["year"], CASES["cases"] + 1),
    "points": lambda ax: ax.scatter([2016, 2017], [92, 160]),
    "bars": lambda ax: ax.bar(["a", "b"], [92, 158]),
    "barsh": lambda ax: ax.barh(["a", "b"], [92, 158]),
    "segments": lambda ax: ax.vlines([2016], [75], [113]),
    "area": lambda ax: ax.fill_between([2016, 2017], [75, 136], [112, 186]),
    "image": lambda ax: heat(ax, [[92, 1.5]]),
    "shape": lambda ax: ax.add_patch(Polygon([(2016, 0), (2017, 92), (2016, 77)])),
    "missing as zero": lambda ax: ax.plot(CASES["year"], CASES["cases"].fillna(0)),
    "error bar": lambda ax: ax.errorbar([2016], [92], yerr=[[17], [21]], fmt="o"),
    "year": lambda ax: ax.plot([2016, 2019], [92, 159]),
    "ribbon": lambda ax: drawn.stands_for(ax.fill([1, 2, 3], [4, 5, 6])[0], 93),
    "hidden axis": lambda ax: (ax.bar([0, 1], [92, 158]), ax.set_yticks([])),
    "label": lambda ax: (bars(ax), ax.text(0, 50, "158")),
    "percent label": lambda ax: (bars(ax), ax.text(0, 50, "58 %")),
}


def test_a_bootstrapped_interval_is_refused():
    """Seaborn draws its own random interval unless told otherwise."""
    data = pd.DataFrame({"body": "NCCT", "cases": [72.0, 82, 92, 102, 112]})
    problems = refusal(
        data=data, paint=lambda ax: seaborn.pointplot(data, x="body", y="cases", ax=ax)
    )
    assert "in the data" in problems
    draw(
        data=data,
        paint=lambda ax: seaborn.pointplot(data, x="body", y="cases", errorbar=None, ax=ax),
    )


@pytest.mark.parametrize("case", WRONG_NUMBERS)
def test_numbers_that_are_not_in_the_data_are_refused(case, products):
    problems = refusal(paint=WRONG_NUMBERS[case])
    assert "in the data" in problems or "number of the data" in problems
    assert not products.exists()


def test_message_names_axes_mark_and_number():
    def paint(ax):
        ax.set_ylabel("Cases")
        ax.plot([2016, 2017], [92, 161], label="NCCT")

    assert "axes 1 (Cases): line 'NCCT': y drawn but not in the data: 161." in refusal(paint=paint)


RIGHT_NUMBERS = {
    "everything": everything,
    "dates": lambda ax: ax.plot(pd.to_datetime(["2016-12-31", "2017-12-31"]), [92, 159]),
    "stacked": lambda ax: (ax.bar(["a"], [92]), ax.bar(["a"], [159], bottom=[92])),
    "lying and stacked": lambda ax: (ax.barh(["a"], [92]), ax.barh(["a"], [159], left=[92])),
    "dodged on a text axis": lambda ax: (
        ax.bar([-0.2, 0.8], [92, 159], 0.4),
        ax.set_xticks([0, 1], ["2016", "2017"]),
    ),
    "dodged on a year axis": lambda ax: (ax.plot([2016.2, 2017.2], [92, 159]), theme.year_axis(ax)),
    "free positions": lambda ax: (ax.plot([0.3, 7.7], [92, 159]), ax.xaxis.set_gid("position")),
    "error bar": lambda ax: ax.errorbar([2016], [92], yerr=[[17], [20]], fmt="o"),
    "lollipops": lambda ax: ax.vlines([2016, 2017], 0, [92, 159]),
    "decoration": lambda ax: (bars(ax), ax.axhspan(3, 4, gid="decor"), ax.axhline(5, gid="decor")),
    "ribbon": lambda ax: drawn.stands_for(ax.fill([1, 2, 3], [4, 5, 6])[0], 92),
    "heat map with a gap": lambda ax: heat(ax, [[92, np.nan]]),
    "labels": lambda ax: (bars(ax), ax.text(0, 120, "159"), ax.text(0, 140, "in 2020")),
    "in axes coordinates": lambda ax: (
        bars(ax),
        ax.plot([0, 1], [0.5, 0.5], transform=ax.transAxes),
    ),
}


@pytest.mark.parametrize("case", RIGHT_NUMBERS)
def test_right_drawings_are_saved(case, products):
    data = CASES.assign(day=["2016-12-31", "2017-12-31", None])
    draw(paint=RIGHT_NUMBERS[case], data=data)
    assert (products / "03-cases.png").exists()


finite = st.floats(-1e9, 1e9, allow_nan=False).filter(lambda number: abs(number) > 1e-3)


@settings(max_examples=60, deadline=None)
@given(st.lists(finite, min_size=1, max_size=30), st.floats(1e-5, 0.5), st.data())
def test_a_number_moved_beyond_the_tolerance_is_always_found(numbers, shift, data):
    known = refusals.known_numbers(pd.DataFrame({"value": numbers}))
    one = data.draw(st.sampled_from(numbers))
    assert refusals.strangers(np.array([one * (1 + 1e-8)]), known).size == 0
    moved = np.array([one * (1 + shift)])
    isolated = np.abs(known - moved).min() > 1e-6 * abs(moved[0])
    assert (refusals.strangers(moved, known).size == 1) == isolated


def test_bars_must_start_at_zero():
    floating = refusal(
        paint=lambda ax: ax.bar(["a"], [110], bottom=[75]), data=WORDS["data"].assign(d=110)
    )
    assert "start at 75" in floating
    assert "axis starts at 50" in refusal(paint=lambda ax: (bars(ax), ax.set_ylim(50, 200)))
    assert "have no zero" in refusal(paint=lambda ax: (bars(ax), ax.set_yscale("log")))
    assert "start at 75" in refusal(paint=lambda ax: ax.barh(["a"], [37], left=[75]))


def test_negative_bars_may_hang_below_zero():
    draw(paint=lambda ax: ax.bar(["a"], [-92]), data=CASES.assign(change=-CASES["cases"]))


@pytest.mark.parametrize(
    ("paint", "expected"),
    [
        (lambda ax: ax.text(0, 50, "tiny", size=7), "'tiny' has 7 pt"),
        (lambda ax: ax.tick_params(labelsize=6), "has 6 pt"),
        (lambda ax: ax.annotate("far", (3, 0), xycoords="figure fraction"), "leaves the canvas"),
        (lambda ax: ax.text(0, 140, "pale", color="#AAAAAA"), "contrast of"),
        (lambda ax: ax.text(0, 20, "dark", color="black"), "contrast of"),
        (lambda ax: ax.set_title("ไทย"), "missing from font"),
        (lambda ax: (ax.text(0, 50, "first"), ax.text(0, 51, "second")), "'first' overlaps"),
        (lambda ax: ax.set_xticks([0, 1], ["a" * 60, "b" * 60]), "overlaps"),
        (lambda ax: ax.text(0, 50, "shade", path_effects=[withStroke()]), "path effect"),
        (
            lambda ax: ax.figure.text(0.02, 0.03, "on the source line"),
            "overlaps",
        ),
    ],
)
def test_text_is_looked_at(paint, expected):
    assert expected in crowding(lambda ax: (bars(ax), paint(ax)))


def test_text_over_a_legend_is_seen():
    def paint(ax):
        ax.plot([2016, 2017], [92, 159], label="NCCT")
        ax.legend(loc="upper left")
        ax.text(0.06, 0.92, "over the legend", transform=ax.transAxes)

    assert "overlaps" in crowding(paint)


def test_words_need_a_space_between_them():
    drawing = Figure(figsize=(4, 4))
    first = drawing.text(0.2, 0.5, "dispersion")
    drawing.draw_without_rendering()
    end = first.get_window_extent().x1 / (4 * drawing.dpi)
    second = drawing.text(end, 0.5, "effort")
    assert len(text.collisions(text.listen(drawing).lines)) == 1
    second.set_x(end + 0.02)
    assert text.collisions(text.listen(drawing).lines) == []


CROSSED = {
    "line": lambda ax: ax.plot([2016, 2017], [92, 159]),
    "segment": lambda ax: ax.vlines(2016.5, 92, 159, gid="decor"),
    "decor line": lambda ax: ax.axvline(2016.5, gid="decor"),
    "points": lambda ax: ax.plot([2016.5], [125.5], "o", gid="decor"),
    "scatter": lambda ax: ax.scatter([2016.5], [125.5], gid="decor"),
}


@pytest.mark.parametrize("case", CROSSED)
def test_text_on_a_line_or_point_is_seen(case):
    def paint(ax, **look):
        ax.scatter([2016, 2017], [92, 159])
        CROSSED[case](ax)
        ax.text(2016.5, 125.5, "crossed", ha="center", va="center", **look)

    assert "'crossed' lies on a line or a point" in crowding(paint)
    assert not crowding(lambda ax: paint(ax, bbox={"facecolor": "white", "edgecolor": "none"}))


@settings(max_examples=60, deadline=None)
@given(st.tuples(*[st.floats(0, 1)] * 3))
def test_ink_can_be_read_on_every_colour(background):
    assert theme.luminance_contrast(theme.ink_on(background), background) >= 4.5


def test_turned_text_is_measured_at_its_angle():
    drawing = Figure(figsize=(4, 4))
    drawing.text(0.2, 0.2, "a long slanted line", rotation=45)
    drawing.text(0.4, 0.2, "beside")
    assert text.collisions(text.listen(drawing).lines) == []
    drawing.text(0.3, 0.33, "on it")
    assert len(text.collisions(text.listen(drawing).lines)) == 1
