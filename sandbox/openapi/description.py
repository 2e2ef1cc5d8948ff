"""The words in which an API is described: what each of its calls takes and answers."""

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import quote

from marshmallow import Schema, fields, validate

from sandbox.engine.reading.fields import DATE_OR_TIME
from sandbox.engine.reading.fields import word as word  # (descriptions use it too)
from sandbox.openapi.wire_examples import WireExample

SchemaLike: TypeAlias = type[Schema] | Mapping[str, Any]
"""A marshmallow schema, or JSON Schema in which such schemas stand."""
Field: TypeAlias = fields.Field[Any]
Fields: TypeAlias = Mapping[str, Field]
Values: TypeAlias = Mapping[str, Any]
"""What is sent, by name: parts of the path, parameters and keys of the body. None: left out."""
Wrong: TypeAlias = Mapping[str, Sequence[object]]
"""Values that are refused, by name."""

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Step(NamedTuple):
    """A call that is made before another; its body is JSON."""

    method: str
    path: str
    body: object = None


class Answer(NamedTuple):
    """What a call answers.

    Attributes:
        schema: of its body.
        headers: those that it has beside the ones that all answers have.
        varies: whether the sample's answer depends on the hour, so that it is not shown.
    """

    schema: SchemaLike
    status: int = 200
    media: str = JSON
    about: str = "Done."
    headers: Fields = _NOTHING
    varies: bool = False


class Failure(NamedTuple):
    """An error; `headers` are those that it has beside the ones that all answers have."""

    status: int
    body: Mapping[str, Any]
    headers: Fields = _NOTHING


RETRY_AFTER: Mapping[int, Fields] = {
    status: {"Retry-After": fields.String(metadata={"description": "Seconds."})}
    for status in (429, 503)
}
"""The header of what fails for a while."""


class Case(NamedTuple):
    """A call like an operation's sample, but for this.

    Attributes:
        values: those that are sent otherwise.
        after: what is called before it, after what is called before the sample.
        again: whether the sample itself is called right before it.
    """

    values: Values = _NOTHING
    after: Sequence[Step] = ()
    again: bool = False


class Operation(NamedTuple):
    """A call. Examples are its sample and what it is refused for, called in fresh worlds.

    Attributes:
        summary: what it does, in a few words.
        answers: how it succeeds, the usual way first, and errors that are no JSON; or the schema of
            all that it answers, with 200.
        sample: what a call sends that succeeds.
        takes: its body; None: it takes none.
        before: what has to be called before the sample.
        media: the forms that the body may come in.
        needs_body: whether the call must have one.
        query, headers: its parameters there.
        wrong: values that are refused in the place of the sample's, by name.
        refused: other calls that are refused.
        about: what else there is to know.
    """

    summary: str
    answers: SchemaLike | Sequence[Answer]
    sample: Values = _NOTHING
    takes: SchemaLike | None = None
    before: Sequence[Step] = ()
    media: Sequence[str] = (JSON,)
    needs_body: bool = True
    query: Fields = _NOTHING
    headers: Fields = _NOTHING
    wrong: Wrong = _NOTHING
    refused: Sequence[Case] = ()
    about: str = ""


Operations: TypeAlias = Mapping[str, Operation]
"""Operations by the name of the function that answers them."""


class Description(NamedTuple):
    """An API.

    Attributes:
        title, about: for people.
        groups: its operations, by what they are about.
        error: what its errors look like, given the names of the ones that an operation has with
            one status.
        error_name: what an error is called, given its body.
        error_media: their content type.
        path: what stands for a part of a path that the operations leave open, by its name.
        headers: those that all answers carry.
        security: the ways to be let in, by name.
        wants: which of them a view wants that says nothing else in its `wants`; [] is none.
        common: the errors that a route may answer whatever its operation is.
        credentials: headers that let the samples in.
        unknown: values that no part of a path may have, where `wrong` has none for it.
        owners: packages that stand before the names of their schemas.
        is_empty_absent: whether an empty parameter is as good as none.
        wire_examples: what the provider is known to answer; they stand beside the samples.
    """

    title: str
    about: str
    groups: Mapping[str, Operations]
    error: Callable[[Sequence[str]], SchemaLike]
    error_name: Callable[[Mapping[str, Any]], str]
    path: Callable[[str], Field]
    security: Mapping[str, Mapping[str, Any]]
    common: Callable[["Route"], Sequence[Failure]]
    credentials: Mapping[str, str]
    wants: Sequence[Mapping[str, Sequence[str]]] = ()
    unknown: Sequence[str] = ()
    owners: Sequence[str] = ()
    is_empty_absent: bool = False
    wire_examples: Sequence[WireExample] = ()
    error_media: str = JSON
    headers: Fields = _NOTHING


class Settled(NamedTuple):
    """What settling a document answers, and how to try it."""

    schema: SchemaLike
    sample: Values
    before: Sequence[Step] = ()


class Described(NamedTuple):
    """What a provider says.

    Attributes:
        api: of its API.
        control: of its own part of the admin API.
        settled: of the documents whose outcome that can decide, by kind.
    """

    api: Description
    control: Operations
    settled: Mapping[str, Settled]


class Route(NamedTuple):
    """Where an operation is found, and the function that answers it, with its name."""

    name: str
    method: str
    rule: str
    view: Callable[..., Any]

    @property
    def path(self) -> str:
        """As OpenAPI writes it."""
        return _OPEN.sub(r"{\1}", self.rule)

    @property
    def open_parts(self) -> list[str]:
        """The names of what it leaves open."""
        return _OPEN.findall(self.rule)

    def with_parts(self, values: Mapping[str, object]) -> str:
        """The path, with what it leaves open filled in."""
        return _OPEN.sub(lambda part: quote(str(values[part[1]]), safe=""), self.rule)


_OPEN = re.compile(r"<(?:\w+:)?(\w+)>")


# JSON Schema ------------------------------------------------------------------------------------


def array(items: SchemaLike, least: int = 0, most: int | None = None) -> Mapping[str, Any]:
    """A list of things that are alike."""
    bounds = {"minItems": least, "maxItems": most}
    return {"type": "array", "items": items, **{k: v for k, v in bounds.items() if v}}


def record(**properties: SchemaLike) -> Mapping[str, Any]:
    """An object that has just these keys."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def const(value: object) -> dict[str, Any]:
    """One value and no other; generators of clients know no constant list, object or null."""
    if value == []:
        return {"type": "array", "items": {}, "maxItems": 0}
    if value == {}:
        return {"type": "object", "maxProperties": 0}
    if value is None:
        return {"type": "null"}
    return {"const": value}


# Parameters -------------------------------------------------------------------------------------


def text(about: str, **rest: Any) -> fields.String:
    """Any text."""
    return fields.String(metadata={"description": about}, **rest)


def whole(about: str, least: int = 0, most: int | None = None, **rest: Any) -> fields.Integer:
    """A whole number."""
    limits = validate.Range(least, most)
    return fields.Integer(validate=limits, metadata={"description": about}, **rest)


def moment(about: str) -> fields.Raw:
    """A date or a date-time."""
    return fields.Raw(metadata={**DATE_OR_TIME, "description": about})
