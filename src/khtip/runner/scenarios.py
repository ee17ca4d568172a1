"""Scenarios: the collection under other parameters, each in ``runs/NAME``.

A scenario is a YAML file with a title and the parameters that differ. Everything is checked
before the first kernel starts, and the published products are never touched.
"""

import difflib
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from khtip import files, parameters
from khtip.parameters import ParameterError, Value
from khtip.runner import notebooks, steps
from khtip.runner.execute import Workplace
from khtip.runner.manifest import Manifest, Notebook, YamlFault, read_plain_yaml

FOLDER = "scenarios"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._=+-]{0,79}")
_LONGEST = 110  # bytes of a folder's name
_TITLE = re.compile(r"[^<>`\x00-\x1f]{1,120}")


@dataclass(frozen=True)
class Scenario:
    """A named set of checked parameters; the name is also that of its folder below ``runs``."""

    name: str
    title: str
    parameters: dict[str, Value]


def names(root: Path) -> list[str]:
    """Return the names of all scenarios; a file ``sweep….yml`` is a grid of many, not one.

    A name is also the name of a folder, so it is of letters, digits and ``. _ = + -``.
    """
    stems = [path.stem for path in (root / FOLDER).glob("*.yml")]
    return sorted(stem for stem in stems if _NAME.fullmatch(stem) and not stem.startswith("sweep"))


def read_scenario(name: str, root: Path) -> Scenario:
    """Read ``scenarios/NAME.yml``.

    Raises
    ------
    ParameterError
        When there is no such scenario, or its content is wrong; every fault is listed.
    """
    known = names(root)
    if name not in known:
        close = difflib.get_close_matches(name, known, n=1)
        hint = f"Did you mean {close[0]!r}?" if close else f"Known: {', '.join(known)}."
        raise ParameterError(f"no scenario {name!r}. {hint}")
    file = f"{FOLDER}/{name}.yml"
    try:
        content = read_plain_yaml(root, file)
    except YamlFault as fault:
        raise ParameterError(str(fault)) from None
    if not isinstance(content, dict) or set(content) - {"title", "parameters"}:
        raise ParameterError(f"{file}: expected the keys 'title' and 'parameters', nothing else.")
    title, given = content.get("title", name), content.get("parameters") or {}
    if not (isinstance(title, str) and _TITLE.fullmatch(title)):
        shown = str(title)[:60]
        raise ParameterError(f"{file}: title {shown!r}: expected a short text without markup.")
    if not isinstance(given, dict):
        raise ParameterError(f"{file}: 'parameters' must be a list of 'name: value' lines.")
    try:
        return Scenario(name, title, parameters.check_parameters(given))
    except ParameterError as fault:
        lines = [f"{file}: {line}" for line in str(fault).splitlines()]
    raise ParameterError("\n".join(lines))


def with_overrides(base: Scenario | None, overrides: Mapping[str, Value]) -> Scenario:
    """Return the scenario with single values replaced; its name says which.

    Examples
    --------
    >>> with_overrides(None, {"confidence": 0.9}).name
    'confidence=0.9'
    """
    start = base or Scenario("", "", {})
    if not overrides:
        return start
    words = [f"{name}={value}" for name, value in sorted(overrides.items())]
    name = _folder_name("+".join(filter(None, [start.name, *words])))
    title = ", ".join(filter(None, [start.title, *words]))
    values = parameters.check_parameters(start.parameters | dict(overrides))
    return Scenario(name, title, values)


def _folder_name(words: str) -> str:
    """Return a name for a folder: where it cannot say all, a hash keeps two names apart."""
    plain = re.sub(r"[^\w.=+-]+", "-", words)
    short = plain.encode()[:_LONGEST].decode(errors="ignore")
    if short == words:
        return words
    return f"{short}-{hashlib.sha256(words.encode()).hexdigest()[:10]}"


def split(manifest: Manifest, scenario: Scenario) -> dict[str, dict[str, Value]]:
    """Return for each notebook the values to inject: declared there, and not its own already.

    Raises
    ------
    ParameterError
        For a parameter that no notebook declares, and for a notebook whose own declaration is
        wrong.
    """
    declared = {one.name: declared_in(manifest, one) for one in manifest.notebooks}
    for name in scenario.parameters:
        if not any(name in own for own in declared.values()):
            raise ParameterError(f"no notebook declares the parameter {name!r}.")
    return {notebook: injected(own, scenario.parameters) for notebook, own in declared.items()}


def injected(own: Mapping[str, Value], values: Mapping[str, Value]) -> dict[str, Value]:
    """Return which of `values` a notebook takes that declares `own`, and has not already."""
    return {name: value for name, value in values.items() if own.get(name, value) != value}


def declared_in(manifest: Manifest, one: Notebook) -> dict[str, Value]:
    """Return the parameters a notebook declares in its tagged cell, with their values."""
    notebook = notebooks.read_notebook(manifest.root / one.path)
    cells = [
        notebooks.text(cell["source"])
        for cell in notebook["cells"]
        if "parameters" in notebooks.tags(cell)
    ]
    if len(cells) > 1:
        raise ParameterError(f"{one.path}: {notebooks.TWO_PARAMETER_CELLS}")
    try:
        return parameters.declared("\n".join(cells))
    except ParameterError as fault:
        raise ParameterError(f"{one.path}: {fault}") from None


def run(manifest: Manifest, scenario: Scenario, *, place: Path | None = None) -> Path:
    """Run every notebook under a scenario and return the folder of the results.

    It is ``runs/NAME`` below `place`, by default the project's root.

    Raises
    ------
    ParameterError
        Before any kernel starts.
    NotebookFailed
        When a notebook fails; an earlier result of the scenario stays as it was.
    """
    values = split(manifest, scenario)
    steps.check_data(manifest.root)
    target = (place or manifest.root) / steps.RUNS / scenario.name
    complete = not any(values.values())
    with files.swapped(target) as (folder, products):
        for one in manifest.notebooks:
            workplace = Workplace(manifest.root, products, folder / one.name)
            steps.run_with_parameters(manifest, one, workplace, values[one.name], complete=complete)
        steps.index_figures(manifest, products)
        content: dict[str, Any] = {"title": scenario.title, "parameters": scenario.parameters}
        text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True)
        (products / "scenario.yml").write_text(text, encoding="utf-8")
    return target
