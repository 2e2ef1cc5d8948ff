"""Transactions on the wire."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from sandbox.engine.provider.resources import Listing
from sandbox.engine.reading.fields import Shape, Within, word
from sandbox.engine.store.collections import Document
from sandbox.engine.values.instants import SECOND
from sandbox.lahza import cards, documents
from sandbox.lahza.errors import invalid
from sandbox.lahza.schemas.common import given, listing_of
from sandbox.lahza.wire import CURRENCY, DOMAIN, MINOR, Timestamp, whole


def load_listing(raw: Mapping[str, Any]) -> Listing:
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
    return listing_of(raw, {"status": status, "amount": amount, "customer": raw.get("customer")})


def load_id(value: str) -> int:
    """A transaction's id from a path.

    Raises:
        LahzaError: 400.
    """
    if not (value.isascii() and value.isdigit() and len(value) <= 18):
        raise invalid("Transaction ID should be numeric.")
    return int(value)


class Customer(Shape):
    """Who pays."""

    id = fields.Integer()
    first_name = fields.String(allow_none=True)
    last_name = fields.String(allow_none=True)
    email = fields.String()
    customer_code = fields.String()
    phone = fields.String(allow_none=True)
    metadata = fields.Constant(None)
    risk_action = fields.Constant("default")


class Authorization(Shape):
    """The card; empty where nobody has tried to pay."""

    is_empty_at_first = True

    authorization_code = fields.String()
    bin = fields.String()
    last4 = fields.String()
    exp_month = fields.String()
    exp_year = fields.String()
    channel = fields.String()
    card_type = fields.String()
    bank = fields.String()
    country_code = fields.String()
    brand = fields.String()
    reusable = fields.Boolean()
    signature = fields.String()
    account_name = fields.String(allow_none=True)


class LogEntry(Shape):
    """Something that the payer did, or what came of it; `time` in seconds."""

    type = word(["action", "success", "error"])
    message = fields.String()
    time = fields.Integer()


class Log(Shape):
    """How the payer went about it; `start_time` in seconds since 1970, `time_spent` in seconds."""

    start_time = fields.Integer()
    time_spent = fields.Integer()
    attempts = fields.Integer()
    errors = fields.Integer()
    success = fields.Boolean()
    mobile = fields.Constant(False)
    input: fields.Constant[list[Any]] = fields.Constant([])
    history = fields.List(fields.Nested(LogEntry))


def _log_of(transaction: Document) -> dict[str, Any] | None:
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
        "history": history,
    }


def _outcome(response: str) -> dict[str, str]:
    if response == cards.SUCCESSFUL:
        return {"type": "success", "message": "Successfully paid with card"}
    return {"type": "error", "message": f"Error: {response}"}


class Transaction(Shape):
    """A transaction as `data` of verify (documented)."""

    id = fields.Integer()
    domain = DOMAIN
    status = word(documents.STATUSES)
    reference = fields.String()
    amount = MINOR
    message = fields.String(allow_none=True)
    gateway_response = fields.String()
    paid_at = Timestamp(allow_none=True)
    created_at = Timestamp()
    channel = fields.String()
    currency = CURRENCY
    ip_address = fields.String()
    metadata = fields.Raw(metadata={"type": ["object", "string"]})
    log = Within(Log, _log_of, allow_none=True)
    fees = MINOR
    authorization = fields.Nested(Authorization)
    customer = fields.Nested(Customer)


TRANSACTION = Transaction()
