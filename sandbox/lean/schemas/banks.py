"""Banks on the wire."""

import re
from collections.abc import Callable, Mapping, Sequence

from marshmallow import fields

from sandbox.engine.reading.fields import Shape, word
from sandbox.lean.banks import ACCOUNT_TYPES, HOLDERS
from sandbox.lean.errors import invalid
from sandbox.lean.wire import CURRENCY

COUNTRY_CODE = "[A-Z]{3}"


class TransferLimit(Shape):
    """What one transfer may be of, in major units."""

    currency = CURRENCY
    min = fields.Integer()
    max = fields.Integer()


class InternationalDestination(Shape):
    """A country that a bank sends money to."""

    country_iso_code = fields.String()
    country_name = fields.String()
    supported_currencies = fields.List(fields.String())


class Products(Shape):
    """Lean's products, each: yes or no."""

    payments = fields.Boolean()
    data = fields.Boolean()


class Availability(Shape):
    """Whether a bank works, and whether the application has switched it on."""

    active = fields.Nested(Products)
    enabled = fields.Nested(Products)


class Bank(Shape):
    """A bank (recorded)."""

    identifier = fields.String()
    name = fields.String()
    arabic_name = fields.String(allow_none=True)
    commercial_name = fields.String()
    commercial_name_arabic = fields.String(allow_none=True)
    logo = fields.String()
    logo_alt = fields.String()
    main_color = fields.String()
    background_color = fields.String()
    theme = fields.String()
    country_code = fields.String()
    active = fields.Boolean()
    mock = fields.Boolean()
    traits = fields.List(fields.String())
    supported_account_types = fields.List(word(ACCOUNT_TYPES))
    supported_account_sub_types = fields.List(fields.String())
    bank_type = fields.String()
    swift_code = fields.String(allow_none=True)
    transfer_limits = fields.List(fields.Nested(TransferLimit))
    international_transfer_limits = fields.List(fields.Nested(TransferLimit))
    international_destinations = fields.List(fields.Nested(InternationalDestination))
    account_type = word(HOLDERS)
    connection_type = fields.String()
    availability = fields.Nested(Availability)


BANKS = Bank(many=True)

_FILTERS = {
    "account_types": ("account_type", "|".join(HOLDERS)),
    "country_codes": ("country_code", COUNTRY_CODE),
    "bank_type": ("bank_type", "[A-Z_]+"),
    "connection_types": ("connection_type", "[A-Z_]+"),
}
"""Parameters, each with the key of a bank that it is about, and what its values look like."""


def load_wanted(given: Callable[[str], Sequence[str]]) -> Mapping[str, list[str]]:
    """What `GET /banks/v1` asks for: values by key, repeated or with commas between.

    Args:
        given: the values of a parameter by its name.

    Raises:
        LeanError: 400 INVALID_PARAMETERS.
    """
    wanted = {}
    for name, (key, form) in _FILTERS.items():
        wanted[key] = [each for text in given(name) for each in text.split(",") if each]
        for each in wanted[key]:
            if not re.fullmatch(form, each):
                raise invalid(name, each)
    return wanted
