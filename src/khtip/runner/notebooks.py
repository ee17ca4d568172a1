"""Executed notebooks as bytes that are the same everywhere, and a guard over their outputs.

Kept: cells, tags, outputs, execution counts. Dropped: the times, versions, ids and other traces
of the machine and the moment that papermill, the kernel and editors leave behind.
"""

import csv
import hashlib
import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
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
TWO_PARAMETER_CELLS = (
    "two cells are tagged 'parameters', and the second would undo what is injected after the "
    "first. Put all parameters into one cell, and take the tag off the other."
)
README, BLOCKS = "README.md", ("notebooks", "findings")

LONGEST = 10_000
"""Signs of a printed line; what is beyond serves no reader."""
_CUT = re.compile(r" … \d+ more signs of this line are left out\r?$")

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


class ReadmeError(ValueError):
    """The generated blocks of the README cannot be written; the message says why."""


def read_notebook(path: Path) -> dict[str, Any]:
    """Return the notebook at `path` as plain data.

    Raises
    ------
    NotANotebook
        When the file is not a notebook of format 4, with the first place that is not.
    """
    try:
        content = path.read_text(encoding="utf-8")
        if re.search(r"^<{7} .*^={7}$.*^>{7} ", content, re.MULTILINE | re.DOTALL):
            raise NotANotebook(
                f"{path}: holds the marks of a merge (<<<<<<<) that git could not finish. Take one "
                "side, `git checkout --ours` or `--theirs` with this file, and run again."
            )
        notebook = json.loads(content)
        wrong = next(_wrong_places(notebook), "")
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError):
        wrong = "the file"
    if wrong:
        words = f"{path}: not a notebook of format 4. Save it again in JupyterLab."
        raise NotANotebook(f"{words} The first place that is not: {wrong}.")
    return notebook


def _wrong_places(notebook: Any) -> Iterator[str]:
    """Yield each place of a notebook where something of another kind stands."""
    if not isinstance(notebook, dict) or notebook.get("nbformat") != 4:
        yield "the file"
    elif not isinstance(notebook.get("cells"), list):
        yield "'cells'"
    else:
        for number, cell in enumerate(notebook["cells"], 1):
            if not isinstance(cell, dict):
                yield f"cell {number}"
                continue
            kinds = {name: test(cell.get(name)) for name, test in _CELL.items()}
            yield from (f"{name!r} of cell {number}" for name, good in kinds.items() if not good)


def _is_text(value: object) -> bool:
    lines = value if isinstance(value, list) else [value]
    return all(isinstance(line, str) for line in lines)


def _is_metadata(value: object) -> bool:
    if value is None or not isinstance(value, dict):
        return value is None
    tags = value.get("tags") or []
    return isinstance(tags, list) and _is_text(tags)


def _is_bundle(value: object) -> bool:
    """Return whether a value holds data by kind: texts, but JSON where the kind says so."""
    return isinstance(value, dict) and all(
        kind.endswith("json") or _is_text(data) for kind, data in value.items()
    )


def _is_output(value: object) -> bool:
    if not isinstance(value, dict) or not _is_bundle(value.get("data", {})):
        return False
    needed = _OUTPUT.get(str(value.get("output_type")))
    if needed is None or not isinstance(value.get("name", ""), str):
        return False
    texts = {*needed, *({"text", "evalue", "traceback"} & set(value))}
    return all(_is_text(value.get(name)) for name in texts)


_OUTPUT: dict[str, tuple[str, ...]] = {
    "display_data": (),
    "execute_result": (),
    "stream": ("name", "text"),
    "error": ("ename", "evalue"),
}
_CELL: dict[str, Callable[[Any], bool]] = {
    "cell_type": lambda value: value in ("code", "markdown", "raw"),
    "source": _is_text,
    "metadata": _is_metadata,
    "id": lambda value: value is None or isinstance(value, str),
    "execution_count": lambda value: value is None or type(value) is int,
    "outputs": lambda value: (
        value is None or (isinstance(value, list) and all(map(_is_output, value)))
    ),
    "attachments": lambda value: (
        value is None or (isinstance(value, dict) and all(map(_is_bundle, value.values())))
    ),
}


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


def tags(cell: Mapping[str, Any]) -> list[str]:
    """Return the tags of a cell."""
    return (cell.get("metadata") or {}).get("tags") or []


def dumps(notebook: dict[str, Any]) -> str:
    """Return the notebook as JupyterLab would save it.

    Papermill holds each against the schema when it loads and when it writes it; not once more here.
    """
    with quick_imports():
        import nbformat

    return nbformat.v4.writes(nbformat.from_dict(notebook)) + "\n"


def save(notebook: dict[str, Any], target: Path) -> None:
    """Write the notebook into a folder that may not be there yet."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(dumps(notebook), encoding="utf-8")


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
        if INJECTED in tags(clean):
            name = INJECTED
        while name in seen:
            name += "-again"
        seen.add(name)
        cells.append(clean | {"id": name})
    metadata = {"kernelspec": KERNELSPEC, "language_info": LANGUAGE}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def _cell(cell: dict[str, Any]) -> dict[str, Any]:
    kept = {"cell_type": cell["cell_type"], "source": text(cell["source"])}
    kept["metadata"] = {"tags": list(tags(cell))} if tags(cell) else {}
    if cell.get("attachments") is not None:
        kept["attachments"] = cell["attachments"]
    if cell["cell_type"] == "code":
        kept["execution_count"] = cell.get("execution_count")
        kept["outputs"] = [_output(output) for output in _joined(cell.get("outputs") or [])]
    return kept


def cut(line: str, longest: int = LONGEST) -> str:
    """Return a line without what is beyond `longest` signs, and say how much that is.

    Examples
    --------
    >>> cut("abcdef", 4)
    'abcd … 2 more signs of this line are left out'
    """
    more = len(line) - longest
    return line if more <= 0 else f"{line[:longest]} … {more} more signs of this line are left out"


def _cut_lines(value: str | list[str]) -> str:
    """Return printed text as a terminal shows it, each line cut.

    A carriage return goes back to the start of the line; one at its end means nothing.
    """
    lines = [line[line[:-1].rfind("\r") + 1 :] for line in text(value).split("\n")]
    # A line that was cut before is as long as this, and is not cut again.
    return "\n".join(line if _CUT.search(line[LONGEST:]) else cut(line) for line in lines)


def _joined(outputs: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return outputs with all that came through one stream at the place of its first words.

    How a kernel divides it is chance. nbclient would do this with a pattern whose time grows with
    the square of a line.
    """
    joined: list[dict[str, Any]] = []
    streams: dict[str, list[str]] = {}
    for output in outputs:
        if output["output_type"] != "stream":
            joined.append(output)
            continue
        name = output["name"]
        if name not in streams:
            streams[name] = []
            joined.append(output | {"text": streams[name]})
        streams[name].append(text(output["text"]))
    return joined


def _output(output: dict[str, Any]) -> dict[str, Any]:
    kept = json.loads(json.dumps(output))
    kept.pop("transient", None)
    for name in {"text", "evalue"} & set(kept):
        kept[name] = _cut_lines(kept[name])
    if "traceback" in kept:
        kept["traceback"] = [_cut_lines(part) for part in kept["traceback"]]
    for kind, value in kept.get("data", {}).items():
        if not kind.endswith("json"):
            kept["data"][kind] = _cut_lines(value) if kind == "text/plain" else text(value)
    return kept


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def source_digest(notebook: dict[str, Any]) -> str:
    """Return a hash of what a run depends on: the code cells and their tags, never outputs.

    A change of Markdown leaves it as it is.
    """
    return _digest(
        [
            (text(cell["source"]), tags(cell))
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
        for output in cell.get("outputs") or []:
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
    ReadmeError
        When the README does not hold exactly one such block.

    Examples
    --------
    >>> replace_block("<!-- a:start -->old<!-- a:end -->", "a", "new")
    '<!-- a:start -->\\nnew\\n<!-- a:end -->'
    """
    start, end = f"<!-- {name}:start -->", f"<!-- {name}:end -->"
    starts, ends = text.count(start), text.count(end)
    if (starts, ends) != (1, 1) or text.index(start) > text.index(end):
        raise ReadmeError(
            f"{README}: {starts} times {start} and {ends} times {end}: expected one block "
            f"named {name!r}. Write both lines once, the start first, where it belongs."
        )
    before, _, rest = text.partition(start)
    return f"{before}{start}\n{content.strip()}\n{end}{rest.partition(end)[2]}"


def findings_block(findings: Iterable[Mapping[str, str]]) -> str:
    """Return the headline findings as a Markdown list.

    A row of ``data/results/findings.csv`` has, as text, at least ``headline`` (``True`` or not),
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
        links.append(f"← [{_escaped(before.title)}]({before.name}.ipynb)")
    links.append("[All notebooks](../README.md)")
    if place + 1 < len(manifest.notebooks):
        after = manifest.notebooks[place + 1]
        links.append(f"[{_escaped(after.title)}]({after.name}.ipynb) →")
    return " · ".join(links)


def _escaped(text: str) -> str:
    """Return a text without what would end a cell of a table or the words of a link."""
    return re.sub(r"([|\[\]])", r"\\\1", text)


def blocks(manifest: Manifest) -> dict[str, str]:
    """Return the generated blocks of the README by name; without findings yet, only the table."""
    lines = ["| notebook | asks |", "| --- | --- |"]
    lines += [f"| [{one.name}]({one.path}) | {_escaped(one.asks)} |" for one in manifest.notebooks]
    made = {BLOCKS[0]: "\n".join(lines)}
    results = manifest.root / FINDINGS
    if results.is_file():
        with results.open(newline="", encoding="utf-8") as file:
            made[BLOCKS[1]] = findings_block(csv.DictReader(file))
    return made


def read_readme(root: Path) -> str | None:
    """Return the README if there is one; refuse one whose blocks cannot be written.

    Raises
    ------
    ReadmeError
        When it is no UTF-8 text, or one of the two marks of a block is missing or stands twice.
    """
    try:
        text = (root / README).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as fault:
        line = fault.object[: fault.start].count(b"\n") + 1
        raise ReadmeError(f"{README}, line {line}: not UTF-8. Save the file as UTF-8.") from None
    for name in BLOCKS:
        if f"<!-- {name}:" in text:
            replace_block(text, name, "")
    return text


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
    The notebooks `ran` were just written by this process with these very parts.
    """
    for path, content in _current(manifest, ran).items():
        target = manifest.root / path
        if target.read_text(encoding="utf-8") != content:
            files.write_text(target, content)


def _current(manifest: Manifest, ran: Collection[str] = ()) -> dict[str, str]:
    others = [one for one in manifest.notebooks if one.name not in ran]
    current = {one.path: dumps(notebook(manifest, one)) for one in others}
    readme = read_readme(manifest.root)
    if readme is not None:
        for name, content in blocks(manifest).items():
            if f"<!-- {name}:" in readme:
                readme = replace_block(readme, name, content)
        current[README] = readme
    return current


def notebook(manifest: Manifest, one: Notebook) -> dict[str, Any]:
    """Return a notebook in normal form with its generated cells up to date."""
    content = normalise(read_notebook(manifest.root / one.path))
    made = {"needs-makes": needs_makes(one), "navigation": navigation(manifest, one)}
    for cell in content["cells"]:
        for tag in tags(cell):
            if cell["cell_type"] == "markdown" and tag in made:
                cell["source"] = made[tag]
    return content
