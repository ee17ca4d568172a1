"""What a figure is refused for, whatever the data are, and how each refusal reads.

Every function returns a list of problems, so that all of them are told at once; `registry.figure`
raises one `FigureError` with the list. Each problem says what is wrong, where, and how to mend it.
Crowded text is no reason for a refusal: see `khtip.figures.layout.settle`.
"""

import difflib
import re
from collections.abc import Iterable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.figure import Figure

from khtip.figures import drawn

RELATIVE = 1e-6  # tolerance of "the same number": what survives eight printed digits
SHORTEST_ALT = 60  # characters
_NAME = re.compile(r"\d\d-[a-z0-9]+(-[a-z0-9]+)*")
_FORMULA = re.compile(r"\s*[=@\t\r]|\s*[+-](?!\s*[\d.,]+\s*%?$)")
_LABEL = re.compile(r"[×x]?\s?([+−-]?\d[\d,]*(?:\.\d+)?)\s?(%|×)?")


class FigureError(ValueError):
    """A figure that may not be saved, with everything that is wrong with it."""

    def __init__(self, name: str, problems: Iterable[str]) -> None:
        self.problems = list(problems)
        super().__init__(f"figure {name!r} is not saved:\n- " + "\n- ".join(self.problems))


def check_words(*, name: str, title: str, caption: str, alt: str) -> list[str]:
    """Check the name, the title, the caption and the alternative text."""
    problems = []
    if not _NAME.fullmatch(name):
        problems.append(
            f"name {name!r}: expected the notebook's number and lower-case words joined by "
            "hyphens, such as '03-rate-ratios'"
        )
    if not title.strip():
        problems.append("title is empty: name quantity, place and period")
    if not caption.strip():
        problems.append("caption is empty: say what is shown and how to read it")
    length = len(alt.strip())
    if length < SHORTEST_ALT:
        problems.append(
            f"alt text has {length} characters, expected at least {SHORTEST_ALT}: say what kind "
            "of chart it is, what it shows, and the main numbers, for someone who cannot see it"
        )
    elif alt.strip() in (title.strip(), caption.strip()):
        problems.append("alt text repeats the title or the caption: describe the drawing instead")
    elif not re.search(r"\d", alt):
        problems.append("alt text holds no number: compose the main values into it by code")
    return problems


def check_sources(sources: Iterable[str], known: Iterable[str]) -> list[str]:
    """Check that there are source ids and that each stands in a table of sources."""
    if isinstance(sources, str):
        return [f"sources={sources!r} is one text: expected a list of source ids"]
    ids, known = list(sources), set(known)
    if not ids:
        return ["no sources: pass the source ids of the rows that are drawn"]
    problems = []
    for one in dict.fromkeys(ids):
        if one in known:
            continue
        near = difflib.get_close_matches(str(one), known, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        problems.append(
            f"unknown source {one!r}: expected an id of data/reported/sources.csv or "
            f"data/context/sources.csv{hint}"
        )
    return problems


def check_table(data: pd.DataFrame) -> list[str]:
    """Check that the figure's table can be written as CSV and opened in a spreadsheet."""
    if not isinstance(data, pd.DataFrame):
        return [f"data is a {type(data).__name__}: expected the DataFrame that is drawn"]
    problems = []
    if not data.columns.is_unique:
        problems.append(f"data repeats column names: {list(data.columns)}")
        return problems
    for column in data.columns:
        for row, cell in enumerate([column, *data[column]]):
            if isinstance(cell, str) and _FORMULA.match(cell):
                problems.append(
                    f"data column {column!r}, row {row}: {cell!r} would start a formula in a "
                    "spreadsheet; begin it with a word"
                )
    return problems


def known_numbers(data: pd.DataFrame) -> np.ndarray:
    """Return every finite number of a table, sorted: numeric cells, numbers in text, dates."""
    found: list[np.ndarray] = []
    for column in data.columns:
        cells = data[column]
        if pd.api.types.is_datetime64_any_dtype(cells):
            found.append(date2num(cells.dropna()))
        elif pd.api.types.is_numeric_dtype(cells):
            found.append(cells.to_numpy(dtype=float, na_value=np.nan))
        else:
            text = cells.astype(str)
            found.append(pd.to_numeric(text, errors="coerce").to_numpy(dtype=float))
            dates = pd.to_datetime(text, errors="coerce", format="%Y-%m-%d").dropna()
            found.append(date2num(dates))
    numbers = np.concatenate(found) if found else np.empty(0)
    return np.unique(numbers[np.isfinite(numbers)])


def strangers(numbers: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return those numbers that are not in the sorted array `known`.

    Examples
    --------
    >>> strangers(np.array([92.0, 159.0, 160.0]), np.array([92.0, 159.0]))
    array([160.])
    """
    if not numbers.size or not known.size:
        return numbers
    place = np.searchsorted(known, numbers)
    below = known[np.clip(place - 1, 0, len(known) - 1)]
    above = known[np.clip(place, 0, len(known) - 1)]
    gap = np.minimum(np.abs(numbers - below), np.abs(numbers - above))
    return numbers[gap > RELATIVE * np.maximum(np.abs(numbers), 1e-6)]


def check_axes(ax: Axes, known: np.ndarray) -> list[str]:
    """Check one set of axes: numbers from the data, bars from zero."""
    if not ax.get_visible() or ax.get_label() == "<colorbar>":
        return []
    found, problems = drawn.marks(ax), []
    for mark in found:
        if not mark.decor:
            problems += _check_mark(ax, mark, known)
            problems += _check_base(ax, mark, found, known)
    problems += _check_labels(ax, known)
    return [f"{_where(ax)}: {problem}" for problem in dict.fromkeys(problems)]


def check_drawing(drawing: Figure, data: pd.DataFrame) -> list[str]:
    """Check that every number on the axes is one of the data, and that bars start at zero."""
    known = known_numbers(data)
    return [problem for ax in drawing.findobj(Axes) for problem in check_axes(ax, known)]


def _where(ax: Axes) -> str:
    title = ax.get_title(loc="left") or ax.get_title() or ax.get_ylabel() or ax.get_xlabel()
    number = ax.figure.axes.index(ax) + 1 if ax in ax.figure.axes else "inset"
    return f"axes {number} ({title})" if title else f"axes {number}"


def _numbers(values: np.ndarray) -> str:
    shown = ", ".join(f"{value:.10g}" for value in values[:4])
    return shown + (f" and {len(values) - 4} more" if len(values) > 4 else "")


def _unknown(axis: object, numbers: np.ndarray, known: np.ndarray, *, zero: bool) -> np.ndarray:
    role = drawn.role(axis)
    if role == "category":
        return numbers[:0]
    if role == "year":
        numbers = np.round(numbers)
    if role == "index":
        numbers = numbers[(numbers != np.round(numbers)) | (numbers < 0) | (numbers > 60)]
    if zero:
        numbers = numbers[numbers != 0]
    return strangers(numbers, known)


def _check_mark(ax: Axes, mark: drawn.Mark, known: np.ndarray) -> list[str]:
    bars = mark.kind in ("bars", "barsh")
    from_zero = mark.kind in ("segments", "area", "shape")
    lost = {"values": strangers(mark.values, known)}
    lost["x"] = _unknown(ax.xaxis, mark.x, known, zero=from_zero)
    lost["y"] = _unknown(ax.yaxis, mark.y, known, zero=from_zero)
    if bars:  # a bar may be drawn by its two ends instead of its length
        side = "y" if mark.kind == "bars" else "x"
        length = getattr(mark, side)
        ends = np.array([strangers(pair, known).size == 0 for pair in _ends(mark, length)])
        wrong = np.isin(length, strangers(length, known)) & ~ends
        lost[side] = length[wrong]
    named = f" {mark.label!r}" if mark.label else ""
    return [
        f"{mark.kind}{named}: {what} drawn but not in the data: {_numbers(values)}. Add the "
        "numbers as columns of `data`, draw the numbers of `data`, or mark pure decoration with "
        "gid='decor'"
        for what, values in lost.items()
        if values.size
    ]


def _ends(mark: drawn.Mark, length: np.ndarray) -> Iterable[np.ndarray]:
    return (np.array([base, base + long]) for base, long in zip(mark.base, length, strict=True))


def _check_base(
    ax: Axes, mark: drawn.Mark, found: list[drawn.Mark], known: np.ndarray
) -> list[str]:
    if mark.kind not in ("bars", "barsh"):
        return []
    lying = mark.kind == "barsh"
    axis, side = (ax.xaxis, "x") if lying else (ax.yaxis, "y")
    if axis.get_scale() != "linear":
        return [f"{mark.kind} on a {axis.get_scale()} axis have no zero: draw points instead"]
    tops: set[tuple[float, float]] = set()
    for other in (one for one in found if one.kind == mark.kind):
        place, length = (other.y, other.x) if lying else (other.x, other.y)
        tops |= {
            (round(p, 6), float(f"{b + v:.6g}"))
            for p, b, v in zip(place, other.base, length, strict=True)
        }
    place = mark.y if lying else mark.x
    floating = [
        base
        for p, base in zip(place, mark.base, strict=True)
        if abs(base) > 1e-9 and (round(p, 6), float(f"{base:.6g}")) not in tops
    ]
    if floating:
        return [
            f"{mark.kind} start at {_numbers(np.array(floating))}, not at zero or on another "
            "bar: draw a range with marks.span_bar"
        ]
    low, high = sorted(axis.get_view_interval())
    if low > 0 or high < 0:
        return [f"{mark.kind}: the {side} axis starts at {low:g}; call theme.zero_based(ax)"]
    return []


def _check_labels(ax: Axes, known: np.ndarray) -> list[str]:
    """Check labels that are nothing but a number: it must be a number of the data, rounded."""
    problems = []
    for text in ax.texts:
        match = _LABEL.fullmatch(text.get_text().strip())
        if not match or text.get_gid() == drawn.DECOR or not text.get_visible():
            continue
        printed = match[1].replace(",", "").replace("−", "-")
        value, decimals = float(printed), len(printed.partition(".")[2])
        scales = (1.0, 100.0) if match[2] == "%" else (1.0,)
        nearest = min(np.abs(known * scale - value).min(initial=np.inf) for scale in scales)
        if nearest > 0.5 * 10**-decimals * (1 + 1e-6):
            problems.append(
                f"label {text.get_text()!r} is no number of the data: compose it from `data`"
            )
    return problems
