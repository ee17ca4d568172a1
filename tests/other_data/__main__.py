"""``python -m other_data [--seeds N | --inputs]``: run every notebook over other valid ledgers.

Prints a line a seed, or what was changed, where it stopped and what did not hold; with
``--inputs`` a line for each small input of `other_data.inputs`. Ends with 1 when one did not go
well.
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from other_data import inputs, seeds


def main() -> int:
    """Try the seeds or the inputs and return the exit status."""
    asked = argparse.ArgumentParser(prog="make other-data", description=__doc__)
    asked.add_argument("--seeds", type=int, default=30, help="how many; default 30")
    asked.add_argument("--first", type=int, default=0, help="the first of them; default 0")
    asked.add_argument("--inputs", action="store_true", help="the small inputs instead")
    asked.add_argument("--jobs", type=int, default=2, help="side by side; default 2")
    chosen = asked.parse_args()
    numbers = range(chosen.first, chosen.first + chosen.seeds)
    told, items = (
        (inputs.told, range(len(inputs.INPUTS))) if chosen.inputs else (seeds.told, numbers)
    )
    good = 0
    # Each process has a fork server of its own, which a fork of this one would share.
    with ProcessPoolExecutor(chosen.jobs, mp_context=get_context("spawn")) as several:
        for well, words in several.map(told, items):
            print(words, flush=True)
            good += well
    print(f"{good} of {len(items)} went well.")
    return 0 if good == len(items) else 1


if __name__ == "__main__":
    sys.exit(main())
