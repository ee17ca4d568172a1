"""Mistakes in the rules: what is read, cleaned, compared and refused."""

# ruff: noqa: E501 - quoted code is as long as it is
from __future__ import annotations

from mutants.mutant import Mutant


def _rule(file: str, checks: str, *changes: tuple[str, str]) -> list[Mutant]:
    return [Mutant("rules", f"src/khtip/{file}.py", old, new, checks) for old, new in changes]


MUTANTS = [
    *_rule(
        "ledger/statements",
        "tests/ledger/test_observations.py tests/ledger/test_properties_cleaning.py",
        ("return value, value + step, math.inf", "return value, value, math.inf"),
        (
            "return None, Fraction(0), Fraction(printed[1:]) - 1",
            "return Fraction(0), Fraction(0), Fraction(printed[1:]) - 1",
        ),
        ("half = place(printed) / 2", "half = place(printed)"),
        ("SAME_YEAR = 0.95", "SAME_YEAR = 1.0"),
        (
            "months=[((end - start).days + 1) / DAYS_A_MONTH",
            "months=[(end - start).days / DAYS_A_MONTH",
        ),
    ),
    *_rule(
        "ledger/statements",
        "tests/ledger/test_observations.py",
        ("[-ages.get(source, 0)", "[ages.get(source, 0)"),
        ('"hedged": ~frame["qualifier"]', '"hedged": frame["qualifier"]'),
        (
            '"chosen": frame["reporting_body"] != preferred_body',
            '"chosen": frame["reporting_body"] == preferred_body',
        ),
    ),
    *_rule(
        "chapters/sources/sums",
        "tests/chapters/test_totals.py",
        (
            '    if residual_high < 0:\n        return "over_total"',
            '    if residual_high < -1:\n        return "over_total"',
        ),
        ("(0.0, math.inf) if math.isnan(low)", "(0.0, 0.0) if math.isnan(low)"),
        ('if list_is == "partial":', 'if list_is != "partial":'),
    ),
    *_rule(
        "chapters/sources/sums",
        "tests/chapters/test_sources_any_ledger.py -k 'part or further'",
        ('if row["verdict"] != "open_residual" or not lacking:', "if True:"),
        ("if wider.items() < own.items() and len(more) == 1 and", "if len(more) and"),
        ('"unmarked")["verdict"] == "exact":', '"unmarked")["verdict"] == "never":'),
    ),
    *_rule(
        "chapters/sources/pairs",
        "tests/chapters/test_sources_any_ledger.py -k 'two_bodies or two_numbers'",
        (
            "return (first.source_id, first.reporting_body) != (second.source_id, second.reporting_body)",
            "return first.source_id != second.source_id",
        ),
        ('return judge_pair(first, second, "same")[0] == "conflict"', "return False"),
    ),
    *_rule(
        "chapters/sources/pairs",
        "tests/chapters/test_scale.py",
        (
            '("dimension", "category", "low", "high", "printed", "wider")',
            '("dimension", "category")',
        ),
        ("tops[row.crime_scope] = max(earlier, row, key=_size)", "tops[row.crime_scope] = row"),
        ("early.period_end < flow.period_start", "early.period_end <= flow.period_end"),
    ),
    *_rule(
        "chapters/sources/conflicts",
        "tests/chapters/test_sources_any_ledger.py -k 'suppressed_count or zero_has'",
        ("row.low if pd.isna(row.value)", "row.high if pd.isna(row.value)"),
    ),
    *_rule(
        "chapters/coverage/results",
        "tests/chapters/test_coverage.py -k 'follow or stay'",
        ("range(min(years), max(years) + 1)", "range(min(years), max(years))"),
        (".clip(upper=STEP)", ".clip(lower=STEP)"),
    ),
    *_rule(
        "chapters/sources/claims",
        "tests/chapters/test_claims.py",
        (
            "value = 100 * (reference - base) / base\n",
            "value = 100 * (reference - base) / reference\n",
        ),
        (
            "rounded = {whole} if rest < Fraction(1, 2)",
            "rounded = {whole} if rest <= Fraction(1, 2)",
        ),
        ("sign = -1 if value < 0 else 1", "sign = 1"),
        ("if low <= claimed[1] and claimed[0] <= high:", "if low <= claimed[1]:"),
    ),
    *_rule(
        "chapters/sources/pairs",
        "tests/chapters/test_conflicts.py",
        ("    if part.low > whole.high:", "    if part.high > whole.low + 1e9:"),
        ("return place >= 100 and gap", "return place >= 10 and gap"),
        ("    if late.high < early.low:", "    if late.low < early.low - 1e9:"),
    ),
    *_rule(
        "ledger/rules",
        "tests/ledger/test_ledger.py",
        ("    if value < 0 and row", "    if value < -1e9 and row"),
        ("    if day and end and end > day:", "    if day and end and end < day:"),
        (
            "        if original != line:\n            identity",
            "        if original > line:\n            identity",
        ),
    ),
    *_rule(
        "ledger/rules",
        "tests/test_corruptions.py -k 'cycle or limits'",
        ("    return here == start", "    return False"),
        (
            'low > high:\n            expected = f"a ratio',
            'low < high:\n            expected = f"a ratio',
        ),
    ),
    *_rule(
        "ledger/csvtext",
        "tests/test_corruptions.py -k 'formula or huge or over-long'",
        ('if cell[0] in "=+@-" and not number:', 'if cell[0] in "=" and not number:'),
        ("if number and sum(", "if number and 0 * sum("),
        ("        if len(cells) != width:", "        if len(cells) < width:"),
    ),
    *_rule(
        "ledger/csvtext",
        "tests/test_corruptions.py -k 'symbolic or huge or invisible'",
        ("is_relative_to(project)", "exists()"),
        ("    if size > LARGEST:", "    if size > 10**12:"),
        ('"Cc", "Cf", ', '"Cc", '),
    ),
    *_rule(
        "runner/manifest",
        "tests/test_corruptions.py -k YAML",
        (
            '    yaml.AliasToken: ("an alias (*)", "write the value out"),\n'
            '    yaml.TagToken: ("a tag (!)", "write plain values only; quote a text that starts with !"),\n',
            "",
        ),
        ("            if name in seen:", "            if False:"),
    ),
    *_rule(
        "parameters",
        "tests/test_parameters.py",
        (
            "if not faults and year is not None and whole",
            "if faults and year is not None and whole",
        ),
        (
            "    if type(value) is not parameter.type:",
            "    if not isinstance(value, parameter.type):",
        ),
        ("name.isascii() and name.isidentifier()", "name.isidentifier()"),
        ("not parameter.low <= value <= parameter.high", "value > parameter.high"),
    ),
]
