"""One small input: how the ledger is edited, and what the right answer is."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from other_data import invariants
from other_data.project import Stop, Tables, place, products, read, run


@dataclass(frozen=True)
class Answer:
    """What the tool made of an edited ledger: products, stops, or a refusal in words."""

    folder: Path
    tables: Tables
    stops: list[Stop] = field(default_factory=list)
    refused: str = ""

    def table(self, path: str) -> pd.DataFrame:
        """Return a product as text, such as ``clean/totals``."""
        return pd.read_csv(self.folder / f"data/{path}.csv", dtype=str, keep_default_na=False)

    def finding(self, name: str) -> dict[str, str]:
        """Return a finding by its id; empty when it is not stated."""
        rows = self.table(f"results/findings-{name[:2]}").query("finding_id == @name")
        return {} if rows.empty else rows.iloc[0].to_dict()

    def verdicts(self, path: str, *figure_ids: str, **columns: str) -> set[str]:
        """Return the verdicts of the rows of a product that name all these statements."""
        table = self.table(path)
        named = table.apply(lambda row: all(_names(row, one) for one in figure_ids), axis=1)
        for column, value in columns.items():
            named &= table[column].eq(value)
        return set(table.loc[named, "verdict"])

    def words(self) -> str:
        """Return everything that the products say."""
        files = [*self.folder.glob("data/*/*.csv"), *self.folder.glob("figures/*.*")]
        files += self.folder.glob("notebooks/*.ipynb")
        texts = (one.read_text("utf-8") for one in sorted(files) if one.suffix != ".png")
        return "\n".join(texts)


def _names(row: pd.Series, figure_id: str) -> bool:
    return any(figure_id in str(cell).split(";") for cell in row)


def published(name: str) -> dict[str, str]:
    """Return a finding as the project's own ledger gives it."""
    root = Path(__file__).parents[2]
    return Answer(root, {}).finding(name)


Right = Callable[[Answer], object]


def runs(answer: Answer) -> bool:
    """Any answer is right that is not a stop."""
    return True


@dataclass(frozen=True)
class Input:
    """An edit of the ledger and its right answer.

    Attributes
    ----------
    name : str
        What is edited, in a few words.
    edit : callable
        Changes the tables in place; it finds rows by what they say.
    right : callable
        From an `Answer` that did not stop to whether it is right.
    notebooks : str
        Numbers of the notebooks that are concerned, with those whose products the edit changes.
    drawn : bool
        Whether it is figures that are concerned.
    again : bool
        Whether another input or a unit test stands for the same kind, so that ``make test`` leaves
        it out.
    refused : str
        Empty when the input is valid; else words of the refusal that is right: what and a remedy.
    values : mapping
        Parameters of the run.
    """

    name: str
    edit: Callable[[Tables], object]
    right: Right = runs
    notebooks: str = ""
    drawn: bool = False
    again: bool = False
    refused: str = ""
    values: Mapping[str, object] = field(default_factory=dict)

    def wrong(self, *, everywhere: bool = False) -> str:
        """Run it; return what is wrong with the answer, or nothing.

        Parameters
        ----------
        everywhere : bool
            Whether every notebook runs and draws its figures, not only what is concerned.
        """
        tables = read()
        self.edit(tables)
        folder = Path(tempfile.mkdtemp(prefix="khtip-input-"))
        try:
            return self._judged(self._answered(tables, folder / "project", everywhere))
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _answered(self, tables: Tables, root: Path, everywhere: bool) -> Answer:
        place(tables, root)
        only = [] if everywhere else self.notebooks.split()
        try:
            stops = run(root, self.values, only=only, figures=self.drawn or everywhere)
        except ValueError as refusal:
            return Answer(products(root), tables, refused=str(refusal))
        return Answer(products(root), tables, stops)

    def _judged(self, answer: Answer) -> str:
        if answer.refused:
            right = self.refused and all(one in answer.refused for one in self.refused.split(" … "))
            return "" if right else f"refused: {answer.refused}"
        if self.refused:
            return "accepted, and to be refused"
        broken = answer.stops or invariants.broken(answer.folder, answer.tables)
        if broken:
            return "\n".join(map(str, broken))
        return "" if self.right(answer) else f"another answer than: {self.right.__doc__}"
