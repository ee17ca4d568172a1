"""Which published statements a figure rests on.

A figure's table names the statements that were drawn by their ``figure_id``, in columns of several
names (``figure_id``, ``part_ids``, ``base_id``). Where a table holds results computed from many
statements, it names the publications only; their entries list every statement taken from them.
"""

from __future__ import annotations

from dataclasses import dataclass

from khtip.site.library import Figure, Library, SiteError, Source, Statement

ID_SEPARATOR = ";"


@dataclass(frozen=True)
class Basis:
    """What one publication gives to a figure.

    Attributes
    ----------
    source : Source
    statements : tuple of Statement
        Those that the figure's table names; empty where it names the publication only.
    """

    source: Source
    statements: tuple[Statement, ...] = ()


def behind(figure: Figure, library: Library) -> list[Basis]:
    """Return what `figure` rests on, one entry a publication, in the order of the sources.

    Raises
    ------
    SiteError
        When the figure names a source that is in neither bibliography.
    """
    unknown = [one for one in figure.sources if one not in library.sources]
    if unknown:
        raise SiteError(
            f"figures/{figure.name}.json: {', '.join(unknown)}: no such source. Expected an id of "
            "data/reported/sources.csv or data/context/sources.csv. Run: make run"
        )
    named = _named(figure, library)
    return [
        Basis(
            library.sources[source_id],
            tuple(one for one in named if one.source_id == source_id),
        )
        for source_id in library.sources
        if source_id in figure.sources or any(one.source_id == source_id for one in named)
    ]


def _named(figure: Figure, library: Library) -> list[Statement]:
    cells = {
        word.strip()
        for row in library.rows(f"figures/{figure.name}.csv")
        for cell in row.values()
        for word in (cell or "").split(ID_SEPARATOR)
    }
    return [one for figure_id, one in library.statements.items() if figure_id in cells]
