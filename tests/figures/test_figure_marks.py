"""Helpers that draw marks find room for their labels."""

import numpy as np
import pandas as pd
import pytest
from drawings import draw

from khtip.figures import marks, theme

pytestmark = pytest.mark.usefixtures("products")


def test_labels_of_points_find_room():
    data = pd.DataFrame({"year": [1, 2, 3, 4, 5.0, 6], "value": [3, 9, 2, 2.2, np.nan, 7]})

    def paint(ax):
        ax.plot(data["year"], data["value"], marker="o")
        theme.zero_based(ax)
        marks.label_points(ax, data["year"], data["value"], data["value"].map("{:g}".format))
        assert len(ax.texts) == 5

    draw(paint=paint, data=data)


@pytest.mark.parametrize("axis", ["x", "y"])
def test_an_unbounded_interval_runs_to_the_edge(axis):
    rows = pd.DataFrame({"r": [1.7, 2.0], "l": [1.3, 1.2], "h": [2.3, np.inf]})

    def paint(ax):
        ax.set(**{f"{axis}lim": (0.5, 4), f"{axis}scale": "log"})
        marks.dot_range(ax, [0, 1], rows["r"], rows["l"], rows["h"], axis=axis)
        (ax.set_yticks if axis == "x" else ax.set_xticks)([0, 1], labels=["a", "b"])
        (tip,) = (one for one in ax.lines if one.get_marker() in (">", "^"))
        assert tip.get_xydata()[0].tolist() == ([4, 1] if axis == "x" else [1, 4])

    draw(data=rows, paint=paint)
