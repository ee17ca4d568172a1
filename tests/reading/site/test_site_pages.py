"""The pages of the real site: everything is there, everything leads somewhere, nothing is heavy."""

from __future__ import annotations

import csv
import html
import json
import re
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from khtip.ledger import lineage
from khtip.reading import trace
from khtip.reading.site import build
from khtip.reading.site.library import Library
from khtip.runner import manifest

pytestmark = pytest.mark.filterwarnings("ignore::sphinx.deprecation.RemovedInSphinx11Warning")

ROOT = Path(__file__).parents[3]
LIBRARY = Library(ROOT)
NOTEBOOKS = manifest.read_manifest(ROOT).notebooks
FINDINGS = LIBRARY.findings


@cache
def source(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def words(path: Path) -> str:
    """Return what a page says: its text without tags, spaces as one."""
    body = source(path).partition("<article")[2].partition("</article>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", body)).split())


def attributes(page: str, tag: str, name: str) -> list[str]:
    return [html.unescape(one) for one in re.findall(rf'<{tag}\b[^>]*?\b{name}="([^"]*)"', page)]


def test_nothing_is_wrong_with_a_page(site):
    assert build.faults(site) == []


def test_every_finding_stands_with_how_sure_it_is(site):
    said, start = words(site / "findings.html"), words(site / "index.html")
    for row in LIBRARY.findings:
        shown = f"{row['sentence']} Verdict: {row['verdict']}. How sure: {row['support']}"
        assert " ".join(shown.split()) in said
        assert (" ".join(shown.split()) in start) == (row["headline"] == "True")


def test_every_figure_stands_in_the_gallery_and_in_its_notebook(site):
    notebooks = {one.number: site / f"notebooks/{one.name}.html" for one in NOTEBOOKS}
    for figure in LIBRARY.figures.values():
        for path in (site / "figures.html", notebooks[figure.notebook]):
            page = source(path)
            assert figure.alt in attributes(page, "img", "alt")
            assert " ".join(f"{figure.title}. {figure.caption}".split()) in words(path)
            assert f'id="figure-{figure.name}"' in page
            for kind in ("png", "svg", "csv", "json"):
                saved = [one for one in attributes(page, "a", "href") if one.endswith(f".{kind}")]
                assert any(one.endswith(f"figures/{figure.name}.{kind}") for one in saved)


def test_images_are_lazy_sized_and_the_figures_own_files(site):
    for path in site.glob("**/*.html"):
        for image in re.findall(r"<img\b[^>]*>", source(path)):
            assert 'loading="lazy"' in image
            assert re.search(r'width="\d+"', image) and re.search(r'height="\d+"', image)
            assert re.search(r'src="(\.\./)?figures/[\w-]+\.svg"', image)


def test_every_source_and_statement_has_its_place(site):
    page, said = source(site / "sources.html"), words(site / "sources.html")
    anchors = set(attributes(page, r"\w+", "id"))
    assert set(LIBRARY.sources) | set(LIBRARY.statements) <= anchors
    links = set(attributes(page, "a", "href"))
    for one in LIBRARY.sources.values():
        assert " ".join(one.title.split()) in said
        assert one.address in links or not one.address.startswith("http")


def basis_on(page: str, anchor: str) -> tuple[set[str], set[str], str]:
    """Return the statements, the sources and the summary of what stands under an anchor."""
    card = page.partition(f'id="{anchor}"')[2]
    card = re.split(r'<(?:div class="finding"|figure\b|section\b|/article)', card)[0]
    ids = {one.partition("#")[2] for one in attributes(card, "a", "href") if "sources.html#" in one}
    said = re.search(r"(?:What it rests on|that was read</a>): ([^<.]*)", card)
    return ids & set(LIBRARY.statements), ids & set(LIBRARY.sources), said[1] if said else ""


def counted(rows: pd.DataFrame) -> str:
    sources, statements = rows["source_id"].nunique(), int(rows["figure_id"].ne("").sum())
    some = f"{sources:,} publication{'' if sources == 1 else 's'}"
    return some + (f", {statements:,} statement{'' if statements == 1 else 's'}" * bool(statements))


@pytest.mark.parametrize(
    "name", [*trace.figure_names(), *(f"finding:{one['finding_id']}" for one in FINDINGS)]
)
def test_trace_card_and_page_agree_on_what_it_rests_on(site, name):
    traced = trace.find(name)
    name = traced.name
    rows = trace.basis(traced)
    statements = set(rows["figure_id"]) - {""}
    every = traced.statements == [lineage.EVERY]
    assert statements == set(LIBRARY.statements if every else traced.statements)
    if traced.kind == "figure":
        card = json.loads((ROOT / f"figures/{name}.json").read_text("utf-8"))
        assert (traced.statements, traced.sources) == (card["statements"], card["sources"])
        notebook = LIBRARY.notebooks[card["notebook"]].name
        pages = [site / "figures.html", site / f"notebooks/{notebook}.html"]
    else:
        pages = [site / "findings.html"]
    for path in pages:
        anchor = f"figure-{name}" if traced.kind == "figure" else name
        shown, sources, said = basis_on(source(path), anchor)
        if every:
            assert not shown and not sources
        else:
            assert shown == statements and sources == set(rows["source_id"])
        assert said == (counted(rows) if len(rows) else "")


def test_statements_behind_a_figure_have_source_locator_and_address(site):
    drawn = ROOT / "figures/02-sources-side-by-side.csv"
    with drawn.open(encoding="utf-8", newline="") as file:
        named = {row["figure_id"] for row in csv.DictReader(file)}
    page = source(site / "notebooks/02-reconcile-sources.html")
    card = page.partition('id="figure-02-sources-side-by-side"')[2].partition("</details>")[0]
    links = attributes(card, "a", "href")
    assert len(named) > 5
    for figure_id in named:
        statement = LIBRARY.statements[figure_id]
        shown = rf'href="\.\./sources\.html#{figure_id}">{statement.locator}</a>: '
        assert re.search(shown, re.sub(r"</?span[^>]*>", "", card))
        assert LIBRARY.sources[statement.source_id].address in links


def test_every_table_and_column_is_in_the_dictionary(site):
    page, said = source(site / "data.html"), words(site / "data.html")
    for resource in LIBRARY.package["resources"]:
        assert f"{resource['title']} ({resource['path']})" in said
        assert f"data/{resource['path']}" in attributes(page, "a", "href")
        for licence in resource["licenses"]:
            assert licence["title"] in said
        for field in resource["schema"]["fields"]:
            assert " ".join(field["description"].split()) in said


def test_what_is_downloaded_is_what_is_committed(site):
    names = list(build.downloads(ROOT))
    assert {"data/datapackage.json", "figures/05-three-counts.csv", "CITATION.cff"} <= set(names)
    for name in names:
        assert (site / name).read_bytes() == (ROOT / name).read_bytes()


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda one: one.number)
def test_a_notebook_page_has_its_code_folded_and_its_file(site, notebook):
    import nbformat

    page = source(site / f"notebooks/{notebook.name}.html")
    cells = nbformat.read(ROOT / notebook.path, as_version=4).cells
    code = [cell for cell in cells if cell.cell_type == "code"]
    folds = re.findall(r'<details class="code-fold">\s*<summary>Code: (\d+) lines?</summary>', page)
    assert [int(one) for one in folds] == [len(cell.source.splitlines()) for cell in code]
    assert f"{notebook.name}.ipynb" in attributes(page, "a", "href")
    assert "data:image" not in page


def test_every_page_says_what_the_numbers_are_not(site):
    pages = [path for path in site.rglob("*.html") if "_static" not in path.parts]
    assert len(pages) > len(NOTEBOOKS)
    for path in pages:
        assert source(path).count("They do not measure how much trafficking there is.") == 2
        assert '<html lang="en"' in source(path)
