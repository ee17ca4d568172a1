"""The site in a real browser: Debian's chromium, driven by Playwright.

Every page is opened once from its file, as wide as a phone. axe-core looks at every page in the
light and in the dark mode; of rows, entries and cards of one pattern it sees the first two.
What data can break in any of them (links without words, images without text, doubled anchors) is
looked for in all, without a browser: `khtip.reading.site.build`.
"""

from __future__ import annotations

import csv
import functools
import http.server
import io
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from khtip.reading.site.library import Library

ROOT = Path(__file__).parents[3]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
pytestmark = [
    pytest.mark.skipif(not CHROMIUM, reason="no chromium here: the site is tested without browser"),
    pytest.mark.filterwarnings("ignore::sphinx.deprecation.RemovedInSphinx11Warning"),
]

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1300, "height": 900}
GRAVE = {"serious", "critical"}
SEEN = 2
ONE_OF_EACH = """seen => {
  const repeated = "tr, td, th, li, section, p, pre span, .finding, .source, details.basis";
  const counts = new Map();
  for (const one of document.querySelectorAll(repeated)) {
    if (!counts.has(one.parentElement)) counts.set(one.parentElement, {});
    const count = counts.get(one.parentElement), kind = one.tagName + one.className;
    count[kind] = (count[kind] ?? 0) + 1;
    if (count[kind] > seen) one.remove();
  }
}"""
REACHABLE = """() => [...document.querySelectorAll("a[href], button, summary, input")]
  .filter(one => one.checkVisibility({visibilityProperty: true}) && !one.closest("#pst-skip-link"))
  .map((one, number) => { one.dataset.number = number; return one.outerHTML.slice(0, 120); })"""
FOCUSED = "() => document.activeElement.dataset.number ?? document.activeElement.innerText"


class Browser:
    """One page of one browser, and everything it said or asked for."""

    def __init__(self, page) -> None:
        self.page = page
        self.said: list[str] = []
        self.asked: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("requestfailed", self._miss)

    def _hear(self, message) -> None:
        if message.type in ("error", "warning"):
            self.said.append(f"{self.page.url}: {message.text}")

    def _miss(self, request) -> None:
        # A click that leaves a page stops what the page was still loading: nobody misses that.
        if request.failure != "net::ERR_ABORTED":
            self.said.append(f"{request.failure}: {request.url}")

    def open(self, address: str, size: dict[str, int] = DESK, mode: str = "light"):
        self.page.set_viewport_size(size)
        self.page.emulate_media(color_scheme=mode)
        self.page.goto(address)
        return self.page

    def outside(self, *allowed: str) -> list[str]:
        return [one for one in self.asked if not one.startswith((*allowed, "data:"))]


@pytest.fixture(scope="module")
def chromium() -> Iterator[object]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as player:
        started = player.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def browser(chromium) -> Iterator[Browser]:
    context = chromium.new_context(accept_downloads=True)
    context.set_default_timeout(60_000)
    yield Browser(context.new_page())
    context.close()


@pytest.fixture
def server(site, tmp_path) -> Iterator[SimpleNamespace]:
    """Serve the site below a sub-path, as a project page of a code host does."""
    (tmp_path / "owner").mkdir()
    (tmp_path / "owner/site").symlink_to(site)

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    handler = functools.partial(Quiet, directory=tmp_path)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        host = f"http://127.0.0.1:{running.server_port}"
        yield SimpleNamespace(host=host, site=f"{host}/owner/site")
        running.shutdown()


def pages(site: Path) -> list[Path]:
    return [path for path in sorted(site.rglob("*.html")) if "_static" not in path.parts]


def violations(page, **options: object) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    # Without preload axe asks for no style sheet again, which a page from a file may not do.
    fixed = {"resultTypes": ["violations"], "preload": False}
    found = Axe().run(page, options={**fixed, **options}).response
    return [
        f"{page.url}: {one['id']}: {one['help']}: {one['nodes'][0]['html'][:200]}"
        for one in found["violations"]
        if one["impact"] in GRAVE
    ]


def test_every_page_on_a_phone_in_light_and_dark(site, browser):
    wide, grave = [], []
    for path in pages(site):
        page = browser.open(path.as_uri(), PHONE)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > PHONE["width"]:
            wide.append(f"{path.relative_to(site)}: {width} px")
        assert page.evaluate("document.documentElement.dataset.theme") == "light"
        page.evaluate(ONE_OF_EACH, SEEN)
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        grave += violations(page)
        page.emulate_media(color_scheme="dark")
        page.wait_for_function("document.documentElement.dataset.theme === 'dark'")
        grave += violations(page, runOnly=["color-contrast"])
    assert wide == []
    assert grave == []
    assert browser.said == []
    assert browser.outside("file://") == []


def test_axe_finds_what_is_planted(site, browser):
    page = browser.open((site / "cite.html").as_uri(), PHONE)
    page.evaluate("""document.querySelector("article").insertAdjacentHTML("beforeend",
        "<img src='x.png'><p style='color: #aaa; background: #fff'>pale</p>")""")
    assert {one.split(": ")[1] for one in violations(page)} == {"image-alt", "color-contrast"}


def test_search_finds_malaysia_from_a_file(site, browser):
    page = browser.open(site.as_uri() + "/index.html")
    page.keyboard.press("Control+k")
    page.keyboard.type("Malaysia")
    page.keyboard.press("Enter")
    page.get_by_text("Search finished").wait_for()
    found = page.locator("#search-results .search li a").all_inner_texts()
    assert {"Compare the destinations", "Sources", "All findings"} <= set(found)
    assert browser.said == []
    assert browser.outside("file://") == []


def test_a_number_how_sure_where_from_and_its_file(server, browser):
    """What a reader does who has never seen the repository, below a sub-path."""
    number = next(
        one.printed.removeprefix("including ")
        for one in Library(ROOT).statements_of["ppp-2018-ncct-annual"]
        if one.subject == "Victims repatriated to Cambodia, Malaysia"
    )
    page = browser.open(f"{server.site}/index.html")
    page.goto(f"{server.site}/search.html?q=Malaysia")
    page.wait_for_selector("#search-results .search li .context")
    page.get_by_role("link", name="All findings").last.click()
    finding = page.locator(".finding", has_text="brought home from Malaysia")
    assert f"{number} of " in finding.inner_text()
    assert "How sure: Holds under" in finding.inner_text()
    finding.get_by_text("What it rests on").click()
    finding.get_by_role("link", name="More on this source").click()
    source = page.locator(".source:target")
    assert "Phnom Penh Post" in source.inner_text()
    assert source.locator("a[href^='https://']").count() == 1
    source.get_by_text("figures taken from it").click()
    row = source.locator("tr", has_text="Malaysia")
    assert number in row.inner_text() and "paragraph" in row.inner_text()
    source.get_by_text("resting on it").click()
    source.get_by_role("link", name="Three counts of one flow").click()
    card = page.locator("section:target")
    with page.expect_download() as saved:
        card.get_by_role("link", name="its numbers (CSV)").click()
    rows = list(csv.DictReader(io.StringIO(saved.value.path().read_text(encoding="utf-8"))))
    assert [one["value"] for one in rows if one["label"] == "Malaysia"][0] == number
    assert saved.value.suggested_filename == "05-three-counts.csv"
    assert browser.said == []
    assert browser.outside(f"{server.site}/") == []


def test_dark_mode_is_switched_by_keyboard_and_kept(site, browser):
    page = browser.open((site / "cite.html").as_uri())
    page.locator(".theme-switch-button:visible").focus()
    page.keyboard.press("Enter")
    page.locator("button[data-mode=dark]:visible").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.goto((site / "notebooks/05-compare-destinations.html").as_uri())
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    picture = page.locator("figure.card img").first
    style = "one => [getComputedStyle(one).backgroundColor, getComputedStyle(one).filter]"
    assert picture.evaluate(style) == ["rgb(255, 255, 255)", "none"]


def test_the_keyboard_reaches_everything(site, browser):
    page = browser.open((site / "notebooks/03-describe-trends.html").as_uri())
    wanted = page.evaluate(REACHABLE)
    assert sum("<summary" in one for one in wanted) > 10
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == "Skip to main content"
    reached = set()
    for _ in range(2 * len(wanted)):
        page.keyboard.press("Tab")
        reached.add(page.evaluate(FOCUSED))
        if len(reached & {str(number) for number in range(len(wanted))}) == len(wanted):
            break
    assert [one for number, one in enumerate(wanted) if str(number) not in reached] == []
    fold = page.locator("details.code-fold").first
    fold.locator("summary").focus()
    page.keyboard.press("Enter")
    assert fold.evaluate("one => one.open") and fold.locator("pre").is_visible()


def test_what_scrolls_sideways_is_reached_by_keyboard(site, browser):
    page = browser.open((site / "sources.html").as_uri(), PHONE)
    folded = (
        page.locator("details", has_text="taken from it").filter(has=page.locator("table")).first
    )
    folded.locator("summary").click()
    box = folded.locator(".pst-scrollable-table-container")
    page.wait_for_function("box => box.tabIndex === 0", arg=box.element_handle())
    assert box.evaluate("one => one.scrollWidth > one.clientWidth")
