"""The keys by which a scenario tells Lean's payments, refunds and payouts apart."""

from decimal import Decimal

from sandbox.engine.scenarios.vocabulary import Key, one_of, same
from sandbox.lean.wire import DECIMALS, REASONS, major, to_uuid


def _number(value: object) -> Decimal:
    if not isinstance(value, int | Decimal) or isinstance(value, bool):
        raise ValueError("must be a number, in major units")
    return Decimal(value)


PAYMENT = Key(to_uuid, same("id"), collection="lean.payments")

_AMOUNT = Key(
    _number,
    lambda document, value: Decimal(str(major(document["amount"], document["currency"]))) == value,
)
_CURRENCY = Key(one_of(DECIMALS), same("currency"))

REFUND_WHERE = {
    "payment_id": Key(to_uuid, same("payment_id"), collection="lean.payments"),
    "refund_id": Key(to_uuid, same("refund_id"), collection="lean.refunds"),
    "amount": _AMOUNT,
    "currency": _CURRENCY,
    "reason_code": Key(one_of(REASONS), same("reason_code")),
    "external_reference": Key(str, same("external_reference")),
}

PAYOUT_WHERE = {
    "payment_intent_id": Key(to_uuid, same("payment_intent_id")),
    "payment_destination_id": Key(to_uuid, same("payment_destination_id")),
    "amount": _AMOUNT,
    "currency": _CURRENCY,
}

CONSENT_WHERE = {
    "consent_id": Key(to_uuid, same("id"), collection="lean.consents"),
    "customer_id": Key(to_uuid, same("customer_id"), collection="lean.customers"),
    "currency": _CURRENCY,
}

ACCOUNT_ON_FILE_WHERE = {
    "consent_id": Key(to_uuid, same("consent_id"), collection="lean.consents"),
    "customer_id": Key(to_uuid, same("customer_id"), collection="lean.customers"),
    "amount": _AMOUNT,
    "currency": _CURRENCY,
}

PAYMENT_WHERE = {"id": PAYMENT, "payment_id": PAYMENT}
