"""JSON whose numbers stay as they are written: 35, 35.0 and 35.00 are not the same here."""

import json
from decimal import Decimal
from typing import Any, NoReturn

from sandbox.engine.reading.limits import MOST_DEPTH, levels


class Number(str):
    """A number of JSON, as it is written."""

    __slots__ = ()


class NotJson(Exception):
    """Bytes that are no JSON, or JSON that is nested deeper than 50."""


def _no_constant(word: str) -> NoReturn:
    raise ValueError(word)


_decode = json.JSONDecoder(parse_int=Number, parse_float=Number, parse_constant=_no_constant).decode


def read(raw: bytes) -> Any:
    """A value, its numbers as `Number`.

    Raises:
        NotJson: it is none.
    """
    try:
        text = raw.decode("utf-8-sig")
        value = _decode(text.strip(" \t\r\n"))
        if "\\u" in text:  # it may say half of a character
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise NotJson from error
    if text.count("[") + text.count("{") > MOST_DEPTH and len(list(levels(value))) > MOST_DEPTH:
        raise NotJson
    return value


def written(value: Any) -> str:
    """Compact JSON of a value that was read here, or from a file; its numbers as they were."""
    if isinstance(value, dict):
        pairs = (f"{_text(key)}:{written(inner)}" for key, inner in value.items())
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(written, value)) + "]"
    if isinstance(value, Number | Decimal):
        return str(value)
    return _text(value)


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
