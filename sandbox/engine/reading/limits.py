"""How much users may write in one file, scenario or body, and how long a number in it may be."""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

MOST_DEPTH = 50
"""Lists and mappings inside of one another."""
MOST_VALUES = 20_000
"""Keys, texts, numbers, lists and mappings, all together."""
TOO_DEEP = f"nested deeper than {MOST_DEPTH}"
TOO_MANY = f"more than {MOST_VALUES} values; keys count too"

LONGEST_NUMBER = 30
"""Characters."""
MOST_EXPONENT = 300
"""A number is at most 1e300, and at least 1e-300; a double holds more."""


def too_much(value: object) -> str | None:
    """What is too much about a value, as JSON or YAML has it; None if nothing is."""
    count = 1
    for depth, level in enumerate(levels(value), 1):
        count += sum(len(inner) * (2 if isinstance(inner, dict) else 1) for inner in level)
        if depth > MOST_DEPTH:
            return TOO_DEEP
        if count > MOST_VALUES:
            return TOO_MANY
    return None


def levels(value: object) -> Iterator[list[dict[str, Any] | list[Any]]]:
    """The lists and mappings at each depth of a value, the outermost first."""
    level = [value]
    while nested := [inner for inner in level if isinstance(inner, dict | list)]:
        yield nested
        level = [
            v for inner in nested for v in (inner.values() if isinstance(inner, dict) else inner)
        ]


def whole_number(text: str) -> int:
    """A whole number, as it is written.

    Raises:
        ValueError: it is none, or has more than 30 characters.
    """
    check_length(text)
    return int(text)


def exact_number(text: str) -> Decimal:
    """A number that is not whole, exactly as it is written: it may be money.

    Raises:
        ValueError: it is none, or is beyond what a double holds, or has more than 30 characters.
    """
    check_length(text)
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise ValueError("not a number")
    if abs(number.adjusted()) > MOST_EXPONENT:
        raise ValueError(f"a number beyond 1e{MOST_EXPONENT} or 1e-{MOST_EXPONENT}")
    return number


def check_length(number: str) -> None:
    """Refuse a number that is too long.

    Raises:
        ValueError: it has more than 30 characters.
    """
    if len(number) > LONGEST_NUMBER:
        raise ValueError(
            f"a number of more than {LONGEST_NUMBER} characters; a text stands in quotes"
        )
