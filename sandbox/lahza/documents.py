"""What a transaction's document is made of, and how an attempt to pay changes it.

A transaction's document: id (a number of 10 digits), domain, key (the secret key that made it, or
None; it signs webhooks and is never shown), reference, access_code (of its checkout page, or
None), amount (minor units), currency, status (success | failed | abandoned | reversed),
gateway_response, message, created_at, paid_at, channel, ip_address, metadata, fees, attempts (the
latest, each with `at` and `until`, in seconds since the creation, and its `response`),
authorization (empty where nobody has tried to pay), customer, plan, callback_url, cancel_url, by
(the call that made it, or None).
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sandbox.engine.store.collections import Document
from sandbox.engine.values.ids import random_of
from sandbox.engine.values.instants import SECOND, Instant
from sandbox.lahza import cards, people

STATUSES = ("success", "failed", "abandoned", "reversed")
PAID = ("success", "reversed")
MOST_ATTEMPTS = 100
"""The latest attempts to pay a transaction, which are kept."""

_GIVEN = ("key", "access_code", "plan", "callback_url", "cancel_url", "by")
_OUTCOMES = {
    "success": (cards.SUCCESSFUL, "Approval"),
    "reversed": (cards.SUCCESSFUL, "Approval"),
    "failed": (cards.DECLINED, cards.DECLINED),
    "abandoned": ("The transaction was not completed", None),
}


def new(number: int, values: Mapping[str, Any], created_at: Instant) -> dict[str, Any]:
    """A transaction that nobody has tried to pay, not yet stored.

    Args:
        number: its id.
        values: domain, amount, currency, email; and any of key, reference (else made up, the same
            for the same id), access_code, metadata, first_name, last_name, mobile, plan,
            callback_url, cancel_url, by.
        created_at: the moment.
    """
    random = random_of(f"lahza {number}")
    gateway_response, message = _OUTCOMES["abandoned"]
    return {
        "id": number,
        "domain": values["domain"],
        "reference": values.get("reference") or f"T{random.randrange(10**15):015d}",
        "amount": values["amount"],
        "currency": values["currency"],
        "status": "abandoned",
        "gateway_response": gateway_response,
        "message": message,
        "created_at": created_at,
        "paid_at": None,
        "channel": "card",
        "ip_address": f"203.0.113.{random.randrange(1, 255)}",
        "metadata": values.get("metadata", ""),
        "fees": fees_of(values["amount"]),
        "attempts": [],
        "authorization": {},
        "customer": customer_of(
            values["domain"],
            values["email"],
            values.get("first_name"),
            values.get("last_name"),
            values.get("mobile"),
        ),
        **{key: values.get(key) for key in _GIVEN},
    }


def fees_of(amount: int) -> int:
    """What a payment costs the merchant, in minor units."""
    return amount // 100


@lru_cache(maxsize=4096)
def customer_of(
    domain: str, email: str, first_name: str | None, last_name: str | None, phone: str | None
) -> dict[str, Any]:
    """A customer: the same one for the same email in the same domain, whatever else is said."""
    random = random_of(f"lahza customer {domain} {email.lower()}")
    return {
        "id": 24_000_000 + random.randrange(10**6),
        "first_name": first_name,
        "last_name": last_name,
        "email": email,
        "customer_code": f"CUS_{random.randrange(10**11):011d}",
        "phone": phone,
    }


def attempted(
    transaction: Document, response: str, authorization: Mapping[str, Any], now: Instant
) -> dict[str, Any]:
    """A transaction after one more attempt to pay it.

    Args:
        transaction: as it was.
        response: what the card's bank said.
        authorization: the card's; one that was refused can't be used again.
        now: the moment.
    """
    attempts = transaction["attempts"]
    at = max((now - transaction["created_at"]) // SECOND, *(a["until"] for a in attempts), 0)
    paid = response == cards.SUCCESSFUL
    status = "success" if paid else "failed"
    return {
        **transaction,
        "status": status,
        "gateway_response": response,
        "message": _OUTCOMES[status][1] if paid else response,
        "paid_at": now if paid else None,
        "attempts": [*attempts, {"at": at, "until": at, "response": response}][-MOST_ATTEMPTS:],
        "authorization": {**authorization, "reusable": paid},
    }


def with_values(transaction: Document, changes: Mapping[str, Any]) -> Document:
    """A transaction with a changed status or other value, and what follows of it.

    Where its status now says otherwise, somebody tried once to pay it, with a made-up card, six
    seconds long; or nobody did.
    """
    changed = {**transaction, **changes}
    status = changed["status"]
    if status == transaction["status"]:
        return changed
    changed["gateway_response"], changed["message"] = _OUTCOMES[status]
    paid = status in PAID
    if status == "abandoned":
        changed |= {"paid_at": None, "attempts": [], "authorization": {}}
    elif not paid or transaction["paid_at"] is None:
        card = transaction["authorization"] or cards.made_up(transaction["id"])
        changed |= {
            "paid_at": transaction["created_at"] if paid else None,
            "attempts": [{"at": 5, "until": 6, "response": changed["gateway_response"]}],
            "authorization": {**card, "reusable": paid},
        }
    return changed


def make(number: int, values: Mapping[str, Any], created_at: Instant) -> Document:
    """A transaction, not yet stored; what is not given is made up, the same for the same id."""
    first, last = people.name(random_of(f"lahza payer {number}"))
    email = f"{first}.{last}@example.com".lower().replace(" ", "")
    payer = {"first_name": first, "last_name": last, "email": email}
    defaults = {"domain": "test", "amount": 10000, "currency": "ILS", **payer}
    transaction = new(number, {**defaults, **values}, created_at)
    return with_values(transaction, {"status": values.get("status", "success")})
