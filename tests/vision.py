"""How colours look to readers with a colour-vision deficiency, and in grey.

The simulation is the one of Machado, Oliveira and Fernandes (2009), "A physiologically-based model
for simulation of color vision deficiency", IEEE Transactions on Visualization and Computer
Graphics 15(6), 1291-1298, with their matrices for full dichromacy, applied to linear RGB.
Differences are Euclidean in CIE 1976 L*a*b* (D65): about 2 is just noticeable side by side, and
10 is told apart at a glance.
"""

from collections.abc import Iterable
from itertools import combinations

import numpy as np
from matplotlib.colors import to_rgb

from khtip.figures.theme import LUMINANCE, linear

MATRICES: dict[str, np.ndarray] = {
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
_TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
VISIONS: tuple[str, ...] = ("normal", *MATRICES, "grey")


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
    light = linear(np.asarray(rgb, dtype=float))
    if vision == "grey":
        light = np.repeat((light @ LUMINANCE)[..., None], 3, axis=-1)
    elif vision != "normal":
        light = light @ MATRICES[vision].T
    light = np.clip(light, 0, 1)
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


def lab(rgb: np.ndarray) -> np.ndarray:
    """Return CIE 1976 L*a*b* coordinates of sRGB colours (last axis, 0 to 1).

    Examples
    --------
    >>> lab(np.array([1.0, 0.0, 0.0])).round(1).tolist()
    [53.2, 80.1, 67.2]
    """
    xyz = linear(np.asarray(rgb, dtype=float)) @ (_TO_XYZ / _TO_XYZ.sum(axis=1)[:, None]).T
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
