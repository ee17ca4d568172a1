"""Executed notebooks as bytes that are the same everywhere, and a guard over their outputs.

Kept: cells, tags, outputs, execution counts. Dropped: the times, versions, ids and other traces
of the machine and the moment that papermill, the kernel and editors leave behind.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from khtip import files
from khtip.imports import without
from khtip.runner.graph import FINDINGS
from khtip.runner.manifest import Manifest, Notebook

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


def read_notebook(path: Path) -> dict[str, Any]:
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


# The generated blocks of the README, written between two HTML comments.


def replace_block(text: str, name: str, content: str) -> str:
    """Return `text` with the block `name` filled with `content`.

    Raises
    ------
    ValueError
        When the README does not hold exactly one such block.

    Examples
    --------
    >>> replace_block("<!-- a:start -->old<!-- a:end -->", "a", "new")
    '<!-- a:start -->\\nnew\\n<!-- a:end -->'
    """
    pattern = re.compile(rf"(<!-- {name}:start -->).*?(<!-- {name}:end -->)", re.DOTALL)
    found = len(pattern.findall(text))
    if found != 1:
        raise ValueError(
            f"README.md: {found} blocks named {name!r}, expected one. Write "
            f"<!-- {name}:start --> and <!-- {name}:end --> where it belongs."
        )
    return pattern.sub(lambda m: f"{m[1]}\n{content.strip()}\n{m[2]}", text)


def findings_block(findings: Iterable[Mapping[str, str]]) -> str:
    """Return the headline findings as a Markdown list.

    Parameters
    ----------
    findings : iterable of mapping
        The rows of ``data/results/findings.csv`` as text: at least ``headline`` (``True`` or not),
        ``sentence``, ``support`` (a sentence on how far it holds) and ``notebook``.

    Examples
    --------
    >>> row = {"headline": "True", "sentence": "Cases rose.", "support": "Holds.", "notebook": "03"}
    >>> findings_block([row, row | {"headline": "False"}])
    '- Cases rose. *Holds.* (notebook 03)'
    """
    return "\n".join(
        f"- {row['sentence']} *{row['support']}* (notebook {row['notebook']})"
        for row in findings
        if row["headline"] == "True"
    )


# The generated parts: two cells of each notebook, and two blocks of the README.


README = "README.md"
BLOCK = "notebooks"


def needs_makes(one: Notebook) -> str:
    """Return the Markdown that links what a notebook needs and makes.

    Examples
    --------
    >>> print(needs_makes(Notebook("03-describe-trends", "Trends", "What changed?",
    ...                            reads=("data/clean/claims.csv",), figures=("03-ratios",))))
    **Needs** [claims.csv](../data/clean/claims.csv)
    <BLANKLINE>
    **Makes** [03-ratios](../figures/03-ratios.png)
    """
    needs = [f"[{Path(path).name}](../{path})" for path in one.reads]
    makes = [f"[{Path(path).name}](../{path})" for path in one.tables]
    makes += [f"[{name}](../figures/{name}.png)" for name in one.figures]
    return (
        f"**Needs** {' · '.join(needs) or 'nothing'}\n\n**Makes** {' · '.join(makes) or 'nothing'}"
    )


def navigation(manifest: Manifest, one: Notebook) -> str:
    """Return the Markdown that links the notebooks before and after."""
    place = manifest.notebooks.index(one)
    links = []
    if place > 0:
        before = manifest.notebooks[place - 1]
        links.append(f"← [{before.title}]({before.name}.ipynb)")
    links.append("[All notebooks](../README.md)")
    if place + 1 < len(manifest.notebooks):
        after = manifest.notebooks[place + 1]
        links.append(f"[{after.title}]({after.name}.ipynb) →")
    return " · ".join(links)


def table(manifest: Manifest) -> str:
    """Return the README's table of the notebooks."""
    lines = ["| notebook | asks |", "| --- | --- |"]
    lines += [f"| [{one.name}]({one.path}) | {one.asks} |" for one in manifest.notebooks]
    return "\n".join(lines)


def blocks(manifest: Manifest) -> dict[str, str]:
    """Return the generated blocks of the README by name; without findings yet, only the table."""
    made = {BLOCK: table(manifest)}
    results = manifest.root / FINDINGS
    if results.is_file():
        with results.open(newline="", encoding="utf-8") as file:
            made["findings"] = findings_block(csv.DictReader(file))
    return made


def stale(manifest: Manifest) -> list[str]:
    """Return the files whose generated parts, or whose normal form, are out of date."""
    return [
        path
        for path, content in _current(manifest).items()
        if (manifest.root / path).read_text(encoding="utf-8") != content
    ]


def write(manifest: Manifest, *, ran: Collection[str] = ()) -> None:
    """Bring the generated parts up to date; a file that is current is not touched.

    Each file is replaced as a whole: a run that is killed here must not leave half a notebook.

    Parameters
    ----------
    manifest : Manifest
        The collection.
    ran : collection of str
        Notebooks that this process has just run and written with these very parts.
    """
    for path, content in _current(manifest, ran).items():
        target = manifest.root / path
        if target.read_text(encoding="utf-8") != content:
            files.write_text(target, content)


def _current(manifest: Manifest, ran: Collection[str] = ()) -> dict[str, str]:
    others = [one for one in manifest.notebooks if one.name not in ran]
    current = {one.path: dumps(notebook(manifest, one)) for one in others}
    path = manifest.root / README
    if path.is_file():
        text = path.read_text(encoding="utf-8")
        for name, content in blocks(manifest).items():
            if f"<!-- {name}:start -->" in text:
                text = replace_block(text, name, content)
        current[README] = text
    return current


def notebook(manifest: Manifest, one: Notebook) -> dict[str, Any]:
    """Return a notebook in normal form with its generated cells up to date."""
    content = normalise(read_notebook(manifest.root / one.path))
    made = {"needs-makes": needs_makes(one), "navigation": navigation(manifest, one)}
    for cell in content["cells"]:
        for tag in cell["metadata"].get("tags", []):
            if cell["cell_type"] == "markdown" and tag in made:
                cell["source"] = made[tag]
    return content
