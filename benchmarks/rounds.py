"""The rounds: every measure once a round, each in a fresh copy, in another order each time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from benchmarks import clones, processes, ratios
from benchmarks.checks import Finding
from benchmarks.clones import Clones
from benchmarks.measures import ORDINARY, WARM, Measure


class Rounds:
    """Measure in rounds and keep what was found.

    Parameters
    ----------
    clones : Clones
        Where copies come from.
    log : Path
        The file that gets what each command says.
    raw : Path, optional
        A CSV file that keeps every time as soon as it is known.
    """

    def __init__(self, clones: Clones, *, log: Path, raw: Path | None = None) -> None:
        self.clones, self.log, self.raw = clones, log, raw
        self.environment = processes.personal_left_out(clones.scratch)
        self.times: list[dict[str, object]] = []
        self.findings: dict[str, list[Finding]] = defaultdict(list)
        self.made: dict[str, dict[str, str]] = {}
        self.unlike: set[str] = set()

    @property
    def seconds(self) -> pd.DataFrame:
        """Every time: ``round``, ``measure``, ``seconds``, ``units``, ``left``."""
        return pd.DataFrame(self.times, columns=["round", "measure", "seconds", "units", "left"])

    def all(self, measures: Sequence[Measure], rounds: int) -> None:
        """Run every measure once in each of `rounds` rounds."""
        known = {one.name: one for one in measures}
        for number in range(1, rounds + 1):
            for name in ratios.rotated(list(known), number - 1):
                print(f"round {number} of {rounds}: {known[name].what}", end="", flush=True)
                self.one(known[name], number)
            self._compare_bytes()

    def one(self, measure: Measure, number: int) -> None:
        """Run one measure in a fresh copy, check what it made, and keep its time."""
        run, finding = self.run(measure)
        print(f"  {run.seconds:.1f} s  {finding.note}", flush=True)
        self.findings[measure.name].append(finding)
        self.times.append(
            {
                "round": number,
                "measure": measure.name,
                "seconds": run.seconds,
                "units": measure.units,
                "left": run.left,
            }
        )
        if self.raw:
            self.seconds.to_csv(self.raw, index=False, float_format="%.3f")

    def run(self, measure: Measure, *, watch_memory: bool = False) -> tuple[processes.Run, Finding]:
        """Run one measure in a fresh copy and check what it made; the copy is deleted."""
        copy = self.clones.fresh(measure.state, "copy")
        prepared = measure.prepare(copy)
        run = processes.run(
            measure.command,
            folder=copy / measure.folder,
            environment=self.environment | measure.environment,
            log=self.log,
            limit=measure.limit,
            watch_memory=watch_memory,
        )
        finding = measure.check(copy, prepared, run)
        if measure.name in (ORDINARY, WARM):
            self.made[measure.name] = clones.digests(copy, clones.everything(copy))
        return run, finding

    def peak(self, measure: Measure) -> int:
        """Return the largest memory of a measure's processes together, in bytes."""
        print(f"memory: {measure.what}", end="", flush=True)
        run, _ = self.run(measure, watch_memory=True)
        print(f"  {run.peak / 2**20:.0f} MiB", flush=True)
        return run.peak

    def _compare_bytes(self) -> None:
        if {ORDINARY, WARM} <= self.made.keys():
            self.unlike |= set(clones.different(self.made[ORDINARY], self.made[WARM]))
