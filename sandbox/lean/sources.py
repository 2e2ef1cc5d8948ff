"""Payment sources: the bank accounts that customers pay from.

A source's document: id, customer_id, bank_identifier, currency, account {name, iban,
account_number, account_id} (the sender of its payments), destinations (the ids of those that it
has paid to, the latest), deleted, entity_deleted_at (when its entity was), created_at.
"""

from functools import partial

from sandbox.engine.provider.resources import Resource
from sandbox.engine.provider.rules import Call
from sandbox.engine.store.collections import Document
from sandbox.engine.values.ids import uuid_of
from sandbox.lean.customers import CUSTOMERS
from sandbox.lean.errors import unknown
from sandbox.lean.webhooks import tell_beneficiary, tell_source
from sandbox.lean.wire import MOST_ROWS

SOURCES = Resource(
    "lean.sources",
    partial(unknown, "payment source"),
    indexes={"customer_id": lambda source: None if source["deleted"] else source["customer_id"]},
)
BANK = "LEAN_OF_RETAIL_UAE"
"""The bank of a source of which no other is said."""


def of_customer(call: Call, customer_id: str) -> list[Document]:
    """A customer's sources, newest first.

    Raises:
        LeanError: 404 UNKNOWN_CUSTOMER.
    """
    with call:
        CUSTOMERS.find(call, customer_id)
        found = SOURCES.collection(call).select("customer_id", customer_id)
        return found.page(0, MOST_ROWS)


def get(call: Call, customer_id: str, source_id: str) -> Document:
    """One of a customer's sources.

    Raises:
        LeanError: 404 UNKNOWN_CUSTOMER, UNKNOWN_PAYMENT_SOURCE.
    """
    with call:
        return _find(call, customer_id, source_id)


def delete(call: Call, customer_id: str, source_id: str) -> None:
    """Delete a source, and its entity; payments that came from it keep its id.

    Raises:
        LeanError: 404 UNKNOWN_CUSTOMER, UNKNOWN_PAYMENT_SOURCE.
    """
    with call:
        source = _find(call, customer_id, source_id)
        gone_at = call.now if source["entity_deleted_at"] is None else source["entity_deleted_at"]
        SOURCES.put(call, {**source, "deleted": True, "entity_deleted_at": gone_at})


def _find(call: Call, customer_id: str, source_id: str) -> Document:
    CUSTOMERS.find(call, customer_id)
    source = SOURCES.find(call, source_id)
    if source["deleted"] or source["customer_id"] != customer_id:
        raise unknown("payment source", source_id)
    return source


def connected(
    call: Call, customer_id: str, currency: str, bank: str | None = None
) -> Document | None:
    """The source that a customer would pay from in a currency, if there is one already.

    `bank` is the one at which it must be; None: any.
    """
    for source in SOURCES.collection(call).select("customer_id", customer_id):
        if source["currency"] == currency and bank in (None, source["bank_identifier"]):
            return source
    return None


def beneficiary_of(source_id: str, destination_id: str) -> str:
    """The id of what lets a source pay to a destination."""
    return uuid_of(f"{source_id}/{destination_id}")


def connect(call: Call, payment: Document, bank: str = BANK) -> None:
    """Make a payment's source as `ensure` does, and tell of it, and of where it may pay to now."""
    known = SOURCES.collection(call).get(payment["payment_source_id"])
    ensure(call, payment, bank)
    source = SOURCES.stored(call, payment["payment_source_id"])
    if known is None:
        tell_source(call, source)
    destination_id = payment["payment_destination_id"]
    if known is None or destination_id not in known["destinations"]:
        beneficiary = {
            "id": beneficiary_of(source["id"], destination_id),
            "customer_id": source["customer_id"],
            "payment_source_id": source["id"],
            "payment_destination_id": destination_id,
            "end_user_id": None,
            "bank_identifier": source["bank_identifier"],
        }
        tell_beneficiary(call, beneficiary)


def ensure(call: Call, payment: Document, bank: str = BANK) -> None:
    """Make a payment's source, at a bank, if it is a new one, and note where it has paid to."""
    destination_id = payment["payment_destination_id"]
    source = SOURCES.collection(call).get(payment["payment_source_id"]) or {
        "id": payment["payment_source_id"],
        "customer_id": payment["customer_id"],
        "bank_identifier": bank,
        "currency": payment["currency"],
        "account": payment["sender"],
        "destinations": [],
        "deleted": False,
        "entity_deleted_at": None,
        "created_at": payment["created_at"],
    }
    if destination_id not in source["destinations"]:
        paid_to = [*source["destinations"], destination_id][-MOST_ROWS:]
        SOURCES.put(call, {**source, "destinations": paid_to})
