"""Webhooks: addresses and deliveries."""

from collections.abc import Sequence

from marshmallow import fields, validate

from sandbox.admin.webhooks import Addressed, AddressedTo, Delivery, DeliveryFilter, address_schema
from sandbox.engine.provider.model import Model
from sandbox.openapi.description import (
    Answer,
    Operation,
    Operations,
    Sample,
    Step,
    array,
    record,
)

_ADDRESS = Sample({"provider": "lean"}, body={"url": "http://127.0.0.1:3000/webhooks"})
_NO_PROVIDER = _ADDRESS._replace(path={"provider": "stripe"})
_PAID = Step("POST", "/_sandbox/lahza/transactions", {"amount": 4500})
_REFUNDED = Step("POST", "/_sandbox/lean/payments", {"amount": 25})
_NOWHERE = Step("PUT", "/_sandbox/webhooks/lean", {"url": "http://127.0.0.1:9/lean"})
_LIST = [Answer(record(webhooks=array(AddressedTo)))]


def operations(models: Sequence[Model]) -> Operations:
    """The operations, for what some providers send."""
    takes = [type(address_schema(model.name, model.webhooks)) for model in models]
    domains = sorted({domain for model in models for domain in model.webhooks.channels if domain})
    return {
        "list_addresses": Operation("List where webhooks go", _LIST),
        "put_address": Operation(
            "Send webhooks to an address",
            [Answer(Addressed)],
            _ADDRESS,
            takes={"anyOf": takes},
            refused=[_ADDRESS.but(url="http://me:mine@127.0.0.1:3000"), _NO_PROVIDER],
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
            refused=[
                Sample({"provider": "lahza"}, {"domain": "sandbox"}),
                Sample({"provider": "stripe"}),
            ],
        ),
        "list_deliveries": Operation(
            "List the webhooks there were, and how each went",
            [
                Answer(
                    record(
                        deliveries=array(Delivery),
                        dropped={"type": "integer"},
                        more={
                            "type": "integer",
                            "description": "How many that match are older than those here.",
                        },
                    )
                )
            ],
            Sample(query={"event": "charge.success"}, before=[_PAID]),
            query=DeliveryFilter().fields,
            refused=[Sample(query={"limit": "all"})],
            about="Oldest first; `limit` leaves the latest. The page before: `before`, with the id "
            "of the first one here.",
        ),
        "redeliver": Operation(
            "Try a delivery once more",
            [Answer(Delivery)],
            Sample({"id": 1}, before=[_REFUNDED, _NOWHERE]),
            refused=[Sample({"id": 17}), Sample({"id": 1}, before=[_REFUNDED])],
        ),
    }
