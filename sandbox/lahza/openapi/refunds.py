"""`/refund`."""

from marshmallow import fields, validate

from sandbox.lahza import errors, schemas
from sandbox.lahza.errors import invalid
from sandbox.lahza.openapi.common import (
    BAD_PAGE,
    EITHER,
    PAGING,
    REFERENCE,
    REFUND,
    failures,
    ok,
)
from sandbox.lahza.schemas.common import UNSUPPORTED, Meta
from sandbox.lahza.wire import CURRENCIES
from sandbox.openapi.description import Answer, Operation, Sample, array, const

OPERATIONS = {
    "create_refund": Operation(
        "Create a refund",
        ok("Refund has been queued for processing", schemas.refunds.CreatedRefund),
        Sample(body={"transaction": REFERENCE, "amount": 2500, "customer_note": "Came back"}),
        takes=schemas.refunds.CreateRefund,
        media=EITHER,
        failures=failures(
            invalid("Invalid amount passed."),
            errors.LahzaError(400, "Transaction is required", "missing_params"),
            invalid(UNSUPPORTED),
            invalid("Currency does not match the transaction"),
            errors.too_much(),
            errors.too_little("ILS", 100),
            errors.fully_reversed(),
            errors.not_completed(),
            errors.insufficient_balance(),
            errors.transaction_not_found(),
        ),
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
        failures=failures(BAD_PAGE, invalid(UNSUPPORTED)),
        about="Newest first. `meta` comes with the setting `list_meta`, `dispute` with a disputed "
        "refund. Filters may come in a JSON body, too.",
    ),
    "get_refund": Operation(
        "Get a refund",
        ok("Refund retrieved", schemas.refunds.Refund),
        Sample({"reference": REFUND}),
        failures=failures(errors.refund_not_found()),
        about="By its id, or by a transaction's reference or id: then the newest.",
    ),
}
