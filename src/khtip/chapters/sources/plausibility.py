"""Numbers that are possible and unlikely: soft limits on ratios, each a flag and never a refusal.

The limits stand in ``data/lookups/plausibility.csv`` with their reasons: a measure over another of
the same body, area and period, a count of one country over its migrant stock, and a count of one
body over its own of the year before.
"""

import pandas as pd

from khtip.ledger import periods

STOCK = "migrant_stock"
YEAR_BEFORE = "previous year"
EVERY_MEASURE = "*"
COLUMNS = [
    *("limit_id", "figure_ids", "reporting_body", "ref_area", "period_start", "period_end"),
    *("measure", "against", "ratio_low", "ratio_high", "limit_low", "limit_high", "why"),
]
_SAME = ["reporting_body", "ref_area", "part_dimension", "part_category"]


def implausible(
    observations: pd.DataFrame, limits: pd.DataFrame, migrant_stock: pd.DataFrame
) -> pd.DataFrame:
    """Return every ratio of two counts that lies outside its soft limits, whatever their hedges.

    Parameters
    ----------
    observations : DataFrame
        The cleaned ledger.
    limits : DataFrame
        ``limit_id, measure, against, low, high, why``; text. `against` is a measure,
        ``migrant_stock``, or ``previous year``; a measure ``*`` is every one.
    migrant_stock : DataFrame
        ``ref_area, edition, low``; persons of the home country's origin, all editions.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, one row a pair: ``ratio_low`` and ``ratio_high`` are the least and the
        greatest that the two numbers allow. A flag says *look at the source*, not *wrong*.

    Examples
    --------
    >>> rows = pd.DataFrame({
    ...     "figure_id": ["a-1", "a-2"], "reporting_body": "Police", "ref_area": "KHM",
    ...     "period_start": "2017-01-01", "period_end": "2017-12-31", "source_id": "a",
    ...     "measure": ["convictions", "arrests"], "series": "", "crime_scope": "trafficking",
    ...     "dimension": "", "category": "", "unit": "count", "low": [500, 203],
    ...     "high": [500, 203], "year": 2017, "preferred": True})
    >>> limits = pd.DataFrame([["c-a", "convictions", "arrests", "0", "1", "arrest comes first"]],
    ...     columns=["limit_id", "measure", "against", "low", "high", "why"])
    >>> stock = pd.DataFrame(columns=["ref_area", "edition", "low"])
    >>> implausible(rows, limits, stock)[["figure_ids", "ratio_low"]].round(2).values.tolist()
    [['a-1;a-2', 2.46]]
    """
    frame = periods.with_part(observations)
    frame = frame[frame["unit"].eq("count") & ~periods.is_claim(frame)]
    found = []
    for limit in limits.itertuples():
        counts = (
            frame if limit.measure == EVERY_MEASURE else frame[frame["measure"].eq(limit.measure)]
        )
        if limit.against == STOCK:
            pairs = _with_stock(counts, migrant_stock)
        elif limit.against == YEAR_BEFORE:
            pairs = _with_year_before(counts)
        else:
            pairs = _with_measure(counts, frame[frame["measure"].eq(limit.against)])
        found.append(_outside(pairs, limit))
    if not found:  # no limit is chosen
        return pd.DataFrame(columns=COLUMNS)
    whole = pd.concat(found, ignore_index=True)[COLUMNS]
    return whole.drop_duplicates(ignore_index=True)


def _outside(pairs: pd.DataFrame, limit: pd.Series) -> pd.DataFrame:
    """Return the pairs whose every possible ratio breaks the limit."""
    pairs = pairs[pairs["high_2"].gt(0)]
    low = pairs["low"] / pairs["high_2"]
    high = (pairs["high"] / pairs["low_2"].where(pairs["low_2"].gt(0))).fillna(float("inf"))
    pairs = pairs.assign(
        ratio_low=low,
        ratio_high=high,
        limit_id=limit.limit_id,
        against=limit.against,
        limit_low=float(limit.low),
        limit_high=float(limit.high),
        why=limit.why,
        figure_ids=pairs["figure_id"]
        + pairs["figure_id_2"].map(lambda one: f";{one}" if one else ""),
    )
    return pairs[low.gt(float(limit.high)) | high.lt(float(limit.low))]


def _with_measure(counts: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    """Return counts beside another measure of the same body, place, part, scope and days."""
    keys = [*_SAME, "crime_scope", "period_start", "period_end"]
    return counts.merge(others[[*keys, "figure_id", "low", "high"]], on=keys, suffixes=("", "_2"))


def _with_year_before(counts: pd.DataFrame) -> pd.DataFrame:
    """Return yearly counts beside those of the same body for the year before."""
    yearly = counts[counts["year"].notna() & counts["preferred"].astype(bool)]
    keys = [*_SAME, "crime_scope", "measure", "year"]
    before = yearly.assign(year=yearly["year"] + 1)
    return yearly.merge(before[[*keys, "figure_id", "low", "high"]], on=keys, suffixes=("", "_2"))


def _with_stock(counts: pd.DataFrame, stock: pd.DataFrame) -> pd.DataFrame:
    """Return counts by country beside the smallest and largest published stock there."""
    named = counts[counts["part_dimension"].eq("destination")]
    known = stock[stock["low"].notna()].groupby("ref_area")["low"].agg(low_2="min", high_2="max")
    pairs = named.merge(known, left_on="part_category", right_index=True)
    return pairs.assign(figure_id_2="")
