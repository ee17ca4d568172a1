"""What each task depends on and makes, as content hashes for pytask.

A notebook is a source (its cells) and a product (its outputs) in one file. So it appears as two
nodes: `source_digest` looks at the code cells only, `output_digest` at the outputs only. Writing
outputs back, or a change of Markdown, leaves the first as it is.
"""

import ast
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from khtip.runner import notebooks
from khtip.runner.manifest import INDEX, MANIFEST, Manifest, Notebook

CODE = "src/khtip"
FINDINGS = "data/results/findings.csv"
LOCK = "requirements.lock"
SWEEP = "scenarios/sweep.yml"
# Every executed notebook passes through these, so their bytes may change with them.
RUNNER = ("runner/execute", "runner/notebooks", "runner/recorder")

_IMPORT = re.compile(
    r"^[ \t]*(from[ \t]+(?:khtip|\.)[\w.]*[ \t]+import[ \t]+(?:\([^)]*\)|[^\n#(]+)"
    r"|import[ \t]+khtip[^\n#]*)",
    re.MULTILINE,
)


@dataclass
class Node:
    """A file, or one side of a notebook, whose state is a hash of its content.

    The times of files never count: a fresh clone has new times and the same content. A node that
    is no file has a `fixed` state.
    """

    root: Path
    file: str
    side: str = "file"
    fixed: str | None = None
    attributes: dict[Any, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Its name in ``pytask.lock`` and in explanations."""
        return self.file if self.side == "file" else f"{self.file} ({self.side})"

    @property
    def signature(self) -> str:
        """Its identity in the graph."""
        return hashlib.sha256(self.name.encode()).hexdigest()

    def state(self) -> str | None:
        """Return the hash of its content, or None when there is no such file."""
        if self.fixed is not None:
            return self.fixed
        path = self.root / self.file
        try:
            found = path.stat()
        except FileNotFoundError:
            return None
        # Many tasks share a file. Within one run, a changed file is another inode or has another
        # time; between runs, only the content counts.
        return _digest(path, self.side, (found.st_ino, found.st_mtime_ns, found.st_size))

    def load(self, is_product: bool = False) -> str:
        """Return the file's name; tasks read files themselves."""
        return self.file

    def save(self, value: object) -> None:
        """Do nothing: tasks write files themselves."""


@cache
def _digest(path: Path, side: str, moment: tuple[int, int, int]) -> str:
    if side == "file":
        return hashlib.sha256(path.read_bytes()).hexdigest()
    digest = {"cells": notebooks.source_digest, "outputs": notebooks.output_digest}[side]
    return digest(notebooks.read_notebook(path))


def needs(manifest: Manifest, one: Notebook) -> list[Node]:
    """Return what notebook `one` depends on: cells, data, code, lock and the data check."""
    root = manifest.root
    files = [*one.reads, *code_of(root, one)]
    if (root / LOCK).is_file():
        files.append(LOCK)
    cells = Node(root, one.path, "cells")
    # Titles and questions are left out: they change Markdown only.
    promise = hashlib.sha256(repr((one.reads, one.writes)).encode()).hexdigest()
    entry = Node(root, one.name, "in pipeline.yml", fixed=promise)
    return [cells, entry, *(Node(root, file) for file in files), checked(manifest)]


def makes(manifest: Manifest, one: Notebook) -> list[Node]:
    """Return what notebook `one` makes: its outputs, tables and figures."""
    outputs = Node(manifest.root, one.path, "outputs")
    return [outputs, *(Node(manifest.root, file) for file in one.writes)]


def checked(manifest: Manifest) -> Node:
    """Return the mark that the input tables passed their checks.

    Its state never changes: a notebook waits for the check, but a table that the notebook does
    not read does not make it stale.
    """
    return Node(manifest.root, "data", "checked", fixed="checked")


def inputs(manifest: Manifest) -> list[Node]:
    """Return every input table, what is declared about them, and the code that checks them."""
    root = manifest.root
    tables = [
        path.relative_to(root).as_posix()
        for folder in ("reported", "context", "lookups")
        for path in sorted((root / "data" / folder).glob("*.csv"))
    ]
    declared = [one for one in ("data/datapackage.json", SWEEP) if (root / one).is_file()]
    code = closure(root, {f"{CODE}/ledger/validation.py", f"{CODE}/parameters.py"})
    return [Node(root, file) for file in [*tables, *declared, *code]]


def index_needs(manifest: Manifest) -> list[Node]:
    """Return the description of every figure."""
    names = [name for one in manifest.notebooks for name in one.figures]
    return [checked(manifest), *(Node(manifest.root, f"figures/{name}.json") for name in names)]


def index_makes(manifest: Manifest) -> list[Node]:
    """Return the index of the figures."""
    return [Node(manifest.root, INDEX)]


def readme_needs(manifest: Manifest) -> list[Node]:
    """Return what the generated parts come from, and the outputs of every notebook.

    Generated cells are written into the notebooks, which must not happen while one runs.
    """
    made = [FINDINGS] if FINDINGS in manifest.makers() else []
    outputs = [Node(manifest.root, one.path, "outputs") for one in manifest.notebooks]
    files = [Node(manifest.root, file) for file in (MANIFEST, *made)]
    return [checked(manifest), *files, *outputs]


def code_of(root: Path, one: Notebook) -> list[str]:
    """Return the modules of the package that a notebook imports, and what they import.

    Files of the package that are no modules (fonts, styles, templates) count where a module of
    their own folder does.
    """
    notebook = notebooks.read_notebook(root / one.path)
    code = [notebooks.text(c["source"]) for c in notebook["cells"] if c["cell_type"] == "code"]
    start = {f"{CODE}/{name}.py" for name in RUNNER} | _imported(root, "\n".join(code), CODE)
    modules = closure(root, start)
    return modules + _package_data(root, {Path(module).parent for module in modules})


def closure(root: Path, start: set[str]) -> list[str]:
    """Return the modules `start` and everything of the package that they import, sorted."""
    found: set[str] = set()
    waiting = {file for file in start if (root / file).is_file()}
    while waiting:
        found |= waiting
        texts = {file: (root / file).read_text(encoding="utf-8") for file in waiting}
        waiting = {one for item in texts.items() for one in _imports_of(root, *item)} - found
    return sorted(found)


@cache
def _imports_of(root: Path, file: str, content: str) -> frozenset[str]:
    return frozenset(_imported(root, content, Path(file).parent.as_posix()))


def _imported(root: Path, code: str, folder: str) -> set[str]:
    """Return the package's files that the import statements in `code` load.

    Only those statements are parsed: a whole module takes fifty times as long.
    """
    return {
        file
        for match in _IMPORT.finditer(code)
        for dotted in _dotted(match[1], folder)
        for file in _files_of(dotted)
        if (root / file).is_file()
    }


def _dotted(statement: str, folder: str) -> Iterator[list[str]]:
    try:
        tree = ast.parse(statement)
    except SyntaxError:  # words in a docstring that begin like an import
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name.split(".") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            start = (node.module or "").split(".") if node.module else []
            if node.level:
                here = folder.removeprefix("src/").split("/")
                start = here[: len(here) - node.level + 1] + start
            names = [[*start, alias.name] for alias in node.names]
        else:
            continue
        yield from (name for name in names if name[:1] == ["khtip"])


def _files_of(dotted: list[str]) -> Iterator[str]:
    """Yield each file that importing ``khtip.a.b`` may load; b may be a name inside ``a``."""
    for depth in range(1, len(dotted) + 1):
        stem = "src/" + "/".join(dotted[:depth])
        yield from (f"{stem}.py", f"{stem}/__init__.py")


def _package_data(root: Path, folders: set[Path]) -> list[str]:
    return sorted(
        path.relative_to(root).as_posix()
        for path in (root / CODE).rglob("*")
        if path.is_file() and path.suffix not in (".py", ".pyc", ".pyi")
        if path.relative_to(root).parent in folders
    )
