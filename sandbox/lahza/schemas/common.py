"""What Lahza's schemas share: optional texts, currencies, filters and pages."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from sandbox.engine.provider.resources import Listing
from sandbox.engine.reading.fields import Shape
from sandbox.engine.values.instants import Instant
from sandbox.lahza.errors import from_validation, invalid
from sandbox.lahza.wire import CURRENCIES, end_of, moment, whole

MOST_PER_PAGE = 1000
UNSUPPORTED = "Currency not supported by merchant"


def text_field(message: str, about: str = "") -> fields.String:
    """An optional text; `message` is said of anything else, and `about` in the documents."""
    metadata = {"description": about} if about else {}
    return fields.String(load_default=None, error_messages={"invalid": message}, metadata=metadata)


def currency_field(default: str | None) -> fields.String:
    """An optional currency."""
    return fields.String(
        load_default=default,
        allow_none=True,
        validate=validate.OneOf(CURRENCIES, error=UNSUPPORTED),
        error_messages={"invalid": UNSUPPORTED},
    )


def load(schema: Schema, raw: Mapping[str, Any]) -> dict[str, Any]:
    """Load a body; an explicit null is as if absent.

    Raises:
        LahzaError: 400.
    """
    try:
        return dict(schema.load({k: v for k, v in raw.items() if v is not None}))
    except ValidationError as error:
        raise from_validation(error) from error


def listing_of(raw: Mapping[str, str], filters: Mapping[str, Any]) -> Listing:
    """What a list call asks for: its filters, its dates and its page.

    Raises:
        LahzaError: 400.
    """
    since, until = _date(raw, "from", moment), _date(raw, "to", end_of)
    number, size = _count(raw, "page", 1, 10**9), _count(raw, "perPage", 50, MOST_PER_PAGE)
    return Listing(filters, since, until, (number - 1) * size, size)


def given(raw: Mapping[str, Any]) -> dict[str, str]:
    """The filters that are given, as texts; an empty value or a null is as if absent.

    Raises:
        LahzaError: 400, one of them is no text and no number.
    """
    texts = {}
    for name, value in raw.items():
        if value is None or value == "":
            continue
        if isinstance(value, bool | list | dict):
            raise invalid(f"{name} is invalid")
        texts[name] = str(value)
    return texts


def _date(raw: Mapping[str, str], name: str, read: Any) -> Instant | None:
    try:
        return read(raw[name]) if name in raw else None
    except (ValueError, OverflowError) as error:
        raise invalid(f"{name} must be a valid date") from error


def _count(raw: Mapping[str, str], name: str, default: int, most: int) -> int:
    try:
        count = whole(raw.get(name, default))
    except ValueError:
        count = 0
    if not 1 <= count <= most:
        raise invalid(f"{name} must be a number from 1 to {most}")
    return count


class Meta(Shape):
    """Which page of a list this is."""

    total = fields.Integer()
    skipped = fields.Integer()
    perPage = fields.Integer()  # noqa: N815
    page = fields.Integer()
    pageCount = fields.Integer()  # noqa: N815


def dump_meta(total: int, listing: Listing) -> dict[str, Any]:
    """The `meta` of a list."""
    return {
        "total": total,
        "skipped": min(total, listing.offset),
        "perPage": listing.size,
        "page": listing.offset // listing.size + 1,
        "pageCount": -(-total // listing.size),
    }
