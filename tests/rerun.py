"""``python tests/rerun.py FOLDER``: run the whole collection aside, for tests/test_notebooks.py.

Ordinary kernels, another hash seed, and no network: what comes out must be what is committed. Only
a process of its own can have another hash seed.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
OFFLINE = Path(__file__).parent / "offline"


def run(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the collection into `folder`; what it says is kept."""
    given = {name: value for name, value in os.environ.items() if not name.startswith("KHTIP_")}
    own = {
        "KHTIP_ROOT": str(ROOT),
        "KHTIP_WARM": "0",  # ordinary kernels: warm ones must not differ
        "PYTHONHASHSEED": "1",
        "PYTHONPATH": str(OFFLINE),
        "CI": "true",
    }
    command = [sys.executable, __file__, str(folder)]
    kept = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    return subprocess.run(command, env=given | own, timeout=900, **kept)


def main(folder: str) -> None:
    """Run the published scenario into a folder."""
    from khtip.runner import manifest, scenarios

    scenarios.run(
        manifest.read_manifest(ROOT), scenarios.read_scenario("published", ROOT), place=Path(folder)
    )


if __name__ == "__main__":
    main(sys.argv[1])
