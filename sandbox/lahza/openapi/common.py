"""What the descriptions of Lahza's calls share: its envelope, errors, filters and fixtures."""

from collections.abc import Sequence
from typing import Any

from marshmallow import fields, validate

from sandbox.engine.reading.fields import DATE_OR_TIME, Shape
from sandbox.http.provider import Refusal
from sandbox.lahza.errors import unauthorized
from sandbox.lahza.responses import REFUSALS
from sandbox.lahza.schemas.common import MOST_PER_PAGE, Meta
from sandbox.openapi.description import (
    FORM,
    JSON,
    RETRY_AFTER,
    Answer,
    Failure,
    Fields,
    Route,
    Sample,
    SchemaLike,
    array,
    const,
    record,
)

REFERENCE = "fixture-success"
TRANSACTION = 1004700001
PARTLY_REFUNDED = 1004700004
REFUND = 3018203
"""Fixtures."""

EITHER = (JSON, FORM)
"""The forms of a body."""


class Hint(Shape):
    """What to do about an error."""

    nextStep = fields.String()  # noqa: N815


class Error(Shape):
    """An error; the last three keys come with the setting `error_details`."""

    status = fields.Constant(False)
    message = fields.String()
    meta = fields.Nested(Hint, metadata={"optional": True})
    type = fields.String(
        validate=validate.OneOf(["validation_error", "processor_error", "api_error"]),
        metadata={"optional": True},
    )
    code = fields.String(metadata={"optional": True})


def error(_: Sequence[str]) -> SchemaLike:
    """All look alike: no client must branch on the message."""
    return Error


def common(route: Route) -> list[Failure]:
    """What any call may answer, one that wants a key besides, and one with an open path."""
    refusals: list[Refusal] = ["unreadable", "forbidden", "rate_limited", "unavailable"]
    if route.open_parts:
        refusals += ["not_found"]
    errors = [*(REFUSALS[refusal] for refusal in refusals), unauthorized(header=True)]
    if hasattr(route.view, "wants_key"):
        errors += [unauthorized(header=False)]
    return [Failure(e.http, e.body(details=False), RETRY_AFTER.get(e.http, {})) for e in errors]


def ok(message: str, data: SchemaLike) -> list[Answer]:
    """The usual success, in the envelope."""
    return [Answer(record(status=const(True), message=const(message), data=data))]


def listed(message: str, rows: SchemaLike) -> list[Answer]:
    """A list in the envelope, with its `meta`."""
    return [Answer(record(status=const(True), message=const(message), data=array(rows), meta=Meta))]


PERIOD: Fields = {
    "from": fields.Raw(
        metadata={**DATE_OR_TIME, "description": "A date or a date-time: not before it."}
    ),
    "to": fields.Raw(
        metadata={
            **DATE_OR_TIME,
            "description": "A date, which is included, or a date-time: not after it.",
        }
    ),
}
BAD_DATE = Sample(query={"from": "today"})
PAGING: Fields = {
    "page": fields.Integer(
        validate=validate.Range(1, 10**9), metadata={"description": "The page, from 1."}
    ),
    "perPage": fields.Integer(
        validate=validate.Range(1, MOST_PER_PAGE), metadata={"description": "50 unless said."}
    ),
    **PERIOD,
}
BAD_PAGE = [Sample(query={"page": 0}), Sample(query={"perPage": 1001}), BAD_DATE]


def part_of_path(name: str) -> fields.Field[Any]:
    """References, ids and codes are texts; a transaction's id is a number."""
    if name == "transaction_id":
        return fields.Integer(validate=validate.Range(0, 10**18 - 1))
    return fields.String(metadata={"minLength": 1})
