"""Makes the examples of an OpenAPI document: calls a sandbox, and keeps what it answers."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, NamedTuple, cast
from urllib.parse import urlencode

from flask import Flask
from werkzeug.test import Client, TestResponse

from sandbox.engine.worlds.registry import Worlds
from sandbox.openapi.description import Failure, Route, Sample, Step


class Recorded(NamedTuple):
    """How a sample was answered."""

    request: str
    response: TestResponse

    def example(self, status: int, media: str) -> Any:
        """Its body.

        Raises:
            ValueError: it was answered otherwise than the description says.
        """
        was = self.response.status_code, self.response.content_type
        if was != (status, media):
            raise ValueError(f"{self.request} is answered with {was}: {self.response.text}")
        return json.loads(self.response.text) if media.endswith("json") else self.response.text

    def failure(self, media: str) -> Failure:
        """The error that it ended in.

        Raises:
            ValueError: it ended in none.
        """
        status = self.response.status_code
        if status < HTTPStatus.BAD_REQUEST:
            raise ValueError(f"{self.request} is not refused: {self.response.text}")
        return Failure(status, self.example(status, media))


class Recorder:
    """Calls one sandbox, each sample in a fresh world."""

    def __init__(self, app: Flask) -> None:
        self._client = Client(app)
        self._worlds = cast(Worlds, app.extensions["sandbox.worlds"])

    def call(self, route: Route, sample: Sample, credentials: Mapping[str, str]) -> Recorded:
        """Call what a sample says.

        Args:
            route: where it goes.
            sample: the call.
            credentials: headers that let it in.

        Raises:
            ValueError: what has to be called before it is refused.
        """
        self._renew()
        for step in sample.before:
            answer = self._send(step, credentials)
            if answer.status_code >= HTTPStatus.BAD_REQUEST:
                raise ValueError(f"{step.method} {step.path} is refused: {answer.text}")
        path = route.with_parts(sample.path)
        if sample.query:
            path += "?" + urlencode(sample.query, doseq=True)
        step = Step(route.method, path, sample.body, sample.form, sample.headers)
        return Recorded(f"{route.method} {path}", self._send(step, credentials))

    def _renew(self) -> None:
        """Leave the default world alone, as it started."""
        for standing in self._worlds.all():
            if standing.world is not self._worlds.default:
                self._worlds.remove(standing.world.name)
        self._worlds.default.reset()
        self._worlds.default.snapshots.clear()

    def _send(self, step: Step, credentials: Mapping[str, str]) -> TestResponse:
        return self._client.open(
            step.path,
            method=step.method,
            headers={**credentials, **step.headers},
            **({"json": step.body} if step.form is None else {"data": step.form}),
        )
