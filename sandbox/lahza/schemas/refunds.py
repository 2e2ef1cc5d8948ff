"""Refunds on the wire."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields

from sandbox.engine.store import Document
from sandbox.lahza import merchant
from sandbox.lahza.errors import invalid
from sandbox.lahza.listing import Listing
from sandbox.lahza.schemas.common import (
    UNSUPPORTED,
    currency_field,
    given,
    load_listing,
    text_field,
)
from sandbox.lahza.wire import CURRENCIES, Amount, Timestamp, timestamp


class _Named(fields.Field[str]):
    """A transaction: its id, as number or text, or its reference."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
            raise ValidationError("Transaction is invalid")
        if value == "":
            raise ValidationError("Transaction is required")
        whole_number = isinstance(value, Decimal) and value == value.to_integral_value()
        return str(int(value) if whole_number else value)


class CreateRefund(Schema):
    """The body of `POST /refund`. What is not known here is let pass."""

    class Meta:
        unknown = EXCLUDE

    transaction = _Named(required=True, error_messages={"required": "Transaction is required"})
    amount = Amount(load_default=None)
    currency = currency_field(None)
    customer_note = text_field("customer_note must be a string")
    merchant_note = text_field("merchant_note must be a string")


CREATE = CreateRefund()


def load_refund_filters(raw: Mapping[str, Any]) -> Listing:
    """What `GET /refund` asks for; an empty value or a null is as if absent.

    Raises:
        LahzaError: 400.
    """
    raw = given(raw)
    currency = raw.get("currency")
    if currency is not None and currency not in CURRENCIES:
        raise invalid(UNSUPPORTED)
    reference = raw.get("reference", raw.get("transaction"))
    return load_listing(raw, {"reference": reference, "currency": currency})


def dump_created(refund: Document, transaction: Document) -> dict[str, Any]:
    """A refund as `POST /refund` answers it (documented), the transaction as an object."""
    paid_at = timestamp(transaction["paid_at"])
    return {
        "transaction": {
            "id": transaction["id"],
            "domain": transaction["domain"],
            "reference": transaction["reference"],
            "amount": transaction["amount"],
            "paid_at": paid_at,
            "channel": transaction["channel"],
            "currency": transaction["currency"],
            "authorization": {"exp_month": None, "exp_year": None, "account_name": None},
            "customer": {"international_format_phone": None},
            "plan": {},
            "subaccount": {"currency": None},
            "split": {},
            "order_id": None,
            "paidAt": paid_at,
            "pos_transaction_data": None,
            "source": None,
            "fees_breakdown": None,
        },
        **_CREATED.dump(refund),
    }


class _Created(Schema):
    integration = fields.Constant(merchant.INTEGRATION)
    deducted_amount = fields.Constant(0)
    channel = fields.Constant(None)
    merchant_note = fields.String()
    customer_note = fields.String()
    status = fields.String()
    refunded_by = fields.String()
    expected_at = Timestamp()
    currency = fields.String()
    domain = fields.String()
    amount = fields.Integer()
    fully_deducted = fields.Constant(False)
    id = fields.Integer()
    createdAt = Timestamp(attribute="created_at")  # noqa: N815
    updatedAt = Timestamp(attribute="updated_at")  # noqa: N815


class Refund(Schema):
    """A refund as `GET /refund/:reference` answers it (documented)."""

    transaction = fields.Integer()
    domain = fields.String()
    amount = fields.Integer()
    deducted_amount = fields.Function(lambda refund: refund["deducted_amount"] or 0)
    fully_deducted = fields.Function(lambda refund: refund["deducted_amount"] is not None)
    currency = fields.String()
    channel = fields.Constant("card")
    status = fields.String()
    refunded_by = fields.String()
    refunded_at = Timestamp()
    expected_at = Timestamp()
    customer_note = fields.String()
    merchant_note = fields.String()
    id = fields.Integer()
    createdAt = Timestamp(attribute="created_at")  # noqa: N815
    updatedAt = Timestamp(attribute="updated_at")  # noqa: N815


class RefundRow(Schema):
    """A refund as a row of `GET /refund` (documented)."""

    id = fields.Integer()
    domain = fields.String()
    transaction = fields.Integer()
    dispute = fields.Integer()
    amount = fields.Integer()
    deducted_amount = fields.Integer()
    currency = fields.String()
    channel = fields.Constant("card")
    fully_deducted = fields.Function(
        lambda refund: None if refund["deducted_amount"] is None else 1
    )
    refunded_by = fields.String()
    refunded_at = Timestamp()
    expected_at = Timestamp()
    customer_note = fields.String()
    merchant_note = fields.String()
    created_at = Timestamp()
    updated_at = Timestamp()
    status = fields.String()


_CREATED = _Created()
REFUND = Refund()
_ROW = RefundRow()
_ROW_WITHOUT_DISPUTE = RefundRow(exclude=["dispute"])


def dump_row(refund: Document) -> dict[str, Any]:
    """A row of `GET /refund`; `dispute` stands only in a disputed one."""
    schema = _ROW_WITHOUT_DISPUTE if refund["dispute"] is None else _ROW
    return dict(schema.dump(refund))
