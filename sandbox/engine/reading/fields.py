"""Marshmallow fields and schemas: what users of the sandbox write, and what is answered.

A field's `openapi` is what the OpenAPI documents say of it, and a schema's what they say besides.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import RAISE, Schema, ValidationError, fields

from sandbox.engine.values.instants import (
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

DATE_OR_TIME: Mapping[str, Any] = {
    "anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]
}
"""What OpenAPI calls a date or a date-time."""


class Strict(Schema):
    """A schema that refuses keys it does not know."""

    class Meta:
        unknown = RAISE


class Shape(Schema):
    """A schema of what is answered: each of its keys, always, in this order, and no other.

    A key whose metadata says `optional` may be left out.
    """

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """A value of a document or of a named tuple, by its name or by names with dots between.

        Quicker than marshmallow's own, which asks a tuple for an item first.
        """
        if "." in attr:
            attr, _, rest = attr.partition(".")
            return self.get_attribute(self.get_attribute(obj, attr, default), rest, default)
        if isinstance(obj, dict):
            return obj.get(attr, default)
        return getattr(obj, attr, default)


class Within(fields.Nested):
    """An object that is made of values of the document that it stands in."""

    def get_value(self, obj: Any, attr: str, *_: Any, **__: Any) -> Any:
        return obj


class DurationText(fields.Field[Duration]):
    """A duration: any of its texts in, the shortest out."""

    openapi: ClassVar[Mapping[str, Any]] = {
        "type": ["string", "number"],
        "description": "A duration: 90m, 1d12h, P3DT2H, or seconds.",
    }

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


YEARS: Mapping[str, Any] = {"pattern": "^(19[7-9]|[2-8][0-9]{2})[0-9]-"}
"""What OpenAPI says of a moment that is asked for: 1970 to 8999."""


class InstantText(fields.Field[Instant]):
    """A moment: ISO 8601 with an offset in, UTC with 6 digits out."""

    openapi: ClassVar[Mapping[str, Any]] = {"type": "string", "format": "date-time"}

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
