"""Mistakes in what people write and in what is committed: data, tables, figures, notebooks."""

# ruff: noqa: E501 - quoted code is as long as it is
from __future__ import annotations

from mutants.mutant import Mutant

FIGURES = "data/reported/figures.csv"
SOUND = "tests/ledger/test_ledger.py::test_the_published_tables_are_right"
CURRENT = "tests/test_notebooks.py::test_the_committed_state_is_current"
DRAWN = "tests/test_committed_figures.py"
ROW = (
    "ppp-2018-ncct-annual-001,ppp-2018-ncct-annual,2,NCCT,KHM,2017-01-01,2017-12-31,cases,"
    "trafficking_and_sexual_exploitation,,,,159,exact,count"
)


def _row(old: str, new: str, layer: str = "data checks", checks: str = SOUND) -> Mutant:
    return Mutant(layer, FIGURES, ROW, ROW.replace(old, new), checks)


MUTANTS = [
    _row(",159,", ",1 590,"),
    _row("NCCT", "NCTC"),
    _row("2017-12-31", "2017-11-31"),
    _row(",cases,", ",case,"),
    _row("exact", "exakt"),
    _row("annual-001", "annual-002"),
    Mutant(
        "data checks",
        "data/lookups/areas.csv",
        "\nAUS,Australia,country,AUS,,WLD",
        "\nAUS,Australia,country,AUS,,AUS",
        SOUND,
    ),
    Mutant("data checks", "data/lookups/bodies.csv", "\nNCCT,", "\nN.C.C.T.,", SOUND),
    _row(",159,", ",195,", "byte equality", CURRENT),
    Mutant(
        "byte equality",
        "data/clean/claims.csv",
        "ppp-2018-ncct-annual-003,ppp-2018",
        "ppp-2018-ncct-annual-004,ppp-2018",
        CURRENT,
    ),
    Mutant("byte equality", "figures/02-claims.csv", ",16.34,exact", ",16.35,exact", CURRENT),
    Mutant(
        "byte equality",
        "src/khtip/statistics/rates.py",
        "POPULATION_FROM = 11, 5, 1_000",
        "POPULATION_FROM = 12, 5, 1_000",
        CURRENT,
    ),
    Mutant("figure numbers", "figures/03-half-years.csv", "2018,62,cases", "2018,26,cases", DRAWN),
    Mutant(
        "figure structure", "figures/03-half-years.json", '"alt": "', '"alt": "", "was": "', DRAWN
    ),
    Mutant("figure structure", "figures/03-half-years.svg", 'role="img"', "", DRAWN),
    Mutant(
        "nbval",
        "notebooks/01-clean-reported-figures.ipynb",
        "observations, one for every statement'",
        "observations, two for every statement'",
        "--nbval notebooks/01-clean-reported-figures.ipynb",
    ),
    Mutant(
        "documents",
        "notebooks/pipeline.yml",
        "- name: 04-",
        "- name: 03-",
        "tests/runner/test_manifest.py",
    ),
]
