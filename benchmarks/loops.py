"""Run notebooks one after the other inside one Python process, with a library's own interface.

A script of its own, so that the clock also sees the start of Python and the imports::

    python benchmarks/loops.py papermill-default 00-start-here 01-clean-reported-figures

It works in the folder of the notebooks and writes below ``../build/made``.
"""

from __future__ import annotations

import sys
from pathlib import Path

MADE = Path("../build/made")


def papermill(names: list[str], **options: str) -> None:
    """Execute each notebook with papermill's function, in an ordinary kernel."""
    from papermill import execute_notebook

    for name in names:
        execute_notebook(f"{name}.ipynb", MADE / f"{name}.ipynb", progress_bar=False, **options)


def nbclient(names: list[str]) -> None:
    """Execute each notebook with nbclient, in an ordinary kernel."""
    import nbformat
    from nbclient import NotebookClient

    for name in names:
        notebook = nbformat.read(f"{name}.ipynb", as_version=4)
        NotebookClient(notebook, timeout=None, resources={"metadata": {"path": "."}}).execute()
        nbformat.write(notebook, MADE / f"{name}.ipynb")


def main(kind: str, names: list[str]) -> None:
    """Run the loop called `kind` over the notebooks `names`."""
    MADE.mkdir(parents=True, exist_ok=True)
    if kind == "papermill-default":
        papermill(names)
    elif kind == "papermill-immediate":
        papermill(names, shutdown_kernel="immediate")
    elif kind == "nbclient":
        nbclient(names)
    else:
        raise SystemExit(
            f"{kind!r}: expected papermill-default, papermill-immediate or nbclient, "
            "then the names of notebooks."
        )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
