"""Codes and lookups: unknown codes, cycles, limits the wrong way round."""

from __future__ import annotations

from corruptions.corruption import FIGURES, SOURCES, Corruption, added, at, both, cell, replaced

AREAS = "data/lookups/areas.csv"
BODIES = "data/lookups/bodies.csv"
BREAKS = "data/lookups/breaks.csv"
CATEGORIES = "data/lookups/categories.csv"
MEASURES = "data/lookups/measures.csv"
SCOPES = "data/lookups/scopes.csv"
WORDINGS = "data/lookups/wordings.csv"
COUNTRIES = "data/context/countries.csv"
UNODC = "data/context/unodc.csv"
STATEMENTS = "data/context/unodc_statements.csv"


def _unknown(file: str, line: int, column: str, value: str, words: str) -> Corruption:
    return Corruption(
        "unknown code",
        f"{column} {value}",
        cell(file, line, column, value),
        at(file, line, column),
        words,
        wide=file.startswith("data/context") or file == BREAKS,
    )


CORRUPTIONS = [
    _unknown(FIGURES, 2, "source_id", "ppp-2018-ncct-anual", "did you mean 'ppp-2018-ncct-annual'"),
    _unknown(FIGURES, 2, "reporting_body", "N.C.C.T.", "did you mean 'NCCT'?"),
    _unknown(FIGURES, 2, "reporting_body", "ＮＣＣＴ", "data/lookups/bodies.csv"),
    _unknown(FIGURES, 2, "reporting_body", "NССT", "data/lookups/bodies.csv"),  # Cyrillic letters
    _unknown(FIGURES, 2, "reporting_body", "ncct", "did you mean 'NCCT'?"),
    _unknown(FIGURES, 2, "ref_area", "KHN", "add it to data/lookups/areas.csv"),
    _unknown(FIGURES, 2, "ref_area", "Cambodia", "use a code of data/lookups/areas.csv"),
    _unknown(FIGURES, 2, "ref_area", "KH", "use a code of data/lookups/areas.csv"),
    # What looks like a slip may be another code: nothing is suggested that would turn the meaning.
    *(
        _unknown(FIGURES, 2, "qualifier", word, "use one of the values named")
        for word in ("maximum", "not_more_than", "under")
    ),
    _unknown(FIGURES, 14, "category", "ETH", "add it to data/lookups/areas.csv"),
    _unknown(FIGURES, 14, "category", "Thailand", "did you mean 'THA'?"),
    _unknown(FIGURES, 2, "reporting_body", "MoI", "did you mean 'Ministry of Interior'?"),
    _unknown(FIGURES, 9, "category", ">18", "add it to data/lookups/categories.csv"),
    _unknown(FIGURES, 2, "measure", "case", "did you mean 'cases'?"),
    _unknown(FIGURES, 2, "crime_scope", "traficking", "did you mean 'trafficking'?"),
    _unknown(FIGURES, 2, "qualifier", "exactly", "did you mean 'exact'?"),
    _unknown(FIGURES, 2, "unit", "persons", "use one of the values named"),
    _unknown(FIGURES, 2, "locator", "third page", "rewrite the cell in that form"),
    _unknown(FIGURES, 4, "base_measure", "casses", "did you mean 'cases'?"),
    _unknown(FIGURES, 9, "category", "15-18", "add it to data/lookups/categories.csv"),
    _unknown(FIGURES, 9, "dimension", "age_bands", "did you mean 'age_band'?"),
    _unknown(SOURCES, 2, "kind", "blog", "use one of the values named"),
    _unknown(SOURCES, 2, "language", "english", "rewrite the cell in that form"),
    _unknown(AREAS, 3, "level", "state", "use one of the values named"),
    _unknown(AREAS, 3, "parent", "WRL", "add it to data/lookups/areas.csv"),
    _unknown(BODIES, 2, "preferred_measures", "cases;arrest", "did you mean 'arrests'?"),
    _unknown(BODIES, 2, "preference", "first", "rewrite the cell in that form"),
    _unknown(MEASURES, 2, "unit_of_count", "heads", "use one of the values named"),
    _unknown(MEASURES, 2, "hxl_tag", "indicator", "rewrite the cell in that form"),
    _unknown(BREAKS, 2, "source_id", "nobody", "add it to data/reported/sources.csv"),
    _unknown(UNODC, 2, "context_source_id", "ctx-99", "data/context/sources.csv"),
    _unknown(UNODC, 2, "indicator", "unodc_detected", "use one of the values named"),
    _unknown(UNODC, 2, "ref_area", "XXX", "data/lookups/areas.csv"),
    _unknown(STATEMENTS, 2, "second_hand", "maybe", "use one of the values named"),
    _unknown(COUNTRIES, 2, "income_level", "Middle", "use one of the values named"),
    Corruption(
        "unknown code",
        "a source that is taken out",
        replaced(SOURCES, "\nppp-2017-np-2016,", "\nppp-2017-np-2016x,"),
        f"{FIGURES}:",
        "add it to data/reported/sources.csv",
    ),
    Corruption(
        "unknown code",
        "an id of another source",
        cell(FIGURES, 2, "figure_id", "kt-2018-001"),
        at(FIGURES, 2, "figure_id"),
        "write 'ppp-2018-ncct-annual-001'",
    ),
    Corruption(
        "unknown code",
        "a new code with its row is no mistake",
        both(
            added(SCOPES, 2, crime_scope="slavery", label="Slavery"),
            cell(FIGURES, 2, "crime_scope", "slavery"),
        ),
        "docs/bad-input.md",
        "new code",
        "accepted",
    ),
    Corruption(
        "rule between columns",
        "another unit than the measure's",
        cell(FIGURES, 2, "unit", "percent"),
        at(FIGURES, 2, "unit"),
        "write 'count'",
    ),
    Corruption(
        "rule between columns",
        "a count with a base",
        cell(FIGURES, 2, "base_measure", "cases"),
        at(FIGURES, 2, "base_measure"),
        "empty the cell",
    ),
    Corruption(
        "rule between columns",
        "a claim of nothing",
        cell(FIGURES, 4, "base_measure", ""),
        at(FIGURES, 4, "base_measure"),
        "name the measure whose change is claimed",
    ),
    Corruption(
        "rule between columns",
        "a part without its dimension",
        cell(FIGURES, 9, "dimension", ""),
        at(FIGURES, 9, "dimension"),
        "fill both",
    ),
    Corruption(
        "rule between columns",
        "a worded number without words",
        cell(FIGURES, 4, "qualifier", "worded"),
        at(FIGURES, 4, "wording"),
        "as printed",
    ),
    Corruption(
        "alike codes",
        "a body in small letters",
        added(BODIES, 2, reporting_body="ncct"),
        f"{BODIES}:",
        "give it the other code",
    ),
    Corruption(
        "alike codes",
        "a measure with a space",
        added(MEASURES, 2, measure="Cases"),
        f"{MEASURES}:",
        "give it the other code",
    ),
    Corruption(
        "rule between columns",
        "brought home from the country itself",
        cell(FIGURES, 23, "category", "KHM"),
        at(FIGURES, 23, "category"),
        "the country the persons came back from",
    ),
    Corruption(
        "several dimensions",
        "a category too few",
        both(cell(FIGURES, 9, "dimension", "age_band;sex"), cell(FIGURES, 9, "category", "<18")),
        at(FIGURES, 9, "category"),
        "as many categories as dimensions",
    ),
    Corruption(
        "several dimensions",
        "one twice",
        both(cell(FIGURES, 9, "dimension", "sex;sex"), cell(FIGURES, 9, "category", "female;male")),
        at(FIGURES, 9, "dimension"),
        "name each dimension once",
    ),
    Corruption(
        "several dimensions",
        "a category of the other",
        both(
            cell(FIGURES, 9, "dimension", "sex;age_band"),
            cell(FIGURES, 9, "category", "<18;female"),
        ),
        at(FIGURES, 9, "category"),
        "data/lookups/categories.csv",
    ),
    Corruption(
        "cycle",
        "an area in itself",
        cell(AREAS, 3, "parent", "AUS"),
        at(AREAS, 3, "parent"),
        "this area lies in itself",
    ),
    Corruption(
        "cycle",
        "the world in Australia",
        cell(AREAS, 2, "parent", "AUS"),
        at(AREAS, 2, "parent"),
        "this area lies in itself",
    ),
    Corruption(
        "cycle",
        "a category within itself",
        cell(CATEGORIES, 2, "within", "<15"),
        at(CATEGORIES, 2, "within"),
        "this category lies within itself",
    ),
    Corruption(
        "cycle",
        "two categories within each other",
        both(cell(CATEGORIES, 2, "within", "15-17"), cell(CATEGORIES, 3, "within", "<15")),
        at(CATEGORIES, 3, "within"),
        "this category lies within itself",
    ),
    Corruption(
        "cycle",
        "within a category that there is not",
        cell(CATEGORIES, 2, "within", "<19"),
        at(CATEGORIES, 2, "within"),
        "add it to",
    ),
    Corruption(
        "cycle",
        "the change of a change",
        cell(FIGURES, 4, "base_measure", "percent_change"),
        at(FIGURES, 4, "base_measure"),
        "name the count whose change is claimed",
    ),
    Corruption(
        "limits",
        "a phrase with its ratios exchanged",
        both(cell(WORDINGS, 2, "low_ratio", "2.25"), cell(WORDINGS, 2, "high_ratio", "1.75")),
        at(WORDINGS, 2, "high_ratio"),
        "exchange the two ratios",
    ),
    Corruption(
        "limits",
        "a negative ratio",
        cell(WORDINGS, 2, "low_ratio", "-1"),
        at(WORDINGS, 2, "low_ratio"),
        "correct the number",
    ),
    Corruption(
        "limits",
        "a break that ends before it starts",
        cell(BREAKS, 2, "last_year", "2019"),
        at(BREAKS, 2, "last_year"),
        "exchange the two years",
        wide=True,
    ),
    Corruption(
        "limits",
        "a place north of the pole",
        cell(COUNTRIES, 2, "label_latitude", "94.4"),
        at(COUNTRIES, 2, "label_latitude"),
        "correct the number",
        wide=True,
    ),
    Corruption(
        "limits",
        "nan degrees",
        cell(COUNTRIES, 2, "label_latitude", "nan"),
        at(COUNTRIES, 2, "label_latitude"),
        "rewrite the cell",
        wide=True,
    ),
]
