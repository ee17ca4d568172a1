"""What makes two runs the same, as hashes.

The key of a run is a hash of three things: the notebook's *basis* (its code cells, the modules it
imports, the lock, its input data), the values of the parameters that it declares itself, and the
content of the tables that earlier notebooks made for it. So a scenario that changes nothing for a
notebook, directly or through a table, does not run it again.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from khtip.parameters import Value
from khtip.pipeline import graph, scenarios
from khtip.pipeline.manifest import Manifest, ManifestError, Notebook

_FINDINGS = re.compile(r"data/results/findings-\d\d\.csv")


def digest(content: object) -> str:
    """Return a short hash of plain data; the order of keys does not count."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Stage:
    """One notebook of a sweep.

    Attributes
    ----------
    notebook : Notebook
        Its entry in the manifest.
    own : dict
        The parameters that it declares, with their values.
    upstream : dict
        Table that it reads to the name of the notebook that makes it.
    nodes : list of Node
        Everything else that it depends on.
    """

    notebook: Notebook
    own: dict[str, Value]
    upstream: dict[str, str]
    nodes: list[graph.Node]

    def basis(self) -> str:
        """Return the hash of what no parameter changes; a known file is only looked at."""
        states = [(node.name, node.state()) for node in self.nodes]
        return digest([sys.version_info[:2], sorted(states)])

    def key(
        self,
        basis: str,
        scenario: Mapping[str, Value],
        inputs: Mapping[str, str],
        extras: list[bool],
    ) -> str:
        """Return the key of this notebook's run under a scenario.

        Parameters
        ----------
        basis : str
            As `basis` returned it when the sweep began.
        scenario : mapping
            Parameter name to value; names that the notebook does not declare do not count.
        inputs : mapping
            Hash of the content of each table of `upstream`.
        extras : list of bool
            Whether figures are made, and whether the executed notebook is kept.
        """
        taken = self.own | {name: scenario[name] for name in self.own if name in scenario}
        return digest([self.notebook.name, basis, taken, dict(inputs), extras])

    def injected(self, scenario: Mapping[str, Value]) -> dict[str, Value]:
        """Return the values to inject: those that are not the notebook's own already."""
        return {
            name: scenario[name]
            for name, value in self.own.items()
            if name in scenario and scenario[name] != value
        }

    @cached_property
    def findings(self) -> str | None:
        """The table in which it states its findings, if it does."""
        return next((path for path in self.notebook.tables if _FINDINGS.fullmatch(path)), None)


def stage(manifest: Manifest, one: Notebook) -> Stage:
    """Return what a sweep must know of one notebook."""
    makers = manifest.makers()
    upstream = {path: makers[path].name for path in one.reads if path in makers}
    nodes = [node for node in graph.needs(manifest, one) if node.file not in upstream]
    return Stage(one, scenarios.declared_in(manifest, one), upstream, nodes)


def stages(manifest: Manifest, chosen: list[str]) -> list[Stage]:
    """Return the chosen notebooks and those that they need, in the order in which they run.

    Parameters
    ----------
    manifest : Manifest
        The collection.
    chosen : list of str
        Names or numbers; without any, every notebook that states findings.

    Raises
    ------
    ManifestError
        For a name that is none, and for a notebook that states no findings.
    """
    every = {one.name: stage(manifest, one) for one in manifest.notebooks}
    names = [manifest.get(name).name for name in chosen]
    for name in names:
        if every[name].findings is None:
            raise ManifestError(
                f"{name} writes no data/results/findings-{name[:2]}.csv, so a sweep of it would "
                "have no results. Choose a notebook that does."
            )
    waiting = names or [name for name, one in every.items() if one.findings]
    if not waiting:
        raise ManifestError("No notebook writes data/results/findings-NN.csv: nothing to sweep.")
    needed: set[str] = set()
    while waiting:
        needed |= set(waiting)
        waiting = [maker for name in waiting for maker in every[name].upstream.values()]
    return [one for name, one in every.items() if name in needed]


def ancestors(sweep: list[Stage]) -> dict[str, set[str]]:
    """Return for each notebook the parameters that it or a notebook before it takes."""
    taken: dict[str, set[str]] = {}
    for one in sweep:
        before = (taken[maker] for maker in one.upstream.values())
        taken[one.notebook.name] = set(one.own).union(*before)
    return taken
