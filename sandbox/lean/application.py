"""What Lean has set up for the account: products, and whether payouts are configured."""

from collections.abc import Collection, Mapping
from typing import Any

from sandbox.engine.provider.rules import Call
from sandbox.engine.store.collections import CollectionSpec, Document
from sandbox.engine.values.ids import uuid_of
from sandbox.lean.errors import not_allowed

COLLECTION = CollectionSpec("lean.application", created=lambda _: 0)
TARGET = "lean.application"
PRODUCTS = ("payments", "reconciliation", "payouts")
DEFAULT = {"payouts_configured": True, "products": list(PRODUCTS)}
APPLICATION_ID = uuid_of("lean/application")
"""What Lean calls the account."""
_ID = "application"


def require_products(call: Call, needed: Collection[str] = PRODUCTS) -> None:
    """Check that the account has the products that something needs.

    Args:
        call: the world.
        needed: those of PRODUCTS; a refund needs all of them.

    Raises:
        LeanError: 403 OPERATION_NOT_ALLOWED, naming the product.
    """
    application = _stored(call)
    application = {**application, **call.overlay(TARGET, application)}
    products = application["products"]
    for product in needed:
        if product not in products or (
            product == "payouts" and not application["payouts_configured"]
        ):
            raise not_allowed(f"{product} not configured")


def change(call: Call, values: Mapping[str, Any]) -> Document:
    """Change what is set up, below whatever scenarios lay over it."""
    with call:
        application = {**_stored(call), **values}
        call.collection(COLLECTION.name).put(_ID, application)
        return application


def _stored(call: Call) -> Document:
    return call.collection(COLLECTION.name).get(_ID) or DEFAULT
