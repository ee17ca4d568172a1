"""Parameters typed on the command line, and what tables say about them."""

from __future__ import annotations

from corruptions.corruption import Corruption, cell, content, nothing, replaced

BODIES = "data/lookups/bodies.csv"


def _typed(kind: str, name: str, place: str, words: str, *assignments: str) -> Corruption:
    typed = [part for one in assignments for part in ("-p", one)]
    return Corruption(kind, name, nothing, place, words, command=("run", *typed))


CORRUPTIONS = [
    _typed("parameter", "no value", "'base_year'", "expected name=value", "base_year"),
    _typed("parameter", "nothing at all", "''", "expected name=value", ""),
    _typed("parameter", "an empty value", "base_year:", "expected a whole number", "base_year="),
    _typed(
        "parameter",
        "a name in capitals",
        "unknown parameter 'BASE_YEAR'",
        "Did you mean 'base_year'?",
        "BASE_YEAR=2014",
    ),
    _typed(
        "parameter",
        "one name twice",
        "base_year is given twice",
        "Keep one",
        "base_year=2014",
        "base_year=2015",
    ),
    _typed(
        "parameter",
        "the other year",
        "base_year and reference_year are both 2017",
        "must differ",
        "base_year=2017",
    ),
    _typed("parameter", "a word for a number", "seed:", "expected a whole number", "seed=many"),
    _typed("parameter", "nan", "confidence:", "expected a number", "confidence=nan"),
    _typed(
        "parameter", "too large for a float", "confidence:", "expected a number", "confidence=1e999"
    ),
    _typed(
        "parameter", "1 for true", "exclude_breaks:", "expected true or false", "exclude_breaks=1"
    ),
    _typed(
        "parameter",
        "a choice that there is not",
        "weights:",
        "Did you mean 'equal'?",
        "weights=equals",
    ),
    _typed(
        "parameter",
        "that no notebook has",
        "no notebook declares",
        "'income_year'",
        "income_year=2015",
    ),
    _typed(
        "digits of other scripts", "a year in Khmer", "base_year:", "got the text", "base_year=២០១៤"
    ),
    _typed(
        "thousands separator",
        "a seed with commas",
        "seed:",
        "expected a whole number",
        "seed=1,000",
    ),
    _typed("huge number", "a seed of 99 digits", "seed:", "out of range", "seed=" + "9" * 90),
    _typed(
        "huge number",
        "a value of 100 000 signs",
        "'seed=999",
        "expected name=value",
        "seed=" + "9" * 100_000,
    ),
    _typed(
        "code in a name", "a statement", "parameter name", "not a plain name", "seed;import os=1"
    ),
    _typed(
        "code in a name",
        "an underscore name",
        "unknown parameter '__name__'",
        "Known:",
        "__name__=1",
    ),
    _typed(
        "code in a value",
        "a call",
        "seed:",
        "expected a whole number",
        "seed=__import__('os').getpid()",
    ),
    _typed(
        "code in a value",
        "brackets ninety deep",
        "seed:",
        "expected a whole number",
        "seed=" + "(" * 90,
    ),
    _typed(
        "code in a value",
        "signs ninety deep",
        "seed:",
        "expected a whole number",
        "seed=" + "-" * 90,
    ),
    _typed(
        "code in a value",
        "a body that is code",
        "preferred_body:",
        "is not allowed",
        "preferred_body=x'; import os; '",
    ),
    _typed(
        "path traversal",
        "a body that is a path",
        "preferred_body:",
        "is not allowed",
        "preferred_body=../../x",
    ),
    Corruption(
        "encoding",
        "bodies in latin-1, when a body is chosen",
        content(BODIES, lambda d: d.replace(b"National", b"Nation\xe9l", 1)),
        f"{BODIES}:2:",
        "save the file as UTF-8",
        command=("run", "-p", "preferred_body=NCCT"),
    ),
    Corruption(
        "columns",
        "bodies without their names, when a body is chosen",
        replaced(BODIES, "reporting_body", "body"),
        f"{BODIES}:1:",
        "restore it from git",
        command=("run", "-p", "preferred_body=NCCT"),
    ),
    Corruption(
        "code in a value",
        "a body in the table that is markup",
        cell(BODIES, 2, "reporting_body", "<script>x"),
        f"{BODIES}:2:",
        "write the words only",
        command=("run", "-p", "preferred_body=NCCT"),
    ),
]
