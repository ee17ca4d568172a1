"""One look for every figure: style, named colours, and axes."""

import dataclasses
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import matplotlib
import matplotlib.style
import numpy as np
from matplotlib import ticker
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.colors import to_hex, to_rgb
from matplotlib.font_manager import fontManager

WIDTH = 7.2  # inches, the text width of a page
DPI = 200  # pixels an inch: twice the 100 a notebook shows, so sharp on dense screens
SMALLEST_TEXT = 8.0  # points

FONT = "DejaVu Sans"  # ships with matplotlib
KHMER = "Noto Sans Khmer"  # ships here, for the signs that the first has not
FONTS = [FONT, KHMER]
fontManager.addfont(Path(__file__).parent / "fonts" / "NotoSansKhmer-Regular.ttf")
# It stands for its bold as well, or each bold text would warn that there is none.
fontManager.ttflist.append(dataclasses.replace(fontManager.ttflist[-1], weight=700))
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
    "font.family": FONTS,
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


def text_colour(colour: str, *, least: float = 4.5) -> str:
    """Return `colour` darkened just enough to be read as text on white (WCAG contrast).

    Examples
    --------
    >>> text_colour("#1A55B8")
    '#1a55b8'
    >>> text_colour("#FFCC00") != "#ffcc00"
    True
    """
    rgb = to_rgb(colour)
    while luminance_contrast(rgb) < least:
        rgb = tuple(channel * 0.97 for channel in rgb)
    return to_hex(rgb)


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
    target = _axis(ax, axis)
    low, high = target.get_view_interval()
    step = every or (1 if high - low <= 15 else 2)
    target.set_major_locator(ticker.MultipleLocator(step))
    target.set_major_formatter(ticker.FormatStrFormatter("%d"))
    target.set_gid("year")


def thousands(ax: Axes, *, axis: str = "y") -> None:
    """Write the numbers of an axis as 1,234."""
    _axis(ax, axis).set_major_formatter(ticker.StrMethodFormatter("{x:,.0f}"))


def percents(ax: Axes, *, axis: str = "y", whole: float = 1.0, decimals: int = 0) -> None:
    """Write the numbers of an axis as 12 %; `whole` is the value that means 100 %."""
    form = ticker.PercentFormatter(whole, decimals=decimals, symbol=" %")
    _axis(ax, axis).set_major_formatter(form)


def _axis(ax: Axes, name: str) -> Axis:
    return ax.xaxis if name == "x" else ax.yaxis


LUMINANCE = np.array([0.2126, 0.7152, 0.0722])  # of red, green and blue light


def luminance_contrast(
    colour: str | tuple[float, ...], background: str | tuple[float, ...] = "white"
) -> float:
    """Return the contrast ratio of two colours as WCAG 2 defines it, from 1 to 21.

    Examples
    --------
    >>> luminance_contrast("black")
    21.0
    """
    both = linear(np.array([to_rgb(colour), to_rgb(background)])) @ LUMINANCE
    return float(round((both.max() + 0.05) / (both.min() + 0.05), 6))


def linear(rgb: np.ndarray) -> np.ndarray:
    """Return amounts of light for sRGB colours (last axis, 0 to 1)."""
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
