"""Rows of the table, and the page that shows them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "faults.md"
START, END = "<!-- table:start -->", "<!-- table:end -->"
HEAD = "| fault | tried | what happened | promise kept |\n| --- | ---: | --- | --- |"


@dataclass
class Row:
    """One fault.

    Attributes
    ----------
    fault : str
        What was done.
    tried : int
        How often.
    happened : str
        What was seen, in words.
    broken : list of str
        Promises that were not kept; empty is good.
    """

    fault: str
    tried: int
    happened: str
    broken: list[str] = field(default_factory=list)

    def line(self) -> str:
        """Return the row as Markdown."""
        kept = "not tried" if not self.tried else "**no**" if self.broken else "yes"
        words = "; ".join([self.happened, *self.broken[:3]])
        return f"| {self.fault} | {self.tried} | {words} | {kept} |".replace("\n", " ")


def markdown(rows: list[Row]) -> str:
    """Return all rows as a table."""
    return "\n".join([HEAD, *(row.line() for row in rows)])


def write(table: str, page: Path = PAGE) -> None:
    """Replace the table between the marks of the page."""
    before, _, rest = page.read_text("utf-8").partition(START)
    after = rest.partition(END)[2]
    page.write_text(f"{before}{START}\n{table}\n{END}{after}", "utf-8")
