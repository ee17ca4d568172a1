"""Findings before and after: value, difference, and whether the verdict flipped."""

from __future__ import annotations

import pandas as pd

COLUMNS = [
    "finding_id",
    "headline",
    "status",
    "value_before",
    "value_after",
    "difference",
    "verdict_before",
    "verdict_after",
    "flipped",
    "sentence_before",
    "sentence_after",
]


def compare(before: pd.DataFrame | None, after: pd.DataFrame | None) -> pd.DataFrame:
    """Compare two states of ``data/results/findings.csv``.

    Parameters
    ----------
    before, after : DataFrame or None
        All cells as text; None where the state has no such file.

    Returns
    -------
    DataFrame
        One row a finding that moved, headlines first: `COLUMNS`. ``status`` is ``added``,
        ``removed`` or ``changed``; ``difference`` is after minus before, NaN unless both are
        numbers; ``flipped`` tells whether both states give a verdict and not the same one.

    Examples
    --------
    >>> old = pd.DataFrame({"finding_id": ["03-cases"], "value": ["1.5"], "verdict": ["rose"],
    ...                     "sentence": ["It rose."], "headline": ["True"]})
    >>> new = old.assign(value="0.5", verdict="fell", sentence="It fell.")
    >>> compare(old, new)[["finding_id", "difference", "flipped"]].values.tolist()
    [['03-cases', -1.0, True]]
    """
    left, right = (_usual(state) for state in (before, after))
    both = left.merge(
        right, on="finding_id", how="outer", suffixes=("_before", "_after"), indicator="where"
    )
    words = {"left_only": "removed", "right_only": "added", "both": "changed"}
    both["status"] = both["where"].astype(str).map(words)
    parts = ("value", "verdict", "sentence")
    moved = both["status"].ne("changed")
    for part in parts:
        moved |= both[f"{part}_before"].fillna("").ne(both[f"{part}_after"].fillna(""))
    both = both[moved].copy()
    numbers = [
        pd.to_numeric(both[f"value_{when}"], errors="coerce") for when in ("before", "after")
    ]
    both["difference"] = numbers[1] - numbers[0]
    flipped = both["verdict_before"].ne(both["verdict_after"])
    both["flipped"] = flipped & both["status"].eq("changed")
    both["headline"] = both[["headline_before", "headline_after"]].isin(["True"]).any(axis=1)
    order = both.sort_values(["headline", "flipped", "finding_id"], ascending=[False, False, True])
    words_first = order[COLUMNS].reset_index(drop=True)
    text = [name for name in COLUMNS if name not in ("difference", "flipped", "headline")]
    return words_first.fillna(dict.fromkeys(text, ""))


def _usual(state: pd.DataFrame | None) -> pd.DataFrame:
    """Return the columns that are compared, also where a state lacks some of them."""
    columns = ["finding_id", "value", "verdict", "sentence", "headline"]
    frame = pd.DataFrame(columns=columns) if state is None else state.reindex(columns=columns)
    return frame.astype(object)
