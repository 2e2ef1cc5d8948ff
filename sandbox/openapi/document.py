"""Makes a description into an OpenAPI document."""

from collections.abc import Container, Iterator, Mapping, Sequence
from copy import deepcopy
from itertools import groupby
from typing import Any, NamedTuple, TypeAlias, cast

from apispec import APISpec
from flask import Flask

from sandbox import __version__
from sandbox.openapi import description as api
from sandbox.openapi.converter import Converter, Plugin
from sandbox.openapi.recorder import Recorder, request, shown
from sandbox.openapi.wire_examples import WireExample

VERSION = "3.1.0"
_EXAMPLES = (
    "Examples are what a fresh world answers whose clock stands at 9 o'clock on 1 January 2027."
)
_KNOWN = "Those that name a source show what the provider itself is known to send."
_OWN = "A fresh sandbox"
"""What its example is called where there are others."""
_ERRORS = range(400, 600)
_ACCEPTED = range(200, 400)
_Shown: TypeAlias = tuple[WireExample, object]
"""A wire example, and that value of it which is shown."""


def _routes_of(app: Flask, blueprint: str) -> Iterator[api.Route]:
    """The routes below a blueprint."""
    for rule in app.url_map.iter_rules():
        first, _, name = rule.endpoint.partition(".")
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            if first == blueprint:
                view = app.view_functions[rule.endpoint]
                yield api.Route(name.rpartition(".")[2], method, rule.rule, view)


def document(description: api.Description, blueprint: str, app: Flask) -> dict[str, Any]:
    """The OpenAPI document of an API.

    Args:
        description: what is said of it.
        blueprint: the name of the one that has its routes.
        app: a sandbox, which is called for the examples.

    Raises:
        KeyError: not every route has a description of its own, or a description has no route.
    """
    plugin = Plugin(description.owners)
    about = [description.about, _EXAMPLES, *([_KNOWN] if description.wire_examples else [])]
    spec = APISpec(
        description.title,
        __version__,
        VERSION,
        plugins=[plugin],
        info={"description": " ".join(about)},
        tags=[{"name": group} for group in description.groups],
    )
    recorder = Recorder(app, description.credentials)
    making = _Making(description, cast(Converter, plugin.converter), recorder)
    for name, scheme in description.security.items():
        spec.components.security_scheme(name, dict(scheme))
    for name, field in description.headers.items():
        spec.components.header(name, making.header(field))
    said = [name for operations in description.groups.values() for name in operations]
    found: dict[str, list[api.Route]] = {}
    for route in _routes_of(app, blueprint):
        found.setdefault(route.name, []).append(route)
    if sorted(said) != sorted(found):
        raise KeyError(f"not served once and described once: {set(said) ^ found.keys()}")
    for group, operations in description.groups.items():
        for name, operation in operations.items():
            first, *others = found[name]
            made = {"operationId": name, "tags": [group], **making.operation(operation, first)}
            spec.path(first.path, operations={first.method.lower(): made})
            for n, other in enumerate(others, 2):  # another spelling of its path
                again = {**deepcopy(made), "operationId": f"{name}_{n}"}
                spec.path(other.path, operations={other.method.lower(): again})
    return {"openapi": VERSION, **spec.to_dict()}


class _Making(NamedTuple):
    """What makes operations."""

    description: api.Description
    converter: Converter
    recorder: Recorder

    def operation(self, operation: api.Operation, route: api.Route) -> dict[str, Any]:
        made: dict[str, Any] = {"summary": operation.summary}
        if operation.about:
            made["description"] = operation.about
        if parameters := list(self._parameters(operation, route)):
            made["parameters"] = parameters
        if operation.takes is not None:
            sample = request(operation, route, operation.sample).body
            known = [each for each in self._known(route, _ACCEPTED) if each.sent]
            sent = [(each, each.sent_value) for each in known]
            content = {"schema": operation.takes, **_examples(sent, sample)}
            made["requestBody"] = {
                "required": operation.needs_body,
                "content": {media: dict(content) for media in operation.media},
            }
        made["responses"] = self._responses(operation, route)
        made["security"] = list(getattr(route.view, "wants", self.description.wants))
        return made

    def _parameters(self, operation: api.Operation, route: api.Route) -> Iterator[dict[str, Any]]:
        in_path = {name: self.description.path(name) for name in route.open_parts}
        for place, known in (
            ("path", in_path),
            ("query", operation.query),
            ("header", operation.headers),
        ):
            for name, field in known.items():
                schema = self.converter.field2property(field)
                _forbid_null(schema)
                made: dict[str, Any] = {"name": name, "in": place, "schema": schema}
                if about := schema.pop("description", None):
                    made["description"] = about
                if place == "path" or field.required:
                    made["required"] = True
                elif place == "query" and self.description.is_empty_absent:
                    made["allowEmptyValue"] = True
                if name in operation.sample:
                    made["example"] = operation.sample[name]
                yield made

    def _responses(self, operation: api.Operation, route: api.Route) -> Mapping[str, Any]:
        said, media = operation.answers, self.description.error_media
        usual, *others = [api.Answer(said)] if isinstance(said, type | Mapping) else said
        sample = shown(self.recorder.call(operation, route), [usual.status], usual.media)
        examples = _examples(self._answers(route, usual.status), None if usual.varies else sample)
        made = {str(usual.status): self._response(usual, **examples)}
        for other in others:
            examples = _examples(self._answers(route, other.status))
            made[str(other.status)] = self._response(other, **examples)
        failures = []
        for case in self._refused(operation, route):
            answer = self.recorder.call(operation, route, case)
            failures.append(api.Failure(answer.status_code, shown(answer, _ERRORS, media)))
        failures += self.description.common(route)
        failures.sort(key=lambda failure: failure.status)
        for status, same in groupby(failures, lambda failure: failure.status):
            refusal = self._refusal(status, list(same), self._answers(route, status))
            response = made.setdefault(str(status), refusal)
            response["content"] = {**refusal["content"], **response["content"]}
        return made

    def _refused(self, operation: api.Operation, route: api.Route) -> Iterator[api.Case]:
        wrong = {**dict.fromkeys(route.open_parts, self.description.unknown), **operation.wrong}
        for name, values in wrong.items():
            yield from (api.Case({name: value}) for value in values)
        yield from operation.refused

    def _known(self, route: api.Route, statuses: Container[int]) -> list[WireExample]:
        """The wire examples of an operation that the sandbox follows in form."""
        call = f"{route.method} {route.path}"
        return [
            each
            for each in self.description.wire_examples
            if (each.call or "").rstrip("/") == call
            and each.status in statuses
            and each.differs is None
        ]

    def _answers(self, route: api.Route, status: int) -> list[_Shown]:
        known = self._known(route, [status])
        return [(each, each.value) for each in known if each.body is not None]

    def _refusal(
        self, status: int, failures: Sequence[api.Failure], known: Sequence[_Shown]
    ) -> dict[str, Any]:
        """One response for all errors of a status; of a name, the examples are numbered."""
        named: dict[str, list[object]] = {}
        for failure in failures:
            named.setdefault(self.description.error_name(failure.body), []).append(failure.body)
        names = sorted(named)
        examples = {
            f"{name} {n}" if n > 1 else name: {"value": body}
            for name in names
            for n, body in enumerate(named[name], 1)
        } | _named(known)
        schema, media = self.description.error(names), self.description.error_media
        headers = {name: field for each in failures for name, field in each.headers.items()}
        answer = api.Answer(schema, status, media, ", ".join(names), headers)
        return self._response(answer, examples=examples)

    def _response(self, answer: api.Answer, **examples: object) -> dict[str, Any]:
        content = {"schema": answer.schema, **examples}
        headers = {
            **{name: {"$ref": f"#/components/headers/{name}"} for name in self.description.headers},
            **{name: self.header(field) for name, field in answer.headers.items()},
        }
        response = {"description": answer.about, "content": {answer.media: content}}
        return {**response, "headers": headers} if headers else response

    def header(self, field: api.Field) -> dict[str, Any]:
        return {"schema": self.converter.field2property(field), "required": True}


def _named(known: Sequence[_Shown]) -> dict[str, Any]:
    """Wire examples as OpenAPI has them."""
    return {
        each.name: {"summary": f"{each.grade}: {each.source}", "value": value}
        for each, value in known
    }


def _examples(known: Sequence[_Shown], sample: object = None) -> dict[str, Any]:
    """The sample where it is all there is, else all that there are, each value once."""
    if not known:
        return {} if sample is None else {"example": sample}
    is_new = sample is not None and sample not in (value for _, value in known)
    return {"examples": {**({_OWN: {"value": sample}} if is_new else {}), **_named(known)}}


def _forbid_null(schema: dict[str, Any]) -> None:
    """A parameter is there or not: in a query, null is a text."""
    if isinstance(schema.get("type"), list):
        schema["type"] = next(kind for kind in schema["type"] if kind != "null")
    if schema.get("default", "") is None:
        del schema["default"]
