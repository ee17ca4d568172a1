"""What ``requirements.lock`` pins, and ``environment.yml`` from it, for conda and Binder.

It runs before anything is installed, so it uses the standard library only.
"""

import re
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


if __name__ == "__main__":
    text = environment(Path(LOCK).read_text(encoding="utf-8"))
    Path(ENVIRONMENT).write_text(text, encoding="utf-8")
