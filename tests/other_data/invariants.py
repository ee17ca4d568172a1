"""What holds of the products of any valid ledger, and what two runs of one ledger share."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd

from khtip.ledger.lineage import COLUMNS, EVERY, split
from other_data.project import Tables

# Words that a sentence gets from a number that is not there, or from code.
_NO_WORDS = re.compile(r"\b(nan|NaN|None|inf|NaT|<NA>|[a-z]+_[a-z_]+)\b|\{|\}")
_LONGEST_ALT = 300


def broken(folder: Path, tables: Tables) -> list[str]:
    """Return in words what does not hold of the products below a folder; empty when all is well."""
    return [words for rule in RULES for words in rule(folder, tables)]


def _table(folder: Path, path: str) -> pd.DataFrame:
    """Return a product as text; one that a stop kept from being written is empty."""
    file = folder / path
    return pd.read_csv(file, dtype=str, keep_default_na=False) if file.is_file() else pd.DataFrame()


def statements_stay(folder: Path, tables: Tables) -> Iterator[str]:
    """Every statement is one observation, with the number as printed and bounds around it."""
    observed = _table(folder, "data/clean/observations.csv")
    if observed.empty:
        return
    printed = tables["reported/figures"].set_index("figure_id")["value"]
    if observed.set_index("figure_id")["printed"].to_dict() != printed.to_dict():
        yield "observations.csv does not hold every statement as printed"
    numbers = {name: pd.to_numeric(observed[name]) for name in ("value", "low", "high")}
    if (numbers["low"] > numbers["high"]).any():
        yield "observations.csv has an interval that is turned round"
    zero = observed.loc[numbers["value"].eq(0), "printed"]
    if not zero.eq("0").all():
        yield "observations.csv has a zero that was not printed"


def ids_are_known(folder: Path, tables: Tables) -> Iterator[str]:
    """Every id in a product is a statement of the ledger."""
    known = set(tables["reported/figures"]["figure_id"]) | {EVERY}
    for path in sorted(folder.glob("data/*/*.csv")):
        table = _table(folder, str(path.relative_to(folder)))
        named = {one for column in COLUMNS if column in table for one in _ids(table[column])}
        if named - known:
            yield f"{path.name} names {sorted(named - known)[0]}, which the ledger does not hold"


def _ids(column: pd.Series) -> set[str]:
    return {one for cell in column.drop_duplicates() for one in split(cell)}


def findings_rest_on_statements(folder: Path, tables: Tables) -> Iterator[str]:
    """Every finding has an id of its own, a plain sentence, a verdict and something behind it."""
    for path in sorted(folder.glob("data/results/findings-*.csv")):
        table = _table(folder, f"data/results/{path.name}")
        if table["finding_id"].duplicated().any():
            yield f"{path.name} has a finding twice"
        for row in table.to_dict("records"):
            if not row["sentence"] or not row["verdict"]:
                yield f"{row['finding_id']} says nothing"
            if row["verdict"] != "not reported" and not (row["sources"] or row["figure_ids"]):
                yield f"{row['finding_id']} rests on nothing: {row['sentence']}"
            if _NO_WORDS.search(row["sentence"]):
                yield f"{row['finding_id']} is no plain sentence: {row['sentence']}"


def spans_hold(folder: Path, tables: Tables) -> Iterator[str]:
    """No span is turned round, and a residual is what the parts leave of the total."""
    for path, low, high in (
        ("clean/conflicts.csv", "lowest", "highest"),
        ("clean/totals.csv", "sum_low", "sum_high"),
        ("results/rate_ratios.csv", "low", "high"),
        ("results/compositions.csv", "low", "high"),
        ("results/destination_rates.csv", "low", "high"),
    ):
        table = _table(folder, f"data/{path}")
        if len(table) and (pd.to_numeric(table[low]) > pd.to_numeric(table[high])).any():
            yield f"{path}: {low} is above {high}"
    totals = _table(folder, "data/clean/totals.csv")
    if len(totals):
        parts = totals[totals["check"].eq("parts")]
        stated, summed, left = (
            pd.to_numeric(parts[name]) for name in ("stated", "sum_of_parts", "residual")
        )
        if not (stated - summed - left).dropna().abs().le(1e-6).all():
            yield "clean/totals.csv: a residual is not the total less its parts"


def shares_hold(folder: Path, tables: Tables) -> Iterator[str]:
    """A share of a whole lies between nothing and all of it."""
    table = _table(folder, "data/results/compositions.csv")
    if len(table) and not pd.to_numeric(table["share"]).dropna().between(0, 1).all():
        yield "compositions.csv has a share outside 0 to 1"


def figures_are_described(folder: Path, tables: Tables) -> Iterator[str]:
    """Every figure has sources that are known, an alternative text, and words without gaps."""
    known = set(tables["reported/sources"]["source_id"])
    known |= set(tables["context/sources"]["context_source_id"])
    for path in sorted(folder.glob("figures/[0-9]*.json")):
        card = json.loads(path.read_text("utf-8"))
        if not card["sources"] or not set(card["sources"]) <= known:
            yield f"{path.stem} has no sources, or unknown ones"
        if not card["alt"]:
            yield f"{path.stem} has no alternative text"
        for name in ("title", "caption", "alt", "message"):
            if re.search(r"\b(nan|NaN|None|NaT)\b|<NA>", card.get(name) or ""):
                yield f"{path.stem}: its {name} has a gap: {card[name][:200]}"


def drawn_as_printed(folder: Path, tables: Tables) -> Iterator[str]:
    """A number drawn for one statement is the number printed; what is suppressed is no number."""
    printed = tables["reported/figures"].set_index("figure_id")["value"]
    for path in sorted(folder.glob("figures/[0-9]*.csv")):
        table = _table(folder, f"figures/{path.name}")
        if not {"figure_id", "value"} <= set(table):
            continue
        rows = table[table["figure_id"].isin(printed.index) & table["value"].ne("")]
        drawn = pd.to_numeric(rows["value"], errors="coerce")
        stated = pd.to_numeric(rows["figure_id"].map(printed), errors="coerce")
        if not drawn.eq(stated).all():
            wrong = rows[~drawn.eq(stated)].iloc[0]
            yield (
                f"{path.stem} draws {wrong['value']} for {wrong['figure_id']}, "
                f"printed {printed[wrong['figure_id']]}"
            )


RULES: tuple[Callable[[Path, Tables], Iterator[str]], ...] = (
    statements_stay,
    ids_are_known,
    findings_rest_on_statements,
    spans_hold,
    shares_hold,
    figures_are_described,
    drawn_as_printed,
)


def differences(one: Path, other: Path, mark: str) -> list[str]:
    """Return what two runs of one ledger made differently, but for order and ids.

    Parameters
    ----------
    one, other : Path
        Folders of products; the rows of the second run were shuffled.
    mark : str
        What its ids begin with; taken away before anything is compared.
    """
    pairs = [one, other]
    patterns = ("data/*/*.csv", "figures/[0-9]*.csv", "figures/[0-9]*.json")
    names = {
        str(path.relative_to(folder))
        for folder in pairs
        for pattern in patterns
        for path in folder.glob(pattern)
    }
    return [words for name in sorted(names) for words in _difference(pairs, name, mark)]


def _difference(pairs: list[Path], name: str, mark: str) -> Iterator[str]:
    if not all((folder / name).is_file() for folder in pairs):
        yield f"{name}: only one of the runs made it"
        return
    texts = [(folder / name).read_text("utf-8").replace(mark, "") for folder in pairs]
    one, other = (_unordered(name, text) for text in texts)
    if one != other:
        only = [row for row in one if row not in other][:1] + [r for r in other if r not in one][:1]
        yield f"{name} depends on the order of rows or on ids: {' <> '.join(map(str, only))[:600]}"


def _unordered(name: str, text: str) -> list[str]:
    """Return what a product says, without its order: rows, lists of ids, words of a figure."""
    if name.endswith(".json"):
        card = json.loads(text)
        words = [card.get(one) or "" for one in ("title", "message", "caption", "alt")]
        return [*words, *sorted(card["sources"]), *sorted(card.get("statements") or [])]
    rows = pd.read_csv(pd.io.common.StringIO(text), dtype=str, keep_default_na=False)
    # A row of a frame that was drawn may carry its place in it.
    rows = rows.drop(columns=[column for column in ("row",) if column in rows])
    cells = (
        ["; ".join(sorted(cell.split(";"))) for cell in row]
        for row in rows.itertuples(index=False, name=None)
    )
    return sorted(map(str, cells))
