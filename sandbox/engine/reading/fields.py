"""Marshmallow fields and schemas: what users of the sandbox write, and what is answered.

A field's `openapi` is what the OpenAPI documents say of it, and a schema's what they say besides.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from operator import attrgetter, itemgetter
from typing import Any, ClassVar, TypeAlias, cast

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, missing

from sandbox.engine.reading.validation import OneOf
from sandbox.engine.values.instants import (
    DAY,
    LONGEST,
    MILLISECOND,
    MINUTE,
    Duration,
    Instant,
    format_duration,
    iso,
    parse_duration,
    parse_instant,
)
from sandbox.engine.values.json_text import to_json

DATE_OR_TIME: Mapping[str, Any] = {
    "anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]
}
"""What OpenAPI calls a date or a date-time."""


class Strict(Schema):
    """A schema that refuses keys it does not know."""

    class Meta:
        unknown = RAISE


class Lenient(Schema):
    """A schema of a body: keys that it does not know are left out.

    A body that is right is loaded field by field. If it is not, marshmallow loads it anew, and says
    all that is wrong. No hooks are called.
    """

    class Meta:
        unknown = EXCLUDE

    def load(self, data: Any, *, many: bool | None = None, **rest: Any) -> Any:
        try:
            if self.many if many is None else many:
                return [self._load(each) for each in data]
            return self._load(data)
        except (ValidationError, TypeError):
            return super().load(data, many=many, **rest)

    def _load(self, data: object) -> dict[str, Any]:
        if not isinstance(data, dict):
            raise ValidationError("not an object")
        loaded = self._defaults.copy()
        for key, name, field in self._keys:
            if key in data:
                loaded[name] = field.deserialize(data[key], key, data)
            elif field.required:
                raise field.make_error("required")
        return loaded

    @cached_property
    def _defaults(self) -> dict[str, Any]:
        return {
            name: field.load_default
            for _, name, field in self._keys
            if field.load_default is not missing
        }

    @cached_property
    def _keys(self) -> list[tuple[str, str, fields.Field[Any]]]:
        """The keys that are known, each with its field and that one's name."""
        return [(field.data_key or name, name, field) for name, field in self.load_fields.items()]


_Read: TypeAlias = Callable[[Any], Any]
_Readers: TypeAlias = list[tuple[str, _Read]]
_MOST_KEPT = 1000
"""Documents of a shape whose JSON is kept."""
_LONGEST_KEPT = 2000
"""Bytes of such JSON."""


class Shape(Schema):
    """A schema of what is answered: each of its keys, always, in this order, and no other.

    A key whose metadata says `optional` is left out where it has no value. What is dumped, a
    document or a named tuple, has values that JSON can write already; so how each key is read is
    found out once, and not asked of marshmallow at each dump. No hooks are called.

    Attributes:
        is_empty_at_first: whether it is `{}` for something that is not there yet.
    """

    is_empty_at_first: ClassVar[bool] = False

    def dump(self, obj: Any, *, many: bool | None = None) -> Any:
        if self.many if many is None else many:
            return [self._dump(each) for each in obj]
        return self._dump(obj)

    def render(self, document: Any) -> bytes:
        """The JSON of a document. It is kept, as the document never changes, unless it is long."""
        if found := self._rendered.get(id(document)):
            return found[1]
        text = to_json(self._dump(document))
        if len(text) <= _LONGEST_KEPT:
            if len(self._rendered) >= _MOST_KEPT:
                self._rendered.clear()
            self._rendered[id(document)] = document, text  # no other has its id meanwhile
        return text

    @cached_property
    def _rendered(self) -> dict[int, tuple[Any, bytes]]:
        return {}

    def _dump(self, obj: Any) -> dict[str, Any]:
        if self.is_empty_at_first and not obj:
            return {}
        shown = self._blank.copy()
        for key, read in self._of_dict if isinstance(obj, dict) else self._of_object:
            shown[key] = read(obj)
        for key in self._optional:
            if shown[key] is None:
                del shown[key]
        return shown

    @cached_property
    def _blank(self) -> dict[str, Any]:
        """All keys in their order, with those values that never change."""
        return {key: getattr(field, "constant", None) for key, _, field in self._keys}

    @cached_property
    def _optional(self) -> list[str]:
        return [key for key, _, field in self._keys if field.metadata.get("optional")]

    @cached_property
    def _of_dict(self) -> _Readers:
        return self._readers(_from_dict)

    @cached_property
    def _of_object(self) -> _Readers:
        return self._readers(lambda path, _: attrgetter(path))

    def _readers(self, getter: Callable[[str, Any], _Read]) -> _Readers:
        return [
            (key, _reader(field, name, getter(field.attribute or name, field.dump_default)))
            for key, name, field in self._keys
            if not isinstance(field, fields.Constant)
        ]

    @property
    def _keys(self) -> list[tuple[str, str, fields.Field[Any]]]:
        """The keys that are answered, each with its field and that one's name."""
        return [(field.data_key or name, name, field) for name, field in self.dump_fields.items()]


def _from_dict(path: str, default: Any) -> _Read:
    """Reads a value by names with dots between; a default, if any, stands for what is missing."""
    first, *rest = path.split(".")
    if not rest and default is missing:
        return itemgetter(first)

    def get(document: Any) -> Any:
        value = document.get(first, default)
        for name in rest:
            value = default if value is None else value[name]
        return value

    return get


_PLAIN = frozenset({fields.Field._serialize, fields.String._serialize, fields.Integer._serialize})
"""How those fields dump that leave a JSON value as it is."""


def _reader(field: fields.Field[Any], name: str, get: _Read) -> _Read:
    """Makes of a document what a field dumps; `get` reads the field's own value."""
    if isinstance(field, fields.Function):
        return cast(_Read, field.serialize_func)
    if isinstance(field, Within):
        get = field.made_of
    serialize = field._serialize
    if type(field)._serialize in _PLAIN:
        return get
    return lambda obj: serialize(get(obj), name, obj)


class Within(fields.Nested):
    """An object that is made of values of the document that it stands in.

    Args:
        made_of: makes of the document what `nested` dumps; if left out, it dumps that itself.
    """

    def __init__(
        self, nested: type[Shape], made_of: _Read = lambda document: document, **rest: Any
    ) -> None:
        super().__init__(nested, **rest)
        self.made_of = made_of


def word(words: Iterable[str], about: str = "", **rest: Any) -> fields.String:
    """One of a few words; `about` is what OpenAPI says of it."""
    metadata = {"description": about} if about else {}
    return fields.String(validate=OneOf(list(words)), **{"metadata": metadata, **rest})


class DurationText(fields.Field[Duration]):
    """A duration: any of its texts in, the shortest out.

    Attributes:
        least, most: those that are taken.
        beyond: what is said of any other.
    """

    openapi: ClassVar[Mapping[str, Any]] = {
        "type": ["string", "number"],
        "description": "A duration: 90m, 1d12h, P3DT2H, or seconds.",
    }
    least: ClassVar[Duration] = 0
    most: ClassVar[Duration] = LONGEST
    beyond: ClassVar[str] = ""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Duration:
        try:
            duration = parse_duration(value)
        except ValueError as error:
            raise ValidationError(str(error)) from error
        if not self.least <= duration <= self.most:
            raise ValidationError(self.beyond)
        return duration

    def _serialize(self, value: Any, *_: Any, **__: Any) -> Any:
        return None if value is None else format_duration(value)


class Before(DurationText):
    """How long before a world's start a fixture was made: a century at most."""

    most, beyond = 36_500 * DAY, "longer than a century"


class TimeoutText(DurationText):
    """How long one waits for an answer, in real time: from a millisecond to a minute."""

    least, most, beyond = MILLISECOND, MINUTE, "from 1ms to 1m"


YEARS: Mapping[str, Any] = {"pattern": "^(19[7-9]|[2-8][0-9]{2})[0-9]-"}
"""What OpenAPI says of a moment that is asked for: 1970 to 8999."""


class InstantText(fields.Field[Instant]):
    """A moment: ISO 8601 with an offset in, UTC out: with 6 digits, unless `write` says else."""

    openapi: ClassVar[Mapping[str, Any]] = {"type": "string", "format": "date-time"}

    @staticmethod
    def write(instant: Instant) -> str:
        return iso(instant)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Instant:
        try:
            return parse_instant(value)
        except ValueError as error:
            raise ValidationError(str(error)) from error

    def _serialize(self, value: Any, *_: Any, **__: Any) -> Any:
        return None if value is None else self.write(value)


class StrictBoolean(fields.Boolean):
    """True or false, and nothing that merely looks like it."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value
