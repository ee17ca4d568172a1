"""Which statement of a count is preferred: a documented rule, and never an average."""

from __future__ import annotations

import pandas as pd

AS_DOCUMENTED = "as-documented"


def prefer(
    frame: pd.DataFrame,
    bodies: pd.DataFrame,
    sources: pd.DataFrame,
    *,
    scopes: pd.DataFrame | None = None,
    preferred_body: str = AS_DOCUMENTED,
) -> pd.Series:
    """Return which rows are preferred: exactly one a count that is stated.

    A count is what shares measure, area, period (or calendar year), family of crime scopes,
    dimension, category and, for claims, base. First comes the body that ``bodies.csv`` names for
    the measure, then the smaller preference, then exact before hedged, then the later
    publication, then the figure id. There is never an average.

    Parameters
    ----------
    frame : DataFrame
        Observations (or what `parse` has of them so far).
    bodies, sources, scopes : DataFrame
        Text lookups.
    preferred_body : str
        ``as-documented``, or the name of a body that comes before all others.

    Raises
    ------
    ValueError
        When no such body is known.
    """
    known = bodies.set_index("reporting_body")
    if preferred_body != AS_DOCUMENTED and preferred_body not in known.index:
        raise ValueError(
            f"preferred_body {preferred_body!r}: expected {AS_DOCUMENTED!r} or a body of "
            "data/lookups/bodies.csv"
        )
    named = {
        body: set(measures.split(";")) for body, measures in known["preferred_measures"].items()
    }
    dates = sources.set_index("source_id")["published_date"]
    order = pd.DataFrame(
        {
            "chosen": frame["reporting_body"] != preferred_body,
            "named": [
                measure not in named[body]
                for measure, body in zip(frame["measure"], frame["reporting_body"], strict=True)
            ],
            "preference": frame["reporting_body"].map(known["preference"]).astype(int),
            "hedged": ~frame["qualifier"].isin(["exact", "including"]),
            "age": -pd.to_datetime(frame["source_id"].map(dates), errors="coerce")
            .map(lambda day: day.toordinal() if pd.notna(day) else 0)
            .astype(int),
            "figure_id": frame["figure_id"],
        },
        index=frame.index,
    )
    best = order.sort_values(list(order.columns)).index
    keys = count_keys(frame, scopes=scopes)
    return ~keys.loc[best].duplicated().reindex(frame.index)


def count_keys(frame: pd.DataFrame, *, scopes: pd.DataFrame | None = None) -> pd.Series:
    """Return one text a row that is equal for statements of the same count.

    Parameters
    ----------
    frame : DataFrame
        Observations.
    scopes : DataFrame, optional
        Lookup with the family of each crime scope.
    """
    families = {} if scopes is None else dict(zip(scopes.crime_scope, scopes.family, strict=True))
    span = frame["period_start"] + "/" + frame["period_end"]
    period = frame["year"].astype("string").fillna(span)
    parts = [
        *(frame["measure"], frame["ref_area"], period),
        frame["crime_scope"].map(lambda scope: families.get(scope, scope)),
        *(frame["dimension"], frame["category"], frame["base_measure"]),
        *(frame["base_period_start"], frame["base_period_end"]),
    ]
    first, *rest = (part.astype("string").fillna("") for part in parts)
    return first.str.cat(rest, sep="|")
