"""The same values under other versions of the libraries.

Bytes are promised under ``requirements.lock`` only. Under any other versions that
``pyproject.toml`` allows, every table must hold the same words, and the same numbers within
`RTOL`: they are written with eight significant digits, and two libraries may round the last ones
apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

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
