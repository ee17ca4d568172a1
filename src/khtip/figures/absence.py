"""A figure where nothing is reported: it says so in one plain sentence, and is never empty."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from khtip.figures import drawn
from khtip.figures.theme import COLOURS

NO_COUNT = "no count published"


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
