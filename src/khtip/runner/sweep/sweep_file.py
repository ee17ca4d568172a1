"""A sweep as people write it: ``scenarios/sweep….yml``, checked before anything starts."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from khtip import parameters
from khtip.parameters import ParameterError, Value
from khtip.runner import manifest

KEYS = ("title", "vary", "together", "years", "cross")
PUBLISHED = "published"
IN_NOTEBOOK = "scenarios/sweep.yml"
MOST_TOGETHER = 4


@dataclass(frozen=True)
class Sweep:
    """A grid of scenarios; `khtip.parameters.settings` says what each member means.

    The name is that of the file, without suffix, and of the folder of the results. `published` has
    the value of every parameter that the chosen notebooks declare.
    """

    name: str
    published: dict[str, Value]
    vary: dict[str, list[Value]]
    years: tuple[tuple[int, int], ...] = ()
    together: int | str = parameters.ALL
    cross: bool = False

    def scenarios(self) -> Iterator[dict[str, Any]]:
        """Yield the parameters of one scenario after another, the published one first."""
        yield from parameters.settings(
            self.published, self.vary, self.years, together=self.together, cross=self.cross
        )

    def count(self, names: set[str] | None = None) -> int:
        """Return how many scenarios there are, or how many differ in the parameters `names`."""
        taken = {
            name: value for name, value in self.published.items() if names is None or name in names
        }
        return parameters.count(
            taken, self.vary, self.years, together=self.together, cross=self.cross
        )

    def label(self, scenario: Mapping[str, object]) -> str:
        """Return the scenario's name: what differs from the published one, unique in the sweep.

        Examples
        --------
        >>> sweep = Sweep("sweep", {"confidence": 0.95, "seed": 1}, {})
        >>> sweep.label({"confidence": 0.9, "seed": 1}), sweep.label(sweep.published)
        ('confidence=0.9', 'published')
        """
        words = [
            f"{name}={value}"
            for name, value in sorted(scenario.items())
            if value != self.published[name]
        ]
        return "+".join(words) or PUBLISHED


def read_sweep(path: Path, published: Mapping[str, Value], known: set[str]) -> Sweep:
    """Read a sweep's file.

    The chosen notebooks declare the parameters `published`; what the file varies beyond them is
    passed over, as long as it is among those of all notebooks, `known`.

    Raises
    ------
    ParameterError
        One line for each fault, with the file's name.
    FileNotFoundError
        When there is no such file; the message names the sweeps that there are.
    """
    content = _read(path)
    _refuse(content, known, str(path))
    return Sweep(
        name=path.stem,
        published=dict(published),
        vary={
            name: [parameters.check_value(name, value) for value in values]
            for name, values in parameters.spelled_out(content.get("vary")).items()
            if name in published
        },
        years=tuple(parameters.pairs_of_years(content.get("years"))),
        together=content.get("together", parameters.ALL),
        cross=content.get("cross", False),
    )


def _read(path: Path) -> dict[str, Any]:
    if not path.is_file() or not path.name.startswith("sweep"):
        there = sorted(path.parent.glob("sweep*.yml"))
        hint = f" There is: {', '.join(map(str, there))}." if there else ""
        raise FileNotFoundError(
            f"{path}: no sweep. Expected a file whose name starts with 'sweep'.{hint}"
        )
    return _plain(path.parent, path.name, str(path))


def check_sweep(root: Path, file: str = IN_NOTEBOOK) -> None:
    """Check the sweep that notebook 07 reads, when it is there.

    Raises
    ------
    ParameterError
        One line for each fault, with the file's name.
    """
    if (root / file).exists():
        _refuse(_plain(root, file, file), set(parameters.REGISTRY), file)


def _plain(root: Path, file: str, shown: str) -> dict[str, Any]:
    """Read YAML that is plain data; a fault of it is a fault of the parameters."""
    try:
        content = manifest.read_plain_yaml(root, file)
    except manifest.YamlFault as fault:
        raise ParameterError(str(fault)) from None
    if not isinstance(content, dict):
        raise ParameterError(f"{shown}: expected the keys {', '.join(KEYS)}.")
    return content


def _refuse(content: Mapping[str, Any], known: set[str], file: str) -> None:
    faults = [*_wrong_shape(content)] or [*_wrong_values(content, known)]
    if faults:
        raise ParameterError("\n".join(f"{file}: {fault}" for fault in faults))


def _wrong_shape(content: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the keys, and with what kind of thing stands below them."""
    for key in content:
        if key not in KEYS:
            close = difflib.get_close_matches(str(key), KEYS, n=1)
            hint = f"Did you mean {close[0]!r}?" if close else f"Keys: {', '.join(KEYS)}."
            yield f"unknown key {key!r}. {hint}"
    vary, years = content.get("vary") or {}, content.get("years") or []
    if not isinstance(vary, dict) or not all(
        one == parameters.ALL or (isinstance(one, list) and one) for one in vary.values()
    ):
        yield "'vary' must hold lines such as 'confidence: [0.9, 0.95]' or 'stock_edition: all'."
    pairs = years if isinstance(years, list) else [None]
    if years != parameters.NEIGHBOURS and not all(
        isinstance(pair, list) and len(pair) == 2 for pair in pairs
    ):
        yield (
            f"'years' must be '{parameters.NEIGHBOURS}' or a list of pairs such as [2018, 2019], "
            "the base year first."
        )
    together = content.get("together", parameters.ALL)
    if together != parameters.ALL and (
        type(together) is not int or not 0 <= together <= MOST_TOGETHER
    ):
        yield (
            f"'together' is {together!r}: so many choices differ at once; expected a whole number "
            f"from 0 to {MOST_TOGETHER}, or '{parameters.ALL}'."
        )
    if not isinstance(content.get("cross", False), bool):
        yield "'cross' must be true or false."


def _wrong_values(content: Mapping[str, Any], known: set[str]) -> Iterator[str]:
    """Yield what is wrong with names and values."""
    for name, values in (content.get("vary") or {}).items():
        if name in parameters.YEARS:
            yield f"{name} belongs into 'years', as pairs, not into 'vary'."
            continue
        if values == parameters.ALL and name in parameters.REGISTRY:
            if not parameters.REGISTRY[name].all_choices():
                yield f"{name}: 'all' stands for a text that is chosen; list the values instead."
            continue
        for value in [values] if values == parameters.ALL else values:
            try:
                parameters.check_value(name, value)
            except ParameterError as fault:
                yield str(fault)
                if "unknown parameter" in str(fault):
                    break
        if name in parameters.REGISTRY and name not in known:
            yield f"no notebook declares the parameter {name!r}."
    years = content.get("years") or []
    for pair in years if isinstance(years, list) else []:
        try:
            parameters.check_parameters(dict(zip(parameters.YEARS, pair, strict=True)))
        except ParameterError as fault:
            yield from (f"years {pair}: {line}" for line in str(fault).splitlines())
