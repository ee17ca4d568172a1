"""The figure of the benchmark: dots with their range, and a mark where a promise ends."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import matplotlib
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from benchmarks import quote
from khtip.figures import layout, marks, registry, theme
from khtip.figures.refusals import FigureError, check_drawing
from khtip.figures.theme import COLOURS
from khtip.files import drafted

NAME = "benchmarks"
OURS = ("khtip-", "nothing-", "markdown-", "one-", "nbval-warm", "make-", "sweep")
ROW, HEAD = 0.235, 1.0  # inches for a row, and for what stands around the rows of a panel


def save(table: pd.DataFrame, machine: Mapping[str, object], folder: Path) -> None:
    """Draw the table's ratios and write ``benchmarks.png`` and ``benchmarks.svg``.

    Raises
    ------
    FigureError
        When a number is drawn that is not in the table, or text is small, cut or overlaps.
    """
    rows = table[table["ratio"].notna()].reset_index(drop=True)
    panels = [rows[rows["against"].eq(one)] for one in rows["against"].unique()]
    height = HEAD + sum(0.62 + ROW * len(panel) for panel in panels)
    title, alt = "Time that a command takes, as a ratio", describe(rows)
    with theme.style(), matplotlib.rc_context({"svg.hashsalt": NAME}):
        drawing = Figure(figsize=(theme.WIDTH, height))
        FigureCanvasAgg(drawing)
        layout.frame(drawing, title=title, foot=[_foot(rows, machine)])
        grid = {"height_ratios": [0.62 + ROW * len(panel) for panel in panels]}
        axes = drawing.subplots(len(panels), 1, squeeze=False, sharex=True, gridspec_kw=grid)
        for ax, panel in zip(axes[:, 0], panels, strict=True):
            _panel(ax, panel, limits=_limits(rows))
        problems, picture = layout.settle(drawing)
        if problems := [*check_drawing(drawing, rows), *problems]:
            raise FigureError(NAME, problems)
        pictures = {
            "png": registry.as_png(picture, title=title, alt=alt),
            "svg": registry.as_svg(drawing, name=NAME, title=title, alt=alt),
        }
    for kind, content in pictures.items():
        with drafted(folder / f"{NAME}.{kind}") as [draft]:
            draft.write_bytes(content)


def _limits(rows: pd.DataFrame) -> tuple[float, float]:
    ends = rows[["low", "high", "at_most"]]
    return float(ends.min().min()) / 1.3, float(ends.max().max()) * 1.3


def _panel(ax: Axes, rows: pd.DataFrame, *, limits: tuple[float, float]) -> None:
    """Draw the rows that share what takes 1.00."""
    rows = rows.reset_index(drop=True)
    rows = rows.assign(text=[_words(row) for _, row in rows.iterrows()])
    ours = rows["measure"].str.startswith(OURS)
    colours = {place: COLOURS["reference" if mine else "muted"] for place, mine in ours.items()}
    _forest(ax, rows, limits=limits, colours=colours)
    for place, row in rows[rows["at_most"].notna()].iterrows():
        ax.plot(
            [row["at_most"]],
            [place],
            marker="|",
            markersize=13,
            markeredgewidth=2.2,
            color=COLOURS["accent"],
            linestyle="none",
            zorder=2.8,
        )
    ax.set_title(f"1.00 is {rows['against'].iloc[0]}")


def _forest(
    ax: Axes, rows: pd.DataFrame, *, limits: tuple[float, float], colours: Mapping[int, str]
) -> None:
    """Draw a ratio with its range in each row, the first on top, and its text at the right."""
    ax.set_xscale("log")
    ax.set_xlim(*limits)
    marks.reference_line(ax, 1.0)
    for place, row in rows.iterrows():
        ends = [row["ratio"]], [row["low"]], [row["high"]]
        marks.dot_range(ax, [place], *ends, color=colours[place])
        marks.side_text(ax, place, row["text"])
    ax.set_yticks(range(len(rows)), labels=rows["what"])
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.grid(False, axis="y")
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    marks.plain_log_ticks(ax)


def _words(row: pd.Series) -> str:
    """Return what stands at the right of a row: its ratio, and the most that is promised."""
    number = quote.ratio(row["ratio"])
    return f"{number} (at most {row['at_most']:g})" if pd.notna(row["at_most"]) else number


def _foot(rows: pd.DataFrame, machine: Mapping[str, object]) -> str:
    return (
        f"{quote.how(rows, machine)} Dot: median ratio; line: lowest and highest round; bar: the "
        "most that is promised. Blue: this project's command. The axis is logarithmic."
    )


def describe(rows: pd.DataFrame) -> str:
    """Return the alternative text: what is drawn, and every number."""
    parts = [f"{row.what} {quote.ratio(row.ratio)} of {row.against}" for row in rows.itertuples()]
    return f"Dots with ranges, one row a command, in panels by what takes 1.00: {'; '.join(parts)}."
