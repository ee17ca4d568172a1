"""Room for a drawing: words around it, room for its axes, and what is done when it is crowded.

A figure is drawn for any valid data. Other data may bring more years, more rows or longer names, so
a drawing that comes out crowded is laid out again: fewer ticks, long names in lines or cut (the
table has them in full), labels moved apart, more height. What is still wrong then is told.
"""

import math
import warnings
from collections.abc import Iterable, Iterator

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.text import Annotation, Text
from matplotlib.ticker import NullFormatter
from matplotlib.transforms import Bbox, ScaledTranslation

from khtip.figures import drawn
from khtip.figures.text import (
    Listener,
    Written,
    check_text,
    collisions,
    ink,
    lies_on,
    listen,
    text_width,
    wrap,
)
from khtip.figures.theme import COLOURS, SMALLEST_TEXT, STYLE

MARGIN = 0.08  # inches around the title and the foot
LONGEST = 2.2  # inches of a name beside the axes, when there is no room
MOST_LINES = 3
LEAST_WIDTH = 0.15  # of the figure, for all axes together
GROWTH, MOST_GROWTH = 1.3, 4.0  # of the height, at one time
SPACING = 1.3  # of the lines of title and foot
_NUMBER = set("0123456789.,+-−–% ×")


def frame(drawing: Figure, *, title: str, foot: Iterable[str]) -> None:
    """Write the title at the top and the foot lines at the bottom; the axes get what is left.

    Parameters
    ----------
    drawing : Figure
        A figure with nothing in it.
    title : str
        Quantity, place and period; broken into lines when it is long.
    foot : iterable of str
        Sentences of the source line, each begun on a new line.
    """
    width, height = drawing.get_size_inches()
    size, most = float(STYLE["figure.titlesize"]), width - 2 * MARGIN
    head = wrap(title, most, size=size, weight="bold")
    feet = [line for part in foot for line in wrap(part, most, size=SMALLEST_TEXT)]
    at = {"x": MARGIN / width, "ha": "left", "linespacing": SPACING}
    drawing.text(y=1 - MARGIN / height, s="\n".join(head), va="top", weight="bold", size=size, **at)
    look = {"va": "bottom", "size": SMALLEST_TEXT, "color": COLOURS["muted"]}
    drawing.text(y=MARGIN / height, s="\n".join(feet), **look, **at)
    engine = ConstrainedLayoutEngine(rect=_room(drawing), w_pad=0.06, h_pad=0.05)
    drawing.set_layout_engine(engine)


def lay_out(drawing: Figure) -> None:
    """Give the axes their room, so that places in pixels can be asked for.

    Nothing is drawn: `Figure.draw_without_rendering` goes through every mark as well.
    """
    engine = drawing.get_layout_engine()
    if engine is not None:
        engine.execute(drawing)


def settle(drawing: Figure) -> tuple[list[str], Listener]:
    """Lay a framed drawing out for good and render it, again and again while text is crowded.

    A picture takes longest of all, so the one that is looked at is also the one that is saved.

    Returns
    -------
    (list of str, Listener)
        What is still wrong with text or room, and the picture.
    """
    engine = drawing.get_layout_engine()
    problems, picture = look(drawing)
    for mend in (_fewer_ticks, _shorter_names, _apart, _taller, _apart, _taller, _apart):
        if problems and mend(drawing, picture):
            engine.set(rect=_room(drawing))
            drawing.set_layout_engine(engine)
            for ax in drawing.axes:
                ax.set_in_layout(True)  # a fixed place had taken it out
            problems, picture = look(drawing)
    return problems, picture


def _room(drawing: Figure) -> tuple[float, float, float, float]:
    """Return the room between title and foot, in parts of the figure, for the layout engine."""
    height = drawing.get_size_inches()[1]
    title, foot = (len(one.get_text().split("\n")) for one in drawing.texts[:2])
    top = MARGIN + title * float(STYLE["figure.titlesize"]) * SPACING / 72 + 0.06
    bottom = MARGIN + foot * SMALLEST_TEXT * SPACING / 72 + 0.06
    return 0.01, bottom / height, 0.98, 1 - (top + bottom) / height


def look(drawing: Figure) -> tuple[list[str], Listener]:
    """Lay a drawing out and render it once; return what is wrong with it, and the picture."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        _finish(drawing)
        picture = listen(drawing)
    said = list(dict.fromkeys(_warned(str(one.message)) for one in told))
    places = [ax.get_position() for ax in drawing.axes if ax.get_visible()]
    if places and Bbox.union(places).width < LEAST_WIDTH:
        said.append("names beside the axes leave them little room: shorten the names")
    return [*check_text(drawing, picture), *said], picture


def _warned(message: str) -> str:
    if "collapsed to zero" in message:
        return "the axes have no room left: shorten labels or make the figure larger"
    if "missing from font" in message:
        return f"{message}: write the word in Latin letters"
    return f"matplotlib warns: {message}"


def _finish(drawing: Figure) -> None:
    """Fix the layout, and leave grid lines only on axes that hold values."""
    lay_out(drawing)
    drawing.set_layout_engine("none")
    for ax in drawing.axes:
        # The layout's solver leaves noise in the last digits, which differs from run to run and
        # would reach the names of clip paths in the SVG.
        ax.set_position([round(end, 5) for end in ax.get_position(original=True).bounds])
        for axis in (ax.xaxis, ax.yaxis):
            if drawn.role(axis) in ("category", "index", "year"):
                axis.grid(False)


# What mends a crowded drawing. Each tells whether it changed anything.


def _crowd(drawing: Figure, picture: Listener) -> set[Text]:
    """Return the texts that overlap others or leave the canvas."""
    lines = [line for pair in collisions(picture.lines) for line in pair]
    lines += [line for line in picture.lines if not picture.holds(line.box)]
    return {one for line in lines if (one := _owner(line, drawing))}


def _owner(line: Written, drawing: Figure) -> Text | None:
    """Return the text that a line belongs to; matplotlib does not say it of one of several."""
    if line.owner is not None:
        return line.owner
    middle = line.corners.mean(axis=0)
    holders = (
        text
        for text in drawing.findobj(Text)
        if text.get_visible() and line.text in text.get_text().split("\n")
        if text.get_window_extent().expanded(1.1, 1.1).contains(*middle)
    )
    return next(holders, None)


def _axes_of_text(drawing: Figure) -> Iterator[tuple[Axis, list[Text], list[str]]]:
    """Yield each axis with labels, its labels and their words."""
    for ax in drawing.findobj(Axes):
        for axis in (ax.xaxis, ax.yaxis):
            labels = axis.get_majorticklabels()
            words = [one.get_text() for one in labels]
            if any(words):
                yield axis, labels, words


def _apart_by(axis: Axis, labels: list[Text]) -> float:
    """Return how many pixels lie between two labels of an axis."""
    side = 0 if axis.axis_name == "x" else 1
    ends = np.unique([one.get_window_extent().get_points()[:, side].mean() for one in labels])
    return float(np.diff(ends).min()) if len(ends) > 1 else math.inf


def _fewer_ticks(drawing: Figure, picture: Listener) -> bool:
    """Label every second, third … tick of an axis whose numbers run into each other."""
    crowd, changed = _crowd(drawing, picture), False
    for axis, labels, words in _axes_of_text(drawing):
        if crowd & set(axis.get_minorticklabels()):
            axis.set_minor_formatter(NullFormatter())
            changed = True
        if len(crowd & set(labels)) < 2 or not set("".join(words)) <= _NUMBER:
            continue
        side = "width" if axis.axis_name == "x" else "height"
        largest = max(getattr(one.get_window_extent(), side) for one in labels)
        every = math.ceil((largest + labels[0].get_size()) / _apart_by(axis, labels))
        if every > 1:
            axis.set_ticks(axis.get_majorticklocs()[::every], labels=words[::every])
            changed = True
    return changed


def _shorter_names(drawing: Figure, picture: Listener) -> bool:
    """Break long names into lines, and cut what is longer than `MOST_LINES`."""
    crowd, changed = _crowd(drawing, picture), False
    for axis, labels, words in _axes_of_text(drawing):
        room = LONGEST
        if axis.axis_name == "x" and crowd & set(labels):
            room = min(room, 0.9 * _apart_by(axis, labels) / drawing.dpi)
        short = [
            shortened(one, room, size=label.get_size())
            for one, label in zip(words, labels, strict=True)
        ]
        if short != words and not set("".join(words)) <= _NUMBER:
            axis.set_ticks(axis.get_majorticklocs(), labels=short)
            changed = True
    for text in (one for ax in drawing.findobj(Axes) for one in ax.texts if one in crowd):
        short_text = shortened(text.get_text(), LONGEST, size=text.get_size())
        changed |= short_text != text.get_text()
        text.set_text(short_text)
    return changed


def shortened(name: str, width: float, *, size: float) -> str:
    """Return a name in lines of at most `width` inches, at most `MOST_LINES`, the rest cut.

    Examples
    --------
    >>> shortened("Ministry of Interior", 2, size=8.5)
    'Ministry of Interior'
    >>> shortened("Ministry of Interior", 0.9, size=8.5)
    'Ministry of\\nInterior'
    """
    if all(text_width(line, size=size) <= width * 72 for line in name.splitlines()):
        return name
    lines = wrap(name, width, size=size)
    cut = len(lines) > MOST_LINES
    lines = lines[:MOST_LINES]
    if cut:
        lines[-1] += " …"
    return "\n".join(_cut(line, width, size) for line in lines)


def _cut(line: str, width: float, size: float) -> str:
    kept = line
    while len(kept) > 1 and text_width(kept, size=size) > width * 72:
        kept = kept.removesuffix("…")[:-1].rstrip() + "…"
    return kept


def _apart(drawing: Figure, picture: Listener) -> bool:
    """Move labels that overlap to the nearest free place, and put white behind crossed ones."""
    boxes: dict[Text, Bbox] = {}
    owners = {id(line): _owner(line, drawing) for line in picture.lines}
    for line in picture.lines:
        owner, box = owners[id(line)], Bbox([line.room.min(axis=0), line.room.max(axis=0)])
        if owner is not None:
            boxes[owner] = Bbox.union([box, boxes.get(owner, box)])
    changed = False
    labels = {one for ax in drawing.findobj(Axes) for one in ax.texts if _movable(one)}
    for pair in collisions(picture.lines):
        for text in [one for line in reversed(pair) if (one := owners[id(line)]) in labels]:
            if any(boxes[text].overlaps(boxes[one]) for one in boxes if one is not text):
                changed |= _move(text, boxes, picture)
                break
    for ax in drawing.findobj(Axes):
        marks = ink(ax)
        for text in ax.texts:
            if text.get_text().strip() and not text.get_bbox_patch() and lies_on(text, *marks):
                text.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 1})
                changed = True
    return changed


def _movable(text: Text) -> bool:
    return not isinstance(text, Annotation) or text.anncoords == "offset points"


def _move(text: Text, boxes: dict[Text, Bbox], picture: Listener) -> bool:
    """Shift a text by as few of its own heights and widths as it takes to be free."""
    box = boxes[text]
    others = [other for one, other in boxes.items() if one is not text]
    steps = sorted(
        ((across, up) for across in (0, 1, -1) for up in range(-4, 5) if across or up),
        key=lambda step: (2 * abs(step[0]) + abs(step[1]), -step[1]),
    )
    for across, up in steps:
        x, y = across * box.width, up * box.height * 1.02
        place = box.translated(x, y)
        if picture.holds(place.extents) and not any(place.overlaps(one) for one in others):
            points = x * 72 / picture.dpi, y * 72 / picture.dpi
            if isinstance(text, Annotation):
                text.xyann = tuple(np.add(text.xyann, points))
            else:
                shift = ScaledTranslation(*np.divide(points, 72), text.figure.dpi_scale_trans)
                text.set_transform(text.get_transform() + shift)
            boxes[text] = place
            return True
    return False


def _taller(drawing: Figure, picture: Listener) -> bool:
    """Make the figure higher; the title and the foot keep their size and their places."""
    width, height = drawing.get_size_inches()
    crowd, need = _crowd(drawing, picture), GROWTH
    for axis, labels, _ in _axes_of_text(drawing):
        if axis.axis_name == "y" and crowd & set(labels):
            largest = max(one.get_window_extent().height for one in labels)
            need = max(need, GROWTH * largest / _apart_by(axis, labels))
    higher = round(height * min(need, MOST_GROWTH), 2)
    title, foot = drawing.texts[:2]
    title.set_y(1 - MARGIN / higher)
    foot.set_y(MARGIN / higher)
    drawing.set_size_inches(width, higher)
    return True
