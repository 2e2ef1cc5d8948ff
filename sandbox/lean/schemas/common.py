"""What Lean's schemas share: reading bodies, parameters, pages and periods."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, TypeVar

from marshmallow import Schema, ValidationError, fields

from sandbox.engine.provider.resources import Listing
from sandbox.engine.values.instants import Instant
from sandbox.http.addresses import is_address
from sandbox.lean.dates import span
from sandbox.lean.errors import from_validation, invalid, missing
from sandbox.lean.wire import MOST_ROWS

T = TypeVar("T")
MOST_ITEMS = 100
DEFAULT_SIZE = 50
MOST = 2**31 - 1
"""The largest number of a page."""


def load(schema: Schema, raw: Any) -> Any:
    """Load a body: an object, or an array of 1 to 100 of them where the schema is of many.

    Raises:
        LeanError: 400, naming the first field at fault by its path.
    """
    kind = list if schema.many else dict
    if not isinstance(raw, kind) or (schema.many and not 1 <= len(raw) <= MOST_ITEMS):
        raise invalid("body", raw)
    try:
        return schema.load(raw)
    except ValidationError as error:
        raise from_validation(error, raw) from error


def parsed(parse: Callable[[str], T], name: str, text: str) -> T:
    """A parameter, or a part of a path.

    Args:
        parse: reads it, or raises ValueError.
        name: what it is called.
        text: what was sent.

    Raises:
        LeanError: 400 INVALID_PARAMETERS.
    """
    try:
        return parse(text)
    except ValueError as error:
        raise invalid(name, text) from error


def optional(parse: Callable[[str], T], query: Mapping[str, str], name: str) -> T | None:
    """Likewise, of a parameter that may be left out; an empty one is absent."""
    text = query.get(name)
    return parsed(parse, name, text) if text else None


def address_field(**rest: Any) -> fields.String:
    """Where a payer is sent back to: a page, or an app that has a scheme of its own."""
    return fields.String(
        validate=_require_address,
        metadata={"format": "uri", "description": "A URL, whole, or your app's own scheme."},
        **rest,
    )


def _require_address(text: str) -> None:
    if not is_address(text):
        raise ValidationError("not an address")


def load_page(
    query: Mapping[str, str],
    number: str = "page",
    size: str = "size",
    most: int = MOST_ROWS,
    default_size: int = DEFAULT_SIZE,
) -> tuple[int, int]:
    """How many rows stand on the pages before the one that is asked for, and how many on it.

    Args:
        query: the parameters; an empty one is absent.
        number: what the page's number, from 0, is called here.
        size: what its size is called.
        most: the largest size.
        default_size: what holds without one.

    Raises:
        LeanError: 400 INVALID_PARAMETERS.
    """
    page = _whole(number, query.get(number) or "0", 0, MOST)
    rows = _whole(size, query.get(size) or str(default_size), 1, most)
    return page * rows, rows


def load_listing(query: Mapping[str, str], default_size: int = DEFAULT_SIZE) -> Listing:
    """What a list call asks for that has no filters.

    Raises:
        LeanError: 400 INVALID_PARAMETERS.
    """
    page = load_page(query, "page_number", "page_size", default_size=default_size)
    return Listing({}, None, None, *page)


def _whole(name: str, text: str, least: int, most: int) -> int:
    is_number = text.isascii() and text.isdigit() and len(text) <= 10
    if not is_number or not least <= int(text) <= most:
        raise invalid(name, text)
    return int(text)


def load_needed_page(query: Mapping[str, str]) -> tuple[int, int]:
    """Likewise, of a call that wants `page` and `size` named.

    Raises:
        LeanError: 400 MISSING_PARAMETERS, INVALID_PARAMETERS.
    """
    for name in ("page", "size"):
        required(query, name)
    return load_page(query)


def load_period(
    query: Mapping[str, str], first: str = "from", last: str = "to"
) -> tuple[Instant | None, Instant | None]:
    """Two dates, or date-times (UTC unless they have an offset), both included.

    Args:
        query: the parameters; an empty one is absent.
        first: what the beginning is called.
        last: what the end is called.

    Raises:
        LeanError: 400 INVALID_PARAMETERS.
    """
    begin, end = optional(span, query, first), optional(span, query, last)
    return begin and begin[0], end and end[1]


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


def dump_page(rows: Sequence[object], total: int, asked: Listing) -> dict[str, Any]:
    """A page in the form that refunds and payouts have (recorded)."""
    return {"content": rows, "page": {**page_of(total, asked), "sort": None}}


def dump_data(rows: Sequence[object], total: int, asked: Listing, **more: object) -> dict[str, Any]:
    """A page in the form that intents and deposits have, and customers with more (documented)."""
    return {"data": rows, "page": {**page_of(total, asked), **more}}


def page_of(total: int, asked: Listing) -> dict[str, Any]:
    """Which page of a list it is."""
    return {
        "number": asked.offset // asked.size,
        "size": asked.size,
        "total_elements": total,
        "total_pages": -(-total // asked.size),
    }
