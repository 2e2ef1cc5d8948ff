"""JSON as it was written: the order of keys, and numbers as texts."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias


class Number(NamedTuple):
    """A number as it stands in the text, such as `35.0`."""

    text: str


Node: TypeAlias = "Mapping[str, Any] | Sequence[Any] | str | bool | Number | None"
"""Any JSON value, with its numbers as `Number`."""


def parse(raw: bytes) -> Node:
    """The value of a text.

    Raises:
        ValueError: it is no JSON.
    """
    try:
        decoder = json.JSONDecoder(parse_int=Number, parse_float=Number, parse_constant=Number)
        value: Node = decoder.decode(raw.decode("utf-8-sig").strip(" \t\r\n"))
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    return value


def write(node: Node) -> str:
    """A value as a text, its numbers as they were."""
    if isinstance(node, Number):
        return node.text
    if isinstance(node, dict):
        pairs = (f"{json.dumps(key, ensure_ascii=False)}:{write(v)}" for key, v in node.items())
        return "{" + ",".join(pairs) + "}"
    if isinstance(node, list):
        return "[" + ",".join(map(write, node)) + "]"
    return json.dumps(node, ensure_ascii=False)


def at(node: Node, path: str) -> Node:
    """What stands at a path such as `data.0.id`; None: nothing does."""
    for part in path.split(".") if path else ():
        if isinstance(node, dict):
            node = node.get(part)
        elif isinstance(node, list) and part.isdecimal() and int(part) < len(node):
            node = node[int(part)]
        else:
            return None
    return node


def plain(node: Node) -> str:
    """A value as a text to put into a call."""
    if isinstance(node, str):
        return node
    return node.text if isinstance(node, Number) else write(node)
