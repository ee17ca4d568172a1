"""Rows that were added, changed or removed, by the table's key; findings; new contradictions.

Cells are compared as text, as they stand in the file: ``<5`` and ``NA`` are values here.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

WHOLE_ROW = "The table has no key that fits both states, so whole rows are compared."
NUMBERED = "The key names some rows more than once, so equal keys are told apart by their order."
AGAIN = "again"
IDS = re.compile(r"sources|(\w+_)?ids?(_[ab])?")
"""Columns that hold ids of sources or statements."""
AGREE = frozenset(
    ("one_voice", "equal", "compatible", "within_rounding", "exact", "consistent", "truncated")
    + ("cannot_check", "not_comparable", "open_residual")
)
"""Verdicts on published figures that name no contradiction; any other one does."""
JUDGED = {
    "data/clean/conflicts.csv": ("lowest", "highest"),
    "data/clean/totals.csv": ("stated", "sum_of_parts"),
    "data/clean/claims.csv": ("printed", "recomputed"),
}
"""Tables of verdicts, with the two numbers that each row holds against each other."""


@dataclass
class TableChange:
    """What moved in one table.

    ``keys`` are the columns that name a row, empty where whole rows are compared. ``status`` is
    ``added`` or ``removed`` (the file), ``changed`` or ``same``. ``added`` and ``removed`` hold
    rows of one state; ``changed`` one row a cell that moved (the keys, ``column, before, after``);
    ``renamed`` rows that agree in everything but their key. ``note`` is what a reader must know.
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
    if before is None and after is None:
        return TableChange(path, [])
    if before is None or after is None:
        found = TableChange(path, keys_after or keys_before or [])
        found.status = "added" if before is None else "removed"
        empty = pd.DataFrame()
        found.added, found.removed = (
            empty if state is None else _by_verdict(state) for state in (after, before)
        )
        return found
    found = TableChange(path, [])
    before = _with_new_names(before, after, keys_before, keys_after, found)
    found.columns_added = [str(name) for name in after if name not in before]
    found.columns_removed = [str(name) for name in before if name not in after]
    common = [str(name) for name in after if name in before]
    _choose_keys(found, before, after, [keys_after, keys_before])
    if found.keys or common:
        _match_rows(found, before, after, common)
    else:
        found.removed, found.added = before, after
    parts = (found.added, found.removed, found.changed, found.renamed)
    different = any(len(part) for part in parts) or found.reordered
    if different or found.columns_added or found.columns_removed:
        found.status = "changed"
    found.added, found.removed = _by_verdict(found.added), _by_verdict(found.removed)
    return found


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


def _choose_keys(
    found: TableChange,
    before: pd.DataFrame,
    after: pd.DataFrame,
    candidates: list[list[str] | None],
) -> None:
    """Take the first key that both states have; say so where it does not name every row once."""
    fitting = [keys for keys in candidates if keys and set(keys) <= {*before} & {*after}]
    found.keys = fitting[0] if fitting else []
    repeated = found.keys and any(state.duplicated(found.keys).any() for state in (before, after))
    note = "" if found.keys and not repeated else NUMBERED if repeated else WHOLE_ROW
    found.note = f"{found.note} {note}".strip()


def _match_rows(
    found: TableChange, before: pd.DataFrame, after: pd.DataFrame, common: list[str]
) -> None:
    """Match rows by their keys, or as a whole, and tell what only one state has."""
    names = found.keys or common
    old, new = _numbered(before, after, names, common)
    keys = [*names, AGAIN]
    joined = old[keys].merge(new[keys], on=keys, how="outer", indicator="where")
    gone, come, both = (
        joined.loc[joined["where"].eq(where), keys] for where in ("left_only", "right_only", "both")
    )
    found.removed = old.merge(gone, on=keys).drop(columns=AGAIN)
    found.added = new.merge(come, on=keys).drop(columns=AGAIN)
    left, right = (both.merge(state, on=keys).set_index(keys) for state in (old, new))
    rest = [name for name in common if name not in names]
    if rest:
        cells = pd.DataFrame({"before": left[rest].stack(), "after": right[rest].stack()})
        moved = cells[cells["before"].ne(cells["after"])].rename_axis([*keys, "column"])
        found.changed = _ids_last(moved.reset_index().drop(columns=AGAIN))
    order = [state[keys].merge(both, on=keys).to_numpy().tolist() for state in (old, new)]
    found.reordered = order[0] != order[1]
    if found.keys:
        _find_renamed(found, rest)


def _numbered(
    before: pd.DataFrame, after: pd.DataFrame, names: list[str], common: list[str]
) -> list[pd.DataFrame]:
    """Number rows of one key, those that both states have alike first."""
    numbered = []
    states = [state.reset_index(drop=True) for state in (before, after)]
    for state, other in (states, states[::-1]):
        alike = state[common].merge(other[common].drop_duplicates(), how="left", indicator="where")
        first = alike["where"].ne("both").sort_values(kind="stable").index
        again = state.loc[first].groupby(names, sort=False).cumcount()
        numbered.append(state.assign(**{AGAIN: again}))
    return numbered


def _find_renamed(found: TableChange, rest: list[str]) -> None:
    """Move pairs of a removed and an added row that differ in their key only to `renamed`."""
    if not rest or found.removed.empty or found.added.empty:
        return
    gone, new = (state.assign(place=range(len(state))) for state in (found.removed, found.added))
    gone, new = (state[~state.duplicated(rest, keep=False)] for state in (gone, new))
    pairs = gone.merge(new, on=rest, suffixes=(" before", " after"))
    names = [f"{key} {when}" for key in found.keys for when in ("before", "after")]
    found.renamed = pairs[names]
    found.removed = found.removed.drop(index=pairs["place before"].to_list()).reset_index(drop=True)
    found.added = found.added.drop(index=pairs["place after"].to_list()).reset_index(drop=True)


def _by_verdict(frame: pd.DataFrame) -> pd.DataFrame:
    """Return rows with contradictions first, each verdict together; others as they are."""
    if "verdict" not in frame:
        return frame
    order = frame["verdict"].map(lambda one: (one in AGREE, str(one)))
    return frame.loc[order.sort_values(kind="stable").index].reset_index(drop=True)


def _ids_last(changed: pd.DataFrame) -> pd.DataFrame:
    """Return changed cells with verdicts first, and lists of ids last: what came and what left."""
    ids = changed["column"].map(lambda name: bool(IDS.fullmatch(str(name))))
    order = ids.astype(int) - changed["column"].eq("verdict").astype(int)
    changed = changed.assign(ids=ids.astype(bool)).loc[order.sort_values(kind="stable").index]
    cells = zip(changed["before"], changed["after"], changed.pop("ids"), strict=True)
    pairs = [_apart(old, new) if ids else (old, new) for old, new, ids in cells]
    changed[["before", "after"]] = pd.DataFrame(pairs, columns=["old", "new"]).to_numpy()
    return changed.reset_index(drop=True)


def _apart(old: str, new: str) -> tuple[str, str]:
    """Return which ids left a list, and which came; both lists where only the order moved."""
    one, other = old.split(";"), new.split(";")
    gone, come = ([i for i in a if i not in b] for a, b in ((one, other), (other, one)))
    return (";".join(gone), ";".join(come)) if min(len(one), len(other)) > 1 else (old, new)


def contradictions(
    change: TableChange, before: pd.DataFrame | None, after: pd.DataFrame | None
) -> pd.DataFrame:
    """Return what a table of verdicts calls a contradiction now, and did not before.

    Parameters
    ----------
    change : TableChange
        Of one of the tables `JUDGED`.
    before, after : DataFrame or None
        All cells as text.

    Returns
    -------
    DataFrame
        One row a contradiction: ``verdict, was`` (empty for a new row) ``, measure, part, period,
        body, numbers, why, statements``.
    """
    if after is None or "verdict" not in after:
        return pd.DataFrame()
    same = [key for key in change.keys if not key.endswith("_ids")]
    before = pd.DataFrame(columns=after.columns) if before is None else before
    known = before.groupby(same)["verdict"].agg(set).to_dict() if same and len(before) else {}
    found = []
    for row in after[~after["verdict"].isin(AGREE)].to_dict("records"):
        name = tuple(row[key] for key in same)
        was = known.get(name if len(same) != 1 else name[0], set())
        if row["verdict"] not in was:
            found.append(_told(row, ", ".join(sorted(was)), JUDGED[change.path]))
    return _by_verdict(pd.DataFrame(found))


def _told(row: dict[str, str], was: str, numbers: tuple[str, str]) -> dict[str, str]:
    def first(*names: str) -> str:
        return next((row[name] for name in names if row.get(name)), "")

    return {
        "verdict": row["verdict"],
        "was": was,
        "measure": first("measure"),
        "part": first("category", "dimension"),
        "period": " to ".join(filter(None, map(first, ("period_start", "period_end")))),
        "body": first("reporting_body", "bodies"),
        "numbers": " against ".join(filter(None, map(first, numbers))),
        "why": first("why", "hint"),
        "statements": first("figure_id", "figure_ids"),
    }


# Sources that have another id now, and everything that names them.


SOURCES = (
    ("data/reported/sources.csv", "source_id"),
    ("data/context/sources.csv", "context_source_id"),
)
LEDGER = "data/reported/figures.csv"


def renamed_sources(
    before: dict[str, pd.DataFrame | None], after: dict[str, pd.DataFrame | None]
) -> dict[str, str]:
    """Return the new id of each source that has the same address or statements under another id.

    Parameters
    ----------
    before, after : dict
        The tables of `SOURCES` and `LEDGER` by their path, all cells as text.
    """
    names: dict[str, str] = {}
    for path, key in SOURCES:
        old, new = before.get(path), after.get(path)
        if old is None or new is None or not all({key, "url"} <= {*one} for one in (old, new)):
            continue
        gone, come = old[~old[key].isin(new[key])], new[~new[key].isin(old[key])]
        for sign in (_addresses, _statements):
            marks = sign(before, gone, key), sign(after, come, key)
            names = {marks[0][one]: marks[1][one] for one in marks[0].keys() & marks[1]} | names
    return names


def _addresses(_: object, sources: pd.DataFrame, key: str) -> dict[object, str]:
    once = sources[sources["url"].ne("") & ~sources["url"].duplicated(keep=False)]
    return dict(zip(once["url"], once[key], strict=True))


def _statements(
    state: dict[str, pd.DataFrame | None], sources: pd.DataFrame, key: str
) -> dict[object, str]:
    """Return each source by the whole of its statements, without their ids."""
    ledger = state.get(LEDGER)
    if ledger is None or key not in ledger:
        return {}
    own = ledger[ledger[key].isin(sources[key])]
    found: dict[object, str] = {}
    for source, rows in own.groupby(key):
        rest = rows.drop(columns=[key, "figure_id"], errors="ignore")
        found[tuple(map(tuple, rest.to_numpy().tolist()))] = str(source)
    return found


def with_new_ids(text: str, names: dict[str, str]) -> str:
    """Return a text in which renamed sources, and statements named after them, have their new ids.

    Examples
    --------
    >>> with_new_ids("a-1;a-1-002;a-12", {"a-1": "b"})
    'b;b-002;a-12'
    """
    ids = "|".join(re.escape(one) for one in sorted(names, key=len, reverse=True))
    pattern = rf"(?<![\w-])({ids})(?=(-\d+)?(?![\w-]))"
    return re.sub(pattern, lambda found: names[found[1]], text) if names else text


# Findings before and after: value, difference, and whether the verdict flipped.


COLUMNS = (
    *("finding_id", "headline", "what", "value_before", "value_after", "difference"),
    *("verdict_before", "verdict_after", "flipped", "sentence_before", "sentence_after"),
    *("support_before", "support_after"),
)
ORDER = ("flipped", "removed", "added", "value", "sentence", "support")


def compare_findings(before: pd.DataFrame | None, after: pd.DataFrame | None) -> pd.DataFrame:
    """Compare two states of ``data/results/findings.csv``.

    Parameters
    ----------
    before, after : DataFrame or None
        All cells as text; None where the state has no such file.

    Returns
    -------
    DataFrame
        One row a finding that moved: `COLUMNS`. ``what`` is the first of `ORDER` that applies, and
        rows stand in that order, headlines first in each. ``difference`` is after minus before, NaN
        unless both are numbers; ``flipped`` tells whether both states give a verdict and not the
        same one.

    Examples
    --------
    >>> old = pd.DataFrame({"finding_id": ["03-cases"], "value": ["1.5"], "verdict": ["rose"],
    ...                     "sentence": ["It rose."], "headline": ["True"]})
    >>> new = old.assign(value="0.5", verdict="fell", sentence="It fell.")
    >>> compare_findings(old, new)[["finding_id", "difference", "what"]].values.tolist()
    [['03-cases', -1.0, 'flipped']]
    """
    parts = ["verdict", "value", "sentence", "support"]
    left, right = (pd.DataFrame() if state is None else state for state in (before, after))
    left, right = (
        state.reindex(columns=["finding_id", *parts, "headline"]).astype(object)
        for state in (left, right)
    )
    both = left.merge(
        right, on="finding_id", how="outer", suffixes=("_before", "_after"), indicator="where"
    )
    headline = both[["headline_before", "headline_after"]].isin(["True"]).any(axis=1)
    both = both.assign(headline=headline).fillna(
        {f"{part}_{when}": "" for part in parts for when in ("before", "after")}
    )
    one_state = {"left_only": "removed", "right_only": "added"}
    both["what"] = both["where"].astype(str).map(one_state)
    for part in parts:
        apart = both[f"{part}_before"].ne(both[f"{part}_after"])
        word = "flipped" if part == "verdict" else part
        both["what"] = both["what"].mask(both["what"].isna() & apart, word)
    given = both["verdict_before"].ne("") & both["verdict_after"].ne("")
    both["flipped"] = both["what"].eq("flipped") & given
    old, new = (
        pd.to_numeric(both[f"value_{when}"], errors="coerce") for when in ("before", "after")
    )
    both["difference"] = new - old
    moved = both[both["what"].notna()]
    order = moved["what"].map(ORDER.index)
    moved = moved.assign(order=order, late=~moved["headline"].astype(bool))
    return moved.sort_values(["order", "late", "finding_id"])[list(COLUMNS)].reset_index(drop=True)
