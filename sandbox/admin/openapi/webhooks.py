"""Webhooks: addresses and deliveries."""

from collections.abc import Sequence

from sandbox.admin.webhooks import (
    Addressed,
    AddressedTo,
    Delivery,
    DeliveryFilter,
    Pulled,
    Reported,
    address_schema,
)
from sandbox.engine.provider.model import Model
from sandbox.openapi.description import Case, Operation, Operations, Step, array, record, word

_LIST = record(webhooks=array(AddressedTo))
_OLDER = {"type": "integer", "description": "How many that match are older than those here."}
_PAID = Step("POST", "/_sandbox/lahza/transactions", {"amount": 4500})
_REFUNDED = Step("POST", "/_sandbox/lean/payments", {"amount": 25})
_NOWHERE = Step("PUT", "/_sandbox/webhooks/lean", {"url": "http://127.0.0.1:9/lean"})
_PULLS = Step("PUT", "/_sandbox/webhooks/lean", {"url": "pull:"})
_ANSWERED = Step("POST", "/_sandbox/webhooks/deliveries/1/answer", {"status": 200})
_STOPPED = Step("DELETE", "/_sandbox/webhooks/lean")


def operations(models: Sequence[Model]) -> Operations:
    """The operations, for what some providers send."""
    takes = [type(address_schema(model.name, model.webhooks)) for model in models]
    domains = sorted({domain for model in models for domain in model.webhooks.channels if domain})
    return {
        "list_addresses": Operation("List where webhooks go", _LIST),
        "put_address": Operation(
            "Send webhooks to an address",
            Addressed,
            {"provider": "lean", "url": "http://127.0.0.1:3000/webhooks"},
            takes={"anyOf": takes},
            wrong={"url": ["http://me:mine@127.0.0.1:3000"], "provider": ["stripe"]},
        ),
        "delete_address": Operation(
            "Send webhooks nowhere",
            _LIST,
            {"provider": "lean"},
            query={"domain": word(domains, "Where a provider tells them apart: one alone.")},
            wrong={"provider": ["stripe"]},
            refused=[Case({"provider": "lahza", "domain": "sandbox"})],
        ),
        "list_deliveries": Operation(
            "List the webhooks there were, and how each went",
            record(deliveries=array(Delivery), dropped={"type": "integer"}, more=_OLDER),
            {"event": "charge.success"},
            before=[_PAID],
            query={**DeliveryFilter().fields, "provider": word([model.name for model in models])},
            wrong={"limit": ["all"]},
            about="As they went out; `limit` leaves the latest. The page before: `before`, with "
            "the id of the first one here.",
        ),
        "flush_webhooks": Operation(
            "Send the webhooks that wait for the clock to be moved",
            record(deliveries=array(Delivery)),
            about="It waits for these, and for all that are under way. Those that were tried.",
        ),
        "pull_webhook": Operation(
            "Fetch the next webhook that waits to be pulled",
            record(delivery={"anyOf": [Pulled, {"type": "null"}]}),
            before=[_PULLS, _REFUNDED],
            about="Where webhooks go to `pull:`. Say what came of it by `answer`.",
        ),
        "answer_webhook": Operation(
            "Say how a webhook that was pulled was answered",
            Delivery,
            {"id": 1, "status": 200},
            takes=Reported,
            before=[_PULLS, _REFUNDED, Step("POST", "/_sandbox/webhooks/deliveries/pull")],
            wrong={"status": [99], "id": [17]},
            refused=[Case(after=[_ANSWERED])],
        ),
        "redeliver": Operation(
            "Try a delivery once more",
            Delivery,
            {"id": 1},
            before=[_REFUNDED, _NOWHERE],
            wrong={"id": [17]},
            refused=[Case(after=[_STOPPED])],
        ),
    }
