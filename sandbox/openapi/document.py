"""Makes a description into an OpenAPI document."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple, cast

from apispec import APISpec
from flask import Flask

from sandbox import __version__
from sandbox.openapi import description as api
from sandbox.openapi.converter import Converter, Plugin
from sandbox.openapi.recorder import Recorder, request, shown

VERSION = "3.1.0"
_ERRORS = range(400, 600)


def routes_of(app: Flask, blueprint: str) -> Iterator[api.Route]:
    """The routes below a blueprint."""
    for rule in app.url_map.iter_rules():
        first, _, name = rule.endpoint.partition(".")
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            if first == blueprint:
                view = app.view_functions[rule.endpoint]
                yield api.Route(name.rpartition(".")[2], method, rule.rule, view)


def document(
    description: api.Description, routes: Sequence[api.Route], recorder: Recorder
) -> dict[str, Any]:
    """The OpenAPI document of an API.

    Args:
        description: what is said of it.
        routes: where its operations are found.
        recorder: what makes the examples.

    Raises:
        KeyError: not every route has a description of its own, or a description has no route.
    """
    plugin = Plugin(description.owners)
    spec = APISpec(
        description.title,
        __version__,
        VERSION,
        plugins=[plugin],
        info={"description": description.about},
        tags=[{"name": group} for group in description.groups],
    )
    making = _Making(description, cast(Converter, plugin.converter), recorder)
    for name, scheme in description.security.items():
        spec.components.security_scheme(name, dict(scheme))
    for name, field in description.headers.items():
        spec.components.header(name, making.header(field))
    said = [name for operations in description.groups.values() for name in operations]
    found = {route.name: route for route in routes}
    if sorted(said) != sorted(route.name for route in routes):
        raise KeyError(f"not served once and described once: {set(said) ^ found.keys()}")
    for group, operations in description.groups.items():
        for name, operation in operations.items():
            route = found[name]
            made = {"operationId": name, "tags": [group], **making.operation(operation, route)}
            spec.path(route.path, operations={route.method.lower(): made})
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
            example = request(operation, route, operation.sample).body
            content = {"schema": operation.takes, "example": example}
            made["requestBody"] = {
                "required": operation.needs_body,
                "content": {media: dict(content) for media in operation.media},
            }
        made["responses"] = dict(self._responses(operation, route))
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
        answers = [api.Answer(said)] if isinstance(said, type | Mapping) else said
        made = {str(answer.status): self._answer(answer) for answer in answers}
        usual = answers[0]
        example = shown(self.recorder.call(operation, route), [usual.status], usual.media)
        made[str(usual.status)]["content"][usual.media]["example"] = usual.example or example
        failures = []
        for case in self._refused(operation, route):
            response = self.recorder.call(operation, route, case)
            failures.append(api.Failure(response.status_code, shown(response, _ERRORS, media)))
        failures += self.description.common(route)
        failures.sort(key=lambda failure: failure.status)
        for status, same in groupby(failures, lambda failure: failure.status):
            refusal = self._refusal(list(same))
            answer = made.setdefault(str(status), refusal)
            answer["content"] = {**refusal["content"], **answer["content"]}
        return made

    def _refused(self, operation: api.Operation, route: api.Route) -> Iterator[api.Case]:
        wrong = {**dict.fromkeys(route.open_parts, self.description.unknown), **operation.wrong}
        for name, values in wrong.items():
            yield from (api.Case({name: value}) for value in values)
        yield from operation.refused

    def _answer(self, answer: api.Answer) -> dict[str, Any]:
        content = {answer.media: {"schema": answer.schema}}
        return self._with_headers(answer.about, content, answer.headers)

    def _refusal(self, failures: Sequence[api.Failure]) -> dict[str, Any]:
        """One response for all errors of a status; of a name, the examples are numbered."""
        named: dict[str, list[Mapping[str, Any]]] = {}
        for failure in failures:
            named.setdefault(self.description.error_name(failure.body), []).append(failure.body)
        names = sorted(named)
        examples = {
            f"{name} {n}" if n > 1 else name: {"value": body}
            for name in names
            for n, body in enumerate(named[name], 1)
        }
        content = {"schema": self.description.error(names), "examples": examples}
        headers = {name: field for each in failures for name, field in each.headers.items()}
        return self._with_headers(
            ", ".join(names), {self.description.error_media: content}, headers
        )

    def _with_headers(self, about: str, content: Any, own: api.Fields) -> dict[str, Any]:
        common = self.description.headers
        headers = {
            **{name: {"$ref": f"#/components/headers/{name}"} for name in common},
            **{name: self.header(field) for name, field in own.items()},
        }
        response = {"description": about, "content": content}
        return {**response, "headers": headers} if headers else response

    def header(self, field: api.Field) -> dict[str, Any]:
        return {"schema": self.converter.field2property(field), "required": True}


def _forbid_null(schema: dict[str, Any]) -> None:
    """A parameter is there or not: in a query, null is a text."""
    if isinstance(schema.get("type"), list):
        schema["type"] = next(kind for kind in schema["type"] if kind != "null")
    if schema.get("default", "") is None:
        del schema["default"]
