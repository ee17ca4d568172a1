"""A drawing as bytes: the same for the same numbers, on every machine and in every process.

Nothing in the files says when, or with which version, they were made.
"""

from __future__ import annotations

import io
import re
from html import unescape
from typing import Any
from xml.sax.saxutils import escape

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.backends.backend_mixed import MixedModeRenderer
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from khtip.drawing import layout
from khtip.drawing.theme import FONT

_TEXT = re.compile(r'<text style="([^"]*)"([^>]*)>([^<]*)</text>')


def png(picture: RendererAgg, *, title: str, alt: str) -> bytes:
    """Return a rendered picture as PNG, with its title and alternative text inside.

    Without the alpha channel, which is full everywhere, and at zlib's level 3: smaller by a sixth
    and written in half the time of what matplotlib would do.
    """
    facts = PngInfo()
    facts.add_text("Title", title)
    facts.add_text("Description", alt)
    image = Image.fromarray(np.asarray(picture.buffer_rgba())).convert("RGB")
    buffer = io.BytesIO()
    image.save(buffer, "png", pnginfo=facts, dpi=(picture.dpi, picture.dpi), compress_level=3)
    return buffer.getvalue()


class _Svg(layout.KnowsHeights, RendererSVG):  # type: ignore[misc]  # it has no types
    """Takes the sizes of texts from `layout`, which needs each width once more."""

    dpi = 72.0

    def get_text_width_height_descent(
        self, s: str, prop: FontProperties, ismath: Any
    ) -> tuple[float, float, float]:
        """Return the size of a line of text in points."""
        if ismath or prop.get_style() != "normal" or prop.get_name() != FONT:
            return super().get_text_width_height_descent(s, prop, ismath)
        scale = prop.get_size_in_points() / 100
        width, height, descent = layout.text_size(s, str(prop.get_weight()))
        return width * scale, height * scale, descent * scale


def svg(drawing: Figure, *, name: str, title: str, alt: str) -> bytes:
    """Return the figure as SVG: text as text, named for screen readers, no link to the outside.

    Each text carries the width it has in the theme's font, so that it keeps its place where that
    font is not installed.
    """
    buffer = io.StringIO()
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    # savefig would go through the whole drawing once more to lay it out.
    (width, height), dpi = drawing.get_size_inches(), drawing.dpi
    writer = _Svg(width * 72, height * 72, buffer, image_dpi=dpi, metadata=nothing)
    drawing.dpi = 72
    drawing.draw(MixedModeRenderer(drawing, width, height, dpi, writer))
    drawing.dpi = dpi
    writer.finalize()
    text = re.sub(r"<!DOCTYPE.*?>\s*", "", buffer.getvalue(), flags=re.DOTALL)
    text = re.sub(r'\bid="(decor|year|position)"', r'class="\1"', text)
    text = _TEXT.sub(_with_width, text)
    before, _, rest = text.partition("<svg ")
    attributes, _, inside = rest.partition(">")
    return (
        f'{before}<svg role="img" aria-labelledby="{name}-title {name}-desc" '
        f'style="max-width: 100%; height: auto" {attributes}>\n'
        f' <title id="{name}-title">{escape(title)}</title>\n'
        f' <desc id="{name}-desc">{escape(alt)}</desc>{inside}'
    ).encode()


def _with_width(match: re.Match[str]) -> str:
    style, attributes, words = match.groups()
    size = re.search(r"([\d.]+)px", style)
    if not size or not words.strip():
        return match[0]
    weight = "bold" if re.search(r"\bbold\b|\b700\b", style) else "normal"
    length = layout.text_width(unescape(words), size=float(size[1]), weight=weight)
    style = style.replace(f"'{FONT}'", f"'{FONT}', Verdana")
    return (
        f'<text style="{style}"{attributes} textLength="{length:.3f}" '
        f'lengthAdjust="spacingAndGlyphs">{words}</text>'
    )
