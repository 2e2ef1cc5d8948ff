"""Bodies in and out: strict JSON with exact numbers, forms, and compact answers."""

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from flask import Request, Response

from sandbox.engine.reading.limits import (
    LONGEST_NUMBER,
    MOST_DEPTH,
    MOST_EXPONENT,
    TOO_DEEP,
    levels,
)
from sandbox.engine.values.json_text import to_json

MOST_BYTES = 1024 * 1024
"""The longest body that is read."""


class Malformed(Exception):
    """A body that is not what it should be; the text says why."""


def _no_constant(word: str) -> NoReturn:
    raise Malformed(f"{word} is not a JSON number")


def _integer(text: str) -> int | Decimal:
    return int(text) if len(text) <= LONGEST_NUMBER else _number(text)


def _number(text: str) -> Decimal:
    """The number; one beyond what a double holds becomes one that is plainly too big or small."""
    sign = "-" if text[0] == "-" else ""
    try:
        number = Decimal(text)
    except InvalidOperation:  # an exponent of more than 18 digits
        number = Decimal(f"{sign}1e-400" if "e-" in text.lower() else f"{sign}1e400")
    if number and abs(number.adjusted()) > MOST_EXPONENT:
        return Decimal(f"{sign}1e{MOST_EXPONENT if number.adjusted() > 0 else -MOST_EXPONENT}")
    return number


_decoder = json.JSONDecoder(parse_int=_integer, parse_float=_number, parse_constant=_no_constant)


def read_json(raw: bytes) -> Any:
    """Parse a body as JSON in UTF-8. Numbers are `int`, or `Decimal` when not whole.

    Raises:
        Malformed: not JSON, not UTF-8, a lone surrogate, NaN, or nested deeper than 50.
    """
    try:
        text = raw.decode("utf-8-sig")
        value = _decoder.decode(text.strip(" \t\r\n"))
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False, default=str).encode()
    except (ValueError, RecursionError) as error:
        raise Malformed(_said(error)) from error
    if text.count("[") + text.count("{") > MOST_DEPTH and len(list(levels(value))) > MOST_DEPTH:
        raise Malformed(TOO_DEEP)
    return value


def _said(error: Exception) -> str:
    """What is wrong, in words that are not Python's."""
    if isinstance(error, UnicodeDecodeError):
        return f"not UTF-8 at byte {error.start + 1}"
    if isinstance(error, UnicodeEncodeError):
        return "half a character, written as a lone surrogate"
    if isinstance(error, RecursionError):
        return TOO_DEEP
    if isinstance(error, json.JSONDecodeError):
        return f"wrong at line {error.lineno}, column {error.colno}"
    return "not JSON"


def read_object(request: Request) -> dict[str, Any]:
    """A request's fields, from a JSON object or a form, as its Content-Type says; none: none.

    Raises:
        Malformed: the body is JSON but no object, or not JSON.
    """
    if request.mimetype in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return request.form.to_dict()
    raw = request.get_data(cache=True)
    if not raw:
        return {}
    value = read_json(raw)
    if not isinstance(value, dict):
        raise Malformed("not a JSON object")
    return value


class _Whole(Response):
    """An answer whose bytes are all there; it is sent as it is, without werkzeug's last look."""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response(self.status, list(self.headers))
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [self.get_data()]


def json_response(
    value: object, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """An answer of compact JSON; its content type names no charset. Bytes are JSON already."""
    body = value if isinstance(value, bytes) else to_json(value)
    return _Whole(body, status, headers, content_type="application/json")
