"""The site of this collection, built once, and a tiny project whose site is built in a moment."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

from khtip.reading.site import build as site_build
from khtip.reading.site.citation import SETTING

ROOT = Path(__file__).parents[3]
TABLES = ("reported/figures", "reported/sources", "context/sources", "results/findings")
KEPT_ROWS = 3
NOTEBOOK, FIGURE = "00-start-here", "05-three-counts"


@pytest.fixture(scope="session", autouse=True)
def no_address() -> None:
    """Keep the address of a repository that the caller's environment names out of the pages."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(SETTING, raising=False)
        yield


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the site, built from what is committed."""
    return site_build.build(tmp_path_factory.mktemp("rendered") / "site", root=ROOT)


class TinyProject:
    """One notebook with one figure, and the first rows of the tables."""

    def __init__(self, root: Path) -> None:
        self.root = root
        shutil.copytree(ROOT / "docs/site", root / "docs/site")
        shutil.copytree(ROOT / "data/lookups", root / "data/lookups")
        for name in ("CITATION.cff", "LICENSE", "LICENSE-data"):
            shutil.copyfile(ROOT / name, root / name)
        for name in TABLES:
            lines = (ROOT / f"data/{name}.csv").read_text(encoding="utf-8").splitlines()
            # A finding may rest on any statement, so all of those stay.
            kept_rows = 1 + KEPT_ROWS if name.endswith("findings") else len(lines)
            self.write(f"data/{name}.csv", "\n".join(lines[:kept_rows]) + "\n")
        self.write("docs/methods.md", "# Methods\n\nHow it is done.\n")
        self.write("data/README.md", "# The data\n\nWhat it holds.\n")
        package = json.loads((ROOT / "data/datapackage.json").read_text(encoding="utf-8"))
        kept = [one for one in package["resources"] if one["path"] == "reported/figures.csv"]
        self.write("data/datapackage.json", json.dumps(package | {"resources": kept}))
        self.draw(title="Three counts", caption="What it shows.", alt="Bars: 1, 2 and 3.")
        names = (NOTEBOOK, "03-b")
        entries = [f"  - {{name: {name}, title: One, asks: 'What?'}}" for name in names]
        self.write("notebooks/pipeline.yml", "\n".join(["notebooks:", *entries]) + "\n")
        self.note({"text/plain": "'done'"})
        shutil.copyfile(self.root / f"notebooks/{NOTEBOOK}.ipynb", root / "notebooks/03-b.ipynb")

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def append(self, name: str, **cells: str) -> None:
        """Add a row, made from the last one with other cells."""
        import csv

        path = self.root / name
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert set(cells) <= set(rows[-1])
        with path.open("a", encoding="utf-8", newline="") as file:
            csv.DictWriter(file, list(rows[-1])).writerow(rows[-1] | cells)

    def draw(self, **words: object) -> None:
        """Write the files of the only figure with its title, caption and alternative text."""
        (self.root / "figures").mkdir(exist_ok=True)
        for kind in ("png", "svg"):
            file = f"figures/{FIGURE}.{kind}"
            shutil.copyfile(ROOT / file, self.root / file)
        card = json.loads((ROOT / f"figures/{FIGURE}.json").read_text(encoding="utf-8"))
        ids = {"sources": ["ppp-2018-ncct-annual"], "statements": ["ppp-2018-ncct-annual-002"]}
        card |= {"notebook": "00", **ids, **words}
        self.write(f"figures/{FIGURE}.json", json.dumps(card))
        self.write("figures/index.json", json.dumps([card]))
        self.write(f"figures/{FIGURE}.csv", "figure_id,value\nppp-2018-ncct-annual-002,92\n")

    def note(self, *outputs: dict[str, str], words: str = "Words.", picture: bool = True) -> None:
        """Write the first notebook: the figure, and a cell for each output."""
        png = (self.root / f"figures/{FIGURE}.png").read_bytes()
        image = {"image/png": base64.b64encode(png).decode()}
        shown = [*([image] if picture else []), *outputs]
        heading = nbformat.v4.new_markdown_cell(f"# One\n\n{words}", id="first")
        end = nbformat.v4.new_markdown_cell("## Where to get help\n\nHere.\n\n## Findings\n\nNone.")
        cells = [
            nbformat.v4.new_code_cell(
                "show()\nit()",
                id=f"cell-{number}",
                outputs=[nbformat.v4.new_output("display_data", data=data)],
            )
            for number, data in enumerate(shown)
        ]
        end["id"] = "end"
        notebook = nbformat.v4.new_notebook(cells=[heading, *cells, end])
        notebook.metadata["language_info"] = {"name": "python", "pygments_lexer": "ipython3"}
        (self.root / "notebooks").mkdir(exist_ok=True)
        nbformat.write(notebook, self.root / f"notebooks/{NOTEBOOK}.ipynb")

    def build(self) -> Path:
        """Build into ``build/site`` and return that folder."""
        return site_build.build(root=self.root)


@pytest.fixture
def tiny(tmp_path: Path) -> TinyProject:
    """Return a tiny project."""
    return TinyProject(tmp_path)


@pytest.fixture
def state() -> Callable[[Path], dict[str, bytes]]:
    """Return a function that reads every file below a folder."""
    return lambda folder: {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
