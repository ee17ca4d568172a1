"""Words around a drawing, and the room that they leave to the axes.

Text is measured in the theme's font without a canvas, so the title and the source line are broken
before anything is drawn.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.textpath import text_to_path

from khtip.drawing import drawn
from khtip.drawing.theme import COLOURS, FONT, SMALLEST_TEXT, STYLE


def text_width(text: str, *, size: float, weight: str = "normal") -> float:
    """Return how wide a text is in the theme's font, in points, without a canvas.

    Examples
    --------
    >>> round(text_width("0.5", size=10), 1)
    15.9
    """
    return text_size(text, weight)[0] * size / 100


@cache
def text_size(text: str, weight: str) -> tuple[float, float, float]:
    """Return width, height and descent of a text at 100 points, measured once."""
    font = FontProperties(family=FONT, size=100, weight=weight)
    return text_to_path.get_text_width_height_descent(text, font, ismath=False)


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


def frame(drawing: Figure, *, title: str, foot: Iterable[str]) -> None:
    """Write the title at the top and the foot lines at the bottom; the axes get what is left.

    Parameters
    ----------
    drawing : Figure
        A figure without axes.
    title : str
        Quantity, place and period; broken into lines when it is long.
    foot : iterable of str
        Sentences of the source line, each begun on a new line.
    """
    width, height = drawing.get_size_inches()
    margin, size, spacing = 0.08, float(STYLE["figure.titlesize"]), 1.3
    head = wrap(title, width - 2 * margin, size=size, weight="bold")
    feet = [line for part in foot for line in wrap(part, width - 2 * margin, size=SMALLEST_TEXT)]
    top = margin + len(head) * size * spacing / 72 + 0.06
    bottom = margin + len(feet) * SMALLEST_TEXT * spacing / 72 + 0.06
    at = {"x": margin / width, "ha": "left", "linespacing": spacing}
    drawing.text(y=1 - margin / height, s="\n".join(head), va="top", weight="bold", size=size, **at)
    drawing.text(
        y=margin / height,
        s="\n".join(feet),
        va="bottom",
        size=SMALLEST_TEXT,
        color=COLOURS["muted"],
        **at,
    )
    drawing.set_layout_engine(
        ConstrainedLayoutEngine(
            rect=(0.01, bottom / height, 0.98, 1 - (top + bottom) / height),
            w_pad=0.06,
            h_pad=0.05,
        )
    )


def lay_out(drawing: Figure) -> None:
    """Give the axes their room, so that places in pixels can be asked for.

    Nothing is drawn: `Figure.draw_without_rendering` goes through every mark as well.
    """
    engine = drawing.get_layout_engine()
    if engine is not None:
        engine.execute(drawing)


def finish(drawing: Figure) -> None:
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
