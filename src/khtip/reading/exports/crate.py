"""A release as a research object: RO-Crate 1.1 with a checksum for every file.

The crate holds what git tracks, so that it can be run again. Its metadata say which notebook read
and wrote what (one ``CreateAction`` each), that a figure is derived from the table it was drawn
from, and under which licence each part stands. ``SHA256SUMS`` is for ``sha256sum --check``.

References
----------
RO-Crate Metadata Specification 1.1, https://w3id.org/ro/crate/1.1
"""

import hashlib
import mimetypes
import shutil
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from khtip.files import git
from khtip.reading.exports import dictionary
from khtip.runner import manifest
from khtip.runner.manifest import MANIFEST, Manifest, Notebook

if TYPE_CHECKING:
    from rocrate.rocrate import ROCrate

SUMS = "SHA256SUMS"
CITATION = "CITATION.cff"
VERSION = "1.1"
CODE_LICENCE = "https://spdx.org/licenses/MIT"
DATA_LICENCE = "https://creativecommons.org/licenses/by/4.0/"
TERMS = {
    "sha256": "https://schema.org/sha256",
}
"""What RO-Crate 1.1 does not name yet."""

LANGUAGE = "https://jupyter.org"
MEDIA = {
    ".ipynb": "application/x-ipynb+json",
    ".yml": "application/yaml",
    ".cff": "application/yaml",
    ".md": "text/markdown",
    ".toml": "application/toml",
    ".csv": "text/csv",
}


def write(root: Path, target: Path) -> None:
    """Write the crate of the git checkout `root` into the new folder `target`.

    Raises
    ------
    FileNotFoundError
        When `root` is no git checkout, or a tracked file is missing.
    """
    files = tracked(root)
    made = describe(root, files, released(root))
    for file in files:
        place = target / file
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / file, place)
    made.metadata.write(target)
    sums = [f"{checksum(target / file)}  {file}\n" for file in (*files, made.metadata.id)]
    (target / SUMS).write_text("".join(sums), encoding="utf-8")


def describe(root: Path, files: Iterable[str], day: date) -> "ROCrate":
    """Return the description of a release of `files` published on `day`; nothing is copied."""
    from rocrate.model.computationalworkflow import ComputationalWorkflow
    from rocrate.model.file import File
    from rocrate.rocrate import ROCrate

    crate = ROCrate(version=VERSION)
    crate.metadata.extra_terms.update(TERMS)
    _root(crate, yaml.safe_load((root / CITATION).read_text(encoding="utf-8")), day)
    plan = manifest.read_manifest(root)
    programs = {MANIFEST, *(one.path for one in plan.notebooks)}
    for file in files:
        kind = ComputationalWorkflow if file in programs else File
        crate.add(kind(crate, root / file, file, properties=_file(root / file, file)))
    _workflow(crate, plan)
    for one in plan.notebooks:
        _action(crate, one)
    _tables(crate, root)
    return crate


def tracked(root: Path) -> list[str]:
    """Return the files that git tracks, relative to `root`, sorted."""
    return sorted(_git(root, "ls-files", "-z").rstrip("\0").split("\0"))


def released(root: Path) -> date:
    """Return the day of the commit that the release is made from."""
    return date.fromisoformat(_git(root, "log", "-1", "--format=%cs").strip())


def checksum(path: Path) -> str:
    """Return a file's SHA-256 as hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _git(root: Path, *words: str) -> str:
    done = git(root, *words)
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()
        raise FileNotFoundError(
            f"{root}: a release is made from a git checkout with at least one commit ({said}). "
            "Clone the repository, and export there."
        )
    return done.stdout.decode()


def _file(path: Path, file: str) -> dict[str, Any]:
    kind = MEDIA.get(path.suffix) or mimetypes.guess_type(file)[0] or "text/plain"
    data = file.startswith(("data/", "figures/"))
    licence = "LICENSE-data" if data else CODE_LICENCE
    return {
        "name": file,
        "encodingFormat": kind,
        "contentSize": str(path.stat().st_size),
        "sha256": checksum(path),
        "license": {"@id": licence},
    }


def _root(crate: "ROCrate", citation: dict[str, Any], day: date) -> None:
    """Describe the whole: what CITATION.cff says, and the two licences."""
    crate.name = citation["title"]
    crate.description = " ".join(citation["abstract"].split())
    crate.datePublished = day.isoformat()
    crate.keywords = ", ".join(citation["keywords"])
    root = crate.root_dataset
    root["version"] = citation["version"]
    licences = ((CODE_LICENCE, "MIT Licence"), (DATA_LICENCE, "Creative Commons Attribution 4.0"))
    root["license"] = [_entity(crate, at, "CreativeWork", name) for at, name in licences]
    authors = [one["name"] for one in citation["authors"]]
    root["author"] = [
        _entity(crate, f"#{name.replace(' ', '-')}", "Organization", name) for name in authors
    ]


def _entity(crate: "ROCrate", identifier: str, kind: str, name: str, **more: Any) -> Any:
    made = {"@id": identifier, "@type": kind, "name": name, **more}
    return crate.add_jsonld(made)


def _workflow(crate: "ROCrate", plan: Manifest) -> None:
    """Name the manifest as the workflow, with the notebooks as its parts."""
    _entity(crate, LANGUAGE, "ComputerLanguage", "Jupyter notebook", url=LANGUAGE)
    for path, name in [(MANIFEST, "The collection"), *((o.path, o.title) for o in plan.notebooks)]:
        crate.get(path)["name"] = name
        crate.get(path)["programmingLanguage"] = {"@id": LANGUAGE}
    for one in plan.notebooks:
        crate.get(one.path)["description"] = one.asks
    crate.get(MANIFEST)["hasPart"] = [{"@id": one.path} for one in plan.notebooks]
    crate.mainEntity = crate.get(MANIFEST)


def _action(crate: "ROCrate", one: Notebook) -> None:
    """Say what a notebook read and wrote, and from which table each image was drawn."""
    if one.writes:
        crate.add_jsonld(
            {
                "@id": f"#run-{one.name}",
                "@type": "CreateAction",
                "name": f"Run of {one.name}",
                "instrument": {"@id": one.path},
                "object": [{"@id": path} for path in one.reads],
                "result": [{"@id": path} for path in one.writes],
            }
        )
    for name in one.figures:
        drawn = f"figures/{name}.csv"
        crate.get(drawn)["isBasedOn"] = [{"@id": path} for path in one.reads]
        for suffix in (".png", ".svg", ".json"):
            crate.get(f"figures/{name}{suffix}")["isBasedOn"] = {"@id": drawn}


def _tables(crate: "ROCrate", root: Path) -> None:
    """Give each table its title, description and own licence from the Data Package."""
    for resource in dictionary.package(root)["resources"]:
        table = crate.get(f"data/{resource['path']}")
        licence = resource["licenses"][0]
        at = licence.get("path") or "LICENSE-data"
        if crate.get(at) is None:
            _entity(crate, at, "CreativeWork", licence.get("title", licence.get("name", at)))
        table["name"], table["description"] = resource["title"], resource["description"]
        table["license"] = {"@id": at}
