"""Lean's part of the admin API."""

from sandbox.http.problems import Problem, problems
from sandbox.lean import schemas
from sandbox.lean.application import PRODUCTS
from sandbox.lean.openapi.common import PAYMENT, REFUND, UNKNOWN
from sandbox.lean.openapi.payouts import ORDERED
from sandbox.lean.schemas import control
from sandbox.openapi.description import Answer, Operation, Sample, Settled, record

_NO_PAYMENT = Problem(404, f"There is no payment with the id {UNKNOWN}")
_REFUNDED = Problem(409, "more than that amount has been refunded")
_PRODUCTS = {"type": "array", "items": {"enum": list(PRODUCTS)}}
_DECIMALS = Problem(400, "more decimals than the currency has", "amount")

OPERATIONS = {
    "create_payment": Operation(
        "A payer pays",
        [Answer(schemas.payments.Payment, 201)],
        Sample(body={"amount": 80, "reconcile_after": "15m"}),
        takes=control.PaymentValues,
        needs_body=False,
        failures=problems(
            _DECIMALS,
            Problem(404, f"There is no payment intent with the id {UNKNOWN}"),
            Problem(409, "the intent has a payment that is ACCEPTED_BY_BANK"),
        ),
        about="Without anything: 100 AED, accepted by the bank, reconciled. Amounts are in major "
        "units.",
    ),
    "change_payment": Operation(
        "The payer's bank, or the deposit, thinks again",
        [Answer(schemas.payments.Payment)],
        Sample({"payment_id": PAYMENT}, body={"reconciliation": "OUTSTANDING"}),
        takes=control.PaymentChange,
        needs_body=False,
        failures=problems(_DECIMALS, _NO_PAYMENT, _REFUNDED),
    ),
    "create_deposit": Operation(
        "Money arrives",
        [Answer(schemas.reconciliation.Deposit, 201)],
        Sample(body={"payment_id": "1ea00000-0000-4000-a000-000000000002", "amount": 249}),
        takes=control.DepositValues,
        failures=problems(
            _DECIMALS, _NO_PAYMENT, Problem(409, "no money is under way for the payment")
        ),
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
        failures=problems(Problem(400, "Must be one of: payments, reconciliation, payouts.")),
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
        Sample({"subject": "1ea00000-0000-4000-a000-000000000002"}, body={"status": "UNRECEIVED"}),
    ),
}
