"""Contradictions of the sources: they go through, and the reconciliation names them.

A source may contradict itself or another. That is a finding, and no mistake of the ledger, so
nothing is refused and nothing is corrected. The place is the table and the statement, the word is
the verdict.
"""

from __future__ import annotations

from corruptions.corruption import FIGURES, Corruption, added, cell

REPORT = "ppp-2018-ncct-annual"


def _judged(name: str, table: str, statement: str, verdict: str, edit) -> Corruption:  # noqa: ANN001
    return Corruption(
        "contradiction", name, edit, f"{table} {REPORT}-{statement}", verdict, "verdict"
    )


CORRUPTIONS = [
    _judged(
        "parts over their total", "totals", "006", "over_total", cell(FIGURES, 9, "value", "338")
    ),
    _judged(
        "parts under their total", "totals", "006", "residual", cell(FIGURES, 9, "value", "38")
    ),
    _judged(
        "a part over its total", "totals", "006", "over_total", cell(FIGURES, 9, "value", "100000")
    ),
    _judged("a total of nothing", "totals", "006", "over_total", cell(FIGURES, 7, "value", "0")),
    _judged(
        "a change that does not follow",
        "claims",
        "003",
        "inconsistent",
        cell(FIGURES, 4, "value", "27"),
    ),
    _judged(
        "a change with the wrong sign",
        "claims",
        "003",
        "wrong_sign",
        cell(FIGURES, 4, "value", "-72.83"),
    ),
    _judged(
        "a change divided by the wrong number",
        "claims",
        "003",
        "wrong_base",
        cell(FIGURES, 4, "value", "42.14"),
    ),
    _judged(
        "two sources that differ",
        "conflicts",
        "006",
        "conflict",
        added(
            FIGURES,
            7,
            figure_id="kt-2018-np-annual-901",
            source_id="kt-2018-np-annual",
            reporting_body="National Police",
            value="900",
        ),
    ),
]
