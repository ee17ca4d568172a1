"""Simulated rankings of a problem, each made once in a sweep that asks for it again and again."""

from __future__ import annotations

import numpy as np
import pandas as pd

from khtip.remember import remembered
from khtip.statistics.choices import Problem
from khtip.statistics.sensitivity import design_ranks, monte_carlo, sobol_indices
from khtip.subjects.regional import base_size


@remembered
def simulated(given: Problem, *, draws: int, seed: int) -> np.ndarray:
    """Return `monte_carlo` ranks (draws, units)."""
    return monte_carlo(given, draws=draws, seed=seed)


@remembered
def _designed(given: Problem, *, draws: int, seed: int) -> np.ndarray:
    return design_ranks(given, base=base_size(draws), seed=seed)


def sobol(
    given: Problem, reference: np.ndarray, *, draws: int, seed: int, confidence: float
) -> pd.DataFrame:
    """Return `sobol_indices` of a design of the size that fits `draws`."""
    return sobol_indices(
        given,
        reference,
        base=base_size(draws),
        seed=seed,
        confidence=confidence,
        ranks=_designed(given, draws=draws, seed=seed),
    )
