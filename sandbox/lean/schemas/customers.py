"""Customers on the wire."""

from collections.abc import Sequence
from typing import Any

from marshmallow import fields, validate

from sandbox.engine.provider.resources import Listing
from sandbox.engine.reading.fields import Lenient, Shape
from sandbox.engine.store.collections import Document
from sandbox.lean.schemas.common import page_of
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


def dump_customers(rows: Sequence[Document], total: int, asked: Listing) -> dict[str, Any]:
    """A page of customers, which has `sort` (documented)."""
    return {"data": CUSTOMERS.dump(rows), "page": {**page_of(total, asked), "sort": None}}
