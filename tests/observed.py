"""Small tables of observations for tests: only what a statement says, the rest filled in."""

import math

import pandas as pd

FIXED = {
    "source_id": "a",
    "reporting_body": "NCCT",
    "ref_area": "KHM",
    "measure": "victims_rescued",
    "crime_scope": "trafficking_and_sexual_exploitation",
    "dimension": "",
    "category": "",
    "qualifier": "exact",
    "unit": "count",
    "preferred": True,
    "series": "",
    "note": "",
}


def observations(*statements):
    """Return one row a statement; each is a dictionary with at least ``value``.

    ``period`` may be a year, or a pair of dates; it is 2017 when it is not given.
    """
    rows = []
    for number, said in enumerate(statements):
        said = dict(said)
        period = said.pop("period", 2017)
        start, end = (f"{period}-01-01", f"{period}-12-31") if isinstance(period, int) else period
        days = (pd.Timestamp(end) - pd.Timestamp(start)).days + 1
        rows.append(
            FIXED
            | {
                "figure_id": f"f-{number:03d}",
                "period_start": start,
                "period_end": end,
                "months": days / 30.4375,
                "year": float(end[:4]) if days > 346 else math.nan,
                "low": said["value"],
                "high": said["value"],
            }
            | said
        )
    return pd.DataFrame(rows)
