"""What Lean's schemas share: batches, ids and pages."""

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import Schema, ValidationError

from sandbox.lean.errors import from_validation, invalid, missing
from sandbox.lean.wire import to_uuid

MOST_ITEMS = 100
DEFAULT_SIZE = 50
_MOST = 2**31 - 1


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
    default_size: int | None = DEFAULT_SIZE,
) -> tuple[int, int]:
    """The page, from 0, and its size; an empty one is absent.

    Args:
        query: the parameters.
        number: what the page's number is called here.
        size: what its size is called.
        default_size: what holds without one; None: both are needed.

    Raises:
        LeanError: 400 INVALID_PARAMETERS or MISSING_PARAMETERS.
    """
    if default_size is None:
        for name in (number, size):
            if not query.get(name):
                raise missing(name)
    return (
        _whole(number, query.get(number) or "0", 0),
        _whole(size, query.get(size) or str(default_size), 1),
    )


def _whole(name: str, text: str, least: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        raise invalid(name, text)
    if not least <= int(text) <= _MOST:
        raise invalid(name, text)
    return int(text)


def dump_page(rows: Sequence[object], total: int, number: int, size: int) -> dict[str, Any]:
    """A page in the form that refunds and payouts have (recorded)."""
    return {
        "content": rows,
        "page": {
            "number": number,
            "size": size,
            "total_elements": total,
            "total_pages": -(-total // size),
            "sort": None,
        },
    }
