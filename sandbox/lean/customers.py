"""Customers: those who pay.

A customer's document: customer_id, app_user_id, created_at.
"""

from sandbox.engine.provider.rules import Call
from sandbox.engine.store.collections import Collection, CollectionSpec, Document
from sandbox.engine.values.instants import Instant
from sandbox.lean.errors import customer_exists, unknown
from sandbox.lean.listing import page_of

COLLECTION = CollectionSpec(
    "lean.customers",
    created=lambda customer: int(customer["created_at"]),
    indexes={"app_user_id": lambda customer: customer["app_user_id"]},
)


def create(call: Call, app_user_id: str) -> Document:
    """Create a customer.

    Raises:
        LeanError: 409 CUSTOMER_ALREADY_EXISTS.
    """
    with call:
        if _customers(call).newest("app_user_id", app_user_id) is not None:
            raise customer_exists()
        return put(call, call.ids.uuid("lean.customer"), app_user_id, call.now)


def put(call: Call, customer_id: str, app_user_id: str, created_at: Instant) -> Document:
    """Store a new customer."""
    customer = {
        "customer_id": customer_id,
        "app_user_id": app_user_id,
        "created_at": created_at,
    }
    _customers(call).put(customer_id, customer)
    return customer


def ensure(call: Call, customer_id: str, created_at: Instant) -> None:
    """Make a customer up, unless there is one with the id."""
    if _customers(call).get(customer_id) is None:
        put(call, customer_id, f"user-{customer_id}", created_at)


def find(call: Call, customer_id: str) -> Document:
    """A customer.

    Raises:
        LeanError: 404 UNKNOWN_CUSTOMER.
    """
    customer = _customers(call).get(customer_id)
    if customer is None:
        raise unknown("customer", customer_id)
    return customer


def get(call: Call, customer_id: str) -> Document:
    """The customer of `GET /customers/v1/{customer_id}`.

    Raises:
        LeanError: 404 UNKNOWN_CUSTOMER.
    """
    with call:
        return find(call, customer_id)


def get_by_app_user_id(call: Call, app_user_id: str) -> Document:
    """The customer of `GET /customers/v1/app-user-id/{app_user_id}`.

    Raises:
        LeanError: 404 UNKNOWN_CUSTOMER.
    """
    with call:
        customer = _customers(call).newest("app_user_id", app_user_id)
        if customer is None:
            raise unknown("customer", app_user_id, key="app_user_id")
        return customer


def page(call: Call, number: int, size: int) -> tuple[list[Document], int]:
    """A page of customers, newest first, and how many there are on all pages."""
    with call:
        return page_of(_customers(call), number, size)


def _customers(call: Call) -> Collection[Document]:
    return call.collection(COLLECTION.name)
