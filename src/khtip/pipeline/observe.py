"""The manifest's entry for a notebook, found by running it and looking at what it did."""

from __future__ import annotations

import tempfile
from pathlib import Path

import yaml

from khtip.pipeline import execute, normalise, staging
from khtip.pipeline.manifest import MANIFEST


def entry(name: str, root: Path) -> str:
    """Run a notebook aside and return the entry that it needs in ``pipeline.yml``.

    Parameters
    ----------
    name : str
        The notebook's name or number, with or without folder and suffix.
    root : Path
        The project. Its products are read where they are and stay as they are.

    Raises
    ------
    FileNotFoundError
        When there is no such notebook.
    NotebookFailed
        When it fails.
    """
    start = Path(name).name.removesuffix(".ipynb")
    notebooks = sorted((root / "notebooks").glob("*.ipynb"))
    found_paths = [path for path in notebooks if start and path.name.startswith(start)]
    if not found_paths:
        raise FileNotFoundError(f"notebooks/{start}.ipynb: no such notebook.")
    path = found_paths[0]
    with tempfile.TemporaryDirectory(prefix="khtip-") as folder:
        workplace = execute.Workplace(root, Path(folder) / "products", Path(folder))
        execute.execute(normalise.read(path), path.stem, workplace)
        written = staging.files_below(workplace.products)
        read = staging.opened_below(root, workplace.opened) - written
    figures = sorted({Path(one).stem for one in written if one.startswith("figures/")})
    found = {
        "name": path.stem,
        "title": "…",
        "asks": "…",
        "reads": sorted(read),
        "tables": sorted(one for one in written if not one.startswith("figures/")),
        "figures": figures,
    }
    kept = {key: value for key, value in found.items() if value}
    return f"# for {MANIFEST}\n" + yaml.safe_dump([kept], sort_keys=False, allow_unicode=True)
