"""Shapes of what is answered."""

import json
from typing import Any, NamedTuple

from marshmallow import fields

from sandbox.engine.reading.fields import Shape, Within


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
