"""`/transaction`: reading."""

from marshmallow import fields, validate

from sandbox.lahza import documents, schemas
from sandbox.lahza.openapi.common import (
    BAD_PAGE,
    PAGING,
    REFERENCE,
    TRANSACTION,
    listed,
    ok,
)
from sandbox.openapi.description import Fields, Operation, Sample, Step

FILTERS: Fields = {
    "status": fields.String(validate=validate.OneOf(documents.STATUSES)),
    "customer": fields.String(metadata={"description": "A customer's id, code or email."}),
    "amount": fields.Integer(
        validate=validate.Range(0), metadata={"description": "In minor units."}
    ),
}
BAD_FILTERS = [Sample(query={"status": "paid"}), Sample(query={"amount": "much"})]

_UNKNOWN = Sample({"reference": "order-17"})
_AS_404 = Step("PATCH", "/_sandbox/settings", {"lahza": {"verify_unknown_status": 404}})

OPERATIONS = {
    "list_transactions": Operation(
        "List transactions",
        listed("Transactions retrieved", schemas.transactions.Transaction),
        Sample(query={"perPage": 1}),
        query={**FILTERS, **PAGING},
        refused=[*BAD_PAGE, *BAD_FILTERS],
        about="Newest first. Filters may come in a JSON body, too.",
    ),
    "verify_transaction": Operation(
        "Verify a transaction",
        ok("Verification successful", schemas.transactions.Transaction),
        Sample({"reference": REFERENCE}),
        refused=[Sample({"reference": "order 17"}), _UNKNOWN, _UNKNOWN.after(_AS_404)],
        about="Also of one that is not paid: `status` tells.",
    ),
    "get_transaction": Operation(
        "Get a transaction",
        ok("Transaction retrieved", schemas.transactions.Transaction),
        Sample({"transaction_id": TRANSACTION}),
        refused=[Sample({"transaction_id": "order-17"}), Sample({"transaction_id": 17})],
    ),
    "get_timeline": Operation(
        "Get how the payer went about it",
        ok(
            "Timeline retrieved",
            {"anyOf": [schemas.transactions.Log, {"type": "null"}]},
        ),
        Sample({"id_or_reference": REFERENCE}),
        refused=[Sample({"id_or_reference": "order-17"})],
        about="Null where nobody has tried to pay.",
    ),
}
