"""A drawing that comes out crowded is laid out again; what is still wrong stands in its card."""

import json
import warnings

import numpy as np
import pandas as pd
import pytest
from drawings import ANCHOR, CASES, WORDS, bars, crowding, draw
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from khtip.figures import absence, layout, marks, text, theme
from khtip.figures.registry import figure
from khtip.runner import run
from khtip.runner.manifest import Manifest, Notebook

pytestmark = pytest.mark.usefixtures("products")

LONG = "National Committee for the Coordination of all Ministries and Bodies against Trafficking"
KHMER = "គណៈកម្មាធិការជាតិ"
ROWS = 80
YEARS = pd.DataFrame({"year": range(2000, 2060), "cases": np.arange(60.0) + 40})


def card(products, name="03-cases"):
    """Return the card of a saved figure."""
    return json.loads((products / f"{name}.json").read_text(encoding="utf-8"))


def many_years(ax):
    """Draw many years whose labels have no room."""
    ax.plot(YEARS["year"], YEARS["cases"])
    theme.year_axis(ax, every=1)


def long_names(ax):
    """Draw two bodies, one with a name that takes the whole width."""
    ax.barh([0, 1], [92, 159])
    ax.set_yticks([0, 1], labels=[f"{LONG} in Persons", "NCCT"])


def labels_in_one_place(ax):
    """Write two labels over each other."""
    ax.plot([2016, 2017], [92, 159], "o")
    for _ in range(2):
        ax.annotate("more than", (2016.5, 125), xytext=(0, 0), textcoords="offset points")


def many_rows(ax):
    """Draw more rows than a low figure has room for."""
    ax.barh(range(ROWS), [92] * ROWS)
    ax.set_yticks(range(ROWS), labels=[f"row {place}" for place in range(ROWS)])


def crossed(ax):
    """Write a label on a line."""
    ax.plot([2016, 2017], [92, 159])
    ax.text(2016.5, 125.5, "crossed", ha="center", va="center")


NAMES = st.text(st.characters(categories=["L"], max_codepoint=0x17F) | st.just(" "), max_size=120)
CROWDED = [many_years, long_names, labels_in_one_place, many_rows, crossed]


@pytest.mark.parametrize("paint", CROWDED)
def test_what_is_crowded_is_laid_out_again(paint, products):
    assert crowding(paint)
    draw(paint=paint, data=pd.concat([YEARS, CASES]))
    assert "problems" not in card(products)


def test_title_and_foot_keep_their_distance_from_the_edges():
    drawing = Figure(figsize=(theme.WIDTH, 4.2))
    layout.frame(drawing, title="A title", foot=["A source.", "A caveat."])
    with theme.style():
        many_rows(drawing.subplots())
        layout.settle(drawing)
    width, height = drawing.get_size_inches()
    title, foot = (one.get_position()[1] * height for one in drawing.texts)
    assert height > 4.2
    assert foot == pytest.approx(layout.MARGIN)
    assert height - title == pytest.approx(layout.MARGIN)


def test_fewer_years_are_labelled_where_they_are(products):
    draw(paint=many_years, data=YEARS)
    (axes,) = card(products)["axes"]
    ticks = list(map(int, axes["x"]["ticks"]))
    steps = np.diff(ticks)
    assert len(ticks) > 5
    assert ticks[-1] - ticks[0] > 50
    assert set(steps) == {steps[0]}


def test_what_has_room_stays_as_it_is(products):
    draw()
    assert card(products)["size_inches"] == [theme.WIDTH, 4.2]
    assert "problems" not in card(products)


def test_a_taller_figure_says_so_and_keeps_its_title(products):
    draw(paint=many_rows)
    found = card(products)
    assert found["size_inches"][1] > 4.2
    assert len(found["axes"][0]["y"]["ticks"]) == ROWS


def test_a_long_name_is_cut_and_the_table_has_it_whole(products):
    def paint(ax):
        ax.barh([0], [92])
        ax.set_yticks([0], labels=[f"{LONG} {LONG} {LONG}"])

    draw(paint=paint, data=CASES.assign(body=LONG))
    assert card(products)["axes"][0]["y"]["ticks"][0].endswith("…")
    assert LONG in (products / "03-cases.csv").read_text(encoding="utf-8")


def test_what_cannot_be_mended_is_saved_with_its_problems(products):
    draw(paint=lambda ax: (bars(ax), ax.text(0, 50, "tiny", size=7)))
    assert "'tiny' has 7 pt" in card(products)["problems"][0]
    assert (products / "03-cases.png").exists()


def test_a_run_lists_what_was_saved_with_problems(products):
    plan = Manifest(
        products.parent, (Notebook("03-a", "A", "A?", figures=("03-cases", "03-good", "03-none")),)
    )
    draw("03-good")
    assert run._crowded(plan, products.parent) == []
    draw(paint=lambda ax: (bars(ax), [ax.text(0, 8 * n, f"no {n}", size=7) for n in range(5)]))
    listed = run._crowded(plan, products.parent)
    assert "03-cases" in listed[0]
    assert "'no 0' has 7 pt" in listed[1]
    assert "more, in 03-cases.json" in listed[-2]
    assert not any("03-good" in line for line in listed)


def test_khmer_has_a_font_and_another_script_is_told_once(products):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        draw(paint=lambda ax: (bars(ax), ax.set_title(KHMER)), title=f"{KHMER}, 2016")
        assert "problems" not in card(products)
        draw("03-thai", paint=lambda ax: (bars(ax), ax.set_title("ไทย")))
    assert all("missing from font" in one for one in card(products, "03-thai")["problems"])
    svg = (products / "03-cases.svg").read_text(encoding="utf-8")
    assert svg.count("Noto Sans Khmer") == 2  # only where it is needed


def test_khmer_is_shaped_and_measured():
    assert 0 < text.text_width("ខ្មែរ", size=10) < text.text_width("ខ ្ ម ែ រ", size=10)


@pytest.mark.parametrize("nothing", [([], []), ([2016], [np.nan])])
def test_an_empty_panel_says_so(nothing, products):
    with figure("03-two", **WORDS, columns=2) as axes:
        bars(axes[0])
        axes[1].plot(*nothing)
    found = card(products, "03-two")
    assert found["axes"][1]["texts"] == [absence.NO_COUNT]
    assert "problems" not in found


@pytest.mark.parametrize("sources", [[], [ANCHOR]])
@pytest.mark.parametrize("columns", [1, 2])
def test_a_figure_without_a_row_says_so_and_needs_no_source(sources, columns, products):
    words = WORDS | {"data": CASES.iloc[:0], "alt": "", "caption": "", "sources": sources}
    with figure("03-none", **words, columns=columns) as axes:
        np.atleast_1d(axes)[0].set_xlabel("never seen")
    found = card(products, "03-none")
    assert [one["texts"] for one in found["axes"]] == [[absence.NO_COUNT]]
    assert found["sources"] == sources
    assert absence.NO_COUNT in found["alt"]
    assert "problems" not in found
    assert (products / "03-none.csv").read_text(encoding="utf-8") == "year,cases,low,high\n"


def test_a_panel_that_was_never_drawn_in_is_a_problem(products):
    with figure("03-two", **WORDS, columns=2) as axes:
        bars(axes[0])
    assert card(products, "03-two")["problems"][0].startswith("axes 2 is empty")
    with figure("03-two", **WORDS, columns=3) as axes:
        bars(axes[0])
        absence.no_count(axes[1])
        axes[2].set_visible(False)
    assert "problems" not in card(products, "03-two")


@settings(max_examples=50, deadline=None)
@given(
    NAMES,
    st.floats(0.5, 3),
)
def test_a_shortened_name_fits_and_is_the_beginning_of_the_name(name, width):
    short = layout.shortened(name, width, size=8.5)
    assert all(text.text_width(line, size=8.5) <= width * 72 for line in short.split("\n"))
    first = short.split("\n")[0].rstrip("…").strip()
    assert " ".join(name.split()).startswith(first)
    assert short.count("\n") < layout.MOST_LINES or short == name


def test_labels_of_many_points_are_told_apart(products):
    data = pd.DataFrame({"day": [1.0, 1.01, 1.02, 2], "value": [151.0, 154, 153, 20]})

    def paint(ax):
        ax.plot(data["day"], data["value"], "o")
        for row in data.itertuples():
            ax.annotate(
                f"{row.value:.0f}", (row.day, row.value), xytext=(0, 4), textcoords="offset points"
            )
        marks.reference_line(ax, 100, axis="y")

    assert "overlaps" in crowding(paint)
    draw(paint=paint, data=data)
    assert "problems" not in card(products)
