"""Customers on the wire."""

from marshmallow import fields, validate

from sandbox.engine.reading.fields import Lenient, Shape
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
