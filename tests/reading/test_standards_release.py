"""A release: every version agrees, the files are whole, and their sums hold."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from khtip.cli import main
from khtip.reading.exports import release

ROOT = Path(__file__).parents[2]
NAMED = ("pyproject.toml", "CITATION.cff", ".zenodo.json", "data/datapackage.json")
NOTES = "# Changelog\n\n## [0.1.0] - 2026-01-01\n\n### Added\n\n- Notes.\n"


@pytest.fixture
def named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project that holds nothing but the files that name the version."""
    (tmp_path / "data/reported").mkdir(parents=True)
    for name in NAMED:
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "CHANGELOG.md").write_text(NOTES, encoding="utf-8")
    monkeypatch.setenv("KHTIP_ROOT", str(tmp_path))
    return tmp_path


def test_a_release_has_its_files_and_their_sums(tmp_path, monkeypatch):
    root = tmp_path / "project"
    subprocess.run(["git", "clone", "--quiet", "--depth", "1", f"file://{ROOT}", root], check=True)
    for name in NAMED:
        shutil.copy(ROOT / name, root / name)
    (root / "CHANGELOG.md").write_text(NOTES, encoding="utf-8")
    monkeypatch.setenv("KHTIP_ROOT", str(root))
    assert main(["release", "v0.1.0"]) == 0
    files = root / release.FOLDER / "files"
    assert {path.name for path in files.iterdir()} == {
        *("CITATION.cff", "zenodo.json", "observations-sdmx.csv", "structure-sdmx.xml"),
        *("observations-hxl.csv", "README.txt", "ro-crate.zip", "SHA256SUMS"),
    }
    command = ["sha256sum", "--check", "--quiet", "SHA256SUMS"]
    assert subprocess.run(command, cwd=files, check=False).returncode == 0
    assert (files.parent / "notes.md").read_text("utf-8") == "### Added\n\n- Notes.\n"
    assert [path.name for path in files.parents[1].iterdir()] == ["release"], "a draft is left"


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("pyproject.toml", 'version = "0.1.0"', 'version = "0.2.0"'),
        ("CITATION.cff", "version: 0.1.0", "version: 0.2.0"),
        (".zenodo.json", '"version": "0.1.0"', '"version": "0.2.0"'),
        ("CHANGELOG.md", "[0.1.0]", "[Unreleased]"),
    ],
)
def test_one_version_that_differs_stops_it(named, capsys, file, old, new):
    text = (named / file).read_text("utf-8")
    assert old in text
    (named / file).write_text(text.replace(old, new), encoding="utf-8")
    assert main(["release", "v0.1.0"]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"{file}: ")
    assert len(said.splitlines()) == 1
    assert not (named / "build").exists()


@pytest.mark.parametrize("tag", ["", "0.1.0", "v0.1", "v0.1.0; touch hacked", "../v0.1.0"])
def test_a_tag_is_v_and_the_version(named, tag):
    assert main(["release", tag]) == 2
