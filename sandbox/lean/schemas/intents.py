"""Payment intents on the wire."""

from collections.abc import Mapping

from marshmallow import fields, validate

from sandbox.engine.provider.resources import Listing
from sandbox.engine.reading.fields import Lenient, Shape, word
from sandbox.lean.intents import STATUSES
from sandbox.lean.payments import without_hyphens
from sandbox.lean.schemas.common import load_page, load_period, one_of, optional
from sandbox.lean.schemas.destinations import DestinationOfIntent, DestinationOfNewIntent
from sandbox.lean.schemas.payments import Payment
from sandbox.lean.wire import CURRENCY, DECIMALS, POSITIVE, Amount, Timestamp, Uuid, to_uuid


class CreateIntent(Lenient):
    """The body of `POST /payments/v1/intents`."""

    customer_id = Uuid(required=True)
    amount = Amount(required=True, metadata=POSITIVE)
    currency = word(DECIMALS, required=True)
    description = fields.String(
        load_default=None, allow_none=True, validate=validate.Length(max=32)
    )
    payment_destination_id = Uuid(load_default=None, allow_none=True)
    purpose_code = fields.String(load_default=None, allow_none=True)
    metadata = fields.Dict(load_default=None, allow_none=True)


class _AnyIntent(Shape):
    payment_intent_id = Uuid()
    customer_id = Uuid()
    amount = Amount()
    currency = CURRENCY
    description = fields.Function(
        lambda intent: (
            without_hyphens(intent["payment_intent_id"])
            if intent["description"] is None
            else intent["description"]
        ),
        metadata={"type": "string"},
    )
    payments = fields.List(fields.Nested(Payment))


class NewIntent(_AnyIntent):
    """An intent that is just created (recorded: its moments are null then)."""

    payment_destination = fields.Nested(DestinationOfNewIntent)
    created_at = fields.Constant(None)
    updated_at = fields.Constant(None)


class Intent(_AnyIntent):
    """An intent, whole (recorded)."""

    payment_destination = fields.Nested(DestinationOfIntent)
    created_at = Timestamp()
    updated_at = Timestamp()


CREATE = CreateIntent()
NEW = NewIntent()
INTENT = Intent()
INTENTS = Intent(many=True)


def load_listing(query: Mapping[str, str]) -> Listing:
    """What `GET /payments/v1/intents` asks for; an empty filter is absent.

    Raises:
        LeanError: 400 INVALID_PARAMETERS.
    """
    page = load_page(query)
    filters = {
        "customer_id": optional(to_uuid, query, "customer_id"),
        "status": one_of(query, "status", STATUSES),
    }
    return Listing(filters, *load_period(query), *page)
