"""Scenario files and the manifest: YAML that is broken, hostile, or says what cannot be."""

from __future__ import annotations

import os
from pathlib import Path

from corruptions.corruption import Corruption, Edit, both, replaced, written

FILE = "scenarios/other.yml"
RUN = ("run", "--scenario", "other")
MANIFEST = "notebooks/pipeline.yml"
SWEEP = "scenarios/sweep.yml"
PLAIN = "write the value out"

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
MERGES = "a: &a {x: 1}\n" + "".join(
    f"{new}: &{new}\n  <<: [{', '.join([f'*{old}'] * 9)}]\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
DEEP = "parameters: " + "[" * 2000 + "]" * 2000 + "\n"


def _file(kind: str, name: str, content: str | bytes, words: str, place: str = "") -> Corruption:
    return Corruption(kind, name, written(FILE, content), f"{FILE}{place}", words, command=RUN)


def _value(kind: str, name: str, line: str, words: str) -> Corruption:
    return _file(kind, name, f"title: Other\nparameters:\n  {line}\n", words, ": ")


def _folder(root: Path) -> None:
    (root / FILE).mkdir()


def _link(target: str) -> Edit:
    return lambda root: (root / FILE).symlink_to(target)


def _large(root: Path) -> None:
    (root / FILE).write_text("title: x\n")
    os.truncate(root / FILE, 8 * 2**30)


def _sweep(name: str, content: str, words: str) -> Corruption:
    return Corruption("sweep", name, written(SWEEP, content), SWEEP, words)


def _manifest(name: str, old: str, new: str, words: str) -> Corruption:
    return Corruption(
        "manifest", name, replaced(MANIFEST, old, new), MANIFEST, words, command=("run",)
    )


YAML = [
    _file("YAML", "cut in a bracket", "parameters: {base_year: 2014", "not valid YAML", ", line"),
    _file("YAML", "a tab for an indent", "parameters:\n\tbase_year: 2014\n", "U+0009", ":2"),
    _file("YAML", "JSON with a comment", '{"parameters": {} // x\n}\n', "not valid YAML", ", line"),
    _file("YAML", "two documents", "title: a\n---\ntitle: b\n", "delete the line", ", line 2"),
    _file(
        "YAML",
        "a key twice",
        "parameters:\n  base_year: 2014\n  base_year: 2015\n",
        "'base_year' stands twice",
        ", line 3",
    ),
    _file("YAML", "a key that is a list", "? [a]\n: 1\n", "not valid YAML", ", line"),
    _file("YAML", "empty", "", "restore the file", ":1"),
    _file("YAML", "only a comment", "# nothing\n", "expected the keys 'title' and 'parameters'"),
    _file("YAML", "a list", "- base_year: 2014\n", "expected the keys 'title' and 'parameters'"),
    _file("YAML", "a text", "base_year\n", "expected the keys 'title' and 'parameters'"),
    _file("YAML", "an unknown key", "paramters: {}\n", "expected the keys 'title' and 'paramet"),
    _file("YAML", "parameters as a list", "parameters: [base_year]\n", "must be a list of 'name"),
    _file("YAML", "latin-1", "title: année\n".encode("latin-1"), "save the file as UTF-8", ":1"),
    _file("YAML", "UTF-16", "title: a\n".encode("utf-16"), "save the file as UTF-8", ":1"),
    _file("YAML", "NUL", b"title: a\x00\n", "save the file as UTF-8", ":1"),
    _file("YAML", "a direction mark", "title: a\u202eb\n", "invisible character U+202E", ":1"),
    _file("YAML", "CRLF", b"title: a\r\nparameters: {}\r\n", "line ends LF", ":1"),
    _file(
        "YAML tag",
        "a Python object",
        "parameters: !!python/object/apply:os.getcwd []\n",
        "a tag (!) is not allowed",
        ", line 1",
    ),
    _file("YAML tag", "a Python module", "title: !!python/module:os\n", "a tag (!)", ", line 1"),
    _file("YAML tag", "bytes", "title: !!binary aGk=\n", "a tag (!) is not allowed", ", line 1"),
    _file("YAML tag", "a tag of its own", "parameters: !x {seed: 1}\n", "a tag", ", line 1"),
    _file("YAML tag", "a directive", "%TAG ! tag:x,2000:\n---\na: b\n", "delete the", ", line 1"),
    _file("YAML bomb", "nine times nine times nine", BOMB, PLAIN, ", line 1"),
    _file("YAML bomb", "merged keys", MERGES, PLAIN, ", line 1"),
    _file("YAML bomb", "an anchor alone", "parameters: {seed: &a 1}\n", PLAIN, ", line 1"),
    _file("YAML bomb", "a list that holds itself", "parameters: &a [*a]\n", PLAIN, ", line 1"),
    _file("YAML bomb", "two thousand brackets", DEEP, "nested deeper than", ", line 1"),
]

VALUES = [
    _value("parameter", "misspelt", "base_yaer: 2014", "Did you mean 'base_year'?"),
    _value("parameter", "a year as a text", 'base_year: "2014"', "got the text '2014'"),
    _value("parameter", "a year with a decimal", "base_year: 2014.0", "got the number 2014.0"),
    _value("parameter", "a truth value for a year", "base_year: yes", "got the truth value True"),
    _value("parameter", "a date for a year", "base_year: 2014-01-01", "got a date"),
    _value("parameter", "nothing for a year", "base_year:", "expected a whole number"),
    _value("parameter", "a list of years", "base_year: [2014]", "got a list"),
    _value("parameter", "a year out of range", "base_year: 1900", "out of range"),
    _value("parameter", "minutes that YAML takes for a number", "base_year: 33:34", "got the text"),
    _value("parameter", "a number of base sixteen", "base_year: 0x7DE", "got the text '0x7DE'"),
    _value("parameter", "a number of base eight", "base_year: 03736", "got the text '03736'"),
    _value("thousands separator", "that YAML passes over", "base_year: 2_014", "got the text"),
    _value(
        "parameter",
        "an edition without quotation marks",
        "stock_edition: 2017",
        'Write it in quotes: "2017"',
    ),
    _value("parameter", "nan", "confidence: .nan", "out of range"),
    _value("parameter", "infinity", "confidence: .inf", "out of range"),
    _value("huge number", "a seed of 4000 digits", f"seed: {'9' * 4000}", "out of range"),
    _value("huge number", "a seed of 5000 digits", f"seed: {'9' * 5000}", "value cannot be read"),
    _value("huge number", "a confidence of 400 digits", f"confidence: {'9' * 400}", "expected a n"),
    _value("code in a name", "two statements", '"seed = 1; import os; x": 1', "not a plain name"),
    _value("code in a name", "a call", "\"__import__('os')\": 1", "not a plain name"),
    _value("code in a name", "a name of Python", "class: 1", "unknown parameter 'class'"),
    _value("code in a name", "a line break", '"seed\\nimport os": 1', "not a plain name"),
    _value("code in a name", "a letter of another script", "bаse_year: 2014", "not a plain name"),
    _value("code in a value", "a call", "weights: __import__('os').getcwd()", "is not allowed"),
    _value(
        "code in a value",
        "a quotation mark that closes",
        "weights: 'equal\"; import os'",
        "is not allowed",
    ),
    _value("path traversal", "in a value", "preferred_body: ../../etc", "is not allowed"),
    _file(
        "HTML and script",
        "in a title",
        "title: <script>alert(1)</script>\nparameters: {}\n",
        "short text without markup",
        ": title",
    ),
    _file("long text", "a title of 5000 signs", f"title: {'x' * 5000}\n", "short text", ": title"),
    _file("type", "a title that is a list", "title: [a]\n", "short text", ": title"),
]

PLACES = [
    Corruption(
        "missing file",
        "no such scenario",
        lambda root: None,
        "no scenario 'other'",
        "Known: plain",
        command=RUN,
    ),
    Corruption(
        "folder in place of a file",
        "scenario",
        _folder,
        f"{FILE}:",
        "restore the file",
        command=RUN,
    ),
    Corruption(
        "symbolic link",
        "a scenario out of the project",
        _link("/etc/passwd"),
        f"{FILE}:",
        "copy the file itself",
        command=RUN,
    ),
    Corruption(
        "symbolic link",
        "a scenario that never ends",
        _link("/dev/zero"),
        f"{FILE}:",
        "restore the file from git",
        command=RUN,
    ),
    Corruption(
        "huge file",
        "a scenario of 8 GB",
        _large,
        f"{FILE}:",
        "keep raw files elsewhere",
        command=RUN,
    ),
    *(
        Corruption(
            "path traversal",
            f"a scenario called {name}",
            both(),
            f"no scenario '{name}'",
            words,
            command=("run", "--scenario", name),
        )
        for name, words in (
            ("../../secret/of/others", "Known: plain"),
            ("/etc/passwd", "Known:"),
            ("..", "Known:"),
            ("plain.yml", "Did you mean 'plain'?"),
            ("./plain", "Did you mean 'plain'?"),
        )
    ),
    Corruption(
        "path traversal",
        "a file whose name starts with a hyphen",
        written("scenarios/-rf.yml", "title: a\n"),
        "no scenario '-rf'",
        "Known: plain",
        command=("run", "--scenario=-rf"),
    ),
]

OTHERS = [
    _sweep("empty", "", "restore the file"),
    _sweep("an unknown key", "vary: {}\ntogether: 1\nyaers: []\n", "Did you mean 'years'?"),
    _sweep(
        "a parameter that there is not",
        "vary: {weihgts: [equal]}\ntogether: 1\nyears: []\n",
        "Did you mean 'weights'?",
    ),
    _sweep("a value out of range", "vary: {confidence: [95]}\ntogether: 1\nyears: []\n", "range"),
    _sweep("one year of a pair", "vary: {}\ntogether: 1\nyears: [[2012]]\n", "a list of pairs"),
    _sweep("the same year twice", "vary: {}\ntogether: 1\nyears: [[2012, 2012]]\n", "must differ"),
    _sweep("a billion settings", "vary: {}\ntogether: 1000000000\nyears: []\n", "from 0 to 4"),
    _sweep("an alias", "vary: &a {}\ntogether: 1\nyears: []\n", PLAIN),
    _manifest("no YAML", "notebooks:", "notebooks: {", "not valid YAML"),
    _manifest("another key", "notebooks:", "notebook:", "expected one key, 'notebooks'"),
    _manifest("a notebook out of its folder", "01-first", "../01-first", "NN-verb-object"),
    _manifest(
        "a table out of the project",
        "data/clean/first.csv",
        "data/clean/../../x.csv",
        "a table is data/clean/NAME.csv",
    ),
    _manifest(
        "an input out of the project",
        "data/reported/figures.csv",
        "data/../../x.csv",
        "no such input",
    ),
    _manifest("a tag", "title: first", "title: !!python/name:os.system", "a tag (!)"),
]

CORRUPTIONS = [*YAML, *VALUES, *PLACES, *OTHERS]
