"""Customers on the wire."""

from marshmallow import fields, validate

from sandbox.engine.reading.fields import Lenient, Shape, Within
from sandbox.lean.schemas.destinations import GovernmentIdentifier
from sandbox.lean.wire import Uuid


class CreateCustomer(Lenient):
    """The body of `POST /customers/v1`."""

    app_user_id = fields.String(required=True, validate=validate.Length(1, 255))


class UpdateCustomer(Lenient):
    """The body of `PUT /customers/v1/{customer_id}`; what it says is shown nowhere."""

    government_identifiers = fields.List(
        fields.Nested(GovernmentIdentifier), load_default=None, allow_none=True
    )


class Permissions(Shape):
    """What a customer lets be read."""

    identity = fields.Constant(True)
    accounts = fields.Constant(True)
    balance = fields.Constant(True)
    transactions = fields.Constant(True)


class Entity(Shape):
    """A connection to a bank (documented)."""

    id = Uuid()
    customer_id = Uuid()
    bank_identifier = fields.String()
    permissions = Within(Permissions)


class Customer(Shape):
    """A customer (recorded)."""

    customer_id = Uuid()
    app_user_id = fields.String()


CREATE = CreateCustomer()
UPDATE = UpdateCustomer()
ENTITY = Entity()
ENTITIES = Entity(many=True)
CUSTOMER = Customer()
CUSTOMERS = Customer(many=True)
