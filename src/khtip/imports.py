"""Import a library without some of what it would import beside it.

A few libraries load a large optional one whenever it is installed, for something that this project
does not ask of them. That takes longer than the work, in every process.
"""

import contextlib
import sys
from collections.abc import Iterator


@contextlib.contextmanager
def without(*names: str) -> Iterator[None]:
    """Make the modules `names` look as if they were not installed, in the block.

    One that has been imported already stays as it is.

    Examples
    --------
    >>> with without("khtip.nothing"):
    ...     import khtip.nothing
    Traceback (most recent call last):
    ...
    ModuleNotFoundError: import of khtip.nothing halted; None in sys.modules
    """
    hidden = [name for name in names if name not in sys.modules]
    for name in hidden:
        sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        for name in hidden:
            sys.modules.pop(name, None)
