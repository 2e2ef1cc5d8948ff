"""Usages of payment links: a payer has begun to pay, and his bank says yes or no.

A usage's document: usage_id, payment_link_id, payment_intent_id, customer_id, identifiers [{type,
display_label, value}], is_declined, created_at. As it is seen, it has a usage_status and a payment
(None until the bank has taken it or refused), too.
"""

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from sandbox.engine.provider.resources import Listing, Resource, by_key
from sandbox.engine.provider.rules import Call, Conflict
from sandbox.engine.store.collections import Document
from sandbox.engine.values.digits import plain_digits
from sandbox.engine.values.instants import MINUTE, Duration
from sandbox.lean import customers, intents, links, payer, payments
from sandbox.lean.customers import CUSTOMERS
from sandbox.lean.errors import unknown
from sandbox.lean.links import LINKS

STATUSES = ("STARTED", "PAYMENT_CREATED", "FAILED", "EXPIRED")
_VALID_FOR: Duration = 30 * MINUTE
"""How long one stays STARTED (documented)."""
_LONGEST = 255
"""Characters of an identifier, where its link says nothing."""
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_PHONE = re.compile(r"\+?[0-9]{7,15}", re.ASCII)
_NAMING = ("EMAIL", "MOBILE_PHONE")
"""The types of identifiers by which a payer is known again."""

USAGES = Resource(
    "lean.payment_link_usages",
    partial(unknown, "payment link usage"),
    id_key="usage_id",
    indexes=by_key("payment_link_id"),
)


class Typed(NamedTuple):
    """What a payer says of himself.

    Attributes:
        identifiers: as a usage has them; those that were left empty are not among them.
        wrong: by the number of each that is not as its link wants it, what is wrong: EMAIL,
            MOBILE_PHONE (no such thing), missing or long.
    """

    identifiers: Sequence[Document]
    wrong: Mapping[int, str]


def read_identifiers(link: Document, texts: Sequence[str | None]) -> Typed:
    """Read what was typed for each of a link's identifiers, in their order."""
    found, wrong = [], {}
    for n, wanted in enumerate(link["identifiers"]):
        value = (texts[n] or "").strip() if n < len(texts) else ""
        if wanted["type"] == "MOBILE_PHONE":
            value = plain_digits(value)
        if problem := _problem(wanted, value):
            wrong[n] = problem
        elif value:
            shown = {key: wanted[key] for key in ("type", "display_label")}
            found.append({**shown, "value": value})
    return Typed(found, wrong)


def _problem(wanted: Document, value: str) -> str | None:
    if not value:
        return "missing" if wanted["required"] else None
    if len(value) > (wanted["limit"] or _LONGEST):
        return "long"
    form = {"EMAIL": _EMAIL, "MOBILE_PHONE": _PHONE}.get(wanted["type"])
    return wanted["type"] if form and not form.fullmatch(value) else None


def begin(call: Call, link_id: str, identifiers: Sequence[Document]) -> Document:
    """A payer begins to pay: an intent is made, and waits for the bank.

    Args:
        call: the world and the moment.
        link_id: of a link that there is.
        identifiers: as `read_identifiers` returns them.

    Returns:
        The usage, as it is seen.

    Raises:
        LeanError: 404 UNKNOWN_PAYMENT_LINK.
        Conflict: the link is not ACTIVE.
    """
    with call:
        link = _open_link(call, link_id)
        call.adopt(("lean", "payment_link", link_id))
        usage_id = call.ids.uuid("lean.payment_link_usage")
        wanted = link["payment_details"]
        values = {
            "customer_id": link["customer_id"] or _customer(call, usage_id, identifiers),
            "amount": wanted["amount"],
            "currency": wanted["currency"],
            "description": wanted["reference"],
            "metadata": None,
            "payment_destination_id": wanted["destination_id"],
        }
        intent = intents.begin(call, values, link_id)
        usage = {
            "usage_id": usage_id,
            "payment_link_id": link_id,
            "payment_intent_id": intent["payment_intent_id"],
            "customer_id": intent["customer_id"],
            "identifiers": list(identifiers),
            "is_declined": False,
            "created_at": call.now,
        }
        return _seen(call, USAGES.put(call, usage))


def _open_link(call: Call, link_id: str) -> Document:
    link = links.get(call, link_id)
    if link["status"] != "ACTIVE":
        raise Conflict(f"the payment link is {link['status']}")
    return link


def _customer(call: Call, usage_id: str, identifiers: Sequence[Document]) -> str:
    """The customer whom an identifier names, or a new one."""
    values = (each["value"] for each in identifiers if each["type"] in _NAMING)
    app_user_id = next(values, f"payer-{usage_id}")
    customer = CUSTOMERS.collection(call).newest("app_user_id", app_user_id)
    if customer is None:
        customer = customers.put(call, call.ids.uuid("lean.customer"), app_user_id, call.now)
    return str(customer["customer_id"])


def _seen(call: Call, usage: Document) -> Document:
    """A usage with what has become of it; nothing happens when it expires."""
    made = payments.of_intent(call, usage["payment_intent_id"])
    payment = made[0] if made and made[0]["status"] in payments.DECIDED else None
    if payment is not None:
        status = "FAILED" if payment["status"] == "FAILED" else "PAYMENT_CREATED"
    elif usage["is_declined"]:
        status = "FAILED"
    else:
        is_over = call.now - usage["created_at"] > _VALID_FOR
        status = "EXPIRED" if is_over and not made else "STARTED"
    return {**usage, "usage_status": status, "payment": payment}


def get(call: Call, link_id: str, usage_id: str) -> Document:
    """A usage of a link, as it is seen.

    Raises:
        LeanError: 404 UNKNOWN_PAYMENT_LINK, UNKNOWN_PAYMENT_LINK_USAGE.
    """
    with call:
        LINKS.stored(call, link_id)
        usage = USAGES.stored(call, usage_id)
        if usage["payment_link_id"] != link_id:
            raise unknown("payment link usage", usage_id)
        return _seen(call, usage)


def page(call: Call, link_id: str, asked: Listing) -> tuple[list[Document], int]:
    """A page of a link's usages, newest first, and how many there are on all pages.

    Raises:
        LeanError: 404 UNKNOWN_PAYMENT_LINK.
    """
    with call:
        LINKS.stored(call, link_id)
        rows, total = USAGES.page(call, asked, {"payment_link_id": link_id})
        return [_seen(call, usage) for usage in rows], total


def pay(call: Call, link_id: str, usage_id: str, values: Mapping[str, Any]) -> Document:
    """The payer says yes to his bank, which takes the payment or refuses it.

    Args:
        call: the world and the moment.
        link_id: of a link that there is.
        usage_id: of one of its usages.
        values: bank_identifier, status, failure_code, as `payer.pay` takes them.

    Returns:
        The payment.

    Raises:
        LeanError: 404 UNKNOWN_PAYMENT_LINK, UNKNOWN_PAYMENT_LINK_USAGE.
        Conflict: the usage is no longer STARTED, or the link no longer ACTIVE.
    """
    with call:
        usage = _started(call, link_id, usage_id)
        _open_link(call, link_id)
        return payer.pay(call, {**values, "payment_intent_id": usage["payment_intent_id"]})


def decline(call: Call, link_id: str, usage_id: str) -> Document:
    """The payer says no to his bank: the usage has FAILED, without a payment.

    Raises:
        LeanError: 404 UNKNOWN_PAYMENT_LINK, UNKNOWN_PAYMENT_LINK_USAGE.
        Conflict: the usage is no longer STARTED.
    """
    with call:
        _started(call, link_id, usage_id)
        stored = USAGES.stored(call, usage_id)
        return _seen(call, USAGES.put(call, {**stored, "is_declined": True}))


def _started(call: Call, link_id: str, usage_id: str) -> Document:
    usage = get(call, link_id, usage_id)
    if usage["usage_status"] != "STARTED":
        raise Conflict(f"the usage is {usage['usage_status']}")
    return usage
