"""The requests seen."""

from collections.abc import Sequence

from marshmallow import fields, validate

from sandbox.admin.requests import RequestFilter, SeenRequest
from sandbox.openapi.description import Answer, Operation, Operations, Sample, Step, array, record

_LIST = [Answer(record(requests=array(SeenRequest), dropped={"type": "integer"}))]


def operations(providers: Sequence[str]) -> Operations:
    """The operations, for some providers."""
    provider = fields.String(validate=validate.OneOf(providers))
    return {
        "list_requests": Operation(
            "List the requests seen, and what answered them",
            _LIST,
            Sample(
                query={"path": "/payouts/*/reasons", "limit": 1},
                before=[Step("GET", "/payouts/refunds/reasons")],
            ),
            query={**RequestFilter().fields, "provider": provider},
            refused=[Sample(query={"provider": "stripe"})],
            about="Newest first. `body.{field}` asks for a value in the body: `body.amount=35`.",
        ),
        "clear_requests": Operation("Forget the requests seen", _LIST),
    }
