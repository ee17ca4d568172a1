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
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from khtip.parameters import Value
from khtip.runner import graph, scenarios
from khtip.runner.manifest import Manifest, ManifestError, Notebook
from khtip.runner.sweep import Interrupted, work
from khtip.runner.sweep.store import Failure, Outcome, Store
from khtip.runner.sweep.sweep_file import Sweep

_FINDINGS = re.compile(r"data/results/findings-\d\d\.csv")


def short_digest(content: object) -> str:
    """Return a short hash of plain data; the order of keys does not count."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Stage:
    """One notebook of a sweep.

    It declares the parameters `own`, with their values. `upstream` leads from a table that it reads
    to the name of the notebook that makes it; `nodes` are everything else that it depends on.
    """

    notebook: Notebook
    own: dict[str, Value]
    upstream: dict[str, str]
    nodes: list[graph.Node]

    def basis(self) -> str:
        """Return the hash of what no parameter changes; a known file is only looked at."""
        states = [(node.name, node.state()) for node in self.nodes]
        return short_digest([sys.version_info[:2], sorted(states)])

    def key(
        self,
        basis: str,
        scenario: Mapping[str, Value],
        inputs: Mapping[str, str],
        extras: list[bool],
    ) -> str:
        """Return the key of this notebook's run under a scenario.

        `basis` is as it was when the sweep began; `inputs` are the hashes of the tables of
        `upstream`; `extras` say whether figures are made, and whether the notebook is kept.
        Parameters that it does not declare do not count.
        """
        taken = self.own | {name: scenario[name] for name in self.own if name in scenario}
        return short_digest([self.notebook.name, basis, taken, dict(inputs), extras])

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

    They are chosen by names or numbers; without any, every notebook that states findings is.

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


# Which run goes next.


if TYPE_CHECKING:
    from distributed import Client, Future

RETRIES = 3
WINDOW, AHEAD, REMEMBERED = 64, 3, 4096


@dataclass
class Scenario:
    """One scenario on its way through the notebooks."""

    label: str
    values: dict[str, Any]
    waiting: list[Stage]
    keys: dict[str, str] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)

    @property
    def failures(self) -> list[Failure]:
        """What went wrong, each notebook once."""
        return [one.failure for one in self.outcomes.values() if one.failure]

    def settle(self, stage: Stage, outcome: Outcome) -> None:
        """Note what a notebook gave."""
        self.outcomes[stage.notebook.name] = outcome
        self.waiting.remove(stage)


@dataclass
class Course:
    """The way of all scenarios of a sweep.

    `figures` and `keep` are as in `work.Job`, `made` counts the runs that were made now, and
    `bases` has each notebook's `Stage.basis` when the sweep began.
    """

    sweep: Sweep
    stages: list[Stage]
    store: Store
    figures: bool = False
    keep: bool = False
    made: int = 0
    bases: dict[str, str] = field(default_factory=dict)
    _asked: dict[str, list[Scenario]] = field(default_factory=dict)
    _ready: deque[work.Job] = field(default_factory=deque)
    _known: OrderedDict[str, Outcome] = field(default_factory=OrderedDict)

    def __post_init__(self) -> None:
        self.bases = {one.notebook.name: one.basis() for one in self.stages}

    def follow(
        self, client: Client, on_change: Callable[[], None] = lambda: None
    ) -> Iterator[Scenario]:
        """Run everything; yield each scenario when it has finished, in the sweep's order.

        `on_change` is called after each run.
        """
        from distributed import as_completed

        coming = self.sweep.scenarios()
        window: deque[Scenario] = deque()
        futures: dict[Any, work.Job] = {}
        done = as_completed(loop=client.loop)
        while True:
            threads = max(1, sum(client.nthreads().values()))
            yield from self._admit(coming, window, WINDOW * threads)
            while self._ready and len(futures) < AHEAD * threads:
                job = self._ready.popleft()
                future = client.submit(work.run, job, pure=False, retries=RETRIES)
                futures[future.key] = job
                done.add(future)
            if not futures:
                return
            future = next(done)
            self._arrived(futures.pop(future.key), future)
            on_change()

    def _admit(
        self, coming: Iterator[dict[str, Any]], window: deque[Scenario], most: int
    ) -> Iterator[Scenario]:
        """Let finished scenarios out at the front, and as many new ones in at the back."""
        while True:
            while window and not window[0].waiting:
                yield window.popleft()
            values = next(coming, None) if len(window) < most else None
            if values is None:
                return
            scenario = Scenario(self.sweep.label(values), values, list(self.stages))
            window.append(scenario)
            self._advance(scenario)

    def _advance(self, scenario: Scenario) -> None:
        """Settle what is known already, and ask for every run that can be made now."""
        for stage in list(scenario.waiting):
            name, makers = stage.notebook.name, set(stage.upstream.values())
            if name in scenario.keys or not makers <= set(scenario.outcomes):
                continue
            if any(not scenario.outcomes[maker].digests for maker in makers):
                # It has nothing to read; the failure of the notebook before says why.
                scenario.settle(stage, Outcome())
                continue
            job = self._job(scenario, stage)
            scenario.keys[name] = job.key
            known = self._known.get(job.key) or self.store.find(name, job.key)
            if known is not None:
                self._remember(job.key, known)
                scenario.settle(stage, known)
            elif job.key in self._asked:
                self._asked[job.key].append(scenario)
            else:
                self._asked[job.key] = [scenario]
                self._ready.append(job)

    def _job(self, scenario: Scenario, stage: Stage) -> work.Job:
        name = stage.notebook.name
        inputs = {
            table: scenario.outcomes[maker].digests[table]
            for table, maker in stage.upstream.items()
        }
        return work.Job(
            root=str(self.store.root),
            sweep=self.store.sweep,
            notebook=name,
            key=stage.key(self.bases[name], scenario.values, inputs, [self.figures, self.keep]),
            basis=self.bases[name],
            parameters=scenarios.injected(stage.own, scenario.values),
            inputs={t: (maker, scenario.keys[maker]) for t, maker in stage.upstream.items()},
            figures=self.figures,
            keep=self.keep,
        )

    def _arrived(self, job: work.Job, future: Future) -> None:
        """Give a run's outcome to every scenario that waits for it."""
        outcome = self._outcome(job, future)
        self.made += 1
        self._remember(job.key, outcome)
        stage = next(one for one in self.stages if one.notebook.name == job.notebook)
        for scenario in self._asked.pop(job.key):
            scenario.settle(stage, outcome)
            self._advance(scenario)

    def _outcome(self, job: work.Job, future: Future) -> Outcome:
        """Return what came back. A run that no worker could make is a failure, too."""
        if future.status == "finished":
            return future.result()
        fault = future.exception() if future.status == "error" else None
        if fault is None:
            raise Interrupted("The scheduler is gone. What is done stays; start the sweep again.")
        if isinstance(fault, Interrupted):
            raise fault
        words = f"No worker could run it: {type(fault).__name__}: {fault}"
        return self.store.record_failure(job.key, Failure(job.notebook, None, words))

    def _remember(self, key: str, outcome: Outcome) -> None:
        """Keep the newest outcomes at hand; the store has them all."""
        self._known[key] = outcome
        self._known.move_to_end(key)
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
