"""Reading scenario files: YAML 1.2 words, no key twice, and errors that name the line."""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path as FilePath
from typing import Any

import yaml

from sandbox.engine.scenarios.language import load
from sandbox.engine.scenarios.script import Path, Scenario, ScenarioError, Vocabulary

_Base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc, valid-type]
    """YAML without its old words: `on` is a key here, and a date is a text."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag.rsplit(":", 1)[1] in kept]
    for first, resolvers in _Base.yaml_implicit_resolvers.items()
    for kept in [{"null", "int", "float", "merge"} | ({"bool"} if first in "tTfF" else set())]
}


def _exact(loader: Any, node: yaml.ScalarNode) -> Decimal:
    """A number that is not whole, as it stands: it may be money."""
    try:
        return Decimal(node.value)
    except InvalidOperation:
        raise yaml.MarkedYAMLError(problem="not a number", problem_mark=node.start_mark) from None


_Loader.add_constructor("tag:yaml.org,2002:float", _exact)


class BadFile(Exception):
    """A file that can't be used; the text names the file, the line and what is wrong there."""


def read(file: FilePath) -> tuple[Any, yaml.Node]:
    """A YAML file's content and its nodes, which know their lines.

    Raises:
        BadFile: it can't be read, or isn't YAML.
    """
    try:
        loader = _Loader(file.read_text("utf-8"))
        node = loader.get_single_node()
        for twice in _twice(node):
            raise BadFile(f"{file}:{twice.start_mark.line + 1}: {twice.value} stands here twice")
        return loader.construct_document(node), node
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadFile(f"{file}:{line}: {error.problem or error.context}") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError, ValueError) as error:
        raise BadFile(f"{file}: {error}") from error


def read_scenarios(folder: FilePath, vocabulary: Vocabulary) -> dict[str, Scenario]:
    """The scenarios of a folder, one a file, named after the files.

    Raises:
        BadFile: one of them makes no sense.
    """
    if not folder.is_dir():
        raise BadFile(f"{folder}: there is no such folder")
    scenarios = {}
    for file in sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")]):
        raw, node = read(file)
        try:
            scenario = load(raw, vocabulary, name=file.stem)
        except ScenarioError as error:
            raise BadFile(f"{file}:{line_of(node, error.path)}: {error}") from error
        if scenario.name in scenarios:
            raise BadFile(f"{file}: the name {scenario.name} is taken by another file")
        scenarios[scenario.name] = scenario
    return scenarios


def line_of(node: yaml.Node, path: Path) -> int:
    """The line of what a path leads to, or of the last thing on the way that exists."""
    line = node.start_mark.line + 1 if node else 1
    for part in path:
        inner = None
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value == str(part):
                    line, inner = key.start_mark.line + 1, value
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            inner = node.value[part] if part < len(node.value) else None
            line = inner.start_mark.line + 1 if inner else line
        if inner is None:
            break
        node = inner
    return line


def _twice(node: yaml.Node | None) -> Iterator[yaml.Node]:
    """The keys that stand a second time in one mapping."""
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            if key.value in seen:
                yield key
            seen.add(key.value if isinstance(key.value, str) else id(key))
            yield from _twice(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _twice(value)
