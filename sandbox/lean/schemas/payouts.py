"""Payouts and their destinations on the wire."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from sandbox.engine.fields import StrictBoolean
from sandbox.engine.store import Document
from sandbox.lean import banks
from sandbox.lean.errors import invalid
from sandbox.lean.payouts import BANK, END_USER, Wanted, task_of
from sandbox.lean.schemas.common import MOST_ITEMS, load_object, load_period
from sandbox.lean.schemas.destinations import IN_INTENT
from sandbox.lean.wire import DECIMALS, Amount, Uuid, major, timestamp

_FEW = validate.Length(min=1, max=MOST_ITEMS)
_BOUND = re.compile(r"[0-9]{1,15}(\.[0-9]{1,9})?")

# What comes in --------------------------------------------------------------------------------


class _To(Schema):
    class Meta:
        unknown = EXCLUDE

    authorize_payment = StrictBoolean(load_default=False, allow_none=True)
    payment_destination_id = Uuid(required=True)
    amount = Amount(required=True)
    description = fields.String(load_default=None, allow_none=True)
    external_reference = fields.String(load_default=None, allow_none=True)


class _Detail(Schema):
    class Meta:
        unknown = EXCLUDE

    account_id = Uuid(required=True)
    currency = fields.String(required=True, validate=validate.OneOf(list(DECIMALS)))
    destination_details = fields.List(fields.Nested(_To), required=True, validate=_FEW)


class CreatePayouts(Schema):
    """The body of `POST /payouts/v1/payment`. What is not known here is let pass."""

    class Meta:
        unknown = EXCLUDE

    payment_details = fields.List(fields.Nested(_Detail), required=True, validate=_FEW)


class CreateDestination(Schema):
    """An item of `POST /payouts/v1/payment/destinations`."""

    class Meta:
        unknown = EXCLUDE

    name = fields.String(required=True)
    display_name = fields.String(load_default=None, allow_none=True)
    iban = fields.String(load_default=None, allow_none=True)
    account_number = fields.String(load_default=None, allow_none=True)
    bank_identifier = fields.String(load_default=None, allow_none=True)
    swift_code = fields.String(load_default=None, allow_none=True)
    address = fields.String(load_default=None, allow_none=True)
    city = fields.String(load_default=None, allow_none=True)
    country = fields.String(load_default=None, allow_none=True)


_CREATE = CreatePayouts()
CREATE_DESTINATIONS = CreateDestination(many=True)


def load_details(raw: object) -> list[dict[str, Any]]:
    """What `POST /payouts/v1/payment` asks for: accounts, and what goes where from each.

    Raises:
        LeanError: 400.
    """
    details: list[dict[str, Any]] = load_object(_CREATE, raw)["payment_details"]
    return details


def load_wanted(query: Mapping[str, str]) -> Wanted:
    """What `GET /payouts/v1/payments` asks for; an empty value is absent.

    Raises:
        LeanError: 400 INVALID_PARAMETERS.
    """
    return Wanted(load_period(query), _bound(query, "amount_min"), _bound(query, "amount_max"))


def _bound(query: Mapping[str, str], name: str) -> Decimal | None:
    text = query.get(name)
    if not text:
        return None
    if not _BOUND.fullmatch(text):
        raise invalid(name, text)
    return Decimal(text)


# What goes out --------------------------------------------------------------------------------


def dump_created(payouts: Sequence[Document]) -> dict[str, object]:
    """Payouts as `POST /payouts/v1/payment` answers them (recorded)."""
    return {
        "end_user_id": END_USER,
        "payouts_payment_details": [_created(payout) for payout in payouts],
    }


def _created(payout: Document) -> dict[str, object]:
    account, destination = payout["account"], payout["destination"]
    return {
        "payment_intent_id": payout["payment_intent_id"],
        "initiate_payment_task_id": task_of(payout["payment_intent_id"]),
        "account_number": account["account_number"],
        "iban": account["iban"],
        "destination_details": {
            "destination_id": payout["payment_destination_id"],
            "amount": major(payout["amount"], payout["currency"]),
            "currency": payout["currency"],
            "payment_status": "CREATED",
            "error_message": None,
            "recipient_details": _party(destination),
        },
        "bank_identifier": BANK,
    }


def _party(account: Mapping[str, Any]) -> dict[str, object]:
    return {key: account[key] for key in ("account_number", "iban", "name")}


def dump_row(payout: Document) -> dict[str, object]:
    """A payout as `GET /payouts/v1/payments` lists it (recorded)."""
    destination, authorized = payout["destination"], payout["auto_authorized"]
    waits = payout["status"] == "AWAITING_AUTHORIZATION"
    return {
        "recipient_name": destination["name"],
        "recipient_bank_name": banks.name_of(destination["bank_identifier"], destination["iban"]),
        "recipient_iban": destination["iban"],
        "recipient_cool_off_expiry": None,
        "recipient_address": destination["address"],
        "recipient_city": destination["city"],
        "recipient_country": destination["country"],
        "description": payout["reason"],
        "currency": payout["currency"],
        "amount": major(payout["amount"], payout["currency"]),
        "created_at": timestamp(payout["created_at"]),
        "updated_at": timestamp(payout["updated_at"]),
        "payment_intent_id": payout["payment_intent_id"],
        "auto_authorized": authorized,
        "pending_manual_authorization": waits and not authorized,
        "status": payout["status"],
        "post_initiation_status": payout["post_initiation_status"],
        "bank_transaction_reference": payout["bank_transaction_reference"],
    }


def dump_history(payout: Document) -> dict[str, object]:
    """A payout's payment with its events, oldest first (recorded)."""
    events = [
        {**line, "published_at": timestamp(line["published_at"])} for line in payout["history"]
    ]
    return {"payment_id": payout["id"], "events": events}


def dump_payment(payout: Document) -> dict[str, object]:
    """A payout as `GET /payouts/v1/{payment_id}` answers it (recorded)."""
    initiated_at = payout["initiated_at"]
    return {
        "id": payout["id"],
        "payment_intent_id": payout["payment_intent_id"],
        "payment_source_id": None,
        "sender_details": _party(payout["account"]),
        "recipient_details": _party(payout["destination"]),
        "amount": major(payout["amount"], payout["currency"]),
        "currency": payout["currency"],
        "description": payout["reason"],
        "submission_timestamp": timestamp(payout["created_at"]),
        "initiation_timestamp": None if initiated_at is None else timestamp(initiated_at),
        "status": payout["status"],
        "bank_transaction_reference": payout["bank_transaction_reference"],
        "post_initiation_status": payout["post_initiation_status"],
        "granular_status_code": None,
        "status_additional_details": payout["failure_reason"],
    }


def dump_intent(payout: Document) -> dict[str, object]:
    """A payout as `GET /payouts/v1/intents/{intent_id}` answers it (recorded)."""
    return {
        "payment_intent_id": payout["payment_intent_id"],
        "customer_id": payout["customer_id"],
        "amount": major(payout["amount"], payout["currency"]),
        "currency": payout["currency"],
        "description": payout["reason"],
        "external_reference": payout["external_reference"],
        "payment": dump_payment(payout),
        "payment_destination": _destination_of_intent(payout["destination"]),
    }


def _destination_of_intent(destination: Document) -> dict[str, object]:
    """In the form that was recorded in intents of payments."""
    blank = {"default": False, "branch_address": None, "bank_type": None}
    shown: dict[str, object] = IN_INTENT.dump(
        {**blank, **destination, "id": destination["destination_id"]}
    )
    return shown


class Destination(Schema):
    """A destination as its calls answer it (recorded)."""

    add_beneficiary_task_id = fields.String()
    destination_id = fields.String()
    bank_identifier = fields.String()
    iban = fields.String()
    account_number = fields.String()
    display_name = fields.String()
    status = fields.String()


DESTINATION = Destination()
DESTINATIONS = Destination(many=True)
