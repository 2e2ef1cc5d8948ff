"""What the descriptions of Lean's calls share: its errors, lists, parameters and fixtures."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from marshmallow import fields, validate

from sandbox.engine.fields import Shape
from sandbox.engine.instants import parse_instant
from sandbox.lean.answers import REFUSALS
from sandbox.lean.errors import LeanError, forbidden, invalid, unauthorized
from sandbox.lean.wire import Uuid
from sandbox.openapi.description import Answer, Failure, Fields, SchemaLike, array, record

CUSTOMER = "1ea00000-0000-4000-8000-000000000001"
NEW_CUSTOMER = "1ea00000-0000-4000-8000-000000000002"
DESTINATION = "1ea00000-0000-4000-9000-000000000001"
PAYMENT = "1ea00000-0000-4000-a000-000000000001"
REFUND = "1ea00000-0000-4000-b000-000000000001"
"""Fixtures."""

UNKNOWN = "00000000-0000-4000-8000-000000000000"
_NOW = parse_instant("2027-01-01T09:00:00Z")


class Error(Shape):
    """An error of Lean's."""

    timestamp = fields.String(metadata={"format": "date-time"})
    status = fields.String()
    message = fields.String()
    metadata = fields.Constant(None)


def failures(*errors: LeanError) -> list[Failure]:
    """Errors that a call may answer."""
    return [Failure(error.http, error.status, error.body(_NOW)) for error in errors]


def error(same: Sequence[Failure]) -> SchemaLike:
    """What errors look like that have one of a few words."""
    words = sorted({failure.name for failure in same})
    return {"allOf": [Error, {"type": "object", "properties": {"status": {"enum": words}}}]}


def common(view: Callable[..., Any]) -> list[Failure]:
    """What any call may answer, and one that wants credentials besides."""
    admitted = [unauthorized(), forbidden()] if hasattr(view, "scope") else []
    return failures(
        *admitted, REFUSALS["not_found"], REFUSALS["rate_limited"], REFUSALS["unavailable"]
    )


def bad(field: str, value: object) -> LeanError:
    """A field or a parameter that is wrong in itself."""
    return invalid(field, value)


def ok(schema: SchemaLike) -> list[Answer]:
    """The usual success."""
    return [Answer(schema)]


class PageNumbers(Shape):
    """Which page this is, and how many there are."""

    number = fields.Integer()
    size = fields.Integer()
    total_elements = fields.Integer()
    total_pages = fields.Integer()


class SortedPageNumbers(PageNumbers):
    """The same, with a `sort` that is never said."""

    sort = fields.Constant(None)


def content(rows: SchemaLike) -> SchemaLike:
    """A page in the form that refunds and payouts have."""
    return record(content=array(rows), page=SortedPageNumbers)


def data(rows: SchemaLike, page: SchemaLike = PageNumbers) -> SchemaLike:
    """A page in the form that intents and deposits have."""
    return record(data=array(rows), page=page)


_MOST = 2**31 - 1


def paging(
    number: str = "page",
    size: str = "size",
    default: int = 50,
    most: int = _MOST,
    needed: bool = False,
) -> Fields:
    """The parameters that choose a page."""
    return {
        number: _whole("The page, from 0.", validate.Range(0, _MOST), None if needed else 0),
        size: _whole("Rows a page.", validate.Range(1, most), None if needed else default),
    }


def _whole(about: str, limits: validate.Range, default: int | None) -> fields.Integer:
    """A whole number; without a default it is needed."""
    if default is None:
        return fields.Integer(required=True, validate=limits, metadata={"description": about})
    return fields.Integer(load_default=default, validate=limits, metadata={"description": about})


def period(first: str, last: str) -> Fields:
    """The parameters that choose a span of time."""
    about = "A date, or a date-time (UTC unless it has an offset)"
    return {
        first: fields.String(metadata={"description": f"{about}: not before it."}),
        last: fields.String(metadata={"description": f"{about}: not after it."}),
    }


def word(words: Sequence[str], about: str) -> fields.String:
    """A parameter that has one of a few words."""
    return fields.String(validate=validate.OneOf(words), metadata={"description": about})


IDEMPOTENCY_KEY: Mapping[str, Any] = {
    "idempotency-key": fields.String(
        metadata={
            "description": "The same key with the same body is answered as before, for 24 hours."
        }
    )
}


def part_of_path(name: str) -> fields.Field[Any]:
    """All are UUIDs, but for the customer's name in the merchant's app."""
    if name == "app_user_id":
        return fields.String(validate=validate.Length(1, 255))
    return Uuid()
