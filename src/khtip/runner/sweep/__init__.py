"""Sweeps: many scenarios run through the notebooks, on Dask. The command is ``khtip sweep``.

A scenario is one value for every parameter. A *run* is one notebook under the parameters that it
takes and the tables that it reads. Many scenarios share a run: a notebook that does not take the
confidence level runs once for all of them.

`sweep_file` reads which scenarios there are, `plan` says what makes two runs the same and which
goes next, `store` keeps what is done below ``runs/sweeps``, `work` makes one run, and `command` is
what a user sees. Here is what every command loads: little.
"""

import argparse
from pathlib import Path


class NoScheduler(RuntimeError):
    """There is no Dask scheduler at the given address."""


class Interrupted(RuntimeError):
    """The project changed under the sweep, or the scheduler is gone; what is done stays."""


def add_arguments(sweep: argparse.ArgumentParser) -> None:
    """Declare what may follow ``khtip sweep``."""
    sweep.add_argument("file", metavar="FILE", type=Path, help="such as scenarios/sweep.yml")
    sweep.add_argument(
        "--notebook",
        metavar="NAME",
        action="append",
        default=[],
        help="only this one and those it needs; may be repeated",
    )
    sweep.add_argument("--workers", metavar="N", type=int, help="processes here; default: cores")
    sweep.add_argument("--scheduler", metavar="ADDRESS", help="an existing Dask scheduler")
    sweep.add_argument("--explain", action="store_true", help="run nothing, count and estimate")
    sweep.add_argument("--figures", action="store_true", help="make the figures, too")
    sweep.add_argument("--keep-notebooks", action="store_true", help="keep executed notebooks")
