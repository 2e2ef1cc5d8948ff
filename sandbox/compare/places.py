"""Places in JSON: `data.id`, `[0].refund_id`, `content[].status` (of each element)."""

import re
from collections.abc import Iterator
from typing import Any

Place = tuple[str | int | None, ...]
"""Keys, positions in lists, and None for each element of a list."""
_FORM = re.compile(r"(?:[^.\[\]]+|\[\d{0,6}\])(?:\.[^.\[\]]+|\[\d{0,6}\])*", re.ASCII)
_PART = re.compile(r"\[(\d*)\]|([^.\[\]]+)", re.ASCII)
WHOLE = "body"
"""How the whole of a body is named."""


def read_place(text: str) -> Place:
    """A place as it is written.

    Raises:
        ValueError: it is none.
    """
    if not _FORM.fullmatch(text):
        raise ValueError("must be a place such as data.id, [0].refund_id or content[].status")
    return tuple(key or (int(number) if number else None) for number, key in _PART.findall(text))


def general(place: Place) -> str:
    """A place as it is written, of each element of a list: `content[].status`."""
    parts = (f".{part}" if isinstance(part, str) else "[]" for part in place)
    return "".join(parts).removeprefix(".") or WHOLE


def values_at(value: Any, place: Place) -> Iterator[Any]:
    """What stands at a place: one value at most, unless it is of each element."""
    if not place:
        yield value
        return
    part, *rest = place
    if isinstance(part, str):
        if isinstance(value, dict) and part in value:
            yield from values_at(value[part], tuple(rest))
    elif isinstance(value, list):
        for item in value if part is None else value[part : part + 1]:
            yield from values_at(item, tuple(rest))
