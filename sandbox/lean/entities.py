"""Entities: a customer's connections to banks. Each account that a customer pays from has one.

They are made of the payment sources: id, source_id, customer_id, bank_identifier, bank_type,
status (ACTIVE or DELETED), created_at, updated_at, consents (none).
"""

from sandbox.engine.provider.resources import Listing
from sandbox.engine.provider.rules import Call
from sandbox.engine.store.collections import Document
from sandbox.engine.values.ids import uuid_of
from sandbox.lean import banks, sources
from sandbox.lean.errors import unknown
from sandbox.lean.sources import SOURCES

STATUSES = ("ACTIVE", "DELETED", "DISABLED", "REMOVED")
"""Lean's; here they are ACTIVE or DELETED."""


def of_customer(call: Call, customer_id: str) -> list[Document]:
    """A customer's entities, newest first; not those that were deleted.

    Raises:
        LeanError: 404 UNKNOWN_CUSTOMER.
    """
    found = [_of(source) for source in sources.of_customer(call, customer_id)]
    return [entity for entity in found if entity["status"] == "ACTIVE"]


def get(call: Call, customer_id: str, entity_id: str) -> Document:
    """One of a customer's entities.

    Raises:
        LeanError: 404 UNKNOWN_CUSTOMER, UNKNOWN_ENTITY.
    """
    for entity in of_customer(call, customer_id):
        if entity["id"] == entity_id:
            return entity
    raise unknown("entity", entity_id)


def page(call: Call, asked: Listing) -> tuple[list[Document], int]:
    """A page of all entities, newest first, and how many there are on all pages.

    Filters: customer_id.
    """
    customer_id = asked.filters["customer_id"]
    if customer_id is None:
        found, total = SOURCES.page(call, asked)
    else:  # (the index has no deleted ones)
        found, total = SOURCES.page(call, asked, keep=lambda s: s["customer_id"] == customer_id)
    return [_of(source) for source in found], total


def delete(call: Call, customer_id: str, entity_id: str) -> None:
    """Delete an entity; what can be paid from stays.

    Raises:
        LeanError: 404 UNKNOWN_CUSTOMER, UNKNOWN_ENTITY.
    """
    with call:
        source_id = get(call, customer_id, entity_id)["source_id"]
        SOURCES.put(call, {**SOURCES.stored(call, source_id), "entity_deleted_at": call.now})


def _of(source: Document) -> Document:
    deleted_at = source["entity_deleted_at"]
    return {
        "id": uuid_of(f"{source['id']}/entity"),
        "source_id": source["id"],
        "customer_id": source["customer_id"],
        "bank_identifier": source["bank_identifier"],
        "bank_type": banks.kind_of(source["bank_identifier"]),
        "status": "ACTIVE" if deleted_at is None else "DELETED",
        "created_at": source["created_at"],
        "updated_at": source["created_at"] if deleted_at is None else deleted_at,
        "consents": [],
    }
