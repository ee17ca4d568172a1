"""``python -m faults [SEED]``: make every fault happen, print the table and put it on its page.

Ends with 1 when a promise was broken.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from faults import kills, obstacles, surroundings, table
from faults.projects import CASES

SEED = 20181125
KILLS = {"run": 60, "sweep": 35, "site": 10}
INTERRUPTS = {"run": 6, "sweep": 3, "site": 2}


def main(words: list[str]) -> int:
    """Try everything and return the exit status."""
    seed = int(words[0]) if words else SEED
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="khtip-faults-", ignore_cleanup_errors=True) as folder:
        rows = []
        print(table.HEAD, flush=True)
        for step in _steps(Path(folder), seed):
            made = step()
            for row in made if isinstance(made, list) else [made]:
                print(row.line(), flush=True)
                rows.append(row)
    broken = sum(bool(row.broken) for row in rows)
    killed = sum(KILLS.values())
    minutes = (time.monotonic() - start) / 60
    print(f"\n{len(rows)} faults, {killed} kills, {broken} broken, {minutes:.0f} min, seed {seed}.")
    table.write(table.markdown(rows))
    return 1 if broken else 0


def _steps(scratch: Path, seed: int) -> list[Callable[[], table.Row | list[table.Row]]]:
    """Return every fault as a call; each makes its own copies below `scratch`."""
    run, sweep, site = (CASES[name](scratch) for name in CASES)
    every = (run, sweep, site)
    return [
        *(lambda c=c: kills.rows(c, KILLS[c.name], seed, scratch, lanes=3) for c in every),
        lambda: obstacles.disk_full(run, 6, seed, scratch),
        lambda: obstacles.disk_full(site, 2, seed, scratch),
        lambda: obstacles.small_disk(run, (0, 40, 400, 1200), scratch),
        lambda: obstacles.read_only_figures(run, scratch),
        lambda: obstacles.kernel_death([run, sweep], scratch),
        lambda: obstacles.hanging_cell([run, sweep], scratch),
        lambda: obstacles.two_at_once([(run, run), (sweep, run), (site, site)], scratch),
        *(lambda c=c: obstacles.interrupted(c, INTERRUPTS[c.name], seed, scratch) for c in every),
        lambda: surroundings.clock(run, scratch),
        lambda: surroundings.times(run, scratch),
        lambda: surroundings.words(run, scratch),
        lambda: surroundings.place(run, scratch),
        lambda: surroundings.homeless(run, scratch),
        *(lambda c=c: surroundings.all_at_once(c, scratch) for c in (sweep, site)),
        *(lambda c=c: surroundings.offline(c, scratch) for c in (run, site)),
        lambda: surroundings.alone(sweep, scratch),
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
