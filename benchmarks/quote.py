"""The numbers in the two READMEs, composed from the table so that they cannot differ from it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from khtip import files
from khtip.runner.notebooks import replace_block


def ratio(number: float) -> str:
    """Return a ratio with two decimals, or two significant digits when it is small.

    Examples
    --------
    >>> ratio(1.304), ratio(0.0312)
    ('1.30', '0.031')
    """
    return f"{number:.2f}" if number >= 0.095 else f"{number:.2g}"


def spread(row: pd.Series) -> str:
    """Return a row's smallest and largest ratio in words; empty where there is no ratio."""
    return f"{ratio(row['low'])} to {ratio(row['high'])}" if pd.notna(row["ratio"]) else ""


def promise(row: pd.Series) -> str:
    """Return what a row promises and whether it was kept; empty where nothing is promised."""
    if not row["met"]:
        return ""
    kept = {"yes": "kept", "no": "**not kept**"}[row["met"]]
    return f"{row['promise']}: {kept}" if row["promise"] else kept


def full(table: pd.DataFrame) -> str:
    """Return the whole table as Markdown."""
    lines = [
        "| what | takes 1.00 | ratio | lowest to highest | rounds | promise | found |",
        "| --- | --- | --: | --- | --: | --- | --- |",
    ]
    for _, row in table.iterrows():
        known = pd.notna(row["ratio"])
        cells = [
            row["what"],
            row["against"],
            ratio(row["ratio"]) if known else "",
            spread(row),
            str(row["rounds"]) if known else "",
            promise(row),
            row["note"],
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def short(table: pd.DataFrame, machine: Mapping[str, object]) -> str:
    """Return what the project's README quotes: a run from nothing, and every promise."""
    base = table.iloc[0]
    lines = [
        f"{how(table, machine)} {base['what'].capitalize()}, takes 1.00.",
        "",
        "| what | ratio | lowest to highest | promise |",
        "| --- | --: | --- | --- |",
    ]
    for _, row in table.iterrows():
        if row["group"] != "regeneration" and not row["met"]:
            continue
        other = row["against"] not in (base["what"], row["what"])
        what = f"{row['what']}, against {row['against']}" if other else row["what"]
        known = ratio(row["ratio"]) if pd.notna(row["ratio"]) else ""
        lines.append(f"| {what} | {known} | {spread(row)} | {promise(row)} |")
    return "\n".join(lines)


def where(machine: Mapping[str, object]) -> str:
    """Return where the numbers were measured."""
    packages = ", ".join(f"{name} {one}" for name, one in dict(machine["packages"]).items())
    return (
        f"{machine['system']}, {machine['cores']} cores, load {machine['load_before']} before the "
        f"start; Python {machine['python']}; {packages}. "
        f"{machine['notebooks']} of {machine['of']} notebooks."
    )


def how(table: pd.DataFrame, machine: Mapping[str, object]) -> str:
    """Return how often, over what and on how many cores was measured, as one sentence."""
    rounds = int(table["rounds"].max())
    times = "One round" if rounds == 1 else f"Medians of {rounds} paired rounds"
    return (
        f"{times} over {machine['notebooks']} of {machine['of']} notebooks on "
        f"{machine['cores']} cores."
    )


def write(readme: Path, blocks: Mapping[str, str]) -> None:
    """Fill the blocks of a README; a file that is current is not touched.

    Raises
    ------
    ValueError
        When it does not hold each block once.
    """
    before = readme.read_text(encoding="utf-8")
    after = before
    for name, content in blocks.items():
        after = replace_block(after, name, content)
    if after != before:
        files.write_text(readme, after)
