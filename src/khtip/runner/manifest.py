"""YAML files that people write, read as plain data: no tags, no anchors, no key twice.

PyYAML's safe loader builds no objects, but it still lets a few lines stand for billions of values
(aliases), runs out of stack on nested brackets, and keeps only the last of two equal keys. None
of these has a use in a scenario, so each is refused with its line before anything is built.
"""

import difflib
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from khtip import files
from khtip.ledger.csvtext import read_text

DEEPEST = 6
"""Levels of nesting; the manifest and the sweep use three."""

_REFUSED = {
    yaml.AnchorToken: ("an anchor (&)", "write the value out"),
    yaml.AliasToken: ("an alias (*)", "write the value out"),
    yaml.TagToken: ("a tag (!)", "write plain values only; quote a text that starts with !"),
    yaml.DirectiveToken: ("a directive (%)", "delete the line"),
    yaml.DocumentStartToken: ("a document mark (---)", "delete the line"),
}
_OPEN: tuple[type, ...] = (yaml.BlockMappingStartToken, yaml.BlockSequenceStartToken)
_OPEN += (yaml.FlowMappingStartToken, yaml.FlowSequenceStartToken)
_CLOSE = (yaml.BlockEndToken, yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken)


class YamlFault(ValueError):
    """A YAML file cannot be read as plain data; the message names file, line and remedy."""


# libyaml is ten times as fast; PyYAML built without it lacks the class.
_SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_SafeLoader):
    """The safe loader, which also refuses a key that stands twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        found = super().construct_mapping(node, deep=deep)
        if len(found) < len(node.value):
            seen: set[Any] = set()
            for key, _ in node.value:
                name = self.construct_object(key, deep=True)
                if name in seen:
                    words = f"the key {name!r} stands twice"
                    raise yaml.constructor.ConstructorError(None, None, words, key.start_mark)
                seen.add(name)
        return found


# YAML 1.1 reads 33:34 as 2014 minutes, 010 as eight and 1_000 as a thousand; here only a plain
# number is one, and the rest is text, which no number's parameter accepts.
_INTEGER = "tag:yaml.org,2002:int"
_Loader.yaml_implicit_resolvers = {
    sign: [rule for rule in rules if rule[0] != _INTEGER]
    for sign, rules in _SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(_INTEGER, re.compile(r"-?(0|[1-9][0-9]*)$"), list("-0123456789"))


def read_plain_yaml(root: Path, file: str) -> Any:
    """Return what a YAML file below the project's `root` says, as plain data.

    Raises
    ------
    YamlFault
        When the file is not there, is no UTF-8 text, is no YAML, or uses more of YAML than plain
        values, lists and mappings.
    """
    text, problems = read_text(root / file, file)
    # A missing last line feed is worth a word in a table, which may be cut; not here.
    serious = [one for one in problems if not one.expected.startswith("a line end")]
    if text is None or serious:
        raise YamlFault("\n".join(str(one) for one in serious))
    try:
        _refuse_more_than_plain(text, file)
        return yaml.load(text, Loader=_Loader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        if isinstance(error, YamlFault):
            raise
        where = getattr(error, "problem_mark", None)
        line = f", line {where.line + 1}" if where else ""
        words = getattr(error, "problem", None) or "a value cannot be read"
        raise YamlFault(f"{file}{line}: not valid YAML: {words}.") from None


def _refuse_more_than_plain(text: str, file: str) -> None:
    depth = 0
    for token in yaml.scan(text, Loader=_SafeLoader):
        line = f"{file}, line {token.start_mark.line + 1}"
        if type(token) in _REFUSED:
            what, remedy = _REFUSED[type(token)]
            raise YamlFault(f"{line}: not valid YAML here: {what} is not allowed; {remedy}.")
        depth += isinstance(token, _OPEN) - isinstance(token, _CLOSE)
        if depth > DEEPEST:
            raise YamlFault(f"{line}: nested deeper than {DEEPEST} levels; write plain values.")


# The manifest ``notebooks/pipeline.yml``: what each notebook asks, reads and writes.


MANIFEST = "notebooks/pipeline.yml"
FIGURE_SUFFIXES = (".png", ".svg", ".csv", ".json")
INDEX = "figures/index.json"

_NAME = re.compile(r"\d\d(-[a-z0-9]+)+")
_INPUT = re.compile(
    r"data/((reported|context|lookups)/[\w.-]+|datapackage\.json)|scenarios/[\w.-]+\.yml"
)
_TABLE = re.compile(r"data/(clean|results)/[\w-]+\.csv")
_KEYS = {"name", "title", "asks", "reads", "tables", "figures"}


class ManifestError(ValueError):
    """``pipeline.yml`` is wrong; the message says where and what was expected."""


@dataclass(frozen=True)
class Notebook:
    """One notebook of the collection.

    Attributes
    ----------
    name : str
        File name without ``.ipynb``; starts with two digits.
    title, asks : str
        Its title, and its question in one sentence.
    reads, tables : tuple of str
        Files it reads and tables it writes, relative to the project.
    figures : tuple of str
        Figures it writes, by name; each is a PNG, SVG, CSV and JSON file.
    """

    name: str
    title: str
    asks: str
    reads: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()

    @property
    def number(self) -> str:
        """The two digits its name starts with."""
        return self.name[:2]

    @property
    def path(self) -> str:
        """Its file, relative to the project."""
        return f"notebooks/{self.name}.ipynb"

    @property
    def writes(self) -> tuple[str, ...]:
        """Every file it writes besides itself, relative to the project."""
        drawn = (f"figures/{one}{suffix}" for one in self.figures for suffix in FIGURE_SUFFIXES)
        return (*self.tables, *drawn)


@dataclass(frozen=True)
class Manifest:
    """The notebooks in the order in which they run, below the project's `root`."""

    root: Path
    notebooks: tuple[Notebook, ...] = field(default_factory=tuple)

    def get(self, name: str) -> Notebook:
        """Return the notebook called `name`; its number alone will do.

        Raises
        ------
        ManifestError
            When there is none; the message names the closest one.
        """
        for one in self.notebooks:
            if name.removesuffix(".ipynb").split("/")[-1] in (one.name, one.number):
                return one
        names = [one.name for one in self.notebooks]
        close = difflib.get_close_matches(name, names, n=1, cutoff=0.3) or names
        raise ManifestError(f"no notebook {name!r}. Did you mean {close[0]!r}?")

    def makers(self) -> dict[str, Notebook]:
        """Return which notebook writes each product."""
        return {path: one for one in self.notebooks for path in one.writes}


def read_manifest(root: Path | None = None) -> Manifest:
    """Read and check the manifest.

    Raises
    ------
    ManifestError
        One line for each fault: unknown key, order, a file that nothing makes, a product with
        two makers, a notebook that reads what a later one writes.
    """
    root = files.root() if root is None else root
    if not (root / MANIFEST).exists():
        words = f"{root} is no project of notebooks. {files.START}"
        raise ManifestError(f"{MANIFEST}: no such file, which lists the notebooks. {words}")
    try:
        content = read_plain_yaml(root, MANIFEST)
    except YamlFault as fault:
        raise ManifestError(str(fault)) from None
    if not isinstance(content, dict) or set(content) != {"notebooks"}:
        raise ManifestError(f"{MANIFEST}: expected one key, 'notebooks', with a list below it.")
    if not isinstance(content["notebooks"] or [], list):
        raise ManifestError(f"{MANIFEST}: 'notebooks' must be a list, one entry a notebook.")
    if not content["notebooks"]:
        raise ManifestError(f"{MANIFEST}: 'notebooks' lists none; one entry a notebook.")
    manifest = Manifest(root, tuple(_notebook(entry) for entry in content["notebooks"]))
    faults = _faults(manifest)
    if faults:
        raise ManifestError("\n".join(f"{MANIFEST}: {fault}" for fault in faults))
    return manifest


def _notebook(entry: Any) -> Notebook:
    name = entry.get("name") if isinstance(entry, dict) else entry
    if not isinstance(entry, dict) or not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ManifestError(f"{MANIFEST}: {name!r}: expected 'name: NN-verb-object' in each entry.")
    unknown, missing = set(entry) - _KEYS, {"title", "asks"} - set(entry)
    if unknown or missing:
        word = f"unknown key {sorted(map(str, unknown))}"
        word = word if unknown else f"{sorted(missing)} is missing"
        raise ManifestError(f"{MANIFEST}: {name}: {word}. Keys: {', '.join(sorted(_KEYS))}.")
    for key in ("title", "asks"):
        if not isinstance(entry[key], str) or not entry[key].strip():
            raise ManifestError(f"{MANIFEST}: {name}: '{key}' must be a text, got {entry[key]!r}.")
    lists = {key: entry.get(key) or [] for key in ("reads", "tables", "figures")}
    for key, items in lists.items():
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            raise ManifestError(f"{MANIFEST}: {name}: '{key}' must be a list of names.")
        if len(set(items)) < len(items):
            raise ManifestError(f"{MANIFEST}: {name}: '{key}' names one file twice.")
    return Notebook(
        name,
        " ".join(entry["title"].split()),
        " ".join(entry["asks"].split()),
        **{key: tuple(items) for key, items in lists.items()},
    )


def _faults(manifest: Manifest) -> list[str]:
    names = [one.name for one in manifest.notebooks]
    faults = []
    if names != sorted(names) or len({name[:2] for name in names}) < len(names):
        faults.append("the notebooks must stand in the order of their numbers, each number once.")
    made: dict[str, str] = {}
    for one in manifest.notebooks:
        faults += [f"{one.name}: {path}: {why}" for path, why in _wrong_reads(manifest, one, made)]
        faults += [f"{one.name}: {path}: {why}" for path, why in _wrong_writes(one, made)]
        made |= dict.fromkeys(one.writes, one.name)
        if not (manifest.root / one.path).is_file():
            faults.append(f"{one.name}: no file {one.path}.")
    return faults


def _wrong_reads(manifest: Manifest, one: Notebook, made: dict[str, str]) -> list[tuple[str, str]]:
    makers = manifest.makers()
    wrong = []
    for path in one.reads:
        if path in made or (_INPUT.fullmatch(path) and (manifest.root / path).is_file()):
            continue
        if path in makers:
            wrong.append((path, f"is written by {makers[path].name}, which does not run before."))
        else:
            wrong.append((path, "no such input, and no notebook before writes it."))
    return wrong


def _wrong_writes(one: Notebook, made: dict[str, str]) -> list[tuple[str, str]]:
    wrong = [(path, f"is written by {made[path]} already.") for path in one.writes if path in made]
    wrong += [
        (path, "a table is data/clean/NAME.csv or data/results/NAME.csv.")
        for path in one.tables
        if not _TABLE.fullmatch(path)
    ]
    wrong += [
        (name, f"a figure's name starts with {one.number}- and has no suffix.")
        for name in one.figures
        if not (_NAME.fullmatch(name) and name.startswith(one.number))
    ]
    return wrong
