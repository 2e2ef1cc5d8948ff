"""Transactions on the wire."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields

from sandbox.engine.instants import SECOND
from sandbox.engine.store import Document
from sandbox.lahza import cards, documents
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
    if status is not None and status not in documents.STATUSES:
        raise invalid("status must be one of " + ", ".join(documents.STATUSES))
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
    log = fields.Function(lambda transaction: dump_log(transaction))
    fees = fields.Integer()
    authorization = fields.Raw()
    customer = fields.Nested(_Customer)


TRANSACTION = Transaction()


def dump_log(transaction: Document) -> dict[str, Any] | None:
    """How the payer went about it; nothing where nobody tried."""
    attempts = transaction["attempts"]
    if not attempts:
        return None
    history: list[dict[str, Any]] = []
    for attempt in attempts:
        history += [
            {"type": "action", "message": "Attempted to pay with card", "time": attempt["at"]},
            {**_outcome(attempt["response"]), "time": attempt["until"]},
        ]
    paid = transaction["paid_at"] is not None
    return {
        "start_time": transaction["created_at"] // SECOND,
        "time_spent": attempts[-1]["until"],
        "attempts": len(attempts),
        "errors": len(attempts) - paid,
        "success": paid,
        "mobile": False,
        "input": [],
        "history": history,
    }


def _outcome(response: str) -> dict[str, str]:
    if response == cards.SUCCESSFUL:
        return {"type": "success", "message": "Successfully paid with card"}
    return {"type": "error", "message": f"Error: {response}"}
