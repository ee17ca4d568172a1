"""A figure where nothing is reported: it says so in one plain sentence, and is never empty."""

import pandas as pd

from khtip.figures import text
from khtip.figures.registry import figure
from khtip.ledger.unreported import COLUMN, sources_of


def draw_absence(name: str, *, title: str, told: pd.DataFrame) -> None:
    """Save a figure whose canvas holds nothing but a sentence.

    Parameters
    ----------
    name, title : str
        As `khtip.figures.registry.figure` takes them.
    told : DataFrame
        From `khtip.ledger.unreported.nothing`.
    """
    sentence, year = told[COLUMN].iloc[0], told["year"].iloc[0]
    with figure(
        name,
        title=title,
        caption=f"{sentence} The figure stays empty; nothing is filled in.",
        alt=f"Empty chart for the year {year}. It says: {sentence} No values are drawn.",
        data=told,
        sources=sources_of(told),
    ) as ax:
        ax.axis("off")
        lines = text.wrap(str(sentence), 5.5, size=10)
        said = ax.text(0.5, 0.5, "\n".join(lines), ha="center", va="center", size=10)
        said.set(transform=ax.figure.transFigure, in_layout=False)
