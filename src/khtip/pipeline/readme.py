"""The generated blocks of the README, written between two HTML comments.

People write the README; only the text between ``<!-- NAME:start -->`` and ``<!-- NAME:end -->``
comes from code, so that the first page a reader sees cannot contradict the results.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping


def replace_block(text: str, name: str, content: str) -> str:
    """Return `text` with the block `name` filled with `content`.

    Raises
    ------
    ValueError
        When the README does not hold exactly one such block.

    Examples
    --------
    >>> replace_block("<!-- a:start -->old<!-- a:end -->", "a", "new")
    '<!-- a:start -->\\nnew\\n<!-- a:end -->'
    """
    pattern = re.compile(rf"(<!-- {name}:start -->).*?(<!-- {name}:end -->)", re.DOTALL)
    found = len(pattern.findall(text))
    if found != 1:
        raise ValueError(
            f"README.md: {found} blocks named {name!r}, expected one. Write "
            f"<!-- {name}:start --> and <!-- {name}:end --> where it belongs."
        )
    return pattern.sub(lambda m: f"{m[1]}\n{content.strip()}\n{m[2]}", text)


def findings_block(findings: Iterable[Mapping[str, str]]) -> str:
    """Return the headline findings as a Markdown list.

    Parameters
    ----------
    findings : iterable of mapping
        The rows of ``data/results/findings.csv`` as text: at least ``headline`` (``True`` or not),
        ``sentence``, ``support`` (a sentence on how far it holds) and ``notebook``.

    Examples
    --------
    >>> row = {"headline": "True", "sentence": "Cases rose.", "support": "Holds.", "notebook": "03"}
    >>> findings_block([row, row | {"headline": "False"}])
    '- Cases rose. *Holds.* (notebook 03)'
    """
    return "\n".join(
        f"- {row['sentence']} *{row['support']}* (notebook {row['notebook']})"
        for row in findings
        if row["headline"] == "True"
    )
