"""`/transaction`: reading."""

from marshmallow import fields, validate

from sandbox.lahza import documents, errors, schemas
from sandbox.lahza.errors import invalid
from sandbox.lahza.openapi.common import (
    BAD_PAGE,
    PAGING,
    REFERENCE,
    TRANSACTION,
    failures,
    listed,
    ok,
)
from sandbox.openapi.description import Fields, Operation, Sample

FILTERS: Fields = {
    "status": fields.String(validate=validate.OneOf(documents.STATUSES)),
    "customer": fields.String(metadata={"description": "A customer's id, code or email."}),
    "amount": fields.Integer(
        validate=validate.Range(0), metadata={"description": "In minor units."}
    ),
    **PAGING,
}

OPERATIONS = {
    "list_transactions": Operation(
        "List transactions",
        listed("Transactions retrieved", schemas.transactions.Transaction),
        Sample(query={"perPage": 1}),
        query=FILTERS,
        failures=failures(BAD_PAGE),
        about="Newest first. Filters may come in a JSON body, too.",
    ),
    "verify_transaction": Operation(
        "Verify a transaction",
        ok("Verification successful", schemas.transactions.Transaction),
        Sample({"reference": REFERENCE}),
        failures=failures(
            errors.reference_not_found(400),
            invalid("Invalid character in transaction reference"),
            errors.reference_not_found(404),
        ),
        about="Also of one that is not paid: `status` tells.",
    ),
    "get_transaction": Operation(
        "Get a transaction",
        ok("Transaction retrieved", schemas.transactions.Transaction),
        Sample({"transaction_id": TRANSACTION}),
        failures=failures(
            invalid("Transaction ID should be numeric."), errors.transaction_not_found()
        ),
    ),
    "get_timeline": Operation(
        "Get how the payer went about it",
        ok(
            "Timeline retrieved",
            {"anyOf": [schemas.transactions.Log, {"type": "null"}]},
        ),
        Sample({"id_or_reference": REFERENCE}),
        failures=failures(errors.transaction_not_found()),
        about="Null where nobody has tried to pay.",
    ),
}
