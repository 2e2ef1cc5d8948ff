"""What Lean's schemas share: batches, ids, pages and periods."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from marshmallow import Schema, ValidationError

from sandbox.lean.dates import ALWAYS, Period, span
from sandbox.lean.errors import from_validation, invalid, missing
from sandbox.lean.listing import MOST_ROWS
from sandbox.lean.wire import to_uuid

MOST_ITEMS = 100
DEFAULT_SIZE = 50
MOST = 2**31 - 1
"""The largest number of a page."""


def load_batch(schema: Schema, raw: object) -> list[dict[str, Any]]:
    """Load an array of 1 to 100 items.

    Raises:
        LeanError: 400, naming the first field at fault by its path.
    """
    if not isinstance(raw, list) or not 1 <= len(raw) <= MOST_ITEMS:
        raise invalid("body", raw)
    try:
        return list(schema.load(raw))
    except ValidationError as error:
        raise from_validation(error, raw) from error


def load_object(schema: Schema, raw: object) -> dict[str, Any]:
    """Load an object.

    Raises:
        LeanError: 400, naming the first field at fault by its path.
    """
    if not isinstance(raw, dict):
        raise invalid("body", raw)
    try:
        return dict(schema.load(raw))
    except ValidationError as error:
        raise from_validation(error, raw) from error


def load_uuid(name: str, value: str) -> str:
    """A UUID from a path.

    Raises:
        LeanError: 400 INVALID_PARAMETERS.
    """
    try:
        return to_uuid(value)
    except ValueError as error:
        raise invalid(name, value) from error


def load_page(
    query: Mapping[str, str],
    number: str = "page",
    size: str = "size",
    most: int = MOST_ROWS,
    default_size: int = DEFAULT_SIZE,
) -> tuple[int, int]:
    """The page, from 0, and its size; an empty one is absent.

    Args:
        query: the parameters.
        number: what the page's number is called here.
        size: what its size is called.
        most: the largest size.
        default_size: what holds without one.

    Raises:
        LeanError: 400 INVALID_PARAMETERS.
    """
    return (
        _whole(number, query.get(number) or "0", 0, MOST),
        _whole(size, query.get(size) or str(default_size), 1, most),
    )


def _whole(name: str, text: str, least: int, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        raise invalid(name, text)
    if not least <= int(text) <= most:
        raise invalid(name, text)
    return int(text)


def load_needed_page(query: Mapping[str, str]) -> tuple[int, int]:
    """The page and its size, of a call that wants both named.

    Raises:
        LeanError: 400 MISSING_PARAMETERS, INVALID_PARAMETERS.
    """
    for name in ("page", "size"):
        required(query, name)
    return load_page(query)


def load_period(query: Mapping[str, str]) -> Period:
    """`from` and `to`: dates, or date-times (UTC unless they have an offset), both included.

    Raises:
        LeanError: 400 INVALID_PARAMETERS.
    """
    return _span(query, "from").to(_span(query, "to"))


def _span(query: Mapping[str, str], name: str) -> Period:
    text = query.get(name)
    try:
        return span(text) if text else ALWAYS
    except ValueError as error:
        raise invalid(name, text) from error


def required(query: Mapping[str, str], name: str) -> str:
    """A parameter that a call can't do without; an empty one is absent.

    Raises:
        LeanError: 400 MISSING_PARAMETERS.
    """
    if not query.get(name):
        raise missing(name)
    return query[name]


def one_of(query: Mapping[str, str], name: str, words: Collection[str]) -> str | None:
    """A parameter that has one of a few words; an empty one is absent.

    Raises:
        LeanError: 400 INVALID_PARAMETERS.
    """
    word = query.get(name) or None
    if word is not None and word not in words:
        raise invalid(name, word)
    return word


def dump_page(rows: Sequence[object], total: int, number: int, size: int) -> dict[str, Any]:
    """A page in the form that refunds and payouts have (recorded)."""
    return {"content": rows, "page": {**_page(total, number, size), "sort": None}}


def dump_data(rows: Sequence[object], total: int, number: int, size: int) -> dict[str, Any]:
    """A page in the form that intents and deposits have (documented)."""
    return {"data": rows, "page": _page(total, number, size)}


def _page(total: int, number: int, size: int) -> dict[str, Any]:
    return {
        "number": number,
        "size": size,
        "total_elements": total,
        "total_pages": -(-total // size),
    }
