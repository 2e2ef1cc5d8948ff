"""How Lahza writes and reads values: money in minor units, times, dates and lenient numbers."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, ClassVar

from marshmallow import ValidationError, fields

from sandbox.engine.reading.fields import InstantText, word
from sandbox.engine.values.instants import DAY, FIRST, LAST, Duration, Instant, from_datetime, iso

CURRENCIES = ("ILS", "JOD", "USD")
"""All counted in hundredths, the Jordanian dinar too, unlike ISO 4217."""
DOMAINS = ("test", "live")
LEGAL = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.=")
"""The characters that a reference may have."""
MOST_AMOUNT = 10**14
"""Minor units; no card payment comes near."""

_WHOLE = re.compile(r"[0-9]{1,30}(\.0+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def timestamp(instant: Instant) -> str:
    """Always with three digits of a second."""
    return iso(instant, 3)


def whole(value: object) -> int:
    """A whole number that came as a number or as a numeric string.

    Raises:
        ValueError: it is neither, or negative, or not whole.
    """
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise ValueError("not a whole number")
    text = value if isinstance(value, str) else format(value, "f")
    if not text.isascii() or not _WHOLE.fullmatch(text):
        raise ValueError("not a whole number")
    return int(text.partition(".")[0])


def end_of(text: str) -> Instant:
    """The first moment after a range that ends with a date (that day included) or a date-time.

    Raises:
        ValueError: it is neither.
    """
    end = moment(text)
    if _DATE.fullmatch(text):
        return end + DAY
    return end - end % _SHOWN + _SHOWN


_SHOWN: Duration = 1000
"""Moments are shown in milliseconds, and one that a row shows must find that row."""


def moment(text: str) -> Instant:
    """The moment of a date (its beginning, UTC) or a date-time.

    Raises:
        ValueError: it is neither.
    """
    if not _DATE.fullmatch(text) and not (len(text) > 10 and text.isascii()):
        raise ValueError("neither a date nor a date-time")
    read = datetime.fromisoformat(text)
    if read.tzinfo is None:
        read = read.replace(tzinfo=UTC)
    return min(max(from_datetime(read), FIRST), LAST)


class Timestamp(InstantText):
    """A moment as answers have it."""

    write = staticmethod(timestamp)


CURRENCY = word(CURRENCIES)
DOMAIN = word(DOMAINS)
MINOR = fields.Integer(metadata={"description": "In minor units."})
"""What many answers hold."""


class Amount(fields.Field[int]):
    """Money: minor units, as a number or a numeric string."""

    openapi: ClassVar[Mapping[str, Any]] = {
        "type": ["integer", "string"],
        "minimum": 1,
        "pattern": "^0*[1-9][0-9]*(\\.0+)?$",
        "description": "In minor units.",
    }

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int:
        try:
            amount = whole(value)
        except ValueError:
            amount = 0
        if amount <= 0:
            raise ValidationError("Invalid amount passed.")
        return amount
