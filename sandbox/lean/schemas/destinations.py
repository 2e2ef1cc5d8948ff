"""Payment destinations on the wire."""

from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import fields, validate

from sandbox.engine.reading.fields import Lenient, Shape, word
from sandbox.lean.wire import Uuid

STATUSES = ("ACTIVE", "CONFIRMED", "PENDING")

AN_ACCOUNT: Mapping[str, Any] = {
    "anyOf": [
        {"required": [key], "properties": {key: {"type": "string", "minLength": 1}}}
        for key in ("iban", "account_number")
    ]
}
TWO_WORDS = {"pattern": r"\S\s+\S", "description": "Two words or more."}
"""What OpenAPI says of a destination, and of its name."""

_TEXT = validate.Length(1, 255)


class GovernmentIdentifier(Lenient):
    """Shown nowhere; its `value` is not looked at."""

    type = word(["EMIRATES_ID", "TRADE_LICENSE_NUMBER"], required=True)


def _optional() -> fields.String:
    return fields.String(load_default=None, allow_none=True, validate=_TEXT)


class CreateDestination(Lenient):
    """The body of `POST /payments/v1/destinations`."""

    openapi: ClassVar[Mapping[str, Any]] = AN_ACCOUNT

    name = fields.String(required=True, validate=_TEXT, metadata=TWO_WORDS)
    display_name = fields.String(required=True, validate=_TEXT)
    address = fields.String(required=True, validate=_TEXT)
    city = fields.String(required=True, validate=_TEXT)
    country = fields.String(
        required=True, validate=validate.Regexp(r"[A-Z]{3}\Z", error="not an ISO 3166 code")
    )
    iban = _optional()
    account_number = _optional()
    swift_code = _optional()
    bank_identifier = _optional()
    customer_id = Uuid(load_default=None, allow_none=True)
    branch_address = _optional()
    bank_type = _optional()
    government_identifier = fields.Nested(GovernmentIdentifier, load_default=None, allow_none=True)


class Destination(Shape):
    """A destination that is just created (recorded)."""

    id = Uuid()
    status = word(STATUSES)
    default = fields.Boolean()
    branch_address = fields.String(allow_none=True)
    name = fields.String()
    iban = fields.String(allow_none=True)
    display_name = fields.String()
    address = fields.String()
    city = fields.String()
    country = fields.String()
    swift_code = fields.String(allow_none=True)
    account_number = fields.String()


class KnownDestination(Shape):
    """A destination as all calls but its creation answer it (documented)."""

    id = Uuid()
    status = word(STATUSES)
    default = fields.Boolean()
    name = fields.String()
    iban = fields.String(allow_none=True)
    display_name = fields.String()
    address = fields.String()
    city = fields.String()
    country = fields.String()
    swift_code = fields.String(allow_none=True)
    account_number = fields.String()
    currency = fields.Constant("AED")


def _bank_type() -> fields.Function:
    return fields.Function(
        lambda destination: destination["bank_type"] or "RETAIL", metadata={"type": "string"}
    )


class _DestinationOfIntent(Shape):
    """A destination as it stands in an intent that is just created (recorded)."""

    id = Uuid()
    bank_identifier = fields.String(allow_none=True)
    name = fields.String()
    iban = fields.String(allow_none=True)
    display_name = fields.String()
    account_number = fields.String()
    swift_code = fields.String(allow_none=True)
    status = word(STATUSES)
    address = fields.String()
    country = fields.String()
    city = fields.String()
    default = fields.Boolean()
    owner_type = fields.Constant("APPLICATION")


class DestinationOfNewIntent(_DestinationOfIntent):
    """A destination as it stands in the answer to a new intent (recorded)."""

    branch_address = fields.String(allow_none=True)
    currency_iso_code = fields.Constant("AED")
    confirmation_of_payee_status = fields.Constant("MATCH")
    bank_type = _bank_type()


class DestinationOfIntent(_DestinationOfIntent):
    """A destination as it stands in an intent that is read (recorded)."""

    ifsc = fields.Constant(None)
    sort_code = fields.Constant(None)
    routing_number = fields.Constant(None)
    transit_code = fields.Constant(None)
    branch_address = fields.String(allow_none=True)
    currency_iso_code = fields.Constant("AED")
    postal_code = fields.Constant(None)
    confirmation_of_payee_status = fields.Constant("MATCH")
    bank_type = _bank_type()


CREATE = CreateDestination()
NEW = Destination()
DESTINATION = KnownDestination()
DESTINATIONS = KnownDestination(many=True)
