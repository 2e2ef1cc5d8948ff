"""Turns marshmallow's schemas and fields into JSON Schema."""

import inspect
import json
from collections.abc import Collection
from typing import Any

from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.openapi import OpenAPIConverter
from marshmallow import Schema, fields

from sandbox.engine.reading.fields import Shape
from sandbox.openapi.description import const


class Converter(OpenAPIConverter):
    """Asks our own fields what they are, and shapes which of their keys are always there."""

    def field2property(self, field: fields.Field[Any]) -> dict[str, Any]:
        made: dict[str, Any] = super().field2property(field)
        return _null_apart(made) if None in made.get("enum", ()) else made

    def field2type_and_format(self, field: fields.Field[Any], **rest: Any) -> dict[str, Any]:
        if isinstance(field, fields.Constant):
            return const(field.constant)
        said = getattr(field, "openapi", None)
        if said is not None:
            return dict(said)
        if isinstance(field, fields.Raw | fields.Function):
            return {}  # its metadata says
        return dict(super().field2type_and_format(field, **rest))

    def field2nullable(self, field: fields.Field[Any], ret: Any) -> dict[str, Any]:
        """Null beside the types; a constant says it itself."""
        is_constant = isinstance(field, fields.Constant)
        return {} if is_constant else dict(super().field2nullable(field, ret))

    def field2range(self, field: fields.Field[Any], ret: Any) -> dict[str, Any]:
        """The bounds of a number; those of our own fields stand in their metadata."""
        return {} if hasattr(field, "openapi") else dict(super().field2range(field, ret))

    def field2default(self, field: fields.Field[Any], **rest: Any) -> dict[str, Any]:
        is_constant = isinstance(field, fields.Constant)
        return {} if is_constant else dict(super().field2default(field, **rest))

    def field2read_only(self, field: fields.Field[Any], **rest: Any) -> dict[str, Any]:
        """Nothing: a shape is only ever read."""
        return {}

    def field2pattern(self, field: fields.Field[Any], **rest: Any) -> dict[str, Any]:
        """A pattern as OpenAPI has them: from ECMA-262, and not bound to the beginning."""
        made = dict(super().field2pattern(field, **rest))
        if "pattern" in made:
            made["pattern"] = "^" + made["pattern"].removeprefix("^").replace(r"\Z", "$")
        return made

    def dict2properties(self, field: fields.Field[Any], **rest: Any) -> dict[str, Any]:
        """What a dict's values are, and which keys it may have."""
        made = dict(super().dict2properties(field, **rest))
        if isinstance(field, fields.Dict) and field.key_field and field.key_field.validators:
            made["propertyNames"] = self.field2property(field.key_field)
        return made

    def schema2jsonschema(self, schema: Schema) -> dict[str, Any]:
        made: dict[str, Any] = super().schema2jsonschema(schema)  # type: ignore[no-untyped-call]
        if about := type(schema).__dict__.get("__doc__"):
            made["description"] = inspect.cleandoc(about)
        for said in made["properties"].values():
            _say_default(said)
        made |= getattr(schema, "openapi", {})
        if isinstance(schema, Shape):
            made["additionalProperties"] = False
            there = [
                field.data_key or name
                for name, field in schema.fields.items()
                if not field.metadata.get("optional")
            ]
            if schema.is_empty_at_first:
                made["anyOf"] = [{"maxProperties": 0}, {"required": there}]
            else:
                made["required"] = there
        rules = [{rule: made.pop(rule)} for rule in ("anyOf", "oneOf") if rule in made]
        return {**made, "allOf": rules} if rules else made  # beside keys, generators lose the keys


def _null_apart(said: dict[str, Any]) -> dict[str, Any]:
    """Some words or null, with null as a choice of its own.

    Where it stands among the words, generators of clients make three types of them, or lose it.
    """
    kinds = [kind for kind in said.pop("type") if kind != "null"]
    words = [word for word in said.pop("enum") if word is not None]
    return {"anyOf": [{"type": kinds[0], "enum": words}, {"type": "null"}], **said}


def _say_default(said: dict[str, Any]) -> None:
    """Say in words what a key is taken for that is not there.

    Of a key that has a `default`, generators of clients take it that it is always there.
    """
    default = said.pop("default", None)
    if default not in (None, ""):
        there = [said["description"]] if "description" in said else []
        said["description"] = " ".join([*there, f"If not given: `{json.dumps(default)}`."])


class Plugin(MarshmallowPlugin):
    """Apispec's plugin, with our converter."""

    Converter = Converter

    def __init__(self, owners: Collection[str]) -> None:
        """Take the packages whose name stands before those of their schemas."""

        def name(schema: Schema | type[Schema]) -> str:
            kind = schema if isinstance(schema, type) else type(schema)
            owner = [part.title() for part in kind.__module__.split(".") if part in owners]
            return "".join([*owner, kind.__name__])

        super().__init__(schema_name_resolver=name)
