"""The bytes of a figure never depend on the machine, the process or the day."""

import os
import subprocess
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import pytest
from drawings import draw
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure

from khtip.figures import theme
from khtip.figures.text import Listener

pytestmark = pytest.mark.usefixtures("products")


SCRIPT = """
import sys
sys.path.insert(0, {tests!r})
import matplotlib
matplotlib.rcParams["font.size"] = {size}
import drawings
drawings.draw(paint=drawings.everything)
"""


def test_bytes_are_equal_between_processes(tmp_path, products):
    found = []
    for number, seed in enumerate(("0", "4711")):
        out = tmp_path / str(number)
        script = SCRIPT.format(tests=str(Path(__file__).parents[1]), size=8 + number)
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


@pytest.mark.parametrize("words", ["Cases", "Cases by year\nand by body"])
@pytest.mark.parametrize("look", [{}, {"size": 13.0, "weight": "bold"}, {"rotation": 30}])
@pytest.mark.parametrize("dpi", [72, 200])
def test_a_text_lies_where_matplotlib_lays_it_without_knowing_the_height_of_its_font(
    words, look, dpi
):
    with theme.style():
        text = Figure(dpi=dpi).text(0.5, 0.5, words, **look)
        taught, plain = Listener(400, 300, dpi), RendererAgg(400, 300, dpi)
        assert text.get_window_extent(taught).bounds == text.get_window_extent(plain).bounds
