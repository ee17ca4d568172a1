"""Results of pure functions of tables, remembered while one block lasts.

A sweep calls the same functions with the same tables again and again, and changes one choice at a
time; most of what it asks for, it has asked before. Inside `remembering`, a function marked with
`remembered` works once for the same arguments::

    with remembering():
        for year in years:
            conclude(observations=observations, year=year)

Two tables are the same when they are one object: comparing contents would take as long as the
work. So a remembered function must be pure, and nobody may change a table that it took or gave.
A test holds the sweep against one without memory.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import pandas as pd

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

_MEMORY: ContextVar[dict[Hashable, tuple[Any, Any]] | None] = ContextVar("memory", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Remember results until the end of the block; an inner block uses the memory of the outer."""
    token = _MEMORY.set({} if _MEMORY.get() is None else _MEMORY.get())
    try:
        yield
    finally:
        _MEMORY.reset(token)


def remembered(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Mark a pure function of tables and plain values as one whose results may be remembered.

    Examples
    --------
    >>> asked = []
    >>> @remembered
    ... def rows(table):
    ...     asked.append(len(table))
    ...     return len(table)
    >>> table = pd.DataFrame({"a": [1, 2]})
    >>> with remembering():
    ...     rows(table), rows(table), rows(table.copy())
    (2, 2, 2)
    >>> asked
    [2, 2]
    """

    @wraps(function)
    def asked(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        memory = _MEMORY.get()
        if memory is None:
            return function(*args, **kwargs)
        key = (function, *map(_key, args), *((name, _key(kwargs[name])) for name in sorted(kwargs)))
        if key not in memory:
            # The arguments are kept too: while they live, no other table can have their identity.
            memory[key] = function(*args, **kwargs), (args, kwargs)
        return memory[key][0]

    return asked


def _key(value: Any) -> Hashable:
    if isinstance(value, pd.DataFrame | pd.Series):
        return id(value)
    return tuple(value) if isinstance(value, list) else (type(value), value)
