"""Payments on the wire."""

from typing import Any

from marshmallow import Schema, fields, post_dump

from sandbox.lean.wire import Amount, Timestamp


class _Party(Schema):
    account_number = fields.String()
    iban = fields.String()
    name = fields.String()


class Payment(Schema):
    """A payment as `GET /payments/v1/{payment_id}` answers it (documented, but `failure_code`)."""

    id = fields.String()
    payment_intent_id = fields.String()
    payment_source_id = fields.String()
    sender_details = fields.Nested(_Party, attribute="sender")
    recipient_details = fields.Nested(_Party, attribute="recipient")
    amount = Amount()
    currency = fields.String()
    description = fields.String()
    submission_timestamp = Timestamp(attribute="created_at")
    initiation_timestamp = Timestamp(attribute="initiated_at")
    status = fields.String()
    bank_transaction_reference = fields.String()
    failure_code = fields.String()

    @post_dump
    def _without_failure(self, payment: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Only a payment that failed, and of which a code was said, has one."""
        if payment["failure_code"] is None:
            del payment["failure_code"]
        return payment


PAYMENT = Payment()
PAYMENTS = Payment(many=True)
