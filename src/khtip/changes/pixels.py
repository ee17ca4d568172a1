"""The third layer of figure regression: the picture, pixel by pixel, without tolerance."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image, ImageChops

_RED = (200, 0, 0)


def compare(before: dict[str, Path], after: dict[str, Path]) -> tuple[list[str], bytes]:
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
