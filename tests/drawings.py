"""One small figure that tests draw in many ways, right and wrong."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from khtip.figures import layout, marks, theme
from khtip.figures.refusals import FigureError
from khtip.figures.registry import figure
from khtip.figures.text import Canvas

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


def crowding(paint):
    """Return what is wrong with the text of a drawing before anything is mended."""
    with theme.style():
        drawing = Figure(figsize=(theme.WIDTH, 4.2))
        Canvas(drawing)
        layout.frame(drawing, title=WORDS["title"], foot=["Source: a paper."])
        paint(drawing.subplots())
        return "\n".join(layout.look(drawing)[0])


def everything(ax):
    """Draw one mark of each kind."""
    marks.span_bar(ax, CASES["year"], CASES["low"], CASES["high"])
    ax.plot(CASES["year"], CASES["cases"], label="NCCT", **theme.body_style("NCCT"))
    ax.fill_between(CASES["year"], CASES["low"], CASES["high"], alpha=0.2)
    ax.scatter(CASES["year"], CASES["cases"], marker="s")
    theme.year_axis(ax)
    theme.zero_based(ax)
    marks.label_points(ax, [2017], [159.0], ["NCCT"])
