"""Webhooks: addresses and deliveries."""

from collections.abc import Sequence

from marshmallow import fields, validate

from sandbox.admin.webhooks import Addressed, AddressedTo, Delivery, DeliveryFilter, address_schema
from sandbox.engine.model import Model
from sandbox.http.problems import Problem, problems
from sandbox.openapi.description import (
    Answer,
    Operation,
    Operations,
    Sample,
    Step,
    array,
    record,
)

_PAID = Step("POST", "/_sandbox/lahza/transactions", {"amount": 4500})
_REFUNDED = Step("POST", "/_sandbox/lean/payments", {"amount": 25})
_NOWHERE = Step("PUT", "/_sandbox/webhooks/lean", {"url": "http://127.0.0.1:9/lean"})
_LIST = [Answer(record(webhooks=array(AddressedTo)))]


def operations(models: Sequence[Model]) -> Operations:
    """The operations, for what some providers send."""
    takes = [type(address_schema(model.name, model.webhooks)) for model in models]
    no_provider = Problem(404, "there is no provider 'stripe'; valid: lean, lahza")
    domains = sorted({domain for model in models for domain in model.webhooks.channels if domain})
    return {
        "list_addresses": Operation("List where webhooks go", _LIST),
        "put_address": Operation(
            "Send webhooks to an address",
            [Answer(Addressed)],
            Sample({"provider": "lean"}, body={"url": "http://127.0.0.1:3000/webhooks"}),
            takes={"anyOf": takes},
            failures=problems(
                Problem(400, "credentials don't belong in the URL", "url"), no_provider
            ),
        ),
        "delete_address": Operation(
            "Send webhooks nowhere",
            _LIST,
            Sample({"provider": "lean"}),
            query={
                "domain": fields.String(
                    validate=validate.OneOf(domains),
                    metadata={"description": "Where a provider tells them apart: one alone."},
                )
            },
            failures=problems(Problem(400, "there is no such key", "domain"), no_provider),
        ),
        "list_deliveries": Operation(
            "List the webhooks there were, and how each went",
            [Answer(record(deliveries=array(Delivery), dropped={"type": "integer"}))],
            Sample(query={"event": "charge.success"}, before=[_PAID]),
            query=DeliveryFilter().fields,
            failures=problems(Problem(400, "Not a valid integer.", "limit")),
            about="Oldest first; `limit` leaves the latest.",
        ),
        "redeliver": Operation(
            "Try a delivery once more",
            [Answer(Delivery)],
            Sample({"id": 1}, before=[_REFUNDED, _NOWHERE]),
            failures=problems(
                Problem(404, "there is no delivery 17"),
                Problem(409, "no address has been set for lean's webhooks"),
            ),
        ),
    }
