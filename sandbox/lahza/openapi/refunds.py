"""`/refund`."""

from marshmallow import fields, validate

from sandbox.lahza import schemas
from sandbox.lahza.openapi.common import (
    BAD_PAGE,
    EITHER,
    PAGING,
    REFERENCE,
    REFUND,
    ok,
)
from sandbox.lahza.schemas.common import Meta
from sandbox.lahza.wire import CURRENCIES
from sandbox.openapi.description import Answer, Operation, Sample, Step, array, const

_BACK = Sample(
    body={"transaction": REFERENCE, "amount": 2500, "customer_note": "Came back"},
)
_MINIMUM = Step("PATCH", "/_sandbox/settings", {"lahza": {"minimum_refund": 100}})
_BROKE = Step("PATCH", "/_sandbox/lahza/merchant", {"balance": {"ILS": 2499}})

OPERATIONS = {
    "create_refund": Operation(
        "Create a refund",
        ok("Refund has been queued for processing", schemas.refunds.CreatedRefund),
        _BACK,
        takes=schemas.refunds.CreateRefund,
        media=EITHER,
        refused=[
            _BACK.but(amount=0),
            _BACK.but(customer_note=17),
            _BACK.but(transaction=None),
            _BACK.but(transaction=True),
            _BACK.but(currency="EUR"),
            _BACK.but(currency="USD"),
            _BACK.but(amount=10001),
            _BACK.but(amount=99).after(_MINIMUM),
            _BACK.but(transaction="fixture-fully-refunded"),
            _BACK.but(transaction="fixture-failed"),
            _BACK.after(_BROKE),
            _BACK.but(transaction="order-17"),
        ],
        about="Amounts are in minor units; without one, what is left is refunded.",
    ),
    "list_refunds": Operation(
        "List refunds",
        [
            Answer(
                {
                    "type": "object",
                    "properties": {
                        "status": const(True),
                        "message": const("Refunds retrieved"),
                        "data": array(schemas.refunds.RefundRow),
                        "meta": Meta,
                    },
                    "required": ["status", "message", "data"],
                    "additionalProperties": False,
                }
            )
        ],
        Sample(query={"perPage": 2}),
        query={
            "reference": fields.String(
                metadata={"description": "A transaction's id or its reference."}
            ),
            "transaction": fields.String(metadata={"description": "The same."}),
            "currency": fields.String(validate=validate.OneOf(CURRENCIES)),
            **PAGING,
        },
        refused=[*BAD_PAGE, Sample(query={"currency": "EUR"})],
        about="Newest first. `meta` comes with the setting `list_meta`, `dispute` with a disputed "
        "refund. Filters may come in a JSON body, too.",
    ),
    "get_refund": Operation(
        "Get a refund",
        ok("Refund retrieved", schemas.refunds.Refund),
        Sample({"reference": str(REFUND)}),
        refused=[Sample({"reference": "17"})],
        about="By its id, or by a transaction's reference or id: then the newest.",
    ),
}
