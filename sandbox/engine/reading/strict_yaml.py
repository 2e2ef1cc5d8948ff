"""YAML with the words of 1.2, exact numbers, and no key twice: a bounded part of it.

The text's events are looked at first. They come one by one from a parser that does not recurse,
so nothing is built of a text that is nested too deep or says too much. Aliases and tags are
refused: they make much out of little, and values that JSON does not have.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import yaml

from sandbox.engine.reading.limits import (
    MOST_DEPTH,
    MOST_VALUES,
    TOO_DEEP,
    TOO_MANY,
    check_length,
    exact_number,
)

_Base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc, valid-type]
    """YAML without its old words: `on` is a key here, and a date is a text."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag.rsplit(":", 1)[1] in kept]
    for first, resolvers in _Base.yaml_implicit_resolvers.items()
    for kept in [{"null", "int", "float"} | ({"bool"} if first in "tTfF" else set())]
}


def _whole(loader: Any, node: yaml.ScalarNode) -> int:
    with _at(node):
        check_length(node.value)
        try:
            return int(_Base.construct_yaml_int(loader, node))
        except ValueError as error:  # such as 0x_
            raise ValueError("not a number") from error


def _exact(_: Any, node: yaml.ScalarNode) -> Decimal:
    with _at(node):
        return exact_number(node.value)


_Loader.add_constructor("tag:yaml.org,2002:int", _whole)
_Loader.add_constructor("tag:yaml.org,2002:float", _exact)

_TEXT = "tag:yaml.org,2002:str"
_LINE_END = "[\n\r\x85\u2028\u2029]"
_TAG_DIRECTIVE = re.compile(rf"(?:^\ufeff?|{_LINE_END})%TAG")
_UNPRINTABLE = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]",
)


class BadYaml(ValueError):
    """Text that is not such YAML."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


def parse(text: str) -> Any:
    """The content of a text.

    Raises:
        BadYaml: it isn't such YAML, is nested deeper than 50 or has more than 20,000 values, or
            a key stands twice in one mapping.
    """
    with _lines():
        loader, node = _compose(text)
        return None if node is None else loader.construct_document(node)


def line_of(text: str, path: tuple[str | int, ...]) -> int:
    """The line of what a path leads to, or of the last thing on the way that exists."""
    try:
        with _lines():
            _, node = _compose(text)
    except BadYaml:  # JSON that is no YAML
        return 1
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


def _compose(text: str) -> tuple[Any, yaml.Node | None]:
    """A loader, and the text's nodes, which know their lines."""
    _check_text(text)
    _check_events(text)
    loader = _Loader(text)
    node = loader.get_single_node()
    _check_keys(node)
    return loader, node


def _check_text(text: str) -> None:
    if bad := _UNPRINTABLE.search(text):
        raise BadYaml(_line_at(text, bad), f"the character U+{ord(bad[0]):04X} is not allowed")
    if bad := _TAG_DIRECTIVE.search(text):  # the parser compares each of these with all others
        raise BadYaml(_line_at(text, bad), "tags (%TAG) are not supported")


def _line_at(text: str, match: re.Match[str]) -> int:
    return len(re.findall(f"\r\n|{_LINE_END}", text[: match.end()])) + 1


def _check_events(text: str) -> None:
    depth = values = documents = 0
    events: Iterator[Any] = yaml.parse(text, Loader=_Loader)
    for event in events:
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            raise BadYaml(line, f"aliases (*{event.anchor}) are not supported")
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise BadYaml(line, "a second document begins here; a file holds one")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent):
            values += 1
            depth += isinstance(event, yaml.CollectionStartEvent)
            if event.tag not in (None, "!", _TEXT):
                tag = event.tag.replace("tag:yaml.org,2002:", "!!")
                raise BadYaml(line, f"tags ({tag}) are not supported")
            if depth > MOST_DEPTH:
                raise BadYaml(line, TOO_DEEP)
            if values > MOST_VALUES:
                raise BadYaml(line, TOO_MANY)


def _check_keys(node: yaml.Node | None) -> None:
    """Let each key be a text, as it is written, that stands once in its mapping."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise BadYaml(key.start_mark.line + 1, "a key must be a text")
            if key.value in seen:
                raise BadYaml(key.start_mark.line + 1, f"{key.value} stands here twice")
            seen.add(key.value)
            key.tag = _TEXT
            _check_keys(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            _check_keys(value)


@contextmanager
def _lines() -> Iterator[None]:
    """Let the parser's errors name the line."""
    try:
        yield
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadYaml(line, error.problem or error.context or "not YAML") from error
    except yaml.YAMLError as error:
        raise BadYaml(1, "not YAML") from error


@contextmanager
def _at(node: yaml.Node) -> Iterator[None]:
    """Let the error in a value name its line."""
    try:
        yield
    except ValueError as error:
        raise BadYaml(node.start_mark.line + 1, str(error)) from error
