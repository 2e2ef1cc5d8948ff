"""Banks on the wire."""

from collections.abc import Sequence

from marshmallow import fields

from sandbox.engine.reading.fields import Shape, word
from sandbox.lean.banks import ACCOUNT_TYPES
from sandbox.lean.errors import invalid


class Bank(Shape):
    """A bank (recorded)."""

    identifier = fields.String()
    name = fields.String()
    arabic_name = fields.String()
    commercial_name = fields.String()
    commercial_name_arabic = fields.String()
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


BANKS = Bank(many=True)


def load_account_types(given: Sequence[str]) -> list[str]:
    """The types of account that `GET /banks/v1` asks for, repeated or with commas between.

    Raises:
        LeanError: 400 INVALID_PARAMETERS.
    """
    types = [each for text in given for each in text.split(",") if each]
    for each in types:
        if each not in ACCOUNT_TYPES:
            raise invalid("account_types", each)
    return types
