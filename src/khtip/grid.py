"""The settings of a sweep: which choices are tried, one after another, each once.

Two users share this file and the words of ``scenarios/sweep.yml``: notebook 07 states every
finding again under each setting, inside one kernel; ``khtip sweep`` runs the notebooks themselves.
Settings are made one at a time, so a grid of a million takes no more memory than one of ten.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

YEARS = ("base_year", "reference_year")
ALL = "all"


def settings(
    published: Mapping[str, object],
    vary: Mapping[str, Sequence[object]],
    years: Iterable[Sequence[int]] = (),
    *,
    together: int | str = ALL,
    cross: bool = False,
) -> Iterator[dict[str, object]]:
    """Yield the settings to try: other choices for the same years, then other pairs of years.

    Parameters
    ----------
    published : mapping
        Parameter name to the value of the published scenario.
    vary : mapping
        Parameter name to the values to try. Names that `published` lacks are passed over: they
        belong to another notebook. The two years belong into `years`.
    years : iterable of (base_year, reference_year)
        Other pairs.
    together : int or "all"
        How many choices may differ from the published ones at once.
    cross : bool
        Whether other pairs of years are tried with every combination of choices, and not with
        the published choices alone.

    Yields
    ------
    dict
        A value for every name of `published`; the published setting first, none twice.

    Raises
    ------
    ValueError
        When `vary` names a year.

    Examples
    --------
    >>> published = {"base_year": 2016, "reference_year": 2017, "confidence": 0.95}
    >>> for one in settings(published, {"confidence": [0.9, 0.95]}, [(2018, 2019)]):
    ...     print(*one.values())
    2016 2017 0.95
    2016 2017 0.9
    2018 2019 0.95
    """
    if set(YEARS) & set(vary):
        raise ValueError(f"{' and '.join(YEARS)} go into 'years', as pairs, not into 'vary'")
    names = [name for name in vary if name in published]
    most = len(names) if together == ALL else int(together)
    chosen = {name: published[name] for name in names}

    def choices() -> Iterator[dict[str, object]]:
        yield from _choices(published, vary, names, most)

    yield dict(published)
    yield from ({**published, **choice} for choice in choices() if choice != chosen)
    for moved in _moves(published, years):
        for choice in choices() if cross else [chosen]:
            yield {**published, **choice, **moved}


def count(
    published: Mapping[str, object],
    vary: Mapping[str, Sequence[object]],
    years: Iterable[Sequence[int]] = (),
    *,
    together: int | str = ALL,
    cross: bool = False,
) -> int:
    """Return how many settings `settings` yields, and keep none of them.

    For a notebook that takes fewer parameters, give those only: its settings are fewer.

    Examples
    --------
    >>> count({"confidence": 0.95, "weights": "equal"}, {"confidence": [0.9, 0.95]})
    2
    """
    return sum(1 for _ in settings(published, vary, years, together=together, cross=cross))


def _choices(
    published: Mapping[str, object],
    vary: Mapping[str, Sequence[object]],
    names: Sequence[str],
    most: int,
) -> Iterator[dict[str, object]]:
    """Yield combinations in the order of a nested loop, at most `most` values not published."""
    if not names:
        yield {}
        return
    name = names[0]
    values = dict.fromkeys(vary[name])
    if published[name] not in values:
        values = dict.fromkeys([published[name], *vary[name]])
    for value in values:
        left = most - (value != published[name])
        if left >= 0:
            for others in _choices(published, vary, names[1:], left):
                yield {name: value, **others}


def _moves(
    published: Mapping[str, object], years: Iterable[Sequence[int]]
) -> list[dict[str, object]]:
    """Return other pairs as far as `published` has the two years, each once."""
    own = {name: published[name] for name in YEARS if name in published}
    moves: list[dict[str, object]] = []
    for pair in years:
        move = {name: year for name, year in zip(YEARS, pair, strict=True) if name in own}
        if move not in [own, *moves]:
            moves.append(dict(move))
    return moves
