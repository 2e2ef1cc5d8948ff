"""Payment intents: what the merchant wants to be paid, by whom and where to.

An intent's document: payment_intent_id, customer_id, amount (minor units), currency,
description, metadata (shown in webhooks alone), payment_destination_id, payment_link_id (of the
link that it comes from, or None), status (INTENT_CREATED, or its latest payment's), created_at,
updated_at.
"""

from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from sandbox.engine.provider.resources import Listing, Resource, by_key
from sandbox.engine.provider.rules import Call
from sandbox.engine.store.collections import Document
from sandbox.engine.values.instants import Instant
from sandbox.lean import amounts, destinations, payments
from sandbox.lean.customers import CUSTOMERS
from sandbox.lean.destinations import DESTINATIONS
from sandbox.lean.errors import bad_value, unknown
from sandbox.lean.payments import PAYMENTS
from sandbox.lean.settings import settings_of
from sandbox.lean.webhooks import tell_intent

CREATED = "INTENT_CREATED"
_DOCUMENTED = (
    "CREDENTIALS_UPDATE_REQUIRED AWAITING_END_USER_AUTHORIZATION AWAITING_LOGIN_MFA_TOKEN "
    "AWAITING_APP_AUTH AWAITING_PAYMENT_MFA_TOKEN AWAITING_PAYMENT_SECURITY_QUESTIONS "
    "INVALID_CREDENTIALS INVALID_LOGIN_MFA INVALID_PAYMENT_MFA BENEFICIARY_NOT_FOUND "
    "MFA_ATTEMPTS_EXHAUSTED SECURITY_QUESTION_ANSWER_ATTEMPTS_EXHAUSTED PENDING_WITH_BANK "
    "AWAITING_AUTHORIZATION FAILED AWAITING_AUTHORIZATION_LOGIN_MFA "
    "INVALID_AUTHORIZATION_LOGIN_MFA AWAITING_AUTHORIZATION_LOGIN_SECURITY_QUESTION "
    "AWAITING_AUTHORIZATION_LOGIN_SECURITY_QUESTION_ANSWER "
    "INVALID_AUTHORIZATION_LOGIN_SECURITY_QUESTION_ANSWER "
    "AUTHORIZATION_LOGIN_SECURITY_QUESTION_ANSWER_ATTEMPTS_EXHAUSTED AUTHORIZATION_FAILED "
    "AWAITING_AUTHORIZATION_PAYMENT_MFA INVALID_AUTHORIZATION_PAYMENT_MFA "
    "PARTIAL_ACCEPTED_BY_BANK AUTHORIZATION_MFA_ATTEMPTS_EXHAUSTED"
).split()
"""What the list may be asked for; no intent of the sandbox has most of them."""
STATUSES = tuple(dict.fromkeys((CREATED, *payments.STATUSES, *_DOCUMENTED)))
_OF_PAYMENT = "customer_id amount currency metadata payment_destination_id created_at".split()
_LEAST = {"AED": 10, "USD": 3}
_MOST = {"AED": 1_000_000, "USD": 270_000}
"""What an intent may be of, in major units, both included (documented)."""
_MOST_OF_OTHERS = 10**12
"""In other currencies."""


def create(call: Call, values: Mapping[str, Any]) -> Document:
    """Create an intent.

    Args:
        call: the world and the moment.
        values: loaded by `schemas.intents.CreateIntent`; the amount in major units.

    Returns:
        The intent, whole.

    Raises:
        LeanError: 400 for an amount; 404 UNKNOWN_CUSTOMER, UNKNOWN_PAYMENT_DESTINATION.
    """
    amount = minor_amount(call, values["amount"], values["currency"], "amount")
    with call:
        CUSTOMERS.find(call, values["customer_id"])
        destination_id = values["payment_destination_id"]
        if destination_id is None:
            destination_id = destinations.default(call)["id"]
        else:
            DESTINATIONS.find(call, destination_id)
        wanted = {**values, "amount": amount, "payment_destination_id": destination_id}
        return _whole(call, begin(call, wanted))


def begin(call: Call, values: Mapping[str, Any], link_id: str | None = None) -> Document:
    """Store a new intent, and tell of it.

    Args:
        call: the world and the moment.
        values: customer_id, amount (minor units), currency, description, metadata,
            payment_destination_id.
        link_id: of the payment link that it comes from, if it comes from one.
    """
    intent = {
        "payment_intent_id": call.ids.uuid("lean.intent"),
        "customer_id": values["customer_id"],
        "amount": values["amount"],
        "currency": values["currency"],
        "description": values["description"],
        "metadata": values["metadata"],
        "payment_destination_id": values["payment_destination_id"],
        "payment_link_id": link_id,
        "status": CREATED,
        "created_at": call.now,
        "updated_at": call.now,
    }
    INTENTS.put(call, intent)
    call.stick(("lean", "intent", intent["payment_intent_id"]))
    tell_intent(call, intent)
    return intent


def minor_amount(call: Call, amount: Decimal | int, currency: str, field: str) -> int:
    """What an intent may be of, in minor units; `amount` is in major ones.

    Raises:
        LeanError: 400, naming the field.
    """
    has_minimum = settings_of(call).intent_minimum == "documented"
    least = _LEAST.get(currency) if has_minimum else None
    most = _MOST.get(currency, _MOST_OF_OTHERS)
    if least is not None and amount < least:
        message = f"The amount is below the minimum of {least} {currency}"
        raise bad_value("AMOUNT_UNDER_MIN_VALUE", message, field, amount)
    if amount > most:
        message = f"The amount is above the maximum of {most} {currency}"
        raise bad_value("AMOUNT_OVER_MAX_VALUE", message, field, amount)
    return amounts.to_minor(amount, currency, field)


def _seen(call: Call, intent: Document) -> Document:
    """An intent whose status is that of its latest payment, as scenarios let it be seen."""
    made = payments.of_intent(call, intent["payment_intent_id"])
    return {**intent, "status": made[0]["status"] if made else CREATED}


INTENTS = Resource(
    "lean.intents",
    partial(unknown, "payment intent"),
    id_key="payment_intent_id",
    indexes=by_key("customer_id", "status"),
    totals={
        "successes": lambda intent: (
            intent["payment_link_id"],
            int(intent["status"] in payments.UNDER_WAY),
        )
    },
    seen=_seen,
    overlaid=("status",),
)


def get(call: Call, intent_id: str) -> Document:
    """The intent of `GET /payments/v1/intents/{payment_intent_id}`, whole.

    Raises:
        LeanError: 404 UNKNOWN_PAYMENT_INTENT.
    """
    with call:
        return _whole(call, INTENTS.stored(call, intent_id))


def page(call: Call, asked: Listing) -> tuple[list[Document], int]:
    """A page of intents, whole and newest first, and how many there are on all pages.

    Filters: customer_id, status.
    """
    with call:
        rows, total = INTENTS.page(call, asked, asked.filters)
        return [_whole(call, intent) for intent in rows], total


def _whole(call: Call, intent: Document) -> Document:
    """An intent with its payments and its destination in it."""
    return {
        **intent,
        "payments": payments.of_intent(call, intent["payment_intent_id"]),
        "payment_destination": DESTINATIONS.find(call, intent["payment_destination_id"]),
    }


def asked(call: Call, intent_id: str) -> Document:
    """What the payer of an intent is asked for.

    Returns:
        amount (minor units), currency, recipient, reference, and payment, the one that was made,
        or None.

    Raises:
        LeanError: 404 UNKNOWN_PAYMENT_INTENT.
    """
    intent = INTENTS.stored(call, intent_id)
    destination = DESTINATIONS.find(call, intent["payment_destination_id"])
    made = payments.of_intent(call, intent_id)
    return {
        "amount": intent["amount"],
        "currency": intent["currency"],
        "recipient": destinations.shown_name(destination),
        "reference": intent["description"] or payments.without_hyphens(intent_id),
        "payment": made[0] if made else None,
    }


def note(call: Call, payment: Document, at: Instant) -> None:
    """Note on an intent that a payment was made of it or has changed; make it up if need be."""
    intent_id = payment["payment_intent_id"]
    intent = INTENTS.collection(call).get(intent_id) or {
        "payment_intent_id": intent_id,
        **{key: payment[key] for key in _OF_PAYMENT},
        "description": payment["reason"],
        "payment_link_id": None,
    }
    _restate(call, intent, at)


def follow(call: Call, before: Document, payment: Document, at: Instant) -> None:
    """Note that a payment has become another intent's or, its intent with it, a customer's."""
    old = INTENTS.stored(call, before["payment_intent_id"])
    if payment["payment_intent_id"] == before["payment_intent_id"]:
        _restate(call, {**old, "customer_id": payment["customer_id"]}, at)
    else:
        _restate(call, old, at)
        note(call, payment, at)


def _restate(call: Call, intent: Document, at: Instant) -> None:
    intent_id = intent["payment_intent_id"]
    latest = PAYMENTS.collection(call).newest("payment_intent_id", intent_id)
    status = CREATED if latest is None else latest["status"]
    INTENTS.put(call, {**intent, "status": status, "updated_at": at})
