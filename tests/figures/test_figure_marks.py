"""Helpers that draw marks find room for their labels."""

import numpy as np
import pandas as pd
import pytest
from drawings import draw
from hypothesis import given, settings
from hypothesis import strategies as st

from khtip.figures import marks, theme

pytestmark = pytest.mark.usefixtures("products")


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
