"""The words in which an API is described: what each of its calls takes and answers."""

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias, cast
from urllib.parse import quote

from marshmallow import Schema, fields

SchemaLike: TypeAlias = type[Schema] | Mapping[str, Any]
"""A marshmallow schema, or JSON Schema in which such schemas stand."""
Fields: TypeAlias = Mapping[str, fields.Field[Any]]

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Step(NamedTuple):
    """A request. A form is sent as one, any other body as JSON."""

    method: str
    path: str
    body: object = None
    form: Mapping[str, str] | None = None
    headers: Mapping[str, str] = _NOTHING


class Sample(NamedTuple):
    """A call of an operation in a fresh world. It and its answer are an example.

    Attributes:
        path: the values of what the path leaves open.
        query, body, form, headers: what else is sent.
        before: what has to be called before it.
    """

    path: Mapping[str, object] = _NOTHING
    query: Mapping[str, object] = _NOTHING
    body: object = None
    form: Mapping[str, str] | None = None
    headers: Mapping[str, str] = _NOTHING
    before: Sequence[Step] = ()

    def but(self, **values: object) -> "Sample":
        """The same with other values in its body, or in the first item of that; None: without."""
        body = self.body[0] if isinstance(self.body, list) else self.body or {}
        changed = {k: v for k, v in {**cast(Any, body), **values}.items() if v is not None}
        return self._replace(body=[changed] if isinstance(self.body, list) else changed)

    def after(self, *steps: Step) -> "Sample":
        """The same, with more that is called before it."""
        return self._replace(before=[*self.before, *steps])


class Answer(NamedTuple):
    """What a call answers.

    Attributes:
        schema: of its body; None: it has none that a schema could describe.
        headers: those that it has beside the ones that all answers have.
        example: what is shown in the place of the sample's answer, if that depends on the hour.
    """

    schema: SchemaLike | None
    status: int = 200
    media: str = JSON
    about: str = "Done."
    headers: Fields = _NOTHING
    example: object = None


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


class Operation(NamedTuple):
    """A call.

    Attributes:
        summary: what it does, in a few words.
        answers: how it succeeds, the usual way first; and errors that are no JSON.
        sample: a call that succeeds.
        takes: its body; None: it takes none.
        media: the forms that the body may come in.
        needs_body: whether the call must have one.
        query, headers: its parameters there.
        refused: calls that end in its errors, one for each.
        about: what else there is to know.
    """

    summary: str
    answers: Sequence[Answer]
    sample: Sample = Sample()
    takes: SchemaLike | None = None
    media: Sequence[str] = (JSON,)
    needs_body: bool = True
    query: Fields = _NOTHING
    headers: Fields = _NOTHING
    refused: Sequence[Sample] = ()
    about: str = ""


Operations: TypeAlias = Mapping[str, Operation]
"""Operations by the name of the function that answers them."""


def _own_name(schema: type[Schema]) -> str:
    return schema.__name__


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
        wants: which of them a view wants, as OpenAPI says it; an empty list: none.
        common: the errors that a route may answer whatever its operation is.
        credentials: headers that let the samples in.
        name_of: what a schema is called.
        is_empty_absent: whether an empty parameter is as good as none.
    """

    title: str
    about: str
    groups: Mapping[str, Operations]
    error: Callable[[Sequence[str]], SchemaLike]
    error_name: Callable[[Mapping[str, Any]], str]
    path: Callable[[str], fields.Field[Any]]
    security: Mapping[str, Mapping[str, Any]]
    wants: Callable[[Callable[..., Any]], Sequence[Mapping[str, Sequence[str]]]]
    common: Callable[["Route"], Sequence[Failure]]
    credentials: Mapping[str, str]
    name_of: Callable[[type[Schema]], str] = _own_name
    is_empty_absent: bool = False
    error_media: str = JSON
    headers: Fields = _NOTHING


class Settled(NamedTuple):
    """What settling a document answers, and how to try it."""

    schema: SchemaLike
    sample: Sample


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
    """Where an operation is found, and the function that answers it."""

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


def array(items: SchemaLike, least: int = 0, most: int | None = None) -> SchemaLike:
    """A list of things that are alike."""
    bounds = {"minItems": least, "maxItems": most}
    return {"type": "array", "items": items, **{k: v for k, v in bounds.items() if v}}


def record(**properties: SchemaLike) -> SchemaLike:
    """An object that has just these keys."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def const(value: object) -> dict[str, Any]:
    """One value and no other; generators of clients know no constant list or object."""
    if value == []:
        return {"type": "array", "items": {}, "maxItems": 0}
    if value == {}:
        return {"type": "object", "maxProperties": 0}
    return {"const": value}
