"""Refunds on the wire."""

from collections.abc import Mapping

from marshmallow import EXCLUDE, Schema, fields, validate

from sandbox.lean.errors import invalid
from sandbox.lean.refunds import STATUSES, status_word
from sandbox.lean.wire import REASONS, Amount, Timestamp, Uuid


class _Beneficiary(Schema):
    class Meta:
        unknown = EXCLUDE

    name = fields.String(load_default=None, allow_none=True)
    iban = fields.String(load_default=None, allow_none=True)
    city = fields.String(load_default=None, allow_none=True)


class CreateRefund(Schema):
    """An item of `POST /payouts/refunds`. What is not known here is let pass."""

    class Meta:
        unknown = EXCLUDE

    payment_id = Uuid(required=True)
    amount = Amount(required=True)
    reason_code = fields.String(required=True, validate=validate.OneOf(list(REASONS)))
    currency = fields.String(load_default=None, allow_none=True)
    description = fields.String(load_default=None, allow_none=True)
    external_reference = fields.String(load_default=None, allow_none=True)
    status = fields.String(
        load_default="CREATED",
        allow_none=True,
        validate=validate.OneOf(["CREATED", "APPROVED"]),
    )
    beneficiary = fields.Nested(_Beneficiary, load_default=None, allow_none=True)


class ActionRefund(Schema):
    """An item of `PUT /payouts/refunds`. The guide says CONFIRMED, the recording APPROVED."""

    class Meta:
        unknown = EXCLUDE

    refund_id = Uuid(required=True)
    status = fields.String(
        required=True, validate=validate.OneOf(["APPROVED", "CONFIRMED", "REJECTED"])
    )


CREATE = CreateRefund(many=True)
ACTION = ActionRefund(many=True)


def load_status(query: Mapping[str, str]) -> str | None:
    """The status, as stored, of `GET /payouts/refunds`; an empty one is absent.

    Raises:
        LeanError: 400 INVALID_PARAMETERS.
    """
    status = query.get("status") or None
    if status is not None and status not in (*STATUSES, "CONFIRMED"):
        raise invalid("status", status)
    return "APPROVED" if status == "CONFIRMED" else status


class _BeneficiaryOut(Schema):
    name = fields.String()
    iban = fields.String()
    account_id = fields.String()
    city = fields.String()


class CreatedRefund(Schema):
    """A refund as `POST` answers it (recorded)."""

    refund_id = fields.String()
    payment_id = fields.String()
    status = fields.Function(status_word)
    amount = Amount()
    currency = fields.String()
    reason_code = fields.String()
    description = fields.String()
    external_reference = fields.String()
    beneficiary = fields.Nested(_BeneficiaryOut)


class ActionedRefund(Schema):
    """A refund as `PUT` answers it (recorded)."""

    refund_id = fields.String()
    status = fields.Function(status_word)


class Refund(Schema):
    """A refund as `GET` answers it (recorded)."""

    refund_id = fields.String()
    deposit_amount = Amount("deposit_currency")
    deposit_currency = fields.String()
    payment_id = fields.String()
    status = fields.Function(status_word)
    amount = Amount()
    currency = fields.String()
    reason_code = fields.String()
    description = fields.String()
    external_reference = fields.String()
    beneficiary = fields.Nested(_BeneficiaryOut)
    created_at = Timestamp()
    created_by = fields.String()
    actioned_by = fields.String()
    refund_intent_id = fields.String()


REFUND = Refund()
REFUNDS = Refund(many=True)
CREATED = CreatedRefund(many=True)
ACTIONED = ActionedRefund(many=True)
