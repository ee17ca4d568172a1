"""The command ``khtip``. ``make run`` and ``make test`` are the usual ways to call it.

Exit status: 0 done, 1 a notebook or the data failed, 2 wrong use or parameters.
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence

from khtip.parameters import ParameterError
from khtip.pipeline.execute import NotebookFailed
from khtip.pipeline.manifest import ManifestError
from khtip.pipeline.normalise import NotANotebook
from khtip.pipeline.staging import Busy

EXAMPLES = """examples:
  khtip run                                run what changed
  khtip run --explain                      say what would run, and why
  khtip run --scenario 2019-against-2018   another scenario, into runs/
  khtip run -p base_year=2015              one other value, into runs/
  khtip parameters                         what can be changed, and to what
  khtip check-data                         check every input table
  khtip observe 03-describe-trends         what its entry in pipeline.yml must say
  khtip manifest --write                   refresh the generated cells and the README's table
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
    commands.add_parser("parameters", help="list the parameters")
    commands.add_parser("check-data", help="check every input table")
    observe = commands.add_parser("observe", help="run a notebook aside, print its entry")
    observe.add_argument("notebook", metavar="NOTEBOOK")
    manifest = commands.add_parser("manifest", help="check pipeline.yml and what comes from it")
    manifest.add_argument("--write", action="store_true", help="mend what is out of date")
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    options = parser().parse_args(arguments)
    # A terminated run ends like an interrupted one, so that its kernels are shut down.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return _COMMANDS[options.command](options)
    except (ParameterError, ManifestError, FileNotFoundError, Busy) as fault:
        print(fault, file=sys.stderr)
        return 2
    except (NotebookFailed, NotANotebook) as fault:
        print(fault, file=sys.stderr)
        return 1
    except ValueError as fault:
        if type(fault).__name__ != "DataProblems":
            raise
        print(fault, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped. Products are as the last finished notebook left them.", file=sys.stderr)
        return 130


def _run(options: argparse.Namespace) -> int:
    from khtip.pipeline import runner

    if not options.scenario and not options.overrides:
        return runner.run(explain=options.explain, force=options.force)
    if options.explain or options.force:
        raise ParameterError("--explain and --force are for the published scenario only.")
    return runner.run_scenario(options.scenario, options.overrides)


def _parameters(options: argparse.Namespace) -> int:
    from khtip.parameters import REGISTRY

    for name, one in REGISTRY.items():
        print(f"{name} = {one.default!r}\n    {one.meaning}; {one.allowed()}")
    return 0


def _check_data(options: argparse.Namespace) -> int:
    from khtip import paths
    from khtip.pipeline import collection

    collection.check_data(paths.root())
    print("Every input table is as it should be.")
    return 0


def _observe(options: argparse.Namespace) -> int:
    from khtip import paths
    from khtip.pipeline import observe

    print(observe.entry(options.notebook, paths.root()), end="")
    return 0


def _manifest(options: argparse.Namespace) -> int:
    from khtip.pipeline import generated, manifest

    plan = manifest.load()
    stale = generated.stale(plan)
    if options.write:
        generated.write(plan)
        print("\n".join([f"wrote {path}" for path in stale]) or "Nothing to write.")
        return 0
    print("\n".join(f"{path} is out of date: khtip manifest --write" for path in stale) or "Good.")
    return 1 if stale else 0


_COMMANDS = {
    "run": _run,
    "parameters": _parameters,
    "check-data": _check_data,
    "observe": _observe,
    "manifest": _manifest,
}
