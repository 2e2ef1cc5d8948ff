"""Moments, durations and amounts as the sandbox reads and writes them."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TypeAlias, TypeVar

T = TypeVar("T")

Moment: TypeAlias = str | datetime
"""ISO 8601 with an offset, or a datetime with a time zone."""
Span: TypeAlias = str | float | timedelta
"""A duration: `3d`, `90m`, `P1DT2H`, a number of seconds, or a timedelta."""


def given(**values: T | None) -> dict[str, T]:
    """Those values that are not None."""
    return {key: value for key, value in values.items() if value is not None}


def moment(value: Moment) -> str:
    """A moment as the sandbox reads it.

    Raises:
        ValueError: it has no time zone.
    """
    if isinstance(value, str):
        return value
    if value.utcoffset() is None:
        raise ValueError(f"{value!r} has no time zone")
    return value.isoformat()


def plain(value: object) -> object:
    """What JSON has no kind of its own for; what a float's shortest text says is exact.

    Raises:
        TypeError: the sandbox reads nothing of the kind.
    """
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, datetime):
        return moment(value)
    raise TypeError(f"{value!r} can't be sent as JSON")
