"""Run notebooks in one process; a script of its own, so that the clock also sees its imports."""

import sys
from pathlib import Path

PAPERMILL = {"function": {}, "immediate": {"shutdown_kernel": "immediate"}}


def main(kind: str, *names: str) -> None:
    """Execute notebooks of the working folder, each in an ordinary kernel."""
    made = Path("../build/made")
    if kind in PAPERMILL:
        from papermill import execute_notebook

        for name in names:
            execute_notebook(name, made / name, progress_bar=False, **PAPERMILL[kind])
    elif kind == "nbclient":
        import nbformat
        from nbclient import NotebookClient

        for name in names:
            notebook = nbformat.read(name, as_version=4)
            NotebookClient(notebook, timeout=None, resources={"metadata": {"path": "."}}).execute()
            nbformat.write(notebook, made / name)
    else:
        raise SystemExit(f"{kind!r}: expected {', '.join(PAPERMILL)} or nbclient, then notebooks.")


if __name__ == "__main__":
    main(*sys.argv[1:])
