"""What notebook 07 says: every finding with the number of settings in which it holds."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import pandas as pd
import yaml

from khtip import paths, tables
from khtip.aside import aside
from khtip.conclusions import catalogue
from khtip.conclusions.robustness import (
    agreement,
    evaluate,
    flips,
    settings,
    state,
    tabulate,
)
from khtip.findings import NOT_REPORTED

DEFINITION = "scenarios/sweep.yml"
ASIDE = 0.8  # part of the settings of notebook 06 that takes as long as all else


def read_sweep() -> dict[str, Any]:
    """Return the sweep's definition: ``vary``, ``together``, ``years`` and perhaps ``cross``."""
    return yaml.safe_load((paths.root() / DEFINITION).read_text(encoding="utf-8"))


def read_findings() -> pd.DataFrame:
    """Return the findings that notebooks 01 to 06 wrote, in order, one row each."""
    parts = [
        tables.read_product(f"data/results/findings-{number}.csv").assign(notebook=number)
        for number in catalogue.CONCLUSIONS
    ]
    return pd.concat(parts, ignore_index=True)


def try_all(
    sweep: Mapping[str, Any], chosen: Mapping[str, object], frames: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """State every finding again under every setting of the sweep.

    Parameters
    ----------
    sweep : mapping
        As `read_sweep` returns it.
    chosen : mapping
        The parameters of the scenario that is summarised.
    frames : mapping of str to DataFrame
        As `catalogue.read_frames` returns it.

    Returns
    -------
    DataFrame
        As `khtip.conclusions.robustness.evaluate` returns it, notebook after notebook.
    """
    *others, last = catalogue.CONCLUSIONS.values()
    tried = settings_of(last, sweep, chosen)
    # The simulations of notebook 06 take longer than all the others, so it has most of a core.
    cut = round(len(tried) * ASIDE)
    given = catalogue.taken(last, frames)
    most = aside(partial(state, last, given, tried[:cut]))
    parts = [
        evaluate(one, catalogue.taken(one, frames), settings_of(one, sweep, chosen))
        for one in others
    ]
    rest = state(last, given, tried[cut:])
    return pd.concat([*parts, tabulate(tried, [*most(), *rest])], ignore_index=True)


def settings_of(
    conclude: catalogue.Conclude, sweep: Mapping[str, Any], chosen: Mapping[str, object]
) -> list[dict[str, object]]:
    """Return the settings under which the findings of one notebook are stated again."""
    return settings(
        catalogue.setting(conclude, chosen),
        sweep["vary"],
        sweep["years"],
        together=sweep["together"],
        cross=bool(sweep.get("cross", False)),
    )


def support(row: pd.Series) -> str:
    """Say in one sentence how far a finding holds.

    Examples
    --------
    >>> support(pd.Series({"published": "rose", "choices_tested": 12, "choices_same": 11,
    ...     "years_tested": 4, "years_same": 4}))
    'Holds under 11 of 12 other choices; for other pairs of years in 4 of 4.'
    """
    if row["published"] == NOT_REPORTED:
        return "Not reported for these years."
    choices = "No other choice applies"
    if row["choices_tested"]:
        choices = f"Holds under {row['choices_same']} of {row['choices_tested']} other choices"
    if not row["years_tested"]:
        return f"{choices}."
    return f"{choices}; for other pairs of years in {row['years_same']} of {row['years_tested']}."


def summarise(
    findings: pd.DataFrame, evaluated: pd.DataFrame, headlines: pd.DataFrame
) -> pd.DataFrame:
    """Put every finding beside how far it holds.

    Parameters
    ----------
    findings : DataFrame
        As `read_findings` returns it.
    evaluated : DataFrame
        As `try_all` returns it.
    headlines : DataFrame
        ``finding_id`` of the findings that go into the README, in their order there.

    Returns
    -------
    DataFrame
        The columns of the findings, of `robustness.agreement`, ``support`` (a sentence)
        and ``headline`` (bool); headlines first.

    Raises
    ------
    ValueError
        When a headline is no finding, or a finding of a notebook is not what its function states
        now: then the notebook and the code are of different dates.
    """
    known = set(findings["finding_id"])
    unknown = [one for one in headlines["finding_id"] if one not in known]
    if unknown:
        raise ValueError(f"data/lookups/headlines.csv: no notebook states {unknown}")
    agreed = agreement(evaluated)
    joined = findings.merge(agreed, on="finding_id", how="left", validate="one_to_one")
    stale = joined.loc[joined["published"] != joined["verdict"], "finding_id"].tolist()
    if stale:
        raise ValueError(f"{stale}: the notebook states another verdict than its function now does")
    joined["support"] = joined.apply(support, axis=1)
    order = {one: place for place, one in enumerate(headlines["finding_id"])}
    joined["headline"] = joined["finding_id"].isin(order)
    place = joined["finding_id"].map(order).fillna(len(order))
    joined = joined.assign(place=place).sort_values("place", kind="stable")
    return joined.drop(columns=["place", "published"]).reset_index(drop=True)


def turning_choices(evaluated: pd.DataFrame, sweep: Mapping[str, Any]) -> pd.DataFrame:
    """Return `flips` for the parameters of the sweep, with ``share``, of 1, that changed."""
    counted = flips(evaluated, list(sweep["vary"]))
    return counted.assign(share=counted["changed"] / counted["tested"])


def headline_support(summary: pd.DataFrame, headlines: pd.DataFrame) -> pd.DataFrame:
    """Return, for each headline, in how many settings it holds, changes, or has no data.

    Returns
    -------
    DataFrame
        ``finding_id, label, verdict`` and, for ``choices`` and ``years`` each, the columns
        ``KIND_same``, ``KIND_other`` and ``KIND_not_reported``.
    """
    rows = headlines[["finding_id", "label"]].merge(summary, on="finding_id", validate="1:1")
    for kind in ("choices", "years"):
        rows[f"{kind}_other"] = rows[f"{kind}_tested"] - rows[f"{kind}_same"]
    states = ("same", "other", "not_reported")
    counted = [f"{kind}_{state}" for kind in ("choices", "years") for state in states]
    return rows[["finding_id", "label", "verdict", *counted]]


def standing(summary: pd.DataFrame) -> pd.Series:
    """Say of each finding under what it holds.

    Returns
    -------
    Series of str
        ``holds everywhere`` it was tested, ``changes with the years only``, or ``changes with a
        choice`` that a reader may make otherwise for the same years.
    """
    moved = summary["years_same"] < summary["years_tested"]
    turned = summary["choices_same"] < summary["choices_tested"]
    words = moved.map({True: "changes with the years only", False: "holds everywhere"})
    return words.mask(turned, "changes with a choice")


def standing_by_notebook(summary: pd.DataFrame, titles: Mapping[str, str]) -> pd.DataFrame:
    """Count the findings of each notebook by how they stand.

    Parameters
    ----------
    summary : DataFrame
        As `summarise` returns it.
    titles : mapping
        Number of a notebook to its title.

    Returns
    -------
    DataFrame
        ``notebook`` (its title) and one column for each answer of `standing`.
    """
    counted = pd.crosstab(summary["notebook"], standing(summary))
    names = ["holds everywhere", "changes with the years only", "changes with a choice"]
    counted = counted.reindex(columns=names, fill_value=0)
    counted.insert(0, "notebook", [f"{one} {titles[one]}" for one in counted.index])
    return counted.reset_index(drop=True)
