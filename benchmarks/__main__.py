"""``make bench``: measure, and write the table, the figure and the two READMEs' numbers.

A whole benchmark writes to ``benchmarks``. A trial (fewer notebooks, or only some measures) writes
to ``build/benchmarks``, so that it cannot replace the committed numbers.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks import draw, machine, measures, quote, sweeps, table
from benchmarks.checks import WrongResult
from benchmarks.clones import CLONE, Clones, uncommitted
from benchmarks.measures import PLAIN, Measure
from benchmarks.processes import CommandFailed, run
from benchmarks.rounds import Rounds
from khtip.runner import manifest

ROOT = Path(__file__).parents[1]
BUSY = 0.5  # load before the start above which ratios get blurred


class CannotMeasure(RuntimeError):
    """The benchmark cannot start; the message says what to do."""


def parser() -> argparse.ArgumentParser:
    """Return the command line's parser."""
    top = argparse.ArgumentParser(prog="make bench ARGS='…'", description=__doc__.split("\n")[0])
    top.add_argument("--rounds", type=_positive, default=5, help="paired rounds (default 5)")
    top.add_argument("--first", type=_positive, help="a trial with the first notebooks only")
    top.add_argument("--only", nargs="+", metavar="MEASURE", help="a trial with some measures only")
    top.add_argument("--scenarios", type=_positive, default=200, help="of a sweep (default 200)")
    top.add_argument("--draw", action="store_true", help="measure nothing; draw the table again")
    return top


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("expected 1 or more")
    return number


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and return the exit status: 0 done, 1 a command failed, 2 wrong use."""
    options = parser().parse_args(arguments)
    # Also Ctrl-C: in the background of a script it is ignored, and the tests need it.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.default_int_handler)
    try:
        if options.draw:
            publish(ROOT / "benchmarks", readme=ROOT / "README.md")
        else:
            bench(options)
    except CannotMeasure as fault:
        print(fault, file=sys.stderr)
        return 2
    except (CommandFailed, WrongResult) as fault:
        print(f"\n{fault}\nNo table was written.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. No table was written.", file=sys.stderr)
        return 130
    return 0


def bench(options: argparse.Namespace) -> None:
    """Measure everything and write the results."""
    plan = manifest.read_manifest(ROOT)
    names = [one.name for one in plan.notebooks[: options.first]]
    chosen = choose(names, options)
    refuse_uncommitted(chosen)
    trial = bool(options.only) or len(names) < len(plan.notebooks)
    target = ROOT / "build/benchmarks" if trial else ROOT / "benchmarks"
    kept = ROOT / "build" / "benchmarks"
    kept.mkdir(parents=True, exist_ok=True)
    described = machine.describe(len(names), len(plan.notebooks))
    if os.getloadavg()[0] > BUSY:
        print(f"The machine is busy (load {os.getloadavg()[0]:.1f}): ratios will be blurred.")
    with tempfile.TemporaryDirectory(prefix="khtip-bench-", ignore_cleanup_errors=True) as folder:
        found = Rounds(
            Clones(ROOT, Path(folder), first=options.first if trial else None),
            log=kept / "last-command.txt",
            raw=kept / "rounds.csv",
        )
        bring_up_to_date(found, trial=trial)
        warm_up(Path(folder) / "one", found, chosen)
        found.all(chosen, options.rounds)
        more = [table.bytes_row(found.made, sorted(found.unlike))] if len(found.made) == 2 else []
        if any(one.name == sweeps.SWEEP for one in chosen):
            few = max(options.scenarios // 4, 1)
            more.insert(0, sweeps.memory(found.peak, few, options.scenarios))
    table.write(table.build(found.seconds, chosen, found.findings, more), target / table.NAME)
    machine.write(described, target / machine.NAME)
    publish(target, readme=None if trial else ROOT / "README.md")


def choose(names: list[str], options: argparse.Namespace) -> list[Measure]:
    """Return the measures of this benchmark, baselines first.

    Raises
    ------
    CannotMeasure
        For the name of a measure that does not exist.
    """
    found = measures.regeneration(names) + measures.increment()
    found += measures.suites(names, whole=not options.first)
    why = sweeps.missing(names)
    if why:
        print(f"Sweeps are left out: {why}.")
    else:
        found += sweeps.timed(options.scenarios)
    if not options.only:
        return found
    known = [one.name for one in found]
    unknown = sorted(set(options.only) - set(known))
    if unknown:
        raise CannotMeasure(f"no measure {unknown[0]!r}. Known: {', '.join(known)}.")
    baselines = {one.against for one in found if one.name in options.only}
    return [one for one in found if one.name in baselines | set(options.only)]


def refuse_uncommitted(chosen: Sequence[Measure]) -> None:
    """Refuse to time the tests of other files than those that the other measures use."""
    changed = uncommitted(ROOT) if any(one.state == CLONE for one in chosen) else []
    if changed:
        raise CannotMeasure(
            "make test is measured in a clone of the last commit. Files that differ from it: "
            f"{len(changed)}, first {changed[0]}. First: git commit. Or leave it out with --only."
        )


def bring_up_to_date(found: Rounds, *, trial: bool) -> None:
    """Refuse products that are not what ``make run`` makes; a trial's own are made first."""
    # With fewer notebooks, some products are other ones though nothing they read has changed.
    done = run(
        ["make", "--no-print-directory", "run", *(["ARGS=--force"] if trial else [])],
        folder=found.clones.template,
        environment=found.environment,
        log=found.log,
        limit=1800,
    )
    if not trial and not done.said.startswith("Nothing changed"):
        raise CannotMeasure("The products are not what their sources make. First: make run")


def warm_up(scratch: Path, found: Rounds, chosen: Sequence[Measure]) -> None:
    """Run the whole code once, and each tool once on one notebook: byte code, fonts, disk cache."""
    names = [one.name for one in manifest.read_manifest(found.clones.template).notebooks]
    print("warming up: all code", flush=True)
    plain = next(one for one in measures.regeneration(names) if one.name == PLAIN)
    found.run(plain)
    small = Rounds(Clones(ROOT, scratch, first=1), log=found.log)
    small.environment = found.environment
    bring_up_to_date(small, trial=True)
    few = measures.regeneration(names[:1]) + measures.suites(names[:1], whole=False)
    wanted = {one.name for one in chosen}
    for one in few:
        if one.name in wanted:
            print(f"warming up: {one.what}", flush=True)
            small.run(one)


def publish(folder: Path, *, readme: Path | None) -> None:
    """Draw the figure from the table in `folder`, and quote the table where it is quoted."""
    measured = table.read(folder / table.NAME)
    described = machine.read(folder / machine.NAME)
    draw.save(measured, described, folder)
    if readme:
        quote.write(readme, {"benchmarks": quote.short(measured, described)})
        blocks = {"machine": quote.where(described), "table": quote.full(measured)}
        quote.write(folder / "README.md", blocks)
    print(quote.full(measured))
    print(f"Wrote {folder.relative_to(ROOT)}.")


if __name__ == "__main__":
    sys.exit(main())
