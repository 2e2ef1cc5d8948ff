"""Parameters in the texts of a script: `{payment}` stands for a value."""

import re
from collections.abc import Mapping
from typing import Any

from sandbox.engine.scenarios.vocabulary import Scalar

_TEMPLATE = re.compile(r"\{([a-z_][a-z0-9_]*)\}")


def named(raw: object) -> list[str]:
    """The parameters that are named in a step or a part of one, each as often as it is."""
    if isinstance(raw, str):
        return _TEMPLATE.findall(raw)
    if isinstance(raw, Mapping):
        return [name for value in raw.values() for name in named(value)]
    if isinstance(raw, list):
        return [name for value in raw for name in named(value)]
    return []


def fill(raw: Any, values: Mapping[str, Scalar]) -> Any:
    """A step with its parameters put in. Alone in a text, a value keeps its kind."""
    if isinstance(raw, str):
        if whole := _TEMPLATE.fullmatch(raw):
            return values[whole[1]]
        return _TEMPLATE.sub(lambda match: str(values[match[1]]), raw)
    if isinstance(raw, Mapping):
        return {key: fill(value, values) for key, value in raw.items()}
    if isinstance(raw, list):
        return [fill(value, values) for value in raw]
    return raw
