"""Moments and durations: integer microseconds (UTC, since 1970), and their texts."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

Instant = int
"""Microseconds since 1970-01-01T00:00:00Z."""
Duration = int
"""Microseconds."""

SECOND: Duration = 1_000_000
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
    seconds, micros = divmod(instant, SECOND)
    whole = (_EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{whole}.{micros:06d}"[: 20 + digits if digits else 19] + "Z"


def parse_duration(value: object) -> Duration:
    """Read `3d`, `1h30m`, `90m`, `45s`, `250ms`, ISO 8601 `P3DT2H`, or a number of seconds.

    Raises:
        ValueError: none of these, negative, or longer than the clock can go.
    """
    duration: float | None = None
    if isinstance(value, bool):
        pass
    elif isinstance(value, int | float | Decimal):
        duration = float(min(max(value, -1), LONGEST)) * SECOND
    elif isinstance(value, str):
        duration = _from_text(value)
    if duration is None:
        raise ValueError("not a duration, such as 45s, 90m, 3d, P3DT2H or a number of seconds")
    if duration < 0:
        raise ValueError("a duration is never negative: the clock only moves forward")
    if duration > LONGEST:
        raise ValueError("longer than the clock can go")
    return round(duration)


def _from_text(text: str) -> float | None:
    if len(text) > 40:
        return None
    if text and not _SHORT.sub("", text):
        return sum(float(number) * _UNITS[unit] for number, unit in _SHORT.findall(text))
    if (match := _ISO.fullmatch(text)) and any(match.groupdict().values()):
        return sum(float(n) * _UNITS[unit] for unit, n in match.groupdict().items() if n)
    if re.fullmatch(r"\d+(\.\d+)?", text, re.ASCII):
        return float(text) * SECOND
    return None


def format_duration(duration: Duration) -> str:
    """The shortest exact text in one unit: `30s`, `5m`, `1d`."""
    for unit in ("d", "h", "m", "s", "ms"):
        if duration % _UNITS[unit] == 0 and (duration or unit == "s"):
            return f"{duration // _UNITS[unit]}{unit}"
    return f"{duration / SECOND:.6f}s"
