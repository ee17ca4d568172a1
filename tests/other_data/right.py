"""Right answers to the small inputs: what the products must say, or must not."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from other_data.edits import whole
from other_data.input import Answer, published
from other_data.project import Tables
from other_data.small_edits import CASES, PERSON, VICTIMS, added, name_of, said, ten_months

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


def silent(finding: str, words: str):
    """Return a right answer: a finding does not say these words."""

    def right(answer: Answer) -> bool:
        return words not in answer.finding(finding).get("sentence", "")

    right.__doc__ = f"{finding} does not say {words!r}"
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
    return not pd.to_numeric(table["low"]).gt(10_000).any()


def words_are_questioned(answer: Answer) -> bool:
    """statements that speak of foreigners and are filed as Cambodians are told as mixed"""
    return answer.finding("02-units")["sentence"] != published("02-units")["sentence"]


def claim_is_there(answer: Answer) -> bool:
    """a claim whose count has another period is stated, as one that cannot be checked"""
    return answer.finding("02-report-claim")["verdict"] != "not reported"


def not_merely_open(answer: Answer) -> bool:
    """a list whose part is of another scope or period is not called openly incomplete"""
    table = answer.table("clean/totals")
    total = name_of(answer.tables, said(answer.tables, **VICTIMS, **whole(2017), **ALL))
    ages = table["figure_id"].eq(total) & table["dimension"].eq("age_band")
    return "open_residual" not in set(table.loc[ages, "verdict"])


def questioned(ids: Callable[[Tables], list[str]]):
    """Return a right answer: some verdict says that these statements do not go together."""

    def right(answer: Answer) -> bool:
        paths = ("clean/totals", "clean/conflicts", "clean/comparisons")
        plain = {"compatible", "not_comparable", "equal", "one_voice"}
        return any(answer.verdicts(path, *ids(answer.tables)) - plain for path in paths)

    right.__doc__ = "some verdict questions it"
    return right


def flagged(ids: Callable[[Tables], list[str]]):
    """Return a right answer: a soft limit flags these statements, and they stay."""

    def right(answer: Answer) -> bool:
        flags = answer.table("clean/flags")["figure_ids"].str.split(";").explode()
        return set(ids(answer.tables)) <= set(flags)

    right.__doc__ = "a soft limit flags it"
    return right


def without_equal_scores(answer: Answer) -> bool:
    """an indicator that is the same everywhere adds nothing to the index"""
    table = answer.table("results/risk_index")
    return pd.to_numeric(table.get("part_vulnerability", pd.Series("0"))).fillna(0).eq(0).all()


def nobody_named(answer: Answer) -> bool:
    """no product holds what points at a person"""
    return PERSON not in answer.words()


def parts_stay_with_their_part(answer: Answer) -> bool:
    """what is part of a part is not held against the national total"""
    total, women, children = (added(answer.tables, number) for number in (1, 3, 4))
    table = answer.table("clean/totals").query("figure_id == @total")
    return not table["part_ids"].str.contains(f"{women}|{children}").any()
