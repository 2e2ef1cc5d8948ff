"""How Lean writes values: money, times and ids."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from marshmallow import ValidationError, fields

from sandbox.engine.reading.fields import InstantText, word
from sandbox.engine.values import money
from sandbox.engine.values.instants import Instant, iso

DECIMALS = {"AED": 2, "USD": 2, "EUR": 2, "GBP": 2, "SAR": 2}
"""The currencies that payments may have, with their ISO 4217 decimals."""

CURRENCY = word(DECIMALS)
"""One of them, as it is answered."""

REASONS = {
    "CUSTOMER_REQUEST": "Requested by the client",
    "DUPLICATED_PAYMENT": "Duplicated Payment",
    "ORDER_CANCELLED": "Service/Order Cancellation",
    "FRAUDULENT_PAYMENT": "Fraudulent Payment",
}
"""Reason codes and their descriptions, in the guide's order."""

MOST_ROWS = 1000
"""Of a page; and of a list that has no pages."""

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def timestamp(instant: Instant) -> str:
    """As Java's Instant prints itself: no fraction, 3 or 6 digits, as many as it takes."""
    micros = instant % 1_000_000
    return iso(instant, 6 if micros % 1000 else 3 if micros else 0)


def major(minor: int, currency: str) -> int | float:
    """Minor units as Lean's JSON number in major units."""
    return money.to_major(minor, DECIMALS[currency])


def to_uuid(value: object) -> str:
    """A UUID in lower case.

    Raises:
        ValueError: it isn't one.
    """
    if not isinstance(value, str) or not _UUID.fullmatch(value.lower()):
        raise ValueError("not a UUID")
    return value.lower()


class Uuid(fields.Field[str]):
    """A UUID, in whichever case, loaded in lower case."""

    openapi: ClassVar[Mapping[str, Any]] = {
        "type": "string",
        "format": "uuid",
        "pattern": "^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$",
    }

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        try:
            return to_uuid(value)
        except ValueError as error:
            raise ValidationError(str(error)) from error


class Amount(fields.Field["Decimal | int"]):
    """Money: a JSON number in major units. Loaded as it is, since decimals depend on currency.

    Dumped from minor units, with the currency that stands beside it under `currency_key`.
    """

    openapi: ClassVar[Mapping[str, Any]] = {"type": "number", "description": "In major units."}

    def __init__(self, currency_key: str = "currency", **rest: Any) -> None:
        super().__init__(**rest)
        self._currency_key = currency_key.split(".")

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Decimal | int:
        if not isinstance(value, Decimal | int) or isinstance(value, bool):
            raise ValidationError("not a number")
        return value

    def _serialize(self, value: Any, attr: str | None, obj: Any, **_: Any) -> Any:
        if value is None:
            return None
        for key in self._currency_key:
            obj = obj[key]
        return major(value, obj)


POSITIVE: Mapping[str, Any] = {"exclusiveMinimum": 0}
"""What OpenAPI says of an amount that is paid."""


class Timestamp(InstantText):
    """A moment as answers have it."""

    write = staticmethod(timestamp)
