"""Makes the examples of an OpenAPI document: calls a sandbox, and keeps what it answers."""

import json
from collections.abc import Container, Mapping
from typing import Any, NamedTuple, cast
from urllib.parse import urlencode

from flask import Flask
from werkzeug.test import Client, TestResponse

from sandbox.engine.worlds.registry import Worlds
from sandbox.openapi.description import FORM, Case, Operation, Route, Values

_ACCEPTED = range(100, 400)
_SAMPLE = Case()


class Request(NamedTuple):
    """Values, each where it is sent."""

    path: Values
    query: Values
    headers: Values
    body: object


def request(operation: Operation, route: Route, values: Values) -> Request:
    """Where values are sent: what is neither in the path nor a parameter is a key of the body.

    Raises:
        ValueError: there is such a key, and the operation takes no body.
    """
    rest = {name: value for name, value in values.items() if value is not None}
    path, query, headers = (
        {name: rest.pop(name) for name in names if name in rest}
        for names in (route.open_parts, operation.query, operation.headers)
    )
    takes = operation.takes
    if takes is None and rest:
        raise ValueError(f"{route.name} takes no {', '.join(rest)}")
    is_list = isinstance(takes, Mapping) and takes.get("type") == "array"
    return Request(path, query, headers, None if takes is None else [rest] if is_list else rest)


class Recorder:
    """Calls one sandbox: what is tried, in a fresh world each time."""

    def __init__(self, app: Flask, credentials: Mapping[str, str]) -> None:
        """Take the headers that let the calls in."""
        self._client = Client(app)
        self._worlds = cast(Worlds, app.extensions["sandbox.worlds"])
        self._credentials = credentials

    def call(self, operation: Operation, route: Route, case: Case = _SAMPLE) -> TestResponse:
        """What an operation answers.

        Raises:
            ValueError: what has to be called before it is refused.
        """
        self._renew()
        for step in (*operation.before, *case.after):
            shown(self._send(step.path, method=step.method, json=step.body), _ACCEPTED)
        if case.again:
            shown(self._call(operation, route, operation.sample), _ACCEPTED)
        return self._call(operation, route, {**operation.sample, **case.values})

    def _renew(self) -> None:
        """Leave the default world alone, as it started."""
        for standing in self._worlds.all():
            if standing.world is not self._worlds.default:
                self._worlds.remove(standing.world.name)
        self._worlds.default.reset()
        self._worlds.default.snapshots.clear()

    def _call(self, operation: Operation, route: Route, values: Values) -> TestResponse:
        path, query, headers, body = request(operation, route, values)
        sent = "data" if operation.media[0] == FORM else "json"
        where = f"{route.with_parts(path)}?{urlencode(query, doseq=True)}"
        return self._send(where, headers, method=route.method, **{sent: body})

    def _send(self, path: str, headers: Values | None = None, **rest: Any) -> TestResponse:
        return self._client.open(path, headers={**self._credentials, **(headers or {})}, **rest)


def shown(answer: TestResponse, statuses: Container[int], media: str | None = None) -> Any:
    """The body of an answer.

    Raises:
        ValueError: it has another status or content type than is described.
    """
    if answer.status_code not in statuses or answer.content_type != (media or answer.content_type):
        was = f"{answer.status} {answer.content_type} {answer.text}"
        raise ValueError(f"{answer.request} is answered with {was}")
    return json.loads(answer.text) if answer.content_type.endswith("json") else answer.text
