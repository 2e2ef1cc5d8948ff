"""What the descriptions of Lahza's calls share: its envelope, errors, filters and fixtures."""

from collections.abc import Callable, Sequence
from typing import Any

from marshmallow import fields, validate

from sandbox.engine.fields import Shape
from sandbox.lahza.answers import REFUSALS
from sandbox.lahza.errors import LahzaError, invalid, malformed, unauthorized
from sandbox.lahza.schemas.common import MOST_PER_PAGE, Meta
from sandbox.openapi.description import (
    FORM,
    JSON,
    Answer,
    Failure,
    Fields,
    SchemaLike,
    array,
    const,
    record,
)

REFERENCE = "fixture-success"
TRANSACTION = 1004700001
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


def failures(*errors: LahzaError) -> list[Failure]:
    """Errors that a call may answer."""
    return [Failure(error.http, error.code, error.body(details=False)) for error in errors]


def error(_: Sequence[Failure]) -> SchemaLike:
    """All look alike: no client must branch on the message."""
    return Error


def common(view: Callable[..., Any]) -> list[Failure]:
    """What any call may answer, and one that wants a key besides."""
    admitted = (
        [unauthorized(header=False), unauthorized(header=True), malformed()]
        if hasattr(view, "wants_key")
        else []
    )
    return failures(
        *admitted,
        REFUSALS["forbidden"],
        REFUSALS["not_found"],
        REFUSALS["rate_limited"],
        REFUSALS["unavailable"],
    )


def ok(message: str, data: SchemaLike) -> list[Answer]:
    """The usual success, in the envelope."""
    return [Answer(record(status=const(True), message=const(message), data=data))]


def listed(message: str, rows: SchemaLike) -> list[Answer]:
    """A list in the envelope, with its `meta`."""
    return [Answer(record(status=const(True), message=const(message), data=array(rows), meta=Meta))]


PAGING: Fields = {
    "page": fields.Integer(
        validate=validate.Range(1, 10**9), metadata={"description": "The page, from 1."}
    ),
    "perPage": fields.Integer(
        validate=validate.Range(1, MOST_PER_PAGE), metadata={"description": "50 unless said."}
    ),
    "from": fields.String(metadata={"description": "A date or a date-time: not before it."}),
    "to": fields.String(
        metadata={"description": "A date, which is included, or a date-time: not after it."}
    ),
}
BAD_PAGE = invalid("page must be a number from 1 to 1000000000")


def part_of_path(name: str) -> fields.Field[Any]:
    """References, ids and codes are texts; a transaction's id is a number."""
    if name == "transaction_id":
        return fields.Integer(validate=validate.Range(0, 10**18 - 1))
    return fields.String()
