"""Marshmallow fields and the strict schema, for all that users of the sandbox write."""

from collections.abc import Mapping
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields

from sandbox.engine.instants import (
    DAY,
    MILLISECOND,
    MINUTE,
    Duration,
    Instant,
    format_duration,
    iso,
    parse_duration,
    parse_instant,
)


class Strict(Schema):
    """A schema that refuses keys it does not know."""

    class Meta:
        unknown = RAISE


class DurationText(fields.Field[Duration]):
    """A duration: any of its texts in, the shortest out."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Duration:
        try:
            return parse_duration(value)
        except ValueError as error:
            raise ValidationError(str(error)) from error

    def _serialize(self, value: Any, *_: Any, **__: Any) -> Any:
        return None if value is None else format_duration(value)


class Before(DurationText):
    """How long before a world's start a fixture was made: a century at most."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Duration:
        before = super()._deserialize(value)
        if before > 36_500 * DAY:
            raise ValidationError("longer than a century")
        return before


class TimeoutText(DurationText):
    """How long one waits for an answer, in real time: from a millisecond to a minute."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Duration:
        timeout = super()._deserialize(value)
        if not MILLISECOND <= timeout <= MINUTE:
            raise ValidationError("from 1ms to 1m")
        return timeout


class InstantText(fields.Field[Instant]):
    """A moment: ISO 8601 with an offset in, UTC with 6 digits out."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Instant:
        try:
            return parse_instant(value)
        except ValueError as error:
            raise ValidationError(str(error)) from error

    def _serialize(self, value: Any, *_: Any, **__: Any) -> Any:
        return None if value is None else iso(value)


class StrictBoolean(fields.Boolean):
    """True or false, and nothing that merely looks like it."""

    def __init__(self, **rest: Any) -> None:
        super().__init__(truthy={True}, falsy={False}, **rest)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **rest: Any
    ) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value
