"""The workflows: valid, pinned, with few rights, and calling what a person can call too."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml
from check_jsonschema.builtin_schemas import get_builtin_schema

ROOT = Path(__file__).parents[1]
GITHUB = ROOT / ".github"
FILES = sorted((GITHUB / "workflows").glob("*.yml"))
EVERY = pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
SCRIPTS = sorted((ROOT / ".ci").iterdir())


def content(path: Path) -> dict:
    """Read a workflow; YAML 1.1 takes the key ``on`` for a truth value."""
    loaded = yaml.safe_load(path.read_text("utf-8"))
    return {("on" if key is True else key): value for key, value in loaded.items()}


def steps(path: Path) -> list[dict]:
    return [step for job in content(path)["jobs"].values() for step in job["steps"]]


def zizmor(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the linter of workflows without a network, in its strictest sensible persona."""
    command = [Path(sys.executable).with_name("zizmor"), "--offline", "--no-progress", "--quiet"]
    command += ["--persona", "pedantic", "--format", "plain", folder]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_workflows_of_the_project_are_all_there():
    assert {path.stem for path in FILES} >= {
        *("test", "propose", "changes", "changes-post", "versions", "site", "release", "audit")
    }


def test_zizmor_finds_nothing():
    said = zizmor(GITHUB)
    assert said.returncode == 0, said.stdout
    ignored = [
        line for path in FILES for line in path.read_text().splitlines() if "ignore[" in line
    ]
    assert len(ignored) == 1, "each exception needs its reason; one is known"


MISTAKES = {
    "an action that is not pinned": (
        "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1",
        "actions/checkout@v7",
    ),
    "code from an event": (
        "BASE: ${{ github.event.pull_request.base.sha }}",
        "BASE: x\n      - run: echo ${{ github.event.pull_request.title }}",
    ),
    "rights for all": ("permissions: {}", "permissions: write-all"),
    "strangers' code with our rights": ("  pull_request:\n", "  pull_request_target:\n"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_zizmor_finds_a_planted_mistake(tmp_path, mistake):
    old, new = MISTAKES[mistake]
    text = (GITHUB / "workflows/changes.yml").read_text("utf-8")
    assert old in text
    (tmp_path / ".github/workflows").mkdir(parents=True)
    (tmp_path / ".github/workflows/changes.yml").write_text(text.replace(old, new))
    assert zizmor(tmp_path).returncode != 0


@pytest.mark.parametrize("path", [*FILES, GITHUB / "dependabot.yml"], ids=lambda path: path.name)
def test_a_file_keeps_its_published_schema(path):
    name = "dependabot" if path.stem == "dependabot" else "github-workflows"
    schema = get_builtin_schema(f"vendor.{name}")
    validator = jsonschema.validators.validator_for(schema)(schema)
    assert [error.message for error in validator.iter_errors(content(path))] == []
    assert not validator.is_valid(content(path) | {"jobz": {}, "updatez": []})


@EVERY
def test_rights_are_none_at_the_top_and_explained_below(path):
    assert content(path)["permissions"] == {}
    for name, job in content(path)["jobs"].items():
        assert "permissions" in job, name
        assert "timeout-minutes" in job, name
        assert job["runs-on"] == "ubuntu-24.04"


def test_code_of_a_pull_request_never_has_rights_or_secrets():
    for path in FILES:
        if "pull_request" in content(path)["on"]:
            for job in content(path)["jobs"].values():
                unattended = "schedule" in job.get("if", "")
                assert unattended or set(job["permissions"].items()) == {("contents", "read")}
    assert not [path for path in FILES if "pull_request_target" in content(path)["on"]]
    for step in steps(GITHUB / "workflows/changes-post.yml"):
        if "uses" in step:
            assert step["with"]["ref"] == "${{ github.event.repository.default_branch }}"


@EVERY
def test_actions_are_pinned_by_commit_and_come_from_github(path):
    for step in steps(path):
        if "uses" in step:
            assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", step["uses"])
    lines = [line for line in path.read_text("utf-8").splitlines() if "uses:" in line]
    assert all(re.search(r" # v\d+\.\d+\.\d+$", line) for line in lines)


def test_no_checkout_leaves_its_credentials_behind():
    checkouts = [
        step
        for path in FILES
        for step in steps(path)
        if step.get("uses", "").startswith("actions/checkout@")
    ]
    assert checkouts
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_one_action_has_one_version():
    used = {step["uses"] for path in FILES for step in steps(path) if "uses" in step}
    assert len({one.split("@")[0] for one in used}) == len(used)


@EVERY
def test_shell_stays_in_scripts_and_make(path):
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    for step in steps(path):
        line = step.get("run", "bash .ci/run")
        assert "\n" not in line.strip(), "more than one line of shell: put it into .ci"
        assert "${{" not in line, "an expression in shell can become code: pass it through env"
        script = re.match(r"bash (\.ci/[\w-]+)", line)
        target = re.match(r"make ([a-z-]+)", line)
        if script:
            assert (ROOT / script[1]).is_file()
        elif target and target[1] != "site":  # the site is built by a target of its own branch
            assert target[1] in targets
        else:
            assert target or line.startswith("gh release create ")


def test_the_matrix_reaches_from_the_lowest_python_upwards():
    pythons = content(GITHUB / "workflows/test.yml")["jobs"]["test"]["strategy"]["matrix"]["python"]
    numbers = [int(one.split(".")[1]) for one in pythons]
    assert numbers == list(range(11, max(numbers) + 1))
    versions = content(GITHUB / "workflows/versions.yml")["jobs"]["versions"]["strategy"]["matrix"]
    assert {(one["resolution"], one["python"]) for one in versions["include"]} >= {
        ("lowest-direct", "3.11"),
        ("highest", "3.x"),
    }


def test_products_are_proposed_and_never_pushed_to_main():
    text = (ROOT / ".ci/propose-products").read_text("utf-8")
    pushes = re.findall(r"^git push .*$", text, re.MULTILINE)
    assert pushes == ['git push --quiet origin "$branch"']
    others = [path for path in (*FILES, *SCRIPTS) if "git push" in path.read_text("utf-8")]
    assert others == [ROOT / ".ci/propose-products"]


# The scripts, with a stand-in for the command gh that writes down what it was asked.

GH = """#!/usr/bin/env bash
printf '%s\\n' "$*" >> "$ASKED"
case "$1 $2" in
  "api --method") echo "${NUMBER-}" ;;
  "issue list") echo "${NUMBER-}" ;;
  "run download") mkdir -p "${@: -1}" && cp -P "$MADE"/. -r "${@: -1}" ;;
  "pr comment") cat "${@: -1}" > "$POSTED" ;;
esac
"""
SHA = "a" * 40


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder in which gh is a stand-in."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/gh").write_text(GH)
    (tmp_path / "bin/gh").chmod(0o755)
    (tmp_path / "made").mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    for name, value in {
        "ASKED": tmp_path / "asked",
        "POSTED": tmp_path / "posted",
        "MADE": tmp_path / "made",
        "GITHUB_REPOSITORY": "o/r",
        "GITHUB_SERVER_URL": "https://example.org",
        "GITHUB_RUN_ID": "7",
        "GITHUB_WORKFLOW": "w",
        "RUN": "7",
        "SHA": SHA,
        "HEAD": "stranger:$(touch hacked)&state=closed",
        "NUMBER": "12",
    }.items():
        monkeypatch.setenv(name, str(value))
    return tmp_path


def run(script: str, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = ["bash", str(ROOT / ".ci" / script), *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_a_summary_is_posted_as_text(desk):
    hostile = "# Moved\n$(touch hacked) `touch hacked` @everyone \xff" + "x" * 70_000
    (desk / "made/summary.md").write_bytes(hostile.encode("latin-1"))
    said = run("post-changes", desk)
    assert said.returncode == 0, said.stderr
    posted = (desk / "posted").read_text("utf-8")
    assert "$(touch hacked)" in posted
    assert "@everyone" not in posted
    assert "not checked by a person" in posted
    assert len(posted) < 65_536
    assert "pr comment 12 --repo o/r" in (desk / "asked").read_text()
    assert not list(desk.rglob("hacked"))


def test_nothing_is_posted_without_a_pull_request_or_from_a_link(desk, monkeypatch):
    (desk / "secret").write_text("secret")
    (desk / "made/summary.md").symlink_to(desk / "secret")
    assert run("post-changes", desk).returncode == 1
    monkeypatch.setenv("NUMBER", "")
    assert run("post-changes", desk).returncode == 0
    monkeypatch.setenv("SHA", '") | halt')
    assert run("post-changes", desk).returncode == 1
    assert not (desk / "posted").exists()


@pytest.mark.parametrize(("open_issue", "verb"), [("", "issue create"), ("5", "issue comment 5")])
def test_a_failure_is_told_once(desk, monkeypatch, open_issue, verb):
    monkeypatch.setenv("NUMBER", open_issue)
    assert run("report-failure", desk, "Other versions fail").returncode == 0
    asked = (desk / "asked").read_text().splitlines()
    assert asked[-1].startswith(verb)
    assert "https://example.org/o/r/actions/runs/7" in asked[-1]


def git(folder: Path, *words: str) -> str:
    command = ["git", "-C", str(folder), *words]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_products_go_to_a_branch_of_their_own(desk):
    remote, clone = desk / "remote.git", desk / "clone"
    git(desk, "init", "--quiet", "--bare", "--initial-branch=main", str(remote))
    git(desk, "clone", "--quiet", str(remote), str(clone))
    git(clone, "switch", "--quiet", "--create", "main")
    (clone / ".ci").mkdir()
    shutil.copy(ROOT / ".ci/propose-products", clone / ".ci")
    (clone / "product").write_text("old")
    git(clone, "add", "--all")
    names = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    git(clone, *names, "commit", "--quiet", "--message", "first")
    git(clone, "push", "--quiet", "origin", "main")
    main = git(remote, "rev-parse", "main")
    command = ["bash", ".ci/propose-products"]
    subprocess.run(command, cwd=clone, check=True)
    assert not (desk / "asked").exists(), "nothing was written, so nothing is proposed"

    (clone / "product").write_text("new")
    (clone / "another").write_text("new")
    subprocess.run(command, cwd=clone, check=True)
    assert git(remote, "rev-parse", "main") == main
    (branch,) = re.findall(r"products/\w+", git(remote, "branch", "--list", "products/*"))
    assert git(remote, "show", "--name-only", "--format=", branch).split() == ["another", "product"]
    asked = (desk / "asked").read_text()
    assert f"pr create --base main --head {branch}" in asked
    assert f"workflow run test.yml --ref {branch}" in asked


@pytest.mark.parametrize(
    ("recipe", "status"),
    [
        ("mkdir -p build/changes; echo moved > build/changes/summary.md; exit 1", 0),
        ("mkdir -p build/changes; echo nothing > build/changes/summary.md", 0),
        ("exit 2", 2),
    ],
)
def test_that_something_moved_is_no_failure(desk, monkeypatch, recipe, status):
    monkeypatch.setenv("BASE", "main")
    (desk / ".ci").mkdir()
    shutil.copy(ROOT / ".ci/report-changes", desk / ".ci")
    (desk / "Makefile").write_text(f"changes:\n\t@{recipe}\n")
    command = ["bash", ".ci/report-changes"]
    said = subprocess.run(command, cwd=desk, capture_output=True, check=False)
    assert said.returncode == status
