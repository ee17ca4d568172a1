"""Colours stay apart for readers with a colour-vision deficiency, and in grey."""

from itertools import pairwise

import numpy as np
import pytest
from vision import closest, simulate

from khtip.figures import theme

BODIES = ["ncct", "interior", "police", "foreign_affairs", "social_affairs", "immigration"]
BODIES += ["us_state", "other"]


@pytest.mark.parametrize("seen", ["normal", "protanopia", "deuteranopia", "tritanopia"])
@pytest.mark.parametrize(
    "roles", [BODIES, ["reference", "base", "accent"], ["agree", "uncertain", "conflict"]]
)
def test_colours_stay_apart(seen, roles):
    distance, one, other = closest([theme.COLOURS[role] for role in roles], seen)
    assert distance >= 20, f"{one} and {other} look alike under {seen}"


@pytest.mark.parametrize("roles", [["reference", "base"], ["agree", "conflict"]])
def test_pairs_differ_in_grey(roles):
    assert closest([theme.COLOURS[role] for role in roles], "grey")[0] >= 15


def test_neighbours_in_a_stack_differ_in_grey():
    for pair in pairwise(theme.CATEGORIES):
        assert closest(pair, "grey")[0] >= 15, pair


def test_every_body_has_its_own_colour_and_marker():
    names = [*theme._BODIES, "anyone else"]
    styles = [theme.body_style(name) for name in names]
    assert len({style["color"] for style in styles}) == len(names)
    assert len({style["marker"] for style in styles}) == len(names)


def test_colours_of_marks_stand_out_from_white():
    for role in [*BODIES, "reference", "base", "accent", "agree", "conflict", "uncertain"]:
        assert theme.luminance_contrast(theme.COLOURS[role]) >= 3, role


def test_a_red_and_green_pair_would_be_noticed():
    assert closest(["#B02318", "#3A7A2C"], "normal")[0] > 60
    assert closest(["#D55E00", "#A07000"], "protanopia")[0] < 5


def test_dichromats_confuse_what_machado_says_they_do():
    grey = simulate(np.array([0.5, 0.5, 0.5]), "protanopia")
    assert grey == pytest.approx([0.5, 0.5, 0.5], abs=1e-4)
    with pytest.raises(ValueError, match="expected one of"):
        simulate(np.zeros(3), "blindness")
