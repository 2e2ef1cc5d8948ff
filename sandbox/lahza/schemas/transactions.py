"""Transactions on the wire."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields

from sandbox.engine.instants import SECOND
from sandbox.engine.store import Document
from sandbox.lahza import transactions
from sandbox.lahza.errors import invalid
from sandbox.lahza.listing import Listing
from sandbox.lahza.schemas.common import given, load_listing
from sandbox.lahza.wire import Timestamp, whole


def load_transaction_filters(raw: Mapping[str, Any]) -> Listing:
    """What `GET /transaction` asks for; an empty value or a null is as if absent.

    Raises:
        LahzaError: 400.
    """
    raw = given(raw)
    status = raw.get("status")
    if status is not None and status not in transactions.STATUSES:
        raise invalid("status must be one of " + ", ".join(transactions.STATUSES))
    amount = None
    if "amount" in raw:
        try:
            amount = whole(raw["amount"])
        except ValueError as error:
            raise invalid("Invalid amount passed.") from error
    return load_listing(raw, {"status": status, "amount": amount, "customer": raw.get("customer")})


def load_id(value: str) -> int:
    """A transaction's id from a path.

    Raises:
        LahzaError: 400.
    """
    if not (value.isascii() and value.isdigit() and len(value) <= 18):
        raise invalid("Transaction ID should be numeric.")
    return int(value)


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
