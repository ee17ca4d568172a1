"""Which run goes next.

Scenarios pass through a window: so many are on their way at once, however many there are. Each
asks for its notebooks' runs, one after another, because the key of a run needs the tables of the
runs before it. What is done already is taken from the store, and what another scenario of the
window waits for is not asked for twice.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from khtip.pipeline.sweep_file import Sweep
from khtip.sweeps import work
from khtip.sweeps.faults import Interrupted
from khtip.sweeps.identity import Stage
from khtip.sweeps.store import Failure, Outcome, Store

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


@dataclass
class Course:
    """The way of all scenarios of a sweep.

    Attributes
    ----------
    sweep, stages, store : Sweep, list of Stage, Store
        What runs, in which order, and where results lie.
    figures, keep : bool
        As in `work.Job`.
    made : int
        How many runs were made now.
    bases : dict
        Each notebook's `Stage.basis` when the sweep began.
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

        Parameters
        ----------
        client : Client
            Connected to the workers.
        on_change : callable
            Called after each run.
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
                self._settle(scenario, stage, Outcome())
                continue
            job = self._job(scenario, stage)
            scenario.keys[name] = job.key
            known = self._known.get(job.key) or self.store.find(name, job.key)
            if known is not None:
                self._remember(job.key, known)
                self._settle(scenario, stage, known)
            elif job.key in self._asked:
                self._asked[job.key].append(scenario)
            else:
                self._asked[job.key] = [scenario]
                self._ready.append(job)

    def _settle(self, scenario: Scenario, stage: Stage, outcome: Outcome) -> None:
        scenario.outcomes[stage.notebook.name] = outcome
        scenario.waiting.remove(stage)

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
            parameters=stage.injected(scenario.values),
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
            self._settle(scenario, stage, outcome)
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
