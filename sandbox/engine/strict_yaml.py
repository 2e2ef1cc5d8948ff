"""YAML with the words of 1.2, exact numbers, and no key twice."""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

import yaml

_Base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc, valid-type]
    """YAML without its old words: `on` is a key here, and a date is a text."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag.rsplit(":", 1)[1] in kept]
    for first, resolvers in _Base.yaml_implicit_resolvers.items()
    for kept in [{"null", "int", "float", "merge"} | ({"bool"} if first in "tTfF" else set())]
}


def _exact(_: Any, node: yaml.ScalarNode) -> Decimal:
    """A number that is not whole, as it stands: it may be money."""
    try:
        number = Decimal(node.value)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise yaml.MarkedYAMLError(problem="not a number", problem_mark=node.start_mark)
    return number


_Loader.add_constructor("tag:yaml.org,2002:float", _exact)


class BadYaml(ValueError):
    """Text that is not such YAML."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


def parse(text: str) -> tuple[Any, yaml.Node | None]:
    """The content of a text, and its nodes, which know their lines.

    Raises:
        BadYaml: it isn't YAML, or a key stands twice in one mapping.
    """
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        for key in _twice(node):
            raise BadYaml(key.start_mark.line + 1, f"{key.value} stands here twice")
        return None if node is None else loader.construct_document(node), node
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadYaml(line, error.problem or error.context or "not YAML") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        if isinstance(error, BadYaml):
            raise
        raise BadYaml(1, str(error)) from error


def line_of(node: yaml.Node | None, path: tuple[str | int, ...]) -> int:
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
        seen: set[object] = set()
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    yield key
                seen.add(key.value)
            yield from _twice(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _twice(value)
