"""Makes a description into an OpenAPI document."""

from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby
from typing import Any, cast

from apispec import APISpec
from flask import Flask
from marshmallow import fields

from sandbox import __version__
from sandbox.openapi.converter import Converter, Plugin
from sandbox.openapi.description import Description, Failure, Fields, Operation, Route
from sandbox.openapi.recorder import Recorder

VERSION = "3.1.0"


def routes_of(app: Flask, blueprint: str) -> Iterator[tuple[str, Route]]:
    """The routes below a blueprint, each with the name of the function that answers it."""
    for rule in app.url_map.iter_rules():
        first, _, name = rule.endpoint.partition(".")
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            if first == blueprint:
                name = name.rpartition(".")[2]
                yield name, Route(method, rule.rule, app.view_functions[rule.endpoint])


def document(
    description: Description, routes: Iterable[tuple[str, Route]], recorder: Recorder
) -> dict[str, Any]:
    """The OpenAPI document of an API.

    Args:
        description: what is said of it.
        routes: where its operations are found.
        recorder: what makes the examples.

    Raises:
        KeyError: not every route has a description of its own, or a description has no route.
    """
    plugin = Plugin(schema_name_resolver=_named_by(description))
    spec = APISpec(
        description.title,
        __version__,
        VERSION,
        plugins=[plugin],
        info={"description": description.about},
        tags=[{"name": group} for group in description.groups],
    )
    for name, scheme in description.security.items():
        spec.components.security_scheme(name, dict(scheme))
    said = {
        name: (group, operation)
        for group, operations in description.groups.items()
        for name, operation in operations.items()
    }
    served = list(routes)
    found = dict(served)
    if unknown := said.keys() ^ found.keys():
        raise KeyError(f"not both served and described: {', '.join(sorted(unknown))}")
    if len(served) > len(found):
        raise KeyError("a function answers at two paths, or two have one name")
    converter = cast(Converter, plugin.converter)
    for header, field in description.headers.items():
        spec.components.header(header, _header(converter, field))
    for name, (group, operation) in said.items():
        making = _Making(description, operation, found[name], converter, recorder)
        made = {"operationId": name, "tags": [group], **making.operation()}
        spec.path(found[name].path, operations={found[name].method.lower(): made})
    return {"openapi": VERSION, **spec.to_dict()}


def _named_by(description: Description) -> Callable[[Any], str]:
    def name(schema: Any) -> str:
        return description.name_of(schema if isinstance(schema, type) else type(schema))

    return name


class _Making:
    """One operation in the making."""

    def __init__(
        self,
        description: Description,
        operation: Operation,
        route: Route,
        converter: Converter,
        recorder: Recorder,
    ) -> None:
        self._description = description
        self._operation = operation
        self._route = route
        self._converter = converter
        self._record = partial(recorder.call, route, credentials=description.credentials)
        self._recorded = self._record(operation.sample)

    def operation(self) -> dict[str, Any]:
        operation, description = self._operation, self._description
        made: dict[str, Any] = {"summary": operation.summary}
        if operation.about:
            made["description"] = operation.about
        if parameters := list(self._parameters()):
            made["parameters"] = parameters
        if operation.takes is not None:
            made["requestBody"] = self._body()
        made["responses"] = self._responses()
        made["security"] = list(description.wants(self._route.view))
        return made

    def _parameters(self) -> Iterator[dict[str, Any]]:
        sample = self._operation.sample
        in_path = {name: self._description.path(name) for name in self._route.open_parts}
        for place, known, values in (
            ("path", in_path, sample.path),
            ("query", self._operation.query, sample.query),
            ("header", self._operation.headers, sample.headers),
        ):
            for name, field in known.items():
                schema = self._schema_of(field)
                _forbid_null(schema)
                made: dict[str, Any] = {"name": name, "in": place, "schema": schema}
                if about := schema.pop("description", None):
                    made["description"] = about
                if place == "path" or field.required:
                    made["required"] = True
                elif place == "query" and self._description.is_empty_absent:
                    made["allowEmptyValue"] = True
                if name in values:
                    made["example"] = values[name]
                yield made

    def _schema_of(self, field: fields.Field[Any]) -> dict[str, Any]:
        return dict(self._converter.field2property(field))

    def _body(self) -> dict[str, Any]:
        operation = self._operation
        example = operation.sample.form or operation.sample.body
        content: dict[str, Any] = {"schema": operation.takes}
        if example is not None:
            content["example"] = example
        return {
            "required": operation.needs_body,
            "content": {media: dict(content) for media in operation.media},
        }

    def _responses(self) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for n, answer in enumerate(self._operation.answers):
            response: dict[str, Any] = {"description": answer.about}
            if answer.schema is not None:
                content: dict[str, Any] = {"schema": answer.schema}
                if n == 0:
                    recorded = self._recorded.example(answer.status, answer.media)
                    content["example"] = answer.example or recorded
                response["content"] = {answer.media: content}
            made[str(answer.status)] = self._with_headers(response, answer.headers)
        media = self._description.error_media
        failures = [
            *(self._record(refused).failure(media) for refused in self._operation.refused),
            *self._description.common(self._route),
        ]
        failures.sort(key=lambda failure: failure.status)
        for status, same in groupby(failures, lambda failure: failure.status):
            refusal = self._refusal(list(same))
            response = made.setdefault(str(status), refusal)
            response["content"] = {**refusal["content"], **response["content"]}
        return made

    def _refusal(self, failures: Sequence[Failure]) -> dict[str, Any]:
        """One response for all errors of a status; of a name, the examples are numbered."""
        named = [(self._description.error_name(failure.body), failure) for failure in failures]
        names = sorted({name for name, _ in named})
        examples: dict[str, Any] = {}
        for name in names:
            same = [failure.body for other, failure in named if other == name]
            for n, body in enumerate(same, 1):
                examples[f"{name} {n}" if n > 1 else name] = {"value": body}
        content = {"schema": self._description.error(names), "examples": examples}
        response = {
            "description": ", ".join(names),
            "content": {self._description.error_media: content},
        }
        headers = [failure.headers for failure in failures]
        return self._with_headers(response, dict(ChainMap(*map(dict, headers))))

    def _with_headers(self, response: dict[str, Any], own: Fields) -> dict[str, Any]:
        headers = {
            **{
                name: {"$ref": f"#/components/headers/{name}"} for name in self._description.headers
            },
            **{name: _header(self._converter, field) for name, field in own.items()},
        }
        return {**response, "headers": headers} if headers else response


def _forbid_null(schema: dict[str, Any]) -> None:
    """A parameter is there or not: in a query, null is a text."""
    if isinstance(schema.get("type"), list):
        schema["type"] = next(kind for kind in schema["type"] if kind != "null")
    if schema.get("default", "") is None:
        del schema["default"]


def _header(converter: Converter, field: fields.Field[Any]) -> dict[str, Any]:
    return {"schema": dict(converter.field2property(field)), "required": True}
