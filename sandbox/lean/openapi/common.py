"""What the descriptions of Lean's calls share: its errors, lists, parameters and fixtures."""

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import fields, validate

from sandbox.engine.reading.fields import DATE_OR_TIME, Shape
from sandbox.engine.values.instants import parse_instant
from sandbox.http.provider import Refusal
from sandbox.lean.idempotency import LONGEST_KEY
from sandbox.lean.listing import MOST_ROWS
from sandbox.lean.responses import REFUSALS
from sandbox.lean.schemas.common import MOST
from sandbox.lean.wire import Uuid
from sandbox.openapi.description import (
    RETRY_AFTER,
    Answer,
    Failure,
    Fields,
    Route,
    Sample,
    SchemaLike,
    Step,
    array,
    record,
)

CUSTOMER = "1ea00000-0000-4000-8000-000000000001"
NEW_CUSTOMER = "1ea00000-0000-4000-8000-000000000002"
DESTINATION = "1ea00000-0000-4000-9000-000000000001"
PAYMENT = "1ea00000-0000-4000-a000-000000000001"
UNRECONCILED = "1ea00000-0000-4000-a000-000000000002"
PARTLY_REFUNDED = "1ea00000-0000-4000-a000-000000000004"
INTENT = "0f5415b2-58de-41b1-baf7-d89024abafd7"
REFUND = "1ea00000-0000-4000-b000-000000000001"
"""Fixtures."""

UNKNOWN = "00000000-0000-4000-8000-000000000000"
NOT_CONFIGURED = Step("PATCH", "/_sandbox/lean/application", {"payouts_configured": False})
PAYOUTS_ALONE = Step("PATCH", "/_sandbox/lean/application", {"products": ["payouts"]})
_NOW = parse_instant("2027-01-01T09:00:00Z")


class Error(Shape):
    """An error of Lean's."""

    timestamp = fields.String(metadata={"format": "date-time"})
    status = fields.String()
    message = fields.String()
    metadata = fields.Constant(None)


def error(words: Sequence[str]) -> SchemaLike:
    """What errors look like that have one of a few words."""
    return {"allOf": [Error, {"type": "object", "properties": {"status": {"enum": words}}}]}


def common(route: Route) -> list[Failure]:
    """What any call may answer, and one with an open path besides."""
    refusals: list[Refusal] = ["unreadable", "unauthorized", "forbidden"]
    refusals += ["rate_limited", "unavailable"]
    if route.open_parts:
        refusals += ["not_found"]
    errors = [REFUSALS[refusal] for refusal in refusals]
    return [Failure(e.http, e.body(_NOW), RETRY_AFTER.get(e.http, {})) for e in errors]


def no_such(name: str, **others: object) -> list[Sample]:
    """Calls whose path names what is no id, and what is one that nothing has."""
    return [Sample({**others, name: value}) for value in ("abc", UNKNOWN)]


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


def paging(
    number: str = "page",
    size: str = "size",
    default: int = 50,
    most: int = MOST_ROWS,
    needed: bool = False,
) -> Fields:
    """The parameters that choose a page."""
    return {
        number: _whole("The page, from 0.", validate.Range(0, MOST), None if needed else 0),
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
        first: fields.Raw(metadata={**DATE_OR_TIME, "description": f"{about}: not before it."}),
        last: fields.Raw(metadata={**DATE_OR_TIME, "description": f"{about}: not after it."}),
    }


def word(words: Sequence[str], about: str) -> fields.String:
    """A parameter that has one of a few words."""
    return fields.String(validate=validate.OneOf(words), metadata={"description": about})


IDEMPOTENCY_KEY: Mapping[str, Any] = {
    "idempotency-key": fields.String(
        validate=validate.Length(max=LONGEST_KEY),
        metadata={
            "description": "The same key with the same body is answered as before, for 24 hours."
        },
    )
}


def part_of_path(name: str) -> fields.Field[Any]:
    """All are UUIDs, but for the customer's name in the merchant's app."""
    if name == "app_user_id":
        return fields.String(validate=validate.Length(1, 255))
    return Uuid()
