"""Lean's part of the admin API."""

from sandbox.lean import schemas
from sandbox.lean.application import PRODUCTS
from sandbox.lean.openapi.common import (
    INTENT,
    PARTLY_REFUNDED,
    PAYMENT,
    REFUND,
    UNKNOWN,
    UNRECONCILED,
)
from sandbox.lean.openapi.payouts import ORDERED
from sandbox.lean.schemas import control
from sandbox.openapi.description import Answer, Operation, Sample, Settled, record

_PAID = Sample(body={"amount": 80, "reconcile_after": "15m"})
_CHANGED = Sample({"payment_id": PAYMENT}, body={"reconciliation": "OUTSTANDING"})
_ARRIVED = Sample(body={"payment_id": UNRECONCILED, "amount": 249})
_PRODUCTS = {"type": "array", "items": {"enum": list(PRODUCTS)}}

OPERATIONS = {
    "create_payment": Operation(
        "A payer pays",
        [Answer(schemas.payments.Payment, 201)],
        _PAID,
        takes=control.PaymentValues,
        needs_body=False,
        refused=[
            _PAID.but(amount=80.005),
            _PAID.but(payment_intent_id=UNKNOWN, amount=None),
            _PAID.but(payment_intent_id=INTENT, amount=None),
        ],
        about="Without anything: 100 AED, accepted by the bank, reconciled. Amounts are in major "
        "units.",
    ),
    "change_payment": Operation(
        "The payer's bank, or the deposit, thinks again",
        [Answer(schemas.payments.Payment)],
        _CHANGED,
        takes=control.PaymentChange,
        needs_body=False,
        refused=[
            _CHANGED.but(amount=80.005),
            _CHANGED._replace(path={"payment_id": UNKNOWN}),
            Sample({"payment_id": PARTLY_REFUNDED}, body={"amount": 399}),
            Sample({"payment_id": PARTLY_REFUNDED}, body={"currency": "USD"}),
        ],
    ),
    "create_deposit": Operation(
        "Money arrives",
        [Answer(schemas.reconciliation.Deposit, 201)],
        _ARRIVED,
        takes=control.DepositValues,
        refused=[
            _ARRIVED.but(amount=249.005),
            _ARRIVED.but(payment_id=UNKNOWN),
        ],
        about="The payment's own amount, which is the default, reconciles it.",
    ),
    "change_application": Operation(
        "Change what Lean has set up for you",
        [
            Answer(
                record(
                    payouts_configured={"type": "boolean"},
                    products=_PRODUCTS,
                )
            )
        ],
        Sample(body={"products": ["payments", "payouts"]}),
        takes=control.ApplicationValues,
        needs_body=False,
        refused=[Sample(body={"products": ["data"]})],
    ),
}

SETTLED = {
    "refund": Settled(
        schemas.refunds.Refund,
        Sample({"subject": REFUND}, body={"status": "FAILED", "reason": "account closed"}),
    ),
    "payout": Settled(
        schemas.payouts.Payout,
        Sample(
            {"subject": "5708f59f-46f8-4cf6-a842-12a0866ac5ec"},
            body={"status": "PROCESSED"},
            before=ORDERED,
        ),
    ),
    "reconciliation": Settled(
        schemas.reconciliation.ReconciledPayment,
        Sample({"subject": UNRECONCILED}, body={"status": "UNRECEIVED"}),
    ),
}
