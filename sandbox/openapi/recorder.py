"""Makes the examples of an OpenAPI document: calls a sandbox, and keeps what it answers."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import Flask
from werkzeug.test import Client, TestResponse

from sandbox.openapi.description import Route, Sample, Step


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


class Recorder:
    """Calls one sandbox, each sample in a fresh world."""

    def __init__(self, app: Flask) -> None:
        self._client = Client(app)

    def call(self, route: Route, sample: Sample, credentials: Mapping[str, str]) -> Recorded:
        """Call what a sample says.

        Args:
            route: where it goes.
            sample: the call.
            credentials: headers that let it in.
        """
        for step in (Step("POST", "/_sandbox/reset"), *sample.before):
            self._send(step, credentials)
        path = route.with_parts(sample.path)
        if sample.query:
            path += "?" + urlencode(sample.query)
        response = self._send(Step(route.method, path, sample.body, sample.form), credentials)
        return Recorded(f"{route.method} {path}", response)

    def _send(self, step: Step, headers: Mapping[str, str]) -> TestResponse:
        if step.form is not None:
            return self._client.open(step.path, method=step.method, headers=headers, data=step.form)
        return self._client.open(step.path, method=step.method, headers=headers, json=step.body)
