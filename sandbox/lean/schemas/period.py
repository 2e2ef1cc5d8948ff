"""`from` and `to` in a query."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import NamedTuple

from sandbox.engine.instants import DAY, FIRST, LAST, Duration, Instant, from_datetime
from sandbox.lean.errors import invalid

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SHOWN: Duration = 1
"""Moments are shown in microseconds, and `to` takes in the one that it names."""


class Period(NamedTuple):
    """[since, until); None: without that end."""

    since: Instant | None
    until: Instant | None


def load_period(query: Mapping[str, str]) -> Period:
    """`from` and `to`: dates, or date-times (UTC unless they have an offset), both included.

    Raises:
        LeanError: 400 INVALID_PARAMETERS.
    """
    since, until = _read(query, "from"), _read(query, "to")
    return Period(
        None if since is None else since[0],
        None if until is None else sum(until),
    )


def _read(query: Mapping[str, str], name: str) -> tuple[Instant, Duration] | None:
    """The moment, and how long it lasts: a day, or what the last digit stands for."""
    text = query.get(name)
    if not text:
        return None
    try:
        if _DATE.fullmatch(text):
            day = date.fromisoformat(text)
            return from_datetime(datetime(day.year, day.month, day.day, tzinfo=UTC)), DAY
        if len(text) <= 10 or not text.isascii():
            raise invalid(name, text)
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return min(max(from_datetime(moment), FIRST), LAST), _SHOWN
    except (ValueError, OverflowError) as error:
        raise invalid(name, text) from error
