"""What a page may ask for: the Sphinx extension of the site.

A page of ``docs/site`` is written by people; where it says ```` ```{findings} ````, the findings as
they are committed come in, by the macro of that name in ``pieces.html.jinja``.
"""

import html
import re
from typing import Any

from docutils import nodes
from docutils.parsers.rst import directives
from markupsafe import Markup, escape
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from khtip.reading.site import citation
from khtip.reading.site.library import Library
from khtip.reading.templates import counted, template

PIECES = (
    *("findings", "figure-card", "gallery", "data-dictionary", "bibliography", "citation"),
    *("run-it", "notebook-files"),
)
WEB = re.compile(r"https?://[^\s]+")
PAGE = re.compile(r"[\w./#-]+")
HEADING = re.compile(r'<h([23]) id="([^"]*)">(.*?)</h\1>', re.DOTALL)


def link(text: str, address: str) -> Markup:
    """Return a link, or plain text when `address` is neither a page of the site nor http(s).

    Examples
    --------
    >>> print(link("a < b", "https://example.org/a"))
    <a href="https://example.org/a">a &lt; b</a>
    >>> print(link("here", "javascript:alert(1)"))
    here
    """
    if not (WEB.fullmatch(address) or PAGE.fullmatch(address)):
        return escape(text)
    return Markup('<a href="{}">{}</a>').format(address, text)


def saved(text: str, address: str) -> Markup:
    """Return a link that saves the file at `address` below the site."""
    name = address.split("/")[-1]
    return Markup('<a href="{}" download="{}">{}</a>').format(address, name, text)


def as_nodes(text: str) -> list[nodes.Node]:
    """Return HTML of a piece for Sphinx: each heading becomes a section, listed beside the page.

    Examples
    --------
    >>> print(as_nodes('<p>a</p><h2 id="b">c &amp; d</h2><p>e</p>')[1].pformat())
    <section ids="b">
        <title>
            c & d
        <raw format="html" xml:space="preserve">
            <p>e</p>
    """
    before, *parts = HEADING.split(text)
    open_sections = [nodes.Element("", nodes.raw("", before, format="html"))]
    for level, anchor, title, body in zip(*[iter(parts)] * 4, strict=True):
        section = nodes.section(
            "", nodes.title("", html.unescape(title)), ids=[html.unescape(anchor)]
        )
        section += nodes.raw("", body, format="html")
        del open_sections[int(level) - 1 :]
        open_sections[-1] += section
        open_sections.append(section)
    return list(open_sections[0].children)


class Piece(SphinxDirective):
    """One piece of a page, filled from what is committed."""

    optional_arguments = 1
    option_spec = dict.fromkeys(("all", "bibtex", "context"), directives.flag)
    macros: Any = None

    def run(self) -> list[nodes.Node]:
        up = "../" * self.env.docname.count("/")
        macro = getattr(self.macros, self.name.replace("-", "_"))
        chosen = dict.fromkeys(self.options, True)
        return as_nodes(macro(self.config.khtip_library, up, *self.arguments, **chosen))


def visit_fold(translator: Any, node: nodes.Element) -> None:
    """Show a folded code cell; its summary is its name, for screen readers too."""
    summary = translator.encode(node["prompt_show"])
    translator.body.append(f'<details class="code-fold">\n<summary>{summary}</summary>\n')


def depart_fold(translator: Any, node: nodes.Element) -> None:
    translator.body.append("</details>\n")


def link_files(app: Sphinx, document: nodes.document) -> None:
    """Link files where the site keeps them, so that addresses stay and the Data Package holds."""
    for node in list(document.findall(addnodes.download_reference)):
        linked = saved(node.astext(), node["reftarget"])
        node.replace_self(nodes.raw("", linked, format="html"))


def setup(app: Sphinx) -> dict[str, Any]:
    """Add the directives and the folded code cells to Sphinx."""
    app.add_config_value("khtip_library", None, "", types=(Library,))
    words: dict[str, Any] = {"link": link, "saved": saved, "counted": counted}
    words["cited"] = citation
    Piece.macros = template(__file__, "pieces.html.jinja", escape=True, **words).module
    for name in PIECES:
        app.add_directive(name, Piece)
    app.setup_extension("myst_nb")
    app.add_node(HideCodeCellNode, override=True, html=(visit_fold, depart_fold))
    app.connect("doctree-read", link_files, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
