"""The command ``khtip``. ``make run`` and ``make test`` are the usual ways to call it.

Exit status: 0 done, 1 a notebook failed, 2 what was given is refused: wrong use, parameters,
scenario or data. After 2 no kernel has started and nothing has changed. ``changes`` and
``compare-figures`` end with 1 when something moved.
"""

from __future__ import annotations

import argparse
import errno
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from khtip import files
from khtip.parameters import ParameterError
from khtip.runner.execute import NotebookFailed
from khtip.runner.manifest import ManifestError
from khtip.runner.notebooks import NotANotebook
from khtip.runner.staging import Busy
from khtip.runner.sweep import arguments as sweep_arguments
from khtip.runner.sweep.arguments import Interrupted, NoScheduler

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
    sweep_arguments.add(sweep)
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
    options = parser().parse_args(arguments)
    # A terminated run ends like an interrupted one, so that its kernels are shut down.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return _COMMANDS[options.command](options)
    except (
        ParameterError,
        ManifestError,
        FileNotFoundError,
        Busy,
        files.Busy,
        NoScheduler,
    ) as fault:
        print(fault, file=sys.stderr)
        return 2
    except (NotebookFailed, NotANotebook, Interrupted) as fault:
        print(fault, file=sys.stderr)
        return 1
    except OSError as fault:  # a full disk, a folder without the right to write
        # A write that finds the disk full does not say which file it was for.
        if fault.filename is None and fault.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        print(
            f"{fault}\n  Products are whole: each is the old or the new one.\n"
            "  next: mend the disk or the folder, then the same command again",
            file=sys.stderr,
        )
        return 1
    except ValueError as fault:
        # By name: importing the classes would load pandas for every command.
        if type(fault).__name__ not in (
            "DataProblems",
            "UnknownState",
            "UnknownName",
            "UnfitFolder",
        ):
            raise
        print(fault, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped. Products are as the last finished notebook left them.", file=sys.stderr)
        return 130


def _jobs(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 64:
        raise argparse.ArgumentTypeError(f"{text!r}: expected a whole number from 1 to 64")
    return int(text)


def _run(options: argparse.Namespace) -> int:
    from khtip.runner import run as runner_run

    if not options.scenario and not options.overrides:
        return runner_run.run(explain=options.explain, force=options.force, jobs=options.jobs)
    if options.explain or options.force:
        raise ParameterError("--explain and --force are for the published scenario only.")
    return runner_run.run_scenario(options.scenario, options.overrides)


def _sweep(options: argparse.Namespace) -> int:
    from khtip.runner.sweep import command

    return command.run(options)


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
    from khtip.runner import manifest as runner_manifest
    from khtip.runner import notebooks

    plan = runner_manifest.read_manifest()
    stale = notebooks.stale(plan)
    if options.write:
        notebooks.write(plan)
        print("\n".join([f"wrote {path}" for path in stale]) or "Nothing to write.")
        return 0
    print("\n".join(f"{path} is out of date: khtip manifest --write" for path in stale) or "Good.")
    return 1 if stale else 0


def _changes(options: argparse.Namespace) -> int:
    from khtip.reading.changes import report

    return report.changes(options)


def _compare_figures(options: argparse.Namespace) -> int:
    from khtip.reading.changes import report

    return report.compare_figures(options)


def _trace(options: argparse.Namespace) -> int:
    from khtip.reading import trace as reading_trace

    return reading_trace.trace(options)


def _dictionary(options: argparse.Namespace) -> int:
    from khtip.reading.exports import dictionary

    root = files.root()
    stale = dictionary.stale(root)
    if options.write:
        dictionary.write(root)
        print(f"wrote {dictionary.DICTIONARY}" if stale else "Nothing to write.")
        return 0
    print(f"{dictionary.DICTIONARY} is out of date: khtip dictionary --write" if stale else "Good.")
    return 1 if stale else 0


def _export(options: argparse.Namespace) -> int:
    from khtip.reading.exports import writing

    formats = writing.FORMATS if options.format == "all" else (options.format,)
    root = files.root()
    return _written(lambda: writing.export(root, root / Path(options.out), formats))


def _release(options: argparse.Namespace) -> int:
    from khtip.reading.exports import release as exports_release

    return _written(lambda: exports_release.prepare(files.root(), options.tag))


def _written(make: Callable[[], list[Path]]) -> int:
    from khtip.reading.exports.writing import ExportError

    try:
        print("\n".join(f"wrote {path}" for path in make()))
    except ExportError as fault:
        print(fault, file=sys.stderr)
        return 2
    return 0


def _site(options: argparse.Namespace) -> int:
    from pathlib import Path

    from khtip.reading.site import build, library

    try:
        folder = build.build(Path(options.output) if options.output else None)
    except library.SiteError as fault:
        print(fault, file=sys.stderr)
        return 1
    print(f"Open {folder / 'index.html'} in a browser.")
    return 0


_COMMANDS = {
    "run": _run,
    "sweep": _sweep,
    "parameters": _parameters,
    "check-data": _check_data,
    "observe": _observe,
    "manifest": _manifest,
    "changes": _changes,
    "compare-figures": _compare_figures,
    "trace": _trace,
    "dictionary": _dictionary,
    "export": _export,
    "release": _release,
    "site": _site,
}
