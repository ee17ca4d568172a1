"""Text as it is rendered: its size, whether it fits the canvas, and what it runs into.

Text is measured in the theme's fonts without a canvas, so that lines can be broken before anything
is drawn.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Affine2D

from khtip.figures.theme import FONTS, SMALLEST_TEXT, luminance_contrast

LEAST_CONTRAST = 4.5  # level AA of WCAG 2 for text of this size
_TOUCH = 1.0  # pixels that two boxes may share upwards before they overlap
_APART = 0.12  # of the text's size: the room each line needs before and after it


def text_width(text: str, *, size: float, weight: str = "normal") -> float:
    """Return how wide a text is in the theme's fonts, in points, without a canvas.

    Examples
    --------
    >>> round(text_width("0.5", size=10), 1)
    15.9
    """
    return text_size(text, weight)[0] * size / 100


@cache
def text_size(text: str, weight: str) -> tuple[float, float, float]:
    """Return width, height and descent of a text at 100 points, measured once."""
    font = FontProperties(family=FONTS, size=100, weight=weight)
    return text_to_path.get_text_width_height_descent(text, font, ismath=False)


def wrap(text: str, width: float, *, size: float, weight: str = "normal") -> list[str]:
    """Break a text into lines no wider than `width` inches, measured in the theme's font."""
    style: dict[str, Any] = {"size": size, "weight": weight}
    # Word by word, since words come again and lines do not; the font sets no pair of a letter and
    # a space closer.
    space = text_width("a b", **style) - text_width("a", **style) - text_width("b", **style)
    lines: list[str] = []
    taken = 0.0
    for word in text.split():
        wide = text_width(word, **style)
        if lines and taken + space + wide <= width * 72:
            lines[-1] += f" {word}"
            taken += space + wide
        else:
            lines.append(word)
            taken = wide
    return lines


class KnowsHeights:
    """A renderer that knows how high a font is, so that the layout need not ask the font file.

    matplotlib 3.11 reads tables of the file for each text at each step of a layout, unless its
    renderer has this method, whose name may change. An older one never calls it.
    """

    dpi: float

    def _get_font_height_metrics(self, prop: FontProperties) -> tuple[float, float, float]:
        # A copy, because whoever owns the properties may change them.
        return font_heights(prop.copy(), self.dpi)


@cache
def font_heights(prop: FontProperties, dpi: float) -> tuple[float, float, float]:
    """Return ascent, descent and gap between lines of a font, in pixels of `dpi`.

    As in ``matplotlib.text.Text._get_layout``: OpenType's typographic metrics.
    """
    font = get_font(findfont(prop))
    heights, head = font.get_sfnt_table("OS/2"), font.get_sfnt_table("head")
    scale = 1 / head["unitsPerEm"] * prop.get_size_in_points() * dpi / 72
    return (
        heights["sTypoAscender"] * scale,
        -heights["sTypoDescender"] * scale,
        heights["sTypoLineGap"] * scale,
    )


@dataclass(frozen=True)
class Written:
    """One line of drawn text.

    Attributes
    ----------
    text : str
    size : float
        Points.
    corners, room : array of shape (4, 2)
        Corners of the ink, and of the ink with the space it needs on both sides; pixels from the
        canvas' bottom left.
    contrast : float
        Against what was drawn below it, from 1 to 21.
    owner : matplotlib.text.Text, optional
        What it is a line of.
    """

    text: str
    size: float
    corners: np.ndarray
    room: np.ndarray
    contrast: float
    owner: Text | None

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, bottom, right and top of the upright box around the line."""
        (x0, y0), (x1, y1) = self.corners.min(axis=0), self.corners.max(axis=0)
        return x0, y0, x1, y1


class Listener(KnowsHeights, RendererAgg):
    """Draws like Agg, and keeps what it was told to write.

    Attributes
    ----------
    lines : list of Written
    """

    def __init__(self, width: float, height: float, dpi: float) -> None:
        super().__init__(width, height, dpi)
        self.lines: list[Written] = []
        self._sizes: dict[tuple[str, FontProperties, Any], tuple[float, float, float]] = {}

    def get_text_width_height_descent(
        self, s: str, prop: FontProperties, ismath: Any
    ) -> tuple[float, float, float]:
        """Return the size of a line of text in pixels, measured once."""
        key = (s, prop.copy(), ismath)
        if key not in self._sizes:
            self._sizes[key] = super().get_text_width_height_descent(s, prop, ismath)
        return self._sizes[key]

    def draw_text(
        self,
        gc: Any,
        x: Any,
        y: Any,
        s: Any,
        prop: Any,
        angle: Any,
        ismath: Any = False,
        mtext: Any = None,
    ) -> None:
        if s.strip() and (gc.get_alpha() or 0) > 0:
            width, height, descent = self.get_text_width_height_descent(s, prop, ismath)
            left, right = 0, width
            low, high = _TOUCH / 2 - descent, height - descent - _TOUCH / 2
            box = np.array([(left, low), (right, low), (right, high), (left, high)])
            turn = Affine2D().rotate_deg(angle).translate(x, self.height - y)
            size = prop.get_size_in_points()
            room = np.array([(-1, 0), (1, 0), (1, 0), (-1, 0)]) * _APART * size * self.dpi / 72
            corners = turn.transform(box)
            seen = luminance_contrast(gc.get_rgb()[:3], self._below(corners))
            around = turn.transform(box + room)
            self.lines.append(Written(s, size, corners, around, seen, mtext))
        super().draw_text(gc, x, y, s, prop, angle, ismath=ismath, mtext=mtext)

    def holds(self, box: tuple[float, float, float, float]) -> bool:
        """Tell whether a box (left, bottom, right, top, in pixels) lies on the canvas."""
        x0, y0, x1, y1 = box
        return x0 >= -1 and y0 >= -1 and x1 <= self.width + 1 and y1 <= self.height + 1

    def _below(self, corners: np.ndarray) -> tuple[float, ...]:
        """Return the colour that most of a box has so far."""
        picture = np.asarray(self.buffer_rgba())[::-1]
        (x0, y0), (x1, y1) = corners.min(axis=0), corners.max(axis=0)
        cut = picture[max(int(y0), 0) : int(y1) + 1, max(int(x0), 0) : int(x1) + 1, :3]
        if not cut.size:
            return (1.0, 1.0, 1.0)
        return tuple(float(channel) / 255 for channel in np.median(cut.reshape(-1, 3), axis=0))


class Canvas(FigureCanvasAgg):
    """A canvas whose renderer listens; a figure gets it by ``Canvas(figure)``."""

    def get_renderer(self) -> Listener:
        """Return the one renderer of the figure as large as it is now."""
        size = (*self.get_width_height(physical=True), self.figure.dpi)
        if getattr(self, "_size", None) != size:
            self._size, self._renderer = size, Listener(*size)
        return self._renderer


def listen(drawing: Figure) -> Listener:
    """Render a figure anew, and return the renderer: it holds the picture and the lines."""
    canvas = drawing.canvas if isinstance(drawing.canvas, Canvas) else Canvas(drawing)
    listener = canvas.get_renderer()
    listener.clear()
    listener.lines.clear()
    drawing.draw(listener)
    return listener


def collisions(lines: list[Written]) -> list[tuple[Written, Written]]:
    """Return every pair of lines whose boxes overlap, also at an angle."""
    if not lines:
        return []
    rooms = np.array([line.room for line in lines])
    low, high = rooms.min(axis=1), rooms.max(axis=1)
    near = ((low[:, None] < high) & (low < high[:, None])).all(axis=-1)  # upright boxes first
    found = []
    for place, other in np.argwhere(np.triu(near, 1)):
        first, second = (Path(rooms[one], closed=False) for one in (place, other))
        if first.intersects_path(second, filled=True):
            found.append((lines[place], lines[other]))
    return found


def crossed(ax: Axes) -> list[str]:
    """Return the texts of an axes that a line runs through or a point lies under.

    Text with a box behind it (``bbox=dict(facecolor="white", edgecolor="none")``) is readable and
    passes.
    """
    drawn = ink(ax)
    return [
        text.get_text()
        for text in ax.texts
        if text.get_visible() and text.get_text().strip() and not text.get_bbox_patch()
        if not text.get_rotation() % 90 and lies_on(text, *drawn)
    ]


def lies_on(text: Text, paths: list[Path], spots: np.ndarray) -> bool:
    """Return whether a text lies on one of the paths or spots that `ink` returns."""
    box = Text.get_window_extent(text).expanded(0.96, 0.7)
    if spots.size and box.count_contains(spots):
        return True
    return any(path.intersects_bbox(box, filled=False) for path in paths)


def ink(ax: Axes) -> tuple[list[Path], np.ndarray]:
    """Return the lines of an axes as paths, and its points, in pixels."""
    paths, spots = [], [np.empty((0, 2))]
    for line in ax.lines:
        if not line.get_visible():
            continue
        path = line.get_transform().transform_path(line.get_path()).cleaned(remove_nans=True)
        if line.get_linestyle() not in ("None", "", " ") and len(path.vertices) > 1:
            paths.append(path)
        if line.get_marker() not in ("None", None, "", " "):
            spots.append(path.vertices[path.codes != Path.STOP])
    for one in ax.collections:
        if isinstance(one, LineCollection):
            shift = one.get_transform()
            paths += [shift.transform_path(path).cleaned() for path in one.get_paths()]
        elif isinstance(one, PathCollection):
            spots.append(
                one.get_offset_transform().transform(np.ma.filled(one.get_offsets(), np.nan))
            )
    every = np.concatenate(spots)
    return paths, every[np.isfinite(every).all(axis=1)]


def check_text(drawing: Figure, picture: Listener) -> list[str]:
    """Return what is wrong with the text of a drawing: size, contrast, canvas, overlaps.

    Parameters
    ----------
    drawing : Figure
        Laid out.
    picture : Listener
        From `listen`.
    """
    problems = []
    for line in picture.lines:
        if line.size < SMALLEST_TEXT - 1e-6:
            problems.append(
                f"text {line.text!r} has {line.size:g} pt, expected at least {SMALLEST_TEXT:g}"
            )
        if line.contrast < LEAST_CONTRAST - 0.05:
            problems.append(
                f"text {line.text!r} has a contrast of {line.contrast:.1f} to what lies below it, "
                f"expected at least {LEAST_CONTRAST}: use theme.text_colour or theme.ink_on"
            )
        if not picture.holds(line.box):
            problems.append(
                f"text {line.text!r} leaves the canvas: shorten it, break it into lines, or make "
                "the figure larger"
            )
    for one, other in collisions(picture.lines):
        problems.append(
            f"text {one.text!r} overlaps {other.text!r}: move one, leave out ticks, or give the "
            "figure more room"
        )
    for ax in drawing.findobj(Axes):
        problems += [
            f"text {text!r} lies on a line or a point: move it (marks.label_points finds room), or "
            "put bbox=dict(facecolor='white', edgecolor='none', pad=1) behind it"
            for text in crossed(ax)
        ]
    for text in drawing.findobj(Text):
        if text.get_path_effects() and text.get_text().strip():
            problems.append(
                f"text {text.get_text()!r} has a path effect, which turns it into shapes: use "
                "bbox=dict(facecolor='white', edgecolor='none') instead"
            )
    return list(dict.fromkeys(problems))
