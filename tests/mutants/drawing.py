"""Mistakes in the checks that a drawing must pass before it is saved."""

from __future__ import annotations

from mutants.mutant import Mutant

FILE = "src/khtip/figures/refusals.py"
ENDS = ("s", "_checks", "_layout", "_marks", "_words")
CHECKS = " ".join(f"tests/figures/test_figure{end}.py" for end in ENDS)

MUTANTS = [
    *(
        Mutant("figure checks", FILE, old, new, CHECKS)
        for old, new in (
            ("return numbers[gap > RELATIVE *", "return numbers[gap > 100 * RELATIVE *"),
            ("            problems += _check_mark(ax, mark, known)\n", ""),
            ("            problems += _check_base(ax, mark, found, known)\n", ""),
            ("    if low > 0 or high < 0:\n", "    if low > 0 and high < 0:\n"),
            ("    if not ids:\n", "    if ids is None:\n"),
            ("_FORMULA.match(cell)", "not cell"),
            ("if nearest > 0.5 * 10**-decimals", "if nearest > 50 * 10**-decimals"),
        )
    ),
    *(
        Mutant("figure checks", "src/khtip/figures/layout.py", old, new, CHECKS)
        for old, new in (
            ("return [*check_text(drawing, picture), *said], picture", "return said, picture"),
            ("labels=words[::every]", "labels=words[: len(words[::every])]"),
            ("foot.set_y(MARGIN / higher)", "foot.set_y(0.5)"),
        )
    ),
]
