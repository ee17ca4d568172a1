"""In how many other settings does a finding hold?

A setting is one choice for every parameter of a notebook: the pair of years, the preferred body,
the revision of a denominator, a weighting, and so on. The same pure functions of
``khtip.conclusions`` that write a notebook's findings are called again under each setting, and the
verdicts are compared with the published one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import pandas as pd

from khtip import grid
from khtip.findings import NOT_REPORTED, Finding
from khtip.grid import YEARS
from khtip.remember import remembering


def settings(
    published: Mapping[str, object],
    vary: Mapping[str, list],
    years: Iterable[tuple[int, int]],
    *,
    together: int | str = 2,
    cross: bool = False,
) -> list[dict[str, object]]:
    """List the settings to try, as `khtip.grid.settings` yields them.

    Examples
    --------
    >>> published = {"base_year": 2016, "reference_year": 2017, "confidence": 0.95}
    >>> [s["confidence"] for s in settings(published, {"confidence": [0.9, 0.95]}, [])]
    [0.95, 0.9]
    """
    return list(grid.settings(published, vary, years, together=together, cross=cross))


def evaluate(
    function: Callable[..., list[Finding]],
    frames: Mapping[str, pd.DataFrame],
    tried: Iterable[Mapping[str, object]],
) -> pd.DataFrame:
    """Call a conclusion function under each setting.

    Returns
    -------
    DataFrame
        One row a setting and finding: ``setting`` (0 is the published one), ``kind``
        (``published``, ``choice``, or ``years`` where the pair of years differs),
        ``finding_id``, ``verdict``, ``value``, ``sentence``, and one column a parameter.
    """
    tried = list(tried)
    return tabulate(tried, state(function, frames, tried))


def state(
    function: Callable[..., list[Finding]],
    frames: Mapping[str, pd.DataFrame],
    tried: Iterable[Mapping[str, object]],
) -> list[list[Finding]]:
    """Return what a conclusion function says under each setting."""
    with remembering():
        return [function(**frames, **setting) for setting in tried]


def tabulate(
    tried: Sequence[Mapping[str, object]], stated: Iterable[list[Finding]]
) -> pd.DataFrame:
    """Put what was stated beside the settings; the table of `evaluate`."""
    rows = []
    for number, (setting, findings) in enumerate(zip(tried, stated, strict=True)):
        moved = any(setting.get(name) != tried[0].get(name) for name in YEARS)
        kind = "published" if number == 0 else "years" if moved else "choice"
        for one in findings:
            rows.append(
                {
                    "setting": number,
                    "kind": kind,
                    "finding_id": one.finding_id,
                    "verdict": one.verdict,
                    "value": one.value,
                    "sentence": one.sentence,
                    **setting,
                }
            )
    return pd.DataFrame(rows)


def agreement(evaluated: pd.DataFrame) -> pd.DataFrame:
    """Count, for each published finding, the settings in which its verdict stays the same.

    Parameters
    ----------
    evaluated : DataFrame
        As `evaluate` returns it.

    Returns
    -------
    DataFrame
        ``finding_id``, ``published`` (verdict), and for both kinds of setting the number
        ``tested`` (the data exist), ``same``, ``not_reported``, and ``other_verdicts``.
        ``robust`` is true where every tested choice gives the published verdict. A setting in
        which the data are missing is neither for nor against.

    Examples
    --------
    >>> evaluated = pd.DataFrame({
    ...     "kind": ["published", "choice", "choice", "years"],
    ...     "finding_id": ["03-a"] * 4,
    ...     "verdict": ["rose", "rose", "not distinguishable", "not reported"]})
    >>> agreement(evaluated)[["choices_tested", "choices_same", "years_tested"]].iloc[0].tolist()
    [2, 1, 0]
    """
    rows = []
    for finding_id, group in evaluated.groupby("finding_id", sort=False):
        published = group.loc[group["kind"] == "published", "verdict"]
        if published.empty:
            continue
        row: dict[str, object] = {"finding_id": finding_id, "published": published.iloc[0]}
        others: dict[str, None] = {}
        for kind, label in (("choice", "choices"), ("years", "years")):
            verdicts = group.loc[group["kind"] == kind, "verdict"]
            tested = verdicts[verdicts != NOT_REPORTED]
            row[f"{label}_tested"] = len(tested)
            row[f"{label}_same"] = int((tested == row["published"]).sum())
            row[f"{label}_not_reported"] = len(verdicts) - len(tested)
            others |= dict.fromkeys(v for v in tested if v != row["published"])
        row["other_verdicts"] = ";".join(others)
        row["robust"] = row["choices_same"] == row["choices_tested"]
        rows.append(row)
    return pd.DataFrame(rows)


def flips(evaluated: pd.DataFrame, names: Iterable[str]) -> pd.DataFrame:
    """Count, for each finding and parameter, how often changing that one parameter changes it.

    Parameters
    ----------
    evaluated : DataFrame
        As `evaluate` returns it.
    names : iterable of str
        Parameters to look at; the two years count as one, ``years``.

    Returns
    -------
    DataFrame
        ``finding_id``, ``parameter``, ``tested`` and ``changed``: the settings that differ from
        the published one in this parameter alone and have data, and those with another verdict.
    """
    first = evaluated.drop_duplicates("finding_id").set_index("finding_id")
    known = [name for name in names if name in evaluated]
    differs = (
        pd.DataFrame({n: evaluated[n].ne(evaluated["finding_id"].map(first[n])) for n in known})
        & evaluated[known].notna()
    )
    alone = evaluated[differs.sum(axis=1).eq(1) & evaluated["kind"].eq("choice")].copy()
    alone["parameter"] = differs.loc[alone.index].idxmax(axis=1)
    years = evaluated[evaluated["kind"].eq("years")].assign(parameter="years")
    both = pd.concat([alone, years])
    both = both[both["verdict"].ne(NOT_REPORTED)]
    both["changed"] = both["verdict"].ne(both["finding_id"].map(first["verdict"]))
    grouped = both.groupby(["finding_id", "parameter"], sort=False)["changed"]
    return grouped.agg(tested="size", changed="sum").reset_index()
