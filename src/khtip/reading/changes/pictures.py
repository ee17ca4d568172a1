"""Figure regression in three layers: numbers, structure of the axes, pixels without tolerance."""

import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations
from os.path import commonprefix
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image, ImageChops

from khtip.reading.changes import rows
from khtip.reading.changes.rows import TableChange

LAYERS = ("numbers", "structure", "pixels")
_NUMBERS = ("x", "y", "base", "values")
_NUMBER = re.compile(r"\d[\d,.]*")
PLACES = ("place", "row", "at")
"""Columns of a figure's table that say where a row is drawn: told last."""
_RED = (200, 0, 0)


@dataclass
class FigureChange:
    """What moved in one figure.

    ``status`` is ``added``, ``removed``, ``changed`` or ``same``. ``layers`` holds each layer in
    which it moved, with what moved in plain sentences. ``table`` is the table beside the figure,
    ``before`` and ``after`` its files by kind (``csv, json, png, svg``), ``difference`` a PNG of
    the result, pale, with differing pixels in red; empty where there are none.
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


def compare_figure(
    name: str,
    before: dict[str, Path],
    after: dict[str, Path],
    *,
    renamed: dict[str, str] | None = None,
) -> FigureChange:
    """Compare two states of one figure, each its files by kind, those that exist.

    `renamed` has the new id of each renamed source; the old state is compared by the new ids.
    """
    names = renamed or {}
    found = FigureChange(name, before=before, after=after)
    cards = [_card(before, names), _card(after, {})]
    found.alt_before, found.alt_after = (str(card.get("alt", "")) for card in cards)
    if not before or not after:
        found.status = "removed" if before else "added"
        return found
    texts = [rows.read_rows(state.get("csv")) for state in (before, after)]
    if texts[0] is not None and names:
        texts[0] = texts[0].map(lambda text: rows.with_new_ids(text, names))
    key = _row_names(*texts)
    found.table = rows.compare_rows(f"figures/{name}.csv", *texts, keys_before=key, keys_after=key)
    said = {
        "numbers": [*_of_cells(found.table), *_of_marks(*cards), *_of_said_numbers(*cards)],
        "structure": [*_of_words(*cards), *_of_axes(*cards)],
        "pixels": [],
    }
    if found.table.moved and not said["numbers"]:
        said["structure"].append("its table: other words, columns or order, the same numbers")
    said["pixels"], found.difference = compare_pixels(before, after)
    states = ({kind: path.read_bytes() for kind, path in one.items()} for one in (before, after))
    if not any(said.values()) and not names and next(states) != next(states):
        said["structure"].append("the files differ in their bytes only")
    found.layers = {layer: sentences for layer, sentences in said.items() if sentences}
    found.status = "changed" if found.layers else "same"
    return found


def _card(files: dict[str, Path], renamed: dict[str, str]) -> dict[str, Any]:
    if "json" not in files:
        return {}
    try:
        card = json.loads(rows.with_new_ids(files["json"].read_text(encoding="utf-8"), renamed))
    except ValueError:
        return {"title": "(its JSON cannot be read)"}
    return card if isinstance(card, dict) else {}


def _row_names(
    before: pd.DataFrame | None, after: pd.DataFrame | None, *, most: int = 8
) -> list[str] | None:
    """Return the few columns of words that name every row once, most rows alike in both states."""
    if before is None or after is None or before.empty or after.empty:
        return None
    words = [str(name) for name in after if name in before and _is_words(before, after, str(name))]
    best, alike = None, 0
    for names in (one for size in (1, 2, 3) for one in combinations(words[:most], size)):
        keys = list(names)
        if any(state.duplicated(keys).any() for state in (before, after)):
            continue
        shared = len(before[keys].merge(after[keys]))
        if shared > alike:
            best, alike = keys, shared
        if alike == min(len(before), len(after)):
            break
    return best


def _is_words(before: pd.DataFrame, after: pd.DataFrame, name: str) -> bool:
    cells = pd.concat([before[name], after[name]])
    several = name == "sources" or name.endswith("_ids")
    return not several and bool(pd.to_numeric(cells, errors="coerce").isna().any())


def _of_cells(table: TableChange) -> Iterator[str]:
    """Say which numbers of the table beside the figure moved, by row and column."""
    moved = table.changed.to_dict("records")
    for row in sorted(moved, key=lambda one: one["column"] in PLACES):
        if _is_number(row["before"]) or _is_number(row["after"]):
            name = ", ".join(str(row[key]) for key in table.keys if row[key])
            old, new = (row[when] or "nothing" for when in ("before", "after"))
            yield f"its table, {name}, {row['column']}: {old} became {new}"
    for frame, word in ((table.added, "came"), (table.removed, "left")):
        for row in frame.to_dict("records"):
            if any(map(_is_number, row.values())):
                name = ", ".join(str(row[key]) for key in table.keys or list(row)[:3])
                yield f"its table: the row {name} {word}"


def _is_number(cell: object) -> bool:
    try:
        return float(str(cell)) == float(str(cell))
    except ValueError:
        return False


def _of_marks(before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    """Say which numbers are drawn in one state only, axes by axes and mark by mark."""
    old, new = (_axes(card) for card in (before, after))
    for place in range(max(len(old), len(new))):
        one, other = (_drawn(state, place) for state in (old, new))
        if Counter(one) == Counter(other):
            continue
        marks = [state[place]["marks"] if place < len(state) else [] for state in (old, new)]
        where = f"axes {place + 1}"
        if [mark.get("kind") for mark in marks[0]] != [mark.get("kind") for mark in marks[1]]:
            yield f"{where}: {len(one)} drawn numbers became {len(other)}"
            continue
        for number, pair in enumerate(zip(*marks, strict=True), start=1):
            for part in _NUMBERS:
                drawn = [Counter(mark.get(part, [])) for mark in pair]
                gone, come = drawn[0] - drawn[1], drawn[1] - drawn[0]
                if gone or come:
                    name = f"{pair[1].get('kind', 'mark')} {pair[1].get('label') or number}"
                    yield f"{where}, {name}, {part}: {_listed(gone)} became {_listed(come)}"


def _axes(card: dict[str, Any]) -> list[dict[str, Any]]:
    return list(card.get("axes", []))


def _drawn(axes: list[dict[str, Any]], place: int) -> list[float]:
    marks = axes[place]["marks"] if place < len(axes) else []
    return [number for mark in marks for part in _NUMBERS for number in mark.get(part, [])]


def _listed(numbers: Counter[float], *, shown: int = 3) -> str:
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


def compare_pixels(before: dict[str, Path], after: dict[str, Path]) -> tuple[list[str], bytes]:
    """Return which pixels differ in sentences, and as a PNG: the result pale, those pixels red.

    The PNG is compared, and the SVG where the PNG is the same.
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
