"""Lahza's wire: what is read from bodies and queries, and what is written, key by key."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from sandbox.engine.fields import Strict
from sandbox.engine.instants import SECOND, Instant
from sandbox.engine.store import Document
from sandbox.lahza import auth, merchant, transactions
from sandbox.lahza.errors import from_validation, invalid
from sandbox.lahza.listing import Listing
from sandbox.lahza.wire import (
    CURRENCIES,
    LEGAL,
    MOST_AMOUNT,
    Amount,
    Timestamp,
    end_of,
    moment,
    timestamp,
    whole,
)

MOST_PER_PAGE = 1000
_UNSUPPORTED = "Currency not supported by merchant"

# What comes in --------------------------------------------------------------------------------


class _Named(fields.Field[str]):
    """A transaction: its id, as number or text, or its reference."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
            raise ValidationError("Transaction is invalid")
        if value == "":
            raise ValidationError("Transaction is required")
        whole_number = isinstance(value, Decimal) and value == value.to_integral_value()
        return str(int(value) if whole_number else value)


def _text(message: str) -> fields.String:
    return fields.String(load_default=None, error_messages={"invalid": message})


class CreateRefund(Schema):
    """The body of `POST /refund`. What is not known here is let pass."""

    class Meta:
        unknown = EXCLUDE

    transaction = _Named(required=True, error_messages={"required": "Transaction is required"})
    amount = Amount(load_default=None)
    currency = fields.String(
        load_default=None,
        validate=validate.OneOf(CURRENCIES, error=_UNSUPPORTED),
        error_messages={"invalid": _UNSUPPORTED},
    )
    customer_note = _text("customer_note must be a string")
    merchant_note = _text("merchant_note must be a string")


CREATE = CreateRefund()


def load_refund(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Load the body of `POST /refund`; an explicit null is as if absent.

    Raises:
        LahzaError: 400.
    """
    try:
        return dict(CREATE.load({k: v for k, v in raw.items() if v is not None}))
    except ValidationError as error:
        raise from_validation(error) from error


def _listing(raw: Mapping[str, Any], filters: Mapping[str, Any]) -> Listing:
    return Listing(
        filters={name: value for name, value in filters.items() if value is not None},
        since=_date(raw, "from", moment),
        until=_date(raw, "to", end_of),
        number=_count(raw, "page", 1, 10**9),
        size=_count(raw, "perPage", 50, MOST_PER_PAGE),
    )


def load_refund_filters(raw: Mapping[str, Any]) -> Listing:
    """What `GET /refund` asks for; an empty value or a null is as if absent.

    Raises:
        LahzaError: 400.
    """
    raw = _given(raw)
    currency = raw.get("currency")
    if currency is not None and currency not in CURRENCIES:
        raise invalid(_UNSUPPORTED)
    reference = raw.get("reference", raw.get("transaction"))
    return _listing(raw, {"reference": reference, "currency": currency})


def load_transaction_filters(raw: Mapping[str, Any]) -> Listing:
    """What `GET /transaction` asks for; an empty value or a null is as if absent.

    Raises:
        LahzaError: 400.
    """
    raw = _given(raw)
    status = raw.get("status")
    if status is not None and status not in transactions.STATUSES:
        raise invalid("status must be one of " + ", ".join(transactions.STATUSES))
    amount = None
    if "amount" in raw:
        try:
            amount = whole(raw["amount"])
        except ValueError as error:
            raise invalid("Invalid amount passed.") from error
    return _listing(raw, {"status": status, "amount": amount, "customer": raw.get("customer")})


def _given(raw: Mapping[str, Any]) -> dict[str, str]:
    given = {}
    for name, value in raw.items():
        if value is None or value == "":
            continue
        if isinstance(value, bool | list | dict):
            raise invalid(f"{name} is invalid")
        given[name] = str(value)
    return given


def _date(raw: Mapping[str, str], name: str, read: Any) -> Instant | None:
    try:
        return read(raw[name]) if name in raw else None
    except (ValueError, OverflowError) as error:
        raise invalid(f"{name} must be a valid date") from error


def _count(raw: Mapping[str, str], name: str, default: int, most: int) -> int:
    try:
        count = whole(raw.get(name, default))
    except ValueError:
        count = 0
    if not 1 <= count <= most:
        raise invalid(f"{name} must be a number from 1 to {most}")
    return count


def load_id(value: str) -> int:
    """A transaction's id from a path.

    Raises:
        LahzaError: 400.
    """
    if not (value.isascii() and value.isdigit() and len(value) <= 18):
        raise invalid("Transaction ID should be numeric.")
    return int(value)


# What goes out --------------------------------------------------------------------------------


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


def dump_meta(total: int, listing: Listing) -> dict[str, int]:
    """The `meta` of a list."""
    return {
        "total": total,
        "skipped": min(total, listing.offset),
        "perPage": listing.size,
        "page": listing.number,
        "pageCount": -(-total // listing.size),
    }


class _Customer(Schema):
    id = fields.Integer()
    first_name = fields.String()
    last_name = fields.String()
    email = fields.String()
    customer_code = fields.String()
    phone = fields.String()
    metadata = fields.Constant(None)
    risk_action = fields.Constant("default")


class Transaction(Schema):
    """A transaction as `data` of verify (documented)."""

    id = fields.Integer()
    domain = fields.String()
    status = fields.String()
    reference = fields.String()
    amount = fields.Integer()
    message = fields.String()
    gateway_response = fields.String()
    paid_at = Timestamp()
    created_at = Timestamp()
    channel = fields.String()
    currency = fields.String()
    ip_address = fields.String()
    metadata = fields.Raw()
    log = fields.Function(lambda transaction: _log(transaction))
    fees = fields.Integer()
    authorization = fields.Function(lambda transaction: _authorization(transaction))
    customer = fields.Nested(_Customer)


TRANSACTION = Transaction()


def _log(transaction: Document) -> dict[str, Any] | None:
    """How the payer went about it; nothing where nobody tried."""
    if transaction["status"] == "abandoned":
        return None
    paid = transaction["paid_at"] is not None
    outcome = (
        {"type": "success", "message": "Successfully paid with card", "time": 6}
        if paid
        else {"type": "error", "message": "Error: Declined", "time": 6}
    )
    return {
        "start_time": transaction["created_at"] // SECOND,
        "time_spent": 6,
        "attempts": 1,
        "errors": 0 if paid else 1,
        "success": paid,
        "mobile": False,
        "input": [],
        "history": [
            {"type": "action", "message": "Attempted to pay with card", "time": 5},
            outcome,
        ],
    }


def _authorization(transaction: Document) -> Mapping[str, Any]:
    tried = transaction["status"] != "abandoned"
    authorization: Mapping[str, Any] = transaction["authorization"] if tried else {}
    return authorization


# The admin API's ------------------------------------------------------------------------------


class TransactionValues(Strict):
    """What a transaction may be given: the amount in minor units."""

    amount = fields.Integer(strict=True, validate=validate.Range(min=1, max=MOST_AMOUNT))
    currency = fields.String(validate=validate.OneOf(CURRENCIES))
    status = fields.String(validate=validate.OneOf(transactions.STATUSES))
    reference = fields.String(
        validate=[
            validate.Length(min=1, max=200),
            validate.ContainsOnly(sorted(LEGAL), error="Has letters, digits, - . = only."),
        ]
    )
    domain = fields.String(validate=validate.OneOf(auth.DOMAINS))
    email = fields.Email()


class MerchantValues(Strict):
    """The merchant's balance, in minor units by currency."""

    balance = fields.Dict(
        keys=fields.String(validate=validate.OneOf(CURRENCIES)),
        values=fields.Integer(strict=True, validate=validate.Range(min=0, max=MOST_AMOUNT)),
    )
