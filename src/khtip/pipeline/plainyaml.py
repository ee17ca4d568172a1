"""YAML files that people write, read as plain data: no tags, no anchors, no key twice.

PyYAML's safe loader builds no objects, but it still lets a few lines stand for billions of values
(aliases), runs out of stack on nested brackets, and keeps only the last of two equal keys. None
of these has a use in a scenario, so each is refused with its line before anything is built.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from khtip.inputs.filetext import read_text

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


def read(root: Path, file: str) -> Any:
    """Return what a YAML file says, as plain data.

    Parameters
    ----------
    root : Path
        The project.
    file : str
        The file, relative to it.

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
