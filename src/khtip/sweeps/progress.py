"""How far a sweep is: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

WIDTH, STEPS = 30, 10


@dataclass
class Bar:
    """The progress of one sweep.

    The time left is what the scenarios so far took, for as many as are left. Scenarios that were
    there before do not count: they take no time.

    Attributes
    ----------
    total : int
        How many scenarios there are.
    clock : callable
        Seconds that only grow.
    done, runs : int
        Finished scenarios, and runs made.
    """

    total: int
    clock: Callable[[], float] = time.monotonic
    done: int = 0
    runs: int = 0
    _began: tuple[float, int] | None = field(default=None)
    _said: int = 0

    def begin(self) -> None:
        """Start the clock: from here on, scenarios take time."""
        if self._began is None:
            self._began = (self.clock(), self.done)

    def show(self, runs: int) -> None:
        """Say how far it is, after `runs` runs."""
        self.runs = runs
        step = self.done * STEPS // max(1, self.total)
        if self._live():
            print(f"\r\x1b[K{self.line()}", end="", flush=True)
        elif runs and step > self._said:
            self._said = step
            print(self.line(), flush=True)

    def clear(self) -> None:
        """Empty the live line."""
        if self._live():
            print("\r\x1b[K", end="", flush=True)

    def line(self) -> str:
        """Return the bar with its words.

        Examples
        --------
        >>> Bar(total=200, done=50, runs=61).line()
        '[#######-----------------------]  50 of 200 scenarios, 61 runs'
        """
        full = WIDTH * self.done // max(1, self.total)
        number = str(self.done).rjust(len(str(self.total)))
        bar = "#" * full + "-" * (WIDTH - full)
        left = self.seconds_left()
        words = "" if left is None else f", about {duration(left)} left"
        return f"[{bar}] {number} of {self.total} scenarios, {self.runs} runs{words}"

    def seconds_left(self) -> float | None:
        """Return how long the rest will take, or None while nothing is measured."""
        if self._began is None:
            return None
        moment, before = self._began
        if self.done <= before:
            return None
        return (self.clock() - moment) / (self.done - before) * (self.total - self.done)

    @staticmethod
    def _live() -> bool:
        return sys.stdout.isatty() and os.environ.get("CI", "").lower() not in ("1", "true")


def duration(seconds: float) -> str:
    """Return a time in the words that a person would use.

    Examples
    --------
    >>> [duration(one) for one in (3, 75, 7_000, 400_000)]
    ['3 s', '1 min 15 s', '1 h 56 min', '4 d 15 h']
    """
    whole = max(1, round(seconds))
    units = (("d", 86400), ("h", 3600), ("min", 60), ("s", 1))
    for (name, size), (smaller, part) in zip(units, units[1:], strict=False):
        if whole >= size:
            rest = whole % size // part
            return f"{whole // size} {name}" + (f" {rest} {smaller}" if rest else "")
    return f"{whole} s"
