"""A tiny project with two or three notebooks, for tests of the runner; a folder for figures."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import pytest
import sweepable
import yaml

from khtip.cli import main
from khtip.figures import theme
from khtip.runner import steps

REPOSITORY = Path(__file__).parents[1]
READ = "import csv, os\nfrom pathlib import Path\n"
FIRST = """rows = list(csv.reader(Path("../data/reported/figures.csv").open()))
target = Path(os.environ["KHTIP_OUTPUT"]) / "data/clean/first.csv"
target.parent.mkdir(parents=True, exist_ok=True)
target.write_text(f"{len(rows)},{base_year}\\n")
len(rows)"""
SECOND = """output = Path(os.environ["KHTIP_OUTPUT"])
source = next(b / "data/clean/first.csv" for b in (output, Path("..")) if
              (b / "data/clean/first.csv").is_file())
target = output / "data/results/second.csv"
target.parent.mkdir(parents=True, exist_ok=True)
target.write_text(source.read_text() + str(reference_year) + "\\n")
source.read_text().strip()"""


def _cells(title: str, parameter: str, code: str) -> list:
    markdown, plain = nbformat.v4.new_markdown_cell, nbformat.v4.new_code_cell
    cells = [
        markdown(f"# {title}\n\nWhat?"),
        markdown("(generated)", metadata={"tags": ["needs-makes"]}),
        plain(parameter, metadata={"tags": ["parameters"]}),
        plain(READ),
        markdown(f"## Why {title.lower()}?"),
        plain(code),
        markdown("(generated)", metadata={"tags": ["navigation"]}),
    ]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    return cells


class Project:
    """A project below `root` whose notebooks 01 and 02 depend on each other, and 03 on nothing."""

    first = FIRST

    def __init__(self, root: Path, *, fresh: bool = True) -> None:
        self.root = root
        self.entries = [
            self.entry("01-first", ["data/reported/figures.csv"], ["data/clean/first.csv"]),
            self.entry("02-second", ["data/clean/first.csv"], ["data/results/second.csv"]),
            self.entry("03-third", [], []),
        ]
        if fresh:
            self.make()

    def make(self) -> None:
        """Write every file."""
        root = self.root
        for folder in ("data/reported", "notebooks", "scenarios", "src/khtip"):
            (root / folder).mkdir(parents=True)
        (root / "pyproject.toml").write_text("[tool.pytask.ini_options]\n")
        (root / "data/reported/figures.csv").write_text("id,value\na,1\n")
        (root / "data/reported/other.csv").write_text("id\n")
        shutil.copy(REPOSITORY / "notebooks/task_notebooks.py", root / "notebooks")
        self.write("01-first", "base_year: int = 2016", FIRST)
        self.write("02-second", "reference_year: int = 2017", SECOND)
        self.write("03-third", "seed: int = 1", "1 + 1")
        self.save()

    @staticmethod
    def entry(name: str, reads: list[str], tables: list[str]) -> dict:
        return {"name": name, "title": name, "asks": "What?", "reads": reads, "tables": tables}

    def save(self) -> None:
        """Write the manifest."""
        text = yaml.safe_dump({"notebooks": self.entries}, sort_keys=False)
        (self.root / "notebooks/pipeline.yml").write_text(text)

    def path(self, name: str) -> Path:
        return self.root / "notebooks" / f"{name}.ipynb"

    def write(self, name: str, parameter: str, code: str) -> None:
        """Write a notebook whose last code cell is `code`."""
        notebook = nbformat.v4.new_notebook(cells=_cells(name, parameter, code))
        nbformat.write(notebook, self.path(name))

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace text in a notebook's file."""
        content = self.path(name).read_text()
        assert old in content
        self.path(name).write_text(content.replace(old, new))

    def state(self) -> dict[str, tuple[int, bytes]]:
        """Return time and bytes of every file that is committed."""
        files = [
            path
            for path in sorted(self.root.rglob("*"))
            if path.is_file() and not {"build", ".pytask"} & set(path.parts)
        ]
        return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a tiny project that has run, to be copied."""
    root = tmp_path_factory.mktemp("template") / "project"
    root.mkdir()
    Project(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KHTIP_ROOT", str(root))
        patch.delenv("KHTIP_OUTPUT", raising=False)
        patch.setattr(steps, "check_data", lambda root: None)
        assert main(["run"]) == 0
    return root


def _adopt(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("KHTIP_ROOT", str(project.root))
    monkeypatch.delenv("KHTIP_OUTPUT", raising=False)
    monkeypatch.setenv("CI", "true")
    monkeypatch.setattr(steps, "check_data", lambda root: None)
    return project


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Return a tiny project, its data check switched off."""
    return _adopt(Project(tmp_path), monkeypatch)


@pytest.fixture
def tiny(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Return a tiny project whose notebooks state findings, to be swept."""
    monkeypatch.chdir(project.root)
    return sweepable.make(project)


@pytest.fixture
def finished(
    template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> Project:
    """Return a tiny project that has run."""
    shutil.copytree(template, tmp_path / "project")
    return _adopt(Project(tmp_path / "project", fresh=False), monkeypatch)


@pytest.fixture
def products(tmp_path, monkeypatch):
    """Send figures to a folder of the test; few pixels make them fast."""
    monkeypatch.setattr(theme, "DPI", 60)
    monkeypatch.setitem(theme.STYLE, "figure.dpi", 60)
    monkeypatch.setenv("KHTIP_OUTPUT", str(tmp_path))
    return tmp_path / "figures"
