"""Single cells: numbers, dates, codes and texts that are not what they must be."""

from __future__ import annotations

from corruptions.corruption import FIGURES, SOURCES, Corruption, at, both, cell, replaced, text

# line 2: 159 cases in 2017; line 4: the claim of 72.82 per cent; line 9: an age; line 14: a country
STOCK = "data/context/migrant_stock.csv"
WDI = "data/context/wdi.csv"
UNODC = "data/context/unodc.csv"
TIERS = "data/context/tip_tiers.csv"
FORM = "rewrite the cell in that form"


def _value(kind: str, name: str, value: str, words: str, line: int = 2) -> Corruption:
    edit = cell(FIGURES, line, "value", value)
    return Corruption(kind, f"{name}: {value[:24]}", edit, at(FIGURES, line, "value"), words)


def _in(kind: str, name: str, line: int, column: str, value: str, words: str) -> Corruption:
    return Corruption(
        kind, name, cell(FIGURES, line, column, value), at(FIGURES, line, column), words
    )


def _of(
    file: str, kind: str, name: str, line: int, column: str, value: str, words: str
) -> Corruption:
    return Corruption(
        kind, name, cell(file, line, column, value), at(file, line, column), words, wide=True
    )


def _invisible(name: str, sign: str) -> Corruption:
    code = f"U+{ord(sign):04X}"
    edit = cell(SOURCES, 2, "title", f"Police {sign}stepping up")
    return Corruption("invisible sign", name, edit, at(SOURCES, 2), f"invisible character {code}")


NUMBERS = [
    _value("type", "words for a number", "one hundred", FORM),
    _value("type", "a number with its unit", "159 cases", FORM),
    _value("type", "a truth value", "True", FORM),
    _value("type", "an error of a spreadsheet", "#REF!", FORM),
    _value("type", "a date for a number", "2017-01-01", FORM),
    _value("type", "hexadecimal", "0x9F", FORM),
    _value("type", "leading zeros", "0159", FORM),
    _value("type", "scientific", "1.59e2", FORM),
    _value("type", "a list", "[159]", FORM),
    *(
        _value("type", f"a fraction of a person, {value}", value, "counts have no decimals")
        for value in ("159.5", "12.0")
    ),
    _value("missing value", "nothing", "", "missing is never zero"),
    *(
        _value("missing value", "a word for nothing", word, FORM)
        for word in ("NA", "N/A", "null", "None", "…", "?", "–")
    ),
    _value("missing value", "a sign for nothing", "-", "leave the cell empty"),
    _value("missing value", "a number for nothing", "-9999", "leave the row out"),
    _value("NaN and infinity", "nan", "nan", FORM),
    _value("NaN and infinity", "inf", "inf", FORM),
    _value("NaN and infinity", "minus infinity", "-Infinity", "begin with a letter"),
    _value("NaN and infinity", "∞", "∞", FORM),
    _value("digits of other scripts", "full width", "１５９", "write '159'"),
    _value("digits of other scripts", "Khmer", "១៥៩", "write '159'"),
    _value("digits of other scripts", "Thai", "๑๕๙", "write '159'"),
    _value("digits of other scripts", "Arabic", "١٥٩", "write '159'"),
    _value("digits of other scripts", "superscript", "15⁹", FORM),
    _value("digits of other scripts", "letters that look so", "l59", FORM),
    _value("digits of other scripts", "a Roman number", "CLIX", FORM),
    _value("sign", "negative count", "-159", "a measure of change"),
    _value("sign", "plus", "+159", "write '159'"),
    _value("sign", "minus of typography", "−159", FORM),
    _value("sign", "minus behind", "159-", FORM),
    _value("sign", "two", "--159", "begin with a letter"),
    _value("sign", "negative zero", "-0", "write '0'"),
    _value("sign", "in brackets, as accountants do", "(159)", FORM),
    _value("thousands separator", "comma", "1,159", "write '1159'"),
    _value("thousands separator", "space", "1 159", "write '1159'"),
    _value("thousands separator", "space that does not break", "1\u00a0159", "write '1159'"),
    _value("thousands separator", "underscore", "1_159", "write '1159'"),
    _value("thousands separator", "apostrophe", "1'159", "write '1159'"),
    _value("thousands separator", "Indian", "1,59,000", "write '159000'"),
    _value("thousands separator", "two points", "1.159.000", FORM),
    _value("decimal comma", "in a percentage", "72,82", FORM, line=4),
    _value("decimal comma", "in a count", "2,5", FORM),
    _value("footnote", "a raised digit", "159²", FORM),
    Corruption(
        "range",
        "without its qualifier",
        cell(FIGURES, 2, "value", "20-30"),
        at(FIGURES, 2, "qualifier"),
        "write 'range'",
    ),
    _value("range", "open", "20-", FORM),
    Corruption(
        "range",
        "the larger end first",
        both(cell(FIGURES, 2, "value", "30-20"), cell(FIGURES, 2, "qualifier", "range")),
        at(FIGURES, 2, "value"),
        "which two numbers",
    ),
    Corruption(
        "range",
        "one number",
        cell(FIGURES, 2, "qualifier", "range"),
        at(FIGURES, 2, "value"),
        "write both ends",
    ),
    Corruption(
        "impossible date",
        "a year after every source",
        both(
            cell(FIGURES, 2, "period_start", "2034-01-01"),
            cell(FIGURES, 2, "period_end", "2034-12-31"),
        ),
        at(FIGURES, 2, "period_end"),
        "end the period at the day",
    ),
    *(
        _in("a person", name, 2, "note", note, "write it as [no person: the words]")
        for name, note in (
            ("a telephone number", "call +855 12 345 678"),
            ("an address", "write to someone@example.org"),
            ("a name behind a title", "told by Mrs Example"),
            ("a name behind a role", "the victim Example Name said so"),
        )
    ),
    _value("percentage", "with its sign", "72.82%", FORM, line=4),
    _value("percentage", "a fall of more than all", "-172", "correct the percentage", line=4),
    _value("huge number", "16 digits", "1" * 16, "write the number that is printed"),
    _value("huge number", "400 digits", "9" * 400, "write the number that is printed"),
    _value("huge number", "2000 digits", "9" * 2000, "write the number that is printed"),
    _value("huge number", "100 000 digits", "9" * 100_000, "shorten the text"),
    _value("huge number", "too many decimals", "0." + "3" * 400, "write the number that", line=4),
    _value("huge number", "suppressed beyond reason", "<" + "9" * 400, "write the number that is"),
    _value("suppressed", "with a space", "< 5", FORM),
    _value("suppressed", "a percentage", "<5", "write the number that is printed", line=4),
    _value("suppressed", "nobody can be fewer", "<0", FORM),
    _value("spaces", "around", " 159 ", "write '159'"),
    _of(STOCK, "type", "half a migrant", 2, "value", "12.5", FORM),
    _of(STOCK, "missing value", "NA for no estimate", 2, "value", "NA", FORM),
    _of(STOCK, "NaN and infinity", "nan migrants", 2, "value", "nan", FORM),
    _of(STOCK, "huge number", "10 to the 30 migrants", 2, "value", "1" + "0" * 30, "is printed"),
    _of(WDI, "sign", "a negative population", 2, "value", "-14500726", FORM),
    _of(WDI, "NaN and infinity", "infinite income", 2, "value", "inf", FORM),
    _of(UNODC, "digits of other scripts", "Khmer victims", 2, "value", "៥", "write '5'"),
    _of(UNODC, "suppressed", "another limit", 2, "value", "<10", FORM),
    _of(TIERS, "type", "a tier that there is not", 2, "value", "4", FORM),
]

DATES = [
    _in("impossible date", "30 February", 2, "period_end", "2017-02-30", "correct the date"),
    _in("impossible date", "29 February of no leap year", 2, "period_end", "2017-02-29", "correct"),
    _in("impossible date", "month 13", 2, "period_end", "2017-13-01", FORM),
    _in("impossible date", "day 0", 2, "period_start", "2017-01-00", FORM),
    _in("impossible date", "year 0", 2, "period_start", "0000-01-01", FORM),
    _in("impossible date", "before all sources", 2, "period_start", "1907-01-01", "correct the"),
    _in("impossible date", "in the future", 2, "period_end", "2071-12-31", "correct the year"),
    _in("impossible date", "Buddhist era", 2, "period_end", "2560-12-31", FORM),
    _in("impossible date", "Khmer digits", 2, "period_end", "២០១៧-១២-៣១", FORM),
    _in("impossible date", "day first", 2, "period_end", "31/12/2017", FORM),
    _in("impossible date", "a number of a spreadsheet", 2, "period_end", "43100", FORM),
    _in("impossible date", "a week", 2, "period_end", "2017-W52-7", FORM),
    _in("impossible date", "with a time", 2, "period_end", "2017-12-31T00:00:00Z", FORM),
    _in("impossible date", "ends before it starts", 2, "period_end", "2016-12-31", "exchange the"),
    _in("impossible date", "only one end", 4, "base_period_end", "", "give both days"),
    _in(
        "impossible date",
        "base after its period",
        4,
        "base_period_end",
        "2017-06-30",
        "exchange the two periods",
    ),
    _in(
        "impossible date",
        "ends after the source appeared",
        33,
        "period_end",
        "2017-01-31",
        "end the period at the day",
    ),
    Corruption(
        "impossible date",
        "published in the future",
        cell(SOURCES, 3, "published_date", "2099-01-20"),
        at(SOURCES, 3, "published_date"),
        "correct the year",
    ),
    _of(WDI, "impossible date", "a year with a decimal", 2, "year", "2010.0", FORM),
    _of(WDI, "impossible date", "a year to come", 2, "year", "2060", "correct the year"),
]

TEXTS = [
    *(
        _in("formula", name, 2, "note", value, words)
        for name, value, words in (
            ("equals", "=1+1", "begin with a letter"),
            ("a link", '=HYPERLINK("http://example.org")', "begin with a letter"),
            ("plus", "+1+1", "begin with a letter"),
            ("minus", "-1+1", "begin with a letter"),
            ("at", "@SUM(A1:A9)", "begin with a letter"),
            ("a program", "=cmd|' /C calc'!A0", "begin with a letter"),
            ("behind a tab", "\t=1+1", "invisible character U+0009"),
            ("behind a space", " =1+1", "write '=1+1'"),
        )
        if "tab" not in name
    ),
    Corruption(
        "formula",
        "behind a tab",
        cell(FIGURES, 2, "note", "\t=1+1"),
        at(FIGURES, 2),
        "invisible character U+0009",
    ),
    *(
        Corruption(
            "HTML and script",
            name,
            cell(SOURCES, 2, "title", value),
            at(SOURCES, 2, "title"),
            "write the words only",
        )
        for name, value in (
            ("a script", "Police<script>alert(1)</script>"),
            ("an image with an event", 'Police <img src=x onerror="alert(1)">'),
            ("a closing tag", "Police</td></table>"),
            ("a comment", "Police <!-- hidden"),
            ("SVG", "Police <svg/onload=alert(1)>"),
            ("a link of Markdown that runs", "[Police](javascript:alert(1))"),
            ("a page in an address", "[Police](data:text/html;base64,PHNj)"),
        )
    ),
    Corruption(
        "HTML and script",
        "in a label",
        cell("data/lookups/measures.csv", 2, "label", "<b>Cases</b>"),
        at("data/lookups/measures.csv", 2, "label"),
        "write the words only",
    ),
    Corruption(
        "HTML and script",
        "in an address",
        cell(SOURCES, 2, "url", 'https://a.org/"><b'),
        at(SOURCES, 2, "url"),
        "write the words only",
    ),
    Corruption(
        "HTML and script",
        "an address that runs",
        cell(SOURCES, 2, "url", "javascript:a()"),
        at(SOURCES, 2, "url"),
        "write the words only",
    ),
    Corruption(
        "HTML and script",
        "quotation marks in an address",
        cell(SOURCES, 2, "url", 'https://a.org/"onclick="a()'),
        at(SOURCES, 2, "url"),
        FORM,
    ),
    Corruption(
        "HTML and script",
        "an address of this machine",
        cell(SOURCES, 2, "url", "file:///etc/passwd"),
        at(SOURCES, 2, "url"),
        FORM,
    ),
    Corruption(
        "HTML and script",
        "a sign below, as in '3 < 5', is a plain text",
        cell(SOURCES, 2, "title", "3 < 5 & so on"),
        "docs/bad-input.md",
        "3 < 5",
        "accepted",
    ),
    _invisible("right-to-left override", "\u202e"),
    _invisible("right-to-left mark", "\u200f"),
    _invisible("isolate without end", "\u2066"),
    _invisible("zero-width space", "\u200b"),
    _invisible("zero-width joiner", "\u200d"),
    _invisible("soft hyphen", "\u00ad"),
    _invisible("tag of Unicode", "\U000e0041"),
    _invisible("private use", "\ue000"),
    _invisible("tab", "\t"),
    Corruption(
        "long text",
        "a note of 3000 signs",
        cell(FIGURES, 2, "note", "x" * 3000),
        at(FIGURES, 2, "note"),
        "shorten the text",
    ),
    Corruption(
        "long text",
        "a cell of 200 000 signs",
        cell(FIGURES, 2, "note", "x" * 200_000),
        at(FIGURES, 2),
        "shorten the",  # cell or text: the limit of csv is the process's, and libraries move it
    ),
    Corruption(
        "other scripts",
        "a title in Khmer",
        cell(SOURCES, 2, "title", "នគរបាល"),
        "docs/bad-input.md",
        "Khmer",
        "accepted",
    ),
    Corruption(
        "other scripts",
        "two lines in one cell",
        cell(SOURCES, 2, "notes", "one\ntwo"),
        "docs/bad-input.md",
        "line break",
        "accepted",
    ),
    Corruption(
        "plausible mistake",
        "159 typed as 195",
        both(cell(FIGURES, 2, "value", "195"), replaced(FIGURES, "72.82", "112")),
        "docs/bad-input.md",
        "plausible",
        "accepted",
    ),
    Corruption(
        "path traversal",
        "in an id of a source",
        text(SOURCES, lambda t: t.replace("ppp-2018-ncct-annual", "../../etc/passwd", 1)),
        at(SOURCES, 2, "source_id"),
        FORM,
    ),
    Corruption(
        "path traversal",
        "in an id of a figure",
        cell(FIGURES, 2, "figure_id", "../figures-001"),
        at(FIGURES, 2, "figure_id"),
        FORM,
    ),
]

CORRUPTIONS = [*NUMBERS, *DATES, *TEXTS]
