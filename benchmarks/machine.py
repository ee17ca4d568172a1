"""Where the numbers were measured, without naming the machine."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
from pathlib import Path

from khtip import files

NAME = "machine.json"
PACKAGES = (
    "papermill",
    "nbclient",
    "nbconvert",
    "nbval",
    "ipykernel",
    "jupyter_client",
    "pytask",
    "pandas",
    "matplotlib",
    "scipy",
    "distributed",
)


def describe(notebooks: int, of: int) -> dict[str, object]:
    """Return cores, system, Python, versions, load before the start, and how many notebooks ran."""
    return {
        "cores": len(os.sched_getaffinity(0)),
        "system": platform.system(),
        "python": platform.python_version(),
        "packages": {name: importlib.metadata.version(name) for name in PACKAGES},
        "load_before": round(os.getloadavg()[0], 2),
        "notebooks": notebooks,
        "of": of,
    }


def write(described: dict[str, object], path: Path) -> None:
    """Write the description as JSON."""
    files.write_text(path, json.dumps(described, indent=1) + "\n")


def read(path: Path) -> dict[str, object]:
    """Read the description."""
    return json.loads(path.read_text(encoding="utf-8"))
