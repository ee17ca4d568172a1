"""The files of a release: exports, citation files, checksums and notes (``khtip release``)."""

import json
import re
import shutil
import tomllib
from pathlib import Path

import yaml

from khtip.files import clear_swaps, swapped
from khtip.reading import folders
from khtip.reading.exports import writing
from khtip.reading.exports.crate import CITATION, SUMS, checksum
from khtip.reading.exports.writing import ExportError

FOLDER = "build/release"
ZENODO = ".zenodo.json"
CHANGELOG = "CHANGELOG.md"


def prepare(root: Path, tag: str) -> list[Path]:
    """Write the release `tag` (``v`` and the version) into ``build/release``; return its files.

    Raises
    ------
    ExportError
        Naming every file that gives another version than the tag, or has no notes for it.
    khtip.reading.folders.UnfitFolder
        When something else stands in ``build/release``.
    """
    faults = disagreements(root, tag)
    if faults:
        raise ExportError("\n".join(faults))
    target = folders.claimed(root / FOLDER, root, made="notes.md")
    clear_swaps(target.parent, target.name)
    with swapped(target) as (_, made):
        files = made / "files"
        writing.export(root, files)
        shutil.rmtree(files / writing.NAMES["rocrate"])  # its archive stays
        shutil.copyfile(root / CITATION, files / CITATION)
        # A name with a dot in front is no name for a file to download.
        shutil.copyfile(root / ZENODO, files / ZENODO.lstrip("."))
        names = sorted(path.name for path in files.iterdir())
        sums = [f"{checksum(files / name)}  {name}\n" for name in names]
        (files / SUMS).write_text("".join(sums), encoding="utf-8")
        (made / "notes.md").write_text(notes(_text(root, CHANGELOG), tag[1:]), encoding="utf-8")
    return sorted((target / "files").iterdir())


def disagreements(root: Path, tag: str) -> list[str]:
    """Return one line for each place that does not give the version of a tag."""
    stated = {
        "pyproject.toml": tomllib.loads(_text(root, "pyproject.toml"))["project"]["version"],
        CITATION: str(yaml.safe_load(_text(root, CITATION))["version"]),
        ZENODO: json.loads(_text(root, ZENODO))["version"],
        "data/datapackage.json": json.loads(_text(root, "data/datapackage.json"))["version"],
    }
    faults = [
        f"{file}: version {version}, but the tag is {tag or 'empty'}. Write v{version} as the tag, "
        f"or change the version in {', '.join(stated)}."
        for file, version in stated.items()
        if tag != f"v{version}"
    ]
    if not notes(_text(root, CHANGELOG), tag.removeprefix("v")):
        heading = f"## [{tag.removeprefix('v')}] - YYYY-MM-DD"
        faults.append(f"{CHANGELOG}: no notes. Put the heading '{heading}' above what is new.")
    return faults


def notes(changelog: str, version: str) -> str:
    """Return what the changelog says of a version, without its heading; empty if nothing.

    Examples
    --------
    >>> notes("## [0.2.0] - 2026-01-01\\n- b\\n\\n## [0.1.0] - 2025-01-01\\n- a\\n", "0.2.0")
    '- b\\n'
    """
    heading = rf"^## \[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d$"
    found = re.search(rf"{heading}\n(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL)
    return found[1].strip() + "\n" if found and found[1].strip() else ""


def _text(root: Path, file: str) -> str:
    return (root / file).read_text(encoding="utf-8")
