"""Lean's wire: what is read from bodies and queries, and what is written, key by key."""

from collections.abc import Mapping
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from sandbox.engine.fields import DurationText, Strict, StrictBoolean
from sandbox.engine.store import Document
from sandbox.lean import application, payments
from sandbox.lean.errors import from_validation, invalid
from sandbox.lean.refunds import STATUSES, status_word
from sandbox.lean.wire import DECIMALS, REASONS, Amount, Timestamp, Uuid, major, timestamp, to_uuid

MOST_ITEMS = 100
DEFAULT_SIZE = 50
_MOST = 2**31 - 1


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


def load_batch(schema: Schema, raw: object) -> list[dict[str, Any]]:
    """Load an array of 1 to 100 items.

    Raises:
        LeanError: 400, naming the first field at fault by its path.
    """
    if not isinstance(raw, list) or not 1 <= len(raw) <= MOST_ITEMS:
        raise invalid("body", raw)
    try:
        return list(schema.load(raw))
    except ValidationError as error:
        raise from_validation(error, raw) from error


def load_uuid(name: str, value: str) -> str:
    """A UUID from a path.

    Raises:
        LeanError: 400 INVALID_PARAMETERS.
    """
    try:
        return to_uuid(value)
    except ValueError as error:
        raise invalid(name, value) from error


def load_page(query: Mapping[str, str]) -> tuple[str | None, int, int]:
    """The status (as stored), page and size of `GET /payouts/refunds`; an empty one is absent.

    Raises:
        LeanError: 400 INVALID_PARAMETERS.
    """
    status = query.get("status") or None
    if status is not None and status not in (*STATUSES, "CONFIRMED"):
        raise invalid("status", status)
    number = _whole("page", query.get("page") or "0", 0)
    size = _whole("size", query.get("size") or str(DEFAULT_SIZE), 1)
    return "APPROVED" if status == "CONFIRMED" else status, number, size


def _whole(name: str, text: str, least: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        raise invalid(name, text)
    if not least <= int(text) <= _MOST:
        raise invalid(name, text)
    return int(text)


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


def dump_page(refunds: list[Document], total: int, number: int, size: int) -> dict[str, Any]:
    """A page of refunds (recorded)."""
    return {
        "content": REFUNDS.dump(refunds),
        "page": {
            "number": number,
            "size": size,
            "total_elements": total,
            "total_pages": -(-total // size),
            "sort": None,
        },
    }


class _Party(Schema):
    account_number = fields.String()
    iban = fields.String()
    name = fields.String()


class Payment(Schema):
    """A payment as `GET /payments/v1/{payment_id}` answers it (documented)."""

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


PAYMENT = Payment()


def dump_reconciliation(payment: Document) -> dict[str, Any]:
    """A payment as `GET /reconciliation/v1/payments/{payment_id}` answers it (documented)."""
    matched = payment["reconciliation"] == "RECONCILED"
    amount = major(payment["amount"], payment["currency"]) if matched else None
    currency = payment["currency"] if matched else None
    at = timestamp(payment["reconciled_at"])
    deposit = {
        "id": payments.deposit_id(payment),
        "description": payment["description"],
        "timestamp": at,
        "amount": amount,
        "currency_code": currency,
    }
    return {
        "id": payment["id"],
        "customer_id": payment["customer_id"],
        "payment_initiation_timestamp": timestamp(payment["created_at"]),
        "reconciliation": {
            "status": payment["reconciliation"],
            "status_update_timestamp": at,
            "reference": payment["bank_transaction_reference"] if matched else None,
            "amount": amount,
            "currency_code": currency,
            "deposit": deposit if matched else None,
        },
    }


# The admin API's -------------------------------------------------------------------------------


class PaymentValues(Strict):
    """What a payment may be given: the amount in major units, below a thousand billion."""

    amount = Amount(validate=validate.Range(min=0, min_inclusive=False, max=10**12))
    currency = fields.String(validate=validate.OneOf(list(DECIMALS)))
    status = fields.String(validate=validate.OneOf(payments.STATUSES))
    reconciliation = fields.String(validate=validate.OneOf(payments.RECONCILIATIONS))
    reconcile_after = DurationText()
    customer_id = Uuid()


class ApplicationValues(Strict):
    """What Lean has set up."""

    payouts_configured = StrictBoolean()
    products = fields.List(fields.String(validate=validate.OneOf(application.PRODUCTS)))
