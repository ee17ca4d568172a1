"""A piece of pure work in a fork of this process, while this process does another.

A notebook is one process, so it takes one core. Where two parts of its work need nothing of each
other, one can be done aside::

    later = aside(partial(slow, table))
    here = quick(table)
    both = [here, later()]

The fork has every library and table in memory already; only its result travels. It writes no
file and ends by itself: also when this process is killed, since then nobody takes the result.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, TypeVar

Result = TypeVar("Result")


class Lost(RuntimeError):
    """The fork ended before it gave its result."""


def possible() -> bool:
    """Return whether a fork is safe here and has a core for itself."""
    return sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1


def aside(work: Callable[[], Result]) -> Callable[[], Result]:
    """Begin `work` in a fork and return a function that waits for its result.

    Parameters
    ----------
    work : callable
        Without arguments and without effects; its result, or error, must be picklable.

    Returns
    -------
    callable
        Returns what `work` returns and raises what it raises; to be called once. Where no fork
        is `possible` it does the work itself.

    Raises
    ------
    Lost
        By the returned function, when the fork was killed.

    Examples
    --------
    >>> later = aside(lambda: sum(range(10)))
    >>> later()
    45
    """
    if not possible():
        return work
    context: Any = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_do, args=(work, ours, theirs), daemon=True)
    process.start()
    theirs.close()

    def result() -> Result:
        try:
            failed, given = ours.recv()
        except EOFError:
            process.join()
            raise Lost(
                f"a fork of this process ended with status {process.exitcode} before it gave its "
                "result: out of memory, or killed. Run again."
            ) from None
        finally:
            ours.close()
        process.join()
        if failed:
            raise given
        return given

    return result


def _do(work: Callable[[], Any], ours: Connection, theirs: Connection) -> None:
    ours.close()  # so that sending fails when the other process is gone
    try:
        message = False, work()
    except Exception as error:
        message = True, error
    try:
        theirs.send(message)
    except BrokenPipeError:
        os._exit(1)
