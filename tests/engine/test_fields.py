"""Shapes of what is answered, and what is said of values that are refused."""

import json
from typing import Any, NamedTuple

import pytest
from marshmallow import ValidationError, fields, validate

from sandbox.engine.reading.fields import Shape, Within
from sandbox.engine.reading.wording import in_our_words


class _Inner(Shape):
    at = fields.Integer()


class _Outer(Shape):
    first = fields.Constant("1")
    name = fields.String(attribute="inner.name")
    more = fields.String(metadata={"optional": True})
    inner = fields.Nested(_Inner)
    own = Within(_Inner, lambda document: document["inner"], many=False)
    last = fields.Function(lambda document: len(document))


class _Named(NamedTuple):
    at: int


def test_a_shape_has_all_its_keys_in_their_order() -> None:
    document: dict[str, Any] = {"more": None, "inner": {"name": "n", "at": 1}}
    shown = {"first": "1", "name": "n", "inner": {"at": 1}, "own": {"at": 1}, "last": 2}

    assert list(_Outer().dump(document).items()) == list(shown.items())
    assert list(_Outer().dump({**document, "more": "m"})) == [
        *("first", "name", "more", "inner", "own", "last")
    ]
    assert _Inner().dump([_Named(1), {"at": 2}], many=True) == [{"at": 1}, {"at": 2}]


def test_the_json_of_a_document_is_its_own_however_many_there_were_before() -> None:
    """Also of those that take the place in memory of others that are gone."""
    shape = _Inner()
    again = {"at": -1}
    for n in range(3000):
        assert json.loads(shape.render({"at": n})) == {"at": n}
        assert json.loads(shape.render(again)) == again


@pytest.mark.parametrize(
    "kind",
    [
        fields.Field,
        fields.String,
        fields.Number,
        fields.Integer,
        fields.Float,
        fields.Boolean,
        fields.List,
        fields.Mapping,
        fields.Nested,
        fields.UUID,
    ],
)
def test_whatever_a_field_says_is_said_in_our_words(kind: type[fields.Field[Any]]) -> None:
    """Also by a later marshmallow; `validator_failed` is for validators that say nothing."""
    theirs = {**kind.default_error_messages}
    theirs.pop("validator_failed", None)
    assert [text for text in map(str, theirs.values()) if in_our_words(text) == text] == []


@pytest.mark.parametrize(
    ("validator", "value", "said"),
    [
        (validate.OneOf(["a", "b"]), "c", "valid: a, b"),
        (validate.Range(1, 5), 6, "must be from 1 to 5"),
        (validate.Range(0, 5, min_inclusive=False), 0, "must be above 0 and at most 5"),
        (validate.Range(1), 0, "must be at least 1"),
        (validate.Range(0, min_inclusive=False), 0, "must be above 0"),
        (validate.Length(1, 2), "", "its length must be from 1 to 2"),
        (validate.Length(1), "", "its length must be at least 1"),
        (validate.Length(max=1), "ab", "its length must be at most 1"),
        (validate.Regexp("x"), "y", "has characters that do not belong there"),
        (validate.Regexp("x", error="not an x"), "y", "not an x"),
    ],
)
def test_whatever_a_validator_says_is_said_in_our_words(
    validator: validate.Validator, value: object, said: str
) -> None:
    with pytest.raises(ValidationError) as found:
        validator(value)
    assert in_our_words(str(found.value.messages[0])) == said
