"""Every finding stated again under other choices, and how far each holds."""

import inspect
import multiprocessing
import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cached_property
from importlib import import_module
from threading import Thread
from typing import Any

import pandas as pd
import yaml

from khtip import files, parameters, tables
from khtip.chapters.sentences import NOT_REPORTED, Finding
from khtip.ledger.ledger import Ledger
from khtip.ledger.lineage import split
from khtip.parameters import YEARS

CHAPTERS = {
    "01": "coverage",
    "02": "sources",
    "03": "trends",
    "04": "victims",
    "05": "destinations",
    "06": "risk",
}
"""The chapter behind each notebook that states findings, in the order of the notebooks."""

DEFINITION = "scenarios/sweep.yml"
# The simulations of the last chapter take longer than all else: this part of its settings takes as
# long as the rest of the work.
ASIDE = 0.8

# The choices of a sweep in words; the two years are one choice.
CHOICES = {
    "confidence": "confidence level",
    "preferred_body": "preferred body",
    "exclude_breaks": "named breaks",
    "stock_edition": "stock revision",
    "normalisation": "common scale",
    "aggregation": "kind of mean",
    "weights": "weights",
    "years": "pair of years",
}
STANDING = (
    "holds everywhere",
    "changes with the years only",
    "changes with a choice",
    "not affected",
    "not reported",
)

Setting = Mapping[str, object]


# What a chapter says under one setting.


def stated(chapter: str, ledger: Ledger, setting: Setting) -> list[Finding]:
    """Return what a chapter concludes; `setting` has a value for each of its parameters."""
    results, findings = _modules(chapter)
    return findings.conclude(results.analyse(ledger, **setting))


def parameters_of(chapter: str) -> list[str]:
    """Return the names of the notebooks' parameters that a chapter takes."""
    results, _ = _modules(chapter)
    taken = inspect.signature(results.analyse).parameters
    return [name for name in taken if name in parameters.REGISTRY]


def _modules(chapter: str) -> tuple[Any, Any]:
    results, findings = (
        import_module(f"khtip.chapters.{chapter}.{part}") for part in ("results", "findings")
    )
    return results, findings


def published_setting(chapter: str, chosen: Setting) -> dict[str, object]:
    """Return a value for every parameter of a chapter.

    Parameters
    ----------
    chapter : str
        One of `CHAPTERS`.
    chosen : mapping
        Parameter name to value; what it lacks takes the published default, and names that the
        chapter does not take are passed over.

    Examples
    --------
    >>> published_setting("trends", {"base_year": 2018, "stock_edition": "2020"})["base_year"]
    2018
    """
    names = parameters_of(chapter)
    return {name: chosen.get(name, parameters.REGISTRY[name].default) for name in names}


def settings_of(chapter: str, sweep: Mapping[str, Any], chosen: Setting) -> list[dict[str, object]]:
    """Return the settings under which a chapter is asked again, the published one first."""
    published = published_setting(chapter, chosen)
    extent = {"together": sweep["together"], "cross": bool(sweep.get("cross", False))}
    return list(parameters.settings(published, sweep["vary"], sweep["years"], **extent))


def read_sweep(ledger: Ledger) -> dict[str, Any]:
    """Return the sweep's definition: ``vary, together, years`` (pairs) and perhaps ``cross``."""
    sweep = yaml.safe_load((files.root() / DEFINITION).read_text(encoding="utf-8"))
    periods = ledger.observations[["period_start", "period_end"]].itertuples(index=False)
    pairs = parameters.pairs_of_years(sweep.get("years"), periods)
    return sweep | {"vary": parameters.spelled_out(sweep.get("vary")), "years": pairs}


def read_findings() -> pd.DataFrame:
    """Return the findings that the notebooks wrote, in order, one row each."""
    parts = [
        tables.read_product(f"data/results/findings-{number}.csv").assign(notebook=number)
        for number in CHAPTERS
    ]
    return pd.concat(parts, ignore_index=True)


# What all chapters say under every setting.


def say_again(chapter: str, ledger: Ledger, tried: Iterable[Setting]) -> list[list[Finding]]:
    """Return what a chapter concludes under each setting."""
    return [stated(chapter, ledger, setting) for setting in tried]


def end_with_parent() -> None:
    """Let a process of a pool end when the one that asked for it was killed; by itself it waits."""

    def watch() -> None:
        parent = multiprocessing.parent_process()
        if parent:
            parent.join()
            os._exit(1)

    Thread(target=watch, daemon=True).start()


def tabulate(tried: Sequence[Setting], said: Sequence[list[Finding]]) -> pd.DataFrame:
    """Put what was concluded beside the settings.

    Returns
    -------
    DataFrame
        One row a setting and finding: ``setting`` (what differs from the published one, such as
        ``confidence=0.9``), ``kind`` (``published``, ``choice``, or ``years`` where the pair of
        years differs), ``choice`` (the parameters that differ, ``years`` for the pair),
        ``finding_id, verdict, value, low, high, sentence``, and ``reached``: whether the setting
        counts for the finding, see `_reached`.
    """
    published = {one.finding_id: one for one in said[0]}
    rows = []
    for setting, findings in zip(tried, said, strict=True):
        differs = [name for name, value in setting.items() if value != tried[0][name]]
        moved_years = any(name in YEARS for name in differs)
        choices = [name for name in differs if name not in YEARS] + ["years"] * moved_years
        described = {
            "setting": "+".join(f"{name}={setting[name]}" for name in differs) or "published",
            "kind": "years" if moved_years else "choice" if differs else "published",
            "choice": ";".join(choices),
        }
        for one in findings:
            numbers = {name: getattr(one, name) for name in ("value", "low", "high")}
            stated = {"verdict": one.verdict, **numbers, "sentence": one.sentence}
            moved = _numbers(one) != _numbers(published[one.finding_id])
            rows.append({**described, "finding_id": one.finding_id, **stated, "moved": moved})
    table = pd.DataFrame(rows)
    return table.assign(reached=_reached(table)).drop(columns="moved")


def _numbers(one: Finding) -> str:
    """Return all that a choice may move; as text, because a missing number equals itself then."""
    return repr((one.sentence, one.verdict, one.value, one.low, one.high))


def _reached(table: pd.DataFrame) -> list[bool]:
    """Tell which settings count for their finding.

    A choice reaches a finding when one of its values alone moves a number behind the sentence. A
    preferred body that moves none has no such count, so preferring it is no other setting.
    """
    alone = table[table["moved"] & ~table["choice"].str.contains(";")]
    reaching = set(zip(alone["finding_id"], alone["choice"], strict=True))
    return [
        not choice
        or (
            any((finding, one) in reaching for one in choice.split(";"))
            and (moved or choice != "preferred_body")
        )
        for finding, choice, moved in table[["finding_id", "choice", "moved"]].itertuples(
            index=False
        )
    ]


def evaluate(ledger: Ledger, sweep: Mapping[str, Any], chosen: Setting) -> pd.DataFrame:
    """State every finding again under every setting of the sweep.

    Parameters
    ----------
    ledger : Ledger
        All tables.
    sweep : mapping
        As `read_sweep` returns it.
    chosen : mapping
        The parameters of the scenario that is summarised.

    Returns
    -------
    DataFrame
        As `tabulate` returns it, chapter after chapter.
    """
    tried = {chapter: settings_of(chapter, sweep, chosen) for chapter in CHAPTERS.values()}
    *others, last = tried
    cut = round(len(tried[last]) * ASIDE)
    with ProcessPoolExecutor(max_workers=1, initializer=end_with_parent) as pool:
        most = pool.submit(say_again, last, ledger, tried[last][:cut])
        said = {chapter: say_again(chapter, ledger, tried[chapter]) for chapter in others}
        rest = say_again(last, ledger, tried[last][cut:])
        said[last] = [*most.result(), *rest]
    parts = [tabulate(tried[chapter], said[chapter]) for chapter in tried]
    return pd.concat(parts, ignore_index=True)


# How far each finding holds.


def agreement(evaluated: pd.DataFrame) -> pd.DataFrame:
    """Count, for each published finding, the settings in which its verdict stays the same.

    Parameters
    ----------
    evaluated : DataFrame
        As `evaluate` returns it; of it ``kind, choice, finding_id, verdict, reached``.

    Returns
    -------
    DataFrame
        ``finding_id``, ``published`` (verdict), and for both kinds of setting the number
        ``tested`` (the setting reaches the finding, and the data exist), ``same``,
        ``not_reported``; ``other_verdicts``; ``not_affected`` (the choices that reach it under no
        value). ``robust`` is true where every tested choice gives the published verdict, and
        missing where none is tested or nothing is reported. A setting in which the data are missing
        is neither for nor against.

    Examples
    --------
    >>> evaluated = pd.DataFrame({
    ...     "kind": ["published", "choice", "choice", "years"],
    ...     "choice": ["", "confidence", "weights", "years"],
    ...     "finding_id": ["03-a"] * 4,
    ...     "verdict": ["rose", "not distinguishable", "rose", "not reported"],
    ...     "reached": [True, True, False, True]})
    >>> agreement(evaluated)[["choices_tested", "choices_same", "not_affected"]]
       choices_tested  choices_same not_affected
    0               1             0      weights
    """
    rows = []
    for finding_id, group in evaluated.groupby("finding_id", sort=False):
        published = group.loc[group["kind"] == "published", "verdict"]
        if published.empty:
            continue
        row: dict[str, object] = {"finding_id": finding_id, "published": published.iloc[0]}
        reached = group[group["reached"]]
        for kind, label in (("choice", "choices"), ("years", "years")):
            verdicts = reached.loc[reached["kind"] == kind, "verdict"]
            tested = verdicts[verdicts != NOT_REPORTED]
            row[f"{label}_tested"] = len(tested)
            row[f"{label}_same"] = int((tested == row["published"]).sum())
            row[f"{label}_not_reported"] = len(verdicts) - len(tested)
        others = reached.loc[reached["kind"] != "published", "verdict"]
        others = others[~others.isin([row["published"], NOT_REPORTED])]
        row["other_verdicts"] = ";".join(others.unique())
        single = group[~group["choice"].isin([""]) & ~group["choice"].str.contains(";")]
        reaches = single.groupby("choice", sort=False)["reached"].any()
        row["not_affected"] = ";".join(reaches.index[~reaches])
        known = row["choices_tested"] and row["published"] != NOT_REPORTED
        row["robust"] = row["choices_same"] == row["choices_tested"] if known else None
        rows.append(row)
    return pd.DataFrame(rows)


def turning_choices(evaluated: pd.DataFrame) -> pd.DataFrame:
    """Count, for each finding and choice, how often changing that choice alone turns the verdict.

    Parameters
    ----------
    evaluated : DataFrame
        As `evaluate` returns it; of it ``kind, choice, finding_id, verdict, reached``.

    Returns
    -------
    DataFrame
        ``finding_id``, ``parameter`` (the two years are one, ``years``), ``tested`` and
        ``changed``: the settings that reach the finding and have data, and those with another
        verdict; ``share``: the second over the first.
    """
    published = evaluated[evaluated["kind"].eq("published")].set_index("finding_id")["verdict"]
    counts = evaluated["reached"] & evaluated["verdict"].ne(NOT_REPORTED)
    one = evaluated["choice"].ne("") & ~evaluated["choice"].str.contains(";")
    alone = evaluated[counts & one]
    changed = alone["verdict"].ne(alone["finding_id"].map(published))
    grouped = changed.groupby(
        [alone["finding_id"], alone["choice"].rename("parameter")], sort=False
    )
    counted = grouped.agg(tested="size", changed="sum").reset_index()
    return counted.assign(share=counted["changed"] / counted["tested"])


def support(row: pd.Series) -> str:
    """Say in one sentence how far a finding holds.

    Examples
    --------
    >>> support(pd.Series({"published": "rose", "choices_tested": 12, "choices_same": 11,
    ...     "years_tested": 4, "years_same": 4, "not_affected": "weights;stock_edition"}))
    'Holds under 11 of 12 other choices; for other pairs of years in 4 of 4. Not affected by
    the weights, the stock revision.'
    """
    if row["published"] == NOT_REPORTED:
        return "Not reported for these years."
    said = "No other choice reaches it"
    if row["choices_tested"]:
        said = f"Holds under {row['choices_same']} of {row['choices_tested']} other choices"
    if row["years_tested"]:
        said += f"; for other pairs of years in {row['years_same']} of {row['years_tested']}"
    unmoved = ", ".join(f"the {CHOICES.get(one, one)}" for one in split(row["not_affected"]))
    return f"{said}. Not affected by {unmoved}." if unmoved else f"{said}."


def summarise(
    findings: pd.DataFrame, evaluated: pd.DataFrame, headlines: pd.DataFrame
) -> pd.DataFrame:
    """Put every finding beside how far it holds.

    Parameters
    ----------
    findings : DataFrame
        As `read_findings` returns it.
    evaluated : DataFrame
        As `evaluate` returns it.
    headlines : DataFrame
        ``finding_id`` of the findings that go into the README, in their order there.

    Returns
    -------
    DataFrame
        The columns of the findings and of `agreement`, ``support`` (a sentence) and
        ``headline`` (bool); headlines first.

    Raises
    ------
    ValueError
        When a headline is no finding, or a finding of a notebook is not what its chapter concludes
        now: then the notebook and the code are of different dates.
    """
    known = set(findings["finding_id"])
    unknown = [one for one in headlines["finding_id"] if one not in known]
    if unknown:
        raise ValueError(f"data/lookups/headlines.csv: no notebook states {unknown}")
    joined = findings.merge(
        agreement(evaluated), on="finding_id", how="left", validate="one_to_one"
    )
    stale = joined.loc[joined["published"] != joined["verdict"], "finding_id"].tolist()
    if stale:
        raise ValueError(f"{stale}: the notebook states another verdict than its function now does")
    joined["support"] = joined.apply(support, axis=1)
    order = {one: place for place, one in enumerate(headlines["finding_id"])}
    joined["headline"] = joined["finding_id"].isin(order)
    place = joined["finding_id"].map(order).fillna(len(order))
    joined = joined.assign(place=place).sort_values("place", kind="stable")
    return joined.drop(columns=["place", "published"]).reset_index(drop=True)


def standing(summary: pd.DataFrame) -> pd.Series:
    """Say of each finding under what it holds.

    Returns
    -------
    Series of str
        One of `STANDING`: ``holds everywhere`` it was tested, ``changes with the years only``, or
        ``changes with a choice`` that a reader may make otherwise for the same years; ``not
        affected``, where none moves a number behind it; ``not reported``.
    """
    turned = summary["choices_same"] < summary["choices_tested"]
    moved = summary["years_same"] < summary["years_tested"]
    untested = summary["choices_tested"] + summary["years_tested"] == 0
    words = pd.Series(STANDING[0], summary.index).mask(moved, STANDING[1]).mask(turned, STANDING[2])
    words = words.mask(untested, STANDING[3])
    return words.mask(summary["verdict"].eq(NOT_REPORTED), STANDING[4])


class Results:
    """How far every finding holds under other choices.

    Attributes
    ----------
    sweep : dict
        As `read_sweep` returns it.
    chosen : dict
        The parameters of the scenario that is summarised.
    findings, headlines : DataFrame
        What the notebooks wrote, and ``data/lookups/headlines.csv``.
    evaluated, summary : DataFrame
        See `evaluate` and `summarise`.
    """

    def __init__(self, ledger: Ledger, chosen: Setting) -> None:
        self.ledger, self.chosen, self.sweep = ledger, dict(chosen), read_sweep(ledger)
        self.findings = read_findings()
        self.headlines = tables.read_text_table("data/lookups/headlines.csv")

    @cached_property
    def evaluated(self) -> pd.DataFrame:
        """Every finding under every setting."""
        return evaluate(self.ledger, self.sweep, self.chosen)

    @cached_property
    def summary(self) -> pd.DataFrame:
        """Every finding beside how far it holds."""
        return summarise(self.findings, self.evaluated, self.headlines)

    @cached_property
    def turned(self) -> pd.DataFrame:
        """`turning_choices` of the findings that some choice turns."""
        counted = turning_choices(self.evaluated)
        return counted[counted.groupby("finding_id")["changed"].transform("sum").gt(0)]

    @cached_property
    def headline_support(self) -> pd.DataFrame:
        """In how many settings each headline holds, changes, or has no data.

        Columns: ``finding_id, label, verdict``, and for ``choices`` and ``years`` each
        ``KIND_same``, ``KIND_other`` and ``KIND_not_reported``.
        """
        labels = self.headlines[["finding_id", "label"]]
        rows = labels.merge(self.summary, on="finding_id", validate="1:1")
        for kind in ("choices", "years"):
            rows[f"{kind}_other"] = rows[f"{kind}_tested"] - rows[f"{kind}_same"]
        states = ("same", "other", "not_reported")
        counted = [f"{kind}_{state}" for kind in ("choices", "years") for state in states]
        return rows[["finding_id", "label", "verdict", *counted]]

    def standing_by_notebook(self, titles: Mapping[str, str]) -> pd.DataFrame:
        """Return ``notebook`` (its number and title) and how many findings stand how."""
        counted = pd.crosstab(self.summary["notebook"], standing(self.summary))
        counted = counted.reindex(columns=list(STANDING), fill_value=0)
        counted.insert(0, "notebook", [f"{one} {titles[one]}" for one in counted.index])
        return counted.reset_index(drop=True)


def analyse(ledger: Ledger, **chosen: object) -> Results:
    """Return how far every finding holds around the scenario with these parameters."""
    return Results(ledger, chosen)
