"""The page, the summary and the commands, on small repositories with planted changes."""

import json
import os
import re
import shutil
import subprocess

import pandas as pd
import pytest

from khtip.cli import main
from khtip.reading.changes import comparison, pictures, report
from khtip.reading.changes.rows import TableChange

PACKAGE = {"resources": [{"path": "reported/figures.csv", "schema": {"primaryKey": "figure_id"}}]}
NASTY = '<script>alert(1)</script> "quoted" | @someone #12 [link](http://example.org)'


def git(root, *arguments):
    who = ["-c", "user.name=Nobody", "-c", "user.email=nobody@example.org"]
    subprocess.run(["git", "-C", str(root), *who, *arguments], check=True, capture_output=True)


def write(root, value="159", *, verdict="rose", note=""):
    """Write the products of a tiny project."""
    for name in ("data/reported", "data/results", "figures"):
        (root / name).mkdir(parents=True, exist_ok=True)
    (root / "data/datapackage.json").write_text(json.dumps(PACKAGE))
    ledger = pd.DataFrame({"figure_id": ["a-001"], "value": [value], "note": [note]})
    ledger.to_csv(root / "data/reported/figures.csv", index=False)
    stated = {"finding_id": "03-cases", "value": value, "verdict": verdict, "headline": True}
    stated["sentence"] = f"Cases: {value}. {note}"
    pd.DataFrame([stated]).to_csv(root / "data/results/findings.csv", index=False)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A repository with one commit, as the project that the command works in."""
    root = tmp_path / "project"
    write(root)
    git(tmp_path, "init", "-q", str(root))
    git(root, "add", "-A")
    git(root, "commit", "-qm", "one")
    monkeypatch.setenv("KHTIP_ROOT", str(root))
    return root


def reports(project, name="changes"):
    folder = project / "build" / name
    return [(folder / file).read_text("utf-8") for file in ("index.html", "summary.md")]


def test_nothing_moved_ends_with_zero(project, capsys):
    assert main(["changes", "--base", "HEAD"]) == 0
    assert "Nothing moved." in capsys.readouterr().out
    for text in reports(project):
        assert "Nothing moved." in text


def test_a_changed_row_and_a_flipped_headline_end_with_one(project, capsys):
    write(project, "80", verdict="fell")
    assert main(["changes", "--base", "HEAD"]) == 1
    told = capsys.readouterr().out
    assert "data/reported/figures.csv: rows: 1 changed" in told
    assert "finding 03-cases: verdict flipped from rose to fell" in told
    html, markdown = reports(project)
    assert "<td>a-001</td><td>value</td><td>159</td><td>80</td>" in html
    assert "flipped: rose → fell" in html
    assert "| 03-cases (headline) | 159 | 80 | -79 | flipped: rose → fell |" in markdown


def test_two_revisions_do_not_look_at_the_working_tree(project):
    write(project, "80")
    git(project, "commit", "-qam", "two")
    write(project, "70")
    assert main(["changes", "--base", "HEAD~1", "--head", "HEAD"]) == 1
    assert ">80<" in reports(project)[0] and ">70<" not in reports(project)[0]
    assert main(["changes", "--base", "HEAD", "--head", "HEAD"]) == 0
    assert subprocess.run(
        ["git", "-C", str(project), "status", "--porcelain", "data"], capture_output=True, text=True
    ).stdout.split() == ["M", "data/reported/figures.csv", "M", "data/results/findings.csv"]


@pytest.mark.parametrize("name", ["nowhere", "--output=x", "HEAD:data", "0" * 40])
def test_unknown_revisions(project, name, capsys):
    assert main(["changes", f"--base={name}"]) == 2
    assert "expected" in capsys.readouterr().err
    assert not (project / "build").exists()


def test_a_shallow_clone_says_how_to_mend_it(project, tmp_path, monkeypatch, capsys):
    write(project, "80")
    git(project, "commit", "-qam", "two")
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "-q", "--depth", "1", project.as_uri(), str(shallow))
    monkeypatch.setenv("KHTIP_ROOT", str(shallow))
    assert main(["changes", "--base", "HEAD~1"]) == 2
    assert "git fetch --unshallow" in capsys.readouterr().err
    assert main(["changes", "--base", "HEAD"]) == 0


def test_no_repository(project, capsys):
    shutil.rmtree(project / ".git")
    assert main(["changes", "--base", "HEAD"]) == 2
    assert "no git repository" in capsys.readouterr().err


def test_a_broken_package_is_wrong_use(project, capsys):
    (project / "data/datapackage.json").write_text("{")
    assert main(["changes", "--base", "HEAD"]) == 2
    assert "data/datapackage.json of working tree" in capsys.readouterr().err


def test_a_renamed_source_is_told_once_and_its_rows_are_not_new(project, capsys):
    def sourced(name):
        pd.DataFrame({"source_id": [name], "url": ["https://example.org/a"]}).to_csv(
            project / "data/reported/sources.csv", index=False
        )
        ledger = pd.DataFrame({"figure_id": [f"{name}-001"], "source_id": name, "value": ["159"]})
        ledger.to_csv(project / "data/reported/figures.csv", index=False)
        card = {"title": "T", "sources": [name], "statements": [f"{name}-001"], "axes": []}
        (project / "figures/03-x.json").write_text(json.dumps(card))

    sourced("old-name")
    git(project, "add", "-A")
    git(project, "commit", "-qm", "sources")
    sourced("new-name")
    assert main(["changes", "--base", "HEAD"]) == 1
    told = capsys.readouterr().out
    assert "source old-name is now new-name" in told
    assert "0 tables, 0 findings" in told and "0 of 1 figure moved" in told
    for text in reports(project):
        assert "old-name is now new-name" in text


def test_a_new_contradiction_is_named(project, capsys):
    (project / "data/clean").mkdir()
    rows = pd.DataFrame({"measure": ["cases"], "period_start": ["2016"], "verdict": ["equal"]})
    rows.to_csv(project / "data/clean/conflicts.csv", index=False)
    git(project, "add", "-A")
    git(project, "commit", "-qm", "verdicts")
    rows.assign(verdict="conflict", lowest="92", highest="94").to_csv(
        project / "data/clean/conflicts.csv", index=False
    )
    assert main(["changes", "--base", "HEAD"]) == 1
    assert "conflicts.csv: 1 new contradiction" in capsys.readouterr().out
    html, markdown = reports(project)
    assert "<td>conflict</td>" in html and "92 against 94" in html
    assert "### data/clean/conflicts.csv: 1 new contradiction" in markdown


def test_the_summary_has_both_sentences_of_a_finding_first(project):
    write(project, "80", verdict="fell")
    assert main(["changes", "--base", "HEAD"]) == 1
    html, markdown = reports(project)
    assert "old sentence: Cases: 159." in markdown and "new sentence: Cases: 80." in markdown
    assert markdown.index("## Findings") < markdown.index("## Data written by people")
    assert html.index('<h2 id="findings">') < html.index('<h2 id="data">')


def test_git_that_refuses_or_is_missing_is_told_as_such(project, monkeypatch, capsys):
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    assert main(["changes", "--base", "HEAD"]) == 2
    said = capsys.readouterr().err
    assert "another user owns it" in said and f"safe.directory {project}" in said
    monkeypatch.setenv("PATH", "/nowhere")
    assert main(["changes", "--base", "HEAD"]) == 2
    assert "git is not installed" in capsys.readouterr().err


@pytest.mark.parametrize("place", ["data/reported", "src/new", ".", "notebooks"])
def test_a_report_is_never_written_into_the_project(project, place, capsys):
    write(project, "80")
    assert main(["changes", "--base", "HEAD", "--output", str(project / place)]) == 2
    assert "the project itself" in capsys.readouterr().err


def test_files_of_one_state_only_and_other_files(project):
    (project / "data/results/findings.csv").unlink()
    (project / "data/new.csv").write_text("a\n1\n")
    (project / "data/README.md").write_text("words")
    found = comparison.compare_states(
        comparison.revision("HEAD", project, project.parent / "base"),
        comparison.working_tree(project),
    )
    assert {one.path: one.status for one in found.tables} == {
        "data/new.csv": "added",
        "data/results/findings.csv": "removed",
    }
    assert found.findings["what"].tolist() == ["removed"]
    assert found.others == [("data/README.md", "added")]


def test_text_from_data_is_only_text(project):
    write(project, "80", note=NASTY)
    assert main(["changes", "--base", "HEAD"]) == 1
    html, markdown = reports(project)
    assert "<script" not in html and "&lt;script&gt;" in html
    assert "<script" not in markdown and "@someone" not in markdown and "#12" not in markdown
    assert r"\|" in markdown and r"\[link\]" in markdown


def test_the_page_stands_alone_and_can_be_walked_with_the_keyboard(project):
    write(project, "80")
    assert main(["changes", "--base", "HEAD"]) == 1
    html = reports(project)[0]
    assert not re.search(r'(src|href)="(?!data:|#)', html) and "@import" not in html
    assert '<html lang="en">' in html and 'class="skip"' in html
    regions = re.findall(r'<div class="scroll"[^>]*>', html)
    assert regions and all('tabindex="0"' in one and "aria-label=" in one for one in regions)
    links = set(re.findall(r'href="#([^"]+)"', html))
    assert links <= set(re.findall(r'id="([^"]+)"', html))


def picture(folder, colour):
    from PIL import Image

    folder.mkdir(parents=True)
    Image.new("RGB", (20, 10), colour).save(folder / "03-x.png")
    card = {"title": "T", "alt": f'Alt of "{colour}"', "axes": []}
    (folder / "03-x.json").write_text(json.dumps(card))


def test_figures_stand_side_by_side_with_their_alt_texts(project, tmp_path):
    shutil.rmtree(project / "figures")
    picture(project / "figures", "white")
    git(project, "add", "-A")
    git(project, "commit", "-qm", "figure")
    picture(tmp_path / "runs/one/figures", "black")
    assert main(["compare-figures", "--result", str(tmp_path / "runs/one")]) == 1
    html, markdown = reports(project, "compare-figures")
    alts = re.findall(r'<img src="data:image/png;base64,[^"]+" alt="([^"]+)">', html)
    assert [alts[0], alts[1]] == ["Alt of &#34;white&#34;", "Alt of &#34;black&#34;"]
    assert alts[2].endswith("200 of 200 pixels differ, by up to 255 of 255.")
    assert "| 03-x | structure, pixels |" in markdown
    assert main(["compare-figures"]) == 0


def test_a_folder_without_figures_is_wrong_use(project, tmp_path, capsys):
    assert main(["compare-figures", "--result", str(tmp_path / "nowhere")]) == 2
    assert "expected a folder" in capsys.readouterr().err


def test_another_lock_is_named(project):
    (project / "requirements.lock").write_text("a==1\n")
    git(project, "add", "-A")
    git(project, "commit", "-qm", "lock")
    (project / "requirements.lock").write_text("a==2\n")
    main(["changes", "--base", "HEAD"])
    for text in reports(project):
        assert report.LOCK_NOTE in text


def test_the_summary_fits_a_comment():
    row = pd.DataFrame([{"id": str(n), "text": "x" * 150} for n in range(100)])
    tables = [TableChange(f"data/reported/{n}.csv", ["id"], "changed", row) for n in range(60)]
    text = report.render_summary(comparison.Comparison("a", "b", tables))
    assert len(text) <= report.LIMIT and text.endswith(report.NOTICE)


def test_a_failed_write_leaves_the_last_report(project, monkeypatch):
    main(["changes", "--base", "HEAD"])
    before = reports(project)
    write(project, "80")
    monkeypatch.setattr(report, "render_page", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        main(["changes", "--base", "HEAD"])
    assert reports(project) == before
    assert not list((project / "build/changes").glob("*.part"))


def test_layers_are_explained_where_they_are_used():
    assert all(layer.capitalize() in report.LAYERS_NOTE for layer in pictures.LAYERS)
