"""Planted mistakes, and which layer of the checks must catch each: ``make mutants``."""

from __future__ import annotations

from mutants import drawing, methods, rules, written
from mutants.mutant import Mutant

ALL: list[Mutant] = [
    *methods.MUTANTS,
    *rules.MUTANTS,
    *drawing.MUTANTS,
    *written.MUTANTS,
]
