"""Rows of a table that were added, changed or removed, by the table's key.

Cells are compared as text, as they stand in the file: ``<5`` and ``NA`` are values here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

WHOLE_ROW = "The table has no key that fits both states, so whole rows are compared."
LONG = ["column", "before", "after"]


@dataclass
class TableChange:
    """What moved in one table.

    Attributes
    ----------
    path : str
    keys : list of str
        Columns that name a row; empty where whole rows are compared.
    status : str
        ``added`` or ``removed`` (the file), ``changed`` or ``same``.
    added, removed : DataFrame
        Rows that only one state has, with its columns.
    changed : DataFrame
        One row a cell that moved: the keys, ``column, before, after``.
    renamed : DataFrame
        Rows that agree in everything but their key: each key as ``before`` and ``after``.
    columns_added, columns_removed : list of str
    reordered : bool
        Whether the rows that both states have stand in another order.
    note : str
        What a reader must know about the comparison.
    """

    path: str
    keys: list[str]
    status: str = "same"
    added: pd.DataFrame = field(default_factory=pd.DataFrame)
    removed: pd.DataFrame = field(default_factory=pd.DataFrame)
    changed: pd.DataFrame = field(default_factory=pd.DataFrame)
    renamed: pd.DataFrame = field(default_factory=pd.DataFrame)
    columns_added: list[str] = field(default_factory=list)
    columns_removed: list[str] = field(default_factory=list)
    reordered: bool = False
    note: str = ""

    @property
    def rows_changed(self) -> int:
        """How many rows have a cell that moved."""
        return len(self.changed.drop_duplicates(self.keys)) if len(self.changed) else 0

    @property
    def moved(self) -> bool:
        """Whether anything is different."""
        return self.status != "same"


def read_rows(path: Path | None) -> pd.DataFrame | None:
    """Read a table as text; None when the state does not have it."""
    if path is None:
        return None
    try:
        return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    except pd.errors.EmptyDataError:
        return pd.DataFrame()


def compare_rows(
    path: str,
    before: pd.DataFrame | None,
    after: pd.DataFrame | None,
    *,
    keys_before: list[str] | None = None,
    keys_after: list[str] | None = None,
) -> TableChange:
    """Compare two states of one table.

    Parameters
    ----------
    path : str
        Its name for readers.
    before, after : DataFrame or None
        All cells as text; None where the state has no such file.
    keys_before, keys_after : list of str, optional
        The primary key that each state declares. Where they name the same number of columns
        differently, the key was renamed, and its columns are taken as the same.

    Examples
    --------
    >>> old = pd.DataFrame({"id": ["a", "b"], "value": ["1", "2"]})
    >>> new = pd.DataFrame({"id": ["a", "c"], "value": ["3", "9"]})
    >>> found = compare_rows("t.csv", old, new, keys_before=["id"], keys_after=["id"])
    >>> found.changed.values.tolist(), len(found.added), len(found.removed)
    ([['a', 'value', '1', '3']], 1, 1)
    """
    if before is None or after is None:
        keys = keys_after or keys_before or []
        if before is None:
            return TableChange(path, keys, "added", added=_or_empty(after))
        return TableChange(path, keys, "removed", removed=before)
    found = TableChange(path, [])
    before = _with_new_names(before, after, keys_before, keys_after, found)
    found.columns_added = [str(name) for name in after if name not in before]
    found.columns_removed = [str(name) for name in before if name not in after]
    found.keys = _usable(before, after, [keys_after, keys_before])
    _compare_rows(found, before, after)
    parts = (found.added, found.removed, found.changed, found.renamed)
    different = any(len(part) for part in parts) or found.reordered
    if different or found.columns_added or found.columns_removed:
        found.status = "changed"
    return found


def _or_empty(table: pd.DataFrame | None) -> pd.DataFrame:
    return pd.DataFrame() if table is None else table


def _with_new_names(
    before: pd.DataFrame,
    after: pd.DataFrame,
    old: list[str] | None,
    new: list[str] | None,
    found: TableChange,
) -> pd.DataFrame:
    """Give the old key columns their new names where the key was renamed."""
    if not old or not new or len(old) != len(new):
        return before
    names = {a: b for a, b in zip(old, new, strict=True) if a != b}
    gone = all(a in before and a not in after and b not in before for a, b in names.items())
    if not names or not gone:
        return before
    found.note = "Key renamed: " + ", ".join(f"{a} is now {b}" for a, b in names.items()) + "."
    found.status = "changed"
    return before.rename(columns=names)


def _usable(
    before: pd.DataFrame, after: pd.DataFrame, candidates: list[list[str] | None]
) -> list[str]:
    """Return the first key that both states have and that names every row once."""
    for keys in filter(None, candidates):
        if not all(set(keys) <= set(state) for state in (before, after)):
            continue
        if not any(state.duplicated(keys).any() for state in (before, after)):
            return keys
    return []


def _compare_rows(found: TableChange, before: pd.DataFrame, after: pd.DataFrame) -> None:
    common = [str(name) for name in after if name in before]
    keys = found.keys
    if not keys:
        found.note = f"{found.note} {WHOLE_ROW}".strip()
        _compare_whole(found, before, after, common)
        return
    joined = before[keys].merge(after[keys], on=keys, how="outer", indicator="where")
    gone, new, both = (
        joined.loc[joined["where"].eq(where), keys] for where in ("left_only", "right_only", "both")
    )
    found.removed = before.merge(gone, on=keys)
    found.added = after.merge(new, on=keys)
    left, right = (both.merge(state, on=keys).set_index(keys) for state in (before, after))
    rest = [name for name in common if name not in keys]
    left, right = left[rest], right[rest]
    cells = left.ne(right).rename_axis(columns="column").stack()
    moved = cells.index[cells.to_numpy(dtype=bool)]
    found.changed = moved.to_frame(index=False).set_axis([*keys, "column"], axis="columns")
    for name, state in (("before", left), ("after", right)):
        found.changed[name] = state.rename_axis(columns="column").stack().reindex(moved).to_numpy()
    order = [state[keys].merge(both, on=keys).to_numpy().tolist() for state in (before, after)]
    found.reordered = order[0] != order[1]
    _find_renamed(found, common)


def _find_renamed(found: TableChange, common: list[str]) -> None:
    """Move pairs of a removed and an added row that differ in their key only to `renamed`."""
    rest = [name for name in common if name not in found.keys]
    if not rest or found.removed.empty or found.added.empty:
        return
    gone, new = (state.assign(place=range(len(state))) for state in (found.removed, found.added))
    gone, new = (state[~state.duplicated(rest, keep=False)] for state in (gone, new))
    pairs = gone.merge(new, on=rest, suffixes=(" before", " after"))
    names = [f"{key} {when}" for key in found.keys for when in ("before", "after")]
    found.renamed = pairs[names]
    found.removed = found.removed.drop(index=pairs["place before"].to_list()).reset_index(drop=True)
    found.added = found.added.drop(index=pairs["place after"].to_list()).reset_index(drop=True)


def _compare_whole(
    found: TableChange, before: pd.DataFrame, after: pd.DataFrame, common: list[str]
) -> None:
    """Compare rows without a key; equal rows are counted, so that one of two can be missed."""
    if not common:
        found.removed, found.added = before, after
        return
    numbered = [
        state.assign(again=state.groupby(common, sort=False).cumcount())
        for state in (before, after)
    ]
    same = [*common, "again"]
    joined = numbered[0][same].merge(numbered[1][same], on=same, how="outer", indicator="where")
    for name, where, state in (
        ("removed", "left_only", numbered[0]),
        ("added", "right_only", numbered[1]),
    ):
        rows = joined.loc[joined["where"].eq(where), same]
        setattr(found, name, state.merge(rows, on=same).drop(columns="again"))
    if found.removed.empty and found.added.empty:
        found.reordered = before[common].to_numpy().tolist() != after[common].to_numpy().tolist()


# Findings before and after: value, difference, and whether the verdict flipped.


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


def compare_findings(before: pd.DataFrame | None, after: pd.DataFrame | None) -> pd.DataFrame:
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
    >>> compare_findings(old, new)[["finding_id", "difference", "flipped"]].values.tolist()
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
