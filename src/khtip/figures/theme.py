"""How colours look to readers with a colour-vision deficiency, and in grey.

The simulation is the one of Machado, Oliveira and Fernandes (2009), "A physiologically-based model
for simulation of color vision deficiency", IEEE Transactions on Visualization and Computer
Graphics 15(6), 1291-1298, with their matrices for full dichromacy, applied to linear RGB.
Differences are Euclidean in CIE 1976 L*a*b* (D65): about 2 is just noticeable side by side, and
10 is told apart at a glance.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from itertools import combinations
from typing import Any

import matplotlib
import matplotlib.style
import numpy as np
from matplotlib import ticker
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb

_MATRICES: dict[str, np.ndarray] = {
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
_TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
VISIONS: tuple[str, ...] = ("normal", *_MATRICES, "grey")


def simulate(rgb: np.ndarray, vision: str) -> np.ndarray:
    """Return sRGB colours (last axis, 0 to 1) as they look with `vision`, one of `VISIONS`.

    Works on single colours and on pictures alike.

    Examples
    --------
    >>> simulate(np.array([1.0, 1.0, 1.0]), "deuteranopia").round(2).tolist()
    [1.0, 1.0, 1.0]
    >>> simulate(np.array([1.0, 0.0, 0.0]), "grey").round(2).tolist()
    [0.5, 0.5, 0.5]
    """
    if vision not in VISIONS:
        raise ValueError(f"vision {vision!r}: expected one of {', '.join(VISIONS)}")
    linear = _linear(np.asarray(rgb, dtype=float))
    if vision == "grey":
        linear = np.repeat((linear @ _LUMINANCE)[..., None], 3, axis=-1)
    elif vision != "normal":
        linear = linear @ _MATRICES[vision].T
    linear = np.clip(linear, 0, 1)
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def lab(rgb: np.ndarray) -> np.ndarray:
    """Return CIE 1976 L*a*b* coordinates of sRGB colours (last axis, 0 to 1).

    Examples
    --------
    >>> lab(np.array([1.0, 0.0, 0.0])).round(1).tolist()
    [53.2, 80.1, 67.2]
    """
    xyz = _linear(np.asarray(rgb, dtype=float)) @ (_TO_XYZ / _TO_XYZ.sum(axis=1)[:, None]).T
    root = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = np.moveaxis(root, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def closest(colours: Iterable[str], vision: str = "normal") -> tuple[float, str, str]:
    """Return the smallest distance between two of the colours, and which two they are.

    Examples
    --------
    >>> closest(["black", "white", "#FEFEFE"])[1:]
    ('white', '#FEFEFE')
    """
    names = list(colours)
    seen = lab(simulate(np.array([to_rgb(name) for name in names]), vision))
    return min(
        (float(np.linalg.norm(seen[i] - seen[j])), names[i], names[j])
        for i, j in combinations(range(len(names)), 2)
    )


def luminance_contrast(
    colour: str | tuple[float, ...], background: str | tuple[float, ...] = "white"
) -> float:
    """Return the contrast ratio of two colours as WCAG 2 defines it, from 1 to 21.

    Examples
    --------
    >>> luminance_contrast("black")
    21.0
    """
    both = _linear(np.array([to_rgb(colour), to_rgb(background)])) @ _LUMINANCE
    return float(round((both.max() + 0.05) / (both.min() + 0.05), 6))


def _linear(rgb: np.ndarray) -> np.ndarray:
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


# One look for every figure: style, named colours, and axes.


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
