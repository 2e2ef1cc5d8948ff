"""Values that are typed as `key=value`."""

import json
import math
from collections.abc import Iterable

import click


def read_value(text: str) -> object:
    """A number, true or false as in JSON; all else is text."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    is_one = isinstance(value, int) or (isinstance(value, float) and math.isfinite(value))
    return value if is_one else text


def pairs(option: str, given: Iterable[str]) -> dict[str, str]:
    """What an option that may be given again says of each key.

    Raises:
        BadParameter: there is no `=`, or a key stands there twice.
    """
    found: dict[str, str] = {}
    for text in given:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise click.BadParameter(f"{text!r} is not like name=value", param_hint=option)
        if key in found:
            raise click.BadParameter(f"{key} stands there twice", param_hint=option)
        found[key] = value
    return found
