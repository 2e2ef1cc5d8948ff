"""Entities: a customer's connections to banks. Each account that a customer pays from has one.

They are made of the payment sources: id, customer_id, bank_identifier.
"""

from sandbox.engine.provider.rules import Call
from sandbox.engine.store.collections import Document
from sandbox.engine.values.ids import uuid_of
from sandbox.lean import sources
from sandbox.lean.errors import unknown


def of_customer(call: Call, customer_id: str) -> list[Document]:
    """A customer's entities, newest first.

    Raises:
        LeanError: 404 UNKNOWN_CUSTOMER.
    """
    return [
        {**source, "id": uuid_of(f"{source['id']}/entity")}
        for source in sources.of_customer(call, customer_id)
    ]


def get(call: Call, customer_id: str, entity_id: str) -> Document:
    """One of a customer's entities.

    Raises:
        LeanError: 404 UNKNOWN_CUSTOMER, UNKNOWN_ENTITY.
    """
    for entity in of_customer(call, customer_id):
        if entity["id"] == entity_id:
            return entity
    raise unknown("entity", entity_id)
