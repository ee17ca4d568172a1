"""Text that a notebook shows as Markdown: sentences and tables of words."""

from __future__ import annotations

import math
import re
import string
from collections.abc import Iterable
from dataclasses import asdict, dataclass

import pandas as pd

from khtip import tables
from khtip.ledger.lineage import joined


class MarkdownText(str):
    """Text that a notebook shows as Markdown."""

    def _repr_markdown_(self) -> str:
        return str(self)


def words_table(frame: pd.DataFrame) -> MarkdownText:
    """Return a table of words as Markdown: left-aligned, with lines that wrap.

    Parameters
    ----------
    frame : DataFrame
        Text cells; the index is not shown. A bar in a cell is kept as text.

    Examples
    --------
    >>> print(words_table(pd.DataFrame({"term": ["child"], "meaning": ["a person under 18"]})))
    | term   | meaning           |
    |:-------|:------------------|
    | child  | a person under 18 |
    """
    plain = frame.astype(str).map(lambda cell: cell.replace("|", r"\|"))
    return MarkdownText(plain.to_markdown(index=False, disable_numparse=True))


# Findings: sentences composed by code from values, so that prose cannot contradict a figure.


NOT_REPORTED = "not reported"

_ID = re.compile(r"\d\d-[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Finding:
    """One sentence, the value it rests on, and where both come from.

    Attributes
    ----------
    finding_id : str
        ``NN-words``; NN is the number of the notebook that states it.
    sentence : str
        Plain English, composed from values.
    verdict : str
        The qualitative answer, comparable between settings, for example ``rose``.
    value, low, high : float
        Point value and interval; NaN where there is none. The unit is in the sentence.
    sources : str
        Source ids, separated by semicolons.
    figure_ids : str
        Ids of the published statements it rests on, separated by semicolons; ``*`` where it
        counts every row of the ledger.
    """

    finding_id: str
    sentence: str
    verdict: str
    value: float = math.nan
    low: float = math.nan
    high: float = math.nan
    sources: str = ""
    figure_ids: str = ""


def finding(
    finding_id: str,
    template: str,
    *,
    verdict: str,
    value: float = math.nan,
    low: float = math.nan,
    high: float = math.nan,
    sources: Iterable[str] = (),
    statements: Iterable[str] = (),
    **words: object,
) -> Finding:
    """Compose one finding from a template and values.

    The template may use ``{value}``, ``{low}``, ``{high}``, ``{verdict}`` and every keyword in
    `words`, with Python's format specifications. It may hold no digit outside the braces: a typed
    number could contradict the data.

    Parameters
    ----------
    finding_id : str
        ``NN-words`` in lower case, for example ``03-cases-ratio``.
    template : str
        The sentence with fields in braces.
    verdict : str
        A short, stable word; see the head of this module.
    value, low, high : float
        What the sentence rests on, and its interval.
    sources : iterable of str
        Source ids the value rests on; duplicates are dropped, order is kept.
    statements : iterable of str
        Ids of the published statements; see `khtip.ledger.lineage.rests_on`.
    **words : object
        Every other field of the template.

    Raises
    ------
    ValueError
        For an id of another form, a digit typed in the template, or a keyword never used.

    Examples
    --------
    >>> finding("03-cases", "Cases {verdict} by a factor of {value:.2f}.",
    ...         verdict="rose", value=1.728).sentence
    'Cases rose by a factor of 1.73.'
    """
    if not _ID.fullmatch(finding_id):
        raise ValueError(f"finding id {finding_id!r}: expected 'NN-words', such as '03-cases'")
    pieces = list(string.Formatter().parse(template))
    typed = [text for text, *_ in pieces if re.search(r"\d", text)]
    if typed:
        raise ValueError(f"{finding_id}: a number is typed in {typed[0]!r}; pass it as a value")
    used = {re.split(r"[.\[]", name)[0] for _, name, *_ in pieces if name}
    unused = set(words) - used
    if unused:
        raise ValueError(f"{finding_id}: {sorted(unused)} given but not in the sentence")
    sentence = template.format(value=value, low=low, high=high, verdict=verdict, **words)
    ids, rests_on = joined(sources), joined(statements)
    return Finding(finding_id, " ".join(sentence.split()), verdict, value, low, high, ids, rests_on)


def not_reported(finding_id: str, text: str) -> Finding:
    """Return the finding that says in a plain sentence that the data are missing.

    Examples
    --------
    >>> not_reported("05-list", "No list is given for 2019.").verdict
    'not reported'
    """
    return finding(finding_id, "{text}", verdict=NOT_REPORTED, text=text)


def as_frame(findings: Iterable[Finding]) -> pd.DataFrame:
    """Return one row a finding with the columns of `Finding` and ``notebook`` (``NN``)."""
    columns = list(Finding.__dataclass_fields__)
    frame = pd.DataFrame([asdict(one) for one in findings], columns=columns)
    repeated = frame.loc[frame["finding_id"].duplicated(), "finding_id"].tolist()
    if repeated:
        raise ValueError(f"finding ids must be unique; repeated: {repeated}")
    frame.insert(1, "notebook", frame["finding_id"].str[:2])
    return frame


def write_findings(notebook: str, findings: Iterable[Finding]) -> pd.DataFrame:
    """Write ``data/results/findings-NN.csv`` and return what was written.

    Raises
    ------
    ValueError
        When a finding's id starts with another notebook's number.
    """
    frame = as_frame(findings)
    foreign = frame.loc[frame["notebook"] != notebook, "finding_id"].tolist()
    if foreign:
        raise ValueError(f"notebook {notebook} cannot state {foreign}: wrong number in the id")
    tables.write_product(frame, f"data/results/findings-{notebook}.csv")
    return frame


def as_markdown(findings: Iterable[Finding]) -> MarkdownText:
    """Return the sentences as a Markdown list, for the notebook that states them."""
    return MarkdownText("\n".join(f"- {one.sentence}" for one in findings))
