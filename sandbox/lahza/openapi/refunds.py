"""`/refund`."""

from sandbox.lahza import schemas
from sandbox.lahza.openapi.common import BAD_PAGE, EITHER, PAGING, REFERENCE, REFUND, ok
from sandbox.lahza.schemas.common import Meta
from sandbox.lahza.wire import CURRENCIES
from sandbox.openapi.description import Case, Operation, Step, array, text, word

_MINIMUM = Step("PATCH", "/_sandbox/settings", {"lahza": {"minimum_refund": 100}})
_BROKE = Step("PATCH", "/_sandbox/lahza/merchant", {"balance": {"ILS": 2499}})

OPERATIONS = {
    "create_refund": Operation(
        "Create a refund",
        ok("Refund has been queued for processing", schemas.refunds.CreatedRefund),
        {"transaction": REFERENCE, "amount": 2500, "customer_note": "Came back"},
        takes=schemas.refunds.CreateRefund,
        media=EITHER,
        wrong={
            "amount": [0, 10001],
            "customer_note": [17],
            "transaction": [None, True, "fixture-fully-refunded", "fixture-failed", "order-17"],
            "currency": ["EUR", "USD"],
        },
        refused=[Case({"amount": 99}, [_MINIMUM]), Case(after=[_BROKE])],
        about="Amounts are in minor units; without one, it is the whole amount of the transaction.",
    ),
    "list_refunds": Operation(
        "List refunds",
        {
            **ok("Refunds retrieved", array(schemas.refunds.RefundRow), meta=Meta),
            "required": ["status", "message", "data"],
        },
        {"perPage": 2},
        query={
            "reference": text("A transaction's id or its reference."),
            "transaction": text("The same."),
            "currency": word(CURRENCIES),
            **PAGING,
        },
        wrong={**BAD_PAGE, "currency": ["EUR"]},
        about="Newest first. `meta` comes with the setting `list_meta`, `dispute` with a disputed "
        "refund. Filters may come in a JSON body, too, unless the setting `get_body` is `ignored`.",
    ),
    "get_refund": Operation(
        "Get a refund",
        ok("Refund retrieved", schemas.refunds.Refund),
        {"reference": str(REFUND)},
        wrong={"reference": ["17"]},
        about="By its id, or by a transaction's reference or id: then the newest.",
    ),
}
