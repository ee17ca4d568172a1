"""What is on a set of axes, as plain numbers: the ground of the checks and of the fingerprint.

`marks` walks the artists of one axes. A mark is what carries data: a line, points, segments, bars,
an area, an image or a free shape. Artists with the gid ``decor`` (a reference line, a shaded
background) carry none and are reported as decoration.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.category import StrCategoryConverter
from matplotlib.collections import Collection, LineCollection, PathCollection, QuadMesh
from matplotlib.colors import to_hex
from matplotlib.container import BarContainer
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, NullLocator
from matplotlib.transforms import Transform

DECOR = "decor"
_NOTHING = np.empty(0)


@dataclass(frozen=True)
class Mark:
    """One artist that carries data.

    Attributes
    ----------
    kind : str
        ``line``, ``points``, ``segments``, ``bars``, ``barsh`` (lying), ``area``, ``image``,
        ``shape``.
    x, y : array of float
        Numbers in data coordinates, empty where that direction is not one. For bars the
        position and the length.
    base : array of float
        Where each bar starts; empty for everything else.
    values : array of float
        Cells of an image, or the numbers that a free shape stands for.
    colour, label : str
        First colour as hexadecimal, and the artist's label.
    decor : bool
        True for decoration.
    """

    kind: str
    x: np.ndarray = field(default_factory=lambda: _NOTHING)
    y: np.ndarray = field(default_factory=lambda: _NOTHING)
    base: np.ndarray = field(default_factory=lambda: _NOTHING)
    values: np.ndarray = field(default_factory=lambda: _NOTHING)
    colour: str = ""
    label: str = ""
    decor: bool = False


def stands_for(artist: Artist, *values: float) -> Artist:
    """Say which numbers of the data a free shape (a ribbon, an arrow) stands for; return it.

    Its corners are then not looked up in the data; these numbers are.
    """
    artist.khtip_values = np.array(values, dtype=float)
    return artist


def marks(ax: Axes) -> list[Mark]:
    """Return every mark of one axes, in the order in which they were drawn."""
    bars = [one for one in ax.containers if isinstance(one, BarContainer)]
    in_bars = {id(patch) for one in bars for patch in one.patches}
    found = [_bars(one) for one in bars]
    found += [_line(one) for one in ax.lines]
    found += [_patch(one) for one in ax.patches if id(one) not in in_bars]
    for one in ax.collections:
        found += list(_collection(one))
    found += [_image(one) for one in ax.images]
    return [one for one in found if one.x.size or one.y.size or one.values.size]


def role(axis: Axis) -> str:
    """Return what the numbers of an axis are: ``category``, ``year``, ``index`` or ``value``.

    ``category``: text at whole-number places. ``index``: no ticks. Set the axis' gid to
    ``position`` to declare places without a meaning of their own.
    """
    if any(one.get_gid() == "year" for one in _shared(axis)):
        return "year"
    converter = axis.get_converter()
    if axis.get_gid() == "position" or isinstance(converter, StrCategoryConverter):
        return "category"
    ticks = np.asarray(axis.get_majorticklocs(), dtype=float)
    locator = axis.get_major_locator()
    if isinstance(locator, NullLocator) or not ticks.size:
        return "index"
    if isinstance(locator, FixedLocator) and axis.get_scale() == "linear":
        whole = np.allclose(ticks * 2, np.round(ticks * 2), atol=1e-9)
        labels = [text.get_text().replace(",", "") for text in axis.get_majorticklabels()]
        if whole and any(labels) and labels != [f"{tick:g}" for tick in ticks]:
            return "category"
    return "value"


def _shared(axis: Axis) -> list[Axis]:
    groups = (
        axis.axes.get_shared_x_axes() if axis.axis_name == "x" else axis.axes.get_shared_y_axes()
    )
    return [axis, *(getattr(ax, f"{axis.axis_name}axis") for ax in groups.get_siblings(axis.axes))]


def fingerprint(ax: Axes) -> dict[str, Any]:
    """Return what is on one set of axes as plain data, the same on every machine."""

    def side(axis: Any) -> dict[str, Any]:
        ticks = [text.get_text() for text in axis.get_majorticklabels()]
        return {
            "label": axis.get_label_text(),
            "scale": axis.get_scale(),
            "limits": _rounded(axis.get_view_interval()),
            "ticks": [tick for tick in ticks if tick],
        }

    return {
        "title": ax.get_title(loc="left") or ax.get_title(),
        "x": side(ax.xaxis),
        "y": side(ax.yaxis),
        "marks": [_listed(mark) for mark in marks(ax)],
        "texts": [text.get_text() for text in ax.texts if text.get_text().strip()],
    }


def _listed(mark: Mark) -> dict[str, Any]:
    numbers = {part: getattr(mark, part) for part in ("x", "y", "base", "values")}
    return {
        "kind": mark.kind,
        "label": mark.label,
        "colour": mark.colour,
        "decor": mark.decor,
        **{part: _rounded(values) for part, values in numbers.items() if values.size},
    }


def _rounded(numbers: object) -> list[float]:
    return [float(f"{number:.6g}") for number in np.asarray(numbers, dtype=float).ravel()]


def _numbers(values: object) -> np.ndarray:
    array = _filled(values).ravel()
    return array[np.isfinite(array)]


def _filled(values: object) -> np.ndarray:
    return np.ma.filled(np.ma.asarray(values, dtype=float), np.nan)


def _hex(colours: object) -> str:
    array = np.asarray(colours, dtype=object)
    first = array[0] if array.ndim > 1 else colours
    try:
        return to_hex(first, keep_alpha=True)
    except (ValueError, TypeError):
        return ""


def _about(artist: Artist, colours: object) -> dict[str, Any]:
    label = str(artist.get_label() or "")
    return {
        "colour": _hex(colours),
        "label": "" if label.startswith("_") else label,
        "decor": artist.get_gid() == DECOR or not artist.get_visible(),
    }


def _placed(artist: Artist, transform: Transform, points: np.ndarray) -> dict[str, Any]:
    if hasattr(artist, "khtip_values"):
        return {"values": _numbers(artist.khtip_values)}
    x_is_data, y_is_data = transform.contains_branch_seperately(artist.axes.transData)
    points = _filled(points).reshape(-1, 2)
    points = points[np.isfinite(points).all(axis=1)]
    return {
        "x": points[:, 0] if x_is_data else _NOTHING,
        "y": points[:, 1] if y_is_data else _NOTHING,
    }


def _line(line: Line2D) -> Mark:
    points = np.column_stack([line.get_xdata(orig=False), line.get_ydata(orig=False)])
    kind = "points" if line.get_linestyle() in ("None", "", " ") else "line"
    placed = _placed(line, line.get_transform(), points)
    return Mark(kind, **placed, **_about(line, line.get_color()))


def _bars(container: BarContainer) -> Mark:
    keep = [b for b in container.patches if np.isfinite([b.get_width(), b.get_height()]).all()]
    if not keep:
        return Mark("bars")
    x, width = np.array([(b.get_x(), b.get_width()) for b in keep]).T
    y, height = np.array([(b.get_y(), b.get_height()) for b in keep]).T
    about = _about(keep[0], keep[0].get_facecolor())
    about["label"] = "" if container.get_label().startswith("_") else container.get_label()
    if container.orientation == "horizontal":
        return Mark("barsh", x=width, y=y + height / 2, base=x, **about)
    return Mark("bars", x=x + width / 2, y=height, base=y, **about)


def _patch(patch: Artist) -> Mark:
    transform = patch.get_data_transform()
    points = patch.get_patch_transform().transform(patch.get_path().vertices)
    points = points[:-1] if len(points) > 1 else points  # the closing point repeats the first
    placed = _placed(patch, transform, points)
    return Mark("shape", **placed, **_about(patch, patch.get_facecolor()))


def _collection(one: Collection) -> Iterator[Mark]:
    if isinstance(one, QuadMesh):
        yield Mark("image", values=_numbers(one.get_array()), **_about(one, ""))
    elif isinstance(one, PathCollection):
        placed = _placed(one, one.get_offset_transform(), one.get_offsets())
        yield Mark("points", **placed, **_about(one, one.get_facecolor()))
    elif isinstance(one, LineCollection):
        points = [segment for segment in one.get_segments() if len(segment)]
        if points:
            placed = _placed(one, one.get_transform(), np.concatenate(points))
            yield Mark("segments", **placed, **_about(one, one.get_color()))
    else:
        points = [path.vertices for path in one.get_paths() if len(path.vertices)]
        if points:
            placed = _placed(one, one.get_transform(), np.concatenate(points))
            yield Mark("area", **placed, **_about(one, one.get_facecolor()))


def _image(image: Artist) -> Mark:
    return Mark("image", values=_numbers(image.get_array()), **_about(image, ""))
