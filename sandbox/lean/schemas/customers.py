"""Customers on the wire."""

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import fields, validate

from sandbox.engine.provider.resources import Listing
from sandbox.engine.reading.fields import Lenient, Shape
from sandbox.engine.store.collections import Document
from sandbox.lean.schemas.common import load_page, page_of
from sandbox.lean.wire import Uuid


class CreateCustomer(Lenient):
    """The body of `POST /customers/v1`."""

    app_user_id = fields.String(required=True, validate=validate.Length(1, 255))


class Customer(Shape):
    """A customer (recorded)."""

    customer_id = Uuid()
    app_user_id = fields.String()


CREATE = CreateCustomer()
CUSTOMER = Customer()
CUSTOMERS = Customer(many=True)


def load_listing(query: Mapping[str, str]) -> Listing:
    """What `GET /customers/v1` asks for.

    Raises:
        LeanError: 400 INVALID_PARAMETERS.
    """
    return Listing({}, None, None, *load_page(query, "page_number", "page_size"))


def dump_customers(rows: Sequence[Document], total: int, asked: Listing) -> dict[str, Any]:
    """A page of customers, which has `sort` (documented)."""
    return {"data": CUSTOMERS.dump(rows), "page": {**page_of(total, asked), "sort": None}}
