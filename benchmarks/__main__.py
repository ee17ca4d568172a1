"""``make bench``: measure, and write the table, the figure and the two READMEs' numbers.

A whole benchmark writes to ``benchmarks``. A trial (fewer notebooks, or only some measures) writes
to ``build/benchmarks``, so that it cannot replace the committed numbers.
"""

import argparse
import os
import signal
import tempfile
from collections import deque
from pathlib import Path

import pandas as pd

from benchmarks import table
from benchmarks.checks import different, products
from benchmarks.copies import Copies, git
from benchmarks.processes import CommandFailed
from benchmarks.table import HERE, ORDINARY, WARM
from khtip.files import write_text
from khtip.runner import manifest
from khtip.runner.notebooks import replace_block

ROOT, KEPT = HERE.parent, HERE.parent / "build/benchmarks"
BUSY = 0.5  # load before the start above which ratios get blurred


class CannotMeasure(RuntimeError):
    """The benchmark cannot start; the message says what to do."""


def main() -> None:
    """Run the benchmark; the exit status is 0 done, 1 a command failed, 2 wrong use."""
    top = argparse.ArgumentParser(prog="make bench ARGS='…'", description=__doc__.split("\n")[0])
    top.add_argument("--rounds", type=int, default=5, help="paired rounds (default 5)")
    top.add_argument("--first", type=int, help="a trial with the first notebooks only")
    top.add_argument("--only", nargs="+", metavar="MEASURE", help="a trial with some measures only")
    top.add_argument("--scenarios", type=int, default=200, help="of a sweep (default 200)")
    top.add_argument("--draw", action="store_true", help="measure nothing; draw the table again")
    options = top.parse_args()
    if min(options.rounds, options.scenarios, 1 if options.first is None else options.first) < 1:
        top.error("--rounds, --first and --scenarios: expected 1 or more")
    # Also Ctrl-C: in the background of a script it is ignored, and the tests need it.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.default_int_handler)
    try:
        publish(HERE if options.draw else bench(options))
    except CannotMeasure as fault:
        top.exit(2, f"{fault}\n")
    except CommandFailed as fault:
        top.exit(1, f"\n{fault}\nNo table was written.\n")
    except KeyboardInterrupt:
        top.exit(130, "\nStopped. No table was written.\n")


def bench(options: argparse.Namespace) -> Path:
    """Measure everything, write the table, and return its folder."""
    notebooks = manifest.read_manifest(ROOT).notebooks
    names = [one.name for one in notebooks[: options.first]]
    chosen = choose(names, options)
    refuse_uncommitted(ROOT, chosen)
    trial = bool(options.only) or len(names) < len(notebooks)
    machine = table.machine(len(names), len(notebooks))
    if os.getloadavg()[0] > BUSY:
        print(f"The machine is busy (load {os.getloadavg()[0]:.1f}): ratios will be blurred.")
    KEPT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="khtip-bench-", ignore_cleanup_errors=True) as folder:
        log = KEPT / "last-command.txt"
        copies = Copies(ROOT, Path(folder), log, options.first if trial else None)
        bring_up_to_date(copies, trial=trial)
        warm_up(copies, chosen)
        runs = run_rounds(copies, chosen, options.rounds)
        if any(one.measure == "sweep" for one in chosen):
            runs += memory(copies, options.scenarios)
    target = KEPT if trial else HERE
    found = table.build(pd.DataFrame(runs, columns=table.RUNS), table.plan(options.scenarios))
    table.write(found, machine, target)
    return target


def choose(names: list[str], options: argparse.Namespace) -> list:
    """Return the rows of the plan that are to be run, baselines first."""
    found = [one for one in table.plan(options.scenarios).itertuples() if one.command]
    if options.first:
        found = [one for one in found if one.state != "clone"]
    if table.NOTEBOOK not in names:
        print(f"Sweeps are left out: {table.NOTEBOOK} is not among the notebooks of this run.")
        found = [one for one in found if one.group != "sweep"]
    known = [one.measure for one in found]
    wanted = set(options.only or known)
    if unknown := sorted(wanted - set(known)):
        raise CannotMeasure(f"no measure {unknown[0]!r}. Known: {', '.join(known)}.")
    wanted |= {one.against for one in found if one.measure in wanted}
    return [one for one in found if one.measure in wanted]


def refuse_uncommitted(root: Path, chosen: list) -> None:
    """Refuse to time the tests of other files than those that the other measures use."""
    changed = [line[3:] for line in git(root, "status", "--porcelain", "--no-renames")]
    if changed and any(one.state == "clone" for one in chosen):
        raise CannotMeasure(
            "make test is measured in a clone of the last commit. Files that differ from it: "
            f"{len(changed)}, first {changed[0]}. First: git commit. Or leave it out with --only."
        )


def bring_up_to_date(copies: Copies, *, trial: bool) -> None:
    """Refuse products that are not what ``make run`` makes; a trial's own are made first."""
    # With fewer notebooks, some products are other ones though nothing they read has changed.
    command = f"make --no-print-directory run {'ARGS=--force' * trial}"
    done = copies.call(command, copies.template)
    if not trial and not done.said.startswith("Nothing changed"):
        raise CannotMeasure("The products are not what their sources make. First: make run")


def warm_up(copies: Copies, chosen: list) -> None:
    """Run all code once, and each tool once on one notebook: byte code, fonts, disk cache."""
    print("warming up: all code", flush=True)
    copies.run(table.row("plain-script"))
    small = Copies(ROOT, copies.scratch / "one", KEPT / "last-command.txt", first=1)
    small.call = copies.call
    bring_up_to_date(small, trial=True)
    for one in chosen:
        if one.group in ("regeneration", "tests") and one.state != "clone":
            print(f"warming up: {one.what}", flush=True)
            small.run(one)


def run_rounds(copies: Copies, chosen: list, rounds: int) -> list[tuple]:
    """Run every command once in each round, another one first each time; return `table.RUNS`."""
    order, runs, unlike = deque(chosen), [], set()
    names, both = products(copies.template), {ORDINARY, WARM} <= {one.measure for one in chosen}
    for number in range(1, rounds + 1):
        for one in order:
            print(f"round {number} of {rounds}: {one.what}", end="", flush=True)
            run, (good, note) = copies.run(one)
            print(f"  {run.seconds:.1f} s  {note}", flush=True)
            runs.append((number, one.measure, run.seconds, one.units, run.left, good, note))
            kept = pd.DataFrame(runs, columns=table.RUNS)
            kept.to_csv(KEPT / "rounds.csv", index=False, float_format="%.3f")
        order.rotate(-1)
        if both:
            unlike |= set(different(copies.scratch / ORDINARY, copies.scratch / WARM, names))
    return runs + (table.byte_runs(names, unlike) if both else [])


def memory(copies: Copies, scenarios: int) -> list[tuple]:
    """Return the peaks of a sweep and of a smaller one, as runs that take bytes for seconds."""
    one, runs = table.row("sweep-memory", scenarios), []
    note = "memory of all processes together; pages shared by forks count once"
    for name, number in ((one.measure, scenarios), (one.against, scenarios // 4 or 1)):
        sweep = table.row("sweep", number)
        print(f"memory: {sweep.what}", end="", flush=True)
        run, _ = copies.run(sweep, watch=True)
        print(f"  {run.peak / 2**20:.0f} MiB", flush=True)
        runs.append((1, name, run.peak, 1, 0, None, note))
    return runs


def publish(folder: Path) -> None:
    """Draw the figure from the table in `folder`, and quote the table where it is quoted."""
    measured, machine = table.read(folder)
    table.draw(measured, machine, folder)
    print(table.full(measured))
    print(f"Wrote {folder.relative_to(ROOT)}.")
    quotes = [
        (ROOT / "README.md", "benchmarks", table.short(measured, machine)),
        (HERE / "README.md", "machine", table.where(machine)),
        (HERE / "README.md", "table", table.full(measured)),
    ]
    for page, block, words in quotes if folder == HERE else []:
        write_text(page, replace_block(page.read_text(encoding="utf-8"), block, words))


if __name__ == "__main__":
    main()
