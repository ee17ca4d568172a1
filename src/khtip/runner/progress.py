"""What a run says while it works: a live line on a terminal, one plain line a notebook else."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from typing import TextIO


@dataclass
class Progress:
    """Report the notebooks of one run.

    Attributes
    ----------
    total : int
        How many notebooks the collection has.
    stream : text file, optional
        Where to write; standard output by default. With ``CI=true`` or without a terminal,
        nothing is overwritten.
    """

    total: int
    stream: TextIO | None = None
    ran: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    now: dict[str, str] = field(default_factory=dict)

    @property
    def out(self) -> TextIO:
        """Where to write, asked anew each time: the process may have redirected it."""
        return self.stream or sys.stdout

    @property
    def live(self) -> bool:
        """Whether the current line can be overwritten."""
        return self.out.isatty() and os.environ.get("CI", "").lower() not in ("1", "true")

    def start(self, name: str) -> None:
        """Say that a notebook starts."""
        self.now[name] = "starting"
        self._overwrite()

    def cell(self, name: str, number: int, cells: int) -> None:
        """Say which cell of a notebook runs."""
        self.now[name] = f"cell {number} of {cells}"
        self._overwrite()

    def done(self, name: str, seconds: float, changed: list[str]) -> None:
        """Say that a notebook has finished, with how long it took."""
        self.now.pop(name, None)
        self.ran.append(name)
        self.changed += changed
        self.clear()
        print(f"{name}  {seconds:.1f} s", file=self.out, flush=True)

    def clear(self) -> None:
        """Empty the live line."""
        if self.live:
            print("\r\x1b[K", end="", file=self.out, flush=True)

    def _overwrite(self) -> None:
        if self.live:
            words = "   ".join(f"{name}  {state}" for name, state in sorted(self.now.items()))
            print(f"\r\x1b[K{words}", end="", file=self.out, flush=True)
