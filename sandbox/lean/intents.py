"""Payment intents: what the merchant wants to be paid, by whom and where to.

An intent's document: payment_intent_id, customer_id, amount (minor units), currency,
description, metadata (shown in webhooks alone), payment_destination_id, status (INTENT_CREATED,
or its latest payment's), created_at, updated_at.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from sandbox.engine.provider.rules import Call
from sandbox.engine.store.collections import Collection, CollectionSpec, Document
from sandbox.engine.values.instants import Instant
from sandbox.lean import amounts, customers, destinations, payments
from sandbox.lean.dates import Period
from sandbox.lean.errors import bad_value, unknown
from sandbox.lean.listing import page_of
from sandbox.lean.webhooks import tell_intent

COLLECTION = CollectionSpec(
    "lean.intents",
    created=lambda intent: int(intent["created_at"]),
    indexes={
        "customer_id": lambda intent: intent["customer_id"],
        "status": lambda intent: intent["status"],
    },
)
CREATED = "INTENT_CREATED"
STATUSES = (CREATED, *payments.STATUSES)
_LIMITS = {"AED": (10, 1_000_000), "USD": (3, 270_000)}
"""The least and the most that an intent may be of, in major units, both included."""
_MOST = 10**12
"""In any currency."""


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
    amount = _amount(values["amount"], values["currency"])
    with call:
        customers.find(call, values["customer_id"])
        destination_id = values["payment_destination_id"]
        if destination_id is None:
            destination_id = destinations.default(call)["id"]
        else:
            destinations.find(call, destination_id)
        intent = {
            "payment_intent_id": call.ids.uuid("lean.intent"),
            "customer_id": values["customer_id"],
            "amount": amount,
            "currency": values["currency"],
            "description": values["description"],
            "metadata": values["metadata"],
            "payment_destination_id": destination_id,
            "status": CREATED,
            "created_at": call.now,
            "updated_at": call.now,
        }
        intent_id = intent["payment_intent_id"]
        _intents(call).put(intent_id, intent)
        call.stick(("lean", "intent", intent_id))
        tell_intent(call, intent)
        return _whole(call, intent)


def _amount(amount: Decimal | int, currency: str) -> int:
    """The amount in minor units."""
    least, most = _LIMITS.get(currency, (None, _MOST))
    if least is not None and amount < least:
        message = f"The amount is below the minimum of {least} {currency}"
        raise bad_value("AMOUNT_UNDER_MIN_VALUE", message, "amount", amount)
    if amount > most:
        message = f"The amount is above the maximum of {most} {currency}"
        raise bad_value("AMOUNT_OVER_MAX_VALUE", message, "amount", amount)
    return amounts.to_minor(amount, currency, "amount")


def find(call: Call, intent_id: str) -> Document:
    """An intent's document.

    Raises:
        LeanError: 404 UNKNOWN_PAYMENT_INTENT.
    """
    intent = _intents(call).get(intent_id)
    if intent is None:
        raise unknown("payment intent", intent_id)
    return intent


def get(call: Call, intent_id: str) -> Document:
    """The intent of `GET /payments/v1/intents/{payment_intent_id}`, whole.

    Raises:
        LeanError: 404 UNKNOWN_PAYMENT_INTENT.
    """
    with call:
        return _whole(call, find(call, intent_id))


class Wanted(NamedTuple):
    """What a list of intents is to hold; None: any."""

    customer_id: str | None
    status: str | None
    period: Period


def page(call: Call, wanted: Wanted, number: int, size: int) -> tuple[list[Document], int]:
    """A page of intents, whole and newest first, and how many there are on all pages."""
    filters = {"customer_id": wanted.customer_id, "status": wanted.status}
    keep = None
    with call:
        if wanted.status is not None and call.any_scenario_on:
            del filters["status"]  # then what is seen is not what is indexed

            def keep(intent: Document) -> bool:
                return _status(call, intent) == wanted.status

        rows, total = page_of(_intents(call), number, size, filters, wanted.period, keep)
        return [_whole(call, intent) for intent in rows], total


def _status(call: Call, intent: Document) -> str:
    """An intent's status as scenarios let it be seen."""
    made = payments.of_intent(call, intent["payment_intent_id"])
    return made[0]["status"] if made else CREATED


def _whole(call: Call, intent: Document) -> Document:
    """An intent with its payments and its destination in it."""
    return {
        **intent,
        "payments": payments.of_intent(call, intent["payment_intent_id"]),
        "payment_destination": destinations.find(call, intent["payment_destination_id"]),
    }


def note(call: Call, payment: Document, at: Instant) -> None:
    """Note on an intent that a payment was made of it or has changed; make it up if need be."""
    intents, intent_id = _intents(call), payment["payment_intent_id"]
    intent = intents.get(intent_id) or {
        "payment_intent_id": intent_id,
        "customer_id": payment["customer_id"],
        "amount": payment["amount"],
        "currency": payment["currency"],
        "description": payment["reason"],
        "metadata": payment["metadata"],
        "payment_destination_id": payment["payment_destination_id"],
        "created_at": payment["created_at"],
    }
    _restate(call, intent, at)


def follow(call: Call, before: Document, payment: Document, at: Instant) -> None:
    """Note that a payment has become another intent's or, its intent with it, a customer's."""
    old = find(call, before["payment_intent_id"])
    if payment["payment_intent_id"] == before["payment_intent_id"]:
        _restate(call, {**old, "customer_id": payment["customer_id"]}, at)
    else:
        _restate(call, old, at)
        note(call, payment, at)


def _restate(call: Call, intent: Document, at: Instant) -> None:
    intent_id = intent["payment_intent_id"]
    latest = call.collection(payments.COLLECTION.name).newest("payment_intent_id", intent_id)
    status = CREATED if latest is None else latest["status"]
    _intents(call).put(intent_id, {**intent, "status": status, "updated_at": at})


def _intents(call: Call) -> Collection[Document]:
    return call.collection(COLLECTION.name)
