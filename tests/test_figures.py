"""The registry: what is saved, what is refused, and that the bytes never depend on the machine."""

import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from itertools import pairwise
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import seaborn
from hypothesis import given, settings
from hypothesis import strategies as st
from IPython.testing.globalipapp import start_ipython
from matplotlib.figure import Figure
from matplotlib.patches import Polygon
from matplotlib.patheffects import withStroke

from khtip.drawing import drawn, figure_checks, figures, marks, theme, vision, written
from khtip.drawing.figures import FigureError, figure
from khtip.pipeline import collection
from khtip.pipeline.manifest import Manifest, Notebook

ANCHOR = "ppp-2018-ncct-annual"
CASES = pd.DataFrame(
    {
        "year": [2016, 2017, 2018],
        "cases": [92.0, 159.0, np.nan],
        "low": [75.0, 136.0, np.nan],
        "high": [112.0, 185.0, np.nan],
    }
)
WORDS = {
    "title": "Cases reported, Cambodia, 2016 and 2017",
    "caption": "Each bar is a number of cases as reported.",
    "alt": "Two standing bars: 92 cases in 2016 and 159 cases in 2017, as reported by the NCCT.",
    "data": CASES,
    "sources": [ANCHOR],
}
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def products(tmp_path, monkeypatch):
    """Send products to a folder of the test; few pixels make it fast."""
    monkeypatch.setattr(theme, "DPI", 60)
    monkeypatch.setitem(theme.STYLE, "figure.dpi", 60)
    monkeypatch.setenv("KHTIP_OUTPUT", str(tmp_path))
    return tmp_path / "figures"


def draw(name="03-cases", *, paint=None, **changes):
    """Draw one figure; `paint` gets the axes."""
    with figure(name, **(WORDS | changes)) as ax:
        (paint or bars)(ax)


def bars(ax):
    """Draw two correct bars."""
    ax.bar(["2016", "2017"], [92, 159])


def refusal(**changes):
    """Return the problems a figure is refused for; fail when it is saved."""
    with pytest.raises(FigureError) as caught:
        draw(**changes)
    return "\n".join(caught.value.problems)


# --- what is saved ------------------------------------------------------------------------------


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
    assert figures.CAVEAT in card["source_line"]
    (axes,) = card["axes"]
    assert axes["x"]["ticks"] == ["2016", "2017"]
    assert axes["marks"][0]["kind"] == "bars"
    assert axes["marks"][0]["y"] == [92, 159]
    assert axes["marks"][0]["colour"].upper().startswith(theme.COLOURS["ncct"])


def test_context_alone_gets_its_own_caveat(products):
    draw(sources=["ctx-01"])
    card = json.loads((products / "03-cases.json").read_text(encoding="utf-8"))
    assert figures.CAVEATS["indicators"] in card["source_line"]


def test_an_index_that_cites_a_report_can_say_what_it_shows(products):
    draw(sources=["ctx-01", ANCHOR], shows="indicators")
    card = json.loads((products / "03-cases.json").read_text(encoding="utf-8"))
    assert card["source_line"].endswith(figures.CAVEATS["indicators"])


def test_long_list_of_publishers_is_cut():
    names = {str(number): f"Paper {number}" for number in range(9)}
    listed = figures.source_line(list(names), names)
    assert listed.endswith("Paper 3 and 5 more publishers (9 sources).")
    narrow = figures.source_line(list(names), names, width=3.4)
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
    collection.index_figures(plan, products.parent)
    index = json.loads((products / "index.json").read_text(encoding="utf-8"))
    assert [one["name"] for one in index] == ["03-first", "04-second"]


# --- same bytes everywhere ----------------------------------------------------------------------

SCRIPT = """
import sys
sys.path.insert(0, {tests!r})
import matplotlib
matplotlib.rcParams["font.size"] = {size}
import test_figures
test_figures.draw(paint=test_figures.everything, data=test_figures.CASES)
"""


def everything(ax):
    """Draw one mark of each kind."""
    marks.span_bar(ax, CASES["year"], CASES["low"], CASES["high"])
    ax.plot(CASES["year"], CASES["cases"], label="NCCT", **theme.body_style("NCCT"))
    ax.fill_between(CASES["year"], CASES["low"], CASES["high"], alpha=0.2)
    ax.scatter(CASES["year"], CASES["cases"], marker="s")
    theme.year_axis(ax)
    theme.zero_based(ax)
    marks.label_line_ends(ax)


def test_bytes_are_equal_between_processes(tmp_path, products):
    found = []
    for number, seed in enumerate(("0", "4711")):
        out = tmp_path / str(number)
        script = SCRIPT.format(tests=str(Path(__file__).parent), size=8 + number)
        changes = {"PYTHONHASHSEED": seed, "KHTIP_OUTPUT": str(out), "TZ": f"UTC{number}"}
        subprocess.run([sys.executable, "-c", script], check=True, env=os.environ | changes)
        found.append({path.name: path.read_bytes() for path in (out / "figures").iterdir()})
    assert len(found[0]) == 4
    assert found[0] == found[1]


def test_no_date_and_no_version_inside(products):
    draw()
    for kind in ("png", "svg"):
        content = (products / f"03-cases.{kind}").read_bytes().lower()
        assert b"matplotlib version" not in content
        assert b"<dc:date" not in content


def test_the_font_is_the_one_that_ships():
    assert matplotlib_font().startswith(matplotlib_data())


def matplotlib_font():
    """Return the file of the theme's font."""
    from matplotlib.font_manager import FontProperties, findfont

    with theme.style():
        return findfont(FontProperties())


def matplotlib_data():
    """Return where matplotlib keeps what it ships."""
    import matplotlib

    return matplotlib.get_data_path()


def test_theme_leaves_no_trace():
    before = dict(plt.rcParams)
    draw()
    assert dict(plt.rcParams) == before
    assert plt.get_fignums() == []


# --- all or nothing -----------------------------------------------------------------------------


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
    monkeypatch.setattr(figures.Path, "replace", lambda *_: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(OSError, match="full"):
        draw()
    assert not list(products.glob("*.part"))


def test_all_problems_are_told_at_once():
    with pytest.raises(FigureError) as caught:
        draw(caption="", alt="short", sources=["ppp-2018-ncct-anual"])
    assert len(caught.value.problems) == 3


# --- words and sources --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"name": "cases"}, "name 'cases'"),
        ({"name": "03-Cases"}, "name '03-Cases'"),
        ({"name": "03-../x"}, "name '03-../x'"),
        ({"title": " "}, "title is empty"),
        ({"caption": ""}, "caption is empty"),
        ({"alt": ""}, "alt text has 0 characters"),
        ({"alt": "Bars."}, "alt text has 5 characters"),
        (
            {"alt": "Two standing bars that show how many cases were reported, no more."},
            "no number",
        ),
        ({"alt": "x" * 59 + "1" * 9, "caption": "x" * 59 + "1" * 9}, "repeats the title"),
        ({"sources": []}, "no sources"),
        ({"sources": ANCHOR}, "is one text"),
        ({"sources": ["ppp-2018-ncct-anual"]}, f"did you mean '{ANCHOR}'?"),
        ({"sources": [np.nan]}, "unknown source nan"),
        ({"data": CASES["cases"]}, "data is a Series"),
        ({"data": CASES.iloc[:0]}, "no rows"),
        ({"data": pd.concat([CASES, CASES], axis=1)}, "repeats column names"),
        ({"data": CASES.assign(note="=1+1")}, "would start a formula"),
        ({"data": CASES.assign(note="@x")}, "would start a formula"),
        ({"data": CASES.assign(note="-cmd")}, "would start a formula"),
    ],
)
def test_words_and_tables_are_refused(changes, expected, products):
    assert expected in refusal(**changes)
    assert not products.exists()


def test_signed_numbers_in_text_are_no_formula():
    draw(data=CASES.assign(note="-12.5 %", other="+3"))


# --- numbers ------------------------------------------------------------------------------------


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
    known = figure_checks.known_numbers(pd.DataFrame({"value": numbers}))
    one = data.draw(st.sampled_from(numbers))
    assert figure_checks.strangers(np.array([one * (1 + 1e-8)]), known).size == 0
    moved = np.array([one * (1 + shift)])
    isolated = np.abs(known - moved).min() > 1e-6 * abs(moved[0])
    assert (figure_checks.strangers(moved, known).size == 1) == isolated


# --- bars, axes, text ---------------------------------------------------------------------------


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


def test_empty_axes_are_refused(products):
    with (
        pytest.raises(FigureError, match="axes 2 is empty"),
        figure("03-two", **WORDS, columns=2) as axes,
    ):
        bars(axes[0])
    assert "axes 1 is empty" in refusal(paint=lambda ax: ax.plot([], []))
    assert "axes 1 is empty" in refusal(paint=lambda ax: ax.plot([2016], [np.nan]))
    with figure("03-hidden", **WORDS, columns=2) as axes:
        bars(axes[0])
        axes[1].set_visible(False)


@pytest.mark.parametrize(
    ("paint", "expected"),
    [
        (lambda ax: ax.text(0, 50, "tiny", size=7), "'tiny' has 7 pt"),
        (lambda ax: ax.tick_params(labelsize=6), "has 6 pt"),
        (lambda ax: ax.annotate("far", (3, 0), xycoords="figure fraction"), "leaves the canvas"),
        (lambda ax: ax.text(0, 140, "pale", color="#AAAAAA"), "contrast of"),
        (lambda ax: ax.text(0, 20, "dark", color="black"), "contrast of"),
        (lambda ax: ax.set_title("ខ្មែរ"), "missing from font"),
        (lambda ax: (ax.text(0, 50, "first"), ax.text(0, 51, "second")), "'first' overlaps"),
        (lambda ax: ax.set_xticks([0, 1], ["a" * 60, "b" * 60]), "overlaps"),
        (lambda ax: ax.text(0, 50, "shade", path_effects=[withStroke()]), "path effect"),
        (
            lambda ax: ax.figure.text(0.02, 0.03, "on the source line"),
            "overlaps",
        ),
    ],
)
def test_text_is_refused(paint, expected, products):
    assert expected in refusal(paint=lambda ax: (bars(ax), paint(ax)))
    assert not products.exists()


def test_text_over_a_legend_is_refused():
    def paint(ax):
        ax.plot([2016, 2017], [92, 159], label="NCCT")
        ax.legend(loc="upper left")
        ax.text(0.06, 0.92, "over the legend", transform=ax.transAxes)

    assert "overlaps" in refusal(paint=paint)


def test_words_need_a_space_between_them():
    drawing = Figure(figsize=(4, 4))
    first = drawing.text(0.2, 0.5, "dispersion")
    drawing.draw_without_rendering()
    end = first.get_window_extent().x1 / (4 * drawing.dpi)
    second = drawing.text(end, 0.5, "effort")
    assert len(written.collisions(written.written_text(drawing)[0])) == 1
    second.set_x(end + 0.02)
    assert written.collisions(written.written_text(drawing)[0]) == []


CROSSED = {
    "line": lambda ax: ax.plot([2016, 2017], [92, 159]),
    "segment": lambda ax: ax.vlines(2016.5, 92, 159, gid="decor"),
    "decor line": lambda ax: ax.axvline(2016.5, gid="decor"),
    "points": lambda ax: ax.plot([2016.5], [125.5], "o", gid="decor"),
    "scatter": lambda ax: ax.scatter([2016.5], [125.5], gid="decor"),
}


@pytest.mark.parametrize("case", CROSSED)
def test_text_on_a_line_or_point_is_refused(case):
    def paint(ax, **look):
        ax.scatter([2016, 2017], [92, 159])
        CROSSED[case](ax)
        ax.text(2016.5, 125.5, "crossed", ha="center", va="center", **look)

    assert "'crossed' lies on a line or a point" in refusal(paint=paint)
    draw(paint=lambda ax: paint(ax, bbox={"facecolor": "white", "edgecolor": "none"}))


@settings(max_examples=60, deadline=None)
@given(st.tuples(*[st.floats(0, 1)] * 3))
def test_ink_can_be_read_on_every_colour(background):
    assert vision.luminance_contrast(theme.ink_on(background), background) >= 4.5


def test_turned_text_is_measured_at_its_angle():
    drawing = Figure(figsize=(4, 4))
    drawing.text(0.2, 0.2, "a long slanted line", rotation=45)
    drawing.text(0.4, 0.2, "beside")
    assert written.collisions(written.written_text(drawing)[0]) == []
    drawing.text(0.3, 0.33, "on it")
    assert len(written.collisions(written.written_text(drawing)[0])) == 1


# --- helpers ------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-500, 500), min_size=1, max_size=12), st.floats(1, 30))
def test_spread_keeps_distance_and_order(places, distance):
    moved = marks.spread(places, distance)
    order = np.argsort(places, kind="stable")
    assert (np.diff(moved[order]) >= distance - 1e-6).all()
    assert moved.mean() == pytest.approx(np.mean(places), abs=1e-6)


def test_line_labels_do_not_overlap():
    data = pd.DataFrame({"year": [2016, 2017] * 4, "value": [1, 50, 2, 50.1, 3, 50.2, 4, 50.3]})
    data["body"] = np.repeat(["NCCT", "Ministry of Interior", "National Police", "MoSVY"], 2)

    def paint(ax):
        for body, rows in data.groupby("body", sort=False):
            ax.plot(rows["year"], rows["value"], label=body, **theme.body_style(body))
        theme.year_axis(ax)
        theme.zero_based(ax)
        marks.label_line_ends(ax)

    draw(paint=paint, data=data)


def test_labels_of_points_find_room():
    data = pd.DataFrame({"year": [1, 2, 3, 4, 5.0, 6], "value": [3, 9, 2, 2.2, np.nan, 7]})

    def paint(ax):
        ax.plot(data["year"], data["value"], marker="o")
        theme.zero_based(ax)
        marks.label_points(ax, data["year"], data["value"], data["value"].map("{:g}".format))
        assert len(ax.texts) == 5

    draw(paint=paint, data=data)


def test_forest_draws_unbounded_intervals():
    rows = pd.DataFrame(
        {"name": ["a", "b"], "r": [1.7, 2.0], "l": [1.3, 1.2], "h": [2.3, np.inf], "t": ["p", "q"]}
    )
    draw(
        data=rows,
        paint=lambda ax: marks.forest(
            ax, rows, label="name", value="r", low="l", high="h", text="t", limits=(0.5, 4)
        ),
    )


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


# --- colours ------------------------------------------------------------------------------------

BODIES = ["ncct", "interior", "police", "foreign_affairs", "social_affairs", "immigration"]
BODIES += ["us_state", "other"]


@pytest.mark.parametrize("seen", ["normal", "protanopia", "deuteranopia", "tritanopia"])
@pytest.mark.parametrize(
    "roles", [BODIES, ["reference", "base", "accent"], ["agree", "uncertain", "conflict"]]
)
def test_colours_stay_apart(seen, roles):
    distance, one, other = vision.closest([theme.COLOURS[role] for role in roles], seen)
    assert distance >= 20, f"{one} and {other} look alike under {seen}"


@pytest.mark.parametrize("roles", [["reference", "base"], ["agree", "conflict"]])
def test_pairs_differ_in_grey(roles):
    assert vision.closest([theme.COLOURS[role] for role in roles], "grey")[0] >= 15


def test_neighbours_in_a_stack_differ_in_grey():
    for pair in pairwise(theme.CATEGORIES):
        assert vision.closest(pair, "grey")[0] >= 15, pair


def test_every_body_has_its_own_colour_and_marker():
    names = [*theme._BODIES, "anyone else"]
    styles = [theme.body_style(name) for name in names]
    assert len({style["color"] for style in styles}) == len(names)
    assert len({style["marker"] for style in styles}) == len(names)


def test_colours_of_marks_stand_out_from_white():
    for role in [*BODIES, "reference", "base", "accent", "agree", "conflict", "uncertain"]:
        assert vision.luminance_contrast(theme.COLOURS[role]) >= 3, role


def test_a_red_and_green_pair_would_be_noticed():
    assert vision.closest(["#B02318", "#3A7A2C"], "normal")[0] > 60
    assert vision.closest(["#D55E00", "#A07000"], "protanopia")[0] < 5


def test_dichromats_confuse_what_machado_says_they_do():
    grey = vision.simulate(np.array([0.5, 0.5, 0.5]), "protanopia")
    assert grey == pytest.approx([0.5, 0.5, 0.5], abs=1e-4)
    with pytest.raises(ValueError, match="expected one of"):
        vision.simulate(np.zeros(3), "blindness")
