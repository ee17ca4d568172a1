"""The observations with a row of HXL hashtags, as humanitarian data exchanges read them.

The Humanitarian Exchange Language puts one row of hashtags between the headings and the values.
The hashtags are declared once, as the field property ``hxl`` of ``data/datapackage.json``.

References
----------
HXL standard 1.1, https://hxlstandard.org
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd


def table(observations: pd.DataFrame, hashtags: Mapping[str, str]) -> pd.DataFrame:
    """Return a table with its hashtags as the first row.

    Parameters
    ----------
    observations : DataFrame
        Text columns.
    hashtags : mapping of str to str
        Column name to hashtag with attributes.

    Returns
    -------
    DataFrame
        One row more; an upper end that does not exist (``INF``) is an empty cell, because HXL
        knows no infinite numbers.

    Raises
    ------
    KeyError
        When a column has no hashtag.

    Examples
    --------
    >>> frame = pd.DataFrame({"value": ["159"], "high": ["INF"]})
    >>> table(frame, {"value": "#indicator+value", "high": "#indicator+value+max"})
                  value                  high
    0  #indicator+value  #indicator+value+max
    1               159
    """
    columns = [str(column) for column in observations]
    missing = [column for column in columns if column not in hashtags]
    if missing:
        raise KeyError(f"no HXL hashtag for {missing}: add 'hxl' to the field in datapackage.json")
    tags = pd.DataFrame([{column: hashtags[column] for column in columns}])
    values = observations.replace({"INF": "", "-INF": ""})
    return pd.concat([tags, values], ignore_index=True)
