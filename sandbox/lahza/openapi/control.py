"""Lahza's part of the admin API."""

from sandbox.lahza import schemas
from sandbox.lahza.openapi.common import PARTLY_REFUNDED, REFERENCE, TRANSACTION
from sandbox.lahza.schemas import control
from sandbox.lahza.wire import CURRENCIES
from sandbox.openapi.description import Answer, Case, Operation, Settled, record

_BALANCE = {
    "type": "object",
    "properties": {name: {"type": "integer"} for name in CURRENCIES},
    "additionalProperties": False,
}

OPERATIONS = {
    "create_transaction": Operation(
        "A payer pays",
        [Answer(schemas.transactions.Transaction, 201)],
        {"amount": 4500, "reference": "order-17"},
        takes=control.TransactionValues,
        needs_body=False,
        wrong={"currency": ["EUR"], "reference": [REFERENCE]},
        about="Without anything: 100 ILS, success, test. Amounts in minor units.",
    ),
    "change_transaction": Operation(
        "Change a transaction",
        schemas.transactions.Transaction,
        {"transaction_id": TRANSACTION, "status": "failed"},
        takes=control.TransactionValues,
        needs_body=False,
        wrong={"currency": ["EUR"], "transaction_id": [17], "reference": ["fixture-failed"]},
        refused=[
            Case({"transaction_id": PARTLY_REFUNDED, "status": None, "amount": 3999}),
            Case({"transaction_id": PARTLY_REFUNDED, "status": None, "currency": "USD"}),
        ],
    ),
    "change_merchant": Operation(
        "Set the merchant's balance",
        record(balance=_BALANCE),
        {"balance": {"ILS": 5000}},
        takes=control.MerchantValues,
        needs_body=False,
        wrong={"balance": [{"EUR": 5000}]},
        about="In minor units. Once there is one in a currency, refunds draw on it.",
    ),
}

SETTLED = {
    "refund": Settled(
        schemas.refunds.Refund,
        {"subject": "3018202", "status": "failed", "reason": "account closed"},
    )
}
