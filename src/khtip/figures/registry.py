"""Every figure of the collection is checked, laid out, described and saved here.

The bytes are the same for the same numbers, on every machine and in every process: nothing in the
files says when, or with which version, they were made.
"""

import base64
import io
import json
import os
import re
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from html import unescape
from typing import Any, Literal
from xml.sax.saxutils import escape

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.backends.backend_mixed import MixedModeRenderer
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from khtip import tables
from khtip.figures import absence, drawn, layout, refusals, theme
from khtip.figures.refusals import FigureError
from khtip.figures.text import Canvas, KnowsHeights, text_size, text_width, wrap
from khtip.figures.theme import FONT, KHMER
from khtip.files import drafted
from khtip.ledger import lineage
from khtip.ledger.unreported import COLUMN, sources_of

_KHMER_SIGNS = re.compile("[\u1780-\u17ff\u19e0-\u19ff]")
_TEXT = re.compile(r'<text style="([^"]*)"([^>]*)>([^<]*)</text>')


def as_png(picture: RendererAgg, *, title: str, alt: str) -> bytes:
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


class _Svg(KnowsHeights, RendererSVG):  # type: ignore[misc]  # it has no types
    """Takes the sizes of texts from where each was measured once."""

    dpi = 72.0

    def get_text_width_height_descent(
        self, s: str, prop: FontProperties, ismath: Any
    ) -> tuple[float, float, float]:
        """Return the size of a line of text in points."""
        if ismath or prop.get_style() != "normal" or prop.get_name() != FONT:
            return super().get_text_width_height_descent(s, prop, ismath)
        scale = prop.get_size_in_points() / 100
        width, height, descent = text_size(s, str(prop.get_weight()))
        return width * scale, height * scale, descent * scale


def as_svg(drawing: Figure, *, name: str, title: str, alt: str) -> bytes:
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
    text = text.replace(f"'{FONT}', '{KHMER}'", f"'{FONT}', sans-serif")
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
    length = text_width(unescape(words), size=float(size[1]), weight=weight)
    khmer = f", '{KHMER}'" if _KHMER_SIGNS.search(words) else ""
    style = style.replace(f"'{FONT}'", f"'{FONT}', Verdana{khmer}")
    return (
        f'<text style="{style}"{attributes} textLength="{length:.3f}" '
        f'lengthAdjust="spacingAndGlyphs">{words}</text>'
    )


FOLDER = "figures"
SHOWN_PUBLISHERS = 4
CAVEAT = "Counts of what authorities reported, not of how much trafficking there is."
CONTEXT_CAVEAT = "Indicators as published; none of them counts trafficking itself."
CAVEATS = {"counts": CAVEAT, "indicators": CONTEXT_CAVEAT}


@contextmanager
def figure(
    name: str,
    *,
    title: str,
    caption: str,
    alt: str,
    data: pd.DataFrame,
    sources: Iterable[str],
    statements: Iterable[str] = (),
    shows: Literal["counts", "indicators"] | None = None,
    height: float = 4.2,
    width: float = theme.WIDTH,
    rows: int = 1,
    columns: int = 1,
    **subplots: Any,
) -> Iterator[Any]:
    """Draw one figure in the block; check, save, close and show it at the block's end.

    Parameters
    ----------
    name : str
        ``NN-words``; NN is the number of the notebook.
    title : str
        Quantity, place and period. Long titles are broken into lines.
    caption, alt : str
        Caption shown below; alternative text of at least 60 characters that holds numbers.
    data : DataFrame
        Every number that is drawn; written as ``figures/<name>.csv``. A named index is kept as
        columns. Without a row the figure says `absence.NO_COUNT`, whatever the block draws.
    sources : iterable of str
        Source ids, repeats allowed; at least one where there are rows.
    statements : iterable of str, optional
        ``figure_id`` of published statements that the drawing rests on beside those that columns
        of `data` name (`khtip.ledger.lineage.COLUMNS`).
    shows : {"counts", "indicators"}, optional
        Which warning stands at the foot: `CAVEAT` or `CONTEXT_CAVEAT`. By default the second when
        all sources are context tables. Say "indicators" for an index that also cites a report.
    height, width : float
        Inches.
    rows, columns : int
        Panels; with more than one the block gets the array that ``Figure.subplots`` returns.
    **subplots
        More keywords of ``Figure.subplots``, such as ``sharex=True`` or ``width_ratios``.

    Yields
    ------
    Axes or array of Axes

    Raises
    ------
    FigureError
        For everything that `khtip.figures.refusals` refuses. Nothing is written then. Text that
        is still crowded after `khtip.figures.layout.settle`, or a sign without a font, is no
        error: the figure is saved, and its card names the ``problems``.

    Examples
    --------
    >>> cases = pd.DataFrame({"year": [2016, 2017], "cases": [92, 159]})
    >>> with figure("03-cases", title="Cases", caption="", alt="Bars.",   # doctest: +SKIP
    ...             data=cases, sources=["ppp-2018-ncct-annual"]) as ax:
    ...     ax.bar(cases["year"], cases["cases"])
    FigureError: figure '03-cases' is not saved:
    - caption is empty: say what is shown and how to read it
    """
    if not wanted():
        with theme.style():
            drawing = Figure(figsize=(width, height))
            Canvas(drawing)
            yield drawing.subplots(rows, columns, **subplots)
        return
    known = source_publishers()
    words = {"title": title, "caption": caption, "alt": alt}
    ids = list(sources) if not isinstance(sources, str) else sources
    problems = refusals.check_table(data)
    if nothing := not problems and data.empty:
        words |= absence.empty_words(caption)
    problems += refusals.check_words(name=name, **words)
    if len(ids) or not (nothing or COLUMN in data):
        problems += refusals.check_sources(ids, known)
    if problems:
        raise FigureError(name, problems)
    ids = list(dict.fromkeys(ids))
    data = data.reset_index() if any(level is not None for level in data.index.names) else data
    context = bool(ids) and all(one.startswith("ctx-") for one in ids)
    credit = [CAVEATS[shows or ("indicators" if context else "counts")]]
    if ids:
        credit.insert(0, source_line(ids, known, width=width - 2 * layout.MARGIN))
    card: dict[str, Any] = {"name": name, "notebook": name[:2], **words, "sources": ids}
    card["statements"] = lineage.split(lineage.joined([*lineage.statements_of(data), *statements]))
    card["source_line"] = " ".join(credit)
    card["size_inches"] = [width, height]
    with _look(name):
        drawing = Figure(figsize=(width, height))
        Canvas(drawing)
        layout.frame(drawing, title=title, foot=credit)
        yield drawing.subplots(rows, columns, **subplots)
        if nothing:
            drawing.clear()
            layout.frame(drawing, title=title, foot=credit)
            ax = drawing.subplots()
            ax.axis("off")
            absence.no_count(ax)
        _publish(drawing, data, card)


@contextmanager
def _look(name: str) -> Iterator[None]:
    """Let the theme hold; a sign that no font has is told once, when the drawing is done."""
    with theme.style(), matplotlib.rc_context({"svg.hashsalt": name}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        yield


def _publish(drawing: Figure, data: pd.DataFrame, card: dict[str, Any]) -> None:
    """Check what was drawn, lay it out, save it with its card, and show it."""
    if refused := refusals.check_drawing(drawing, data):
        raise FigureError(card["name"], refused)
    problems = absence.say_where_nothing_is_drawn(drawing)
    crowded, picture = layout.settle(drawing)
    problems += crowded
    if card["size_inches"][1] < drawing.get_size_inches()[1]:
        card["size_inches"] = drawing.get_size_inches().tolist()
    card["data"] = {"rows": len(data), "columns": [str(column) for column in data.columns]}
    card["axes"] = [drawn.fingerprint(ax) for ax in drawing.findobj(Axes)]
    if problems:
        card["problems"] = problems
    words = {"title": card["title"], "alt": card["alt"]}
    png = as_png(picture, **words)
    svg = as_svg(drawing, name=card["name"], **words)
    _save(card["name"], data, {"png": png, "svg": svg, "json": _as_json(card)})
    _show(png, card)


def draw_absence(name: str, *, title: str, told: pd.DataFrame) -> None:
    """Save a figure whose canvas holds nothing but the sentence of a table.

    Parameters
    ----------
    name, title : str
        As `figure` takes them.
    told : DataFrame
        From `khtip.ledger.unreported.nothing`.
    """
    sentence, year, sources = told[COLUMN].iloc[0], told["year"].iloc[0], sources_of(told)
    with figure(
        name,
        title=title,
        caption=f"{sentence} The figure stays empty; nothing is filled in.",
        alt=f"Empty chart for the year {year}. It says: {sentence} No values are drawn.",
        data=told if sources else told.iloc[:0],  # a ledger may hold no source at all
        sources=sources,
    ) as ax:
        ax.axis("off")
        lines = wrap(str(sentence), 5.5, size=10)
        words = ax.text(0.5, 0.5, "\n".join(lines), ha="center", va="center", size=10)
        words.set(transform=ax.figure.transFigure, in_layout=False)


def wanted() -> bool:
    """Return whether figures are saved: ``KHTIP_FIGURES=0`` leaves them out, as a sweep does.

    The block of `figure` still runs, so a mistake in it is still found.
    """
    return os.environ.get("KHTIP_FIGURES", "1") != "0"


def source_publishers() -> dict[str, str]:
    """Return the publisher of every source id of the ledger and of the context tables."""
    reported = tables.read_text_table("data/reported/sources.csv")
    context = tables.read_text_table("data/context/sources.csv")
    return dict(zip(reported["source_id"], reported["publisher"], strict=True)) | dict(
        zip(context["context_source_id"], context["publisher"], strict=True)
    )


def source_line(ids: list[str], publishers: dict[str, str], *, width: float = theme.WIDTH) -> str:
    """Return the sentence at the foot that says who published the numbers.

    As many publishers are named, up to four, as fit into one line of `width` inches.

    Examples
    --------
    >>> source_line(["a", "b"], {"a": "IOM Cambodia", "b": "Khmer Times"})
    'Sources: IOM Cambodia and Khmer Times.'
    """
    counted = Counter(short_publisher(publishers[one]) for one in ids)
    names = sorted(counted, key=lambda publisher: (-counted[publisher], publisher))
    for shown in range(SHOWN_PUBLISHERS, 0, -1):
        listed = list(names)
        if len(names) > shown + 1:
            listed[shown:] = [f"{len(names) - shown} more publishers ({len(ids)} sources)"]
        who = " and ".join(filter(None, [", ".join(listed[:-1]), listed[-1]]))
        sentence = f"Sources: {who}."
        if text_width(sentence, size=theme.SMALLEST_TEXT) <= width * 72:
            break
    return sentence


def short_publisher(publisher: str) -> str:
    """Return a publisher's name short enough for the source line.

    Examples
    --------
    >>> short_publisher("United Nations Office on Drugs and Crime (UNODC)")
    'UNODC'
    >>> short_publisher("U.S. Department of State")
    'US State Department'
    >>> short_publisher("Poste Cambodia (Japanese digest of Khmer Times)")
    'Poste Cambodia'
    """
    if publisher == "U.S. Department of State":
        return "US State Department"  # as the ledger's own sources name it
    name, _, bracket = publisher.partition("(")
    inside = bracket.partition(")")[0]
    if len(name) > 25 and re.fullmatch(r"[A-Z]{2,}( [A-Z]+)*", inside):
        return inside
    return name.strip() or publisher


def _as_json(content: Any) -> bytes:
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode("utf-8")


def _save(name: str, data: pd.DataFrame, contents: dict[str, bytes]) -> None:
    table = tables.write_product(data, f"{FOLDER}/{name}.csv")
    with drafted(*(table.with_suffix(f".{kind}") for kind in contents)) as drafts:
        for draft, content in zip(drafts, contents.values(), strict=True):
            draft.write_bytes(content)


def _show(png: bytes, card: dict[str, Any]) -> None:
    """Show the saved picture and its caption, when inside IPython."""
    try:
        from IPython import get_ipython
        from IPython.display import display
    except ImportError:
        return
    if get_ipython() is None:
        return
    width = round(card["size_inches"][0] * theme.DPI / 2)
    display(
        {"image/png": base64.b64encode(png).decode("ascii"), "text/plain": card["alt"]},
        raw=True,
        metadata={"image/png": {"width": width, "alt": card["alt"]}},
    )
    display({"text/markdown": card["caption"], "text/plain": card["caption"]}, raw=True)
