"""Lahza's part of the admin API."""

from sandbox.lahza import schemas
from sandbox.lahza.openapi.common import PARTLY_REFUNDED, REFERENCE, TRANSACTION
from sandbox.lahza.schemas import control
from sandbox.lahza.wire import CURRENCIES
from sandbox.openapi.description import Answer, Operation, Sample, Settled, record

_PAID = Sample(body={"amount": 4500, "reference": "order-17"})
_CHANGED = Sample({"transaction_id": TRANSACTION}, body={"status": "failed"})

OPERATIONS = {
    "create_transaction": Operation(
        "A payer pays",
        [Answer(schemas.transactions.Transaction, 201)],
        _PAID,
        takes=control.TransactionValues,
        needs_body=False,
        refused=[_PAID.but(currency="EUR"), _PAID.but(reference=REFERENCE)],
        about="Without anything: 100 ILS, success, test. Amounts in minor units.",
    ),
    "change_transaction": Operation(
        "Change a transaction",
        [Answer(schemas.transactions.Transaction)],
        _CHANGED,
        takes=control.TransactionValues,
        needs_body=False,
        refused=[
            _CHANGED.but(currency="EUR"),
            _CHANGED._replace(path={"transaction_id": 17}),
            _CHANGED.but(reference="fixture-failed"),
            Sample({"transaction_id": PARTLY_REFUNDED}, body={"amount": 3999}),
            Sample({"transaction_id": PARTLY_REFUNDED}, body={"currency": "USD"}),
        ],
    ),
    "change_merchant": Operation(
        "Set the merchant's balance",
        [
            Answer(
                record(
                    balance={
                        "type": "object",
                        "properties": {name: {"type": "integer"} for name in CURRENCIES},
                        "additionalProperties": False,
                    }
                )
            )
        ],
        Sample(body={"balance": {"ILS": 5000}}),
        takes=control.MerchantValues,
        needs_body=False,
        refused=[Sample(body={"balance": {"EUR": 5000}})],
        about="In minor units. Once there is one in a currency, refunds draw on it.",
    ),
}

SETTLED = {
    "refund": Settled(
        schemas.refunds.Refund,
        Sample({"subject": "3018202"}, body={"status": "failed", "reason": "account closed"}),
    )
}
