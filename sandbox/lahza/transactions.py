"""Transactions: the card payments that refunds hang on. `documents` says what one is."""

from collections.abc import Hashable, Mapping
from typing import Any

from sandbox.engine.provider.notices import Notice
from sandbox.engine.provider.rules import Call
from sandbox.engine.store.collections import CollectionSpec, Document, Selection
from sandbox.lahza.documents import with_values
from sandbox.lahza.errors import invalid, reference_not_found, transaction_not_found
from sandbox.lahza.listing import Listing
from sandbox.lahza.settings import settings_of
from sandbox.lahza.wire import LEGAL, exact_id


def _authorization_key(transaction: Document) -> Hashable | None:
    authorization = transaction["authorization"]
    if not authorization:
        return None
    return transaction["domain"], authorization["authorization_code"], authorization["reusable"]


COLLECTION = CollectionSpec(
    "lahza.transactions",
    created=lambda transaction: int(transaction["created_at"]),
    indexes={
        "domain": lambda transaction: transaction["domain"],
        "reference": lambda transaction: (transaction["domain"], transaction["reference"]),
        "access_code": lambda transaction: transaction["access_code"],
        "authorization": _authorization_key,
        "status": lambda transaction: (transaction["domain"], transaction["status"]),
        "amount": lambda transaction: (transaction["domain"], transaction["amount"]),
    },
)
TARGET = "lahza.transaction"
FIRST_ID = 1_500_000_000


def find(call: Call, domain: str, value: str) -> Document:
    """The transaction that an id or a reference names, as rules and reads see it.

    Raises:
        LahzaError: 404, the domain has none such.
    """
    transaction = lookup(call, domain, value)
    if transaction is None:
        raise transaction_not_found()
    return seen(call, transaction)


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
            raise reference_not_found(settings_of(call).verify_unknown_status)
        return seen(call, transaction)


def get(call: Call, domain: str, number: int) -> Document:
    """The transaction of `GET /transaction/:id`.

    Raises:
        LahzaError: 404.
    """
    with call:
        transaction = by_id(call, domain, number)
        if transaction is None:
            raise transaction_not_found()
        return seen(call, transaction)


def timeline(call: Call, domain: str, value: str) -> Document:
    """The transaction of `GET /transaction/timeline/:id_or_reference`.

    Raises:
        LahzaError: 404.
    """
    with call:
        return find(call, domain, value)


def page(call: Call, domain: str, asked: Listing) -> tuple[list[Document], int]:
    """A page of a domain's transactions, newest first, and how many there are on all pages.

    Filters: status, amount, customer (id, code or email).
    """
    filters = dict(asked.filters)
    with call:
        index: str | None = None
        if not call.any_scenario_on:  # else what is seen is not what is indexed
            index = next((name for name in ("amount", "status") if name in filters), None)
        key = domain if index is None else (domain, filters.pop(index))
        selection: Selection[Document] = call.collection(COLLECTION.name).select(
            index or "domain", key, asked.since, asked.until
        )
        if not filters:
            rows = selection.page(asked.offset, asked.size)
            return [seen(call, row) for row in rows], len(selection)
        rows = [seen(call, row) for row in selection]
        matching = [row for row in rows if _matches(row, filters)]
        return matching[asked.offset : asked.offset + asked.size], len(matching)


def _matches(transaction: Document, filters: Mapping[str, Any]) -> bool:
    customer = transaction["customer"]
    known = {
        "status": (transaction["status"],),
        "amount": (transaction["amount"],),
        "customer": (str(customer["id"]), customer["customer_code"], customer["email"]),
    }
    return all(value in known[name] for name, value in filters.items())


def seen(call: Call, transaction: Document) -> Document:
    """A transaction as rules and reads see it: with what scenarios lay over it."""
    overlay = call.overlay(TARGET, transaction)
    return with_values(transaction, overlay) if overlay else transaction


def tell_paid(call: Call, transaction: Document) -> None:
    """Let the merchant hear that a transaction has been paid, if that is what one sees."""
    if seen(call, transaction)["status"] == "success":
        subject = ("lahza", "transaction", str(transaction["id"]))
        topic, channel = transaction["reference"], transaction["domain"]
        call.tell(Notice("charge.success", subject, (transaction,), topic, channel, last=True))


def put(call: Call, transaction: Document) -> None:
    """Store a transaction."""
    call.collection(COLLECTION.name).put(str(transaction["id"]), transaction)


def new_number(call: Call, collection: str, first: int) -> int:
    """An id that no document of a collection has: a fixture may have taken one of the row."""
    while True:
        number = call.ids.number(collection, first)
        if call.collection(collection).get(str(number)) is None:
            return number
