"""Building the site: data stay text, a failure leaves the former site, two builds are equal."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from khtip.cli import main
from khtip.reading.folders import UnfitFolder
from khtip.reading.site import build
from khtip.reading.site.citation import SETTING
from khtip.reading.site.library import SiteError

pytestmark = pytest.mark.filterwarnings("ignore::sphinx.deprecation.RemovedInSphinx11Warning")

EVIL = "<script>document.title = 'run'</script><img src=https://example.org/x.png>"


class Tags(HTMLParser):
    """What a browser would take as tags with attributes, and as scripts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.scripts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, attributes))

    def handle_data(self, text: str) -> None:
        if self.seen and self.seen[-1][0] == "script":
            self.scripts.append(text)


def test_markup_in_data_is_shown_as_text(tiny):
    tiny.append("data/reported/sources.csv", source_id="evil-1", title=EVIL, url="javascript:run()")
    tiny.append("data/reported/figures.csv", figure_id="evil-1-001", source_id="evil-1", value=EVIL)
    tiny.append("data/results/findings.csv", finding_id="03-evil", sentence=EVIL, verdict=EVIL)
    tiny.append("data/lookups/bodies.csv", reporting_body=EVIL)
    package = tiny.root / "data/datapackage.json"
    package.write_text(package.read_text().replace("One row a published", f"{EVIL} One row a"))
    tiny.draw(title=EVIL, caption=EVIL, alt=f'" onload="run()" {EVIL}')
    cell = EVIL.replace("<", "&lt;")
    tiny.note(
        {"text/markdown": f"- {EVIL}\n- ![x](https://example.org/x.png)\n- [y](javascript:run())"},
        {"text/html": f"<table><tbody><tr><td>{cell}</td></tr></tbody></table>"},
        {"text/plain": EVIL},
    )
    site = tiny.build()
    pages = {path.name: path.read_text() for path in site.rglob("*.html")}
    for name in ("findings", "figures", "sources", "data", "00-start-here"):
        page = pages[f"{name}.html"]
        assert "&lt;script&gt;" in page, name
        tags = Tags(page)
        assert not any("document.title" in one for one in tags.scripts), name
        values = [(key, value or "") for _, given in tags.seen for key, value in given]
        assert not [one for one in values if one[0] in ("onload", "onerror")], name
        assert not [one for one in values if one[1].startswith("javascript:")], name
        assert not [one for one in values if one[0] == "src" and "example.org" in one[1]], name
    shown = pages["00-start-here.html"]
    assert shown.count("&lt;script&gt;document.title") >= 5  # caption, title and three outputs


def test_two_builds_are_the_same_bytes(tiny, state):
    first = state(tiny.build())
    second = state(tiny.build())
    assert [name for name in first if first[name] != second.get(name)] == []
    assert first.keys() == second.keys()


@pytest.mark.parametrize(
    ("outputs", "words"),
    [
        ([{"image/png": "aGFsbG8="}], "a picture that is none of figures/*.png"),
        ([{"text/html": "<table></table><script>run()</script>"}], "the tag <script>"),
        ([{"text/html": "<table onclick='run()'></table>"}], "the attribute onclick"),
    ],
)
def test_an_output_that_is_refused_leaves_the_former_site(tiny, outputs, words):
    former = tiny.root / build.SITE
    former.mkdir(parents=True)
    (former / build.INDEX).write_text("former")
    tiny.note(*outputs)
    where = rf"notebooks/00-start-here.ipynb, cell cell-1: .*{re.escape(words)}"
    with pytest.raises(SiteError, match=where):
        tiny.build()
    assert [path.name for path in former.parent.rglob("*")] == ["site", build.INDEX]


def test_a_dead_link_in_a_notebook_leaves_the_former_site(tiny, capsys, monkeypatch):
    monkeypatch.setenv("KHTIP_ROOT", str(tiny.root))
    former = tiny.root / build.SITE
    former.mkdir(parents=True)
    (former / build.INDEX).write_text("former")
    tiny.note(words="[Gone](../data/gone.csv)")
    assert main(["site"]) == 1
    assert re.search(r"00-start-here.ipynb:.*gone.csv", capsys.readouterr().err)
    assert [path.name for path in former.parent.rglob("*")] == ["site", build.INDEX]


def test_a_figure_without_a_known_source_is_named(tiny):
    tiny.draw(sources=["no-such-source"])
    with pytest.raises(SiteError, match=r"05-three-counts.json: no-such-source: no such source"):
        tiny.build()


def test_an_id_that_was_renamed_or_doubled_is_named(tiny):
    tiny.draw(statements=["renamed-001"])
    with pytest.raises(SiteError, match=r"05-three-counts.json: renamed-001: no such figure_id"):
        tiny.build()
    tiny.draw()
    tiny.append("data/reported/figures.csv")
    with pytest.raises(SiteError, match="stands twice, so it names no single statement"):
        tiny.build()


def test_a_folder_with_something_else_is_never_replaced(tiny):
    kept = tiny.root / "thesis"
    kept.mkdir()
    (kept / "chapter.tex").write_text("years of work")
    with pytest.raises(UnfitFolder, match="holds something that this command did not make"):
        build.build(kept, root=tiny.root)
    assert (kept / "chapter.tex").read_text() == "years of work"


@pytest.mark.parametrize("place", ["data/reported", "notebooks", ".", "/etc/new"])
def test_a_site_never_goes_into_the_project_or_the_system(tiny, place):
    with pytest.raises(UnfitFolder):
        build.build(tiny.root / place, root=tiny.root)


def test_links_lead_to_the_repository_where_there_is_one(tiny, monkeypatch):
    text = "[a](../src/a.py) [b](../data/README.md) [c](../README.md#X) [d](https://example.org)"
    tiny.write("src/a.py", "")
    places = build.Places(tiny.root)
    relinked = places.relink(text, "docs/a.md", "about/a.md")
    assert relinked == "a [b](../data/README.md) [c](../index.md#x) [d](https://example.org)"
    monkeypatch.setenv(SETTING, "https://github.com/owner/name")
    relinked = build.Places(tiny.root).relink(text, "docs/a.md", "about/a.md")
    assert relinked.startswith("[a](https://github.com/owner/name/blob/HEAD/src/a.py) ")


def test_binder_stands_where_there_is_a_repository(tiny, monkeypatch):
    monkeypatch.setenv(SETTING, "https://github.com/owner/name")
    page = (tiny.build() / "notebooks/00-start-here.html").read_text()
    assert "https://mybinder.org/v2/gh/owner/name/HEAD?urlpath=lab%2Ftree%2Fnotebooks%2F00" in page
    monkeypatch.setenv(SETTING, "javascript:run()")
    with pytest.raises(SiteError, match="no address of a repository"):
        tiny.build()


GOOD = '<h1 id="a">A</h1><p><a href="#a">a</a></p>'


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("<script src='https://example.org/a.js'></script>", "fetches https://example.org/a.js"),
        ("<link href='//example.org/a.css'>", "fetches //example.org/a.css"),
        ("<a href='gone.html'>b</a>", "gone.html leads nowhere"),
        ("<a href='../../outside.html'>b</a>", "outside.html leads nowhere"),
        ("<a href='#b'>b</a>", "#b leads to no place"),
        ("<img src='index.html'>", "no alternative text"),
        ("<a href='index.html'> </a>", "the link to index.html has no words"),
        ("<p id='a'>b</p>", "the anchor a stands twice"),
        ("<h3>b</h3>", "a heading <h3> follows <h1>"),
        ("x" * build.HEAVIEST_PAGE, "split the page"),
    ],
)
def test_a_fault_of_a_page_is_found(tmp_path, page, words):
    (tmp_path / "index.html").write_text(GOOD)
    assert build.faults(tmp_path) == []
    (tmp_path / "index.html").write_text(GOOD + page)
    (fault,) = build.faults(tmp_path)
    assert fault.startswith("index.html: ") and words in fault
