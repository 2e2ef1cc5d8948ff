"""Payment sources: the bank accounts that customers pay from.

A source's document: id, customer_id, bank_identifier, currency, account {name, iban,
account_number, account_id} (the sender of its payments), destinations (the ids of those that it
has paid to, the latest), deleted, created_at.
"""

from sandbox.engine.provider.rules import Call
from sandbox.engine.store.collections import Collection, CollectionSpec, Document
from sandbox.lean import customers
from sandbox.lean.errors import unknown
from sandbox.lean.listing import MOST_ROWS, newest

COLLECTION = CollectionSpec(
    "lean.sources",
    created=lambda source: int(source["created_at"]),
    indexes={"customer_id": lambda source: None if source["deleted"] else source["customer_id"]},
)
_BANK = "LEAN_OF_RETAIL_UAE"


def of_customer(call: Call, customer_id: str) -> list[Document]:
    """A customer's sources, newest first.

    Raises:
        LeanError: 404 UNKNOWN_CUSTOMER.
    """
    with call:
        customers.find(call, customer_id)
        return newest(_sources(call).select("customer_id", customer_id))


def get(call: Call, customer_id: str, source_id: str) -> Document:
    """One of a customer's sources.

    Raises:
        LeanError: 404 UNKNOWN_CUSTOMER, UNKNOWN_PAYMENT_SOURCE.
    """
    with call:
        return _find(call, customer_id, source_id)


def delete(call: Call, customer_id: str, source_id: str) -> None:
    """Delete a source; payments that came from it keep its id.

    Raises:
        LeanError: 404 UNKNOWN_CUSTOMER, UNKNOWN_PAYMENT_SOURCE.
    """
    with call:
        source = _find(call, customer_id, source_id)
        _sources(call).put(source_id, {**source, "deleted": True})


def _find(call: Call, customer_id: str, source_id: str) -> Document:
    customers.find(call, customer_id)
    source = _sources(call).get(source_id)
    if source is None or source["deleted"] or source["customer_id"] != customer_id:
        raise unknown("payment source", source_id)
    return source


def connected(call: Call, customer_id: str, currency: str) -> Document | None:
    """The source that a customer would pay from in a currency, if there is one already."""
    sources = _sources(call).select("customer_id", customer_id)
    return next((source for source in sources if source["currency"] == currency), None)


def ensure(call: Call, payment: Document) -> None:
    """Make a payment's source, if it is a new one, and note where it has paid to."""
    sources, destination_id = _sources(call), payment["payment_destination_id"]
    source = sources.get(payment["payment_source_id"]) or {
        "id": payment["payment_source_id"],
        "customer_id": payment["customer_id"],
        "bank_identifier": _BANK,
        "currency": payment["currency"],
        "account": payment["sender"],
        "destinations": [],
        "deleted": False,
        "created_at": payment["created_at"],
    }
    if destination_id not in source["destinations"]:
        paid_to = [*source["destinations"], destination_id][-MOST_ROWS:]
        sources.put(source["id"], {**source, "destinations": paid_to})


def _sources(call: Call) -> Collection[Document]:
    return call.collection(COLLECTION.name)
