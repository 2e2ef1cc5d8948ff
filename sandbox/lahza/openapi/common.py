"""What the descriptions of Lahza's calls share: its envelope, errors, filters and fixtures."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields, validate

from sandbox.engine.reading.fields import Shape, word
from sandbox.http.provider import Refusal
from sandbox.lahza.errors import unauthorized
from sandbox.lahza.responses import REFUSALS
from sandbox.lahza.schemas.common import MOST_PER_PAGE
from sandbox.openapi import description as api

REFERENCE = "fixture-success"
TRANSACTION = 1004700001
PARTLY_REFUNDED = 1004700004
REFUND = 3018203
"""Fixtures."""

EITHER = (api.JSON, api.FORM)
"""The forms of a body."""


class Hint(Shape):
    """What to do about an error."""

    nextStep = fields.String()  # noqa: N815


class Error(Shape):
    """An error; the last three keys come with the setting `error_details`."""

    status = fields.Constant(False)
    message = fields.String()
    meta = fields.Nested(Hint, metadata={"optional": True})
    type = word(["validation_error", "processor_error", "api_error"], metadata={"optional": True})
    code = fields.String(metadata={"optional": True})


def common(route: api.Route) -> list[api.Failure]:
    """What any call may answer, one that wants a key besides, and one with an open path."""
    refusals: list[Refusal] = ["unreadable", "forbidden", "rate_limited", "unavailable"]
    if route.open_parts:
        refusals += ["not_found"]
    errors = [*(REFUSALS[refusal] for refusal in refusals), unauthorized(header=True)]
    if hasattr(route.view, "wants"):
        errors += [unauthorized(header=False)]
    return [
        api.Failure(e.http, e.body(details=False), api.RETRY_AFTER.get(e.http, {})) for e in errors
    ]


def ok(message: str, data: api.SchemaLike, **more: api.SchemaLike) -> Mapping[str, Any]:
    """The usual success, in the envelope."""
    return api.record(status=api.const(True), message=api.const(message), data=data, **more)


PERIOD: api.Fields = {
    "from": api.moment("A date or a date-time: not before it."),
    "to": api.moment("A date, which is included, or a date-time: not after it."),
}
BAD_DATE: api.Wrong = {"from": ["today"]}
PAGING: api.Fields = {
    "page": api.whole("The page, from 1.", 1, 10**9),
    "perPage": api.whole("50 unless said.", 1, MOST_PER_PAGE),
    **PERIOD,
}
BAD_PAGE: api.Wrong = {"page": [0], "perPage": [1001], **BAD_DATE}


def part_of_path(name: str) -> api.Field:
    """References, ids and codes are texts; a transaction's id is a number."""
    if name == "transaction_id":
        return fields.Integer(validate=validate.Range(0, 10**18 - 1))
    return fields.String(metadata={"minLength": 1})
