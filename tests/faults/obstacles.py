"""Faults while the command works: a full disk, a folder that refuses, a cell that ends badly."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from faults.checks import unkept, unlike
from faults.projects import Case, tiny
from faults.table import Row

# Root without the right to pass over permission bits.
BOUND = "--bounding-set=-dac_override,-dac_read_search"
ORDINARY = ("setpriv", BOUND, "--inh-caps=-dac_override,-dac_read_search")
MEND = "mend the disk or the folder"
SLOW = "import time; time.sleep(60)"
DIES = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"


def disk_full(case: Case, number: int, seed: int, scratch: Path) -> Row:
    """Refuse every write from a random change of a file on, as a full disk does."""
    chance, broken, failed = random.Random(f"{seed} full"), [], 0
    for count in range(number):
        root = case.copy(scratch / f"full-{case.name}-{count}")
        change = chance.randint(1, case.changes)
        done = case.command(root, FAULT=f"full:{change}").result()
        # The last changes belong to memories of pytask, without which a run has done its work.
        if done.status or case.state(root) != case.new:
            failed += 1
            broken += unkept(case, root, done, 1, "No space left on device")
        broken += unlike(case, root, case.command(root).result())
    words = f"{failed} ended with 1 and named the file; products were whole; the next call finished"
    return Row(f"disk full, from a random write on: `khtip {case.name}`", number, words, broken)


def small_disk(case: Case, spare: tuple[int, ...], scratch: Path) -> Row:
    """Put the project on a real disk with so many kB to spare; only root can mount one."""
    name = f"disk full, a real one of few kB: `khtip {case.name}`"
    broken, failed = [], 0
    for kilobytes in spare:
        place = scratch / f"disk-{case.name}-{kilobytes}"
        place.mkdir()
        with _disk(place) as mounted:
            if not mounted:
                return Row(name, 0, "only root can mount a disk")
            root = case.copy(place / "project")
            free = shutil.disk_usage(place).free - kilobytes * 1024
            (place / "filler").write_bytes(b"x" * max(0, free))
            done = case.command(root).result()
            failed += bool(done.status)
            if done.status:
                broken += unkept(case, root, done, 1, "No space left on device")
            (place / "filler").unlink()
            broken += unlike(case, root, case.command(root).result())
    words = f"{failed} ended with 1 and said why; products were whole; with room it finished"
    return Row(name, len(spare), words, broken)


@contextmanager
def _disk(place: Path) -> Iterator[bool]:
    mount = ["mount", "-t", "tmpfs", "-o", "size=6m", "none", str(place)]
    mounted = os.geteuid() == 0 and subprocess.run(mount, capture_output=True).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(place)], check=True)


def read_only_figures(case: Case, scratch: Path) -> Row:
    """Take the right to write away from the folder of figures.

    Nothing is refused to root, so root first gives up the right to pass over permissions.
    """
    root = case.copy(scratch / "read-only")
    before = ORDINARY if os.geteuid() == 0 else ()
    (root / "figures").chmod(0o555)

    def call() -> list[str]:
        command = case.command(root)
        command.before = before
        done = command.result()
        return unkept(case, root, done, 1, "Permission denied") + (
            [] if MEND in done.said else ["no next step was named"]
        )

    broken = call() + call()  # the second finds what the first could not publish
    (root / "figures").chmod(0o755)
    done = case.command(root).result()
    broken += unlike(case, root, done)
    if "finished publishing" not in done.out:
        broken.append("the next run did not say that it finished publishing")
    words = "it ended with 1, named the file and the next step; when mended, the next run finished"
    return Row("figures folder read-only, rights of an ordinary user", 2, words, broken)


def bad_cell(case: Case, code: str, words: str, scratch: Path, **variables: str) -> list[str]:
    """Put a cell into the second notebook that ends badly; return the promises broken."""
    root = case.copy(scratch / f"cell-{case.name}-{len(list(scratch.iterdir()))}")
    project = tiny(root)
    good = project.path("02-second").read_bytes()
    project.write("02-second", "reference_year: int = 2017", code)
    changed = project.path("02-second").read_bytes()
    case_now = Case(case.name, root, case.words, old=dict(case.old), new=dict(case.new))
    case_now.old["notebooks/02-second.ipynb"] = changed
    case_now.new.pop("runs/sweeps/sweep/findings.csv", None)  # a table with failures is its own
    done = case.command(root, **variables).result()
    broken = [one for one in unkept(case_now, root, done, 1, words) if "runs/" not in one]
    broken += [] if "02-second" in done.said else ["the notebook is not named"]
    project.path("02-second").write_bytes(good)
    shutil.rmtree(root / "runs/sweeps/sweep/failed", ignore_errors=True)
    return broken + unlike(case, root, case.command(root).result())


def kernel_death(cases: list[Case], scratch: Path) -> Row:
    """Kill the kernel from within a cell."""
    broken = [one for case in cases for one in bad_cell(case, DIES, "The kernel died", scratch)]
    words = "notebook and cell were named, status 1; products as before; the next call finished"
    return Row("the kernel of a notebook dies (run, sweep)", len(cases), words, broken)


def hanging_cell(cases: list[Case], scratch: Path) -> Row:
    """Let a cell sleep for longer than it may."""
    limit, said = {"KHTIP_CELL_TIMEOUT": "2"}, "ran for more than 2 s"
    broken = [one for case in cases for one in bad_cell(case, SLOW, said, scratch, **limit)]
    words = "stopped after the limit; notebook, cell, seconds and the variable were named"
    return Row("a cell that hangs (run, sweep), limit 2 s", len(cases), words, broken)


def two_at_once(pairs: list[tuple[Case, Case]], scratch: Path) -> Row:
    """Call the command while another one works in the same checkout."""
    broken = []
    for number, (one, other) in enumerate(pairs):
        root = one.copy(scratch / f"two-{number}")
        first = one.command(root)
        first.start()
        held = ("build/staging/*", "runs/sweeps/staging/*", "build/.making-*")
        until = time.monotonic() + 60
        while not any(path for pattern in held for path in root.glob(pattern)):
            if time.monotonic() > until:
                break
            time.sleep(0.02)
        late = other.command(root).result()
        if late.status != 2 or "Another" not in late.said or late.left:
            broken.append(f"the second {other.name} ended with {late.status}: {late.said[-200:]}")
        broken += unlike(one, root, first.result())
    words = "the second ended with 2 and named the first; the first finished undisturbed"
    return Row("two at once in one checkout", len(pairs), words, broken)


def interrupted(case: Case, number: int, seed: int, scratch: Path) -> Row:
    """Press Ctrl-C at random moments: the signal goes to the whole process group."""
    chance, broken, stopped = random.Random(f"{seed} {case.name} interrupt"), [], 0
    for count in range(number):
        root = case.copy(scratch / f"interrupt-{case.name}-{count}")
        command = case.command(root)
        process = command.start()
        # Before that, Python itself is still starting and answers in its own words.
        time.sleep(chance.uniform(0.4 * case.seconds, 0.9 * case.seconds))
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
        done = command.result()
        stopped += done.status == 130
        if done.status:
            broken += unkept(case, root, done, 130, "Stopped.")
        broken += unlike(case, root, case.command(root).result())
    if not stopped:
        broken.append("none was interrupted in time")
    words = f"{stopped} ended with 130 and one line; nothing stayed; the next call finished"
    return Row(f"Ctrl-C during `khtip {case.name}`", number, words, broken)
