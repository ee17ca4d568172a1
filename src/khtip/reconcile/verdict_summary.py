"""Short tables over all verdicts: how many fit, what cannot be checked, and signs of a mix-up."""

from __future__ import annotations

import math

import pandas as pd

from khtip.reconcile.verdict_tables import WORDS

FITS = ("consistent", "truncated", "exact", "compatible", "equal", "within_rounding")
OPEN = ("cannot_check", "open_residual", "not_comparable")
CHECKS = {
    "parts": "lists against their total",
    "categories": "numbers of countries against the names",
    "period": "part-years against their year",
}


def summary(claims: pd.DataFrame, totals: pd.DataFrame, comparisons: pd.DataFrame) -> pd.DataFrame:
    """Return how many verdicts of each check fit, are open, or speak against each other.

    Parameters
    ----------
    claims, totals, comparisons : DataFrame
        Tables with ``verdict``; `totals` with ``check``.

    Returns
    -------
    DataFrame
        Index: the check. Columns ``checked, fit, open, against``; the last three add up to the
        first.

    Examples
    --------
    >>> one = pd.DataFrame({"verdict": ["exact", "conflict"], "check": ["parts", "parts"]})
    >>> summary(one, one, one).loc["lists against their total"].tolist()
    [2, 1, 0, 1]
    """
    groups = {"claims against the counts": claims["verdict"]}
    for check, words in CHECKS.items():
        groups[words] = totals.loc[totals["check"].eq(check), "verdict"]
    groups["pairs of sources"] = comparisons["verdict"]
    rows = {}
    for words, verdicts in groups.items():
        fit, open_ = verdicts.isin(FITS).sum(), verdicts.isin(OPEN).sum()
        rows[words] = [len(verdicts), fit, open_, len(verdicts) - fit - open_]
    return pd.DataFrame.from_dict(
        rows, orient="index", columns=["checked", "fit", "open", "against"]
    )


def unchecked(claims: pd.DataFrame, *, words: pd.Series) -> pd.DataFrame:
    """Return the claims without a base, and which base they imply.

    Parameters
    ----------
    claims : DataFrame
        ``claims.csv``.
    words : Series
        `verdict_tables.statement_words`.

    Returns
    -------
    DataFrame
        ``claim, printed, count, implied base``: the count that is known, and the whole numbers
        from which the claim could have come.
    """
    rows = claims[claims["verdict"].eq("cannot_check") & claims["implied"].eq("base")]
    ends = zip(
        rows["implied_low"].map(math.ceil), rows["implied_high"].map(math.floor), strict=True
    )
    spans = [f"{low:,}" if low == high else f"{low:,} to {high:,}" for low, high in ends]
    table = pd.DataFrame(
        {
            "claim": rows["figure_id"].map(words),
            "printed": rows["wording"].where(rows["wording"].ne(""), rows["printed"]),
            "count": rows["reference"].map("{:,.0f}".format),
            "implied base": spans,
        }
    )
    return table.reset_index(drop=True)


def signs(conflicts: pd.DataFrame, *, words: pd.Series) -> pd.DataFrame:
    """Return the signs that something is mixed up: units, labels, ratios, repeated numbers.

    Returns
    -------
    DataFrame
        ``statement`` (the first one), ``bodies``, ``found``, ``verdict``.
    """
    rows = conflicts[conflicts["kind"].isin(["recycled", "label", "ratio"])]
    table = pd.DataFrame(
        {
            "statement": rows["figure_ids"].str.split(";").str[0].map(words),
            "bodies": rows["bodies"].str.replace(";", ", "),
            "found": rows["why"].str.replace("trafficking and sexual exploitation", "both scopes"),
            "verdict": rows["verdict"].map(WORDS),
        }
    )
    return table.drop_duplicates(["bodies", "found", "verdict"]).reset_index(drop=True)
