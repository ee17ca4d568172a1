"""Scenarios: the collection under other parameters, each in ``runs/NAME``.

A scenario is a YAML file with a title and the parameters that differ. Everything is checked
before the first kernel starts, and the published products are never touched.
"""

from __future__ import annotations

import difflib
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from khtip import parameters as parameters_module
from khtip.parameters import ParameterError, Value
from khtip.runner import manifest as runner_manifest
from khtip.runner import notebooks, staging, steps
from khtip.runner.manifest import Manifest, Notebook

FOLDER = "scenarios"
RUNS = "runs"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._=+-]{0,79}")
_TITLE = re.compile(r"[^<>`\x00-\x1f]{1,120}")


@dataclass(frozen=True)
class Scenario:
    """A named set of parameters.

    Attributes
    ----------
    name : str
        Also the name of its folder below ``runs``.
    title : str
        What it asks, in a few words.
    parameters : dict
        Checked values.
    """

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
        content = runner_manifest.read_plain_yaml(root, file)
    except runner_manifest.YamlFault as fault:
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
        checked = parameters_module.check_parameters(given)
    except ParameterError as fault:
        raise ParameterError("\n".join(f"{file}: {one}" for one in str(fault).splitlines())) from (
            None
        )
    return Scenario(name, title, checked)


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
    name = re.sub(r"[^\w.=+-]+", "-", "+".join(filter(None, [start.name, *words])))
    title = ", ".join(filter(None, [start.title, *words]))
    values = parameters_module.check_parameters(start.parameters | dict(overrides))
    return Scenario(name[:120], title, values)


def split(manifest: Manifest, scenario: Scenario) -> dict[str, dict[str, Value]]:
    """Return for each notebook the values to inject: declared there, and not its own already.

    Raises
    ------
    ParameterError
        For a parameter that no notebook declares, and for a notebook whose own declaration is
        wrong.
    """
    declared = {one.name: declared_in(manifest, one) for one in manifest.notebooks}
    anywhere = {name for values in declared.values() for name in values}
    for name in scenario.parameters:
        if name not in anywhere:
            raise ParameterError(f"no notebook declares the parameter {name!r}.")
    return {
        notebook: {
            name: value
            for name, value in scenario.parameters.items()
            if name in own and own[name] != value
        }
        for notebook, own in declared.items()
    }


def declared_in(manifest: Manifest, one: Notebook) -> dict[str, Value]:
    """Return the parameters a notebook declares in its tagged cell, with their values."""
    notebook = notebooks.read_notebook(manifest.root / one.path)
    cells = [
        notebooks.text(cell["source"])
        for cell in notebook["cells"]
        if "parameters" in cell.get("metadata", {}).get("tags", [])
    ]
    try:
        return parameters_module.declared("\n".join(cells))
    except ParameterError as fault:
        raise ParameterError(f"{one.path}: {fault}") from None


def run(manifest: Manifest, scenario: Scenario, *, place: Path | None = None) -> Path:
    """Run every notebook under a scenario and return the folder of the results.

    Parameters
    ----------
    manifest, scenario : Manifest, Scenario
        What to run, and with which parameters.
    place : Path, optional
        The folder that ``runs/NAME`` goes into; the project's root by default.

    Raises
    ------
    ParameterError
        Before any kernel starts.
    NotebookFailed
        When a notebook fails; an earlier result of the scenario stays as it was.
    """
    values = split(manifest, scenario)
    steps.check_data(manifest.root)
    place = place or manifest.root
    folder = place / staging.STAGING / scenario.name
    products = folder / "products"
    products.mkdir(parents=True)
    complete = not any(values.values())
    for one in manifest.notebooks:
        steps.run_with_parameters(manifest, one, folder, values[one.name], complete=complete)
    steps.index_figures(manifest, products)
    (products / "scenario.yml").write_text(_described(scenario), encoding="utf-8")
    return _into_place(products, place / RUNS / scenario.name, folder)


def _described(scenario: Scenario) -> str:
    content: dict[str, Any] = {"title": scenario.title, "parameters": scenario.parameters}
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True)


def _into_place(products: Path, target: Path, folder: Path) -> Path:
    """Swap the whole folder in; nobody sees half a run."""
    target.parent.mkdir(parents=True, exist_ok=True)
    old = folder / "old"
    if target.exists():
        target.replace(old)
    products.replace(target)
    shutil.rmtree(folder, ignore_errors=True)
    return target
