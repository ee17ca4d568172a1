"""Where tables live, and how they are read and written.

Input tables are read from the project's root. A run may send its products elsewhere with the
environment variable ``KHTIP_OUTPUT``; a product is then looked up there first and in the root
second, so that a notebook sees what the same run made before it.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pandas as pd

from khtip.files import drafted, output
from khtip.files import root as root  # other modules ask here for it


def locate(path: str) -> Path:
    """Return where the file ``path`` (relative to the root) is: in the output, else the root."""
    for base in (output(), root()):
        if (base / path).is_file():
            return base / path
    raise FileNotFoundError(
        f"{path}: no such file. If a notebook makes it, run the collection first: make run"
    )


def read_text_table(path: str) -> pd.DataFrame:
    """Read a table as published: every cell as text, an empty cell as the empty string.

    ``NA`` is Namibia's code and ``<5`` a suppressed count, so nothing is interpreted.
    """
    return pd.read_csv(locate(path), dtype=str, keep_default_na=False, encoding="utf-8")


def read_product(path: str) -> pd.DataFrame:
    """Read a table that a notebook wrote, with numbers as numbers and empty cells as missing.

    A printed number stays text, or the decimals it was printed with are lost.
    """
    options: dict[str, Any] = {"keep_default_na": False, "na_values": [""], "encoding": "utf-8"}
    return pd.read_csv(locate(path), dtype={"printed": str}, **options)


def write_product(frame: pd.DataFrame, path: str) -> Path:
    """Write a table below the output folder, the same bytes for the same values everywhere.

    Parameters
    ----------
    frame : DataFrame
        Any columns; the index is not written. Infinity is written ``INF``, missing as empty.
    path : str
        Relative to the project, for example ``data/results/trends.csv``.
    """
    target = output() / path
    target.parent.mkdir(parents=True, exist_ok=True)
    with drafted(target) as [draft]:
        frame.apply(_spell_infinity).to_csv(
            draft, index=False, lineterminator="\n", float_format="%.8g", encoding="utf-8"
        )
    return target


def _spell_infinity(column: pd.Series) -> pd.Series:
    """Return a column with an infinity as text, its other numbers written as in any column."""
    if column.dtype.kind != "f" or not column.isin([math.inf, -math.inf]).any():
        return column
    return column.map(lambda v: f"{v:.8g}".replace("inf", "INF"), na_action="ignore")
