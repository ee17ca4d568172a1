"""A table that says that nothing is reported: one row with one plain sentence.

A scenario may ask for a year that no report splits. The table behind a figure is then this row, the
figure says the sentence, and a product keeps its header.
"""

from collections.abc import Iterable

import pandas as pd

from khtip.ledger.lineage import joined, split

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
    return pd.DataFrame({COLUMN: [sentence], "year": [year], "source_ids": [joined(looked_in)]})


def missing(frame: pd.DataFrame) -> bool:
    """Tell whether a table is one that says that nothing is reported."""
    return COLUMN in frame


def product(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Return the columns of a table as a product: only the header where nothing is reported."""
    return pd.DataFrame(columns=columns) if missing(frame) else frame[columns]


def sources_of(frame: pd.DataFrame) -> list[str]:
    """Return the source ids of a table, each once, from its column ``source_ids``."""
    return split(joined(frame["source_ids"]))
