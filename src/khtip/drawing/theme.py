"""One look for every figure: style, named colours, and the lines around a drawing.

White background, the font that ships with matplotlib, no text below 8 pt, a thin grid, no box.
Colours go by role, and each reporting body has one colour *and* one marker everywhere, so that a
figure printed in grey can still be read. Helpers that draw marks are in `khtip.drawing.marks`.

The colours keep their distance from each other for readers with normal vision and under
simulated protanopia, deuteranopia and tritanopia (`vision` measures it, a test holds it),
and each has a contrast of at least 3:1 against white.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from functools import cache
from typing import Any

import matplotlib
import matplotlib.style
from matplotlib import ticker
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.textpath import text_to_path

from khtip.drawing import drawn
from khtip.drawing.vision import luminance_contrast

WIDTH = 7.2  # inches, the text width of a page
DPI = 200  # pixels an inch: twice the 100 a notebook shows, so sharp on dense screens
SMALLEST_TEXT = 8.0  # points

FONT = "DejaVu Sans"  # ships with matplotlib
_INK = "#262626"

COLOURS: dict[str, str] = {
    # reporting bodies
    "ncct": "#1A55B8",
    "interior": "#C46F0A",
    "police": "#003D25",
    "foreign_affairs": "#760A66",
    "social_affairs": "#665008",
    "immigration": "#1A9DC9",
    "us_state": "#7B35F0",
    "other": "#757575",
    # roles in a comparison
    "reference": "#1A55B8",
    "base": "#949494",
    "accent": "#C46F0A",
    "conflict": "#9C1410",
    "agree": "#1A9DC9",
    "uncertain": "#A87B00",
    # the page
    "ink": _INK,
    "muted": "#6B6B6B",
    "grid": "#DDDDDD",
    "band": "#CFE3F1",
    "missing": "#F2F2F2",
    "white": "#FFFFFF",
}

# For parts of a whole: neighbours differ in lightness, so a stack can be read in grey.
CATEGORIES: list[str] = [
    COLOURS[role]
    for role in ("ncct", "interior", "police", "immigration", "foreign_affairs", "base")
]

_BODIES: dict[str, tuple[str, str]] = {
    "NCCT": ("ncct", "o"),
    "Ministry of Interior": ("interior", "s"),
    "National Police": ("police", "^"),
    "MoFAIC": ("foreign_affairs", "D"),
    "MoSVY": ("social_affairs", "v"),
    "General Department of Immigration": ("immigration", "P"),
    "US State Department": ("us_state", "X"),
}

STYLE: dict[str, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": [FONT],
    "font.size": 9,
    "axes.titlesize": 9.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 9,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "legend.fontsize": 8.5,
    "legend.frameon": False,
    "figure.titlesize": 10.5,
    "figure.dpi": DPI,
    "savefig.dpi": DPI,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "axes.facecolor": "white",
    "axes.edgecolor": COLOURS["muted"],
    "axes.labelcolor": _INK,
    "text.color": _INK,
    "xtick.color": COLOURS["muted"],
    "ytick.color": COLOURS["muted"],
    "xtick.labelcolor": _INK,
    "ytick.labelcolor": _INK,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.prop_cycle": matplotlib.cycler(color=CATEGORIES),
    "grid.color": COLOURS["grid"],
    "grid.linewidth": 0.6,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "xtick.minor.size": 0,
    "ytick.minor.size": 0,
    "lines.linewidth": 1.6,
    "lines.markersize": 5,
    "errorbar.capsize": 0,
    "hatch.linewidth": 0.6,
    "text.hinting": "none",
    "text.parse_math": False,  # a dollar sign is money here
    "svg.fonttype": "none",
    "svg.hashsalt": "khtip",
    "path.simplify": False,
}


def style() -> AbstractContextManager[None]:
    """Return a context in which the theme holds, whatever the reader's own settings are."""
    return matplotlib.style.context(["default", STYLE])


def apply() -> None:
    """Set the theme for the whole process (figures of the registry set it by themselves)."""
    matplotlib.style.use(["default", STYLE])


def body_style(name: str) -> dict[str, str]:
    """Return the fixed colour and marker of a reporting body, as keywords for ``ax.plot``.

    Parameters
    ----------
    name : str
        A ``reporting_body`` as written in the ledger. Any other name gets the style of "other".

    Examples
    --------
    >>> body_style("NCCT")
    {'color': '#1A55B8', 'marker': 'o'}
    >>> body_style("ADHOC")["marker"]
    'h'
    """
    role, marker = _BODIES.get(name, ("other", "h"))
    return {"color": COLOURS[role], "marker": marker}


@cache
def text_width(text: str, *, size: float, weight: str = "normal") -> float:
    """Return how wide a text is in the theme's font, in points, without a canvas.

    Examples
    --------
    >>> round(text_width("0.5", size=10), 1)
    15.9
    """
    font = FontProperties(family=FONT, size=100, weight=weight)
    return text_to_path.get_text_width_height_descent(text, font, ismath=False)[0] * size / 100


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


def text_colour(colour: str, *, least: float = 4.5) -> str:
    """Return `colour` darkened just enough to be read as text on white (WCAG contrast).

    Examples
    --------
    >>> text_colour("#1A55B8")
    '#1a55b8'
    >>> text_colour("#FFCC00") != "#ffcc00"
    True
    """
    rgb = matplotlib.colors.to_rgb(colour)
    while luminance_contrast(rgb) < least:
        rgb = tuple(channel * 0.97 for channel in rgb)
    return matplotlib.colors.to_hex(rgb)


def ink_on(background: str | tuple[float, ...]) -> str:
    """Return black or white, whichever is easier to read on a background (at least 4.5:1).

    Examples
    --------
    >>> ink_on("#1A55B8"), ink_on("#949494")
    ('white', 'black')
    """
    return max(("white", "black"), key=lambda ink: luminance_contrast(ink, background))


def zero_based(ax: Axes, *, axis: str = "y", room: float = 0.08) -> None:
    """Start the value axis at zero and leave `room` (a share of the range) at the top."""
    low, high = ax.dataLim.intervaly if axis == "y" else ax.dataLim.intervalx
    top = max(high, 0) * (1 + room) or 1
    ax.set(**{f"{axis}lim": (min(0, low), top)})


def year_axis(ax: Axes, *, axis: str = "x", every: int | None = None) -> None:
    """Label whole years. Marks may stand up to half a year beside theirs, to be told apart."""
    target = ax.xaxis if axis == "x" else ax.yaxis
    low, high = target.get_view_interval()
    step = every or (1 if high - low <= 15 else 2)
    target.set_major_locator(ticker.MultipleLocator(step))
    target.set_major_formatter(ticker.FormatStrFormatter("%d"))
    target.set_gid("year")


def thousands(ax: Axes, *, axis: str = "y") -> None:
    """Write the numbers of an axis as 1,234."""
    target = ax.xaxis if axis == "x" else ax.yaxis
    target.set_major_formatter(ticker.StrMethodFormatter("{x:,.0f}"))


def percents(ax: Axes, *, axis: str = "y", whole: float = 1.0, decimals: int = 0) -> None:
    """Write the numbers of an axis as 12 %; `whole` is the value that means 100 %."""
    target = ax.xaxis if axis == "x" else ax.yaxis
    target.set_major_formatter(ticker.PercentFormatter(whole, decimals=decimals, symbol=" %"))
