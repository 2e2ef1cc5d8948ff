"""Amounts that Lean is asked to move, or to find."""

from decimal import Decimal

from sandbox.engine.store.collections import Document
from sandbox.engine.values import money
from sandbox.lean.errors import bad_amount
from sandbox.lean.wire import DECIMALS


def to_minor(amount: Decimal | int, currency: str, field: str) -> int:
    """An amount in minor units.

    Args:
        amount: in major units.
        currency: one that Lean knows.
        field: where it stands in the body.

    Raises:
        LeanError: 400 INVALID_AMOUNT, it is not above zero or has too many decimals.
        OverflowError: no amount of money has so many digits.
    """
    if amount <= 0:
        raise bad_amount("The amount must be greater than zero", field, amount)
    try:
        return money.to_minor(amount, DECIMALS[currency])
    except money.Inexact as error:
        raise bad_amount("The amount has more decimals than its currency", field, amount) from error


def to_bounded_minor(amount: Decimal | int, currency: str, field: str) -> int:
    """Likewise, of one that may be as large as a payment: 10**14 minor units.

    Raises:
        LeanError: 400 INVALID_AMOUNT, it is larger besides.
    """
    try:
        minor = to_minor(amount, currency, field)
    except OverflowError:
        minor = _MOST + 1
    if minor > _MOST:
        raise bad_amount("The amount is too large", field, amount)
    return minor


_MOST = 10**14


def within(document: Document, least: Decimal | int | None, most: Decimal | int | None) -> bool:
    """Whether a document's amount lies between two bounds, both included.

    Args:
        document: with its amount in minor units, and its currency.
        least: in major units; None: no bound.
        most: in major units; None: no bound.
    """
    amount = Decimal(document["amount"]).scaleb(-DECIMALS[document["currency"]])
    return (least is None or least <= amount) and (most is None or amount <= most)
