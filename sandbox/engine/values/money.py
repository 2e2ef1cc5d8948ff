"""Money: integer minor units inside, exact on the way in and out. Never a float in a sum."""

from decimal import Decimal

_MOST_DIGITS = 18


class Inexact(ValueError):
    """An amount with more decimals than its currency has."""


def to_minor(amount: Decimal | int, decimals: int) -> int:
    """Major units to minor units: 15.34 with 2 decimals is 1534.

    Raises:
        Inexact: the amount has more decimals than that.
        OverflowError: the amount has more digits than any amount of money.
    """
    exact = Decimal(amount)
    if not exact:
        return 0
    if exact.adjusted() > _MOST_DIGITS:
        raise OverflowError("more digits than any amount of money")
    # not Decimal's own arithmetic, which rounds to a number of digits
    sign, digits, exponent = exact.as_tuple()
    text = "".join(map(str, digits))
    places = -int(exponent) - decimals
    if places > 0:
        text, rest = text[:-places], text[-places:]
        if rest.strip("0"):
            raise Inexact("more decimals than the currency has")
    minor = int((text or "0") + "0" * -places)
    return -minor if sign else minor


def to_major(minor: int, decimals: int) -> int | float:
    """Minor units to a JSON number in major units: `35`, `15.3`, `15.34`, never `35.0`.

    The float is for writing alone: the nearest double prints the same digits again.
    """
    whole, rest = divmod(minor, int(10**decimals))
    return minor / float(10**decimals) if rest else whole
