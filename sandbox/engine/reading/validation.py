"""Saying where something that a user wrote is wrong, and what would do."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from marshmallow import Schema, ValidationError, fields, validate

from sandbox.engine.reading.wording import in_our_words
from sandbox.engine.values.words import nearest

Path: TypeAlias = tuple[str | int, ...]
"""Where something stands, as `("script", 0, "become")`."""


def dotted(path: Path) -> str:
    """A path as people write it: `script[0].become`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


def listed(words: Iterable[object], given: object = None) -> str:
    """Words for the end of a message: `valid: a, b, c`; before them the one like `given`, if any.

    So `onn` gives: "did you mean `on`? valid: on, set".
    """
    texts = [str(word) for word in words]
    meant = nearest(given, texts)
    valid = "valid: " + (", ".join(texts) or "none")
    return valid if meant is None else f"did you mean `{meant}`? {valid}"


class OneOf(validate.OneOf):
    """One of a few words; where it is none, the one that was meant is named."""

    def _format_error(self, value: object) -> str:
        return listed(self.choices, value)


def explain(error: ValidationError, schema: Schema) -> tuple[Path, str]:
    """Where a load first went wrong, and why; for an unknown key, with the valid ones.

    A misspelt key comes first: without it, another is missing.
    """
    for path in _unknown_keys(error.messages):
        valid = _valid_keys(schema, path[:-1])
        return path, f"there is no such key; {listed(valid, path[-1])}"
    path, reason = first_problem(error.messages)
    return path, in_our_words(reason)


def _unknown_keys(messages: object, at: Path = ()) -> Iterator[Path]:
    """Where marshmallow's messages say that a key is unknown."""
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            if inner == ["Unknown field."]:
                yield (*at, key)
            else:
                yield from _unknown_keys(inner, at if key == "value" else (*at, key))


def _valid_keys(schema: Schema, path: Path) -> Mapping[str, Any]:
    """The keys that a schema knows at a path, through nested schemas, lists and dicts of them."""
    valid: Mapping[str, Any] = schema.fields
    steps = iter(path)
    for step in steps:
        inner = valid.get(str(step))
        if isinstance(inner, fields.Dict | fields.List):
            next(steps, None)
            inner = inner.value_field if isinstance(inner, fields.Dict) else inner.inner
        valid = inner.schema.fields if isinstance(inner, fields.Nested) else {}
    return valid


def first_problem(messages: object, at: Path = ()) -> tuple[Path, str]:
    """The first of marshmallow's messages, with its path."""
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            if key in ("value", "key") and isinstance(inner, list):  # of a Dict field
                return at, str(inner[0])
            step = () if key in ("_schema", "value") else (key,)
            return first_problem(inner, (*at, *step))
    if isinstance(messages, list) and messages:
        return first_problem(messages[0], at)
    return at, str(messages)
