import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from khtip.chapters.summary import results
from khtip.chapters.summary.results import standing, summarise
from khtip.ledger.ledger import Ledger

FINDINGS = pd.DataFrame(
    {
        "finding_id": ["03-a", "04-b", "04-c"],
        "notebook": ["03", "04", "04"],
        "sentence": ["A.", "B.", "C."],
        "verdict": ["rose", "majority", "fell"],
    }
)
EVALUATED = pd.DataFrame(
    [
        ("published", "", "03-a", "rose", True),
        ("choice", "confidence", "03-a", "fell", True),
        ("published", "", "04-b", "majority", True),
        ("choice", "confidence", "04-b", "majority", True),
        ("choice", "weights", "04-b", "majority", False),
        ("years", "years", "04-b", "minority", True),
        ("published", "", "04-c", "fell", True),
        ("years", "years", "04-c", "not reported", True),
    ],
    columns=["kind", "choice", "finding_id", "verdict", "reached"],
)
HEADLINES = pd.DataFrame({"finding_id": ["04-b"], "label": ["Share"]})


def test_headlines_come_first_and_every_finding_is_there_once():
    made = summarise(FINDINGS, EVALUATED, HEADLINES)
    assert made["finding_id"].tolist() == ["04-b", "03-a", "04-c"]
    assert made["headline"].tolist() == [True, False, False]
    assert made["support"].tolist() == [
        "Holds under 1 of 1 other choices; for other pairs of years in 0 of 1. Not affected by the "
        "weights.",
        "Holds under 0 of 1 other choices.",
        "No other choice reaches it.",
    ]


def test_standing_tells_choices_from_years():
    made = summarise(FINDINGS, EVALUATED, HEADLINES)
    assert standing(made).tolist() == [
        "changes with the years only",
        "changes with a choice",
        "not affected",
    ]
    unsaid = made.assign(verdict=["majority", "not reported", "fell"])
    assert standing(unsaid).tolist()[1] == "not reported"
    found = results.analyse(Ledger())
    found.summary = made
    counted = found.standing_by_notebook({"03": "Trends", "04": "Victims"})
    assert counted["notebook"].tolist() == ["03 Trends", "04 Victims"]
    assert counted.drop(columns="notebook").to_numpy().sum() == len(FINDINGS)


def test_a_headline_that_nobody_states_is_refused():
    unknown = pd.DataFrame({"finding_id": ["09-x"], "label": ["X"]})
    with pytest.raises(ValueError, match=r"headlines.csv: no notebook states \['09-x'\]"):
        summarise(FINDINGS, EVALUATED, unknown)


def test_a_sentence_older_than_its_function_is_refused():
    old = FINDINGS.assign(verdict=["fell", "majority", "fell"])
    with pytest.raises(ValueError, match="03-a"):
        summarise(old, EVALUATED, HEADLINES)


@pytest.mark.parametrize("chapter", results.CHAPTERS.values())
def test_every_chapter_gets_every_parameter_it_asks_for(chapter):
    chosen = results.published_setting(chapter, {"reference_year": 2019, "nobody": 1})
    assert list(chosen) == results.parameters_of(chapter)
    assert chosen["reference_year"] == 2019


def test_the_sweep_only_varies_known_parameters():
    sweep = results.read_sweep(Ledger())
    known = {name for one in results.CHAPTERS.values() for name in results.parameters_of(one)}
    assert set(sweep["vary"]) <= known
    assert all(base != reference for base, reference in sweep["years"])


@pytest.mark.parametrize("chapter", results.CHAPTERS.values())
def test_a_sweep_says_what_single_calls_say_and_changes_no_table(chapter):
    """Somebody who changed a table in place that is computed once would be found here."""
    ledger = Ledger()
    sweep = results.read_sweep(ledger)
    sweep["years"] = sweep["years"][:2]
    tried = results.settings_of(chapter, sweep, {"draws": 64})[:6]
    results.stated(chapter, ledger, tried[0])
    before = {name: table.copy(deep=True) for name, table in vars(ledger).items()}
    together = results.say_again(chapter, ledger, tried)
    alone = [results.stated(chapter, Ledger(), setting) for setting in tried]
    sentences = [[[one.sentence for one in said] for said in each] for each in (together, alone)]
    assert sentences[0] == sentences[1]
    for name, table in before.items():
        pd.testing.assert_frame_equal(getattr(ledger, name), table)


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc whether a process lives")
def test_no_process_of_the_pool_outlives_a_killed_notebook(tmp_path):
    code = (
        "import os, time\n"
        "from concurrent.futures import ProcessPoolExecutor\n"
        "from khtip.chapters.summary.results import end_with_parent\n"
        "pool = ProcessPoolExecutor(max_workers=1, initializer=end_with_parent)\n"
        f"open({str(tmp_path / 'pid')!r}, 'w').write(str(pool.submit(os.getpid).result()))\n"
        "time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", code])
    noted, end = tmp_path / "pid", time.monotonic() + 60
    while not (noted.exists() and noted.read_text()):
        assert time.monotonic() < end
        time.sleep(0.02)
    process.kill()
    process.wait()
    while _lives(noted.read_text()):
        assert time.monotonic() < end, "the process is still there"
        time.sleep(0.02)


def _lives(number: str) -> bool:
    # A process that nobody has collected has ended all the same.
    stat = Path(f"/proc/{number}/stat")
    return stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] != "Z"
