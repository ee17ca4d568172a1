"""Right answers to the small inputs: what the products must say, or must not."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from other_data.edits import whole
from other_data.input import Answer, published
from other_data.project import Tables
from other_data.small_edits import CASES, VICTIMS, added, name_of, said, ten_months

ALL = {"dimension": "", "ref_area": "KHM"}


def verdict(path: str, *verdicts: str, ids: Callable[[Tables], list[str]], **columns: str):
    """Return a right answer: the rows that name some statements have one of these verdicts."""

    def right(answer: Answer) -> bool:
        found = answer.verdicts(path, *ids(answer.tables), **columns)
        return bool(found) and found <= set(verdicts)

    right.__doc__ = f"{path} calls it {' or '.join(verdicts)}"
    return right


def of_report(**columns: str) -> Callable[[Tables], list[str]]:
    """Return the way to the id of one statement of the report."""
    return lambda tables: [name_of(tables, said(tables, **columns))]


def of_input(*numbers: int) -> Callable[[Tables], list[str]]:
    """Return the way to ids of added statements."""
    return lambda tables: [added(tables, number) for number in numbers]


def of_input_and_year(tables: Tables) -> list[str]:
    """Return the ids of an added part of a year, and of the report's cases in the year."""
    return [added(tables, 1), *of_report(**CASES, **whole(2017))(tables)]


def of_ten_months_and_year(tables: Tables) -> list[str]:
    """Return the ids of the count of ten months, and of the report's cases in the year."""
    return [ten_months(tables), *of_report(**CASES, **whole(2017))(tables)]


def says(finding: str, *words: str, never: str = ""):
    """Return a right answer: a finding says all these words, in its sentence or as its verdict."""

    def right(answer: Answer) -> bool:
        told = answer.finding(finding)
        text = f"{told.get('verdict', '')}: {told.get('sentence', '')}"
        return all(one in text for one in words) and not (never and never in text)

    right.__doc__ = f"{finding} says {words}" + (f" and not {never!r}" if never else "")
    return right


def observed(ids: Callable[[Tables], list[str]], value: str, low: str, high: str):
    """Return a right answer: a statement is cleaned to these numbers."""

    def right(answer: Answer) -> bool:
        table = answer.table("clean/observations").set_index("figure_id")
        return table.loc[ids(answer.tables), ["value", "low", "high"]].to_numpy().tolist() == [
            [value, low, high]
        ]

    right.__doc__ = f"the statement is {value or 'no number'}, from {low} to {high}"
    return right


def flagged(limit: str, ids: Callable[[Tables], list[str]]):
    """Return a right answer: a soft limit names these statements."""

    def right(answer: Answer) -> bool:
        table = answer.table("clean/flags")
        named = ";".join(table.loc[table["limit_id"].eq(limit), "figure_ids"])
        return all(one in named for one in ids(answer.tables))

    right.__doc__ = f"flags.csv has it below {limit}"
    return right


def well_drawn(*figures: str):
    """Return a right answer: each figure is there, without a problem."""

    def right(answer: Answer) -> bool:
        cards = [answer.folder / f"figures/{name}.json" for name in figures]
        return all(one.is_file() and '"problems"' not in one.read_text("utf-8") for one in cards)

    right.__doc__ = f"{', '.join(figures)} drawn without a problem"
    return right


def as_published(finding: str):
    """Return a right answer: a finding is what it is without the edit."""

    def right(answer: Answer) -> bool:
        one, other = answer.finding(finding), published(finding)
        return (one["sentence"], one["verdict"]) == (other["sentence"], other["verdict"])

    right.__doc__ = f"{finding} says what it says without the edit"
    return right


def no_rate_above_all(answer: Answer) -> bool:
    """more people came back than live there is told as such, and not as a rate"""
    table = answer.table("results/destination_rates")
    told = "more persons than the stock: Malaysia" in answer.finding("05-rates-leader")["sentence"]
    return told and not pd.to_numeric(table["low"]).gt(10_000).any()


def ages_miss(answer: Answer) -> bool:
    """a list whose part is of another scope or period is told to miss its total, and not as open"""
    table = answer.table("clean/totals")
    total = name_of(answer.tables, said(answer.tables, **VICTIMS, **whole(2017), **ALL))
    ages = table["figure_id"].eq(total) & table["dimension"].eq("age_band")
    return set(table.loc[ages, "verdict"]) == {"residual"}


def questioned(ids: Callable[[Tables], list[str]]):
    """Return a right answer: some verdict says that these statements do not go together."""

    def right(answer: Answer) -> bool:
        paths = ("clean/totals", "clean/conflicts", "clean/comparisons")
        plain = {"compatible", "not_comparable", "equal", "one_voice"}
        return any(answer.verdicts(path, *ids(answer.tables)) - plain for path in paths)

    right.__doc__ = "some verdict questions it"
    return right


def without_equal_scores(answer: Answer) -> bool:
    """an indicator that is the same everywhere adds nothing to the index"""
    table = answer.table("results/risk_index")
    return pd.to_numeric(table.get("part_vulnerability", pd.Series("0"))).fillna(0).eq(0).all()


def parts_stay_with_their_part(answer: Answer) -> bool:
    """what is part of a part is held against that part, and not against the national total"""
    total, part, women, children = (added(answer.tables, number) for number in (1, 2, 3, 4))
    table = answer.table("clean/totals").set_index("figure_id")["part_ids"]
    of_total, of_part = (" ".join(table[table.index == one]) for one in (total, part))
    return all(one in of_part and one not in of_total for one in (women, children))
