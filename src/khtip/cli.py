"""The command ``khtip``. ``make run`` and ``make test`` are the usual ways to call it.

Exit status: 0 done, 1 a notebook failed, 2 what was given is refused: wrong use, parameters,
scenario or data. After 2 no kernel has started and nothing has changed. ``changes`` and
``compare-figures`` end with 1 when something moved.
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import importlib
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from khtip import files
from khtip.runner import sweep as runner_sweep

# By name: importing the classes would load a library for every command.
REFUSED = {"ParameterError", "ManifestError", "FileNotFoundError", "Busy", "NoScheduler"}
REFUSED |= {"DataProblems", "UnknownState", "UnknownName", "UnfitFolder", "ExportError"}
REFUSED |= {"ReadmeError"}
FAILED = {"NotebookFailed", "NotANotebook", "Interrupted", "SiteError"}
CLOSED = 141  # as a shell reports what ended because nobody reads its output

EXAMPLES = """examples:
  khtip run                                run what changed
  khtip run --explain                      say what would run, and why
  khtip run --scenario 2019-against-2018   another scenario, into runs/
  khtip run -p base_year=2015              one other value, into runs/
  khtip sweep scenarios/sweep.yml          a grid of scenarios, into runs/sweeps/
  khtip sweep scenarios/sweep.yml --explain    how many runs, and how long
  khtip parameters                         what can be changed, and to what
  khtip check-data                         check every input table
  khtip observe 03-describe-trends         what its entry in pipeline.yml must say
  khtip export --format sdmx               the observations under the names of SDMX
  khtip dictionary --write                 refresh data/dictionary.md
  khtip manifest --write                   refresh the generated cells and the README's table
  khtip changes --base HEAD~1              what moved since a revision: rows, findings, figures
  khtip compare-figures                    the figures here against those last committed
  khtip trace figures/05-flow-home.png     the published statements a figure rests on
  khtip site                               build the pages into build/site
"""


def parser() -> argparse.ArgumentParser:
    """Return the command line's parser."""
    top = argparse.ArgumentParser(
        prog="khtip",
        description="Run the notebook collection.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="run every notebook that something changed for")
    run.add_argument("--scenario", metavar="NAME", help="a file of scenarios/, without .yml")
    run.add_argument(
        "-p",
        dest="overrides",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="one parameter; may be repeated",
    )
    run.add_argument("--explain", action="store_true", help="run nothing, say what would and why")
    run.add_argument("--force", action="store_true", help="run everything, changed or not")
    run.add_argument("--jobs", type=_jobs, metavar="N", help="notebooks side by side")
    sweep = commands.add_parser("sweep", help="run a grid of scenarios, on Dask")
    runner_sweep.add_arguments(sweep)
    commands.add_parser("parameters", help="list the parameters")
    commands.add_parser("check-data", help="check every input table")
    observe = commands.add_parser("observe", help="run a notebook aside, print its entry")
    observe.add_argument("notebook", metavar="NOTEBOOK")
    manifest = commands.add_parser("manifest", help="check pipeline.yml and what comes from it")
    manifest.add_argument("--write", action="store_true", help="mend what is out of date")
    _declare_readers(commands)
    words = commands.add_parser("dictionary", help="check data/dictionary.md")
    words.add_argument("--write", action="store_true", help="mend it when it is out of date")
    export = commands.add_parser("export", help="write SDMX, HXL and RO-Crate exports")
    export.add_argument("--format", choices=("sdmx", "hxl", "rocrate", "all"), default="all")
    export.add_argument("--out", metavar="FOLDER", default="build/exports", help="where to")
    release = commands.add_parser("release", help="write the files of a release")
    release.add_argument("tag", metavar="TAG", help="v and the version, such as v0.1.0")
    site = commands.add_parser("site", help="build the rendered site from what is committed")
    site.add_argument("--output", metavar="FOLDER", help="where to; by default build/site")
    return top


def _declare_readers(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the commands that only read the products."""
    changes = commands.add_parser("changes", help="say what moved between two git revisions")
    changes.add_argument("--base", required=True, metavar="REV", help="the older revision")
    changes.add_argument("--head", metavar="REV", help="the newer one; default: the working tree")
    changes.add_argument("--output", metavar="FOLDER", help="default: build/changes")
    figures = commands.add_parser("compare-figures", help="compare figures in three layers")
    figures.add_argument("--base", default="HEAD", metavar="REV", help="baseline; default: HEAD")
    figures.add_argument(
        "--result", metavar="FOLDER", help="holds figures/, such as runs/NAME; default: the project"
    )
    figures.add_argument("--output", metavar="FOLDER", help="default: build/compare-figures")
    trace = commands.add_parser("trace", help="print the published statements behind a name")
    trace.add_argument(
        "name",
        metavar="NAME",
        help="a figure or its file, a finding, a figure_id, or a line: data/results/trends.csv:2",
    )
    trace.add_argument(
        "--format",
        choices=("table", "csv", "json", "markdown"),
        default="table",
        help="default: table",
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    _open_streams()
    options = parser().parse_args(arguments)
    # A terminated run ends like an interrupted one, so that its kernels are shut down.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        status = _COMMANDS[options.command](options)
        sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        print("Stopped. Products are as the last finished notebook left them.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        with contextlib.suppress(OSError, ValueError):  # or Python would complain at its end
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLOSED
    except Exception as fault:
        words, status = _answer(fault)
        print(words, file=sys.stderr)
        return status


def _open_streams() -> None:
    """Give each closed standard stream to nobody: else the next file would take its number."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, "r" if number == 0 else "w", closefd=False))  # noqa


def _answer(fault: Exception) -> tuple[str, int]:
    """Return what to say of a fault, and the exit status; raise one that is a mistake of ours."""
    names = {one.__name__ for one in type(fault).__mro__}
    if names & REFUSED:
        return str(fault), 2
    if names & FAILED:
        return str(fault), 1
    if isinstance(fault, ModuleNotFoundError) and not str(fault.name).startswith("khtip"):
        words = f"The package {fault.name} is missing from this environment."
        return f"{words}\n  next: make install, which sets it up from requirements.lock", 2
    # A write that finds the disk full does not say which file it was for.
    full = isinstance(fault, OSError) and fault.errno in (errno.ENOSPC, errno.EDQUOT)
    if full or (isinstance(fault, OSError) and fault.filename is not None):
        words = "Products are whole: each is the old or the new one."
        then = "mend the disk or the folder, then the same command again"
        return f"{fault}\n  {words}\n  next: {then}", 1
    raise fault


def _jobs(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 64:
        raise argparse.ArgumentTypeError(f"{text!r}: expected a whole number from 1 to 64")
    return int(text)


# One function a command. Each imports what it needs: to load all would take a second.


def _handed_to(module: str, function: str) -> Callable[[argparse.Namespace], int]:
    """Return a command that a function of the package does as a whole."""

    def command(options: argparse.Namespace) -> int:
        return getattr(importlib.import_module(f"khtip.{module}"), function)(options)

    return command


def _run(options: argparse.Namespace) -> int:
    from khtip.parameters import ParameterError
    from khtip.runner import run

    if not options.scenario and not options.overrides:
        return run.run(explain=options.explain, force=options.force, jobs=options.jobs)
    if options.explain or options.force:
        raise ParameterError("--explain and --force are for the published scenario only.")
    return run.run_scenario(options.scenario, options.overrides)


def _parameters(options: argparse.Namespace) -> int:
    from khtip.parameters import REGISTRY

    for name, one in REGISTRY.items():
        print(f"{name} = {one.default!r}\n    {one.meaning}; {one.allowed()}")
    return 0


def _check_data(options: argparse.Namespace) -> int:
    from khtip.runner import steps

    steps.check_data(files.root())
    print("Every input table is as it should be.")
    return 0


def _observe(options: argparse.Namespace) -> int:
    from khtip.runner import steps

    print(steps.entry(options.notebook, files.root()), end="")
    return 0


def _manifest(options: argparse.Namespace) -> int:
    from khtip.runner import manifest, notebooks

    plan = manifest.read_manifest()
    stale = notebooks.stale(plan)
    if options.write:
        notebooks.write(plan)
    return _mended(stale, "khtip manifest --write", written=options.write)


def _dictionary(options: argparse.Namespace) -> int:
    from khtip.reading.exports import dictionary

    root = files.root()
    stale = [dictionary.DICTIONARY] if dictionary.stale(root) else []
    if options.write:
        dictionary.write(root)
    return _mended(stale, "khtip dictionary --write", written=options.write)


def _mended(stale: list[str], command: str, *, written: bool) -> int:
    """Say what was out of date, and whether it has been written anew."""
    if written:
        print("\n".join(f"wrote {path}" for path in stale) or "Nothing to write.")
        return 0
    print("\n".join(f"{path} is out of date: {command}" for path in stale) or "Good.")
    return 1 if stale else 0


def _export(options: argparse.Namespace) -> int:
    from khtip.reading.exports import writing

    formats = writing.FORMATS if options.format == "all" else (options.format,)
    root = files.root()
    return _wrote(writing.export(root, root / Path(options.out), formats))


def _release(options: argparse.Namespace) -> int:
    from khtip.reading.exports import release

    return _wrote(release.prepare(files.root(), options.tag))


def _wrote(made: Sequence[Path]) -> int:
    print("\n".join(f"wrote {path}" for path in made))
    return 0


def _site(options: argparse.Namespace) -> int:
    from khtip.reading.site import build

    folder = build.build(Path(options.output) if options.output else None)
    print(f"Open {folder / 'index.html'} in a browser.")
    return 0


_COMMANDS = {
    "run": _run,
    "sweep": _handed_to("runner.sweep.command", "run"),
    "parameters": _parameters,
    "check-data": _check_data,
    "observe": _observe,
    "manifest": _manifest,
    "changes": _handed_to("reading.changes.report", "changes"),
    "compare-figures": _handed_to("reading.changes.report", "compare_figures"),
    "trace": _handed_to("reading.trace", "trace"),
    "dictionary": _dictionary,
    "export": _export,
    "release": _release,
    "site": _site,
}
