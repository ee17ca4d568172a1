"""Where the project is, and where a run may write.

Nothing heavy is imported here: the runner checks a whole collection before it loads a library.
"""

from __future__ import annotations

import os
from pathlib import Path


def root() -> Path:
    """Return the project's root: the nearest folder upwards that holds ``data/reported``.

    ``KHTIP_ROOT`` overrides the search.

    Raises
    ------
    FileNotFoundError
        When neither the working folder nor any folder above it is the project.
    """
    chosen = os.environ.get("KHTIP_ROOT")
    if chosen:
        return Path(chosen).resolve()
    here = Path.cwd().resolve()
    for folder in (here, *here.parents):
        if (folder / "data" / "reported").is_dir():
            return folder
    raise FileNotFoundError(
        f"{here}: neither this folder nor one above it holds data/reported. "
        "Start inside the project, or set KHTIP_ROOT to its folder."
    )


def output() -> Path:
    """Return the folder that products are written below: ``KHTIP_OUTPUT`` or the root."""
    chosen = os.environ.get("KHTIP_OUTPUT")
    return Path(chosen).resolve() if chosen else root()
