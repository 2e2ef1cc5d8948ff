"""Customers on the wire."""

from collections.abc import Mapping

from marshmallow import fields, validate

from sandbox.engine.provider.resources import Listing
from sandbox.engine.reading.fields import Lenient, Shape, Within, word
from sandbox.engine.values.instants import Instant
from sandbox.lean import dates
from sandbox.lean.banks import KINDS
from sandbox.lean.entities import STATUSES
from sandbox.lean.errors import invalid
from sandbox.lean.schemas import common
from sandbox.lean.schemas.destinations import GovernmentIdentifier
from sandbox.lean.wire import Timestamp, Uuid, to_uuid

MOST_ENTITIES = 100
"""On a page of them."""


class CreateCustomer(Lenient):
    """The body of `POST /customers/v1`."""

    app_user_id = fields.String(required=True, validate=validate.Length(1, 255))


class UpdateCustomer(Lenient):
    """The body of `PUT /customers/v1/{customer_id}`; what it says is shown nowhere."""

    government_identifiers = fields.List(
        fields.Nested(GovernmentIdentifier), load_default=None, allow_none=True
    )


class DeleteEntity(Lenient):
    """The body of `DELETE /customers/v1/{customer_id}/entities/{entity_id}`."""

    reason = word(["USER_REQUESTED"], load_default=None, allow_none=True)


def load_entities(query: Mapping[str, str], now: Instant) -> Listing:
    """What `GET /customers/v1/entities` asks for: two dates, unless it names a customer.

    Raises:
        LeanError: 400 MISSING_PARAMETERS, INVALID_PARAMETERS.
    """
    filters = {"customer_id": common.optional(to_uuid, query, "customer_id")}
    if filters["customer_id"] is None:
        for name in ("start_date", "end_date"):
            common.required(query, name)
    first, last = (common.optional(dates.day, query, name) for name in ("start_date", "end_date"))
    for name, day in (("start_date", first), ("end_date", last)):
        if day is not None and day[0] > now:
            raise invalid(name, query[name])
    if first is not None and last is not None and last < first:
        raise invalid("end_date", query["end_date"])
    page = common.load_page(
        query, "page_number", "page_size", most=MOST_ENTITIES, default_size=MOST_ENTITIES
    )
    return Listing(filters, first and first[0], last and last[1], *page)


class Permissions(Shape):
    """What a customer lets be read."""

    identity = fields.Constant(True)
    accounts = fields.Constant(True)
    balance = fields.Constant(True)
    transactions = fields.Constant(True)
    identities = fields.Constant(False)
    scheduled_payments = fields.Constant(False)
    standing_orders = fields.Constant(False)
    direct_debits = fields.Constant(False)
    beneficiaries = fields.Constant(False)


class Entity(Shape):
    """A connection to a bank (recorded)."""

    id = Uuid()
    customer_id = Uuid()
    bank_identifier = fields.String()
    permissions = Within(Permissions)
    bank_type = word(KINDS)
    created_at = Timestamp()
    consents = fields.List(fields.Dict())


class ListedEntity(Shape):
    """Likewise, in the list of all (recorded)."""

    id = Uuid()
    customer_id = Uuid()
    bank_identifier = fields.String()
    permissions = Within(Permissions)
    bank_type = word(KINDS)
    created_at = Timestamp()
    consents = fields.List(fields.Dict())
    status = word(STATUSES)
    updated_at = Timestamp()


class Customer(Shape):
    """A customer (recorded)."""

    customer_id = Uuid()
    app_user_id = fields.String()


CREATE = CreateCustomer()
UPDATE = UpdateCustomer()
ENTITY = Entity()
ENTITIES = Entity(many=True)
LISTED_ENTITIES = ListedEntity(many=True)
DELETE_ENTITY = DeleteEntity()
CUSTOMER = Customer()
CUSTOMERS = Customer(many=True)
