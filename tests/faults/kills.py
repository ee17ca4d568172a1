"""Kill the command at random moments, look at the products, and let the next call heal."""

from __future__ import annotations

import random
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from faults.checks import half_written, leftovers, unlike
from faults.commands import Command, Result
from faults.projects import Case
from faults.table import Row

HEALS = ("finished publishing", "dropped", "put back")


@dataclass(frozen=True)
class Moment:
    """When and how the command is killed.

    Attributes
    ----------
    clock : float
        Seconds after its start; 0 when it is a change of a file that counts.
    change : int
        At which change of a file; 0 when the clock counts.
    group : bool
        Whether the whole process group is killed, or the command's process alone.
    warm : bool
        Whether kernels are forks of a warm server or start as usual.
    file : str
        How the path ends of the files that count; empty for all.
    """

    clock: float
    change: int
    group: bool
    warm: bool
    file: str = ""


def moments(case: Case, number: int, seed: int) -> Iterator[Moment]:
    """Yield random moments; every second one by the clock, the others at a change of a file."""
    chance = random.Random(f"{seed} {case.name}")
    for count in range(number):
        by_clock = count % 2 == 0
        clock = chance.uniform(0.05, case.seconds) if by_clock else 0.0
        change = 0 if by_clock else chance.randint(1, case.changes)
        yield Moment(clock, change, chance.random() < 0.5, chance.random() < 0.3)


@dataclass
class Trial:
    """What one kill led to.

    Attributes
    ----------
    killed : bool
        Whether it was in time; a command may have finished before.
    left_over : bool
        Whether it left a folder that the next call must clear up.
    healed : bool
        Whether the next call said that it cleared up.
    waited : float
        Seconds until its last process was gone.
    broken : list of str
        Promises that were not kept.
    """

    killed: bool
    left_over: bool
    healed: bool
    waited: float
    broken: list[str]


def trial(case: Case, moment: Moment, root: Path) -> Trial:
    """Kill the command once on a fresh copy at `root`, look, run it again, and look again."""
    case.copy(root)
    stopped, broken, left_over = kill(case, moment, root)
    after = case.command(root, KHTIP_WARM=str(int(moment.warm))).result()
    healed = any(words in after.out for words in HEALS)
    if left_over and not healed:
        broken.append(f"the next {case.name} did not say that it cleared up {left_over[0]}")
    broken += [f"the next {case.name}: {words}" for words in unlike(case, root, after)]
    if not broken:
        shutil.rmtree(root)
    return Trial(stopped.status < 0, bool(left_over), healed, stopped.waited, broken)


def kill(case: Case, moment: Moment, root: Path) -> tuple[Result, list[str], list[str]]:
    """Kill the command in the copy at `root`; return its end, promises broken, folders left."""
    warm = {"KHTIP_WARM": str(int(moment.warm))}
    fault = {"FAULT": f"kill:{moment.change}:{moment.file}"} if moment.change else {}
    stopped = _stop(case.command(root, **warm, **fault), moment)
    now = case.state(root)
    broken = [f"{name} is half-written" for name in half_written(now, case.old, case.new)]
    if case.below and not now:
        broken = []  # between two renames there is no site; the next build makes one
    broken += [f"{stopped.left} processes stayed"] if stopped.left else []
    return stopped, broken, leftovers(root)


def _stop(command: Command, moment: Moment) -> Result:
    process = command.start()
    if moment.clock:
        time.sleep(moment.clock)
        command.kill(group=moment.group)
    elif moment.group:
        # It kills itself at the change of a file; what else is in its group follows at once.
        process.wait(240)
        command.kill(group=True)
    return command.result()


def rows(case: Case, number: int, seed: int, scratch: Path, lanes: int = 2) -> Row:
    """Kill the command at so many random moments, and return the row of the table."""
    with ThreadPoolExecutor(lanes) as pool:
        done = list(
            pool.map(
                lambda item: trial(case, item[1], scratch / f"{case.name}-{item[0]}"),
                enumerate(moments(case, number, seed)),
            )
        )
    seen = Counter(
        {
            "killed": sum(one.killed for one in done),
            "left": sum(one.left_over for one in done),
            "healed": sum(one.healed for one in done),
        }
    )
    longest = max((one.waited for one in done), default=0.0)
    broken = [f"try {n}: {words}" for n, one in enumerate(done) for words in one.broken]
    happened = (
        f"{seen['killed']} died before they had finished; {seen['left']} left a folder, and the "
        f"next call said so {seen['healed']} times; every product was whole; the last process was "
        f"gone after at most {longest:.1f} s; the next call made the same products"
    )
    if broken:
        happened = f"{len(broken)} promises broken in {number} tries"
    return Row(f"`kill -9` of `khtip {case.name}` at random moments", number, happened, broken)
