"""Mistakes in the checks that a drawing must pass before it is saved."""

from __future__ import annotations

from mutants.mutant import Mutant

FILE = "src/khtip/figures/refusals.py"
CHECKS = " ".join(f"tests/test_figure{end}.py" for end in ("s", "_checks", "_marks", "_words"))

MUTANTS = [
    Mutant("figure checks", FILE, old, new, CHECKS)
    for old, new in (
        ("return numbers[gap > RELATIVE *", "return numbers[gap > 100 * RELATIVE *"),
        ("            problems += _check_mark(ax, mark, known)\n", ""),
        ("            problems += _check_base(ax, mark, found, known)\n", ""),
        ("    if low > 0 or high < 0:\n", "    if low > 0 and high < 0:\n"),
        ("        problems += check_text(drawing, picture)\n", ""),
        ("    if not ids:\n", "    if ids is None:\n"),
        ("_FORMULA.match(cell)", "not cell"),
        ("if nearest > 0.5 * 10**-decimals", "if nearest > 50 * 10**-decimals"),
    )
]
