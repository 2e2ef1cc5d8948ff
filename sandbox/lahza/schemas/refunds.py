"""Refunds on the wire."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from marshmallow import ValidationError, fields

from sandbox.engine.provider.resources import Listing
from sandbox.engine.reading.fields import Lenient, Shape, Within, word
from sandbox.engine.store.collections import Document
from sandbox.lahza import merchant
from sandbox.lahza.errors import invalid
from sandbox.lahza.refunds import STATUSES
from sandbox.lahza.schemas.common import (
    UNSUPPORTED,
    currency_field,
    given,
    listing_of,
    text_field,
)
from sandbox.lahza.wire import CURRENCIES, CURRENCY, DOMAIN, MINOR, Amount, Timestamp

NOTHING: fields.Constant[dict[str, Any]] = fields.Constant({})
STATUS = word(STATUSES)


class _Named(fields.Field[str]):
    """A transaction: its id, as number or text, or its reference."""

    openapi: ClassVar[Mapping[str, Any]] = {
        "type": ["string", "integer"],
        "minLength": 1,
        "description": "A transaction's id or its reference.",
    }

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
            raise ValidationError("Transaction is invalid")
        if value == "":
            raise ValidationError("Transaction is required")
        whole_number = isinstance(value, Decimal) and value == value.to_integral_value()
        return str(int(value) if whole_number else value)


class CreateRefund(Lenient):
    """The body of `POST /refund`. What is not known here is let pass."""

    transaction = _Named(required=True, error_messages={"required": "Transaction is required"})
    amount = Amount(load_default=None)
    currency = currency_field(None)
    customer_note = text_field("customer_note must be a string")
    merchant_note = text_field("merchant_note must be a string")


CREATE = CreateRefund()


def load_listing(raw: Mapping[str, Any]) -> Listing:
    """What `GET /refund` asks for; an empty value or a null is as if absent.

    Raises:
        LahzaError: 400.
    """
    raw = given(raw)
    currency = raw.get("currency")
    if currency is not None and currency not in CURRENCIES:
        raise invalid(UNSUPPORTED)
    reference = raw.get("reference", raw.get("transaction"))
    return listing_of(raw, {"reference": reference, "currency": currency})


class AuthorizationOfRefund(Shape):
    """Of the card, nothing is said."""

    exp_month = fields.Constant(None)
    exp_year = fields.Constant(None)
    account_name = fields.Constant(None)


class CustomerOfRefund(Shape):
    """Of the customer, nothing is said."""

    international_format_phone = fields.Constant(None)


class SubaccountOfRefund(Shape):
    """There is none."""

    currency = fields.Constant(None)


class RefundedTransaction(Shape):
    """A transaction as it stands in a new refund (documented)."""

    id = fields.Integer()
    domain = DOMAIN
    reference = fields.String()
    amount = MINOR
    paid_at = Timestamp()
    channel = fields.String()
    currency = CURRENCY
    authorization = Within(AuthorizationOfRefund)
    customer = Within(CustomerOfRefund)
    plan = NOTHING
    subaccount = Within(SubaccountOfRefund)
    split = NOTHING
    order_id = fields.Constant(None)
    paidAt = Timestamp(attribute="paid_at", dump_only=True)  # noqa: N815
    pos_transaction_data = fields.Constant(None)
    source = fields.Constant(None)
    fees_breakdown = fields.Constant(None)


class CreatedRefund(Shape):
    """A refund as `POST /refund` answers it (documented), the transaction as an object."""

    transaction = fields.Nested(RefundedTransaction, attribute="refunded")
    integration = fields.Constant(merchant.INTEGRATION)
    deducted_amount = fields.Constant(0)
    channel = fields.Constant(None)
    merchant_note = fields.String()
    customer_note = fields.String()
    status = fields.Constant("pending")
    refunded_by = fields.String()
    expected_at = Timestamp()
    currency = CURRENCY
    domain = DOMAIN
    amount = MINOR
    fully_deducted = fields.Constant(False)
    id = fields.Integer()
    createdAt = Timestamp(attribute="created_at")  # noqa: N815
    updatedAt = Timestamp(attribute="updated_at")  # noqa: N815


class Refund(Shape):
    """A refund as `GET /refund/:reference` answers it (documented)."""

    transaction = fields.Integer()
    domain = DOMAIN
    amount = MINOR
    deducted_amount = fields.Function(
        lambda refund: refund["deducted_amount"] or 0, metadata={"type": "integer"}
    )
    fully_deducted = fields.Function(
        lambda refund: refund["deducted_amount"] is not None, metadata={"type": "boolean"}
    )
    currency = CURRENCY
    channel = fields.Constant("card")
    status = STATUS
    refunded_by = fields.String()
    refunded_at = Timestamp()
    expected_at = Timestamp()
    customer_note = fields.String()
    merchant_note = fields.String()
    id = fields.Integer()
    createdAt = Timestamp(attribute="created_at")  # noqa: N815
    updatedAt = Timestamp(attribute="updated_at")  # noqa: N815


class RefundRow(Shape):
    """A refund as a row of `GET /refund` (documented)."""

    id = fields.Integer()
    domain = DOMAIN
    transaction = fields.Integer()
    dispute = fields.Integer(metadata={"optional": True})
    amount = MINOR
    deducted_amount = fields.Integer(allow_none=True)
    currency = CURRENCY
    channel = fields.Constant("card")
    fully_deducted = fields.Function(
        lambda refund: None if refund["deducted_amount"] is None else 1,
        metadata={"type": ["integer", "null"], "enum": [1, None]},
    )
    refunded_by = fields.String()
    refunded_at = Timestamp()
    expected_at = Timestamp()
    customer_note = fields.String()
    merchant_note = fields.String()
    created_at = Timestamp()
    updated_at = Timestamp()
    status = STATUS


_CREATED = CreatedRefund()
REFUND = Refund()
ROWS = RefundRow(many=True)


def dump_created(refund: Document, transaction: Document) -> dict[str, Any]:
    """A new refund, with what it refunds."""
    return dict(_CREATED.dump({**refund, "refunded": transaction}))
