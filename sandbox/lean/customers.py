"""Customers: those who pay.

A customer's document: customer_id, app_user_id, has_identifier (one of a government's), created_at.
"""

from collections.abc import Sequence
from functools import partial

from sandbox.engine.provider.resources import Resource, by_key
from sandbox.engine.provider.rules import Call
from sandbox.engine.store.collections import Document
from sandbox.engine.values.instants import Instant
from sandbox.lean.errors import customer_exists, unknown

CUSTOMERS = Resource(
    "lean.customers",
    partial(unknown, "customer"),
    id_key="customer_id",
    indexes=by_key("app_user_id"),
)


def create(call: Call, app_user_id: str) -> Document:
    """Create a customer.

    Raises:
        LeanError: 409 CUSTOMER_ALREADY_EXISTS.
    """
    with call:
        if CUSTOMERS.collection(call).newest("app_user_id", app_user_id) is not None:
            raise customer_exists()
        return put(call, call.ids.uuid("lean.customer"), app_user_id, call.now)


def put(call: Call, customer_id: str, app_user_id: str, created_at: Instant) -> Document:
    """Store a new customer."""
    customer = {
        "customer_id": customer_id,
        "app_user_id": app_user_id,
        "has_identifier": False,
        "created_at": created_at,
    }
    return CUSTOMERS.put(call, customer)


def ensure(call: Call, customer_id: str, created_at: Instant) -> None:
    """Make a customer up, unless there is one with the id."""
    if CUSTOMERS.collection(call).get(customer_id) is None:
        put(call, customer_id, f"user-{customer_id}", created_at)


def update(call: Call, customer_id: str, identifiers: Sequence[object] | None) -> Document:
    """Note that a customer has government identifiers; None: leave it as it is.

    Raises:
        LeanError: 404 UNKNOWN_CUSTOMER.
    """
    with call:
        customer = CUSTOMERS.find(call, customer_id)
        if identifiers is None:
            return customer
        return CUSTOMERS.put(call, {**customer, "has_identifier": bool(identifiers)})


def get_by_app_user_id(call: Call, app_user_id: str) -> Document:
    """The customer of `GET /customers/v1/app-user-id/{app_user_id}`.

    Raises:
        LeanError: 404 UNKNOWN_CUSTOMER.
    """
    with call:
        customer = CUSTOMERS.collection(call).newest("app_user_id", app_user_id)
        if customer is None:
            raise unknown("customer", app_user_id, key="app_user_id")
        return customer
