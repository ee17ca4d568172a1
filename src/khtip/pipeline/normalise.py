"""Executed notebooks as bytes that are the same everywhere, and a guard over their outputs.

Kept: cells, tags, outputs, execution counts. Dropped: the times, versions, ids and other traces
of the machine and the moment that papermill, the kernel and editors leave behind.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from khtip.imports import without

KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}
INJECTED = "injected-parameters"

_UNSTABLE = {
    "an address in memory": re.compile(r"\bat 0x[0-9a-fA-F]{6,}"),
    "a path of this machine": re.compile(
        r"(?<![\w.:/])/(home|root|tmp|usr|var|work|mnt|opt|Users|private)/[\w.-]|[A-Z]:\\Users\\"
    ),
    "a duration": re.compile(
        r"Wall time:|CPU times:|\d (ns|µs|us|ms|s) ± |\b\d+(\.\d+)? seconds?\b"
    ),
    "a random id of a styled table": re.compile(r'id="T_[0-9a-f]{5}'),
}


class NotANotebook(ValueError):
    """A file is not a notebook; the message names it."""


def read(path: Path) -> dict[str, Any]:
    """Return the notebook at `path` as plain data.

    Raises
    ------
    NotANotebook
        When the file is not a notebook of format 4.
    """
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        if notebook["nbformat"] != 4 or not isinstance(notebook["cells"], list):
            raise KeyError
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError):
        words = f"{path}: not a notebook of format 4. Save it again in JupyterLab."
        raise NotANotebook(words) from None
    return notebook


def quick_imports() -> AbstractContextManager[None]:
    """Import what stands on jsonschema without the slowest of its checkers, in the block.

    jsonschema loads every checker of formats that it finds. The one for international addresses
    (IRI) builds a grammar for most of a second, and the schema of a notebook has no such address,
    nor a duration.
    """
    return without("rfc3987_syntax", "isoduration")


def text(value: str | list[str]) -> str:
    """Return notebook text, which may be stored as a list of lines, as one string."""
    return value if isinstance(value, str) else "".join(value)


def dumps(notebook: dict[str, Any]) -> str:
    """Return the notebook as JupyterLab would save it.

    Papermill holds each against the schema when it loads and when it writes it; not once more here.
    """
    with quick_imports():
        import nbformat

    return nbformat.v4.writes(nbformat.from_dict(notebook)) + "\n"


def normalise(notebook: dict[str, Any]) -> dict[str, Any]:
    """Return a copy without anything that belongs to one machine or one moment.

    Examples
    --------
    >>> cell = {"cell_type": "markdown", "id": "a", "source": "# Title",
    ...         "metadata": {"papermill": {"duration": 0.1}, "tags": []}}
    >>> done = normalise({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    >>> done["cells"][0]["metadata"]
    {}
    """
    cells, seen = [], set()
    for number, cell in enumerate(notebook["cells"]):
        clean = _cell(cell)
        name = cell.get("id") or f"cell-{number:02d}-{_digest(clean['source'])[:8]}"
        if INJECTED in clean["metadata"].get("tags", []):
            name = INJECTED
        while name in seen:
            name += "-again"
        seen.add(name)
        cells.append(clean | {"id": name})
    metadata = {"kernelspec": KERNELSPEC, "language_info": LANGUAGE}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def _cell(cell: dict[str, Any]) -> dict[str, Any]:
    kept = {"cell_type": cell["cell_type"], "source": text(cell["source"])}
    tags = cell.get("metadata", {}).get("tags")
    kept["metadata"] = {"tags": list(tags)} if tags else {}
    if "attachments" in cell:
        kept["attachments"] = cell["attachments"]
    if cell["cell_type"] == "code":
        kept["execution_count"] = cell.get("execution_count")
        kept["outputs"] = [_output(output) for output in cell.get("outputs", [])]
    return kept


def _output(output: dict[str, Any]) -> dict[str, Any]:
    kept = json.loads(json.dumps(output))
    kept.pop("transient", None)
    if "text" in kept:
        kept["text"] = text(kept["text"])
    for kind, value in kept.get("data", {}).items():
        if not kind.endswith("json"):
            kept["data"][kind] = text(value)
    return kept


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def source_digest(notebook: dict[str, Any]) -> str:
    """Return a hash of what a run depends on: the code cells and their tags, never outputs.

    A change of Markdown leaves it as it is.
    """
    return _digest(
        [
            (text(cell["source"]), cell.get("metadata", {}).get("tags") or [])
            for cell in notebook["cells"]
            if cell["cell_type"] == "code"
        ]
    )


def output_digest(notebook: dict[str, Any]) -> str:
    """Return a hash of what a run made: the outputs of the code cells and their numbers."""
    done = [_cell(cell) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return _digest([(cell["execution_count"], cell["outputs"]) for cell in done])


def complaints(notebook: dict[str, Any]) -> Iterator[tuple[int, str]]:
    """Yield ``(cell number, what is wrong)`` for each output that must not be published.

    Cells count from 1. A code cell must have run, in order, without error, without a word on
    stderr, and without an output that another run would not repeat.
    """
    expected = 0
    for number, cell in enumerate(notebook["cells"], 1):
        if cell["cell_type"] != "code":
            continue
        expected += 1
        if not text(cell["source"]).strip():
            yield number, "is an empty code cell; delete it"
            expected -= 1
        elif cell.get("execution_count") is None:
            yield number, "was not executed"
        elif cell["execution_count"] != expected:
            yield number, f"was executed as [{cell['execution_count']}], expected [{expected}]"
        for output in cell.get("outputs", []):
            for wrong in _wrong_output(output):
                yield number, wrong


def _wrong_output(output: dict[str, Any]) -> Iterator[str]:
    kind = output["output_type"]
    if kind == "error":
        yield f"ended with {output['ename']}: {output['evalue']}"
        return
    if kind == "stream" and output["name"] == "stderr":
        yield f"wrote on stderr: {text(output['text']).strip()[:200]}"
    data = output.get("data", {})
    shown = {"text": output.get("text", "")} | data
    for mime, value in shown.items():
        if not mime.startswith("text") and mime != "image/svg+xml":
            continue
        for what, pattern in _UNSTABLE.items():
            found = pattern.search(text(value))
            if found:
                yield f"shows {what}: {found.group(0)!r}"
