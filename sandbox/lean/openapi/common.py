"""What the descriptions of Lean's calls share: its errors, lists, parameters and fixtures."""

from collections.abc import Sequence
from typing import Any

from marshmallow import fields, validate

from sandbox.engine.reading.fields import Shape
from sandbox.engine.values.instants import parse_instant
from sandbox.http.provider import Refusal
from sandbox.lean.idempotency import LONGEST_KEY
from sandbox.lean.responses import REFUSALS
from sandbox.lean.schemas.common import MOST
from sandbox.lean.wire import MOST_ROWS, Uuid
from sandbox.openapi import description as api

CUSTOMER = "1ea00000-0000-4000-8000-000000000001"
NEW_CUSTOMER = "1ea00000-0000-4000-8000-000000000002"
DESTINATION = "1ea00000-0000-4000-9000-000000000001"
PAYMENT = "1ea00000-0000-4000-a000-000000000001"
SOURCE = "4a7ff5c7-1ea0-497f-aac7-160bcf4f8da3"
UNRECONCILED = "1ea00000-0000-4000-a000-000000000002"
PARTLY_REFUNDED = "1ea00000-0000-4000-a000-000000000004"
INTENT = "0f5415b2-58de-41b1-baf7-d89024abafd7"
REFUND = "1ea00000-0000-4000-b000-000000000001"
"""Fixtures."""

UNKNOWN = "00000000-0000-4000-8000-000000000000"
NO_ID = ("abc", UNKNOWN)
"""What is no id, and what is one that nothing has."""
NOT_CONFIGURED = api.Case(
    after=[api.Step("PATCH", "/_sandbox/lean/application", {"payouts_configured": False})]
)
_NOW = parse_instant("2027-01-01T09:00:00Z")


class Error(Shape):
    """An error of Lean's."""

    timestamp = fields.String(metadata={"format": "date-time"})
    status = fields.String()
    message = fields.String()
    metadata = fields.Constant(None)
    # only errors about a consent's state have one
    granular_status_code = fields.String(metadata={"optional": True})


def error(words: Sequence[str]) -> api.SchemaLike:
    """What errors look like that have one of a few words."""
    said = {"status": {"type": "string", "enum": words}}
    return {"allOf": [Error, {"type": "object", "properties": said}]}


def common(route: api.Route) -> list[api.Failure]:
    """What any call may answer, and one with an open path besides."""
    refusals: list[Refusal] = ["unreadable", "unauthorized", "forbidden"]
    refusals += ["rate_limited", "unavailable"]
    if route.open_parts:
        refusals += ["not_found"]
    errors = [REFUSALS[refusal] for refusal in refusals]
    return [api.Failure(e.http, e.body(_NOW), api.RETRY_AFTER.get(e.http, {})) for e in errors]


class PageNumbers(Shape):
    """Which page this is, and how many there are."""

    number = fields.Integer()
    size = fields.Integer()
    total_elements = fields.Integer()
    total_pages = fields.Integer()


class SortedPageNumbers(PageNumbers):
    """The same, with a `sort` that is never said."""

    sort = fields.Constant(None)


def content(rows: api.SchemaLike) -> api.SchemaLike:
    """A page in the form that refunds and payouts have."""
    return api.record(content=api.array(rows), page=SortedPageNumbers)


def data(rows: api.SchemaLike, page: api.SchemaLike = PageNumbers) -> api.SchemaLike:
    """A page in the form that intents and deposits have."""
    return api.record(data=api.array(rows), page=page)


def paging(
    number: str = "page", size: str = "size", default: int = 50, most: int = MOST_ROWS
) -> api.Fields:
    """The parameters that choose a page."""
    return {
        number: api.whole("The page, from 0.", 0, MOST, load_default=0),
        size: api.whole("Rows a page.", 1, most, load_default=default),
    }


def day(about: str, **rest: Any) -> fields.String:
    """A parameter that is a date."""
    return fields.String(metadata={"format": "date", "description": about}, **rest)


NEEDED_PAGING: api.Fields = {
    "page": api.whole("The page, from 0.", 0, MOST, required=True),
    "size": api.whole("Rows a page.", 1, MOST_ROWS, required=True),
}
_MOMENT = "A date, or a date-time (UTC unless it has an offset)"
PERIOD: api.Fields = {
    "from": api.moment(f"{_MOMENT}: not before it."),
    "to": api.moment(f"{_MOMENT}: not after it."),
}
IDEMPOTENCY_KEY: api.Fields = {
    "idempotency-key": api.text(
        "The same key with the same body is answered as before, for 24 hours.",
        validate=validate.Length(max=LONGEST_KEY),
    )
}


def part_of_path(name: str) -> api.Field:
    """All are UUIDs, but for the customer's name in the merchant's app."""
    if name == "app_user_id":
        return fields.String(validate=validate.Length(1, 255))
    return Uuid()
