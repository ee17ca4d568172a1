"""One seed: a ledger that it draws, every notebook over it, and the same with rows in disorder."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from other_data import invariants
from other_data.changes import drawn, shuffled_rows, years
from other_data.edits import rename
from other_data.project import Stop, Tables, copied, place, products, read, run

# Ids keep their order under it: which of two equal statements goes first is their id's to say.
MARK = "zz-"


@dataclass(frozen=True)
class Tried:
    """What became of a seed.

    Attributes
    ----------
    changes : list of str
        What was done to the ledger, in order.
    stops : list of Stop
        Where notebooks stopped.
    broken : list of str
        What did not hold of the products.
    """

    seed: int
    changes: list[str]
    stops: list[Stop] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return not self.stops and not self.broken

    def __str__(self) -> str:
        if self.good:
            return f"seed {self.seed}: well ({len(self.changes)} changes)"
        lines = [f"seed {self.seed}: {len(self.stops)} stops, {len(self.broken)} broken"]
        lines += [f"  changed  {one}" for one in self.changes]
        lines += [f"  stop     {one}" for one in self.stops]
        lines += [f"  broken   {one}" for one in self.broken]
        return "\n".join(lines)


def attempt(seed: int, *, twin: bool = True) -> Tried:
    """Draw a ledger and run every notebook over it.

    Parameters
    ----------
    seed : int
        The same seed gives the same ledger while the project's own stays.
    twin : bool
        Whether a run that went well is repeated with the rows of every table in another order and
        other ids, which may change nothing else.
    """
    tables = read()
    changes, chosen = drawn(tables, seed), years(tables, seed)
    changes += [f"{name}: {value}" for name, value in chosen.items()]
    folder = Path(tempfile.mkdtemp(prefix="khtip-other-"))
    try:
        one, other = folder / "one", folder / "other"
        stops = run(place(tables, one), chosen)
        broken = invariants.broken(products(one), tables)
        if twin and not stops:
            stops = run(place(disordered(tables, seed), other), chosen)
            broken += invariants.differences(products(one), products(other), MARK)
    except ValueError as refusal:  # a change that leaves no valid ledger is a mistake of ours
        stops, broken = [Stop("refused", None, str(refusal))], []
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return Tried(seed, changes, stops, broken)


def disordered(tables: Tables, seed: int) -> Tables:
    """Return the tables with their rows in another order, and other ids in the same order."""
    other = copied(tables)
    rename(other, "source_id", lambda old: f"{MARK}{old}")
    shuffled_rows(other, Random(seed))
    return other


def told(seed: int) -> tuple[bool, str]:
    """Return whether a seed went well, and what to print of it."""
    one = attempt(seed)
    return one.good, str(one)
