"""The registry: every figure of the collection is saved, described and checked here.

How to draw one figure::

    from khtip.drawing import theme
    from khtip.drawing.figures import figure

    data = trends.query("measure == 'cases'")          # the numbers that are drawn
    with figure(
        "03-cases-by-year",                            # the notebook's number and a few words
        title="Cases reported by year, Cambodia, 2012 to 2025",
        caption="How to read it, and what it does not show.",
        alt=f"Line chart. Cases rose from {first} in 2012 to ...",  # numbers composed by code
        data=data,
        sources=data["source_id"],                     # ids of data/*/sources.csv
    ) as ax:
        ax.plot(data["year"], data["value"], **theme.body_style("NCCT"))
        theme.year_axis(ax)
        theme.zero_based(ax)

When the block ends without an error the figure is checked (`khtip.drawing.figure_checks`), saved as
``figures/03-cases-by-year`` ``.png``, ``.svg``, ``.csv`` and ``.json`` below ``tables.output()``,
closed, and shown once with its caption. When a check fails nothing is written, and a
`FigureError` tells everything that is wrong. Rules the checks hold you to:

- Every number drawn stands in `data` (also limits of intervals, positions on a number axis).
  Draw shares from a share column, not ``count / total`` on the fly.
- Reference lines and shading carry no data: draw them with ``gid="decor"`` or
  `khtip.drawing.marks.reference_line`. For ribbons and arrows say `khtip.drawing.drawn.stands_for`.
- Positions on a text axis are free. On a year axis (`theme.year_axis`) marks may stand up to half
  a year beside their year. For other free positions: ``ax.yaxis.set_gid("position")``.
- A missing value is NaN and leaves a gap. Bars start at zero. Draw with ``ax`` only, never ``plt``.
- Text is at least 8 pt, stands out from what lies below it (`theme.text_colour`,
  `theme.ink_on`), and runs into no other text, line or point. `marks.label_points` and
  ``label_line_ends`` find room by themselves; call them last.
- The title, the source line and the file are the registry's work; give ``ax`` only axis labels and,
  with several panels, ``ax.set_title``. `theme` has the colours, `marks` forest plots
  and ranges.
"""

from __future__ import annotations

import base64
import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

import matplotlib
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from khtip import lineage, tables
from khtip.drafts import drafted
from khtip.drawing import drawn, figure_checks, layout, render, theme
from khtip.drawing.figure_checks import FigureError
from khtip.drawing.written import Canvas

__all__ = ["FigureError", "figure"]

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
        columns.
    sources : iterable of str
        Source ids, repeats allowed.
    statements : iterable of str, optional
        ``figure_id`` of published statements that the drawing rests on beside those that columns
        of `data` name (`khtip.lineage.COLUMNS`).
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
        For everything that `khtip.drawing.figure_checks` refuses. Nothing is written then.

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
    problems = figure_checks.check_words(name=name, title=title, caption=caption, alt=alt)
    problems += figure_checks.check_sources(sources, known)
    problems += figure_checks.check_table(data)
    if problems:
        raise FigureError(name, problems)
    ids = list(dict.fromkeys(sources))
    data = data.reset_index() if any(level is not None for level in data.index.names) else data
    shows = shows or ("indicators" if all(one.startswith("ctx-") for one in ids) else "counts")
    credit = [source_line(ids, known, width=width - 0.16), CAVEATS[shows]]
    with theme.style(), matplotlib.rc_context({"svg.hashsalt": name}):
        drawing = Figure(figsize=(width, height))
        Canvas(drawing)
        layout.frame(drawing, title=title, foot=credit)
        yield drawing.subplots(rows, columns, **subplots)
        problems, picture = figure_checks.check_drawing(drawing, data)
        if problems:
            raise FigureError(name, problems)
        card = {
            "name": name,
            "notebook": name[:2],
            "title": title,
            "caption": caption,
            "alt": alt,
            "sources": ids,
            "statements": lineage.split(
                lineage.joined([*lineage.statements_of(data), *statements])
            ),
            "source_line": " ".join(credit),
            "size_inches": [width, height],
            "data": {"rows": len(data), "columns": [str(column) for column in data.columns]},
            "axes": [drawn.fingerprint(ax) for ax in drawing.findobj(Axes)],
        }
        words = {"title": title, "alt": alt}
        png = render.png(picture, **words)
        svg = render.svg(drawing, name=name, **words)
    _save(name, data, {"png": png, "svg": svg, "json": _as_json(card)})
    _show(png, card)


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
        if layout.text_width(sentence, size=theme.SMALLEST_TEXT) <= width * 72:
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
