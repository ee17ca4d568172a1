"""What ``requirements.lock`` pins: ``environment.yml`` for conda and Binder, and what departs.

It runs before anything is installed, so it uses the standard library only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

LOCK, ENVIRONMENT = "requirements.lock", "environment.yml"
PYTHON = "3.11"

_PIN = re.compile(
    r"^(?P<pin>[A-Za-z0-9._-]+(\[[\w,.-]+\])?==[^\s;\\]+)(?: ?; ?(?P<marker>[^\\]+))?"
)


def pins(lock: str) -> list[str]:
    """Return the pinned packages of a lock, with their markers and without hashes.

    Examples
    --------
    >>> pins("pandas==3.0 ; python_version > '3' \\\\\\n    --hash=sha256:00\\nzict==3.0.0\\n")
    ["pandas==3.0 ; python_version > '3'", 'zict==3.0.0']
    """
    found = [match for line in lock.splitlines() if (match := _PIN.match(line))]
    return [
        match["pin"] + (f" ; {match['marker'].strip()}" if match["marker"] else "")
        for match in found
    ]


def environment(lock: str) -> str:
    """Return the text of ``environment.yml``: Python from conda-forge, the rest from the lock."""
    lines = [
        "# Written by `make lock` from requirements.lock; for conda and Binder.",
        "name: khtip",
        "channels:",
        "  - conda-forge",
        "dependencies:",
        f"  - python={PYTHON}",
        "  - pip",
        "  - pip:",
        *(f'    - "{pin}"' for pin in pins(lock)),
        '    - "-e ."',
    ]
    return "\n".join(lines) + "\n"


def departures(lock: str, installed: Mapping[str, str]) -> list[str]:
    """Return what is installed in another version than the lock allows, as ``name version``.

    Parameters
    ----------
    lock : str
        The text of a lock. A package that is pinned twice, for two interpreters, may have either
        version.
    installed : mapping of str to str
        Package name to version; see `installed_packages`. What the lock does not name, or names
        and is not installed, cannot change a product's bytes in silence and is left out.

    Examples
    --------
    >>> departures("pandas==3.1.1\\nzict==3.0.0\\n", {"pandas": "3.0.0", "other": "1"})
    ['pandas 3.0.0']
    """
    allowed: dict[str, set[str]] = {}
    for pin in pins(lock):
        name, version = pin.split(" ;")[0].split("==")
        allowed.setdefault(_canonical(name.split("[")[0]), set()).add(version.strip())
    return sorted(
        f"{name} {version}"
        for name, version in installed.items()
        if name in allowed and version not in allowed[name]
    )


def installed_packages() -> dict[str, str]:
    """Return the packages of this interpreter, canonical name to version."""
    return {_canonical(one.metadata["Name"]): one.version for one in metadata.distributions()}


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    text = environment(Path(LOCK).read_text(encoding="utf-8"))
    Path(ENVIRONMENT).write_text(text, encoding="utf-8")
