"""Which function states the findings of each notebook, and which tables it needs.

Notebook 07 goes through this catalogue to try every finding under other settings.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd
import yaml

from khtip import files, parameters, tables
from khtip.aside import aside
from khtip.chapters.coverage import findings as coverage_findings
from khtip.chapters.coverage import results as coverage_results
from khtip.chapters.destinations import findings as destinations_findings
from khtip.chapters.risk import findings as risk_findings
from khtip.chapters.sentences import NOT_REPORTED, Finding
from khtip.chapters.sources import findings as sources_findings
from khtip.chapters.sources import results as sources_results
from khtip.chapters.trends import findings as trends_findings
from khtip.chapters.victims import findings as victims_findings
from khtip.ledger import context, validation
from khtip.ledger.ledger import Ledger
from khtip.parameters import YEARS
from khtip.remember import remembered, remembering

Conclude = Callable[..., list[Finding]]


@remembered
def _ledger(**frames: pd.DataFrame) -> Ledger:
    return Ledger(**frames)


def _coverage(
    *, observations: pd.DataFrame, measures: pd.DataFrame, base_year: int, reference_year: int
) -> list[Finding]:
    ledger = _ledger(observations=observations, measures=measures)
    years = {"base_year": base_year, "reference_year": reference_year}
    return coverage_findings.conclude(coverage_results.analyse(ledger, **years))


def _sources(
    *,
    observations: pd.DataFrame,
    claims: pd.DataFrame,
    totals: pd.DataFrame,
    conflicts: pd.DataFrame,
    measures: pd.DataFrame,
    base_year: int,
    reference_year: int,
    preferred_body: str,
) -> list[Finding]:
    ledger = _ledger(
        observations=observations,
        claims=claims,
        totals=totals,
        conflicts=conflicts,
        measures=measures,
    )
    found = sources_results.analyse(
        ledger, base_year=base_year, reference_year=reference_year, preferred_body=preferred_body
    )
    return sources_findings.conclude(found)


CONCLUSIONS: dict[str, Conclude] = {
    "01": _coverage,
    "02": _sources,
    "03": trends_findings.conclude,
    "04": victims_findings.conclude,
    "05": destinations_findings.conclude,
    "06": risk_findings.conclude,
}

FRAMES: dict[str, Callable[[], pd.DataFrame]] = {
    "observations": lambda: tables.read_product("data/clean/observations.csv"),
    "claims": lambda: tables.read_product("data/clean/claims.csv"),
    "totals": lambda: tables.read_product("data/clean/totals.csv"),
    "conflicts": lambda: tables.read_product("data/clean/conflicts.csv"),
    "comparisons": lambda: tables.read_product("data/clean/comparisons.csv"),
    "sources": validation.read_sources,
    "bodies": lambda: tables.read_text_table("data/lookups/bodies.csv"),
    "breaks": lambda: tables.read_text_table("data/lookups/breaks.csv"),
    "measures": lambda: tables.read_text_table("data/lookups/measures.csv"),
    "areas": lambda: tables.read_text_table("data/lookups/areas.csv"),
    "migrant_stock": context.migrant_stock,
    "wdi": context.wdi,
    "tip_tiers": context.tip_tiers,
    "gsi": context.gsi,
    "unodc": context.unodc,
    "unodc_statements": context.unodc_statements,
    "countries": context.countries,
}


def frames_of(conclude: Conclude) -> list[str]:
    """Return the names of the tables that a conclusion function takes."""
    return [name for name in inspect.signature(conclude).parameters if name in FRAMES]


def taken(conclude: Conclude, frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return those of the tables that a conclusion function takes."""
    return {name: frames[name] for name in frames_of(conclude)}


def parameters_of(conclude: Conclude) -> list[str]:
    """Return the names of the notebooks' parameters that a conclusion function takes."""
    taken = inspect.signature(conclude).parameters
    return [name for name in taken if name in parameters.REGISTRY]


def setting(conclude: Conclude, chosen: Mapping[str, object]) -> dict[str, object]:
    """Return a value for every parameter of a conclusion function.

    Parameters
    ----------
    conclude : callable
        One of `CONCLUSIONS`.
    chosen : mapping
        Parameter name to value; what it lacks takes the published default, and names that the
        function does not take are passed over.

    Examples
    --------
    >>> setting(trends_findings.conclude, {"base_year": 2018, "stock_edition": "2020"})["base_year"]
    2018
    """
    return {
        name: chosen.get(name, parameters.REGISTRY[name].default)
        for name in parameters_of(conclude)
    }


def read_frames() -> dict[str, pd.DataFrame]:
    """Read every table that some conclusion function takes, once."""
    needed = {name for conclude in CONCLUSIONS.values() for name in frames_of(conclude)}
    return {name: FRAMES[name]() for name in FRAMES if name in needed}


# In how many other settings does a finding hold?


def settings(
    published: Mapping[str, object],
    vary: Mapping[str, list],
    years: Iterable[tuple[int, int]],
    *,
    together: int | str = 2,
    cross: bool = False,
) -> list[dict[str, object]]:
    """List the settings to try, as `khtip.parameters.settings` yields them.

    Examples
    --------
    >>> published = {"base_year": 2016, "reference_year": 2017, "confidence": 0.95}
    >>> [s["confidence"] for s in settings(published, {"confidence": [0.9, 0.95]}, [])]
    [0.95, 0.9]
    """
    return list(parameters.settings(published, vary, years, together=together, cross=cross))


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
    for number, (setting, said) in enumerate(zip(tried, stated, strict=True)):
        moved = any(setting.get(name) != tried[0].get(name) for name in YEARS)
        kind = "published" if number == 0 else "years" if moved else "choice"
        for one in said:
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


# What notebook 07 says: every finding with the number of settings in which it holds.


DEFINITION = "scenarios/sweep.yml"
ASIDE = 0.8  # part of the settings of notebook 06 that takes as long as all else


def read_sweep() -> dict[str, Any]:
    """Return the sweep's definition: ``vary``, ``together``, ``years`` and perhaps ``cross``."""
    return yaml.safe_load((files.root() / DEFINITION).read_text(encoding="utf-8"))


def read_findings() -> pd.DataFrame:
    """Return the findings that notebooks 01 to 06 wrote, in order, one row each."""
    parts = [
        tables.read_product(f"data/results/findings-{number}.csv").assign(notebook=number)
        for number in CONCLUSIONS
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
        As `khtip.chapters.summary.results.evaluate` returns it, notebook after notebook.
    """
    *others, last = CONCLUSIONS.values()
    tried = settings_of(last, sweep, chosen)
    # The simulations of notebook 06 take longer than all the others, so it has most of a core.
    cut = round(len(tried) * ASIDE)
    given = taken(last, frames)
    most = aside(partial(state, last, given, tried[:cut]))
    parts = [evaluate(one, taken(one, frames), settings_of(one, sweep, chosen)) for one in others]
    rest = state(last, given, tried[cut:])
    return pd.concat([*parts, tabulate(tried, [*most(), *rest])], ignore_index=True)


def settings_of(
    conclude: Conclude, sweep: Mapping[str, Any], chosen: Mapping[str, object]
) -> list[dict[str, object]]:
    """Return the settings under which the findings of one notebook are stated again."""
    return settings(
        setting(conclude, chosen),
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
