"""The same values under other versions of the libraries, and which versions those are.

Bytes are promised under ``requirements.lock`` only. Under any other versions that
``pyproject.toml`` allows, every table must hold the same words, and the same numbers within
`RTOL`: they are written with eight significant digits, and two libraries may round the last ones
apart.
"""

import re
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path

import pandas as pd

from khtip.runner import lock

RTOL = 1e-6
"""Relative tolerance of a number."""

ATOL = 1e-9
"""Absolute tolerance, for numbers that are zero but for rounding."""


def differences(made: Path, committed: Path, tables: Iterable[str]) -> list[str]:
    """Return one line for each table whose values are not those of the committed one.

    Parameters
    ----------
    made, committed : Path
        Two folders laid out like the project.
    tables : iterable of str
        CSV files relative to both.

    Returns
    -------
    list of str
        Empty when all values agree.
    """
    found = []
    for path in tables:
        if not (made / path).is_file():
            found.append(f"{path}: was not made")
            continue
        try:
            pd.testing.assert_frame_equal(
                _read(made / path), _read(committed / path), check_dtype=False, rtol=RTOL, atol=ATOL
            )
        except AssertionError as fault:
            found.append(f"{path}: {' '.join(str(fault).split())}")
    return found


def other_bytes(made: Path, committed: Path, paths: Iterable[str]) -> list[str]:
    """Return the paths, relative to both folders, whose files differ in a byte or were not made."""
    return [
        path
        for path in paths
        if not (made / path).is_file()
        or (made / path).read_bytes() != (committed / path).read_bytes()
    ]


def _read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, keep_default_na=False, na_values=[""], encoding="utf-8")


def departures(text: str, installed: Mapping[str, str]) -> list[str]:
    """Return what is installed in another version than the lock allows, as ``name version``.

    Parameters
    ----------
    text : str
        The text of a lock. A package that is pinned twice, for two interpreters, may have either
        version.
    installed : mapping of str to str
        Package name to version; see `installed_packages`. What the lock does not name, or names
        and is not installed, cannot change a product's bytes in silence and is left out.

    Examples
    --------
    >>> departures("pandas==3.1.1\\nzict==3.0.0\\n", {"pandas": "3.0.0", "other": "1"})
    ['pandas 3.0.0']
    """
    allowed: dict[str, set[str]] = {}
    for pin in lock.pins(text):
        name, version = pin.split(" ;")[0].split("==")
        allowed.setdefault(_canonical(name.split("[")[0]), set()).add(version.strip())
    return sorted(
        f"{name} {version}"
        for name, version in installed.items()
        if name in allowed and version not in allowed[name]
    )


def installed_packages() -> dict[str, str]:
    """Return the packages of this interpreter, canonical name to version."""
    return {_canonical(one.metadata["Name"]): one.version for one in metadata.distributions()}


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
