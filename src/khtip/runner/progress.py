"""What a command says while it works: a live line on a terminal, plain lines now and then else."""

import contextlib
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TextIO

WIDTH, STEPS = 30, 10


@dataclass
class Live:
    """A line that is overwritten, on a terminal; nothing is with ``CI=true`` or elsewhere.

    It goes to `stream`, by default to standard output. Whoever reads it may go away; the work does
    not end for that.
    """

    stream: TextIO | None = field(default=None, kw_only=True)

    @property
    def live(self) -> bool:
        """Whether the current line can be overwritten."""
        # Asked anew each time: the process may have redirected its output.
        out = self.stream or sys.stdout
        return out.isatty() and os.environ.get("CI", "").lower() not in ("1", "true")

    def overwrite(self, words: str = "") -> None:
        """Replace the live line; without words, empty it."""
        if self.live:
            self.say(f"\r\x1b[K{words}", end="")

    def say(self, words: str, end: str = "\n") -> None:
        """Print words at once."""
        with contextlib.suppress(BrokenPipeError):
            print(words, end=end, file=self.stream or sys.stdout, flush=True)


@dataclass
class Progress(Live):
    """Report the notebooks of one run, of which the collection has `total`."""

    total: int
    ran: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    now: dict[str, str] = field(default_factory=dict)

    def start(self, name: str) -> None:
        """Say that a notebook starts."""
        self._is(name, "starting")

    def cell(self, name: str, number: int, cells: int) -> None:
        """Say which cell of a notebook runs."""
        self._is(name, f"cell {number} of {cells}")

    def _is(self, name: str, state: str) -> None:
        self.now[name] = state
        self.overwrite("   ".join(f"{one}  {state}" for one, state in sorted(self.now.items())))

    def done(self, name: str, seconds: float, changed: list[str]) -> None:
        """Say that a notebook has finished, with how long it took."""
        self.now.pop(name, None)
        self.ran.append(name)
        self.changed += changed
        self.overwrite()
        self.say(f"{name}  {seconds:.1f} s")


@dataclass
class Bar(Live):
    """Report how many of the `total` scenarios of a sweep are done, and how many runs were made.

    The time left is what the scenarios so far took, for as many as are left. Scenarios that were
    there before do not count: they take no time.
    """

    total: int
    clock: Callable[[], float] = time.monotonic
    done: int = 0
    runs: int = 0
    _began: tuple[float, int] | None = None
    _said: int = 0

    def begin(self) -> None:
        """Start the clock: from here on, scenarios take time."""
        if self._began is None:
            self._began = (self.clock(), self.done)

    def show(self, runs: int) -> None:
        """Say how far it is, after `runs` runs."""
        self.runs = runs
        step = self.done * STEPS // max(1, self.total)
        self.overwrite(self.line())
        if not self.live and runs and step > self._said:
            self._said = step
            self.say(self.line())

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
        if self._began is None or self.done <= self._began[1]:
            return None
        moment, before = self._began
        return (self.clock() - moment) / (self.done - before) * (self.total - self.done)


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
