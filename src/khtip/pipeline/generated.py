"""The generated parts: two cells of each notebook, and two blocks of the README.

Cells are found by their tags ``needs-makes`` and ``navigation``, blocks by their two comments.
They come from the manifest and from the findings. People write everything else.
"""

from __future__ import annotations

import csv
from collections.abc import Collection
from pathlib import Path
from typing import Any

from khtip import drafts
from khtip.pipeline import normalise, readme
from khtip.pipeline.graph import FINDINGS
from khtip.pipeline.manifest import Manifest, Notebook

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
            made["findings"] = readme.findings_block(csv.DictReader(file))
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
            drafts.write_text(target, content)


def _current(manifest: Manifest, ran: Collection[str] = ()) -> dict[str, str]:
    others = [one for one in manifest.notebooks if one.name not in ran]
    current = {one.path: normalise.dumps(notebook(manifest, one)) for one in others}
    path = manifest.root / README
    if path.is_file():
        text = path.read_text(encoding="utf-8")
        for name, content in blocks(manifest).items():
            if f"<!-- {name}:start -->" in text:
                text = readme.replace_block(text, name, content)
        current[README] = text
    return current


def notebook(manifest: Manifest, one: Notebook) -> dict[str, Any]:
    """Return a notebook in normal form with its generated cells up to date."""
    content = normalise.normalise(normalise.read(manifest.root / one.path))
    made = {"needs-makes": needs_makes(one), "navigation": navigation(manifest, one)}
    for cell in content["cells"]:
        for tag in cell["metadata"].get("tags", []):
            if cell["cell_type"] == "markdown" and tag in made:
                cell["source"] = made[tag]
    return content
