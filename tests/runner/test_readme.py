import pandas as pd
import pytest

from khtip import files
from khtip.cli import main
from khtip.runner import graph, manifest, notebooks


def test_only_the_block_changes():
    text = "before\n<!-- x:start -->\nold\n<!-- x:end -->\nafter\n"
    assert notebooks.replace_block(text, "x", "new") == (
        "before\n<!-- x:start -->\nnew\n<!-- x:end -->\nafter\n"
    )


def test_backslashes_and_group_references_are_text():
    assert r"\1 \g<0>" in notebooks.replace_block(
        "<!-- x:start --><!-- x:end -->", "x", r"\1 \g<0>"
    )


@pytest.mark.parametrize(
    "text",
    [
        "nothing",
        "<!-- x:start --><!-- x:end -->" * 2,
        "<!-- x:start -->",
        "<!-- x:end -->",
        "<!-- x:start --><!-- x:start --><!-- x:end -->",
        "<!-- x:end --><!-- x:start -->",
    ],
)
def test_a_missing_or_double_block_is_refused(text):
    with pytest.raises(notebooks.ReadmeError, match="expected one"):
        notebooks.replace_block(text, "x", "new")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<!-- notebooks:start -->", "0 times <!-- notebooks:end -->"),
        (b"<!-- findings:end -->", "0 times <!-- findings:start -->"),
        (b"<!-- notebooks:start --><!-- notebooks:end -->" * 2, "2 times"),
        (b"a\nb \xe9\n", "README.md, line 2: not UTF-8"),
    ],
)
def test_a_broken_readme_stops_a_run_before_any_kernel(project, capsys, content, words):
    (project.root / "README.md").write_bytes(content)
    assert main(["run"]) == 2
    assert words in capsys.readouterr().err
    assert not (project.root / "data/clean").exists()
    assert (project.root / "README.md").read_bytes() == content


def test_only_headlines_are_listed():
    first = {"headline": "True", "sentence": "A.", "support": "Holds.", "notebook": "03"}
    second = {"headline": "False", "sentence": "B.", "support": "Flips.", "notebook": "04"}
    assert notebooks.findings_block([first, second]) == "- A. *Holds.* (notebook 03)"


def test_the_committed_readme_is_current():
    root = files.root()
    assert notebooks.README not in notebooks.stale(manifest.read_manifest(root)), "run: make run"
    findings = pd.read_csv(root / graph.FINDINGS)
    first = findings.loc[findings["headline"], "sentence"].iloc[0]
    assert first in (root / "README.md").read_text(encoding="utf-8")
