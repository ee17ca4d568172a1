"""``python tests/rerun.py FOLDER``: run the whole collection aside, for tests/test_notebooks.py.

Ordinary kernels, another hash seed, and no network: what comes out must be what is committed. It is
a process of its own, so that it can run on one core while the other tests run on the next.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
OFFLINE = Path(__file__).parent / "offline"


def start(folder: Path) -> subprocess.Popen[str]:
    """Start the run into `folder` and do not wait for it."""
    given = {name: value for name, value in os.environ.items() if not name.startswith("KHTIP_")}
    own = {
        "KHTIP_ROOT": str(ROOT),
        "KHTIP_WARM": "0",  # ordinary kernels: warm ones must not differ
        "PYTHONHASHSEED": "1",
        "PYTHONPATH": str(OFFLINE),
        "CI": "true",
    }
    command = [sys.executable, __file__, str(folder)]
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command, env=given | own, stdout=pipe, stderr=subprocess.STDOUT, text=True
    )


def main(folder: str) -> None:
    """Run the published scenario into a folder."""
    from khtip.pipeline import manifest, scenarios

    scenarios.run(manifest.load(ROOT), scenarios.load("published", ROOT), place=Path(folder))


if __name__ == "__main__":
    main(sys.argv[1])
