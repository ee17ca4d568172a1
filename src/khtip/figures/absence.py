"""A figure where nothing is reported: it says so in one plain sentence, and is never empty."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from khtip.figures import text
from khtip.ledger.unreported import COLUMN, missing, sources_of


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
    lines = text.wrap(str(frame[COLUMN].iloc[0]), 5.5, size=10)
    middle = first.figure.transFigure
    words = first.text(0.5, 0.5, "\n".join(lines), ha="center", va="center", size=10)
    words.set(transform=middle, in_layout=False)
    return True


def about(frame: pd.DataFrame, *, title: str, caption: str, alt: str) -> dict[str, Any]:
    """Return the words of a figure, or those that say that nothing is reported."""
    words: dict[str, Any] = {"title": title, "caption": caption, "alt": alt}
    if missing(frame):
        sentence, year = frame[COLUMN].iloc[0], frame["year"].iloc[0]
        words["caption"] = f"{sentence} The figure stays empty; nothing is filled in."
        words["alt"] = f"Empty chart for the year {year}. It says: {sentence} No values are drawn."
    return {**words, "sources": sources_of(frame)}
