"""Odd surroundings: clock, time zone, language, hash seed, place, no home, no network."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from faults.checks import unlike
from faults.commands import TESTS
from faults.projects import Case
from faults.table import Row

YEAR = 365.25 * 86_400
PLACE = "ភាសា ខ្មែរ: it's a 'place'"
NOWHERE = "/dev/null/none"
ASCII: dict[str, str | None] = {
    "LC_ALL": "C",
    "LANG": "C",
    "PYTHONUTF8": "0",
    "PYTHONCOERCECLOCALE": "0",
}
POSIX: dict[str, str | None] = {"LC_ALL": "C", "LANG": "C"}
HOMELESS: dict[str, str | None] = dict.fromkeys(
    ("HOME", "USER", "LOGNAME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "MPLCONFIGDIR")
)
# A sweep's workers speak over the machine's own loopback; there is nothing else in this network.
ALONE = ("unshare", "--net", "--map-root-user", "sh", "-c", 'ip link set lo up; exec "$@"', "sh")


def _tried(
    fault: str,
    case: Case,
    choices: list[dict[str, str | None]],
    scratch: Path,
    prepare: Callable[[Path], object] = lambda root: None,
) -> Row:
    """Run a case once under each choice of variables; the products must be the usual ones."""
    broken = []
    for variables in choices:
        root = case.copy(scratch / f"{case.name}-{len(list(scratch.iterdir()))}")
        prepare(root)
        done = case.command(root, **variables).result()
        broken += [f"{variables}: {words}" for words in unlike(case, root, done)]
        shutil.rmtree(root, ignore_errors=True)
    return Row(f"{fault}: `khtip {case.name}`", len(choices), "the usual products", broken)


def clock(case: Case, scratch: Path) -> Row:
    """Let the clock of the process be wrong by decades, both ways."""
    choices = [{"FAULT_CLOCK": str(years * YEAR)} for years in (-40, 70)]
    return _tried("clock of the process 40 years slow, 70 fast", case, choices, scratch)


def times(case: Case, scratch: Path) -> Row:
    """Date all files to 1980, and to 2099."""
    broken = []
    for year in (1980, 2099):
        root = case.copy(scratch / f"times-{year}")
        moment = (year - 1970) * YEAR
        for path in root.rglob("*"):
            os.utime(path, (moment, moment))
        broken += unlike(case, root, case.command(root).result())
        for path in root.rglob("*"):
            os.utime(path, (moment, moment))
        again = case.command(root).result()
        if "Nothing changed" not in again.out:
            broken.append(f"files of {year} ran again: {again.out}")
    words = "the usual products; a second run found nothing to do"
    return Row("every file dated 1980, or 2099", 2, words, broken)


def words(case: Case, scratch: Path) -> list[Row]:
    """Change time zone, language and hash seed."""
    zones: list[dict[str, str | None]] = [
        {"TZ": zone} for zone in ("Asia/Phnom_Penh", "America/St_Johns", "no/such-zone")
    ]
    languages: list[dict[str, str | None]] = [
        ASCII,
        {"LC_ALL": "km_KH.UTF-8", "LANGUAGE": "km"},
        {"LC_ALL": "tr_TR.UTF-8"},
    ]
    seeds: list[dict[str, str | None]] = [
        {"PYTHONHASHSEED": seed} for seed in ("1", "4294967295", "random")
    ]
    return [
        _tried("time zone, also one that does not exist", case, zones, scratch),
        _tried("locale: ASCII only, and two that are not installed", case, languages, scratch),
        _tried("`PYTHONHASHSEED` 1, the largest, random", case, seeds, scratch),
    ]


def place(case: Case, scratch: Path) -> Row:
    """Put the project below a folder with spaces, quotes and Khmer letters."""
    folder = scratch / PLACE
    folder.mkdir(exist_ok=True)
    choices: list[dict[str, str | None]] = [{}, POSIX]
    return _tried(
        "spaces, quotes, a colon, Khmer in the path; also locale C", case, choices, folder
    )


def homeless(case: Case, scratch: Path) -> Row:
    """Take the home folder away: no variable, and one that leads nowhere."""
    choices = [HOMELESS, HOMELESS | {"HOME": NOWHERE}]
    return _tried("no home folder, or one that cannot exist", case, choices, scratch)


def offline(case: Case, scratch: Path) -> Row:
    """Refuse every internet address to the command and to all it starts."""
    return _tried("no network", case, [{"PYTHONPATH": str(TESTS / "offline")}], scratch)


def alone(case: Case, scratch: Path) -> Row:
    """Give the command a network that has only the machine's own loopback."""
    fault = f"no network but the loopback: `khtip {case.name}`"
    probe = subprocess.run([*ALONE, "true"], capture_output=True, check=False)
    if probe.returncode:
        return Row(fault, 0, "this machine does not let a process leave the network")
    root = case.copy(scratch / f"alone-{case.name}")
    command = case.command(root)
    command.before = ALONE
    return Row(fault, 1, "the usual products", unlike(case, root, command.result()))


def all_at_once(case: Case, scratch: Path) -> Row:
    """Combine language, time zone, hash seed, place and the missing home folder."""
    folder = scratch / PLACE
    folder.mkdir(exist_ok=True)
    odd = POSIX | HOMELESS | {"TZ": "Asia/Phnom_Penh", "PYTHONHASHSEED": "random"}
    fault = "locale C, zone, seed, Khmer path, no home together"
    return _tried(fault, case, [odd], folder)
