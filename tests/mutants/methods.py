"""Mistakes in the statistics, which the unit tests must see."""

# ruff: noqa: E501 - quoted code is as long as it is
from __future__ import annotations

from mutants.mutant import Mutant

FOLDER = "src/khtip/statistics"
TESTS = {"trend": "trends", "shares": "composition"}


def _in(module: str, *changes: tuple[str, str], checks: str = "") -> list[Mutant]:
    file, checks = (
        f"{FOLDER}/{module}.py",
        checks or f"tests/statistics/test_{TESTS.get(module, module)}.py",
    )
    return [Mutant("unit tests", file, old, new, checks) for old, new in changes]


MUTANTS = [
    *_in(
        "rates",
        (
            "value = math.inf if a == 0 else (b / t_b) / (a / t_a)",
            "value = math.inf if a == 0 else (a / t_a) / (b / t_b)",
        ),
        ("(s / (1 - s) * t_a / t_b if s < 1", "(s / (1 - s) * t_b / t_a if s < 1"),
        ('kind = "beta" if method == "exact" else "wilson"', 'kind = "wilson"'),
        ("_beyond(k, n, p) + _beyond(k - 1, n, p)", "_beyond(k, n, p) + _beyond(k, n, p)"),
        ("math.sqrt(1 / a + 1 / b))) ** 2)", "math.sqrt(1 / a + 1 / b))))"),
        ("math.sqrt(dispersion * (1 / a + 1 / b))", "dispersion * math.sqrt(1 / a + 1 / b)"),
        (
            "STABLE_FROM, RATE_FROM, POPULATION_FROM = 11, 5, 1_000",
            "STABLE_FROM, RATE_FROM, POPULATION_FROM = 10, 5, 1_000",
        ),
        ("k < RATE_FROM or people < POPULATION_FROM", "k < RATE_FROM and people < POPULATION_FROM"),
        ("low = 0.0 if k == 0 else float(low)", "low = 0.0 if k < 9 else float(low)"),
        (
            "ratio.value - 1, ratio.low - 1, ratio.high - 1",
            "ratio.value - 1, ratio.high - 1, ratio.low - 1",
        ),
        ("return self.low > 1 or self.high < 1", "return self.low > 1 and self.high < 1"),
    ),
    *_in(
        "trend",
        (
            "dispersion = float(plain.pearson_chi2 / plain.df_resid)",
            "dispersion = float(plain.deviance / plain.df_resid)",
        ),
        ("max(dispersion, 1.0), use_t=True", "max(dispersion, 1.0), use_t=False"),
        ("normalized_cov_params, max(dispersion, 1.0)", "normalized_cov_params, 1.0"),
        ("if len(x) < FEWEST_YEARS:", "if len(x) < FEWEST_YEARS - 1:"),
        ('"rose" if low > 0 else "fell"', '"rose" if high > 0 else "fell"'),
        ("offset=np.log(t / 12))", "offset=np.log(12 / t))"),
        ("level = y if t.max() / t.min() <= 1.05 else y * 12 / t", "level = y"),
        (
            "order = np.argsort(x)\n    return x[order], y[order], t[order]",
            "order = np.argsort(x)\n    return x[order], y, t[order]",
        ),
    ),
    *_in(
        "shares",
        (
            'k / deff, n / deff, alpha=1 - guards.level(confidence), method="wilson"',
            'k / deff, n / deff, alpha=1 - guards.level(confidence), method="normal"',
        ),
        ("k / deff, n / deff, alpha", "k, n, alpha"),
        (
            "return Interval(k_b / n_b - k_a / n_a, float(low)",
            "return Interval(k_a / n_a - k_b / n_b, float(low)",
        ),
        (
            "    if low > 0.5:\n        return MAJORITY",
            "    if low >= 0.5:\n        return MAJORITY",
        ),
        ("4 * n * (k / n - 0.5) ** 2 / z**2", "4 * n * (k / n - 0.5) ** 2 / z"),
        ("if c == 0 or v < c:", "if c == 0:"),
        ("        named[residual] = left\n", "        n -= left\n"),
    ),
    *_in(
        "concentration",
        ("lowest=(squares + left) / n**2", "lowest=squares / n**2"),
        ("highest=(squares - largest**2 + (largest + left) ** 2)", "highest=(squares + left**2)"),
        (
            "return Interval(least.value, least.low, most.high)",
            "return Interval(least.value, least.low, least.high)",
        ),
        ("k / n * math.log(classes * k / n)", "k / n * math.log(k / n)"),
        ("+ [1] * left", "+ [left]"),
    ),
    *_in(
        "ranks",
        ("alpha / (len(p_values) - np.arange(len(p_values)))", "alpha"),
        ("stats.binom.sf(k[first] - 1,", "stats.binom.sf(k[first],"),
        ("share = t[first] / (t[first] + t[second])", "share = 0.5"),
        ('"best": 1 + above.sum(axis=0)', '"best": above.sum(axis=0)'),
        ("np.logical_and.accumulate(passed)", "passed"),
        ('sets.loc[sets["best"] <= k', 'sets.loc[sets["worst"] <= k'),
    ),
    *(
        Mutant("unit tests", f"{FOLDER}/rates.py", old, new, "tests/statistics/test_ranks.py")
        for old, new in (
            (
                "posterior = stats.gamma(prior.shape + k, scale=1 / (prior.rate + t))",
                "posterior = stats.gamma(prior.shape + k, scale=1 / prior.rate)",
            ),
            ("weight = t / (prior.rate + t)", "weight = prior.rate / (prior.rate + t)"),
            ("tail = (1 - guards.level(confidence)) / 2", "tail = 1 - guards.level(confidence)"),
        )
    ),
    *_in(
        "composite",
        (
            "share = np.where(flat, 0.5, (values - low)",
            "share = np.where(flat, 0.0, (values - low)",
        ),
        ("-ends[:, ::-1], ends)", "-ends, ends)"),
        ("twice += other <= values", "twice += other < values"),
        ("np.maximum(count - 1, 1)", "np.maximum(count, 1)"),
        checks="tests/statistics/test_composite.py",
    ),
    *_in(
        "composite",
        (
            "shared = np.where(known, weights[..., None, :], 0)",
            "shared = np.where(known, weights[..., None, :], weights[..., None, :])",
        ),
        ("places = np.ones(rounded.shape)", "places = np.zeros(rounded.shape)"),
        ("shares = -np.log(inside)", "shares = inside"),
    ),
]
