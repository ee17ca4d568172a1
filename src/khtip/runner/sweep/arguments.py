"""What may go wrong with a sweep as a whole; the failure of one run is an `Outcome` instead."""

from __future__ import annotations

import argparse
from pathlib import Path


class NoScheduler(RuntimeError):
    """There is no Dask scheduler at the given address."""


class Interrupted(RuntimeError):
    """The project changed under the sweep, or the scheduler is gone; what is done stays."""


# What may follow ``khtip sweep``; apart, so that other commands do not import a sweep.


def add(sweep: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``khtip sweep``."""
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
