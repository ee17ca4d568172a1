"""A committed notebook as a page: nothing is executed, what is committed is laid out for reading.

Code is folded, every picture comes from its figure's own file, and no markup comes from data.
"""

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from khtip.reading.site.library import Figure, SiteError

FOLDED = "hide-input"
TABLE_TAGS = {"div", "style", "table", "thead", "tbody", "tr", "th", "td", "br"}
TABLE_ATTRIBUTES = {"class", "style", "border", "scoped", "colspan", "rowspan", "valign"}
Relink = Callable[[str], str]


def pictures(figures: Mapping[str, Figure], root: Path) -> dict[str, Figure]:
    """Return the figures by the fingerprint of their PNG, as a notebook's output holds it."""
    return {
        _fingerprint((root / f"figures/{name}.png").read_bytes()): figure
        for name, figure in figures.items()
    }


def page(
    notebook: NotebookNode, *, name: str, drawn: Mapping[str, Figure], relink: Relink
) -> NotebookNode:
    """Return the notebook that Sphinx renders as the page `name`; the committed one stays as it is.

    `drawn` is what `pictures` returns; `relink` returns Markdown whose links lead to places of the
    site.

    Raises
    ------
    SiteError
        For a picture that is no registered figure, an output without words, or one that holds
        other HTML than a table.
    """
    first, *rest = notebook.cells
    cells = [_words(first, relink), _directive("notebook-files", name, f"{first.id}-files")]
    for cell in rest:
        if cell.cell_type != "code":
            cells.append(_words(cell, relink))
            continue
        figures = [_figure(one, name, cell, drawn) for one in cell.outputs]
        cells.append(_code(cell, name, figures, relink))
        cells += [
            _directive("figure-card", figure.name, f"{cell.id}-{number}")
            for number, figure in enumerate(figures)
            if figure
        ]
    return nbformat.v4.new_notebook(cells=cells, metadata=notebook.metadata)


def _words(cell: NotebookNode, relink: Relink) -> NotebookNode:
    return nbformat.v4.new_markdown_cell(relink(cell.source), id=cell.id)


def _directive(directive: str, argument: str, cell_id: str) -> NotebookNode:
    text = f"```{{{directive}}} {argument}\n```"
    return nbformat.v4.new_markdown_cell(text, id=hashlib.sha256(cell_id.encode()).hexdigest()[:8])


def _code(
    cell: NotebookNode, name: str, figures: list[Figure | None], relink: Relink
) -> NotebookNode:
    captions = {figure.caption for figure in figures if figure}
    outputs = []
    for output, figure in zip(cell.outputs, figures, strict=True):
        if figure or output.get("data", {}).get("text/markdown") in captions:
            continue
        outputs.append(_output(output, f"notebooks/{name}.ipynb, cell {cell.id}", relink))
    lines = len(cell.source.splitlines())
    prompt = f"Code: {lines} line{'' if lines == 1 else 's'}"
    metadata = {"tags": [FOLDED], "mystnb": {"code_prompt_show": prompt}}
    return nbformat.v4.new_code_cell(cell.source, id=cell.id, metadata=metadata, outputs=outputs)


def _figure(
    output: NotebookNode, name: str, cell: NotebookNode, drawn: Mapping[str, Figure]
) -> Figure | None:
    data = output.get("data", {})
    images = [kind for kind in data if kind.startswith("image/")]
    if not images:
        return None
    if images == ["image/png"]:
        figure = drawn.get(_fingerprint(base64.b64decode(data["image/png"])))
        if figure:
            return figure
    raise SiteError(
        f"notebooks/{name}.ipynb, cell {cell.id}: a picture that is none of figures/*.png. Draw it "
        "with khtip.figures.registry.figure, then: make run"
    )


def _fingerprint(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _output(output: NotebookNode, where: str, relink: Relink) -> NotebookNode:
    data = output.get("data")
    if not data or output.output_type not in ("execute_result", "display_data"):
        raise SiteError(
            f"{where}: an output of the kind {output.output_type!r}; expected a table, Markdown or "
            "text. Run: make run"
        )
    if "text/markdown" in data:
        shown = {"text/markdown": relink(without_html(data["text/markdown"]))}
    elif "text/html" in data:
        shown = {"text/html": table(data["text/html"], where)}
    else:
        shown = {"text/plain": data["text/plain"]}
    return nbformat.v4.new_output("display_data", data=shown)


def without_html(markdown: str) -> str:
    """Return Markdown in which a tag or an image from elsewhere is text.

    Examples
    --------
    >>> without_html("a <script>b</script> of **<5**")
    'a &lt;script>b&lt;/script> of **<5**'
    >>> without_html("![c](https://example.org/d.png)")
    '&#33;[c](https://example.org/d.png)'
    """
    return re.sub(r"<(?=[A-Za-z/!?])", "&lt;", markdown).replace("![", "&#33;[")


def table(html: str, where: str) -> str:
    """Return a data frame's HTML with header cells named as such and no style of its own.

    Raises
    ------
    SiteError
        When it holds anything but a table; `where` names the cell.

    Examples
    --------
    >>> table("<table><thead><tr><th></th><th>a</th></tr></thead></table>", "here")
    '<table><thead><tr><td></td><th scope="col">a</th></tr></thead></table>'
    """
    guard = _TablesOnly()
    guard.feed(html)
    if guard.refused:
        raise SiteError(
            f"{where}: an output with {guard.refused[0]}; only tables may be shown as HTML. "
            "Return a data frame or Markdown."
        )
    plain = re.sub(r"<style scoped>.*?</style>\s*", "", html, flags=re.DOTALL)
    plain = re.sub(r' (border="1"|style="text-align: right;")', "", plain)
    plain = plain.replace("<th></th>", "<td></td>")
    head, mark, body = plain.partition("</thead>")
    return (
        head.replace("<th>", '<th scope="col">') + mark + body.replace("<th>", '<th scope="row">')
    )


class _TablesOnly(HTMLParser):
    """Collects every tag and attribute that a table has no use for."""

    def __init__(self) -> None:
        super().__init__()
        self.refused: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag not in TABLE_TAGS:
            self.refused.append(f"the tag <{tag}>")
        strange = [key for key, _ in attributes if key not in TABLE_ATTRIBUTES]
        self.refused += [f"the attribute {key}" for key in strange]
