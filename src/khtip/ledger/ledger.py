"""Every table of the collection in one object, so that what is computed is computed once.

A chapter takes a `Ledger` and plain choices. Two ledgers are the same when they are one object, so
`functools.cache` remembers what was computed from one, and nobody may change a table that it holds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from khtip.ledger import context
from khtip.tables import read_product, read_text_table

CLEAN = ("observations", "claims", "totals", "conflicts", "comparisons", "flags")
LOOKUPS: tuple[str, ...] = ("areas", "bodies", "breaks", "categories", "measures", "plausibility")
LOOKUPS += ("scopes", "wordings")
CONTEXT: dict[str, Callable[[], pd.DataFrame]] = {
    "countries": context.countries,
    "gsi": context.gsi,
    "migrant_stock": context.migrant_stock,
    "tip_tiers": context.tip_tiers,
    "unodc": context.unodc,
    "unodc_statements": context.unodc_statements,
    "wdi": context.wdi,
}


class Ledger:
    """What was published and cleaned: each table is read once, when it is first asked for.

    Parameters
    ----------
    **tables : DataFrame
        Tables by name that take the place of the project's own, as a test gives them.

    Attributes
    ----------
    observations, claims, totals, conflicts, comparisons, flags : DataFrame
        What notebooks 01 and 02 wrote into ``data/clean``.
    areas, bodies, breaks, categories, measures, plausibility, scopes, wordings, sources
        ``data/lookups``, and the sources of ``data/reported``.
    countries, gsi, migrant_stock, tip_tiers, unodc, unodc_statements, wdi : DataFrame
        ``data/context``, as `khtip.ledger.context` reads it.

    Examples
    --------
    >>> bodies = pd.DataFrame({"body": ["Example Police"]})
    >>> Ledger(bodies=bodies).bodies is bodies
    True
    >>> Ledger().victims
    Traceback (most recent call last):
    ...
    AttributeError: the ledger has no table 'victims'
    """

    def __init__(self, **tables: pd.DataFrame) -> None:
        self.__dict__.update(tables)

    def __getattr__(self, name: str) -> Any:  # asked only for what is not there yet
        if name in CLEAN:
            table = read_product(f"data/clean/{name}.csv")
        elif name in LOOKUPS:
            table = read_text_table(f"data/lookups/{name}.csv")
        elif name == "sources":
            table = read_text_table("data/reported/sources.csv")
        elif name in CONTEXT:
            table = CONTEXT[name]()
        else:
            raise AttributeError(f"the ledger has no table {name!r}")
        self.__dict__[name] = table
        return table

    def read(self, *names: str) -> None:
        """Read tables at once: a run reads the same files, whatever they turn out to hold."""
        for name in names:
            getattr(self, name)
