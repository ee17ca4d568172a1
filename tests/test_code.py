"""The code itself: style, types, who imports whom, and how long a module or a function may be.

Every check is also shown to see a mistake that is planted for it.
"""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SETTINGS = ROOT / "pyproject.toml"
PACKAGE = ROOT / "src/khtip"

MODULE_LINES = 600
FUNCTION_LINES = 40  # without the docstring

# What is longer than the rule allows. Neither list may grow, and nothing in it may: what has become
# short enough is taken out.
LONG_MODULES: dict[str, int] = {}
LONG_FUNCTIONS = {
    "figures/registry.py figure": 55,
    "statistics/composite.py composite": 44,
}
LINT_IMPORTS = "from importlinter.cli import lint_imports_command as run; run()"  # has no -m


def call(*words: str | Path, cwd: Path = ROOT) -> tuple[int, str]:
    """Run this Python with arguments; return its exit code and what it printed."""
    done = subprocess.run(
        [sys.executable, *map(str, words)], cwd=cwd, capture_output=True, text=True, timeout=300
    )
    return done.returncode, done.stdout + done.stderr


def lint_imports(above: Path) -> tuple[int, str]:
    """Hold the imports of the package ``khtip`` in a folder against the contracts."""
    return call("-c", LINT_IMPORTS, "--config", SETTINGS, "--no-cache", "--no-logo", cwd=above)


def module_lines(package: Path) -> dict[str, int]:
    """Return how many lines each module has that is longer than the rule allows."""
    counts = {
        path.relative_to(package).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in sorted(package.rglob("*.py"))
    }
    return {name: count for name, count in counts.items() if count > MODULE_LINES}


def function_lines(package: Path) -> dict[str, int]:
    """Return how many lines each function has that is longer than the rule allows."""
    return {
        f"{path.relative_to(package).as_posix()} {name}": count
        for path in sorted(package.rglob("*.py"))
        for name, count in _functions(path.read_text(encoding="utf-8"))
        if count > FUNCTION_LINES
    }


def _functions(text: str) -> Iterator[tuple[str, int]]:
    for one in ast.walk(ast.parse(text)):
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
            said = one.body[0].end_lineno - one.body[0].lineno + 1 if ast.get_docstring(one) else 0
            yield one.name, one.end_lineno - one.lineno + 1 - said


def departures(found: dict[str, int], allowed: dict[str, int]) -> list[str]:
    """Return what is too long and not listed, longer than listed, or listed in vain."""
    grown = [f"{name}: {n} lines" for name, n in found.items() if n > allowed.get(name, 0)]
    return grown + [f"{name}: short now, so unlist it" for name in allowed if name not in found]


# Newer versions of these tools have other rules.
@pytest.mark.locked
@pytest.mark.parametrize("words", [("check",), ("format", "--check")], ids="-".join)
def test_style(words):
    code, said = call("-m", "ruff", *words, "--no-cache", ".")
    assert code == 0, said


@pytest.mark.locked
def test_types():
    code, said = call("-m", "mypy")
    assert code == 0, said


def test_imports():
    code, said = lint_imports(ROOT / "src")
    assert code == 0, said


def test_modules_are_short():
    assert departures(module_lines(PACKAGE), LONG_MODULES) == []


def test_functions_are_short():
    assert departures(function_lines(PACKAGE), LONG_FUNCTIONS) == []


@pytest.mark.locked
@pytest.mark.parametrize(
    ("words", "text", "complaint"),
    [
        (("check",), "import os\n", "F401"),
        (("check",), f"x = '{'y' * 100}'\n", "E501"),
        (("format", "--check"), "x = {  'a':1 }\n", "would be reformatted"),
    ],
)
def test_bad_style_is_seen(tmp_path, words, text, complaint):
    (tmp_path / "planted.py").write_text(text)
    code, said = call("-m", "ruff", *words, "--no-cache", "--config", SETTINGS, tmp_path)
    assert code == 1 and complaint in said


@pytest.mark.locked
def test_bad_types_are_seen(tmp_path):
    planted = tmp_path / "planted.py"
    planted.write_text("def f(x):\n    return x\n\n\ndef g(n: int) -> str:\n    return n + 1\n")
    code, said = call("-m", "mypy", "--config-file", SETTINGS, "--cache-dir", tmp_path, planted)
    assert code == 1 and "[no-untyped-def]" in said and "[return-value]" in said


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("statistics/ranks.py", "from khtip import files", "Statistics know nothing"),
        ("runner/run.py", "from khtip.statistics import ranks", "knows no subject"),
        ("ledger/periods.py", "import khtip.chapters.trends.findings", "Calls go one way"),
        ("chapters/risk/figures.py", "import khtip.chapters.trends.series", "Chapters do not know"),
        ("chapters/sentences.py", "import khtip.figures.theme", "knows no drawing"),
        ("reading/changes/comparison.py", "import khtip.parameters", "reads files only"),
        ("reading/exports/interchange.py", "import khtip.runner.run", "Exports know the manifest"),
        ("attic/__init__.py", "", "Calls go one way"),  # a room that no contract names
    ],
)
def test_a_forbidden_import_is_seen(tmp_path, module, line, contract):
    shutil.copytree(PACKAGE, tmp_path / "khtip", ignore=shutil.ignore_patterns("__pycache__"))
    target = tmp_path / "khtip" / module
    target.parent.mkdir(exist_ok=True)
    with target.open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    code, said = lint_imports(tmp_path)
    assert code == 1, said
    assert line == "" or any(contract in one and "BROKEN" in one for one in said.splitlines())
    assert Path(module).stem in said or "attic" in said


def test_length_is_seen(tmp_path):
    body = "\n".join(f"    x{n} = {n}" for n in range(FUNCTION_LINES))
    (tmp_path / "planted.py").write_text(f'def f():\n    """Say.\n\n    More.\n    """\n{body}\n')
    (tmp_path / "long.py").write_text("x = 1\n" * (MODULE_LINES + 1))
    assert function_lines(tmp_path) == {"planted.py f": FUNCTION_LINES + 1}
    assert module_lines(tmp_path) == {"long.py": MODULE_LINES + 1}
    assert departures({"a": 41}, {}) == ["a: 41 lines"]
    assert departures({"a": 42}, {"a": 41}) == ["a: 42 lines"]
    assert departures({"a": 41}, {"a": 42}) == []
    assert departures({}, {"a": 41}) == ["a: short now, so unlist it"]
