"""Writing JSON: compact, in raw UTF-8, with exact numbers."""

import json
from decimal import Decimal


def _plain(number: object) -> int | float:
    if not isinstance(number, Decimal):
        raise TypeError(f"{type(number)} has no JSON")
    return int(number) if number == number.to_integral_value() else float(number)


_encode = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_plain
).encode


_pretty = json.JSONEncoder(ensure_ascii=False, indent=2, allow_nan=False, default=_plain).encode


def to_json(value: object) -> bytes:
    """Compact JSON in raw UTF-8, without a trailing newline."""
    return _encode(value).encode()


def pretty_json(value: object) -> str:
    """JSON as people read it, a key a line."""
    return _pretty(value)
