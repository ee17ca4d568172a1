"""What is shown where nothing is reported: one plain sentence, never an empty picture.

A scenario may ask for a year that no report splits. The table behind the figure is then this one
row, the figure says the sentence on its canvas, and the product keeps its header.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from khtip.figures import text

COLUMN = "nothing_reported"


def nothing(sentence: str, *, year: int, looked_in: Iterable[str]) -> pd.DataFrame:
    """Return a table of one row that says what is not reported.

    Parameters
    ----------
    sentence : str
        For example ``No destination split is reported for 2019.``
    year : int
        The year that was asked for.
    looked_in : iterable of str
        Source ids that were searched, each possibly several joined by semicolons.

    Examples
    --------
    >>> frame = nothing("No split is reported for 2019.", year=2019, looked_in=["a;b", "b"])
    >>> frame["nothing_reported"].item(), frame["source_ids"].item()
    ('No split is reported for 2019.', 'a;b')
    """
    ids = dict.fromkeys(one for several in looked_in for one in several.split(";"))
    return pd.DataFrame({COLUMN: [sentence], "year": [year], "source_ids": [";".join(ids)]})


def missing(frame: pd.DataFrame) -> bool:
    """Tell whether a table is one that says that nothing is reported."""
    return COLUMN in frame


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


def product(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Return the columns of a table as a product: only the header where nothing is reported."""
    return pd.DataFrame(columns=columns) if missing(frame) else frame[columns]


def sources_of(frame: pd.DataFrame) -> list[str]:
    """Return the source ids of a table, each once, from its column ``source_ids``."""
    several = frame["source_ids"].dropna().astype(str)
    return list(dict.fromkeys(one for ids in several for one in ids.split(";") if one))


def about(frame: pd.DataFrame, *, title: str, caption: str, alt: str) -> dict[str, object]:
    """Return the words of a figure, or those that say that nothing is reported."""
    words: dict[str, object] = {"title": title, "caption": caption, "alt": alt}
    if missing(frame):
        sentence, year = frame[COLUMN].iloc[0], frame["year"].iloc[0]
        words["caption"] = f"{sentence} The figure stays empty; nothing is filled in."
        words["alt"] = f"Empty chart for the year {year}. It says: {sentence} No values are drawn."
    return {**words, "sources": sources_of(frame)}
