"""The third layer of figure regression: the picture, pixel by pixel, without tolerance."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from os.path import commonprefix
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image, ImageChops

from khtip.reading.changes import rows
from khtip.reading.changes.rows import TableChange

_RED = (200, 0, 0)


def compare_pixels(before: dict[str, Path], after: dict[str, Path]) -> tuple[list[str], bytes]:
    """Say how many pixels differ, and return a picture of where.

    Parameters
    ----------
    before, after : dict of str to Path
        Files by kind; the PNG is compared, and the SVG where the PNG is the same.

    Returns
    -------
    list of str
        What differs, in sentences; empty where nothing does.
    bytes
        PNG of the result in pale grey with differing pixels in red; empty where none differ.
    """
    pictures = [state.get("png") for state in (before, after)]
    if None in pictures:
        missing = "baseline" if pictures[0] is None else "result"
        return ([f"the {missing} has no PNG"], b"") if any(pictures) else ([], b"")
    contents = [path.read_bytes() for path in pictures if path]
    if contents[0] != contents[1]:
        return _marked(*(Image.open(io.BytesIO(one)).convert("RGB") for one in contents))
    vectors = [state["svg"].read_bytes() if "svg" in state else b"" for state in (before, after)]
    return (["the SVG differs, the PNG does not"] if vectors[0] != vectors[1] else []), b""


def _marked(one: Image.Image, other: Image.Image) -> tuple[list[str], bytes]:
    """Return what differs between two pictures in words, and the second with it in red."""
    said = []
    if one.size != other.size:
        said.append(f"size {one.width} × {one.height} became {other.width} × {other.height} pixels")
    size = max(one.width, other.width), max(one.height, other.height)
    framed = []
    for picture in (one, other):
        frame = Image.new("RGB", size, "white")
        frame.paste(picture)
        framed.append(frame)
    apart = np.asarray(ImageChops.difference(*framed)).max(axis=2)
    count = int((apart > 0).sum())
    if not count and not said:
        return ["the PNG's text (title or description) differs, its pixels do not"], b""
    if count:
        said.append(f"{count:,} of {apart.size:,} pixels differ, by up to {apart.max()} of 255")
    return said, _reddened(framed[1], apart > 0)


def _reddened(picture: Image.Image, where: np.ndarray) -> bytes:
    """Return a picture in pale grey with some pixels in red, as PNG with a small palette."""
    grey = np.asarray(picture.convert("L"), dtype=int)
    steps = 8 + grey // 32  # eight pale greys take little room
    marked = Image.fromarray(np.where(where, 0, steps).astype(np.uint8), mode="P")
    pale = [channel for step in range(16) for channel in [min(255, 70 + 12 * step)] * 3]
    marked.putpalette([*_RED, *pale[3:]])
    out = io.BytesIO()
    marked.save(out, format="PNG", optimize=True)
    return out.getvalue()


# Figure regression in three layers: numbers, structure of the axes, pixels.


LAYERS = ("numbers", "structure", "pixels")
KINDS = ("csv", "json", "png", "svg")
_NUMBERS = ("x", "y", "base", "values")
_NUMBER = re.compile(r"\d[\d,.]*")


@dataclass
class FigureChange:
    """What moved in one figure.

    Attributes
    ----------
    name : str
    status : str
        ``added``, ``removed``, ``changed`` or ``same``.
    layers : dict of str to list of str
        The layers in which it moved, with what moved in plain sentences.
    table : TableChange or None
        The table beside the figure.
    before, after : dict of str to Path
        Files by kind (``csv, json, png, svg``).
    alt_before, alt_after : str
        Alternative texts.
    difference : bytes
        PNG of the result, pale, with differing pixels in red; empty where there are none.
    """

    name: str
    status: str = "same"
    layers: dict[str, list[str]] = field(default_factory=dict)
    table: TableChange | None = None
    before: dict[str, Path] = field(default_factory=dict)
    after: dict[str, Path] = field(default_factory=dict)
    alt_before: str = ""
    alt_after: str = ""
    difference: bytes = b""

    @property
    def moved(self) -> bool:
        """Whether anything is different."""
        return self.status != "same"


def compare_figure(name: str, before: dict[str, Path], after: dict[str, Path]) -> FigureChange:
    """Compare two states of one figure.

    Parameters
    ----------
    name : str
        For example ``05-flow-home``.
    before, after : dict of str to Path
        Its files by kind, those that exist.
    """
    found = FigureChange(name, before=before, after=after)
    cards = [_card(state) for state in (before, after)]
    found.alt_before, found.alt_after = (str(card.get("alt", "")) for card in cards)
    if not before or not after:
        found.status = "removed" if before else "added"
        return found
    texts = [rows.read_rows(state.get("csv")) for state in (before, after)]
    found.table = rows.compare_rows(f"figures/{name}.csv", *texts)
    said = {
        "numbers": [*_of_cells(*texts), *_of_numbers(*cards), *_of_said_numbers(*cards)],
        "structure": [*_of_words(*cards), *_of_axes(*cards)],
        "pixels": [],
    }
    if found.table.moved and not said["numbers"]:
        said["structure"].append("its table: other words, columns or order, the same numbers")
    said["pixels"], found.difference = compare_pixels(before, after)
    if not any(said.values()) and _bytes(before) != _bytes(after):
        said["structure"].append("the files differ in their bytes only")
    found.layers = {layer: sentences for layer, sentences in said.items() if sentences}
    found.status = "changed" if found.layers else "same"
    return found


def _bytes(files: dict[str, Path]) -> dict[str, bytes]:
    return {kind: path.read_bytes() for kind, path in files.items()}


def _card(files: dict[str, Path]) -> dict[str, Any]:
    if "json" not in files:
        return {}
    try:
        card = json.loads(files["json"].read_text(encoding="utf-8"))
    except ValueError:
        return {"title": "(its JSON cannot be read)"}
    return card if isinstance(card, dict) else {}


def _of_cells(before: pd.DataFrame | None, after: pd.DataFrame | None) -> Iterator[str]:
    """Say which numbers stand in the table beside the figure in one state only."""
    one, other = (Counter(_numbers_in(state)) for state in (before, after))
    gone, come = one - other, other - one
    if gone or come:
        yield f"its table: {_listed(gone)} became {_listed(come)}"


def _numbers_in(table: pd.DataFrame | None) -> list[float]:
    if table is None or table.empty:
        return []
    cells = pd.to_numeric(table.to_numpy().ravel(), errors="coerce")
    return [float(number) for number in cells[~np.isnan(cells)]]


def _of_numbers(before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    """Say which numbers are drawn in one state only, axes by axes."""
    old, new = (_axes(card) for card in (before, after))
    for place in range(max(len(old), len(new))):
        one, other = (Counter(_drawn(state, place)) for state in (old, new))
        gone, come = one - other, other - one
        if gone or come:
            yield f"axes {place + 1}: {_listed(gone)} became {_listed(come)}"


def _axes(card: dict[str, Any]) -> list[dict[str, Any]]:
    return list(card.get("axes", []))


def _drawn(axes: list[dict[str, Any]], place: int) -> list[float]:
    marks = axes[place]["marks"] if place < len(axes) else []
    return [number for mark in marks for part in _NUMBERS for number in mark.get(part, [])]


def _listed(numbers: Counter[float], *, shown: int = 5) -> str:
    each = [f"{number:g}" for number in sorted(numbers.elements())]
    more = f" and {len(each) - shown} more" if len(each) > shown else ""
    return (", ".join(each[:shown]) + more) or "nothing"


def _of_words(before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    """Say which words of the card moved, and which sources and statements came or went."""
    for word in dict.fromkeys([*before, *after]):
        one, other = before.get(word), after.get(word)
        if word in ("axes", "data") or one == other or _only_numbers(one, other):
            continue
        name = word.replace("_", " ")
        if word in ("sources", "statements"):
            gone, come = (
                [each for each in mine or [] if each not in (theirs or [])]
                for mine, theirs in ((one, other), (other, one))
            )
            moved = f"{_some(gone)} left, {_some(come)} came"
            yield f"{name}: {moved if gone or come else 'another order'}"
        else:
            yield f"{name}: {_apart(str(one), str(other))}"


def _of_said_numbers(before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    """Say in which words nothing but a number moved."""
    for word in ("title", "caption", "alt"):
        one, other = before.get(word), after.get(word)
        if one != other and _only_numbers(one, other):
            yield f"{word}: {_apart(str(one), str(other))}"


def _only_numbers(one: object, other: object) -> bool:
    """Tell whether two texts differ in their numbers alone."""
    texts = [one, other]
    if not all(isinstance(text, str) for text in texts):
        return False
    return len({_NUMBER.sub("#", str(text)) for text in texts}) == 1


def _apart(one: str, other: str, *, around: int = 20, longest: int = 120) -> str:
    """Return two texts without the beginning and the end that they share.

    Examples
    --------
    >>> _apart("Counts of 2016.", "Counts of 2017.")
    "'Counts of 2016.' became 'Counts of 2017.'"
    """
    start = len(commonprefix([one, other]))
    end = len(commonprefix([one[start:][::-1], other[start:][::-1]]))
    cuts = []
    for text in (one, other):
        first, last = max(0, start - around), min(len(text), len(text) - end + around)
        cut = text[first:last]
        cut = cut if len(cut) <= longest else f"{cut[:longest]}…"
        cuts.append(repr(("…" if first else "") + cut + ("…" if last < len(text) else "")))
    return " became ".join(cuts)


def _some(words: list[str], *, shown: int = 3) -> str:
    more = f" and {len(words) - shown} more" if len(words) > shown else ""
    return (", ".join(words[:shown]) + more) or "none"


def _of_axes(before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    """Say what is different on the axes apart from the numbers, and whether their order is."""
    old, new = _axes(before), _axes(after)
    if len(old) != len(new):
        yield f"{len(old)} axes became {len(new)}"
    for place, (one, other) in enumerate(zip(old, new, strict=False)):
        where = f"axes {place + 1}"
        yield from _different(where, _form(one), _form(other))
        numbers = [_drawn(state, place) for state in (old, new)]
        if numbers[0] != numbers[1] and Counter(numbers[0]) == Counter(numbers[1]):
            yield f"{where}: the same numbers in another order"


def _form(axes: dict[str, Any]) -> dict[str, Any]:
    """Return one set of axes without the numbers of its marks."""
    marks = [
        {key: value for key, value in mark.items() if key not in _NUMBERS} for mark in axes["marks"]
    ]
    return {**axes, "marks": marks}


def _different(where: str, one: Any, other: Any) -> Iterator[str]:
    """Say where two pieces of plain data differ, down to single entries."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in dict.fromkeys([*one, *other]):
            yield from _different(f"{where}, {key}", one.get(key), other.get(key))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for number, pair in enumerate(zip(one, other, strict=True)):
            yield from _different(f"{where} {number + 1}", *pair)
    elif one != other:
        yield f"{where}: {one!r} became {other!r}"
