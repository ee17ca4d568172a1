import math

import pytest

from khtip.chapters.sentences import Finding, as_frame, as_markdown, finding, write_findings


def test_sentence_is_composed_from_values():
    one = finding(
        "03-cases",
        "Cases {verdict} {value:.2f} times ({low:.2f} to {high:.2f}) from {base} to {reference}.",
        verdict="rose",
        value=159 / 92,
        low=1.325,
        high=2.262,
        base=2016,
        reference=2017,
        sources=["a", "b", "a"],
    )
    assert one.sentence == "Cases rose 1.73 times (1.32 to 2.26) from 2016 to 2017."
    assert one.sources == "a;b"


@pytest.mark.parametrize(
    ("identifier", "template", "words", "message"),
    [
        ("cases", "Cases {verdict}.", {}, "expected 'NN-words'"),
        ("03-cases", "In 2017 cases {verdict}.", {}, "a number is typed in 'In 2017 cases '"),
        ("03-cases", "Cases {verdict}.", {"year": 2017}, r"\['year'\] given but not"),
    ],
)
def test_refuses(identifier, template, words, message):
    with pytest.raises(ValueError, match=message):
        finding(identifier, template, verdict="rose", **words)


def test_a_missing_word_is_an_error_not_a_blank():
    with pytest.raises(KeyError, match="year"):
        finding("03-cases", "In {year} cases {verdict}.", verdict="rose")


def test_digits_in_format_specifications_are_allowed():
    assert finding("03-x", "{value:.1f}", verdict="v", value=2.34).sentence == "2.3"


def test_frame_refuses_repeated_ids():
    with pytest.raises(ValueError, match="unique"):
        as_frame([Finding("03-a", "A.", "v"), Finding("03-a", "B.", "v")])


def test_written_table(tmp_path, monkeypatch):
    monkeypatch.setenv("KHTIP_OUTPUT", str(tmp_path))
    frame = write_findings("03", [Finding("03-a", "A, b.", "v", 1.5)])
    assert math.isnan(frame.loc[0, "low"])
    assert (tmp_path / "data/results/findings-03.csv").read_text().splitlines() == [
        "finding_id,notebook,sentence,verdict,value,low,high,sources,figure_ids",
        '03-a,03,"A, b.",v,1.5,,,,',
    ]


def test_a_notebook_cannot_state_anothers_finding():
    with pytest.raises(ValueError, match="notebook 03 cannot state"):
        write_findings("03", [Finding("04-a", "A.", "v")])


def test_markdown_is_a_list():
    text = as_markdown([Finding("03-a", "A.", "v"), Finding("03-b", "B.", "v")])
    assert text._repr_markdown_() == "- A.\n- B."
