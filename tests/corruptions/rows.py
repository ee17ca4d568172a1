"""Rows and columns: over-long, short, exchanged, doubled, quoted wrongly."""

from __future__ import annotations

from corruptions.corruption import (
    FIGURES,
    SOURCES,
    Corruption,
    Edit,
    added,
    at,
    line,
    replaced,
    table,
    text,
)

BODIES = "data/lookups/bodies.csv"
STOCK = "data/context/migrant_stock.csv"
STATEMENTS = "data/context/unodc_statements.csv"
FIRST = "ppp-2018-ncct-annual"


def _swapped(file: str, one: str, other: str, *, header: bool) -> Edit:
    """Exchange two columns, with their names or below the names."""

    def edit(rows: list[list[str]]) -> None:
        a, b = rows[0].index(one), rows[0].index(other)
        for row in rows if header else rows[1:]:
            row[a], row[b] = row[b], row[a]

    return table(file, edit)


def _shifted(rows: list[list[str]]) -> None:
    rows[2] = [*rows[2][1:], ""]


def _turned(rows: list[list[str]]) -> None:
    rows[1:] = rows[:0:-1]


CORRUPTIONS = [
    Corruption(
        "over-long row",
        "one cell more",
        line(FIGURES, 3, lambda t: t + ",x"),
        at(FIGURES, 3),
        "write text that holds a comma between quotation marks",
    ),
    Corruption(
        "over-long row",
        "first row longer than the header",
        line(FIGURES, 2, lambda t: t + ",x,y"),
        at(FIGURES, 2),
        "between quotation marks",
    ),
    Corruption(
        "over-long row",
        "a comma without quotation marks",
        replaced(SOURCES, "Police stepping up", "Police, stepping up"),
        at(SOURCES, 2),
        "between quotation marks",
    ),
    Corruption(
        "over-long row",
        "a hundred thousand cells",
        line(FIGURES, 3, lambda t: t + "," * 100_000),
        at(FIGURES, 3),
        "between quotation",
    ),
    Corruption(
        "short row",
        "one cell less",
        line(FIGURES, 3, lambda t: t.rpartition(",")[0]),
        at(FIGURES, 3),
        "an empty cell still needs its comma",
    ),
    Corruption(
        "short row",
        "a blank line",
        line(FIGURES, 3, lambda t: "\n" + t),
        at(FIGURES, 3),
        "complete the row",
    ),
    Corruption(
        "short row",
        "a comment",
        line(FIGURES, 3, lambda t: "# new figures\n" + t),
        at(FIGURES, 3),
        "complete the row",
    ),
    Corruption(
        "short row",
        "semicolons between the cells",
        line(FIGURES, 3, lambda t: t.replace(",", ";")),
        at(FIGURES, 3),
        "complete the row",
    ),
    Corruption(
        "short row",
        "marks of a merge",
        line(FIGURES, 3, lambda t: "<<<<<<< HEAD\n" + t),
        at(FIGURES, 3),
        "choose between the two versions",
    ),
    Corruption(
        "columns",
        "semicolons in the whole file",
        text(FIGURES, lambda t: t.replace(",", ";")),
        at(FIGURES, 1),
        "save the file with commas",
    ),
    Corruption(
        "quotation marks",
        "never closed",
        line(FIGURES, 3, lambda t: t + '"open'),
        at(FIGURES, 3),
        "close the quotation mark",
    ),
    Corruption(
        "quotation marks",
        "typographic",
        replaced(
            SOURCES,
            '"NCCT (annual meeting, Ministry of Interior)"',
            "“NCCT (annual meeting, Ministry of Interior)”",
        ),
        at(SOURCES, 2),
        "between quotation marks",
    ),
    Corruption(
        "quotation marks",
        "text behind the closing one",
        line(SOURCES, 2, lambda t: t.replace('Interior)"', 'Interior)"x')),
        at(SOURCES, 2),
        "close the quotation mark",
    ),
    Corruption(
        "columns",
        "one missing",
        text(FIGURES, lambda t: t.replace(",unit_words", "", 1)),
        at(FIGURES, 1, "unit_words"),
        "add the column 'unit_words' after 'unit'",
    ),
    Corruption(
        "columns",
        "one misspelt",
        replaced(FIGURES, "qualifier", "qualifer"),
        at(FIGURES, 1, "qualifer"),
        "did you mean 'qualifier'?",
    ),
    Corruption(
        "columns",
        "one name in capitals",
        replaced(FIGURES, "figure_id", "Figure_ID"),
        at(FIGURES, 1, "Figure_ID"),
        "did you mean 'figure_id'?",
    ),
    Corruption(
        "columns",
        "one name twice",
        replaced(FIGURES, "unit_words", "unit"),
        at(FIGURES, 1, "unit"),
        "keep one column 'unit'",
    ),
    Corruption(
        "columns",
        "no header",
        text(FIGURES, lambda t: t.split("\n", 1)[1]),
        f"{FIGURES}:1: column 'figure_id'",
        "add the column",
    ),
    Corruption(
        "columns",
        "a header twice",
        line(FIGURES, 1, lambda t: f"{t}\n{t}"),
        at(FIGURES, 2),
        "delete the repeated header",
    ),
    Corruption(
        "columns",
        "fifty thousand columns",
        line(FIGURES, 1, lambda t: t + ",x" * 50_000),
        at(FIGURES, 1),
        "restore the header from git",
    ),
    Corruption(
        "swapped columns",
        "with their names",
        _swapped(FIGURES, "value", "qualifier", header=True),
        at(FIGURES, 1),
        "put the col",
    ),
    Corruption(
        "swapped columns",
        "value and qualifier",
        _swapped(FIGURES, "value", "qualifier", header=False),
        at(FIGURES, 2, "value"),
        "rewrite",
    ),
    Corruption(
        "swapped columns",
        "start and end of the period",
        _swapped(FIGURES, "period_start", "period_end", header=False),
        at(FIGURES, 2, "period_end"),
        "exchange the two dates",
    ),
    Corruption(
        "swapped columns",
        "measure and area",
        _swapped(FIGURES, "measure", "ref_area", header=False),
        at(FIGURES, 2, "measure"),
        "data/lookups/measures.csv",
    ),
    Corruption(
        "swapped columns",
        "title and address",
        _swapped(SOURCES, "title", "url", header=False),
        at(SOURCES, 2, "url"),
        "rewrite the cell",
    ),
    Corruption(
        "swapped columns",
        "latitude and longitude",
        _swapped("data/context/countries.csv", "label_latitude", "label_longitude", header=False),
        at("data/context/countries.csv", 2, "label_latitude"),
        "two columns exchanged",
        wide=True,
    ),
    Corruption(
        "swapped columns",
        "a row moved by one cell",
        table(FIGURES, _shifted),
        at(FIGURES, 3, "figure_id"),
        "write",
    ),
    Corruption(
        "duplicate",
        "a figure id",
        added(FIGURES, 2, locator="99"),
        FIGURES + ":{last}: column 'figure_id'",
        "a key of its own",
    ),
    Corruption(
        "duplicate",
        "a source id",
        added(SOURCES, 2, title="Other"),
        SOURCES + ":{last}: column 'source_id'",
        "a key of its own",
    ),
    Corruption(
        "duplicate",
        "a body",
        added(BODIES, 2, full_name="Other"),
        BODIES + ":{last}: column 'reporting_body'",
        "a key of its own",
    ),
    Corruption(
        "duplicate",
        "a statement under a new id",
        added(FIGURES, 2, figure_id=f"{FIRST}-999"),
        FIGURES + ":{last}:",
        "delete one",
    ),
    Corruption(
        "duplicate",
        "a whole row",
        line(FIGURES, 3, lambda t: f"{t}\n{t}"),
        at(FIGURES, 4, "figure_id"),
        "delete the repeated row",
    ),
    Corruption(
        "duplicate",
        "a row of a table without a key",
        line(STATEMENTS, 3, lambda t: f"{t}\n{t}"),
        f"{STATEMENTS}:4:",
        "delete the repeated row",
        wide=True,
    ),
    Corruption(
        "duplicate",
        "an estimate of one country and year",
        table(STOCK, lambda rows: rows.insert(3, [*rows[2][:-1], "x"])),
        f"{STOCK}:4:",
        "a key of its own",
        wide=True,
    ),
    Corruption(
        "order of rows",
        "turned round",
        table(FIGURES, _turned),
        "docs/bad-input.md",
        "order of rows",
        "accepted",
    ),
    Corruption(
        "order of rows",
        "sources turned round",
        table(SOURCES, _turned),
        "docs/bad-input.md",
        "order of rows",
        "accepted",
    ),
]
