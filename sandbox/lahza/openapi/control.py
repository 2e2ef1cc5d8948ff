"""Lahza's part of the admin API."""

from sandbox.http.problems import Problem, problems
from sandbox.lahza import schemas
from sandbox.lahza.openapi.common import TRANSACTION
from sandbox.lahza.schemas import control
from sandbox.lahza.wire import CURRENCIES
from sandbox.openapi.description import Answer, Operation, Sample, Settled, record

_TAKEN = Problem(409, "the reference order-17 is taken")
_BAD = Problem(400, "Must be one of: ILS, JOD, USD.", "currency")

OPERATIONS = {
    "create_transaction": Operation(
        "A payer pays",
        [Answer(schemas.transactions.Transaction, 201)],
        Sample(body={"amount": 4500, "reference": "order-17"}),
        takes=control.TransactionValues,
        needs_body=False,
        failures=problems(_BAD, _TAKEN),
        about="Without anything: 100 ILS, success, test. Amounts in minor units.",
    ),
    "change_transaction": Operation(
        "Change a transaction",
        [Answer(schemas.transactions.Transaction)],
        Sample({"transaction_id": TRANSACTION}, body={"status": "failed"}),
        takes=control.TransactionValues,
        needs_body=False,
        failures=problems(_BAD, Problem(404, "Transaction not found"), _TAKEN),
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
        failures=problems(_BAD),
        about="In minor units. Once there is one in a currency, refunds draw on it.",
    ),
}

SETTLED = {
    "refund": Settled(
        schemas.refunds.Refund,
        Sample({"subject": 3018202}, body={"status": "failed", "reason": "account closed"}),
    )
}
