"""Payment destinations: the accounts, of the merchant or of others, that payments go to.

A destination's document: id, customer_id (None: the merchant's own), status, default,
bank_identifier, bank_type, name, display_name, iban, account_number, swift_code, address,
branch_address, city, country, created_at.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from sandbox.engine.provider.resources import Resource
from sandbox.engine.provider.rules import Call
from sandbox.engine.store.collections import Document
from sandbox.engine.values.instants import Instant
from sandbox.lean.accounts import number_in, require_account
from sandbox.lean.customers import CUSTOMERS
from sandbox.lean.errors import unknown
from sandbox.lean.wire import MOST_ROWS

DESTINATIONS = Resource(
    "lean.destinations",
    partial(unknown, "payment destination"),
    indexes={
        "customer_id": lambda destination: destination["customer_id"],
        "default": lambda destination: destination["default"] or None,
    },
)
_GIVEN = (
    "customer_id name display_name iban account_number bank_identifier bank_type swift_code "
    "address branch_address city country"
).split()


def create(call: Call, values: Mapping[str, Any]) -> Document:
    """Create a destination.

    Args:
        call: the world and the moment.
        values: loaded by `schemas.destinations.CreateDestination`.

    Raises:
        LeanError: 400 INVALID_NAME, INVALID_IBAN or MISSING_PARAMETERS; 404 UNKNOWN_CUSTOMER.
    """
    require_account(call, values)
    with call:
        if values["customer_id"] is not None:
            CUSTOMERS.find(call, values["customer_id"])
        destination_id = call.ids.uuid("lean.destination")
        return DESTINATIONS.put(call, make(destination_id, values, call.now))


def make(
    destination_id: str, values: Mapping[str, Any], created_at: Instant, default: bool = False
) -> Document:
    """A destination, not yet stored."""
    return {
        "id": destination_id,
        "status": "ACTIVE",
        "default": default,
        "created_at": created_at,
        **{key: values.get(key) for key in _GIVEN},
        "account_number": values.get("account_number") or number_in(values.get("iban")),
    }


def default(call: Call) -> Document:
    """The destination of payments for which none is named: a fixture, so there is one."""
    destination = DESTINATIONS.collection(call).newest("default", True)
    assert destination is not None  # noqa: S101 (the built-in fixtures hold one)
    return destination


def shown_name(destination: Document) -> str:
    """How a payer knows a destination."""
    return str(destination["display_name"] or destination["name"])


def every(call: Call) -> list[Document]:
    """All destinations, newest first; the latest, where there are too many for a list."""
    with call:
        return DESTINATIONS.collection(call).select().page(0, MOST_ROWS)


def of_customer(call: Call, customer_id: str) -> list[Document]:
    """A customer's destinations, newest first.

    Raises:
        LeanError: 404 UNKNOWN_CUSTOMER.
    """
    with call:
        CUSTOMERS.find(call, customer_id)
        found = DESTINATIONS.collection(call).select("customer_id", customer_id)
        return found.page(0, MOST_ROWS)
