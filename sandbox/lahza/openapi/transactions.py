"""`/transaction`: reading."""

from sandbox.lahza import documents, schemas
from sandbox.lahza.openapi.common import BAD_PAGE, PAGING, REFERENCE, TRANSACTION, ok
from sandbox.lahza.schemas.common import Meta
from sandbox.openapi.description import Case, Fields, Operation, Step, array, text, whole, word

FILTERS: Fields = {
    "status": word(documents.STATUSES),
    "customer": text("A customer's id, code or email."),
    "amount": whole("In minor units."),
}
BAD_FILTERS = {"status": ["paid"], "amount": ["much"]}
_AS_404 = Step("PATCH", "/_sandbox/settings", {"lahza": {"verify_unknown_status": 404}})

OPERATIONS = {
    "list_transactions": Operation(
        "List transactions",
        ok("Transactions retrieved", array(schemas.transactions.Transaction), meta=Meta),
        {"perPage": 1},
        query={**FILTERS, **PAGING},
        wrong={**BAD_PAGE, **BAD_FILTERS},
        about="Newest first. Filters may come in a JSON body, too, unless the setting `get_body` "
        "is `ignored`.",
    ),
    "verify_transaction": Operation(
        "Verify a transaction",
        ok("Verification successful", schemas.transactions.Transaction),
        {"reference": REFERENCE},
        wrong={"reference": ["order 17", "order-17"]},
        refused=[Case({"reference": "order-17"}, [_AS_404])],
        about="Also of one that is not paid: `status` tells.",
    ),
    "get_transaction": Operation(
        "Get a transaction",
        ok("Transaction retrieved", schemas.transactions.Transaction),
        {"transaction_id": TRANSACTION},
        wrong={"transaction_id": ["order-17", 17]},
    ),
    "get_timeline": Operation(
        "Get how the payer went about it",
        ok("Timeline retrieved", {"anyOf": [schemas.transactions.Log, {"type": "null"}]}),
        {"id_or_reference": REFERENCE},
        wrong={"id_or_reference": ["order-17"]},
        about="Null where nobody has tried to pay.",
    ),
}
