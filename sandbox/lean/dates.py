"""Dates and date-times as Lean's lists are asked for them, and time zones."""

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import TypeAlias

from sandbox.engine.values.instants import FIRST, LAST, SECOND, Instant, from_datetime
from sandbox.lean.wire import timestamp

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DATE_TIME = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?", re.ASCII
)
_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z][A-Za-z0-9_+-]*){0,2}", re.ASCII)

Period: TypeAlias = tuple[Instant, Instant]
"""From a moment on, and before another."""


def day(text: str, zone: tzinfo = UTC) -> Period:
    """A date in a time zone.

    Raises:
        ValueError: it is not a date such as 2027-01-31.
    """
    if not _DATE.fullmatch(text):
        raise ValueError("not a date")
    begins = datetime.fromisoformat(text)
    ends = begins if begins.date() == date.max else begins + timedelta(days=1)  # (both are LAST)
    return _within(begins, zone), _within(ends, zone)


def _within(moment: datetime, zone: tzinfo) -> Instant:
    instant = from_datetime(moment.replace(tzinfo=UTC))
    if FIRST < instant < LAST:  # a zone's rules reach no further than a datetime does
        instant = from_datetime(moment.replace(tzinfo=zone))
    return min(max(instant, FIRST), LAST)


def span(text: str) -> Period:
    """The day of a date, or the very moment of a date-time; UTC unless it says.

    Raises:
        ValueError: it is neither.
    """
    if _DATE.fullmatch(text):
        return day(text)
    if not _DATE_TIME.fullmatch(text):
        raise ValueError("neither a date nor a date-time")
    moment = datetime.fromisoformat(text)
    instant = from_datetime(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    instant = min(max(instant, FIRST), LAST)
    return instant, instant + 1


def zone_of(name: str) -> tzinfo:
    """A time zone by its name, such as Asia/Dubai.

    Raises:
        ValueError: there is none of that name.
    """
    from zoneinfo import ZoneInfo  # (few calls need it)

    try:
        if len(name) > 64 or not _ZONE.fullmatch(name):
            raise ValueError("no such time zone")
        return ZoneInfo(name)
    except (KeyError, OSError) as error:  # `Asia` is a folder
        raise ValueError("no such time zone") from error


def local(instant: Instant, zone: tzinfo) -> str:
    """A moment in a time zone, written as there, with the offset in hours and minutes."""
    moment = datetime.fromtimestamp(instant // SECOND, zone)
    wall = from_datetime(moment.replace(tzinfo=UTC)) + instant % SECOND
    return timestamp(wall).removesuffix("Z") + moment.isoformat()[19:25]
