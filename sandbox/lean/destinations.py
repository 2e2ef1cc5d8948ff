"""Payment destinations: the accounts, of the merchant or of others, that payments go to.

A destination's document: id, customer_id (None: the merchant's own), status, default,
bank_identifier, bank_type, name, display_name, iban, account_number, swift_code, address,
branch_address, city, country, created_at.
"""

import re
from collections.abc import Mapping
from typing import Any

from sandbox.engine.call import Call
from sandbox.engine.instants import Instant
from sandbox.engine.store import Collection, CollectionSpec, Document
from sandbox.lean import customers
from sandbox.lean.errors import bad_value, missing, unknown

COLLECTION = CollectionSpec(
    "lean.destinations",
    created=lambda destination: int(destination["created_at"]),
    indexes={
        "customer_id": lambda destination: destination["customer_id"],
        "default": lambda destination: destination["default"] or None,
    },
)
_OPTIONAL = (
    "customer_id",
    "bank_identifier",
    "bank_type",
    "iban",
    "account_number",
    "swift_code",
    "branch_address",
)
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_LENGTHS = {"AE": 23, "SA": 24}
"""Of the IBANs of the countries that Lean serves."""


def create(call: Call, values: Mapping[str, Any]) -> Document:
    """Create a destination.

    Args:
        call: the world and the moment.
        values: loaded by `schemas.destinations.CreateDestination`.

    Raises:
        LeanError: 400 INVALID_NAME, INVALID_IBAN or MISSING_PARAMETERS; 404 UNKNOWN_CUSTOMER.
    """
    if len(values["name"].split()) < 2:
        raise bad_value("INVALID_NAME", "A name has two words or more", "name", values["name"])
    iban = values["iban"]
    if iban is None and values["account_number"] is None:
        raise missing("iban")
    if iban is not None and not _is_iban(iban):
        raise bad_value("INVALID_IBAN", "The IBAN is not valid", "iban", iban)
    with call:
        if values["customer_id"] is not None:
            customers.find(call, values["customer_id"])
        destination_id = call.world.ids.uuid("lean.destination")
        destination = make(destination_id, values, call.now)
        _destinations(call).put(destination_id, destination)
        return destination


def make(
    destination_id: str, values: Mapping[str, Any], created_at: Instant, default: bool = False
) -> Document:
    """A destination, not yet stored."""
    return {
        "id": destination_id,
        "status": "ACTIVE",
        "default": default,
        "name": values["name"],
        "display_name": values["display_name"],
        "address": values["address"],
        "city": values["city"],
        "country": values["country"],
        "created_at": created_at,
        **{key: values.get(key) for key in _OPTIONAL},
    }


def find(call: Call, destination_id: str) -> Document:
    """A destination.

    Raises:
        LeanError: 404 UNKNOWN_PAYMENT_DESTINATION.
    """
    destination = _destinations(call).get(destination_id)
    if destination is None:
        raise unknown("payment destination", destination_id)
    return destination


def default(call: Call) -> Document:
    """The destination of payments for which none is named: a fixture, so there is one."""
    destination = _destinations(call).newest("default", True)
    assert destination is not None  # noqa: S101 (the built-in fixtures hold one)
    return destination


def get(call: Call, destination_id: str) -> Document:
    """The destination of `GET /payments/v1/destinations/{destination_id}`.

    Raises:
        LeanError: 404 UNKNOWN_PAYMENT_DESTINATION.
    """
    with call:
        return find(call, destination_id)


def every(call: Call) -> list[Document]:
    """All destinations, newest first."""
    with call:
        return list(_destinations(call).select())


def of_customer(call: Call, customer_id: str) -> list[Document]:
    """A customer's destinations, newest first.

    Raises:
        LeanError: 404 UNKNOWN_CUSTOMER.
    """
    with call:
        customers.find(call, customer_id)
        return list(_destinations(call).select("customer_id", customer_id))


def _destinations(call: Call) -> Collection[Document]:
    return call.collection(COLLECTION.name)


def _is_iban(text: str) -> bool:
    """Its form, its length where that is known, and its check digits (ISO 13616)."""
    if not _IBAN.fullmatch(text) or len(text) != _LENGTHS.get(text[:2], len(text)):
        return False
    return int("".join(str(int(char, 36)) for char in text[4:] + text[:4])) % 97 == 1
