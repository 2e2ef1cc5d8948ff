"""Payments on the wire."""

from marshmallow import fields

from sandbox.engine.reading.fields import Shape, word
from sandbox.lean.payments import FAILURE_CODES, STATUSES
from sandbox.lean.wire import CURRENCY, Amount, Timestamp, Uuid


class Party(Shape):
    """Whoever pays, or is paid."""

    account_number = fields.String(allow_none=True)
    iban = fields.String(allow_none=True)
    name = fields.String()


class Payment(Shape):
    """A payment as `GET /payments/v1/{payment_id}` answers it (documented, but `failure_code`)."""

    id = Uuid()
    payment_intent_id = Uuid()
    payment_source_id = Uuid(allow_none=True)
    sender_details = fields.Nested(Party, attribute="sender")
    recipient_details = fields.Nested(Party, attribute="recipient")
    amount = Amount()
    currency = CURRENCY
    description = fields.String(allow_none=True)
    submission_timestamp = Timestamp(attribute="created_at")
    initiation_timestamp = Timestamp(attribute="initiated_at", allow_none=True)
    status = word(STATUSES)
    bank_transaction_reference = fields.String(allow_none=True)
    # only a payment that failed, and of which it was said, has one
    failure_code = word(FAILURE_CODES, metadata={"optional": True})


PAYMENT = Payment()
PAYMENTS = Payment(many=True)
