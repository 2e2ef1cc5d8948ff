"""`{placeholders}` in what a script says, and what they stand for."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

NAME = re.compile(r"[a-z][a-z0-9_]{0,49}", re.ASCII)
_PLACEHOLDER = re.compile(r"\{(" + NAME.pattern + r")\}", re.ASCII)


class Missing(Exception):
    """What a placeholder stands for is not known; the text is its name."""


def names_in(value: Any) -> Iterator[str]:
    """The names of the placeholders in a value's texts."""
    if isinstance(value, str):
        yield from _PLACEHOLDER.findall(value)
    elif isinstance(value, dict):
        for inner in value.values():
            yield from names_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from names_in(inner)


def filled(value: Any, values: Mapping[str, Any]) -> Any:
    """A value with all placeholders filled; one that is a whole text keeps its value's type.

    Raises:
        Missing: there is no value of that name.
    """
    if isinstance(value, str):
        whole = _PLACEHOLDER.fullmatch(value)
        return _get(values, whole[1]) if whole else _text(value, values)
    if isinstance(value, dict):
        return {key: filled(inner, values) for key, inner in value.items()}
    return [filled(inner, values) for inner in value] if isinstance(value, list) else value


def filled_path(path: str, values: Mapping[str, Any]) -> str:
    """A path, with its query, whose placeholders are filled and encoded.

    Raises:
        Missing: there is no value of that name.
    """
    return _PLACEHOLDER.sub(lambda match: quote(str(_get(values, match[1])), safe=""), path)


def _text(text: str, values: Mapping[str, Any]) -> str:
    return _PLACEHOLDER.sub(lambda match: str(_get(values, match[1])), text)


def _get(values: Mapping[str, Any], name: str) -> Any:
    if name not in values:
        raise Missing(name)
    return values[name]
