"""What an amount must be that Lean is asked to move."""

from decimal import Decimal

from sandbox.engine import money
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
