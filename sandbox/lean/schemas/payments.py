"""Payments on the wire."""

from marshmallow import fields

from sandbox.engine.reading.fields import Shape, Within, word
from sandbox.lean.payments import FAILURE_CODES, STATUSES, bank_reference, payer_of
from sandbox.lean.wire import CURRENCY, Amount, Timestamp, Uuid


class Party(Shape):
    """Whoever pays, or is paid."""

    account_number = fields.String(allow_none=True)
    iban = fields.String(allow_none=True)
    name = fields.String()


def bank_reference_field() -> fields.Function:
    """What the bank calls a payment; null unless the bank has taken it."""
    return fields.Function(bank_reference, metadata={"type": ["string", "null"]})


class Payment(Shape):
    """A payment as `GET /payments/v1/{payment_id}` answers it (documented, but `failure_code`)."""

    id = Uuid()
    payment_intent_id = Uuid(allow_none=True)
    payment_source_id = Uuid(allow_none=True)
    sender_details = Within(Party, payer_of, allow_none=True)
    recipient_details = fields.Nested(Party, attribute="recipient")
    amount = Amount()
    currency = CURRENCY
    description = fields.String(allow_none=True)
    submission_timestamp = Timestamp(attribute="created_at")
    initiation_timestamp = Timestamp(attribute="initiated_at", allow_none=True)
    status = word(STATUSES)
    bank_transaction_reference = bank_reference_field()
    # only a payment that failed, and of which it was said, has one
    failure_code = word(FAILURE_CODES, metadata={"optional": True})


PAYMENT = Payment()
PAYMENTS = Payment(many=True)
