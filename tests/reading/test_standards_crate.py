"""A release as RO-Crate 1.1: complete, connected, checked by its sums, and read back."""

from __future__ import annotations

import json
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from rocrate.rocrate import ROCrate

from khtip.cli import main
from khtip.reading.exports import crate, writing
from khtip.runner import manifest

ROOT = Path(__file__).parents[2]
PLAN = manifest.read_manifest(ROOT)
SPECIFICATION = "https://w3id.org/ro/crate/1.1"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("exports")
    assert writing.export(ROOT, out, ("rocrate",)) == [out / "ro-crate"]
    return out / "ro-crate"


@pytest.fixture(scope="module")
def graph(folder: Path) -> dict[str, dict]:
    content = json.loads((folder / "ro-crate-metadata.json").read_text("utf-8"))
    assert f"{SPECIFICATION}/context" in content["@context"]
    entities = content["@graph"]
    assert len({one["@id"] for one in entities}) == len(entities)
    return {one["@id"]: one for one in entities}


def kinds(entity: dict) -> list[str]:
    return entity["@type"] if isinstance(entity["@type"], list) else [entity["@type"]]


def test_the_metadata_file_and_the_root_are_as_the_specification_says(graph):
    described = graph["ro-crate-metadata.json"]
    assert described["conformsTo"] == {"@id": SPECIFICATION}
    assert described["about"] == {"@id": "./"}
    root = graph["./"]
    assert kinds(root) == ["Dataset"]
    for name in ("name", "description", "datePublished", "license", "author", "version"):
        assert root[name], name
    assert root["datePublished"] == crate.released(ROOT).isoformat()


def references(value: object) -> list[str]:
    if isinstance(value, dict):
        return [value["@id"]] if set(value) == {"@id"} else []
    return [name for one in value for name in references(one)] if isinstance(value, list) else []


def test_no_entity_points_nowhere(graph):
    external = (SPECIFICATION,)
    for entity in graph.values():
        for key, value in entity.items():
            if not key.startswith("@"):
                missing = [one for one in references(value) if one not in graph]
                assert [one for one in missing if not one.startswith(external)] == [], entity["@id"]


def test_every_tracked_file_is_there_with_its_sum_and_size(folder, graph):
    files = {name for name, one in graph.items() if "File" in kinds(one)}
    assert files == set(crate.tracked(ROOT))
    assert {part["@id"] for part in graph["./"]["hasPart"]} == files
    for name in files:
        assert graph[name]["sha256"] == crate.checksum(folder / name), name
        assert graph[name]["contentSize"] == str((folder / name).stat().st_size)
        assert (folder / name).read_bytes() == (ROOT / name).read_bytes()


def test_the_sums_hold_and_a_changed_byte_is_noticed(folder, tmp_path):
    copy = shutil.copytree(folder, tmp_path / "copy")
    command = ["sha256sum", "--check", "--quiet", crate.SUMS]
    assert subprocess.run(command, cwd=copy, check=False).returncode == 0
    listed = {line.split("  ", 1)[1] for line in (copy / crate.SUMS).read_text().splitlines()}
    there = {one.relative_to(copy).as_posix() for one in copy.rglob("*") if one.is_file()}
    assert listed == there - {crate.SUMS}
    with (copy / "data/reported/figures.csv").open("a") as stream:
        stream.write(" ")
    said = subprocess.run(command, cwd=copy, check=False, capture_output=True, text=True)
    assert said.returncode == 1
    assert "figures.csv: FAILED" in said.stdout


def test_notebooks_are_workflows_and_figures_are_derived_from_data(graph):
    main_entity = graph[graph["./"]["mainEntity"]["@id"]]
    assert [one["@id"] for one in main_entity["hasPart"]] == [one.path for one in PLAN.notebooks]
    actions = [one for one in graph.values() if kinds(one) == ["CreateAction"]]
    made = {action["instrument"]["@id"]: action for action in actions}
    for one in PLAN.notebooks:
        assert {"File", "SoftwareSourceCode", "ComputationalWorkflow"} <= set(
            kinds(graph[one.path])
        )
        if one.writes:
            assert [each["@id"] for each in made[one.path]["object"]] == list(one.reads)
            assert [each["@id"] for each in made[one.path]["result"]] == list(one.writes)
        for name in one.figures:
            assert graph[f"figures/{name}.png"]["isBasedOn"] == {"@id": f"figures/{name}.csv"}
            based = graph[f"figures/{name}.csv"]["isBasedOn"]
            assert [each["@id"] for each in based] == list(one.reads)


def test_a_table_keeps_its_own_licence(graph):
    assert "walkfree" in json.dumps(graph["data/context/gsi.csv"]["license"]).lower()
    assert "creativecommons" in graph["data/reported/figures.csv"]["license"]["@id"]


def test_the_library_reads_it_back(folder):
    read = ROCrate(folder)
    assert read.metadata.version == "1.1"
    assert read.mainEntity.id == "notebooks/pipeline.yml"
    assert len(read.data_entities) == len(crate.tracked(ROOT))
    with zipfile.ZipFile(folder.with_name("ro-crate.zip")) as archive:
        assert archive.testzip() is None
        assert crate.SUMS in archive.namelist()


def test_an_older_crate_is_replaced_and_anything_else_is_not(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(crate, "tracked", lambda root: ["CITATION.cff"])
    monkeypatch.setattr(crate, "describe", lambda *_: ROCrate(version="1.1"))
    command = ["export", "--format", "rocrate", "--out", str(tmp_path)]
    (tmp_path / "README.txt").write_text(writing.NOTE)
    (tmp_path / "ro-crate").mkdir()
    (tmp_path / "ro-crate/mine.txt").write_text("mine")
    assert main(command) == 2
    assert "holds something that this command did not make" in capsys.readouterr().err
    shutil.rmtree(tmp_path / "ro-crate")
    assert main(command) == main(command) == 0
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"ro-crate", "ro-crate.zip", "README.txt"}, "a draft was left behind"


def test_without_git_the_remedy_is_named(tmp_path, monkeypatch, capsys):
    (tmp_path / "data/reported").mkdir(parents=True)
    monkeypatch.setenv("KHTIP_ROOT", str(tmp_path))
    assert main(["export", "--format", "rocrate", "--out", str(tmp_path / "out")]) == 2
    assert "made from a git checkout" in capsys.readouterr().err
    assert not (tmp_path / "out/ro-crate").exists()
