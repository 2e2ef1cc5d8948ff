"""Moments and durations: integer microseconds (UTC, since 1970), and their texts."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

Instant = int
"""Microseconds since 1970-01-01T00:00:00Z."""
Duration = int
"""Microseconds."""

SECOND: Duration = 1_000_000
MILLISECOND = SECOND // 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNITS = {"ms": 1000, "s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY, "w": 7 * DAY}
_SHORT = re.compile(r"(\d+(?:\.\d+)?)(ms|[smhdw])", re.ASCII)
_ISO = re.compile(
    r"P(?:(?P<w>\d+)W)?(?:(?P<d>\d+)D)?"
    r"(?:T(?=\d)(?:(?P<h>\d+)H)?(?:(?P<m>\d+)M)?(?:(?P<s>\d+(?:\.\d{1,6})?)S)?)?",
    re.ASCII,
)


def from_datetime(moment: datetime) -> Instant:
    """The instant of an aware datetime."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


FIRST: Instant = from_datetime(datetime(1970, 1, 1, tzinfo=UTC))
LAST: Instant = from_datetime(datetime(9000, 1, 1, tzinfo=UTC))
"""The clock stops here, so that every date derived from it can still be written."""
LONGEST: Duration = LAST - FIRST


def parse_instant(text: object) -> Instant:
    """Read ISO 8601 with an offset, as `2027-01-01T00:00:00Z`.

    Raises:
        ValueError: not such a text, or out of the years 1970 to 8999.
    """
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ValueError("not an ISO 8601 time with an offset, such as 2027-01-01T00:00:00Z")
    try:
        instant = from_datetime(moment)
    except OverflowError:
        instant = LAST + 1
    if not FIRST <= instant <= LAST:
        raise ValueError("out of the years 1970 to 8999")
    return instant


def iso(instant: Instant, digits: int = 6) -> str:
    """Write an instant as ISO 8601 UTC with `Z` and that many digits of a second (0, 3 or 6)."""
    minute, micros = divmod(instant, MINUTE)
    text = f"{_minute(minute)}{micros:08d}"
    return f"{text[:19]}.{text[19 : 19 + digits]}Z" if digits else f"{text[:19]}Z"


@lru_cache(maxsize=4096)
def _minute(minute: int) -> str:
    """A minute since 1970, as it is written: moments that are written at a time share theirs."""
    return (_EPOCH + timedelta(minutes=minute)).strftime("%Y-%m-%dT%H:%M:")


def parse_duration(value: object) -> Duration:
    """Read `3d`, `1h30m`, `90m`, `45s`, `250ms`, ISO 8601 `P3DT2H`, or a number of seconds.

    Raises:
        ValueError: none of these, negative, or longer than the clock can go.
    """
    seconds: Decimal | None = None
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        seconds = Decimal(str(value))
    elif isinstance(value, str) and len(value) <= 40:
        seconds = _from_text(value)
    if seconds is None or seconds.is_nan():
        raise ValueError("not a duration, such as 45s, 90m, 3d, P3DT2H or a number of seconds")
    if seconds < 0:
        raise ValueError("a duration is never negative: the clock only moves forward")
    if seconds > LONGEST // SECOND:
        raise ValueError("longer than the clock can go")
    return round(seconds * SECOND)


def _from_text(text: str) -> Decimal | None:
    """Seconds."""
    parts: list[tuple[str, str]] = []
    if text and not _SHORT.sub("", text):
        parts = _SHORT.findall(text)
    elif match := _ISO.fullmatch(text):
        parts = [(number, unit) for unit, number in match.groupdict().items() if number]
    elif re.fullmatch(r"\d+(\.\d+)?", text, re.ASCII):
        parts = [(text, "s")]
    if not parts:
        return None
    return sum((Decimal(number) * _UNITS[unit] for number, unit in parts), Decimal()) / SECOND


def format_duration(duration: Duration) -> str:
    """The shortest exact text in one unit: `30s`, `5m`, `1d`."""
    for unit in ("d", "h", "m", "s", "ms"):
        if duration % _UNITS[unit] == 0 and (duration or unit == "s"):
            return f"{duration // _UNITS[unit]}{unit}"
    return f"{duration // SECOND}.{duration % SECOND:06d}".rstrip("0") + "s"
