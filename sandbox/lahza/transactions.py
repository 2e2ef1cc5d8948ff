"""Transactions: the card payments that refunds hang on. `documents` says what one is."""

from collections.abc import Hashable

from sandbox.engine.provider.ledger import Listed
from sandbox.engine.provider.notices import Notice
from sandbox.engine.provider.resources import Listing, Resource, by_key
from sandbox.engine.provider.rules import Call
from sandbox.engine.store.collections import Document
from sandbox.lahza.documents import with_values
from sandbox.lahza.errors import invalid, reference_not_found, transaction_not_found
from sandbox.lahza.settings import settings_of
from sandbox.lahza.wire import DOMAINS, LEGAL


def _authorization_key(transaction: Document) -> Hashable | None:
    authorization = transaction["authorization"]
    if not authorization:
        return None
    return transaction["domain"], authorization["authorization_code"], authorization["reusable"]


TARGET = "lahza.transaction"
FIRST_ID = 1_500_000_000


def seen(call: Call, transaction: Document) -> Document:
    """A transaction as rules and reads see it: with what scenarios lay over it."""
    overlay = call.overlay(TARGET, transaction)
    return with_values(transaction, overlay) if overlay else transaction


TRANSACTIONS = Resource(
    "lahza.transactions",
    lambda _: transaction_not_found(),
    indexes={
        **by_key("domain", "access_code"),
        "reference": lambda transaction: (transaction["domain"], transaction["reference"]),
        "authorization": _authorization_key,
        "status": lambda transaction: (transaction["domain"], transaction["status"]),
        "amount": lambda transaction: (transaction["domain"], transaction["amount"]),
    },
    seen=seen,
    overlaid=("status",),
)
LISTED = Listed(
    TRANSACTIONS,
    payment="id",
    outcomes={
        "success": "settled",
        "reversed": "settled",
        "failed": "failed",
        "abandoned": "open",  # until its payer tries to pay
    },
    keys=lambda status: [(domain, status) for domain in DOMAINS],
    references=("reference", "access_code"),
)


def find(call: Call, domain: str, value: str) -> Document:
    """The transaction that an id or a reference names, as rules and reads see it.

    Raises:
        LahzaError: 404, the domain has none such.
    """
    with call:
        return _found(call, lookup(call, domain, value))


def lookup(call: Call, domain: str, value: str) -> Document | None:
    """Likewise, without what scenarios lay over it. An exact id wins over a reference."""
    return _by_id(call, domain, value) or by_reference(call, domain, value)


def _by_id(call: Call, domain: str, value: str) -> Document | None:
    """The transaction with an id, written as ids are (007 is none), if it is of the domain."""
    transaction = TRANSACTIONS.collection(call).get(value)
    return transaction if transaction and transaction["domain"] == domain else None


def _found(call: Call, transaction: Document | None) -> Document:
    if transaction is None:
        raise transaction_not_found()
    return seen(call, transaction)


def by_reference(call: Call, domain: str, reference: str) -> Document | None:
    """The transaction with a reference."""
    return TRANSACTIONS.collection(call).newest("reference", (domain, reference))


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
        return _found(call, _by_id(call, domain, str(number)))


def page(call: Call, domain: str, asked: Listing) -> tuple[list[Document], int]:
    """A page of a domain's transactions, newest first, and how many there are on all pages.

    Filters: amount, status, customer (id, code or email).
    """
    amount, status, customer = (asked.filters[key] for key in ("amount", "status", "customer"))
    filters: dict[str, Hashable] = {}
    if amount is not None:
        filters["amount"] = (domain, amount)
    if status is not None:
        filters["status"] = (domain, status)
    keep = None if customer is None else lambda transaction: _is_of(transaction, customer)
    return TRANSACTIONS.page(call, asked, filters or {"domain": domain}, keep)


def _is_of(transaction: Document, value: str) -> bool:
    """Whether its customer has that id, code or email."""
    customer = transaction["customer"]
    return value in (str(customer["id"]), customer["customer_code"], customer["email"])


def tell_paid(call: Call, transaction: Document) -> None:
    """Let the merchant hear that a transaction has been paid, if that is what one sees."""
    if seen(call, transaction)["status"] == "success":
        subject = ("lahza", "transaction", str(transaction["id"]))
        topic, channel = transaction["reference"], transaction["domain"]
        documents = (transaction, {"signature_header": settings_of(call).signature_header})
        call.tell(Notice("charge.success", subject, documents, topic, channel, last=True))


def new_number(call: Call, resource: Resource, first: int) -> int:
    """An id that no document of a resource has: a fixture may have taken one of the row."""
    while True:
        number = call.ids.number(resource.name, first)
        if resource.collection(call).get(str(number)) is None:
            return number
