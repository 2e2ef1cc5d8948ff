"""Transactions: the card payments that refunds hang on.

A transaction's document: id (a number of 10 digits), domain, reference, amount (minor units),
currency, status (success | failed | abandoned | reversed), gateway_response, message,
created_at, paid_at, channel, ip_address, metadata, fees, authorization, customer.
"""

from collections.abc import Mapping
from typing import Any

from sandbox.engine.call import Call
from sandbox.engine.ids import random_of
from sandbox.engine.instants import Instant
from sandbox.engine.people import levant_name
from sandbox.engine.store import CollectionSpec, Document, Selection
from sandbox.engine.world import Conflict
from sandbox.lahza.errors import invalid, reference_not_found, transaction_not_found
from sandbox.lahza.listing import Listing
from sandbox.lahza.switches import switches
from sandbox.lahza.wire import LEGAL, exact_id

COLLECTION = CollectionSpec(
    "lahza.transactions",
    created=lambda transaction: int(transaction["created_at"]),
    indexes={
        "domain": lambda transaction: transaction["domain"],
        "reference": lambda transaction: (transaction["domain"], transaction["reference"]),
        "status": lambda transaction: (transaction["domain"], transaction["status"]),
        "amount": lambda transaction: (transaction["domain"], transaction["amount"]),
    },
)
TARGET = "lahza.transaction"
STATUSES = ("success", "failed", "abandoned", "reversed")
FIRST_ID = 1_500_000_000

_OUTCOMES = {
    "success": ("Successful", "Approval"),
    "reversed": ("Successful", "Approval"),
    "failed": ("Declined", "Declined"),
    "abandoned": ("The transaction was not completed", None),
}


def find(call: Call, domain: str, value: str) -> Document:
    """The transaction that an id or a reference names, as rules and reads see it.

    Raises:
        LahzaError: 404, the domain has none such.
    """
    transaction = lookup(call, domain, value)
    if transaction is None:
        raise transaction_not_found()
    return _seen(call, transaction)


def lookup(call: Call, domain: str, value: str) -> Document | None:
    """Likewise, without what scenarios lay over it. An exact id wins over a reference."""
    number = exact_id(value)
    transaction = None if number is None else by_id(call, domain, number)
    return transaction or by_reference(call, domain, value)


def by_id(call: Call, domain: str | None, number: int) -> Document | None:
    """The transaction with an id, of a domain or (None) of either."""
    transaction: Document | None = call.collection(COLLECTION.name).get(str(number))
    if transaction is not None and domain in (None, transaction["domain"]):
        return transaction
    return None


def by_reference(call: Call, domain: str, reference: str) -> Document | None:
    """The transaction with a reference."""
    return call.collection(COLLECTION.name).newest("reference", (domain, reference))


def verify(call: Call, domain: str, reference: str) -> Document:
    """The transaction of `GET /transaction/verify/:reference`.

    Raises:
        LahzaError: 400, a character is illegal or the reference unknown (that: a switch).
    """
    if not LEGAL.issuperset(reference):
        raise invalid("Invalid character in transaction reference")
    with call:
        transaction = by_reference(call, domain, reference)
        if transaction is None:
            raise reference_not_found(switches(call).verify_unknown_status)
        return _seen(call, transaction)


def get(call: Call, domain: str, number: int) -> Document:
    """The transaction of `GET /transaction/:id`.

    Raises:
        LahzaError: 404.
    """
    with call:
        transaction = by_id(call, domain, number)
        if transaction is None:
            raise transaction_not_found()
        return _seen(call, transaction)


def page(call: Call, domain: str, asked: Listing) -> tuple[list[Document], int]:
    """A page of a domain's transactions, newest first, and how many there are on all pages.

    Filters: status, amount, customer (id, code or email).
    """
    filters = dict(asked.filters)
    with call:
        index: str | None = None
        if not call.world.scenarios.any_on(call.own):  # else what is seen is not what is indexed
            index = next((name for name in ("amount", "status") if name in filters), None)
        key = domain if index is None else (domain, filters.pop(index))
        selection: Selection[Document] = call.collection(COLLECTION.name).select(
            index or "domain", key, asked.since, asked.until
        )
        if not filters:
            rows = selection.page(asked.offset, asked.size)
            return [_seen(call, row) for row in rows], len(selection)
        seen = (_seen(call, row) for row in selection)
        matching = [row for row in seen if _matches(row, filters)]
        return matching[asked.offset : asked.offset + asked.size], len(matching)


def _matches(transaction: Document, filters: Mapping[str, Any]) -> bool:
    customer = transaction["customer"]
    known = {
        "status": (transaction["status"],),
        "amount": (transaction["amount"],),
        "customer": (str(customer["id"]), customer["customer_code"], customer["email"]),
    }
    return all(value in known[name] for name, value in filters.items())


def _seen(call: Call, transaction: Document) -> Document:
    overlay = call.overlay(TARGET, transaction)
    return with_values(transaction, overlay) if overlay else transaction


def with_values(transaction: Document, changes: Mapping[str, Any]) -> Document:
    """A transaction with a changed status or other value, and what follows of it."""
    changed = {**transaction, **changes}
    status = changed["status"]
    if status != transaction["status"]:
        changed["gateway_response"], changed["message"] = _OUTCOMES[status]
        paid = status in ("success", "reversed")
        changed["paid_at"] = transaction["paid_at"] or transaction["created_at"] if paid else None
    return changed


# What happens outside Lahza's API: the admin API's calls --------------------------------------


def make(number: int, values: Mapping[str, Any], created_at: Instant) -> Document:
    """A transaction, not yet stored; what is not given is made up, the same for the same id."""
    random = random_of(f"lahza {number}")
    first, last = levant_name(random)
    email = f"{first}.{last}@example.com".lower().replace(" ", "")
    status = values.get("status", "success")
    gateway_response, message = _OUTCOMES[status]
    brand, digits = random.choice([("visa", "411111"), ("mastercard", "542400")])
    tail = f"{random.randrange(10**10):010d}"
    amount = values.get("amount", 10000)
    return {
        "id": number,
        "domain": values.get("domain", "test"),
        "reference": values.get("reference") or f"T{random.randrange(10**15):015d}",
        "amount": amount,
        "currency": values.get("currency", "ILS"),
        "status": status,
        "gateway_response": gateway_response,
        "message": message,
        "created_at": created_at,
        "paid_at": created_at if status in ("success", "reversed") else None,
        "channel": "card",
        "ip_address": f"203.0.113.{random.randrange(1, 255)}",
        "metadata": "",
        "fees": amount // 100,
        "authorization": {
            "authorization_code": f"AUTH_{tail}",
            "bin": digits,
            "last4": tail[-4:],
            "exp_month": f"{random.randrange(1, 13):02d}",
            "exp_year": str(random.randrange(2028, 2033)),
            "channel": "card",
            "card_type": f"{brand} DEBIT",
            "bank": "Test Bank",
            "country_code": "PS",
            "brand": brand,
            "reusable": True,
            "signature": f"SIG_{tail[::-1]}",
            "account_name": None,
        },
        "customer": {
            "id": 24_000_000 + random.randrange(10**6),
            "first_name": first,
            "last_name": last,
            "email": values.get("email") or email,
            "customer_code": f"CUS_{tail[:8]}",
            "phone": None,
        },
    }


def pay(call: Call, values: Mapping[str, Any]) -> Document:
    """Stand in for the payer: a transaction is made now.

    Args:
        call: the world and the moment.
        values: amount (minor units), currency, status, reference, domain, email.

    Raises:
        Conflict: the reference is taken.
    """
    with call:
        number = new_number(call, COLLECTION.name, FIRST_ID)
        transaction = make(number, values, call.now)
        _require_free(call, transaction)
        call.collection(COLLECTION.name).put(str(number), transaction)
        return transaction


def new_number(call: Call, collection: str, first: int) -> int:
    """An id that no document of a collection has: a fixture may have taken one of the row."""
    while True:
        number = call.world.ids.number(collection, first)
        if call.collection(collection).get(str(number)) is None:
            return number


def change(call: Call, number: int, values: Mapping[str, Any]) -> Document:
    """Change a transaction below whatever scenarios lay over it.

    Raises:
        LahzaError: 404.
        Conflict: refunds stand against its amount or currency, or the reference is taken.
    """
    with call:
        transaction = by_id(call, None, number)
        if transaction is None:
            raise transaction_not_found()
        refunded = call.collection("lahza.refunds").total("refunded", number)
        if refunded and any(
            values.get(key, transaction[key]) != transaction[key] for key in ("currency", "domain")
        ):
            raise Conflict("the transaction has refunds in its currency and domain")
        if values.get("amount", refunded) < refunded:
            raise Conflict("more than that amount has been refunded")
        changes = {key: value for key, value in values.items() if key != "email"}
        changed = dict(with_values(transaction, changes))
        if "email" in values:
            changed["customer"] = {**transaction["customer"], "email": values["email"]}
        if (changed["domain"], changed["reference"]) != (
            transaction["domain"],
            transaction["reference"],
        ):
            _require_free(call, changed)
        call.collection(COLLECTION.name).put(str(number), changed)
        return changed


def _require_free(call: Call, transaction: Document) -> None:
    if by_reference(call, transaction["domain"], transaction["reference"]) is not None:
        raise Conflict(f"the reference {transaction['reference']} is taken")
