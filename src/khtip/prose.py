"""Text that a notebook shows as Markdown: sentences and tables of words."""

from __future__ import annotations

import pandas as pd


class MarkdownText(str):
    """Text that a notebook shows as Markdown."""

    def _repr_markdown_(self) -> str:
        return str(self)


def words_table(frame: pd.DataFrame) -> MarkdownText:
    """Return a table of words as Markdown: left-aligned, with lines that wrap.

    Parameters
    ----------
    frame : DataFrame
        Text cells; the index is not shown. A bar in a cell is kept as text.

    Examples
    --------
    >>> print(words_table(pd.DataFrame({"term": ["child"], "meaning": ["a person under 18"]})))
    | term   | meaning           |
    |:-------|:------------------|
    | child  | a person under 18 |
    """
    plain = frame.astype(str).map(lambda cell: cell.replace("|", r"\|"))
    return MarkdownText(plain.to_markdown(index=False, disable_numparse=True))
