"""What a page may ask for: the Sphinx extension of the site.

A page of ``docs/site`` is written by people; where it says ```` ```{findings} ````, the findings as
they are committed come in.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from docutils.parsers.rst import directives
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from khtip.reading.site import cards, citation, markup
from khtip.reading.site.library import Library
from khtip.reading.site.markup import paragraph
from khtip.runner import manifest


class _FromLibrary(SphinxDirective):
    """A directive that shows what is committed."""

    @property
    def library(self) -> Library:
        return self.config.khtip_library

    @property
    def up(self) -> str:
        """The way from this page to the site's top."""
        return "../" * self.env.docname.count("/")

    @property
    def pages(self) -> dict[str, tuple[str, str]]:
        """Number of each notebook to its title and its page."""
        return {
            one.number: (one.title, f"{self.up}notebooks/{one.name}.html")
            for one in manifest.read_manifest(self.library.root).notebooks
        }


class Findings(_FromLibrary):
    """The headline findings, or with ``:all:`` every finding by notebook."""

    option_spec = {"all": directives.flag}

    def run(self) -> list[nodes.Node]:
        show = cards.by_notebook if "all" in self.options else cards.headlines
        return list(show(self.library, self.pages, up=self.up))


class FigureCard(_FromLibrary):
    """One figure by its name."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        figure = self.library.figures[self.arguments[0]]
        return cards.card(figure, self.library, up=self.up)


class Gallery(_FromLibrary):
    """Every figure, by notebook."""

    def run(self) -> list[nodes.Node]:
        return list(cards.gallery(self.library, self.pages))


class DataDictionary(_FromLibrary):
    """Every table with its columns."""

    def run(self) -> list[nodes.Node]:
        return list(cards.dictionary(self.library, up=self.up))


class Bibliography(_FromLibrary):
    """The publications of reported figures, or with ``:context:`` those of the context tables."""

    option_spec = {"context": directives.flag}

    def run(self) -> list[nodes.Node]:
        return cards.bibliography(self.library, context="context" in self.options)


class Citation(_FromLibrary):
    """The reference as text, and with ``:bibtex:`` as BibTeX."""

    option_spec = {"bibtex": directives.flag}

    def run(self) -> list[nodes.Node]:
        said = citation.read_citation(self.library.root)
        if "bibtex" not in self.options:
            return [nodes.block_quote("", paragraph(citation.as_text(said)))]
        text = citation.as_bibtex(said)
        return [nodes.literal_block(text, text, language="bibtex")]


class RunIt(_FromLibrary):
    """Where the collection can be run without an installation, or a sentence that says nowhere."""

    def run(self) -> list[nodes.Node]:
        address = citation.repository(citation.read_citation(self.library.root))
        if not address:
            return [
                paragraph(
                    "This copy of the site names no public repository, so it has no Binder link."
                )
            ]
        opened = markup.link("Open the notebooks in Binder", citation.binder(address))
        return [paragraph(opened, f", a service that runs the repository {address} for a while.")]


class NotebookFiles(_FromLibrary):
    """What can be taken from a notebook's page: the notebook itself, and where it can be run."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        name = self.arguments[0]
        parts: list[markup.Part] = [markup.file("Download this notebook (.ipynb)", f"{name}.ipynb")]
        address = citation.repository(citation.read_citation(self.library.root))
        if address:
            path = f"notebooks/{name}.ipynb"
            parts.append(markup.link("Open it in Binder", citation.binder(address, path)))
        parts.append(markup.link("All figures", f"{self.up}figures.html"))
        return [paragraph(*markup.joined(parts), classes=["downloads"])]


DIRECTIVES = {
    "findings": Findings,
    "figure-card": FigureCard,
    "gallery": Gallery,
    "data-dictionary": DataDictionary,
    "bibliography": Bibliography,
    "citation": Citation,
    "run-it": RunIt,
    "notebook-files": NotebookFiles,
}


def link_files(app: Sphinx, document: nodes.document) -> None:
    """Link files where the site keeps them, so that addresses stay and the Data Package holds."""
    for node in list(document.findall(addnodes.download_reference)):
        linked = markup.download("", "", href=node["reftarget"])
        linked += [nodes.Text(node.astext())]
        node.replace_self(linked)


def setup(app: Sphinx) -> dict[str, Any]:
    """Add the directives and the pieces they are made of to Sphinx."""
    app.add_config_value("khtip_library", None, "", types=(Library,))
    for name, directive in DIRECTIVES.items():
        app.add_directive(name, directive)
    app.add_node(markup.details, html=(markup.visit_details, markup.depart_details))
    app.add_node(markup.picture, html=(markup.visit_picture, markup.depart_picture))
    app.add_node(markup.download, html=(markup.visit_download, markup.depart_download))
    app.setup_extension("myst_nb")
    app.add_node(HideCodeCellNode, override=True, html=(markup.visit_fold, markup.depart_details))
    app.connect("doctree-read", link_files, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
