"""A figure where nothing is reported: it says so in one plain sentence, and is never empty."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from khtip.figures import drawn
from khtip.figures.text import wrap
from khtip.figures.theme import COLOURS
from khtip.ledger.unreported import COLUMN, missing, sources_of

NO_COUNT = "no count published"


def say(axes: Axes | np.ndarray, frame: pd.DataFrame) -> bool:
    """Write the sentence of such a table in the middle of the figure; tell if there was one.

    Several panels become one.
    """
    if not missing(frame):
        return False
    first, *others = np.atleast_1d(axes).ravel()
    for spare in others:
        spare.set_visible(False)
    first.axis("off")
    lines = wrap(str(frame[COLUMN].iloc[0]), 5.5, size=10)
    middle = first.figure.transFigure
    words = first.text(0.5, 0.5, "\n".join(lines), ha="center", va="center", size=10)
    words.set(transform=middle, in_layout=False)
    return True


def no_count(ax: Axes, words: str = NO_COUNT) -> None:
    """Write in the middle of an empty panel that no count is published for it."""
    look = {"ha": "center", "va": "center", "size": 8.5, "color": COLOURS["muted"]}
    ax.text(0.5, 0.5, words, transform=ax.transAxes, **look)


def empty_words(caption: str) -> dict[str, str]:
    """Return caption and alternative text of a figure without a row of data."""
    sentence = f"{NO_COUNT.capitalize()} that could be shown here."
    return {
        "caption": f"{sentence} {caption}".strip(),
        "alt": f"Empty chart that says: {NO_COUNT}. It draws 0 values, and nothing is filled in.",
    }


def say_where_nothing_is_drawn(drawing: Figure) -> list[str]:
    """Write `NO_COUNT` into each empty panel; return a problem for those never drawn in."""
    problems = []
    for number, ax in enumerate(drawing.axes, start=1):
        words = any(one.get_text().strip() for one in ax.texts)
        shown = ax.get_visible() and ax.get_label() != "<colorbar>"
        if not shown or words or any(not mark.decor for mark in drawn.marks(ax)):
            continue
        if not ax.has_data():
            problems.append(
                f"axes {number} is empty: draw in it, hide it with ax.set_visible(False), or say "
                "what is missing with absence.no_count(ax)"
            )
        no_count(ax)
    return problems


def about(frame: pd.DataFrame, *, title: str, caption: str, alt: str) -> dict[str, Any]:
    """Return the words of a figure, or those that say that nothing is reported."""
    words: dict[str, Any] = {"title": title, "caption": caption, "alt": alt}
    if missing(frame):
        sentence, year = frame[COLUMN].iloc[0], frame["year"].iloc[0]
        words["caption"] = f"{sentence} The figure stays empty; nothing is filled in."
        words["alt"] = f"Empty chart for the year {year}. It says: {sentence} No values are drawn."
    return {**words, "sources": sources_of(frame)}
